"""A front-end app shows a region: the panel and what leads to it."""

import httpx
import pytest


@pytest.fixture
def get(platform):
    with httpx.Client(base_url=platform.base_url, timeout=10) as client:
        yield client.get


def cells(panel):
    scores = panel["parts"]["scores"]["data"]
    return {
        cell["cell"]: cell for cell in [scores["overall"], *(c for a in scores["axes"] for c in a["cells"])]
    }


def test_catalonia_shows_its_two_known_figures_with_sources_and_its_rank_as_a_range(get):
    panel = get("/v1/regions/catalonia/panel").json()
    assert {name: part["status"] for name, part in panel["parts"].items()} == dict.fromkeys(
        ("scores", "statistics", "practices", "suggestions"), "fresh"
    )
    known = cells(panel)
    assert known["overall"]["score"] == 64
    assert known["policy_cycle-policy_output"]["score"] == 71
    assert known["overall"]["sources"][0]["publisher"] == "El Correo"
    assert known["policy_cycle-policy_output"]["sources"][0]["title"] == "REGIN Final Publication"
    assert {cell["reason"] for name, cell in known.items() if cell["score"] is None} == {"not_held"}
    rank = known["overall"]["rank"]
    assert (rank["position"], rank["low"], rank["high"], rank["of"], rank["known"]) == (None, 3, 21, 25, 7)
    population = next(s for s in panel["parts"]["statistics"]["data"]["items"] if s["key"] == "population")
    assert (population["value"], population["period"]) == (7_780_479, "2020-01-01")
    assert population["sources"][0]["publisher"] == "INE"
    assert panel["parts"]["practices"]["data"]["total"] == 10
    assert all("catalonia" in item["regions"] for item in panel["parts"]["practices"]["data"]["items"])


def test_a_place_that_a_source_states_is_kept(get):
    rank = cells(get("/v1/regions/vienna/panel").json())["overall"]["rank"]
    assert (rank["position"], rank["low"], rank["high"], rank["origin"]) == (1, 1, 1, "published")


def test_skane_in_swedish(get):
    answer = get("/v1/regions/skane/panel?lang=sv")
    assert answer.headers["content-language"] == "sv"
    panel = answer.json()
    labels = [cell["label"] for cell in cells(panel).values()]
    assert {label["lang"] for label in labels} == {"sv"}
    assert panel["region"]["name"] == {"text": "Skåne", "lang": "sv", "translation": None}
    assert {s["label"]["lang"] for s in panel["parts"]["statistics"]["data"]["items"]} == {"sv"}
    # Practices are written in English only, and say so.
    assert {item["title"]["lang"] for item in panel["parts"]["practices"]["data"]["items"]} == {"en"}


def test_a_region_whose_results_we_do_not_hold_says_so(get):
    answer = get("/v1/regions/veneto/panel")
    assert answer.status_code == 200
    assert {cell["reason"] for cell in cells(answer.json()).values()} == {"not_held"}


def test_a_region_that_took_no_part_says_so(get):
    panel = get("/v1/regions/bremen/panel").json()
    assert {cell["reason"] for cell in cells(panel).values()} == {"not_assessed"}
    assert {cell["rank"] for cell in cells(panel).values()} == {None}
    assert panel["parts"]["practices"]["data"]["total"] == 2


def test_an_alias_leads_to_the_region_and_keeps_the_question(get):
    answer = get("/v1/regions/ES51/panel?lang=pt")
    assert answer.status_code == 308
    assert answer.headers["location"].endswith("/v1/regions/catalonia/panel?lang=pt")
    assert not answer.headers["location"].startswith("http")


def test_an_unknown_region_is_a_404_that_names_the_nearest(get):
    answer = get("/v1/regions/catalona/panel?lang=fr")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert "catalonia" in answer.json()["detail"]
    assert answer.headers["content-language"] == "fr"


def test_an_unsupported_language_is_answered_in_english(get):
    answer = get("/v1/regions/skane/panel?lang=xx")
    assert (answer.status_code, answer.headers["content-language"]) == (200, "en")


def test_a_reader_that_has_the_panel_gets_304(get):
    first = get("/v1/regions/navarra/panel?lang=es")
    again = get("/v1/regions/navarra/panel?lang=es", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "address",
    [
        "/v1/regions/catalonia/panel?langue=fr",
        "/v1/regions/catalonia/panel?edition=2020",
        "/v1/rankings?cell=policy_area-helth",
        "/v1/regions?country=XX",
        "/v1/practices?policy_area=helth",
        "/v1/practices?facets=contry",
        "/v1/practices?sort=best",
    ],
)
def test_what_is_not_known_is_a_400_that_says_what_is(get, address):
    answer = get(address)
    assert answer.status_code == 400, answer.text
    assert answer.json()["errors"]


def test_the_description_served_is_that_of_the_whole_platform(get):
    described = get("/openapi.json").json()
    assert {"/v1/practices", "/v1/regions/{region}/panel", "/v1/surveys/{survey}/submissions"} <= set(
        described["paths"]
    )


@pytest.mark.parametrize(
    "address",
    [
        "/v1/meta",
        "/v1/codelists",
        "/v1/codelists/2021.policy_area",
        "/v1/codelists/theme",
        "/v1/regions",
        "/v1/regions.geojson",
        "/v1/regions/puglia/scores",
        "/v1/editions",
        "/v1/editions/2021",
        "/v1/rankings?cell=overall",
        "/v1/outcomes?region=vienna&indicator=population",
        "/v1/practices",
        "/v1/practices.geojson",
        "/v1/surveys",
        "/v1/surveys/integration-practice",
        "/v1/surveys/keys",
        "/openapi.json",
        "/docs",
        "/",
        "/healthz",
        "/readyz",
    ],
)
def test_every_call_of_the_front_door_answers(get, address):
    answer = get(address)
    assert answer.status_code == 200, answer.text
    assert answer.content
