"""Our own table, as CSV in its dialects and as XLSX: what is taken, what is refused, and where."""

import datetime as dt
import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest

from scoring.domain import Group, Reason
from scoring.imports import sheets
from scoring.imports.observations import Broken, cell_name, number_of
from scoring.imports.table import COLUMNS, read_table
from scoring.imports.template import csv_template, xlsx_template
from tests.support.builders_imports import HEADER, INDICATORS, LISTS, filled, sorted_out, table, workbook


def read(raw):
    return sorted_out(read_table(raw, INDICATORS, LISTS))


def refused(**given):
    taken, found = read(table(filled(**given)))
    assert taken == []
    return found


def broken(raw):
    with pytest.raises(Broken) as caught:
        list(read_table(raw, INDICATORS, LISTS))
    return [(fault.place, fault.code) for fault in caught.value.faults]


def test_a_row_is_a_figure_with_its_source_and_definition():
    row = filled(
        unit="persons", flags="provisional|estimated", confidence="high", source_publisher="The city",
        source_url="https://city.test/register", source_published="2024-02", source_accessed="2024-03-01",
        definition="Foreign nationals registered on 1 January.", lang="en", denominator="500000",
    )  # fmt: skip
    (one,), none = read(table(row))

    assert none == []
    assert (one.key, one.group, one.unit, one.period) == (
        "foreigners", Group(citizenship="foreign"), "persons", "2023"
    )  # fmt: skip
    assert (one.value, one.reason, one.flags, one.confidence) == (
        12345, None, ("provisional", "estimated"), "high"
    )  # fmt: skip
    assert one.source == {
        "title": "Municipal register", "publisher": "The city", "url": "https://city.test/register",
        "published": "2024-02", "accessed": "2024-03-01", "locator": None, "lang": "en", "licence": None,
    }  # fmt: skip
    assert one.definition == ("en", "Foreign nationals registered on 1 January.")
    assert (one.place, one.base) == ("D2", 500000)


@pytest.mark.parametrize(
    ("given", "place", "code"),
    [
        ({"indicator": "foreigner"}, "B2", "import_indicator_unknown"),
        ({"indicator": "urban_rural_type"}, "B2", "import_indicator_unknown"),
        ({"unit": "percent"}, "F2", "import_unit_differs"),
        ({"citizenship": "martian"}, "F2", "import_code_unknown"),
        ({"sex": "F"}, "F2", "import_code_unknown"),
        ({"age": "Y15-24"}, "F2", "import_code_unknown"),
        ({"flags": "provisional|odd"}, "F2", "import_code_unknown"),
        ({"confidence": "sure"}, "F2", "import_code_unknown"),
        ({"lang": "klingon"}, "F2", "import_code_unknown"),
        ({"reason": "insufficient_coverage", "value": ""}, "F2", "import_code_unknown"),
        ({"indicator": "neet_rate", "value": "7"}, "D2", "import_group_missing"),
        ({"period": ""}, "C2", "missing"),
        ({"period": "23"}, "C2", "import_date"),
        ({"period": "2023-13"}, "C2", "import_date"),
        ({"period": "2023-02-29"}, "C2", "import_date"),
        ({"region": ""}, "A2", "missing"),
        ({"value": ""}, "D2", "import_value_missing"),
        ({"value": "12", "reason": "suppressed"}, "F2", "import_value_and_reason"),
        ({"value": "12 345"}, "D2", "import_not_a_number_written"),
        ({"value": "12,5"}, "D2", "import_not_a_number_written"),
        ({"value": "1.2.3"}, "D2", "import_not_a_number_written"),
        ({"denominator": "many"}, "F2", "import_not_a_number"),
        ({"denominator": "-1"}, "F2", "import_not_a_number"),
        ({"source_title": ""}, "E2", "import_source_missing"),
        ({"source_published": "March"}, "F2", "import_date"),
        ({"source_url": "javascript:alert(1)"}, "F2", "import_url"),
        ({"definition": "All of them."}, "D2", "import_lang_missing"),
        ({"source_title": "x" * 501}, "E2", "import_too_long"),
    ],
)
def test_a_cell_that_is_not_as_it_should_be(given, place, code):
    assert refused(**given) == [(place, code)]


def test_a_reason_stands_where_there_is_no_value():
    rows = [
        filled(value="", reason="suppressed", source_title=""), filled(value=":", period="2022"),
        filled(value=":", reason="not_applicable", period="2021"),
    ]  # fmt: skip
    taken, _ = read(table(*rows))

    assert [one.reason for one in taken] == [Reason.SUPPRESSED, Reason.UNKNOWN, Reason.NOT_APPLICABLE]
    assert {(one.value, one.confidence) for one in taken} == {(None, None)}


def test_a_row_in_which_nothing_is_filled_in_is_passed_over():
    taken, none = read(table(filled(), {"region": "alpha", "indicator": "population"}))

    assert (len(taken), none) == (1, [])


@pytest.mark.parametrize(
    ("sign", "value", "number"),
    [(",", "7.5", "7.5"), (";", "7,5", "7.5"), ("\t", "7.5", "7.5"), (";", "7", "7"), (";", "-0,5", "-0.5")],
)
def test_dialects(sign, value, number):
    row = filled(indicator="gender_employment_gap", value=value)
    taken, none = read(table(row, sign=sign))

    assert none == []
    assert taken[0].value == Decimal(number)


def test_with_semicolons_a_point_is_no_decimal_sign():
    assert read(table(filled(value="12.345"), sign=";"))[1] == [("D2", "import_not_a_number_written")]


def test_a_mark_before_the_text_is_taken_for_one():
    assert len(read(b"\xef\xbb\xbf" + table(filled()))[0]) == 1


@pytest.mark.parametrize("mark", ["=", "+", "-", "@", "\t"])
def test_the_apostrophe_of_an_export_is_taken_away(mark):
    (one,), _ = read(table(filled(source_title=f"'{mark}1 and so on", source_publisher="'s-Hertogenbosch")))

    assert one.source["title"] == f"{mark}1 and so on".strip()
    assert one.source["publisher"] == "'s-Hertogenbosch"


@pytest.mark.parametrize(
    ("raw", "faults"),
    [
        (b"", [("A1", "import_empty")]),
        (b"\n\n\n", [("A1", "import_empty")]),
        (b"region,indicator,period,value\na,b,c,d", [("A1", "import_column_missing")]),
        (b"region,indicator,period,value,source_title,colour\n1,2,3,4,5,6",
         [("F1", "import_column_unknown")]),
        (b"region,region,indicator,period,value,source_title\n1,2,3,4,5,6",
         [("B1", "import_column_repeated")]),
        (b"Region,indicator,period,value,source_title\n1,2,3,4,5",
         [("A1", "import_column_unknown"), ("A1", "import_column_missing")]),
        (table(filled())[:-3], [("A2", "import_csv")]),
        (b"a," * 100_000 + b"a\nb", [("A1", "import_too_many_columns")]),
        (table(filled(source_title="Å")).decode().encode("latin-1"), [("#", "import_not_utf8")]),
    ],
)  # fmt: skip
def test_a_table_that_is_none(raw, faults):
    assert broken(raw) == faults


def test_what_is_meant_is_looked_for_of_the_refusals_that_are_told():
    many = [filled(indicator=f"populatoin{number}") for number in range(30)]

    refused = list(read_table(table(*many), INDICATORS, LISTS))

    assert [one.params["nearest"] for one in refused] == ["population"] * 25 + [None] * 5


def test_more_rows_than_are_read_at_once_are_refused(monkeypatch):
    monkeypatch.setattr(sheets, "MAX_ROWS", 3)

    assert broken(table(filled(), filled(), filled())) == [("A4", "import_too_many_rows")]


# XLSX


def row(**given):
    return [filled(**given).get(name, given.get(name, "")) for name in HEADER]


def test_a_workbook_is_read_as_what_it_shows():
    raw = workbook(HEADER, row(value=12345), row(period=2022, value=12000.0), extra=["notes"])
    taken, none = read(raw)

    assert none == []
    assert [(one.place, one.period, one.value) for one in taken] == [
        ("D2", "2023", 12345),
        ("D3", "2022", 12000),
    ]


def test_dates_and_fractions_of_a_workbook():
    day = dt.datetime(2023, 1, 1)  # noqa: DTZ001 - a workbook's days have no zone
    taken, _ = read(workbook(HEADER, row(indicator="foreigners_share", period=day, value=0.1)))

    assert [(one.period, one.value) for one in taken] == [("2023-01-01", Decimal("0.1"))]


def test_of_a_formula_only_its_stored_value_is_read():
    raw = workbook(HEADER, row(value="=1+1"), row(period="2022", source_title='=HYPERLINK("http://x")'))
    taken, found = read(raw)

    assert taken == []
    assert found == [("D2", "import_value_missing"), ("E3", "import_source_missing")]


@pytest.mark.parametrize("value", [True, "12,5", "#N/A"])
def test_a_cell_of_a_workbook_that_is_no_number(value):
    assert read(workbook(HEADER, row(value=value)))[1] == [("D2", "import_not_a_number_written")]


@pytest.mark.parametrize("cut", [10, 100, 1000, -40])
def test_a_damaged_workbook_is_broken(cut):
    assert broken(workbook(HEADER, row())[:cut]) == [("#", "import_not_xlsx")]


def archive(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def test_an_archive_that_is_no_workbook_is_broken():
    assert broken(archive(readme="hello")) == [("#", "import_not_xlsx")]


def test_what_unpacks_to_too_much_is_not_unpacked():
    raw = archive(bomb=b"\0" * (sheets.MAX_UNPACKED + 1))

    assert len(raw) < 200_000
    assert broken(raw) == [("#", "import_unpacked")]


def test_a_row_with_a_number_out_of_this_world_does_not_go_on_for_ever():
    plain = io.BytesIO(workbook(HEADER, row()))
    out = io.BytesIO()
    with zipfile.ZipFile(plain) as held, zipfile.ZipFile(out, "w") as made:
        for name in held.namelist():
            content = held.read(name)
            if name.startswith("xl/worksheets/"):
                content = content.replace(b'<row r="2"', b'<row r="99999999999"').replace(
                    b'2" t=', b'99999999999" t='
                )
            made.writestr(name, content)

    assert broken(out.getvalue()) == [("A100001", "import_too_many_rows")]


def test_a_workbook_without_rows():
    assert broken(workbook()) == [("A1", "import_empty")]


# The empty table


def test_the_template_is_a_table_with_nothing_filled_in():
    raw = csv_template(INDICATORS, "alpha")
    lines = raw.decode().splitlines()

    assert lines[0] == ",".join(COLUMNS)
    assert len(lines) == 56
    assert lines[1].startswith("alpha,population,total,total,total,,,persons,")
    assert read(raw) == ([], [])


def test_a_template_that_is_filled_in_is_taken():
    raw = xlsx_template(INDICATORS, LISTS, ["alpha", "beta"], "alpha", "fr")
    book = openpyxl.load_workbook(io.BytesIO(raw))
    sheet = book["data"]
    for number in range(2, 57):
        for name, value in {"period": "2023", "value": 50, "source_title": "Register"}.items():
            sheet.cell(number, COLUMNS.index(name) + 1, value)
    out = io.BytesIO()
    book.save(out)

    taken, none = read(out.getvalue())

    assert none == []
    assert [one.key for one in taken] == list(INDICATORS.indicators)
    for one in taken:
        assert one.group.citizenship in INDICATORS.indicators[one.key].groups["citizenship"]


def test_the_template_has_the_codes_as_drop_downs_and_says_what_they_mean():
    book = openpyxl.load_workbook(io.BytesIO(xlsx_template(INDICATORS, LISTS, ["alpha"], None, "sv")))
    rules = {
        str(rule.sqref).split("2")[0]: rule.formula1 for rule in book["data"].data_validations.dataValidation
    }
    codes = [[cell.value for cell in line] for line in book["codes"].iter_rows(min_row=2)]

    assert set(rules) == {
        cell_name(COLUMNS.index(name), 1)[:-1] for name in (
            "region", "indicator", "citizenship", "sex", "age", "unit", "reason", "flags", "confidence",
            "lang",
        )
    }  # fmt: skip
    assert ["sex", "female", "Kvinnor", None] in codes
    first, last = (int(part.split("$")[2]) for part in rules["D"].split("!")[1].split(":"))
    assert [line[1] for line in codes[first - 2 : last - 1]] == ["total", "female", "male"]


def test_the_same_template_is_the_same_bytes():
    made = [xlsx_template(INDICATORS, LISTS, ["alpha"], "alpha", "en") for _ in range(2)]

    assert made[0] == made[1]


@pytest.mark.parametrize(
    ("place", "name"),
    [((0, 1), "A1"), ((25, 2), "Z2"), ((26, 3), "AA3"), ((701, 4), "ZZ4"), ((702, 5), "AAA5")],
)
def test_the_names_of_cells(place, name):
    assert cell_name(*place) == name


@pytest.mark.parametrize("text", ["", "-", "1e", "0x10", "1_000", "NaN", "inf", "1" * 30, "1e99", " 1"])
def test_what_is_no_number(text):
    assert number_of(text) is None
