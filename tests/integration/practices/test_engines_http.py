"""The service with Meilisearch beside it: the same answers, and PostgreSQL's when the engine is away."""

import signal
import time

import pytest
from pydantic import SecretStr

pytestmark = pytest.mark.meilisearch
EXAMPLE = "/v1/practices?country=ES&country=IT&policy_area=education&facets=country,role&per_page=100"


@pytest.fixture
def engine_settings(meilisearch_server, meili_index):
    return {
        "meili_url": meilisearch_server.url,
        "meili_key": SecretStr(meilisearch_server.key),
        "meili_index": meili_index.index_name,
    }


@pytest.fixture
async def filled(catalogue_db, engine_settings, relay_for, meili_index):
    """The real catalogue in Meilisearch too."""
    relay = relay_for(catalogue_db, meili_index)
    assert await relay.ensure() is True
    assert await relay.ensure() is False
    return engine_settings


async def test_both_engines_give_the_same_answer(client, catalogue_db, open_client, filled):
    first = (await client.get(EXAMPLE)).json()
    async with open_client(catalogue_db, **filled) as with_meili:
        second = (await with_meili.get(EXAMPLE)).json()
    assert (first["engine"], second["engine"]) == ("postgresql", "meilisearch")
    assert second["degraded"] is False
    for key in ("items", "total", "facets", "links"):
        assert first[key] == second[key]


async def test_the_map_and_the_words_come_from_it_too(catalogue_db, open_client, filled):
    async with open_client(catalogue_db, **filled) as with_meili:
        body = (await with_meili.get("/v1/practices.geojson")).json()
        assert body["total"] == len(body["features"])
        found = (await with_meili.get("/v1/practices?q=integracao&lang=pt")).json()
    assert found["total"] > 0
    assert found["engine"] == "meilisearch"


async def test_an_engine_that_is_away_is_replaced_and_slows_nothing(catalogue_db, open_client):
    away = {"meili_url": "http://127.0.0.1:9", "meili_key": SecretStr("x")}
    async with open_client(catalogue_db, **away) as client:
        began = time.monotonic()
        for _ in range(5):
            body = (await client.get(EXAMPLE)).json()
            assert (body["engine"], body["degraded"]) == ("postgresql", True)
        assert time.monotonic() - began < 4


@pytest.fixture
def hung(meilisearch_server):
    """Stop the engine in its tracks: it takes connections and answers nothing."""
    meilisearch_server.process.send_signal(signal.SIGSTOP)
    yield
    meilisearch_server.process.send_signal(signal.SIGCONT)


@pytest.mark.parametrize("path", ["/v1/practices.geojson?country=ES&q=work", "/v1/practices?q=work"])
async def test_an_engine_that_hangs_is_replaced_in_time(catalogue_db, open_client, filled, hung, path):
    async with open_client(catalogue_db, **filled) as client:
        began = time.monotonic()
        assert (await client.get(path)).json()["total"] > 0
        first = time.monotonic() - began
        began = time.monotonic()
        assert (await client.get(path)).status_code == 200
        second = time.monotonic() - began
    assert first < 2  # 1.25 s for the engine, and what PostgreSQL takes on a busy machine
    assert second < 0.5


async def test_an_index_that_is_not_there_yet_is_an_engine_that_is_away(
    catalogue_db, open_client, engine_settings
):
    async with open_client(catalogue_db, **engine_settings) as client:
        body = (await client.get(EXAMPLE)).json()
    assert (body["engine"], body["degraded"]) == ("postgresql", True)
