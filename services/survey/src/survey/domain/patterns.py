r"""Patterns that every regular-expression engine reads alike and that no text can make slow.

The subset is a sequence of literals and character classes, each with an optional bounded repeat (`?`, `{3}`,
`{2,5}`). Groups, alternation, `.`, `*`, `+`, `\d` and anchors are refused: they either differ between
engines or let a short text cost seconds. A pattern always means the whole value.
"""

from dataclasses import dataclass

__all__ = ["Pattern", "UnsafePattern", "compile_pattern"]

MAX_LENGTH = 500  # code points that a pattern may match at most, the sum of its repeats
_SPECIAL = frozenset("\\^$.|?*+()[]{}")


class UnsafePattern(ValueError):
    """The text is no pattern of the subset."""


@dataclass(frozen=True)
class Item:
    """One literal or class: which characters, how often."""

    ranges: tuple[tuple[str, str], ...]
    negated: bool
    least: int
    most: int

    def accepts(self, char: str) -> bool:
        """Tell whether the item takes a character."""
        return any(low <= char <= high for low, high in self.ranges) is not self.negated


@dataclass(frozen=True)
class Pattern:
    """A compiled pattern; `source` is how it is written."""

    source: str
    items: tuple[Item, ...]

    def matches(self, text: str) -> bool:
        """Tell whether the whole text fits; the work is at most its length times the sum of repeats."""
        if len(text) > sum(item.most for item in self.items):
            return False
        places = {0}
        for item in self.items:
            places = _after(item, places, text)
        return len(text) in places


def _after(item: Item, places: set[int], text: str) -> set[int]:
    # All places reachable behind the item: stepping a whole set at a time never goes back.
    reached = set(places) if item.least == 0 else set()
    for count in range(1, item.most + 1):
        places = {at + 1 for at in places if at < len(text) and item.accepts(text[at])}
        if not places:
            break
        if count >= item.least:
            reached |= places
    return reached


def compile_pattern(source: str) -> Pattern:
    """Read a pattern; raises UnsafePattern for whatever is outside the subset."""
    items: list[Item] = []
    at = 0
    while at < len(source):
        ranges, negated, at = _class(source, at) if source[at] == "[" else _literal(source, at)
        least, most, at = _repeat(source, at)
        items.append(Item(ranges, negated, least, most))
    if not items or sum(item.most for item in items) > MAX_LENGTH:
        raise UnsafePattern(source)
    return Pattern(source, tuple(items))


def _literal(source: str, at: int) -> tuple[tuple[tuple[str, str], ...], bool, int]:
    char, after = _char(source, at, _SPECIAL)
    return ((char, char),), False, after


def _class(source: str, at: int) -> tuple[tuple[tuple[str, str], ...], bool, int]:
    at += 1
    negated = source[at : at + 1] == "^"
    at += negated
    ranges: list[tuple[str, str]] = []
    while source[at : at + 1] != "]":
        low, at = _char(source, at, frozenset("\\[]^"))
        high = low
        if source[at : at + 1] == "-" and source[at + 1 : at + 2] not in ("]", ""):
            high, at = _char(source, at + 1, frozenset("\\[]^-"))
        if high < low:
            raise UnsafePattern(source)
        ranges.append((low, high))
    if not ranges:
        raise UnsafePattern(source)
    return tuple(ranges), negated, at + 1


def _char(source: str, at: int, special: frozenset[str]) -> tuple[str, int]:
    char = source[at : at + 1]
    if char == "\\":
        # Only punctuation may be escaped: \d, \w, \b and the like mean different things to different engines.
        char = source[at + 1 : at + 2]
        if char == "" or char.isalnum() or char.isspace():
            raise UnsafePattern(source)
        return char, at + 2
    if char == "" or char in special:
        raise UnsafePattern(source)
    return char, at + 1


def _repeat(source: str, at: int) -> tuple[int, int, int]:
    if source[at : at + 1] == "?":
        return 0, 1, at + 1
    if source[at : at + 1] != "{":
        return 1, 1, at
    end = source.find("}", at)
    low, comma, high = source[at + 1 : end].partition(",")
    if end < 0 or not _count(low) or (comma and not _count(high)):
        raise UnsafePattern(source)
    least, most = int(low), int(high if comma else low)
    if least > most or most == 0:
        raise UnsafePattern(source)
    return least, most, end + 1


def _count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 3
