"""Rebuilding: one bad document keeps nothing else out, and no other index is touched."""

from dataclasses import replace

import pytest
from meilisearch import Client

from practices.domain import Query
from tests.support.builders_practices import a_document, a_practice, batches


async def test_a_document_the_engine_refuses_keeps_no_other_out(index):
    # An id that neither engine takes.
    documents = [a_document(a_practice(f"p{n}")) for n in range(9)]
    documents.insert(4, replace(documents[0], id="no\0id"))
    refused = await index.replace(batches(documents, size=5))
    assert list(refused) == ["no\0id"]
    found = await index.search(Query(limit=100))
    assert {hit.id for hit in found.hits} == {f"p{n}" for n in range(9)}


@pytest.mark.meilisearch
@pytest.mark.parametrize("index", ["meilisearch"], indirect=True)
async def test_only_what_a_killed_rebuild_left_is_deleted(index, meilisearch_server):
    client, name = Client(meilisearch_server.url, meilisearch_server.key), index.index_name
    others = [f"{name}_staging", f"{name}_0123abcd_old", f"{name}_0123abcdef"]
    for uid in (*others, f"{name}_0123abcd"):
        client.wait_for_task(client.create_index(uid).task_uid)
    await index.replace(batches([a_document(a_practice("p"))]))
    held = {found.uid for found in client.get_indexes({"limit": 1000})["results"]}
    assert {uid for uid in held if uid.startswith(name)} == {name, *others}
