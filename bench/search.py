"""Search: time by stage at 50,000 and 300,000 passages, with filters and facets.

`python -m bench.search --passages 50000`. The texts are made words and the rows of the sidecar random vectors, so times are
real and rankings are not; how good rankings are is measured by `twintown eval-search bench/questions.jsonl`.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from graph.embedder import Embedder
from graph.model import Document, Passage, Reading
from graph.store.sqlite import SqliteStore, open_store
from graph.vectors import catch_up, open_embedders
from queries.search.question import Filters, Searcher

PER_DOCUMENT = 8
LANGUAGES = ("en", "en", "en", "en", "de", "fr")


@dataclass(frozen=True)
class Random:
    """Rows for the sidecar that cost nothing, under the name and digest of a real model."""

    name: str
    dimension: int
    precision: str
    digest: str

    def embed(self, texts: Sequence[str]) -> Any:
        rows = np.random.default_rng(len(texts)).normal(size=(len(texts), self.dimension)).astype(np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def fill(store: SqliteStore, passages: int) -> list[str]:
    """Fill the store with made texts of 60 words whose frequencies fall as those of a language; return its words."""
    chance = random.Random(1)
    words = [
        "".join(chance.choice("bcdfglmnprst") + chance.choice("aeiou") for _ in range(chance.randint(2, 4)))
        for _ in range(20_000)
    ]
    weights = [1 / (rank + 10) for rank in range(len(words))]
    waiting: list[Reading] = []
    for number in range(passages // PER_DOCUMENT):
        parts = [" ".join(chance.choices(words, weights, k=60)) for _ in range(PER_DOCUMENT)]
        text = f"Document {number}. " + "\n".join(parts)
        language, at, cut = LANGUAGES[number % len(LANGUAGES)], text.index(parts[0]), []
        document = Document(
            text=text, addresses=(f"d{number}",), title=f"Document {number}", language=language, date=str(2010 + number % 15)
        )
        for part in parts:
            cut.append(Passage(document=document.id, start=at, end=at + len(part), text=part, language=language))
            at += len(part) + 1
        waiting.append(Reading(document=document, passages=tuple(cut), fingerprint="bench"))
        if len(waiting) == 500:
            store.add_all(waiting)
            waiting.clear()
    store.add_all(waiting)
    return words


def measure(passages: int, models: Sequence[Embedder], folder: Path, rounds: int) -> None:
    """Print p50 and p95 by stage for one size."""
    path = folder / f"search-{passages}.sqlite"
    with open_store(path) as store:
        start = time.perf_counter()
        words = fill(store, passages)
        print(f"{passages} passages: store and full text {time.perf_counter() - start:.0f} s", end=", ", flush=True)
        start = time.perf_counter()
        catch_up(store, path, [Random(each.name, each.dimension, each.precision, each.digest) for each in models])
        print(f"sidecar without the models {time.perf_counter() - start:.0f} s", end=", ", flush=True)
        searcher = Searcher(store, path)
        searcher.embedders = tuple(models)
        start = time.perf_counter()
        searcher.ask(words[500])
        print(f"first answer {time.perf_counter() - start:.1f} s")
        stages: dict[str, list[float]] = defaultdict(list)
        chance = random.Random(2)
        for number in range(rounds):
            text = "how does the " + " ".join(chance.choices(words[:3000], k=chance.randint(1, 6)))
            filters = Filters(languages=("en",), since="2015") if number % 2 else Filters()
            start = time.perf_counter()
            answer = searcher.ask(text, filters=filters)
            stages["whole"].append(time.perf_counter() - start)
            for stage, seconds in answer.seconds.items():
                stages[stage].append(seconds)
    for stage, taken in stages.items():
        ordered = [seconds * 1000 for seconds in sorted(taken)]
        p95 = ordered[int(len(ordered) * 0.95)]
        print(f"  {stage:<9} p50 {statistics.median(ordered):6.1f} ms   p95 {p95:6.1f} ms")
    print(f"  memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the sizes asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--passages", type=int, nargs="+", default=[50_000, 300_000])
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--cache", type=Path, default=Path("local/cache"))
    given = parser.parse_args(arguments)
    models = open_embedders(cache=given.cache)
    with tempfile.TemporaryDirectory() as folder:
        for passages in given.passages:
            measure(passages, models, Path(folder), given.rounds)


if __name__ == "__main__":
    main()
