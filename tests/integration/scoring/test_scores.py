"""Figures, rankings and editions over HTTP, on the real data: 16 figures of 25 regions, 18 cells each."""

import json

import pytest
from sqlalchemy import insert

from scoring import tables
from scoring.documents import Bundle
from tests.support.builders_scoring import DATA, THEN, edition, load_bundle, region, score, scoring_client

CELL = {
    "cell", "axis", "key", "label", "score", "display", "reason", "origin", "confidence", "date", "sources",
    "notes", "coverage", "band", "interval", "rank",
}  # fmt: skip
NOTHING = ("score", "display", "confidence", "date", "coverage", "band", "interval", "rank")
REGIONS = json.loads((DATA / "regions.json").read_text(encoding="utf-8"))
PUBLISHED = json.loads((DATA / "published_scores.json").read_text(encoding="utf-8"))


async def sheet(client, name, **params):
    response = await client.get(f"/v1/regions/{name}/scores", params=params)
    assert response.status_code == 200, response.text
    return response.json()


def cells(document):
    return [document["overall"], *(cell for axis in document["axes"] for cell in axis["cells"])]


def by_name(document):
    return {cell["cell"]: cell for cell in cells(document)}


async def test_catalonia(real):
    document = await sheet(real, "catalonia", lang="en")

    assert list(document) == ["region", "edition", "release", "origin", "overall", "axes"]
    assert [document[name] for name in ("region", "edition", "release", "origin")] == [
        "catalonia", "2021", "2021-r1", "published",
    ]  # fmt: skip
    overall = document["overall"]
    assert (overall["cell"], overall["axis"], overall["key"]) == ("overall", None, None)
    assert overall["label"] == {"text": "Overall", "lang": "en", "translation": None}
    assert (overall["score"], overall["display"], overall["reason"]) == (64, 64, None)
    assert (overall["confidence"], overall["date"]) == ("medium", "2024-05-27")
    assert overall["sources"][0]["url"] == "https://medios.mugak.eu/noticias/noticia/686881"
    assert overall["rank"] == {
        "position": None, "of": 25, "known": 7, "low": 3, "high": 21, "interval": None, "origin": "computed",
    }  # fmt: skip
    output = by_name(document)["policy_cycle-policy_output"]
    assert (output["score"], output["confidence"]) == (71, "high")
    assert output["sources"][0]["locator"] == "section 2, Summary of findings"
    assert [note["kind"] for note in output["notes"]] == ["caveat", "scope"]
    assert (output["rank"]["position"], output["rank"]["low"], output["rank"]["high"]) == (None, 1, 25)


async def test_a_score_is_written_as_it_was_published(real):
    text = (await real.get("/v1/regions/catalonia/scores")).text

    assert '"score":64,"display":64,' in text.replace(" ", "")


async def test_axes_and_keys_come_in_the_editions_order(real):
    document = await sheet(real, "catalonia")
    held = json.loads((DATA / "editions" / "2021.json").read_text(encoding="utf-8"))

    assert [(a["axis"], [c["key"] for c in a["cells"]]) for a in document["axes"]] == [
        (axis["key"], [key["key"] for key in axis["keys"]]) for axis in held["axes"]
    ]
    assert len(cells(document)) == 18


@pytest.mark.parametrize("name", [one["id"] for one in REGIONS])
async def test_every_cell_of_every_region_is_a_figure_of_the_file_or_says_why_not(real, name):
    took_part = next(one["mipex_r"] for one in REGIONS if one["id"] == name)
    published = {
        ("overall" if one["axis"] == "overall" else f"{one['axis']}-{one['key']}"): one["score"]
        for one in PUBLISHED
        if one["region"] == name
    }

    found = by_name(await sheet(real, name))

    assert {cell["cell"]: cell["score"] for cell in found.values() if cell["reason"] is None} == published
    for cell in found.values():
        assert set(cell) == CELL
        assert cell["origin"] == "published"
        assert (cell["coverage"], cell["band"], cell["interval"]) == (None, None, None)
        if cell["reason"] is not None:
            assert cell["reason"] == ("not_held" if took_part else "not_assessed")
            assert [cell[field] for field in NOTHING] == [None] * len(NOTHING)
            assert cell["sources"] == []


async def test_the_16_figures_are_all_there_and_no_other(real):
    known = 0
    for name in [one["id"] for one in REGIONS]:
        known += sum(cell["score"] is not None for cell in cells(await sheet(real, name)))

    assert known == len(PUBLISHED) == 16


@pytest.mark.parametrize(("name", "place"), [("vienna", 1), ("basque-country", 2)])
async def test_a_place_that_the_source_states(real, name, place):
    rank = (await sheet(real, name))["overall"]["rank"]

    assert rank == {
        "position": place, "of": 25, "known": 7, "low": place, "high": place, "interval": None,
        "origin": "published",
    }  # fmt: skip


async def test_nothing_can_be_better_than_100(real):
    rank = by_name(await sheet(real, "basque-country"))["governance-resources"]["rank"]

    assert (rank["position"], rank["low"], rank["high"], rank["known"]) == (1, 1, 1, 1)
    assert rank["origin"] == "computed"


async def test_scores_in_swedish(real):
    document = await sheet(real, "skane", lang="sv")

    assert document["overall"]["label"]["text"] == "Totalpoäng"
    assert {axis["label"]["lang"] for axis in document["axes"]} == {"sv"}
    assert {cell["label"]["lang"] for cell in cells(document)} == {"sv"}


async def test_headers_of_scores(real):
    current = await real.get("/v1/regions/catalonia/scores")
    fixed = await real.get("/v1/regions/catalonia/scores", params={"release": "2021-r1"})
    again = await real.get("/v1/regions/catalonia/scores", headers={"If-None-Match": current.headers["etag"]})

    assert current.headers["as-of"] == "2026-11-23T05:00:00.000000Z"
    assert "immutable" not in current.headers["cache-control"]
    assert fixed.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert fixed.json() == current.json()
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["/v1/regions/catalonia/scores", "/v1/rankings"])
@pytest.mark.parametrize(
    ("query", "code", "said"),
    [
        ("edition=2022", "unknown_value", "2021"),
        ("release=2021-r9", "unknown_value", "2021-r1"),
        ("on=2026-11-23", "unknown_parameter", "edition"),
    ],
)
async def test_an_unknown_edition_or_release_is_refused_with_the_nearest(real, path, query, code, said):
    response = await real.get(f"{path}?{query}&lang=en")

    assert (response.status_code, response.json()["code"]) == (400, code)
    assert said in response.json()["detail"]
    assert response.headers["cache-control"] == "no-store"


# Rankings


async def test_the_ranking_of_2021(real):
    response = await real.get("/v1/rankings", params={"edition": "2021"})
    ranking = response.json()

    assert set(ranking) == {
        "edition", "release", "origin", "cell", "label", "within", "complete", "of", "known", "items",
        "unranked", "indistinguishable", "influential",
    }  # fmt: skip
    assert (ranking["release"], ranking["origin"]) == ("2021-r1", "published")
    assert (ranking["edition"], ranking["cell"], ranking["complete"]) == ("2021", "overall", False)
    assert (ranking["of"], ranking["known"]) == (25, 7)
    assert [
        (item["region"], item["score"], item["rank"]["position"], item["rank"]["low"], item["rank"]["high"])
        for item in ranking["items"]
    ] == [
        ("vienna", 78, 1, 1, 1),
        ("basque-country", 77, 2, 2, 2),
        ("catalonia", 64, None, 3, 21),
        ("navarra", 47, None, 4, 22),
        ("valencia", 28, None, 5, 23),
        ("melilla", 23, None, 6, 24),
        ("murcia", 14, None, 7, 25),
    ]
    assert set(ranking["items"][0]) == {
        "region", "name", "country", "score", "display", "rank", "interval", "sources",
    }  # fmt: skip
    assert ranking["items"][0]["sources"][0]["publisher"] == "El Correo"
    assert len(ranking["unranked"]) == 18
    swedish = (await real.get("/v1/rankings", params={"edition": "2021", "lang": "sv"})).json()
    assert swedish["label"]["text"] == "Totalpoäng"
    assert [(one["name"]["text"], one["country"]) for one in swedish["items"][:3]] == [
        ("Wien", "AT"), ("Baskien", "ES"), ("Katalonien", "ES"),
    ]  # fmt: skip
    assert ("Azorerna", "PT") in [(one["name"]["text"], one["country"]) for one in swedish["unranked"]]
    assert {one["reason"] for one in ranking["unranked"]} == {"not_held"}
    assert "bremen" not in [one["region"] for one in ranking["unranked"]]
    assert response.headers["as-of"] == "2026-11-23T05:00:00.000000Z"


async def test_the_ranking_of_a_cell(real):
    ranking = (await real.get("/v1/rankings", params={"cell": "policy_cycle-evaluation"})).json()

    assert [(item["region"], item["score"]) for item in ranking["items"]] == [("puglia", 63)]
    assert (ranking["of"], ranking["known"], len(ranking["unranked"])) == (25, 1, 24)


async def test_an_unknown_cell_is_refused_with_the_nearest(real):
    response = await real.get("/v1/rankings?cell=policy_cycle-evaluatoin&lang=en")

    assert (response.status_code, response.json()["code"]) == (400, "unknown_value")
    assert "Did you mean “policy_cycle-evaluation”?" in response.json()["detail"]
    assert "governance-actions" in response.json()["detail"]


# Several editions


async def test_a_region_is_answered_by_the_newest_edition_it_takes_part_in(scoring_db):
    old = Bundle(
        [region("alpha"), region("beta")], [edition("2021")], [score("alpha", 50), score("beta", 40)]
    )
    new = Bundle(
        [region("alpha"), region("beta", mipex_r=False)],
        [edition("2026", issued="2026-12-01")],
        [score("alpha", 60.5, edition="2026")],
    )
    await load_bundle(scoring_db, old)
    await load_bundle(scoring_db, new)

    async with scoring_client(scoring_db) as client:
        alpha, beta = await sheet(client, "alpha"), await sheet(client, "beta")
        ranking = (await client.get("/v1/rankings")).json()
        older = await sheet(client, "alpha", edition="2021")
        clash = await client.get("/v1/regions/alpha/scores?edition=2026&release=2021-r1")
    assert (alpha["release"], alpha["overall"]["score"], alpha["overall"]["display"]) == ("2026-r1", 60.5, 61)
    assert (beta["release"], beta["overall"]["score"]) == ("2021-r1", 40)
    assert ranking["edition"] == "2026"
    assert older["overall"]["score"] == 50
    assert (clash.status_code, clash.json()["code"]) == (400, "release_mismatch")


async def test_a_correction_is_the_next_release_and_the_first_stays(scoring_db):
    await load_bundle(scoring_db, Bundle([region("alpha")], [edition()], [score("alpha", 50)]))
    await load_bundle(
        scoring_db, Bundle([region("alpha")], [edition(release="2021-r2")], [score("alpha", 51)])
    )

    async with scoring_client(scoring_db) as client:
        current, first = await sheet(client, "alpha"), await sheet(client, "alpha", release="2021-r1")
        held = (await client.get("/v1/editions/2021")).json()
    assert (current["release"], current["overall"]["score"]) == ("2021-r2", 51)
    assert (first["release"], first["overall"]["score"]) == ("2021-r1", 50)
    assert held["release"] == "2021-r2"


async def test_an_edition_without_a_release_cannot_be_asked_for(scoring_db):
    await load_bundle(scoring_db, Bundle([region("alpha")], [edition("2021")], [score("alpha", 50)]))
    async with scoring_db.sessions.begin() as session:
        kept = {name: getattr(edition("2026"), name) for name in ("kind", "title", "languages")}
        rest = {"axes": [], "notes": [], "sources": [], "changed_at": THEN}
        await session.execute(insert(tables.edition).values(id="2026", **kept, **rest))

    async with scoring_client(scoring_db) as client:
        named = await client.get("/v1/rankings?edition=2026&lang=en")
        default = (await client.get("/v1/rankings")).json()
        shown = (await client.get("/v1/editions/2026")).json()
    assert (named.status_code, "2021" in named.json()["detail"]) == (400, True)
    assert default["edition"] == "2021"  # loading an edition never changes the default
    assert shown["release"] is None


async def test_rankings_are_right_for_more_releases_than_are_kept_in_memory(scoring_db):
    for number in range(1, 19):
        one = edition(release=f"2021-r{number}")
        await load_bundle(scoring_db, Bundle([region("alpha")], [one], [score("alpha", number)]))

    async with scoring_client(scoring_db) as client:
        for number in [*range(1, 19), 1]:
            ranking = (await client.get("/v1/rankings", params={"release": f"2021-r{number}"})).json()
            assert [item["score"] for item in ranking["items"]] == [number]


async def test_where_nothing_is_loaded_there_is_no_edition(scoring_db):
    await load_bundle(scoring_db, Bundle([region("alpha")]))

    async with scoring_client(scoring_db) as client:
        answers = [await client.get(path) for path in ("/v1/regions/alpha/scores", "/v1/rankings")]
        editions = (await client.get("/v1/editions")).json()
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (404, "edition_not_found")
    ] * 2
    assert editions == {"items": []}


async def test_the_edition_of_2021(real):
    document = (await real.get("/v1/editions/2021", params={"lang": "fr"})).json()
    listed = (await real.get("/v1/editions", params={"lang": "fr"})).json()

    assert [one["edition"] for one in listed["items"]] == ["2021", "regin-2026"]
    assert listed["items"][0] == document
    assert document["uri"] == "http://127.0.0.1:8000/editions/2021"
    assert (document["kind"], document["release"], document["method"]) == ("published", "2021-r1", None)
    assert document["indicators"] == []
    assert [len(axis["keys"]) for axis in document["axes"]] == [3, 4, 2, 8]
    assert document["axes"][0]["label"]["text"] == "Gouvernance"
    assert document["notes"][0]["kind"] == "conflict"
    culture = next(key for key in document["axes"][3]["keys"] if key["key"] == "culture_and_religion")
    assert [(match["relation"], match["code"]) for match in culture["matches"]] == [
        ("narrow", "culture"), ("narrow", "religion"),
    ]  # fmt: skip


async def test_an_unknown_edition_in_the_path(real):
    response = await real.get("/v1/editions/20211", params={"lang": "it"})

    assert (response.status_code, response.json()["code"]) == (404, "edition_not_found")
    assert response.json()["nearest"] == "2021"
