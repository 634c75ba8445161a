"""How what is held becomes what is answered, in the reader's language."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from servicekit.wire import TextOut, localise

from .domain.definition import Definition
from .domain.reading import TEXT_TYPES, texts_of
from .domain.records import DeclarationRecord, Held, Submission, Version
from .schemas import (
    CompletenessOut,
    DeclarationHeldOut,
    DeclarationOut,
    DefinitionOut,
    ExportOut,
    HistoryOut,
    OptionOut,
    QuestionOut,
    ReceiptOut,
    SectionOut,
    StateOut,
    StatusOut,
    SurveyItemOut,
)

__all__ = [
    "Words", "declaration_held_out", "definition_out", "export_out", "state_out", "status_out",
    "survey_item_out",
]  # fmt: skip

# The words of a code list's codes: label and definition, each by language.
Words = Mapping[str, Mapping[str, Any]]


def _text(document: Mapping[str, str], lang: str, definition: Definition) -> TextOut:
    text = localise(document, lang, definition.original)
    if text is None:
        raise ValueError("a text without any language")  # reading the definition refuses it
    return text


def survey_item_out(found: Version, lang: str, uri: str, now: datetime) -> SurveyItemOut:
    """Return a survey as the list shows it."""
    definition, texts = found.definition, texts_of(found.definition.document)
    return SurveyItemOut(
        survey=definition.survey,
        uri=uri,
        version=definition.version,
        version_hash=found.hash,
        title=_text(definition.document["title"], lang, definition),
        open=found.schedule.is_open(now),
        open_until=found.schedule.open_until,
        accepted_until=found.schedule.accepted_until,
        languages=list(definition.languages),
        completeness={
            code: CompletenessOut(texts=sum(code in text for text in texts), of=len(texts))
            for code in definition.languages
        },
    )


def definition_out(found: Version, lang: str, uri: str, now: datetime) -> DefinitionOut:
    """Return a definition in one language."""
    definition, document = found.definition, found.definition.document
    return DefinitionOut(
        survey=definition.survey,
        uri=uri,
        version=definition.version,
        version_hash=found.hash,
        lang=lang,
        languages=list(definition.languages),
        title=_text(document["title"], lang, definition),
        open=found.schedule.is_open(now),
        open_until=found.schedule.open_until,
        accepted_until=found.schedule.accepted_until,
        privacy={name: _text(text, lang, definition) for name, text in document["privacy"].items()},
        sections=[_section(section, lang, definition) for section in document["sections"]],
        declarations=[
            DeclarationOut(**{**item, "text": _text(item["text"], lang, definition)})
            for item in document["declarations"]
        ],
    )


def _section(section: Mapping[str, Any], lang: str, definition: Definition) -> SectionOut:
    return SectionOut(
        id=section["id"],
        title=_text(section["title"], lang, definition),
        visible_if=section["visible_if"],
        questions=[_question(question, lang, definition) for question in section["questions"]],
    )


def _question(question: Mapping[str, Any], lang: str, definition: Definition) -> QuestionOut:
    example = question["example"]
    return QuestionOut(**{
        **question,
        "label": _text(question["label"], lang, definition),
        "help": localise(question["help"], lang, definition.original),
        "options": [
            OptionOut(**{**option, "label": _text(option["label"], lang, definition)})
            for option in question["options"]
        ],
        "example": _text(example, lang, definition).text if question["type"] in TEXT_TYPES else example,
    })  # fmt: skip


def declaration_held_out(record: DeclarationRecord, definition: Definition, lang: str) -> DeclarationHeldOut:
    """Return a declaration as its giver may see it."""
    item = next(item for item in definition.document["declarations"] if item["id"] == record.id)
    return DeclarationHeldOut(
        id=record.id,
        kind=item["kind"],
        purpose=item["purpose"],
        version=record.version,
        lang=record.lang,
        given=record.given,
        declared_at=record.declared_at,
        withdrawn_at=record.withdrawn_at,
        text=_text(item["text"], lang, definition),
        withdrawable=item["kind"] == "consent" and record.given,
    )


def status_out(held: Held, definition: Definition, words: Words, lang: str) -> StatusOut:
    """Return where a submission stands; `words` are those of the list submission_status."""
    submission, address = held.submission, held.content.status_url
    base = address.removesuffix(f"/submissions/{submission.id}")
    survey = f"{base}/surveys/{submission.survey}"
    states = {"received": submission.received_at}
    return StatusOut(
        submission_id=submission.id,
        survey=submission.survey,
        title=_text(definition.document["title"], lang, definition),
        version=definition.version,
        version_hash=submission.version_hash,
        state=submission.state,
        label=_text(words[submission.state]["label"], lang, definition),
        explanation=localise(words[submission.state]["definition"], lang),
        received_at=submission.received_at,
        changed_at=submission.changed_at,
        history=[
            HistoryOut(state=state, label=_text(words[state]["label"], lang, definition), at=at)
            for state, at in states.items()
        ],
        declarations=[declaration_held_out(record, definition, lang) for record in held.declarations],
        receipt=ReceiptOut(**held.receipt),
        links={
            "self": address,
            "export": f"{address}/export",
            "survey": survey,
            "version": f"{survey}/versions/{submission.version_hash}",
            "keys": f"{base}/surveys/keys",
        },
    )


def export_out(held: Held, definition: Definition, words: Words, lang: str) -> ExportOut:
    """Return all that is held of a submission."""
    content = held.content
    return ExportOut(
        status=status_out(held, definition, words, lang),
        lang=content.lang,
        answers_lang=content.answers_lang,
        answers=json.loads(content.answers),
        hidden_answers_dropped=list(content.hidden),
        salt=content.salt,
        technical={
            "fingerprint": content.fingerprint,
            "secret_nonce": content.nonce,
            "secret_key_id": content.secret_key_id,
        },
    )


def state_out(submission: Submission) -> StateOut:
    """Return what another service may know."""
    return StateOut.model_validate(submission)
