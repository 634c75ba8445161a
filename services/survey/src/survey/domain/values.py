"""Whether one answer is valid: a function per question type, each fault with its pointer.

Answers are kept exactly as sent, so nothing here trims, converts or repairs; an empty text is no answer,
and is refused rather than stored, because unanswered is absent.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from .definition import OTHER, Constraints, Question
from .faults import Fault, expect, unknown
from .places import COUNTRIES, is_language
from .rules import Answers, shows

__all__ = ["MAX_INTEGER", "check_value"]

MAX_OTHER = 500  # code points of a person's own words, where the question sets no limit
MAX_ITEMS = 100  # items of a list, where the question sets no limit and offers no more options
MAX_URL = 2000
MAX_INTEGER = 2**53 - 1  # the largest that every JSON reader keeps exact
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PARTIAL_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}@[^\s@<>()\[\],;:\\\"_.]+(\.[^\s@<>()\[\],;:\\\"_.]+)+")
_HOST = re.compile(r"[^\s/?#@:\[\]<>\"\\]+|\[[0-9a-fA-F:.]+\]")


def check_value(question: Question, value: object, answers: Answers, pointer: str) -> list[Fault]:
    """Return what is wrong with an answer; `answers` are the visible ones before it."""
    return _CHECKS[question.type](question, value, answers, pointer)


def _text(question: Question, value: object, _answers: Answers, pointer: str) -> list[Fault]:
    if not isinstance(value, str):
        return expect(value, str, pointer)
    if question.type != "long_text" and _CONTROL.search(value):
        return [Fault(pointer, "control_character")]
    return _length(value, question.constraints, pointer)


def _length(value: str, constraints: Constraints, pointer: str, default: int | None = None) -> list[Fault]:
    longest = constraints.max_length if constraints.max_length is not None else default
    if not value.strip():
        return [Fault(pointer, "blank")]
    if longest is not None and len(value) > longest:
        return [Fault(pointer, "too_long", {"max": longest, "got": len(value)})]
    if constraints.min_length is not None and len(value) < constraints.min_length:
        return [Fault(pointer, "too_short", {"min": constraints.min_length, "got": len(value)})]
    if constraints.pattern is not None and not constraints.pattern.matches(value):
        return [Fault(pointer, "pattern")]
    return []


def _formed(
    code: str, is_formed: Callable[[str], bool]
) -> Callable[[Question, object, Answers, str], list[Fault]]:
    def check(question: Question, value: object, answers: Answers, pointer: str) -> list[Fault]:
        faults = _text(question, value, answers, pointer)
        if not faults and not is_formed(str(value)):
            return [Fault(pointer, code)]
        return faults

    return check


def _is_email(text: str) -> bool:
    return len(text) <= 254 and _EMAIL.fullmatch(text) is not None


def _is_url(text: str) -> bool:
    if len(text) > MAX_URL or any(char.isspace() for char in text):
        return False
    try:
        parts = urlsplit(text)
        host, _port = parts.netloc.rpartition("@")[2], parts.port
    except ValueError:
        return False
    # An address with a name and password in it would publish them.
    plain = "@" not in parts.netloc and _HOST.fullmatch(host.removesuffix(f":{parts.port}")) is not None
    return parts.scheme in ("http", "https") and plain


def _is_date(text: str) -> bool:
    return len(text) == 10 and _is_partial_date(text)


def _is_partial_date(text: str) -> bool:
    if _PARTIAL_DATE.fullmatch(text) is None:
        return False
    try:
        date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return False
    return True


def _dated(
    code: str, is_formed: Callable[[str], bool]
) -> Callable[[Question, object, Answers, str], list[Fault]]:
    formed = _formed(code, is_formed)

    def check(question: Question, value: object, answers: Answers, pointer: str) -> list[Fault]:
        return formed(question, value, answers, pointer) or _range(question.constraints, value, pointer)

    return check


def _number(question: Question, value: object, _answers: Answers, pointer: str) -> list[Fault]:
    if type(value) not in (int, float):
        return [Fault(pointer, "not_a_number")]
    if isinstance(value, float) and abs(value) > MAX_INTEGER:
        # Written canonically it is an integer, and `large_integers` sees to those.
        return [Fault(pointer, "integer_too_large", {"max": MAX_INTEGER})]
    return _range(question.constraints, value, pointer)


def _range(constraints: Constraints, value: Any, pointer: str) -> list[Fault]:
    # A partial date is compared to the digits it has: 2021 is not before 2021-06.
    low, high = constraints.min, constraints.max
    if low is not None and value < (low[: len(value)] if isinstance(low, str) else low):
        return [Fault(pointer, "too_small", {"min": low})]
    if high is not None and (value[: len(high)] if isinstance(high, str) else value) > high:
        return [Fault(pointer, "too_large", {"max": high})]
    return []


def _choice(question: Question, value: object, answers: Answers, pointer: str) -> list[Fault]:
    options = {option.value: option for option in question.options}
    if isinstance(value, dict):
        if OTHER not in options or not shows(options[OTHER].visible_if, answers):
            return [Fault(pointer, "no_other")]
        return _own_words(value, (OTHER,), question.constraints, pointer)
    if not isinstance(value, str):
        return expect(value, str, pointer)
    code = (
        "unknown_option"
        if value not in options
        else "other_needs_text"
        if value == OTHER
        else "hidden_option"
        if not shows(options[value].visible_if, answers)
        else None
    )
    return [Fault(pointer, code)] if code else []


def _own_words(
    value: Mapping[str, object], fields: Sequence[str], constraints: Constraints, pointer: str
) -> list[Fault]:
    faults = unknown(value, fields, pointer)
    if OTHER not in value:
        return [*faults, Fault(f"{pointer}/{OTHER}", "missing")]
    text = value[OTHER]
    if not isinstance(text, str):
        return [*faults, *expect(text, str, f"{pointer}/{OTHER}")]
    return [*faults, *_length(text, constraints, f"{pointer}/{OTHER}", MAX_OTHER)]


def _choices(question: Question, value: object, answers: Answers, pointer: str) -> list[Fault]:
    if not isinstance(value, list):
        return expect(value, list, pointer)
    items, faults = _items(question, value, pointer)
    seen: set[str] = set()
    for place, item in enumerate(items):
        if isinstance(item, str) and item in seen:
            faults.append(Fault(f"{pointer}/{place}", "repeated_choice"))
        else:
            faults += _choice(question, item, answers, f"{pointer}/{place}")
        seen |= {item} if isinstance(item, str) else set()
    return faults


def _items(question: Question, value: Sequence[object], pointer: str) -> tuple[Sequence[object], list[Fault]]:
    # The items worth a look, and what is wrong with their number. No item at all is no answer, whatever the
    # question allows; what is more than it takes is not looked at.
    limits = question.constraints
    least = max(limits.min_items or 1, 1)
    most = max(MAX_ITEMS, len(question.options)) if limits.max_items is None else limits.max_items
    if len(value) < least:
        return value, [Fault(pointer, "too_few", {"min": least, "got": len(value)})]
    if len(value) > most:
        return value[:most], [Fault(pointer, "too_many", {"max": most, "got": len(value)})]
    return value, []


def _links(question: Question, value: object, _answers: Answers, pointer: str) -> list[Fault]:
    if not isinstance(value, list):
        return expect(value, list, pointer)
    items, faults = _items(question, value, pointer)
    for place, item in enumerate(items):
        faults += _link(item, question.constraints, f"{pointer}/{place}")
    return faults


def _link(item: object, constraints: Constraints, pointer: str) -> list[Fault]:
    if not isinstance(item, dict):
        return expect(item, dict, pointer)
    faults = unknown(item, ("url", "title"), pointer)
    if "url" not in item:
        faults.append(Fault(f"{pointer}/url", "missing"))
    elif not isinstance(item["url"], str):
        faults += expect(item["url"], str, f"{pointer}/url")
    elif not _is_url(item["url"]):
        faults.append(Fault(f"{pointer}/url", "invalid_url"))
    if "title" in item:
        title = item["title"]
        faults += expect(title, str, f"{pointer}/title") or _length(
            title, constraints, f"{pointer}/title", MAX_OTHER
        )
    return faults


def _region(question: Question, value: object, _answers: Answers, pointer: str) -> list[Fault]:
    if isinstance(value, dict):
        faults = _own_words(value, (OTHER, "country"), question.constraints, pointer)
        country = value.get("country")
        if country is None:
            return [*faults, Fault(f"{pointer}/country", "missing")]
        return [*faults, *_country(question, country, {}, f"{pointer}/country")]
    if not isinstance(value, str):
        return expect(value, str, pointer)
    if len(value) > 100 or _SLUG.fullmatch(value) is None:
        return [Fault(pointer, "invalid_region")]
    return []


def _country(_question: Question, value: object, _answers: Answers, pointer: str) -> list[Fault]:
    if isinstance(value, str) and value not in COUNTRIES:
        return [Fault(pointer, "unknown_country")]
    return expect(value, str, pointer)


def _language(_question: Question, value: object, _answers: Answers, pointer: str) -> list[Fault]:
    if isinstance(value, str) and not is_language(value):
        return [Fault(pointer, "invalid_language")]
    return expect(value, str, pointer)


_CHECKS: Mapping[str, Callable[[Question, object, Answers, str], list[Fault]]] = {
    "text": _text,
    "long_text": _text,
    "email": _formed("invalid_email", _is_email),
    "url": _formed("invalid_url", _is_url),
    "choice": _choice,
    "choices": _choices,
    "number": _number,
    "date": _dated("invalid_date", _is_date),
    "partial_date": _dated("invalid_partial_date", _is_partial_date),
    "links": _links,
    "region": _region,
    "country": _country,
    "language": _language,
}
