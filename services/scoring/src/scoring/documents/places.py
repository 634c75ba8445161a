"""Walking a document of any shape, and pointing at what is found (RFC 6901)."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from servicekit.problems import Fault

__all__ = ["MANY", "fields", "items", "pointer", "repeated", "step"]

Document = Mapping[str, Any]
# Lists whose length is limited, and more than they may hold: for what stands beyond, a document is refused
# already, and a million of its faults would be as many seconds of nobody else's turn.
LIMITED, MANY = ("axes", "keys", "indicators"), 1_000


def step(place: str, *names: str | int) -> str:
    """Return the pointer to what is inside."""
    return place + "".join("/" + str(name).replace("~", "~0").replace("/", "~1") for name in names)


def pointer(loc: Iterable[str | int]) -> str:
    """Return the pointer to a place as the classes name it; a fault of a key points at the key."""
    return step("#", *(name for name in loc if name != "[key]"))


def items(document: Any, name: str, place: str = "#") -> Iterator[tuple[str, Document]]:
    """Yield the objects of a list with their pointers; nothing where no list of objects is."""
    found = document.get(name) if isinstance(document, Mapping) else None
    most = MANY if name in LIMITED else None
    for number, item in enumerate(islice(found if isinstance(found, list) else (), most)):
        if isinstance(item, Mapping):
            yield step(place, name, number), item


def fields(document: Any, name: str) -> Document:
    """Return an object's inner object, an empty one where there is none."""
    found = document.get(name) if isinstance(document, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def repeated(found: Iterable[tuple[str, Any]]) -> Iterator[Fault]:
    """Yield a fault for each text that stands a second time; it says where it stood first."""
    seen: dict[str, str] = {}
    for place, word in found:
        if isinstance(word, str) and seen.setdefault(word, place) != place:
            yield Fault(place, "stands_twice", {"first": seen[word]})
