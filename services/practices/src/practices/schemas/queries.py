"""The parameters of searches."""

from pydantic import Field

from practices.domain import FILTERS, MAX_TEXT, BBox
from servicekit.problems import Fault, Problem
from servicekit.text import PlainText
from servicekit.wire import Comma, PageQuery, ReadQuery

__all__ = ["FilterQuery", "PracticeQuery"]


class FilterQuery(ReadQuery):
    """The filters: OR within one, AND across."""

    country: Comma = Field([], description="ISO 3166-1 codes (`EL` is taken for `GR`), or `unknown`")
    region: Comma = Field([], description="Ids, codes or any names of regions, or `unknown`")
    role: Comma = Field([], description="Codes of the list `role`, or `unknown`")
    policy_area: Comma = Field([], description="Codes of the list `policy_area`, or `unknown`")
    theme: Comma = Field([], description="Codes of the list `theme`, or `unknown`")
    target_group: Comma = Field([], description="Codes of the list `target_group`, or `unknown`")
    success: Comma = Field([], description="Codes of the list `success`")
    language: Comma = Field([], description="Languages of the practice, or `unknown`")
    text_language: Comma = Field([], description="Languages its text exists in")
    regin_relation: Comma = Field([], description="Codes of the list `regin_relation`, or `none`")
    aspect: Comma = Field([], description="Codes of the list `aspect`, or `unknown`")
    criterion: Comma = Field([], description="Codes of the list `criterion`, or `unknown`")
    bbox: str | None = Field(
        None, description="west,south,east,north in degrees; west beyond east crosses the antimeridian",
        max_length=100,
    )  # fmt: skip
    q: PlainText = Field("", description="Words to look for; the last may be unfinished", max_length=MAX_TEXT)
    sort: str = Field("relevance", description="`relevance`, `newest` or `title`")

    def filters(self) -> dict[str, list[str]]:
        """Return the filters by name."""
        return {name: getattr(self, name) for name in FILTERS}

    def box(self) -> BBox | None:
        """Return the box asked for; raises Problem for what is none."""
        try:
            return None if self.bbox is None else BBox.parse(self.bbox)
        except ValueError as error:
            fault = Fault("?bbox", "invalid_bbox")
            raise Problem(400, "invalid_parameter", errors=[fault]) from error


class PracticeQuery(FilterQuery, PageQuery):
    """The parameters of the list."""

    facets: Comma = Field([], description="Filters whose values are to be counted")
