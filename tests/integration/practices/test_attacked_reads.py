"""What a caller may send to the reads: never an error of ours, and always words that help."""

import pytest

LANGUAGES = ["en", "fr", "de", "it", "es", "pt", "sv"]
HOSTILE = ["%00", "a%00b", "x%00", "%EF%BF%BF", "a" * 5_000, "%0A", "a%0A"]


@pytest.mark.parametrize("key", HOSTILE)
async def test_an_id_that_cannot_be_one_is_not_found(client, signed, key):
    gateway = signed("gateway")
    assert (await client.get(f"/v1/practices/{key}")).status_code == 404
    assert (await client.get(f"/internal/practices/{key}", headers=gateway)).status_code == 404
    panel = await client.get(f"/internal/panels/{key}", headers=gateway)
    assert panel.status_code == 200
    assert (panel.json()["total"], panel.json()["items"]) == (0, [])


@pytest.mark.parametrize(
    "asked",
    [
        "region=%00", "country=%00", "theme=%00", "facets=%00", "sort=%00", "bbox=%00", "bbox=1,2,3,%00",
        "bbox=nan,nan,nan,nan", "bbox=inf,0,0,0", "q=%00", "q=a%00b", "language=%00", "page=%00",
    ],
)  # fmt: skip
async def test_nul_and_other_noise_is_refused(client, asked):
    for path in ("/v1/practices", "/v1/practices.geojson"):
        assert (await client.get(f"{path}?{asked}")).status_code == 400, path


@pytest.mark.parametrize("word", ["ﷺ", "½", "⑴", "a", "ß"])
async def test_letters_that_unfold_into_many_are_no_error(client, word):
    for count in (1, 3, 100, 199):
        answer = await client.get("/v1/practices", params={"q": word * count, "lang": "de"})
        assert answer.status_code == 200, count
        if count > 3:
            assert answer.json()["total"] == 0


async def test_an_unknown_id_is_not_echoed(client):
    for lang in LANGUAGES:
        answer = await client.get(f"/v1/practices/zqxmarker?lang={lang}")
        assert answer.status_code == 404
        assert "zqxmarker" not in answer.text
        assert "{" not in answer.json()["detail"]


@pytest.mark.parametrize("box", ["", "1,2,3", "10,50,5,40", "a,b,c,d", "0,0,0,91", "0,0,181,1", "1,2,3,4,5"])
async def test_a_box_that_is_none_is_answered_with_what_a_box_is(client, box):
    for path in ("/v1/practices", "/v1/practices.geojson"):
        answer = await client.get(path, params={"bbox": box})
        assert answer.status_code == 400
        assert answer.json()["code"] == "invalid_parameter"
        (fault,) = answer.json()["errors"]
        assert (fault["pointer"], fault["code"]) == ("?bbox", "invalid_bbox")


async def test_what_a_box_is_is_told_in_every_language(client):
    told = set()
    for lang in LANGUAGES:
        (fault,) = (await client.get(f"/v1/practices?bbox=1,2,3&lang={lang}")).json()["errors"]
        assert "180" in fault["detail"]
        told.add(fault["detail"])
    assert len(told) == len(LANGUAGES)


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("country=XX", "/v1/codelists/country"), ("region=atlantis", "/v1/regions"),
        ("language=qqq", "/v1/codelists/language"), ("sort=foo", "newest, relevance, title"),
        ("success=foo", "did_not_work"), ("facets=foo", "policy_area"), ("theme=xyzzy", "health"),
    ],
)  # fmt: skip
async def test_an_unknown_value_comes_with_what_is_known(client, asked, hint):
    for lang in LANGUAGES:
        body = (await client.get(f"/v1/practices?{asked}&lang={lang}")).json()
        assert hint in body["detail"]
        assert hint in body["errors"][0]["detail"]


async def test_a_box_across_the_antimeridian_is_one(client):
    assert (await client.get("/v1/practices?bbox=170,-30,-170,0")).status_code == 200
