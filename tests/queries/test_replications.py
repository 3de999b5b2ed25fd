"""Asking for chains step by step gives the chains that there are."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from graph.store.sqlite import open_store
from queries.replications import question
from queries.replications.question import ask
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
        ends = ["", *graph.of_kind("place", "project", "pilot")[:5]]
        more = deep = 0
        for origin, target, depth, limit in product(ends, ends[:3], (0, 1, 2, 4), (2, 500)):
            every = chains(folded, origin=origin, target=target, solution="", depth=depth)
            answer = ask(store, origin=origin, target=target, depth=depth, limit=limit)
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
