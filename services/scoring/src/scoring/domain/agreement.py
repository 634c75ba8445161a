"""How far two experts agree, on the answers each submitted first.

**What is compared.** A pair is one indicator of one assessment that both experts answered. What only one of
them answered is no pair.

**Exact share**: of all pairs, those with the same option or the same status. Finding that a region has no
competence is an answer like another, so statuses count here.

**The ordinal measures** look only at pairs where both chose an option: a status is not more or less than an
option. Each says with `n` how many pairs it stands on.

- *Within one step*: the two options are the same or neighbours among the options of the indicator, ordered
  by score. Options with equal scores are on the same step.
- *Quadratic-weighted kappa* (Cohen 1968): 1 less the mean squared distance of the pairs over the one that
  the two experts' own distributions would give by chance.
- *Krippendorff's alpha*, ordinal: 1 less observed over expected disagreement among all values, whoever of
  the two gave them, with a bootstrap interval over pairs. Pairs of one assessment share their two experts,
  which that interval does not know.

The value of an option is its score. Indicators have different numbers of options, so "the second option"
means another thing in each of them, while 50 is half way everywhere: pooled over indicators the scores are
one ordered scale. Alpha uses no more than their order, kappa their distance.

**No figure where there is none.** Nothing to compare is `no_pairs`. Where all values are the same there is
nothing that agreement could be told from: kappa and alpha are `no_variation`, never 1.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from .alpha import Alpha, Measure, Undefined, ordinal_alpha
from .questionnaire import Answer, Indicator, Questionnaire

Answers = Mapping[str, Answer]


@dataclass(frozen=True)
class FirstAnswers:
    """The answers that the two experts of one assessment submitted first, by indicator."""

    a: Answers
    b: Answers


@dataclass(frozen=True)
class Agreement:
    """The measures of agreement over one set of pairs; the module says how each is made."""

    exact: Measure
    within_one_step: Measure
    kappa: Measure
    alpha: Alpha


@dataclass(frozen=True)
class _Pair:
    indicator: Indicator
    a: Answer
    b: Answer


def of_assessment(questionnaire: Questionnaire, answers: FirstAnswers, *, seed: int) -> Agreement:
    """Return the agreement of two experts over all indicators of their assessment.

    Raises KeyError for an option that its indicator does not have.
    """
    return of_edition(questionnaire, [answers], seed=seed)


def of_indicators(
    questionnaire: Questionnaire, assessments: Sequence[FirstAnswers], *, seed: int
) -> dict[str, Agreement]:
    """Return the agreement about each indicator over all assessments, in the edition's order.

    Raises KeyError for an option that its indicator does not have.
    """
    return {one.id: _agreement(_pairs(one, assessments), seed) for one in questionnaire.indicators}


def of_edition(questionnaire: Questionnaire, assessments: Sequence[FirstAnswers], *, seed: int) -> Agreement:
    """Return the agreement over all indicators of all assessments.

    Raises KeyError for an option that its indicator does not have.
    """
    pairs = [pair for one in questionnaire.indicators for pair in _pairs(one, assessments)]
    return _agreement(pairs, seed)


def weighted_kappa(pairs: Sequence[tuple[Fraction, Fraction]]) -> Measure:
    """Return quadratic-weighted kappa of pairs of values, the first expert's value first."""
    size = len(pairs)
    if not size:
        return Measure(None, Undefined.NO_PAIRS, 0)
    firsts, seconds = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    observed = sum((count * (a - b) ** 2 for (a, b), count in Counter(pairs).items()), Fraction(0)) / size
    chance = [n * m * (a - b) ** 2 for a, n in firsts.items() for b, m in seconds.items()]
    expected = sum(chance, Fraction(0)) / size**2
    if not expected:
        return Measure(None, Undefined.NO_VARIATION, size)
    return Measure(float(1 - observed / expected), None, size)


def _pairs(indicator: Indicator, assessments: Sequence[FirstAnswers]) -> list[_Pair]:
    return [
        _Pair(indicator, both.a[indicator.id], both.b[indicator.id])
        for both in assessments
        if indicator.id in both.a and indicator.id in both.b
    ]


def _agreement(pairs: Sequence[_Pair], seed: int) -> Agreement:
    ordinal = [
        (pair.indicator, a, b)
        for pair in pairs
        if (a := pair.indicator.score_of(pair.a)) is not None
        and (b := pair.indicator.score_of(pair.b)) is not None
    ]
    values = [(a, b) for _, a, b in ordinal]
    return Agreement(
        exact=_share([pair.a == pair.b for pair in pairs]),
        within_one_step=_share([_steps(indicator, a, b) <= 1 for indicator, a, b in ordinal]),
        kappa=weighted_kappa(values),
        alpha=ordinal_alpha(values, seed=seed),
    )


def _share(agreed: Sequence[bool]) -> Measure:
    if not agreed:
        return Measure(None, Undefined.NO_PAIRS, 0)
    return Measure(sum(agreed) / len(agreed), None, len(agreed))


def _steps(indicator: Indicator, a: Fraction, b: Fraction) -> int:
    scale = sorted({option.score for option in indicator.options})
    return abs(scale.index(a) - scale.index(b))
