"""The calls of scoring."""

from . import assessments, computing, editions, exports, outcomes, private, public, releases, review

__all__ = ["routers"]

routers = (
    public.router, computing.router, editions.router, assessments.router, review.router,
    outcomes.router, releases.router, exports.router, private.router,
)  # fmt: skip
