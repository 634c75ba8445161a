"""Regions beside each other over HTTP: the real figures of 2021, and a small edition computed here."""

from datetime import UTC, datetime

import pytest

from scoring.documents import Bundle, EditionDoc
from scoring.service.publishing import Publisher
from servicekit.database import Database
from tests.support.builders_releases import edition_document, record, signer
from tests.support.builders_scoring import LANGUAGES, load_bundle, region, scoring_client

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
COUNTRIES = {"alpha": "ES", "beta": "ES", "gamma": "FR", "delta": "GR", "epsilon": "ES"}
# The experts of alpha and delta do not agree: who of them is ahead cannot be told.
RECORDS = (
    record("alpha", "abcad", b="bbcac"),
    record("beta", "bbnux"),
    record("gamma", "ccxxx"),
    record("delta", "abcbd", a="bacad", b="abcbc"),
)
WRITTEN = ["overall", "policy_area-labour", "policy_area-health", "stage-plan"]


@pytest.fixture(scope="module")
async def small(postgres_server, keys):
    """A client of scoring with an edition that was computed here, and a demonstration of the same."""
    addresses = await postgres_server.migrated("scoring")
    database = Database(addresses.app)
    kinds = {"small": "computed", "show": "demonstration"}
    regions = [region(name, country=country) for name, country in COUNTRIES.items()]
    editions = [EditionDoc.model_validate(edition_document(*one)) for one in kinds.items()]
    await load_bundle(database, Bundle(regions, editions))
    for edition in kinds:
        async with database.sessions.begin() as session:
            await Publisher(signer()).publish(session, edition, RECORDS, NOW)
    async with scoring_client(database, service_jwks_file=keys / "jwks.json") as client:
        yield client
    await database.dispose()
    await postgres_server.drop(addresses.name)


async def fetch(client, path, status=200, **params):
    response = await client.get(path, params=params)
    assert response.status_code == status, response.text
    return response.json()


# Rankings


async def test_a_computed_ranking_says_what_cannot_be_told_apart_and_what_it_hangs_on(small):
    found = await fetch(small, "/v1/rankings", cell="policy_area-labour", lang="de")

    assert (found["of"], found["known"], found["complete"], found["within"]) == (4, 4, True, [])
    assert [one["region"] for one in found["items"]] == ["beta", "alpha", "delta", "gamma"]
    assert [one["rank"]["position"] for one in found["items"]] == [1, 2, 2, 4]
    for one in found["items"]:
        assert one["interval"]["low"] <= one["interval"]["median"] <= one["interval"]["high"]
        assert 1 <= one["rank"]["interval"]["low"] <= one["rank"]["interval"]["high"] <= 4
    assert ["alpha", "delta"] in found["indistinguishable"]
    assert not [pair for pair in found["indistinguishable"] if "gamma" in pair]
    first = found["influential"][0]
    assert set(first) == {"indicator", "question", "places", "region", "moved"}
    assert first["question"] == {"text": f"{first['indicator']}? (de)", "lang": "de", "translation": None}
    assert first["places"] >= found["influential"][-1]["places"] >= 1


async def test_within_countries_places_are_worked_out_anew(small):
    spain = await fetch(small, "/v1/rankings", country="ES", cell="policy_area-labour")
    two = await fetch(small, "/v1/rankings", country="FR,EL", cell="policy_area-labour")
    twice = await small.get("/v1/rankings?country=FR&country=GR&cell=policy_area-labour")
    none = await fetch(small, "/v1/rankings", country="PT")

    assert [(one["region"], one["rank"]["position"]) for one in spain["items"]] == [("beta", 1), ("alpha", 2)]
    assert (spain["within"], spain["of"]) == (["ES"], 2)
    assert [one["rank"]["interval"] for one in spain["items"]] == [None, None]
    assert all(one["interval"] for one in spain["items"])
    assert spain["influential"] is None
    assert spain["indistinguishable"] == [
        ["alpha", "beta"]
    ]  # and not alpha and delta: these are two countries
    assert [(one["region"], one["rank"]["position"]) for one in two["items"]] == [("delta", 1), ("gamma", 2)]
    assert twice.json()["items"] == two["items"]
    assert (none["of"], none["items"], none["unranked"]) == (0, [], [])


async def test_a_simulated_place_is_not_told_while_an_unknown_score_could_change_it(small):
    found = await fetch(small, "/v1/rankings", cell="policy_area-health")
    sheet = await fetch(small, "/v1/regions/alpha/scores", edition="small")

    # Of beta it is unknown; gamma has no competence, and can change nothing.
    assert {one["region"]: one["reason"] for one in found["unranked"]} == {
        "beta": "unknown", "gamma": "no_competence",
    }  # fmt: skip
    assert [one["rank"]["interval"] for one in found["items"]] == [None, None]
    assert [one["rank"]["position"] for one in found["items"]] == [None, None]
    health = sheet["axes"][0]["cells"][1]
    assert (health["cell"], health["rank"]["interval"]) == ("policy_area-health", None)
    assert sheet["overall"]["rank"]["interval"] is not None


async def test_what_was_published_elsewhere_was_not_simulated(real):
    all_of_them = await fetch(real, "/v1/rankings")
    spain = await fetch(real, "/v1/rankings", country="ES")
    italy = await fetch(real, "/v1/rankings", country="IT", cell="policy_cycle-evaluation")

    assert (all_of_them["indistinguishable"], all_of_them["influential"]) == (None, None)
    # Of Spain every score is known, so there each has a place; the one that is printed is among all.
    assert (spain["complete"], spain["known"], spain["of"]) == (True, 6, 6)
    assert [(one["region"], one["rank"]["position"]) for one in spain["items"]][:3] == [
        ("basque-country", 1), ("catalonia", 2), ("navarra", 3),
    ]  # fmt: skip
    assert {one["rank"]["origin"] for one in spain["items"]} == {"computed"}
    assert [one["region"] for one in italy["items"]] == ["puglia"]
    rank = italy["items"][0]["rank"]
    assert (rank["position"], rank["low"], rank["high"]) == (None, 1, 1 + len(italy["unranked"]))
    assert italy["unranked"]


@pytest.mark.parametrize("query", ["country=XX", "country=ES,XX", "country=es"])
async def test_an_unknown_country_is_refused(real, query):
    problem = (await real.get(f"/v1/rankings?{query}&lang=en")).json()

    assert (problem["status"], problem["code"]) == (400, "unknown_value")
    assert problem["errors"][0]["pointer"] == "?country"


# Comparisons


async def test_regions_side_by_side_in_the_order_asked_for(small):
    found = await fetch(small, "/v1/compare", region="delta,alpha,gamma", lang="sv")
    own = await fetch(small, "/v1/regions/alpha/scores", edition="small", lang="sv")

    assert (found["edition"], found["release"], found["origin"]) == ("small", "small-r1", "computed")
    assert [(one["id"], one["country"]) for one in found["regions"]] == [
        ("delta", "GR"), ("alpha", "ES"), ("gamma", "FR"),
    ]  # fmt: skip
    assert found["regions"][1]["name"] == {"text": "Alpha (sv)", "lang": "sv", "translation": None}
    assert [row["cell"] for row in found["rows"]] == WRITTEN
    cells = [own["overall"], *(cell for axis in own["axes"] for cell in axis["cells"])]
    assert [row["cells"][1] for row in found["rows"]] == cells
    assert [(row["axis"], row["key"], row["label"]) for row in found["rows"]] == [
        (cell["axis"], cell["key"], cell["label"]) for cell in cells
    ]
    labour, health = found["rows"][1], found["rows"][2]
    assert labour["indistinguishable"] == [["alpha", "delta"]]
    assert labour["spread"] == {"low": 33.3, "high": pytest.approx(200 / 3)}
    assert health["cells"][2]["reason"] == "no_competence"
    assert health["spread"]["low"] < health["spread"]["high"]


async def test_only_the_pairs_of_those_that_are_compared(small):
    found = await fetch(small, "/v1/compare", region="alpha,gamma")

    assert [row["indistinguishable"] for row in found["rows"]] == [[], [], [], []]


async def test_a_region_that_took_no_part_says_so(small):
    found = await fetch(small, "/v1/compare", region=["alpha", "epsilon"])

    assert {row["cells"][1]["reason"] for row in found["rows"]} == {"not_assessed"}
    assert [row["spread"] for row in found["rows"]] == [None] * 4


async def test_2021_by_codes_and_names_each_region_once(real):
    found = await fetch(real, "/v1/compare", region="Wien,ES51,catalonia,AT13,Cataluña")

    assert [one["id"] for one in found["regions"]] == ["vienna", "catalonia"]
    assert [cell["score"] for cell in found["rows"][0]["cells"]] == [78, 64]
    assert found["rows"][0]["cells"][0]["rank"]["position"] == 1
    assert found["rows"][0]["spread"] == {"low": 64, "high": 78}
    assert {row["indistinguishable"] for row in found["rows"]} == {None}
    assert len(found["rows"]) == 18


@pytest.mark.parametrize(
    ("query", "code", "fault"),
    [
        ("", "too_few_regions", {"min": 2, "got": 0}),
        ("region=catalonia", "too_few_regions", {"min": 2, "got": 1}),
        ("region=catalonia,ES51", "too_few_regions", {"min": 2, "got": 1}),
        ("region=catalonia,atlantis", "unknown_value", None),
        ("region=catalonia,vienna&edition=2022", "unknown_value", None),
        ("region=catalonia,vienna&cell=overall", "unknown_parameter", None),
    ],
)
async def test_what_cannot_be_compared(real, query, code, fault):
    response = await real.get(f"/v1/compare?{query}")

    assert (response.status_code, response.json()["code"]) == (400, code)
    if fault is not None:
        assert [(one["pointer"], one["params"]) for one in response.json()["errors"]] == [("?region", fault)]


async def test_at_most_thirty_and_the_limit_is_named_in_every_language(real):
    listed = await fetch(real, "/v1/regions", per_page=100)
    ids = [one["id"] for one in listed["items"]]
    assert len(ids) > 30

    assert len((await fetch(real, "/v1/compare", region=",".join([*ids[:30], ids[0]])))["regions"]) == 30
    for lang in LANGUAGES:
        problem = await fetch(real, "/v1/compare", 400, region=",".join(ids[:31]), lang=lang)
        assert (problem["code"], problem["errors"][0]["params"]) == (
            "too_many_regions",
            {"max": 30, "got": 31},
        )
        assert "30" in problem["detail"]
        assert "31" in problem["detail"]


async def test_a_name_of_two_regions_is_not_guessed(scoring_db):
    both = [region(name, aliases=["Middle"]) for name in ("alpha", "beta")]
    await load_bundle(scoring_db, Bundle(both, []))
    async with scoring_client(scoring_db) as client:
        problem = await fetch(client, "/v1/compare", 300, region="alpha,Middle")

    assert problem["code"] == "ambiguous_region"


# Similar regions


async def test_regions_with_similar_profiles(small):
    found = await fetch(small, "/v1/regions/alpha/similar", lang="it")

    assert (found["region"], found["edition"], found["release"]) == ("alpha", "small", "small-r1")
    assert (found["cells"], found["total"]) == (3, 3)
    assert [one["region"] for one in found["items"]] == ["beta", "delta", "gamma"]
    delta = found["items"][1]
    assert delta["name"]["text"] == "Delta (it)"
    assert delta["cells_compared"] == 3
    named = [*delta["closest"], *delta["furthest"]]
    assert {one["cell"] for one in named} == set(WRITTEN[1:])
    assert all(one["difference"] == pytest.approx(abs(one["own"] - one["other"])) for one in named)
    assert delta["distance"] == pytest.approx(sum(one["difference"] for one in named) / 3)
    assert found["items"][0]["cells_compared"] == 2  # of beta one cell is unknown
    assert found["not_comparable"] == []


async def test_so_many_of_them_as_are_asked_for(small):
    found = await fetch(small, "/v1/regions/alpha/similar", limit=1)

    assert (found["total"], [one["region"] for one in found["items"]]) == (3, ["beta"])
    for limit in ("0", "101", "many"):
        assert (await fetch(small, "/v1/regions/alpha/similar", 400, limit=limit))["errors"]


async def test_of_2021_too_little_is_held_to_compare_any_profile(real):
    found = await fetch(real, "/v1/regions/catalonia/similar")

    assert (found["items"], found["total"], found["cells"]) == ([], 0, 17)
    assert len(found["not_comparable"]) == 24
    assert {one["reason"] for one in found["not_comparable"]} == {"not_held"}


async def test_who_took_no_part_resembles_nobody(small, real):
    ours = await fetch(small, "/v1/regions/epsilon/similar")
    theirs = await fetch(real, "/v1/regions/bremen/similar")

    assert (ours["items"], len(ours["not_comparable"])) == ([], 4)
    assert {one["reason"] for one in [*ours["not_comparable"], *theirs["not_comparable"]]} == {"not_assessed"}


# Strengths and weaknesses


async def test_strengths_and_weaknesses(small):
    found = await fetch(small, "/v1/regions/alpha/strengths", lang="pt")

    rows = {row["cell"]: row for row in found["rows"]}
    assert (list(rows), found["reason"], found["origin"]) == (WRITTEN, None, "computed")
    steps = ("at_100", "above_75", "at_75", "from_50", "below_50")
    assert [rows["overall"][step] for step in steps] == [2, 0, 0, 1, 2]
    assert [rows["policy_area-labour"][step] for step in steps] == [1, 0, 0, 1, 1]
    assert all(sum(row[step] for step in steps) == row["answered"] for row in found["rows"])
    assert rows["overall"]["strengths"] == [
        {"indicator": name, "question": {"text": f"{name}? (pt)", "lang": "pt", "translation": None}}
        for name in ("L1", "H1")
    ]
    assert [one["indicator"] for one in rows["overall"]["weaknesses"]] == ["L3", "H2"]
    assert rows["overall"]["weak"] is None
    assert {row["weak"] for row in found["rows"][1:]} == {"lowest"}


async def test_what_was_not_answered_is_in_no_count(small):
    found = await fetch(small, "/v1/regions/beta/strengths", edition="small")

    health = found["rows"][2]
    assert (health["score"], health["reason"], health["answered"], health["expected"]) == (
        None,
        "unknown",
        0,
        1,
    )
    assert (health["strengths"], health["weaknesses"], health["weak"]) == ([], [], None)


async def test_of_2021_the_answers_are_not_held_and_weak_cells_are_told_all_the_same(real):
    found = await fetch(real, "/v1/regions/navarra/strengths", lang="fr")

    assert (found["edition"], found["reason"]) == ("2021", "not_held")
    counted = ("answered", "expected", "at_100", "at_75", "below_50", "strengths", "weaknesses")
    assert {row[name] for row in found["rows"] for name in counted} == {None}
    assert [row["recommendations"] for row in found["rows"][:1]] == [[]]
    assert {row["weak"] for row in found["rows"] if row["score"] is None} == {None}


async def test_a_region_that_took_no_part_has_nothing_to_count(small, real):
    for client, name in ((small, "epsilon"), (real, "bremen")):
        found = await fetch(client, f"/v1/regions/{name}/strengths")
        assert found["reason"] == "not_assessed"
        assert {row["weak"] for row in found["rows"]} == {None}


async def test_what_is_recommended_stands_beside_weak_cells_and_says_whose_reading_it_is(scoring_db):
    document = edition_document("small")
    stage = document["axes"][1]
    stage["key"], stage["keys"][0]["key"] = "policy_cycle", "evaluation"
    for one in document["indicators"]:
        one["position"]["policy_cycle"] = ["evaluation"]
        del one["position"]["stage"]
    await load_bundle(scoring_db, Bundle([region("alpha")], [EditionDoc.model_validate(document)]))
    async with scoring_db.sessions.begin() as session:
        await Publisher(signer()).publish(session, "small", [record("alpha", "ccccc")], NOW)
    async with scoring_client(scoring_db) as client:
        found = await fetch(client, "/v1/regions/alpha/strengths", lang="de")

    evaluation = found["rows"][3]
    assert (evaluation["cell"], evaluation["weak"]) == ("policy_cycle-evaluation", "below_50")
    assert [one["id"] for one in evaluation["recommendations"]] == [
        "regional-authorities-4", "regional-authorities-5",
    ]  # fmt: skip
    one = evaluation["recommendations"][1]
    assert one["text"] == {
        "text": "genaue Indikatoren für den Fortschritt", "lang": "de", "translation": "human",
    }  # fmt: skip
    assert one["basis"] == "our_reading"
    assert one["sources"][0]["title"] == "REGIN Final Publication"
    assert [row["recommendations"] for row in found["rows"][:3]] == [[], [], []]


# Recommendations


async def test_all_recommendations(real):
    found = await fetch(real, "/v1/recommendations", lang="en", per_page=100)
    page = await fetch(real, "/v1/recommendations", per_page=10, page=4)

    assert (found["total"], len(found["items"])) == (33, 33)
    assert {one["text"]["translation"] for one in found["items"]} == {None}  # English is what was printed
    assert {one["basis"] for one in found["items"]} == {"our_reading", None}
    assert len(page["items"]) == 3
    assert page["links"]["next"] is None
    listed = await fetch(real, "/v1/codelists/addressee")
    assert {one["addressee"] for one in found["items"]} == {one["code"] for one in listed["items"]}


async def test_recommendations_that_speak_to_a_cell(real):
    found = await fetch(real, "/v1/recommendations", cell="policy_cycle-evaluation", lang="sv")
    both = await fetch(real, "/v1/recommendations", cell="policy_cycle-evaluation,governance-actions")
    nothing = await fetch(real, "/v1/recommendations", cell="policy_area-health")
    unknown = await fetch(real, "/v1/recommendations", 400, cell="policy_cycle-evaluatoin", lang="en")

    assert [one["n"] for one in found["items"]] == [4, 5]
    assert {one["text"]["translation"] for one in found["items"]} == {"human"}
    assert [one["n"] for one in both["items"]] == [3, 4, 5, 7]
    assert nothing["items"] == []
    assert unknown["code"] == "unknown_value"
    assert "Did you mean “policy_cycle-evaluation”?" in unknown["detail"]


# What all of them have in common

READS = (
    "/v1/rankings",
    "/v1/compare?region=alpha,beta",
    "/v1/regions/alpha/similar",
    "/v1/regions/alpha/strengths",
)


@pytest.mark.parametrize("path", READS)
async def test_which_release_and_what_caches_may_do(small, path):
    def at(more):
        return small.get(path + ("&" if "?" in path else "?") + more)

    usual, pinned, show = await at("lang=en"), await at("release=small-r1"), await at("edition=show")
    today, before = await at("at=2026-11-25&edition=small"), await at("at=2026-11-24")
    both, unknown = await at("at=2026-11-25&release=small-r1"), await at("release=small-r9")

    assert usual.headers["link"] == '<http://127.0.0.1:8000/v1/releases/small-r1>; rel="cite-as"'
    assert usual.headers["as-of"]
    assert "immutable" in pinned.headers["cache-control"]
    assert "immutable" not in usual.headers["cache-control"]
    assert "x-robots-tag" not in usual.headers
    assert show.headers["x-robots-tag"] == "noindex"
    assert show.json().get("origin", "demonstration") == "demonstration"
    assert today.json() == pinned.json() == (await at("edition=small")).json()
    assert before.status_code in (400, 404)
    assert (both.status_code, unknown.status_code) == (400, 400)


@pytest.mark.parametrize("path", ["similar", "strengths"])
async def test_an_alias_leads_to_the_region(real, path):
    moved = await real.get(f"/v1/regions/ES51/{path}?edition=2021")
    unknown = await real.get(f"/v1/regions/catalonai/{path}")

    assert (moved.status_code, moved.headers["location"]) == (
        308,
        f"/v1/regions/catalonia/{path}?edition=2021",
    )
    assert (unknown.status_code, unknown.json()["nearest"]) == (404, "catalonia")
