"""Dates of which only a part may be known."""

import pytest

from scoring.domain.dates import is_partial_date


@pytest.mark.parametrize("text", ["2026", "2026-11", "2026-11-25", "2024-02-29", "0001"])
def test_what_the_calendar_has(text):
    assert is_partial_date(text)


@pytest.mark.parametrize(
    "text",
    ["", "26", "2026-", "2026-13", "2026-00", "2026-02-30", "2025-02-29", "0000", "2026-1-1", "２０２６"],
)
def test_what_it_has_not(text):
    assert not is_partial_date(text)
