"""Wire models."""

from typing import Any, Literal

from pydantic import Field

from servicekit.wire import ListOut, Model, TextOut, Utc

__all__ = [
    "AcceptedOut", "CompletenessOut", "DeclarationHeldOut", "DeclarationOut", "DefinitionOut",
    "DryRunOut", "ExportOut", "GivenIn", "HistoryOut", "KeyOut", "KeySetOut", "OptionOut",
    "QuestionOut", "ReceiptOut", "SectionOut", "StateOut", "StatusOut", "SubmissionIn",
    "SurveyItemOut", "SurveyListOut", "WithdrawalIn",
]  # fmt: skip

Rule = dict[str, Any]


class CompletenessOut(Model):
    """How many of a definition's texts exist in a language."""

    texts: int
    of: int


class SurveyItemOut(Model):
    """One survey in the list, in its newest version."""

    survey: str
    uri: str
    version: int
    version_hash: str
    title: TextOut
    open: bool
    open_until: Utc | None
    accepted_until: Utc | None
    languages: list[str]
    completeness: dict[str, CompletenessOut]


class OptionOut(Model):
    """One value to choose."""

    value: str
    label: TextOut
    visible_if: Rule | None


class QuestionOut(Model):
    """One question; `example` is a valid answer, in the reader's language where it is text."""

    id: str
    type: str
    label: TextOut
    help: TextOut | None
    required: bool | Rule
    visible_if: Rule | None
    options: list[OptionOut]
    constraints: dict[str, Any]
    autocomplete: str | None
    personal: bool
    example: Any


class SectionOut(Model):
    """Questions that belong together."""

    id: str
    title: TextOut
    visible_if: Rule | None
    questions: list[QuestionOut]


class DeclarationOut(Model):
    """What a person is told, or is asked to say, beside the answers."""

    id: str
    kind: Literal["notice", "licence", "consent", "statement"]
    purpose: str
    version: int
    text: TextOut
    required: bool


class DefinitionOut(Model):
    """A survey in one language."""

    survey: str
    uri: str
    version: int
    version_hash: str
    lang: str
    languages: list[str]
    title: TextOut
    open: bool
    open_until: Utc | None
    accepted_until: Utc | None
    privacy: dict[str, TextOut]
    sections: list[SectionOut]
    declarations: list[DeclarationOut]


class GivenIn(Model):
    """One declaration as the person gave it."""

    id: str
    version: int
    lang: str
    given: bool


class SubmissionIn(Model):
    """A submission. Read by the domain, which reports every fault at once; this model documents it."""

    version_hash: str = Field(description="The definition that was answered, as `version_hash` there.")
    lang: str = Field(description="Language the form was shown in.")
    answers_lang: str = Field(description="Language of the answers, BCP 47.")
    answers: dict[str, Any] = Field(description="By question id; unanswered is absent.")
    declarations: list[GivenIn]
    proof: Any = Field(None, description="Proof of work, where it is on; no part of the content.")


class WithdrawalIn(Model):
    """Taking a consent back. Documents the body; read by the domain."""

    given: Literal[False]


class ReceiptOut(Model):
    """What was received, signed: Ed25519 over the canonical JSON of all other fields."""

    receipt_version: int
    submission_id: str
    survey: str
    version_hash: str
    answers_hash: str
    received_at: str
    key_id: str
    signature: str


class AcceptedOut(Model):
    """The answer to a stored submission; the same request again gets the same bytes."""

    submission_id: str
    secret: str | None
    salt: str
    receipt: ReceiptOut
    status_url: str
    hidden_answers_dropped: list[str]


class DryRunOut(Model):
    """A submission that would be taken; nothing was stored."""

    valid: Literal[True]
    hidden_answers_dropped: list[str]


class HistoryOut(Model):
    """A state the submission came to."""

    state: str
    label: TextOut
    at: Utc


class DeclarationHeldOut(Model):
    """A declaration as it was given, and whether it was taken back."""

    id: str
    kind: str
    purpose: str
    version: int
    lang: str
    given: bool
    declared_at: Utc
    withdrawn_at: Utc | None
    text: TextOut
    withdrawable: bool


class StatusOut(Model):
    """Where a submission stands, for its holder."""

    submission_id: str
    survey: str
    title: TextOut
    version: int
    version_hash: str
    state: str
    label: TextOut
    explanation: TextOut | None
    received_at: Utc
    changed_at: Utc
    history: list[HistoryOut]
    declarations: list[DeclarationHeldOut]
    receipt: ReceiptOut
    links: dict[str, str]


class ExportOut(Model):
    """All that is held of a submission."""

    status: StatusOut
    lang: str
    answers_lang: str
    answers: dict[str, Any]
    hidden_answers_dropped: list[str]
    salt: str
    technical: dict[str, str]


class StateOut(Model):
    """What another service may know of a submission: nothing personal."""

    id: str
    survey: str
    version_hash: str
    state: str
    received_at: Utc
    changed_at: Utc


class KeyOut(Model):
    """A key that signs or signed receipts."""

    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    x: str
    kid: str
    use: Literal["sig"]
    alg: Literal["EdDSA"]
    status: Literal["active", "retired"]


class KeySetOut(Model):
    """A JWKS with every key ever used."""

    keys: list[KeyOut]


class SurveyListOut(ListOut[SurveyItemOut]):
    """One page of the surveys."""
