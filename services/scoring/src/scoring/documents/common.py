"""What documents have in common: texts, sources, notes."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Limits

from servicekit.text import PlainText

__all__ = [
    "AxisName", "BadData", "Confidence", "Doc", "Match", "NoteDoc", "PartialDate", "SourceDoc", "Texts",
]  # fmt: skip

Texts = dict[str, Annotated[PlainText, Limits(min_length=1)]]
Confidence = Literal["high", "medium", "low"]
Match = Literal["exact", "close", "broad", "narrow"]
AxisName = Annotated[str, Limits(pattern=r"^[a-z][a-z0-9_]*$")]
PartialDate = Annotated[str, Limits(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]


class BadData(Exception):
    """The files cannot be loaded; `faults` says what is wrong and where, all of it."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class Doc(BaseModel):
    """A thing in a file: no field that is not known, no value of another type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class SourceDoc(Doc):
    """Where something was taken from."""

    title: PlainText
    publisher: PlainText | None = None
    url: PlainText | None = None
    published: PartialDate | None = None
    accessed: PartialDate | None = None
    locator: PlainText | None = None
    lang: str | None = None
    licence: str | None = None


class NoteDoc(Doc):
    """What a reader must know; `field` is for those who keep the data."""

    kind: Literal["conflict", "caveat", "scope", "erratum", "break"]
    text: Texts
    sources: list[SourceDoc]
    field: str | None = None
