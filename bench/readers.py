"""Readers: pages a second by format, side by side with markitdown on the same files; memory over 10,000 documents.

`python -m bench.readers --peer` installs markitdown into an environment of its own under local/ and runs it too. Two processes
read the same files at the same time, one a core, each with everything imported before; their best rounds are added up. A page
is 3,000 characters where a format has none. Memory is that of a whole run with a store, as `twintown ingest --plain` does it:
what the run itself and what its two reading processes hold at that moment.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ingest.run import Report

ROOT: Final = Path(__file__).resolve().parents[1]
GOLDEN: Final = ROOT / "tests" / "golden" / "documents"
PEER: Final = ROOT / "local" / "markitdown"
PEER_PACKAGE: Final = "markitdown[pdf,docx,pptx]>=0.1.9"
ROUNDS: Final = 2
CORES: Final = 2
COPIES: Final = 20  # of a small file, read one after the other
PDFS: Final = {
    "pdf without tables": ("bericht-de.pdf", "fotismos-el.pdf", "inara-ar.pdf"),
    "pdf, ruled tables": ("report-en.pdf", "compte-rendu-fr.pdf"),
    "pdf, aligned columns": ("savings-en.pdf", "angebote-de.pdf"),
}
OTHERS: Final = ("compte-rendu-fr.docx", "heat-en.pptx", "session-en.html")
MARKS: Final = (1_000, 5_000, 10_000)
# Run by an interpreter of its own: paths by row in, seconds of the best round by row out; the first round only imports.
PROGRAM: Final = """
import json, sys, time
rows, found = json.loads(sys.argv[1]), {}
{convert}
for name, files in rows.items():
    best = 1e9
    for turn in range({rounds} + 1):
        began = time.perf_counter()
        for file in files:
            convert(file)
        best = min(best, time.perf_counter() - began) if turn else best
    found[name] = best
print(json.dumps(found))
"""
OURS: Final = """
from pathlib import Path
from ingest.read import read
from ingest.read.base import Source
convert = lambda file: list(read(Source(address=file, path=Path(file))))
"""
THEIRS: Final = """
from markitdown import MarkItDown
convert = MarkItDown(enable_plugins=False).convert
"""


def rows(folder: Path) -> dict[str, list[Path]]:
    """Return the files of each row of the table; PDFs are repeated to 60 pages, so that opening them does not count alone."""
    from pypdf import PdfWriter

    found: dict[str, list[Path]] = {}
    for name, members in PDFS.items():
        writer = PdfWriter()
        while len(writer.pages) < 60:
            for member in members:
                writer.append(GOLDEN / member)
        path = folder / f"{name}.pdf"
        writer.write(path)
        found[name] = [path]
    for member in OTHERS:
        found[member.rpartition(".")[2]] = [GOLDEN / member] * COPIES
    return found


def pages(paths: Iterable[Path]) -> int:
    """Return how many pages the files have."""
    from ingest.read import read
    from ingest.read.base import Read, Source

    count = 0
    for path in paths:
        for found in read(Source(address=path.name, path=path)):
            assert isinstance(found, Read), found
            count += len(found.document.pages) or max(1, round(len(found.document.text) / 3000))
    return count


def measured(python: Path | str, convert: str, files: dict[str, list[Path]]) -> list[dict[str, float]]:
    """Return seconds by row of as many processes as there are cores, all at work at the same time."""
    program = PROGRAM.replace("{convert}", convert).replace("{rounds}", str(ROUNDS))
    paths = json.dumps({name: [str(path) for path in each] for name, each in files.items()})
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT) if convert is OURS else ""}
    running = [
        subprocess.Popen([python, "-W", "ignore", "-c", program, paths], stdout=subprocess.PIPE, text=True, env=environment)
        for _ in range(CORES)
    ]
    found: list[dict[str, float]] = []
    for process in running:
        out, _ = process.communicate()
        if process.returncode:
            raise SystemExit(f"{python} failed; what went wrong stands above")
        found.append(json.loads(out.splitlines()[-1]))
    return found


def peer() -> Path:
    """Return the interpreter that has markitdown; install it apart from this project."""
    python = PEER / "bin" / "python"
    if not python.exists():
        subprocess.run(["uv", "venv", "-q", PEER, "--python", sys.executable], check=True)
        subprocess.run(["uv", "pip", "install", "-q", "--python", python, PEER_PACKAGE], check=True)
    return python


def speed(*, beside_peer: bool) -> None:
    """Print pages a second by format."""
    with tempfile.TemporaryDirectory() as folder:
        files = rows(Path(folder))
        counts = {name: pages(paths) for name, paths in files.items()}
        ours = measured(sys.executable, OURS, files)
        theirs = measured(peer(), THEIRS, files) if beside_peer else []
    print(f"{'format':<22} {'pages':>6} {'pages/s':>9} {'markitdown':>11} {'times':>6}")
    for name, count in counts.items():
        rate = sum(count / each[name] for each in ours)
        other = sum(count / each[name] for each in theirs)
        print(f"{name:<22} {count:>6} {rate:>9.1f} " + (f"{other:>11.1f} {rate / other:>6.1f}" if other else ""))


# Memory ----------------------------------------------------------------------------------------------------------


def resident(process: int | str = "self") -> float:
    """Return the megabytes a process holds in memory now."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def children() -> list[int]:
    """Return the processes that this one has started and that read documents."""
    import multiprocessing

    return [child.pid for child in multiprocessing.active_children() if child.pid is not None]


def texts(path: Path, count: int) -> None:
    """Write JSON lines of some 200 words each, no two alike enough to be copies."""
    import random

    source = random.Random(3)
    words = [
        f"{one}{two}"
        for one in ("lamp", "road", "town", "heat", "bike", "roof", "pump", "tram")
        for two in ("", "s", "ed", "ing")
    ]
    with path.open("w") as out:
        for number in range(count):
            sentences = [" ".join(source.choices(words, k=12)).capitalize() + f" in {number}.{at}." for at in range(16)]
            out.write(json.dumps({"path": f"{number}", "title": f"Note {number}", "text": " ".join(sentences)}) + "\n")


def memory(count: int) -> None:
    """Read documents into a store that is thrown away and print what the run holds on the way."""
    from graph.store.sqlite import open_store
    from ingest.run import ingest, sources

    marks = [mark for mark in MARKS if mark <= count] or [count]
    print(f"\n{'documents':>10} {'run MB':>8} {'readers MB':>11} {'seconds':>8}")
    with tempfile.TemporaryDirectory() as folder:
        # In three files, so that both readers have something to do.
        for part in range(3):
            texts(Path(folder, f"{part}.jsonl"), count // 3 + (part < count % 3))
        began = time.perf_counter()

        def told(report: Report, address: str) -> None:
            del address
            if marks and report.read >= marks[0]:
                print(line(marks.pop(0)), flush=True)

        def line(documents: int | str) -> str:
            readers = sum(resident(child) for child in children())
            return f"{documents:>10} {resident():>8.0f} {readers:>11.0f} {time.perf_counter() - began:>8.1f}"

        with open_store(Path(folder, "bench.sqlite")) as store:
            report = ingest(store, sources([folder]), workers=CORES, progress=told)
            print(line("at the end"))
            assert report.read == count, report


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", action="store_true", help="run markitdown too")
    parser.add_argument("--documents", type=int, default=10_000, help="how many the run over which memory is looked at has")
    given = parser.parse_args(arguments)
    speed(beside_peer=given.peer)
    memory(given.documents)


if __name__ == "__main__":
    main()
