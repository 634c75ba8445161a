"""What tests of releases are made of: a small edition with questions, records, and who signs."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scoring.canonical import canonical
from scoring.domain.documents import questionnaire_from
from scoring.domain.engine import compute
from scoring.domain.releases import Judgement, Record, TextRef, answer_from
from scoring.keys import KeyRing, SigningKey, b64, thumbprint
from scoring.proof import Made, Signer, prove, seed_of
from scoring.service.citing import cite, licence_of, release_address
from scoring.simulating import uncertainty
from tests.support.builders_scoring import LANGUAGES, words

DECIDED = datetime(2026, 11, 24, 9, tzinfo=UTC)
AREAS = {"labour": ("L1", "L2", "L3"), "health": ("H1", "H2", "L3")}


def edition_document(name: str = "small", kind: str = "computed", **given) -> dict:
    """An edition of five questions on two axes; L3 is asked of both areas, H2 weighs half."""
    areas = ("labour", "health")
    keys = [{"key": key, "label": words(key), "definition": None, "matches": []} for key in areas]
    stages = [{"key": "plan", "label": words("Plan"), "definition": None, "matches": []}]
    document = {
        "edition": name, "kind": kind, "title": words(f"Small {name}"), "licence": "CC-BY-4.0",
        "languages": list(LANGUAGES),
        "axes": [
            {"key": "policy_area", "label": words("Policy area"), "keys": keys},
            {"key": "stage", "label": words("Stage"), "keys": stages},
        ],
        "indicators": [_indicator(one) for one in ("L1", "L2", "L3", "H1", "H2")],
        "method": {
            "overall": {"mean_of": "indicators"}, "min_coverage": 0.5,
            "rounding": {"mode": "half_up", "digits": 0}, "bands": [],
        },
        "notes": [], "sources": [],
    }  # fmt: skip
    return {**document, **given}


def _indicator(name: str) -> dict:
    scores = {"a": 100, "b": 66.7, "c": 33.3, "d": 0}
    return {
        "id": name, "question": words(f"{name}?"), "weight": 0.5 if name == "H2" else 1,
        "position": {"policy_area": [key for key, of in AREAS.items() if name in of], "stage": ["plan"]},
        "options": [{"id": key, "score": score, "text": words(key)} for key, score in scores.items()],
    }  # fmt: skip


def answers(word: str) -> dict:
    """Answers from five letters in the order L1 L2 L3 H1 H2: an option, or u n x for the statuses."""
    statuses = {"u": "unknown", "n": "not_applicable", "x": "no_competence"}
    given = zip(("L1", "L2", "L3", "H1", "H2"), word, strict=True)
    return {
        name: answer_from({"status": statuses[one]} if one in statuses else {"option": one})
        for name, one in given
    }


def record(region: str, decided: str, a: str | None = None, b: str | None = None, **given) -> Record:
    """A record; the experts answered as was decided where nothing else is said."""
    seats = {"a": a or decided, "b": b or decided}
    judged = {
        seat: {name: Judgement(one, "high", "2026") for name, one in answers(word).items()}
        for seat, word in seats.items()
    }
    return Record(region, answers(decided), judged, given.pop("decided_at", DECIDED), **given)


def text_ref(indicator: str = "L1", seat: str = "a", **given) -> TextRef:
    """A reference to a text."""
    return TextRef(**{
        "seat": seat, "indicator": indicator, "kind": "justification", "text_id": "text-1",
        "hash": "sha256:" + "5" * 64, **given,
    })  # fmt: skip


def ring(seed: bytes = b"\x07" * 32) -> KeyRing:
    """A key ring that is the same in every test."""
    private = Ed25519PrivateKey.from_private_bytes(seed)
    x = b64(private.public_key().public_bytes_raw())
    return KeyRing([SigningKey(thumbprint(x), "active", x, private)])


def signer(base: str = "http://127.0.0.1:8000") -> Signer:
    """Who signs."""
    return Signer(ring(), base)


def proved(
    *records: Record, document: Mapping | None = None, release: str = "small-r1", draws: int = 400
) -> bytes:
    """The file that proves a release of these records."""
    edition = document or edition_document()
    questionnaire = questionnaire_from(edition)
    held = sorted(records or DEFAULT, key=lambda one: one.region)
    basis = {one.region: (one.decisions, one.answers) for one in held}
    day = date(2026, 11, 24)
    made = Made(
        release=release,
        edition=edition,
        issued=day,
        previous=None,
        licence=licence_of(edition["licence"]),
        cite_as=cite(edition["title"]["en"], release, day, release_address(signer().base_url, release)),
        records=held,
        figures={one.region: compute(questionnaire, one.decisions) for one in held},
        uncertainty=uncertainty(questionnaire, basis, seed=seed_of(release), draws=draws),
    )
    return canonical(prove(made, signer()))


DEFAULT = (
    record("alpha", "abcad", b="bbcad", justifications=[text_ref()]),
    record("beta", "bbnux", a="bbnub"),
    record("gamma", "ccxxx"),
)
