"""Who may call what: every route stands here, and a test walks all routes of the application."""

from collections.abc import Mapping

__all__ = ["PUBLIC", "ROUTES", "SERVICE"]

PUBLIC = ("public",)
EXPERT = ("expert",)  # who has a seat in the assessment
AUTHORITY = ("authority",)  # of the regions in the token, and of no other
REVIEW = ("reviewer", "admin")  # who has none; an admin decides no figures
SERVICE = ("service",)  # another service, with a token of its own kind: no person's role

ROUTES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("GET", "/healthz"): PUBLIC,
    ("GET", "/readyz"): PUBLIC,
    ("GET", "/v1/regions"): PUBLIC,
    ("GET", "/v1/regions.geojson"): PUBLIC,
    ("GET", "/v1/regions/{region}"): PUBLIC,
    ("GET", "/v1/regions/{region}/scores"): PUBLIC,
    ("GET", "/v1/regions/{region}/similar"): PUBLIC,
    ("GET", "/v1/regions/{region}/strengths"): PUBLIC,
    ("GET", "/v1/rankings"): PUBLIC,
    ("GET", "/v1/compare"): PUBLIC,
    ("GET", "/v1/recommendations"): PUBLIC,
    ("GET", "/v1/editions"): PUBLIC,
    ("GET", "/v1/editions/{edition}"): PUBLIC,
    ("GET", "/v1/editions/{edition}/document"): PUBLIC,
    ("GET", "/v1/editions/{edition}/agreement"): PUBLIC,
    ("GET", "/v1/review/editions/{edition}/agreement"): REVIEW,
    ("GET", "/v1/review/assessments/{assessment}/agreement"): REVIEW,
    ("POST", "/v1/compute"): PUBLIC,
    ("PUT", "/v1/review/editions/{edition}"): ("admin",),
    ("GET", "/v1/outcomes"): PUBLIC,
    ("GET", "/v1/outcomes/indicators"): PUBLIC,
    ("GET", "/v1/outcomes/template.csv"): PUBLIC,
    ("GET", "/v1/outcomes/template.xlsx"): PUBLIC,
    ("POST", "/v1/authority/outcomes/imports"): ("admin", "authority", "expert", "reviewer"),
    ("GET", "/v1/exports/scores.{suffix}"): PUBLIC,
    ("GET", "/v1/exports/answers.{suffix}"): PUBLIC,
    ("GET", "/v1/exports/indicators.{suffix}"): PUBLIC,
    ("GET", "/v1/exports/outcomes.{suffix}"): PUBLIC,
    ("GET", "/v1/exports/regions.{suffix}"): PUBLIC,
    ("GET", "/v1/exports/codelists.{suffix}"): PUBLIC,
    ("GET", "/v1/exports/{file}"): PUBLIC,
    ("GET", "/v1/codelists"): PUBLIC,
    ("GET", "/v1/codelists/{name}"): PUBLIC,
    ("GET", "/v1/assessments"): EXPERT,
    ("GET", "/v1/assessments/{assessment}"): EXPERT,
    ("PUT", "/v1/assessments/{assessment}/answers/{indicator}"): EXPERT,
    ("POST", "/v1/assessments/{assessment}/submit"): EXPERT,
    ("GET", "/v1/assessments/{assessment}/workbook.xlsx"): EXPERT,
    ("POST", "/v1/assessments/{assessment}/workbook"): EXPERT,
    ("POST", "/v1/review/assessments"): REVIEW,
    ("GET", "/v1/review/assessments"): REVIEW,
    ("GET", "/v1/review/assessments/{assessment}"): REVIEW,
    ("GET", "/v1/review/assessments/{assessment}/log"): REVIEW,
    ("PUT", "/v1/review/assessments/{assessment}/decisions/{indicator}"): ("reviewer",),
    ("POST", "/v1/review/assessments/{assessment}/questions"): REVIEW,
    ("POST", "/v1/review/assessments/{assessment}/transitions"): REVIEW,
    ("POST", "/v1/review/erasures"): ("admin",),
    ("GET", "/v1/review/proposals"): REVIEW,
    ("POST", "/v1/review/proposals/{proposal}/decision"): REVIEW,
    ("GET", "/v1/authority/assessments"): AUTHORITY,
    ("GET", "/v1/authority/assessments/{assessment}"): AUTHORITY,
    ("PUT", "/v1/authority/assessments/{assessment}/comments"): AUTHORITY,
    ("PUT", "/v1/authority/assessments/{assessment}/comments/{indicator}"): AUTHORITY,
    ("POST", "/v1/authority/proposals"): AUTHORITY,
    ("GET", "/v1/authority/proposals"): AUTHORITY,
    ("GET", "/v1/releases"): PUBLIC,
    ("GET", "/v1/releases/keys"): PUBLIC,
    ("GET", "/v1/releases/{release}"): PUBLIC,
    ("GET", "/v1/releases/{release}/files/{name}"): PUBLIC,
    ("POST", "/v1/review/releases/{release}/withdrawal"): ("admin",),
    ("GET", "/internal/regions"): SERVICE,
    ("GET", "/internal/regions/{region_id}"): SERVICE,
    ("GET", "/internal/changes"): SERVICE,
}
"""(method, path as the route has it) → roles, of which a caller needs one."""
