"""The parameters of searches."""

from typing import Annotated

from pydantic import AfterValidator, Field

from practices.domain import FILTERS, MAX_TEXT, BBox
from servicekit.text import PlainText
from servicekit.wire import Comma, PageQuery, ReadQuery

__all__ = ["FilterQuery", "PracticeQuery"]


def _box(value: str) -> str:
    BBox.parse(value)
    return value


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
    bbox: Annotated[str, AfterValidator(_box)] | None = Field(
        None, description="west,south,east,north in degrees", max_length=100
    )
    q: PlainText = Field("", description="Words to look for; the last may be unfinished", max_length=MAX_TEXT)
    sort: str = Field("relevance", description="`relevance`, `newest` or `title`")

    def filters(self) -> dict[str, list[str]]:
        """Return the filters by name."""
        return {name: getattr(self, name) for name in FILTERS}

    def box(self) -> BBox | None:
        """Return the box asked for."""
        return BBox.parse(self.bbox) if self.bbox else None


class PracticeQuery(FilterQuery, PageQuery):
    """The parameters of the list."""

    facets: Comma = Field([], description="Filters whose values are to be counted")
