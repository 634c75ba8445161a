"""The empty table that a region's authority or an expert fills."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from scoring.domain import Group, usual_group
from scoring.domain.outcomes import OutcomeIndicator, OutcomeIndicators

from .table import COLUMNS, REASONS

__all__ = ["CSV", "XLSX", "csv_template", "xlsx_template"]

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ROWS = 1_000  # rows with drop-downs
_MADE = datetime(2000, 1, 1, tzinfo=UTC)  # the same table is the same bytes
# The columns whose cells are codes, with the code list that explains them.
_CODED = {
    "indicator": "statistic", "citizenship": "citizenship", "sex": "sex", "age": "age", "unit": "unit",
    "reason": "reason", "flags": "statistic_flag", "confidence": "confidence", "lang": "language",
}  # fmt: skip


def csv_template(indicators: OutcomeIndicators, region: str | None) -> bytes:
    """Return the table as CSV: a header, and a row for each indicator."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(_rows(indicators, region))
    return out.getvalue().encode()


def xlsx_template(
    indicators: OutcomeIndicators,
    lists: Mapping[str, Mapping[str, Any]],
    regions: Sequence[str],
    region: str | None,
    lang: str,
) -> bytes:
    """Return the table as a workbook: the sheet `data` to fill, and `codes` with what its codes mean."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": _MADE.replace(tzinfo=None)})
        data, codes = book.add_worksheet("data"), book.add_worksheet("codes")
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        data.write_row(0, 0, COLUMNS, bold)
        data.freeze_panes(1, 2)
        data.set_column(0, len(COLUMNS) - 1, 18)
        for name in ("period", "source_published", "source_accessed"):  # else 2020-01 turns into a day
            data.set_column(COLUMNS.index(name), COLUMNS.index(name), 18, text)
        for number, row in enumerate(_rows(indicators, region), 1):
            data.write_row(number, 0, [cell or None for cell in row])
        spans = _write_codes(codes, bold, _known(indicators, lists, regions, lang))
        for name, (first, last) in spans.items():
            column = COLUMNS.index(name)
            kind = "warning" if name == "flags" else "stop"  # several flags stand in one cell
            source = f"=codes!$B${first}:$B${last}"
            rule = {"validate": "list", "source": source, "error_type": kind}
            data.data_validation(1, column, _ROWS, column, rule)
    return out.getvalue()


def _rows(indicators: OutcomeIndicators, region: str | None) -> Iterator[list[str]]:
    for one in indicators.indicators.values():
        group = _group(one)
        filled = {
            "region": region or "", "indicator": one.code, "citizenship": group.citizenship,
            "sex": group.sex, "age": group.age, "unit": one.unit,
        }  # fmt: skip
        yield [filled.get(name, "") for name in COLUMNS]


def _group(one: OutcomeIndicator) -> Group:
    # Some are asked of some people only: their first group stands there.
    if (usual := usual_group(one.code)) is not None and usual.citizenship in one.groups["citizenship"]:
        return usual
    return Group(*(one.groups[name][0] for name in ("citizenship", "sex", "age")))


def _known(
    indicators: OutcomeIndicators, lists: Mapping[str, Mapping[str, Any]], regions: Sequence[str], lang: str
) -> dict[str, list[tuple[str, str, str]]]:
    """Return the codes of each column with label and definition."""
    found = {"region": [(region, "", "") for region in regions]}
    for column, name in _CODED.items():
        allowed: Any = {"indicator": indicators.indicators, "reason": REASONS}.get(column, lists[name])
        found[column] = [
            (code, item["label"][lang], (item["definition"] or {}).get(lang, ""))
            for code, item in lists[name].items()
            if code in allowed
        ]
    return found


def _write_codes(
    sheet: Any, bold: Any, known: Mapping[str, Sequence[tuple[str, str, str]]]
) -> dict[str, tuple[int, int]]:
    """Write the codes, and return the rows of each column's, as the sheet counts them."""
    sheet.write_row(0, 0, ("column", "code", "label", "definition"), bold)
    sheet.set_column(0, 1, 30)
    sheet.set_column(2, 3, 60)
    spans, row = {}, 1
    for column, codes in known.items():
        spans[column] = (row + 1, row + len(codes))
        for code in codes:
            sheet.write_row(row, 0, (column, *code))
            row += 1
    return spans
