"""Messages for people, from gettext catalogues: one `.po` file a language, keyed by symbolic ids."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

__all__ = ["Catalog"]

OWN = Path(__file__).parent / "locale"


class Catalog:
    """All messages of a service in all its languages."""

    def __init__(self, messages: Mapping[str, Mapping[str, str]]) -> None:
        self.messages = messages

    @classmethod
    def load(cls, *folders: Path) -> "Catalog":
        """Read servicekit's own messages and those of the given folders; a later folder wins."""
        messages: dict[str, dict[str, str]] = {}
        for folder in (OWN, *folders):
            for path in sorted(folder.glob("*.po")):
                with path.open("rb") as file:
                    catalog = read_po(file, locale=path.stem, abort_invalid=True)
                known = messages.setdefault(path.stem, {})
                known.update({str(m.id): str(m.string) for m in catalog if m.id and m.string})
        return cls(messages)

    def has(self, msgid: str) -> bool:
        """Tell whether a message exists (English is complete, which a test holds)."""
        return msgid in self.messages.get("en", {})

    def text(self, lang: str, msgid: str, **params: Any) -> str:
        """Return the message in the language, else in English, else its id, with params filled in."""
        for code in (lang, "en"):
            template = self.messages.get(code, {}).get(msgid)
            if template is not None:
                return template.format_map(_Known(params))
        return msgid


class _Known(dict[str, Any]):
    """Leaves a name that was not given as it stands, so that a message never fails to be shown."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
