"""Statistics and code lists over HTTP, on the real data."""

import json

import pytest

from scoring.documents import Bundle
from tests.support.builders_scoring import DATA, code, edition, figure, load_bundle, region, scoring_client

LANGUAGES = ("en", "fr", "de", "it", "es", "pt", "sv")
STATISTIC = {
    "region", "key", "label", "group", "value", "unit", "period", "territory", "flags", "reason",
    "confidence", "sources", "notes",
}  # fmt: skip


async def outcomes(client, **params):
    response = await client.get("/v1/outcomes", params={"per_page": 100, **params})
    assert response.status_code == 200, response.text
    return response.json()


async def test_the_population_of_catalonia(real):
    found = await outcomes(real, region="catalonia", indicator="population", lang="en")

    assert found["total"] == 1
    assert found["items"][0] == {
        "region": "catalonia",
        "key": "population",
        "label": {"text": "Population", "lang": "en", "translation": None},
        "group": {"citizenship": "total", "sex": "total", "age": "total"},
        "value": 7780479,
        "unit": "persons",
        "period": "2020-01-01",
        "territory": {"scheme": "NUTS", "version": "2021", "code": "ES51"},
        "flags": [],
        "reason": None,
        "confidence": "high",
        "sources": [
            {
                "title": "INE, padrón, population on 1 January 2020 (through a public data file)",
                "publisher": "INE", "url": None, "published": "2020", "accessed": None, "locator": None,
                "lang": "es", "licence": None,
            }
        ],
        "notes": [],
    }  # fmt: skip


async def test_the_expected_ones_come_first_and_then_the_others_held(real):
    items = (await outcomes(real, region="murcia"))["items"]

    assert [item["key"] for item in items] == [
        "population", "non_eu_population", "unemployment_rate", "unemployment_rate", "unemployment_rate",
        "neet_rate", "neet_rate", "neet_rate", "poverty_or_social_exclusion_rate", "urban_rural_type",
        "third_country_nationals_share", "foreigners", "foreigners_share",
        "migrants_at_high_risk_of_social_exclusion",
    ]  # fmt: skip
    assert all(set(item) == STATISTIC for item in items)
    assert [item["reason"] for item in items] == [None, *["not_held"] * 9, *[None] * 4]
    assert items[12]["value"] == 14.7
    assert items[13]["notes"][0]["text"]["text"].startswith("a speaker's figure")


@pytest.mark.parametrize("name", ["lisbon", "bremen", "oriental-morocco"])
async def test_a_region_of_which_nothing_is_held_has_all_ten_with_the_reason(real, name):
    items = (await outcomes(real, region=name))["items"]

    assert len(items) == 10
    assert {(item["value"], item["reason"], item["period"]) for item in items} == {(None, "not_held", None)}


async def test_a_figure_stands_on_an_exact_code_only(real):
    lisbon = (await outcomes(real, region="lisbon"))["items"][0]  # PT17 is only close
    bremen = (await outcomes(real, region="bremen"))["items"][0]

    assert lisbon["territory"] is None
    assert bremen["territory"]["code"] == "DE50"


async def test_every_figure_of_the_file_is_there(real):
    regions = json.loads((DATA / "regions.json").read_text(encoding="utf-8"))
    held = {(region["id"], one["key"]): one["value"] for region in regions for one in region["statistics"]}

    pages = [await outcomes(real, page=page) for page in range(1, 6)]

    items = [item for page in pages for item in page["items"]]
    assert len(items) == pages[0]["total"]
    assert {(i["region"], i["key"]): i["value"] for i in items if i["reason"] is None} == held
    assert pages[0]["total"] == 34 * 10 + sum(key != "population" for _, key in held)


async def test_regions_by_any_alias_and_several_of_them(real):
    found = await outcomes(real, region=["ES51", "Wien,Skåne"], indicator="population")

    assert {item["region"]: item["value"] for item in found["items"]} == {
        "catalonia": 7780479, "skane": 1389336, "vienna": 1911728,
    }  # fmt: skip


async def test_headers_of_statistics(real):
    response = await real.get("/v1/outcomes", params={"region": "catalonia"})

    assert response.headers["as-of"] == "2026-11-23T05:00:00.000000Z"
    assert response.headers["etag"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("region=catalona", "catalonia"),
        ("region=vienna,catalona", "catalonia"),
        ("indicator=populaton", "population"),
        ("indicators=x", "indicator"),
    ],
)
async def test_what_is_not_known_is_refused_with_the_nearest(real, query, said):
    response = await real.get(f"/v1/outcomes?{query}&lang=en")

    assert response.status_code == 400
    assert f"Did you mean “{said}”?" in response.json()["detail"]


async def test_a_name_that_no_region_can_have(real):
    assert (await real.get("/v1/outcomes?region=%00")).status_code == 400


# Code lists


async def test_an_axis_of_the_edition_is_a_code_list(real):
    found = (await real.get("/v1/codelists/2021.policy_area", params={"lang": "de"})).json()

    assert found["list"] == "2021.policy_area"
    assert len(found["items"]) == 8
    labour = found["items"][0]
    assert set(labour) == {"code", "label", "definition", "status", "replaced_by", "matches"}
    assert labour["matches"] == [{"relation": "exact", "list": "policy_area", "code": "labour"}]
    assert labour["status"] == "current"


async def test_all_lists_of_scoring_and_the_axes(real):
    found = (await real.get("/v1/codelists")).json()

    names = [one["list"] for one in found["items"]]
    files = sorted(path.stem for path in (DATA / "codelists" / "scoring").glob("*.json"))
    editions = [json.loads(path.read_text("utf-8")) for path in sorted((DATA / "editions").glob("*.json"))]
    axes = [f"{edition['edition']}.{axis['key']}" for edition in editions for axis in edition["axes"]]
    assert names == [*files, *axes]
    assert "2021.governance" in axes


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_every_code_has_words_in_every_language(real, lang):
    found = (await real.get("/v1/codelists", params={"lang": lang})).json()

    labels = [item["label"] for one in found["items"] for item in one["items"]]
    assert {label["lang"] for label in labels} == {lang}


async def test_every_code_that_an_answer_holds_is_in_its_list(real):
    lists = {
        one["list"]: {item["code"] for item in one["items"]}
        for one in (await real.get("/v1/codelists")).json()["items"]
    }
    for page in range(1, 6):
        for item in (await outcomes(real, page=page))["items"]:
            assert item["key"] in lists["statistic"]
            assert item["unit"] in lists["unit"] | {None}
            assert set(item["flags"]) <= lists["statistic_flag"]
            assert item["reason"] in lists["reason"] | {None}
            for name in ("citizenship", "sex", "age"):
                assert item["group"][name] in lists[name]


async def test_an_unknown_list_names_the_nearest(real):
    response = await real.get("/v1/codelists/raeson?lang=en")

    assert response.status_code == 404
    assert "“reason”" in response.json()["detail"]


# Series over time


SERIES = [
    figure("population", 100 + year, period=str(2000 + year), unit="persons") for year in range(10, 15)
] + [figure("population", 250, period="2014-07-01"), figure("foreigners", 7, period="2014")]


@pytest.fixture
async def series(scoring_db):
    """A client of a service that holds five years of one region, and half a year more."""
    alpha = region("alpha", codes=[code("ES98")], statistics=SERIES)
    await load_bundle(scoring_db, Bundle([alpha, region("beta"), region("gamma")], [edition()], []))
    async with scoring_client(scoring_db) as client:
        yield client


async def periods(client, **params):
    items = (await outcomes(client, region="alpha", indicator="population", **params))["items"]
    return [item["period"] for item in items]


async def test_all_periods_of_a_series_newest_first(series):
    assert await periods(series) == ["2014-07-01", "2014", "2013", "2012", "2011", "2010"]


@pytest.mark.parametrize(
    ("span", "seen"),
    [
        ({"period_from": "2013"}, ["2014-07-01", "2014", "2013"]),
        ({"period_from": "2014-03"}, ["2014-07-01", "2014"]),
        ({"period_to": "2011-01-01"}, ["2011", "2010"]),
        ({"period_from": "2012", "period_to": "2012"}, ["2012"]),
        ({"period_to": "2014"}, ["2014-07-01", "2014", "2013", "2012", "2011", "2010"]),
        ({"period_from": "2020"}, [None]),
        ({"latest": "true"}, ["2014-07-01"]),
        ({"latest": "true", "period_to": "2014-06"}, ["2014"]),
        ({"latest": "false", "period_from": "2014"}, ["2014-07-01", "2014"]),
    ],
)
async def test_a_span_of_periods(series, span, seen):
    assert await periods(series, **span) == seen


async def test_pages_of_long_series_hold_everything_once_and_in_order(series):
    whole = (await outcomes(series))["items"]
    pages = [await outcomes(series, per_page=4, page=page) for page in range(1, 12)]

    assert [item for page in pages for item in page["items"]] == whole
    assert {page["total"] for page in pages} == {len(whole)} == {5 + 1 + 9 + 1 + 10 + 10}


async def test_a_count_of_few_people_is_not_shown_wherever_it_came_from(series):
    (item,) = (await outcomes(series, region="alpha", indicator="foreigners"))["items"]

    assert (item["value"], item["reason"], item["confidence"]) == (None, "suppressed", None)


@pytest.mark.parametrize("query", ["period_from=2020-1", "period_to=last", "latest=yes", "period_from="])
async def test_a_span_that_is_none(series, query):
    assert (await series.get(f"/v1/outcomes?{query}")).status_code == 400


# The definitions


async def test_the_55_indicators_are_listed_as_our_own(real):
    found = (await real.get("/v1/outcomes/indicators", params={"lang": "sv"})).json()

    assert (found["total"], len(found["items"])) == (55, 55)
    assert {item["own"] for item in found["items"]} == {True}
    assert {item["label"]["lang"] for item in found["items"]} == {"sv"}
    assert found["notes"][0]["text"]["lang"] == "sv"
    one = next(item for item in found["items"] if item["code"] == "neet_rate")
    assert one["groups"]["citizenship"] == ["total", "national", "foreign", "non_eu"]
    assert (one["unit"], one["direction"]) == ("percent", "lower_better")
    assert one["eurostat"][0]["dataset"] == "edat_lfse_22"
