"""A whole assessment of the demonstration, from two invitations to a release that anybody can recompute."""

import asyncio
import subprocess
import sys

import httpx
import pytest

from deploy.local.settings import AUDIENCE, ISSUER, ROOT
from deploy.local.tokens import Order, mint

REGION = "skane"
DISAGREED = 7  # of the 61, one after the other
SOURCE = {"title": "Minutes of the regional council", "published": "2026-05"}


@pytest.fixture
async def client(platform):
    async with httpx.AsyncClient(base_url=platform.base_url, timeout=60) as opened:
        yield opened


@pytest.fixture
def people(platform):
    """Headers of everybody who has a part in it."""

    def headers(subject, role, *regions):
        order = Order(subject, (role,), regions, 3600)
        token = mint(platform.data / "secrets", order, issuer=ISSUER, audience=AUDIENCE)
        return {"Authorization": f"Bearer {token}"}

    return {
        "reviewer": headers("reviewer-1", "reviewer"),
        "authority": headers("authority-1", "authority", REGION),
        "a": headers("expert-1", "expert", REGION),
        "b": headers("expert-2", "expert", REGION),
    }


async def figures(client, edition):
    """The scores of the region, as everybody sees them."""
    answered = await client.get(f"/v1/regions/{REGION}/scores", params={"edition": edition})
    assert answered.status_code == 200
    return answered.json()


async def published_as(client, release):
    """The scores once the gateway has been told of the release, which takes it five seconds at most."""
    for _ in range(50):
        found = await figures(client, "demo")
        if found["release"] == release:
            return found
        await asyncio.sleep(0.1)
    raise AssertionError("not told in five seconds")


async def answer_all(client, headers, assessment, indicators, chosen):
    for number, indicator in enumerate(indicators):
        body = {
            "option": chosen(number, indicator), "certainty": "high", "as_of": "2026-10",
            "justification": {"text": f"As the minutes say of {indicator['id']}.", "lang": "en"},
            "note": None, "sources": [SOURCE],
        }  # fmt: skip
        address = f"/v1/assessments/{assessment}/answers/{indicator['id']}"
        saved = await client.put(address, json=body, headers=headers)
        assert saved.status_code == 200, saved.text
    done = await client.post(f"/v1/assessments/{assessment}/submit", headers=headers)
    assert done.status_code == 200, done.text


async def decide_all(client, headers, assessment, indicators):
    """Decide for the worse of two answers: what is found with certainty."""
    for indicator in indicators:
        body = {"option": indicator["options"][1]["id"], "reason": "Both experts' sources were compared."}
        address = f"/v1/review/assessments/{assessment}/decisions/{indicator['id']}"
        decided = await client.put(address, json=body, headers=headers)
        assert decided.status_code == 200, decided.text


async def test_two_experts_an_authority_and_a_reviewer_make_a_release(client, people, tmp_path):
    published, before = await figures(client, "2021"), await figures(client, "demo")
    indicators = (await client.get("/v1/editions/demo")).json()["indicators"]
    assert len(indicators) == 61
    body = {"region": REGION, "edition": "demo", "experts": ["expert-1", "expert-2"]}
    opened = await client.post("/v1/review/assessments", json=body, headers=people["reviewer"])
    assert opened.status_code == 201, opened.text
    assessment = opened.json()["id"]

    await answer_all(client, people["a"], assessment, indicators, lambda _, one: one["options"][1]["id"])
    blind = await client.get(f"/v1/review/assessments/{assessment}", headers=people["reviewer"])
    assert "As the minutes say" not in blind.text
    await answer_all(
        client, people["b"], assessment, indicators,
        lambda number, one: one["options"][0 if number < DISAGREED else 1]["id"],
    )  # fmt: skip
    both = (await client.get(f"/v1/review/assessments/{assessment}", headers=people["reviewer"])).json()
    assert both["state"] == "submitted"
    await decide_all(client, people["reviewer"], assessment, indicators)
    steps = f"/v1/review/assessments/{assessment}/transitions"
    shown = await client.post(steps, json={"to": "preliminary"}, headers=people["reviewer"])
    assert shown.json()["state"] == "preliminary", shown.text
    assert await figures(client, "demo") == before

    commented = await client.put(
        f"/v1/authority/assessments/{assessment}/comments/{indicators[0]['id']}",
        json={"text": "The body has met again since.", "lang": "en"}, headers=people["authority"],
    )  # fmt: skip
    assert commented.status_code == 200, commented.text
    body = {"to": "published", "reason": "A new assessment takes the place of the made-up one."}
    done = await client.post(steps, json=body, headers=people["reviewer"])
    assert done.status_code == 200, done.text

    after = await published_as(client, "demo-r2")
    assert before["release"] == "demo-r1"
    assert after["overall"]["coverage"] == {"answered": 61, "expected": 61}
    assert after["overall"]["origin"] == "demonstration"
    assert await figures(client, "2021") == published
    panel = (await client.get(f"/v1/regions/{REGION}/panel", params={"edition": "demo"})).json()
    assert panel["parts"]["scores"]["data"]["overall"]["score"] == after["overall"]["score"]
    assert (await client.get(f"/v1/regions/{REGION}/panel")).json()["edition"] == "2021"
    pinned = await client.get(f"/v1/regions/{REGION}/scores", params={"release": "demo-r1"})
    assert pinned.json()["overall"]["score"] == before["overall"]["score"]
    await recompute(client, tmp_path)


async def recompute(client, folder):
    """Download the release and verify it as a stranger would; then change one byte of a figure."""
    release = (await client.get("/v1/releases/demo-r2")).json()
    name = next(one["url"] for one in release["files"] if one["name"] == "demo-r2.json")
    whole = (await client.get(name)).content
    file = folder / "demo-r2.json"
    file.write_bytes(whole)
    equal = verify(file)
    assert equal.returncode == 0, equal.stdout + equal.stderr
    place = whole.index(b'"exact":"') + len(b'"exact":"')
    file.write_bytes(
        whole[:place] + (b"1" if whole[place : place + 1] != b"1" else b"2") + whole[place + 1 :]
    )
    changed = verify(file)
    assert changed.returncode == 1
    assert "overall" in changed.stdout + changed.stderr or "-" in changed.stdout + changed.stderr


def verify(file):
    command = [sys.executable, "-m", "scoring.verify", str(file)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
