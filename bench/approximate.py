"""What the approximate index (graph/approximate.py) gains and loses beside the exact first pass (graph/coarse.py).

`python -m bench.approximate --passages 300000 1000000` takes some 20 minutes. Rows are made so that passages of one document are
alike and documents of one topic a little; questions lie near topics. Search wants the 1,000 nearest, not ten: that is what facets
count. The lines after "scoring" are of passages and documents together, as search does it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from graph.approximate import approximate_file, open_approximate, write_approximate
from graph.coarse import open_coarse, write_coarse
from graph.vectors import Head, Vectors
from queries.search.index import Index, Mentions, Space, _spread
from queries.search.ranking import score

DIMENSION = 384
TOPICS = 2000
PER_DOCUMENT = 8
NEAREST = 1000
QUESTIONS = 15
WIDTHS = (1000, 2000, 4000, 8000, 16_000, 32_000)
VALUES = 30  # of a facet
KEPT = 0.85  # share of documents that have the value of their topic
COUNTED = 20  # hits of a value whose count is compared


@dataclass(frozen=True)
class Made:
    """Vectors of length 1, and the value of a facet for each document."""

    rows: Any
    documents: Any
    asked: Any
    values: Any


def made(passages: int) -> Made:
    """Return passages, documents and questions."""
    chance = np.random.default_rng(0)

    def noise(count: int, size: float) -> Any:
        return chance.standard_normal((count, DIMENSION), dtype=np.float32) * np.float32(size)

    def unit(rows: Any) -> Any:
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows

    topics = noise(TOPICS, 1)
    of_topic = chance.integers(0, TOPICS, passages // PER_DOCUMENT)
    documents = topics[of_topic] + noise(len(of_topic), 0.9)
    rows = np.repeat(documents, PER_DOCUMENT, axis=0)
    rows += noise(len(rows), 1.1)
    asked = topics[chance.integers(0, TOPICS, QUESTIONS)] + noise(QUESTIONS, 1.3)
    own = chance.random(len(of_topic)) < KEPT
    values = np.where(own, of_topic % VALUES, chance.integers(0, VALUES, len(of_topic)))
    return Made(unit(rows), unit(documents), unit(asked), values)


def timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Return milliseconds of the processor and of the clock, and what came out."""
    processor, clock = time.process_time(), time.perf_counter()
    found = work()
    return (time.process_time() - processor) * 1000, (time.perf_counter() - clock) * 1000, found


def measure(name: str, vectors: Made, found: Callable[[Any], Any]) -> None:
    """Print what a question takes, and how many of the 1,000 nearest are found."""
    took, recalls = [], []
    for question in vectors.asked:
        processor, clock, got = timed(partial(found, question))
        took.append((processor, clock))
        exact = np.argpartition(-(vectors.rows @ question), NEAREST)[:NEAREST]
        recalls.append(float(np.isin(exact, got).mean()))
    print(f"  {name:<24} {_median(took)}, recall of the {NEAREST} nearest {np.mean(recalls):.3f}", flush=True)


def _median(took: Sequence[tuple[float, float]]) -> str:
    processor, clock = (statistics.median(each) for each in zip(*took, strict=True))
    return f"{processor:6.1f} ms of the processor, {clock:6.1f} of the clock"


def _listed(rows: Any, path: Path) -> Vectors:
    path.write_bytes(rows.tobytes())
    head = Head(model="made", dimension=DIMENSION, precision="", digest="", generation=0, rows=path.name, count=len(rows))
    write_coarse(path, len(rows), DIMENSION)
    coarse = open_coarse(path, len(rows), DIMENSION)
    mapped: Any = np.memmap(path, dtype=np.float32, mode="r", shape=rows.shape)
    return Vectors(head, b"1" * 32 * len(rows), mapped, coarse, open_approximate(path, len(rows), DIMENSION))


def _index(passages: Vectors, documents: Vectors) -> Index:
    none = np.zeros(0, dtype=np.int64)
    every, whole = np.arange(len(passages.matrix)), np.arange(len(documents.matrix))
    space = Space("first", "made", passages, every, documents, whole, True, True, *_spread(documents))
    store: Any = None  # nothing is asked of it
    return Index(
        store=store,
        generation=0,
        stamps=(),
        keys=every,
        documents=every // PER_DOCUMENT,
        numbers=every.astype(np.uint64),
        language=np.zeros_like(every),
        document_keys=whole,
        document_numbers=whole.astype(np.uint64),
        about=(),
        mentions=Mentions(none, none, none, none),
        languages=("en",),
        spaces={"first": space},
    )


def _whole(index: Index, vectors: Made) -> None:
    """Print what scoring takes both ways, and how hits and counts differ."""
    took, exact = _scored(index, vectors, 0)
    print(f"  scoring, exact           {took}")
    for width in WIDTHS:
        took, found = _scored(index, vectors, width)
        pairs = list(zip(exact, found, strict=True))
        recall, first = (np.mean([np.isin(one[:count], other[:count]).mean() for one, other in pairs]) for count in (NEAREST, 10))
        off = [each for one, other in pairs for each in _differences(_counts(vectors, one), _counts(vectors, other))]
        print(f"  scoring, width {width:<9} {took}, recall {recall:.3f}, of the first ten {first:.3f}; counts off by", end=" ")
        print(f"{np.mean(off):.3f} on average, {np.quantile(off, 0.95):.3f} at p95", flush=True)


def _scored(index: Index, vectors: Made, width: int) -> tuple[str, list[Any]]:
    """Return what scoring takes, and the nearest of each question, best first."""
    took, found = [], []
    for question in vectors.asked:
        work = partial(score, index, [], {"first": question}, english=True, width=width)
        processor, clock, scores = timed(work)
        took.append((processor, clock))
        found.append(scores.nearest[np.argsort(-scores.total[scores.nearest], kind="stable")])
    return _median(took), found


def _counts(vectors: Made, rows: Any) -> Any:
    return np.bincount(vectors.values[rows // PER_DOCUMENT], minlength=VALUES)


def _differences(exact: Any, found: Any) -> list[float]:
    """Return by how much of itself each count is off that is not too small to say."""
    return [abs(int(other) - int(one)) / int(one) for one, other in zip(exact, found, strict=True) if one >= COUNTED]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the sizes asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--passages", type=int, nargs="+", default=[64_000])
    for passages in parser.parse_args(arguments).passages:
        vectors = made(passages)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "passages-1.rows"
            path.write_bytes(vectors.rows.tobytes())
            processor, clock, _ = timed(partial(write_approximate, path, passages, DIMENSION))
            size = approximate_file(path).stat().st_size / 1e6
            print(f"{passages} rows, {os.cpu_count()} processors: index of {size:.0f} MB made in", end=" ")
            print(f"{processor / 1000:.0f} s of the processor, {clock / 1000:.0f} of the clock", flush=True)
            passages_list, documents = _listed(vectors.rows, path), _listed(vectors.documents, path.with_name("documents-1.rows"))
            _both(passages_list, vectors)
            _whole(_index(passages_list, documents), vectors)


def _both(listed: Vectors, vectors: Made) -> None:
    def exact(question: Any) -> Any:
        first = np.argpartition(-listed.cosines(question), 2 * NEAREST)[: 2 * NEAREST]
        return first[np.argpartition(-(listed.matrix[first] @ question), NEAREST)[:NEAREST]]

    measure("first pass, then exact", vectors, exact)
    for width in WIDTHS:

        def near(question: Any, width: int = width) -> Any:
            found = listed.near(question, width)
            assert found is not None
            return found[0][np.argpartition(-found[1], min(NEAREST, len(found[1]) - 1))[:NEAREST]]

        measure(f"index, width {width}", vectors, near)


if __name__ == "__main__":
    main()
