"""The fake owners say nothing the real ones do not: their owners describe every field."""

import orjson
import pytest

from deploy.openapi import ROOT
from tests.support.builders_gateway import policy_area_list, practice, region, scores, statistic, text


def described(service):
    return orjson.loads((ROOT / f"docs/openapi/{service}.json").read_bytes())


def answer_of(service, path):
    document = described(service)
    content = document["paths"][path]["get"]["responses"]["200"]["content"]
    schema = content.get("application/json", next(iter(content.values())))["schema"]
    return document["components"]["schemas"], schema


def undescribed(value, schema, schemas, at=""):
    """Return the places of a document that its schema has no word for."""
    if "$ref" in schema:
        return undescribed(value, schemas[schema["$ref"].rsplit("/", 1)[-1]], schemas, at)
    if "anyOf" in schema:
        return min((undescribed(value, one, schemas, at) for one in schema["anyOf"]), key=len)
    if isinstance(value, dict):
        known, free = schema.get("properties", {}), schema.get("additionalProperties")
        places = []
        for name, inner in value.items():
            if name in known:
                places += undescribed(inner, known[name], schemas, f"{at}/{name}")
            elif not free:
                places.append(f"{at}/{name}")
        return places
    if isinstance(value, list):
        items = schema.get("items", {})
        return [
            place for n, one in enumerate(value) for place in undescribed(one, items, schemas, f"{at}/{n}")
        ]
    return []


@pytest.mark.parametrize(
    ("service", "path", "fake"),
    [
        (
            "scoring",
            "/v1/regions/{region}",
            region(areas={"health": ["shared"]}, websites=["https://x.example"]),
        ),
        ("scoring", "/v1/regions/{region}/scores", scores(health=33)),
        ("scoring", "/v1/outcomes", {"items": [statistic()]}),
        ("scoring", "/v1/codelists", {"items": [policy_area_list()]}),
        (
            "scoring",
            "/v1/editions",
            {"items": [{"edition": "2021", "kind": "published", "title": text("x")}]},
        ),
        ("practices", "/v1/practices", {"items": [practice("p", "skane", areas=["health"])], "total": 1}),
        ("practices", "/v1/practices/{practice}", practice("p", "skane", areas=["health"])),
        ("survey", "/v1/surveys/{survey}", {"survey": "integration-practice", "sections": []}),
    ],
)
def test_what_a_fake_answers_the_owner_describes(service, path, fake):
    schemas, schema = answer_of(service, path)
    assert undescribed(fake, schema, schemas) == []


def test_the_check_finds_what_is_not_described():
    schemas, schema = answer_of("scoring", "/v1/regions/{region}/scores")
    odd = scores()
    odd["axes"][0]["cells"][0]["made_up"] = 1
    assert undescribed(odd, schema, schemas) == ["/axes/0/cells/0/made_up"]
