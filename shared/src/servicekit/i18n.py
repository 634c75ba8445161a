"""Which language a reader gets: the languages are data, the choice is a pure function."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Query, Request

__all__ = ["Lang", "Language", "Languages"]


@dataclass(frozen=True)
class Language:
    """A language texts exist in; `also_for` are languages whose readers are served with it."""

    code: str
    locale: str
    name: str
    fallback: tuple[str, ...] = ()
    also_for: tuple[str, ...] = ()


class Languages:
    """The platform's languages, in their order."""

    default = "en"

    def __init__(self, known: Sequence[Language]) -> None:
        self.known = tuple(known)
        self.codes = tuple(language.code for language in known)
        self._by_prefix = {code: language.code for language in known for code in language.also_for}
        self._by_prefix |= {language.code: language.code for language in known}

    @classmethod
    def load(cls, data_dir: Path) -> "Languages":
        """Read `languages.json`: adding a language needs files only."""
        items = json.loads((data_dir / "languages.json").read_text(encoding="utf-8"))
        return cls([
            Language(
                item["code"], item["locale"], item["name"],
                tuple(item["fallback"]), tuple(item.get("also_for", ())),
            )
            for item in items
        ])  # fmt: skip

    def match(self, tag: str) -> str | None:
        """Return the language that serves a tag, by prefix (`pt-BR` → `pt`, `ca` → `es`), or None."""
        return self._by_prefix.get(tag.strip().replace("_", "-").split("-")[0].lower())

    def negotiate(self, asked: str | None, accept_language: str | None) -> str:
        """Return the language for `lang=`, else `Accept-Language`, else English."""
        if asked is not None:
            return self.match(asked) or self.default
        for tag in _by_preference(accept_language or ""):
            if (found := self.match(tag)) is not None:
                return found
        return self.default


def _by_preference(header: str) -> list[str]:
    weighed: list[tuple[float, int, str]] = []
    for place, part in enumerate(header[:1000].split(",")):
        tag, _, quality = part.partition(";")
        try:
            weight = float(quality.strip().removeprefix("q=")) if quality else 1.0
        except ValueError:
            weight = 0.0
        if tag.strip() and weight > 0:
            weighed.append((-weight, place, tag))
    return [tag for _, _, tag in sorted(weighed)]


async def _language(
    request: Request,
    lang: Annotated[str | None, Query(description="Language asked for; unknown ones get English.")] = None,
) -> str:
    # The middleware has chosen already, for errors need a language too; the parameter is declared here.
    del lang
    chosen: str = request.state.lang
    return chosen


Lang = Annotated[str, Depends(_language)]
