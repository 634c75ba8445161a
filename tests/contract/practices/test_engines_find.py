"""What both engines must find: the conformance suite's part on words."""

import pytest

from practices.domain import BBox, Query
from tests.support.builders_practices import a_document, a_practice, batches

PRACTICES = [
    a_practice("health", title="Health mediators in clinics", policy_areas=["health"]),
    a_practice("sponsorship", title="Community sponsorship of refugee families"),
    a_practice("school", title="Municipalities support schools", summary="Teachers are trained."),
    a_practice("skane", title="Partnership on reception", regions=["skane"], countries=["SE"]),
    a_practice("sprache", title={"de": "Sprachkurse für Geflüchtete"}, summary={"de": "In der Stadt."}),
    a_practice("arbeit", title={"de": "Arbeitsvermittlung"}, summary={"de": "Betriebe suchen Fachkräfte."}),
    a_practice("empleo", title={"es": "Talleres de empleo"}, summary={"es": "Para trabajadoras del campo."}),
    a_practice("pt", title={"pt": "Integração de recém-chegados"}, summary={"pt": "Apoio nos municípios."}),
    a_practice("logement", title={"fr": "Logements temporaires"}, summary={"fr": "Associations régionales."}),
    a_practice("lavoro", title={"it": "Lavoratori stagionali"}, summary={"it": "Contro lo sfruttamento."}),
    a_practice("sv", title={"sv": "Kommunernas samverkan"}, summary={"sv": "Nyanlända föräldrar möts."}),
]  # fmt: skip


@pytest.fixture(scope="module")
async def filled(engine):
    await engine.replace(batches([a_document(doc) for doc in PRACTICES]))
    return engine


async def found(index, text, lang="en", **more):
    return {hit.id for hit in (await index.search(Query(text=text, lang=lang, limit=100, **more))).hits}


async def test_words_are_all_needed(filled):
    assert await found(filled, "health clinics") == {"health"}
    assert await found(filled, "health schools") == set()


async def test_nothing_asked_is_everything(filled):
    assert await found(filled, "") == {doc["id"] for doc in PRACTICES}
    assert await found(filled, " - ") == {doc["id"] for doc in PRACTICES}


@pytest.mark.parametrize(
    "typed", ["sponsorshp", "sponsorhsip", "sponsoorship", "comunity sponsorship", "sponsorship comunity"]
)
async def test_typing_errors_are_forgiven(filled, typed):
    assert await found(filled, typed) == {"sponsorship"}


@pytest.mark.parametrize(
    ("typed", "lang", "key"),
    [
        ("Skane", "en", "skane"),
        ("Skåne", "sv", "skane"),
        ("SKÅNE", "sv", "skane"),
        ("integracao", "pt", "pt"),
        ("integracao", "en", "pt"),
        ("municipios", "pt", "pt"),
        ("regionales", "fr", "logement"),
        ("föräldrar", "sv", "sv"),
        ("foraldrar", "sv", "sv"),
    ],
)
async def test_accents_do_not_matter(filled, typed, lang, key):
    assert key in await found(filled, typed, lang)


@pytest.mark.parametrize(
    ("typed", "lang", "key"),
    [
        ("municipality", "en", "school"),
        ("training", "en", "school"),
        ("mediator", "en", "health"),
        ("family", "en", "sponsorship"),
        ("Sprachkursen", "de", "sprache"),
        ("Stadt Sprachkurs", "de", "sprache"),
        ("Betrieb", "de", "arbeit"),
        ("taller", "es", "empleo"),
        ("trabajador taller", "es", "empleo"),
        ("município", "pt", "pt"),
        ("integrações", "pt", "pt"),
        ("logement temporaire", "fr", "logement"),
        ("association régional", "fr", "logement"),
        ("lavoratore stagionale", "it", "lavoro"),
        ("sfruttamenti", "it", "lavoro"),
        ("kommuner", "sv", "sv"),
        ("föräldrarna nyanländ", "sv", "sv"),
    ],
)
async def test_other_forms_of_a_word_are_found(filled, typed, lang, key):
    assert key in await found(filled, typed, lang)


@pytest.mark.parametrize(
    ("typed", "lang", "key"),
    [
        ("Wohnung", "de", "logement"),
        ("viviendas", "es", "logement"),
        ("bostäder", "sv", "logement"),
        ("employment", "en", "empleo"),
        ("formación profesional", "es", None),
    ],
)
async def test_other_words_for_the_same_are_found(filled, typed, lang, key):
    hits = await found(filled, typed, lang)
    assert hits == set() if key is None else key in hits


async def test_a_phrase_is_found_by_another_phrase(index):
    documents = [
        a_document(a_practice("one", title="Apprenticeship places")),
        a_document(a_practice("two", title="Profesional sin formación", summary="x")),
        a_document(a_practice("three", title={"es": "Formación profesional en el campo"})),
    ]
    await index.write(documents, [])
    assert await found(index, "vocational training") == {"one", "three"}
    assert "one" in await found(index, "formation professionnelle", "fr")


async def test_codes_are_found_by_their_words_in_every_language(filled):
    assert "health" in await found(filled, "Gesundheit", "de")
    assert "health" in await found(filled, "santé", "fr")
    assert "skane" in await found(filled, "Suecia", "es")


@pytest.mark.parametrize("typed", ["spons", "community spon", "mediat", "Sprachk"])
async def test_the_last_word_may_be_unfinished(filled, typed):
    assert len(await found(filled, typed)) == 1


async def test_a_half_typed_word_finds_what_its_stem_finds(filled):
    assert "school" in await found(filled, "municipalit")


async def test_only_the_last_word_may_be_unfinished(filled):
    assert await found(filled, "partne reception") == set()
    assert await found(filled, "reception partne") == {"skane"}


async def test_a_part_of_a_german_compound_is_found(filled):
    assert "arbeit" in await found(filled, "Vermittlung", "de")


async def test_stop_words_do_not_narrow(filled):
    assert await found(filled, "the sponsorship of families by a community") == {"sponsorship"}
    assert await found(filled, "Sprachkurse für die Geflüchteten", "de") == {"sprache"}


@pytest.mark.parametrize(
    "hostile",
    [
        "' | 'a", "a & !b", "<->", "\\", "':*", "a:b", '"', '"sponsorship"', "-sponsorship", "%_%", "(((",
        "\ue000", "a" * 200, "ﬁ", "中文 العربية", "1 2 3", "x " * 100,
    ],
)  # fmt: skip
async def test_no_text_is_an_error(filled, hostile):
    await found(filled, hostile)


async def test_a_box_finds_what_stands_in_it(index):
    places = {"malmo": (55.6, 13.0), "suva": (-18.1, 178.4), "apia": (-13.8, -171.8)}
    documents = [
        a_document(a_practice(key, location={"lat": lat, "lon": lon, "precision": "site"}))
        for key, (lat, lon) in places.items()
    ]
    by_region = a_document(a_practice("lund", regions=["skane"]))
    await index.write([*documents, by_region, a_document(a_practice("nowhere"))], [])
    assert await found(index, "", bbox=BBox(10, 50, 20, 60)) == {"malmo", "lund"}
    assert await found(index, "", bbox=BBox(170, -30, -170, 0)) == {"suva", "apia"}
    assert await found(index, "", bbox=BBox(170, -30, 180, 0)) == {"suva"}
    assert await found(index, "", bbox=BBox(-180, -90, 180, 90)) == {"malmo", "lund", "suva", "apia"}
