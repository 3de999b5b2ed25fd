"""How near a passage is to a question: cosines of two models and shared words, added with fixed weights.

The weights were chosen by hand on bench/questions.jsonl, in the middle of a wide plateau; choosing them anew by folds is worth no
more (bench/search_weights.py). NAMED and the rise of words in short questions are judgement; docs/search.md has what was measured
and what was not. Cosines are put on one scale first: less their mean over unrelated pairs, by their spread, so that two models
and two sizes of text can be added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from queries.search.index import Index, Space
    from queries.search.words import Held

    Floats = NDArray[np.float32]
    Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Scale:
    """Mean and spread of cosines between questions and texts that have nothing to do with each other."""

    mean: float
    spread: float


# Measured once over 100 questions x 305 documents. On bench/questions.jsonl and 210 texts bench/search_weights.py finds means
# 0.02 to 0.04 higher and spreads within 18 %: what a collection is made of moves them that much.
PASSAGE: Final = {"first": Scale(0.12, 0.105), "multilingual": Scale(0.045, 0.077)}
DOCUMENT: Final = {"first": Scale(0.0, 0.12), "multilingual": Scale(0.06, 0.10)}  # `first` less the mean of all documents

MULTILINGUAL_SHARE: Final = 0.25  # of meaning, between an English question and an English passage
DOCUMENT_SHARE: Final = 0.5  # of meaning: the vector of the whole document; the rest is the passage's own
WORDS: Final = 1.2  # all telling words shared, in a long question; `words_weight` raises it for short ones
DOCUMENT_WORDS_SHARE: Final = 0.7  # of shared words: those anywhere in the document; the rest are the passage's own
EXACT: Final = 2000  # passages nearest after a rough first pass that are scored again exactly
GATHER: Final = 8  # a row gathered takes as long as so many in a pass over all
NAMED: Final = 0.5  # the passage speaks of an entity that the question names


def words_weight(terms: int) -> float:
    """Return what shared words weigh: one or two words are a name or a keyword, ten are a question in own words."""
    return WORDS * (1 + 3 / max(terms, 1))


@dataclass(frozen=True, slots=True)
class Scores:
    """The score of every passage of an index, in order; `nearest` are the rows nearest in meaning, in no order.

    Where a first pass in whole numbers was made, rows beyond the first EXACT are off by up to some 0.01. Where an approximate
    index was asked (`approximate`), they have the score that their passages' vectors could give them at most.
    """

    total: Floats
    meaning: Floats
    nearest: Integers
    parts: Mapping[str, Part]
    approximate: bool = False

    def of(self, row: int) -> dict[str, float]:
        """Return the parts of one passage's score by name, without those that are 0."""
        found = {name: round(part.of(row), 4) for name, part in self.parts.items()}
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the score: by passage, or where `at` is given by what it says of each passage (its document)."""

    values: Floats
    at: Integers | None = None

    def of(self, row: int) -> float:
        return float(self.values[row if self.at is None else self.at[row]])

    def every(self) -> Floats:
        return self.values if self.at is None else self.values[self.at]


def score(
    index: Index,
    held: Sequence[Held],
    vectors: Mapping[str, Floats],
    *,
    english: bool,
    nearest: int = 1000,
    named: NDArray[np.bool_] | None = None,
    width: int = 0,
) -> Scores:
    """Score every passage. `vectors` are the question's by role of the model; without any, words alone decide.

    With a `width` so many nearest rows are taken from an approximate index, where there is one.
    """
    import numpy as np

    meant = _meaning(index, vectors, english=english, width=width)
    meaning = meant.total if meant is not None else np.zeros(len(index), dtype=np.float32)
    parts = word_parts(index, held)
    more = sum((part.every() for part in parts.values()), np.zeros(len(index), dtype=np.float32))
    if named is not None and named.any():
        parts["named"] = Part(named.astype(np.float32) * np.float32(NAMED))
        more += parts["named"].values
    near = np.zeros(0, dtype=np.int64)
    if meant is not None:
        if meant.rough:
            near = _first(meaning, EXACT)
            meant.refine(np.union1d(near, _first(meaning + more, EXACT // 2)))
            near = near[_first(meaning[near], nearest)]
        else:
            near = _first(meaning, nearest)
        parts = meant.parts | parts
    return Scores(np.asarray(meaning + more, dtype=np.float32), meaning, near, parts, meant is not None and meant.approximate)


def _first(values: Floats, count: int) -> Integers:
    """Return the places of the `count` largest values, in no order."""
    import numpy as np

    if count >= len(values):
        return np.arange(len(values), dtype=np.int64)
    return np.argpartition(values, len(values) - count)[len(values) - count :].astype(np.int64)


def word_parts(index: Index, held: Sequence[Held]) -> dict[str, Part]:
    """Return the weight of shared words: of the passage itself, and of its whole document."""
    import numpy as np

    own = np.zeros(len(index), dtype=np.float32)
    whole = np.zeros(len(index.document_keys), dtype=np.float32)
    telling = [each for each in held if not each.common]
    share = words_weight(len(telling)) / max(sum(each.weight for each in telling), 1e-6) if telling else 0.0
    for each in held:
        own[each.rows] += np.float32(each.weight * share * (1 - DOCUMENT_WORDS_SHARE))
        holds = np.zeros(len(whole), dtype=np.bool_)
        holds[index.documents[each.rows]] = True
        whole[holds] += np.float32(each.weight * share * DOCUMENT_WORDS_SHARE)
    return {"words": Part(own), "document words": Part(whole, index.documents)}


@dataclass(frozen=True, slots=True)
class _Meaning:
    """Nearness in meaning of every passage while it is worked out; the arrays are written to.

    `by_first` are the rows that the first model decides. `documents` (by what decides: the first model, the multilingual one,
    and the latter as a second voice) are parts by document.
    """

    index: Index
    spaces: Mapping[str, Space]
    vectors: Mapping[str, Floats]
    by_first: NDArray[np.bool_]
    shares: Shares
    passage: Floats
    whole: Part
    other: Part
    total: Floats
    approximate: bool

    @property
    def rough(self) -> bool:
        """Whether what was found first has to be scored again exactly."""
        return self.approximate or any(space.passages.coarse is not None for space in self.spaces.values())

    @property
    def parts(self) -> dict[str, Part]:
        return {"passage": Part(self.passage), "document": self.whole, "multilingual": self.other}

    def refine(self, rows: Integers) -> None:
        """Put exact cosines in the place of rough ones for some rows and their documents."""
        import numpy as np

        for role, mine in (("first", rows[self.by_first[rows]]), ("multilingual", rows[~self.by_first[rows]])):
            if role in self.spaces and len(mine):
                exact = passage_scores(self.spaces[role], self.vectors[role], mine, exact=True)
                self.passage[mine] = exact * self.shares.passage(role)
        documents = np.unique(self.index.documents[rows])
        by_role = {role: document_scores(self.spaces[role], self.vectors[role], documents) for role in self.spaces}
        for part, values in zip((self.whole, self.other), self.shares.by_document(by_role, len(documents)), strict=True):
            part.values[np.concatenate([documents, documents + len(self.index.document_keys)])] = values
        at = self.whole.at[rows]  # type: ignore[index] # both parts of documents have it
        self.total[rows] = self.passage[rows] + self.whole.values[at] + self.other.values[at]


@dataclass(frozen=True, slots=True)
class Shares:
    """How much each vector has to say: `says` is what the multilingual model adds where the first decides."""

    says: float

    def passage(self, role: str) -> np.float32:
        import numpy as np

        return np.float32(((1 - self.says) if role == "first" else 1) * (1 - DOCUMENT_SHARE))

    def by_document(self, scores: Mapping[str, Floats], count: int) -> tuple[Floats, Floats]:
        """Return the parts of the document's vector and of the second voice, each for documents of passages that the
        multilingual model decides, and then for those that the first decides."""
        import numpy as np

        zeros = np.zeros(count, dtype=np.float32)
        first, second = scores.get("first", zeros), scores.get("multilingual", zeros)
        whole = [second * np.float32(DOCUMENT_SHARE), first * np.float32((1 - self.says) * DOCUMENT_SHARE)]
        return np.concatenate(whole), np.concatenate([zeros, second * np.float32(self.says)])


def _meaning(index: Index, vectors: Mapping[str, Floats], *, english: bool, width: int = 0) -> _Meaning | None:
    """Return nearness in meaning, None where no model has its vectors.

    Between English and English the first model decides and the multilingual one has a say; wherever another language is
    involved the first model is blind (docs/search.md), and the multilingual one decides alone.
    """
    import numpy as np

    spaces = {role: index.spaces[role] for role in ("first", "multilingual") if role in index.spaces and role in vectors}
    if not spaces:
        return None
    by_first = np.zeros(len(index), dtype=np.bool_)
    if "multilingual" not in spaces:
        by_first = ~by_first
    elif "first" in spaces and english:
        by_first = index.english
    shares = Shares(MULTILINGUAL_SHARE if "multilingual" in spaces else 0.0)
    passage = np.zeros(len(index), dtype=np.float32)
    taken = False  # from an approximate index
    for role, mine in (("first", by_first), ("multilingual", ~by_first)):
        if role in spaces and mine.any():
            space, wanted = spaces[role], None if mine.all() else np.flatnonzero(mine)
            likely = width > 0 and space.passages.approximate is not None
            found = likely_scores(space, vectors[role], width) if likely else passage_scores(space, vectors[role], wanted)
            passage[mine] = (found[mine] if likely else found) * shares.passage(role)
            taken = taken or likely
    count = len(index.document_keys)
    whole, other = shares.by_document({role: document_scores(spaces[role], vectors[role]) for role in spaces}, count)
    at = np.where(by_first, index.documents + count, index.documents)
    total = passage + (whole + other)[at]
    return _Meaning(index, spaces, vectors, by_first, shares, passage, Part(whole, at), Part(other, at), total, taken)


def passage_scores(space: Space, vector: Floats, wanted: Integers | None, *, exact: bool = False) -> Floats:
    """Return scaled cosines of the wanted passages (rows of the index; None for all); 0, which is unrelated, where there is no
    vector yet. Unless `exact`, a long list is scored in its first pass only."""
    import numpy as np

    rows = space.passage_rows if wanted is None else space.passage_rows[wanted]
    if not len(space.passages.matrix):
        return np.zeros(len(rows), dtype=np.float32)
    # One pass over the mapped matrix is quicker than gathering unless few are wanted.
    if not exact and len(rows) * GATHER > len(space.passages.matrix):
        every = space.passages.cosines(vector, None if wanted is None else rows[rows >= 0])
        cosines = every if space.in_order and wanted is None else every[rows]
    else:
        cosines = space.passages.matrix[rows] @ vector
    return _scaled(space, rows, cosines)


def likely_scores(space: Space, vector: Floats, width: int) -> Floats:
    """Return scaled cosines of all passages: exact where the approximate index finds them, the least of those for all others.

    So whatever else speaks for a passage (its document, shared words) brings it among those that are scored exactly after this.
    """
    import numpy as np

    near = space.passages.near(vector, width)
    if near is None or not len(near[0]):
        return passage_scores(space, vector, None)
    found, exact = near
    every = np.full(len(space.passages.matrix), exact.min(), dtype=np.float32)
    every[found] = exact
    rows = space.passage_rows
    return _scaled(space, rows, every if space.in_order else every[rows])


def _scaled(space: Space, rows: Integers, cosines: Floats) -> Floats:
    """Return cosines of passages on the common scale; 0 where a passage has no row yet."""
    import numpy as np

    scale = PASSAGE[space.role]
    cosines = (cosines - np.float32(scale.mean)) / np.float32(scale.spread)
    if not space.complete:
        cosines[rows < 0] = 0
    return np.asarray(cosines, dtype=np.float32)


def document_scores(space: Space, vector: Floats, wanted: Integers | None = None) -> Floats:
    """Return scaled cosines of all documents of the index, in order, rough where there are many; exact ones of those wanted.
    0 where there is no vector yet."""
    import numpy as np

    scale, matrix = DOCUMENT[space.role], space.documents.matrix
    rows = space.document_rows if wanted is None else space.document_rows[wanted]
    if not len(matrix):
        return np.zeros(len(rows), dtype=np.float32)
    cosines = space.documents.cosines(vector)[rows] if wanted is None else matrix[rows] @ vector
    if space.role == "first":
        # What all documents of a collection share tells none of them apart.
        cosines = (cosines - float(space.mean @ vector)) / space.spread[rows]
    return np.asarray(np.where(rows >= 0, (cosines - scale.mean) / scale.spread, 0), dtype=np.float32)
