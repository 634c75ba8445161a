"""The calls of scoring."""

from . import outcomes, private, public

__all__ = ["routers"]

routers = (public.router, outcomes.router, private.router)
