"""Ingest: a whole run over 1,000 real texts beside its two models alone on the same texts; time by stage.

`python -m bench.ingest` cuts texts of ../shared/data into documents of 300 words (no page that the labelled dev set holds is
among them) and reads them into a store that is thrown away: reading, extraction, linking and writing are timed. "Models alone"
is spaCy's English entity recogniser (tok2vec and ner: the tagger and parser of the pipeline are not used and not counted) on
the cleaned texts, and the quantised MiniLM on their sentences, each sentence of a batch once, in the same batches: once one
model after the other, and once, as in the run, one beside the other. Runs alternate; the least, the median and the most of
them are shown, as seconds and as seconds of processor time, which tell more on a busy machine. Reader processes are off, so
that all use the same cores. Making passages searchable (vectors of passages) comes after a run and is not part of it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from graph.model import Document
    from ingest.context import Tools
    from ingest.run import Report

DATA: Final = Path("../shared/data")
DEV: Final = Path("../shared/eval/dev/documents.jsonl")
FILES: Final = ("smarter_together_site_2016-2018.jsonl", "undp_sdg_commons_urban.jsonl.gz")
WORDS: Final = 300
SHORTEST: Final = 200  # words; a shorter rest of a page is left out
TARGET_RATIO: Final = 1.3
TARGET_SPEED: Final = 400


def texts(count: int) -> list[dict[str, str]]:
    """Return `count` pieces of about 300 words of real pages: first the beginnings of all, then what follows."""
    held_out = {json.loads(line)["source"].rpartition(" ")[2] for line in DEV.read_text("utf-8").splitlines()}
    pieces = []
    for name in FILES:
        path = DATA / name
        data = path.read_bytes()
        lines = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8").split("\n")
        for row in map(json.loads, filter(None, lines)):
            if row["path"] not in held_out:
                pieces += [(number, row["path"], piece) for number, piece in enumerate(_cut(row["text"]))]
    pieces.sort(key=lambda piece: (piece[0], piece[1]))
    return [{"path": f"{path}-{number}", "text": piece} for number, path, piece in pieces[:count]]


def _cut(text: str) -> Iterator[str]:
    """Cut behind every 300th word; line breaks stay."""
    ends = [at for at in range(1, len(text)) if text[at].isspace() and not text[at - 1].isspace()] + [len(text)]
    start = 0
    for last in range(WORDS - 1, len(ends) + WORDS, WORDS):
        end = ends[min(last, len(ends) - 1)]
        piece = text[start:end].strip()
        if len(piece.split()) >= SHORTEST:
            yield piece
        start = end


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds by the clock and of the processor."""

    seconds: float
    processor: float


def whole(path: Path, tools: Tools, folder: Path) -> tuple[Spent, Report]:
    """Read the file into a new store; return what it took and the report with seconds by stage."""
    from api.intake import extraction
    from graph.store.sqlite import open_store
    from ingest.run import ingest, sources

    with open_store(folder / "bench.sqlite") as store:
        extract, fingerprint = extraction(lambda: tools, store)
        began, processor = time.perf_counter(), time.process_time()
        report = ingest(store, sources([str(path)]), extract=extract, fingerprint=fingerprint, workers=0)
        return Spent(time.perf_counter() - began, time.process_time() - processor), report


def documents(path: Path) -> list[Document]:
    """Return the documents of the file."""
    from ingest.read import read
    from ingest.read.base import Read, Source

    return [found.document for found in read(Source(address=str(path), path=path)) if isinstance(found, Read)]


def models(given: Sequence[Document], tools: Tools, *, beside: bool) -> Spent:
    """Return what the entity recogniser and the sentence vectors take, in batches of the same size, both at once or in turn."""
    from concurrent.futures import ThreadPoolExecutor

    from ingest.batches import TOGETHER
    from ingest.context import embed, parse, prepare
    from ingest.passages import passages

    batches = [
        prepare([(document, passages(document)) for document in given[start : start + TOGETHER]], tools)
        for start in range(0, len(given), TOGETHER)
    ]
    with ThreadPoolExecutor(max_workers=1) as thread:
        began, processor = time.perf_counter(), time.process_time()
        vectors = [thread.submit(embed, contexts) for contexts in batches] if beside else []
        for contexts in batches:
            parse(contexts)
            if not beside:
                embed(contexts)
        for made in vectors:
            made.result()
        return Spent(time.perf_counter() - began, time.process_time() - processor)


def stages(given: Sequence[Document], tools: Tools) -> dict[str, float]:
    """Return the seconds of processor time of each step of extraction, one after the other."""
    from ingest.batches import TOGETHER
    from ingest.context import embed, parse, prepare
    from ingest.extract import registry
    from ingest.link import link
    from ingest.passages import passages
    from ingest.validate import valid

    spent: dict[str, float] = {}
    clock = _Clock(spent)
    for start in range(0, len(given), TOGETHER):
        cut = [(document, passages(document)) for document in given[start : start + TOGETHER]]
        clock.lap("passages")
        contexts = prepare(cut, tools)
        clock.lap("cleaning and sentences")
        parse(contexts)
        clock.lap("model: entity recogniser")
        embed(contexts)
        clock.lap("model: sentence vectors")
        for context in contexts:
            read = context
            for name, extractor in registry().items():
                read = read.after(tuple(extractor.run(read)))
                clock.lap(f"extract {name}")
            linked = link(read, read.claims)
            clock.lap("link")
            valid(read, linked)
            clock.lap("validate")
    return spent


class _Clock:
    def __init__(self, spent: dict[str, float]) -> None:
        self.spent, self.last = spent, time.process_time()

    def lap(self, name: str) -> None:
        now = time.process_time()
        self.spent[name] = self.spent.get(name, 0.0) + now - self.last
        self.last = now


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables."""
    from ingest.batches import TOGETHER
    from ingest.tools import open_tools

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--texts", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cache", type=Path, default=Path("local/cache"))
    given = parser.parse_args(arguments)
    if not DATA.is_dir():
        print(f"{DATA} is not there: this bench measures on real texts and has none of its own")
        return
    tools = open_tools(given.cache)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "texts.jsonl")
        rows = texts(given.texts)
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
        read = documents(path)
        _warm(rows[:TOGETHER], tools, Path(name))
        runs: list[tuple[Spent, Report]] = []
        alone: list[tuple[Spent, Spent]] = []
        for number in range(given.rounds):
            folder = Path(name, f"run{number}")
            folder.mkdir()
            runs.append(whole(path, tools, folder))
            alone.append((models(read, tools, beside=False), models(read, tools, beside=True)))
            each = ", ".join(map(_both, alone[-1]))
            print(f"round {number + 1}: whole {_both(runs[-1][0])}, models alone in turn and at once {each}", flush=True)
        _show(read, runs, alone)
        _show_steps(stages(read[: given.texts // 4], tools), len(read) // 4)


def _warm(rows: Sequence[dict[str, str]], tools: Tools, folder: Path) -> None:
    """Import what a run needs and fill caches: a process pays for that once, and not for each of a thousand texts."""
    path = folder / "first.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    (folder / "first").mkdir()
    whole(path, tools, folder / "first")


def _both(spent: Spent) -> str:
    return f"{spent.seconds:.1f} s ({spent.processor:.1f} s of processor)"


def _show(read: Sequence[Document], runs: Sequence[tuple[Spent, Report]], alone: Sequence[tuple[Spent, Spent]]) -> None:
    words = sum(len(document.text.split()) for document in read)
    best, report = min(runs, key=lambda run: run[0].seconds)
    print(f"{len(read)} documents, {words} words; {report.read} kept, {report.statements.total()} statements")
    print(f"{'':<42} {'least':>8} {'median':>8} {'most':>8}")
    whole_runs = [run for run, _ in runs]
    _line("whole, seconds", [run.seconds for run in whole_runs])
    _line("whole, seconds of processor", [run.processor for run in whole_runs])
    for name, found in zip(("in turn", "at once"), zip(*alone, strict=True), strict=True):
        pairs = list(zip(whole_runs, found, strict=True))
        _line(f"models alone {name}, seconds", [spent.seconds for spent in found])
        _line(f"models alone {name}, seconds of processor", [spent.processor for spent in found])
        _line(f"ratio of seconds (wanted: {TARGET_RATIO} at most)", [run.seconds / spent.seconds for run, spent in pairs])
        _line("ratio of seconds of processor", [run.processor / spent.processor for run, spent in pairs])
    _line(f"documents a minute (wanted: {TARGET_SPEED})", [words / WORDS / run.seconds * 60 for run in whole_runs])
    print(f"the quickest run by stage, of {best.seconds:.1f} seconds (vectors are made beside all of it)")
    for stage, part in report.seconds.items():
        print(f"{stage:<42} {part:>8.2f}")


def _line(name: str, values: Sequence[float]) -> None:
    print(f"{name:<42} {min(values):>8.2f} {statistics.median(values):>8.2f} {max(values):>8.2f}")


def _show_steps(spent: dict[str, float], count: int) -> None:
    print(f"\nsteps of extraction over {count} of the documents, one after the other, seconds of processor")
    for step, part in sorted(spent.items(), key=lambda pair: -pair[1]):
        print(f"{step:<42} {part:>8.2f}")


if __name__ == "__main__":
    main()
