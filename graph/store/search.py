"""What search asks of a store: the statements of search.sql and search.cypher, by name."""

from __future__ import annotations

import json
from collections.abc import Collection
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from graph.store.sql import named

if TYPE_CHECKING:
    from graph.store.base import Reader

FILES: Final = MappingProxyType({"sqlite": "search.sql", "neo4j": "search.cypher"})


def search_rows(store: Reader, name: str, **parameters: object) -> list[dict[str, object]]:
    """Run a statement with its parameters; collections go as the store takes them (SQLite knows lists as JSON only)."""
    given = {key: _given(value, store.backend) for key, value in parameters.items()}
    return store.rows(named(FILES[store.backend])[name], given)


def _given(value: object, backend: str) -> object:
    if isinstance(value, str) or not isinstance(value, Collection):
        return value
    return json.dumps(list(value)) if backend == "sqlite" else list(value)
