"""The chain of a log: what is changed in it shows."""

from dataclasses import replace

import pytest
import rfc8785

from scoring.domain.chain import FIRST, canonical, link, text_hash, verify

THEN = "2026-11-25T10:00:00.000000Z"


def chain(length=4):
    entries, last = [], None
    for number in range(length):
        entry = link(
            last, assessment="x", at=THEN, actor="p", event="answered", indicator=f"I{number}", seat="a",
            payload={"option": "a", "note": None, "version": number},
        )  # fmt: skip
        entries.append(entry)
        last = entry.n, entry.hash
    return entries


def test_a_whole_chain():
    entries = chain()

    assert verify(entries) is None
    assert verify([]) is None
    assert [entry.n for entry in entries] == [1, 2, 3, 4]
    assert entries[0].previous == FIRST


@pytest.mark.parametrize(
    ("change", "n", "reason"),
    [
        (lambda e: [e[0], replace(e[1], payload={"option": "b"}), *e[2:]], 2, "hash"),
        (lambda e: [e[0], replace(e[1], actor="q"), *e[2:]], 2, "hash"),
        (lambda e: [e[0], replace(e[1], at="2026-11-25T10:00:00.000001Z"), *e[2:]], 2, "hash"),
        (lambda e: [e[0], *e[2:]], 3, "number"),
        (lambda e: e[1:], 2, "number"),
        (lambda e: [e[0], replace(e[2], n=2), e[3]], 2, "previous"),
        (lambda e: [e[0], link(None, assessment="x", at=THEN, actor="p", event="x"), *e[2:]], 1, "number"),
    ],
)
def test_a_chain_that_was_tampered_with(change, n, reason):
    broken = verify(change(chain()))

    assert (broken.n, broken.reason) == (n, reason)


@pytest.mark.parametrize(
    "value",
    [{"b": [1, None], "a": 'é\u2028\x07\x7f"\\/\n'}, {}, [], "ß", {"body": {"lang": "sv", "text": "🙂"}}],
)
def test_the_canonical_form_is_that_of_rfc_8785(value):
    assert canonical(value) == rfc8785.dumps(value)


def test_a_texts_hash_depends_on_its_salt():
    assert text_hash({"text": "x"}, "1") != text_hash({"text": "x"}, "2")
