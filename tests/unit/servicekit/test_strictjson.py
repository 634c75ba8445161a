import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicekit.strictjson import MAX_DEPTH, MalformedJSON, loads

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(alphabet=st.characters(exclude_characters="\x00", exclude_categories=("Cs",)))
DOCUMENTS = st.recursive(
    SCALARS | TEXTS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=20
)


@given(DOCUMENTS)
def test_a_good_document_comes_back_as_it_was_sent(document):
    assert loads(json.dumps(document).encode()) == document


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"{", b"nul", b'{"a":1,"a":2}', b'{"b":[{"a":1,"a":1}]}', b"NaN", b"-Infinity", b"1e400",
        b'"\x00"', b'"\\u0000"', b'{"\\u0000":1}', b'"\\ud800"', b'"\xff"', b"\xef\xbb\xbf{}", b"[" * 20_000,
        b"[" * 20_000 + b"]" * 20_000, b"{'a':1}", b"[1,]", b"{} {}", b"\xff\xfe[\x00]\x00",
    ],
)  # fmt: skip
def test_what_parsers_disagree_about_is_refused(raw):
    with pytest.raises(MalformedJSON):
        loads(raw)


def test_depth_is_counted_in_levels():
    assert loads(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
    with pytest.raises(MalformedJSON):
        loads(b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1))


def test_long_integers_keep_their_digits():
    assert loads(b"[9007199254740993, 123456789012345678901234567890]") == [
        9007199254740993,
        123456789012345678901234567890,
    ]
