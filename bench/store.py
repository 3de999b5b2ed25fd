"""The store: load, entity, replications, upsert, forget at 10,000 and 500,000 entities, with the split by stage.

`python -m bench.store --entities 10000 500000 --store DIRECTORY`. Times are wall clock on whatever else the machine does;
read p50, and compare only what ran side by side.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from bench.generator import World
from graph.store.fold import Folding
from graph.store.sqlite import SqliteStore, open_store
from graph.store.writing import Writing
from queries.entity.question import ask as ask_entity
from queries.replications.question import ask as ask_replications

BATCH: Final = 50
ROUNDS: Final = 200
# What a write spends its time on: the methods whose time is taken, by the name of the stage.
STAGES: Final = (
    ("text and passages", Writing, "_replace_passages"),
    ("statements", Writing, "_replace_statements"),
    ("fold: groups", Folding, "_regroup"),
    ("fold: composites", Folding, "_pair_composites"),
    ("fold: entities", Folding, "_fold_entities"),
    ("fold: texts", Folding, "_fold_texts"),
    ("fold: edges", Folding, "_fold_edges"),
)


@contextmanager
def stages(spent: dict[str, float]) -> Iterator[None]:
    """Add up the seconds spent in each stage while this is open."""
    with ExitStack() as stack:
        for stage, owner, name in STAGES:
            stack.enter_context(patch.object(owner, name, _timed(getattr(owner, name), stage, spent)))
        yield


def _timed(method: Callable[..., Any], stage: str, spent: dict[str, float]) -> Callable[..., Any]:
    def timed(*arguments: Any, **options: Any) -> Any:
        start = time.perf_counter()
        try:
            return method(*arguments, **options)
        finally:
            spent[stage] += time.perf_counter() - start

    return timed


def load(store: SqliteStore, world: World) -> None:
    """Fill the store in batches and print rate, stages and size; how the rate falls shows what does not scale."""
    spent: dict[str, float] = defaultdict(float)
    statements, mark, began, quarter = 0, 0, time.perf_counter(), max(1, world.documents // 8)
    for first in range(0, world.documents, BATCH):
        start = time.perf_counter()
        batch = [world.reading(number) for number in range(first, min(first + BATCH, world.documents))]
        spent["(making the documents)"] += time.perf_counter() - start
        with stages(spent):
            start = time.perf_counter()
            store.add_all(batch)
            spent["all of writing"] += time.perf_counter() - start
        statements += sum(len(reading.statements) for reading in batch)
        done = first + len(batch)
        if done // quarter > mark:
            print(
                f"  {done:>7} documents, {statements:>9} statements, {done / spent['all of writing']:.0f} documents/s so far",
                flush=True,
            )
            mark = done // quarter
    print(f"  loaded in {time.perf_counter() - began:.1f} s, of it writing {spent['all of writing']:.1f} s")
    print(f"  {statements / spent['all of writing']:.0f} statements/s")
    split(spent, "all of writing")
    store.checkpoint()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(f"  file {store.path.stat().st_size / 1e6:.0f} MB, memory at most {memory:.0f} MB")


def split(spent: dict[str, float], whole: str) -> None:
    """Print where the time of `whole` went; what no stage claims is the rest, the commit among it."""
    total = spent[whole]
    claimed = {stage: seconds for stage, seconds in spent.items() if stage != whole and not stage.startswith("(")}
    for stage, seconds in [*sorted(claimed.items(), key=lambda pair: -pair[1]), ("rest, commit", total - sum(claimed.values()))]:
        print(f"    {stage:<22} {seconds:8.2f} s {seconds / total:6.0%}")


def measure(name: str, calls: Sequence[Callable[[], object]]) -> None:
    """Time each call once, print the median and the 95th percentile."""
    taken = []
    for call in calls:
        start = time.perf_counter()
        call()
        taken.append((time.perf_counter() - start) * 1e3)
    taken.sort()
    print(
        f"  {name:<28} p50 {statistics.median(taken):9.3f} ms   p95 {taken[int(len(taken) * 0.95)]:9.3f} ms   ({len(taken)})",
        flush=True,
    )


def ask(store: SqliteStore, world: World) -> None:
    """Time reading: entities that few name, the ones that everybody names, chains of replications."""
    dice = random.Random(1)
    numbers = [dice.randrange(world.documents) for _ in range(ROUNDS)]
    told = [world.reading(number).statements for number in numbers]
    own = [next(s.subject for s in statements if s.subject.startswith("lesson:")) for statements in told]
    pilots = [next(s.subject for s in statements if s.subject.startswith("pilot:")) for statements in told]
    places = [s.subject for statements in told for s in statements if s.predicate == "fellow_in"]
    known = [thing.id for thing in world.places.things[:10]]
    for name, identifiers in (
        ("entity, a lesson", own),
        ("entity, a pilot", pilots),
        ("entity, a town", dice.sample(places, ROUNDS)),
        ("entity, the best known", known),
    ):
        measure(name, [partial(ask_entity, store, identifier) for identifier in identifiers])
    for name, identifiers in (("replications from a town", dice.sample(places, ROUNDS)), ("from the best known", known)):
        measure(name, [partial(ask_replications, store, origin=identifier) for identifier in identifiers])
    measure("replications to a town", [partial(ask_replications, store, target=i) for i in dice.sample(places, ROUNDS)])


def change(store: SqliteStore, world: World) -> None:
    """Time writing one document at a time: new versions, forgetting, and bringing back."""
    numbers = random.Random(2).sample(range(world.documents), min(ROUNDS // 2, world.documents))
    newer = [world.reading(number, version=2) for number in numbers]
    add: list[Callable[[], object]] = [partial(store.add, reading) for reading in newer]
    forget: list[Callable[[], object]] = [partial(store.forget, reading.document.id) for reading in newer]
    for name, calls in (
        ("upsert one document", add),
        ("the same again, unchanged", add),
        ("forget one document", forget),
        ("add one document", add),
    ):
        spent: dict[str, float] = defaultdict(float)
        start = time.perf_counter()
        with stages(spent):
            measure(name, calls)
        spent[name] = time.perf_counter() - start
        split(spent, name)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entities", type=int, nargs="+", default=[10_000])
    parser.add_argument("--store", type=Path, help="directory to keep the stores in; they are used again if they are there")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        for entities in given.entities:
            path = (given.store or Path(temporary)) / f"bench-{entities}.sqlite"
            fresh = not path.exists()
            world = World(entities)
            with open_store(path) as store:
                print(f"{entities} entities, {world.documents} documents", flush=True)
                if fresh:
                    load(store, world)
                start = time.perf_counter()
                print(f"  {store.counts()}, counted in {(time.perf_counter() - start) * 1e3:.0f} ms", flush=True)
                ask(store, world)
                change(store, world)


if __name__ == "__main__":
    main()
