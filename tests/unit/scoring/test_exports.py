"""The writers of tables: each format by itself, and the same numbers in all of them."""

import csv
import io
import json
import zipfile
from fractions import Fraction

import openpyxl
import pytest

from scoring.domain.formulas import disarmed, rearmed
from scoring.exports.archive import csvw, write_zip
from scoring.exports.csvfmt import write_csv
from scoring.exports.jsonfmt import write_json
from scoring.exports.jsonstat import write_jsonstat
from scoring.exports.live import write_live
from scoring.exports.model import Column, Dataset
from scoring.exports.sdmx import write_sdmx
from scoring.exports.xlsx import write_xlsx
from tests.support.builders_exports import (
    DEMONSTRATION,
    build_about,
    build_scores,
    build_table,
    build_workings,
)
from tests.support.builders_questionnaires import build_answers, build_indicator, build_questionnaire

AREAS = {"area": ["work"], "cycle": ["output"]}
SMALL = build_questionnaire(
    [
        build_indicator("A1", weight=1, scores=(100, 85, 0), position=AREAS),
        build_indicator("A2", weight=1, scores=(50, 25), position=AREAS),
        build_indicator("A3", weight=1, scores=(50, Fraction("33.3")), position={"area": ["work", "school"]}),
    ]
)
DECISIONS = {
    "alpha": build_answers(A1="b", A2="a", A3="a"),
    "beta": build_answers(A1="unknown", A2="unknown", A3="no_competence"),
    "gamma": build_answers(A1="c", A2="not_applicable", A3="b"),
}
THIRDS = 61.666666666666664


def read_csv(body: bytes, delimiter: str = ",") -> list[dict]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def sheet_rows(body: bytes, name: str, *, values: bool = True) -> list[dict]:
    sheet = openpyxl.load_workbook(io.BytesIO(body), data_only=values)[name]
    header, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


class TestCsv:
    def test_lines_end_as_the_standard_says_and_nothing_precedes_the_header(self):
        body = write_csv(build_table([("a", 1), ("b, c", None)]))

        assert body == b'name,value\r\na,1\r\n"b, c",\r\n'

    def test_a_double_is_written_in_full(self):
        assert b"61.666666666666664" in write_csv(build_table([("a", THIRDS)]))

    def test_as_spreadsheets_expect_it(self):
        body = write_csv(build_table([("é", 0.5), ("b", -2)]), "excel")

        assert body.decode() == "\ufeffname;value\r\né;0,5\r\nb;-2\r\n"

    def test_lists_are_joined_and_truth_is_a_word(self):
        columns = (
            Column("tags", "string", "Tags.", many=True), Column("ok", "boolean", "Whether it is so."),
        )  # fmt: skip

        body = write_csv(build_table([(("x", "y"), True), ((), False)], columns))

        assert body == b"tags,ok\r\nx|y,true\r\n,false\r\n"

    @pytest.mark.parametrize("text", ["=1+1", "+a", "-a", "@sum", "\tx", "\rx", "-1-2", "=", "--1"])
    def test_no_text_is_a_formula(self, text):
        (row,) = read_csv(write_csv(build_table([(text, 1)])))

        assert row["name"] == "'" + text
        assert rearmed(row["name"]) == text

    @pytest.mark.parametrize("text", ["-1", "+2.5", "-0,5", "-1e-3", "a=1", "", "'quoted'", "'", "é"])
    def test_numbers_and_other_texts_stay_as_they_are(self, text):
        assert disarmed(text) == text
        assert rearmed(text) == text

    def test_a_number_below_zero_is_no_text(self):
        assert b"a,-1.5\r\n" in write_csv(build_table([("a", -1.5)]))

    def test_a_row_is_as_wide_as_its_table(self):
        with pytest.raises(ValueError, match="wide"):
            build_table([("a",)])


class TestZip:
    def files(self, **given):
        with zipfile.ZipFile(io.BytesIO(write_zip(build_table([("a", 1.5)], **given), "table-r1"))) as found:
            return {name: found.read(name) for name in found.namelist()}

    def test_the_table_lies_beside_what_a_reader_must_know(self):
        files = self.files()

        assert list(files) == [
            "table-r1.csv", "table-r1.csv-metadata.json", "README.txt", "LICENSE.txt", "CITATION.txt",
        ]  # fmt: skip
        assert files["table-r1.csv"] == b"name,value\r\na,1.5\r\n"
        assert b"CC-BY-4.0" in files["LICENSE.txt"]
        assert files["CITATION.txt"] == b"A test, 2026.\r\n"
        assert "value (number): A value." in files["README.txt"].decode().split("\r\n")

    def test_a_demonstration_says_so_first(self):
        readme = self.files(note=DEMONSTRATION)["README.txt"].decode().split("\r\n")

        assert readme[2] == DEMONSTRATION

    def test_the_same_data_make_the_same_bytes(self):
        table = build_table([("a", 1.5)])

        assert write_zip(table, "t") == write_zip(table, "t")

    @pytest.mark.parametrize("dialect", ["rfc4180", "excel"])
    def test_the_metadata_describe_every_column_of_the_table(self, dialect):
        columns = (
            Column("n", "number", "A number."), Column("i", "integer", "Whole."),
            Column("b", "boolean", "Whether."), Column("t", "string", "Texts.", many=True),
        )  # fmt: skip
        table = build_table([(0.25, 3, True, ("x", "y")), (None, None, None, ())], columns)
        metadata = json.loads(csvw(table, "table.csv", dialect))

        assert metadata["@context"] == ["http://www.w3.org/ns/csvw", {"@language": "en"}]
        assert metadata["dc:license"] == {"@id": "https://creativecommons.org/licenses/by/4.0/"}
        assert read_by_csvw(metadata, write_csv(table, dialect)) == [
            {"n": 0.25, "i": 3, "b": True, "t": ["x", "y"]},
            {"n": None, "i": None, "b": None, "t": []},
        ]


def read_by_csvw(metadata: dict, body: bytes) -> list[dict]:
    """What a reader of the metadata makes of the table."""
    parsers = {"double": float, "integer": int, "boolean": {"true": True, "false": False}.get, "string": str}
    columns = {column["titles"]: column for column in metadata["tableSchema"]["columns"]}
    found = []
    for row in read_csv(body, metadata["dialect"]["delimiter"]):
        assert list(row) == list(columns)
        read = {}
        for name, text in row.items():
            column, kind = columns[name], columns[name]["datatype"]
            if isinstance(kind, dict):
                value, kind = text.replace(kind["format"]["decimalChar"], "."), kind["base"]
            else:
                value = text
            if separator := column.get("separator"):
                read[name] = value.split(separator) if value else []
            else:
                read[name] = parsers[kind](value) if value else None
        found.append(read)
    return found


class TestCubes:
    def test_json_stat_has_every_place_in_order(self):
        document = json.loads(write_jsonstat(build_scores(SMALL, DECISIONS)))

        assert (document["version"], document["class"]) == ("2.0", "dataset")
        assert (document["id"], document["size"]) == (["edition", "region", "cell"], [1, 3, 4])
        assert document["role"] == {"geo": ["region"], "metric": ["cell"]}
        assert document["value"][0] == THIRDS
        assert document["value"][4:8] == [None] * 4
        assert document["status"] == {
            "4": "unknown", "5": "unknown", "6": "no_competence", "7": "unknown",
        }  # fmt: skip
        assert document["extension"]["status"]["label"] == {"unknown": "Unknown"}

    def test_a_sparse_cube_names_what_it_holds(self):
        whole = build_scores(SMALL, DECISIONS)
        part = Dataset(whole.name, whole.about, whole.columns, whole.rows[:5], whole.cube)
        document = json.loads(write_jsonstat(part))

        assert document["value"] == {"0": THIRDS, "1": THIRDS, "2": 50, "3": 67.5}
        assert document["status"] == {"4": "unknown"}

    def test_two_figures_in_one_place_are_a_fault(self):
        whole = build_scores(SMALL, DECISIONS)
        double = Dataset(whole.name, whole.about, whole.columns, [*whole.rows, whole.rows[0]], whole.cube)

        with pytest.raises(ValueError, match="two figures"):
            write_jsonstat(double)

    @pytest.mark.parametrize("write", [write_jsonstat, write_sdmx])
    def test_a_table_is_no_cube(self, write):
        with pytest.raises(ValueError, match="no cube"):
            write(build_table([]))

    def test_sdmx_says_why_a_figure_is_missing(self):
        rows = read_csv(write_sdmx(build_scores(SMALL, DECISIONS, note=DEMONSTRATION)))

        assert list(rows[0]) == [
            "STRUCTURE", "STRUCTURE_ID", "ACTION", "EDITION", "REF_AREA", "CELL", "OBS_VALUE", "OBS_STATUS",
            "REASON", "COMMENT_OBS",
        ]  # fmt: skip
        told = {(row["REF_AREA"], row["CELL"]): (row["OBS_VALUE"], row["OBS_STATUS"]) for row in rows}
        assert told["alpha", "overall"] == ("61.666666666666664", "A")
        assert told["beta", "overall"] == ("", "O")
        assert told["beta", "area-school"] == ("", "M")
        assert {row["COMMENT_OBS"] for row in rows} == {DEMONSTRATION}

    @pytest.mark.parametrize(
        ("reason", "status"),
        [("not_held", "L"), ("not_assessed", "L"), ("not_applicable", "M"), ("no_competence", "M"),
         ("suppressed", "Q"), ("unknown", "O"), ("insufficient_coverage", "O"), ("withdrawn", "O")],
    )  # fmt: skip
    def test_every_reason_has_its_status(self, reason, status):
        whole = build_scores(SMALL, {"beta": DECISIONS["beta"]})
        place = whole.place("reason")
        row = (*whole.rows[0][:place], reason, *whole.rows[0][place + 1 :])
        (found,) = read_csv(write_sdmx(Dataset("scores", whole.about, whole.columns, [row], whole.cube)))

        assert (found["REASON"], found["OBS_STATUS"]) == (reason, status)


class TestWorkbook:
    def test_plain_values_come_back_in_full(self):
        rows = sheet_rows(write_xlsx(build_table([("=1+1", THIRDS), ("b", None), ("c", 3)])), "Table")

        assert rows == [
            {"name": "=1+1", "value": THIRDS}, {"name": "b", "value": None}, {"name": "c", "value": 3},
        ]  # fmt: skip

    def test_the_same_data_make_the_same_bytes(self):
        table = build_table([("a", 1.5)])

        assert write_xlsx(table) == write_xlsx(table)

    def test_a_demonstration_says_so_in_the_readme(self):
        book = openpyxl.load_workbook(io.BytesIO(write_xlsx(build_table([], note=DEMONSTRATION))))

        assert book["README"]["A3"].value == DEMONSTRATION

    def test_every_computed_figure_is_a_formula_that_carries_it(self):
        table = build_scores(SMALL, DECISIONS)
        body = write_live(table, build_workings(SMALL, DECISIONS))
        formulas, values = sheet_rows(body, "Scores", values=False), sheet_rows(body, "Scores")
        names = [column.name for column in table.columns]

        assert len(formulas) == 12
        for name in ("score", "display", "reason", "answered", "expected"):
            assert all(row[name].startswith("=") for row in formulas)
            held = [row[names.index(name)] for row in table.rows]
            assert [row[name] or None for row in values] == [value or None for value in held]

    def test_a_region_without_decisions_keeps_its_values(self):
        table = build_scores(SMALL, DECISIONS)
        known = {"alpha": DECISIONS["alpha"]}
        rows = sheet_rows(write_live(table, build_workings(SMALL, known)), "Scores", values=False)

        assert {row["region"] for row in rows if str(row["answered"]).startswith("=")} == {"alpha"}

    def test_nothing_is_protected_and_an_auditor_finds_every_input(self):
        body = write_live(build_scores(SMALL, DECISIONS), build_workings(SMALL, DECISIONS))
        book = openpyxl.load_workbook(io.BytesIO(body))

        assert book.sheetnames == ["README", "Scores", "Answers", "Indicators", "Options", "Method"]
        assert not any(sheet.protection.sheet for sheet in book)
        assert [row["option"] for row in sheet_rows(body, "Answers")[:3]] == ["b", "a", "a"]
        assert [row["weight"] for row in sheet_rows(body, "Indicators")] == [1, 1, 1]
        assert [row["area-school"] for row in sheet_rows(body, "Indicators")] == [0, 0, 1]


def test_the_same_numbers_in_every_format():
    table = build_scores(SMALL, DECISIONS)
    names = [column.name for column in table.columns]
    held = [row[names.index("score")] for row in table.rows]
    assert held[0] == THIRDS

    def numbers(rows, name="score"):
        return [None if row[name] in ("", None) else float(row[name]) for row in rows]

    with zipfile.ZipFile(io.BytesIO(write_zip(table, "t"))) as archive:
        zipped = read_csv(archive.read("t.csv"))
    excel = [
        {"score": row["score"].replace(",", ".")} for row in read_csv(write_csv(table, "excel"), ";")
    ]  # fmt: skip
    assert numbers(read_csv(write_csv(table))) == held
    assert numbers(excel) == held
    assert numbers(zipped) == held
    assert numbers(json.loads(write_json(table))["items"]) == held
    assert json.loads(write_jsonstat(table))["value"] == held
    assert numbers(read_csv(write_sdmx(table)), "OBS_VALUE") == held
    assert numbers(sheet_rows(write_xlsx(table), "Scores")) == held
    assert numbers(sheet_rows(write_live(table, build_workings(SMALL, DECISIONS)), "Scores")) == held


def test_json_has_licence_and_citation_beside_the_rows():
    document = json.loads(write_json(build_table([("a", 1)], note=DEMONSTRATION)))

    assert document["items"] == [{"name": "a", "value": 1}]
    assert document["licence"]["id"] == "CC-BY-4.0"
    assert (document["cite_as"], document["note"]) == (build_about().cite_as, DEMONSTRATION)
