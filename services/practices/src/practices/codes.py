"""What the values of filters are called, and which ones there are."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from babel import Locale

from servicekit.codelists import load_codelists
from servicekit.i18n import Language

from .domain import FILTERS, UNDETERMINED, Text, missing_word

__all__ = ["Codes"]

# Filters whose values are codes of a list of the same name.
_LISTS = ("role", "policy_area", "theme", "target_group", "success", "regin_relation", "aspect", "criterion")


class Codes:
    """The words of every code in every language: of our lists, and CLDR's for countries and languages."""

    def __init__(
        self, lists: Mapping[str, Mapping[str, Mapping[str, Any]]], languages: Sequence[Language]
    ) -> None:
        self.lists = lists
        self.languages = tuple(language.code for language in languages)
        # Babel types what it reads from CLDR loosely.
        self._locales: dict[str, Any] = {
            language.code: Locale.parse(language.locale, sep="-") for language in languages
        }
        english = self._locales["en"]
        self._countries = {
            code for code in english.territories if len(code) == 2 and code.isalpha()
        } - _NO_COUNTRY
        self._tongues = {code for code in english.languages if code.isalpha() and code not in _NO_LANGUAGE}

    @classmethod
    def load(cls, data_dir: Path, languages: Sequence[Language]) -> "Codes":
        """Read the catalogue's code lists."""
        return cls(load_codelists(data_dir / "codelists" / "practices"), languages)

    def known(self, facet: str) -> set[str]:
        """Return the values a filter takes; regions are known to the database instead."""
        if facet == "country":
            codes: Iterable[str] = self._countries
        elif facet in ("language", "text_language"):
            codes = self._tongues
        else:
            codes = self.lists.get(facet, {})
        return {*codes, missing_word(facet)}

    def label(self, facet: str, value: str) -> Text:
        """Return a value's words in every language; a value without words is its own, in none."""
        lists = self.lists.get(facet, {})
        if value == missing_word(facet) and value not in lists:
            lists = self.lists["facet_word"]
        if facet == "country":
            words = self._cldr("territories", value)
        elif facet in ("language", "text_language"):
            words = self._cldr("languages", value)
        else:
            words = {}
        label: Text = lists[value]["label"] if value in lists else words
        return label or {UNDETERMINED: value}

    def _cldr(self, kind: str, value: str) -> Text:
        found = {lang: getattr(locale, kind).get(value) for lang, locale in self._locales.items()}
        return {lang: name for lang, name in found.items() if name}

    def texts(self) -> dict[str, dict[str, Text]]:
        """Return every code's words in all languages, for the index."""
        found: dict[str, dict[str, Text]] = {
            name: {code: item["label"] for code, item in self.lists[name].items()} for name in _LISTS
        }
        found["country"] = {code: self._cldr("territories", code) for code in self._countries}
        return found


# CLDR also names unions, test regions and what is no language.
_NO_COUNTRY = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}
_NO_LANGUAGE = {"mul", "und", "zxx", "root"}
assert set(_LISTS) < set(FILTERS)  # noqa: S101 - a slip here would be silent
