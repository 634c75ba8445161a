"""Patterns: a small language that every engine reads alike, matched against the whole value."""

# ruff: noqa: E501 - a table of cases reads best with one case a line

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.patterns import UnsafePattern, compile_pattern
from tests.support.builders_survey import untimed

MATCHES = [
    # pattern            takes                          does not take
    ("abc",              ["abc"],                       ["ab", "abcd", " abc", "abc\n", ""]),
    ("[0-9]{5}",         ["12345"],                     ["1234", "123456", "1234x", "١٢٣٤٥"]),
    ("[A-Z]{2}-?[0-9]{1,3}", ["AB1", "AB-123"],         ["A-1", "AB--1", "AB-1234"]),
    ("[^a-z]{0,3}",      ["", "A1-"],                   ["a", "ABCD"]),
    ("a?a?a?aaa",        ["aaa", "aaaaaa"],             ["aa", "aaaaaaa"]),
    (r"\[\]\.\\",        ["[].\\"],                     ["[]x\\"]),
    ("[-a]{1,2}",        ["-a"],                        ["b"]),
    ("[a-]{1,2}",        ["-a"],                        ["b"]),
    (r"[\]\-]{2}",       ["]-"],                        ["]]]"]),
    ("é[ö-ü]{1}",        ["éö"],                        ["eo"]),
    ("a{0,2}",           ["", "aa"],                    ["aaa"]),
]  # fmt: skip

REFUSED = [
    "", "(ab)", "a|b", "a*", "a+", ".", "^a", "a$", r"\d", r"\w{2}", "a{2,}", "a{,2}", "a{2", "a{x}", "a{3,2}",
    "a{0}", "[]", "[", "[a", "[z-a]", "[[:alpha:]]", "a{1000}", "a{501}", "a{300}b{300}", "a??", "a{2}{3}", "\\",
    "[\\", "]", "}", r"\n", "\\ ", "[a-[]", "[a-", "a{٣}", "[^]", "[^", "a{1,1000}",
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "takes", "not_takes"), MATCHES)
def test_a_pattern_means_the_whole_value(pattern, takes, not_takes):
    compiled = compile_pattern(pattern)
    assert [text for text in takes if not compiled.matches(text)] == []
    assert [text for text in not_takes if compiled.matches(text)] == []


@pytest.mark.parametrize("pattern", REFUSED)
def test_what_is_outside_the_subset_is_refused(pattern):
    with pytest.raises(UnsafePattern):
        compile_pattern(pattern)


pieces = st.sampled_from(["a", "b", "[ab]", "[^a]", "[a-c]", "c?", "a{0,2}", "[bc]{1,3}", "b{2}", r"\."])


@untimed
@given(st.lists(pieces, min_size=1, max_size=8), st.text("abc.", max_size=12))
def test_it_agrees_with_a_real_engine(parts, text):
    pattern = "".join(parts)
    assert compile_pattern(pattern).matches(text) is (re.fullmatch(pattern, text) is not None)


def test_no_text_makes_it_slow():
    pattern = compile_pattern("a?" * 250 + "a" * 250)
    started = time.process_time()
    pattern.matches("a" * 249)
    pattern.matches("a" * 499 + "b")
    assert time.process_time() - started < 5
