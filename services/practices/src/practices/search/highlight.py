"""Where a query's words stand in a text, as HTML that is safe whatever the text holds."""

from collections.abc import Callable, Mapping, Sequence
from html import escape

from practices.domain import tokens

from .words import Synonyms, Term, edits, stem, stems, terms

__all__ = ["Highlighter", "typos_allowed"]

# Letters before the part of a compound: what begins with a word is no compound of it.
_HEAD = 3
Test = Callable[[str, str, str], bool]


def typos_allowed(word: str) -> int:
    """Return how many letters may be wrong in a word: none under five letters, two from nine."""
    return 0 if len(word) < 5 else 1 if len(word) < 9 else 2


class Highlighter:
    """Marks the words of one query; the same for both engines, whatever they return."""

    def __init__(self, text: str, lang: str, synonyms: Synonyms) -> None:
        words = terms(text, lang)
        last = words[-1:]
        segments = synonyms.segments(words)
        same = {word: phrases for part, phrases in segments for word in part}
        self._exact: list[Test] = []
        self._near: list[Test] = []
        for word in words:
            alike = {(p.lang, stem(p.words[0], p.lang)) for p in same[word] if len(p.words) == 1}
            self._exact.append(_exactly(word, lang, alike, prefix=(word,) == last))
            self._near.append(_nearly(word))

    def mark(self, texts: Mapping[str, tuple[str, str] | None]) -> dict[str, str | None]:
        """Return fields as HTML, from field -> (text, its language) or None.

        Near misses are marked only for words that hit nothing.
        """
        found = {name: _places(value, self._exact) for name, value in texts.items()}
        missed = [
            n for n in range(len(self._exact)) if not any(n in hits for f in found.values() for *_, hits in f)
        ]
        for name, value in texts.items() if missed else ():
            found[name] += _places(value, [self._near[n] for n in missed])
        return {
            name: None if value is None else _html(value[0], [(start, end) for start, end, _ in found[name]])
            for name, value in texts.items()
        }


def _exactly(word: Term, lang: str, alike: set[tuple[str, str]], *, prefix: bool) -> Test:
    def test(written: str, folded: str, text_lang: str) -> bool:
        if folded == word.folded or (prefix and folded.startswith(word.folded)):
            return True
        own = stem(written, text_lang)
        return (
            own in stems(word.written, text_lang)
            or own in stems(word.written, lang)
            or (text_lang, own) in alike
        )

    return test


def _nearly(word: Term) -> Test:
    most = typos_allowed(word.folded)

    def test(_written: str, folded: str, _lang: str) -> bool:
        return most > 0 and (word.folded in folded[_HEAD:] or edits(word.folded, folded, most))

    return test


def _places(value: tuple[str, str] | None, tests: Sequence[Test]) -> list[tuple[int, int, list[int]]]:
    if value is None:
        return []
    text, lang = value
    places = []
    for start, end, written, folded in tokens(text):
        lowered = written.casefold()
        hits = [n for n, test in enumerate(tests) if test(lowered, folded, lang)]
        if hits:
            places.append((start, end, hits))
    return places


def _html(text: str, spans: Sequence[tuple[int, int]]) -> str:
    # Each piece is escaped by itself, so that no tag of the text's own survives and ours are the only ones.
    parts, at = [], 0
    for start, end in sorted(set(spans)):
        parts += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
        at = end
    return "".join([*parts, escape(text[at:])])
