"""The panel as a function of its parts."""

import json

import pytest

from gateway.panels import PARTS, Head, Part, compose, links, original_page, worst

HEAD = Head(b'{"id":"skane"}', '"r1"', "2021", "2021-r1", "sv", {"self": "x"})


def part(status="fresh", version='"v"', data=b"{}"):
    return Part(status, "2026-11-23T05:00:00.000000Z", data, None, version)


def parts(**changed):
    return dict.fromkeys(PARTS, part()) | changed


def test_the_shape_is_the_contracts():
    panel = json.loads(compose(HEAD, parts()).body)
    assert list(panel) == ["region", "edition", "release", "lang", "parts", "links"]
    assert list(panel["parts"]) == ["scores", "statistics", "practices", "suggestions"]
    assert list(panel["parts"]["scores"]) == ["status", "as_of", "data", "problem"]


def test_the_same_parts_make_the_same_bytes_and_tag():
    assert compose(HEAD, parts()) == compose(HEAD, parts())


@pytest.mark.parametrize(
    ("what", "head", "changed"),
    [
        ("a part's version", HEAD, {"scores": part(version='"w"')}),
        ("a part's status", HEAD, {"practices": part("stale")}),
        ("a missing part", HEAD, {"statistics": part("missing", data=None)}),
        ("the region", Head(b"{}", '"r2"', "2021", "2021-r1", "sv", {"self": "x"}), {}),
        ("the language", Head(b"{}", '"r1"', "2021", "2021-r1", "pt", {"self": "x"}), {}),
        ("an address", Head(b"{}", '"r1"', "2021", "2021-r1", "sv", {"self": "y"}), {}),
    ],
)
def test_the_tag_changes_with(what, head, changed):
    assert compose(head, parts(**changed)).etag != compose(HEAD, parts()).etag, what


def test_two_parts_that_swap_their_versions_change_the_tag():
    one = parts(scores=part(version='"a"'), statistics=part(version='"b"'))
    other = parts(scores=part(version='"b"'), statistics=part(version='"a"'))
    assert compose(HEAD, one).etag != compose(HEAD, other).etag


@pytest.mark.parametrize(
    ("statuses", "complete"),
    [({}, True), ({"scores": part("stale")}, True), ({"scores": part("missing", data=None)}, False)],
)
def test_only_a_missing_part_makes_it_incomplete(statuses, complete):
    assert compose(HEAD, parts(**statuses)).complete is complete


@pytest.mark.parametrize(
    ("given", "expected"),
    [((), "fresh"), (("fresh",), "fresh"), (("fresh", "stale"), "stale"), (("missing", "stale"), "missing")],
)
def test_the_worst_status_wins(given, expected):
    assert worst(*given) == expected


def test_addresses_are_given_for_what_exists_only():
    assert links("http://h", {"id": "skane", "websites": []}, None, "sv") == {
        "self": "http://h/v1/regions/skane/panel?lang=sv",
        "scores": "http://h/v1/regions/skane/scores?lang=sv",
        "practices": "http://h/v1/practices?region=skane&lang=sv",
        "mipex_r": None,
        "embed": None,
        "page": None,
    }
    assert links("http://h", {"id": "skane"}, "2021", "sv")["self"].endswith("/panel?edition=2021&lang=sv")


def test_the_originals_page_is_the_one_the_data_names():
    sites = [{"url": "https://skane.se"}, {"url": "https://r.mipex.eu/skane"}]
    assert original_page({"websites": sites}) == "https://r.mipex.eu/skane"
    assert original_page({"websites": sites[:1]}) is None
