"""Our own table, which a region's authority or an expert fills: one row a figure, with its source."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from scoring.domain import Group, Reason, usual_group
from scoring.domain.dates import is_partial_date
from scoring.domain.outcomes import OutcomeIndicator, OutcomeIndicators
from servicekit.text import nearest, unstorable

from .observations import (
    KEPT_PER_CODE,
    Broken,
    Findings,
    Observation,
    Refused,
    cell_name,
    number_of,
    source_of,
)
from .sheets import Sheet, read_csv, read_xlsx

__all__ = ["COLUMNS", "REASONS", "read_table"]

COLUMNS = (
    "region", "indicator", "citizenship", "sex", "age", "period", "value", "unit", "reason", "flags",
    "confidence", "denominator", "source_title", "source_publisher", "source_url", "source_published",
    "source_accessed", "definition", "lang",
)  # fmt: skip
REASONS = tuple(
    reason.value
    for reason in (
        Reason.NOT_HELD, Reason.UNKNOWN, Reason.NOT_APPLICABLE, Reason.SUPPRESSED, Reason.WITHDRAWN,
    )
)  # fmt: skip
_REQUIRED = ("region", "indicator", "period", "value", "source_title")
_FILLED = ("period", "value", "reason", "flags", "source_title", "definition")
_LENGTHS = {"definition": 4000, "source_url": 2000}
_URL = re.compile(r"https?://\S+")
_GROUP = ("citizenship", "sex", "age")
_PERCENT = ("percent", "percent_of_population", "percent_of_migrant_population")


class _No(Exception):
    def __init__(self, column: str, code: str, **params: Any) -> None:
        super().__init__(code)
        self.column, self.code, self.params = column, code, params


def read_table(raw: bytes, indicators: OutcomeIndicators, lists: Mapping[str, Mapping[str, Any]]) -> Findings:
    """Yield the figures of a table in CSV or XLSX; raises Broken for one that is none.

    `lists` are the code lists. A row in which nothing is filled in is passed over.
    """
    sheet = read_xlsx(raw) if raw.startswith(b"PK\x03\x04") else read_csv(raw)
    columns = _columns(sheet.header)
    return _figures(sheet, columns, _Reader(indicators, lists, comma=sheet.comma))


def _columns(header: list[str]) -> dict[str, int]:
    faults = []
    columns: dict[str, int] = {}
    for place, name in enumerate(header):
        here = cell_name(place, 1)
        if name not in COLUMNS:
            hint = {"nearest": nearest(name, COLUMNS), "allowed": list(COLUMNS)}
            faults.append(Refused(here, "import_column_unknown", hint))
        elif name in columns:
            faults.append(Refused(here, "import_column_repeated", {"column": name}))
        columns[name] = place
    faults += [
        Refused("A1", "import_column_missing", {"column": name}) for name in _REQUIRED if name not in columns
    ]
    if faults:
        raise Broken(*faults)
    return columns


def _figures(sheet: Sheet, columns: Mapping[str, int], reader: "_Reader") -> Findings:
    for number, cells in sheet.rows:
        row = {name: cells[columns[name]].strip() if name in columns else "" for name in COLUMNS}
        if not any(row[name] for name in _FILLED):
            continue
        try:
            yield reader.figure(cell_name(columns["value"], number), row)
        except _No as no:
            place = cell_name(columns.get(no.column, columns["value"]), number)
            yield Refused(place, no.code, no.params)


@dataclass(frozen=True)
class _Reader:
    indicators: OutcomeIndicators
    lists: Mapping[str, Mapping[str, Any]]
    comma: bool
    hinted: Counter[str] = field(default_factory=Counter)

    def figure(self, place: str, row: Mapping[str, str]) -> Observation:
        for column, text in row.items():
            if len(text) > (most := _LENGTHS.get(column, 500)):
                raise _No(column, "import_too_long", max=most)
            if unstorable(text):
                raise _No(column, "import_text")
        indicator = self._indicator(row)
        value, reason = self._value(row)
        flags = tuple(dict.fromkeys(f.strip() for f in re.split(r"[|,]", row["flags"]) if f.strip()))
        for flag in flags:
            self._code("flags", "statistic_flag", flag)
        sure = row["confidence"] or "medium"
        self._code("confidence", "confidence", sure)
        if not row["region"]:
            raise _No("region", "missing")
        return Observation(
            place=place, territory=row["region"], by_code=False, key=indicator.code,
            group=self._group(row, indicator), unit=indicator.unit, period=_period(row), value=value,
            reason=reason, flags=flags, confidence=None if reason else sure,
            source=self._source(row, needed=reason is None), definition=self._definition(row),
            base=self._base(row),
        )  # fmt: skip

    def _code(self, column: str, name: str, code: str) -> None:
        if code not in self.lists[name]:
            raise self._unknown(column, "import_code_unknown", code, self.lists[name], list=name)

    def _unknown(self, column: str, fault: str, code: str, known: Iterable[str], **params: Any) -> _No:
        # Of each fault the first ones are told. To look for what all the others mean would take minutes.
        self.hinted[fault] += 1
        hint = nearest(code, known) if self.hinted[fault] <= KEPT_PER_CODE else None
        return _No(column, fault, nearest=hint, **params)

    def _indicator(self, row: Mapping[str, str]) -> OutcomeIndicator:
        known = self.indicators.indicators
        if row["indicator"] not in known:
            raise self._unknown("indicator", "import_indicator_unknown", row["indicator"], known)
        indicator = known[row["indicator"]]
        if row["unit"] not in ("", indicator.unit):
            raise _No("unit", "import_unit_differs", expected=indicator.unit)
        return indicator

    def _group(self, row: Mapping[str, str], indicator: OutcomeIndicator) -> Group:
        given = {name: row[name] for name in _GROUP if row[name]}
        for name, code in given.items():
            self._code(name, name, code)
        if given:
            return Group(**given)
        if (usual := usual_group(indicator.code)) is None:
            raise _No("citizenship", "import_group_missing")
        return usual

    def _value(self, row: Mapping[str, str]) -> tuple[Decimal | None, Reason | None]:
        text, reason = row["value"], row["reason"]
        if text == ":":
            text, reason = "", reason or Reason.UNKNOWN.value
        if reason and reason not in REASONS:
            raise self._unknown("reason", "import_code_unknown", reason, REASONS, list="reason")
        if not text:
            if not reason:
                raise _No("value", "import_value_missing")
            return None, Reason(reason)
        if reason:
            raise _No("reason", "import_value_and_reason")
        value = number_of(text, comma=self.comma)
        if value is None:
            sign = "," if self.comma else "."
            raise _No("value", "import_not_a_number_written", sign=sign)
        return value, None

    def _base(self, row: Mapping[str, str]) -> Decimal | None:
        if not row["denominator"]:
            return None
        base = number_of(row["denominator"], comma=self.comma)
        if base is None or base < 0:
            raise _No("denominator", "import_not_a_number")
        return base

    def _source(self, row: Mapping[str, str], *, needed: bool) -> dict[str, Any] | None:
        if not row["source_title"]:
            if needed:
                raise _No("source_title", "import_source_missing")
            return None
        for column in ("source_published", "source_accessed"):
            if row[column] and not is_partial_date(row[column]):
                raise _No(column, "import_date")
        if row["source_url"] and not _URL.fullmatch(row["source_url"]):
            raise _No("source_url", "import_url")
        given = {
            name.removeprefix("source_"): row[name] or None for name in row if name.startswith("source_")
        }
        return source_of({**given, "lang": row["lang"] or None})

    def _definition(self, row: Mapping[str, str]) -> tuple[str, str] | None:
        if row["lang"]:
            self._code("lang", "language", row["lang"])
        if not row["definition"]:
            return None
        if not row["lang"]:
            raise _No("lang", "import_lang_missing")
        return row["lang"], row["definition"]


def _period(row: Mapping[str, str]) -> str:
    if not is_partial_date(row["period"]):
        raise _No("period", "import_date" if row["period"] else "missing")
    return row["period"]


def in_range(unit: str, value: Decimal) -> tuple[str, dict[str, Any]] | None:
    """Return why a value cannot be one of its unit, or None."""
    if unit == "persons" and (value < 0 or value != value.to_integral_value()):
        return "import_not_a_count", {}
    if unit in _PERCENT and not 0 <= value <= 100:
        return "import_out_of_range", {"min": 0, "max": 100}
    return None
