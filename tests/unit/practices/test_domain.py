"""Practices, filters, places and words: no database, no framework."""

import pytest

from practices.domain import (
    FILTERS,
    BBox,
    InvalidPractice,
    Point,
    Practice,
    Query,
    counts,
    disjunctive,
    facet_values,
    fold,
    missing_word,
    passes,
    sort_key,
    tokens,
)  # fmt: skip
from tests.support.builders_practices import a_practice, a_region, the_practices


def read(**fields):
    return Practice.read(a_practice("p", **fields))


def test_every_real_practice_is_one():
    assert len({Practice.read(doc).id for doc in the_practices()}) == len(the_practices())


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": {"fr": "Un"}, "original": "en"}, "title"),
        ({"countries": ["Spain"]}, "countries"),
        ({"scope": "galactic"}, "scope"),
        ({"success": {"value": "perhaps"}}, "success"),
        ({"period": {"start": "May 2021"}}, "period.start"),
        ({"period": {"end": "21"}}, "period.end"),
        ({"location": {"lat": 91, "lon": 0, "precision": "site"}}, "location"),
        ({"location": {"lat": 1}}, "document"),
        ({"aspects": [{}]}, "document"),
    ],
)
def test_what_cannot_be_a_practice_is_refused_by_field(fields, field):
    with pytest.raises(InvalidPractice, match=f"^p: {field}: "):
        read(**fields)


@pytest.mark.parametrize("key", ["", "A", "a b", "a--b", "-a", "ä"])
def test_ids_are_slugs(key):
    with pytest.raises(InvalidPractice, match="id"):
        Practice.read(a_practice(key))


def test_what_is_left_out_is_empty_or_none():
    practice = Practice.read(
        {"id": "p", "original": "sv", "title": {"sv": "Ett"}, "summary": {}, "scope": "eu"}
    )
    assert practice.success.value == "unknown"
    assert (practice.location, practice.contact, practice.licence) == (None, None, None)
    assert (practice.activities, practice.aspects, practice.words) == ((), (), {})
    assert practice.texts() == []


def test_texts_are_all_texts_but_title_and_summary():
    text = {"en": "words"}
    practice = read(
        objectives="o", results="r", lessons_learnt="l", funding="f", activities=[text], challenges=[text],
        actors=[text], aspects=[{"aspect": "inclusion", "inspiring": text, "improvement": None}],
        criteria=[{"criterion": "impact", "note": text}], period={"text": text},
        transferability={"replicable": text, "other_groups": None, "lasting": text, "risks": text},
    )  # fmt: skip
    assert len(list(practice.texts())) == 13


def test_the_original_language_comes_first():
    assert read(title={"sv": "Ett", "de": "Ein", "fr": "Un"}).text_languages == ("sv", "de", "fr")


@pytest.mark.parametrize(
    ("start", "begin"), [(None, 0), ("2019", 20190000), ("2020-05", 20200500), ("2021-03-04", 20210304)]
)
def test_a_partial_date_sorts_as_a_number(start, begin):
    assert read(period={"start": start}).period.begin == begin


def test_every_filter_has_a_value_even_where_nothing_is_stated():
    values = facet_values(read())
    assert tuple(values) == FILTERS
    assert values["regin_relation"] == ("none",)
    assert values["text_language"] == ("en",)
    assert {values[name] for name in set(FILTERS) - {"regin_relation", "text_language"}} == {("unknown",)}
    assert (missing_word("role"), missing_word("regin_relation")) == ("unknown", "none")


def test_a_value_that_stands_twice_counts_once():
    twice = [{"aspect": "inclusion"}, {"aspect": "inclusion"}]
    assert facet_values(read(aspects=twice, regin_relation="test_bed"))["aspect"] == ("inclusion",)


VALUES = [
    {"country": ("ES",), "role": ("leader", "funding")},
    {"country": ("ES", "IT"), "role": ("unknown",)},
    {"country": ("SE",), "role": ("leader",)},
]


@pytest.mark.parametrize(
    ("filters", "passing"),
    [
        ({}, [0, 1, 2]),
        ({"country": ("IT", "SE")}, [1, 2]),
        ({"country": ("ES",), "role": ("leader",)}, [0]),
        ({"role": ("unknown",)}, [1]),
        ({"country": ("PT",)}, []),
    ],
)
def test_or_within_a_filter_and_across(filters, passing):
    assert [n for n, values in enumerate(VALUES) if passes(values, filters)] == passing


def test_a_facet_is_counted_without_its_own_filter():
    found = disjunctive(VALUES, {"country": ("ES",), "role": ("leader",)}, ("country", "role"))
    assert found == {"country": {"ES": 1, "SE": 1}, "role": {"leader": 1, "funding": 1, "unknown": 1}}
    assert counts(VALUES, "country") == {"ES": 2, "IT": 1, "SE": 1}


@pytest.mark.parametrize(
    "text", ["1,2,3", "a,2,3,4", "0,50,10,40", "-181,0,0,1", "0,-91,0,0", "nan,0,1,1", ""]
)
def test_what_is_no_box(text):
    with pytest.raises(ValueError, match=r".*"):
        BBox.parse(text)


def test_a_box_may_cross_the_antimeridian():
    box = BBox.parse("170,-30,-170,0")
    assert box.holds(-18, 178)
    assert box.holds(-13, -171)
    assert not box.holds(-13, 0)
    assert not box.holds(10, 178)
    assert BBox.parse("10,50,20,60").holds(50, 20)


def test_a_point_is_on_earth():
    with pytest.raises(ValueError, match="latitude"):
        Point(0, 181, "site")


@pytest.mark.parametrize(
    "wrong", [{"sort": "oldest"}, {"filters": {"colour": ("red",)}}, {"facets": ("colour",)}]
)
def test_a_query_asks_only_for_what_there_is(wrong):
    with pytest.raises(ValueError, match=r"none of|no sort"):
        Query(**wrong)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Skåne", "skane"),
        ("INTEGRAÇÃO", "integracao"),
        ("Straße", "strasse"),
        ("Øster", "oster"),
        ("ﬁn", "fin"),
    ],
)
def test_case_accents_and_ligatures_are_folded(text, folded):
    assert fold(text) == folded


def test_words_keep_their_places():
    assert tokens("L'été, à Malmö") == [
        (0, 1, "L", "l"),
        (2, 5, "été", "ete"),
        (7, 8, "à", "a"),
        (9, 14, "Malmö", "malmo"),
    ]


def test_swedish_letters_sort_after_z_in_swedish_only():
    titles = ["Ö", "Å", "Z", "Ä", "A"]
    assert sorted(titles, key=lambda t: sort_key(t, "sv")) == ["A", "Z", "Å", "Ä", "Ö"]
    assert max(titles, key=lambda t: sort_key(t, "de")) == "Z"


def test_a_region_answers_by_its_words():
    region = a_region(names={"en": "Catalonia", "es": "Cataluña"}, own_names=("Catalunya",))
    assert list(region.texts()) == [region.names, {"": "Catalunya"}]
    assert region.words == ("ES", {"en": "Catalonia", "es": "Cataluña"}, ("Catalunya",), region.point)
