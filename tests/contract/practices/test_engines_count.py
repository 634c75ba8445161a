"""What both engines must count: facets, totals, pages, orders, against a count by hand."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from practices.domain import FILTERS, Practice, Query, disjunctive, facet_values, passes
from tests.support.builders_practices import a_document, a_practice, batches, the_practices

COUNTRIES, REGIONS = ["ES", "IT", "SE", "PT"], ["catalonia", "skane", "puglia", "azores"]
FIRST, SECOND = ["Alpha", "Bravo", "Quebec"], ["delta", "foxtrot", "yankee"]
ROLES, AREAS = ["leader", "funding", "support"], ["education", "health", "labour"]


def some(random_, values, most=2):
    return random_.sample(values, random_.randint(0, most))


def a_catalogue(size=150):
    dice = random.Random(7)
    return [
        a_practice(
            f"p-{number}",
            title=" ".join((dice.choice(FIRST), dice.choice(SECOND))),
            countries=some(dice, COUNTRIES),
            regions=some(dice, REGIONS, 1),
            roles=some(dice, ROLES),
            policy_areas=some(dice, AREAS),
            themes=some(dice, ["reception", "language"]),
            target_groups=some(dice, ["migrants", "refugees"]),
            success={"value": dice.choice(["worked", "mixed", "unknown"]), "basis": None, "sources": []},
            practice_languages=some(dice, ["es", "ar"]),
            regin_relation=dice.choice([None, "pilot_action", "test_bed"]),
            aspects=[{"aspect": aspect} for aspect in some(dice, ["inclusion"], 1)],
            criteria=[{"criterion": c, "note": None} for c in some(dice, ["impact"], 1)],
            period={"start": dice.choice([None, "2019", "2020-05", "2021-03-04"]), "end": None},
        )
        for number in range(size)
    ]  # fmt: skip


CATALOGUE = a_catalogue()
VALUES = {doc["id"]: facet_values(Practice.read(doc)) for doc in CATALOGUE}
EVERY_VALUE = {name: sorted({v for values in VALUES.values() for v in values[name]}) for name in FILTERS}


@pytest.fixture(scope="module")
async def filled(engine):
    await engine.replace(batches([a_document(doc) for doc in CATALOGUE]))
    return engine


FILTER_SETS = st.dictionaries(st.sampled_from(FILTERS), st.none(), max_size=4).flatmap(
    lambda chosen: st.fixed_dictionaries({
        name: st.lists(st.sampled_from(EVERY_VALUE[name]), min_size=1, max_size=3, unique=True).map(tuple)
        for name in chosen
    })
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(filters=FILTER_SETS, facets=st.lists(st.sampled_from(FILTERS), unique=True).map(tuple))
async def test_totals_and_disjunctive_counts_are_those_of_a_hand_count(filled, filters, facets):
    result = await filled.search(Query(filters=filters, facets=facets, limit=100))
    passing = {key for key, values in VALUES.items() if passes(values, filters)}
    assert result.total == len(passing)
    assert {hit.id for hit in result.hits} <= passing
    assert result.facets == disjunctive(list(VALUES.values()), filters, facets)


async def test_what_states_nothing_counts_as_unknown_and_is_found_by_it(filled):
    result = await filled.search(
        Query(filters={"role": ("unknown",)}, facets=("role", "regin_relation"), limit=100)
    )
    silent = {doc["id"] for doc in CATALOGUE if not doc["roles"]}
    assert {hit.id for hit in result.hits} == silent
    assert result.facets["role"]["unknown"] == len(silent)
    assert result.facets["regin_relation"]["none"] == sum(
        VALUES[key]["regin_relation"] == ("none",) for key in silent
    )


async def test_words_and_filters_count_together(filled):
    filters = {"country": ("ES", "IT")}
    result = await filled.search(Query(text="bravo", filters=filters, facets=("country", "role"), limit=100))
    speaking = [VALUES[doc["id"]] for doc in CATALOGUE if "Bravo" in doc["title"]["en"]]
    assert result.total == sum(passes(values, filters) for values in speaking) > 0
    assert result.facets == disjunctive(speaking, filters, ("country", "role"))


@pytest.mark.parametrize("sort", ["relevance", "newest", "title"])
@pytest.mark.parametrize("text", ["", "bravo", "bravo yankee"])
async def test_pages_do_not_overlap_and_hold_everything(filled, sort, text):
    whole = await filled.search(Query(text=text, sort=sort, limit=1000))
    paged, totals = [], set()
    for page in range(0, whole.total, 7):
        part = await filled.search(Query(text=text, sort=sort, offset=page, limit=7))
        paged += [hit.id for hit in part.hits]
        totals.add(part.total)
    assert totals == {whole.total}
    assert paged == [hit.id for hit in whole.hits]
    assert len(set(paged)) == whole.total


async def test_orders_end_in_the_id(filled):
    async def order(sort, text=""):
        return [hit.id for hit in (await filled.search(Query(text=text, sort=sort, limit=1000))).hits]

    begin = {doc["id"]: Practice.read(doc).period.begin for doc in CATALOGUE}
    title = {doc["id"]: doc["title"]["en"].lower() for doc in CATALOGUE}
    assert await order("newest") == sorted(begin, key=lambda key: (-begin[key], key))
    assert await order("title") == sorted(title, key=lambda key: (title[key], key))
    assert await order("relevance") == sorted(title)
    bravo = [key for key in title if "bravo" in title[key]]
    assert await order("title", "bravo") == sorted(bravo, key=lambda key: (title[key], key))


async def test_titles_are_ordered_as_the_language_does(index):
    titles = ["Zebra", "Ängel", "Aldrig", "Åtta", "Öppet"]
    await index.write([a_document(a_practice(f"p-{n}", title={"sv": t})) for n, t in enumerate(titles)], [])
    for lang, expected in (("sv", "Aldrig Zebra Åtta Ängel Öppet"), ("de", "Aldrig Ängel Åtta Öppet Zebra")):
        result = await index.search(Query(sort="title", lang=lang))
        assert " ".join(hit.item["title"]["sv"] for hit in result.hits) == expected


async def test_a_page_beyond_the_end_is_empty_and_still_counts(filled):
    result = await filled.search(Query(offset=1000, limit=100, facets=("country",)))
    assert result.hits == ()
    assert result.total == len(CATALOGUE)
    assert result.facets["country"]["ES"] > 0


async def test_what_is_taken_out_is_not_found_and_not_counted(index):
    documents = [a_document(a_practice(f"p-{n}", countries=["ES"], title=f"Word {n}")) for n in range(5)]
    await index.write(documents, [])
    await index.write([], ["p-1", "p-3", "never-was"])
    result = await index.search(Query(text="word", facets=("country",)))
    assert [hit.id for hit in sorted(result.hits, key=lambda hit: hit.id)] == ["p-0", "p-2", "p-4"]
    assert result.facets == {"country": {"ES": 3}}


async def test_what_is_written_again_is_replaced(index):
    await index.write([a_document(a_practice("p", title="Before", countries=["ES"]))], [])
    await index.write([a_document(a_practice("p", title="After", countries=["IT"]), version=2)], [])
    await index.write([a_document(a_practice("p", title="After", countries=["IT"]), version=2)], [])
    assert (await index.search(Query(text="before"))).total == 0
    after = await index.search(Query(text="after", facets=("country",)))
    assert after.facets == {"country": {"IT": 1}}
    assert after.hits[0].item["title"] == {"en": "After"}


async def test_a_rebuild_leaves_only_what_it_was_given(index):
    await index.write([a_document(a_practice("old")), a_document(a_practice("kept"))], [])
    await index.replace(batches([a_document(a_practice("kept")), a_document(a_practice("new"))]))
    assert [hit.id for hit in (await index.search(Query())).hits] == ["kept", "new"]
    assert await index.is_current()


async def test_the_real_catalogue_is_counted_as_by_hand(index):
    docs = the_practices()
    await index.replace(batches([a_document(doc) for doc in docs]))
    filters = {"country": ("ES", "IT"), "policy_area": ("education",)}
    result = await index.search(Query(filters=filters, facets=("country", "role"), limit=100))
    here = [d for d in docs if "education" in d["policy_areas"]]
    both = [d for d in here if {"ES", "IT"} & set(d["countries"])]
    assert {hit.id for hit in result.hits} == {d["id"] for d in both}
    countries = sorted({c for d in here for c in d["countries"] or ["unknown"]})
    assert result.facets["country"] == {
        c: sum(c in (d["countries"] or ["unknown"]) for d in here) for c in countries
    }
    roles = sorted({r for d in both for r in d["roles"] or ["unknown"]})
    assert result.facets["role"] == {r: sum(r in (d["roles"] or ["unknown"]) for d in both) for r in roles}
