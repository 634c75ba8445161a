"""Made-up answers of two experts, for a demonstration: plausible, and the same wherever they are made.

Every choice is drawn from a SHA-256 of what it is about, so that none hangs on the order of the others or on
a version of Python. A region has a level and an indicator has a difficulty; both together, with something of
their own, say how near to 100 the true answer is. The experts differ on about 15 % of the indicators, by one
step of the scale for the most part, and are less certain there. Here and there a region has no say in an
area, or hardly anything is found out about a key, so that figures are missing. Nothing of it says anything
about a region.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from .questionnaire import Answer, Indicator, Option, Questionnaire, Status
from .releases import Judgement, Record

__all__ = ["made_up"]

# In thousandths: whole numbers compare the same everywhere.
WHOLE = 1000
LEVELS = (300, 850)  # of regions
DIFFICULTY, OWN = 150, 250  # how far an indicator, and one answer, lies from the region's level at most
WITHOUT_OPTION = ((Status.NO_COMPETENCE, 25), (Status.NOT_APPLICABLE, 15), (Status.UNKNOWN, 20))
NO_SAY, HARDLY_KNOWN = 30, 15  # of areas, of keys of any axis
NOT_FOUND = 750  # of the indicators of a key of which hardly anything is known
DIFFERENT = 150
TWO_STEPS, DOES_NOT_KNOW = 120, 80  # of those that differ
CERTAIN, CERTAIN_WHERE_DIFFERENT = (600, 330), (250, 500)  # high, medium; the rest is low
SEATS = ("a", "b")


@dataclass(frozen=True)
class _Dice:
    """Numbers that hang on a seed and on what they are for."""

    seed: str

    def throw(self, *about: str) -> int:
        """Return a number from 0 to 999."""
        raw = hashlib.sha256("\x1f".join((self.seed, *about)).encode()).digest()
        return int.from_bytes(raw[:8], "big") % WHOLE

    def around(self, most: int, *about: str) -> int:
        """Return a number from -most to +most."""
        return self.throw(*about) * 2 * most // (WHOLE - 1) - most


def made_up(
    questionnaire: Questionnaire, regions: Iterable[str], seed: str, decided_at: datetime
) -> list[Record]:
    """Return a record for each region, with decisions and the answers of the seats `a` and `b`."""
    dice = _Dice(seed)
    return [_record(questionnaire, region, dice, decided_at) for region in sorted(regions)]


def _record(questionnaire: Questionnaire, region: str, dice: _Dice, decided_at: datetime) -> Record:
    low, high = LEVELS
    level = low + dice.throw("level", region) * (high - low) // (WHOLE - 1)
    answers: dict[str, dict[str, Judgement]] = {seat: {} for seat in SEATS}
    decisions: dict[str, Answer] = {}
    year = str(decided_at.year)
    areas = questionnaire.axes[-1].key
    for indicator in questionnaire.indicators:
        status = _status(indicator, region, areas, dice)
        given = (Answer(status=status),) * 2 if status else _answers(indicator, region, level, dice)
        sure = CERTAIN if given[0] == given[1] else CERTAIN_WHERE_DIFFERENT
        for seat, answer in zip(SEATS, given, strict=True):
            certainty = _certainty(dice.throw("certainty", region, indicator.id, seat), sure)
            answers[seat][indicator.id] = Judgement(answer, certainty, year)
        decisions[indicator.id] = _decision(given, dice.throw("decision", region, indicator.id))
    return Record(region, decisions, answers, decided_at)


def _status(indicator: Indicator, region: str, areas: str, dice: _Dice) -> Status | None:
    """Return what both experts say in place of an option, if anything."""
    # What counts in several keys of an axis does not fall with one of them.
    keys = {axis: named[0] for axis, named in indicator.position.items() if len(named) == 1}
    if areas in keys and dice.throw("say", region, keys[areas]) < NO_SAY:
        return Status.NO_COMPETENCE
    hardly_known = any(dice.throw("known", region, axis, key) < HARDLY_KNOWN for axis, key in keys.items())
    if hardly_known and dice.throw("found", region, indicator.id) < NOT_FOUND:
        return Status.UNKNOWN
    kind = dice.throw("status", region, indicator.id)
    for status, share in WITHOUT_OPTION:
        if kind < share:
            return status
        kind -= share
    return None


def _answers(indicator: Indicator, region: str, level: int, dice: _Dice) -> tuple[Answer, Answer]:
    scale = sorted(indicator.options, key=lambda option: (option.score, option.id))
    goal = level + dice.around(DIFFICULTY, "difficulty", indicator.id)
    goal += dice.around(OWN, "own", region, indicator.id)
    true = _nearest(scale, goal)
    one = Answer(option=scale[true].id)
    if dice.throw("different", region, indicator.id) >= DIFFERENT or len(scale) == 1:
        return one, one
    other = _different(scale, true, dice, region, indicator.id)
    return (one, other) if dice.throw("who", region, indicator.id) % 2 else (other, one)


def _nearest(scale: Sequence[Option], goal: int) -> int:
    return min(range(len(scale)), key=lambda place: (abs(scale[place].score * (WHOLE // 100) - goal), place))


def _different(scale: Sequence[Option], true: int, dice: _Dice, *about: str) -> Answer:
    how = dice.throw("how", *about)
    if how < DOES_NOT_KNOW:
        return Answer(status=Status.UNKNOWN)
    step = 2 if how < DOES_NOT_KNOW + TWO_STEPS else 1
    up = dice.throw("direction", *about) % 2 == 0
    place = true + step if up else true - step
    if not 0 <= place < len(scale):  # at an end of the scale there is one side only
        place = true + 1 if true == 0 else true - 1
    return Answer(option=scale[place].id)


def _certainty(thrown: int, shares: tuple[int, int]) -> str:
    high, medium = shares
    return "high" if thrown < high else "medium" if thrown < high + medium else "low"


def _decision(given: tuple[Answer, Answer], thrown: int) -> Answer:
    # Who found an answer is followed rather than who found none.
    chosen = [answer for answer in given if answer.option is not None] or list(given)
    return chosen[thrown % len(chosen)]
