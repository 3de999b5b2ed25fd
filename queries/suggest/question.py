"""Suggestions: entities whose name or another spelling begins as typed; accents do not matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from graph.model import normalise_name
from graph.store.search import search_rows
from queries.search.entities import NAMED_KINDS

if TYPE_CHECKING:
    from graph.store.base import Reader

MOST_ROWS: Final = 400  # spellings looked at; a beginning of one letter has more, and any of them may do
LONGEST: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """An entity, and the spelling that begins as typed."""

    id: str
    kind: str
    name: str
    matched: str
    country: str = ""
    sources: int = 0


def ask(store: Reader, beginning: str, *, limit: int = 8) -> tuple[Suggestion, ...]:
    """Return entities by the beginning of a name: whole names first, then by how many sources speak of them, then by name."""
    typed = normalise_name(beginning[:LONGEST].encode("utf-8", "replace").decode("utf-8"))
    if not typed:
        return ()
    rows = search_rows(store, "names_beginning", beginning=typed, most=MOST_ROWS)
    best: dict[str, tuple[tuple[bool, int, str], Suggestion]] = {}
    for row in rows:
        if row["kind"] not in NAMED_KINDS:
            continue
        sources = int(str(row["sources"]))
        suggestion = Suggestion(
            id=str(row["id"]),
            kind=str(row["kind"]),
            name=str(row["name"]),
            matched=str(row["matched"]),
            country=str(row["country"]),
            sources=sources,
        )
        rank = (row["folded"] != typed, -sources, str(row["matched"]))
        if suggestion.id not in best or rank < best[suggestion.id][0]:
            best[suggestion.id] = (rank, suggestion)
    return tuple(suggestion for _, suggestion in sorted(best.values(), key=lambda each: (each[0], each[1].id)))[:limit]
