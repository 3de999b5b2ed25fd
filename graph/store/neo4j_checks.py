from __future__ import annotations

from graph.store.base import Problem
from graph.store.neo4j_connection import Connection


def problems(connection: Connection) -> list[Problem]:
    return []
