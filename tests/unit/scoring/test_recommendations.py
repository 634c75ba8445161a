"""What is recommended is read whole, or refused with everything that is wrong."""

import json
import shutil

import pytest

from scoring.documents import BadData
from scoring.domain.recommendations import speaking_to
from scoring.recommendations import read_recommendations
from tests.support.builders_scoring import DATA, LANGUAGES


@pytest.fixture
def folder(tmp_path):
    """The data that the file is checked against; `change` writes a changed file there."""
    shutil.copytree(DATA / "codelists", tmp_path / "codelists")
    shutil.copy(DATA / "languages.json", tmp_path)

    def change(edit):
        document = json.loads((DATA / "recommendations.json").read_text("utf-8"))
        edit(document)
        (tmp_path / "recommendations.json").write_text(json.dumps(document), "utf-8")
        return tmp_path

    return change


def test_all_of_them_in_every_language_with_their_sources():
    found = read_recommendations(DATA)

    assert len(found) == 33
    assert [one.id for one in found][:2] == ["regional-authorities-1", "regional-authorities-2"]
    assert all(set(one.text) == set(LANGUAGES) and all(one.text.values()) for one in found)
    assert all(source["title"] for one in found for source in one.sources)


def test_no_translation_is_the_english_text():
    for one in read_recommendations(DATA):
        assert len(set(one.text.values())) == len(LANGUAGES), one.id


def test_the_cells_are_those_of_the_index():
    axes = json.loads((DATA / "editions/2021.json").read_text("utf-8"))["axes"]
    cells = {f"{axis['key']}-{key['key']}" for axis in axes for key in axis["keys"]}
    found = read_recommendations(DATA)

    assert {cell for one in found for cell in one.cells} <= cells
    assert {one.addressee for one in found if one.cells} == {"regional_authorities"}


def test_those_that_speak_to_a_cell_stand_in_their_order():
    found = speaking_to(["policy_cycle-evaluation"], read_recommendations(DATA))

    assert [one.n for one in found] == [4, 5]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda doc: doc["regional_authorities"][0]["text"].pop("sv"), "no text in sv"),
        (lambda doc: doc["by_addressee"]["murcia"][1].pop("pt"), "murcia-2: no text in pt"),
        (lambda doc: doc["regional_authorities"][1].update(n=1), "regional-authorities-1: stands twice"),
        (lambda doc: doc["by_addressee"].pop("sources"), "has no source"),
        (lambda doc: doc["by_addressee"].update(moon=[{"en": "no"}]), "'moon' is not in the list addressee"),
        (lambda doc: doc["regional_authorities"][0].update(suggested_cells=["Labour"]), "suggested_cells"),
        (lambda doc: doc["regional_authorities"][0].update(cells_basis="theirs"), "cells_basis"),
        (lambda doc: doc["regional_authorities"][0].update(sources=[]), "sources"),
        (lambda doc: doc.pop("translation"), "translation"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(folder, edit, said):
    with pytest.raises(BadData, match=said):
        read_recommendations(folder(edit))


def test_what_cannot_be_read(folder, tmp_path):
    with pytest.raises(BadData, match="cannot be read"):
        read_recommendations(tmp_path)
    folder(lambda doc: None)
    (tmp_path / "recommendations.json").write_text("{", "utf-8")
    with pytest.raises(BadData, match="is no JSON"):
        read_recommendations(tmp_path)
