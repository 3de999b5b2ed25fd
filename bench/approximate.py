"""Why search has no approximate index: an HNSW index (usearch) beside the first pass in whole numbers (graph/coarse.py).

`uv run --with "usearch<2.26" python -m bench.approximate`, `--passages 300000` takes minutes. Rows are made so that passages of
one document are alike and documents of one topic a little; questions lie near topics. Search wants the 1,000 nearest, not ten:
that is what facets count.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from graph.coarse import open_coarse, write_coarse

DIMENSION = 384
TOPICS = 2000
PER_DOCUMENT = 8
NEAREST = 1000
QUESTIONS = 15


def made(passages: int) -> tuple[Any, Any]:
    """Return rows and questions, of length 1."""
    chance = np.random.default_rng(0)

    def noise(count: int, size: float) -> Any:
        return chance.standard_normal((count, DIMENSION), dtype=np.float32) * np.float32(size)

    topics = noise(TOPICS, 1)
    documents = topics[chance.integers(0, TOPICS, passages // PER_DOCUMENT)] + noise(passages // PER_DOCUMENT, 0.9)
    rows = np.repeat(documents, PER_DOCUMENT, axis=0) + noise(len(documents) * PER_DOCUMENT, 1.1)
    asked = topics[chance.integers(0, TOPICS, QUESTIONS)] + noise(QUESTIONS, 1.3)
    return tuple(each / np.linalg.norm(each, axis=1, keepdims=True) for each in (rows, asked))


def measure(name: str, rows: Any, asked: Any, found: Callable[[Any], Any]) -> None:
    """Print the processor time of a question, and how many of the 1,000 nearest are found."""
    taken, recalls = [], []
    for question in asked:
        start = time.process_time()
        got = found(question)
        taken.append((time.process_time() - start) * 1000)
        exact = np.argpartition(-(rows @ question), NEAREST)[:NEAREST]
        recalls.append(float(np.isin(exact, got).mean()))
    print(f"  {name:<24} {statistics.median(taken):6.1f} ms of the processor, recall of {NEAREST} nearest {np.mean(recalls):.3f}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the sizes asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--passages", type=int, nargs="+", default=[64_000])
    for passages in parser.parse_args(arguments).passages:
        rows, asked = made(passages)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "passages-1.rows"
            path.write_bytes(rows.tobytes())
            start = time.process_time()
            write_coarse(path, len(rows), DIMENSION)
            print(f"{passages} rows: first pass made in {time.process_time() - start:.1f} s of the processor")
            _first_pass(path, rows, asked)
        _graph(rows, asked)


def _first_pass(path: Path, rows: Any, asked: Any) -> None:
    coarse = open_coarse(path, len(rows), DIMENSION)
    assert coarse is not None

    def found(question: Any) -> Any:
        first = np.argpartition(-coarse.cosines(question), 2 * NEAREST)[: 2 * NEAREST]
        return first[np.argpartition(-(rows[first] @ question), NEAREST)[:NEAREST]]

    measure("first pass, then exact", rows, asked, found)


def _graph(rows: Any, asked: Any) -> None:
    from usearch.index import Index

    index = Index(ndim=DIMENSION, metric="ip", dtype="i8", connectivity=16, expansion_add=96)
    start = time.process_time()
    index.add(np.arange(len(rows)), rows)
    print(f"  HNSW made in {time.process_time() - start:.1f} s of the processor")
    for width in (1000, 2000, 4000, 8000):
        index.expansion_search = width

        def found(question: Any, width: int = width) -> Any:
            return index.search(question, width, threads=1).keys

        measure(f"HNSW, width {width}", rows, asked, found)


if __name__ == "__main__":
    main()
