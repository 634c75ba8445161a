"""Which edition is meant when none is named."""

from datetime import UTC, date, datetime

import pytest

from scoring.domain import Participation, Release, default_release

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def held(edition, *regions, first="2026-01-01", kind="computed", sequence=1):
    """An edition and the regions that take part in it."""
    day = date.fromisoformat(first)
    return Release(f"{edition}-r{sequence}", edition, sequence, day, NOW), kind, day, regions


OLD = held("2021", "catalonia", "skane", first="2021-05-01", kind="published")
CORRECTED = held("2021", "catalonia", "skane", first="2021-05-01", kind="published", sequence=2)
NEW = held("2026", "catalonia", first="2026-05-01")
DEMO = held("demo", "catalonia", "bremen", first="2027-01-01", kind="demonstration")


@pytest.mark.parametrize(
    ("rule", "editions", "region", "release"),
    [
        ("the newest that the region takes part in", [OLD, NEW], "catalonia", "2026-r1"),
        ("an older one, when it takes no part in the newest", [OLD, NEW], "skane", "2021-r1"),
        ("the newest, when it takes part in none", [OLD, NEW], "bremen", "2026-r1"),
        ("the newest, where no region is named", [OLD, NEW], None, "2026-r1"),
        ("never a demonstration", [OLD, DEMO], "catalonia", "2021-r1"),
        ("never a demonstration, even when it is all the region has", [OLD, DEMO], "bremen", "2021-r1"),
        ("a corrected old edition does not become the newest", [CORRECTED, NEW], "catalonia", "2026-r1"),
        ("the current release of the edition", [CORRECTED], "catalonia", "2021-r2"),
        ("none, when there is none", [], "catalonia", None),
        ("none, when there are demonstrations only", [DEMO], None, None),
    ],
)
def test_default(rule, editions, region, release):
    found = default_release([
        Participation(edition, kind, first, takes_part=region in regions)
        for edition, kind, first, regions in editions
    ])  # fmt: skip

    assert (found.id if found else None) == release, rule
