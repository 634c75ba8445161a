"""Files of outcome figures as others serve and fill them, small and made up."""

import io
import json
from collections.abc import Iterable, Sequence

import openpyxl

from scoring.domain import Code
from scoring.domain.outcomes import OutcomeIndicators
from scoring.imports.observations import Observation, Refused
from scoring.imports.planning import Places
from scoring.indicators import read_indicators
from servicekit.codelists import load_codelists
from tests.support.builders_scoring import DATA

INDICATORS: OutcomeIndicators = read_indicators(DATA)
LISTS = load_codelists(DATA / "codelists" / "scoring")
HEADER = ("region", "indicator", "period", "value", "source_title")
UNEMPLOYED = {
    "freq": ["A"], "isced11": ["TOTAL"], "sex": ["T", "F"], "age": ["Y15-74"], "unit": ["PC"],
    "geo": ["ES98", "ES99"], "time": ["2022", "2023"],
}  # fmt: skip


def places(**given: Sequence[str]) -> Places:
    """Regions by the code that is exactly theirs, and `alpha` with ES98."""
    regions = given or {"alpha": ["ES98"], "beta": []}
    codes = {
        name: [Code("NUTS", "2021", code, 2, "exact") for code in held] for name, held in regions.items()
    }
    names = {name: [name] for name in regions}
    names |= {code.lower(): [name] for name, held in regions.items() for code in held}
    return Places(names, codes)


def jsonstat(
    dataset: str = "LFST_R_LFU3RT",
    dimensions: dict[str, list[str]] | None = None,
    values: object = None,
    status: object = None,
    **given: object,
) -> bytes:
    """A data set; without values every cell holds its place."""
    dimensions = dimensions or UNEMPLOYED
    sizes = [len(codes) for codes in dimensions.values()]
    total = 1
    for size in sizes:
        total *= size
    document = {
        "version": "2.0", "class": "dataset", "label": "Made up", "source": "ESTAT",
        "updated": "2024-03-01T11:00:00+0100",
        "value": {str(place): place for place in range(total)} if values is None else values,
        "id": list(dimensions), "size": sizes,
        "dimension": {
            name: {"label": name, "category": {"index": {code: place for place, code in enumerate(codes)}}}
            for name, codes in dimensions.items()
        },
        "extension": {"lang": "EN", "id": dataset, "agencyId": "ESTAT"},
    }  # fmt: skip
    if status is not None:
        document["status"] = status
    return json.dumps({**document, **given}).encode()


def sdmx(
    rows: Iterable[Sequence[str]] = (), columns: str = "freq,isced11,sex,age,unit,geo", version: int = 2
) -> bytes:
    """SDMX-CSV as Eurostat serves it; rows hold the dimensions, the period, the value, the flag."""
    head = ["STRUCTURE,STRUCTURE_ID", "DATAFLOW,LAST UPDATE"][version == 1]
    start = ["dataflow,ESTAT:LFST_R_LFU3RT(1.0)", "ESTAT:LFST_R_LFU3RT(1.0),01/03/24 11:00:00"][version == 1]
    lines = [f"{head},{columns},TIME_PERIOD,OBS_VALUE,OBS_FLAG"]
    lines += [",".join([start, *row]) for row in rows]
    return "\r\n".join(lines).encode()


def unemployed(geo: str = "ES98", period: str = "2023", value: str = "7.1", flag: str = "") -> list[str]:
    """A row of `sdmx`."""
    return ["A", "TOTAL", "T", "Y15-74", "PC", geo, period, value, flag]


def table(*rows: dict[str, object], sign: str = ",") -> bytes:
    """Our table as CSV."""
    header = list(dict.fromkeys([*HEADER, *(name for row in rows for name in row)]))
    lines = [sign.join(header)]
    lines += [sign.join(f'"{row.get(name, "")}"' for name in header) for row in rows]
    return "\n".join(lines).encode()


def filled(**given: object) -> dict[str, object]:
    """A row of our table."""
    return {
        "region": "alpha", "indicator": "foreigners", "period": "2023", "value": "12345",
        "source_title": "Municipal register", **given,
    }  # fmt: skip


def workbook(*rows: Sequence[object], sheet: str = "data", extra: Sequence[str] = ()) -> bytes:
    """A workbook whose rows are given whole, the header first."""
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book[sheet].append(list(row))
    for name in extra:
        book.create_sheet(name, 0)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sorted_out(findings: Iterable[Observation | Refused]) -> tuple[list[Observation], list[tuple[str, str]]]:
    """The figures, and of what is refused place and code."""
    found = list(findings)
    refused = [(one.place, one.code) for one in found if isinstance(one, Refused)]
    return [one for one in found if isinstance(one, Observation)], refused
