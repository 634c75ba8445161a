"""Releases: what a snapshot takes over, what a correction changed, what is current, how sure a figure is."""

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from scoring.domain.editions import Release
from scoring.domain.engine import Computed, Coverage
from scoring.domain.reasons import Reason
from scoring.domain.releases import changes, confidence, snapshot, statuses
from tests.support.builders_releases import record
from tests.support.tables import rows

DAY = datetime(2026, 11, 24, tzinfo=UTC)

# `certainties` are those of both experts about the indicators that the figure rests on: high, medium, low.
CONFIDENCE = """
answered  of  certainties  confidence
10        10  hhhhhhhhhh   high
9         10  hhhhhmmmmm   high
9         10  hhhhmmmmmm   medium
10        10  hhhhhhhhhl   high
10        10  hhhhhhhhll   medium
8         10  hhhhhhhhhh   medium
3         4   hhhhhhhhhh   medium
7         10  hhhhhhhhhh   low
10        10  hhhhhlllll   low
10        10  mmmmmmllll   medium
10        10  -            medium
1         2   -            low
"""


@pytest.mark.parametrize("row", rows(CONFIDENCE)[1:], ids=" ".join)
def test_how_sure_a_figure_is(row):
    answered, expected, letters, level = row
    words = {"h": "high", "m": "medium", "l": "low"}
    certainties = [words[letter] for letter in letters if letter != "-"]

    assert confidence(Coverage(int(answered), int(expected)), certainties) == level


# Of an edition the newest release that is not withdrawn is current.
#   releases in order, w is withdrawn   → statuses
STATUSES = [
    ("r", "current"),
    ("r r r", "superseded superseded current"),
    ("r r w", "superseded current withdrawn"),
    ("r w r", "superseded withdrawn current"),
    ("w w", "withdrawn withdrawn"),
]


@pytest.mark.parametrize(("made", "expected"), STATUSES)
def test_which_release_is_current(made, expected):
    releases = [
        Release(f"x-r{n}", "x", n, date(2026, 11, 24), DAY, withdrawn_at=DAY if kind == "w" else None)
        for n, kind in enumerate(made.split(), 1)
    ]

    assert list(statuses(reversed(releases)).values())[::-1] == expected.split()


def test_every_edition_has_a_current_release_of_its_own():
    releases = [Release(f"{e}-r1", e, 1, date(2026, 11, 24), DAY) for e in ("x", "y")]

    assert set(statuses(releases).values()) == {"current"}


# The next release has the regions of the one before, and what is new replaces what is there.
SNAPSHOTS = [
    ("", "alpha", "alpha:new"),
    ("beta", "alpha", "alpha:new beta:old"),
    ("alpha beta", "alpha", "alpha:new beta:old"),
    ("alpha beta", "", "alpha:old beta:old"),
]


@pytest.mark.parametrize(("held", "new", "expected"), SNAPSHOTS)
def test_what_the_next_release_rests_on(held, new, expected):
    old_ones = [record(region, "aaaaa") for region in held.split()]
    new_ones = [record(region, "ddddd") for region in new.split()]

    records = snapshot(old_ones, new_ones)

    assert " ".join(f"{r.region}:{'new' if r in new_ones else 'old'}" for r in records) == expected


def figure(score: str) -> Computed:
    reasons = {"unknown": Reason.UNKNOWN, "not_applicable": Reason.NOT_APPLICABLE}
    found = reasons.get(score)
    return Computed(None if found else Fraction(score), found, Coverage(0 if found else 1, 1))


# A correction is told where the exact score, or the reason for having none, is another.
#   before, after  → from, to
CHANGES = [
    ("50", "50", None),
    ("185/3", "370/6", None),
    ("50", "501/10", ("50", "501/10")),
    ("50", "unknown", ("50", "None")),
    ("unknown", "50", ("None", "50")),
    ("unknown", "not_applicable", ("None", "None")),
    ("unknown", "unknown", None),
]


@pytest.mark.parametrize(("before", "after", "told"), CHANGES)
def test_what_a_correction_changed(before, after, told):
    found = changes({"overall": figure(before)}, {"overall": figure(after)})

    assert [(str(one.before), str(one.after)) for one in found] == ([told] if told else [])


def test_only_what_comes_from_an_assessment_has_a_log():
    with pytest.raises(ValueError, match="alpha"):
        replace(record("alpha", "aaaaa"), assessment="as-1", log_head=None)
