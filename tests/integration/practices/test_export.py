"""The catalogue as a file: every practice, the same in every format."""

import csv
import io
import json
import zipfile

import openpyxl
import pytest

from practices.exports.formats import disarmed
from practices.exports.table import COLUMNS
from tests.support.builders_practices import the_practices

LANGUAGES = ("en", "fr", "de", "it", "es", "pt", "sv")
LISTS = {column.name for column in COLUMNS if column.many}


async def fetch(client, suffix, status=200, **params):
    answer = await client.get(f"/v1/exports/practices.{suffix}", params=params)
    assert answer.status_code == status, answer.text
    return answer


def read_csv(body, delimiter=","):
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=delimiter))


async def test_every_practice_with_its_words(client):
    rows = read_csv((await fetch(client, "csv", lang="en")).content)
    assert [row["id"] for row in rows] == sorted(one["id"] for one in the_practices())
    assert list(rows[0]) == [column.name for column in COLUMNS]
    one = rows[0]
    whole = (await client.get(f"/v1/practices/{one['id']}", params={"lang": "en"})).json()
    assert (one["title"], one["lang"]) == (whole["title"]["text"], whole["title"]["lang"])
    assert one["uri"] == whole["uri"]
    assert one["policy_areas"] == "|".join(whole["policy_areas"])
    assert one["success"] == whole["success"]["value"]


async def test_the_same_in_every_format(client):
    files = {
        suffix: (await fetch(client, suffix, lang="es")).content for suffix in ("csv", "xlsx", "json", "zip")
    }
    items = json.loads(files["json"])["items"]
    header, *rows = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))["Practices"].iter_rows(values_only=True)
    with zipfile.ZipFile(io.BytesIO(files["zip"])) as archive:
        assert archive.read("practices.csv") == files["csv"]
        described = json.loads(archive.read("practices.csv-metadata.json"))["tableSchema"]["columns"]
    assert [one["name"] for one in described] == list(header) == list(items[0])
    assert {one["name"] for one in described if one.get("separator") == "|"} == LISTS
    for row, line, item in zip(rows, read_csv(files["csv"]), items, strict=True):
        for name, cell in zip(header, row, strict=True):
            held = "|".join(item[name]) if name in LISTS else item[name]
            assert cell == (None if held == "" else held), name
            text = "" if held is None else str(held).lower() if isinstance(held, bool) else held
            assert line[name] == (disarmed(text) if isinstance(text, str) else repr(text)), name


async def test_as_spreadsheets_expect_it(client):
    body = (await fetch(client, "csv", dialect="excel")).content
    assert body.startswith(b"\xef\xbb\xbfid;uri;title;")
    assert [row["id"] for row in read_csv(body, ";")] == sorted(one["id"] for one in the_practices())


@pytest.mark.parametrize("text", ["=cmd()", "+x", "-x", "@x", "\tx", "\rx"])
def test_no_text_is_a_formula(text):
    assert disarmed(text) == "'" + text
    assert disarmed("-1,5") == "-1,5"


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "json", "zip"])
async def test_a_file_has_a_name_and_the_same_bytes_the_same_tag(client, suffix):
    answers = [await fetch(client, suffix, lang="fr") for _ in range(2)]
    assert answers[0].headers["content-disposition"] == f'attachment; filename="practices.{suffix}"'
    assert answers[0].headers["etag"] == answers[1].headers["etag"]


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_a_format_there_is_none_of_names_those_there_are(client, lang):
    problem = (await fetch(client, "jsonstat", 404, lang=lang)).json()
    assert problem["code"] == "export_not_found"
    assert "practices.csv, practices.xlsx, practices.json, practices.zip" in problem["detail"]
    document = (await fetch(client, "json", lang=lang)).json()
    assert not document["title"].startswith("export.")
    assert not document["licence"]["text"].startswith("export.")


@pytest.mark.parametrize("params", [{"dialect": "exel"}, {"region": "catalonia"}])
async def test_what_is_unknown_is_refused(client, params):
    assert (await fetch(client, "csv", 400, **params)).status_code == 400
