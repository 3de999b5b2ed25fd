"""What a store refuses at its door, and what `doctor` looks for inside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from graph.errors import InvalidRecord
from graph.model import Reading, Statement
from graph.schema import schema
from graph.store.base import Problem
from graph.store.connection import Connections
from graph.store.sql import named

SHOWN: Final = 20  # problems of one kind that are listed one by one
FOLD_AGAIN: Final = "twintown doctor --mend derives entities and edges anew"
READ_AGAIN: Final = "forget the document and ingest it again"


def valid_reading(reading: Reading) -> None:
    """Raise InvalidRecord unless passages and statements are of this document, fit its text and the schema."""
    text, identifier = reading.document.text, reading.document.id
    for passage in reading.passages:
        if passage.document != identifier or text[passage.start : passage.end] != passage.text or not passage.text:
            raise InvalidRecord(f"passage {passage.start}-{passage.end} is not that part of the text of {identifier}")
    for statement in reading.statements:
        evidence = statement.evidence
        if evidence.document != identifier:
            raise InvalidRecord(f"statement {statement.id} rests on {evidence.source}, not on {identifier}")
        if text[evidence.start : evidence.end] != evidence.quote:
            raise InvalidRecord(f"the quote of {statement.id} is not the text at {evidence.start}-{evidence.end}")
    _valid_statements(reading.statements)


def valid_collection(collection: str, statements: Sequence[Statement]) -> None:
    """Raise InvalidRecord unless these are statements a person entered under this collection."""
    for statement in statements:
        if statement.evidence.collection != collection or not collection:
            raise InvalidRecord(f"statement {statement.id} belongs to {statement.evidence.collection!r}, not to {collection!r}")
    _valid_statements(statements)


def _valid_statements(statements: Iterable[Statement]) -> None:
    checked = schema()
    named_ids, used = set(), set()
    for statement in statements:
        checked.check(statement)
        used.add(statement.subject)
        if checked.predicates[statement.predicate].links:
            used.add(statement.value)
        if statement.predicate == "name":
            named_ids.add(statement.subject)
    # A name from elsewhere would go with its own source and leave the entity without one.
    if used - named_ids:
        raise InvalidRecord(f"{min(used - named_ids)} has no `name` statement in the same reading; add one")


def problems(connections: Connections) -> list[Problem]:
    """Look through the whole store; an empty list is a sound one."""
    sql = named("checks.sql")
    found: list[Problem] = []
    for (line,) in connections.all(sql["quick_check"]):
        if line != "ok":
            found.append(Problem(check="file", what=str(line), mend="restore a backup (docs/operations.md)"))
    for table, *_ in connections.all(sql["foreign_keys"]):
        found.append(Problem(check="references", what=f"a row of {table!s} points nowhere", mend="restore a backup"))
    if connections.all(named("sqlite.sql")["get_meta"], ("import",)):
        found.append(Problem(check="import", what="an import was cut off", mend="run the same import or move again"))
    for name, what, mend in (
        ("quotes", "the quote of {} is not the text at its offsets", READ_AGAIN),
        ("passages", "{} is not the part of the text it says", READ_AGAIN),
        ("edges_without_statement", "the edge {} has no live statement", FOLD_AGAIN),
        ("statements_without_edge", "{} is live and has no edge", FOLD_AGAIN),
        ("untold_entities", "{} is named by no statement", FOLD_AGAIN),
        ("nameless_entities", "{} has no name", FOLD_AGAIN),
        ("lost_canonical", "{} is folded into something that is itself folded", FOLD_AGAIN),
        ("documents_without_address", "{} has no address", "restore a backup, or forget it by its id"),
        ("passages_without_text", "{} is not in full text", FOLD_AGAIN),
        ("text_without_passage", "full text holds {}, which is no passage", FOLD_AGAIN),
    ):
        found += listed(name, what, mend, [str(line) for (line,) in connections.all(sql[name])])
    return found


def listed(name: str, what: str, mend: str, lines: Sequence[str]) -> list[Problem]:
    """Return what one check found, as many as a person reads, and how many more there are."""
    check = name.replace("_", " ")
    found = [Problem(check=check, what=what.format(line), mend=mend) for line in lines[:SHOWN]]
    if len(lines) > SHOWN:
        found.append(Problem(check=check, what=f"and {len(lines) - SHOWN} more of the kind", mend=mend))
    return found
