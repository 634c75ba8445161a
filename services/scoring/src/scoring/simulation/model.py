"""What is uncertain about a figure, and how much: the model behind every interval.

A region's figures rest on answers that two experts gave and a reviewer decided, and on weights that somebody
chose. The simulation asks what the figures would have been had these been a little different. Each draw makes
all regions anew:

1. **Answers.** Where the two experts chose options with different scores, one of the two scores is drawn, as
   likely as its expert was certain (3 to 2 to 1 for high, medium and low). Where they agree, the score of the
   decided option stands, and moves to the next score of the indicator, up and down alike, with a chance that
   depends on the lower of their certainties (high: never; medium: 5 % each side; low: 15 %). At an end of the
   scale there is one side only. Where fewer than two experts chose an option, the decided one stands as one
   of low certainty. An indicator that was decided as unknown, not applicable or without competence stays
   out of every draw: coverage and reasons are not simulated, and a cell without a score has no interval.
2. **Weights.** One set of weights per draw, the same for all regions, from a Dirichlet distribution around
   the weights of the edition: an indicator of average weight varies by a fifth of it (concentration 25 per
   indicator). Where the overall score is the mean of groups, the groups stay equal.
3. **Figures.** Scores by the rules of the method, places by score among the regions that have one; equal
   scores share the better place.

A figure's interval is the 5th, 50th and 95th percentile of its draws (nearest rank: the value of an actual
draw), for the score and for the place. Two regions are **not distinguishable** in a cell where neither is
ahead in 95 % of the draws, a tie counting half for each. What the model leaves out: experts who are wrong
together, and questions that should have been others; for those `influence` leaves out one indicator at a
time, which is not part of the draws.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from scoring.domain.questionnaire import Answer, Indicator

# The counts of certainty by which the one of two different answers is drawn.
TRUST: Mapping[str, int] = {"high": 3, "medium": 2, "low": 1}
# The chance that an agreed answer was the next one, on each side.
SLIP: Mapping[str, float] = {"high": 0.0, "medium": 0.05, "low": 0.15}
# The shape of the gamma variate of an average weight: it varies by 1 ÷ √25 of itself.
CONCENTRATION = 25.0
# In percent: of an interval's ends and middle, and of the draws in which one of two has to be ahead.
PERCENTILES = (5, 50, 95)
DISTINGUISHABLE = 95

# Stored and shown beside the intervals, so that these can be read without the program.
CONSTANTS: Mapping[str, float] = {
    **{f"trust_{certainty}": trust for certainty, trust in TRUST.items()},
    **{f"slip_{certainty}": slip for certainty, slip in SLIP.items()},
    "weight_concentration": CONCENTRATION,
    "interval_low": PERCENTILES[0],
    "interval_high": PERCENTILES[2],
    "distinguishable": DISTINGUISHABLE,
}


@dataclass(frozen=True)
class Judged:
    """An expert's answer and how certain it is: high, medium or low."""

    answer: Answer
    certainty: str

    def __post_init__(self) -> None:
        if self.certainty not in TRUST:
            raise ValueError(f"a certainty is one of {', '.join(TRUST)}")


@dataclass(frozen=True)
class RegionCase:
    """What a region's figures rest on: the decisions, and what each expert had answered."""

    region: str
    decided: Mapping[str, Answer]
    experts: tuple[Mapping[str, Judged], ...]


@dataclass(frozen=True)
class Spread:
    """The scores that one answer is drawn from: `below` and `above` are the chances of the outer two."""

    low: float
    middle: float
    high: float
    below: float
    above: float

    @property
    def certain(self) -> bool:
        """Whether it is the same score in every draw."""
        return self.below == self.above == 0


def spread(indicator: Indicator, case: RegionCase) -> Spread | None:
    """Return what the indicator's score is drawn from, or None where no option was decided.

    Raises KeyError for an option that the indicator does not have.
    """
    decided = case.decided.get(indicator.id)
    if decided is None or (stands := indicator.score_of(decided)) is None:
        return None
    judged = [expert[indicator.id] for expert in case.experts if indicator.id in expert]
    scores = ((indicator.score_of(one.answer), one) for one in judged)
    chosen = [(float(score), one) for score, one in scores if score is not None]
    if len(chosen) == 2 and chosen[0][0] != chosen[1][0]:
        (low, doubter), (high, other) = sorted(chosen, key=lambda pair: pair[0])
        trust = TRUST[doubter.certainty], TRUST[other.certainty]
        return Spread(low, low, high, 0.0, trust[1] / sum(trust))
    slip = max(SLIP[one.certainty] for _, one in chosen) if len(chosen) == 2 else SLIP["low"]
    return _around(indicator, float(stands), slip)


def _around(indicator: Indicator, score: float, slip: float) -> Spread:
    if not slip:
        return Spread(score, score, score, 0.0, 0.0)
    scale = sorted({float(option.score) for option in indicator.options})
    place = scale.index(score)
    low, high = scale[max(place - 1, 0)], scale[min(place + 1, len(scale) - 1)]
    return Spread(low, score, high, slip if low < score else 0.0, slip if high > score else 0.0)
