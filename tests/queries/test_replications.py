"""Asking for chains step by step gives what one walk to the full depth gives."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from graph.store.sqlite import open_store
from queries.questions import rows
from queries.replications.question import ask
from tests.conformance.graphs import golden, seeded


@pytest.mark.slow
@pytest.mark.parametrize("seed", [None, 3])
def test_short_chains_first_are_the_first_of_all(seed: int | None, tmp_path: Path) -> None:
    graph = golden() if seed is None else seeded(seed)
    with open_store(tmp_path / "store.sqlite") as store:
        graph.load(store)
        ends = ["", *graph.of_kind("place", "project", "pilot")[:5]]
        more = 0
        for origin, target, depth, limit in product(ends, ends[:3], (0, 1, 2, 4), (2, 500)):
            whole = rows(store, "replications", origin=origin, target=target, solution="", depth=depth, limit=limit + 1)
            answer = ask(store, origin=origin, target=target, depth=depth, limit=limit)
            assert [(step.depth, " > ".join(step.chain)) for step in answer.steps] == [
                (r["depth"], r["chain"]) for r in whole[:limit]
            ]
            assert answer.more == (len(whole) > limit)
            more += answer.more
        assert more
