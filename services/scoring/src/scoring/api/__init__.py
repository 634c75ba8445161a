"""The calls of scoring."""

from . import private, public

__all__ = ["routers"]

routers = (public.router, private.router)
