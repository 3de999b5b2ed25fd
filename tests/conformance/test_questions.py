"""Every question keeps its contract on every store: row for row as the oracle answers, on the golden and on random graphs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.errors import InvalidRecord
from graph.store.base import Store
from graph.store.sqlite import open_store
from queries import questions
from tests.conformance.cases import CASES
from tests.conformance.graphs import Graph, golden, seeded
from tests.conformance.oracle import ORACLE, Folded

SEEDS = range(20)
FOLDER = Path(questions.__file__).parent


@pytest.fixture(scope="module", params=["golden", *SEEDS], ids=str)
def graph(request: pytest.FixtureRequest) -> Graph:
    return golden() if request.param == "golden" else seeded(request.param)


@pytest.fixture(scope="module")
def loaded(graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    kept = open_store(tmp_path_factory.mktemp("graph") / "store.sqlite")
    graph.load(kept)
    yield kept
    kept.close()


@pytest.fixture(scope="module")
def folded(graph: Graph) -> Folded:
    return Folded(graph)


@pytest.mark.parametrize("name", questions.names())
def test_the_store_answers_as_the_oracle(name: str, graph: Graph, loaded: Store, folded: Folded) -> None:
    for arguments in CASES[name](graph):
        found = questions.rows(loaded, name, **arguments)
        expected = ORACLE[name](graph, folded, **arguments)
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


@pytest.mark.parametrize("name", questions.names())
def test_the_golden_graph_answers_every_question(name: str) -> None:
    folded = Folded(golden())
    assert max(len(ORACLE[name](golden(), folded, **arguments)) for arguments in CASES[name](golden())) >= 2
    nullable = {key for key, column in questions.contract(name).columns.items() if column.null}
    rows = [row for arguments in CASES[name](golden()) for row in ORACLE[name](golden(), folded, **arguments)]
    assert nullable == {key for row in rows for key, value in row.items() if value is None}, "each null is shown, and no other"


@pytest.mark.parametrize("name", questions.names())
def test_every_folder_is_whole(name: str) -> None:
    assert name in ORACLE
    assert name in CASES
    for file in ("__init__.py", "question.py", "contract.toml", "sqlite.sql", "neo4j.cypher"):
        assert (FOLDER / name / file).is_file(), f"queries/{name}/{file} is missing"
    for parameter in questions.contract(name).parameters:
        assert f":{parameter}" in questions.query(name, "sqlite")
        assert f"${parameter}" in questions.query(name, "neo4j")


@pytest.mark.parametrize("name", questions.names())
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
        ("replications", {"origin": "", "target": "", "solution": "", "depth": "3"}),
    ],
)
def test_a_question_asked_wrongly_says_what_it_needs(name: str, arguments: dict[str, object], store: Store) -> None:
    with pytest.raises(InvalidRecord, match=name):
        questions.rows(store, name, **arguments)
