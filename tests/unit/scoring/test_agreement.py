"""How far two experts agree: against published examples, an outside package, and what must always hold."""

from fractions import Fraction
from random import Random

import krippendorff
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.domain.agreement import FirstAnswers, of_assessment, of_edition, of_indicators, weighted_kappa
from scoring.domain.alpha import Alpha, Measure, Undefined, ordinal_alpha
from tests.support.builders_questionnaires import build_answers, build_indicator, build_questionnaire

# Krippendorff's example (Computing Krippendorff's Alpha-Reliability, 2011): four coders, twelve units.
PUBLISHED = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]
SCORES = st.sampled_from([Fraction(score) for score in (0, 25, 50, 75, 100)])
PAIRS = st.lists(st.tuples(SCORES, SCORES), min_size=1, max_size=30)


def units_of(table):
    return [[Fraction(value) for value in unit if value is not None] for unit in zip(*table, strict=True)]


class TestAlpha:
    def test_the_published_example(self):
        alpha = ordinal_alpha(units_of(PUBLISHED), seed=1)
        assert alpha.value == pytest.approx(0.815, abs=5e-4)
        assert alpha.n == 11  # one unit was given one value and pairs with nothing
        assert alpha.low < alpha.value < alpha.high

    @pytest.mark.parametrize("seed", range(25))
    def test_random_data_with_gaps_against_the_package(self, seed):
        random = Random(seed)
        coders, size = random.randint(2, 5), random.randint(2, 6)
        table = [
            [random.choice([None, *range(size)]) for _ in range(random.randint(20, 20))]
            for _ in range(coders)
        ]
        data = [[float("nan") if value is None else value for value in row] for row in table]
        expected = krippendorff.alpha(data, level_of_measurement="ordinal")
        assert ordinal_alpha(units_of(table), seed=0, resamples=1).value == pytest.approx(expected, abs=1e-12)

    @pytest.mark.parametrize(
        ("units", "reason", "n"),
        [
            ([], Undefined.NO_PAIRS, 0),
            ([[Fraction(1)], []], Undefined.NO_PAIRS, 0),
            ([[Fraction(1), Fraction(1)]] * 5, Undefined.NO_VARIATION, 5),
        ],
    )
    def test_nothing_to_tell_agreement_from(self, units, reason, n):
        assert ordinal_alpha(units, seed=1) == Alpha(None, reason, n)

    def test_one_pair_has_no_interval(self):
        assert ordinal_alpha([[Fraction(0), Fraction(50)]], seed=1) == Alpha(0.0, None, 1)

    def test_an_interval_that_most_resamples_have_not_is_not_given(self):
        units = [[Fraction(0), Fraction(50)], *[[Fraction(0), Fraction(0)]] * 3]
        assert ordinal_alpha(units, seed=1) == Alpha(0.0, None, 4)

    def test_full_agreement_is_one_however_it_is_drawn(self):
        units = [[Fraction(score)] * 2 for score in (0, 25, 50, 75, 100)] * 3
        assert ordinal_alpha(units, seed=1) == Alpha(1.0, None, 15, 1.0, 1.0)

    def test_a_seed_gives_the_same_interval_whatever_the_order(self):
        units = units_of(PUBLISHED)
        assert ordinal_alpha(units, seed=7) == ordinal_alpha(units[::-1], seed=7)
        assert ordinal_alpha(units, seed=7) != ordinal_alpha(units, seed=8)

    @given(PAIRS)
    def test_it_is_at_most_one_and_does_not_ask_who_gave_which(self, pairs):
        alpha = ordinal_alpha(pairs, seed=1, resamples=20)
        assert alpha == ordinal_alpha([(b, a) for a, b in pairs], seed=1, resamples=20)
        assert alpha.value is None or alpha.value <= 1
        assert (alpha.value == 1) == (alpha.value is not None and all(a == b for a, b in pairs))

    @given(PAIRS)
    def test_only_the_order_of_the_values_counts(self, pairs):
        squared = [(a * a, b * b) for a, b in pairs]
        assert ordinal_alpha(pairs, seed=1, resamples=20) == ordinal_alpha(squared, seed=1, resamples=20)


class TestKappa:
    def test_worked_by_hand(self):
        # Squared steps: 1 + 1 + 4 of 10 pairs observed, 138 of 100 by chance: 1 - 0.6 / 1.38.
        counts = {(0, 0): 3, (50, 50): 2, (100, 100): 2, (0, 50): 1, (50, 100): 1, (100, 0): 1}
        pairs = [(Fraction(a), Fraction(b)) for (a, b), count in counts.items() for _ in range(count)]
        assert weighted_kappa(pairs) == Measure(float(1 - Fraction("0.6") / Fraction("1.38")), None, 10)

    @given(PAIRS)
    def test_it_lies_between_minus_one_and_one(self, pairs):
        kappa = weighted_kappa(pairs)
        assert kappa == weighted_kappa([(b, a) for a, b in pairs])
        assert kappa.value is None or -1 <= kappa.value <= 1


class TestAgreement:
    questionnaire = build_questionnaire(
        [
            build_indicator("A", scores=(100, 50, 0)),
            build_indicator("B", scores=(0, 25, 50, 75, 100)),
            build_indicator("C", scores=(100, 0)),
            build_indicator("D"),
        ]
    )

    def test_an_assessment(self):
        found = of_assessment(
            self.questionnaire,
            FirstAnswers(
                a=build_answers(A="a", B="a", C="no_competence", D="b"),
                b=build_answers(A="b", B="c", C="no_competence"),
            ),
            seed=1,
        )
        assert found.exact == Measure(1 / 3, None, 3)  # D was answered by one of them
        assert found.within_one_step == Measure(1 / 2, None, 2)  # a status is on no scale
        assert found.kappa.n == found.alpha.n == 2

    def test_an_option_against_a_status_is_a_disagreement_without_a_distance(self):
        both = FirstAnswers(build_answers(A="a"), build_answers(A="unknown"))
        found = of_assessment(self.questionnaire, both, seed=1)
        assert found.exact == Measure(0.0, None, 1)
        assert found.within_one_step == found.kappa == Measure(None, Undefined.NO_PAIRS, 0)
        assert found.alpha == Alpha(None, Undefined.NO_PAIRS, 0)

    def test_two_who_say_the_same_everywhere_prove_nothing(self):
        same = build_answers(A="a", C="a", D="a")
        found = of_assessment(self.questionnaire, FirstAnswers(same, same), seed=1)
        assert found.exact == found.within_one_step == Measure(1.0, None, 3)
        assert found.kappa == Measure(None, Undefined.NO_VARIATION, 3)
        assert found.alpha == Alpha(None, Undefined.NO_VARIATION, 3)

    def test_indicators_over_assessments_and_the_edition_over_both(self):
        assessments = [
            FirstAnswers(build_answers(A="a", B="a"), build_answers(A="a", B="e")),
            FirstAnswers(build_answers(A="c", B="a"), build_answers(A="b", B="a")),
        ]
        each = of_indicators(self.questionnaire, assessments, seed=1)
        assert list(each) == ["A", "B", "C", "D"]
        assert [each[one].exact.value for one in "AB"] == [0.5, 0.5]
        assert [each[one].within_one_step.value for one in "AB"] == [1.0, 0.5]
        assert each["C"].exact == Measure(None, Undefined.NO_PAIRS, 0)
        whole = of_edition(self.questionnaire, assessments, seed=1)
        assert (whole.exact.value, whole.exact.n) == (0.5, 4)

    def test_options_with_equal_scores_differ_and_are_on_one_step(self):
        questionnaire = build_questionnaire([build_indicator("A", scores=(100, 100, 50, 0))])
        both = FirstAnswers(build_answers(A="b"), build_answers(A="c"))
        assert of_assessment(questionnaire, both, seed=1).within_one_step.value == 1
        both = FirstAnswers(build_answers(A="a"), build_answers(A="b"))
        assert of_assessment(questionnaire, both, seed=1).exact.value == 0

    def test_an_option_that_is_none(self):
        both = FirstAnswers(build_answers(A="z"), build_answers(A="a"))
        with pytest.raises(KeyError, match="no option 'z'"):
            of_assessment(self.questionnaire, both, seed=1)


def test_a_measure_is_a_value_or_a_reason():
    with pytest.raises(ValueError, match="not both"):
        Measure(None, None, 0)
