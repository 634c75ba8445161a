"""Texts that a spreadsheet would take for a formula, and run: exports put an apostrophe before them."""

import re

__all__ = ["disarmed", "rearmed"]

_ARMED = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")


def disarmed(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; a number stays what it is."""
    return f"'{text}" if text.startswith(_ARMED) and not _NUMBER.fullmatch(text) else text


def rearmed(text: str) -> str:
    """Return what `disarmed` was given."""
    return text[1:] if text.startswith("'") and disarmed(text[1:]) == text else text
