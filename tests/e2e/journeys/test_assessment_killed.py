"""Processes die while experts save answers: every acknowledged one is there, once, and the log holds."""

import asyncio
import json

import httpx
import pytest

from deploy.local.settings import AUDIENCE, ISSUER
from deploy.local.tokens import Order, mint
from tests.support.builders_assessments import answer, indicator, questionnaire

INDICATORS = tuple(f"Q{number:02}" for number in range(60))
EXPERTS = ("expert-1", "expert-2")
REGIONS = {"scoring": "skane", "postgres": "azores"}
AT_ONCE = 8


def headers(platform, subject, role):
    order = Order(subject, (role,), (), 3600)
    token = mint(platform.data / "secrets", order, issuer=ISSUER, audience=AUDIENCE)
    return {"Authorization": f"Bearer {token}"}


async def load_edition(platform, client):
    edition = questionnaire("killed", indicators=[indicator(name) for name in INDICATORS])
    document = json.loads(json.dumps(edition.document()))
    # The builder's one question on health is gone with the others, and no key is without an indicator.
    document["axes"][0]["keys"] = document["axes"][0]["keys"][:1]
    loaded = await client.put(
        "/v1/review/editions/killed", json=document, headers=headers(platform, "admin-1", "admin")
    )
    assert loaded.status_code in (200, 201), loaded.text


async def save_until_acknowledged(client, address, body, credentials, attempts):
    """Save as a form does: the same request again until there is an answer."""
    for _ in range(600):
        try:
            saved = await client.put(address, json=body, headers=credentials)
        except httpx.HTTPError:
            saved = None
        if saved is not None and saved.status_code == 200:
            return saved
        # While the service is away the gateway says so and when to come back; it never fails otherwise.
        assert saved is None or saved.status_code == 503, saved.text
        attempts.append(address)
        await asyncio.sleep(0.1)
    raise AssertionError("never acknowledged")


@pytest.mark.parametrize("victim", ["scoring", "postgres"])
async def test_killed_while_answers_are_saved_every_acknowledged_one_is_there(platform, victim):
    async with httpx.AsyncClient(base_url=platform.base_url, timeout=30) as client:
        await load_edition(platform, client)
        reviewer = headers(platform, "reviewer-1", "reviewer")
        body = {"region": REGIONS[victim], "edition": "killed", "experts": list(EXPERTS)}
        opened = await client.post("/v1/review/assessments", json=body, headers=reviewer)
        assert opened.status_code == 201, opened.text
        assessment = opened.json()["id"]
        people = {subject: headers(platform, subject, "expert") for subject in EXPERTS}
        room = asyncio.Semaphore(AT_ONCE)
        acknowledged, attempts, well_under_way = {}, [], asyncio.Event()

        async def save(subject, name):
            option = "abc"[(INDICATORS.index(name) + EXPERTS.index(subject)) % 3]
            sent = answer(option, justification={"text": f"{subject} on {name}", "lang": "en"})
            address = f"/v1/assessments/{assessment}/answers/{name}"
            async with room:
                saved = await save_until_acknowledged(client, address, sent, people[subject], attempts)
            acknowledged[subject, name] = sent, saved.headers["etag"]
            if len(acknowledged) == len(INDICATORS) // 2:
                well_under_way.set()

        async def kill():
            await well_under_way.wait()
            await asyncio.to_thread(platform.kill, victim)

        await asyncio.gather(kill(), *(save(who, name) for name in INDICATORS for who in EXPERTS))

        assert attempts, "the kill came too late to disturb anything"
        for subject in EXPERTS:
            own = (await client.get(f"/v1/assessments/{assessment}", headers=people[subject])).json()
            assert own["progress"] == {"answered": len(INDICATORS), "of": len(INDICATORS)}
            for name in INDICATORS:
                sent, etag = acknowledged[subject, name]
                held = own["answers"][name]
                assert (held["option"], held["justification"]) == (sent["option"], sent["justification"])
                # Saved once, however often it was sent.
                assert held["etag"] == etag == '"1"'
        log = await client.get(f"/v1/review/assessments/{assessment}/log", headers=reviewer)
        assert log.json()["verified"]
        answered = [entry for entry in log.json()["items"] if entry["event"] == "answered"]
        assert len(answered) == len(EXPERTS) * len(INDICATORS)
