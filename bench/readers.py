"""Readers: pages a second by format, side by side with markitdown on the same files; memory over 10,000 documents.

`python -m bench.readers --peer` installs markitdown into an environment of its own under local/ and runs it too. Times are the
best of a few rounds in one process, with everything imported before; a page is 3,000 characters where a format has none.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from ingest.read import read
from ingest.read.base import Read, Source

ROOT: Final = Path(__file__).resolve().parents[1]
GOLDEN: Final = ROOT / "tests" / "golden" / "documents"
PEER: Final = ROOT / "local" / "markitdown"
ROUNDS: Final = 3
PLAIN_PAGES: Final = ("bericht-de.pdf", "fotismos-el.pdf", "inara-ar.pdf")
PAGES_WITH_TABLES: Final = ("report-en.pdf", "compte-rendu-fr.pdf")
OTHERS: Final = ("compte-rendu-fr.docx", "heat-en.pptx", "session-en.html")
# Run by the peer's own interpreter: paths in, seconds of the best round out.
PEER_PROGRAM: Final = """
import json, sys, time
from markitdown import MarkItDown
paths, rounds = json.loads(sys.argv[1]), int(sys.argv[2])
peer, found = MarkItDown(enable_plugins=False), {}
for name, files in paths.items():
    best = 1e9
    for _ in range(rounds + 1):
        began = time.perf_counter()
        for file in files:
            peer.convert(file)
        best = min(best, time.perf_counter() - began)
    found[name] = best
print(json.dumps(found))
"""


def groups(folder: Path) -> dict[str, list[Path]]:
    """Return the files of each row of the table; PDFs are repeated to 60 pages, so that opening them does not count alone."""
    from pypdf import PdfWriter

    found: dict[str, list[Path]] = {}
    for name, members in (("pdf without tables", PLAIN_PAGES), ("pdf with tables", PAGES_WITH_TABLES)):
        writer = PdfWriter()
        while len(writer.pages) < 60:
            for member in members:
                writer.append(GOLDEN / member)
        path = folder / f"{name}.pdf"
        writer.write(path)
        found[name] = [path]
    for member in OTHERS:
        found[member.rpartition(".")[2]] = [GOLDEN / member]
    return found


def documents(paths: Iterable[Path]) -> int:
    """Read the files; return the number of their pages."""
    pages = 0
    for path in paths:
        for found in read(Source(address=path.name, path=path)):
            assert isinstance(found, Read), found
            pages += len(found.document.pages) or max(1, round(len(found.document.text) / 3000))
    return pages


def ours(files: dict[str, list[Path]]) -> dict[str, tuple[int, float]]:
    """Return pages and seconds of the best round by row."""
    measured: dict[str, tuple[int, float]] = {}
    for name, paths in files.items():
        pages = documents(paths)  # imports and fills caches
        best = min(_timed(paths) for _ in range(ROUNDS))
        measured[name] = (pages, best)
    return measured


def _timed(paths: Sequence[Path]) -> float:
    began = time.perf_counter()
    documents(paths)
    return time.perf_counter() - began


def theirs(files: dict[str, list[Path]]) -> dict[str, float]:
    """Install markitdown apart from this project, run it on the same files, and return seconds by row."""
    python = PEER / "bin" / "python"
    if not python.exists():
        subprocess.run(["uv", "venv", "-q", PEER, "--python", sys.executable], check=True)
        subprocess.run(["uv", "pip", "install", "-q", "--python", python, "markitdown[pdf,docx,pptx]>=0.1.9"], check=True)
    paths = json.dumps({name: [str(path) for path in each] for name, each in files.items()})
    done = subprocess.run(
        [python, "-W", "ignore", "-c", PEER_PROGRAM, paths, str(ROUNDS)], capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def memory(count: int) -> None:
    """Read many documents one after the other and print the greatest size of the process on the way."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "many.jsonl")
        with path.open("w") as out:
            for number in range(count):
                words = f"Town {number} put {number * 3} lamps along its road and told its neighbours. " * 20
                out.write(json.dumps({"path": f"{number}", "text": words}) + "\n")
        for number, _ in enumerate(read(Source(address="many", path=path)), 1):
            if number % (count // 5) == 0:
                print(f"{number:>8} documents: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", action="store_true", help="run markitdown too")
    parser.add_argument("--documents", type=int, default=10_000)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        files = groups(Path(folder))
        measured = ours(files)
        peer = theirs(files) if given.peer else {}
    print(f"{'format':<20} {'pages':>6} {'pages/s':>9} {'markitdown':>11} {'times':>6}")
    for name, (pages, seconds) in measured.items():
        other = f"{pages / peer[name]:>11.1f} {peer[name] / seconds:>6.1f}" if name in peer else ""
        print(f"{name:<20} {pages:>6} {pages / seconds:>9.1f} {other}")
    memory(given.documents)


if __name__ == "__main__":
    main()
