"""The rules of computation a second time, as plainly as they can be written, from their text alone.

Nothing of the service is imported: where the two differ, one of them has misread the rules. Documents are
read from their JSON text with every number as an exact decimal, and nothing is clever or quick.
"""

import json
from decimal import Decimal
from fractions import Fraction

NOT_EXPECTED = ("not_applicable", "no_competence")


def parse(text):
    """Read JSON so that no number is rounded."""
    return json.loads(text, parse_float=Decimal)


def figures(edition, answers):
    """Return every cell's exact score (or None), reason, and how many were answered of how many expected."""
    indicators = edition["indicators"]
    found = {"overall": _cell(indicators, answers, edition["method"])}
    for axis in edition["axes"]:
        for key in axis["keys"]:
            feeding = [one for one in indicators if key["key"] in one["position"].get(axis["key"], [])]
            found[f"{axis['key']}-{key['key']}"] = _cell(feeding, answers, edition["method"])
    overall = edition["method"]["overall"]
    if overall["mean_of"] == "groups":
        axis = next(axis for axis in edition["axes"] if axis["key"] == overall["axis"])
        cells = [found[f"{axis['key']}-{key['key']}"] for key in axis["keys"]]
        found["overall"] = _mean_of(cells, found["overall"])
    return found


def shown(edition, figure):
    """Return a figure as the answer should have it."""
    score, reason, (answered, expected) = figure
    rounded = None if score is None else _half_up(score, edition["method"]["rounding"]["digits"])
    return {
        "score": None if score is None else score.numerator / score.denominator,
        "display": None if rounded is None else rounded.numerator / rounded.denominator,
        "reason": reason,
        "band": None if rounded is None else _band(edition["method"]["bands"], rounded),
        "coverage": {"answered": answered, "expected": expected},
    }


def _decided(indicator, answers):
    answer = answers.get(indicator["id"], {"status": "unknown"})
    if answer.get("status"):
        return answer["status"], None
    option = next(one for one in indicator["options"] if one["id"] == answer["option"])
    return "answered", Fraction(option["score"])


def _cell(indicators, answers, method):
    statuses, answered, expected, total, weights = [], 0, 0, Fraction(0), Fraction(0)
    for indicator in indicators:
        status, score = _decided(indicator, answers)
        statuses.append(status)
        if status not in NOT_EXPECTED:
            expected += 1
        if status == "answered":
            answered += 1
            total += Fraction(indicator["weight"]) * score
            weights += Fraction(indicator["weight"])
    coverage = (answered, expected)
    if expected == 0:
        every = all(status == "no_competence" for status in statuses)
        return None, "no_competence" if every else "not_applicable", coverage
    if answered == 0:
        return None, "unknown", coverage
    if Fraction(answered, expected) < Fraction(method["min_coverage"]):
        return None, "insufficient_coverage", coverage
    return total / weights, None, coverage


def _mean_of(cells, overall):
    _, _, coverage = overall
    counted = [(score, reason) for score, reason, (_, expected) in cells if expected > 0]
    if not counted:
        every = all(reason == "no_competence" for _, reason, _ in cells)
        return None, "no_competence" if every else "not_applicable", coverage
    if any(score is None for score, _ in counted):
        return None, "insufficient_coverage", coverage
    return sum(score for score, _ in counted) / Fraction(len(counted)), None, coverage


def _half_up(score, digits):
    whole, rest = divmod(score.numerator * 10**digits, score.denominator)
    return Fraction(whole + (1 if 2 * rest >= score.denominator else 0), 10**digits)


def _band(bands, rounded):
    chosen = None
    for band in bands:
        if Fraction(band["from"]) <= rounded:
            chosen = band["key"]
    return chosen
