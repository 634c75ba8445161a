"""`POST /v1/compute`: self-assessment and what-if; whether figures are right is tested by reference."""

import json

import pytest
from sqlalchemy import text

from scoring.documents import Bundle, EditionDoc
from tests.support.builders_editions import computed
from tests.support.builders_scoring import edition, load_bundle, region, score, scoring_client

ANSWERS = {"L1": {"option": "a"}, "L2": {"option": "b"}, "H1": {"status": "no_competence"}}

RESULT = """
    INSERT INTO result (
        release_id, region_id, cell, edition_id, score, confidence, date, sources, notes, exact, answered,
        expected
    ) VALUES (
        'small-r1', 'alpha', '{cell}', 'small', {exact}.0, 'high', '2026', '[{{}}]', '[]', '{exact}', 2, 2
    )
"""


@pytest.fixture
async def client(scoring_db):
    editions = [EditionDoc.model_validate(computed()), edition("2021")]
    regions = [region("alpha", aliases=["Alfa"]), region("beta"), region("gamma", mipex_r=False)]
    await load_bundle(scoring_db, Bundle(regions, editions, [score("alpha", 50)]))
    async with scoring_client(scoring_db) as found:
        yield found


async def release(database):
    """Publish figures of alpha by the small edition, as its answers L1 b, L2 b, H1 b give them."""
    figures = {"overall": "383/13", "area-labour": "50/3", "area-health": "111/4"}
    async with database.sessions.begin() as session:
        statements = [
            """
            INSERT INTO release (id, edition_id, sequence, issued, content_hash, loaded_at)
            VALUES ('small-r1', 'small', 1, '2026-11-23', '', now())
            """,
            "INSERT INTO release_region VALUES ('small-r1', 'alpha')",
            *(RESULT.format(cell=cell, exact=exact) for cell, exact in figures.items()),
        ]
        for statement in statements:
            await session.execute(text(statement))


async def compute(client, body, **given):
    return await client.post("/v1/compute", json=body, **given)


async def test_answers_become_figures_and_nothing_else(client):
    response = await compute(client, {"edition": "small", "answers": ANSWERS}, params={"lang": "fr"})

    body = response.json()
    assert (response.status_code, response.headers["cache-control"]) == (200, "no-store")
    assert list(body) == ["edition", "overall", "axes", "changes"]
    assert (body["edition"], body["changes"]) == ("small", None)
    assert body["overall"] == {
        "cell": "overall", "axis": None, "key": None,
        "label": {"text": "Ensemble", "lang": "fr", "translation": None} | body["overall"]["label"],
        "score": 33.333333333333336, "display": 33.3, "reason": None, "origin": "simulated",
        "confidence": None, "date": None, "sources": [], "notes": [],
        "coverage": {"answered": 2, "expected": 2}, "band": "low", "interval": None, "rank": None,
    }  # fmt: skip
    assert body["overall"]["label"]["lang"] == "fr"
    (axis,) = body["axes"]
    assert [(cell["cell"], cell["score"]) for cell in axis["cells"]] == [
        ("area-labour", 33.333333333333336), ("area-health", 0)
    ]  # fmt: skip


async def test_no_answers_at_all(client):
    body = (await compute(client, {"edition": "small", "answers": {}, "baseline": None})).json()

    overall = body["overall"]
    assert (overall["score"], overall["reason"], overall["display"], overall["band"]) == (
        None, "unknown", None, None
    )  # fmt: skip


async def test_what_if_against_other_answers(client):
    baseline = {"answers": {**ANSWERS, "L2": {"option": "a"}, "H1": {"status": "unknown"}}}
    body = (await compute(client, {"edition": "small", "answers": ANSWERS, "baseline": baseline})).json()

    assert body["changes"] == [
        {
            "cell": "overall",
            "from": {"score": 100, "display": 100, "reason": None, "band": "high"},
            "to": {"score": 33.333333333333336, "display": 33.3, "reason": None, "band": "low"},
        },
        {
            "cell": "area-labour",
            "from": {"score": 100, "display": 100, "reason": None, "band": "high"},
            "to": {"score": 33.333333333333336, "display": 33.3, "reason": None, "band": "low"},
        },
        {
            "cell": "area-health",
            "from": {"score": 100, "display": 100, "reason": None, "band": "high"},
            "to": {"score": 0, "display": 0, "reason": None, "band": "low"},
        },
    ]


@pytest.mark.parametrize("name", ["alpha", "Alfa"])
async def test_what_if_against_a_regions_release(scoring_db, client, name):
    await release(scoring_db)
    answers = {"L1": {"option": "b"}, "L2": {"option": "b"}, "H1": {"option": "a"}}
    inline, body = [
        (await compute(client, {"edition": asked, "answers": answers, "baseline": {"region": name}})).json()
        for asked in (computed(), "small")
    ]

    changes = {one["cell"]: (one["from"]["display"], one["to"]["display"]) for one in body["changes"]}
    assert changes == {"overall": (29.5, 80.7), "area-health": (27.8, 83.3)}
    assert inline == body


@pytest.mark.parametrize(
    ("asked", "where"),
    [("small", "beta"), ("small", "gamma"), (computed("else"), "alpha"), (computed(licence=None), "alpha")],
)
async def test_a_region_that_was_not_computed_by_this_edition(scoring_db, client, asked, where):
    await release(scoring_db)

    response = await compute(client, {"edition": asked, "answers": {}, "baseline": {"region": where}})

    assert (response.status_code, response.json()["code"]) == (422, "baseline_not_comparable")
    assert response.json()["errors"][0]["pointer"] == "#/baseline/region"


async def test_an_edition_without_a_release_has_nothing_to_compare_with(client):
    response = await compute(client, {"edition": "small", "answers": {}, "baseline": {"region": "alpha"}})

    assert (response.status_code, response.json()["code"]) == (422, "baseline_not_comparable")


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ([], {"#": "wrong_type"}),
        ({}, {"#/edition": "missing", "#/answers": "missing"}),
        ({"edition": 1, "answers": [], "year": 1}, {
            "#/edition": "wrong_type", "#/answers": "wrong_type", "#/year": "unknown_field"}),
        ({"edition": "2021", "answers": {}}, {"#/edition": "not_computed"}),
        ({"edition": "1999", "answers": {}}, {"#/edition": "unknown_edition"}),
        ({"edition": edition().document(), "answers": {}}, {"#/edition/kind": "not_computed"}),
        ({"edition": computed(method=None), "answers": {}}, {"#/edition/method": "missing"}),
        ({"edition": "small", "answers": {
            "L9": {"option": "a"}, "L1": {"option": "z"}, "L2": {"status": "perhaps"}, "H1": {}}},
         {"#/answers/L9": "unknown_indicator", "#/answers/L1/option": "unknown_option",
          "#/answers/L2/status": "unknown_status", "#/answers/H1": "option_or_status"}),
        ({"edition": "small", "answers": {
            "L1": "a", "L2": {"option": "a", "status": "unknown"}, "H1": {"option": 1, "why": "?"}}},
         {"#/answers/L1": "wrong_type", "#/answers/L2": "option_or_status",
          "#/answers/H1/option": "wrong_type", "#/answers/H1/why": "unknown_field"}),
        ({"edition": "small", "answers": {}, "baseline": {"answers": {"L1": {"option": "z"}}}},
         {"#/baseline/answers/L1/option": "unknown_option"}),
        ({"edition": "small", "answers": {}, "baseline": {"answers": []}},
         {"#/baseline/answers": "wrong_type"}),
        ({"edition": "small", "answers": {}, "baseline": {}}, {"#/baseline": "region_or_answers"}),
        ({"edition": "small", "answers": {}, "baseline": {"region": "alpha", "answers": {}}},
         {"#/baseline": "region_or_answers"}),
        ({"edition": "small", "answers": {}, "baseline": {"region": 1}}, {"#/baseline/region": "wrong_type"}),
        ({"edition": "small", "answers": {}, "baseline": 1}, {"#/baseline": "wrong_type"}),
        ({"edition": "small", "answers": {}, "baseline": {"region": "nowhere"}},
         {"#/baseline/region": "unknown_region"}),
        ({"edition": "small", "answers": {}, "baseline": {"region": "alpha", "year": 1}},
         {"#/baseline/year": "unknown_field"}),
    ],
)  # fmt: skip
async def test_what_cannot_be_computed(client, body, faults):
    response = await compute(client, body, params={"lang": "it"})

    problem = response.json()
    assert (response.status_code, problem["code"]) == (422, "invalid_content")
    assert {one["pointer"]: one["code"] for one in problem["errors"]} == faults
    assert all(one["detail"] and not one["detail"].startswith("fault.") for one in problem["errors"])


async def test_the_limits(client):
    many = {f"X{number}": {"option": "a"} for number in range(150)}
    too_many = (await compute(client, {"edition": "small", "answers": many})).json()
    axes = [{**computed()["axes"][0], "key": f"area{number}"} for number in range(13)]
    too_wide = (await compute(client, {"edition": computed(axes=axes), "answers": {}})).json()
    asked = [{**computed()["indicators"][0], "id": f"I{number}"} for number in range(501)]
    too_long = (await compute(client, {"edition": computed(indicators=asked), "answers": {}})).json()
    too_large = await client.post("/v1/compute", content=b" " * (4 * 1024 * 1024 + 1))

    assert (len(too_many["errors"]), too_many["errors_total"]) == (100, 150)
    assert ("#/edition/axes", "too_many") in [(one["pointer"], one["code"]) for one in too_wide["errors"]]
    assert ("#/edition/indicators", "too_many") in [(o["pointer"], o["code"]) for o in too_long["errors"]]
    assert too_large.status_code == 413


async def test_an_edition_of_the_largest_size_is_computed_beside_the_event_loop(client):
    asked = [{**computed()["indicators"][number % 3], "id": f"I{number}"} for number in range(500)]
    body = {"edition": computed(indicators=asked), "answers": {one["id"]: {"option": "a"} for one in asked}}
    assert len(json.dumps(body)) > 64 * 1024

    figures = (await compute(client, body)).json()

    assert figures["overall"]["coverage"] == {"answered": 500, "expected": 500}
