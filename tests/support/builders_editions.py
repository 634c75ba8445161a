"""Editions that are computed: small ones by hand, and random ones."""

import json
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from tests.support.builders_scoring import LANGUAGES, words

NUMBERS = ("1", "1", "2", "3", "0.5", "0.1", "0.3", "3.7", "1.25", "0.001", "1e1", "12")
SCORES = ("0", "100", "50", "25", "75", "33.3", "66.7", "12.5", "0.1", "49.95", "99.999", "1e-1", "100.0")
COVERAGES = ("0", "0.0", "0.3", "0.3333", "0.5", "0.75", "1", "1.0")
STATUSES = ("unknown", "not_applicable", "no_competence")


def question(
    name: str, *options: float, position: Mapping[str, Sequence[str]], **given: Any
) -> dict[str, Any]:
    """A question whose options are a, b, c… with these scores."""
    document = {
        "id": name, "original_id": None, "family": None, "question": words(f"{name}?"), "help": None,
        "weight": 1,
        "position": dict(position),
        "options": [
            {"id": "abcdefgh"[place], "score": score, "text": words(str(score))}
            for place, score in enumerate(options)
        ],
    }  # fmt: skip
    return {**document, **given}


def computed(name: str = "small", **given: Any) -> dict[str, Any]:
    """The document of an edition with two areas and three questions, shown with one digit."""
    keys = [
        {"key": key, "label": words(key), "definition": None, "matches": []} for key in ("labour", "health")
    ]
    document = {
        "edition": name, "kind": "computed", "title": words(name), "licence": "CC-BY-4.0",
        "languages": list(LANGUAGES),
        "axes": [{"key": "area", "label": words("Area"), "keys": keys}],
        "indicators": [
            question("L1", 100, 50, 0, position={"area": ["labour"]}, weight=0.1),
            question("L2", 100, 0, position={"area": ["labour", "health"]}, weight=0.2),
            question("H1", 99.9, 33.3, position={"area": ["health"]}, family="health"),
        ],
        "method": {
            "overall": {"mean_of": "indicators"}, "min_coverage": 0.5,
            "rounding": {"mode": "half_up", "digits": 1},
            "bands": [
                {"key": "low", "from": 0, "label": words("Low")},
                {"key": "high", "from": 60.5, "label": words("High")},
            ],
        },
        "notes": [], "sources": [],
    }  # fmt: skip
    return {**document, **given}


class Number(str):
    """The text of a number, written into JSON as it stands."""

    __slots__ = ()


def random_edition(chance: Random) -> dict[str, Any]:
    """An edition of any form that the rules allow; its numbers are texts, for `written`."""
    axes = {
        f"axis{number}": [f"key{key}" for key in range(chance.randint(1, 4))]
        for number in range(chance.randint(1, 3))
    }
    indicators = [_random_indicator(f"I{number}", axes, chance) for number in range(chance.randint(1, 9))]
    for axis, keys in axes.items():
        named = {key for one in indicators for key in one["position"].get(axis, ())}
        for key in keys:
            if key not in named:
                chance.choice(indicators)["position"].setdefault(axis, []).append(key)
    groups = {"mean_of": "groups", "axis": chance.choice(list(axes))}
    starts = sorted({chance.choice(("0", "20", "33.5", "50", "66.7", "80")) for _ in range(3)}, key=float)
    return {
        "edition": "random", "kind": chance.choice(("computed", "demonstration")), "title": {"en": "Random"},
        "licence": None, "languages": ["en"],
        "axes": [
            {"key": axis, "label": {"en": axis}, "keys": [
                {"key": key, "label": {"en": key}, "definition": None, "matches": []} for key in keys
            ]}
            for axis, keys in axes.items()
        ],
        "indicators": indicators,
        "method": {
            "overall": chance.choice(({"mean_of": "indicators"}, groups)),
            "min_coverage": Number(chance.choice(COVERAGES)),
            "rounding": {"mode": "half_up", "digits": chance.randint(0, 3)},
            "bands": [
                {"key": f"band{n}", "from": Number(start), "label": {"en": start}}
                for n, start in enumerate(starts)
            ] if chance.random() < 0.7 else [],
        },
        "notes": [], "sources": [],
    }  # fmt: skip


def _random_indicator(name: str, axes: Mapping[str, list[str]], chance: Random) -> dict[str, Any]:
    position = {
        axis: chance.sample(keys, min(len(keys), chance.choice((0, 1, 1, 1, 2))))
        for axis, keys in axes.items()
    }
    return {
        "id": name, "question": {"en": name}, "weight": Number(chance.choice(NUMBERS)), "position": position,
        "options": [
            {"id": "abcde"[place], "score": Number(chance.choice(SCORES)), "text": {"en": "…"}}
            for place in range(chance.randint(1, 5))
        ],
    }  # fmt: skip


def random_answers(edition: Mapping[str, Any], chance: Random) -> dict[str, Any]:
    """Answers of any form that the rules allow; now and then nearly all are of one kind."""
    usual = chance.choice(("option", "option", "option", *STATUSES))
    answers: dict[str, Any] = {}
    for one in edition["indicators"]:
        kind = usual if chance.random() < 0.7 else chance.choice(("option", "nothing", *STATUSES))
        if kind == "option":
            answers[one["id"]] = {"option": chance.choice(one["options"])["id"]}
        elif kind != "nothing":
            answers[one["id"]] = {"status": kind}
    return answers


def written(document: Any) -> str:
    """Write JSON with every Number as its text stands."""
    if isinstance(document, Number):
        return str(document)
    if isinstance(document, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{written(v)}" for k, v in document.items()) + "}"
    if isinstance(document, list):
        return "[" + ",".join(map(written, document)) + "]"
    return json.dumps(document)
