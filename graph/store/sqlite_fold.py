"""Folding in SQLite: the statements of fold.sql, inside the transaction of one write."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import apsw

from graph.store import fold
from graph.store.sql import named


class SqliteDerived:
    """What one connection derives; see graph/store/fold.py. Lists are handed over as JSON."""

    def __init__(self, connection: apsw.Connection) -> None:
        self.connection = connection
        self.sql = named("fold.sql")

    def ask(self, name: str, **parameters: object) -> list[tuple[Any, ...]]:
        given = {key: value if isinstance(value, str) else json.dumps(value) for key, value in parameters.items()}
        return self.connection.execute(self.sql[name], given).fetchall()

    def tell(self, name: str, rows: Sequence[tuple[Any, ...]]) -> None:
        self.connection.executemany(self.sql[name], rows)


def fold_all(connection: apsw.Connection) -> None:
    """Derive everything anew from what is kept."""
    derived = SqliteDerived(connection)
    connection.execute(derived.sql["clear_derived"])
    fold.fold_all(derived)
