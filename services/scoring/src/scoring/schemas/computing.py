"""Figures of answers that are not stored, as they are answered."""

from pydantic import Field

from scoring.domain import Edition, Figure, Result, band_of, display
from scoring.domain.simulated import Figured, Simulation
from servicekit.catalog import Catalog
from servicekit.wire import Model

from .common import Number, Reason, number
from .figures import AxisCellsOut, CellOut, cells_out


class StateOut(Model):
    """A figure before or after: its score, or why there is none."""

    score: Number | None
    display: Number | None
    reason: Reason | None
    band: str | None


class ChangeOut(Model):
    """A cell whose figure differs from that of the baseline."""

    cell: str
    before: StateOut = Field(serialization_alias="from")
    after: StateOut = Field(serialization_alias="to")


class ComputedOut(Model):
    """All figures; `changes` is null where there is no baseline."""

    edition: str
    overall: CellOut
    axes: list[AxisCellsOut]
    changes: list[ChangeOut] | None


def computed_out(simulation: Simulation, catalog: Catalog, lang: str) -> ComputedOut:
    """Return the figures as simulated ones: without rank and interval, for nobody else takes part."""
    edition = simulation.edition
    figures = [
        Figure(place, Result(figure.score, figure.reason, coverage=figure.coverage), None)
        for place in edition.places()
        for figure in [simulation.figures[place.cell]]
    ]
    overall, axes = cells_out(edition, figures, catalog, lang=lang, origin="simulated")
    changes = simulation.changes
    return ComputedOut(
        edition=edition.id,
        overall=overall,
        axes=axes,
        changes=None if changes is None else [
            ChangeOut(cell=one.cell, before=_state(one.before, edition), after=_state(one.after, edition))
            for one in changes
        ],
    )  # fmt: skip


def _state(figure: Figured, edition: Edition) -> StateOut:
    if figure.score is None:
        return StateOut(score=None, display=None, reason=figure.reason, band=None)
    return StateOut(
        score=number(figure.score),
        display=number(display(figure.score, edition.digits)),
        reason=None,
        band=edition.method and band_of(edition.method, figure.score),
    )
