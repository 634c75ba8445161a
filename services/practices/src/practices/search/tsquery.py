"""A practice's words as a tsvector, a reader's words as a tsquery.

A text is held by its words as they are, folded (`=skane`), and by their stems in its own language
(`sv/kommun`). A query's word finds either: the word itself, or its stem in any of the languages, for a
reader types words of other languages than that of the page. The vector is made here and not by
PostgreSQL's configurations, so that folding and stemming are the same for both engines.
"""

from collections.abc import Iterable, Mapping, Sequence

from practices.domain import tokens

from .port import FIELDS, Document
from .words import ALGORITHMS, LONGEST, Phrase, Synonyms, Term, stem, stems

__all__ = ["query", "vector", "word_query"]

_WEIGHTS = dict(zip(FIELDS, "ABCD", strict=True))
_LAST_PLACE = 16_383  # what a tsvector can count
_GAP = 10  # between two texts, so that no phrase spans them


def vector(document: Document, fields: Sequence[str] = FIELDS) -> tuple[str, set[str]]:
    """Return the tsvector of a document's fields as text, and their words for the vocabulary."""
    places: dict[str, list[str]] = {}
    words: set[str] = set()
    place = 0
    for field in fields:
        weight = _WEIGHTS[field]
        for lang, text in document.texts.get(field, {}).items():
            for _, _, written, folded in tokens(text):
                if len(folded) > LONGEST:
                    continue
                place = min(place + 1, _LAST_PLACE)
                words.add(folded)
                for lexeme in _lexemes(written.casefold(), folded, lang):
                    places.setdefault(lexeme, []).append(f"{place}{weight}")
            place += _GAP
    return " ".join(f"'{lexeme}':{','.join(at[:255])}" for lexeme, at in sorted(places.items())), words


def _lexemes(written: str, folded: str, lang: str) -> Iterable[str]:
    yield f"={folded}"
    if lang in ALGORITHMS:
        yield from (f"{lang}/{found}" for found in stems(written, lang))


def word_query(word: Term, near: Sequence[str] = (), *, prefix: bool = False) -> str:
    """Return the tsquery of one word: itself, its stems, what is near it, and what begins with it."""
    found = {f"'={word.folded}'"}
    found |= {f"'{lang}/{root}'" for lang in ALGORITHMS for root in stems(word.written, lang)}
    found |= {f"'={other}'" for other in near}
    if prefix:
        found.add(f"'={word.folded}':*")
    return f"({' | '.join(sorted(found))})"


def query(words: Sequence[Term], near: Mapping[Term, Sequence[str]], synonyms: Synonyms) -> str:
    """Return the tsquery of a reader's words: all of them, each as itself or as what means the same."""
    parts, seen = [], 0
    for segment, same in synonyms.segments(words):
        own = []
        for word in segment:
            seen += 1
            own.append(word_query(word, near.get(word, ()), prefix=seen == len(words)))
        alternatives = [" & ".join(own), *dict.fromkeys(map(_phrase, same))]
        parts.append(" | ".join(f"({one})" for one in alternatives))
    return " & ".join(f"({part})" for part in parts)


def _phrase(phrase: Phrase) -> str:
    return " <-> ".join(f"'{phrase.lang}/{stem(word, phrase.lang)}'" for word in phrase.words)
