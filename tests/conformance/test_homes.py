"""Both homes make the same graph of the same history: whole-graph dumps are equal after every kind of write."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import NotFound
from graph.model import Judgement, Proposal, Reading, Statement, Verdict
from graph.store.base import Store
from graph.store.neo4j import Neo4jStore
from graph.store.sqlite import SqliteStore, open_store
from tests.build import document, entered, statement
from tests.build import reading as build_reading
from tests.conformance.graphs import Graph, golden, seeded
from tests.conformance.homes import at, emptied
from tests.conformance.strategies import PLACES, corpora, pair_judgements

if TYPE_CHECKING:
    from tests.neo4j.server import Server

SEEDS: Final = range(6)
Step = tuple[str, tuple[object, ...]]  # a method of a store, and its arguments


@pytest.fixture(scope="module")
def opened(neo4j: Server) -> Iterator[Neo4jStore]:
    with at(neo4j) as store:
        yield store


@pytest.fixture
def there(opened: Neo4jStore) -> Neo4jStore:
    """An empty store on the server."""
    return emptied(opened)


@pytest.fixture
def here(store: SqliteStore) -> SqliteStore:
    """An empty store in a file."""
    return store


def lines(store: Store, *, times: bool = False) -> list[str]:
    """The snapshot as text; names of forgotten people are hashed with each store's own salt."""
    salted = {} if times else {"suppressed": {"hash": ""}}
    records = [{**record, **salted.get(str(record["type"]), {})} for record in store.snapshot(times=times)]
    return [json.dumps(record, sort_keys=True, ensure_ascii=False) for record in records]


def equal(here: Store, there: Store) -> None:
    assert lines(there) == lines(here)
    assert there.counts() == here.counts()


def do(step: Step, store: Store) -> object:
    """Return what the step says, "not found" among it; without the time it took place."""
    name, arguments = step
    try:
        outcome: object = getattr(store, name)(*arguments)
    except NotFound:
        return NotFound
    return replace(outcome, at="") if isinstance(outcome, Judgement) else outcome


def history(graph: Graph) -> Iterator[Step]:
    """Every kind of write, some of them twice."""
    yield "add_all", (graph.readings[:3],)
    yield from (("add", (reading,)) for reading in graph.readings)
    for collection, statements in graph.entered.items():
        yield from (("enter", (collection, part)) for part in (statements, statements[1:], statements))
    yield "propose", (graph.proposals,)
    yield "link_copies", (graph.copies,)
    yield from (("judge", (judgement,)) for judgement in graph.judgements)
    yield from (("undo", (judgement.id,)) for judgement in graph.judgements[:2])
    yield "forget", (graph.readings[1].document.addresses[0],)
    yield "add_all", (graph.readings,)
    yield "forget_person", ("Ada Brandt",)
    yield "fold", ()


@pytest.mark.slow
def test_the_golden_history_makes_the_same_graph_at_every_step(here: SqliteStore, there: Neo4jStore) -> None:
    for step in history(golden()):
        assert do(step, there) == do(step, here)
        equal(here, there)
    assert there.check() == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_random_graphs_are_the_same(seed: int, here: SqliteStore, there: Neo4jStore) -> None:
    for step in history(seeded(seed)):
        assert do(step, there) == do(step, here)
    equal(here, there)
    assert there.check() == []
    assert {(c.action, c.kind, c.id, c.text) for c in there.changes()} == {
        (c.action, c.kind, c.id, c.text) for c in here.changes()
    }
    for read in here.documents():
        assert there.document(read.id) == read
        assert there.passages(read.id) == here.passages(read.id)
        assert [v.number for a in read.addresses for v in there.versions(a)] == [
            v.number for a in read.addresses for v in here.versions(a)
        ]
    assert list(there.entities()) == list(here.entities())
    assert list(there.entities("pilot")) == list(here.entities("pilot"))
    assert list(there.edges()) == list(here.edges())
    for entity in here.entities():
        assert there.entity(entity.members[-1]) == entity
        assert there.named(entity.kind, entity.name) == here.named(entity.kind, entity.name)
        assert list(there.edges(entity.id)) == list(here.edges(entity.id))
        assert [k.statement for k in there.statements(subject=entity.id)] == [
            k.statement for k in here.statements(subject=entity.id)
        ]
        assert [k.statement for k in there.statements(value=entity.id)] == [k.statement for k in here.statements(value=entity.id)]
    assert there.proposals() == here.proposals()
    assert list(there.sketches()) == list(here.sketches())


@pytest.mark.slow
def test_a_store_moves_from_home_to_home_and_back(here: SqliteStore, there: Neo4jStore, tmp_path: Path) -> None:
    golden().load(here)
    here.forget(golden().readings[0].document.id)
    there.restore(here.snapshot())
    assert lines(there, times=True) == lines(here, times=True)
    assert there.check() == []
    with open_store(tmp_path / "back.sqlite") as back:
        back.restore(there.snapshot())
        assert lines(back, times=True) == lines(here, times=True)
    there.add(golden().readings[0])  # and it is a store like any other
    here.add(golden().readings[0])
    equal(here, there)


def test_texts_that_take_each_others_addresses_in_one_write(here: SqliteStore, there: Neo4jStore) -> None:
    texts = ("Florence has lamps.", "Firenze has pumps.", "Florence has lamps and pumps.")

    def reading(number: int, *addresses: str) -> Reading:
        of = document(texts[number], addresses=addresses)
        told = [statement(PLACES[number], "name", texts[number].split()[0], of=of, quote=texts[number])]
        return build_reading(of, told)

    batches = [
        [reading(0, "a"), reading(1, "b")],
        [reading(1, "a"), reading(0, "b")],  # two texts swap their addresses, and one is away for a moment
        [reading(2, "a"), reading(2, "b"), reading(0, "a"), reading(0, "c")],
        [reading(1, "d"), reading(2, "d"), reading(1, "d")],
        [reading(0, "e"), reading(1, "e", "a", "b", "c"), reading(2, "e"), reading(0, "e")],
    ]
    for batch in batches:
        assert there.add_all(batch) == here.add_all(batch)
        equal(here, there)
        assert there.check() == []
        for address in "abcde":
            told = [[(v.number, v.document, bool(v.until)) for v in store.versions(address)] for store in (here, there)]
            assert told[0] == told[1]


def test_names_and_addresses_stand_in_one_order_whatever_their_letters(here: SqliteStore, there: Neo4jStore) -> None:
    letters = ("\U0001f6b2", "\ufffd", "z")
    of = document(" ".join(letters), addresses=tuple(f"{letter}.txt" for letter in letters))
    told = [statement(PLACES[0], predicate, letter, of=of, quote=letter) for letter in letters for predicate in ("name", "alias")]
    for store in (here, there):
        store.add(build_reading(of, told))
    equal(here, there)
    assert there.entity(PLACES[0]) == here.entity(PLACES[0])
    assert there.document(of.id) == here.document(of.id)


@st.composite
def histories(draw: st.DrawFn) -> list[Step]:
    """Readings that come, go and come again, with judgements, proposals, copies and entries between."""
    corpus: list[Reading] = draw(corpora())
    documents = [reading.document for reading in corpus]
    told = [s.id for reading in corpus for s in reading.statements]
    when = "2026-01-01T00:00:00Z"
    entry = st.builds(
        Statement,
        subject=st.sampled_from(PLACES),
        predicate=st.just("name"),
        value=st.sampled_from(["Zürich", "Oulu"]),
        evidence=st.just(entered(address="https://example.org/e", quote="row")),
    )
    pair = st.lists(st.sampled_from(PLACES), min_size=2, max_size=2, unique=True)
    arguments = {
        "add": st.sampled_from(corpus),
        "add_all": st.permutations(corpus),
        "forget": st.sampled_from([address for read in documents for address in (read.id, *read.addresses)]),
        "propose": st.tuples(pair, st.sampled_from([85.0, 97.0])).map(
            lambda drawn: [Proposal(first=drawn[0][0], second=drawn[0][1], score=drawn[1], reason="alike")]
        ),
        "link_copies": st.tuples(*[st.sampled_from(documents).map(lambda read: read.id)] * 2).map(lambda ids: [ids]),
        "forget_person": st.just("Ana Ruiz"),
        "judge": st.one_of(
            pair_judgements(),
            st.sampled_from(told or ["statement:none"]).map(
                lambda first: Judgement(verdict=Verdict.WRONG, first=first, by="Ada", at=when)
            ),
        ),
    }
    steps: list[Step] = []
    for name in draw(st.lists(st.sampled_from([*arguments, "add", "enter", "undo"]), min_size=3, max_size=8)):
        if name == "enter":
            steps.append(("enter", ("register", draw(st.lists(entry, max_size=3)))))
        elif name == "undo":
            steps += [("undo", (step[1][0].id,)) for step in steps[-1:] if isinstance(step[1][0], Judgement)]
        else:
            steps.append((name, (draw(arguments[name]),)))
    return steps


@pytest.mark.slow
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    database=None,
)
@given(histories())
def test_random_histories_make_the_same_graph(tmp_path: Path, opened: Neo4jStore, steps: list[Step]) -> None:
    there = emptied(opened)
    path = tmp_path / "here.sqlite"
    path.unlink(missing_ok=True)
    with open_store(path) as here:
        for step in steps:
            assert do(step, there) == do(step, here)
        equal(here, there)
        assert there.check() == []
