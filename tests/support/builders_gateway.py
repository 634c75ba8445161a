"""Small builders of what the owners answer, and a gateway wired to fake owners."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import orjson
from joserfc.jwk import OKPKey

from gateway.main import create_app
from gateway.settings import Settings
from tests.support.http import client_for
from tests.support.upstreams import FakePractices, FakeScoring, FakeSurvey

DATA = Path(__file__).parents[2] / "data"
AREAS = ("labour", "education", "health", "housing", "culture_and_religion")


async def until(condition):
    """Wait for what happens elsewhere: `condition` is asked again and again, for 5 s at most."""
    async with asyncio.timeout(5):
        while not await condition():  # noqa: ASYNC110 - the other side is a server, it sets no event of ours
            await asyncio.sleep(0.01)


def text(words, lang="en"):
    return {"text": words, "lang": lang, "translation": None}


def region(key="catalonia", name="Catalonia", *, areas=None, websites=()):
    return {
        "id": key,
        "uri": f"http://127.0.0.1:8000/regions/{key}",
        "name": text(name),
        "country": "ES",
        "websites": [{"url": url, "body": None, "lang": None, "sources": []} for url in websites],
        "competences": {"areas": areas, "note": None, "sources": []} if areas else None,
        "notes": [],
    }


def cell(axis, key, score=None, *, reason="not_held"):
    return {
        "cell": f"{axis}-{key}" if axis else "overall",
        "axis": axis,
        "key": key,
        "label": {"text": (key or "overall").replace("_", " ").capitalize(), "lang": "en"},
        "score": score,
        "display": score,
        "reason": None if score is not None else reason,
        "origin": "published",
    }


def scores(key="catalonia", *, overall=64, edition="2021", **areas):
    return {
        "region": key,
        "edition": edition,
        "release": f"{edition}-r1",
        "origin": "published",
        "overall": cell(None, None, overall),
        "axes": [
            {
                "axis": "policy_area",
                "label": {"text": "Policy area", "lang": "en"},
                "cells": [cell("policy_area", area, areas.get(area)) for area in AREAS],
            }
        ],
    }


def practice(key, *regions, areas=(), success="worked"):
    return {
        "id": key,
        "title": text(key.replace("-", " ")),
        "regions": list(regions),
        "policy_areas": list(areas),
        "success": {"value": success, "basis": None, "sources": []},
    }


def statistic(key="population", value=7780479):
    return {"key": key, "value": value, "unit": "persons", "period": "2020-01-01", "reason": None}


def policy_area_list(edition="2021"):
    matched = {"culture_and_religion": ["culture", "religion"]}
    items = [
        {
            "code": area,
            "label": text(area),
            "matches": [
                {"relation": "exact", "list": "policy_area", "code": code}
                for code in matched.get(area, [area])
            ],
        }
        for area in AREAS
    ]
    return {"list": f"{edition}.policy_area", "items": items}


@dataclass
class Platform:
    """A gateway and the fake owners behind it."""

    client: httpx.AsyncClient
    app: object
    scoring: FakeScoring
    practices: FakePractices
    survey: FakeSurvey

    @property
    def calls(self):
        owners = (self.scoring, self.practices, self.survey)
        return sum(len(owner.reads) for owner in owners)

    async def asked(self, count):
        """Wait until scoring has been asked so many times."""

        async def enough():
            return len(self.scoring.reads) >= count

        await until(enough)

    async def panel(self, key="catalonia", query="?lang=en", **headers):
        return await self.client.get(f"/v1/regions/{key}/panel{query}", headers=headers)


def key_file(folder):
    path = folder / "gateway.jwk"
    path.write_bytes(orjson.dumps(OKPKey.generate_key("Ed25519").as_dict(private=True)))
    return path


def usual_scoring():
    fake = FakeScoring()
    fake.regions["catalonia"] = region(areas={"health": ["shared", "some_exclusive"]})
    fake.regions["skane"] = region("skane", "Skåne")
    fake.aliases |= {"catalunya": "catalonia", "skane-scania": "skane"}
    fake.scores["catalonia"] = scores(health=33, education=100)
    fake.scores["skane"] = scores("skane", overall=None)
    fake.statistics["catalonia"] = [statistic()]
    fake.codelists = [policy_area_list()]
    fake.editions = [{"edition": "2021", "kind": "published", "title": text("MIPEX-R 2021")}]
    return fake


def usual_practices():
    fake = FakePractices()
    fake.add(practice("own-clinic", "catalonia", areas=["health"]))
    fake.add(practice("clinic-on-wheels", "skane", areas=["health"]))
    fake.add(practice("half-a-clinic", "azores", areas=["health"], success="mixed"))
    fake.codelists = [{"list": "policy_area", "items": [{"code": "health", "label": text("Health")}]}]
    return fake


def usual_survey():
    fake = FakeSurvey()
    fake.codelists = [{"list": "question_type", "items": []}]
    return fake


@asynccontextmanager
async def platform(folder, *, followed=True, **settings):
    """Start fake owners and a gateway; `followed=False`: the owners have no change feed to follow."""
    async with usual_scoring() as scoring, usual_practices() as practices, usual_survey() as survey:
        scoring.feed.open = practices.feed.open = followed
        chosen = Settings(
            scoring_url=scoring.url,
            practices_url=practices.url,
            survey_url=survey.url,
            data_dir=DATA,
            public_base_url="http://127.0.0.1:8000",
            service_key_file=key_file(folder),
            **(
                {
                    "part_timeout": 0.3,
                    "panel_deadline": 0.8,
                    "read_timeout": 0.6,
                    "write_timeout": 0.6,
                    "stale_wait": 0.3,
                }
                | settings
            ),
        )
        app = create_app(chosen)
        async with client_for(app) as client:
            if followed:
                await scoring.feed.followed()
                await practices.feed.followed()
            yield Platform(client, app, scoring, practices, survey)
