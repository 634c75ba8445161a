"""What other services may ask: the feed and the state of a submission, and nothing personal."""

import pytest

from servicekit.auth import ServiceTokens
from servicekit.database import Database
from tests.support.builders_survey import a_submission, holder, read_survey, send, service
from tests.support.keys import write_keys


@pytest.fixture
def tokens(tmp_path):
    """The keys of two callers and of one who may not call."""
    write_keys(tmp_path)
    names = ("gateway", "practices", "scoring")
    return {name: ServiceTokens(name, tmp_path / f"{name}.json", None) for name in names}


@pytest.fixture
async def client(committed_survey, tmp_path, tokens):
    database = Database(committed_survey.app)
    async with service(database, tmp_path, service_jwks_file=tmp_path / "jwks.json") as client:
        yield client
    await database.dispose()


async def test_the_feed_tells_of_each_change_and_holds_keys_only(client, tokens):
    headers = tokens["practices"].headers("survey")
    start = (await client.get("/internal/changes", params={"after": "latest"}, headers=headers)).json()
    accepted = (await send(client, a_submission(await read_survey(client)))).json()
    url = f"/v1/submissions/{accepted['submission_id']}"
    await client.put(f"{url}/declarations/be_contacted", json={"given": False}, headers=holder(accepted))
    await client.delete(url, headers=holder(accepted))

    seen, position = [], start["position"]
    while len(seen) < 3:
        params = {"after": position, "wait": 5}
        page = (await client.get("/internal/changes", params=params, headers=headers)).json()
        assert page["changes"]
        seen += [(change["kind"], change["key"]) for change in page["changes"]]
        position = page["position"]
    assert seen == [("submission", accepted["submission_id"])] * 3


async def test_the_state_is_all_that_leaves(client, tokens):
    headers = tokens["practices"].headers("survey")
    accepted = (await send(client, a_submission(await read_survey(client)))).json()
    keys = (await client.get("/internal/submissions", headers=headers)).json()
    assert keys == {"keys": [accepted["submission_id"]]}
    address = f"/internal/submissions/{accepted['submission_id']}"
    state = (await client.get(address, headers=headers)).json()
    assert list(state) == ["id", "survey", "version_hash", "state", "received_at", "changed_at"]
    assert state["state"] == "received"
    await client.delete(f"/v1/submissions/{accepted['submission_id']}", headers=holder(accepted))
    assert (await client.get(address, headers=headers)).json()["state"] == "erased"
    assert (await client.get("/internal/submissions/none", headers=headers)).status_code == 404


@pytest.mark.parametrize("path", ["/internal/changes", "/internal/submissions", "/internal/submissions/x"])
async def test_only_named_callers_get_in(client, tokens, path):
    assert (await client.get(path)).status_code == 401
    assert (await client.get(path, headers=tokens["practices"].headers("scoring"))).status_code == 401
    assert (await client.get(path, headers=tokens["scoring"].headers("survey"))).status_code == 403
    assert (await client.get(path, headers=tokens["practices"].headers("survey"))).status_code in (200, 404)
