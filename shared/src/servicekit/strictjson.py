"""JSON as RFC 8259 means it: what parsers disagree about is refused, so that all readers see the same."""

import json
import math
from typing import Any

import orjson

from .text import unstorable

__all__ = ["MAX_DEPTH", "MalformedJSON", "loads"]

MAX_DEPTH = 32


class MalformedJSON(Exception):
    """The bytes are no JSON that every reader understands alike; `reason` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def loads(raw: bytes) -> Any:
    """Parse strictly.

    Raises MalformedJSON for bad syntax or UTF-8, a duplicate key, NaN or infinity, a lone surrogate,
    NUL, or more than 32 levels. Integers keep all their digits.
    """
    try:
        # The quick parser goes first: it refuses bad UTF-8 and syntax, and bounds the depth, so that the
        # second one, which sees duplicate keys and long integers, cannot be driven into deep recursion.
        _check(orjson.loads(raw))
        return json.loads(raw, object_pairs_hook=_unique, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise MalformedJSON("syntax") from error


def _check(document: Any) -> None:
    level: list[Any] = [document]
    for _ in range(MAX_DEPTH + 1):
        inner: list[Any] = []
        for value in level:
            if isinstance(value, str):
                if unstorable(value):
                    raise MalformedJSON("character")
            elif isinstance(value, dict):
                if any(unstorable(key) for key in value):
                    raise MalformedJSON("character")
                inner.extend(value.values())
            elif isinstance(value, list):
                inner.extend(value)
        if not inner and not any(isinstance(value, dict | list) for value in level):
            return
        level = inner
    raise MalformedJSON("depth")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise MalformedJSON("duplicate_key")
    return document


def _refuse(_: str) -> Any:
    raise MalformedJSON("number")


def _finite(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise MalformedJSON("number")
    return value
