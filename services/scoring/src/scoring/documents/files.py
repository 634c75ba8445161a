"""Reading one data file: its text, its JSON, its shape, every fault with its place."""

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from .common import BadData

__all__ = ["read_file"]

DocT = TypeVar("DocT")


def read_file(data_dir: Path, name: str, kind: type[DocT]) -> DocT:
    """Return what a file holds, its decimals exact; raises BadData."""
    try:
        raw = json.loads((data_dir / name).read_text(encoding="utf-8"), parse_float=Decimal)
        return TypeAdapter(kind).validate_python(raw)
    except OSError as error:
        raise BadData([f"{name}: cannot be read ({error.strerror})"]) from error
    except ValidationError as error:
        raise BadData([f"{name}{_place(item['loc'])}: {item['msg']}" for item in error.errors()]) from error
    except ValueError as error:
        raise BadData([f"{name}: is no JSON ({error})"]) from error


def _place(loc: Sequence[int | str]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc)
