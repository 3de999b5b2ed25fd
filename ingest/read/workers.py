"""Reading in processes of their own, with limits on memory and time: a hostile file costs only itself."""

from __future__ import annotations

import logging
import multiprocessing
import signal
import time
import warnings
from collections.abc import Iterable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from typing import Any, Final

from ingest.read import read
from ingest.read.base import Limits, Read, Skipped, Source
from ingest.read.metadata import find_language

Event = tuple[Source, "Read | Skipped | None"]  # None: the source is at its end
IDLE: Final = 0.2  # seconds without anything read

_SPAWN: Final = multiprocessing.get_context("spawn")
_START: Final = 60.0  # seconds that a process may take to come up on a busy machine
BEGUN: Final = True
_SOURCES_OF_A_WORKER: Final = 2_000  # then a fresh process: what libraries leak goes with the old one


def read_all(sources: Iterable[Source], *, workers: int = 2, limits: Limits | None = None) -> Iterator[Event | None]:
    """Yield what is read from every source, as it comes, and `(source, None)` at the end of each; None while nothing comes.

    A source is taken only when a worker is free, so that the caller's pace holds the readers back. With `workers=0`
    everything is read in this process, without limits on memory and time.
    """
    limits = limits or Limits()
    if workers == 0:
        for source in sources:
            yield from ((source, found) for found in read(source, limits))
            yield source, None
        return
    pool = [_Worker(limits) for _ in range(workers)]
    try:
        yield from _run(iter(sources), pool, limits)
    finally:
        for worker in pool:
            worker.stop()


def _run(sources: Iterator[Source], pool: list[_Worker], limits: Limits) -> Iterator[Event | None]:
    more = True
    while True:
        for worker in pool:
            if more and worker.source is None:
                source = next(sources, None)
                more = source is not None
                if source is not None:
                    worker.begin(source)
        busy = [worker for worker in pool if worker.source is not None]
        if not busy:
            return
        began = time.monotonic()
        ready = wait([worker.connection for worker in busy], timeout=min(IDLE, limits.seconds))
        waited = time.monotonic() - began
        if not ready:
            yield None
        for worker in busy:
            if worker.connection in ready:
                yield from worker.events(limits)
            else:
                # Only time spent waiting for it counts: a worker is not to blame for what the caller does in between.
                worker.waited += waited
                if worker.waited > (limits.seconds if worker.begun else max(limits.seconds, _START)):
                    yield from worker.kill(
                        f"no result within {limits.seconds:.0f} seconds; reading was stopped. Split the file, or save it anew"
                    )


class _Worker:
    """One process; started with its first source."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.process: Any = None
        self.connection: Connection
        self.source: Source | None = None
        self.waited = 0.0
        self.begun = False  # the process is up and has begun with the source
        self.served = 0

    def begin(self, source: Source) -> None:
        if self.served >= _SOURCES_OF_A_WORKER:
            self.stop()
        self.source, self.waited, self.begun = source, 0.0, False
        for _ in range(2):
            if self.process is None:
                self.connection, theirs = _SPAWN.Pipe()
                self.process = _SPAWN.Process(target=_work, args=(theirs, self.limits), daemon=True)
                self.process.start()
                theirs.close()
                self.served = 0
            with suppress(BrokenPipeError, ConnectionResetError):
                self.connection.send(source)
                self.served += 1
                return
            self.stop()

    def events(self, limits: Limits) -> Iterator[Event]:
        source = self.source
        if source is None:
            return
        try:
            found = self.connection.recv()
        except (EOFError, OSError):
            why = (
                f"reading it ended the reader: more memory than the limit of {limits.memory / 1e9:.1f} GB, or a damaged file;"
                " split it, or save it anew"
            )
            yield from self.kill(why)
            return
        self.waited = 0.0
        self.begun = True
        if found is not BEGUN:
            if found is None:
                self.source = None
            yield source, found

    def kill(self, reason: str) -> Iterator[Event]:
        source = self.source
        self.stop()
        if source is not None:
            yield source, Skipped(address=source.address, reason=reason)
            yield source, None

    def stop(self) -> None:
        self.source = None
        if self.process is not None:
            self.connection.close()
            self.process.kill()
            self.process.join()
            self.process.close()
            self.process = None


def _work(connection: Connection, limits: Limits) -> None:
    """Read source after source in a process that may not grow past the limit."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends this process
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    with suppress(ImportError, ValueError, OSError):  # Windows has no such limit, a container may have a lower one
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    # Nearly every document needs it and it takes a while to load, which is not to count against the first one.
    find_language("the languages are known from here on")
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            source: Source = connection.recv()
            connection.send(BEGUN)
            for found in read(source, limits):
                connection.send(found)
            connection.send(None)
