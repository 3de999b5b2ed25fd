"""Passages of other documents nearest in meaning to one: exactly by the vectors beside the store, or by a server's vector index.

The index of a server finds most of the nearest, not always all: it is asked for OVER times as many as are wanted, and these are
ranked by their own cosines. So a score is the same in either home.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from graph.errors import NotFound
from graph.store.search import search_rows
from queries.questions import contract, query
from queries.said import cut

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from graph.store.base import PassageVectors, Reader
    from queries.search.index import Index

    Numbers = NDArray[np.float64]

OVER: Final = 5  # times as many are ranked as are wanted
LEAST: Final = 50  # ranked at least
WIDER: Final = 4  # times as many are asked for again where too few are left after filters
PLACES: Final = 6  # of a cosine: float32 is good to seven
NONE_YET: Final = "This passage has no vector yet; `twintown reembed` makes it."
FIRST: Final = "first"  # role of the model whose vectors both homes have


@dataclass(frozen=True, slots=True, kw_only=True)
class Similar:
    """A passage near the one asked about. `quote` is its beginning, at most 300 characters; `start` and `end` are the passage's
    own in the document's text."""

    passage: str
    document: str
    score: float
    title: str
    address: str
    date: str
    language: str
    heading: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The nearest passages, nearest first; `notes` are lines for the reader."""

    passage: str
    similar: tuple[Similar, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Near:
    """Passages to be ranked: their keys, and their cosines to the one asked about."""

    keys: list[int]
    cosines: Numbers


def ask(store: Reader, passage: str, *, index: Callable[[], Index], language: str = "", limit: int = 10) -> Answer:
    """Return the passages of other documents nearest to `passage`, of one language where it is given; raise NotFound.

    `index` is called where the vectors beside the store answer (queries/search), and not where a server has its own.
    """
    most = max(0, min(limit, contract("similar").limit))
    inside = store.inside if store.inside and store.inside.model() else None
    wanted = max(OVER * most, LEAST)
    near = _on_server(store, inside, passage, language, wanted) if inside else _beside(store, index(), passage, language, wanted)
    if near is None:
        return Answer(passage=passage, notes=(NONE_YET,))
    return Answer(passage=passage, similar=_ranked(store, near, most))


def _ranked(store: Reader, near: _Near, most: int) -> tuple[Similar, ...]:
    import numpy as np

    if not near.keys or not most:
        return ()
    scores = np.round(near.cosines, PLACES)
    last = np.sort(scores)[::-1][:most][-1]
    score = {
        key: float(value) for key, value in zip(near.keys, scores, strict=True) if value >= last
    }  # with those alike to the last
    rows: list[dict[str, Any]] = search_rows(store, "passages_shown", keys=list(score))
    rows.sort(key=lambda row: (-score[row["key"]], row["id"]))
    return tuple(_similar(row, score[row["key"]]) for row in rows[:most])


def _similar(row: dict[str, Any], score: float) -> Similar:
    return Similar(
        passage=row["id"],
        document=row["document"],
        score=score,
        title=row["title"],
        address=row["address"] or "",
        date=row["date"],
        language=row["language"],
        heading=row["heading"],
        start=row["start"],
        end=row["end"],
        quote=cut(row["text"]),
    )


def _cosines(vectors: Any, asked: Any) -> Numbers:
    """Return the cosines of rows of float32 and a vector, in double precision, so that both homes give the same."""
    import numpy as np

    rows = np.asarray(vectors, dtype=np.float32).astype(np.float64).reshape(-1, len(asked))
    return np.asarray(rows @ np.asarray(asked, dtype=np.float32).astype(np.float64))


def _on_server(store: Reader, inside: PassageVectors, passage: str, language: str, wanted: int) -> _Near | None:
    """Ask the index for more and more until enough are left, or it has no more; None where the passage has no vector."""
    text = query("similar", store.backend, variant="2026" if inside.by_language() else "")
    wide = wanted
    while True:
        rows: list[dict[str, Any]] = store.rows(text, {"passage": passage, "language": language, "wide": wide})
        if not rows:
            raise _unknown(passage)
        vector, seen, near = (rows[0][name] for name in ("vector", "seen", "near"))
        if vector is None:
            return None
        if len(near) >= wanted or seen < wide:
            return _Near([key for key, _ in near], _cosines([each for _, each in near], vector))
        wide *= WIDER


def _beside(store: Reader, index: Index, passage: str, language: str, wanted: int) -> _Near | None:
    """Take the nearest of all rows beside the store; None where the passage has no vector."""
    import numpy as np

    found = search_rows(store, "passage_key", id=passage)
    if not found:
        raise _unknown(passage)
    at = index.rows_of(np.array([found[0]["key"]], dtype=np.int64))
    space = index.spaces.get(FIRST)
    if space is None or not len(at) or space.passage_rows[at[0]] < 0:
        return None
    asked = space.passages.matrix[space.passage_rows[at[0]]]
    allowed = (space.passage_rows >= 0) & (index.documents != index.documents[at[0]])
    if language:
        allowed &= np.array([each == language for each in index.languages])[index.language]
    rows = np.flatnonzero(allowed)
    matrix_rows = space.passage_rows[rows]
    cosines = (space.passages.matrix @ asked)[matrix_rows]
    if len(rows) > wanted:
        best = np.argpartition(-cosines, wanted - 1)[:wanted]
        rows, matrix_rows = rows[best], matrix_rows[best]
    return _Near(index.keys[rows].tolist(), _cosines(space.passages.matrix[matrix_rows], asked))


def _unknown(passage: str) -> NotFound:
    return NotFound(f"no passage {passage!r}; `twintown search --json` and `twintown show --json` give ids of passages")
