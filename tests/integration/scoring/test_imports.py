"""Bringing outcome figures in over HTTP: who may, what is taken, what is refused, and what stays."""

import os
import subprocess
import sys

import pytest
from sqlalchemy import text

from scoring.documents import Bundle
from tests.support.builders_imports import (
    HEADER,
    UNEMPLOYED,
    filled,
    jsonstat,
    sdmx,
    table,
    unemployed,
    workbook,
)
from tests.support.builders_scoring import (
    LANGUAGES,
    code,
    edition,
    figure,
    load_bundle,
    region,
    scoring_client,
)
from tests.support.people import AUDIENCE, ISSUER, bearer, write_people

PATH = "/v1/authority/outcomes/imports"
BUNDLE = Bundle(
    [
        region("alpha", codes=[code("ES98")], statistics=[figure("population", 1000, period="2020")]),
        region("beta", codes=[code("ES99", "close")]),
        region("gamma", codes=[code("FR99"), {**code("FRA", "broad"), "level": 1}]),
    ],
    [edition()],
    [],
)


@pytest.fixture(scope="session")
def issuer(tmp_path_factory):
    """The folder of whoever gives out people's tokens."""
    return write_people(tmp_path_factory.mktemp("people"))


class Office:
    """A client, and the people who bring figures in."""

    def __init__(self, client, issuer):
        self.client, self.issuer = client, issuer

    async def bring(self, raw, kind="table", *, roles=("admin",), regions=(), **params):
        headers = bearer(self.issuer, *roles, regions=regions)
        return await self.client.post(PATH, params={"format": kind, **params}, content=raw, headers=headers)

    async def taken(self, raw, kind="table", **given):
        response = await self.bring(raw, kind, **given)
        assert response.status_code == 200, response.text
        return response.json()

    async def held(self, name, key, **params):
        found = await self.client.get("/v1/outcomes", params={"region": name, "indicator": key, **params})
        return [item for item in found.json()["items"] if item["reason"] != "not_held"]


@pytest.fixture
async def office(scoring_db, issuer):
    """Three regions, of which one has a figure."""
    await load_bundle(scoring_db, BUNDLE)
    auth = {"auth_jwks_file": issuer / "people.jwks.json", "auth_issuer": ISSUER, "auth_audience": AUDIENCE}
    async with scoring_client(scoring_db, **auth) as client:
        yield Office(client, issuer)


def codes(report):
    return [(one["place"], one["code"]) for one in report["refused"]]


async def test_a_table_is_taken_and_served_with_its_source(office):
    row = filled(
        definition="Registered on 1 January.", lang="en", flags="provisional", source_published="2024"
    )
    report = await office.taken(table(row))

    assert report == {
        "format": "table", "dry_run": False, "taken": 1, "same": 0, "suppressed": 0, "regions": ["alpha"],
        "refused": [], "refused_total": 0, "refused_by_code": {},
    }  # fmt: skip
    (item,) = await office.held("alpha", "foreigners")
    assert (item["value"], item["period"], item["unit"], item["flags"]) == (
        12345, "2023", "persons", ["provisional"]
    )  # fmt: skip
    assert item["territory"] == {"scheme": "NUTS", "version": "2021", "code": "ES98"}
    assert item["sources"][0]["title"] == "Municipal register"
    assert item["notes"][0]["text"] == {
        "text": "Registered on 1 January.", "lang": "en", "translation": None
    }  # fmt: skip


async def test_the_same_file_again_changes_nothing(office):
    first = await office.taken(table(filled()))
    second = await office.taken(table(filled()))

    assert [(one["taken"], one["same"]) for one in (first, second)] == [(1, 0), (0, 1)]


async def test_a_correction_takes_the_place_of_the_figure(office):
    await office.taken(table(filled()))
    report = await office.taken(table(filled(value="12346")))

    assert (report["taken"], report["same"]) == (1, 0)
    assert [item["value"] for item in await office.held("alpha", "foreigners")] == [12346]


@pytest.mark.parametrize("dry_run", ["true", "false"])
async def test_a_dry_run_says_the_same_and_writes_nothing(office, dry_run):
    report = await office.taken(table(filled()), dry_run=dry_run)

    assert (report["taken"], report["dry_run"]) == (1, dry_run == "true")
    assert len(await office.held("alpha", "foreigners")) == (0 if dry_run == "true" else 1)


async def test_what_eurostat_serves_is_taken_onto_exact_codes_only(office):
    cube = {
        **UNEMPLOYED,
        "sex": ["T"],
        "geo": ["ES98", "ES99", "FRA", "FR99", "DE99"],
        "time": ["2022", "2023"],
    }
    report = await office.taken(jsonstat(dimensions=cube), "jsonstat")

    assert (report["taken"], report["regions"]) == (4, ["alpha", "gamma"])
    assert report["refused_by_code"] == {"import_no_exact_code": 4, "import_territory_unknown": 2}
    assert report["refused"][0] == {
        "place": "#/value/2", "code": "import_no_exact_code", "params": {"territory": "ES99"},
        "detail": "This code or name does not stand for exactly the territory of a region: ES99.",
    }  # fmt: skip
    periods = [(item["period"], item["value"]) for item in await office.held("gamma", "unemployment_rate")]
    assert periods == [("2023", 7), ("2022", 6)]


async def test_both_formats_of_eurostat_are_the_same_figures(office):
    cube = {**UNEMPLOYED, "sex": ["T"], "geo": ["ES98"], "time": ["2023"]}
    await office.taken(jsonstat(dimensions=cube, values=[7.1]), "jsonstat")
    report = await office.taken(sdmx([unemployed()], version=1), "sdmx-csv")

    assert (report["taken"], report["same"]) == (0, 1)


async def test_few_people_are_suppressed_in_every_format_alike(office, scoring_db):
    rows = [
        filled(value="9"), filled(value="10", period="2022"),
        filled(indicator="naturalisation_rate", citizenship="foreign", value="50", denominator="4"),
    ]  # fmt: skip
    report = await office.taken(table(*rows))
    await office.taken(workbook(HEADER, [filled(period="2021", value=3).get(name) for name in HEADER]))
    cube = {"freq": ["A"], "unit": ["NR"], "sex": ["T"], "age": ["TOTAL"], "geo": ["ES98"], "time": ["2023"]}
    await office.taken(jsonstat("demo_r_d2jan", cube, values=[5]), "jsonstat")
    raw = sdmx([["A", "NR", "T", "TOTAL", "ES98", "2022", "6", ""]], columns="freq,unit,sex,age,geo")
    await office.taken(raw.replace(b"LFST_R_LFU3RT", b"DEMO_R_D2JAN"), "sdmx-csv")

    assert (report["taken"], report["suppressed"]) == (3, 2)
    seen = [*await office.held("alpha", "foreigners"), *await office.held("alpha", "naturalisation_rate")]
    assert [(item["period"], item["value"], item["reason"]) for item in seen] == [
        ("2023", None, "suppressed"), ("2022", 10, None), ("2021", None, "suppressed"),
        ("2023", None, "suppressed"),
    ]  # fmt: skip
    people = await office.held("alpha", "population")
    assert [item["reason"] for item in people] == ["suppressed", "suppressed", None]
    async with scoring_db.sessions() as session:
        kept = await session.execute(text("SELECT value FROM statistic WHERE reason = 'suppressed'"))
        assert {row.value for row in kept} == {None}  # nothing of it is stored


async def test_rows_that_are_refused_keep_none_of_the_others_back(office):
    rows = [
        filled(), filled(region="beta"), filled(region="nowhere"), filled(region="ES99", period="2021"),
        filled(period="2022", value="-5"), filled(period="2021", value="1.5"), filled(indicator="odd"),
        filled(indicator="foreigners_share", value="101"),
    ]  # fmt: skip
    report = await office.taken(table(*rows))

    assert report["taken"] == 1
    assert codes(report) == [
        ("D3", "import_no_exact_code"), ("D4", "import_territory_unknown"), ("D5", "import_no_exact_code"),
        ("D6", "import_not_a_count"), ("D7", "import_not_a_count"), ("B8", "import_indicator_unknown"),
        ("D9", "import_out_of_range"),
    ]  # fmt: skip


async def test_a_figure_that_stands_twice(office):
    rows = [filled(), filled(), filled(period="2022"), filled(period="2022", value="500")]
    report = await office.taken(table(*rows))

    assert report["taken"] == 1
    assert sorted(codes(report)) == [
        ("D3", "import_twice"), ("D4", "import_contradicted"), ("D5", "import_contradicts")
    ]  # fmt: skip


async def test_many_refusals_are_counted_and_the_first_ones_told(office):
    cube = {**UNEMPLOYED, "sex": ["T"], "geo": [f"DE{place:03}" for place in range(100)], "time": ["2023"]}
    report = await office.taken(jsonstat(dimensions=cube), "jsonstat")

    assert (report["taken"], report["refused_total"], len(report["refused"])) == (0, 100, 25)


@pytest.mark.parametrize(
    ("raw", "kind", "status", "code"),
    [
        (b"", "table", 422, "import_broken"),
        (b"", "jsonstat", 400, "malformed_json"),
        (b"{", "jsonstat", 400, "malformed_json"),
        (b"\xff\xfe", "table", 400, "import_broken"),
        (b"PK\x03\x04", "table", 422, "import_broken"),
        (jsonstat(size=[1]), "jsonstat", 422, "import_broken"),
        (jsonstat(value=[1]), "jsonstat", 422, "import_broken"),
        (jsonstat(), "table", 422, "import_broken"),
        (table(filled()), "sdmx-csv", 422, "import_broken"),
        (table(filled()), "jsonstat", 400, "malformed_json"),
        (table(filled(), filled())[:-2], "table", 422, "import_broken"),
    ],
)
async def test_of_a_broken_file_nothing_is_taken(office, raw, kind, status, code):
    response = await office.bring(raw, kind)

    assert (response.status_code, response.json()["code"]) == (status, code)
    assert await office.held("alpha", "foreigners") == []


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_refusals_are_told_in_the_language_of_the_caller(office, lang):
    report = await office.taken(table(filled(value="x"), filled(period="?")), lang=lang)
    problem = (await office.bring(b"a,b\n1,2\n", lang=lang)).json()

    sentences = [one["detail"] for one in [*report["refused"], *problem["errors"]]] + [problem["detail"]]
    assert all(sentences)
    assert not any("{" in one or one.startswith(("import_", "fault.")) for one in sentences)


@pytest.mark.parametrize("query", ["format=odf", "dry_run=maybe", "partial=true"])
async def test_a_parameter_that_is_none(office, query):
    headers = bearer(office.issuer, "admin")
    response = await office.client.post(f"{PATH}?{query}", content=table(filled()), headers=headers)

    assert response.status_code == 400


async def test_a_file_beyond_the_limit(office):
    assert (await office.bring(b" " * (16 * 1024 * 1024 + 1))).status_code == 413


# Who may


async def test_nobody_without_a_token(office):
    assert (await office.client.post(PATH, content=table(filled()))).status_code == 401


@pytest.mark.parametrize("role", ["editor", "analyst"])
async def test_other_roles_may_not(office, role):
    assert (await office.bring(table(filled()), roles=[role])).status_code == 403


@pytest.mark.parametrize("role", ["authority", "expert"])
async def test_a_region_s_own_people_write_of_their_region_only(office, role):
    raw = table(filled(), filled(region="gamma"))
    report = await office.taken(raw, roles=[role], regions=["alpha"])
    none = await office.taken(raw, roles=[role])

    assert (report["regions"], codes(report)) == (["alpha"], [("D3", "import_region_not_yours")])
    assert (none["taken"], none["refused_total"]) == (0, 2)


@pytest.mark.parametrize("role", ["admin", "reviewer"])
async def test_some_write_of_all_regions(office, role):
    raw = table(filled(), filled(region="gamma"))
    assert (await office.taken(raw, roles=[role], regions=["alpha"]))["regions"] == ["alpha", "gamma"]


# What stays


async def test_a_file_of_the_platform_does_not_undo_an_import(office, scoring_db):
    await office.taken(table(filled(indicator="population", period="2020", value="1234")))
    await office.taken(table(filled()))

    report = await load_bundle(scoring_db, BUNDLE)

    assert report.kept == ["statistics: population of alpha was changed here and is kept"]
    assert [item["value"] for item in await office.held("alpha", "population")] == [1234]
    assert len(await office.held("alpha", "foreigners")) == 1


async def test_an_import_tells_the_feed_of_each_region(office, scoring_db):
    await office.taken(table(filled(), filled(region="gamma"), filled(period="2022")))
    await office.taken(table(filled()))

    async with scoring_db.sessions() as session:
        query = "SELECT key FROM feed_entry WHERE kind = 'statistic' ORDER BY id"
        assert list(await session.scalars(text(query))) == ["alpha", "alpha", "gamma"]


async def test_it_is_kept_from_which_file_by_whom_without_a_name(office, scoring_db):
    await office.taken(table(filled()))

    async with scoring_db.sessions() as session:
        query = (
            "SELECT i.format, i.taken, length(i.file_hash), p.subject FROM statistic s"
            " JOIN statistic_import i ON i.id = s.import_id JOIN person p ON p.ref = i.person_ref"
        )
        rows = (await session.execute(text(query))).all()
    assert [tuple(row) for row in rows] == [("table", 1, 64, "person-1")]


async def test_a_series_comes_in_the_order_of_the_indicators(office):
    rows = [
        filled(indicator=key, citizenship="total", value="50")
        for key in ("home_ownership_rate", "activity_rate")
    ]
    await office.taken(table(*rows))

    found = (await office.client.get("/v1/outcomes", params={"region": "alpha"})).json()["items"]
    assert [item["key"] for item in found[10:]] == ["activity_rate", "home_ownership_rate"]


# The empty table, and the command


async def test_the_empty_table_of_a_region(office):
    made = await office.client.get("/v1/outcomes/template.csv", params={"region": "ES98"})
    book = await office.client.get("/v1/outcomes/template.xlsx", params={"region": "alpha", "lang": "it"})
    every = await office.client.get("/v1/outcomes/template.csv")
    # Not the name of the export, which would end up beside it in one folder.
    assert book.headers["content-disposition"] == 'attachment; filename="outcomes-template.xlsx"'

    assert made.headers["content-type"] == "text/csv; charset=utf-8"
    assert made.text.splitlines()[1].startswith("alpha,population,")
    assert book.content.startswith(b"PK")
    assert every.text.splitlines()[1].startswith(",population,")
    assert (await office.client.get("/v1/outcomes/template.csv?region=nowhere")).status_code == 400


def test_the_command(committed_scoring, tmp_path):
    env = {**os.environ, "SCORING_DATABASE_URL": committed_scoring.app, "DATA_DIR": "data"}

    def run(*words):
        line = [sys.executable, "-W", "error", "-m", *words]
        return subprocess.run(line, env=env, capture_output=True, text=True, check=False)

    run("scoring.load")
    (tmp_path / "table.csv").write_bytes(table(filled(region="Catalunya"), filled(region="lisbon")))
    (tmp_path / "broken.csv").write_bytes(b"a,b\n1,2\n")
    dry = run("scoring.import_outcomes", str(tmp_path / "table.csv"), "--dry-run")
    done = run("scoring.import_outcomes", str(tmp_path / "table.csv"))
    again = run("scoring.import_outcomes", str(tmp_path / "table.csv"))
    broken = run("scoring.import_outcomes", str(tmp_path / "broken.csv"))
    nothing = run("scoring.import_outcomes", str(tmp_path / "no.csv"), "--format", "jsonstat")

    assert [one.stdout.splitlines()[0] for one in (dry, done, again)] == [
        "scoring: 1 taken, 0 as before, 1 refused", "scoring: 1 taken, 0 as before, 1 refused",
        "scoring: 0 taken, 1 as before, 1 refused",
    ]  # fmt: skip
    assert done.stdout.splitlines()[1].startswith("scoring: D3: This code or name does not stand for exactly")
    assert (broken.returncode, nothing.returncode) == (1, 1)
    assert "A1: The column “region” is missing." in broken.stderr
