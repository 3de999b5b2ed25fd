"""An approximate index over a long list of vectors, where the extra `usearch` is installed: the nearest rows without reading all.

The index is a graph (HNSW: Malkov & Yashunin, Efficient and robust approximate nearest neighbor search using Hierarchical
Navigable Small World graphs, 2018), over rows as whole numbers of one byte. It lies beside the rows as `NAME.hnsw`: what usearch
writes, and at the end the number of rows and a checksum. It grows with the rows and can be made anew from them at any time.
One that is not of exactly the rows asked for, or damaged, is not used. docs/search.md has what it gains and what it loses.
"""

from __future__ import annotations

import os
import struct
import threading
import zlib
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

APPROXIMATE_FROM: Final = 300_000  # rows; the exact first pass (graph/coarse.py) is quicker there still, and by far at fewer
WIDTH: Final = 8000  # rows taken for a question; bench/approximate.py measures what fewer would lose
CONNECTIVITY: Final = 16
EXPANSION: Final = 96  # rows looked at to place one
BATCH: Final = 10_000  # rows added in one call, between which Ctrl-C is heard
AGAIN: Final = "`TWINTOWN_APPROXIMATE=yes twintown reembed` brings it up to date"
MISSING: Final = "the extra is not installed; `uv sync --inexact --extra usearch` installs it"
_END: Final = struct.Struct("<8sQI")  # mark, number of rows, checksum of what stands before
_MARK: Final = b"TWINHNSW"
_READ: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Approximate:
    """An index, mapped: a server's memory holds what questions touch of it."""

    index: Any  # usearch ships no types that mypy could read without it
    mapped: Any  # the file, which usearch reads but does not hold
    _one: threading.Lock = field(default_factory=threading.Lock)  # the width is the index's, not the call's

    def nearest(self, vector: Matrix, width: int = WIDTH) -> NDArray[np.int64]:
        """Return some `width` rows near to a vector, in no order that could be relied on. Most of the nearest are among them."""
        import numpy as np

        count = min(width, len(self.index))
        with self._one:
            self.index.expansion_search = count
            return np.asarray(self.index.search(vector, count, threads=1).keys, dtype=np.int64)


def installed() -> bool:
    """Tell whether the extra is installed."""
    try:
        return find_spec("usearch") is not None
    except ValueError:  # its import is blocked
        return False


def open_approximate(rows: Path, count: int, dimension: int) -> Approximate | None:
    """Map the index beside a file of rows; None without the extra, or where the index is not whole or not of `count` rows."""
    return None if trouble(rows, count) else _mapped(rows, count, dimension, view=True)


def trouble(rows: Path, count: int) -> str:
    """Return why the index beside a file of `count` rows cannot serve; "" where it can."""
    file = approximate_file(rows)
    if not installed():
        return MISSING
    if not file.exists():
        return "there is none"
    if counted(rows) != count:
        return f"it is of other rows, or damaged; {AGAIN}"
    return "" if _whole(file) else f"it is damaged; {AGAIN}"


def approximate_file(rows: Path) -> Path:
    """Return where the index of a file of rows lies."""
    return rows.with_suffix(".hnsw")


def counted(rows: Path) -> int:
    """Return how many rows the index beside a file of rows says it holds; 0 where there is none, or half of one."""
    try:
        with approximate_file(rows).open("rb") as stream:
            stream.seek(-_END.size, os.SEEK_END)
            mark, count, _ = _END.unpack(stream.read())
    except (OSError, struct.error):
        return 0
    return int(count) if mark == _MARK else 0


def _whole(file: Path) -> bool:
    """Tell whether the checksum is right: a graph that leads out of the file would end the process."""
    with file.open("rb") as stream:
        length = stream.seek(0, os.SEEK_END) - _END.size
        stream.seek(0)
        found = _sum(stream, length)
        return bool(_END.unpack(stream.read(_END.size))[2] == found)


def _sum(stream: Any, length: int) -> int:
    found = 0
    while length > 0:
        part = stream.read(min(_READ, length))
        if not part:
            break
        found = zlib.crc32(part, found)
        length -= len(part)
    return found


def _empty(dimension: int) -> Any:
    from usearch.index import Index

    # The table of keys is kept though nothing asks for it: without it (enable_key_lookups) 2.25.3 writes where it may not.
    return Index(ndim=dimension, metric="ip", dtype="i8", connectivity=CONNECTIVITY, expansion_add=EXPANSION)


def _mapped(rows: Path, count: int, dimension: int, *, view: bool) -> Approximate | None:
    """Return the index as it lies there, mapped, or else read whole to be added to; None where it is of other vectors."""
    import numpy as np

    index = _empty(dimension)
    try:
        mapped = np.memmap(approximate_file(rows), dtype=np.uint8, mode="r")[: -_END.size]
        (index.view if view else index.load)(mapped.data)
    except (OSError, ValueError, RuntimeError):
        return None
    return Approximate(index, mapped) if index.ndim == dimension and len(index) == count else None


def write_approximate(rows: Path, count: int, dimension: int) -> None:
    """Bring the index up to the first `count` of a file of rows: what it lacks is added, a damaged one made anew.

    Nothing happens without the extra. A crash leaves the index as it was.
    """
    import numpy as np

    if not installed() or not trouble(rows, count):
        return
    done = counted(rows)
    known = _mapped(rows, done, dimension, view=False) if 0 < done < count and _whole(approximate_file(rows)) else None
    index, done = (known.index, done) if known else (_empty(dimension), 0)
    matrix = np.memmap(rows, dtype=np.float32, mode="r", shape=(count, dimension))
    for start in range(done, count, BATCH):
        last = min(start + BATCH, count)
        # One thread: several lose some rows in each other's way (20 of 3,000 once), to which then no link leads.
        index.add(np.arange(start, last), np.asarray(matrix[start:last]), threads=1)
    file = approximate_file(rows)
    work = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        index.save(str(work))
        _end(work, count)
        work.replace(file)
    finally:
        work.unlink(missing_ok=True)


def _end(work: Path, count: int) -> None:
    with work.open("r+b") as stream:
        length = stream.seek(0, os.SEEK_END)
        stream.seek(0)
        checksum = _sum(stream, length)
        stream.seek(0, os.SEEK_END)
        stream.write(_END.pack(_MARK, count, checksum))
        stream.flush()
        os.fsync(stream.fileno())


def drop_approximate(rows: Path, beyond: int = 0) -> None:
    """Remove the index beside a file of rows, where it counts more than `beyond`: those will be other rows when they come."""
    if not beyond or counted(rows) > beyond:
        approximate_file(rows).unlink(missing_ok=True)
