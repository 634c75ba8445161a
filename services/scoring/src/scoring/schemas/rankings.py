"""Rankings as they are answered."""

from collections.abc import Sequence

from pydantic import Field

from scoring.domain import Indicator, display
from scoring.domain.comparisons import Influential
from scoring.service import RankingView
from servicekit.catalog import Catalog
from servicekit.wire import Model, SourceOut, TextOut, sources

from .common import Number, Origin, Reason, number, text_out
from .figures import IntervalOut, RankOut, interval_out, label_out, rank_out

__all__ = ["InfluentialOut", "RankedOut", "RankingOut", "UnrankedOut", "ranking_out"]


class RankedOut(Model):
    """A region with its place."""

    region: str
    name: TextOut
    country: str
    score: Number
    display: Number
    rank: RankOut
    interval: IntervalOut | None
    sources: list[SourceOut]


class UnrankedOut(Model):
    """A region that takes part, without a score."""

    region: str
    name: TextOut
    country: str
    reason: Reason


class InfluentialOut(Model):
    """An indicator without which places change: `region` moves by `places`, and `moved` regions move."""

    indicator: str
    question: TextOut | None
    places: int
    region: str
    moved: int


class RankingOut(Model):
    """A ranking with what is unknown.

    Within countries (`within`) all places are worked out anew on exact scores. The interval of a place is
    null there, and `influential`, too: both were found among all. It is null as well while a score is
    unknown, which no simulation knows anything of.
    """

    edition: str
    release: str
    origin: Origin
    cell: str
    label: TextOut
    within: list[str]
    complete: bool
    of: int
    known: int
    items: list[RankedOut]
    unranked: list[UnrankedOut]
    indistinguishable: list[tuple[str, str]] | None = Field(
        description="Pairs of regions of which neither is ahead in 95 % of the draws; null: not simulated."
    )
    influential: list[InfluentialOut] | None = Field(
        description="What places among all hang on most, each indicator left out by itself; null: not known."
    )


def ranking_out(view: RankingView, catalog: Catalog, lang: str) -> RankingOut:
    """Return a ranking, best first."""
    table, regions = view.table, view.regions
    place = next(place for place in view.edition.places() if place.cell == view.cell)
    items = [
        RankedOut(
            region=region,
            name=text_out(regions[region].name, lang),
            country=regions[region].country,
            score=number(score),
            display=number(display(score, view.edition.digits)),
            rank=rank_out(rank, None if view.within else result.interval),
            interval=interval_out(result),
            sources=sources(result.sources),
        )
        for region, rank in table.ranked.items()
        if (score := (result := view.results[region]).score) is not None
    ]
    return RankingOut(
        edition=view.edition.id,
        release=view.release,
        origin=view.edition.kind,
        cell=view.cell,
        label=label_out(place, catalog, lang),
        within=list(view.within),
        complete=table.complete,
        of=table.of,
        known=table.known,
        items=items,
        unranked=[
            UnrankedOut(
                region=region,
                name=text_out(regions[region].name, lang),
                country=regions[region].country,
                reason=reason,
            )
            for region, reason in table.unranked.items()
        ],
        indistinguishable=None if view.pairs is None else list(view.pairs),
        influential=None if view.influential is None else _influential(view.influential, lang),
    )


def _influential(found: Sequence[tuple[Influential, Indicator | None]], lang: str) -> list[InfluentialOut]:
    return [
        InfluentialOut(
            indicator=one.indicator,
            question=text_out(asked.question, lang) if asked else None,
            places=one.places,
            region=one.region,
            moved=one.moved,
        )
        for one, asked in found
    ]
