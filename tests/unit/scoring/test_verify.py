"""Verifying a release from its file alone: equal, or not and where."""

import json
import re
import subprocess
import sys

import pytest

from scoring.canonical import canonical, document_hash
from scoring.verify import PARTS, Unreadable, main, verify
from tests.support.builders_releases import proved, ring

KEYS = {"keys": ring().public()}


@pytest.fixture(scope="module")
def raw() -> bytes:
    return proved()


def changed(raw: bytes, change) -> bytes:
    """The file after somebody changed it and wrote it down again in canonical form."""
    document = json.loads(raw)
    change(document)
    return canonical(document)


def test_what_was_published_is_equal(raw):
    verdict = verify(raw, KEYS)

    assert verdict.equal, verdict.faults
    assert verdict.release == "small-r1"
    assert any("12 figures of 3 regions computed anew" in line for line in verdict.told)
    assert any("signature: good" in line for line in verdict.told)


def test_without_keys_it_says_that_nobody_was_looked_up(raw):
    verdict = verify(raw, exact_only=True)

    assert verdict.equal
    assert any("was not looked up" in line for line in verdict.told)
    assert any("not simulated again" in line for line in verdict.told)


def test_a_figure_that_was_changed_is_named_with_both_values(raw):
    def improve(document):
        document["results"]["alpha"]["policy_area-health"]["exact"] = "100"

    verdict = verify(changed(raw, improve), KEYS, exact_only=True)

    assert verdict.faults[0] == (
        "alpha, policy_area-health: the file says 100 (3 of 3 answered), "
        "computed anew it is 1333/25 (3 of 3 answered)"
    )
    assert any(fault.startswith("result_hash") for fault in verdict.faults)


def test_a_decision_that_was_changed_changes_figures(raw):
    def decide(document):
        document["records"]["gamma"]["decisions"]["L1"] = {"option": "a"}

    faults = verify(changed(raw, decide), KEYS, exact_only=True).faults

    assert faults[0].startswith("gamma, overall: the file says 333/10 (2 of 2 answered), computed anew")
    assert any(fault.startswith("answers_hash") for fault in faults)


def test_a_weight_that_was_changed_changes_figures(raw):
    def weigh(document):
        document["edition"]["indicators"][0]["weight"] = 3

    faults = verify(changed(raw, weigh), KEYS, exact_only=True).faults

    assert faults[0].startswith("alpha, overall: ")
    assert any(fault.startswith("edition_hash") for fault in faults)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda d: d["manifest"].update(issued="2026-11-25"), "signature: it is not"),
        (lambda d: d["records"]["alpha"]["answers"]["a"]["L1"].update(certainty="low"), "experts_hash"),
        (lambda d: d["records"]["alpha"].update(decided_at="2026"), "records_hash"),
        (
            lambda d: d["uncertainty"]["intervals"]["overall"]["alpha"].update(low=1.0),
            "alpha, overall: the in",
        ),
        (lambda d: d["results"].pop("alpha"), "alpha, overall: the file says nothing"),
        (lambda d: d["records"].pop("alpha"), "alpha, overall: the file says"),
        (lambda d: d["edition"].pop("method"), "the figures cannot be computed"),
        (lambda d: d["records"]["beta"]["decisions"].update(L1={"option": "z"}), "the figures cannot be"),
        (lambda d: d["signature"].update(key_id="x"), "signature: the key in the file"),
        (lambda d: d["signature"].pop("alg"), "signature: it is of another form"),
        (
            lambda d: d["edition"]["indicators"][0].update(weight="1e999999999"),
            "the figures cannot be computed",
        ),
        (lambda d: d["uncertainty"]["provenance"].update(draws=10**12), "the figures cannot be computed"),
        (lambda d: d["uncertainty"]["provenance"].update(draws=None), "the figures cannot be computed"),
    ],
)
def test_whatever_was_changed_is_found(raw, change, found):
    faults = verify(changed(raw, change), KEYS).faults

    assert any(fault.startswith(found) for fault in faults), faults


def test_all_made_fit_again_is_not_signed(raw):
    def forge(document):
        document["records"]["alpha"]["decided_at"] = "2020"
        document["manifest"]["records_hash"] = document_hash(document["records"])

    faults = verify(changed(raw, forge), KEYS).faults

    assert len(faults) == 1
    assert faults[0].startswith("signature: it is not the key")


def test_signed_by_somebody_else(raw):
    other = {"keys": ring(b"\x08" * 32).public()}

    assert [fault[:14] for fault in verify(raw, other).faults] == ["signature: the"]


def test_a_space_is_a_changed_byte(raw):
    assert verify(raw + b"\n", KEYS, exact_only=True).faults == [
        f"the bytes are not those that were released: not in canonical form at byte {len(raw)}"
    ]


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (b"", "it is no JSON"),
        (b"\xff", "it is no JSON"),
        (b"[]", "has not the parts of a release"),
        (b'{"manifest":{}}', "has not the parts of a release"),
        (
            canonical({**{part: {} for part in PARTS}, "manifest": {"format": 1, "engine": 99}}),
            "by engine 99, and this program knows",
        ),
    ],
)
def test_a_file_that_is_no_release(broken, why):
    with pytest.raises(Unreadable, match=re.escape(why)):
        verify(broken)


@pytest.mark.parametrize("value", ['"\\ud800"', "9" * 400, "NaN", "[" * 300 + "]" * 300])
def test_a_manifest_that_has_no_canonical_form(raw, value):
    odd = raw.replace(b'"manifest":{', f'"manifest":{{"a":{value},'.encode(), 1)

    faults = verify(odd, KEYS, exact_only=True).faults

    assert any(fault.startswith("signature: it") for fault in faults), faults


@pytest.mark.parametrize("engine", ["[]", "{}", '"1"', "null"])
def test_an_engine_that_is_none(raw, engine):
    with pytest.raises(Unreadable, match="by engine"):
        verify(changed(raw, lambda d: d["manifest"].update(engine=json.loads(engine))))


def test_a_file_cannot_write_the_verdict(raw, tmp_path, capsys):
    forged = tmp_path / "forged.json"
    forged.write_bytes(raw.replace(b'"release":"small-r1"', b'"release":"small-r1: equal\\n\\ud800"', 1))

    assert main([str(forged), "--exact-only"]) == 1
    assert capsys.readouterr().out.splitlines()[0] == "small-r1: equal\\u000a\\ud800: NOT equal"


@pytest.mark.parametrize("content", [b"[" * 100_000, b'{"keys":[1]}', b"\xff", b'{"keys":{}}'])
@pytest.mark.parametrize("option", ["--keys", "--justifications"])
def test_other_files_that_are_none(raw, tmp_path, option, content, capsys):
    good, other = tmp_path / "small-r1.json", tmp_path / "other.json"
    good.write_bytes(raw)
    other.write_bytes(content)

    assert main([str(good), "--exact-only", option, str(other)]) == 2
    assert "is not a release that can be verified" in capsys.readouterr().err


def run(*arguments):
    command = [sys.executable, "-m", "scoring.verify", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command(raw, tmp_path):
    good, bad, keys = tmp_path / "small-r1.json", tmp_path / "bad.json", tmp_path / "keys.json"
    good.write_bytes(raw)
    bad.write_bytes(raw.replace(b'"exact":"333/10"', b'"exact":"334/10"', 1))
    keys.write_text(json.dumps(KEYS))

    equal, differs = run(good, "--keys", keys), run(bad, "--keys", keys, "--exact-only")
    missing, no_keys = run(tmp_path / "none.json"), run(good, "--keys", good)

    assert (equal.returncode, equal.stdout.splitlines()[0]) == (0, "small-r1: equal")
    assert (differs.returncode, differs.stdout.splitlines()[0]) == (1, "small-r1: NOT equal")
    assert "the file says 334/10" in differs.stdout.splitlines()[2]
    assert (missing.returncode, no_keys.returncode) == (2, 2)
    assert "cannot be read" in missing.stderr
    assert "is no JWKS" in no_keys.stderr


def test_the_command_needs_none_of_the_service_libraries(raw, tmp_path):
    (tmp_path / "small-r1.json").write_bytes(raw)
    program = (
        "import sys\n"
        "for name in ('pydantic', 'fastapi', 'sqlalchemy', 'asyncpg', 'babel', 'servicekit'):\n"
        "    sys.modules[name] = None\n"
        "from scoring.verify import main\n"
        f"sys.exit(main([{str(tmp_path / 'small-r1.json')!r}]))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
