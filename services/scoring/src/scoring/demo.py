"""The demonstration edition: the questions of another edition, answered by two made-up experts.

It exists where SCORING_DEMO=1, so that everything can be seen at work before anybody has answered anything.
It is an edition of its own, says so wherever its figures are shown, and is never mixed with others.
"""

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated

from pydantic import Field as Limits
from sqlalchemy.ext.asyncio import AsyncSession

from servicekit.text import PlainText, Slug

from .documents import BadData, Bundle, EditionDoc
from .documents.common import Doc, NoteDoc, Texts
from .documents.files import read_file
from .domain.demonstration import made_up
from .domain.documents import questionnaire_from
from .merging import Report
from .repository.editions import EditionRepository
from .repository.releases import ReleaseRepository
from .service.publishing import Publisher

__all__ = ["DemoDoc", "derived", "publish_demo", "read_demo", "with_demo"]

FILE = "demo.json"


class DemoDoc(Doc):
    """`demo.json`: which edition is demonstrated, under which name, and the seed of what is made up."""

    edition: Slug
    of: Slug
    title: Texts
    seed: Annotated[PlainText, Limits(min_length=1)]
    issued: Annotated[date, Limits(strict=False)]
    notes: Annotated[list[NoteDoc], Limits(min_length=1)]


def read_demo(data_dir: Path) -> DemoDoc:
    """Read `demo.json`; raises BadData."""
    return read_file(data_dir, FILE, DemoDoc)


def derived(demo: DemoDoc, editions: list[EditionDoc]) -> EditionDoc:
    """Return the demonstration edition; raises BadData where there is none that it could be of."""
    of = next((one for one in editions if one.edition == demo.of), None)
    if of is None or of.method is None:
        raise BadData([f"{FILE}.of: there is no edition {demo.of!r} with questions to answer"])
    if missing := [lang for lang in of.languages if lang not in demo.title]:
        raise BadData([f"{FILE}.title: no text in {', '.join(missing)}"])
    if any(one.edition == demo.edition for one in editions):
        raise BadData([f"{FILE}.edition: {demo.edition!r} is an edition of its own"])
    changes = {
        "edition": demo.edition, "kind": "demonstration", "title": demo.title,
        "notes": [*demo.notes, *of.notes],
    }  # fmt: skip
    return of.model_copy(update=changes)


async def with_demo(session: AsyncSession, bundle: Bundle, demo: DemoDoc) -> tuple[Bundle, list[str]]:
    """Return the bundle with the demonstration edition, and what is to be told.

    An edition that has a release is not changed in what its figures are computed from. For a demonstration
    that is no reason to refuse the files: it stays as it is, and is made anew where the data is.
    """
    editions = list(bundle.editions)
    edition = derived(demo, editions)
    repository = EditionRepository(session)
    held = await repository.document(edition.edition)
    document = edition.document()
    parts = ("axes", "indicators", "method")
    frozen = held is not None and any(held[0][part] != document[part] for part in parts)
    if frozen and await repository.in_use(edition.edition):
        told = f"demo: {demo.of} has changed since {edition.edition} was made, which stays as it is"
        return bundle, [told]
    return Bundle(bundle.regions, [*editions, edition], bundle.scores), []


async def publish_demo(
    session: AsyncSession, bundle: Bundle, demo: DemoDoc, publisher: Publisher, now: datetime
) -> Report:
    """Publish the demonstration's first release, once; raises CannotSign."""
    report = Report()
    edition = next((one for one in bundle.editions if one.edition == demo.edition), None)
    if edition is None or await ReleaseRepository(session).last_sequence(demo.edition):
        report.count("demonstration", changed=False)
        return report
    regions = [region.id for region in bundle.regions if region.mipex_r]
    decided_at = datetime.combine(demo.issued, time(), tzinfo=UTC)
    records = made_up(questionnaire_from(edition.document()), regions, demo.seed, decided_at)
    await publisher.publish(session, demo.edition, records, now, issued=demo.issued)
    report.count("demonstration", changed=True)
    return report
