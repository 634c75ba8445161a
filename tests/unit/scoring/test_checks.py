"""A bad file is refused whole, with every fault and its place."""

import json
import shutil

import pytest

from scoring.checks import read_bundle
from scoring.documents import BadData
from tests.support.builders_scoring import DATA


@pytest.fixture
def data(tmp_path):
    """A copy of the real data that a test may spoil."""
    for name in ("regions.json", "published_scores.json", "languages.json"):
        shutil.copy(DATA / name, tmp_path)
    shutil.copytree(DATA / "editions", tmp_path / "editions")
    shutil.copytree(DATA / "codelists", tmp_path / "codelists")
    return tmp_path


def spoil(data, name, change):
    path = data / name
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


def faults(data):
    with pytest.raises(BadData) as caught:
        read_bundle(data)
    return list(caught.value.faults)


def at(items, **wanted):
    return next(i for i, item in enumerate(items) if all(item[k] == v for k, v in wanted.items()))


def test_the_real_files_have_no_fault():
    bundle = read_bundle(DATA)

    assert (len(bundle.regions), len(bundle.editions), len(bundle.scores)) == (34, 2, 16)


def _misspell_match(regions):
    regions[0]["codes"][0]["match"] = "roughly"


def _add_field(regions):
    regions[1]["mayor"] = "A name"


def _text_for_number(regions):
    regions[2]["statistics"][0]["value"] = "762652"


def _no_source(regions):
    regions[2]["statistics"][0]["sources"] = []


def _unknown_key(regions):
    regions[2]["statistics"][0]["key"] = "poulation"


def _unknown_unit(regions):
    regions[2]["statistics"][0]["unit"] = "heads"


def _unknown_flag(regions):
    regions[2]["statistics"][0]["flags"] = ["guessed"]


def _unknown_group(regions):
    regions[2]["statistics"][0]["group"] = {"citizenship": "martian"}


def _which_group(regions):
    regions[2]["statistics"][0]["key"] = "neet_rate"


def _twice_the_same_figure(regions):
    regions[2]["statistics"].append(dict(regions[2]["statistics"][0]))


def _no_exact_code(regions):
    regions[2]["codes"][0]["match"] = "close"


def _twice_the_same_id(regions):
    regions[3]["id"] = regions[2]["id"]


def _missing_language(regions):
    del regions[0]["name"]["sv"]


def _another_ones_id(regions):
    regions[0]["aliases"].append("Catalonia")


def _unknown_competence(regions):
    regions[at(regions, id="catalonia")]["competences"]["areas"]["labour"] = ["supreme"]


def _unknown_country(regions):
    regions[0]["country"] = "ZZ"


def _twice_the_same_code(regions):
    regions[0]["codes"] *= 2


@pytest.mark.parametrize(
    ("change", "place", "said"),
    [
        (_misspell_match, "regions.json[0].codes[0].match", "exact"),
        (_add_field, "regions.json[1].mayor", "not permitted"),
        (_text_for_number, "regions.json[2].statistics[0].value", "integer"),
        (_no_source, "regions.json[2].statistics[0].sources", "at least 1"),
        (_unknown_key, "regions.json[2].statistics[0].key", "'poulation' is not in the list statistic"),
        (_unknown_unit, "regions.json[2].statistics[0].unit", "'heads' is not in the list unit"),
        (_unknown_flag, "regions.json[2].statistics[0].flags", "'guessed' is not in the list"),
        (_unknown_group, "regions.json[2].statistics[0].group.citizenship", "'martian' is not in the list"),
        (_which_group, "regions.json[2].statistics[0]", "has several groups"),
        (_twice_the_same_figure, "regions.json[2].statistics[1]", "stands twice"),
        (_no_exact_code, "regions.json[2].statistics", "no code is exact"),
        (_twice_the_same_id, "regions.json[3].id", "stands twice: 'tyrol'"),
        (_missing_language, "regions.json[0].name", "no text in sv"),
        (_another_ones_id, "regions.json[0]", "'Catalonia' is the id of another region"),
        (_unknown_competence, "competences.areas", "'supreme' is not in the list competence"),
        (_unknown_country, "regions.json[0].country", "'ZZ' is not in the list country"),
        (_twice_the_same_code, "regions.json[0].codes", "stands twice"),
    ],
)
def test_a_fault_in_the_regions(data, change, place, said):
    spoil(data, "regions.json", change)

    found = faults(data)

    assert any(place in fault and said in fault for fault in found), found


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("score", 101, "less than or equal to 100"),
        ("score", -0.5, "greater than or equal to 0"),
        ("region", "bremen", "'bremen' took no part"),
        ("region", "atlantis", "'atlantis' took no part, or is no region"),
        ("edition", "2020", "there is no published edition '2020'"),
        ("key", "evaluatoin", "is no cell of the edition 2021"),
        ("date", "yesterday", "pattern"),
        ("confidence", "sure", "high"),
        ("sources", [], "at least 1"),
        ("stated_rank", {"position": 26, "of": 25}, "is not a place among 25"),
        ("stated_rank", {"position": 1, "of": 24}, "is not a place among 25"),
    ],
)
def test_a_fault_in_the_scores(data, field, value, said):
    def change(scores):
        scores[-1][field] = value

    spoil(data, "published_scores.json", change)

    found = faults(data)

    assert all(fault.startswith("published_scores.json[15]") for fault in found)
    assert any(said in fault for fault in found), found


def test_the_same_figure_twice(data):
    spoil(data, "published_scores.json", lambda scores: scores.append(scores[0]))

    assert len(faults(data)) == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda edition: edition["release"].update(id="r1"), "release.id: The id of a release"),
        (lambda edition: edition["axes"].append(edition["axes"][0]), "axes[4].key: This stands twice"),
        (lambda edition: edition["axes"][0].update(keys=[]), "axes[0].keys"),
        (lambda edition: edition["title"].pop("it"), "title: There is no text in: it"),
        (lambda edition: edition.update(kind="guessed"), "kind"),
    ],
)
def test_a_fault_in_the_edition(data, change, said):
    spoil(data, "editions/2021.json", change)

    found = faults(data)

    assert any(said in fault and fault.startswith("editions/2021.json") for fault in found), found


def test_all_faults_of_all_files_are_said_at_once(data):
    spoil(data, "regions.json", _misspell_match)
    spoil(data, "regions.json", _add_field)
    (data / "published_scores.json").write_text("[{", encoding="utf-8")
    (data / "editions" / "2021.json").unlink()

    found = faults(data)

    assert len(found) == 3
    assert "is no JSON" in found[2]


def test_a_file_that_is_missing(data):
    (data / "regions.json").unlink()

    assert faults(data)[0] == "regions.json: cannot be read (No such file or directory)"


def test_an_edition_that_is_no_json(data):
    (data / "editions" / "2021.json").write_text("{", encoding="utf-8")

    assert any(fault.startswith("editions/2021.json: is no JSON") for fault in faults(data))


def test_a_score_of_an_edition_that_is_computed_here(data):
    spoil(data, "published_scores.json", lambda scores: scores[0].update(edition="regin-2026"))

    assert faults(data) == ["published_scores.json[0].edition: there is no published edition 'regin-2026'"]
