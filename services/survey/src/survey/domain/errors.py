"""What can go wrong for a reason that is the caller's; `lang` is the form's language when it is known."""

from collections.abc import Iterable, Sequence

from .faults import Fault

__all__ = [
    "DeclarationFinal", "DeclarationNotFound", "InvalidKey", "InvalidSubmission", "KeyReused", "MissingKey",
    "SubmissionErased", "SubmissionNotFound", "SurveyClosed", "SurveyError", "SurveyNotFound", "TwinInFlight",
    "VersionNotFound",
]  # fmt: skip


class SurveyError(Exception):
    """The root of this service's own errors."""

    def __init__(self, *, lang: str | None = None) -> None:
        super().__init__(type(self).__name__)
        self.lang = lang


class SurveyNotFound(SurveyError):
    """There is no survey of this id; `known` are those there are."""

    def __init__(self, survey: str, known: Iterable[str], *, lang: str | None = None) -> None:
        super().__init__(lang=lang)
        self.survey = survey
        self.known = tuple(known)


class VersionNotFound(SurveyError):
    """The survey has no version of this hash."""


class MissingKey(SurveyError):
    """A submission came without an Idempotency-Key."""


class InvalidKey(SurveyError):
    """The Idempotency-Key is not 1 to 200 visible ASCII characters."""


class KeyReused(SurveyError):
    """The Idempotency-Key was used for another content."""


class TwinInFlight(SurveyError):
    """The same key is being stored by another request, for longer than one waits."""


class SubmissionErased(SurveyError):
    """The key made a submission that was erased since."""


class SurveyClosed(SurveyError):
    """Submissions to this version are no longer taken."""


class SubmissionNotFound(SurveyError):
    """No such submission, or not this secret: nobody is told which."""


class DeclarationNotFound(SurveyError):
    """The submission holds no such declaration."""


class DeclarationFinal(SurveyError):
    """The declaration is no consent, so it cannot be taken back while the submission stands."""


class InvalidSubmission(SurveyError):
    """The content is wrong; `faults` says all of it."""

    def __init__(self, faults: Sequence[Fault], *, lang: str | None = None) -> None:
        super().__init__(lang=lang)
        self.faults = tuple(faults)
