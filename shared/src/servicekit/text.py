"""Text as people write it: what is refused, how names are compared, what may be shown back."""

import difflib
import re
import unicodedata
from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

__all__ = ["PlainText", "Slug", "fold_key", "nearest", "shown", "unstorable"]

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
_WORDS = re.compile(r"[^\W_]+")
_SURROGATE = re.compile("[\ud800-\udfff]")


def unstorable(text: str) -> bool:
    """Tell whether a text holds NUL, which PostgreSQL refuses, or a lone surrogate, which is no character."""
    return "\x00" in text or _SURROGATE.search(text) is not None


def _storable(text: str) -> str:
    if unstorable(text):
        raise ValueError("NUL or a lone surrogate")
    return text


PlainText = Annotated[str, AfterValidator(_storable)]
Slug = Annotated[str, StringConstraints(pattern=SLUG, max_length=100)]


def fold_key(text: str) -> str:
    """Fold a name so that its spellings meet: NFKC, case and accents off, all else to single hyphens."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(char for char in folded if not unicodedata.combining(char))
    return "-".join(_WORDS.findall(bare))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like the given one, or None when none is like it."""
    by_fold = {fold_key(candidate): candidate for candidate in known}
    asked = fold_key(word[:100])
    # Codes are short: one letter of EL51 away is another country's region, and no slip of the hand.
    found = difflib.get_close_matches(asked, by_fold, n=1, cutoff=0.6 if len(asked) > 4 else 0.8)
    return by_fold[found[0]] if found else None


def shown(word: str) -> str:
    """Return a parameter's name or value fit to be named in an error: printable and short."""
    printable = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in word)
    return printable if len(printable) <= 60 else printable[:59] + "…"
