"""Folding in Neo4j: the statements of neo4j_fold.cypher, in the transaction of a write, or in many where everything is folded.

Most entities of a new document were never named before, and nothing links them to others. What is told of those is known to the
write that brings them, so the server is asked about the rest only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from graph.model import kind_of, normalise_name
from graph.store import fold
from graph.store.neo4j_connection import Transaction

Run = Callable[[Callable[[Transaction], Any]], Any]  # of work in a transaction
Rows = list[tuple[Any, ...]]
Triple = tuple[str, str, str]
REPLICATION = "replication:"
COUNTED: Final = ("name", "alias", "country")  # predicates whose values are voted on


@dataclass(slots=True)
class Brought:
    """Entities that were not kept before, and all that is said of them: by the write that brings them alone."""

    entities: set[str] = field(default_factory=set)
    told: Counter[str] = field(default_factory=Counter)  # live statements by subject
    votes: dict[str, dict[tuple[str, str], Counter[tuple[str, bool]]]] = field(default_factory=dict)
    links: dict[str, list[tuple[str, str]]] = field(default_factory=dict)  # predicate and object by subject
    edges: dict[Triple, list[str]] = field(default_factory=dict)  # sources of links from or to one, "" where it does not count
    made: dict[str, tuple[Any, ...]] = field(default_factory=dict)  # the summaries that they were made with

    @classmethod
    def of(cls, entities: set[str], rows: Iterable[Mapping[str, Any]]) -> Brought:
        """Gather what statements, as columns of `told` in neo4j.cypher, say of these entities."""
        brought = cls(entities)
        brought.hear(rows)
        return brought

    def hear(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Gather what more statements say of these entities."""
        for row in rows:
            subject, predicate, target = row["subject"], row["predicate"], row["object"]
            if not row["live"] or (subject not in self.entities and target not in self.entities):
                continue
            if target:
                self.edges.setdefault((subject, predicate, target), []).append(row["source"] if row["counted"] else "")
            if subject in self.entities:
                self.told[subject] += 1
                if target:
                    self.links.setdefault(subject, []).append((predicate, target))
                if predicate in COUNTED:
                    votes = self.votes.setdefault(subject, {})
                    votes.setdefault((predicate, row["value"]), Counter())[row["source"], row["counted"]] += 1

    def names(self, entity: str) -> list[str]:
        """Return its names and aliases."""
        return sorted({value for predicate, value in self.votes.get(entity, ()) if predicate != "country"})

    def voices(self, entity: str) -> list[tuple[str, str, int]]:
        """Return predicate, value and number of sources of its names and countries."""
        votes = self.votes.get(entity, {})
        return [(p, value, sum(counted for _, counted in said)) for (p, value), said in votes.items() if p != "alias"]

    def support(self, entity: str) -> tuple[int, int]:
        """Return how many statements are about it, and how many sources name it."""
        votes = self.votes.get(entity, {})
        named = {name for (p, _), said in votes.items() if p == "name" for name, counted in said if counted}
        return self.told[entity], len(named)

    def summary(self, entity: str) -> tuple[str, str, str, int, int]:
        """Return name, folded name, country and counts of it, folded with no other."""
        said: dict[str, dict[str, int]] = {"name": {}, "country": {}}
        for predicate, value, sources in self.voices(entity):
            said[predicate][value] = sources
        name, country = (fold.winner(values) if values else "" for values in said.values())
        return name, normalise_name(name), country, *self.support(entity)


class Neo4jDerived:
    """What a database derives; see graph/store/fold.py. The keys of entities are their ids.

    `read` and `write` give the transaction: the one of a write for both, or a new one for each statement.
    """

    def __init__(self, read: Run, write: Run, brought: Brought | None = None) -> None:
        self.read, self.write = read, write
        self.brought = brought
        self.alone = set(brought.entities) if brought else set()  # in a group of their own; no other is near, no edge is drawn
        self.replications: set[str] = set()  # whose ends changed
        self._canonical: dict[str, str] = {}  # of entities that were asked about
        self._support: dict[Triple, list[str]] | None = None  # sources of edges from or to entities that are alone
        self._answers: dict[str, Callable[[str], Rows]] = {
            **dict.fromkeys(("strong_proposals", "judged_within", "alike_within", "alike_of", "judged_of"), lambda _: []),
            **dict.fromkeys(("multiple", "aliases"), lambda _: []),
            **dict.fromkeys(("mates", "members"), lambda key: [(key,)]),
        }
        if brought:
            self._answers |= {
                "untold": lambda _: [],
                # What was made with its summary was made with its aliases.
                "names_told": lambda key: [] if key in brought.made else [(key, name) for name in brought.names(key)],
                "group_aliases": lambda key: [(key, name) for name in brought.names(key)],
                "votes": lambda key: [(key, *vote) for vote in brought.voices(key)],
                "support_of_entities": lambda key: [(key, *brought.support(key))],
            }

    def ask(self, name: str, **parameters: object) -> Rows:
        """Return the rows of a statement; those about entities that are alone without asking the server."""
        if name == "support_of_edges":
            return self._support_of_edges(parameters["edges"])  # type: ignore[arg-type]
        keys: Any = parameters.get("keys")
        if name == "identities":
            return self._identities(keys)
        if self.brought and name == "all_keys":
            return [(key,) for key in self.brought.entities]
        if self.brought and name == "all_triples":
            return list(self.brought.edges)
        if name == "parts" and self.brought:
            own, others = self._split(keys)
            links = self._links(own, self.brought.links, parameters["predicates"])  # type: ignore[arg-type]
            return links + self._ask(name, **{**parameters, "keys": others})
        if name not in self._answers:
            return self._ask(name, **parameters)
        own, others = self._split(keys)
        answer = self._answers[name]
        return [row for key in own for row in answer(key)] + self._ask(name, **{**parameters, "keys": others})

    def _split(self, keys: Iterable[str]) -> tuple[list[str], list[str]]:
        own: list[str] = []
        others: list[str] = []
        for key in keys:
            (own if key in self.alone else others).append(key)
        return own, others

    def _ask(self, name: str, **parameters: object) -> Rows:
        if parameters.get("keys", True) == [] or parameters.get("edges", True) == []:
            return []
        rows: Rows = self.read(_statement(name, **parameters))
        return rows

    def _identities(self, keys: Iterable[str]) -> Rows:
        own, others = self._split(keys)
        asked = [key for key in others if key not in self._canonical]
        self._canonical |= {key: canonical for key, _, _, canonical in self._ask("identities", keys=asked)}
        known = {key: key for key in own} | {key: self._canonical[key] for key in others if key in self._canonical}
        return [(key, key, kind_of(key), canonical) for key, canonical in known.items()]

    def _links(self, keys: Iterable[str], told: Mapping[str, list[tuple[str, str]]], predicates: Sequence[str]) -> Rows:
        links = {(key, p, target) for key in keys for p, target in told.get(key, ()) if p in predicates}
        canonical = {key: canonical for key, _, _, canonical in self._identities({target for _, _, target in links})}
        return list({(key, predicate, canonical[target]) for key, predicate, target in links})

    def _support_of_edges(self, edges: Sequence[Triple]) -> Rows:
        if self.brought is None:
            return self._ask("support_of_edges", edges=edges)
        if self._support is None:  # the last thing that is folded: nobody is moved any more
            ends = {end for subject, _, target in self.brought.edges for end in (subject, target)}
            canonical = {key: canonical for key, _, _, canonical in self._identities(ends)}
            self._support = defaultdict(list)
            for (subject, predicate, target), sources in self.brought.edges.items():
                self._support[canonical[subject], predicate, canonical[target]] += sources
        own = [edge for edge in edges if self._new(edge)]
        told = [(*edge, len(said), len(set(said) - {""})) for edge in own if (said := self._support.get(edge))]
        return told + self._ask("support_of_edges", edges=[edge for edge in edges if not self._new(edge)])

    def _new(self, edge: Sequence[Any]) -> bool:
        """Tell whether an edge, as subject, predicate and value, was not drawn yet."""
        return edge[0] in self.alone or edge[2] in self.alone

    def tell(self, name: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Run a statement that writes, and leave out what is so already."""
        self._note(name, rows)
        if name == "delete_edges_of":  # says whose edges went
            gone = self.write(_statement(name, rows=rows))
            self.replications |= {subject for (subject,) in gone if subject.startswith(REPLICATION)}
            return
        if name == "update_entity" and self.brought:
            rows = [row for row in rows if row[5] not in self.alone or row[:5] != self.brought.made.get(row[5])]
        elif name == "delete_entity_text":
            rows = [row for row in rows if row[0] not in self.alone]
        elif name == "delete_edge":
            rows = [row for row in rows if not self._new(row)]
        elif name == "put_edge":
            groups: dict[tuple[str, str], list[tuple[str, int, int]]] = defaultdict(list)
            for subject, predicate, value, *counts in filter(self._new, rows):
                groups[predicate, value].append((subject, *counts))
            self._put("insert_edges", [(*group, edges) for group, edges in groups.items()])
            rows = [row for row in rows if not self._new(row)]
        self._put(name, rows)

    def _put(self, name: str, rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            self.write(lambda t: t.of("neo4j_fold.cypher").put(name, rows))

    def _note(self, name: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Remember what a statement changes of what is known here."""
        if name in ("put_edge", "delete_edge"):
            self.replications |= {row[0] for row in rows if row[0].startswith(REPLICATION)}
        elif name == "set_canonical":
            self.alone -= {key for row in rows for key in row}
            self._canonical |= {key: canonical for canonical, key in rows}
        elif name == "put_judged":
            self.alone -= {key for row in rows for key in row[1:3]}
        elif name == "put_alike":
            self.alone -= {key for row in rows for key in row}
        elif name == "delete_entity":
            for (key,) in rows:
                self._canonical.pop(key, None)

    def follow(self) -> None:
        """Draw REPLICATED_AS for the replications whose ends changed: people follow it in Neo4j Browser."""
        keys = sorted(self.replications)
        for start in range(0, len(keys), fold.PART):
            self.write(_statement("put_replicated_as", keys=keys[start : start + fold.PART]))


def _statement(name: str, **parameters: object) -> Callable[[Transaction], Rows]:
    return lambda transaction: transaction.of("neo4j_fold.cypher").all(name, **parameters)


def within(transaction: Transaction, brought: Brought | None = None) -> Neo4jDerived:
    """Return what is derived as one transaction sees and changes it."""

    def run(work: Callable[[Transaction], Any]) -> Any:
        return work(transaction)

    return Neo4jDerived(run, run, brought)


def fold_touched(transaction: Transaction, touched: fold.Touched, brought: Brought) -> int:
    """Bring everything derived up to date with what a write touched and brought; return how many entities went."""
    derived = within(transaction, brought)
    buried = fold.Folding(derived).run(touched)
    derived.follow()
    return buried


def fold_all(derived: Neo4jDerived) -> None:
    """Derive everything anew from what is kept; what it was `brought`, if anything, is all that is kept."""
    for name in ("clear_relationships", "clear_aliases", "clear_entities"):
        while derived.write(_statement(name))[0][0]:
            pass
    linked = {key for (key,) in derived.ask("linked")}
    derived.alone = {key for (key,) in derived.ask("all_keys")} - linked
    fold.fold_all(derived)
    derived.follow()
