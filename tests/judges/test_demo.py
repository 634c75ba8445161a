"""The whole demonstration as it is exported over HTTP, read by others: 25 regions, 61 indicators."""

import json
from datetime import UTC, datetime

import pytest

from scoring.checks import read_bundle
from scoring.demo import publish_demo, read_demo, with_demo
from scoring.loading import load
from scoring.service.publishing import Publisher
from servicekit.database import Database
from tests.support.builders_releases import signer
from tests.support.builders_scoring import DATA, scoring_client
from tests.support.soffice import ABSENT, SOFFICE, bare, recalculated, table

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
COMPUTED = ("display", "reason", "answered", "expected")


@pytest.fixture(scope="module")
async def demo(postgres_server):
    """What exports `demo`, in any format."""
    addresses = await postgres_server.migrated("scoring")
    database = Database(addresses.app)
    async with database.sessions.begin() as session:
        document = read_demo(DATA)
        bundle, _ = await with_demo(session, read_bundle(DATA), document)
        await load(session, bundle, NOW)
        await publish_demo(session, bundle, document, Publisher(signer()), NOW)
    async with scoring_client(database) as client:

        async def export(suffix):
            response = await client.get(f"/v1/exports/scores.{suffix}?edition=demo&lang=en")
            assert response.status_code == 200, response.text
            return response.content

        yield export
    await database.dispose()
    await postgres_server.drop(addresses.name)


@pytest.fixture(scope="module")
async def figures(demo):
    """The figures as this platform says them."""
    return json.loads(await demo("json"))["items"]


@pytest.mark.skipif(SOFFICE is None, reason=ABSENT)
async def test_the_workbook_recalculates_to_the_same_figures(demo, figures, tmp_path):
    rows = table(recalculated(bare(await demo("xlsx")), tmp_path), "Scores")

    assert len(rows) == len(figures) == 25 * 18
    assert {row["reason"] for row in rows} > {None}
    for row, figure in zip(rows, figures, strict=True):
        assert (row["region"], row["cell"]) == (figure["region"], figure["cell"])
        assert [row[name] for name in COMPUTED] == [figure[name] for name in COMPUTED], row
        assert row["score"] == (figure["score"] and pytest.approx(figure["score"], abs=1e-9))


async def test_the_cube_is_read_to_the_same_figures(demo, figures, jsonstat_toolkit):
    found = json.loads(jsonstat_toolkit(await demo("jsonstat")))

    names = ("region", "cell", "score", "reason")
    assert found["figures"] == [[figure[name] for name in names] for figure in figures]
    assert found["note"][0].startswith("Demonstration")


async def test_the_observations_are_read_to_the_same_figures(demo, figures, sdmx1):
    found = json.loads(sdmx1(await demo("sdmx.csv")))

    assert [[*one[:3], float(one[3]) if one[3] else None, one[5] or None] for one in found] == [
        [figure[name] for name in ("edition", "region", "cell", "score", "reason")] for figure in figures
    ]
    assert all(one[6].startswith("Demonstration") for one in found)
