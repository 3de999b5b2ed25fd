"""The documents that are kept, by title: for looking around."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graph.store.base import Reader
from queries.questions import rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A document as a list shows it."""

    title: str
    id: str
    address: str
    language: str
    date: str
    genre: str
    country: str
    statements: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One page; with `more`, the next begins after the last document's title and id."""

    documents: tuple[Listed, ...]
    more: bool = False


def ask(store: Reader, *, after: tuple[str, str] = ("", ""), limit: int = 50) -> Answer:
    """Return at most `limit` documents after the title and id given, those without a title first."""
    found: list[dict[str, Any]] = rows(store, "documents", title=after[0], after=after[1], limit=limit + 1)
    return Answer(documents=tuple(Listed(**row) for row in found[:limit]), more=len(found) > limit)
