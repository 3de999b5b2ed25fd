"""What commands that bring documents in share: the extractors, opened on first use, and what follows a run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.settings import Settings
    from graph.model import Document, Passage, Statement
    from graph.store.base import Store
    from ingest.claim import Claim
    from ingest.context import Tools

Tell = Callable[[int, int], None]
# What makes statements of a document, its passages and what a table states; and the fingerprint of its extractors.
Extraction = tuple[
    Callable[["Document", "tuple[Passage, ...]", "tuple[Claim, ...]"], Iterable["Statement"]],
    str,
]


def tools_of(settings: Settings, store: Store, tell: Tell) -> Callable[[], Tools]:
    """Return a function that opens the models the first time it is called: it takes seconds, and the first time ever minutes."""

    @cache
    def open_them() -> Tools:
        from ingest.tools import open_tools

        return open_tools(settings.cache, model=settings.model, suppressed=store.suppressed, progress=tell)

    return open_them


def extraction(tools: Callable[[], Tools]) -> Extraction:
    """Return the function that makes statements of a document, and the fingerprint of its extractors."""
    from ingest.given import COMPLETE
    from ingest.link import fingerprint, read_statements

    def extract(document: Document, cut: tuple[Passage, ...], claims: tuple[Claim, ...]) -> tuple[Statement, ...]:
        return read_statements(document, cut, tools(), claims)

    return extract, fingerprint(COMPLETE)


def after_run(store: Store, settings: Settings, tell: Tell) -> None:
    """Ask which entities may be the same, and bring the vectors beside the store up to it."""
    from ingest.link import propose

    propose(store)
    embed(store, settings, tell)


def embed(store: Store, settings: Settings, tell: Tell) -> int:
    """Bring the vectors beside a store up to it; return how many rows are new."""
    from graph.vectors import catch_up, open_embedders

    return catch_up(store, settings.store_path, open_embedders(settings.model, settings.cache), progress=tell)


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
