"""Entities that a question names, and the passages that speak of them."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from graph.store.search import search_rows
from queries.search.index import contains
from queries.search.ranking import words_weight
from queries.search.words import Match, expression, is_stop_word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from graph.store.base import Reader
    from queries.search.index import Index
    from queries.search.words import Asked

# Kinds whose name is a name; a lesson or a quote is found by its passage, or by its words where its kind is asked for.
NAMED_KINDS: Final = ("project", "programme", "solution", "place", "organisation", "person", "event")
MOST: Final = 60  # entities looked at for one question
MOST_ASKED_FOR: Final = 600  # where kinds are asked for, as others may stand before them
SENTENCE_SHARE: Final = 0.5  # of the telling words that a name which is a sentence has to hold; a judgement, not measured
SHORTEST: Final = 2  # letters of a name that is looked for inside a question
# An entity whose name is the whole question stands above any passage, whose words and meaning add up to no more than this;
# one named in a long question stands among the passages.
LEAST_SCORE: Final = 1.5
MEANING: Final = 7.0


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an entity is told of: the row of a passage in the index, and the quote with its span in the document's text."""

    row: int
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An entity with its likeness to the question. `named`: a whole name of it stands in the question; `shown`: it is a hit;
    `spot`: where it is told of, if that is what it was found by."""

    key: int
    id: str
    kind: str
    name: str
    country: str
    sources: int
    matched: str
    named: bool
    shown: bool
    score: float
    spot: Spot | None = None


@dataclass(frozen=True, slots=True)
class About:
    """Which rows of the index speak of entities: any of them, and each by its key (ascending)."""

    any_row: NDArray[np.bool_]
    rows: Mapping[int, NDArray[np.int64]]
    names: Mapping[int, str]

    def named(self, row: int) -> tuple[str, ...]:
        """Return the names of the entities that a row speaks of."""
        return tuple(self.names[key] for key, rows in self.rows.items() if contains(rows, row))


def named_in(store: Reader, asked: Asked, kinds: Collection[str] = ()) -> list[Candidate]:
    """Return the entities whose name or alias the question holds, or which hold every telling word of it; likeliest first.

    `kinds` are those asked for. Of a kind whose names are sentences (lessons) half of the telling words are enough, and only
    where it is asked for.
    """
    telling = [name for name in dict.fromkeys(asked.names) if not is_stop_word(name)] or list(dict.fromkeys(asked.names))
    telling = telling[:24]
    if not telling:
        return []
    # A single word is also a beginning: "Ant" finds Antalya.
    begins = len(telling) == 1 and len(telling[0]) >= SHORTEST
    match = expression((Match("words", (word,), beginning=begins) for word in telling), store.backend)
    rows = search_rows(store, "entities_with_word", match=match, most=MOST_ASKED_FOR if kinds else MOST)
    rows = [row for row in rows if row["kind"] in NAMED_KINDS or row["kind"] in kinds]
    spellings: dict[object, list[tuple[str, str]]] = {row["key"]: [] for row in rows}
    for spelling in search_rows(store, "names_of", keys=[row["key"] for row in rows]):
        spellings[spelling["key"]].append((str(spelling["folded"]), str(spelling["name"])))
    found = [_candidate(row, spellings[row["key"]], asked, telling) for row in rows]
    return sorted((each for each in found if each.named or each.shown), key=lambda each: (-each.score, each.id))


def _candidate(row: Mapping[str, Any], spellings: Sequence[tuple[str, str]], asked: Asked, telling: Sequence[str]) -> Candidate:
    whole = f" {' '.join(asked.names)} "
    best, matched, is_named = 0.0, str(row["name"]), False
    for folded, name in spellings:
        parts = folded.split()
        if not parts:
            continue
        stands = f" {folded} " in whole and len(folded) >= SHORTEST and not all(is_stop_word(part) for part in parts)
        shared = sum(any(part == word or (len(telling) == 1 and part.startswith(word)) for part in parts) for word in telling)
        likeness = (shared / len(telling)) * (1.0 if stands else shared / (shared + len(parts)))
        if (stands, likeness) > (is_named, best):
            best, matched, is_named = likeness, name, stands
    enough = 1.0 if str(row["kind"]) in NAMED_KINDS else SENTENCE_SHARE
    shown = is_named or _holds(spellings, telling, enough)
    value = LEAST_SCORE + best * (words_weight(len(telling)) + MEANING) + 0.1 * math.log1p(int(row["sources"]))
    return Candidate(
        key=int(row["key"]),
        id=str(row["id"]),
        kind=str(row["kind"]),
        name=str(row["name"]),
        country=str(row["country"]),
        sources=int(row["sources"]),
        matched=matched,
        named=is_named,
        shown=shown,
        score=value if shown else 0.0,
    )


def _holds(spellings: Sequence[tuple[str, str]], telling: Sequence[str], share: float) -> bool:
    """Tell whether one spelling holds this share of the words, or words that begin with them."""
    held = (sum(any(part.startswith(word) for part in folded.split()) for word in telling) for folded, _ in spellings)
    return any(count >= share * len(telling) for count in held)


def rows_about(store: Reader, index: Index, entities: Sequence[Candidate]) -> About:
    """Return which rows of the index speak of the entities."""
    import numpy as np

    mask = np.zeros(len(index), dtype=np.bool_)
    names = {each.key: each.name for each in entities}
    told: dict[int, list[int]] = {key: [] for key in names}
    for row in search_rows(store, "folded_into", keys=list(names)) if names else ():
        told[int(str(row["canonical"]))].append(int(str(row["key"])))
    where = index.mention_rows()
    found = {}
    for key, raw in told.items():
        here = (np.isin(index.mentions.subjects, raw) | np.isin(index.mentions.objects, raw)) & (where >= 0)
        found[key] = np.unique(where[here])
        mask[found[key]] = True
    return About(mask, found, names)
