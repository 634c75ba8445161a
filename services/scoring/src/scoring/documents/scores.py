"""`published_scores.json`: figures as their makers published them."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field as Limits

from .common import Confidence, Doc, NoteDoc, PartialDate, SourceDoc

__all__ = ["ScoreDoc"]


class StatedRankDoc(Doc):
    """A place that a source states."""

    position: Annotated[int, Limits(ge=1)]
    of: int


class ScoreDoc(Doc):
    """One figure of `published_scores.json`."""

    region: str
    edition: str
    axis: str
    key: str
    score: Annotated[int | Decimal, Limits(ge=0, le=100)]
    wave: str
    date: PartialDate
    confidence: Confidence
    notes: list[NoteDoc]
    sources: Annotated[list[SourceDoc], Limits(min_length=1)]
    stated_rank: StatedRankDoc | None = None

    @property
    def cell(self) -> str:
        """The figure's name."""
        return "overall" if self.axis == "overall" else f"{self.axis}-{self.key}"
