"""Folding: what statements, proposals and judgements say becomes entities and edges. One algorithm for every home of the graph.

Only what a write touched is derived anew; `fold_all` derives everything and must give the same (a test proves it).
The result is a function of what is kept, never of the order in which it came.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeVar

from graph.model import kind_of, normalise_name

Key = Hashable  # of an entity, as its home has it: a number in SQLite, the id in Neo4j
Triple = tuple[Key, str, Key]
Value = TypeVar("Value")
# What identifies a composite: the predicates of its parts, and the one it cannot do without.
COMPOSITES: Final = {
    "pilot": (("tries", "runs_in", "within"), "runs_in"),
    "replication": (("transfers", "replicated_from", "replicated_to"), "replicated_to"),
}
PART: Final = 5_000  # entities or edges that one statement asks about, where everything is derived anew
_DIGEST = re.compile(r"\w+:[0-9a-f]{24}")


class Derived(Protocol):
    """What a home keeps of folding, inside one write transaction. The names are those of fold.sql and neo4j_fold.cypher."""

    def ask(self, name: str, **parameters: object) -> list[tuple[Any, ...]]:
        """Return the rows of a statement that reads; `parameters` are text, or lists of keys, texts or rows."""
        ...

    def tell(self, name: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Run a statement that writes once for each row."""
        ...


@dataclass(slots=True)
class Touched:
    """What a write changed: entity keys, entities whose names changed, and links between entities."""

    entities: set[Key] = field(default_factory=set)
    renamed: set[Key] = field(default_factory=set)
    triples: set[Triple] = field(default_factory=set)

    def statement(self, subject: Key, predicate: str, value: Key | None) -> None:
        self.entities.add(subject)
        if predicate in ("name", "alias"):
            self.renamed.add(subject)
        if value is not None:
            self.entities.add(value)
            self.triples.add((subject, predicate, value))


class Folding:
    """The folding of one write, over what its home derived so far."""

    def __init__(self, derived: Derived) -> None:
        self.derived = derived
        self.buried = 0
        self.changed: set[Key] = set()  # canonical keys, old or new, of groups that changed

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
        self._tell("delete_edges_of", ((key,) for key in self.changed))
        self._tell("delete_entity_text", ((key,) for key in self.changed))
        fresh = self.changed | {canonical for _, _, canonical in self._identities(renamed).values()}
        whole = {canonical for _, _, canonical in self._identities(keys | moved | self.changed).values()}
        for part in _parts(whole):
            self._fold_entities(part)
            self._fold_texts(fresh.intersection(part))
        self._fold_edges(touched.triples)
        return self.buried

    def _ask(self, name: str, keys: Iterable[Any], **more: object) -> list[tuple[Any, ...]]:
        """Ask about keys, or rows of them, of which there may be any number."""
        return [row for part in _parts(keys) for row in self.derived.ask(name, keys=part, **more)]

    def _tell(self, name: str, rows: Iterable[tuple[Any, ...]]) -> None:
        for part in _parts(rows):
            self.derived.tell(name, part)

    def _identities(self, keys: Iterable[Key]) -> dict[Key, tuple[str, str, Key]]:
        """Return id, kind and canonical key by key, of those that are kept."""
        return {key: (identifier, kind, canonical) for key, identifier, kind, canonical in self._ask("identities", keys)}

    def _bury(self, keys: set[Key]) -> set[Key]:
        """Remove entities that no statement names any more; return those that were linked to one of them."""
        untold = {key for (key,) in self._ask("untold", keys)}
        if not untold:
            return set()
        mates = {key for (key,) in self._ask("mates", untold)} - untold
        self._tell("delete_judged", self._ask("judged_of", untold))
        self._tell("delete_alike", self._ask("alike_of", untold))
        self.changed |= untold | mates | {canonical for _, _, canonical in self._identities(mates).values()}
        self._tell("set_canonical", ((key, key) for key in mates))  # each stands alone until it is grouped again
        for name in ("delete_edges_of", "delete_entity_text", "delete_entity"):
            self._tell(name, ((key,) for key in untold))
        self.buried += len(untold)
        return mates

    def _rename(self, keys: set[Key]) -> set[Key]:
        """Keep every live name of these entities as an alias; return those whose names changed."""
        told, kept = set(self._ask("names_told", keys)), set(self._ask("aliases", keys))
        self._tell("delete_alias", ((normalise_name(name), key, name) for key, name in kept - told))
        self._tell("insert_alias", ((normalise_name(name), key, name) for key, name in told - kept))
        return {key for key, _ in told ^ kept}

    def _resolve(self) -> set[Key]:
        """Find the sides of judgements on pairs anew; return the entities whose judged pairs changed."""
        judgements = self.derived.ask("pair_judgements")
        known = {judgement: (first, second) for judgement, first, second in self.derived.ask("judged")}
        side = self._sides([pair for _, _, *written, _ in judgements for pair in zip(written[:2], written[2:], strict=True)])
        touched: set[Key] = set()
        gone, put = set(known), []
        for identifier, verdict, first, second, first_written, second_written, at in judgements:
            sides = (side[first, first_written], side[second, second_written])
            if None in sides or sides[0] == sides[1]:
                continue
            gone.discard(identifier)
            if known.get(identifier) != sides:
                put.append((identifier, *sides, verdict, at))
                touched |= {*sides, *known.get(identifier, ())}
        self._tell("delete_judged", ((identifier,) for identifier in gone))
        self._tell("put_judged", put)
        touched |= {key for identifier in gone for key in known[identifier]}
        return set(self._identities(touched))

    def _sides(self, written: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Key | None]:
        """Return for each id and name the entity with this id, else the only one of its kind with the name as written."""
        wanted = {(identifier, name): (normalise_name(name), kind_of(identifier)) for identifier, name in written}
        by_id = dict(self._ask("keys_by_id", {identifier for identifier, _ in wanted}))
        by_name: dict[tuple[str, str], set[Key]] = defaultdict(set)
        for name, kind, key in self._ask("with_alias", {wanted[side] for side in wanted if side[0] not in by_id}):
            by_name[name, kind].add(key)
        only = {side: next(iter(keys)) for side, keys in by_name.items() if len(keys) == 1}
        return {side: by_id.get(side[0], only.get(name)) for side, name in wanted.items()}

    def _closure(self, keys: set[Key]) -> set[Key]:
        """Return the keys with everything that is or may be in a group with them."""
        closed, fresh = set(keys), set(keys)
        while fresh:
            fresh = {key for (key,) in self._ask("mates", fresh)} - closed
            closed |= fresh
        return closed

    def _regroup(self, keys: set[Key]) -> set[Key]:
        """Put entities into groups by judgements, strong proposals and likeness of parts; return those that moved.

        Judged pairs go first; a link that would bring two entities together that were judged different is left out.
        """
        if not keys:
            return set()
        identities = self._identities(self._closure(keys))

        def by_ids(pair: Iterable[Key]) -> list[str]:
            return sorted(identities[key][0] for key in pair)

        judged = sorted(self._ask("judged_within", identities), key=lambda row: row[3:])
        verdicts = {frozenset((a, b)): verdict for a, b, verdict, _, _ in judged}  # the latest wins
        groups = Groups(identities, [pair for pair, verdict in verdicts.items() if verdict == "different"])
        links: list[Iterable[Key]] = sorted((pair for pair, verdict in verdicts.items() if verdict == "same"), key=by_ids)
        proposed = self._ask("strong_proposals", identities)
        links += [row[:2] for row in sorted(proposed, key=lambda row: (-row[2], by_ids(row[:2])))]
        links += sorted(self._ask("alike_within", identities), key=by_ids)
        for pair in links:
            groups.join(*pair)
        return self._move(groups, identities)

    def _move(self, groups: Groups, identities: dict[Key, tuple[str, str, Key]]) -> set[Key]:
        before: dict[Key, set[Key]] = {}
        for key, (_, _, canonical) in identities.items():
            before.setdefault(canonical, set()).add(key)
        moved: set[Key] = set()
        changes = []
        for members in groups.all():
            canonical = min(members, key=lambda key: (bool(_DIGEST.fullmatch(identities[key][0])), identities[key][0]))
            for key in members:
                if identities[key][2] != canonical:
                    moved |= members | before[identities[key][2]]  # also those it leaves behind
                    self.changed |= {canonical, identities[key][2]}
                    changes.append((canonical, key))
        self._tell("set_canonical", changes)
        return moved

    def _pair_composites(self, kind: str, moved: set[Key], touched: set[Key]) -> set[Key]:
        """Find composites of a kind whose parts are folded into the same wholes; return those whose pairs changed."""
        predicates, needed = COMPOSITES[kind]
        own = {canonical for _, _, canonical in self._ask("parts", touched, predicates=predicates)}
        parts = moved | {key for (key,) in self._ask("members", self._multiple(own))}
        candidates = touched | {key for (key,) in self._ask("composites_with", parts, kind=kind, predicates=predicates)}
        kept: set[tuple[Key, ...]] = set()
        fresh = candidates
        while fresh:  # a pair's other pairs hang on it
            kept |= set(self._ask("alike_of", fresh))
            fresh = {key for pair in kept for key in pair} - candidates
            candidates = candidates | fresh
        if not candidates:
            return set()
        wanted = self._alike(candidates, needed, predicates)
        self._tell("delete_alike", kept - wanted)
        self._tell("put_alike", wanted - kept)
        return {key for pair in kept ^ wanted for key in pair}

    def _alike(self, candidates: set[Key], needed: str, predicates: Sequence[str]) -> set[tuple[Key, ...]]:
        """Return pairs (first of its group, other) of composites with the same folded parts, one of which was merged."""
        signatures: dict[Key, set[tuple[str, Key]]] = {}
        for subject, predicate, canonical in self._ask("parts", candidates, predicates=predicates):
            signatures.setdefault(subject, set()).add((predicate, canonical))
        multiple = self._multiple({part for signature in signatures.values() for _, part in signature})
        groups: dict[frozenset[tuple[str, Key]], list[Key]] = {}
        for key, signature in signatures.items():
            if any(p == needed for p, _ in signature) and any(part in multiple for _, part in signature):
                groups.setdefault(frozenset(signature), []).append(key)
        several = [same for same in groups.values() if len(same) > 1]
        identities = self._identities({key for same in several for key in same})
        pairs: set[tuple[Key, ...]] = set()
        for same in several:
            first, *others = sorted(same, key=lambda key: identities[key][0])
            pairs |= {(first, other) for other in others}
        return pairs

    def _multiple(self, canonical: set[Key]) -> set[Key]:
        return {key for (key,) in self._ask("multiple", canonical)}

    def _fold_entities(self, canonical: Sequence[Key]) -> None:
        """Write name, country and counts of groups on their canonical rows."""
        votes: dict[tuple[Key, str], Counter[str]] = defaultdict(Counter)
        for key, predicate, value, sources in self.derived.ask("votes", keys=canonical):
            votes[key, predicate][value] += sources
        best = {which: winner(said) for which, said in votes.items()}
        # Where every name was judged wrong, one of them is still better than none.
        names = dict(self._ask("any_name", [key for key in canonical if (key, "name") not in best]))
        names |= {key: value for (key, predicate), value in best.items() if predicate == "name"}
        support = {key: counts for key, *counts in self.derived.ask("support_of_entities", keys=canonical)}
        for key in canonical:
            names.setdefault(key, "")
        self._tell(
            "update_entity",
            (
                (names[key], normalise_name(names[key]), best.get((key, "country"), ""), *support.get(key, (0, 0)), key)
                for key in canonical
            ),
        )

    def _fold_texts(self, canonical: set[Key]) -> None:
        """Write every name of these groups into full text."""
        names: dict[Key, list[str]] = {key: [] for key in canonical}
        for key, name in self._ask("group_aliases", canonical):
            names[key].append(name)
        self._tell("delete_entity_text", ((key,) for key in canonical))
        self._tell("insert_entity_text", ((key, text_of(said)) for key, said in names.items()))

    def _fold_edges(self, triples: set[Triple]) -> None:
        """Count the support of edges that were touched, and of every edge of a group that changed."""
        identities = self._identities({key for s, _, o in triples for key in (s, o)})
        edges = {(identities[s][2], p, identities[o][2]) for s, p, o in triples if s in identities and o in identities}
        if self.changed:
            members = {key for (key,) in self._ask("members", self.changed)}
            edges |= set(self._ask("edges_told", members))
        for part in _parts(edges):
            support = self.derived.ask("support_of_edges", edges=part)
            self._tell("put_edge", support)
            self._tell("delete_edge", set(part) - {(subject, predicate, value) for subject, predicate, value, *_ in support})


def winner(said: Mapping[str, int]) -> str:
    """Return the value that most sources give, the first by alphabet where several do."""
    return min(said.items(), key=lambda vote: (-vote[1], vote[0]))[0]


def text_of(names: Iterable[str]) -> str:
    """Return the names of an entity as full text: as typed, without stems, whose language a name does not have."""
    from graph.search_text import folded

    return folded(" ; ".join(sorted(set(names))))


def _parts(values: Iterable[Value]) -> Iterator[list[Value]]:
    """Yield the values in lists of at most PART; none where there are none."""
    whole = list(values)
    for start in range(0, len(whole), PART):
        yield whole[start : start + PART]


class Groups:
    """Union-find that keeps some pairs apart."""

    def __init__(self, keys: Iterable[Key], apart: Iterable[frozenset[Key]]) -> None:
        self.group = {key: frozenset([key]) for key in keys}
        self.apart = list(apart)

    def join(self, first: Key, second: Key) -> None:
        """Make one group of the groups of these two, unless that brings a pair together that is to stay apart."""
        whole = self.group[first] | self.group[second]
        if any(pair <= whole for pair in self.apart):
            return
        for key in whole:
            self.group[key] = whole

    def all(self) -> set[frozenset[Key]]:
        return set(self.group.values())


def fold_all(derived: Derived) -> None:
    """Derive everything anew from what is kept, where nothing derived is left."""
    keys: set[Key] = {key for (key,) in derived.ask("all_keys")}
    triples: set[Triple] = {(subject, predicate, value) for subject, predicate, value in derived.ask("all_triples")}
    Folding(derived).run(Touched(entities=set(keys), renamed=set(keys), triples=triples))
