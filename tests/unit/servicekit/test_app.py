"""What every service answers alike, shown on a service with next to nothing of its own."""

from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import pytest
from fastapi import APIRouter, Query
from pydantic import Field

from servicekit.app import create_service
from servicekit.catalog import Catalog
from servicekit.i18n import Lang
from servicekit.problems import Problem
from servicekit.routing import StrictRoute
from servicekit.settings import ServiceSettings
from servicekit.wire import Comma, Model, PageQuery
from tests.support.http import client_for

DATA = Path(__file__).resolve().parents[3] / "data"
router = APIRouter(route_class=StrictRoute)


class Things(PageQuery):
    country: Comma = Field([])


class Thing(Model):
    n: int


class Full(Exception):
    pass


@router.get("/v1/things")
async def things(query: Annotated[Things, Query()]) -> dict:
    return {"country": query.country, "window": query.window()}


@router.get("/v1/things/{name}")
async def thing(name: str, lang: Lang) -> dict:
    return {"name": name, "lang": lang}


@router.post("/v1/things")
async def add(thing: Thing) -> Thing:
    if thing.n > 9:
        raise Full
    if thing.n == -1:
        raise ConnectionRefusedError
    if thing.n < -1:
        (DATA / "no such file").read_bytes()
    return thing


@router.get("/v1/bug")
async def bug() -> dict:
    raise RuntimeError("secret words")


@pytest.fixture
async def client():
    @asynccontextmanager
    async def lifespan(_):
        yield {}

    app = create_service(
        name="things",
        settings=ServiceSettings(data_dir=DATA),
        routers=[router],
        lifespan=lifespan,
        catalog=Catalog.load(),
        problems={Full: lambda _: Problem(409, "forbidden")},
    )
    async with client_for(app) as client:
        yield client


async def test_repeats_and_commas_mean_or(client):
    answer = await client.get("/v1/things?country=ES,IT&country=FR")
    assert answer.json() == {"country": ["ES", "IT", "FR"], "window": [0, 20]}


@pytest.mark.parametrize(
    ("address", "code", "pointer"),
    [
        ("/v1/things?contry=ES", "unknown_parameter", "?contry"),
        ("/v1/things?page=1&page=2", "repeated_parameter", "?page"),
        ("/v1/things?page=0", "invalid_parameter", "?page"),
        ("/v1/things?page=x", "invalid_parameter", "?page"),
        ("/v1/things?per_page=101", "invalid_parameter", "?per_page"),
        ("/v1/things?country=" + "&country=".join(["ES"] * 51), "invalid_parameter", "?country"),
    ],
)
async def test_a_bad_parameter_is_a_400_that_names_it(client, address, code, pointer):
    answer = await client.get(address)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_the_nearest_known_parameter_is_named_in_the_callers_language(client):
    answer = await client.get("/v1/things?contry=ES&lang=de")
    assert "Meinten Sie „country“?" in answer.json()["detail"]
    fault = answer.json()["errors"][0]
    assert fault["params"]["nearest"] == "country"
    assert "Meinten Sie „country“?" in fault["detail"]
    assert answer.headers["content-language"] == "de"
    assert answer.headers["content-type"] == "application/problem+json"


async def test_past_the_window_the_export_is_named(client):
    answer = await client.get("/v1/things?page=101&per_page=100")
    assert answer.json()["code"] == "window_exceeded"
    assert "/v1/exports" in answer.json()["detail"]


async def test_a_slash_inside_a_segment_stays_there(client):
    assert (await client.get("/v1/things/a%2Fb%20c")).json()["name"] == "a%2Fb c"


async def test_the_language_is_said_and_varies_only_when_it_was_not_asked_for(client):
    negotiated = await client.get("/v1/things/a", headers={"Accept-Language": "ca"})
    assert negotiated.headers["content-language"] == "es"
    assert negotiated.headers["vary"] == "Accept-Language"
    asked = await client.get("/v1/things/a?lang=pt-BR", headers={"Accept-Language": "ca"})
    assert asked.json()["lang"] == "pt"
    assert "vary" not in asked.headers


async def test_a_reader_that_has_it_gets_304(client):
    first = await client.get("/v1/things")
    again = await client.get("/v1/things", headers={"If-None-Match": f'"x", W/{first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]


async def test_head_is_get_without_a_body(client):
    head, get = await client.head("/v1/things"), await client.get("/v1/things")
    assert head.content == b""
    assert head.headers["content-length"] == get.headers["content-length"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"n":1}', 200, None),
        (b'{"n":1,"n":2}', 400, "malformed_json"),
        (b"[" * 20_000, 400, "malformed_json"),
        (b'{"n":"\\ud800"}', 400, "malformed_json"),
        (b'{"n":NaN}', 400, "malformed_json"),
        (b"", 422, "invalid_content"),
        (b'{"n":"1"}', 200, None),
        (b'{"n":"x","m":1}', 422, "invalid_content"),
        (b'{"n":10}', 409, "forbidden"),
        (b'{"n":-1}', 503, "unavailable"),
        (b'{"n":-2}', 500, "internal_error"),
        (b'"' + b"x" * 65_536 + b'"', 413, "body_too_large"),
    ],
)
async def test_bodies(client, body, status, code):
    answer = await client.post("/v1/things", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json().get("code")) == (status, code)


async def test_each_fault_has_a_pointer_and_no_input(client):
    answer = await client.post("/v1/things?lang=sv", json={"n": "hemligt", "m/~": 1})
    faults = {fault["pointer"]: fault for fault in answer.json()["errors"]}
    assert faults["#/n"]["code"] == "wrong_type"
    assert faults["#/m~1~0"]["detail"] == "Det här fältet är inte känt."
    assert "hemligt" not in answer.text


async def test_an_outage_says_when_to_come_back(client):
    answer = await client.post("/v1/things", json={"n": -1})
    assert answer.headers["retry-after"] == "2"


async def test_a_bug_shows_a_trace_id_and_nothing_else(client):
    trace = "0af7651916cd43dd8448eb211c80319c"
    answer = await client.get("/v1/bug", headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"})
    assert (answer.status_code, answer.json()["trace_id"]) == (500, trace)
    assert "secret words" not in answer.text


async def test_unknown_addresses_and_methods_are_problems(client):
    assert (await client.get("/v1/nothing")).json()["code"] == "not_found"
    assert (await client.get("/v1/things/")).status_code == 404  # no redirect built from the Host header
    assert (await client.delete("/v1/things")).json()["code"] == "method_not_allowed"


async def test_health_and_readiness(client):
    assert (await client.get("/healthz")).json() == {"status": "ok"}
    assert (await client.get("/readyz")).json() == {"status": "ready"}
