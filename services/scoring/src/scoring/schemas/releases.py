"""Releases as they are answered."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field as Limits

from scoring.service.citing import cite, licence_of, release_address
from scoring.service.releases import ReleaseView
from scoring.settings import Settings
from servicekit.wire import Model, Utc

from .common import In, Number, number
from .works import Reason


class LicenceOut(Model):
    """A licence by its SPDX id."""

    id: str
    url: str


class ErratumOut(Model):
    """A figure that a release corrects; the reason is null once whoever gave it has had it erased."""

    region: str
    cell: str
    corrects: str
    from_: Annotated[Number | None, Limits(serialization_alias="from", validation_alias="from_")]
    to: Number | None
    reason: str | None
    date: str


class FileOut(Model):
    """A file of a release; `sha256` in hexadecimal digits."""

    name: str
    url: str
    media_type: str
    bytes: int
    sha256: str


class WithdrawalOut(Model):
    """When and why a release was withdrawn."""

    at: Utc
    reason: str | None


class ReleaseOut(Model):
    """An immutable snapshot of an edition; only its status and its next one ever change."""

    release: str
    edition: str
    uri: str
    issued: date
    published: Utc
    status: Literal["current", "superseded", "withdrawn"]
    withdrawal: WithdrawalOut | None
    origin: Literal["published", "computed", "demonstration"]
    previous: str | None
    next: str | None
    licence: LicenceOut | None
    cite_as: str
    doi: None
    errata: list[ErratumOut]
    result_hash: str | None
    files: list[FileOut]


class ReleaseKeyOut(Model):
    """A public key as a JWK (RFC 8037); a retired one still verifies what it signed."""

    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    x: str
    kid: str
    use: Literal["sig"]
    alg: Literal["EdDSA"]
    status: Literal["active", "retired"]


class ReleaseKeysOut(Model):
    """A JWKS with every key that ever signed a release."""

    keys: list[ReleaseKeyOut]


class WithdrawalIn(In):
    """Why a release is withdrawn: shown to whoever reads it."""

    reason: Reason


def release_out(view: ReleaseView, config: Settings) -> ReleaseOut:
    """Return a release with its errata and files."""
    release, edition = view.release, view.edition
    address = release_address(config.public_base_url, release.id)
    licence = licence_of(edition.licence)
    gone = release.withdrawn_at
    return ReleaseOut(
        release=release.id,
        edition=edition.id,
        uri=config.uri("releases", release.id),
        issued=release.issued,
        published=release.loaded_at,
        status=view.status,
        withdrawal=gone and WithdrawalOut(at=gone, reason=view.proof.withdrawal_reason),
        origin=edition.kind,
        previous=view.previous,
        next=view.next,
        licence=licence and LicenceOut(**licence),
        cite_as=cite(edition.title["en"], release.id, release.issued, address),
        doi=None,
        errata=_errata(view),
        result_hash=view.proof.result_hash,
        files=[
            FileOut(
                name=file.name, url=f"{address}/files/{file.name}", media_type=file.media_type,
                bytes=file.bytes, sha256=file.sha256,
            )
            for file in view.files
        ],
    )  # fmt: skip


def _errata(view: ReleaseView) -> list[ErratumOut]:
    return [
        ErratumOut(
            region=region, cell=change.cell, corrects=erratum.corrects,
            from_=None if change.before is None else number(change.before),
            to=None if change.after is None else number(change.after),
            reason=reason, date=erratum.date,
        )
        for region, erratum, reason in view.errata
        for change in erratum.changes
    ]  # fmt: skip
