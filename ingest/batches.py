"""How documents are handed to extractors: one by one, or several together, the next ones begun while these are ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from graph.model import Document, Passage, Statement
from ingest.claim import Claim

if TYPE_CHECKING:
    from ingest.elsewhere import InStore

# A document, its passages, and what its reader already states about it (rows of tables).
Given = tuple[Document, tuple[Passage, ...], tuple[Claim, ...]]
Extract = Callable[[Document, tuple[Passage, ...], tuple[Claim, ...]], Iterable[Statement]]
End = Callable[[], Sequence[Iterable[Statement]]]  # returns the statements of each document of a batch, in order

TOGETHER: Final = 32  # documents in a batch
LONGEST: Final = 400_000  # characters in a batch, but for a single longer document


@dataclass(frozen=True, slots=True, kw_only=True)
class Batches:
    """Extractors that take several documents at once: `begin` starts what can run beside other work, and returns the rest."""

    begin: Callable[[Sequence[Given]], End]
    size: int = TOGETHER
    elsewhere: InStore | None = None  # what extractors ask of the documents that are there; None: of none


def one_by_one(extract: Extract) -> Batches:
    """Return the same as batches of one document."""

    def begin(given: Sequence[Given]) -> End:
        return lambda: [tuple(extract(*each)) for each in given]

    return Batches(begin=begin, size=1)
