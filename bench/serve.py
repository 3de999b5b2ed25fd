"""The server under load: how soon it answers, how many requests a second, and how late at half of that, with an ingest beside it.

`python -m bench.serve [sqlite:PATH]`; without a store it makes one of the register. The load comes from a process of its own.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Final

import httpx
import psutil

from graph import register
from graph.model import Document, Evidence, Passage, Reading, Statement
from graph.store.sqlite import open_store

SECONDS: Final = 8.0
WORKERS: Final = 8
UNLOADED: Final = 5.0  # requests a second
MIX: Final = (
    *(
        "/",
        "/place",
        "/solution/smart-lighting",
        "/place/geonames-3173435",
        "/project/cordis-691876",
        "/search?q=street+lighting",
    ),
    *("/api/v1/entities?kind=place&limit=50", "/api/v1/entities/place:geonames-2761369", "/api/v1/statements?limit=50"),
    *(
        "/api/v1/replications?limit=50",
        "/api/v1/suggest?q=mi",
        "/api/v1/search?q=heat+pump",
        "/api/v1/stats",
        "/api/v1/documents",
    ),
)


@contextmanager
def server(store: str) -> Iterator[tuple[str, psutil.Process]]:
    """Run `twintown serve` on a free port; yield its address and process once it is ready."""
    command = [sys.executable, "-m", "api.cli", "serve", "--port", "0", "--store", store]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr
        found = re.search(r"http://\S+?(?=/ )", running.stderr.readline())
        if not found:
            running.kill()
            raise SystemExit(running.stderr.read())
        log = subprocess.Popen(["cat"], stdin=running.stderr, stdout=subprocess.DEVNULL)
        while True:
            try:
                httpx.get(f"{found.group()}/readyz").raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(0.02)
        yield found.group(), psutil.Process(running.pid)
        running.terminate()
        running.wait(20)
        log.wait(5)


def fill(path: Path) -> None:
    """Make a store of the register and its digests."""
    with open_store(path) as store:
        store.enter(register.COLLECTION, register.statements())
        for document in register.digests():
            cut = [
                Passage(document=document.id, start=s, end=s + 300, text=document.text[s : s + 300]) for s in _starts(document)
            ]
            store.add(Reading(document=document, passages=tuple(cut), fingerprint="bench"))


def _starts(document: Document) -> range:
    return range(0, max(1, len(document.text) - 300), 300)


def write(path: str, pause: float) -> None:
    """Add a document again and again, as an ingest does."""
    with open_store(Path(path)) as store:
        for number in count():
            text = f"Document {number}: Milan took over street lighting, and so on. " + f"It goes on {number}. " * 40
            document = Document(text=text, addresses=(f"bench/{number % 20}.txt",), title=f"Bench {number % 20}")
            evidence = Evidence(document=document.id, start=0, end=20, quote=text[:20], extractor="bench", version="1")
            said = Statement(subject="place:geonames-3173435", predicate="name", value="Milan", evidence=evidence)
            passage = Passage(document=document.id, start=0, end=300, text=text[:300])
            store.add(Reading(document=document, passages=(passage,), statements=(said,), fingerprint=str(number)))
            time.sleep(pause)


async def _load(address: str, seconds: float, rate: float | None) -> list[float]:
    """Ask for `seconds`: as fast as WORKERS can, or at a rate with random gaps. Times count from when a request was due."""
    times: list[float] = []
    dice = random.Random(1)
    async with httpx.AsyncClient(base_url=address, timeout=60, limits=httpx.Limits(max_connections=64)) as client:

        async def ask(due: float) -> None:
            (await client.get(dice.choice(MIX))).raise_for_status()
            times.append(time.perf_counter() - due)

        async def work() -> None:
            while time.perf_counter() < end:
                await ask(time.perf_counter())

        end = time.perf_counter() + seconds
        if rate is None:
            await asyncio.gather(*(work() for _ in range(WORKERS)))
            return times
        waiting = set()
        due = time.perf_counter()
        while due < end:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            waiting.add(asyncio.create_task(ask(due)))
            due += dice.expovariate(rate)
        await asyncio.gather(*waiting)
    return times


def load(address: str, *, seconds: float = SECONDS, rate: float | None = None) -> tuple[float, float, float]:
    """Return requests a second, and median and p99 in milliseconds."""
    times = sorted(asyncio.run(_load(address, seconds, rate)))
    return len(times) / seconds, times[len(times) // 2] * 1000, times[int(len(times) * 0.99)] * 1000


def measure(store: str) -> None:
    """Print the table."""
    path = store.removeprefix("sqlite:")
    began = time.perf_counter()
    with server(store) as (address, process):
        print(f"ready after {time.perf_counter() - began:.2f} s, {process.memory_info().rss / 1e6:.0f} MB")
        load(address, seconds=6)  # warm: templates, models, caches
        _, _, unloaded = load(address, rate=UNLOADED)
        print(f"unloaded, {UNLOADED:.0f}/s                 p99 {unloaded:.0f} ms")
        for beside, pause in (("alone", None), ("an ingest beside it", 0.2)):
            writer = multiprocessing.get_context("spawn").Process(target=write, args=(path, pause or 0), daemon=True)
            if pause is not None:
                writer.start()
                time.sleep(1)
            most, middle, late = load(address)
            print(f"{beside}: highest {most:.0f}/s, median {middle:.0f} ms, p99 {late:.0f} ms")
            _, middle, late = load(address, rate=most / 2)
            print(f"{beside}: at {most / 2:.0f}/s, median {middle:.0f} ms, p99 {late:.0f} ms, {late / unloaded:.1f} x unloaded")
            if pause is not None:
                writer.terminate()
                writer.join()
        print(f"memory after it all {process.memory_info().rss / 1e6:.0f} MB")


def main(arguments: list[str]) -> None:
    if arguments:
        measure(arguments[0])
        return
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "store.sqlite"
        fill(path)
        measure(f"sqlite:{path}")


if __name__ == "__main__":
    main(sys.argv[1:])
