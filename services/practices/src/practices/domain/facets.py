"""Filters and facets: the same twelve names, the same values.

A facet is counted *disjunctively*: its own filter is left out, the others hold. So a reader who has
chosen Spain still sees how many practices Italy would add. A practice that states nothing on a facet
has the value `unknown` there (`none` where nothing is a fact of its own), so that it is counted too.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from .practice import Practice

__all__ = ["FILTERS", "counts", "disjunctive", "facet_values", "missing_word", "passes"]

Values = Mapping[str, Sequence[str]]

_READ: Mapping[str, Callable[[Practice], Sequence[str]]] = {
    "country": lambda p: p.countries,
    "region": lambda p: p.regions,
    "role": lambda p: p.roles,
    "policy_area": lambda p: p.policy_areas,
    "theme": lambda p: p.themes,
    "target_group": lambda p: p.target_groups,
    "success": lambda p: (p.success.value,),
    "language": lambda p: p.practice_languages,
    "text_language": lambda p: p.text_languages,
    "regin_relation": lambda p: (p.regin_relation,) if p.regin_relation else (),
    "aspect": lambda p: [a.aspect for a in p.aspects],
    "criterion": lambda p: [c.criterion for c in p.criteria],
}
FILTERS = tuple(_READ)


def missing_word(facet: str) -> str:
    """Return the facet's value of a practice that states nothing."""
    return "none" if facet == "regin_relation" else "unknown"


def facet_values(practice: Practice) -> dict[str, tuple[str, ...]]:
    """Return a practice's values of every facet, each value once, never empty."""
    return {
        name: tuple(dict.fromkeys(read(practice))) or (missing_word(name),) for name, read in _READ.items()
    }


def passes(values: Values, filters: Values) -> bool:
    """Tell whether a practice with these values passes: OR within a filter, AND across."""
    return all(set(wanted) & set(values[name]) for name, wanted in filters.items())


def counts(practices: Iterable[Values], facet: str) -> dict[str, int]:
    """Return how many practices have each value of a facet."""
    return dict(Counter(value for values in practices for value in values[facet]))


def disjunctive(
    practices: Sequence[Values], filters: Values, facets: Iterable[str]
) -> dict[str, dict[str, int]]:
    """Return each facet's counts over what passes all filters but its own."""
    found = {}
    for facet in facets:
        others = {name: wanted for name, wanted in filters.items() if name != facet}
        found[facet] = counts((v for v in practices if passes(v, others)), facet)
    return found
