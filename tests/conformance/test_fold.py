"""Folding bit by bit gives what folding everything gives, and a judgement taken back leaves nothing, on every graph."""

from __future__ import annotations

from itertools import combinations

import pytest

from graph.model import Judgement, Verdict
from graph.store.base import Store
from tests.conformance.graphs import Graph, golden, seeded
from tests.conformance.oracle import Folded

GRAPHS = [golden, *(lambda seed=seed: seeded(seed) for seed in range(8))]


@pytest.fixture(params=GRAPHS, ids=["golden", *map(str, range(8))])
def graph(request: pytest.FixtureRequest) -> Graph:
    made: Graph = request.param()
    return made


def dump(store: Store) -> list[object]:
    return list(store.snapshot(times=False))


def test_folding_bit_by_bit_is_folding_everything(graph: Graph, store: Store) -> None:
    graph.load(store)
    bit_by_bit = dump(store)
    store.fold()
    assert dump(store) == bit_by_bit


def test_entities_fold_as_the_oracle_says(graph: Graph, store: Store) -> None:
    graph.load(store)
    folded = Folded(graph)
    for entity in store.entities():
        assert set(entity.members) == folded.groups.group[entity.id]
        assert entity.name == folded.name(entity.id)
        about = [told for told in folded.facts() if told.subject == entity.id]
        assert entity.statements == len(about)
        assert entity.sources == len({told.source for told in about if told.predicate == "name"} - {None})


def test_edges_are_what_live_statements_say(graph: Graph, store: Store) -> None:
    graph.load(store)
    links = [told for told in Folded(graph).facts() if told.links]
    expected = {}
    for key in {(told.subject, told.predicate, told.value) for told in links}:
        said = [told for told in links if (told.subject, told.predicate, told.value) == key]
        expected[key] = (len(said), len({told.source for told in said} - {None}))
    assert {(e.subject, e.predicate, e.object): (e.statements, e.sources) for e in store.edges()} == expected


@pytest.mark.parametrize("verdict", [Verdict.SAME, Verdict.DIFFERENT])
def test_a_judgement_taken_back_leaves_nothing(graph: Graph, store: Store, verdict: Verdict) -> None:
    graph.load(store)
    before = dump(store)
    for kind in ("place", "pilot"):
        for first, second in list(combinations(graph.of_kind(kind), 2))[:5]:
            judged = store.judge(Judgement(verdict=verdict, first=first, second=second, by="Zoe"))
            store.undo(judged.id)
            assert dump(store) == before, f"{first} {verdict} {second}"


def test_a_document_forgotten_and_put_back_leaves_the_graph_as_it_was(graph: Graph, store: Store) -> None:
    graph.load(store)
    before = dump(store)
    for reading in graph.readings[:2]:
        if len([r for r in graph.readings if r.document.id == reading.document.id]) > 1:
            continue
        store.forget(reading.document.id)
        store.add(reading)
        store.propose(graph.proposals)
        store.link_copies(graph.copies)
    assert dump(store) == before
