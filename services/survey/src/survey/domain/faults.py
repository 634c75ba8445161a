"""One thing wrong with a document: where (JSON pointer), what (a code), and the figures to say it with."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

__all__ = ["MAX_FAULTS", "Fault", "expect", "listed", "token", "unknown"]

MAX_FAULTS = 100  # as many as an answer lists; the rest is only counted

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Fault:
    """A fault never holds what was sent: a pointer, a stable code, and our own limits and counts."""

    pointer: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


# JSON type -> the code of the fault when a value is of another type.
_CODES: Mapping[type, str] = {
    str: "not_text",
    list: "not_a_list",
    dict: "not_an_object",
    bool: "not_true_or_false",
    int: "not_a_whole_number",
}


def expect(value: object, kind: type, pointer: str) -> list[Fault]:
    """Return a fault unless the value is of the JSON type; a truth value is no number."""
    if type(value) is kind:
        return []
    return [Fault(pointer, _CODES[kind])]


def listed(found: Sequence[T], made: Callable[[T], R]) -> list[R]:
    """Return what is made of each thing found; behind the hundredth, the hundredth again.

    Making them all would let a cheap request cost much, and nobody gets to see more: the length stays true.
    """
    faults = [made(item) for item in found[:MAX_FAULTS]]
    return faults + faults[-1:] * (len(found) - len(faults))


def unknown(
    keys: Iterable[str], known: Container[str], pointer: str, code: str = "unknown_field"
) -> list[Fault]:
    """Return a fault for each key that is not known."""
    strange = [key for key in keys if key not in known]
    return listed(strange, lambda key: Fault(pointer + token(key), code))


def token(key: str) -> str:
    """Return a key as a segment of a JSON pointer, or nothing when it is not ours to repeat.

    Keys are sent by strangers: one that could not be an id of ours may hold anything, so it is left out
    and the pointer names the object around it.
    """
    plain = len(key) <= 64 and key.isascii() and key.replace("_", "a").isalnum()
    return f"/{key}" if plain else ""
