"""Calls for people in a role: who is refused, before anything else is looked at, and how it is described."""

from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import pytest
from fastapi import APIRouter, Depends, Query
from fastapi.openapi.utils import get_openapi

from servicekit.app import create_service
from servicekit.catalog import Catalog
from servicekit.people import Caller, UserTokens, role
from servicekit.routing import StrictRoute
from servicekit.settings import ServiceSettings
from servicekit.wire import Model, PageQuery
from tests.support.http import client_for
from tests.support.people import AUDIENCE, ISSUER, bearer, write_people

DATA = Path(__file__).resolve().parents[3] / "data"
router = APIRouter(route_class=StrictRoute)
Reviewer = Annotated[Caller, Depends(role("reviewer", "admin"))]


class Thing(Model):
    n: int


async def seat(caller: Reviewer) -> str:
    return caller.subject


@router.post("/v1/things/{n}")
async def add(n: int, thing: Thing, query: Annotated[PageQuery, Query()], caller: Reviewer) -> dict:
    return {"by": caller.subject, "regions": sorted(caller.regions), "n": n + thing.n + query.page}


@router.get("/v1/seat")
async def of_a_seat(name: Annotated[str, Depends(seat)]) -> dict:
    return {"by": name}


guarded = APIRouter(route_class=StrictRoute, prefix="/v1/guarded", dependencies=[Depends(role("editor"))])


@guarded.get("")
async def behind_a_router() -> dict:
    return {}


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return write_people(tmp_path_factory.mktemp("people"))


@pytest.fixture
async def client(keys):
    @asynccontextmanager
    async def lifespan(_app):
        yield {"people": UserTokens(keys / "people.jwks.json", None, ISSUER, AUDIENCE)}

    app = create_service(
        name="things",
        settings=ServiceSettings(data_dir=DATA),
        routers=[router, guarded],
        lifespan=lifespan,
        catalog=Catalog.load(),
        problems={},
    )
    async with client_for(app) as found:
        found.app = app
        yield found


async def test_who_is_in_the_role_is_known_to_the_handler(client, keys):
    headers = bearer(keys, "reviewer", subject="anna", regions=["catalonia"])
    answer = await client.post("/v1/things/1", json={"n": 2}, headers=headers)
    assert answer.json() == {"by": "anna", "regions": ["catalonia"], "n": 4}


@pytest.mark.parametrize("given", [None, "", "Bearer", "Bearer x.y.z", "Basic YTpi", "bearer"])
async def test_without_a_good_token_nobody_is_let_in(client, given):
    answer = await client.post(
        "/v1/things/1", json={"n": 1}, headers={"Authorization": given} if given else {}
    )
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/things/1", b"{"),
        ("/v1/things/x", b'{"n": 1}'),
        ("/v1/things/1?x=1", b"{}"),
        ("/v1/things/1", b"[]"),
    ],
)
async def test_the_role_is_asked_before_path_query_and_body(client, keys, path, body):
    headers = {"content-type": "application/json", "accept-language": "fr"}
    answer = await client.post(path, content=body, headers=headers)
    assert answer.status_code == 401
    answer = await client.post(path, content=body, headers=headers | bearer(keys, "expert"))
    assert (answer.status_code, answer.json()["title"]) == (403, "Non autorisé")
    answer = await client.post(path, content=body, headers=headers | bearer(keys, "admin"))
    assert answer.status_code in (400, 404, 422)


@pytest.mark.parametrize(("path", "good"), [("/v1/seat", "admin"), ("/v1/guarded", "editor")])
async def test_a_role_counts_wherever_it_is_asked(client, keys, path, good):
    assert (await client.get(path)).status_code == 401
    assert (await client.get(path, headers=bearer(keys, "analyst"))).status_code == 403
    assert (await client.get(path, headers=bearer(keys, "analyst", good))).status_code == 200


async def test_one_callers_token_is_not_the_next_ones(client, keys):
    assert (await client.get("/v1/seat", headers=bearer(keys, "admin", subject="a"))).json() == {"by": "a"}
    assert (await client.get("/v1/seat", headers=bearer(keys, "admin", subject="b"))).json() == {"by": "b"}
    assert (await client.get("/v1/seat")).status_code == 401


def test_the_description_says_who_may_call(client):
    document = get_openapi(title="things", version="1", routes=client.app.routes)
    assert document["components"]["securitySchemes"]["person"]["scheme"] == "bearer"
    for path, method in (("/v1/things/{n}", "post"), ("/v1/seat", "get"), ("/v1/guarded", "get")):
        call = document["paths"][path][method]
        assert call["security"] == [{"person": []}]
        assert {"401", "403"} <= set(call["responses"])
