"""How a query's words are read: folded, stemmed by the language, without stop words, with synonyms.

This is done here and not in the engines, so that both read a query alike. The stems are Snowball's.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import snowballstemmer

from practices.domain import fold, tokens

from .stopwords import STOP_WORDS

__all__ = [
    "ALGORITHMS", "LONGEST", "MAX_TERMS", "Phrase", "Synonyms", "Term", "edits", "stem", "stems", "terms",
]  # fmt: skip

# A language without a stemmer here (Catalan, say) is searched by its words as they are.
ALGORITHMS = {
    "en": "english", "fr": "french", "de": "german", "it": "italian",
    "es": "spanish", "pt": "portuguese", "sv": "swedish",
}  # fmt: skip
MAX_TERMS = 10
LONGEST = 60  # letters, folded; a longer "word" is an address or noise
_STEMMERS = {lang: snowballstemmer.stemmer(name) for lang, name in ALGORITHMS.items()}


@dataclass(frozen=True)
class Term:
    """One word of a query: in lower case as written, and folded."""

    written: str
    folded: str


@lru_cache(maxsize=262_144)
def stem(written: str, lang: str) -> str:
    """Return the folded stem of a lower-case word in a language.

    German is stemmed twice: `Kurse` gives `kurs`, but `Kurs` gives `kur`.
    """
    stemmer = _STEMMERS.get(lang)
    if stemmer is None:
        return fold(written)
    once = stemmer.stemWord(written)
    return fold(stemmer.stemWord(once) if lang == "de" else once)


@lru_cache(maxsize=65_536)
def stems(written: str, lang: str) -> frozenset[str]:
    """Return the stems of a word with and without its accents, for people type both."""
    return frozenset((stem(written, lang), stem(fold(written), lang)))


def terms(text: str, lang: str) -> tuple[Term, ...]:
    """Return the words of a query; stop words go, unless there is nothing else."""
    words = [_term(written, folded) for *_, written, folded in tokens(text)]
    kept = [word for word in words if word.folded not in STOP_WORDS.get(lang, ())]
    return tuple((kept or words)[:MAX_TERMS])


def _term(written: str, folded: str) -> Term:
    # One letter may fold into eighteen. A word too long for any text is cut: asked for, and not found.
    cut = folded[:LONGEST]
    return Term(written.casefold() if cut == folded else cut, cut)


def edits(one: str, other: str, most: int) -> bool:
    """Tell whether at most so many letters are missing, added, wrong or swapped with their neighbour."""
    if abs(len(one) - len(other)) > most:
        return False
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if last and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1] <= most


@dataclass(frozen=True)
class Phrase:
    """Words of one language that mean what other phrases of their group mean."""

    lang: str
    words: tuple[str, ...]

    def key(self, lang: str) -> tuple[str, ...]:
        """Return the phrase as a query's words would be read in a language."""
        return tuple(stem(term.written, lang) for term in terms(" ".join(self.words), self.lang))


class Synonyms:
    """Groups of phrases, in all languages, that mean the same."""

    def __init__(self, groups: Sequence[Sequence[Phrase]]) -> None:
        self.groups = [tuple(group) for group in groups]
        self._by_key: dict[tuple[str, tuple[str, ...]], set[int]] = {}
        for number, group in enumerate(self.groups):
            for phrase in group:
                self._by_key.setdefault((phrase.lang, phrase.key(phrase.lang)), set()).add(number)
        self._longest = max((len(key) for _, key in self._by_key), default=0)

    @classmethod
    def load(cls, path: Path) -> "Synonyms":
        """Read `data/search/synonyms.json`: a list of `{"id", "words": {language: [phrase]}}`."""
        groups = json.loads(path.read_text(encoding="utf-8"))
        return cls([
            [
                Phrase(lang, tuple(written.casefold() for *_, written, _ in tokens(phrase)))
                for lang, phrases in group["words"].items()
                for phrase in phrases
            ]
            for group in groups
        ])  # fmt: skip

    def segments(self, words: Sequence[Term]) -> Iterator[tuple[Sequence[Term], list[Phrase]]]:
        """Cut a query into phrases, the longest known first, each with the phrases that mean the same."""
        at = 0
        while at < len(words):
            for size in range(min(self._longest, len(words) - at), 0, -1):
                if found := self._same(words[at : at + size]):
                    yield words[at : at + size], found
                    at += size
                    break
            else:
                yield words[at : at + 1], []
                at += 1

    def _same(self, words: Sequence[Term]) -> list[Phrase]:
        numbers: set[int] = set()
        for lang in ALGORITHMS:
            key = tuple(stem(word.written, lang) for word in words)
            numbers |= self._by_key.get((lang, key), set())
        return [phrase for number in sorted(numbers) for phrase in self.groups[number]]

    def by_stems(self) -> Mapping[str, list[str]]:
        """Return stemmed phrase -> stemmed phrases, for an engine that expands queries by itself."""
        expanded: dict[str, set[str]] = {}
        for group in self.groups:
            values = {" ".join(stem(word, phrase.lang) for word in phrase.words) for phrase in group}
            for phrase in group:
                # The reader's language need not be that of the word typed.
                for lang in ALGORITHMS:
                    expanded.setdefault(" ".join(phrase.key(lang)), set()).update(values)
        return {key: sorted(values - {key}) for key, values in sorted(expanded.items()) if values - {key}}
