"""Dates of which only a part may be known: YYYY, YYYY-MM or YYYY-MM-DD."""

import re
from datetime import date

_FORM = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)


def is_partial_date(text: str) -> bool:
    """Tell whether a text is a year, a month or a day that the calendar has."""
    if not _FORM.fullmatch(text):
        return False
    year, month, day = (*text.split("-"), "01", "01")[:3]
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True
