"""Who may call what: every route stands here, and a test walks all routes of the application."""

from collections.abc import Mapping

__all__ = ["PUBLIC", "ROUTES", "SERVICE"]

PUBLIC = ("public",)
SERVICE = ("service",)  # another service, with a token of its own kind: no person's role

ROUTES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("GET", "/healthz"): PUBLIC,
    ("GET", "/readyz"): PUBLIC,
    ("GET", "/v1/regions"): PUBLIC,
    ("GET", "/v1/regions.geojson"): PUBLIC,
    ("GET", "/v1/regions/{region}"): PUBLIC,
    ("GET", "/v1/regions/{region}/scores"): PUBLIC,
    ("GET", "/v1/rankings"): PUBLIC,
    ("GET", "/v1/editions"): PUBLIC,
    ("GET", "/v1/editions/{edition}"): PUBLIC,
    ("GET", "/v1/outcomes"): PUBLIC,
    ("GET", "/v1/outcomes/indicators"): PUBLIC,
    ("GET", "/v1/codelists"): PUBLIC,
    ("GET", "/v1/codelists/{name}"): PUBLIC,
    ("GET", "/internal/regions"): SERVICE,
    ("GET", "/internal/regions/{region_id}"): SERVICE,
    ("GET", "/internal/changes"): SERVICE,
}
"""(method, path as the route has it) → roles, of which a caller needs one."""
