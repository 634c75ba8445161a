"""GET /v1/practices over HTTP: filters, counts, words, pages, and what is refused."""

import pytest

from practices.repository import RegionRepository
from tests.support.builders_practices import a_practice, a_region, the_practices

ITEM_KEYS = {
    "id", "uri", "title", "summary", "countries", "regions", "scope", "roles", "role_kinds", "policy_areas",
    "themes", "target_groups", "success", "practice_languages", "text_languages", "period", "regin_relation",
    "location", "url", "highlights",
}  # fmt: skip


async def get(client, query="", status=200, **headers):
    answer = await client.get(f"/v1/practices{query}", headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json()


def ids(body):
    return {item["id"] for item in body["items"]}


async def test_the_example_of_the_issue_counts_as_by_hand(client):
    body = await get(client, "?country=ES&country=IT&policy_area=education&facets=country,role&per_page=100")
    here = [p for p in the_practices() if "education" in p["policy_areas"]]
    both = [p for p in here if {"ES", "IT"} & set(p["countries"])]
    assert ids(body) == {p["id"] for p in both}
    assert body["total"] == len(both)
    counted = {name: {f["value"]: f["count"] for f in values} for name, values in body["facets"].items()}
    words = {"country": (here, "countries"), "role": (both, "roles")}
    for name, (practices, field) in words.items():
        values = {v for p in practices for v in p[field] or ["unknown"]}
        assert counted[name] == {v: sum(v in (p[field] or ["unknown"]) for p in practices) for v in values}
    chosen = {f["value"] for f in body["facets"]["country"] if f["selected"]}
    assert chosen == {"ES", "IT"}


async def test_an_item_has_every_key_and_an_address(client):
    body = await get(client, "?per_page=100")
    assert body["total"] == len(the_practices())
    for item in body["items"]:
        assert set(item) == ITEM_KEYS
        assert item["uri"] == f"http://127.0.0.1:8000/practices/{item['id']}"
        assert set(item["title"]) == {"text", "lang", "translation"}
        assert set(item["success"]) == {"value", "basis", "sources"}
        assert set(item["period"]) == {"start", "end", "ongoing", "text"}
        assert item["highlights"] is None
    assert [item["id"] for item in body["items"]] == sorted(ids(body))


async def test_a_search_says_by_whom_and_how_complete_it_is(client):
    body = await get(client)
    assert (body["engine"], body["degraded"], body["facets"]) == ("postgresql", False, {})
    assert body["complete_through"].endswith("Z")


@pytest.mark.parametrize(
    "name", ["Catalonia", "catalonia", "Cataluña", "ES51", "Generalitat de Catalunya (Catalonia)"]
)
async def test_a_region_is_found_by_its_names(client, name, catalogue_db):
    aliases = frozenset({"catalonia", "cataluna", "es51", "generalitat-de-catalunya-catalonia"})
    async with catalogue_db.sessions.begin() as session:
        await RegionRepository(session).put(a_region(aliases=aliases, names={"en": "Catalonia"}))
    answer = await client.get("/v1/practices", params={"region": name, "per_page": 100})
    assert ids(answer.json()) == {p["id"] for p in the_practices() if "catalonia" in p["regions"]}


async def test_greece_has_two_codes(client):
    assert ids(await get(client, "?country=EL")) == ids(await get(client, "?country=GR")) != set()


@pytest.mark.parametrize(
    ("query", "field", "empty"),
    [
        ("country=unknown", "countries", []),
        ("regin_relation=none", "regin_relation", None),
        ("role=unknown", "roles", []),
    ],
)
async def test_what_is_not_known_can_be_asked_for(client, query, field, empty):
    body = await get(client, f"?{query}&per_page=100")
    assert ids(body) == {p["id"] for p in the_practices() if p[field] == empty} != set()


@pytest.mark.parametrize(
    ("query", "name", "nearest"),
    [
        ("country=XX", "country", None),
        ("policy_area=educaton", "policy_area", "education"),
        ("region=catalona", "region", "catalonia"),
        ("facets=contry", "facets", "country"),
        ("sort=newst", "sort", "newest"),
        ("role=none", "role", None),
        ("regin_relation=unknown", "regin_relation", None),
        ("language=xx", "language", None),
    ],
)
async def test_an_unknown_value_is_named_with_what_is_allowed(client, query, name, nearest):
    body = await get(client, f"?{query}", 400)
    assert body["code"] == "unknown_value"
    assert body["errors"][0]["pointer"] == f"?{name}"
    if nearest:
        assert nearest in body["detail"]


@pytest.mark.parametrize(
    "query",
    [
        "contry=ES", "bbox=1,2,3", "bbox=a,b,c,d", "bbox=0,60,10,50", "bbox=nan,0,1,1", f"q={'a' * 201}",
        "page=0", "per_page=101", "page=200&per_page=100", "q=a&q=b", "q=%00",
        "country=" + ",".join(["ES"] * 51),
    ],
)  # fmt: skip
async def test_what_is_not_understood_is_a_400(client, query):
    assert (await get(client, f"?{query}", 400))["status"] == 400


async def test_labels_and_errors_are_in_the_readers_language(client):
    body = await get(
        client, "?facets=country,region,role,language,regin_relation,success&lang=sv&region=skane"
    )
    labels = {
        (name, facet["value"]): (facet["label"]["text"], facet["label"]["lang"])
        for name, values in body["facets"].items()
        for facet in values
    }
    assert labels["country", "SE"] == ("Sverige", "sv")
    assert labels["region", "skane"] == ("Skåne", "sv")
    assert labels["language", "unknown"] == ("Uppgift saknas", "sv")
    assert "Meinten" in (await get(client, "?facets=contry&lang=de", 400))["detail"]


async def test_words_are_marked_and_the_text_is_escaped(practices_db, open_client, fill_with):
    title = "A <mark>school</mark> & <script>alert('x')</script>"
    await fill_with(practices_db, [a_practice("p", title=title, summary="Schools > offices")])
    async with open_client(practices_db) as client:
        (item,) = (await get(client, "?q=schools"))["items"]
        assert (await get(client, "?q=%20"))["items"][0]["highlights"] is None
    assert item["title"]["text"] == title
    assert item["highlights"] == {
        "title": "A &lt;mark&gt;<mark>school</mark>&lt;/mark&gt; &amp; "
        "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;",
        "summary": "<mark>Schools</mark> &gt; offices",
    }


async def test_pages_are_linked_and_keep_the_filters(client):
    body = await get(client, "?country=ES&per_page=5&page=2")
    assert body["links"]["next"].startswith("http://127.0.0.1:8000/v1/practices?country=ES&per_page=5&page=3")
    assert "page=" not in body["links"]["first"].replace("per_page", "")
    first, second = await get(client, "?country=ES&per_page=5"), body
    assert ids(first).isdisjoint(ids(second))


async def test_the_map_holds_the_same_practices(client):
    answer = await client.get("/v1/practices.geojson?country=ES&country=IT&lang=es")
    listed = await get(client, "?country=ES&country=IT&per_page=100")
    assert answer.headers["content-type"] == "application/geo+json"
    body = answer.json()
    assert {feature["id"] for feature in body["features"]} == ids(listed)
    assert body["total"] == listed["total"]
    for feature in body["features"]:
        if feature["properties"]["regions"]:
            assert feature["properties"]["location"]["precision"] == "region"
            lon, lat = feature["geometry"]["coordinates"]
            assert (lat, lon) == (
                feature["properties"]["location"]["lat"],
                feature["properties"]["location"]["lon"],
            )
    everywhere = (await client.get("/v1/practices.geojson")).json()["features"]
    assert any(feature["geometry"] is None for feature in everywhere)
    in_spain = (await client.get("/v1/practices.geojson?bbox=-10,35,4,44")).json()["features"]
    assert 0 < len(in_spain) < len(everywhere)


async def test_a_page_that_has_not_changed_is_not_sent_again(client):
    first = await client.get("/v1/practices/azores-migrant-s-guide-guia-do-i-migrante")
    again = await client.get(first.url.path, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


async def test_code_lists_are_served(client):
    lists = (await client.get("/v1/codelists?lang=it")).json()["items"]
    assert {"role", "theme", "target_group", "success"} <= {item["list"] for item in lists}
    one = (await client.get("/v1/codelists/policy_area?lang=it")).json()
    assert next(i for i in one["items"] if i["code"] == "education")["label"]["text"] == "Istruzione"
