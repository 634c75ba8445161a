"""Suggestions: the lowest known scores, matched to the catalogue by its code list."""

import pytest

from gateway.suggestions import catalogue_areas, suggest, weak_cells
from tests.support.builders_gateway import cell, policy_area_list, practice, region, scores


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, []),
        ({"health": 33}, ["health"]),
        ({"health": 33, "labour": 20}, ["labour", "health"]),
        ({"health": 0}, ["health"]),
        ({"health": 100, "labour": 100}, []),
        ({"labour": 50, "education": 50, "health": 50, "housing": 50}, ["labour", "education", "health"]),
        ({"housing": 61.666, "education": 61.667, "labour": 61.665}, ["labour", "housing", "education"]),
    ],
)
def test_the_lowest_known_areas_are_looked_at(known, expected):
    assert [found["key"] for found in weak_cells(scores(**known))] == expected


def test_scores_without_policy_areas_suggest_nothing():
    assert weak_cells({"axes": [{"axis": "governance", "cells": [cell("governance", "actions", 10)]}]}) == []


@pytest.mark.parametrize(
    ("key", "areas"),
    [("health", ["health"]), ("culture_and_religion", ["culture", "religion"]), ("unheard_of", [])],
)
def test_matches_join_the_edition_to_the_catalogue(key, areas):
    assert catalogue_areas(policy_area_list(), key) == areas


def test_matches_of_other_lists_are_not_areas():
    item = {"code": "health", "matches": [{"relation": "close", "list": "theme", "code": "mental_health"}]}
    assert catalogue_areas({"items": [item]}, "health") == []


def found(*practices, areas=("health",), score=33, about="basque-country"):
    weak = cell("policy_area", areas[0], score)
    here = region(about, areas={"health": ["shared"]})
    return suggest(region=here, cells=[(weak, areas, practices)], sentence=lambda c: {"text": c["key"]})


@pytest.mark.parametrize(
    ("success", "kind"),
    [
        ("worked", "example"),
        ("mixed", "lesson"),
        ("did_not_work", "lesson"),
        ("unknown", "undetermined"),
        ("new_code", "undetermined"),
    ],
)
def test_what_it_is_good_for_follows_its_success_alone(success, kind):
    assert [item["as"] for item in found(practice("p", "skane", success=success))] == [kind]


def test_the_regions_own_practices_are_left_out():
    items = found(
        practice("own", "basque-country"), practice("shared", "skane", "basque-country"), practice("p")
    )
    assert [item["practice"]["id"] for item in items] == ["p"]


def test_a_practice_is_suggested_once_under_the_lowest_cell():
    both = practice("p", "skane")
    cells = [
        (cell("policy_area", key, score), [key], [both]) for key, score in (("labour", 10), ("health", 20))
    ]
    items = suggest(region=region(), cells=cells, sentence=lambda c: {})
    assert [(item["cell"], item["practice"]["id"]) for item in items] == [("policy_area-labour", "p")]


def test_a_cell_suggests_a_handful():
    assert len(found(*(practice(f"p{n}", "skane") for n in range(20)))) == 5


@pytest.mark.parametrize(("areas", "competence"), [(("health",), ["shared"]), (("labour",), None)])
def test_the_competence_is_the_regions_for_that_area_or_unknown(areas, competence):
    assert found(practice("p"), areas=areas)[0]["competence"] == competence


def test_a_region_without_known_competences_has_none():
    weak = cell("policy_area", "health", 1)
    items = suggest(region=region(), cells=[(weak, ["health"], [practice("p")])], sentence=lambda c: {})
    assert items[0]["competence"] is None
