"""Documents that need no reader (the digests that ship with the program): extracted and kept where they are new or changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from graph.model import Document, Reading, Statement, kind_of
from ingest.context import Tools
from ingest.copies import sketch
from ingest.link import fingerprint, read_together
from ingest.passages import passages

if TYPE_CHECKING:
    from graph.store.base import Store

# A digest retells rows of the register, where each fact stands with its own source; from its text comes what it speaks of.
SPEAKS_OF: Final = frozenset({"name", "alias", "country", "level"})
KINDS: Final = frozenset({"place", "project", "programme", "solution", "organisation"})
BATCH: Final = 16  # documents whose texts the models see together, and that one transaction keeps

# What a fingerprint sees of tools that are all there, without opening them.
COMPLETE: Final = Tools(nlp=True, places=True, vocabulary=True, register=True, embedder=True)


def keep_given(
    store: Store, documents: Iterable[Document], open_tools: Callable[[], Tools], *, progress: Callable[[int, int], None]
) -> int:
    """Keep these documents; return how many were new, changed, or read by other extractors before.

    `open_tools` is called only where there is something to read: opening the models takes seconds. `progress` gets the
    number done and the number in all.
    """
    mark = f"spoken-of-{fingerprint(COMPLETE)}"
    fresh = [document for document in documents if store.fingerprint(document.id) != mark]
    tools = open_tools() if fresh else COMPLETE
    for start in range(0, len(fresh), BATCH):
        batch = fresh[start : start + BATCH]
        cut = [passages(document) for document in batch]
        found = read_together([(document, p, ()) for document, p in zip(batch, cut, strict=True)], tools)
        store.add_all(
            [
                Reading(
                    document=document, passages=p, statements=spoken_of(statements), fingerprint=mark, sketch=sketch(document)
                )
                for document, p, statements in zip(batch, cut, found, strict=True)
            ]
        )
        progress(start + len(batch), len(fresh))
    return len(fresh)


def spoken_of(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """Return what names the places, projects, programmes, solutions and organisations of a text."""
    return tuple(s for s in statements if s.predicate in SPEAKS_OF and kind_of(s.subject) in KINDS)
