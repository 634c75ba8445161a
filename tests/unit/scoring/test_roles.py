"""Every route stands in the table of roles, does what the table says, and says so before all else."""

import re

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from scoring.api.roles import PUBLIC, ROUTES, SERVICE
from scoring.main import create_app
from servicekit.auth import ServiceTokens
from servicekit.people import ROLES, UserTokens
from servicekit.routing import role_checks
from tests.support.builders_scoring import settings
from tests.support.http import BASE
from tests.support.keys import signed, write_keys
from tests.support.people import AUDIENCE, ISSUER, bearer, write_people

APP = create_app(settings())
FOUND = {
    (method, context.path): context
    for context in iter_route_contexts(APP.routes)
    for method in context.methods
    if method != "HEAD"
}
FOR_PEOPLE = {call: roles for call, roles in ROUTES.items() if roles not in (PUBLIC, SERVICE)}
REFUSED = [(*call, role) for call, roles in FOR_PEOPLE.items() for role in sorted(ROLES - set(roles))]
BETWEEN_SERVICES = [call for call, roles in ROUTES.items() if roles == SERVICE]


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return write_keys(write_people(tmp_path_factory.mktemp("keys")))


@pytest.fixture
async def call(keys):
    # Nothing else is opened: who is refused has touched no database, or this would be a 500.
    state = {
        "people": UserTokens(keys / "people.jwks.json", None, ISSUER, AUDIENCE),
        "tokens": ServiceTokens("scoring", None, keys / "jwks.json"),
    }

    async def app(scope, receive, send):
        await APP({**scope, "state": {**state}}, receive, send)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE) as client:

        async def send(method, path, headers=None):
            # Nothing of it is good: who is not let in is not told so.
            target = re.sub(r"\{[^}]*\}", "no%2Fsuch", path) + "?no-such=1"
            content = None if method in ("GET", "DELETE") else b"{"
            return await client.request(method, target, headers=headers, content=content)

        yield send


def test_every_route_stands_in_the_table_and_nothing_else_does():
    assert set(FOUND) == set(ROUTES), "who may call it? say so in scoring/api/roles.py"


@pytest.mark.parametrize("route", FOUND, ids=" ".join)
def test_a_route_asks_for_what_the_table_says(route):
    asked = [check.roles for check in role_checks(FOUND[route].dependant)]
    told = ROUTES[route]
    if told in (PUBLIC, SERVICE):
        assert asked == []
    else:
        assert frozenset.intersection(*asked) == set(told)


@pytest.mark.parametrize(("method", "path"), FOR_PEOPLE)
async def test_without_a_token_nobody_is_let_in(call, keys, method, path):
    late = bearer(keys, *FOR_PEOPLE[method, path], seconds=-60)
    for headers in (None, {"Authorization": "Bearer x.y.z"}, late, signed(keys, "gateway", "scoring")):
        answer = await call(method, path, headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
        assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(("method", "path", "role"), REFUSED)
async def test_another_role_is_refused(call, keys, method, path, role):
    answer = await call(method, path, bearer(keys, role, regions=["catalonia"]))
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize(("method", "path"), BETWEEN_SERVICES)
async def test_no_person_is_a_service(call, keys, method, path):
    for headers in (None, bearer(keys, *ROLES, "service")):
        assert (await call(method, path, headers)).status_code == 401
    answer = await call(method, path, signed(keys, "stranger", "scoring"))
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
