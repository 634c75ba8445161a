"""What a query says, read decoded and alike everywhere: `%6cang=fr` asks for French as `lang=fr` does."""

import re
from urllib.parse import parse_qsl

__all__ = ["asked_language", "has_control", "in_language"]

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def asked_language(query: bytes) -> str | None:
    """Return what `lang` says, None when it is not there."""
    if b"lang" not in query and b"%" not in query:
        return None
    return next((value for name, value in _pairs(query.decode("latin-1")) if name == "lang"), None)


def in_language(query: str, lang: str) -> str:
    """Return the query with the language found instead of the one asked for.

    A language nobody knows is answered in English and must not fill the cache under its own name.
    """
    if [name for name, _ in _pairs(query)].count("lang") != 1:
        return query
    return "&".join(f"lang={lang}" if _is_language(part) else part for part in query.split("&"))


def has_control(text: str) -> bool:
    """Tell whether a decoded text holds a control character, which no id, code or name does."""
    return _CONTROL.search(text) is not None


def _is_language(part: str) -> bool:
    return any(name == "lang" for name, _ in _pairs(part))


def _pairs(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True)
