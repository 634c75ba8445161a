"""The calls of scoring."""

from . import (
    assessments,
    authority,
    computing,
    editions,
    exports,
    imports,
    outcomes,
    private,
    proposals,
    public,
    releases,
    review,
)

__all__ = ["routers"]

routers = (
    public.router, computing.router, editions.router, assessments.router, review.router,
    authority.router, proposals.router,
    outcomes.router, imports.router, releases.router, exports.router, private.router,
)  # fmt: skip
