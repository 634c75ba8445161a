"""Agreement between experts as it is answered."""

from typing import Literal

from pydantic import Field

from scoring.domain.agreement import Agreement
from scoring.domain.alpha import RESAMPLES, Alpha, Measure
from scoring.service.agreeing import CaseAgreement, EditionAgreement
from servicekit.wire import Model

from .common import Origin

__all__ = ["CaseAgreementOut", "EditionAgreementOut", "case_agreement_out", "edition_agreement_out"]

SEED = "The first 48 bits, as a whole number, of the SHA-256 of the id of the release, else the edition."


class MeasureOut(Model):
    """A value, or the reason (list `agreement_reason`) why there is none, and how many pairs it stands on."""

    value: float | None
    reason: Literal["no_pairs", "no_variation"] | None
    n: int


class AlphaOut(MeasureOut):
    """Alpha with its 95 % interval; both ends are null where there is none."""

    low: float | None
    high: float | None


class AgreementOut(Model):
    """Exact share, share within one step, quadratic-weighted kappa, Krippendorff's alpha (ordinal)."""

    exact: MeasureOut
    within_one_step: MeasureOut
    kappa: MeasureOut
    alpha: AlphaOut


class IndicatorAgreementOut(Model):
    """The agreement about one indicator."""

    indicator: str
    agreement: AgreementOut


class BootstrapOut(Model):
    """How the interval of alpha was drawn."""

    seed: int = Field(description=SEED)
    resamples: int


class CaseAgreementOut(Model):
    """The agreement of two experts on what they submitted first; of one assessment its id gives the seed."""

    id: str
    submitted: bool = Field(description="Whether both have; until then there are no pairs.")
    agreement: AgreementOut
    bootstrap: BootstrapOut


class EditionAgreementOut(Model):
    """The agreement over many assessments, of all indicators together and of each in the edition's order."""

    edition: str
    release: str | None
    origin: Origin
    assessments: int
    agreement: AgreementOut
    indicators: list[IndicatorAgreementOut]
    bootstrap: BootstrapOut


def case_agreement_out(found: CaseAgreement) -> CaseAgreementOut:
    """Return the agreement in one assessment."""
    return CaseAgreementOut(
        id=found.assessment,
        submitted=found.submitted,
        agreement=_agreement(found.agreement),
        bootstrap=BootstrapOut(seed=found.seed, resamples=RESAMPLES),
    )


def edition_agreement_out(found: EditionAgreement) -> EditionAgreementOut:
    """Return the agreement over an edition or a release of it."""
    return EditionAgreementOut(
        edition=found.edition.id,
        release=found.release,
        origin=found.edition.kind,
        assessments=found.assessments,
        agreement=_agreement(found.agreement),
        indicators=[
            IndicatorAgreementOut(indicator=name, agreement=_agreement(one))
            for name, one in found.indicators.items()
        ],
        bootstrap=BootstrapOut(seed=found.seed, resamples=RESAMPLES),
    )


def _agreement(found: Agreement) -> AgreementOut:
    return AgreementOut(
        exact=_measure(found.exact),
        within_one_step=_measure(found.within_one_step),
        kappa=_measure(found.kappa),
        alpha=_alpha(found.alpha),
    )


def _measure(one: Measure) -> MeasureOut:
    return MeasureOut(value=one.value, reason=one.reason and one.reason.value, n=one.n)


def _alpha(one: Alpha) -> AlphaOut:
    return AlphaOut(**_measure(one).model_dump(), low=one.low, high=one.high)
