"""Entities of any kind by what the passages say that speak of them: `--kind lesson` finds lessons by their words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from graph.search_text import fold, stem, words
from graph.store.search import search_rows
from queries.search.entities import Candidate, Spot

if TYPE_CHECKING:
    from graph.store.base import Reader
    from queries.search.index import Index, Integers
    from queries.search.ranking import Floats
    from queries.search.words import Asked

LOOKED_AT: Final = 500  # passages that stand first, in which entities of the kinds wanted are looked for
# Among what one passage tells, that stands first whose own sentence shares words with the question; a judgement, not measured.
SENTENCE: Final = 1.0
OFTEN: Final = 0.1  # for an entity of which several of the passages speak


def told_in(
    store: Reader, index: Index, rows: Integers, scores: Floats, asked: Asked, kinds: Sequence[str], *, but: Sequence[Candidate]
) -> list[Candidate]:
    """Return the entities of these kinds that the first of the passages `rows` tell of, without those in `but`.

    An entity stands at its best passage, with the sentence that tells of it there, its own words before others.
    """
    import numpy as np

    first = rows[np.argsort(-scores[rows], kind="stable")][:LOOKED_AT]
    known = {each.key for each in but}
    found: dict[int, list[tuple[float, Mapping[str, Any]]]] = {}
    for row in search_rows(store, "told_in", keys=index.keys[first].tolist(), kinds=kinds):
        key = int(str(row["key"]))
        if key not in known:
            at = int(index.rows_of(np.array([row["passage"]], dtype=np.int64))[0])
            shared = SENTENCE * _shared(str(row["quote"]), asked, index.languages[index.language[at]])
            found.setdefault(key, []).append((float(scores[at]) + shared, row))
    return [_candidate(told, index) for told in found.values()]


def _shared(quote: str, asked: Asked, language: str) -> float:
    """Return which part of the question's words a sentence holds."""
    wanted = [term.stems for term in asked.terms if term.kind == "word"]
    codes = {language, *asked.languages}
    here = {form for word in words(quote) for form in (fold(word), *(stem(word, code) for code in codes))}
    return sum(bool(stems & here) for stems in wanted) / len(wanted) if wanted else 0.0


def _candidate(told: Sequence[tuple[float, Mapping[str, Any]]], index: Index) -> Candidate:
    import numpy as np

    best, row = max(told, key=lambda each: each[0])  # the first of equals: rows come with words before the rest
    passages = {each["passage"] for _, each in told}
    at = int(index.rows_of(np.array([row["passage"]], dtype=np.int64))[0])
    return Candidate(
        key=int(row["key"]),
        id=str(row["id"]),
        kind=str(row["kind"]),
        name=str(row["name"]),
        country=str(row["country"]),
        sources=int(row["sources"]),
        matched="",
        named=False,
        shown=True,
        score=best + OFTEN * math.log(len(passages)),
        spot=Spot(at, str(row["quote"]), int(row["start"]), int(row["end"])),
    )
