"""Everyday words of every language find practices of the right kind in the real catalogue."""

import pytest

from practices.domain import Query
from tests.support.builders_practices import a_document, batches, the_practices

# As people type them: compounds, set phrases, letters without accents.
ASKED = [
    ("en", "language classes", "language"),
    ("en", "homelessness", "housing"),
    ("fr", "apprentissage de la langue", "language"),
    ("fr", "scolarisation", "education"),
    ("de", "Sprachförderung", "language"),
    ("de", "Kita", "education"),
    ("it", "corsi di italiano", "language"),
    ("it", "affitto", "housing"),
    ("es", "clases de español", "language"),
    ("es", "alquiler", "housing"),
    ("pt", "aulas de português", "language"),
    ("pt", "médicos", "health"),
    ("sv", "språkkurs", "language"),
    ("sv", "sprakkurs", "language"),
    ("sv", "språkundervisning", "language"),
    ("sv", "vård", "health"),
    ("sv", "bostadsmarknad", "housing"),
    ("sv", "förskola", "education"),
    ("sv", "flyktingmottagande", "reception"),
]


@pytest.fixture(scope="module")
async def filled(engine):
    await engine.replace(batches([a_document(doc) for doc in the_practices()]))
    return engine


@pytest.mark.parametrize(("lang", "typed", "theme"), ASKED)
async def test_everyday_words_find_the_right_kind(filled, lang, typed, theme):
    found = (await filled.search(Query(text=typed, lang=lang, limit=100))).hits
    right = {doc["id"] for doc in the_practices() if theme in doc["themes"]}
    assert right <= {hit.id for hit in found}
    assert len(found) < len(the_practices()) / 2  # and not simply everything


@pytest.mark.parametrize("text", ["ﷺ" * 150, "a" * 200, "½" * 200])
async def test_a_word_no_text_can_hold_is_no_error(filled, text):
    assert (await filled.search(Query(text=text, limit=100))).hits == ()
