"""Keeping the answers of an expert: one or many, all of them or none."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from scoring.domain.assessment import Seat, State, Work, after_answer, check_answer, fits, shown_to_expert
from scoring.domain.questionnaire import Questionnaire
from scoring.domain.records import AnswerContent, AnswerRecord, Written, etag
from scoring.domain.refusals import InvalidWork, Outdated

from .steps import Step

__all__ = ["SavedMany", "Verdict", "holds", "save_all", "saved_many"]

Verdict = Literal["new", "changed", "same"]


@dataclass(frozen=True)
class SavedMany:
    """What happened, or in a dry run would happen, to each answer."""

    assessment: str
    state: State
    verdicts: Mapping[str, Verdict]


async def save_all(
    step: Step, contents: Mapping[str, AnswerContent], tags: Mapping[str, str | None], *, dry_run: bool
) -> dict[str, tuple[Verdict, AnswerRecord]]:
    """Keep all these answers of the expert at the step, or in a dry run say what would happen to each.

    Raises InvalidWork, AnswerClosed, Outdated; then nothing of the caller's transaction may be committed.
    """
    seat = step.seat
    assert seat is not None  # noqa: S101 - the room lets nobody else in
    _check_contents(step.questionnaire, contents, single=bool(tags))
    held = {one.indicator: one for one in await step.assessments.answers(step.id, seat, list(contents))}
    work = await step.work()
    done: dict[str, tuple[Verdict, AnswerRecord]] = {}
    for indicator, content in contents.items():
        old = held.get(indicator)
        if old is not None and old.content == content:
            done[indicator] = "same", old
            if not dry_run:
                await _answer_question(step, work, seat, indicator)
            continue
        check_answer(work, seat, indicator)
        if not holds(tags.get(indicator), old.version if old else None):
            raise Outdated(etag(old.version) if old else None)
        verdict: Verdict = "changed" if old else "new"
        if dry_run:
            done[indicator] = verdict, old or _draft(step, seat, indicator, content)
            continue
        done[indicator] = verdict, await _write(step, seat, indicator, content, old)
        await _answer_question(step, work, seat, indicator)
    if not dry_run and any(verdict != "same" for verdict, _ in done.values()):
        await step.move(step.record.state)
    return done


async def saved_many(step: Step, contents: Mapping[str, AnswerContent], *, dry_run: bool) -> SavedMany:
    """Do `save_all`, and return what happened as the expert is told it."""
    held = await save_all(step, contents, {}, dry_run=dry_run)
    assert step.seat is not None  # noqa: S101 - the room lets nobody else in
    state = shown_to_expert(step.record.state, (await step.work()).desks[step.seat])
    return SavedMany(step.id, state, {name: verdict for name, (verdict, _) in held.items()})


def holds(if_match: str | None, version: int | None) -> bool:
    """Tell whether a change may be made to what is held: without a condition always."""
    if if_match is None:
        return True
    tags = [tag.strip() for tag in if_match.split(",")]
    return version is not None and (tags == ["*"] or etag(version) in tags)


def _check_contents(
    questionnaire: Questionnaire, contents: Mapping[str, AnswerContent], *, single: bool
) -> None:
    faults: list[tuple[str, str, Mapping[str, object]]] = []
    for name, content in contents.items():
        place = "#" if single else f"#/{name}"
        indicator = questionnaire.indicator(name)
        if indicator is None:
            faults.append((place, "unknown_indicator", {"indicator": name}))
        elif not fits(indicator, content.answer):
            offered = ", ".join(option.id for option in indicator.options)
            faults.append((f"{place}/option", "unknown_option", {"options": offered}))
    if faults:
        raise InvalidWork(faults)


def _draft(step: Step, seat: Seat, indicator: str, content: AnswerContent) -> AnswerRecord:
    answer, certainty = content.answer, content.certainty
    return AnswerRecord(seat, indicator, answer, certainty, content.as_of, None, None, None, 0, step.now)


async def _write(
    step: Step, seat: Seat, indicator: str, content: AnswerContent, old: AnswerRecord | None
) -> AnswerRecord:
    async def text(kind: str, body: Any, held: Written | None) -> Written | None:
        if not body:
            return None
        return held if held is not None and held.body == body else await step.write(kind, body)

    justification = await text("justification", content.justification, old.justification if old else None)
    note = await text("note", content.note, old.note if old else None)
    sources = await text("sources", [dict(one) for one in content.sources], old.sources if old else None)
    new = AnswerRecord(
        seat, indicator, content.answer, content.certainty, content.as_of, justification, note, sources,
        (old.version if old else 0) + 1, step.now,
    )  # fmt: skip
    await step.assessments.save(step.id, new)
    payload = {
        "version": new.version, "option": new.answer.option,
        "status": new.answer.status.value if new.answer.status else None,
        "certainty": new.certainty.value, "as_of": new.as_of,
        "justification": _hash(justification), "note": _hash(note), "sources": _hash(sources),
    }  # fmt: skip
    await step.log("answered", payload, indicator=indicator, seat=seat)
    return new


async def _answer_question(step: Step, work: Work, seat: Seat, indicator: str) -> None:
    """Close the question about an answer that was given again, changed or not."""
    if indicator not in work.desks[seat].asked or step.record.state is not State.CLARIFICATION:
        return
    await step.assessments.close_questions(step.id, step.now, seat, indicator)
    await step.log("clarified", indicator=indicator, seat=seat)
    await step.move(after_answer(await step.work()))


def _hash(text: Written | None) -> str | None:
    return text.hash if text else None
