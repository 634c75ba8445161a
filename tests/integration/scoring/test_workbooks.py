"""Work off line over HTTP: an expert's answers out as a workbook, filled in as people do, and back in."""

import io
import zipfile

import openpyxl
import pytest

from scoring.domain.workbook import COLUMNS, SOURCE_COLUMNS
from scoring.main import LOCALE
from servicekit.catalog import Catalog
from tests.support.builders_assessments import INDICATORS, answer, working
from tests.support.people import write_people
from tests.support.soffice import ABSENT, SOFFICE, recalculated

FIRST = 3  # the row of the first indicator
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    return write_people(tmp_path_factory.mktemp("people"))


@pytest.fixture
async def work(scoring_db, people):
    async with working(scoring_db, people) as found:
        await found.open()
        yield found


async def download(work, who="expert-1", **params):
    headers = work.token(who, "expert")
    found = await work.client.get(f"/v1/assessments/{work.id}/workbook.xlsx", headers=headers, params=params)
    assert found.status_code == 200, found.text
    return found.content


async def send(work, body, *, dry_run=None, who="expert-1"):
    raw = body if isinstance(body, bytes) else saved(body)
    params = {} if dry_run is None else {"dry_run": dry_run}
    headers = {**work.token(who, "expert"), "Content-Type": XLSX}
    path = f"/v1/assessments/{work.id}/workbook"
    return await work.client.post(path, content=raw, headers=headers, params=params)


async def opened(work, **params):
    return openpyxl.load_workbook(io.BytesIO(await download(work, **params)))


def saved(book):
    found = io.BytesIO()
    book.save(found)
    return found.getvalue()


def cell(name, row, columns=COLUMNS):
    return openpyxl.utils.get_column_letter(columns.index(name) + 1) + str(row)


def fill(book, indicator, /, **given):
    """Write into the row of an indicator; `sources` are rows of the sheet Sources."""
    row = FIRST + INDICATORS.index(indicator)
    for name, value in given.items():
        if name != "sources":
            book["Answers"][cell(name, row)] = value
    for source in given.get("sources", ()):
        add_source(book, indicator, **source)


def add_source(book, indicator, **source):
    sheet = book["Sources"]
    row = next(n for n in range(FIRST, 99) if not sheet.cell(n, 1).value)
    for name, value in {"indicator": indicator, **source}.items():
        sheet[cell(name, row, SOURCE_COLUMNS)] = value
    return row


GOOD = {
    "answer": "b", "certainty": "medium", "as_of": "2026-05", "justification": "By law 7/2010.",
    "justification_lang": "es", "note": "Ask the ministry.", "note_lang": "en",
    "sources": [
        {"title": "Law 7/2010", "url": "https://example.org/law", "published": "2010", "lang": "es"},
        {"title": "Decree 12", "locator": "article 3"},
    ],
}  # fmt: skip


def faults(response):
    assert response.status_code == 422, response.text
    return {(one["pointer"], one["code"]) for one in response.json()["errors"]}


async def nothing_saved(work, who="expert-1"):
    return (await work.own(who))["progress"]["answered"] == 0


async def test_a_workbook_is_filled_and_taken_back(work, scoring_db):
    book = await opened(work)
    fill(book, "I1", **GOOD)
    fill(book, "I3", answer="no_competence", certainty="high")

    dry = await send(work, book, dry_run="true")
    assert dry.json().get("answers") == {"I1": "new", "I3": "new"}, dry.text
    assert await nothing_saved(work)
    done = await send(work, book)
    again = await send(work, book, dry_run="false")

    assert (dry.status_code, done.status_code, again.status_code) == (200, 200, 200)
    assert done.json() == {**dry.json(), "dry_run": False}
    assert (done.json()["saved"], done.json()["same"], done.json()["state"]) == (2, 0, "answering")
    assert (again.json()["saved"], again.json()["same"]) == (0, 2)
    held = (await work.own("expert-1"))["answers"]
    assert (held["I1"]["option"], held["I1"]["certainty"], held["I1"]["as_of"]) == ("b", "medium", "2026-05")
    assert held["I1"]["justification"] == {"text": "By law 7/2010.", "lang": "es"}
    assert held["I1"]["note"] == {"text": "Ask the ministry.", "lang": "en"}
    assert [one["title"] for one in held["I1"]["sources"]] == ["Law 7/2010", "Decree 12"]
    assert held["I1"]["sources"][0]["url"] == "https://example.org/law"
    assert held["I1"]["sources"][1]["locator"] == "article 3"
    assert (held["I3"]["status"], held["I3"]["justification"]) == ("no_competence", None)
    log = (await work.review("GET", "/log")).json()
    assert [(one["event"], one["indicator"]) for one in log["items"]] == [
        ("opened", None), ("answered", "I1"), ("answered", "I3"),
    ]  # fmt: skip
    assert log["verified"]


async def test_the_workbook_holds_what_is_saved_and_says_what_to_do(work):
    sent = answer("b", note={"text": "Ask.", "lang": "en"}, justification={"text": "=1+1", "lang": "en"})
    await work.save("expert-1", "I2", sent)
    book = await opened(work, lang="de")

    sheet = book["Answers"]
    assert [one.value for one in sheet[1]] == [*COLUMNS]
    assert sheet["A2"].value == "# Indikator"
    assert [sheet.cell(row, 1).value for row in range(FIRST, FIRST + 4)] == [*INDICATORS]
    row = {one: sheet[cell(one, 4)].value for one in COLUMNS}
    assert (row["answer"], row["certainty"], row["as_of"], row["version"]) == ("b", "high", "2026-05", "1")
    assert (row["justification"], sheet[cell("justification", 4)].data_type) == ("=1+1", "s")
    assert row["options"].splitlines()[0].startswith("a: ")
    assert [one.value for one in book["Sources"][3]][:2] == ["I2", "Law 7/2010"]
    readme = [row[0].value for row in book["README"].iter_rows() if row[0].value]
    say = Catalog.load(LOCALE).messages["de"]
    assert say["workbook.about"] in readme
    assert any(line.startswith("no_competence: ") for line in readme)
    assert any(line.startswith("medium: ") for line in readme)


async def test_every_row_offers_its_own_options_and_nothing_else_is_unlocked(work):
    book = await opened(work)
    sheet = book["Answers"]

    offered = {
        str(one.sqref): one.formula1 for one in sheet.data_validations.dataValidation if one.type == "list"
    }
    place, span = cell("answer", 4), offered[cell("answer", 4)]
    first, last = (int(part) for part in span.replace("Options!$B$", "").split(":$B$"))
    codes = [book["Options"].cell(row, 2).value for row in range(first, last + 1)]
    assert codes == ["a", "b", "c", "unknown", "not_applicable", "no_competence"]
    assert {book["Options"].cell(row, 1).value for row in range(first, last + 1)} == {"I2"}
    assert offered[f"{cell('certainty', 3)}:{cell('certainty', 6)}"] == '"high,medium,low"'
    assert sheet.protection.sheet
    assert not sheet[place].protection.locked
    assert sheet[cell("question", 4)].protection.locked
    assert sheet[place].number_format == "@"


async def test_no_formula_is_written_whatever_was_saved(work):
    told = '=HYPERLINK("https://example.org")'
    given = answer("a", justification={"text": told, "lang": "en"}, sources=[{"title": "@SUM(1)"}])
    await work.save("expert-1", "I1", given)

    raw = await download(work)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/")]
    assert not any(b"<f>" in sheet for sheet in sheets)
    assert (await send(work, raw)).json()["same"] == 1


@pytest.mark.skipif(SOFFICE is None, reason=ABSENT)
async def test_it_comes_back_from_another_program_as_it_was(work, tmp_path):
    words = {"text": "  First line.\n\n=1+1; ‘quoted’ \t and 2026-05  ", "lang": "en"}
    await work.save("expert-1", "I2", answer("b", justification=words, as_of="2026"))
    await work.save("expert-1", "I4", answer(status="unknown", justification=None, sources=[]))
    book = recalculated(await download(work), tmp_path)
    untouched = await send(work, book)
    fill(book, "I1", **GOOD)

    done = await send(work, recalculated(saved(book), tmp_path / "again"))

    assert (untouched.json()["saved"], untouched.json()["same"]) == (0, 2)
    assert done.json()["answers"] == {"I1": "new"}
    assert (await work.own("expert-1"))["answers"]["I1"]["as_of"] == "2026-05"


async def test_values_as_people_leave_them(work):
    book = await opened(work)
    fill(book, "I1", **{**GOOD, "as_of": 2026, "answer": " b ", "justification": "Yes.\r\nNo.\n"})
    fill(book, "I2", justification_lang="en", note_lang="en")  # filled down the column
    fill(book, "I3", answer="a", certainty="low", justification="Law.", justification_lang="ca")
    book["Answers"].move_range(f"A3:{cell('check', 3)}", rows=10)  # sorted

    assert (await send(work, book)).json()["answers"] == {"I3": "new", "I1": "new"}
    held = (await work.own("expert-1"))["answers"]
    assert (held["I1"]["as_of"], held["I1"]["justification"]["text"]) == ("2026", "Yes.\nNo.")
    assert held["I3"]["justification"]["lang"] == "ca"


async def test_a_table_of_ones_own_with_the_columns_alone(work):
    book = openpyxl.Workbook()
    book.active.title = "Answers"
    book.active.append(["indicator", "answer", "certainty"])
    book.active.append(["I2", "unknown", "low"])

    assert (await send(work, book)).json()["answers"] == {"I2": "new"}


# What is wrong is told cell by cell, and then nothing is saved


async def test_every_fault_is_told_with_its_cell(work):
    book = await opened(work)
    bad = {
        "answer": "d", "certainty": "very", "as_of": "May 2026", "justification": "By law.",
        "justification_lang": "Spanish!", "stands": "perhaps",
        "sources": [{"title": "Law", "url": "example.org"}, {"url": "https://example.org"}],
    }  # fmt: skip
    fill(book, "I1", **GOOD)
    fill(book, "I2", **bad)
    fill(book, "I3", certainty="high", note="Whatever")
    fill(book, "I4", answer="a", certainty="high")

    refused = await send(work, book)

    assert refused.json()["code"] == "workbook_refused"
    assert faults(refused) == {
        (f"#/Answers/{cell('certainty', 4)}", "invalid"),
        (f"#/Answers/{cell('as_of', 4)}", "invalid"),
        (f"#/Answers/{cell('justification_lang', 4)}", "invalid"),
        (f"#/Answers/{cell('stands', 4)}", "workbook_stands"),
        ("#/Sources/D5", "invalid"),
        ("#/Sources/B6", "missing"),
        (f"#/Answers/{cell('answer', 5)}", "missing"),
        (f"#/Answers/{cell('justification', 6)}", "missing"),
    }
    assert await nothing_saved(work)


@pytest.mark.parametrize(
    ("given", "name", "code"),
    [
        ({**GOOD, "answer": "d"}, "answer", "unknown_option"),
        ({**GOOD, "answer": "A"}, "answer", "unknown_option"),
        ({**GOOD, "note_lang": None}, "note_lang", "missing"),
        ({**GOOD, "certainty": None}, "certainty", "missing"),
        ({**GOOD, "justification": "x" * 5001}, "justification", "too_long"),
        ({**GOOD, "answer": '=IF(TRUE,"a","b")'}, "answer", "workbook_formula"),
        ({**GOOD, "note": "=1+1"}, "note", "workbook_formula"),
        ({**GOOD, "indicator": "I9"}, "indicator", "unknown_indicator"),
        ({**GOOD, "indicator": None}, "indicator", "missing"),
        ({**GOOD, "indicator": "I2"}, "indicator", "stands_twice"),
        ({**GOOD, "assessment": "as-0123"}, "assessment", "workbook_other_assessment"),
    ],
)
async def test_a_cell_that_is_wrong(work, given, name, code):
    book = await opened(work)
    fill(book, "I3", answer="a", certainty="high", justification="Good.", justification_lang="en")
    fill(book, "I1", **{k: v for k, v in given.items() if k != "sources"})
    row = 4 if code == "stands_twice" else 3  # of two the second is the fault

    assert faults(await send(work, book)) == {(f"#/Answers/{cell(name, row)}", code)}
    assert await nothing_saved(work)


async def test_a_source_of_no_row(work):
    book = await opened(work)
    row = add_source(book, "I9", title="Law")

    assert faults(await send(work, book)) == {(f"#/Sources/A{row}", "workbook_without_row")}


async def test_faults_are_told_in_the_callers_language(work):
    book = await opened(work)
    fill(book, "I1", answer="d", certainty="high", justification="x", justification_lang="en")
    headers = {**work.token("expert-1", "expert"), "Accept-Language": "pt"}

    path = f"/v1/assessments/{work.id}/workbook"
    refused = (await work.client.post(path, content=saved(book), headers=headers)).json()

    assert refused["title"] == "Livro não aceite"
    assert refused["errors"][0]["detail"] == "O indicador não tem esta opção."


# Versions


async def test_what_was_changed_elsewhere_is_not_overwritten(work):
    await work.save("expert-1", "I1", answer("a"))
    await work.save("expert-1", "I2", answer("a"))
    book = await opened(work)
    await work.save("expert-1", "I1", answer("b"))
    await work.save("expert-1", "I3", answer("b"))
    fill(book, "I1", answer="c")
    fill(book, "I2", answer="c")
    fill(book, "I3", answer="unknown", certainty="low")

    refused = await send(work, book)
    assert faults(refused) == {
        (f"#/Answers/{cell('answer', row)}", "changed_since") for row in (FIRST, FIRST + 2)
    }
    assert [one["params"]["version"] for one in refused.json()["errors"]] == [2, 1]
    assert (await work.own("expert-1"))["answers"]["I2"]["option"] == "a"

    fresh = await opened(work)
    fill(fresh, "I1", answer="c")
    assert (await send(work, fresh)).json()["answers"] == {"I1": "changed"}


async def test_what_was_changed_elsewhere_and_not_in_the_workbook_stays_as_it_is_held(work):
    await work.save("expert-1", "I1", answer("a"))
    book = await opened(work)
    await work.save("expert-1", "I1", answer("b"))
    fill(book, "I2", **GOOD)

    assert (await send(work, book)).json()["answers"] == {"I2": "new"}
    assert (await work.own("expert-1"))["answers"]["I1"]["option"] == "b"


async def test_the_same_change_in_both_places_is_no_conflict(work):
    await work.save("expert-1", "I1", answer("a"))
    book = await opened(work)
    await work.save("expert-1", "I1", answer("b"))
    fill(book, "I1", answer="b")

    assert (await send(work, book)).json()["same"] == 1


async def test_without_a_version_nothing_held_is_overwritten(work):
    await work.save("expert-1", "I1", answer("a"))
    book = await opened(work)
    fill(book, "I1", answer="b", version=None, check=None)

    assert faults(await send(work, book)) == {(f"#/Answers/{cell('answer', 3)}", "changed_since")}


# States


async def test_after_submission_nothing_can_be_changed(work):
    await work.answered()
    book = await opened(work)
    untouched = await send(work, book)
    fill(book, "I1", answer="b")
    refused = await send(work, book)

    assert (untouched.status_code, untouched.json()["same"]) == (200, 4)
    assert (refused.status_code, refused.json()["code"]) == (409, "answer_closed")


async def test_a_question_opens_its_row_and_is_answered_by_a_change_or_by_saying_that_it_stands(work):
    await work.answered()
    for name in ("I1", "I2"):
        asked = {"indicator": name, "to": ["a"], "text": f"Since when, {name}?", "lang": "en"}
        assert (await work.review("POST", "/questions", asked)).status_code == 200
    book = await opened(work)
    assert book["Answers"][cell("asked", 3)].value == "Since when, I1?"
    assert book["Answers"][cell("asked", 5)].value is None
    assert book["Answers"][cell("answer", 5)].protection.locked

    untouched = await send(work, book)
    assert (untouched.json()["saved"], untouched.json()["state"]) == (0, "clarification")
    fill(book, "I3", answer="b")
    assert faults(await send(work, book)) == {(f"#/Answers/{cell('answer', 5)}", "answer_closed")}

    fill(book, "I3", answer="a")
    fill(book, "I1", as_of="2026-04")
    fill(book, "I2", stands="yes")
    dry = await send(work, book, dry_run="true")
    done = await send(work, book)

    assert (dry.json()["answers"], dry.json()["state"]) == ({"I1": "changed"}, "clarification")
    assert (done.json()["answers"], done.json()["state"]) == ({"I1": "changed"}, "submitted")
    log = (await work.review("GET", "/log")).json()
    assert [one["event"] for one in log["items"]][-4:] == ["answered", "clarified", "clarified", "moved"]
    assert log["verified"]


# Who may


async def test_an_expert_gets_and_sends_the_own_answers_only(work):
    await work.save("expert-2", "I1", answer("c", justification={"text": "Zanzibar", "lang": "en"}))
    raw = await download(work)
    book = openpyxl.load_workbook(io.BytesIO(raw))

    assert "Zanzibar" not in str([row for sheet in book for row in sheet.iter_rows(values_only=True)])
    fill(book, "I1", **GOOD)
    assert (await send(work, book)).json()["answers"] == {"I1": "new"}
    assert (await work.own("expert-2"))["answers"]["I1"]["option"] == "c"
    for call in (send(work, raw, who="expert-3"), send(work, b"no workbook", who="expert-3")):
        refused = await call
        assert (refused.status_code, refused.json()["code"]) == (404, "assessment_not_found")
    path = f"/v1/assessments/{work.id}/workbook.xlsx"
    assert (await work.call("expert-3", "GET", path)).status_code == 404
    assert (await work.call("reviewer-1", "GET", path)).status_code == 403


async def test_an_unknown_dry_run_is_refused(work):
    refused = await send(work, await download(work), dry_run="yes")

    assert (refused.status_code, refused.json()["code"]) == (400, "unknown_value")


# Files that are something else


def packed(**parts):
    """A workbook of nothing with other parts beside."""
    raw = io.BytesIO(saved(openpyxl.Workbook()))
    with zipfile.ZipFile(raw, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return raw.getvalue()


def far():
    """A workbook with a cell at the end of the largest sheet there can be."""
    book = openpyxl.Workbook()
    book.active.title = "Answers"
    book.active.append(["indicator", "answer", "certainty"])
    book.active["XFD1048576"] = "x"
    return saved(book)


def sheets(*header):
    book = openpyxl.Workbook()
    book.active.title = "Answers"
    book.active.append(header)
    return saved(book)


FILES = {
    "empty": (b"", "import_not_xlsx"),
    "no zip": (b"indicator,answer\nI1,a\n", "import_not_xlsx"),
    "locked": (
        packed().replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00"),
        "import_not_xlsx",
    ),
    "another zip": (b"PK\x05\x06" + b"\0" * 18, "import_not_xlsx"),
    "cut off": (packed()[:2000], "import_not_xlsx"),
    "bomb": (packed(xl__media=b"\0" * (65 << 20)), "import_unpacked"),
    "many cells": (packed(xl__sharedStrings=b"<si><t/></si>" * 200_000), "import_too_many_cells"),
    "no sheet": (packed(), "workbook_sheet_missing"),
    "far": (far(), "import_too_many_rows"),
    "no columns": (sheets("indicator", "answer"), "import_column_missing"),
    "other columns": (sheets("indicator", "answer", "certainty", "anwser"), "import_column_unknown"),
    "twice": (sheets("indicator", "answer", "certainty", "answer"), "import_column_repeated"),
}


@pytest.mark.parametrize("name", FILES)
async def test_what_is_no_such_workbook(work, name):
    raw, code = FILES[name]
    assert len(raw) < 1 << 20

    refused = await send(work, raw)

    assert (refused.status_code, refused.json()["code"]) == (422, "import_broken"), refused.text
    assert [one["code"] for one in refused.json()["errors"]] == [code]
    assert await nothing_saved(work)


async def test_macros_are_refused_and_more_than_the_limit_too(work):
    raw = io.BytesIO(await download(work))
    with zipfile.ZipFile(raw, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    refused = await send(work, raw.getvalue())
    large = await send(work, b"PK\x03\x04" + b"\0" * (16 << 20))

    assert faults(refused) == {("#", "workbook_macros")}
    assert (large.status_code, large.json()["code"]) == (413, "body_too_large")
