"""Search: time by stage at 50,000 passages and more, with filters and facets.

`python -m bench.search`, `--passages 300000` for the large one; filled stores are kept in local/bench/search for the next run
(filling takes two minutes, and a quarter of an hour). The texts are made words and the rows of the
sidecar random vectors, so times are real and rankings are not; how good rankings are is measured by
`twintown eval-search bench/questions.jsonl`. `--beside local/peers/txtai/bin/python` fills a new store and has txtai build its
hybrid index over the same texts (its environment: bench/search_peer.py).
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from graph.embedder import Embedder
from graph.model import Document, Evidence, Genre, Passage, Progress, Reading, Statement
from graph.store.sqlite import SqliteStore, open_store
from graph.vectors import catch_up, open_embedders
from queries.search.index import read_index
from queries.search.question import Filters, Searcher

PER_DOCUMENT = 8
LANGUAGES = ("en", "en", "en", "en", "de", "fr")
GENRES = (Genre.REPORT, Genre.NEWS, Genre.PAGE)
COUNTRIES = ("XA", "XB", "XC", "XD", "XE", "XF")
FILTERS = (Filters(), Filters(languages=("en",), since="2015"), Filters(countries=("XA", "XB"), until="2020-05"), Filters())


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
    """Fill the store with made texts of 60 words whose frequencies fall as those of a language; return its words.

    Every document speaks of a project, a town and a solution, and half of them of a pilot, so that all facets have values.
    """
    chance = np.random.default_rng(1)
    syllables = [first + second for first in "bcdfglmnprst" for second in "aeiou"]
    words = ["".join(chance.choice(syllables, chance.integers(2, 5))) for _ in range(20_000)]
    weights = 1 / np.arange(10, len(words) + 10)
    cumulated = np.cumsum(weights / weights.sum())
    waiting: list[Reading] = []
    for number in range(passages // PER_DOCUMENT):
        drawn = np.searchsorted(cumulated, chance.random((PER_DOCUMENT, 60)) * cumulated[-1])
        waiting.append(_reading(number, [" ".join(words[at] for at in row) for row in drawn.tolist()]))
        if len(waiting) == 1000:
            store.add_all(waiting)
            waiting.clear()
    store.add_all(waiting)
    return words


def _reading(number: int, parts: Sequence[str]) -> Reading:
    language = LANGUAGES[number % len(LANGUAGES)]
    project, place, solution = f"Project {number % 997}", f"Town {number % 1999}", f"solution {number % 149}"
    parts = [f"{place} tries {solution} within {project}.", *parts]
    document = Document(
        text="\n".join(parts),
        addresses=(f"d{number}",),
        title=f"Document {number}",
        language=language,
        date=str(2010 + number % 15),
        genre=GENRES[number % len(GENRES)],
    )
    cut, at = [], 0
    for part in parts:
        cut.append(Passage(document=document.id, start=at, end=at + len(part), text=part, language=language))
        at += len(part) + 1
    # The first line is read together with what follows it.
    first = Passage(document=document.id, start=0, end=cut[1].end, text=document.text[: cut[1].end], language=language)
    evidence = Evidence(
        document=document.id, start=0, end=len(parts[0]), quote=parts[0], extractor="bench", version="1", confidence=0.9
    )
    pilot, known = f"pilot:{number}", (f"project:{number % 997}", f"place:{number % 1999}", f"solution:{number % 149}")
    facts = [(thing, "name", name) for thing, name in zip(known, (project, place, solution), strict=True)]
    facts.append((known[1], "country", COUNTRIES[number % len(COUNTRIES)]))
    if number % 2:
        facts += [
            (pilot, "name", f"{solution} in {place}"),
            (pilot, "tries", known[2]),
            (pilot, "runs_in", known[1]),
            (pilot, "within", known[0]),
        ]
    progress = Progress.DONE if number % 3 else Progress.RUNNING
    statements = tuple(
        Statement(subject=subject, predicate=predicate, value=value, evidence=evidence, progress=progress)
        for subject, predicate, value in facts
    )
    return Reading(document=document, passages=(first, *cut[2:]), statements=statements, fingerprint="bench")


def prepare(passages: int, models: Sequence[Embedder], folder: Path) -> tuple[Path, list[str]]:
    """Return a filled store with its sidecar, made where `folder` does not hold it whole, and its words."""
    path = folder / f"search-{passages}.sqlite"
    done = folder / f"search-{passages}.json"
    start = time.perf_counter()
    if not done.exists():
        for file in folder.glob(f"{path.name}*"):
            shutil.rmtree(file) if file.is_dir() else file.unlink()
        with open_store(path) as store:
            done.write_text(json.dumps(fill(store, passages)))
        print(f"{passages} passages: store and full text {time.perf_counter() - start:.0f} s")
    start = time.perf_counter()
    with open_store(path) as store:
        made = catch_up(store, path, [Random(each.name, each.dimension, each.precision, each.digest) for each in models])
    if made:
        print(f"{passages} passages: sidecar without the models {time.perf_counter() - start:.0f} s")
    return path, json.loads(done.read_text())


def measure(passages: int, models: Sequence[Embedder], folder: Path, rounds: int) -> None:
    """Print p50 and p95 by stage for one size, and what a write costs the next question."""
    path, words = prepare(passages, models, folder)
    with open_store(path) as store:
        searcher = Searcher(store, path)
        searcher.embedders = tuple(models)
        start = time.perf_counter()
        searcher.ask(words[500])
        print(f"{passages} passages: first answer {time.perf_counter() - start:.1f} s")
        chance = random.Random(2)
        for _ in range(8):  # warm-up: maps the vectors and fills the caches of the system
            searcher.ask("how does the " + " ".join(chance.choices(words, k=3)))
        stages: dict[str, list[float]] = defaultdict(list)
        for number in range(rounds):
            text = "how does the " + " ".join(chance.choices(words[:3000], k=chance.randint(1, 6)))
            start, work = time.perf_counter(), time.process_time()
            answer = searcher.ask(text, filters=FILTERS[number % len(FILTERS)])
            stages["whole"].append(time.perf_counter() - start)
            stages["processor"].append(time.process_time() - work)
            for stage, seconds in answer.seconds.items():
                stages[stage].append(seconds)
        _print_stages(stages)
        _after_writes(store, path, searcher, words)
    print(f"  memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def beside(passages: int, models: Sequence[Embedder], peer: Path) -> None:
    """Print what building takes: ours with everything that a store holds, and the index of txtai over the same passages."""
    with tempfile.TemporaryDirectory() as folder:
        work = time.process_time()
        path, _ = prepare(passages, models, Path(folder))
        print(
            f"  ours: {time.process_time() - work:.0f} s of the processor for the store, its full text and two lists of vectors"
        )
        texts = Path(folder) / "texts.jsonl"
        with open_store(path) as store, texts.open("w", encoding="utf-8") as stream:
            for document in store.documents():
                stream.writelines(json.dumps(each.text) + "\n" for each in store.passages(document.id))
        command = [str(peer), "bench/txtai_build.py", str(texts), str(models[0].dimension)]
        told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    print(f"  txtai: {told['clock']:.0f} s, {told['processor']:.0f} s of the processor, one list of vectors; {told['memory']} MB")


def _after_writes(store: SqliteStore, path: Path, searcher: Searcher, words: Sequence[str]) -> None:
    """Print how long the next answer takes after another process wrote a document, and after that took it away again."""
    taken = []
    with open_store(path) as other:
        for number in range(5):
            text = f"document {number} about {words[number]}"
            document = Document(text=text, addresses=("written",), title="Written meanwhile", language="en")
            passage = Passage(document=document.id, start=0, end=len(text), text=text, language="en")
            other.add(Reading(document=document, passages=(passage,), fingerprint="bench"))
            start = time.perf_counter()
            searcher.ask(words[500])
            taken.append((time.perf_counter() - start) * 1000)
        other.forget("written")
    start = time.perf_counter()
    read_index(store, path).facet("country")
    whole = time.perf_counter() - start
    print(f"  first answer after a write {statistics.median(taken):.0f} ms; reading the whole index anew {whole:.1f} s")


def _print_stages(stages: Mapping[str, Sequence[float]]) -> None:
    for stage, taken in stages.items():
        ordered = [seconds * 1000 for seconds in sorted(taken)]
        p95 = ordered[int(len(ordered) * 0.95)]
        print(f"  {stage:<9} p50 {statistics.median(ordered):6.1f} ms   p95 {p95:6.1f} ms")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the sizes asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--passages", type=int, nargs="+", default=[50_000])
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--cache", type=Path, default=Path("local/cache"))
    parser.add_argument("--keep", type=Path, default=Path("local/bench/search"), help="Where filled stores are kept.")
    parser.add_argument("--beside", type=Path, metavar="PYTHON", help="Compare what building takes with txtai's, by its Python.")
    given = parser.parse_args(arguments)
    models = open_embedders(cache=given.cache)
    given.keep.mkdir(parents=True, exist_ok=True)
    for passages in given.passages:
        if given.beside:
            beside(passages, models, given.beside)
        else:
            measure(passages, models, given.keep, given.rounds)


if __name__ == "__main__":
    main()
