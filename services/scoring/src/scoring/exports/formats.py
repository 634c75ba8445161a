"""Which format each dataset exists in, and who writes it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from .archive import write_zip
from .csvfmt import Dialect, write_csv
from .jsonfmt import write_json
from .jsonstat import write_jsonstat
from .live import Workings, write_live
from .model import Dataset
from .sdmx import write_sdmx
from .xlsx import write_xlsx

__all__ = ["MEDIA_TYPES", "SUFFIXES", "Written", "write"]

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8; header=present",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "jsonstat": "application/json",
    "sdmx.csv": "application/vnd.sdmx.data+csv; version=2.0.0",
    "zip": "application/zip",
}
_TABLE = ("csv", "xlsx", "json", "zip")
# Only what is a figure in its place is a cube.
SUFFIXES = {
    "scores": tuple(MEDIA_TYPES),
    "answers": _TABLE,
    "indicators": _TABLE,
    "outcomes": tuple(MEDIA_TYPES),
    "regions": _TABLE,
    "codelists": _TABLE,
}


@dataclass(frozen=True)
class Written:
    """A file: its name, and its content."""

    name: str
    media_type: str
    content: bytes


def write(
    dataset: Dataset, suffix: str, *, dialect: Dialect = "rfc4180", workings: Workings | None = None
) -> Written:
    """Return a dataset as a file; `workings` make the figures of its workbook formulas."""
    name = "-".join(filter(None, (dataset.name, dataset.about.release or dataset.about.edition)))
    writers: dict[str, Callable[[Dataset], bytes]] = {
        "csv": partial(write_csv, dialect=dialect),
        "xlsx": write_xlsx if workings is None else partial(write_live, workings=workings),
        "json": write_json,
        "jsonstat": write_jsonstat,
        "sdmx.csv": write_sdmx,
        "zip": partial(write_zip, name=name, dialect=dialect),
    }
    return Written(f"{name}.{suffix}", MEDIA_TYPES[suffix], writers[suffix](dataset))
