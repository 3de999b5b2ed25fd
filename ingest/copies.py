"""Near-duplicates: the same page under two hosts, a text with another footer. They are linked and count as one source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from graph.model import Document, Genre, normalise_name

if TYPE_CHECKING:
    from graph.store.base import Store

PERMUTATIONS: Final = 96
SCHEME: Final = "affine32"  # of datasketch 2; kept with every sketch of a store, so never changed
SHINGLE: Final = 4  # words
FEWEST_WORDS: Final = 40  # shorter texts look alike without being copies
LIKENESS: Final = 0.8  # estimated share of shingles in common


def sketch(document: Document) -> bytes:
    """Return the MinHash of a document's word shingles (little-endian 32 bits each), or nothing for short texts and rows of
    tables, which look alike without being copies."""
    words = normalise_name(document.text).split()
    if len(words) < FEWEST_WORDS or document.genre is Genre.TABLE_ROW:
        return b""
    from datasketch import MinHash

    minhash = MinHash(num_perm=PERMUTATIONS, seed=1, scheme=SCHEME)
    shingles = {" ".join(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1)}
    minhash.update_batch([shingle.encode() for shingle in shingles])
    return minhash.hashvalues.astype("<u4").tobytes()  # type: ignore[no-any-return]


def copies(new: Iterable[str], sketches: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, str]]:
    """Yield pairs of documents that are near-duplicates, one of each pair among `new`; smaller id first, each pair once."""
    from datasketch import MinHashLSH

    index = MinHashLSH(threshold=LIKENESS - 0.05, num_perm=PERMUTATIONS)
    known: dict[str, Any] = {}
    for identifier, data in sketches:
        if len(data) == 4 * PERMUTATIONS:
            known[identifier] = _minhash(data)
            index.insert(identifier, known[identifier])
    seen: set[tuple[str, str]] = set()
    for identifier in new:
        if identifier not in known:
            continue
        for other in index.query(known[identifier]):
            first, second = sorted((identifier, str(other)))
            if first != second and (first, second) not in seen and known[first].jaccard(known[second]) >= LIKENESS:
                seen.add((first, second))
                yield first, second


def link_copies(store: Store, new: Iterable[str]) -> int:
    """Link the copies of these documents in the store; return how many pairs were found."""
    pairs = sorted(copies(new, store.sketches()))
    if pairs:
        store.link_copies(pairs)
    return len(pairs)


def _minhash(data: bytes) -> Any:
    import numpy as np
    from datasketch import MinHash

    return MinHash(num_perm=PERMUTATIONS, seed=1, scheme=SCHEME, hashvalues=np.frombuffer(data, dtype="<u4").astype(np.uint32))
