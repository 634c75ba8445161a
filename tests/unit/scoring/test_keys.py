"""The key ring that signs releases."""

import json

import pytest

from scoring.keys import KeyRing, KeyRingError, is_signed, main, thumbprint


@pytest.fixture
def file(tmp_path):
    main([str(tmp_path / "ring.json")])
    return tmp_path / "ring.json"


def edited(file, change):
    document = json.loads(file.read_text())
    change(document)
    file.write_text(json.dumps(document))
    return file


def test_a_ring_signs_and_anybody_can_verify(file):
    signature = KeyRing.load(file).sign(b"message")

    assert is_signed(b"message", signature["x"], signature["value"])
    assert not is_signed(b"another", signature["x"], signature["value"])
    assert signature["key_id"] == thumbprint(signature["x"])
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_retired_key_stays_and_may_lose_its_private_part(file, tmp_path):
    old = json.loads(file.read_text())["keys"][0]
    main([str(tmp_path / "new.json")])
    ring = edited(
        tmp_path / "new.json",
        lambda d: d["keys"].append({**{k: old[k] for k in ("kid", "x", "kty", "crv")}, "status": "retired"}),
    )

    assert [key["status"] for key in KeyRing.load(ring).public()] == ["active", "retired"]
    assert all("d" not in key for key in KeyRing.load(ring).public())
    assert KeyRing.load(ring).sign(b"")["key_id"] != old["kid"]


def test_a_ring_is_never_overwritten(file):
    before = file.read_text()

    with pytest.raises(SystemExit, match="is there already"):
        main([str(file)])
    assert file.read_text() == before


@pytest.mark.parametrize("arguments", [[], ["a", "b"]])
def test_the_command_names_one_file(arguments):
    with pytest.raises(SystemExit, match="usage"):
        main(arguments)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda d: d["keys"][0].update(status="retired"), "exactly one key must be active"),
        (lambda d: d["keys"][0].pop("d"), "exactly one key must be active"),
        (lambda d: d["keys"][0].update(kid="other"), "is not a key ring"),
        (lambda d: d["keys"][0].update(d="AAAA"), "is not a key ring"),
        (lambda d: d.pop("keys"), "is not a key ring"),
    ],
)
def test_a_ring_that_cannot_be_used(file, change, why):
    secret = json.loads(file.read_text())["keys"][0]["d"]

    with pytest.raises(KeyRingError, match=why) as refused:
        KeyRing.load(edited(file, change))
    assert secret not in str(refused.value)


def test_a_ring_that_is_not_there_or_no_json(tmp_path):
    (tmp_path / "text").write_text("{")

    with pytest.raises(KeyRingError, match="cannot be read"):
        KeyRing.load(tmp_path / "none")
    with pytest.raises(KeyRingError, match="is not JSON"):
        KeyRing.load(tmp_path / "text")


def test_a_signature_in_another_spelling_is_none():
    assert not is_signed(b"", "A", "A")
