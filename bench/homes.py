"""Both homes of the graph side by side: the same documents, the same questions, asked in turn of SQLite and of Neo4j.

`python -m bench.homes --entities 10000`. The server is one of the tests' own (tests/neo4j/server.py) with its usual Java
options and 1 GB of heap, or the one that TWINTOWN_TEST_NEO4J names, with an empty database. Ratios are p50 of SQLite through
p50 of Neo4j; the limits beside them are those that an embedded store was chosen by.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bench.generator import World
from graph.store.sqlite import open_store
from queries.entity.question import ask as ask_entity
from queries.replications.question import ask as ask_replications
from queries.search.question import Searcher

if TYPE_CHECKING:
    from graph.store.base import Store

BATCH: Final = 50
ROUNDS: Final = 100
Calls = dict[str, Callable[[], object]]  # the same call on each home
LIMITS: Final = {"load": 0.33, "entity": 0.10, "replications": 0.20, "search by words": 0.60, "upsert": 0.33, "forget": 0.50}


@contextmanager
def both(folder: Path) -> Iterator[dict[str, Store]]:
    """Open an empty store of each kind."""
    from tests.neo4j.server import started

    server = started(home=folder / "neo4j", memory="1g", options=())
    with server, server.store() as neo4j, open_store(folder / "bench.sqlite") as file:
        yield {"SQLite": file, "Neo4j": neo4j}


def load(stores: dict[str, Store], world: World) -> None:
    """Fill both in turn, batch by batch, and print the rate of each tenth: how it falls shows what does not scale."""
    spent = dict.fromkeys(stores, 0.0)
    marks = dict.fromkeys(stores, 0.0)
    statements = marked = 0
    tenth = max(BATCH, world.documents // 10)
    for first in range(0, world.documents, BATCH):
        batch = [world.reading(number) for number in range(first, min(first + BATCH, world.documents))]
        for name, store in stores.items():
            start = time.perf_counter()
            store.add_all(batch)
            spent[name] += time.perf_counter() - start
        statements += sum(len(reading.statements) for reading in batch)
        if (first + len(batch)) // tenth > first // tenth:
            rates = [f"{name} {(statements - marked) / (spent[name] - marks[name]):6.0f}" for name in stores]
            print(f"  {statements:>9} statements; a second, since the last line: {', '.join(rates)}", flush=True)
            marked, marks = statements, dict(spent)
    whole = ", ".join(f"{name} {statements / seconds:.0f} statements/s" for name, seconds in spent.items())
    line("load", spent["SQLite"], spent["Neo4j"], f"{whole} in all")


def line(name: str, sqlite: float, neo4j: float, more: str = "") -> None:
    ratio = f"ratio {sqlite / neo4j:6.3f} (limit {LIMITS[name]})"
    print(f"  {name:<18} SQLite {sqlite:9.4f} s   Neo4j {neo4j:9.4f} s   {ratio}  {more}", flush=True)


def measure(name: str, stores: dict[str, Store], calls: Sequence[Calls]) -> None:
    """Make each call on both, in turn, the first tenth without counting; print the medians."""
    taken: dict[str, list[float]] = {home: [] for home in stores}
    for number, call in enumerate(calls):
        for home in stores:
            start = time.perf_counter()
            call[home]()
            if number >= len(calls) // 10:
                taken[home].append(time.perf_counter() - start)
    p50 = {home: statistics.median(each) for home, each in taken.items()}
    p95 = {home: sorted(each)[int(len(each) * 0.95)] for home, each in taken.items()}
    tail = ", ".join(f"{home} {seconds * 1e3:.1f} ms" for home, seconds in p95.items())
    line(name, p50["SQLite"], p50["Neo4j"], f"p95: {tail} ({len(calls)} calls)")


def on_both(stores: dict[str, Store], call: Callable[..., object], *values: object, **options: object) -> Calls:
    """Return the call with these arguments for each store, which comes first."""
    return {home: partial(call, store, *values, **options) for home, store in stores.items()}


def ask(stores: dict[str, Store], world: World, folder: Path) -> None:
    """Time reading: an entity, chains of replications, search by words."""
    dice = random.Random(1)
    told = [world.reading(dice.randrange(world.documents)).statements for _ in range(ROUNDS)]
    pilots = [next(s.subject for s in statements if s.subject.startswith("pilot:")) for statements in told]
    towns = dice.sample([s.subject for statements in told for s in statements if s.predicate == "fellow_in"], ROUNDS)
    measure("entity", stores, [on_both(stores, ask_entity, i) for i in pilots])
    measure("replications", stores, [on_both(stores, ask_replications, origin=i) for i in towns])
    searchers = {home: Searcher(store, folder / home) for home, store in stores.items()}
    for searcher in searchers.values():
        searcher.words_only = True
    texts = [world.reading(dice.randrange(world.documents)).document.text.split() for _ in range(ROUNDS)]
    asked = [" ".join(dice.sample(text, 3)) for text in texts]
    calls: list[Calls] = [{home: partial(searcher.ask, question) for home, searcher in searchers.items()} for question in asked]
    measure("search by words", stores, calls)


def change(stores: dict[str, Store], world: World) -> None:
    """Time writing one document at a time."""
    numbers = random.Random(2).sample(range(world.documents), min(ROUNDS // 2, world.documents))
    newer = [world.reading(number, version=2) for number in numbers]
    measure("upsert", stores, [{home: partial(store.add, r) for home, store in stores.items()} for r in newer])
    measure("forget", stores, [{home: partial(store.forget, r.document.id) for home, store in stores.items()} for r in newer])


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entities", type=int, nargs="+", default=[10_000])
    given = parser.parse_args(arguments)
    for entities in given.entities:
        world = World(entities)
        with tempfile.TemporaryDirectory() as temporary, both(Path(temporary)) as stores:
            print(f"{entities} entities, {world.documents} documents", flush=True)
            load(stores, world)
            ask(stores, world, Path(temporary))
            change(stores, world)


if __name__ == "__main__":
    main()
