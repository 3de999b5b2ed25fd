"""The entities of a kind, by name: for looking around."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graph.store.base import Reader
from queries.questions import rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An entity as a list shows it; `folded` is what it is ordered by."""

    folded: str
    id: str
    name: str
    country: str
    statements: int
    sources: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One page; with `more`, the next begins after the last entity's `folded` and `id`."""

    entities: tuple[Listed, ...]
    more: bool = False


def ask(store: Reader, kind: str, *, after: tuple[str, str] = ("", ""), limit: int = 50) -> Answer:
    """Return at most `limit` entities of the kind after the folded name and id given, unnamed ones first."""
    found: list[dict[str, Any]] = rows(store, "entities", kind=kind, folded=after[0], after=after[1], limit=limit + 1)
    return Answer(entities=tuple(Listed(**row) for row in found[:limit]), more=len(found) > limit)
