"""Reading what the field recommends: whole, in every language, or not at all."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from .checks import known_codes
from .documents import BadData
from .documents.common import Doc, SourceDoc, Texts
from .documents.files import read_file
from .domain.recommendations import Recommendation

__all__ = ["read_recommendations"]

FILE = "recommendations.json"
Cell = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*-[a-z][a-z0-9_]*$")]
Sources = Annotated[list[SourceDoc], Field(min_length=1)]


class ReadDoc(Doc):
    """A recommendation with the cells that we read into it."""

    n: Annotated[int, Field(ge=1)]
    text: Texts
    suggested_cells: Annotated[list[Cell], Field(min_length=1)]
    cells_basis: Literal["our reading"]
    sources: Sources


class RecommendationsDoc(Doc):
    """`recommendations.json`: by addressee; the translations are ours."""

    original: Literal["en"]
    translation: Literal["human"]
    regional_authorities: list[ReadDoc]
    by_addressee: dict[str, list[Texts] | Sources]

    def all(self) -> Iterator[Recommendation]:
        """Yield every one in the file's order; those by addressee share their sources."""
        for one in self.regional_authorities:
            yield _made("regional_authorities", one.n, one.text, one.suggested_cells, one.sources)
        shared = [one for one in self.by_addressee.get("sources", ()) if isinstance(one, SourceDoc)]
        for addressee, texts in self.by_addressee.items():
            for n, text in enumerate(texts, 1):
                if isinstance(text, dict):
                    yield _made(addressee, n, text, (), shared)


def read_recommendations(data_dir: Path) -> list[Recommendation]:
    """Read `recommendations.json`; raises BadData with everything that is wrong, each with its place."""
    found = list(read_file(data_dir, FILE, RecommendationsDoc).all())
    if faults := list(_faults(found, data_dir)):
        raise BadData(faults)
    return found


def _faults(found: Sequence[Recommendation], data_dir: Path) -> Iterator[str]:
    known = known_codes(data_dir)
    seen: set[str] = set()
    for one in found:
        if one.addressee not in known.lists["addressee"]:
            yield f"{FILE}: {one.addressee!r} is not in the list addressee"
        if missing := [code for code in known.languages if code not in one.text]:
            yield f"{FILE}: {one.id}: no text in {', '.join(missing)}"
        if not one.sources:
            yield f"{FILE}: {one.id}: has no source"
        if one.id in seen:
            yield f"{FILE}: {one.id}: stands twice"
        seen.add(one.id)


def _made(
    addressee: str, n: int, text: Texts, cells: Sequence[str], sources: Sequence[SourceDoc]
) -> Recommendation:
    return Recommendation(addressee, n, text, tuple(cells), [one.model_dump() for one in sources])
