"""The server under load: how soon it answers, how many requests a second, and how late at half of that, with an ingest beside it.

`python -m bench.serve [sqlite:PATH]` measures a copy of it, else a store of the register. Five minutes. Server, client and
`twintown ingest`, which extracts from reports, are three processes. The client speaks HTTP over bare sockets, to take little of
the processor from the server. What is compared is measured in turns, ROUNDS times, and each number is over the requests of all
rounds: a slow moment of the machine then falls on everything alike. The spread over the rounds stands beside it.
"""

from __future__ import annotations

import asyncio
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote, quote_plus, urlsplit

import httpx
import psutil

from bench.generator import World
from graph import register
from graph.model import Document, Passage, Reading
from graph.store.sqlite import open_store
from graph.vectors import vectors_home

ROUNDS: Final = 3
SECONDS: Final = 16.0  # of each measurement in a round
HIGHEST: Final = 8.0  # seconds at the highest rate
WORKERS: Final = 8
PAUSE: Final = 0.02  # seconds between requests where one is asked after the other
REPORTS: Final = 300  # of some 700 words: more than an ingest reads while it is measured beside
DRAWN: Final = 60  # entities of a kind whose pages are asked for
# What people and programs ask for, and how often of 16 times; {kind} is drawn from the entities of the store.
MIX: Final = (
    *("/", "/place", "/search?q={question}", "/search?q={question}", "/api/v1/search?q={question}"),
    *("{solution}", "{place}", "{place}", "{project}", "{pilot}"),
    *("/api/v1/entities?kind=place&limit=50", "/api/v1/statements?limit=50", "/api/v1/replications?limit=50"),
    *("/api/v1/suggest?q={letters}", "/api/v1/stats", "/api/v1/documents"),
)
QUESTIONS: Final = (
    *("street lighting", "heat pump", "who pays when residents save energy", "lessons of small towns", "cargo bikes"),
    *("refurbishment of housing", "sensors in parking", "open data platform", "district heating", "electric buses"),
    *("what did Cork take over", "citizens in planning", "mobility stations", "energy savings measured", "procurement"),
)
READY_WITHIN: Final = 60.0  # seconds for the models


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
        while not _is_ready(found.group()):
            time.sleep(0.02)
        yield found.group(), psutil.Process(running.pid)
        running.terminate()
        running.wait(20)
        log.wait(5)


def _is_ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz").is_success
    except httpx.HTTPError:
        return False


def by_meaning(address: str) -> bool:
    """Wait until the models of search are loaded; return whether they are."""
    for _ in range(int(READY_WITHIN * 5)):
        if httpx.get(f"{address}/api/v1/search", params={"q": "lamps"}, timeout=30).json()["by_meaning"]:
            return True
        time.sleep(0.2)
    return False


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


# The client --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mix:
    """Draws addresses."""

    dice: random.Random
    known: Mapping[str, Sequence[str]]  # addresses of pages by kind

    def draw(self) -> str:
        words = {"question": quote_plus(self.dice.choice(QUESTIONS)), "letters": self.dice.choice(("mi", "co", "str", "el"))}
        words |= {kind: self.dice.choice(pages) for kind, pages in self.known.items()}
        return self.dice.choice(MIX).format(**words)


def mix(address: str, seed: int = 1) -> Mix:
    known = {}
    for kind in ("solution", "place", "project", "pilot"):
        found = httpx.get(f"{address}/api/v1/entities", params={"kind": kind, "limit": DRAWN}).json()["entities"]
        known[kind] = [f"/{kind}/{quote(each['id'].partition(':')[2], safe='')}" for each in found] or ["/"]
    return Mix(random.Random(seed), known)


class Client:
    """HTTP/1.1 over kept connections, no more than is needed to ask and to take the answer."""

    def __init__(self, address: str) -> None:
        self.host, self.port = urlsplit(address).hostname or "", urlsplit(address).port
        self.idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def get(self, path: str) -> None:
        """Ask and read the whole answer; raise RuntimeError where it is no 200."""
        reader, writer = self.idle.pop() if self.idle else await asyncio.open_connection(self.host, self.port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\nAccept: */*\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)\ncontent-length: (\d+)", head)
        if not head.startswith(b"HTTP/1.1 200") or not length:
            raise RuntimeError(f"{path}: {head[:60]!r}")
        await reader.readexactly(int(length.group(1)))
        self.idle.append((reader, writer))

    def close(self) -> None:
        for _, writer in self.idle:
            writer.close()
        self.idle.clear()


async def _one_by_one(client: Client, drawn: Mix, seconds: float) -> list[float]:
    times = []
    end = time.perf_counter() + seconds
    while (began := time.perf_counter()) < end:
        await client.get(drawn.draw())
        times.append(time.perf_counter() - began)
        await asyncio.sleep(PAUSE)
    return times


async def _at_most(client: Client, drawn: Mix, seconds: float) -> list[float]:
    times = []
    end = time.perf_counter() + seconds

    async def work() -> None:
        while (began := time.perf_counter()) < end:
            await client.get(drawn.draw())
            times.append(time.perf_counter() - began)

    await asyncio.gather(*(work() for _ in range(WORKERS)))
    return times


async def _at_rate(client: Client, drawn: Mix, seconds: float, rate: float) -> list[float]:
    """Ask with random gaps, whether or not what was asked before is answered. Times count from when a request was due."""
    times = []

    async def ask(due: float) -> None:
        await client.get(drawn.draw())
        times.append(time.perf_counter() - due)

    waiting = set()
    due = time.perf_counter()
    end = due + seconds
    while due < end:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        waiting.add(asyncio.create_task(ask(due)))
        due += drawn.dice.expovariate(rate)
    await asyncio.gather(*waiting)
    return times


def load(address: str, drawn: Mix, seconds: float, rate: float | None = None) -> list[float]:
    """Return the seconds of each request: at a rate, as fast as WORKERS can (0), or one after the other (None)."""

    async def run() -> list[float]:
        client = Client(address)
        try:
            if rate is None:
                return await _one_by_one(client, drawn, seconds)
            return await (_at_rate(client, drawn, seconds, rate) if rate else _at_most(client, drawn, seconds))
        finally:
            client.close()

    return asyncio.run(run())


# The tables --------------------------------------------------------------------------------------------------------


def share(times: Sequence[float], part: float) -> float:
    """Return a percentile in milliseconds."""
    return sorted(times)[min(len(times) - 1, int(len(times) * part))] * 1000


def told(rounds: Sequence[Sequence[float]]) -> str:
    whole = [each for times in rounds for each in times]
    late = [share(times, 0.99) for times in rounds]
    return (
        f"median {share(whole, 0.5):5.1f} ms, p95 {share(whole, 0.95):5.1f}, p99 {share(whole, 0.99):5.1f}"
        f" (rounds {min(late):.0f} to {max(late):.0f}), {len(whole)} requests"
    )


@contextmanager
def ingest_beside(path: Path, number: int) -> Iterator[None]:
    """Let `twintown ingest` read reports into the store, from the moment when it has kept the first."""
    folder, world = path.with_name(f"reports-{number}"), World(10_000)
    folder.mkdir()
    for each in range(REPORTS):
        (folder / f"{each}.txt").write_text(world.reading(number * REPORTS + each).document.text, "utf-8")
    command = [sys.executable, "-m", "api.cli", "ingest", str(folder), "--store", f"sqlite:{path}"]
    with (
        open_store(path, readonly=True) as store,
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running,
    ):
        before = store.generation()
        while store.generation() == before and running.poll() is None:
            time.sleep(0.1)
        try:
            yield
            if running.poll() is not None:
                print(f"the ingest ended before its time, with code {running.poll()}")
        finally:
            running.terminate()


def measure(store: str, *, seconds: float = SECONDS, rounds: int = ROUNDS) -> None:
    """Print the table."""
    path = Path(store.removeprefix("sqlite:"))
    began = time.perf_counter()
    with server(store) as (address, process):
        print(f"ready after {time.perf_counter() - began:.2f} s, {process.memory_info().rss / 1e6:.0f} MB", flush=True)
        print(f"search by {'meaning and words' if by_meaning(address) else 'words alone: no models'}")
        drawn = mix(address)
        load(address, drawn, seconds, 0)  # warm: templates, caches
        found: dict[str, list[list[float]]] = {name: [] for name in ("one", "most", "half", "most beside", "half beside")}
        for number in range(rounds):
            found["one"].append(load(address, drawn, seconds))
            found["most"].append(load(address, drawn, min(HIGHEST, seconds), 0))
            half = sum(map(len, found["most"])) / len(found["most"]) / min(HIGHEST, seconds) / 2
            found["half"].append(load(address, drawn, seconds, half))
            with ingest_beside(path, number):
                if number == 0:
                    found["most beside"].append(load(address, drawn, min(HIGHEST, seconds), 0))
                found["half beside"].append(load(address, drawn, seconds, half))
            print(f"round {number + 1}: at {half:.0f}/s", flush=True)
        most = {name: len(found[name][0]) / min(HIGHEST, seconds) for name in ("most", "most beside")}
        rates = [len(times) / min(HIGHEST, seconds) for times in found["most"]]
        print(f"one after the other    {told(found['one'])}")
        print(f"highest rate           {sum(rates) / len(rates):.0f}/s (rounds {min(rates):.0f} to {max(rates):.0f})")
        print(f"highest, ingest beside {most['most beside']:.0f}/s")
        alone = share([each for times in found["one"] for each in times], 0.99)
        for name, label in (("half", "half of it             "), ("half beside", "half, ingest beside    ")):
            late = share([each for times in found[name] for each in times], 0.99)
            print(f"{label}{told(found[name])}: p99 {late / alone:.1f} x unloaded")
        print(f"memory after it all    {process.memory_info().rss / 1e6:.0f} MB")


def _copy(given: Path, path: Path) -> None:
    with open_store(given, readonly=True) as store:
        store.backup(path)
    if vectors_home(given).is_dir():
        shutil.copytree(vectors_home(given), vectors_home(path))


def main(arguments: list[str]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "store.sqlite"
        if arguments:  # a copy, as documents are added while it is measured
            _copy(Path(arguments[0].removeprefix("sqlite:")), path)
        else:
            fill(path)
        measure(f"sqlite:{path}")


if __name__ == "__main__":
    main(sys.argv[1:])
