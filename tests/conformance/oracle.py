"""The answers in plain Python over lists and dictionaries: it decides when a store and a query file disagree.

Nothing here is shared with the stores: folding, sources and every question are written a second time, as slowly as they
read best.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from graph.model import Document, Genre, Modality, Statement, Verdict, kind_of, normalise_name
from graph.schema import schema
from tests.conformance.graphs import Graph

Row = dict[str, object]
COMPOSITES: Final = {
    "pilot": ("runs_in", {"tries", "runs_in", "within"}),
    "replication": ("replicated_to", {"transfers", "replicated_from", "replicated_to"}),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A statement with what folding made of it."""

    statement: Statement
    subject: str  # as folded
    value: str  # as folded where it is an entity
    links: bool
    live: bool
    verdict: str
    document: Document | None
    source: str | None  # None where it does not count

    @property
    def predicate(self) -> str:
        return self.statement.predicate

    @property
    def date(self) -> str:
        return self.document.date if self.document else ""


class Groups:
    """Sets of ids that are one, under pairs that must stay apart."""

    def __init__(self, members: Iterable[str], apart: Iterable[frozenset[str]] = ()) -> None:
        self.group = {member: {member} for member in members}
        self.apart = list(apart)

    def join(self, first: str, second: str) -> None:
        if first not in self.group or second not in self.group:
            return
        whole = self.group[first] | self.group[second]
        if any(pair <= whole for pair in self.apart):
            return
        for member in whole:
            self.group[member] = whole

    def head(self, member: str) -> str:
        """An id from outside before one of our own digests, then the smallest."""
        return min(self.group[member], key=lambda i: (_is_digest(i), i)) if member in self.group else member


def _is_digest(identifier: str) -> bool:
    key = identifier.partition(":")[2]
    return len(key) == 24 and set(key) <= set("0123456789abcdef")


class Folded:
    """A graph with its statements folded."""

    def __init__(self, graph: Graph) -> None:
        self.documents = _documents(graph)
        self.passages = {reading.document.id: reading.passages for reading in graph.readings}
        collections = [list(r.statements) for r in graph.readings] + [list(e) for e in graph.entered.values()]
        self.statements = {s.id: s for told in collections for s in told}
        self.verdicts = _verdicts(graph, collections)
        self.groups = self._grouped(graph)
        sources = _sources(graph, self.documents)
        self.told = [self._told(s, sources) for _, s in sorted(self.statements.items())]

    def live(self, statement: Statement) -> bool:
        return statement.modality != Modality.NEGATED and self.verdicts.get(statement.id) != Verdict.WRONG

    def _told(self, statement: Statement, sources: Mapping[str, str | None]) -> Told:
        links = schema().predicates[statement.predicate].links
        return Told(
            statement,
            self.groups.head(statement.subject),
            self.groups.head(statement.value) if links else statement.value,
            links,
            self.live(statement),
            self.verdicts[statement.id].value if statement.id in self.verdicts else "",
            self.documents.get(statement.evidence.document),
            sources[statement.evidence.document or statement.evidence.address],
        )

    def _grouped(self, graph: Graph) -> Groups:
        links = [s for s in self.statements.values() if schema().predicates[s.predicate].links]
        ids = {s.subject for s in self.statements.values()} | {s.value for s in links}
        pairs = [(frozenset((j.first, j.second)), j.verdict) for j in graph.judgements if j.second]
        groups = Groups(ids, [pair for pair, verdict in pairs if verdict == Verdict.DIFFERENT])
        for first, second in sorted(sorted(pair) for pair, verdict in pairs if verdict == Verdict.SAME):
            groups.join(first, second)
        for proposal in sorted(graph.proposals, key=lambda p: (-p.score, p.first, p.second)):
            if proposal.score >= 95:
                groups.join(proposal.first, proposal.second)
        for kind, (needed, predicates) in COMPOSITES.items():
            self._join_alike(groups, kind, needed, predicates)
        return groups

    def _join_alike(self, groups: Groups, kind: str, needed: str, predicates: set[str]) -> None:
        """Composites whose parts are folded into the same wholes are one."""
        parts: dict[str, set[tuple[str, str]]] = {}
        for s in self.statements.values():
            if kind_of(s.subject) == kind and s.predicate in predicates and self.live(s):
                parts.setdefault(s.subject, set()).add((s.predicate, groups.head(s.value)))
        for first in sorted(parts):
            for second in sorted(parts):
                folded = any(len(groups.group[part]) > 1 for _, part in parts[first])
                if first < second and parts[first] == parts[second] and folded and needed in dict(parts[first]):
                    groups.join(first, second)

    @cache  # noqa: B019 - a graph lives as long as its tests
    def name(self, head: str) -> str:
        """The live name that most independent sources give, else any; then the smallest."""
        return self.best(head, "name")

    def best(self, head: str, predicate: str) -> str:
        named: dict[str, tuple[bool, set[str]]] = {}
        for told in self.told:
            if told.subject == head and told.predicate == predicate:
                live, sources = named.get(told.value, (False, set()))
                named[told.value] = (live or told.live, sources | ({told.source} if told.source and told.live else set()))
        return min(named, key=lambda value: (not named[value][0], -len(named[value][1]), value), default="")

    @cache  # noqa: B019
    def facts(self) -> list[Told]:
        return [told for told in self.told if told.live]

    @cache  # noqa: B019
    def values(self, subject: str | None, predicate: str) -> list[str]:
        """The distinct values of live statements, ascending."""
        return sorted({t.value for t in self.facts() if t.subject == subject and t.predicate == predicate})

    def head(self, identifier: str) -> str | None:
        """The entity an id is folded into, None where no statement names it."""
        return self.groups.head(identifier) if identifier in self.groups.group else None


def _verdicts(graph: Graph, collections: Iterable[list[Statement]]) -> dict[str, Verdict]:
    """A verdict by id, else the one on a statement that says the same in the same words; the later one wins."""
    words: dict[str, tuple[str, ...]] = {}
    for told in collections:
        names: dict[str, str] = {}
        for s in sorted(told, key=lambda s: s.value, reverse=True):
            if s.predicate == "name":
                names[s.subject] = s.value
        for s in told:
            value = names.get(s.value, "") if schema().predicates[s.predicate].links else s.value
            words[s.id] = (names.get(s.subject, ""), s.predicate, value, s.evidence.quote)
    by_id = {j.first: j.verdict for j in graph.judgements if not j.second}
    by_words = {words[first]: verdict for first, verdict in by_id.items()}
    found = {identifier: by_id.get(identifier) or by_words.get(said) for identifier, said in words.items()}
    return {identifier: verdict for identifier, verdict in found.items() if verdict}


def _documents(graph: Graph) -> dict[str, Document]:
    """Documents by id; of one text at several addresses the smallest address speaks."""
    found: dict[str, list[Document]] = {}
    for reading in graph.readings:
        found.setdefault(reading.document.id, []).append(reading.document)
    return {key: min(same, key=lambda d: min(d.addresses)) for key, same in found.items()}


def _addresses(graph: Graph, document: str) -> list[str]:
    return sorted({a for r in graph.readings if r.document.id == document for a in r.document.addresses})


def _sources(graph: Graph, documents: Mapping[str, Document]) -> dict[str, str | None]:
    """The independent source by document id or entered address: copies share the smallest address among them."""
    groups = Groups(documents)
    for first, second in graph.copies:
        groups.join(first, second)
    digests = {key for key, document in documents.items() if document.genre == Genre.DIGEST}
    found: dict[str, str | None] = dict.fromkeys(digests)
    for key in set(documents) - digests:
        found[key] = _bare(min(_addresses(graph, copy)[0] for copy in groups.group[key] - digests))
    for statements in graph.entered.values():
        found |= {s.evidence.address: _bare(s.evidence.address) for s in statements}
    return found


def _bare(address: str) -> str:
    return address.removeprefix("https://").rstrip("/")


def _evidence(folded: Folded, graph: Graph, told: Told) -> Row:
    s = told.statement
    document = told.document
    return {
        "statement": s.id,
        "progress": s.progress.value,
        "modality": s.modality.value,
        "certainty": s.certainty.value,
        "valid_from": s.valid_from,
        "valid_to": s.valid_to,
        "document": document.id if document else None,
        "title": document.title if document else None,
        "date": document.date if document else None,
        "address": _addresses(graph, document.id)[0] if document else s.evidence.address,
        "page": s.evidence.page,
        "start": s.evidence.start,
        "end": s.evidence.end,
        "quote": s.evidence.quote,
        "person": s.evidence.person,
        "extractor": s.evidence.extractor,
        "confidence": s.evidence.confidence,
    }


def entity(graph: Graph, folded: Folded, *, entity: str, limit: int) -> list[Row]:
    head = folded.head(entity)
    rows: list[Row] = []
    for told in folded.facts():
        for inverse, here, other in ((0, told.subject, told.value), (1, told.value if told.links else None, told.subject)):
            if head is None or here != head:
                continue
            is_entity = inverse == 1 or told.links
            rows.append(
                _evidence(folded, graph, told)
                | {
                    "inverse": inverse,
                    "predicate": told.predicate,
                    "other": other,
                    "other_kind": kind_of(other) if is_entity else None,
                    "other_name": folded.name(other) if is_entity else other,
                    "verdict": told.verdict,
                    "source": told.source,
                }
            )
    return sorted(rows, key=lambda r: (r["inverse"], r["predicate"], r["other"], r["statement"]))[:limit]


def document(graph: Graph, folded: Folded, *, document: str, limit: int) -> list[Row]:
    asked = [key for key in folded.documents if document == key or document in _addresses(graph, key)]
    statement_columns = [
        *("page", "subject", "subject_name", "predicate", "value", "value_name", "progress", "modality", "certainty"),
        *("valid_from", "valid_to", "verdict", "extractor", "confidence"),
    ]
    rows: list[Row] = []
    for key in asked:
        for p in folded.passages[key]:
            rows.append(
                {"part": "passage", "id": p.id, "start": p.start, "end": p.end, "text": p.text, "heading": p.heading}
                | {"language": p.language}
                | dict.fromkeys(statement_columns)
            )
        for told in folded.told:
            s = told.statement
            if s.evidence.document != key:
                continue
            shown = {name: value for name, value in _evidence(folded, graph, told).items() if name in statement_columns}
            rows.append(
                shown
                | {"part": "statement", "id": s.id, "start": s.evidence.start, "end": s.evidence.end, "text": s.evidence.quote}
                | {"heading": None, "language": None, "verdict": told.verdict, "extractor": s.evidence.extractor}
                | {"subject": told.subject, "subject_name": folded.name(told.subject), "predicate": told.predicate}
                | {"value": told.value, "value_name": folded.name(told.value) if told.links else told.value}
            )
    return sorted(rows, key=lambda r: (r["start"], r["part"], r["end"], r["id"]))[:limit]


@dataclass(frozen=True, slots=True)
class Step:
    """One replication from one origin to one target."""

    replication: str
    origin: str | None
    target: str | None
    solutions: tuple[str, ...]  # the first is shown

    def __str__(self) -> str:
        return f"{self.replication}|{self.origin or ''}|{self.target or ''}"


def _place(folded: Folded, end: str | None) -> str | None:
    if end is None or kind_of(end) == "project":
        return None
    return end if kind_of(end) == "place" else next(iter(folded.values(end, "runs_in")), None)


def _steps(folded: Folded) -> list[Step]:
    steps = []
    for replication in sorted({t.subject for t in folded.facts() if kind_of(t.subject) == "replication"}):
        origins: list[str | None] = list(folded.values(replication, "replicated_from")) or [None]
        targets: list[str | None] = list(folded.values(replication, "replicated_to")) or [None]
        for origin in origins:
            for target in targets:
                if origin is None and target is None:
                    continue
                solutions = (
                    folded.values(replication, "transfers") + folded.values(target, "tries") + folded.values(origin, "tries")
                )
                steps.append(Step(replication, origin, target, tuple(solutions)))
    return steps


def _goes_on(folded: Folded, step: Step, following: Step) -> bool:
    if step.replication == following.replication or step.target is None:
        return False
    if kind_of(step.target) == "pilot" and step.target == following.origin:
        return True
    place = _place(folded, step.target)
    same_place = place is not None and place == _place(folded, following.origin)
    return same_place and bool(set(step.solutions) & set(following.solutions))


def _narrower(folded: Folded, solution: str | None) -> set[str]:
    found: set[str] = {solution} if solution else set()
    while True:
        more = {t.subject for t in folded.facts() if t.predicate == "broader" and t.value in found} - found
        if not more:
            return found
        found |= more


def _about(folded: Folded, solution: str, steps: Iterable[Step]) -> list[Step]:
    wanted = _narrower(folded, folded.head(solution))
    return [step for step in steps if not solution or wanted & set(step.solutions)]


def _begins(folded: Folded, step: Step, origin: str) -> bool:
    start = folded.head(origin)
    projects = folded.values(step.origin, "within") if step.origin else []
    return not origin or (start is not None and start in (step.origin, _place(folded, step.origin), *projects))


def _ends(folded: Folded, step: Step, target: str) -> bool:
    goal = folded.head(target)
    return not target or (goal is not None and goal in (step.target, _place(folded, step.target)))


def replications(
    graph: Graph, folded: Folded, *, origin: str, target: str, solution: str, walked: list[list[str]], limit: int
) -> list[Row]:
    every = _steps(folded)
    steps = _about(folded, solution, every)
    back = bool(target) and not origin
    if target and folded.head(target) is None:
        return []
    found: list[tuple[str, Step]] = []
    if not walked:
        found = [(str(step), step) for step in steps if (_ends(folded, step, target) if back else _begins(folded, step, origin))]
    for chain, *onward in walked:
        known = {f"{replication}|" for replication, _, _ in (words.split("|") for words in chain.split(" > "))}
        replication, near, far = (end or None for end in onward)
        told = (replication, far, near) if back else (replication, near, far)
        last = next(step for step in every if (step.replication, step.origin, step.target) == told)
        for step in steps:
            if (_goes_on(folded, step, last) if back else _goes_on(folded, last, step)) and f"{step.replication}|" not in known:
                found.append((f"{step} > {chain}" if back else f"{chain} > {step}", step))
    reached = sorted((-int(back or _ends(folded, step, target)), chain, step) for chain, step in found)
    return [_step_row(graph, folded, step) | {"chain": chain, "reached": -last} for last, chain, step in reached[:limit]]


def chains(folded: Folded, *, origin: str, target: str, solution: str, depth: int) -> list[list[Step]]:
    """Return all chains of at most so many steps, walked forward from every step there is."""
    steps = _about(folded, solution, _steps(folded))
    found = [[step] for step in steps if _begins(folded, step, origin)] if depth >= 1 else []
    fresh = found
    while fresh and len(fresh[0]) < depth:
        fresh = [
            [*chain, step]
            for chain in fresh
            for step in steps
            if _goes_on(folded, chain[-1], step) and step.replication not in {s.replication for s in chain}
        ]
        found = found + fresh
    found = [chain for chain in found if _ends(folded, chain[-1], target)]
    return sorted(found, key=lambda chain: (len(chain), " > ".join(map(str, chain))))


def _step_row(graph: Graph, folded: Folded, step: Step) -> Row:
    facts = [t for t in folded.facts() if t.subject == step.replication]
    predicate, end = ("replicated_to", step.target) if step.target else ("replicated_from", step.origin)
    says_so = [t for t in facts if t.predicate == predicate and t.value == end]
    best = sorted(says_so, key=lambda t: t.statement.id)
    best.sort(key=lambda t: (t.verdict == "confirmed", t.date, t.statement.evidence.confidence), reverse=True)
    places = (_place(folded, step.origin), _place(folded, step.target))
    scope = next(iter(folded.values(step.replication, "scope")), None)
    if scope is None and None not in places:
        scope = "within town" if places[0] == places[1] else "between towns"
    row = _evidence(folded, graph, best[0]) | {
        "replication": step.replication,
        "scope": scope,
        "statements": len(facts),
        "sources": len({t.source for t in facts} - {None}),
        "source": best[0].source,
    }
    for predicate in ("what", "kept", "changed"):
        row[predicate] = "\n".join(folded.values(step.replication, predicate)) or None
    ends = {"origin": step.origin, "origin_place": places[0], "target": step.target, "target_place": places[1]}
    for column, identifier in (ends | {"solution": next(iter(step.solutions), None)}).items():
        row[column] = identifier
        row[f"{column}_name"] = folded.name(identifier) if identifier else None
    return row | {
        "origin_kind": kind_of(step.origin) if step.origin else None,
        "target_kind": kind_of(step.target) if step.target else None,
    }


def entities(graph: Graph, folded: Folded, *, kind: str, folded_name: str, after: str, limit: int) -> list[Row]:
    rows: list[Row] = []
    for head in sorted({folded.groups.head(member) for member in folded.groups.group}):
        if kind_of(head) != kind:
            continue
        facts = [told for told in folded.facts() if told.subject == head]
        rows.append(
            {
                "folded": normalise_name(folded.name(head)),
                "id": head,
                "name": folded.name(head),
                "country": folded.best(head, "country"),
                "statements": len(facts),
                "sources": len({told.source for told in facts if told.predicate == "name"} - {None}),
            }
        )
    rows.sort(key=lambda row: (row["folded"], row["id"]))
    return [row for row in rows if (row["folded"], row["id"]) > (folded_name, after)][:limit]


def documents(graph: Graph, folded: Folded, *, title: str, after: str, limit: int) -> list[Row]:
    rows: list[Row] = [
        {
            "title": document.title,
            "id": key,
            "address": _addresses(graph, key)[0],
            "language": document.language,
            "date": document.date,
            "genre": document.genre.value,
            "country": document.country,
            "statements": len([told for told in folded.told if told.statement.evidence.document == key]),
        }
        for key, document in folded.documents.items()
    ]
    rows.sort(key=lambda row: (row["title"], row["id"]))
    return [row for row in rows if (row["title"], row["id"]) > (title, after)][:limit]


def statements(
    graph: Graph,
    folded: Folded,
    *,
    statement: str,
    subject: str,
    predicate: str,
    value: str,
    document: str,
    after: str,
    limit: int,
) -> list[Row]:
    def fits(told: Told) -> bool:
        return (
            (not statement or told.statement.id == statement)
            and (not subject or told.subject == folded.head(subject))
            and (not predicate or told.predicate == predicate)
            and (not value or (told.links and told.value == folded.head(value)))
            and (not document or told.statement.evidence.document == document)
            and told.statement.id > after
        )

    return [
        _evidence(folded, graph, told)
        | {"subject": told.subject, "subject_kind": kind_of(told.subject), "subject_name": folded.name(told.subject)}
        | {"predicate": told.predicate, "value": told.value, "value_kind": kind_of(told.value) if told.links else None}
        | {"value_name": folded.name(told.value) if told.links else told.value, "verdict": told.verdict, "source": told.source}
        for told in folded.told
        if fits(told)
    ][:limit]


ORACLE: Final[dict[str, Callable[..., list[Row]]]] = {
    "entity": entity,
    "document": document,
    "replications": replications,
    "entities": lambda graph, whole, *, folded, **rest: entities(graph, whole, folded_name=folded, **rest),
    "documents": documents,
    "statements": statements,
}
