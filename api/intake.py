"""What commands that bring documents in share: the extractors, opened on first use, and what follows a run."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from api.settings import Settings
    from graph.store.base import Store
    from ingest.batches import Batches, End, Given
    from ingest.context import Tools

Tell = Callable[[int, int], None]
# What makes statements of documents, their passages and what tables state; and the fingerprint of its extractors.
Extraction = tuple["Batches", str]
# The thread of the sentence vectors waits for this one to let go of the interpreter once a sentence. At the default of 5 ms
# it would wait as long as it works.
_SWITCH: Final = 0.0005  # seconds


def tools_of(settings: Settings, store: Store, tell: Tell) -> Callable[[], Tools]:
    """Return a function that opens the models the first time it is called: it takes seconds, and the first time ever minutes."""

    @cache
    def open_them() -> Tools:
        from ingest.tools import open_tools

        return open_tools(settings.cache, model=settings.model, suppressed=store.suppressed, progress=tell)

    return open_them


def extraction(tools: Callable[[], Tools], store: Store) -> Extraction:
    """Return what makes statements of documents that a store will hold, and the fingerprint of its extractors.

    Sentence vectors, more than half of the work, are made in a thread beside the rest of it.
    """
    from concurrent.futures import ThreadPoolExecutor
    from dataclasses import replace

    from ingest.batches import Batches
    from ingest.elsewhere import InStore
    from ingest.given import COMPLETE
    from ingest.link import begin_together, fingerprint

    beside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="vectors")
    elsewhere = InStore(store)

    def begin(given: Sequence[Given]) -> End:
        sys.setswitchinterval(_SWITCH)
        return begin_together(given, replace(tools(), elsewhere=elsewhere), beside)

    return Batches(begin=begin, elsewhere=elsewhere), fingerprint(COMPLETE)


def after_run(store: Store, settings: Settings, tell: Tell) -> None:
    """Ask which entities may be the same, and bring the vectors beside the store up to it."""
    from ingest.link import propose

    propose(store)
    embed(store, settings, tell)


def embed(store: Store, settings: Settings, tell: Tell) -> int:
    """Bring the vectors beside a store up to it; return how many rows are new."""
    from graph.vectors import catch_up, open_embedders

    embedders = open_embedders(settings.model, settings.cache)
    return catch_up(store, settings.beside, embedders, progress=tell, approximate_from=settings.approximate_from)


@contextmanager
def progress(what: str) -> Iterator[Tell]:
    """Show a bar with time left on a terminal; say nothing elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, whole: bar.update(task, completed=done, total=whole)
