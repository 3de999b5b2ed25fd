"""Text as full-text search sees it: folded words, and their stems where the language has a stemmer.

Two forms of the same text, kept in two columns of the index: `folded` finds names, prefixes and phrases as typed, `stems`
finds the other forms of a word. Both hold lower-case words without marks, separated by single spaces, so that any
tokenizer that splits at spaces gives the same tokens; word i of one is word i of the other. Indexing and asking use the
same functions: what is typed is folded as what was read.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from graph.model import normalise_name

if TYPE_CHECKING:
    from collections.abc import Callable

STEMMED: Final = {
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hu": "hungarian",
    "it": "italian",
    "lt": "lithuanian",
    "nl": "dutch",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "tr": "turkish",
}  # languages by their two-letter code, with the name of their Snowball stemmer
# A word is letters and digits of any script with their marks; an apostrophe parts words ("l'eau", "city's").
_WORD: Final = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
_MARKS: Final = (
    (re.compile(r"!\[[^\]]*\]\([^)\s]*\)"), " "),
    (re.compile(r"\[([^\]]*)\]\([^)\s]*\)(\{[^}\n]*\})?"), r"\1"),
    (re.compile(r"</?[a-zA-Z][^<>]{0,300}>"), " "),
    (re.compile(r"https?://\S+|\S+@\S+\.\w+"), " "),
    (re.compile(r"^[>#*\-\s]+", re.MULTILINE), ""),
    (re.compile(r"[*_`]{1,3}"), " "),
)
# Beyond this a "word" is a key, a link or noise; FTS5 would keep it whole, a reader never types it.
LONGEST_WORD: Final = 64


def words(text: str) -> list[str]:
    """Return the words of a text as written, composed (NFC), in order, without punctuation."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(unicodedata.normalize("NFC", text))]


@lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """Return one word in lower case without marks: Łódź is lodz, Straße strasse, Größe grosse."""
    # A compatibility form may hold spaces or signs (½ is 1⁄2): they may not part what is one word here.
    return normalise_name(word).replace(" ", "")


def folded(text: str) -> str:
    """Return the folded words of a text, separated by single spaces."""
    return " ".join(fold(word) or "-" for word in words(text))


def stem(word: str, language: str) -> str:
    """Return the folded stem of one word; without a stemmer for the language, the folded word."""
    return _stem(word, language[:2].lower())


def stems(text: str, language: str) -> str:
    """Return the folded stems of a text, word for word beside `folded(text)`."""
    code = language[:2].lower()
    return " ".join(_stem(word, code) or "-" for word in words(text))


def plain(text: str) -> str:
    """Return what a text says, without the marks of Markdown and HTML, link targets and addresses, in one line.

    Embedding models read this: an address or a tag in the middle of a sentence moves its vector.
    """
    for pattern, replacement in _MARKS:
        text = pattern.sub(replacement, text)
    return " ".join(text.split())


def search_text(text: str, language: str) -> str:
    """Return one text to index where there is one column only: the folded words, a line break, then their stems."""
    return f"{folded(text)}\n{stems(text, language)}"


@lru_cache(maxsize=200_000)
def _stem(word: str, code: str) -> str:
    # The stemmers know the accents, so the marks go afterwards.
    stemmer = _stemmer(code)
    return fold(stemmer(word.lower())) if stemmer else fold(word)


@cache
def _stemmer(code: str) -> Callable[[str], str] | None:
    if code not in STEMMED:
        return None
    import snowballstemmer

    stem_word: Callable[[str], str] = snowballstemmer.stemmer(STEMMED[code]).stemWord
    return stem_word
