"""How decisions become figures: a sentence, what was decided, and the figures that come of it."""

from fractions import Fraction

import pytest

from scoring.domain import Answer, Computed, compute, display
from tests.support.tables import Rule, rows

CELLS = [
    Rule(
        "A figure is the weighted mean of what was answered",
        "Each option has a score from 0 to 100. A figure is the sum of weight × score, divided by the sum "
        "of the weights, over the indicators that were answered. Nothing is rounded on the way.",
        """
        indicator  weight  area       decision
        I1         1       labour     100
        I2         2       labour     50
        I3         1       education  0
        """,
        """
        figure     exact   shown  answered
        overall    50      50     3 of 3
        labour     200/3   67     2 of 2
        education  0       0      1 of 1
        """,
    ),
    Rule(
        "Only the proportion of the weights matters",
        "Weights are taken as they are written, to the last digit: 0.1 and 0.2 are one to two.",
        """
        indicator  weight  area    decision
        I1         0.1     labour  100
        I2         0.2     labour  0
        """,
        """
        figure   exact  shown  answered
        overall  100/3  33     2 of 2
        labour   100/3  33     2 of 2
        """,
    ),
    Rule(
        "An indicator with two keys counts fully in both, and once in the overall",
        "I2 is about work and about school: it counts as a whole in each, and in a mean of indicators once.",
        """
        indicator  weight  area               decision
        I1         1       labour             100
        I2         1       labour, education  50
        I3         1       education          0
        """,
        """
        figure     exact  shown  answered
        overall    50     50     3 of 3
        labour     75     75     2 of 2
        education  25     25     2 of 2
        """,
    ),
    Rule(
        "Each axis is computed by itself",
        "An indicator that has no key on an axis counts in none of its figures, and in the overall still.",
        """
        indicator  weight  area    decision
        I1         1       labour  100
        I2         1       –       0
        """,
        """
        figure   exact  shown  answered
        overall  50     50     2 of 2
        labour   100    100    1 of 1
        """,
    ),
]

COVERAGE = [
    Rule(
        "Where enough was answered, the figure is that of what was answered",
        "What could be answered and was not lowers the coverage, not the score. Here half is asked for.",
        """
        indicator  weight  area    decision
        I1         1       labour  80
        I2         1       labour  unknown
        """,
        """
        figure   exact  shown  answered
        overall  80     80     1 of 2
        labour   80     80     1 of 2
        """,
    ),
    Rule(
        "Where less was answered than is asked for, there is no figure",
        "The reason is `insufficient_coverage`. Coverage counts indicators, whatever their weights.",
        """
        indicator  weight  area    decision
        I1         9       labour  80
        I2         1       labour  unknown
        I3         1       labour  unknown
        """,
        """
        figure   exact  shown                  answered
        overall  –      insufficient_coverage  1 of 3
        labour   –      insufficient_coverage  1 of 3
        """,
    ),
    Rule(
        "An indicator without a decision is unknown",
        "Leaving something out and saying that no answer was found are the same.",
        """
        indicator  weight  area       decision
        I1         1       labour     80
        I2         1       labour     –
        I3         1       education  –
        """,
        """
        figure     exact  shown                  answered
        overall    –      insufficient_coverage  1 of 3
        labour     80     80                     1 of 2
        education  –      unknown                0 of 1
        """,
    ),
    Rule(
        "What does not apply, or is not the region's to decide, is not expected",
        "It lowers neither the score nor the coverage.",
        """
        indicator  weight  area    decision
        I1         1       labour  80
        I2         1       labour  not applicable
        I3         1       labour  no competence
        """,
        """
        figure   exact  shown  answered
        overall  80     80     1 of 1
        labour   80     80     1 of 1
        """,
    ),
    Rule(
        "Where nothing was answered, the figure is unknown",
        "Also where no coverage at all is asked for: there is nothing to take the mean of.",
        """
        indicator  weight  area    decision
        I1         1       labour  unknown
        I2         1       labour  no competence
        """,
        """
        figure   exact  shown    answered
        overall  –      unknown  0 of 1
        labour   –      unknown  0 of 1
        """,
        min_coverage="0",
    ),
    Rule(
        "Where nothing is expected, the reason says why",
        "`no_competence` when the region may decide none of it, else `not_applicable`.",
        """
        indicator  weight  area       decision
        I1         1       labour     no competence
        I2         1       labour     no competence
        I3         1       education  no competence
        I4         1       education  not applicable
        """,
        """
        figure     exact  shown           answered
        overall    –      not_applicable  0 of 0
        labour     –      no_competence   0 of 0
        education  –      not_applicable  0 of 0
        """,
    ),
    Rule(
        "Coverage that is just what is asked for is enough",
        "A third of three is one: no rounding decides about it. Here 0.25 is asked for.",
        """
        indicator  weight  area    decision
        I1         1       labour  80
        I2         1       labour  unknown
        I3         1       labour  unknown
        I4         1       labour  unknown
        """,
        """
        figure   exact  shown  answered
        overall  80     80     1 of 4
        labour   80     80     1 of 4
        """,
        min_coverage="0.25",
    ),
]

EIGHT = ("labour", "family", "education", "health", "politics", "residence", "nationality", "equality")
SCORES = (91, 71, 93, 83, 80, 90, 83, 100)
# The areas are of unequal size: three questions on family, one on each of the others.
_ASKED = (1, 3, 1, 1, 1, 1, 1, 1)
_AREAS = list(zip(EIGHT, SCORES, _ASKED, strict=True))
_LINES = [
    f"{area[:3].capitalize()}{number}  1  {area}  {score}"
    for area, score, asked in _AREAS
    for number in range(1, asked + 1)
]
UNEQUAL = "\n".join(["indicator  weight  area  decision", *_LINES])
AREAS = "\n".join(f"{area}  {score}  {score}  {asked} of {asked}" for area, score, asked in _AREAS)

OVERALL = [
    Rule(
        "The mean of the groups of one axis, as the national MIPEX takes it",
        "The overall is the plain mean of the areas, whatever the number of questions in each: "
        "(91 + 71 + 93 + 83 + 80 + 90 + 83 + 100) ÷ 8 = 86.375, shown as 86. 86.375 is kept.",
        UNEQUAL,
        f"figure  exact  shown  answered\noverall  691/8  86  10 of 10\n{AREAS}",
        mean_of="areas",
    ),
    Rule(
        "The same decisions with the mean of the indicators",
        "Every question counts alike, so family, of which three were asked, counts three times: "
        "(91 + 3 × 71 + 93 + 83 + 80 + 90 + 83 + 100) ÷ 10 = 83.3, shown as 83.",
        UNEQUAL,
        f"figure  exact  shown  answered\noverall  833/10  83  10 of 10\n{AREAS}",
    ),
    Rule(
        "Unequal areas, and an overall that is seen to differ",
        "With the mean of the indicators the two questions on labour outweigh the one on health.",
        """
        indicator  weight  area    decision
        I1         1       labour  100
        I2         1       labour  100
        I3         1       health  0
        """,
        """
        figure   exact  shown  answered
        overall  200/3  67     3 of 3
        labour   100    100    2 of 2
        health   0      0      1 of 1
        """,
    ),
    Rule(
        "The same with the mean of the areas",
        "Labour and health count alike.",
        """
        indicator  weight  area    decision
        I1         1       labour  100
        I2         1       labour  100
        I3         1       health  0
        """,
        """
        figure   exact  shown  answered
        overall  50     50     3 of 3
        labour   100    100    2 of 2
        health   0      0      1 of 1
        """,
        mean_of="areas",
    ),
    Rule(
        "In a mean of areas, an area of which nothing is expected is left out",
        "The coverage of the overall is that over all indicators.",
        """
        indicator  weight  area    decision
        I1         1       labour  100
        I2         1       labour  unknown
        I3         1       health  no competence
        """,
        """
        figure   exact  shown          answered
        overall  100    100            1 of 2
        labour   100    100            1 of 2
        health   –      no_competence  0 of 0
        """,
        mean_of="areas",
    ),
    Rule(
        "In a mean of areas, one area that is not known leaves the overall unknown",
        "The reason is `insufficient_coverage`, however much of the rest was answered.",
        """
        indicator  weight  area    decision
        I1         1       labour  100
        I2         1       labour  80
        I3         1       health  unknown
        """,
        """
        figure   exact  shown                  answered
        overall  –      insufficient_coverage  2 of 3
        labour   90     90                     2 of 2
        health   –      unknown                0 of 1
        """,
        mean_of="areas",
    ),
    Rule(
        "In a mean of areas, when none is left, the reason says why",
        "`no_competence` when no area is the region's to decide.",
        """
        indicator  weight  area    decision
        I1         1       labour  no competence
        I2         1       health  no competence
        """,
        """
        figure   exact  shown          answered
        overall  –      no_competence  0 of 0
        labour   –      no_competence  0 of 0
        health   –      no_competence  0 of 0
        """,
        mean_of="areas",
    ),
    Rule(
        "In a mean of areas, when none is left and something does not apply",
        "Then the reason is `not_applicable`.",
        """
        indicator  weight  area    decision
        I1         1       labour  no competence
        I2         1       health  not applicable
        """,
        """
        figure   exact  shown           answered
        overall  –      not_applicable  0 of 0
        labour   –      no_competence   0 of 0
        health   –      not_applicable  0 of 0
        """,
        mean_of="areas",
    ),
]

ALL = [*CELLS, *COVERAGE, *OVERALL]


def written(figure: Computed, digits: int) -> list[str]:
    """Write a figure as the tables have it."""
    exact = "–" if figure.score is None else str(figure.score)
    shown = str(figure.reason) if figure.score is None else str(display(figure.score, digits))
    return [exact, shown, f"{figure.coverage.answered} of {figure.coverage.expected}"]


@pytest.mark.parametrize("rule", ALL, ids=[rule.title for rule in ALL])
def test_rule(rule):
    figures = compute(rule.questionnaire(), rule.answers())

    found = {cell.removeprefix("area-"): written(figure, rule.digits) for cell, figure in figures.items()}
    assert found == {line[0]: line[1:] for line in rows(rule.figures)[1:]}


def test_the_national_rule_keeps_the_exact_value():
    assert compute(OVERALL[0].questionnaire(), OVERALL[0].answers())["overall"].score == Fraction("86.375")


def test_the_overall_figure_comes_first_and_then_the_editions_order():
    assert list(compute(OVERALL[0].questionnaire(), {})) == ["overall", *(f"area-{area}" for area in EIGHT)]


def test_an_answer_to_another_question_is_not_looked_at():
    rule = CELLS[0]
    answers = rule.answers() | {"elsewhere": Answer(option="a")}

    assert compute(rule.questionnaire(), answers) == compute(rule.questionnaire(), rule.answers())


def test_an_option_that_is_not_there():
    with pytest.raises(KeyError, match="I1: no option 'z'"):
        compute(CELLS[0].questionnaire(), {"I1": Answer(option="z")})
