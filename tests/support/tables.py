"""Rules as tables that are read by people, by tests, and by the page that is made of them."""

import re
from dataclasses import dataclass
from fractions import Fraction

from scoring.domain import Answer, Axis, Indicator, Key, Method, Option, Questionnaire, Status

STATUSES = {"unknown": Status.UNKNOWN, "not applicable": Status.NOT_APPLICABLE,
            "no competence": Status.NO_COMPETENCE}  # fmt: skip


def rows(table: str) -> list[list[str]]:
    """Return a table's cells; two spaces or more part the columns."""
    return [re.split(r" {2,}", line.strip()) for line in table.strip().splitlines()]


@dataclass(frozen=True)
class Rule:
    """A rule: what was asked and decided, and the figures that come of it.

    A decision is the score of the option chosen, a status, or `–` where there is none.
    """

    title: str
    text: str
    decisions: str
    figures: str
    min_coverage: str = "0.5"
    mean_of: str = "indicators"
    digits: int = 0

    def questionnaire(self) -> Questionnaire:
        """Return what is asked; the areas are those that the table names, in its order."""
        lines = rows(self.decisions)[1:]
        areas = dict.fromkeys(area for line in lines for area in line[2].split(", ") if area != "–")
        keys = tuple(Key(area, {"en": area}, None, ()) for area in areas)
        axis = "area" if self.mean_of == "areas" else None
        method = Method("groups" if axis else "indicators", axis, Fraction(self.min_coverage), self.digits)
        return Questionnaire(
            "rule", (Axis("area", {"en": "Area"}, keys),), [_asked(*line) for line in lines], method
        )

    def answers(self) -> dict[str, Answer]:
        """Return what was decided."""
        return {
            name: Answer(status=STATUSES[word]) if word in STATUSES else Answer(option="chosen")
            for name, _, _, word in rows(self.decisions)[1:]
            if word != "–"
        }


def _asked(name: str, weight: str, areas: str, word: str) -> Indicator:
    score = Fraction(0) if word in {*STATUSES, "–"} else Fraction(word)
    return Indicator(
        id=name,
        weight=Fraction(weight),
        position={} if areas == "–" else {"area": areas.split(", ")},
        options=[Option("chosen", score, {"en": word}), Option("other", Fraction(50), {"en": "other"})],
        question={"en": name},
    )
