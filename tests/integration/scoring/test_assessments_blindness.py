"""Neither expert sees anything of the other, of agreement or of decisions before publication.

Two worlds differ only in what the other expert answered and the reviewer decided. What an expert is told on
any route must be the same in both: then no route, export or list tells anything of it.
"""

import io
import re
import zipfile

import pytest
from fastapi.routing import iter_route_contexts

from scoring.main import create_app
from servicekit.database import Database
from tests.support.builders_assessments import INDICATORS, answer, working
from tests.support.builders_scoring import settings
from tests.support.people import write_people

APP = create_app(settings())
READS = sorted(
    context.path
    for context in iter_route_contexts(APP.routes)
    if "GET" in context.methods and not context.path.startswith(("/healthz", "/readyz", "/internal"))
)
SUFFIXES = ("csv", "json", "jsonstat", "sdmx.csv", "xlsx", "zip")
# What differs from run to run and tells nothing: random ids, moments, tags of bodies that hold these.
RANDOM = re.compile(
    r"\b(as|p|q|c|text|pr)-[0-9a-f]{20}\b|\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)|\"trace_id\":\"\w+\""
)
SECRET = "Zanzibar"
BOTH = ("expert",), ("expert", "authority", "reviewer", "admin", "editor", "analyst")


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    return write_people(tmp_path_factory.mktemp("people"))


def addresses(assessment):
    """Every address that can be read, filled in."""
    given = {
        "assessment": assessment, "region": "alpha", "edition": "small", "indicator": "I1",
        "name": "2021.policy_area", "release": "small-r1",
    }  # fmt: skip
    for path in READS:
        for suffix in SUFFIXES if "{suffix}" in path else ("",):
            filled = path.replace("{suffix}", suffix)
            yield re.sub(r"\{(\w+)[^}]*\}", lambda name: given.get(name.group(1), "I1"), filled)


def readable(body):
    """What a body says, whatever holds it."""
    if not body.startswith(b"PK"):
        return RANDOM.sub("…", body.decode())
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name: readable(archive.read(name)) for name in sorted(archive.namelist())}


async def told(work, *roles, who="expert-1"):
    """All that an expert is told, by address."""
    headers = work.token(who, *roles, regions=("alpha",))
    found = {}
    for path in addresses(work.id):
        response = await work.client.get(path, headers=headers)
        assert response.status_code < 500, (path, response.text)
        found[path.replace(work.id, "…")] = (response.status_code, readable(response.content))
    assert SECRET not in str(found)
    return found


async def stages(work, other, decided):
    """Let the work go on, and keep what expert-1 is told after each step."""
    kept = []

    async def look():
        kept.extend([await told(work, *roles) for roles in BOTH])

    await work.open()
    for name in INDICATORS:
        await work.save("expert-1", name)
    for name, option in zip(INDICATORS, other, strict=True):
        certainty = "high" if option == "a" else "low"
        words = {"text": f"{SECRET}: {option}", "lang": "en"}
        given = answer(option, certainty=certainty, justification=words, note=words)
        await work.save("expert-2", name, given)
    await look()
    await work.submit("expert-1")
    await work.submit("expert-2")
    await look()
    question = {"indicator": "I1", "to": ["b"], "text": f"{SECRET}?", "lang": "en"}
    await work.review("POST", "/questions", question)
    await look()
    await work.save("expert-2", "I1", answer(other[0]))
    for name, option in zip(INDICATORS, decided, strict=True):
        await work.decide(name, option, reason=f"{SECRET} again")
    await look()
    await work.move("preliminary")
    headers = work.token("authority-1", "authority", regions=("alpha",))
    path = f"/v1/authority/assessments/{work.id}/comments/I1"
    comment = {"text": f"{SECRET}!", "lang": "en"}
    assert (await work.client.put(path, json=comment, headers=headers)).status_code == 200
    await look()
    return kept


async def test_whatever_the_other_one_answers_an_expert_is_told_the_same(postgres_server, people):
    worlds = []
    for other, decided in (("aaaa", "aaaa"), ("cbac", "bcba")):
        made = await postgres_server.migrated("scoring")
        database = Database(made.app)
        async with working(database, people) as work:
            worlds.append(await stages(work, other, decided))
        await database.dispose()
        await postgres_server.drop(made.name)

    for one, another in zip(*worlds, strict=True):
        assert one.keys() == another.keys()
        for path in one:
            assert one[path] == another[path], path


async def test_whatever_the_one_before_answered_the_new_expert_is_told_the_same(postgres_server, people):
    worlds = []
    for former, other in (("", "aaaa"), ("cba", "cbac"), ("bbbb", "abab")):
        made = await postgres_server.migrated("scoring")
        database = Database(made.app)
        async with working(database, people) as work:
            await work.open()
            for who, options in (("expert-1", former), ("expert-2", other)):
                for name, option in zip(INDICATORS, options, strict=False):
                    words = {"text": f"{SECRET}: {option}", "lang": "en"}
                    given = answer(option, certainty="low", justification=words, note=words)
                    assert (await work.save(who, name, given)).status_code == 200
            await work.submit("expert-2")
            body = {"subject": "expert-3", "reason": f"{SECRET} is ill."}
            assert (await work.review("PUT", "/experts/a", body)).status_code == 200
            kept = [await told(work, *roles, who="expert-3") for roles in BOTH]
            await work.save("expert-3", "I1", answer("b"))
            worlds.append([*kept, await told(work, "expert", who="expert-3")])
        await database.dispose()
        await postgres_server.drop(made.name)

    for world in worlds[1:]:
        for one, another in zip(worlds[0], world, strict=True):
            assert one.keys() == another.keys()
            for path in one:
                assert one[path] == another[path], path


def test_all_there_is_to_read_is_read():
    assert "/v1/assessments/{assessment}" in READS
    assert "/v1/review/assessments/{assessment}/log" in READS
    assert len(READS) > 20
