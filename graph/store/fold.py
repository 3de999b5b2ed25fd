"""Folding in SQLite: what statements, proposals and judgements say becomes entities and edges.

Only what a write touched is derived anew; `fold_all` derives everything and must give the same (a test proves it).
The result is a function of what is kept, never of the order in which it came.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, cast

import apsw

from graph.model import kind_of, normalise_name
from graph.store.connection import Value
from graph.store.sql import named

Triple = tuple[int, str, int]
# What identifies a composite: the predicates of its parts, and the one it cannot do without.
COMPOSITES: Final = {
    "pilot": (("tries", "runs_in", "within"), "runs_in"),
    "replication": (("transfers", "replicated_from", "replicated_to"), "replicated_to"),
}
_DIGEST = re.compile(r"\w+:[0-9a-f]{24}")


@dataclass(slots=True)
class Touched:
    """What a write changed: entity keys, entities whose names changed, and links between entities."""

    entities: set[int] = field(default_factory=set)
    renamed: set[int] = field(default_factory=set)
    triples: set[Triple] = field(default_factory=set)

    def statement(self, subject: int, predicate: str, value: int | None) -> None:
        self.entities.add(subject)
        if predicate in ("name", "alias"):
            self.renamed.add(subject)
        if value is not None:
            self.entities.add(value)
            self.triples.add((subject, predicate, value))


class Folding:
    """The folding of one write, over the connection that holds its transaction."""

    def __init__(self, connection: apsw.Connection) -> None:
        self.connection = connection
        self.sql = named("fold.sql")
        self.buried = 0
        self.changed: set[int] = set()  # canonical keys, old or new, of groups that changed

    def run(self, touched: Touched) -> int:
        """Bring everything derived up to date with what was touched; return how many entities went."""
        mates = self._bury(touched.entities)
        keys = set(self._identities(touched.entities)) | mates
        renamed = self._rename(touched.renamed & keys)
        keys |= self._resolve()
        moved = self._regroup(keys)
        for kind in COMPOSITES:
            composites = {key for key, (_, k, _) in self._identities(keys).items() if k == kind}
            moved |= self._regroup(self._pair_composites(kind, moved, composites))
        for key in self.changed:
            self._all("delete_edges_of", key)
            self._all("delete_entity_text", key)
        fresh = self.changed | {canonical for _, _, canonical in self._identities(renamed).values()}
        for canonical in {canonical for _, _, canonical in self._identities(keys | moved | self.changed).values()}:
            self._fold_entity(canonical, text=canonical in fresh)
        self._fold_edges(touched.triples)
        return self.buried

    def _all(self, name: str, *parameters: Value) -> list[tuple[Value, ...]]:
        return self.connection.execute(self.sql[name], parameters).fetchall()

    def _keys(self, name: str, keys: Iterable[int], *more: Value) -> list[tuple[int, ...]]:
        return cast(list[tuple[int, ...]], self._all(name, json.dumps(sorted(keys)), *more))

    def _identities(self, keys: Iterable[int]) -> dict[int, tuple[str, str, int]]:
        """Return id, kind and canonical key by key, of those that are kept."""
        rows = self._all("identities", json.dumps(sorted(keys)))
        return {cast(int, key): (str(i), str(kind), cast(int, canonical)) for key, i, kind, canonical in rows}

    def _bury(self, keys: set[int]) -> set[int]:
        """Remove entities that no statement names any more; return those that were linked to one of them."""
        untold = {key for (key,) in self._keys("untold", keys)}
        if not untold:
            return set()
        mates = {key for (key,) in self._keys("mates", untold)} - untold
        for (judgement,) in self._keys("judged_of", untold):
            self._all("delete_judged", judgement)
        for first, second in self._keys("alike_of", untold):
            self._all("delete_alike", first, second)
        self.changed |= untold | mates | {canonical for _, _, canonical in self._identities(mates).values()}
        for key in mates:  # each stands alone until it is grouped again
            self._all("set_canonical", key, key)
        for key in untold:
            self._all("delete_edges_of", key)
            self._all("delete_entity_text", key)
            self._all("set_canonical", key, key)
        for key in untold:
            self._all("delete_entity", key)
        self.buried += len(untold)
        return mates

    def _rename(self, keys: set[int]) -> set[int]:
        """Keep every live name of these entities as an alias; return those whose names changed."""
        renamed = set()
        for key in keys:
            told = {str(value) for (value,) in self._all("names_told", key)}
            if told == {str(name) for (name,) in self._all("aliases", key)}:
                continue
            renamed.add(key)
            self._all("delete_aliases", key)
            for name in told:
                self._all("insert_alias", normalise_name(name), key, name)
        return renamed

    def _resolve(self) -> set[int]:
        """Find the sides of judgements on pairs anew; return the entities whose judged pairs changed."""
        touched: set[int] = set()
        for identifier, verdict, first, second, first_written, second_written, at in self._all("pair_judgements"):
            sides = (self._side(str(first), str(first_written)), self._side(str(second), str(second_written)))
            known = self._all("get_judged", identifier)
            if sides[0] is None or sides[1] is None or sides[0] == sides[1]:
                if known:
                    self._all("delete_judged", identifier)
            elif known == [sides]:
                continue
            else:
                self._all("put_judged", identifier, *sides, verdict, at)
                touched |= {side for side in sides if side}
            touched |= {cast(int, key) for row in known for key in row}
        gone = self._all("judged_without_judgement")
        for identifier, first_key, second_key in gone:
            self._all("delete_judged", identifier)
            touched |= {cast(int, first_key), cast(int, second_key)}
        return set(self._identities(touched))

    def _side(self, identifier: str, written: str) -> int | None:
        """Return the entity with this id, else the only one of its kind with the name as written."""
        found = self._all("key_by_id", identifier) or self._all("with_alias", normalise_name(written), kind_of(identifier))
        return cast(int, found[0][0]) if len(found) == 1 else None

    def _closure(self, keys: set[int]) -> set[int]:
        """Return the keys with everything that is or may be in a group with them."""
        closed, fresh = set(keys), set(keys)
        while fresh:
            fresh = {key for (key,) in self._keys("mates", fresh)} - closed
            closed |= fresh
        return closed

    def _regroup(self, keys: set[int]) -> set[int]:
        """Put entities into groups by judgements, strong proposals and likeness of parts; return those that moved.

        Judged pairs go first; a link that would bring two entities together that were judged different is left out.
        """
        if not keys:
            return set()
        identities = self._identities(self._closure(keys))
        listed = json.dumps(sorted(identities))
        verdicts = {frozenset((a, b)): verdict for a, b, verdict in self._all("judged_within", listed)}  # the latest wins
        groups = Groups(identities, [pair for pair, verdict in verdicts.items() if verdict == "different"])
        same = [sorted(cast(frozenset[int], p), key=lambda key: identities[key][0]) for p, v in verdicts.items() if v == "same"]
        links = sorted(same, key=lambda pair: [identities[key][0] for key in pair])
        for name in ("strong_proposals", "alike_within"):
            links += [[cast(int, first), cast(int, second)] for first, second in self._all(name, listed)]
        for first_key, second_key in links:
            groups.join(first_key, second_key)
        before: dict[int, set[int]] = {}
        for key, (_, _, canonical) in identities.items():
            before.setdefault(canonical, set()).add(key)
        moved: set[int] = set()
        for members in groups.all():
            canonical = min(members, key=lambda key: (bool(_DIGEST.fullmatch(identities[key][0])), identities[key][0]))
            for key in members:
                if identities[key][2] != canonical:
                    moved |= members | before[identities[key][2]]  # also those it leaves behind
                    self.changed |= {canonical, identities[key][2]}
                    self._all("set_canonical", canonical, key)
        return moved

    def _pair_composites(self, kind: str, moved: set[int], touched: set[int]) -> set[int]:
        """Find composites of a kind whose parts are folded into the same wholes; return those whose pairs changed."""
        predicates, needed = COMPOSITES[kind]
        listed = json.dumps(predicates)
        own = {canonical for _, _, canonical in self._all("parts", json.dumps(sorted(touched)), listed)}
        parts = moved | {key for (key,) in self._keys("members", self._multiple(cast(set[int], own)))}
        candidates = touched | {key for (key,) in self._keys("composites_with", parts, kind, listed)}
        kept: set[tuple[int, ...]] = set()
        while not kept >= (pairs := set(self._keys("alike_of", candidates))):  # a pair's other pairs hang on it
            kept |= pairs
            candidates |= {key for pair in pairs for key in pair}
        if not candidates:
            return set()
        wanted = self._alike(candidates, needed, listed)
        for first, second in kept - wanted:
            self._all("delete_alike", first, second)
        for first, second in wanted - kept:
            self._all("put_alike", first, second)
        return {key for pair in kept ^ wanted for key in pair}

    def _alike(self, candidates: set[int], needed: str, predicates: str) -> set[tuple[int, ...]]:
        """Return pairs (first of its group, other) of composites with the same folded parts, one of which was merged."""
        signatures: dict[int, set[tuple[str, int]]] = {}
        for subject, predicate, canonical in self._all("parts", json.dumps(sorted(candidates)), predicates):
            signatures.setdefault(cast(int, subject), set()).add((str(predicate), cast(int, canonical)))
        multiple = self._multiple({part for signature in signatures.values() for _, part in signature})
        groups: dict[frozenset[tuple[str, int]], list[int]] = {}
        for key, signature in signatures.items():
            if any(p == needed for p, _ in signature) and any(part in multiple for _, part in signature):
                groups.setdefault(frozenset(signature), []).append(key)
        identities = self._identities(candidates)
        pairs: set[tuple[int, ...]] = set()
        for same in groups.values():
            first, *others = sorted(same, key=lambda key: identities[key][0])
            pairs |= {(first, other) for other in others}
        return pairs

    def _multiple(self, canonical: set[int]) -> set[int]:
        return {key for (key,) in self._keys("multiple", canonical)}

    def _fold_entity(self, canonical: int, *, text: bool) -> None:
        """Write name, country and counts of one group on its canonical row, and its names into full text."""
        members = json.dumps([key for (key,) in self._keys("members", [canonical])])
        # Where every name was judged wrong, one of them is still better than none.
        named_so = self._all("best_value", members, "name") or self._all("any_name", members)
        countries = self._all("best_value", members, "country")
        name, country = (str(rows[0][0] or "") if rows else "" for rows in (named_so, countries))
        ((statements, sources),) = self._all("support_of_entity", members)
        self._all("update_entity", name, normalise_name(name), country, statements, sources, canonical)
        if text:
            from graph.search_text import folded

            names = " ; ".join(str(alias) for (alias,) in self._all("group_aliases", members))
            self._all("delete_entity_text", canonical)
            # Names are looked for as typed: no stems, whose language a name does not have.
            self._all("insert_entity_text", canonical, folded(names), "")

    def _fold_edges(self, triples: set[Triple]) -> None:
        """Count the support of edges that were touched, and of every edge of a group that changed."""
        identities = self._identities({key for s, _, o in triples for key in (s, o)})
        edges = {(identities[s][2], p, identities[o][2]) for s, p, o in triples if s in identities and o in identities}
        if self.changed:
            members = [key for (key,) in self._keys("members", self.changed)]
            edges |= {cast(Triple, row) for row in self._all("edges_told", json.dumps(members))}
        for subject, predicate, value in edges:
            ((statements, sources),) = self._all("support_of_edge", subject, predicate, value)
            if statements:
                self._all("put_edge", subject, predicate, value, statements, sources)
            else:
                self._all("delete_edge", subject, predicate, value)


class Groups:
    """Union-find that keeps some pairs apart."""

    def __init__(self, keys: Iterable[int], apart: Iterable[frozenset[Value]]) -> None:
        self.group = {key: frozenset([key]) for key in keys}
        self.apart = list(apart)

    def join(self, first: int, second: int) -> None:
        """Make one group of the groups of these two, unless that brings a pair together that is to stay apart."""
        whole = self.group[first] | self.group[second]
        if any(pair <= whole for pair in self.apart):
            return
        for key in whole:
            self.group[key] = whole

    def all(self) -> set[frozenset[int]]:
        return set(self.group.values())


def fold_all(connection: apsw.Connection) -> None:
    """Derive everything anew from what is kept."""
    sql = named("fold.sql")
    connection.execute(sql["clear_derived"])
    keys = {cast(int, key) for (key,) in connection.execute(sql["all_keys"]).fetchall()}
    triples = {cast(Triple, row) for row in connection.execute(sql["all_triples"]).fetchall()}
    Folding(connection).run(Touched(entities=set(keys), renamed=set(keys), triples=triples))
