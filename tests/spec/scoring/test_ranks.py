"""How places are given. Each rule is a sentence and a table: what is known of each region, and its place.

A score of `?` is one that exists and is not held here; `-` is one that does not exist at all (the region
has no competence in the matter). A place is written `3`, or `3 to 21` where an unknown score could change it.
`(1)` after a score is a place that a source states.
"""

from decimal import Decimal
from fractions import Fraction

import pytest

from scoring.domain import Entry, Rank, Reason, rank_table
from scoring.domain.ranks import among

RULES = {
    "The best score has the first place": """
        vienna     78      1
        catalonia  64      2
        navarra    47      3
    """,
    "Equal scores share the better place, and the next place is left out": """
        vienna     78      1
        catalonia  64      2
        navarra    64      2
        murcia     14      4
    """,
    "Scores are compared exactly, however they are written": """
        vienna     58.10   1
        catalonia  58.1    1
        navarra    58.09   3
    """,
    "While one score is unknown, a place that it could change is given from best to worst": """
        vienna     78      1 to 2
        catalonia  64      2 to 3
        murcia     14      3 to 4
        veneto     ?       none
    """,
    "A region with 100 has the first place, for nothing can be better": """
        vienna     100     1
        catalonia  100     1
        murcia     14      3 to 5
        veneto     ?       none
        campania   ?       none
    """,
    "Zero is a score": """
        vienna     78      1
        murcia     0       2
    """,
    "The last known one may still be beaten by every unknown one": """
        murcia     0       1 to 3
        veneto     ?       none
        campania   ?       none
    """,
    "A score that does not exist can change no place": """
        vienna     78      1
        murcia     14      2
        skane      -       none
    """,
    "A place that a source states is kept, whatever is unknown": """
        vienna     78 (1)  1 published
        basque     77 (2)  2 published
        catalonia  64      3 to 5
        veneto     ?       none
        campania   ?       none
    """,
    "Where nothing is known nothing has a place": """
        veneto     ?       none
        campania   ?       none
    """,
}


def read(rule):
    """Turn a table into entries and expected places."""
    entries, places = [], {}
    for line in rule.strip().splitlines():
        words = line.split()
        region, score, rest = words[0], words[1], words[2:]
        stated = int(rest.pop(0).strip("()")) if rest[0].startswith("(") else None
        places[region] = " ".join(rest)
        reason = {"?": Reason.NOT_HELD, "-": Reason.NO_COMPETENCE}.get(score)
        exact = None if reason else Fraction(Decimal(score))
        entries.append(Entry(region, exact, reason, stated))
    return entries, places


def written(rank: Rank | None) -> str:
    if rank is None:
        return "none"
    place = str(rank.position) if rank.position is not None else f"{rank.low} to {rank.high}"
    return place + (" published" if rank.origin == "published" else "")


@pytest.mark.parametrize("rule", RULES, ids=list(RULES))
def test_rule(rule):
    entries, places = read(RULES[rule])

    table = rank_table(entries)

    assert {entry.region: written(table.ranked.get(entry.region)) for entry in entries} == places


def test_a_certain_place_is_its_own_low_and_high():
    table = rank_table([Entry("vienna", Fraction(100)), Entry("veneto", None, Reason.NOT_HELD)])

    place = {"position": 1, "of": 2, "known": 1, "low": 1, "high": 1}
    assert table.ranked["vienna"] == Rank(**place, origin="computed", unknown=1)


def test_a_stated_place_is_its_own_low_and_high_and_says_whose_it_is():
    entries = [Entry("vienna", Fraction(78), stated=1)]
    entries += [Entry(f"r{n}", None, Reason.NOT_HELD) for n in range(24)]

    place = {"position": 1, "of": 25, "known": 1, "low": 1, "high": 1}
    assert rank_table(entries).ranked["vienna"] == Rank(**place, origin="published", unknown=24)


def test_the_edition_of_2021_seven_of_twenty_five_overall_scores_are_known():
    known = {"vienna": (78, 1), "basque-country": (77, 2), "catalonia": (64, None), "navarra": (47, None),
             "valencia": (28, None), "melilla": (23, None), "murcia": (14, None)}  # fmt: skip
    entries = [Entry(name, Fraction(score), stated=place) for name, (score, place) in known.items()]
    entries += [Entry(f"r{n}", None, Reason.NOT_HELD) for n in range(18)]

    table = rank_table(entries)

    assert {region: written(rank) for region, rank in table.ranked.items()} == {
        "vienna": "1 published", "basque-country": "2 published", "catalonia": "3 to 21",
        "navarra": "4 to 22",
        "valencia": "5 to 23", "melilla": "6 to 24", "murcia": "7 to 25",
    }  # fmt: skip
    assert (table.of, table.known, table.complete, len(table.unranked)) == (25, 7, False, 18)


def test_among_some_of_the_regions_all_places_are_worked_out_anew():
    entries, _ = read("""
        vienna     78 (1)  1 published
        basque     77 (2)  2 published
        catalonia  64      3 to 4
        navarra    47      4 to 5
        veneto     ?       none
    """)

    within = rank_table(among({"basque", "catalonia", "navarra"}, entries))
    with_one_unknown = rank_table(among({"catalonia", "veneto"}, entries))

    assert {name: written(rank) for name, rank in within.ranked.items()} == {
        "basque": "1", "catalonia": "2", "navarra": "3",
    }  # fmt: skip
    assert (within.of, within.complete) == (3, True)
    assert written(with_one_unknown.ranked["catalonia"]) == "1 to 2"


def test_all_that_take_part_are_counted_and_those_without_a_score_are_listed_with_the_reason():
    table = rank_table([
        Entry("b", None, Reason.NOT_HELD), Entry("a", None, Reason.NO_COMPETENCE), Entry("c", Fraction(1)),
    ])  # fmt: skip

    assert (table.of, table.known) == (3, 1)
    assert dict(table.unranked) == {"a": Reason.NO_COMPETENCE, "b": Reason.NOT_HELD}


def test_the_ranking_is_in_order_and_ties_by_name():
    table = rank_table([Entry("c", Fraction(5)), Entry("b", Fraction(7)), Entry("a", Fraction(5))])

    assert list(table.ranked) == ["b", "a", "c"]


@pytest.mark.parametrize(
    ("score", "reason", "stated"),
    [
        (None, None, None),
        (Fraction(1), Reason.NOT_HELD, None),
        (Fraction(101), None, None),
        (Fraction(-1), None, None),
        (None, Reason.NOT_HELD, 1),
        (Fraction(1), None, 0),
    ],
)
def test_what_makes_no_sense_cannot_be_written_down(score, reason, stated):
    with pytest.raises(ValueError, match="vienna"):
        Entry("vienna", score, reason, stated)
