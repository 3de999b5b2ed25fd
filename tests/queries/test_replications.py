"""Asking for chains step by step gives the chains that there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise, permutations, product
from pathlib import Path

import pytest

from graph.model import Statement
from graph.store.sqlite import open_store
from queries import questions
from queries.replications import question
from queries.replications.question import ask
from tests.build import entered, statement
from tests.conformance.cases import NOBODY
from tests.conformance.graphs import golden, seeded
from tests.conformance.oracle import Folded, chains


@pytest.mark.slow
@pytest.mark.parametrize("seed", [None, 3])
@pytest.mark.parametrize("few", [1, question.FEW])
def test_step_by_step_the_shortest_of_all_chains_are_found(
    few: int, seed: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(question, "FEW", few)
    graph = golden() if seed is None else seeded(seed)
    folded = Folded(graph)
    with open_store(tmp_path / "store.sqlite") as store:
        graph.load(store)
        ends = ["", *graph.of_kind("place")[:4], *graph.of_kind("project")[:2], *graph.of_kind("pilot")[:3], NOBODY]
        solutions = ["", graph.of_kind("solution")[0]]
        more = deep = 0
        for origin, target, solution, depth, limit in product(ends, ends, solutions, (0, 1, 4), (1, 3, 500)):
            every = chains(folded, origin=origin, target=target, solution=solution, depth=depth)
            answer = ask(store, origin=origin, target=target, solution=solution, depth=depth, limit=limit)
            assert [step.chain for step in answer.steps] == [tuple(map(str, chain)) for chain in every[:limit]]
            for step, chain in zip(answer.steps, every, strict=False):
                last = chain[-1]
                assert (step.id, step.depth) == (last.replication, len(chain))
                assert (step.origin and step.origin.id, step.target and step.target.id) == (last.origin, last.target)
                deep = max(deep, step.depth)
            assert answer.more == (len(every) > limit)
            more += answer.more
        assert more
        assert deep > 2


def handed_on(steps: Iterable[tuple[str, str, str]]) -> list[Statement]:
    """Statements of replications (id, from, to), all of one solution."""
    told = {("solution:bike-sharing", "name", "Bike-sharing")}
    for replication, origin, target in steps:
        told |= {(each, "name", each) for each in (replication, origin, target)}
        told |= {(replication, "replicated_from", origin), (replication, "replicated_to", target)}
        told.add((replication, "transfers", "solution:bike-sharing"))
    return [statement(*each, evidence=entered()) for each in sorted(told)]


@pytest.mark.parametrize("widest", [2, 4, 12])
def test_where_chains_are_cut_the_answer_says_that_there_are_more(
    widest: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two of five towns that each took something over from each other; chains that reach the target stay."""
    towns = [f"place:{letter}" for letter in "abcde"]
    pairs = list(permutations(towns, 2))
    with open_store(tmp_path / "store.sqlite") as store:
        apart = statement("place:z", "name", "Apart", evidence=entered())
        steps = ((f"replication:{number:02}", *pair) for number, pair in enumerate(pairs))
        store.enter("register", [*handed_on(steps), apart])
        every = {pair: ask(store, origin=pair[0], target=pair[1], depth=3) for pair in pairs}
        assert {len(answer.steps) for answer in every.values()} == {16}
        assert not any(answer.more for answer in every.values())
        short = replace(questions.contract("replications"), limit=widest)
        monkeypatch.setattr(questions, "contract", lambda _: short)
        monkeypatch.setattr(question, "contract", lambda _: short)
        for pair, whole in every.items():
            answer = ask(store, origin=pair[0], target=pair[1], depth=3)
            assert answer.more
            assert set(answer.steps) <= set(whole.steps)
            assert answer.steps[0] == whole.steps[0], "the one step between the two comes late among those from the first"
        assert ask(store, origin="place:a", target="place:z", depth=3) == question.Answer(steps=(), more=True)
        assert not ask(store, origin="place:a", target="place:z", depth=1).more


def test_ids_with_the_signs_of_a_chain_in_them(tmp_path: Path) -> None:
    ends = ("place:a|b", "place:c > d", "place:e")
    with open_store(tmp_path / "store.sqlite") as store:
        store.enter("register", handed_on((f"replication:{n} > {n}|", *pair) for n, pair in enumerate(pairwise(ends))))
        onward = [(step.id, step.depth) for step in ask(store, origin=ends[0]).steps]
        assert onward == [("replication:0 > 0|", 1), ("replication:1 > 1|", 2)]
        back = [(step.id, step.depth) for step in ask(store, target=ends[2]).steps]
        assert back == [("replication:1 > 1|", 1), ("replication:1 > 1|", 2)]
