"""Which regions have a similar profile. Each rule is a sentence and a table.

A row is a region, its scores in the cells a, b, c… in the edition's order, and what is found of it when it is
compared with the first row: the mean distance, or why it cannot be compared. A score of `?` exists and is not
held here, `.` was asked and not found, `-` does not exist at all; `~` is a region that took no part.
"""

from fractions import Fraction

import pytest

from scoring.domain import Entry, Reason
from scoring.domain.similarity import profiles, similar

MARKS = {"?": Reason.NOT_HELD, ".": Reason.UNKNOWN, "-": Reason.NO_COMPETENCE}

RULES = {
    "The distance is the mean of the differences, whichever of the two is ahead": """
        vienna     60  40
        catalonia  70  20    15
        navarra    60  40    0
    """,
    "It is exact: a third is a third": """
        vienna     0  0  0
        catalonia  1  0  0   1/3
    """,
    "The most similar comes first; at equal distance the id decides": """
        vienna     50  50
        navarra    40  50    5
        catalonia  50  60    5
        murcia     50  51    1/2
    """,
    "Only cells in which both have a score are compared": """
        vienna     50  50  .   50
        catalonia  60  .   90  60   10
    """,
    "Half of the cells are enough": """
        vienna     50  50  .  .
        catalonia  60  60  .  .     10
    """,
    "Fewer than half are not enough, however near they are": """
        vienna     50  50  50  .  .
        catalonia  50  50  .   50 50   insufficient_coverage
    """,
    "Where enough was published and is not held here, that is the reason": """
        vienna     50  ?  ?  ?
        catalonia  50  ?  .  -      not_held
    """,
    "Where too little exists anywhere, no figure that turns up will help": """
        vienna     50  ?  .  .
        catalonia  50  .  ?  -      insufficient_coverage
    """,
    "Who took no part has no profile": """
        vienna     50  50
        catalonia  ~         not_assessed
    """,
    "Who took no part resembles nobody": """
        vienna     ~
        catalonia  50  50    not_assessed
    """,
}


def read(rule):
    """Turn a table into cells, profiles and what is expected."""
    rows = [line.split() for line in rule.strip().splitlines()]
    width = len(rows[1]) - 2 if "~" in rows[0] else len(rows[0]) - 1
    held, expected = {}, {}
    for region, *parts in rows:
        scores, rest = ([], parts[1:]) if parts[0] == "~" else (parts[:width], parts[width:])
        held[region] = {
            "abcdefgh"[place]: MARKS[one] if one in MARKS else Fraction(one)
            for place, one in enumerate(scores)
        }
        expected[region] = rest[0] if rest else None
    return rows[0][0], "abcdefgh"[:width], held, expected


@pytest.mark.parametrize("rule", RULES, ids=list(RULES))
def test_rule(rule):
    region, cells, held, expected = read(RULES[rule])

    found = similar(region, held, cells)

    told = {one.region: str(one.distance) for one in found.similar}
    told |= {one.region: str(one.reason) for one in found.not_comparable}
    assert told == {name: word for name, word in expected.items() if name != region}


def test_the_order():
    region, cells, held, _ = read(RULES["The most similar comes first; at equal distance the id decides"])

    assert [one.region for one in similar(region, held, cells).similar] == ["murcia", "catalonia", "navarra"]


@pytest.mark.parametrize(
    ("differences", "closest", "furthest"),
    [
        ((0, 5, 9, 1, 7, 3, 8), "adf", "cge"),
        ((2, 2, 2, 2), "ab", "cd"),  # equal ones in the edition's order
        ((4, 0, 8), "ba", "c"),  # none is named twice
        ((4,), "a", ""),
    ],
)
def test_the_cells_that_are_named(differences, closest, furthest):
    held = {
        "one": dict.fromkeys("abcdefg"[: len(differences)], Fraction(50)),
        "other": {"abcdefg"[n]: Fraction(50 - by) for n, by in enumerate(differences)},
    }

    (found,) = similar("one", held, "abcdefg"[: len(differences)]).similar

    assert ("".join(found.closest), "".join(found.furthest)) == (closest, furthest)
    assert found.compared == len(differences)


def test_a_profile_is_made_of_all_cells_but_the_overall_one():
    entries = {
        "overall": [Entry("vienna", Fraction(50))],
        "area-labour": [Entry("vienna", Fraction(1, 3)), Entry("murcia", None, Reason.UNKNOWN)],
    }

    assert profiles(entries) == {
        "vienna": {"area-labour": Fraction(1, 3)}, "murcia": {"area-labour": Reason.UNKNOWN},
    }  # fmt: skip
