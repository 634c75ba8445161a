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
from tests.support.upstreams import AS_OF, FakePractices, FakeScoring, FakeSurvey

DATA = Path(__file__).parents[2] / "data"
AREAS = ("labour", "education", "health", "housing", "culture_and_religion")
# What one practice has beside what it shows in a list.
WHOLE = {
    **dict.fromkeys(("objectives", "results", "lessons_learnt", "funding", "contact", "licence")),
    **{name: [] for name in ("activities", "challenges", "actors", "aspects", "criteria", "evaluations")},
    **{name: [] for name in ("links", "sources", "notes")},
    "transferability": dict.fromkeys(("replicable", "other_groups", "lasting", "risks")),
    "basis": {},
    "words": {},
    "version": 1,
    "first_published": AS_OF,
    "last_changed": AS_OF,
}
DEFINITION = {
    "uri": "http://127.0.0.1:8000/surveys/x",
    "version": 1,
    "version_hash": "sha256:0",
    "lang": "en",
    "languages": ["en"],
    "title": {"text": "Survey", "lang": "en", "translation": None},
    "open": True,
    "open_until": None,
    "accepted_until": None,
    "privacy": {},
    "sections": [],
    "declarations": [],
}


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
        "own_names": [],
        "country": "ES",
        "codes": [],
        "point": None,
        "regin_pilot": True,
        "mipex_r": True,
        "network": True,
        "assessed_body": None,
        "websites": [
            {"url": url, "body": None, "lang": None, "status": "verified", "sources": []} for url in websites
        ],
        "responsible_body": None,
        "competences": {"areas": areas, "note": None, "sources": []} if areas else None,
        "policy_context": None,
        "notes": [],
    }


def cell(axis, key, score=None, *, reason="not_held"):
    return {
        "cell": f"{axis}-{key}" if axis else "overall",
        "axis": axis,
        "key": key,
        "label": text((key or "overall").replace("_", " ").capitalize()),
        "score": score,
        "display": score,
        "reason": None if score is not None else reason,
        "origin": "published",
        "confidence": None,
        "date": None,
        "sources": [],
        "notes": [],
        "coverage": None,
        "band": None,
        "interval": None,
        "rank": None,
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
                "label": text("Policy area"),
                "cells": [cell("policy_area", area, areas.get(area)) for area in AREAS],
            }
        ],
    }


def practice(key, *regions, areas=(), success="worked"):
    return {
        "id": key,
        "uri": f"http://127.0.0.1:8000/practices/{key}",
        "title": text(key.replace("-", " ")),
        "summary": None,
        "countries": [],
        "regions": list(regions),
        "scope": "regional",
        "roles": [],
        "role_kinds": [],
        "policy_areas": list(areas),
        "themes": [],
        "target_groups": [],
        "success": {"value": success, "basis": None, "sources": []},
        "practice_languages": [],
        "text_languages": ["en"],
        "period": {"start": None, "end": None, "ongoing": None, "text": None},
        "regin_relation": None,
        "location": None,
        "url": None,
        "highlights": None,
    }


def statistic(key="population", value=7780479):
    return {
        "region": "catalonia",
        "key": key,
        "label": text(key.capitalize()),
        "group": {"citizenship": "total", "sex": "total", "age": "total"},
        "value": value,
        "unit": "persons",
        "period": "2020-01-01",
        "territory": None,
        "flags": [],
        "reason": None,
        "confidence": None,
        "sources": [],
        "notes": [],
    }


def code(key, *matches):
    return {
        "code": key,
        "label": text(key),
        "definition": None,
        "status": "current",
        "replaced_by": None,
        "matches": [{"relation": "exact", "list": "policy_area", "code": match} for match in matches],
    }


def policy_area_list(edition="2021"):
    matched = {"culture_and_religion": ["culture", "religion"]}
    items = [code(area, *matched.get(area, [area])) for area in AREAS]
    return {"list": f"{edition}.policy_area", "items": items}


def edition(key="2021"):
    return {
        "edition": key,
        "uri": f"http://127.0.0.1:8000/editions/{key}",
        "kind": "published",
        "title": text(f"MIPEX-R {key}"),
        "licence": None,
        "languages": ["en"],
        "release": f"{key}-r1",
        "axes": [],
        "indicators": [],
        "method": None,
        "document_hash": None,
        "notes": [],
        "sources": [],
    }


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
    fake.editions = [edition()]
    return fake


def usual_practices():
    fake = FakePractices()
    fake.rest = WHOLE
    fake.add(practice("own-clinic", "catalonia", areas=["health"]))
    fake.add(practice("clinic-on-wheels", "skane", areas=["health"]))
    fake.add(practice("half-a-clinic", "azores", areas=["health"], success="mixed"))
    fake.codelists = [{"list": "policy_area", "items": [code("health")]}]
    return fake


def usual_survey():
    fake = FakeSurvey()
    fake.definition = DEFINITION
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
                    "part_timeout": 0.6,
                    "panel_deadline": 1.6,
                    "read_timeout": 1.2,
                    "write_timeout": 1.2,
                    "stale_wait": 0.6,
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
