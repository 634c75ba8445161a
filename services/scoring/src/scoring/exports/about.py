"""What is told of a file in every format: title, release, licence, citation, and that it is made up."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from urllib.parse import urlencode

from scoring.domain import Edition, Release
from scoring.service.citing import cite, licence_of, release_address

from .model import About
from .words import Say

__all__ = ["about_release", "about_today"]

FIRST = date(2026, 11, 23)  # of the platform's data: what has no date of its own is as old as that


def about_release(
    say: Say, base: str, file: str, edition: Edition, release: Release | None, *, live: bool = False
) -> About:
    """Return what is to be told of a file of a release, or of an edition that has none yet.

    `live`: its workbook calculates.
    """
    known = licence_of(edition.licence)
    explained = [say("export.explained"), *([say("export.live")] if live else [])]
    issued = release.issued if release else edition.changed_at.astimezone(UTC).date()
    address, cite_as = _citation(base, edition, release, issued)
    asked = {"release": release.id} if release else {"edition": edition.id}
    return About(
        title=say(f"export.title.{_dataset(file)}", edition=say.text(edition.title)),
        lang=say.lang,
        origin=edition.kind,
        edition=edition.id,
        release=release.id if release else None,
        issued=issued,
        cite_as=cite_as,
        cite_address=address,
        href=f"{base}/v1/exports/{file}?{urlencode(asked)}",
        explained="\n\n".join(explained),
        note=say("export.demonstration") if edition.kind == "demonstration" else None,
        licence=known["id"] if known else None,
        licence_url=known["url"] if known else None,
        licence_text=_licence_text(say, known),
    )


def _citation(base: str, edition: Edition, release: Release | None, issued: date) -> tuple[str, str]:
    title = edition.title["en"]
    if release is None:
        address = f"{base}/v1/editions/{edition.id}"
        return address, f"REGIN. {title}. Edition {edition.id}, {issued.isoformat()}. {address}"
    address = release_address(base, release.id)
    return address, cite(title, release.id, issued, address)


def about_today(say: Say, base: str, file: str, moments: Sequence[datetime]) -> About:
    """Return what is to be told of what is held now and of no release; `moments`: when any of it changed."""
    title, href = say(f"export.title.{_dataset(file)}"), f"{base}/v1/exports/{file}"
    changed = max((moment.astimezone(UTC).date() for moment in moments), default=FIRST)
    return About(
        title=title,
        lang=say.lang,
        origin=None,
        edition=None,
        release=None,
        issued=changed,
        cite_as=f"REGIN. {title}. {changed.isoformat()}. {href}",
        cite_address=None,
        href=href,
        explained=say("export.explained"),
        licence=None,
        licence_url=None,
        licence_text=_licence_text(say, None),
    )


def _dataset(file: str) -> str:
    return file.partition(".")[0]


def _licence_text(say: Say, known: Mapping[str, str] | None) -> str:
    if known is None:
        return say("export.licence_of_sources")
    return say("export.licence", licence=known["id"], url=known["url"])
