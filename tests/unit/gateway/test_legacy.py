"""The printed links of the former site, in every spelling they may have."""

import itertools
import json
from urllib.parse import quote, quote_plus

import pytest

from gateway.legacy import api_address, is_former, labels, people_address
from tests.support.builders_gateway import DATA

PILOTS = {one["id"]: one for one in json.loads((DATA / "regions.json").read_text()) if one["regin_pilot"]}
PRINTED = {
    key: next((alias for alias in one["aliases"] if "(" in alias), one["name"]["en"])
    for key, one in PILOTS.items()
}
SPELLINGS = {
    "raw": lambda text: text.encode(),
    "percent": lambda text: quote(text, safe="").encode(),
    "plus": lambda text: quote_plus(text).encode(),
    "browser": lambda text: quote(text, safe="[]()").encode(),
    "latin-1": lambda text: text.encode("latin-1"),
}
NAMES = [f"refinementList[filter_regions]{index}" for index in ("[0]", "[1]", "[17]", "[]", "")]


def test_there_are_six_pilots():
    assert sorted(PRINTED) == ["azores", "campania", "catalonia", "murcia", "puglia", "skane"]
    assert PRINTED["catalonia"] == "Generalitat de Catalunya (Catalonia)"


@pytest.mark.parametrize("label", list(PRINTED.values()), ids=list(PRINTED))
@pytest.mark.parametrize(("name", "spelling"), list(itertools.product(NAMES, SPELLINGS)))
def test_a_printed_link_names_its_region(label, name, spelling):
    spell = SPELLINGS[spelling]
    assert labels(spell(name) + b"=" + spell(label)) == [label]
    assert labels(b"page=2&" + spell(name) + b"=" + spell(label) + b"&sortBy=x") == [label]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (b"", []),
        (b"region=skane", []),
        (b"refinementList[filter_themes][0]=Work", []),
        (b"refinementList[filter_regions][x]=Campania", []),
        (b"refinementList[filter_regions][0]=", []),
        (b"refinementList[filter_regions][0]=A&refinementList[filter_regions][1]=B", ["A", "B"]),
        (b"refinementList[filter_regions][1]=A&refinementList[filter_regions][1]=A", ["A"]),
        (b"%E0%A4%A=1&refinementList[filter_regions]=%FF", ["\xff"]),
        (b"&".join(b"a%d=1" % n for n in range(500)), []),
    ],
)
def test_other_addresses(query, expected):
    assert labels(query) == expected


def test_a_former_address_without_a_region_is_still_a_former_one():
    assert is_former(b"refinementList%5Bfilter_themes%5D%5B0%5D=Work")
    assert not is_former(b"region=skane")


def test_our_own_addresses():
    assert people_address(["skane", "skane", "azores"]) == "/practices?region=skane&region=azores"
    assert people_address([]) == "/practices"
    assert api_address(b"region=skane&utm_source=x&q=a%26b") == "/v1/practices?region=skane&q=a%26b"
    assert api_address(b"") == "/v1/practices"
