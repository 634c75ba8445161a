"""Canonical JSON and the fingerprint of a content, by properties."""

import hashlib
import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from survey.receipts import answers_hash, canonical, fingerprint
from tests.support.builders_survey import untimed

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
numbers = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-(2**53) + 1, 2**53 - 1)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=15,
)
bodies = st.dictionaries(texts, values, max_size=5)


def shuffled(value):
    """Return the same JSON with the members of every object the other way round."""
    if isinstance(value, dict):
        return {name: shuffled(item) for name, item in reversed(value.items())}
    return [shuffled(item) for item in value] if isinstance(value, list) else value


@untimed
@given(values)
def test_it_is_what_the_reference_writes(value):
    assert canonical(value) == rfc8785.dumps(value)


@untimed
@given(st.dictionaries(st.text("abz_09"), st.text() | st.integers(-(2**53) + 1, 2**53 - 1) | st.booleans()))
def test_the_short_way_is_what_the_reference_writes(value):
    try:
        expected = rfc8785.dumps(value)
    except rfc8785.CanonicalizationError:
        return
    assert canonical(value) == expected


@untimed
@given(values)
def test_canonical_json_is_the_same_json(value):
    assert json.loads(canonical(value)) == value


@untimed
@given(values)
def test_it_does_not_depend_on_the_order_of_members(value):
    assert canonical(shuffled(value)) == canonical(value)


@untimed
@given(values)
def test_it_is_its_own_canonical_form(value):
    assert canonical(json.loads(canonical(value))) == canonical(value)


def test_names_are_ordered_by_utf_16_and_numbers_written_as_in_ecmascript():
    assert canonical({"\ufb33": 1, "\U0001f600": 2, "a": 1e21, "b": 1.0, "c": -0.0, "d": 0.1}) == (
        '{"a":1e+21,"b":1,"c":0,"d":0.1,"\U0001f600":2,"\ufb33":1}'.encode()
    )


@untimed
@given(bodies, values)
def test_the_fingerprint_leaves_proof_out(body, proof):
    body.pop("proof", None)
    assert fingerprint(shuffled(body) | {"proof": proof}) == fingerprint(body)
    assert fingerprint(body | {"proof": 2**60}) == fingerprint(body)


@untimed
@given(bodies, bodies)
def test_equal_fingerprints_mean_equal_contents(one, two):
    one.pop("proof", None)
    two.pop("proof", None)
    assert (fingerprint(one) == fingerprint(two)) is (canonical(one) == canonical(two))


@pytest.mark.parametrize("body", [{"a": 2**53}, {"a": [-(2**53)]}, [2**64]])
def test_what_has_no_canonical_form_has_no_fingerprint(body):
    assert fingerprint(body) is None


@untimed
@given(bodies, texts)
def test_the_hash_of_the_answers_is_over_answers_and_salt(answers, salt):
    whole = canonical({"salt": salt, "answers": answers})
    assert answers_hash(canonical(answers), salt) == "sha256:" + hashlib.sha256(whole).hexdigest()
    assert answers_hash(canonical(answers), salt + "x") != answers_hash(canonical(answers), salt)
