"""Folding in Neo4j: the statements of neo4j_fold.cypher, in the transaction of a write, or in many where everything is folded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graph.store import fold
from graph.store.neo4j_connection import Transaction

Run = Callable[[Callable[[Transaction], Any]], Any]  # of work in a transaction
REPLICATION = "replication:"


def _statement(name: str, **parameters: object) -> Callable[[Transaction], list[tuple[Any, ...]]]:
    return lambda transaction: transaction.of("neo4j_fold.cypher").all(name, **parameters)


class Neo4jDerived:
    """What a database derives; see graph/store/fold.py. The keys of entities are their ids.

    `read` and `write` give the transaction: the one of a write for both, or a new one for each statement.
    """

    def __init__(self, read: Run, write: Run) -> None:
        self.read, self.write = read, write
        self.replications: set[str] = set()  # whose ends changed

    def ask(self, name: str, **parameters: object) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self.read(_statement(name, **parameters))
        return rows

    def tell(self, name: str, rows: Sequence[tuple[Any, ...]]) -> None:
        if name == "delete_edges_of":  # says whose edges went
            gone = self.write(_statement(name, rows=rows))
            self.replications |= {subject for (subject,) in gone if subject.startswith(REPLICATION)}
            return
        if name in ("put_edge", "delete_edge"):
            self.replications |= {row[0] for row in rows if row[0].startswith(REPLICATION)}
        self.write(lambda t: t.of("neo4j_fold.cypher").put(name, rows))

    def follow(self) -> None:
        """Draw REPLICATED_AS for the replications whose ends changed: people follow it in Neo4j Browser."""
        keys = sorted(self.replications)
        for start in range(0, len(keys), fold.PART):
            self.write(_statement("put_replicated_as", keys=keys[start : start + fold.PART]))


def within(transaction: Transaction) -> Neo4jDerived:
    """Return what is derived as one transaction sees and changes it."""

    def run(work: Callable[[Transaction], Any]) -> Any:
        return work(transaction)

    return Neo4jDerived(run, run)


def fold_touched(transaction: Transaction, touched: fold.Touched) -> int:
    """Bring everything derived up to date with what a write touched; return how many entities went."""
    derived = within(transaction)
    buried = fold.Folding(derived).run(touched)
    derived.follow()
    return buried


def fold_all(derived: Neo4jDerived) -> None:
    """Derive everything anew from what is kept."""
    for name in ("clear_relationships", "clear_aliases", "clear_entities"):
        while derived.write(_statement(name))[0][0]:
            pass
    fold.fold_all(derived)
    derived.follow()
