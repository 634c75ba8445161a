"""The tables of what was asked, and of what was answered; no word of an expert, and nobody's name."""

from collections.abc import Mapping, Sequence

from scoring.domain import Region
from scoring.domain.questionnaire import Answer, Indicator, Questionnaire
from scoring.domain.releases import Record
from scoring.schemas.common import number

from .live import Workings
from .model import About, Column, Dataset, Row
from .words import Say, nuts, told

__all__ = ["ANSWERS", "DECISION", "INDICATORS", "answers_table", "indicators_table", "workings"]

DECISION = "decision"
INDICATORS = (
    Column("edition", "string", "Edition that the indicator belongs to."),
    Column("indicator", "string", "Id of the indicator, unique in its edition."),
    Column("original_id", "string", "Id at its makers."),
    Column("family", "string", "Indicators of one family ask the same of different groups."),
    Column("weight", "number", "Weight in a mean over indicators."),
    Column("cells", "string", "Cells that the indicator counts in.", many=True),
    Column("question", "string", "The question."),
    Column("lang", "string", "Language that the question is really in."),
    Column("help", "string", "What helps to answer it."),
    Column("options", "string", "Ids of the options.", many=True),
    Column("option_scores", "number", "Their scores, in the same order.", many=True),
    Column("option_texts", "string", "Their texts, in the same order.", many=True),
    Column("note", "string", "What a reader must know.", many=True),
)
ANSWERS = (
    Column("edition", "string", "Edition."),
    Column("release", "string", "Release that the row is from."),
    Column("region", "string", "Id of the region."),
    Column("country", "string", "ISO 3166-1 code of the country."),
    Column("nuts", "string", "NUTS code whose territory is exactly the region's."),
    Column("indicator", "string", "Id of the indicator."),
    Column("seat", "string", "a and b for the two experts, decision for what the figures rest on."),
    Column("option", "string", "Id of the option; empty where there is a status."),
    Column("status", "string", "unknown, not_applicable or no_competence; empty where there is an option."),
    Column("score", "number", "Score of the option."),
    Column("certainty", "string", "How sure the expert is: high, medium or low."),
    Column("as_of", "string", "Date that the answer holds for."),
    Column("origin", "string", "Where the answer comes from; a code of the list origin."),
    Column("note", "string", "What a reader must know.", many=True),
)


def indicators_table(about: About, questionnaire: Questionnaire | None, edition: str, say: Say) -> Dataset:
    """Return what an edition asks; nothing for one whose figures were computed elsewhere."""
    fed = questionnaire.cells() if questionnaire else {}
    cells: dict[str, list[str]] = {}
    for cell, indicators in fed.items():
        for one in indicators:
            cells.setdefault(one.id, []).append(cell)
    asked = questionnaire.indicators if questionnaire else ()
    rows = [_indicator(about, edition, one, cells[one.id], say) for one in asked]
    return Dataset("indicators", about, INDICATORS, rows)


def _indicator(about: About, edition: str, one: Indicator, cells: Sequence[str], say: Say) -> Row:
    return (
        edition,
        one.id,
        one.original_id,
        one.family,
        number(one.weight),
        tuple(cells),
        say.text(one.question),
        say.lang_of(one.question),
        say.maybe(one.help),
        tuple(option.id for option in one.options),
        tuple(number(option.score) for option in one.options),
        tuple(say.text(option.text) for option in one.options),
        told(about, (), say),
    )


def answers_table(
    about: About,
    regions: Mapping[str, Region],
    questionnaire: Questionnaire | None,
    records: Sequence[Record],
    say: Say,
) -> Dataset:
    """Return the answers of both experts and the decisions, by region and indicator."""
    asked = questionnaire.indicators if questionnaire else ()
    rows = [
        row
        for record in records
        for indicator in asked
        for row in _rows(about, regions[record.region], indicator, record, say)
    ]
    return Dataset("answers", about, ANSWERS, rows)


def _rows(about: About, region: Region, indicator: Indicator, record: Record, say: Say) -> list[Row]:
    given: list[tuple[str, Answer, str | None, str | None]] = [
        (seat, one.answer, one.certainty, one.as_of)
        for seat, answers in sorted(record.answers.items())
        if (one := answers.get(indicator.id)) is not None
    ]
    if (decision := record.decisions.get(indicator.id)) is not None:
        given.append((DECISION, decision, None, None))
    return [
        (
            about.edition,
            about.release,
            region.id,
            region.country,
            nuts(region),
            indicator.id,
            seat,
            answer.option,
            None if answer.status is None else str(answer.status),
            _score(indicator, answer),
            certainty,
            as_of,
            about.origin,
            told(about, (), say),
        )
        for seat, answer, certainty, as_of in given
    ]


def _score(indicator: Indicator, answer: Answer) -> float | int | None:
    score = indicator.score_of(answer)
    return None if score is None else number(score)


def workings(questionnaire: Questionnaire, records: Sequence[Record], say: Say) -> Workings:
    """Return what the workbook of a release calculates from."""
    return Workings(
        questionnaire=questionnaire,
        decisions={record.region: record.decisions for record in records},
        questions={one.id: say.text(one.question) for one in questionnaire.indicators},
        options={
            (one.id, option.id): say.text(option.text)
            for one in questionnaire.indicators
            for option in one.options
        },
    )
