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


def named_in_documents(store: Reader, entities: Collection[str], least: float) -> set[str]:
    """Return which of these entities (by the ids they were stated under) a document names with at least this confidence.

    Statements that were judged wrong, those that people entered and those of digests do not count.
    """
    return {str(row["id"]) for row in search_rows(store, "named_in_documents", ids=sorted(entities), least=least)}


def documents_holding(store: Reader, name: str, entity: str, least: float) -> list[str]:
    """Return the ids of the documents that hold a name, however it is written, and do not themselves give it to the entity with
    at least this confidence."""
    words = folded(name)  # letters and digits alone: nothing in it means anything to an index
    if not words:
        return []
    rows = search_rows(store, "documents_with_words", match=f'words:"{words}"', entity=entity, least=least)
    return [str(row["id"]) for row in rows]


def _given(value: object, backend: str) -> object:
    if isinstance(value, str) or not isinstance(value, Collection):
        return value
    return json.dumps(list(value)) if backend == "sqlite" else list(value)
