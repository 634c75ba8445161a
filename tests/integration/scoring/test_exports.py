"""Exports over HTTP: the real figures of 2021, and a small edition that was computed here."""

import csv
import io
import json
import zipfile
from datetime import UTC, datetime

import openpyxl
import pytest

from scoring.documents import Bundle, EditionDoc
from scoring.exports.scores import SCORES
from scoring.service.publishing import Publisher
from servicekit.database import Database
from tests.support.builders_releases import edition_document, record, signer
from tests.support.builders_scoring import code, figure, load_bundle, region, scoring_client

HEADER = (
    "edition,release,region,country,nuts,axis,key,cell,score,display,reason,origin,confidence,date,answered,"
    "expected,interval_low,interval_median,interval_high,rank,rank_of,rank_low,rank_high,source_title,"
    "source_url,note"
)
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
RECORDS = (record("alpha", "abcad", b="bbcad"), record("beta", "bbnux", a="bbnub"), record("gamma", "ccxxx"))
FORMATS = ("csv", "xlsx", "json", "jsonstat", "sdmx.csv", "zip")
LANGUAGES = ("en", "fr", "de", "it", "es", "pt", "sv")


@pytest.fixture(scope="module")
async def small(postgres_server, keys):
    """A client of scoring with an edition that was computed here, and a demonstration of the same."""
    addresses = await postgres_server.migrated("scoring")
    database = Database(addresses.app)
    regions = [
        region("alpha", codes=[code("ES11")], statistics=[figure(), figure("non_eu_population", 3)]),
        region("beta", codes=[code("ES22", "close")]),
        region("gamma"),
        region("delta"),
    ]
    kinds = {"small": "computed", "made-up": "demonstration"}
    documents = [*(edition_document(*one) for one in kinds.items()), edition_document("unanswered")]
    await load_bundle(database, Bundle(regions, [EditionDoc.model_validate(one) for one in documents]))
    for edition in kinds:
        async with database.sessions.begin() as session:
            await Publisher(signer()).publish(session, edition, RECORDS, NOW)
    async with scoring_client(database, service_jwks_file=keys / "jwks.json") as client:
        yield client
    await database.dispose()
    await postgres_server.drop(addresses.name)


async def fetch(client, file, status=200, **params):
    response = await client.get(f"/v1/exports/{file}", params=params)
    assert response.status_code == status, response.text
    return response


async def rows_of(client, file, **params):
    return read_csv((await fetch(client, file, **params)).content)


def read_csv(body, delimiter=","):
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def sheet_of(body, name, *, values=True):
    header, *rows = openpyxl.load_workbook(io.BytesIO(body), data_only=values)[name].iter_rows(
        values_only=True
    )
    return [dict(zip(header, row, strict=True)) for row in rows]


def numbers(rows, name="score"):
    return [None if row[name] in ("", None) else float(row[name]) for row in rows]


async def scores_in_every_format(client, **params):
    """The scores of an export, from each of its formats."""
    files = {suffix: (await fetch(client, f"scores.{suffix}", **params)).content for suffix in FORMATS}
    excel = read_csv((await fetch(client, "scores.csv", dialect="excel", **params)).content, ";")
    cube = json.loads(files["jsonstat"])["value"]
    with zipfile.ZipFile(io.BytesIO(files["zip"])) as archive:
        (table,) = [name for name in archive.namelist() if name.endswith(".csv")]
        zipped = read_csv(archive.read(table))
    return {
        "csv": numbers(read_csv(files["csv"])),
        "excel": numbers([{"score": row["score"].replace(",", ".")} for row in excel]),
        "json": numbers(json.loads(files["json"])["items"]),
        "jsonstat": cube,
        "sdmx": numbers(read_csv(files["sdmx.csv"]), "OBS_VALUE"),
        "xlsx": numbers(sheet_of(files["xlsx"], "Scores")),
        "zip": numbers(zipped),
    }


async def served(client, path, **params):
    """The scores as they are answered without any export, in the same order."""
    document = (await client.get(f"/v1/regions/{path}/scores", params=params)).json()
    cells = [document["overall"], *(cell for axis in document["axes"] for cell in axis["cells"])]
    return [cell["score"] for cell in cells]


class TestPublished:
    async def test_the_header_is_the_contracts(self, real):
        text = (await fetch(real, "scores.csv")).text

        assert text.split("\r\n")[0] == HEADER == ",".join(column.name for column in SCORES)

    async def test_every_region_of_the_release_with_every_cell(self, real):
        rows = await rows_of(real, "scores.csv")

        assert len(rows) == 25 * 18
        assert {(row["edition"], row["release"], row["origin"]) for row in rows} == {
            ("2021", "2021-r1", "published")
        }  # fmt: skip
        assert all(bool(row["score"]) != bool(row["reason"]) for row in rows)

    async def test_catalonia(self, real):
        found = await rows_of(real, "scores.csv", region="catalonia", lang="en")
        row = next(row for row in found if row["cell"] == "overall")

        assert {name: row[name] for name in HEADER.split(",")[2:16]} == {
            "region": "catalonia", "country": "ES", "nuts": "ES51", "axis": "", "key": "", "cell": "overall",
            "score": "64", "display": "64", "reason": "", "origin": "published", "confidence": "medium",
            "date": "2024-05-27", "answered": "", "expected": "",
        }  # fmt: skip
        assert [row[name] for name in ("rank", "rank_of", "rank_low", "rank_high")] == ["", "25", "3", "21"]
        assert row["source_url"] == "https://medios.mugak.eu/noticias/noticia/686881"

    async def test_the_same_numbers_in_every_format(self, real):
        found = await scores_in_every_format(real)
        (ids,) = [[row["region"] for row in await rows_of(real, "scores.csv")]]
        expected = [score for name in dict.fromkeys(ids) for score in await served(real, name)]

        assert len(expected) == 450
        assert {name: scores == expected for name, scores in found.items()} == dict.fromkeys(found, True)

    async def test_a_published_workbook_holds_plain_values(self, real):
        body = (await fetch(real, "scores.xlsx")).content

        assert openpyxl.load_workbook(io.BytesIO(body)).sheetnames == ["README", "Scores"]
        assert not any(str(row["score"]).startswith("=") for row in sheet_of(body, "Scores", values=False))

    async def test_what_was_published_elsewhere_has_no_answers_here(self, real):
        assert await rows_of(real, "answers.csv", edition="2021") == []
        assert await rows_of(real, "indicators.csv", edition="2021") == []

    async def test_regions_by_their_filters(self, real):
        rows = await rows_of(real, "regions.csv", country="ES", lang="es")

        assert {row["country"] for row in rows} == {"ES"}
        catalonia = next(row for row in rows if row["region"] == "catalonia")
        assert (catalonia["name"], catalonia["nuts"], catalonia["mipex_r"]) == ("Cataluña", "ES51", "true")
        assert catalonia["uri"].endswith("/regions/catalonia")

    async def test_statistics_with_reasons(self, real):
        rows = await rows_of(real, "outcomes.csv")
        cube = (await fetch(real, "outcomes.jsonstat")).json()
        sdmx = await rows_of(real, "outcomes.sdmx.csv")
        answered = (await real.get("/v1/outcomes", params={"per_page": 1})).json()

        assert len(rows) == len(sdmx) == answered["total"]
        assert all(bool(row["value"]) != bool(row["reason"]) for row in rows)
        assert numbers(rows, "value") == numbers(sdmx, "OBS_VALUE")
        values = cube["value"].values() if isinstance(cube["value"], dict) else cube["value"]
        held = [value for value in values if value is not None]
        assert sorted(held) == sorted(value for value in numbers(rows, "value") if value is not None)
        assert cube["role"] == {"geo": ["region"], "metric": ["indicator"], "time": ["period"]}

    async def test_every_code_with_its_words(self, real):
        rows = await rows_of(real, "codelists.csv", lang="de")
        lists = (await real.get("/v1/codelists", params={"lang": "de"})).json()["items"]

        assert [(row["list"], row["code"], row["label"]) for row in rows] == [
            (one["list"], item["code"], item["label"]["text"]) for one in lists for item in one["items"]
        ]  # fmt: skip


class TestComputed:
    async def test_the_same_numbers_in_every_format(self, small):
        found = await scores_in_every_format(small, release="small-r1")
        names = ("alpha", "beta", "gamma")
        expected = [score for name in names for score in await served(small, name, release="small-r1")]

        assert 62.5 not in expected
        assert any(score is not None and score != round(score, 6) for score in expected)
        assert {name: scores == expected for name, scores in found.items()} == dict.fromkeys(found, True)

    async def test_coverage_intervals_and_reasons_stand_beside_the_score(self, small):
        rows = {
            (row["region"], row["cell"]): row for row in await rows_of(small, "scores.csv", edition="small")
        }

        alpha, gamma = rows["alpha", "overall"], rows["gamma", "policy_area-health"]
        assert (alpha["answered"], alpha["expected"], alpha["nuts"]) == ("5", "5", "ES11")
        low, median, high = (float(alpha[f"interval_{name}"]) for name in ("low", "median", "high"))
        assert low <= median <= high
        assert (gamma["score"], gamma["reason"], gamma["answered"], gamma["expected"]) == (
            "", "no_competence", "0", "0",
        )  # fmt: skip
        assert rows["beta", "overall"]["nuts"] == ""

    async def test_every_computed_figure_is_a_formula(self, small):
        body = (await fetch(small, "scores.xlsx", edition="small")).content
        formulas = sheet_of(body, "Scores", values=False)

        assert all(row[name].startswith("=") for row in formulas for name in ("score", "display", "reason"))
        assert [row["option"] for row in sheet_of(body, "Answers")[:5]] == ["a", "b", "c", "a", "d"]
        assert [row["question"] for row in sheet_of(body, "Indicators")] == [
            "L1?",
            "L2?",
            "L3?",
            "H1?",
            "H2?",
        ]

    async def test_answers_of_both_seats_and_the_decision_and_nobodys_words(self, small):
        response = await fetch(small, "answers.csv", edition="small", region="alpha")
        rows = [
            [row[name] for name in ("indicator", "seat", "option", "score", "certainty")]
            for row in read_csv(response.content)
        ]

        assert rows[:3] == [
            ["L1", "a", "a", "100", "high"],
            ["L1", "b", "b", "66.7", "high"],
            ["L1", "decision", "a", "100", ""],
        ]  # fmt: skip
        assert len(rows) == 15
        assert "expert" not in response.text

    async def test_a_status_stands_where_there_is_no_option(self, small):
        rows = await rows_of(small, "answers.csv", edition="small", region="beta")
        last = [row for row in rows if row["indicator"] == "H2"]

        assert [(row["seat"], row["option"], row["status"], row["score"]) for row in last] == [
            ("a", "b", "", "66.7"), ("b", "", "no_competence", ""), ("decision", "", "no_competence", ""),
        ]  # fmt: skip

    async def test_what_is_asked(self, small):
        items = (await fetch(small, "indicators.json", edition="small", lang="fr")).json()["items"]

        assert items[2] == {
            "edition": "small", "indicator": "L3", "original_id": None, "family": None, "weight": 1,
            "cells": ["overall", "policy_area-labour", "policy_area-health", "stage-plan"],
            "question": "L3? (fr)", "lang": "fr", "help": None, "options": ["a", "b", "c", "d"],
            "option_scores": [100, 66.7, 33.3, 0],
            "option_texts": ["a (fr)", "b (fr)", "c (fr)", "d (fr)"], "note": [],
        }  # fmt: skip

    async def test_what_nobody_has_answered_yet_is_asked_all_the_same(self, small):
        response = await fetch(small, "indicators.csv", edition="unanswered")

        assert len(read_csv(response.content)) == 5
        assert response.headers["content-disposition"] == 'attachment; filename="indicators-unanswered.csv"'
        assert '/v1/editions/unanswered>; rel="cite-as"' in response.headers["link"]
        assert (await fetch(small, "scores.csv", 400, edition="unanswered")).json()["code"] == "unknown_value"

    async def test_a_region_that_took_no_part_says_so(self, small):
        rows = await rows_of(small, "scores.csv", edition="small", region="delta,alpha")

        assert {row["reason"] for row in rows if row["region"] == "delta"} == {"not_assessed"}
        assert {row["region"] for row in rows} == {"alpha", "delta"}

    async def test_small_counts_are_suppressed_here_too(self, small):
        rows = {row["indicator"]: row for row in await rows_of(small, "outcomes.csv", region="alpha")}
        sdmx = await rows_of(small, "outcomes.sdmx.csv", region="alpha", indicator="non_eu_population")
        cube = (await fetch(small, "outcomes.jsonstat", region="alpha")).json()

        assert rows["population"]["value"] == "1000"
        assert (rows["non_eu_population"]["value"], rows["non_eu_population"]["reason"]) == ("", "suppressed")
        assert [(row["OBS_VALUE"], row["OBS_STATUS"]) for row in sdmx] == [("", "Q")]
        assert "suppressed" in cube["status"].values()
        assert 3 not in (cube["value"].values() if isinstance(cube["value"], dict) else cube["value"])


class TestDemonstration:
    async def test_it_says_so_in_every_format(self, small):
        files = {one: await fetch(small, f"scores.{one}", edition="made-up", lang="en") for one in FORMATS}
        told = "Demonstration: these figures come from made-up answers"

        assert all(row["note"].startswith(told) for row in read_csv(files["csv"].content))
        assert files["json"].json()["note"].startswith(told)
        assert all(item["note"][0].startswith(told) for item in files["json"].json()["items"])
        assert files["jsonstat"].json()["note"][0].startswith(told)
        assert all(row["COMMENT_OBS"].startswith(told) for row in read_csv(files["sdmx.csv"].content))
        assert all(row["note"].startswith(told) for row in sheet_of(files["xlsx"].content, "Scores"))
        book = openpyxl.load_workbook(io.BytesIO(files["xlsx"].content))
        assert book["README"]["A3"].value.startswith(told)
        with zipfile.ZipFile(io.BytesIO(files["zip"].content)) as archive:
            assert told in archive.read("README.txt").decode()
            assert told in archive.read("scores-made-up-r1.csv-metadata.json").decode()

    @pytest.mark.parametrize("dataset", ["scores", "answers", "indicators"])
    async def test_nobody_is_to_find_it(self, small, dataset):
        made_up = await fetch(small, f"{dataset}.csv", edition="made-up")
        computed = await fetch(small, f"{dataset}.csv", edition="small")

        assert made_up.headers["x-robots-tag"] == "noindex"
        assert "x-robots-tag" not in computed.headers


class TestHeaders:
    async def test_a_file_has_a_name_a_type_a_licence_and_a_citation(self, small):
        response = await fetch(small, "scores.csv", edition="small")

        assert response.headers["content-disposition"] == 'attachment; filename="scores-small-r1.csv"'
        assert response.headers["content-type"] == "text/csv; charset=utf-8; header=present"
        assert response.headers["link"] == (
            '<https://creativecommons.org/licenses/by/4.0/>; rel="license", '
            '<http://127.0.0.1:8000/v1/releases/small-r1>; rel="cite-as"'
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("file", "name", "media_type"),
        [
            ("scores.xlsx", "scores-2021-r1.xlsx",
             "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            ("scores.jsonstat", "scores-2021-r1.jsonstat", "application/json"),
            ("scores.sdmx.csv", "scores-2021-r1.sdmx.csv", "application/vnd.sdmx.data+csv; version=2.0.0"),
            ("scores.zip", "scores-2021-r1.zip", "application/zip"),
            ("regions.json", "regions.json", "application/json"),
        ],
    )  # fmt: skip
    async def test_each_format_by_its_type(self, real, file, name, media_type):
        response = await fetch(real, file)

        assert response.headers["content-disposition"] == f'attachment; filename="{name}"'
        assert response.headers["content-type"] == media_type

    async def test_only_a_release_is_for_good(self, small):
        pinned = await fetch(small, "scores.csv", release="small-r1")
        newest = await fetch(small, "scores.csv", edition="small")

        assert "immutable" in pinned.headers["cache-control"]
        assert "immutable" not in newest.headers["cache-control"]

    @pytest.mark.parametrize("suffix", FORMATS)
    async def test_the_same_file_has_the_same_tag(self, small, suffix):
        first = await fetch(small, f"scores.{suffix}", release="small-r1")
        again = await small.get(
            f"/v1/exports/scores.{suffix}?release=small-r1", headers={"If-None-Match": first.headers["etag"]}
        )  # fmt: skip

        assert again.status_code == 304

    async def test_as_spreadsheets_expect_it(self, small):
        body = (await fetch(small, "scores.csv", edition="small", dialect="excel")).content

        assert body.startswith(b"\xef\xbb\xbfedition;release;")


class TestRefusals:
    @pytest.mark.parametrize("suffix", ["jsonstat", "sdmx.csv", "ods", "csv.gz", ""])
    async def test_a_format_that_makes_no_sense_names_those_that_do(self, real, suffix):
        response = await real.get(f"/v1/exports/regions.{suffix}", params={"lang": "en"})

        assert (response.status_code, response.json()["code"]) == (404, "export_not_found")
        if suffix:
            assert "regions.csv, regions.xlsx, regions.json, regions.zip" in response.json()["detail"]

    async def test_an_unknown_dataset_names_the_nearest(self, real):
        problem = (await fetch(real, "score.csv", 404, lang="en")).json()

        assert problem["code"] == "export_not_found"
        assert "scores.csv" in problem["detail"]

    @pytest.mark.parametrize("lang", LANGUAGES)
    async def test_it_is_said_in_every_language(self, real, lang):
        problem = (await fetch(real, "regions.ods", 404, lang=lang)).json()

        assert "{" not in problem["detail"]
        assert problem["title"] != "export_not_found.title"

    @pytest.mark.parametrize(
        ("file", "params", "named"),
        [
            ("scores.csv", {"dialect": "exel"}, "excel"),
            ("scores.csv", {"region": "catalunia"}, "catalonia"),
            ("scores.csv", {"edition": "2022"}, "2021"),
            ("scores.csv", {"release": "2021-r2"}, "2021-r1"),
            ("indicators.csv", {"edition": "2022"}, "2021"),
            ("scores.csv", {"regions": "catalonia"}, "region"),
            ("scores.csv", {"at": "soon"}, ""),
            ("outcomes.csv", {"indicator": "populaton"}, "population"),
            ("regions.csv", {"country": "XX"}, ""),
            ("codelists.csv", {"edition": "2021"}, ""),
        ],
    )
    async def test_what_is_unknown_is_refused_with_the_nearest(self, real, file, params, named):
        problem = (await fetch(real, file, 400, lang="en", **params)).json()

        assert named in problem["detail"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("suffix", ["json", "jsonstat"])
async def test_labels_and_licence_are_in_the_readers_language(small, lang, suffix):
    document = (await fetch(small, f"scores.{suffix}", edition="small", lang=lang)).json()

    assert document.get("lang", document.get("extension", {}).get("lang")) == lang
    if suffix == "jsonstat":
        label = document["dimension"]["cell"]["category"]["label"]["policy_area-labour"]
        assert label == ("Policy area: labour" if lang == "en" else f"Policy area ({lang}): labour ({lang})")
    assert "export." not in json.dumps(document, ensure_ascii=False).replace("/v1/exports", "")
