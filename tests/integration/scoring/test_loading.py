"""Loading: by id, as often as one likes, and never over what an editor changed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text, update

from scoring import tables
from scoring.documents import BadData, Bundle
from tests.support.builders_scoring import (
    THEN,
    code,
    edition,
    figure,
    load_bundle,
    region,
    score,
    scoring_client,
    words,
)

LATER = THEN + timedelta(days=1)
ALPHA = {"codes": [code("ES98")], "statistics": [figure(value=1000)]}


def bundle(*regions, **more):
    return Bundle(list(regions), **more)


async def feed(database):
    async with database.sessions() as session:
        rows = await session.execute(text("SELECT kind, key FROM feed_entry ORDER BY id"))
        return [tuple(row) for row in rows]


async def rows(database, table, *columns):
    async with database.sessions() as session:
        found = await session.execute(
            select(*(table.c[name] for name in columns)).order_by(table.c[columns[0]])
        )
        return [tuple(row) for row in found]


async def change(database, table, **values):
    """What an editor does."""
    async with database.sessions.begin() as session:
        await session.execute(update(table).values(**values))


async def test_the_real_data(scoring_db):
    first = await load_bundle(scoring_db)
    told = await feed(scoring_db)
    again = await load_bundle(scoring_db, now=LATER)

    assert first.kept == again.kept == []
    assert first.changed == {"regions": 34, "statistics": 37, "editions": 2, "releases": 1}
    assert set(again.changed.values()) == {0}
    assert again.same == first.changed
    kinds = [kind for kind, _ in told]
    assert (kinds.count("region"), kinds.count("edition"), kinds.count("release")) == (34, 2, 1)
    assert await feed(scoring_db) == told
    assert {moment for _, moment in await rows(scoring_db, tables.region, "id", "changed_at")} == {THEN}
    assert len(await rows(scoring_db, tables.result, "cell")) == 25 * 18


async def test_a_change_in_the_file_is_loaded_and_told_once(scoring_db):
    await load_bundle(scoring_db, bundle(region("alpha", **ALPHA), region("beta")))
    before = await feed(scoring_db)
    renamed = region("alpha", **ALPHA | {"aliases": ["Alfa"]})

    report = await load_bundle(scoring_db, bundle(renamed, region("beta")), LATER)

    assert report.changed == {"regions": 1, "statistics": 0}
    assert (await feed(scoring_db))[len(before) :] == [("region", "alpha")]
    changed = dict(await rows(scoring_db, tables.region, "id", "changed_at"))
    assert changed == {"alpha": LATER, "beta": THEN}
    assert ("alfa", "alpha") in await rows(scoring_db, tables.region_alias, "folded", "region_id")


async def test_what_an_editor_changed_is_kept_and_reported(scoring_db):
    await load_bundle(scoring_db, bundle(region("alpha", **ALPHA)))
    await change(scoring_db, tables.region, name=words("By hand"), changed_at=LATER)
    before = await feed(scoring_db)

    report = await load_bundle(scoring_db, bundle(region("alpha", **ALPHA | {"country": "PT"})), LATER)

    assert report.kept == ["regions: alpha was changed here and is kept"]
    assert await rows(scoring_db, tables.region, "name", "country") == [(words("By hand"), "ES")]
    assert await feed(scoring_db) == before
    # The names by which it is found are those that are stored, not those of the file.
    folded = [word for (word,) in await rows(scoring_db, tables.region_alias, "folded")]
    assert "by-hand" in folded
    assert "by-hand-fr" in folded


async def test_a_code_an_editor_changed_is_kept(scoring_db):
    await load_bundle(scoring_db, bundle(region("alpha", codes=[code("ES98")])))
    await change(scoring_db, tables.region_code, match="close")

    report = await load_bundle(scoring_db, bundle(region("alpha", codes=[code("ES97")])))

    assert report.kept == ["regions: alpha was changed here and is kept"]
    assert await rows(scoring_db, tables.region_code, "code", "match") == [("ES98", "close")]


async def test_a_code_that_carries_an_editors_statistic_cannot_be_taken_away(scoring_db):
    await load_bundle(scoring_db, bundle(region("alpha", **ALPHA)))
    await change(scoring_db, tables.statistic, value=1234)

    with pytest.raises(BadData, match="ES98 of alpha is gone, but a statistic that was changed here stands"):
        await load_bundle(scoring_db, bundle(region("alpha", **ALPHA | {"codes": [code("ES99")]})))

    assert await rows(scoring_db, tables.region_code, "code") == [("ES98",)]


async def test_a_statistic_an_editor_changed_is_kept(scoring_db):
    await load_bundle(scoring_db, bundle(region("alpha", **ALPHA)))
    await change(scoring_db, tables.statistic, value=1234)

    report = await load_bundle(
        scoring_db, bundle(region("alpha", **ALPHA | {"statistics": [figure(value=9)]}))
    )

    assert report.kept == ["statistics: population of alpha was changed here and is kept"]
    assert await rows(scoring_db, tables.statistic, "value") == [(1234,)]


async def test_an_edition_an_editor_changed_is_kept(scoring_db):
    await load_bundle(scoring_db, bundle(region(), editions=[edition()]))
    await change(scoring_db, tables.edition, licence="CC-BY-4.0")

    report = await load_bundle(scoring_db, bundle(region(), editions=[edition()]))

    assert report.kept == ["editions: 2021 was changed here and is kept"]
    assert await rows(scoring_db, tables.edition, "licence") == [("CC-BY-4.0",)]


async def test_an_editor_and_the_file_agree(scoring_db):
    await load_bundle(scoring_db, bundle(region("alpha")))
    await change(scoring_db, tables.region, country="PT")

    same = await load_bundle(scoring_db, bundle(region("alpha", country="PT")))
    next_time = await load_bundle(scoring_db, bundle(region("alpha", country="FR")))

    assert (same.kept, same.changed) == ([], {"regions": 0})
    assert next_time.changed == {"regions": 1}
    assert await rows(scoring_db, tables.region, "country") == [("FR",)]


async def test_what_the_files_no_longer_name_is_kept_and_reported(scoring_db):
    await load_bundle(scoring_db, bundle(region("alpha", **ALPHA), region("beta"), editions=[edition()]))

    report = await load_bundle(scoring_db, bundle(region("alpha", codes=[code("ES98")])))

    assert report.kept == [
        "region: beta is not in the files and is kept",
        "statistic: alpha population total total total 2020 is not in the files and is kept",
        "edition: 2021 is not in the files and is kept",
    ]
    assert len(await rows(scoring_db, tables.region, "id")) == 2
    assert len(await rows(scoring_db, tables.statistic, "id")) == 1


async def test_a_code_that_is_replaced_takes_its_statistics_along(scoring_db):
    await load_bundle(scoring_db, bundle(region("alpha", **ALPHA)))

    await load_bundle(
        scoring_db, bundle(region("alpha", **ALPHA | {"codes": [code("ES99"), code("ES9", "broad")]}))
    )

    assert await rows(scoring_db, tables.region_code, "code", "position") == [("ES9", 1), ("ES99", 0)]
    assert await rows(scoring_db, tables.statistic, "code") == [("ES99",)]
    folded = [word for (word,) in await rows(scoring_db, tables.region_alias, "folded")]
    assert "es98" not in folded
    assert "es99" in folded


async def test_a_name_that_comes_to_be_shared_and_is_no_longer(scoring_db):
    alone = bundle(region("alpha", aliases=["Same"]), region("beta"))
    shared = bundle(region("alpha", aliases=["Same"]), region("beta", aliases=["same"]))

    await load_bundle(scoring_db, alone)
    reports = [await load_bundle(scoring_db, one) for one in (shared, alone)]

    assert [report.kept for report in reports] == [["names: same leads to alpha and beta"], []]
    aliases = await rows(scoring_db, tables.region_alias, "folded", "region_id", "shared")
    assert [row for row in aliases if row[0] == "same"] == [("same", "alpha", False)]


async def test_a_release_that_is_issued_does_not_change(scoring_db):
    await load_bundle(scoring_db, bundle(region(), editions=[edition()], scores=[score("alpha", 50)]))
    before = await feed(scoring_db)

    report = await load_bundle(
        scoring_db, bundle(region(), editions=[edition()], scores=[score("alpha", 51)])
    )

    assert report.kept == ["releases: 2021-r1 is issued; the files differ from it and need a new id"]
    assert ("overall", 50) in await rows(scoring_db, tables.result, "cell", "score")
    assert await feed(scoring_db) == before


async def test_a_new_release_is_told(scoring_db):
    await load_bundle(scoring_db, bundle(region(), editions=[edition()], scores=[score("alpha", 50)]))
    before = await feed(scoring_db)

    newer = bundle(region(), editions=[edition(release="2021-r2")], scores=[score("alpha", 51)])
    await load_bundle(scoring_db, newer)

    assert (await feed(scoring_db))[len(before) :] == [("edition", "2021"), ("release", "2021-r2")]


async def test_an_exact_decimal_stays_exact(scoring_db):
    exact = score("alpha", Decimal("58.10"))
    await load_bundle(scoring_db, bundle(region(), editions=[edition()], scores=[exact]))

    async with scoring_client(scoring_db) as client:
        text = (await client.get("/v1/regions/alpha/scores")).text
    assert ("overall", Decimal("58.10")) in await rows(scoring_db, tables.result, "cell", "score")
    assert '"score":58.1,"display":58' in text


async def test_nothing_is_written_when_loading_fails_half_way(committed_scoring_db):
    one_code_for_two = bundle(region("alpha", codes=[code("ES98")]), region("beta", codes=[code("ES98")]))

    with pytest.raises(Exception, match="uq_region_code_exact"):
        await load_bundle(committed_scoring_db, one_code_for_two)

    assert await rows(committed_scoring_db, tables.region, "id") == []
    assert await feed(committed_scoring_db) == []
