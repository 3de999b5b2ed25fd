"""How near a passage is to a question: cosines of two models and shared words, added with fixed weights.

The weights were chosen by hand on bench/questions.jsonl, in the middle of a wide plateau; NAMED and the rise of words in short
questions are judgement (docs/search.md has what was measured and what was not). Cosines are put on one scale first: less
their mean over unrelated pairs, by their spread, so that two models and two sizes of text can be added.
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


@dataclass(frozen=True, slots=True)
class Scale:
    """Mean and spread of cosines between questions and texts that have nothing to do with each other."""

    mean: float
    spread: float


# Measured once, before this code, over 100 questions x 305 documents of eval/train and open data; no script here repeats it.
PASSAGE: Final = {"first": Scale(0.12, 0.105), "multilingual": Scale(0.045, 0.077)}
DOCUMENT: Final = {"first": Scale(0.0, 0.12), "multilingual": Scale(0.06, 0.10)}  # `first` less the mean of all documents

MULTILINGUAL_SHARE: Final = 0.25  # of meaning, between an English question and an English passage
DOCUMENT_SHARE: Final = 0.5  # of meaning: the vector of the whole document; the rest is the passage's own
WORDS: Final = 1.2  # all telling words shared, in a long question; `words_weight` raises it for short ones
DOCUMENT_WORDS_SHARE: Final = 0.7  # of shared words: those anywhere in the document; the rest are the passage's own
NAMED: Final = 0.5  # the passage speaks of an entity that the question names


def words_weight(terms: int) -> float:
    """Return what shared words weigh: one or two words are a name or a keyword, ten are a question in own words."""
    return WORDS * (1 + 3 / max(terms, 1))


@dataclass(frozen=True, slots=True)
class Scores:
    """The score of every passage of an index, in order, and its parts by name."""

    total: Floats
    meaning: Floats
    parts: Mapping[str, Floats]


def score(
    index: Index, held: Sequence[Held], vectors: Mapping[str, Floats], *, english: bool, named: NDArray[np.bool_] | None = None
) -> Scores:
    """Score every passage. `vectors` are the question's by role of the model; without any, words alone decide."""
    import numpy as np

    parts = meaning_parts(index, vectors, english=english)
    meaning = sum(parts.values(), np.zeros(len(index), dtype=np.float32))
    parts |= word_parts(index, held)
    if named is not None and named.any():
        parts["named"] = named.astype(np.float32) * np.float32(NAMED)
    total = meaning + sum((part for name, part in parts.items() if name in ("words", "document words", "named")), np.float32(0))
    return Scores(np.asarray(total, dtype=np.float32), np.asarray(meaning, dtype=np.float32), parts)


def word_parts(index: Index, held: Sequence[Held]) -> dict[str, Floats]:
    """Return the weight of shared words: of the passage itself, and of its whole document."""
    import numpy as np

    own = np.zeros(len(index), dtype=np.float32)
    whole = np.zeros(len(index.document_keys), dtype=np.float32)
    for each in held:
        rows = index.rows_of(each.keys)
        own[rows] += each.weight
        whole[np.unique(index.documents[rows])] += each.weight
    telling = [each for each in held if not each.common]
    share = words_weight(len(telling)) / max(sum(each.weight for each in telling), 1e-6) if telling else 0.0
    return {
        "words": np.asarray(own * (share * (1 - DOCUMENT_WORDS_SHARE)), dtype=np.float32),
        "document words": np.asarray(whole[index.documents] * (share * DOCUMENT_WORDS_SHARE), dtype=np.float32),
    }


def meaning_parts(index: Index, vectors: Mapping[str, Floats], *, english: bool) -> dict[str, Floats]:
    """Return the parts of nearness in meaning.

    Between English and English the first model decides and the multilingual one has a say; wherever another language is
    involved the first model is blind (docs/search.md), and the multilingual one decides alone.
    """
    import numpy as np

    first, second = (index.spaces.get(role) if role in vectors else None for role in ("first", "multilingual"))
    if first is None and second is None:
        return {}
    if second is None:
        by_first = np.ones(len(index), dtype=np.bool_)
    else:
        by_first = index.english & english if first is not None else np.zeros(len(index), dtype=np.bool_)
    passage, whole, other = (np.zeros(len(index), dtype=np.float32) for _ in range(3))
    share = MULTILINGUAL_SHARE if second is not None else 0.0
    if first is not None and by_first.any():
        vector = vectors["first"]
        passage[by_first] = (1 - share) * (1 - DOCUMENT_SHARE) * passage_scores(first, vector, by_first)
        whole[by_first] = (1 - share) * DOCUMENT_SHARE * document_scores(first, vector)[index.documents][by_first]
    if second is not None:
        vector = vectors["multilingual"]
        documents = document_scores(second, vector)[index.documents]
        other[by_first] = share * documents[by_first]
        rest = ~by_first
        if rest.any():
            passage[rest] = (1 - DOCUMENT_SHARE) * passage_scores(second, vector, rest)
            whole[rest] = DOCUMENT_SHARE * documents[rest]
    return {"passage": passage, "document": whole, "multilingual": other}


def passage_scores(space: Space, vector: Floats, wanted: NDArray[np.bool_]) -> Floats:
    """Return scaled cosines of the wanted passages, in order; 0, which is unrelated, where there is no vector yet."""
    import numpy as np

    scale = PASSAGE[space.role]
    rows = space.passage_rows[wanted]
    # One pass over the mapped matrix is quicker than gathering unless few are wanted.
    if len(rows) * 3 > len(space.passages.matrix):
        every = space.passages.matrix @ vector
        cosines = every if space.in_order and len(rows) == len(every) else every[rows]
    else:
        cosines = space.passages.matrix[rows] @ vector
    return np.asarray(np.where(rows >= 0, (cosines - scale.mean) / scale.spread, 0), dtype=np.float32)


def document_scores(space: Space, vector: Floats) -> Floats:
    """Return scaled cosines of all documents of the index, in order; 0 where there is no vector yet."""
    import numpy as np

    scale, rows, matrix = DOCUMENT[space.role], space.document_rows, space.documents.matrix
    if not len(matrix):
        return np.zeros(len(rows), dtype=np.float32)
    cosines = matrix @ vector
    if space.role == "first":
        # What all documents of a collection share tells none of them apart.
        cosines = (cosines - float(space.mean @ vector)) / space.spread
    return np.asarray(np.where(rows >= 0, (cosines[rows] - scale.mean) / scale.spread, 0), dtype=np.float32)
