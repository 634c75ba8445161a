"""Words as they are compared: case and accents off, the same on every engine and every machine."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

__all__ = ["UNDETERMINED", "Text", "Token", "fold", "sort_key", "tokens"]

# A text document: language code -> text.
Text = Mapping[str, str]
# BCP 47 for a text in no known language: an identifier shown for want of words.
UNDETERMINED = "und"
# A word of a text: where it starts and ends, as written, and folded.
Token = tuple[int, int, str, str]

_WORD = re.compile(r"[^\W_]+")
# Letters that Unicode does not take apart into a base letter and a mark.
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
# Swedish sorts these after z, in this order; every other language of ours as the bare letter.
_SWEDISH = str.maketrans({"å": "zza", "ä": "zzb", "ö": "zzc"})
_KEY_LENGTH = 200


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Return the text in lower case, without accents and ligatures."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(char for char in apart if not unicodedata.combining(char)).translate(_LETTERS)


def tokens(text: str) -> list[Token]:
    """Return the words of a text with their places."""
    return [(m.start(), m.end(), m.group(), fold(m.group())) for m in _WORD.finditer(text)]


def sort_key(text: str, lang: str) -> str:
    """Return a key whose byte order is the reader's order of titles."""
    lowered = unicodedata.normalize("NFKC", text).casefold()
    if lang == "sv":
        lowered = lowered.translate(_SWEDISH)
    return " ".join(word for *_, word in tokens(lowered))[:_KEY_LENGTH]
