"""The store on a Neo4j server for tests that hold both homes of the graph to one contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph.store import neo4j_snapshot
from graph.store.neo4j import Neo4jStore, open_store

if TYPE_CHECKING:
    from tests.neo4j.server import Server


def at(server: Server, *, readonly: bool = False) -> Neo4jStore:
    """Open the store of a server."""
    return open_store(server.address, user=server.user, password=server.password, readonly=readonly)


def emptied(store: Neo4jStore) -> Neo4jStore:
    """Return the store with nothing in it."""
    neo4j_snapshot.empty(store.connection)
    return store
