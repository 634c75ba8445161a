"""The ranking against a reference without a formula: it tries every placement of the unknown scores."""

from fractions import Fraction
from itertools import pairwise, product

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.domain import Entry, Reason, rank_table

SCORES = st.fractions(min_value=0, max_value=100, max_denominator=4)
SCORES |= st.sampled_from([Fraction(0), Fraction(100)])


def placements(known):
    """Return values that stand for every possible unknown score: each known one, and all between them."""
    fixed = sorted({Fraction(0), Fraction(100), *known})
    between = [(low + high) / 2 for low, high in pairwise(fixed)]
    return sorted([*fixed, *between])


def attained(score, known, unknown):
    """Return the places that a region has over all placements of the unknown ones."""
    return {
        1 + sum(other > score for other in [*known, *placed])
        for placed in product(placements(known), repeat=unknown)
    }


@given(known=st.lists(SCORES, min_size=1, max_size=4), unknown=st.integers(0, 3))
@settings(max_examples=150, deadline=None)
def test_low_and_high_are_the_places_that_can_really_come_about(known, unknown):
    entries = [Entry(f"k{n}", score) for n, score in enumerate(known)]
    entries += [Entry(f"u{n}", None, Reason.NOT_HELD) for n in range(unknown)]

    table = rank_table(entries)

    for n, score in enumerate(known):
        rank = table.ranked[f"k{n}"]
        places = attained(score, known, unknown)
        assert (rank.low, rank.high) == (min(places), max(places))
        assert rank.position == (rank.low if len(places) == 1 else None)
        assert (rank.of, rank.known) == (len(entries), len(known))
