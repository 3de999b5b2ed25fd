"""What `doctor` looks for in a Neo4j store: what checks.py looks for in a file, and constraints, indexes and vectors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from graph.store.base import Problem
from graph.store.checks import FOLD_AGAIN, READ_AGAIN, listed
from graph.store.neo4j_connection import Connection
from graph.store.neo4j_snapshot import unfinished
from graph.store.neo4j_vectors import Neo4jVectors

FILE: Final = "neo4j_checks.cypher"
RESTORE: Final = "restore a backup of the server, or import an export into an empty database"
CHECKS: Final = (
    ("edges_without_statement", "the edge {} has no live statement", FOLD_AGAIN),
    ("statements_without_edge", "{} is live and has no edge", FOLD_AGAIN),
    ("untold_entities", "{} is named by no statement", FOLD_AGAIN),
    ("nameless_entities", "{} has no name", FOLD_AGAIN),
    ("lost_canonical", "{} is folded into something that is itself folded", FOLD_AGAIN),
    ("documents_without_address", "{} has no address", f"forget it by its id, or {RESTORE}"),
    ("passages_without_text", "{} is not in full text", READ_AGAIN),
    ("statements_cut_off", "{} has lost its entity, source or evidence", READ_AGAIN),
    ("nodes_left_over", "{} belongs to nothing", RESTORE),
    ("miscounted", "the names or statements of {} are not counted right", RESTORE),
)


def problems(connection: Connection) -> list[Problem]:
    """Look through the whole store; an empty list is a sound one."""
    found = [
        Problem(check="schema", what=f"the constraint or index {name} is not there or not online", mend="twintown doctor --mend")
        for name in connection.missing_schema()
    ]
    if unfinished(connection):
        found.append(Problem(check="import", what="an import was cut off", mend="run the same import or move again"))
    for name, part in (
        ("quotes", "the quote of {} is not the text at its offsets"),
        ("passages", "{} is not the part of the text"),
    ):
        found += listed(name, part, READ_AGAIN, list(_misplaced(connection, name)))
    for name, what, mend in CHECKS:
        rows = connection.ask(FILE, name)
        found += listed(name, what, mend, [str(line) for (line,) in rows])
    return [*found, *Neo4jVectors(connection).problems()]


def _misplaced(connection: Connection, name: str) -> Iterator[str]:
    """Yield what is not the part of its document's text that it says. Cypher counts UTF-16 units, so Python compares."""
    rows = connection.ask(FILE, name)
    known, text = "", ""
    for identifier, start, end, part, document in rows:
        if document != known:
            found = connection.ask(FILE, "texts", keys=[document])
            known, text = document, found[0][1]
        if text[start:end] != part:
            yield identifier
