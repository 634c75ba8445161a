"""One edition: its axes, what is asked, and how answers become figures."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic import Field as Limits
from pydantic_core import PydanticCustomError

from servicekit.text import PlainText, Slug

from .common import AxisName, Doc, Match, NoteDoc, SourceDoc, Texts

__all__ = ["MAX_AXES", "MAX_INDICATORS", "EditionDoc", "plain_json"]

MAX_INDICATORS = 500
MAX_AXES = 12
MAX_KEYS = 200  # of one axis
SAFE = 2**53  # integers from here on are not all doubles


def _exact(value: Any) -> Decimal:
    """Read a number, and refuse one with more digits than readers of JSON agree about.

    Its exact value goes into the figures, and its canonical text into the hash: where a double would round
    it, two documents with one hash could give two results.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise PydanticCustomError("number_type", "no number")
    exact = Decimal(str(value))
    if Decimal(repr(float(exact))) != exact:
        raise PydanticCustomError("number_not_exact", "more digits than a double keeps")
    return exact


Number = Annotated[Decimal, BeforeValidator(_exact)]
Score = Annotated[Number, Limits(ge=0, le=100)]
LocalId = Annotated[str, Limits(pattern=r"^[A-Za-z0-9][A-Za-z0-9_]*$", max_length=100)]


class MatchDoc(Doc):
    """A code of another list."""

    relation: Match
    list: str
    code: str


class KeyDoc(Doc):
    """A key of an axis."""

    key: AxisName
    label: Texts
    definition: Texts | None
    matches: list[MatchDoc]
    sources: list[SourceDoc] = Field(default_factory=list)


class AxisDoc(Doc):
    """An axis of an edition."""

    key: AxisName
    label: Texts
    keys: Annotated[list[KeyDoc], Limits(min_length=1, max_length=MAX_KEYS)]


class ReleaseDoc(Doc):
    """The release that the published scores are."""

    id: str
    issued: Annotated[date, Limits(strict=False)]


class OptionDoc(Doc):
    """One answer to choose."""

    id: LocalId
    score: Score
    text: Texts


class IndicatorDoc(Doc):
    """One question, and where its score counts."""

    id: LocalId
    original_id: PlainText | None = None
    family: PlainText | None = None
    question: Texts
    help: Texts | None = None
    weight: Annotated[Number, Limits(gt=0)]
    position: dict[AxisName, list[AxisName]]
    options: Annotated[list[OptionDoc], Limits(min_length=1)]


class OverallDoc(Doc):
    """What the overall figure is the mean of."""

    mean_of: Literal["indicators", "groups"]
    axis: AxisName | None = None


class RoundingDoc(Doc):
    """How a figure is rounded where people are shown it."""

    mode: Literal["half_up"]
    digits: Annotated[int, Limits(ge=0, le=3)]


class BandDoc(Doc):
    """A named part of the scale; it begins at `from`."""

    model_config = ConfigDict(extra="forbid", strict=True, populate_by_name=True)

    key: AxisName
    start: Annotated[Score, Limits(alias="from")]
    label: Texts


class MethodDoc(Doc):
    """How answers become figures."""

    overall: OverallDoc
    min_coverage: Annotated[Number, Limits(ge=0, le=1)]
    rounding: RoundingDoc
    bands: list[BandDoc]


class EditionDoc(Doc):
    """One file of `editions/`, or one that an administrator loads; `edition_faults` says what is wrong."""

    edition: Slug
    kind: Literal["published", "computed", "demonstration"]
    title: Texts
    licence: PlainText | None
    languages: Annotated[list[str], Limits(min_length=1)]
    release: ReleaseDoc | None = None
    axes: Annotated[list[AxisDoc], Limits(min_length=1, max_length=MAX_AXES)]
    indicators: Annotated[list[IndicatorDoc], Limits(max_length=MAX_INDICATORS)]
    method: MethodDoc | None
    notes: list[NoteDoc]
    sources: list[SourceDoc]

    def cells(self) -> dict[str, tuple[str | None, str | None]]:
        """Return every cell with its axis and key, the overall one first."""
        inner = {f"{axis.key}-{key.key}": (axis.key, key.key) for axis in self.axes for key in axis.keys}
        return {"overall": (None, None), **inner}

    def document(self) -> dict[str, Any]:
        """Return the document as it was given, its numbers as JSON has them."""
        document: dict[str, Any] = plain_json(self.model_dump(by_alias=True, exclude_unset=True))
        return document


def plain_json(value: Any) -> Any:
    """Return a value in the types of JSON.

    A decimal becomes an integer where it is one, else the double whose shortest text it is: no digit is
    lost, for a number that is not such a text was refused.
    """
    if isinstance(value, dict):
        return {key: plain_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain_json(inner) for inner in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if abs(value) < SAFE and value == int(value) else float(value)
    return value
