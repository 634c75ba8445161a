"""What the wire models of scoring have in common."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from pydantic import BaseModel, ConfigDict

from servicekit.wire import TextOut, localise

__all__ = ["Confidence", "In", "Match", "Number", "Origin", "Reason", "number", "text_out"]

Number = int | float
Reason = Literal[
    "not_held", "not_assessed", "unknown", "not_applicable", "no_competence", "insufficient_coverage",
    "suppressed", "withdrawn",
]  # fmt: skip
Origin = Literal["published", "computed", "demonstration", "simulated"]
Confidence = Literal["high", "medium", "low"]
Match = Literal["exact", "close", "broad", "narrow"]


class In(BaseModel):
    """What is sent: a field that is not known is a fault."""

    model_config = ConfigDict(extra="forbid")


def number(exact: Decimal | Fraction) -> Number:
    """Return an exact number as JSON shows it: 64 stays 64, 0.4 stays 0.4, a third is the nearest double."""
    return whole if (whole := int(exact)) == exact else float(exact)


def text_out(doc: Mapping[str, str], lang: str) -> TextOut:
    """Return a text that is always there."""
    found = localise(doc, lang)
    assert found is not None  # noqa: S101 - the loader refuses an empty text document
    return found
