"""Regions over HTTP, on the real data: 34 regions, 25 of them assessed."""

import pytest

from scoring.documents import Bundle
from tests.support.builders_scoring import code, load_bundle, region, scoring_client, words


async def get(client, path, **params):
    response = await client.get(path, params=params)
    assert response.status_code == 200, response.text
    return response.json()


async def test_one_region_has_every_field_of_the_contract(real):
    found = await get(real, "/v1/regions/catalonia", lang="en")

    assert set(found) == {
        "id", "uri", "name", "own_names", "country", "codes", "point", "regin_pilot", "mipex_r", "network",
        "assessed_body", "websites", "responsible_body", "competences", "policy_context", "notes",
    }  # fmt: skip
    assert found["id"] == "catalonia"
    assert found["uri"] == "http://127.0.0.1:8000/regions/catalonia"
    assert found["name"] == {"text": "Catalonia", "lang": "en", "translation": None}
    assert found["own_names"] == [{"text": "Catalunya", "lang": "ca"}]
    assert found["codes"] == [
        {"scheme": "NUTS", "version": "2021", "code": "ES51", "level": 2, "match": "exact"}
    ]
    assert found["point"] == {"lat": 41.8, "lon": 1.5, "precision": "region"}
    assert (found["regin_pilot"], found["mipex_r"], found["network"]) == (True, True, False)
    assert found["websites"][0]["status"] == "verified"
    assert found["responsible_body"]["name"]["text"].startswith("Department for Equality")
    assert found["competences"]["areas"]["health"] == ["shared", "some_exclusive"]
    assert found["competences"]["note"]["lang"] == "en"


async def test_a_policy_context_says_null_where_its_sources_say_nothing(real):
    context = (await get(real, "/v1/regions/catalonia"))["policy_context"]

    assert set(context) == {
        "integration_policies", "overarching_strategy", "integration_plans_date_from",
        "systematic_evaluation", "dedicated_unit", "permanent_body", "better_for", "strong", "weak", "note",
        "sources",
    }  # fmt: skip
    assert context["overarching_strategy"] is True
    assert context["systematic_evaluation"] == {"tcn": True, "bip": True}
    assert context["permanent_body"] is None
    assert context["weak"] == ["labour", "housing"]
    assert context["strong"] == []


async def test_what_is_not_known_of_a_region_is_null(real):
    found = await get(real, "/v1/regions/gozo")

    assert [found[name] for name in ("responsible_body", "competences", "policy_context")] == [None] * 3
    assert found["websites"] == []


@pytest.mark.parametrize(
    ("lang", "name", "answered"),
    [
        ("sv", "Katalonien", "sv"),
        ("de", "Katalonien", "de"),
        ("es", "Cataluña", "es"),
        ("xx", "Catalonia", "en"),
    ],
)
async def test_a_region_in_the_language_asked_for(real, lang, name, answered):
    response = await real.get("/v1/regions/catalonia", params={"lang": lang})

    assert response.json()["name"]["text"] == name
    assert response.headers["content-language"] == answered
    assert "accept-language" not in response.headers.get("vary", "").lower()


async def test_a_readers_own_copy_is_confirmed(real):
    first = await real.get("/v1/regions/catalonia")
    again = await real.get("/v1/regions/catalonia", headers={"If-None-Match": first.headers["etag"]})

    assert first.headers["as-of"] == "2026-11-23T05:00:00.000000Z"
    assert (
        first.headers["cache-control"] == "public, max-age=5, stale-while-revalidate=30, stale-if-error=86400"
    )
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["as-of"] == first.headers["as-of"]


@pytest.mark.parametrize(
    ("asked", "region"),
    [
        ("ES51", "catalonia"),  # a code
        ("es51", "catalonia"),
        ("Catalunya", "catalonia"),  # an own name
        ("Katalonien", "catalonia"),  # a label
        ("Generalitat de Catalunya (Catalonia)", "catalonia"),  # the former site's label
        ("Skåne (Scania)", "skane"),
        ("SKÅNE", "skane"),
        ("Κρήτη", "crete"),
        ("κρητη", "crete"),
        ("Wien", "vienna"),
        ("Emilia Romagna", "emilia-romagna"),
        ("L'Oriental", "oriental-morocco"),
        ("l’oriental", "oriental-morocco"),
        ("País Vasco", "basque-country"),
        ("pais_vasco", "basque-country"),
    ],
)
async def test_an_alias_leads_to_the_region(real, asked, region):
    response = await real.get(f"/v1/regions/{asked}")

    assert response.status_code == 308
    assert response.headers["location"] == f"/v1/regions/{region}"
    assert response.headers["cache-control"] == "public, max-age=86400"


async def test_an_alias_keeps_the_rest_of_path_and_query(real):
    response = await real.get("/v1/regions/Catalunya/scores?edition=2021&lang=sv")

    assert response.status_code == 308
    assert response.headers["location"] == "/v1/regions/catalonia/scores?edition=2021&lang=sv"


async def test_a_slash_in_a_name_stays_in_its_segment(real):
    response = await real.get("/v1/regions/Catalunya%2FES51/scores")
    alone = await real.get("/v1/regions/Catalunya%2F")

    assert (response.status_code, response.json()["code"]) == (404, "region_not_found")
    assert (alone.status_code, alone.headers["location"]) == (308, "/v1/regions/catalonia")


@pytest.mark.parametrize("name", ["%00", "a" * 300, "%ED%A0%80"])
async def test_a_name_that_no_region_can_have(real, name):
    assert (await real.get(f"/v1/regions/{name}")).status_code == 404


@pytest.mark.parametrize("path", ["/v1/regions/catalona", "/v1/regions/catalona/scores", "/v1/regions/ES5"])
async def test_an_unknown_region_is_answered_with_the_nearest_one(real, path):
    response = await real.get(path, params={"lang": "en"})

    problem = response.json()
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert problem["code"] == "region_not_found"
    assert problem["nearest"] in problem["detail"]
    if "catalona" in path:
        assert problem["nearest"] == "catalonia"


async def test_an_unknown_region_like_no_other_names_none(real):
    problem = (await real.get("/v1/regions/qqqqqqqqqq", params={"lang": "pt"})).json()

    assert problem["nearest"] is None
    assert problem["detail"] == "Nenhuma região tem este identificador, código ou nome."


async def test_a_name_of_two_regions_lists_them(scoring_db):
    twins = [
        region("alpha", own_names=[{"text": "Luxemburg", "lang": "de"}]),
        region("beta", aliases=["luxemburg"]),
    ]
    report = await load_bundle(scoring_db, Bundle(twins))

    assert report.kept == ["names: luxemburg leads to alpha and beta"]
    async with scoring_client(scoring_db) as client:
        shared = await client.get("/v1/regions/Luxemburg")
        own = await client.get("/v1/regions/Alpha")
        filtered = await client.get("/v1/outcomes", params={"region": "Luxemburg"})
    assert shared.status_code == 300
    assert shared.json()["code"] == "ambiguous_region"
    assert [candidate["id"] for candidate in shared.json()["regions"]] == ["alpha", "beta"]
    assert (own.status_code, own.headers["location"]) == (308, "/v1/regions/alpha")
    assert filtered.status_code == 300


async def test_an_id_is_never_ambiguous(scoring_db):
    # Codes are not checked against ids as names are: an id is what it says.
    twins = [region("alpha"), region("beta", codes=[code("alpha", "close")])]
    await load_bundle(scoring_db, Bundle(twins))

    async with scoring_client(scoring_db) as client:
        assert (await client.get("/v1/regions/alpha")).json()["id"] == "alpha"


# The list


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ({}, 34),
        ({"mipex_r": "true"}, 25),
        ({"mipex_r": "false"}, 9),
        ({"country": "ES"}, 6),
        ({"country": "ES,IT"}, 14),
        ({"country": ["ES", "IT"]}, 14),
        ({"country": "IT", "mipex_r": "true"}, 7),
        ({"country": "GR"}, 2),
        ({"country": "EL"}, 2),
        ({"country": "LU"}, 0),
        ({"q": "skå"}, 3),
        ({"q": "SKA"}, 3),  # Skåne, and Euskadi and Toskana
        ({"q": "skan län"}, 0),
        ({"q": "Skåne Län"}, 1),
        ({"q": "es5"}, 2),  # ES51 and ES52
        ({"q": "lisb"}, 2),
        ({"q": "%"}, 0),
        ({"q": ""}, 34),
        ({"q": "país vasco", "country": "ES"}, 1),
    ],
)
async def test_filters(real, query, total):
    found = await get(real, "/v1/regions", per_page=100, **query)

    assert found["total"] == len(found["items"]) == total


async def test_pages_follow_each_other_and_keep_the_filters(real):
    first = await get(real, "/v1/regions", per_page=10, mipex_r="true")
    second = (await real.get(first["links"]["next"])).json()
    third = (await real.get(second["links"]["next"])).json()

    ids = [item["id"] for page in (first, second, third) for item in page["items"]]
    assert ids == sorted(ids)
    assert len(ids) == 25
    assert first["links"]["prev"] is None
    assert third["links"]["next"] is None
    assert second["links"]["self"] == "http://127.0.0.1:8000/v1/regions?per_page=10&mipex_r=true&page=2"


async def test_a_page_past_the_end_is_empty_and_counts(real):
    found = await get(real, "/v1/regions", page=9)

    assert (found["items"], found["total"]) == ([], 34)


@pytest.mark.parametrize(
    ("query", "code", "said"),
    [
        ("contry=ES", "unknown_parameter", "country"),
        ("country=XX", "unknown_value", "ES"),
        ("country=es", "unknown_value", "ES"),
        ("mipex_r=perhaps", "unknown_value", "Allowed: false, true."),
        ("mipex_r=1", "unknown_value", "true"),
        ("q=a&q=b", "repeated_parameter", "q"),
        ("page=0", "invalid_parameter", ""),
        ("per_page=101", "invalid_parameter", ""),
        ("page=101&per_page=100", "window_exceeded", "10000"),
        ("q=" + "a" * 201, "invalid_parameter", ""),
        ("q=%00", "invalid_parameter", ""),
    ],
)
async def test_what_is_not_understood_is_refused(real, query, code, said):
    response = await real.get(f"/v1/regions?{query}&lang=en")

    assert (response.status_code, response.json()["code"]) == (400, code)
    assert said in response.json()["detail"]


async def test_the_map_has_a_point_for_each_region_of_the_filter(real):
    response = await real.get("/v1/regions.geojson", params={"country": "SE", "lang": "sv"})

    assert response.headers["content-type"] == "application/geo+json"
    collection = response.json()
    assert collection["type"] == "FeatureCollection"
    skane = next(feature for feature in collection["features"] if feature["id"] == "skane")
    assert len(collection["features"]) == 2
    assert skane["geometry"] == {"type": "Point", "coordinates": [13.5, 55.9]}  # longitude first
    assert skane["properties"]["name"]["text"] == "Skåne"
    assert skane["properties"]["precision"] == "region"


async def test_the_map_takes_no_page(real):
    assert (await real.get("/v1/regions.geojson?page=2")).status_code == 400


async def test_a_region_without_a_point_has_no_geometry(scoring_db):
    await load_bundle(scoring_db, Bundle([region("alpha")]))

    async with scoring_client(scoring_db) as client:
        feature = (await client.get("/v1/regions.geojson")).json()["features"][0]
        one = (await client.get("/v1/regions/alpha")).json()
    assert feature["geometry"] is None
    assert feature["properties"]["precision"] is None
    assert one["point"] is None
    assert one["name"] == {"text": words("Alpha")["en"], "lang": "en", "translation": None}
