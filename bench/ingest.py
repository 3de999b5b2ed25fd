"""Ingest: a whole run over 1,000 real texts beside its two models alone on the same texts; time by stage.

`python -m bench.ingest` cuts texts of ../shared/data into documents of 300 words (no page that the labelled dev set holds is
among them) and reads them into a store that is thrown away. "Models alone" is spaCy's English entity recogniser (tok2vec and
ner: the tagger and parser of the pipeline are not used and not counted) on the cleaned texts, and the quantised MiniLM on their
sentences, in the same batches as the run. Runs alternate; the best of each counts. Reader processes are off, so that both use
the same cores. Making passages searchable (vectors of passages) comes after a run and is shown apart.
"""

from __future__ import annotations

import argparse
import gzip
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from graph.model import Document
    from ingest.context import Tools
    from ingest.run import Report

DATA: Final = Path("../shared/data")
DEV: Final = Path("../shared/eval/dev/documents.jsonl")
FILES: Final = ("smarter_together_site_2016-2018.jsonl", "undp_sdg_commons_urban.jsonl.gz")
WORDS: Final = 300
SHORTEST: Final = 200  # words; a shorter rest of a page is left out
BATCH: Final = 32  # documents that the models see together
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


def whole(path: Path, tools: Tools, folder: Path) -> tuple[float, Report]:
    """Read the file into a new store; return seconds and the report with seconds by stage."""
    from api.intake import extraction
    from graph.store.sqlite import open_store
    from ingest.run import ingest, sources

    extract, fingerprint = extraction(lambda: tools)
    with open_store(folder / "bench.sqlite") as store:
        began = time.perf_counter()
        report = ingest(store, sources([str(path)]), extract=extract, fingerprint=fingerprint, workers=0)
        return time.perf_counter() - began, report


def documents(path: Path) -> list[Document]:
    """Return the documents of the file."""
    from ingest.read import read
    from ingest.read.base import Read, Source

    return [found.document for found in read(Source(address=str(path), path=path)) if isinstance(found, Read)]


def models(given: Sequence[Document], tools: Tools) -> tuple[float, float]:
    """Return the seconds of the entity recogniser and of the sentence vectors alone, in batches of the same size."""
    from ingest.context import embed, parse, prepare
    from ingest.passages import passages

    names = vectors = 0.0
    for start in range(0, len(given), BATCH):
        contexts = prepare([(document, passages(document)) for document in given[start : start + BATCH]], tools)
        began = time.perf_counter()
        parse(contexts)
        names += time.perf_counter() - began
        began = time.perf_counter()
        embed(contexts)
        vectors += time.perf_counter() - began
    return names, vectors


def stages(given: Sequence[Document], tools: Tools) -> dict[str, float]:
    """Return the seconds of each step of extraction beside the models."""
    from ingest.context import embed, parse, prepare
    from ingest.extract import registry
    from ingest.link import link
    from ingest.passages import passages
    from ingest.validate import valid

    spent: dict[str, float] = {}
    clock = _Clock(spent)
    for start in range(0, len(given), BATCH):
        cut = [(document, passages(document)) for document in given[start : start + BATCH]]
        clock.lap("passages")
        contexts = prepare(cut, tools)
        clock.lap("cleaning and sentences")
        parse(contexts)
        embed(contexts)
        clock.lap("models")
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
        self.spent, self.last = spent, time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.spent[name] = self.spent.get(name, 0.0) + now - self.last
        self.last = now


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables."""
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
        words = sum(len(document.text.split()) for document in read)
        stages(read[:BATCH], tools)  # imports and fills caches
        runs: list[tuple[float, Any]] = []
        alone: list[tuple[float, float]] = []
        for number in range(given.rounds):
            folder = Path(name, f"run{number}")
            folder.mkdir()
            runs.append(whole(path, tools, folder))
            alone.append(models(read, tools))
            print(f"round {number + 1}: whole {runs[-1][0]:.1f} s, models alone {sum(alone[-1]):.1f} s", flush=True)
        spent = stages(read, tools)
    _show(len(read), words, min(runs, key=lambda run: run[0]), min(alone, key=sum), spent)


def _show(count: int, words: int, best: tuple[float, Report], alone: tuple[float, float], spent: dict[str, float]) -> None:
    seconds, report = best
    print(f"{count} documents, {words} words; {report.read} kept, {report.statements.total()} statements")
    print(f"{'stage':<28} {'seconds':>8}")
    for stage, part in report.seconds.items():
        print(f"{stage:<28} {part:>8.2f}")
    print(f"{'alone: entity recogniser':<28} {alone[0]:>8.2f}\n{'alone: sentence vectors':<28} {alone[1]:>8.2f}")
    print(f"ratio {seconds / sum(alone):.2f} (wanted: {TARGET_RATIO} at most)")
    print(f"{words / WORDS / seconds * 60:.0f} documents of {WORDS} words a minute (wanted: {TARGET_SPEED} at least)")
    print("\nsteps of extraction, one run by itself")
    for stage, part in sorted(spent.items(), key=lambda pair: -pair[1]):
        print(f"{stage:<28} {part:>8.2f}")


if __name__ == "__main__":
    main()
