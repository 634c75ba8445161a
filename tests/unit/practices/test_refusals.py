"""What an engine refuses for good, and what only keeps it from answering now."""

import pytest

from practices.search import EngineRefused, EngineUnavailable
from practices.search.meilisearch import trouble
from practices.search.port import sift
from tests.support.builders_practices import a_document, a_practice


@pytest.mark.parametrize(
    ("kind", "code", "expected"),
    [
        ("invalid_request", "invalid_document_id", EngineRefused),
        ("invalid_request", "payload_too_large", EngineRefused),
        ("invalid_request", "index_not_found", EngineUnavailable),
        ("system", "no_space_left_on_device", EngineUnavailable),
        ("internal", "internal", EngineUnavailable),
        ("auth", "invalid_api_key", EngineUnavailable),
        (None, None, EngineUnavailable),  # cancelled, or not the engine's own answer
    ],
)
def test_only_a_fault_in_what_was_sent_is_a_refusal(kind, code, expected):
    assert trouble(kind, code) is expected


async def test_what_spoils_a_batch_is_found_and_the_rest_goes_in():
    held, calls = [], []

    async def put(documents):
        calls.append(len(documents))
        if {"p3", "p6"} & {document.id for document in documents}:
            raise EngineRefused("not so")
        held.extend(document.id for document in documents)

    documents = [a_document(a_practice(f"p{n}")) for n in range(100)]
    assert await sift(put, documents) == {"p3": "not so", "p6": "not so"}
    assert len(held) == 98
    assert len(calls) < 30
    assert await sift(put, []) == {}


async def test_an_engine_that_is_away_is_not_taken_for_a_refusal():
    async def put(_documents):
        raise EngineUnavailable("away")

    with pytest.raises(EngineUnavailable):
        await sift(put, [a_document(a_practice("a")), a_document(a_practice("b"))])
