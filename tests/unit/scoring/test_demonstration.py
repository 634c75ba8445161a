"""Made-up answers: plausible, and the same for ever."""

import hashlib
from collections import Counter

from scoring.canonical import canonical
from scoring.domain.demonstration import made_up
from scoring.domain.documents import questionnaire_from
from scoring.domain.engine import compute
from scoring.domain.questionnaire import Questionnaire
from scoring.proof import record_documents
from tests.support.builders_questionnaires import build_indicator
from tests.support.builders_releases import DECIDED, edition_document

SMALL = questionnaire_from(edition_document())
REGIONS = [f"region-{n}" for n in range(25)]


def large() -> Questionnaire:
    indicators = tuple(build_indicator(f"I{n}", scores=(100, 75, 50, 25, 0), position={}) for n in range(61))
    return Questionnaire("large", SMALL.axes, indicators, SMALL.method)


def test_the_answers_are_the_same_on_every_machine():
    raw = canonical(record_documents(made_up(SMALL, ["alpha", "beta"], "seed", DECIDED)))

    assert hashlib.sha256(raw).hexdigest() == (
        "3395509defa34cac785594066e5bde399b347643399b8f2c97dadc64cec18c12"
    )


def test_no_region_hangs_on_another_and_another_seed_is_another_demonstration():
    alone = made_up(SMALL, ["beta"], "seed", DECIDED)
    together = made_up(SMALL, ["beta", "alpha"], "seed", DECIDED)

    assert [one.region for one in together] == ["alpha", "beta"]
    assert together[1] == alone[0]
    assert made_up(SMALL, ["beta"], "other", DECIDED) != alone


def test_the_experts_differ_on_some_by_mostly_one_step():
    records = made_up(large(), REGIONS, "seed", DECIDED)
    pairs = [
        (record.answers["a"][name].answer, record.answers["b"][name].answer)
        for record in records for name in record.decisions
    ]  # fmt: skip
    different = [pair for pair in pairs if pair[0] != pair[1]]
    steps = Counter(
        abs(ord(one.option) - ord(other.option)) for one, other in different if one.option and other.option
    )

    assert 0.12 < len(different) / len(pairs) < 0.18
    assert steps[1] > 4 * steps[2] > 0
    assert set(steps) == {1, 2}


def test_a_decision_is_one_of_the_two_answers_and_an_option_where_there_is_one():
    for record in made_up(large(), REGIONS, "seed", DECIDED):
        for name, decision in record.decisions.items():
            given = [record.answers[seat][name].answer for seat in "ab"]
            assert decision in given
            assert decision.option is not None or all(answer.option is None for answer in given)


def test_there_is_something_of_everything():
    records = made_up(large(), REGIONS, "seed", DECIDED)
    statuses = Counter(one.status for record in records for one in record.decisions.values())
    certainties = Counter(
        one.certainty for record in records for seat in record.answers.values() for one in seat.values()
    )
    overall = sorted(compute(large(), record.decisions)["overall"].score for record in records)

    assert {str(status) for status in statuses if status} == {"unknown", "not_applicable", "no_competence"}
    assert certainties["high"] > certainties["medium"] > certainties["low"] > 0
    assert overall[-1] - overall[0] > 30
    assert len(set(overall)) == len(overall)
