"""A search by a front-end app, counted by hand over the data file."""

import json
from collections import Counter
from pathlib import Path

import httpx
import pytest

PRACTICES = json.loads((Path(__file__).parents[3] / "data" / "practices.json").read_text(encoding="utf-8"))


def matching(practice, *, country=True, area=True, role=frozenset()):
    return (
        (not country or {"ES", "IT"} & set(practice["countries"]))
        and (not area or "education" in practice["policy_areas"])
        and (not role or role & set(practice["roles"]))
    )


def test_disjunctive_counts_are_those_of_a_hand_count(platform):
    address = "/v1/practices?country=ES&country=IT&policy_area=education&facets=country,role&per_page=100"
    answer = httpx.get(platform.base_url + address).json()
    found = [p for p in PRACTICES if matching(p)]
    assert sorted(item["id"] for item in answer["items"]) == sorted(p["id"] for p in found)
    assert answer["total"] == len(found)
    # A facet counts what its own filter would find: countries among all with education, whatever the country.
    countries = Counter(c for p in PRACTICES if matching(p, country=False) for c in p["countries"])
    roles = Counter(r for p in found for r in p["roles"] or ["unknown"])
    shown = {name: {e["value"]: e["count"] for e in entries} for name, entries in answer["facets"].items()}
    assert {value: n for value, n in shown["country"].items() if n} == countries
    assert {value: n for value, n in shown["role"].items() if n} == roles
    assert {e["value"] for e in answer["facets"]["country"] if e["selected"]} == {"ES", "IT"}


def test_the_engine_is_named_and_the_index_is_complete(platform):
    answer = httpx.get(f"{platform.base_url}/v1/practices").json()
    assert answer["engine"] in ("meilisearch", "postgresql")
    assert answer["degraded"] is False
    assert answer["complete_through"]
    assert answer["total"] == len(PRACTICES)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("sponsorshp", "navarra-community-sponsorship-programme-karibu-service"),
        ("Skane", "skane-partnership-skane"),
        ("Wohnen", "murcia-housing-places-with-holistic-care-and-socio"),
    ],
)
def test_typos_accents_and_other_languages_words_find_it(platform, asked, found):
    answer = httpx.get(f"{platform.base_url}/v1/practices", params={"q": asked, "per_page": 100}).json()
    assert found in [item["id"] for item in answer["items"]]


def test_the_map_shows_the_same_practices(platform):
    listed = httpx.get(f"{platform.base_url}/v1/practices?country=PT&per_page=100").json()
    mapped = httpx.get(f"{platform.base_url}/v1/practices.geojson?country=PT").json()
    assert mapped["type"] == "FeatureCollection"
    assert sorted(f["properties"]["id"] for f in mapped["features"]) == sorted(
        i["id"] for i in listed["items"]
    )
    assert all(f["geometry"]["type"] == "Point" for f in mapped["features"])


def test_one_practice_with_its_words_beside_its_codes(platform):
    practice = httpx.get(f"{platform.base_url}/v1/practices/skane-partnership-skane?lang=sv").json()
    printed = next(p for p in PRACTICES if p["id"] == "skane-partnership-skane")
    assert practice["words"]["themes"] == printed["words"]["themes"]
    assert practice["basis"] == printed["basis"]
    assert practice["title"]["lang"] == "en"
    assert practice["sources"]
