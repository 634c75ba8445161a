"""From what a file says to rows: whose territory a figure is of, what is held back, what stands twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scoring.domain import Code, Reason, Territory
from scoring.domain.statistics import too_small
from servicekit.text import fold_key

from .observations import Findings, Observation, Refusals, Refused, named
from .table import in_range

__all__ = ["SERIES", "Places", "Plan", "Rules", "plan"]

SERIES = ("region_id", "key", "citizenship", "sex", "age", "period")
SCHEME = "NUTS"
FIRST = 1_000  # after the figures of the files, in the order of the indicators

Row = dict[str, Any]
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Places:
    """The regions as a file may name them: folded names to ids, and every region's codes."""

    names: Mapping[str, Sequence[str]]
    codes: Mapping[str, Sequence[Code]]

    def by_code(self) -> dict[str, list[tuple[str, Code]]]:
        """Return who has a code of the scheme of Eurostat."""
        found: dict[str, list[tuple[str, Code]]] = {}
        for region, codes in self.codes.items():
            for code in codes:
                if code.scheme == SCHEME:
                    found.setdefault(code.code, []).append((region, code))
        return found


@dataclass(frozen=True)
class Rules:
    """What may be written: the caller's regions (None: all), the smallest count shown, the order of keys."""

    regions: frozenset[str] | None
    small_cell: int
    order: Sequence[str]


@dataclass
class Plan:
    """Rows to be written, by series and period, and what is refused."""

    rows: dict[Key, Row] = field(default_factory=dict)
    refused: Refusals = field(default_factory=Refusals)


class _No(Exception):
    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def plan(findings: Findings, places: Places, rules: Rules) -> Plan:
    """Return what a file comes to; raises what its parser raises."""
    found = Plan()
    holders = places.by_code()
    order = {key: FIRST + number for number, key in enumerate(rules.order)}
    stands: dict[Key, str] = {}
    contradicted: set[Key] = set()
    for one in findings:
        if isinstance(one, Refused):
            found.refused.add(one)
            continue
        try:
            region, territory = _coded(one, holders) if one.by_code else _called(one, places)
            _check_owner(region, rules)
            row = _row(one, region, territory, rules.small_cell) | {"position": order[one.key]}
        except _No as no:
            found.refused.add(Refused(one.place, no.code, no.params))
            continue
        key = tuple(row[name] for name in SERIES)
        if key not in stands:
            stands[key], found.rows[key] = one.place, row
        elif found.rows[key] == row:
            found.refused.add(Refused(one.place, "import_twice", {"first": stands[key]}))
        else:
            contradicted.add(key)
            found.refused.add(Refused(one.place, "import_contradicts", {"first": stands[key]}))
    for key in contradicted:  # which of the two is right nobody can say here
        del found.rows[key]
        found.refused.add(Refused(stands[key], "import_contradicted"))
    return found


def _check_owner(region: str, rules: Rules) -> None:
    if rules.regions is not None and region not in rules.regions:
        raise _No("import_region_not_yours")


def _coded(one: Observation, holders: Mapping[str, Sequence[tuple[str, Code]]]) -> tuple[str, Territory]:
    """Return the region whose territory a code of the source is, and nothing more or less."""
    held = holders.get(one.territory, ())
    if not held:
        raise _No("import_territory_unknown", territory=named(one.territory))
    exact = [(region, code) for region, code in held if code.match == "exact" and _level(code)]
    if not exact:
        raise _No("import_no_exact_code", territory=named(one.territory))
    region, code = max(exact, key=lambda pair: pair[1].version)
    return region, Territory(code.scheme, code.version, code.code)


def _level(code: Code) -> bool:
    # ES51 is of level 2: two letters of the country and two signs more.
    return code.level is None or code.level == len(code.code) - 2


def _called(one: Observation, places: Places) -> tuple[str, Territory]:
    folded = fold_key(one.territory)
    ids = places.names.get(folded, ())
    region = one.territory if one.territory in ids else ids[0] if ids else None
    if region is None:
        raise _No("import_territory_unknown", territory=named(one.territory))
    if len(ids) > 1 and one.territory not in ids:
        raise _No("import_region_ambiguous")
    codes = places.codes.get(region, ())
    exact = next((code for code in codes if code.match == "exact"), None)
    # Who names a region by a code means the territory of that code.
    meant = next((code for code in codes if fold_key(code.code) == folded), exact)
    if exact is None or meant is None or meant.match != "exact":
        raise _No("import_no_exact_code", territory=named(one.territory))
    return region, Territory(meant.scheme, meant.version, meant.code)


def _row(one: Observation, region: str, territory: Territory, small_cell: int) -> Row:
    value, reason = one.value, one.reason
    if value is not None:
        if (why := in_range(one.unit, value)) is not None:
            raise _No(why[0], **why[1])
        # Nothing of it is kept: what is not stored cannot get out.
        if too_small(one.unit, value, small_cell) or (one.base is not None and one.base < small_cell):
            value, reason = None, Reason.SUPPRESSED
    notes: list[dict[str, Any]] = []
    if one.definition:
        lang, text = one.definition
        notes = [{"kind": "scope", "text": {lang: text}, "sources": [], "field": None}]
    return {
        "region_id": region,
        "key": one.key,
        "citizenship": one.group.citizenship,
        "sex": one.group.sex,
        "age": one.group.age,
        "period": one.period,
        "value": value,
        "reason": None if reason is None else reason.value,
        "unit": one.unit,
        "scheme": territory.scheme,
        "version": territory.version,
        "code": territory.code,
        "flags": list(one.flags),
        "confidence": None if reason else one.confidence,
        "sources": [dict(one.source)] if one.source else [],
        "notes": notes,
    }
