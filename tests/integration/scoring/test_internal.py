"""What scoring tells other services, and only them."""

import asyncio

import pytest

from scoring.documents import Bundle
from tests.support.builders_scoring import load_bundle, region, scoring_client


@pytest.mark.parametrize("path", ["/internal/regions", "/internal/regions/skane", "/internal/changes"])
async def test_who_may_ask(real, caller, path):
    assert (await real.get(path)).status_code == 401
    assert (await real.get(path, headers=caller("gateway", "practices"))).status_code == 401
    assert (await real.get(path, headers=caller("survey"))).status_code == 403
    assert (await real.get(path, headers=caller("gateway"))).status_code == 200
    assert (await real.get(path, headers=caller("practices"))).status_code == 200


async def test_the_keys_of_all_regions(real, caller):
    keys = (await real.get("/internal/regions", headers=caller("practices"))).json()["keys"]

    assert len(keys) == 34
    assert "skane" in keys


async def test_a_region_with_all_its_names(real, caller):
    found = (await real.get("/internal/regions/skane", headers=caller("practices"))).json()

    assert set(found) == {
        "id", "names", "own_names", "aliases", "country", "codes", "point", "changed_at",
    }  # fmt: skip
    assert set(found["names"]) == {"en", "fr", "de", "it", "es", "pt", "sv"}
    assert found["own_names"] == ["Skåne län"]
    assert {"skane", "skane-scania", "scania", "se224", "skane-lan"} <= set(found["aliases"])
    assert (found["country"], found["codes"]) == ("SE", ["SE224"])
    assert found["point"] == {"lat": 55.9, "lon": 13.5, "precision": "region"}
    assert found["changed_at"] == "2026-11-23T05:00:00.000000Z"


async def test_other_services_ask_by_id_only(real, caller):
    assert (await real.get("/internal/regions/SE224", headers=caller("practices"))).status_code == 404


async def test_the_feed_tells_what_was_loaded(committed_scoring_db, caller, keys):
    await load_bundle(committed_scoring_db, Bundle([region("alpha")]))

    async with scoring_client(committed_scoring_db, service_jwks_file=keys / "jwks.json") as client:
        headers = caller("practices")
        async with asyncio.timeout(10):
            first = (await client.get("/internal/changes?wait=5", headers=headers)).json()
        later = {"after": first["position"]}
        nothing = (await client.get("/internal/changes", params=later, headers=headers)).json()
    assert [(change["kind"], change["key"]) for change in first["changes"]] == [("region", "alpha")]
    assert nothing["changes"] == []
