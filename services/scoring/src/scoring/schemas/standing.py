"""Strengths and weaknesses, and recommendations, as they are answered."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from scoring.domain import Questionnaire, display
from scoring.domain.recommendations import Recommendation
from scoring.domain.strengths import STEPS, Standing
from scoring.service import StandingsView
from scoring.service.standing import StandingRow
from servicekit.catalog import Catalog
from servicekit.wire import Model, SourceOut, TextOut, localise, sources

from .common import Number, Origin, Reason, number, text_out
from .figures import label_out

__all__ = ["RecommendationOut", "StandingsOut", "recommendation_out", "standings_out"]


class RecommendationOut(Model):
    """What the field recommends; the cells are our reading of it, and the translations are ours."""

    id: str
    addressee: str = Field(description="A code of the list `addressee`.")
    n: int
    text: TextOut
    cells: list[str]
    basis: Literal["our_reading"] | None = Field(description="Whose the cells are; null: there are none.")
    sources: list[SourceOut]


class CountedOut(Model):
    """An indicator."""

    indicator: str
    question: TextOut


class StandingOut(Model):
    """One cell: how many of its indicators stand where, and what is recommended where it is weak.

    `at_100`, `above_75` (and below 100), `at_75`, `from_50` (and below 75) and `below_50` cover all scores:
    together they are `answered`.
    """

    cell: str
    axis: str | None
    key: str | None
    label: TextOut
    score: Number | None
    display: Number | None
    reason: Reason | None
    answered: int | None
    expected: int | None
    at_100: int | None
    above_75: int | None
    at_75: int | None
    from_50: int | None
    below_50: int | None
    strengths: list[CountedOut] | None = Field(description="The indicators at 100.")
    weaknesses: list[CountedOut] | None = Field(description="The indicators below 50.")
    weak: Literal["below_50", "lowest"] | None = Field(
        description="Weak: the score is below 50, or fewer than three cells of the region can be lower."
    )
    recommendations: list[RecommendationOut]


class StandingsOut(Model):
    """A region's strengths and weaknesses; `reason` says why no indicators are counted."""

    region: str
    edition: str
    release: str
    origin: Origin
    reason: Reason | None
    rows: list[StandingOut]


def standings_out(view: StandingsView, catalog: Catalog, lang: str) -> StandingsOut:
    """Return the strengths and weaknesses, the overall row first, then in the edition's order."""
    edition = view.edition
    return StandingsOut(
        region=view.region,
        edition=edition.id,
        release=view.release,
        origin=edition.kind,
        reason=view.reason,
        rows=[_row(row, view, catalog, lang) for row in view.rows],
    )


def recommendation_out(one: Recommendation, lang: str) -> RecommendationOut:
    """Return a recommendation in the language asked for."""
    text = localise(one.text, lang, status=dict.fromkeys(one.text, "human"))
    assert text is not None  # noqa: S101 - the reader refuses one without a text
    return RecommendationOut(
        id=one.id,
        addressee=one.addressee,
        n=one.n,
        text=text,
        cells=list(one.cells),
        basis="our_reading" if one.cells else None,
        sources=sources(one.sources),
    )


def _row(row: StandingRow, view: StandingsView, catalog: Catalog, lang: str) -> StandingOut:
    place, result = row.figure.place, row.figure.result
    counted = row.standing.coverage if row.standing else None
    return StandingOut(
        cell=place.cell,
        axis=place.axis and place.axis.key,
        key=place.key and place.key.key,
        label=label_out(place, catalog, lang),
        score=None if result.score is None else number(result.score),
        display=None if result.score is None else number(display(result.score, view.edition.digits)),
        reason=result.reason,
        answered=counted and counted.answered,
        expected=counted and counted.expected,
        **_counts(row.standing),
        strengths=row.standing and _asked(row.standing.at_100, view.questionnaire, lang),
        weaknesses=row.standing and _asked(row.standing.below_50, view.questionnaire, lang),
        weak=row.weak,
        recommendations=[recommendation_out(one, lang) for one in row.recommendations],
    )


def _counts(standing: Standing | None) -> dict[str, int | None]:
    return {step: None if standing is None else standing.counts[step] for step in STEPS}


def _asked(ids: Sequence[str], asks: Questionnaire | None, lang: str) -> list[CountedOut]:
    return [
        CountedOut(indicator=one.id, question=text_out(one.question, lang))
        for one in (asks.indicators if asks else ())
        if one.id in ids
    ]
