"""What experts wrote beside a release, as a file: made whenever it is read, because an erasure empties it."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from scoring.domain.releases import Record
from scoring.repository.releases import Content, FileRow, ReleaseRepository
from servicekit.aside import aside

__all__ = ["Justifications"]

KEPT = 256  # releases
_TEXT = 1_000  # bytes, about what one takes


class Justifications:
    """Makes the files, and keeps how long each is and its hash: a whole edition's takes megabytes to write.

    What is left of the texts only ever becomes less, so with their number a file is the same.
    """

    def __init__(self) -> None:
        self._held: dict[tuple[str, int], FileRow] = {}

    async def rows(self, repository: ReleaseRepository, releases: Collection[str]) -> dict[str, FileRow]:
        """Return what is told of the files beside these releases."""
        left = await repository.texts_left(releases)
        found = {}
        for release in releases:
            key = release, left.get(release, 0)
            if key not in self._held:
                while len(self._held) >= KEPT:
                    self._held.pop(next(iter(self._held)))
                self._held[key] = (await self.content(repository, release)).file
            found[release] = self._held[key]
        return found

    async def content(self, repository: ReleaseRepository, release: str) -> Content:
        """Return the file beside a release."""
        records = await repository.records(release)
        ids = {one.text_id for record in records for one in record.justifications}
        texts = await repository.texts(ids)
        return await aside(len(ids) * _TEXT, _written, release, records, texts)


def _name(release: str) -> str:
    return f"{release}-justifications.json"


def _written(release: str, records: Sequence[Record], texts: Mapping[str, tuple[Any, str | None]]) -> Content:
    items = [item for record in records for item in _items(record, texts)]
    content = json.dumps({"release": release, "items": items}, ensure_ascii=False, indent=1).encode()
    digest = hashlib.sha256(content).hexdigest()
    return Content(FileRow(_name(release), "application/json", len(content), digest), content)


def _items(record: Record, texts: Mapping[str, tuple[Any, str | None]]) -> list[dict[str, Any]]:
    return [
        {
            "region": record.region, "seat": one.seat, "indicator": one.indicator, "kind": one.kind,
            "hash": one.hash, "body": body, "salt": salt, "erased": body is None,
        }
        for one in record.justifications
        for body, salt in [texts.get(one.text_id, (None, None))]
    ]  # fmt: skip
