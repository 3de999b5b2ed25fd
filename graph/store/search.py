"""What search, and the reading of texts, ask of a store: the statements of search.sql and search.cypher, by name."""

from __future__ import annotations

import json
from collections.abc import Collection
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from graph.search_text import folded
from graph.store.sql import named

if TYPE_CHECKING:
    from graph.store.base import Reader

FILES: Final = MappingProxyType({"sqlite": "search.sql", "neo4j": "search.cypher"})


def search_rows(store: Reader, name: str, **parameters: object) -> list[dict[str, object]]:
    """Run a statement with its parameters; collections go as the store takes them (SQLite knows lists as JSON only)."""
    given = {key: _given(value, store.backend) for key, value in parameters.items()}
    return store.rows(named(FILES[store.backend])[name], given)


def count_naming(store: Reader, entities: Collection[str], least: float) -> dict[str, int]:
    """Return how many documents name each of these entities (by the ids they were stated under) with at least this confidence.

    Statements that were judged wrong, those that people entered and those of digests do not count. An entity that no document
    names is not in the answer.
    """
    found = search_rows(store, "count_naming", ids=sorted(entities), least=least) if entities else []
    return {str(row["id"]): int(str(row["documents"])) for row in found}


def documents_naming(store: Reader, entity: str, least: float) -> set[str]:
    """Return the ids of the documents that `count_naming` counts."""
    return {str(row["id"]) for row in search_rows(store, "documents_naming", entity=entity, least=least)}


def count_holding(store: Reader, words: str) -> int:
    """Return how many documents, but for digests, have a passage with these words next to each other, however written."""
    match = _phrase(words)
    return int(str(search_rows(store, "count_with_words", match=match)[0]["documents"])) if match else 0


def documents_holding(store: Reader, words: str) -> set[str]:
    """Return the ids of the documents that `count_holding` counts."""
    match = _phrase(words)
    return {str(row["id"]) for row in search_rows(store, "documents_with_words", match=match)} if match else set()


def _phrase(words: str) -> str:
    tokens = folded(words)  # letters and digits alone: nothing in it means anything to an index
    return f'words:"{tokens}"' if tokens else ""


def _given(value: object, backend: str) -> object:
    if isinstance(value, str) or not isinstance(value, Collection):
        return value
    return json.dumps(list(value)) if backend == "sqlite" else list(value)
