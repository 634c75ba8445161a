"""`python -m scoring.verify FILE`: is a downloaded release equal to what its file alone gives, computed anew.

Ends with 0 when everything is equal, with 1 when something is not (the first figure that differs is named
with both values), with 2 when the file cannot be read as a release at all.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .canonical import canonical
from .domain.chain import text_hash
from .domain.documents import questionnaire_from
from .domain.engine import ENGINES
from .domain.questionnaire import Questionnaire
from .domain.releases import Figures, answer_from, answers_from, results_document
from .keys import is_signed, thumbprint
from .proof import FORMAT, HASHES, hashes

__all__ = ["Unreadable", "Verdict", "check_texts", "main", "verify"]

PARTS = frozenset({"manifest", "signature", "edition", "records", "results", "uncertainty"})
SCORE_TOLERANCE = 1e-6
RANK_TOLERANCE = 1
MAX_DRAWS = 100_000
# What a document that was tampered with may make the reading of it raise.
Broken = (
    KeyError, TypeError, ValueError, AttributeError, ArithmeticError, IndexError, RecursionError, MemoryError,
)  # fmt: skip


class Unreadable(Exception):
    """The file is no release; the message says why and what to do."""


@dataclass
class Verdict:
    """What was found: `faults` is empty when the release is equal; `told` is what else there is to say."""

    release: str
    faults: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    @property
    def equal(self) -> bool:
        """Tell whether nothing differs."""
        return not self.faults


def verify(raw: bytes, keys: Mapping[str, Any] | None = None, *, exact_only: bool = False) -> Verdict:
    """Recompute the release of a file; `keys` is the JWKS of whoever is said to have signed it.

    Raises Unreadable when the file is no release, or one of an engine that this program does not have.
    """
    document = _read(raw)
    manifest = document["manifest"]
    verdict = Verdict(str(manifest.get("release")))
    # The figures first: of all that may differ, they are what a reader wants to know.
    for check in (_check_figures, _check_intervals):
        if check is _check_figures or not exact_only:
            try:
                check(document, verdict)
            except Broken as error:
                verdict.faults.append(f"the figures cannot be computed: {type(error).__name__}: {error}")
    if exact_only:
        verdict.told.append("intervals: not simulated again (--exact-only)")
    for check_part in (_check_hashes, _check_form):
        try:
            verdict.faults.extend(check_part(document, raw))
        except Broken as error:
            verdict.faults.append(f"a part has another form: {type(error).__name__}: {error}")
    try:
        _check_signature(document, keys, verdict)
    except Broken as error:
        verdict.faults.append(f"signature: it cannot be checked: {type(error).__name__}: {error}")
    return verdict


def _parsed(raw: bytes) -> Any:
    """Return the document of a file; raises ValueError for what is none."""
    try:
        return json.loads(raw.decode("utf-8"))
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _read(raw: bytes) -> dict[str, Any]:
    try:
        document = _parsed(raw)
    except ValueError as error:
        raise Unreadable(
            f"it is no JSON ({error}). Download it again and check its SHA-256 against that of the release."
        ) from error
    if not isinstance(document, dict) or set(document) != PARTS or not _are_objects(document):
        raise Unreadable(
            "it has not the parts of a release. Take the file {release}.json of a computed release: "
            "GET /v1/releases/{release} lists it."
        )
    manifest = document["manifest"]
    if manifest.get("format") != FORMAT or manifest.get("engine") not in list(ENGINES):
        raise Unreadable(
            f"it was made in format {manifest.get('format')} by engine {manifest.get('engine')}, and this "
            f"program knows format {FORMAT} and the engines {', '.join(map(str, ENGINES))}. Take a newer one."
        )
    return document


def _are_objects(document: Mapping[str, Any]) -> bool:
    return all(isinstance(document[name], dict) for name in PARTS)


def _check_figures(document: Mapping[str, Any], verdict: Verdict) -> None:
    questionnaire = questionnaire_from(document["edition"])
    figures = _computed(document, questionnaire)
    told, computed = document["results"], results_document(figures)
    cells = 0
    for region in sorted({*told, *computed}):
        for cell in {**computed.get(region, {}), **told.get(region, {})}:
            cells += 1
            said, found = told.get(region, {}).get(cell), computed.get(region, {}).get(cell)
            if said != found:
                verdict.faults.append(
                    f"{region}, {cell}: the file says {_shown(said)}, computed anew it is {_shown(found)}"
                )
    verdict.told.append(
        f"edition {questionnaire.edition}, engine {document['manifest']['engine']}: "
        f"{cells} figures of {len(told)} regions computed anew"
    )


def _computed(document: Mapping[str, Any], questionnaire: Questionnaire) -> Figures:
    compute = ENGINES[document["manifest"]["engine"]]
    return {
        region: compute(questionnaire, {name: answer_from(one) for name, one in record["decisions"].items()})
        for region, record in document["records"].items()
    }


def _shown(figure: Mapping[str, Any] | None) -> str:
    if figure is None:
        return "nothing"
    value = figure.get("exact") if figure.get("exact") is not None else figure.get("reason")
    return f"{value} ({figure.get('answered')} of {figure.get('expected')} answered)"


def _check_hashes(document: Mapping[str, Any], _raw: bytes) -> Iterator[str]:
    manifest, found = document["manifest"], hashes(document)
    for name in HASHES:
        if manifest.get(name) != found[name]:
            yield f"{name}: the manifest says {manifest.get(name)}, of the file it is {found[name]}"


def _check_form(document: Mapping[str, Any], raw: bytes) -> Iterator[str]:
    expected = canonical(document)
    if raw != expected:
        pairs = zip(raw, expected, strict=False)
        place = next(
            (n for n, (one, other) in enumerate(pairs) if one != other), min(len(raw), len(expected))
        )
        yield f"the bytes are not those that were released: not in canonical form at byte {place}"


def _check_signature(document: Mapping[str, Any], keys: Mapping[str, Any] | None, verdict: Verdict) -> None:
    signature = document["signature"]
    kid, x, value = (str(signature.get(name)) for name in ("key_id", "x", "value"))
    if set(signature) != {"key_id", "alg", "x", "value"} or signature["alg"] != "Ed25519":
        verdict.faults.append("signature: it is of another form")
    elif thumbprint(x) != kid:
        verdict.faults.append(f"signature: the key in the file is not the key {kid}")
    elif not is_signed(canonical(document["manifest"]), x, value):
        verdict.faults.append(f"signature: it is not the key {kid}'s signature of this manifest")
    elif keys is None:
        verdict.told.append(
            f"signature: good, by the key {kid}; whose it is was not looked up "
            "(--keys with the answer of GET /v1/releases/keys)"
        )
    elif not any(key.get("kid") == kid and key.get("x") == x for key in keys["keys"]):
        verdict.faults.append(f"signature: the key {kid} is none of those given with --keys")
    else:
        verdict.told.append(f"signature: good, by the key {kid} of those given")


def _check_intervals(document: Mapping[str, Any], verdict: Verdict) -> None:
    # NumPy is needed from here on only.
    from .simulating import simulated  # noqa: PLC0415

    told, provenance = document["uncertainty"]["intervals"], document["uncertainty"]["provenance"]
    if document["manifest"]["simulation"] != provenance:
        verdict.faults.append("intervals: the manifest names another simulation than the one they come from")
    records = {
        region: (
            {name: answer_from(one) for name, one in record["decisions"].items()},
            answers_from(record["answers"]),
        )
        for region, record in document["records"].items()
    }
    draws = provenance["draws"]
    if not 1 <= draws <= MAX_DRAWS:
        raise ValueError(f"{draws} draws: from 1 to {MAX_DRAWS} are simulated again")
    found = simulated(questionnaire_from(document["edition"]), records, seed=provenance["seed"], draws=draws)
    for cell in sorted({*told, *found}):
        for region in sorted({*told.get(cell, {}), *found.get(cell, {})}):
            said, anew = told.get(cell, {}).get(region), found.get(cell, {}).get(region)
            if said is None or anew is None or not _near(said, anew):
                verdict.faults.append(
                    f"{region}, {cell}: the interval is {said}, simulated anew it is {anew}"
                )
    verdict.told.append(
        f"intervals: simulated anew ({provenance['draws']} draws, seed {provenance['seed']}, "
        f"NumPy {provenance.get('numpy')} then)"
    )


def check_texts(raw: bytes, texts: bytes, verdict: Verdict) -> None:
    """Compare what the experts wrote with the hashes that were signed; raises Unreadable.

    A text that was erased is not there any more, and its hash says nothing about it.
    """
    signed = _read(raw)["manifest"].get("justifications")
    try:
        items = _parsed(texts)["items"]
        compared = [item for item in items if item["body"] is not None]
        for item in compared:
            place = f"{item['region']}, {item['indicator']}, {item['kind']} of {item['seat']}"
            held = signed[item["region"]][item["seat"]][item["kind"]][item["indicator"]]
            if text_hash(item["body"], item["salt"]) != held:
                verdict.faults.append(f"{place}: it is not the text that was published")
    except Broken as error:
        raise Unreadable(f"its justifications are none of this release ({error!r})") from error
    verdict.told.append(f"justifications: {len(compared)} compared, {len(items) - len(compared)} erased")


def _near(said: Mapping[str, Any], anew: Mapping[str, Any]) -> bool:
    scores = all(abs(said[name] - anew[name]) <= SCORE_TOLERANCE for name in ("low", "median", "high"))
    return scores and all(abs(said[n] - anew[n]) <= RANK_TOLERANCE for n in ("rank_low", "rank_high"))


def main(arguments: Sequence[str]) -> int:
    """Verify a file and print what was found; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m scoring.verify", description="Compute a release anew.")
    parser.add_argument("file", type=Path, help="{release}.json, as downloaded")
    parser.add_argument("--keys", type=Path, help="the answer of GET /v1/releases/keys, as a file")
    parser.add_argument("--justifications", type=Path, help="{release}-justifications.json, to be compared")
    parser.add_argument("--exact-only", action="store_true", help="leave out the simulation of intervals")
    given = parser.parse_args(arguments)
    try:
        raw = given.file.read_bytes()
        keys = None if given.keys is None else _keys(given.keys)
        verdict = verify(raw, keys, exact_only=given.exact_only)
        if given.justifications is not None:
            check_texts(raw, given.justifications.read_bytes(), verdict)
    except OSError as error:
        print(f"{error.filename} cannot be read: {error.strerror}", file=sys.stderr)  # noqa: T201
        return 2
    except Unreadable as error:
        told = _printable(f"{given.file} is not a release that can be verified: {error}")
        print(told, file=sys.stderr)  # noqa: T201
        return 2
    lines = [
        f"{verdict.release}: {'equal' if verdict.equal else 'NOT equal'}",
        f"  SHA-256 of the file: {hashlib.sha256(raw).hexdigest()}",
        *(f"  {line}" for line in (*verdict.faults, *verdict.told)),
    ]
    print("\n".join(map(_printable, lines)))  # noqa: T201
    return 0 if verdict.equal else 1


def _printable(line: str) -> str:
    # A file that was tampered with must not write the line that says it is equal.
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in line)


def _keys(path: Path) -> dict[str, Any]:
    try:
        document = _parsed(path.read_bytes())
        if isinstance(document["keys"], list) and all(isinstance(key, dict) for key in document["keys"]):
            return dict(document)
    except (ValueError, KeyError, TypeError):
        pass
    raise Unreadable(f"{path} is no JWKS. Save the answer of GET /v1/releases/keys and name that file.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
