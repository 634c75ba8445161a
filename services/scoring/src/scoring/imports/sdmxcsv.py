"""SDMX-CSV 1.0 and 2.0 as Eurostat serves it."""

import re
from collections.abc import Mapping, Sequence

from scoring.domain.outcomes import OutcomeIndicators

from .eurostat import EurostatFile, dataset_of
from .observations import Broken, Findings, Observation, Refused, cell_name, number_of
from .sheets import read_csv

__all__ = ["read_sdmx_csv"]

_DIMENSION = re.compile(r"[a-z][a-z0-9_]*")
_ABSENT = {"", ":", "nan"}
_HELD_BACK = {"C", "N", "S", "D"}  # what is not free to be published
_UPDATED = re.compile(r"(\d{2})/(\d{2})/(\d{2})\b.*", re.ASCII)
_TAKEN = {"", "I", "A", "R", "M"}  # every action but the one that deletes


def read_sdmx_csv(raw: bytes, indicators: OutcomeIndicators) -> Findings:
    """Yield the figures of a file; raises Broken for one that is none, or holds none of the indicators."""
    sheet = read_csv(raw)
    # With labels the header says `geo:Geopolitical entity`, and the cells `ES51:Cataluña`.
    columns = {name.split(":")[0].strip(): place for place, name in enumerate(sheet.header)}
    if len(columns) != len(sheet.header):
        raise Broken(Refused("A1", "import_column_repeated", {"column": "…"}))
    named_by = "DATAFLOW" if "DATAFLOW" in columns else "STRUCTURE_ID"
    missing = [name for name in (named_by, "geo", "TIME_PERIOD", "OBS_VALUE") if name not in columns]
    if missing:
        raise Broken(*(Refused("A1", "import_column_missing", {"column": name}) for name in missing))
    dimensions = {name: place for name, place in columns.items() if _DIMENSION.fullmatch(name)}
    return _figures(sheet.rows, columns, dimensions, columns[named_by], indicators)


def _figures(
    rows: Sequence[tuple[int, list[str]]],
    columns: Mapping[str, int],
    dimensions: Mapping[str, int],
    named_by: int,
    indicators: OutcomeIndicators,
) -> Findings:
    files: dict[tuple[str, str], EurostatFile] = {}
    for number, cells in rows:
        held = {name: cells[place] for name, place in columns.items()}
        dataset, updated = cells[named_by], held.get("LAST UPDATE", "")
        file = files.get((dataset, updated))
        if file is None:
            published = _UPDATED.fullmatch(updated)
            day = f"20{published[3]}-{published[2]}-{published[1]}" if published else None
            file = files[dataset, updated] = EurostatFile(dataset_of(dataset), indicators, day)
        at = {name: cells[place].split(":")[0].strip() for name, place in dimensions.items()}
        yield _figure(file, number, columns, held, {**at, "time": held["TIME_PERIOD"].split(":")[0].strip()})


def _figure(
    file: EurostatFile, row: int, columns: Mapping[str, int], held: Mapping[str, str], at: Mapping[str, str]
) -> Observation | Refused:
    place = cell_name(columns["OBS_VALUE"], row)
    if held.get("ACTION", "").split(":")[0] not in _TAKEN:
        return Refused(place, "import_action")
    text = held["OBS_VALUE"].strip()
    value = None if text.lower() in _ABSENT else number_of(text)
    if value is None and text.lower() not in _ABSENT:
        return Refused(place, "import_not_a_number")
    flags = held.get("OBS_FLAG", "").split(": ")[0].strip()
    if held.get("CONF_STATUS", "").split(":")[0].strip() in _HELD_BACK:
        flags += "c"
    return file.figure(place, at, value, flags)
