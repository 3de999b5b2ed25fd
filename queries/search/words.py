"""What somebody typed, taken apart: words, exact phrases, beginnings; and which passages hold them."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from graph.search_text import fold, stem, words
from graph.store.search import search_rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from graph.store.base import Reader
    from queries.search.index import Index

MOST_TERMS: Final = 32  # a longer text is searched by its first words and, as a whole, by meaning
MOST_CHARACTERS: Final = 4000  # of a question; the models read the first 256 tokens
COMMON: Final = 0.2  # a word in more passages than this says nothing about any of them
MOST_ROWS: Final = 20_000  # passages read for one word; a word in more is common too
FEWEST_COMMON: Final = 2_000  # in a small store no word is common
_QUOTE: Final = re.compile(r'["\\]')
_NOT_OF_A_WORD: Final = re.compile(r"\W")
_ESCAPED: Final = r"\\\g<0>"
_PHRASE: Final = re.compile(r'"([^"]+)"|“([^”]+)”|„([^“”]+)[“”]|«([^»]+)»')
_BEGINNING: Final = re.compile(r"(\w+)\*")
# Words of questions by language, folded. Left out of a search unless a question has no others; they tell its language.
_STOP_WORDS: Final = {
    "en": """
    a about after all also an and any are as at be been before being but by can could did do does for from get got had has have
    how i if in into is it its made make many me more most much my no not of on one or other our out over own per s should so
    some such t than that the their them then there these they this those to two up us was way we were what when where which
    who whom whose why will with would you your
    """,
    "de": """
    aber als am an auch auf aus bei bin das dass dem den der des die ein eine einem einen einer eines er es fur hat haben ich
    ihr ihre im in ist kann man mit nach nicht noch oder sich sie sind so uber um und uns von vor war waren was welche welcher
    welches wenn wer werden wie wir wird wo wurde wurden zu zum zur
    """,
    "fr": """
    au aux avec ce ces cette comment d dans de des du elle elles en est et il ils je l la le les leur leurs lui mais n ne nous
    on ont ou par pas plus pour qu quand que quel quelle quelles quels qui s sa sans se ses son sont sur un une vous y
    """,
    "es": """
    al como con cual cuales cuando de del donde el ella en entre era es esta estan este esto fue ha han hay la las lo los mas
    no o para pero por porque que quien se ser si sin sobre su sus un una unas unos y ya
    """,
    "it": """
    a ai al alla alle anche che chi ci come con cosa da dal dalla dei del della delle di dove e gli ha hanno i il in la le lo
    ma nel nella nelle non o per perche piu quale quali quando quanto questa questo se si sono su sul sulla un una uno
    """,
    "pt": """
    ao aos as com como da das do dos e em foi mais na nas nao no nos o os ou para pela pelo por qual quais que quem se sem ser
    sua um uma
    """,
    "pl": """
    czy do gdzie i jak jaki jakie jest kto na nie o od oraz po sie w z za ze
    """,
}
STOP_WORDS: Final = {code: frozenset(listed.split()) for code, listed in _STOP_WORDS.items()}
_EVERY_STOP_WORD: Final = frozenset().union(*STOP_WORDS.values())


@dataclass(frozen=True, slots=True)
class Match:
    """Folded words that stand next to each other in a column of the full-text index (words or stems); `beginning`: the last
    of them may go on."""

    column: str
    tokens: tuple[str, ...]
    beginning: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to look for: any of the `matches` will do; `kind` is word, phrase or beginning."""

    text: str
    kind: str
    matches: tuple[Match, ...]
    stems: frozenset[str]  # folded stems, for highlighting; of a phrase its folded words, of a beginning the beginning


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as typed, and what to look for. `names` are its folded words in order, stop words among them."""

    text: str
    terms: tuple[Term, ...]
    names: tuple[str, ...]
    languages: tuple[str, ...]

    @property
    def phrases(self) -> tuple[Term, ...]:
        """What has to stand in a passage exactly so."""
        return tuple(term for term in self.terms if term.kind == "phrase")


def parse(text: str, *, languages: Sequence[str] = ("en",)) -> Asked:
    """Take a question apart; words are stemmed as each of the languages does. Any text is a question: nothing is an operator
    but "a phrase" and begin*."""
    text = " ".join(sound(text).split())
    rest, terms = text, []
    for found in _PHRASE.finditer(text):
        phrase = [fold(word) for word in words(found.group(found.lastindex or 1))]
        if phrase := [word for word in phrase if word]:
            terms.append(Term(" ".join(phrase), "phrase", (Match("words", tuple(phrase)),), frozenset(phrase)))
            rest = rest.replace(found.group(), " ")
    for found in _BEGINNING.finditer(rest):
        if beginning := fold(found.group(1)):
            terms.append(Term(beginning, "beginning", (Match("words", (beginning,), beginning=True),), frozenset((beginning,))))
    written = [word for word in words(_BEGINNING.sub(" ", rest)) if fold(word)]
    telling = [word for word in written if fold(word) not in _EVERY_STOP_WORD] or ([] if terms else written)
    terms += [_word(word, languages) for word in telling]
    unique = {(term.kind, term.matches): term for term in terms}
    names = tuple(fold(word) for word in words(text) if fold(word))
    return Asked(text, tuple(unique.values())[:MOST_TERMS], names, tuple(languages))


def sound(text: str) -> str:
    """Return the beginning of a question without what no text can hold: NUL and halves of characters."""
    return text[:MOST_CHARACTERS].replace("\0", " ").encode("utf-8", "replace").decode("utf-8")


def is_stop_word(word: str) -> bool:
    """Tell whether a folded word is one that questions are full of, in any of the languages."""
    return word in _EVERY_STOP_WORD


def language_of(text: str) -> str:
    """Return the two-letter language of a question, by its little words where it has some, else by a trained guess; "en" for
    what is too short to tell."""
    folded = [fold(word) for word in words(sound(text))]
    votes = {code: sum(word in listed for word in folded) for code, listed in STOP_WORDS.items()}
    best = max(votes, key=lambda code: votes[code])
    # Little words are shared (de, la, an, in): only a clear lead counts.
    if votes[best] and sorted(votes.values())[-2] < votes[best]:
        return best
    if len(folded) < 2 and text.isascii():
        return "en"
    return _guessed(text)


def _guessed(text: str) -> str:
    import py3langid

    code, _ = py3langid.classify(sound(text))
    return str(code)


def _word(word: str, languages: Sequence[str]) -> Term:
    roots = dict.fromkeys(root for language in languages if (root := stem(word, language)))
    matches = (Match("words", (fold(word),)), *(Match("stems", (root,)) for root in roots))
    return Term(word, "word", matches, frozenset((*roots, fold(word))))


def expression(matches: Iterable[Match], backend: str) -> str:
    """Return a text that asks the full-text index of a store for what fits any of the matches."""
    return " OR ".join(_lucene(match) if backend == "neo4j" else _fts5(match) for match in matches)


# Folded words hold letters and digits only, so that nothing of either language should be left in them; whatever is, is quoted.


def _fts5(match: Match) -> str:
    tokens = " ".join(match.tokens).replace('"', '""')
    return f'{match.column} : "{tokens}"' + "*" * match.beginning


def _lucene(match: Match) -> str:
    if match.beginning:  # a star within quotes is no star
        return f"{match.column}:{_NOT_OF_A_WORD.sub(_ESCAPED, match.tokens[-1])}*"
    tokens = _QUOTE.sub(_ESCAPED, " ".join(match.tokens))
    return f'{match.column}:"{tokens}"'


@dataclass(frozen=True, slots=True)
class Held:
    """For one term the passages that hold it (rows of the index, ascending), and how telling it is (inverse frequency)."""

    term: Term
    rows: NDArray[np.int64]
    weight: float
    common: bool = False


def look_up(store: Reader, asked: Asked, index: Index) -> list[Held]:
    """Return for each term the passages that hold it; a common word comes with weight 0 and no passages."""
    import numpy as np

    found = []
    passages = len(index)
    most = int(min(max(COMMON * passages, FEWEST_COMMON), MOST_ROWS))
    for term in asked.terms:
        rows = search_rows(store, "with_word", match=expression(term.matches, store.backend), most=most + 1)
        held: Any = rows[0]["keys"] if rows else []
        keys = np.array(json.loads(held) if isinstance(held, str) else held, dtype=np.int64)
        common = len(keys) > most and term.kind == "word"
        weight = 0.0 if common else math.log(1 + (passages - len(keys) + 0.5) / (len(keys) + 0.5))
        found.append(Held(term, index.rows_of(np.sort(keys[: 0 if common else None])), weight, common))
    return found


def highlights(text: str, asked: Asked, language: str) -> list[tuple[int, int]]:
    """Return the spans of a text whose words were asked for, in order."""
    phrases = [term.text.split() for term in asked.phrases]
    loose = frozenset().union(*(term.stems for term in asked.terms if term.kind == "word"))
    beginnings = tuple(term.text for term in asked.terms if term.kind == "beginning")
    spans = [(match.start(), match.end(), match.group()) for match in re.finditer(r"[^\W_]+", text)]
    folded = [fold(word) for _, _, word in spans]
    codes = {language, *asked.languages}
    # A stemmer takes off endings, so a word that begins otherwise cannot match; stemming all words took longer than finding them.
    # Irish is the exception.
    begins = {each[:1] for each in loose}
    any_begin = "ga" in codes
    marked = {
        index
        for index, (_, _, word) in enumerate(spans)
        if folded[index] in loose
        or ((any_begin or folded[index][:1] in begins) and any(stem(word, code) in loose for code in codes))
        or (beginnings and folded[index].startswith(beginnings))
    }
    for phrase in phrases:
        for at in range(len(folded) - len(phrase) + 1):
            if folded[at : at + len(phrase)] == phrase:
                marked.update(range(at, at + len(phrase)))
    return [(spans[index][0], spans[index][1]) for index in sorted(marked)]
