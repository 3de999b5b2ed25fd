"""The suite can fail: a question whose query file is damaged no longer answers as the oracle.

A mutant is a query file with one place changed: a condition that always holds, a comparison or an order turned round, a limit, a
DISTINCT or a link that need not be there. `SAME` names the changes that no answer can show, each with its reason; in make test
five mutants of each store have to be found, in make soak all.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pytest

from graph.model import Judgement, Verdict
from graph.store.base import Store
from graph.store.sqlite import open_store
from queries import questions
from tests.conformance.cases import CASES
from tests.conformance.graphs import Graph, golden, seeded
from tests.conformance.homes import emptied
from tests.conformance.oracle import ORACLE, Folded
from tests.conformance.test_questions import STORED

if TYPE_CHECKING:
    from tests.neo4j.server import Server

# What is changed, as an expression, and what stands there instead. Comments are left out of the text before.
OPERATORS: Final[dict[str, tuple[str, str | dict[str, str]]]] = {
    "condition dropped": (r"(?<=\bWHERE )(?!NOT EXISTS|EXISTS)[^\n()]+?(?= (?:AND|OR)\b|\n)", "1 = 1"),
    "condition added to AND dropped": (r"(?<=\bAND )(?!NOT EXISTS|EXISTS)[^\n()]+?(?= (?:AND|OR)\b|\n|\))", "1 = 1"),
    "comparison turned": (r" > (?=[$:'])", " < "),
    "equality turned": (r"(?<=[\w)]) = (?=')", " <> "),
    "inequality turned": (r" <> (?=')", " = "),
    "order turned": (r"(?<=ORDER BY )([\w.\"`]+)(?=,|\n)", r"\1 DESC"),
    "limit raised": (r"(?<=LIMIT )([$:]limit)", r"\1 + 1"),
    "largest for smallest": (r"\bmin\(", "max("),
    "optional made needed": (r"\bOPTIONAL MATCH\b|\bLEFT JOIN\b", {"OPTIONAL MATCH": "MATCH", "LEFT JOIN": "JOIN"}),
    "distinct dropped": (r"\bDISTINCT ", ""),
}
# What no answer can show: (question, part of what was done).
SAME: Final = {
    # SQLite: a start that is not there has no edges; the place of an end is compared again later; only solutions are broader or
    # tried, only replications replicate, and only folded entities have edges
    ("replications", "WHERE begins AND start IS NOT NULL [start IS NOT NULL]"),
    ("replications", "UNION ALL SELECT r.subject FROM edge AS r WHERE r.object = p.place AND r.predicate = 'runs_in' [r."),
    ("replications", "AND dropped in line 20: SELECT b.subject FROM wanted"),
    ("replications", "AND dropped in line 25: SELECT r.subject FROM walk CROSS JOIN edge AS r"),
    ("replications", "AND :target = '' AND r.kind = 'replication' AND r.canonical = r.key [r."),
    ("replications", "f.value_key = n.origin [f.predicate = 'replicated_from']"),
    # an empty text is nobody's id
    ("statements", "dropped in line 2: SELECT key FROM statement WHERE :statement <> ''"),
    ("statements", ":subject <> '' AND e.canonical ="),
    ("statements", ":document <> '' AND d.id = :document"),
    ("statements", ":document = '' AND :value <> ''"),
    ("statements", "WITH by WHERE by = 'statement'"),
    # the page is cut again outside
    ("statements", "limit raised in line 29: ORDER BY s.id LIMIT :limit"),
    # Neo4j: a start that is not there has no relationships, nor has what is folded away; what begins anywhere is not walked
    # back; every entity has an id, the condition is there for the index
    ("replications", "line 8: WITH start WHERE size($walked) = 0 AND start IS NOT NULL"),
    ("replications", "AND $origin = '' AND $target = '' [$target = '']"),
    ("replications", "AND r.id IS NOT NULL AND r.id = r.canonical [r."),
    ("entities", "e.folded >= $folded AND e.id IS NOT NULL"),
    # what is in a list twice is in it
    ("replications", "distinct dropped in line 5: WITH o.canonical AS beginning"),
    ("replications", "RETURN DISTINCT c.id"),
    # the one entity that a replication names and did not go to is where it came from
    ("replications", "OR b IS NULL AND e.predicate = 'replicated_from' AND o.canonical = a.id [e.predicate"),
    # the page is cut again below
    ("statements", "limit raised in line 25: RETURN s ORDER BY s.id LIMIT $limit"),
}
IN_TEST: Final = 5


def mutants(name: str, backend: str) -> Iterator[tuple[str, str]]:
    """Yield each mutant of a query file with what was done to it: the operator and the line."""
    text = re.sub(r"(?m)^\s*(?:--|//).*\n", "", questions.query(name, backend))
    for operator, (pattern, instead) in OPERATORS.items():
        for found in re.finditer(pattern, text):
            replaced = instead[found.group()] if isinstance(instead, dict) else found.expand(instead)
            line = text[: found.start()].count("\n")
            yield (
                f"{operator} in line {line + 1}: {text.splitlines()[line].strip()} [{found.group()}]",
                (text[: found.start()] + replaced + text[found.end() :]),
            )


Mutant = tuple[str, str, str]  # question, what was done, text


class Suite:
    """Graphs in stores, and the answers they have to give. `fill` brings a graph into the store that has room for one."""

    def __init__(self, stores: list[tuple[Graph, Store]], fill: Callable[[Graph], None] = lambda _: None) -> None:
        self.stores = [(graph, store, Folded(graph)) for graph, store in stores]
        self.fill = fill

    def missed(self, mutants: list[Mutant], *, graphs: int | None = None) -> list[Mutant]:
        """Return the mutants that answer as the oracle whatever they are asked of the first `graphs` graphs, or of all."""
        left = mutants
        for graph, store, folded in self.stores[:graphs]:
            if not left:
                break
            self.fill(graph)
            left = [each for each in left if not is_red(graph, store, folded, each)]
        return left


def is_red(graph: Graph, store: Store, folded: Folded, mutant: Mutant) -> bool:
    """Tell whether the text answers anything otherwise than the oracle, or not at all."""
    name, _, text = mutant
    for arguments in CASES[name](graph):
        try:
            if store.rows(text, arguments) != ORACLE[name](graph, folded, **arguments):
                return True
        except Exception:  # noqa: BLE001 - a query that does not run is found
            return True
    return False


def confirmed() -> Graph:
    """The golden graph, where a later document says a step again, and somebody has confirmed what the first one said."""
    graph = golden()
    judged = {judgement.first for judgement in graph.judgements}
    first, told = next(
        (reading, statement)
        for reading in graph.readings
        for statement in reading.statements
        if statement.predicate == "replicated_to" and statement.id not in judged and statement.id in shown(graph)
    )
    document = replace(first.document, text=f"{first.document.text} Again.", addresses=("again.txt",), date="2031")
    # Each quote is one character longer: a judgement is on words, and these are others.
    spots = [(each.evidence, document.text[each.evidence.start : each.evidence.end + 1]) for each in first.statements]
    statements = [
        replace(each, evidence=replace(spot, document=document.id, end=spot.end + 1, quote=quote))
        for each, (spot, quote) in zip(first.statements, spots, strict=True)
    ]
    again = replace(first, document=document, passages=(), statements=tuple(statements))
    judgement = Judgement(verdict=Verdict.CONFIRMED, first=told.id, by="Eve")
    readings = (*graph.readings, again)
    assert told.id not in shown(replace(graph, readings=readings)), "the later document is shown"
    return replace(graph, name="confirmed", readings=readings, judgements=(*graph.judgements, judgement))


def shown(graph: Graph) -> set[object]:
    """Return the statements that steps rest on."""
    folded = Folded(graph)
    asked = [arguments for arguments in CASES["replications"](graph) if not arguments["origin"] and not arguments["target"]]
    return {row["statement"] for arguments in asked for row in ORACLE["replications"](graph, folded, **arguments)}


@pytest.fixture(scope="module", params=["sqlite", pytest.param("neo4j", marks=pytest.mark.slow)])
def suite(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Suite]]:
    with ExitStack() as stack:
        folder = tmp_path_factory.mktemp("mutants")
        stores: list[tuple[Graph, Store]] = []
        for graph in (golden(), confirmed(), seeded(3), seeded(7)):
            store = stack.enter_context(open_store(folder / f"{graph.name}.sqlite"))
            graph.load(store)
            stores.append((graph, store))
        if request.param == "sqlite":
            yield request.param, Suite(stores)
            return
        server: Server = request.getfixturevalue("neo4j")
        server.empty()
        kept = stack.enter_context(server.store())
        files = {graph.name: store for graph, store in stores}

        def fill(graph: Graph) -> None:
            emptied(kept).restore(files[graph.name].snapshot())

        yield request.param, Suite([(graph, kept) for graph, _ in stores], fill)


def to_find(backend: str) -> list[Mutant]:
    """Return the mutants of all questions that an answer shows."""
    every = [(name, what, text) for name in STORED for what, text in mutants(name, backend)]
    return [each for each in every if not any(each[0] == name and part in each[1] for name, part in SAME)]


def told(missed: list[Mutant]) -> list[str]:
    return [f"{name}: {what}" for name, what, _ in missed]


def test_five_damaged_questions_are_found(suite: tuple[str, Suite]) -> None:
    backend, asked = suite
    chosen = random.Random(8).sample(to_find(backend), IN_TEST)
    assert told(asked.missed(chosen)) == []


@pytest.mark.soak
def test_every_damaged_question_is_found(suite: tuple[str, Suite]) -> None:
    backend, asked = suite
    assert told(asked.missed(to_find(backend))) == []


def test_what_is_not_damaged_is_not_red(suite: tuple[str, Suite]) -> None:
    backend, asked = suite
    whole = [(name, "nothing", questions.query(name, backend)) for name in STORED]
    assert asked.missed(whole, graphs=1 if backend == "neo4j" else None) == whole
