"""Every question keeps its contract on every store: row for row as the oracle answers, on the golden and on random graphs."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from graph.errors import InvalidRecord
from graph.store.base import Store
from graph.store.sqlite import open_store
from queries import questions
from tests.conformance.cases import CASES
from tests.conformance.graphs import Graph, golden, seeded
from tests.conformance.oracle import ORACLE, Folded

if TYPE_CHECKING:
    from tests.neo4j.server import Server

SEEDS = 50
SOME = 10  # ways to ask each question of a random graph in Neo4j, where each takes some milliseconds
FOLDER = Path(questions.__file__).parent
STORED = [name for name in questions.names() if not questions.contract(name).ranked]  # the others: test_similar.py
QUICK = 8  # random graphs of the fast loop
GRAPHS = [("golden", "sqlite"), *((seed, "sqlite") for seed in range(QUICK))]
MORE_GRAPHS = [(seed, "sqlite") for seed in range(QUICK, SEEDS)]
GRAPHS_IN_NEO4J = [("golden", "neo4j"), *((seed, "neo4j") for seed in range(SEEDS))]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A graph in a store."""

    graph: Graph
    store: Store
    folded: Folded

    def cases(self, name: str) -> list[dict[str, object]]:
        """What to ask: everything, or some of it where the store is slow and the graph is one of many."""
        every = CASES[name](self.graph)
        if self.store.backend == "sqlite" or self.graph.name == "golden" or len(every) <= SOME:
            return every
        return random.Random(f"{self.graph.name} {name}").sample(every, SOME)


def made(which: str | int) -> Graph:
    return golden() if which == "golden" else seeded(int(which))


@pytest.fixture(
    scope="module",
    params=[*GRAPHS, *(pytest.param(each, marks=pytest.mark.slow) for each in (*MORE_GRAPHS, *GRAPHS_IN_NEO4J))],
    ids=lambda param: "-".join(map(str, param)),
)
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    which, home = request.param
    graph = made(which)
    with ExitStack() as stack:
        kept: Store = stack.enter_context(open_store(tmp_path_factory.mktemp("graph") / "store.sqlite"))
        graph.load(kept)
        if home == "neo4j":
            # The golden graph is written reading by reading; so many others would take minutes, and go over in one piece.
            server = request.getfixturevalue("neo4j")
            server.empty()
            moved: Store = stack.enter_context(server.store())
            if which == "golden":
                graph.load(moved)
            else:
                moved.restore(kept.snapshot())
            kept = moved
        yield Loaded(graph, kept, Folded(graph))


@pytest.mark.parametrize("name", STORED)
def test_the_store_answers_as_the_oracle(name: str, loaded: Loaded) -> None:
    for arguments in loaded.cases(name):
        found = questions.rows(loaded.store, name, **arguments)
        expected = ORACLE[name](loaded.graph, loaded.folded, **arguments)
        assert found == expected, f"{name} asked with {arguments}"
        keeps_the_contract(name, found)


def keeps_the_contract(name: str, rows: list[dict[str, object]]) -> None:
    """Columns in their order and of their types, nulls only where they mean something, the order's keys unique."""
    contract = questions.contract(name)
    assert len({tuple(row[key.removeprefix("-")] for key in contract.order) for row in rows}) == len(rows)
    for row in rows:
        assert list(row) == list(contract.columns)
        for column, promised in contract.columns.items():
            value = row[column]
            if value is None:
                assert promised.null, f"{column} of {name} is missing and the contract does not say what that means"
            else:
                assert type(value) is questions.TYPES[promised.type], f"{column} of {name} is {value!r}"


@pytest.mark.parametrize("name", STORED)
def test_the_golden_graph_answers_every_question(name: str) -> None:
    folded = Folded(golden())
    assert max(len(ORACLE[name](golden(), folded, **arguments)) for arguments in CASES[name](golden())) >= 2
    nullable = {key for key, column in questions.contract(name).columns.items() if column.null}
    rows = [row for arguments in CASES[name](golden()) for row in ORACLE[name](golden(), folded, **arguments)]
    assert nullable == {key for row in rows for key, value in row.items() if value is None}, "each null is shown, and no other"


@pytest.mark.parametrize("name", STORED)
def test_every_folder_is_whole(name: str) -> None:
    assert name in ORACLE
    assert name in CASES
    for file in ("__init__.py", "question.py", "contract.toml", "sqlite.sql", "neo4j.cypher"):
        assert (FOLDER / name / file).is_file(), f"queries/{name}/{file} is missing"
    for parameter in questions.contract(name).parameters:
        assert f":{parameter}" in questions.query(name, "sqlite")
        assert f"${parameter}" in questions.query(name, "neo4j")


@pytest.mark.parametrize("name", STORED)
def test_no_question_scans_a_table_of_the_store(name: str, store: Store) -> None:
    """Every table of the store is reached by an index; only what the query itself derived is read from end to end."""
    golden().load(store)
    text = questions.query(name, "sqlite")
    derived = set(re.findall(r"(\w+)(?: \([^()]*\))? AS (?:NOT )?(?:MATERIALIZED )?\(", text)) | {"CONSTANT", "(subquery"}
    derived |= set(questions.contract(name).reads)
    derived |= {alias for table, alias in re.findall(r"(\w+) AS (\w+)", text) if table in derived} | set(
        re.findall(r"\) AS (\w+)", text)
    )
    arguments = CASES[name](golden())[0]
    plan = [str(row["detail"]) for row in store.rows(f"EXPLAIN QUERY PLAN {text}", arguments)]
    scanned = {re.split(r"[\s-]", detail)[1] for detail in plan if detail.startswith("SCAN")}
    assert plan
    assert not scanned - derived


@pytest.mark.slow
@pytest.mark.parametrize("newest", [False, True], ids=["5.26", "newest"])
def test_no_question_scans_all_nodes_of_neo4j(newest: bool, request: pytest.FixtureRequest) -> None:
    """Every node is reached by an index or from another node; no two sets of nodes are multiplied; ranges have a beginning."""
    server: Server = request.getfixturevalue("newest_neo4j_server" if newest else "neo4j")
    server.empty()
    with server.store() as kept:
        golden().load(kept)
    for name in STORED:
        text, listed = questions.query(name, "neo4j"), {each.title() for each in questions.contract(name).reads}
        steps = list(server.plan(text, CASES[name](golden())[0]))
        assert any("IndexSeek" in operator for operator, _ in steps), name
        for operator, details in steps:
            assert operator != "CartesianProduct", f"{name}: {details}"
            if operator.endswith("Scan"):
                assert operator == "NodeByLabelScan", f"{name}: {operator} {details}"
                assert details.partition(":")[2] in listed, f"{name}: {operator} {details}"


def test_nothing_is_pending() -> None:
    assert list(questions.pending()) == []


def test_a_pending_question_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "QUERY_FILES", {"elsewhere": "elsewhere.query"})
    assert ("entity", "elsewhere") in list(questions.pending())
    with pytest.raises(InvalidRecord, match="pending"):
        questions.query("entity", "elsewhere")


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("nothing", {}),
        ("__pycache__", {}),
        ("entity", {}),
        ("entity", {"entity": "place:x", "colour": "red"}),
        ("entity", {"entity": 5}),
        ("replications", {"origin": "", "target": "", "solution": "", "walked": "3"}),
        ("replications", {"origin": "", "target": "", "solution": "", "walked": ["3"]}),
    ],
)
def test_a_question_asked_wrongly_says_what_it_needs(name: str, arguments: dict[str, object], store: Store) -> None:
    with pytest.raises(InvalidRecord, match=name):
        questions.rows(store, name, **arguments)
