"""The calls of scoring."""

from . import (
    agreement,
    arranging,
    assessments,
    authority,
    comparing,
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
    workbooks,
)

__all__ = ["routers"]

routers = (
    public.router, comparing.router, computing.router, editions.router,
    assessments.router, workbooks.router, review.router,
    arranging.router, authority.router, proposals.router, agreement.router,
    outcomes.router, imports.router, releases.router, exports.router, private.router,
)  # fmt: skip
