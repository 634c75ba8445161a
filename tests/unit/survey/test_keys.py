"""The key ring: made once, read strictly, and what it derives."""

import json
from datetime import UTC, datetime

import pytest

from survey.domain.records import Schedule
from survey.keys import KeyRing, KeyRingError, main
from tests.support.builders_survey import key_ring


@pytest.fixture
def ring_file(tmp_path):
    return key_ring(tmp_path)


def test_a_ring_is_its_owners_alone_and_is_never_overwritten(ring_file):
    assert ring_file.stat().st_mode & 0o777 == 0o600
    before = ring_file.read_bytes()
    with pytest.raises(SystemExit, match="stays as it is"):
        main([str(ring_file)])
    assert ring_file.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "words"), [([], "usage"), (["a", "b"], "usage"), (["/none/x"], "cannot be written")]
)
def test_the_command_says_what_is_wrong(arguments, words):
    with pytest.raises(SystemExit, match=words):
        main(arguments)


def test_two_rings_have_nothing_in_common(tmp_path, ring_file):
    (tmp_path / "b").mkdir()
    one, two = KeyRing.load(ring_file), KeyRing.load(key_ring(tmp_path / "b"))
    assert one.active != two.active
    assert one.key_hash("k") != two.key_hash("k")
    assert one.secret(one.active, "id", "nonce") != two.secret(two.active, "id", "nonce")
    assert one.secret(two.active, "id", "nonce") is None


def test_a_secret_belongs_to_one_submission_and_one_nonce(ring_file):
    ring = KeyRing.load(ring_file)
    made = [
        ring.secret(ring.active, *pair)
        for pair in (("a", "b"), ("a", "c"), ("b", "b"), ("a\x00", "b"), ("ab", ""))
    ]
    assert len(set(made)) == len(made)
    assert ring.secret(ring.active, "a", "b") == KeyRing.load(ring_file).secret(ring.active, "a", "b")


def without(document, *path):
    *way, last = path
    for step in way:
        document = document[step]
    del document[last]


def put(document, value, *path):
    *way, last = path
    for step in way:
        document = document[step]
    document[last] = value


BROKEN = {
    "no lookup": lambda d: without(d, "lookup"),
    "no keys": lambda d: put(d, [], "keys"),
    "keys of another type": lambda d: put(d, 7, "keys"),
    "nothing active": lambda d: put(d, "retired", "keys", 0, "status"),
    "active without its private part": lambda d: without(d, "keys", 0, "d"),
    "an unknown status": lambda d: put(d, "lost", "keys", 0, "status"),
    "a wrong id": lambda d: put(d, "x", "keys", 0, "kid"),
    "a wrong public part": lambda d: put(d, "A" * 43, "keys", 0, "x"),
    "a short secret": lambda d: put(d, "AAAA", "keys", 0, "derivation"),
    "two active": lambda d: d["keys"].append(d["keys"][0]),
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_a_ring_that_is_not_whole_is_refused_without_naming_a_key(ring_file, change):
    document = json.loads(ring_file.read_text())
    private = document["keys"][0]["d"]
    change(document)
    ring_file.write_text(json.dumps(document))
    with pytest.raises(KeyRingError, match="SURVEY_SECRET_KEY_FILE") as refused:
        KeyRing.load(ring_file)
    assert private not in str(refused.value)


def test_a_ring_that_is_not_there_or_no_json_is_said_so(tmp_path):
    with pytest.raises(KeyRingError, match="is not set"):
        KeyRing.load(None)
    with pytest.raises(KeyRingError, match="cannot be read"):
        KeyRing.load(tmp_path / "none")
    (tmp_path / "text").write_text("text")
    with pytest.raises(KeyRingError, match="is not JSON"):
        KeyRing.load(tmp_path / "text")


def test_a_schedule_that_ends_before_it_ends_is_none():
    now = datetime(2026, 1, 1, tzinfo=UTC)
    later = datetime(2027, 1, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match="before"):
        Schedule(later, now)
    assert Schedule().is_open(now)
    assert Schedule().accepts(now)
    assert Schedule(now, later).is_open(now)
    assert not Schedule(now, later).is_open(later)
    assert Schedule(now, later).accepts(later)
    assert not Schedule(None, now).accepts(later)
    assert not Schedule(None, now).is_open(later)
