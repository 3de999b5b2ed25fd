"""Vectors of passages and documents in files beside the store, mapped into memory and searched exactly.

`STORE.vectors/` holds a directory for each model (by its digest) and `current.json`, which names the models that serve. A
model's directory holds for each list (passages, documents) a file of float32 rows that only grows, and a small head: model,
dimension, number of rows, the store's generation, and the id of each row. The head is replaced atomically and counts only
rows that are safely written, so a crash leaves at most rows that nobody counts; the next catch-up writes over them. A long
list has its rows a second time as whole numbers of one byte, for a quick first pass (graph/coarse.py). A very long list of
passages has an approximate index too, where somebody wants one (graph/approximate.py).

Everything here can be made anew from the store: `catch_up` embeds what the store holds and the files do not, and drops
what is gone. Readers in other processes see a new head by its time and size, and then map the rows again.

A server keeps the passages' vectors of the first model inside too (`Reader.inside`): what one machine has embedded, another takes
from there.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from graph.approximate import (
    WIDTH,
    Approximate,
    approximate_file,
    drop_approximate,
    open_approximate,
    trouble,
    write_approximate,
)
from graph.coarse import Coarse, cut_coarse, drop_coarse, open_coarse, write_coarse
from graph.embedder import MULTILINGUAL, Embedder, open_embedder
from graph.errors import StoreError, WrongStore
from graph.model import digest
from graph.search_text import plain
from graph.store.base import VectorModel
from graph.store.search import search_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from graph.store.base import PassageVectors, Reader

    Matrix = NDArray[np.float32]

LISTS: Final = ("passages", "documents")
ROLES: Final = ("first", "multilingual")
CHUNK: Final = 256  # rows embedded at once
BETWEEN_HEADS: Final = 2.0  # seconds of work that a crash costs at most, beside one chunk: a head names every row, so it is long
COARSE_FROM: Final = 20_000  # rows; fewer are read whole in a few milliseconds
BEGINNING: Final = 2500  # characters of a document's text that its vector stands for; 256 tokens are some 1,400
DEAD: Final = 0.2  # share of rows without a passage at which the file is written anew
FORMAT: Final = 1
_ID: Final = 32  # bytes of a row's id in the head

Progress = Callable[[int, int], None]  # rows done, rows in all
Known = Callable[[Sequence[str]], Mapping[str, Sequence[float]]]  # the vectors that are there already, of the rows wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a list of vectors holds and which model made it."""

    model: str
    dimension: int
    precision: str
    digest: str
    generation: int  # of the store, when the list was last brought up to it
    rows: str  # name of the file with the rows
    count: int
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Vectors:
    """One list, mapped: row i of `matrix` (float32, length 1) belongs to `ids[i]`; an id of "" is dead."""

    head: Head
    packed: bytes  # ids of _ID bytes each
    matrix: Matrix
    coarse: Coarse | None = None
    approximate: Approximate | None = None
    _kept: dict[str, NDArray[np.uint64]] = field(default_factory=dict)

    @property
    def ids(self) -> tuple[str, ...]:
        """The id of each row."""
        return _unpacked(self.packed)

    def numbers(self) -> NDArray[np.uint64]:
        """Return `row_number` of the id of each row; 0 for dead ones."""
        import numpy as np

        if "numbers" in self._kept:
            return self._kept["numbers"]
        letters = np.frombuffer(self.packed, dtype=np.uint8).reshape(-1, _ID)[:, :16]
        nibbles = np.where(letters >= ord("a"), letters - (ord("a") - 10), letters - ord("0"))
        numbers = ((nibbles[:, 0::2] << 4) | nibbles[:, 1::2]).astype(np.uint8).view(">u8").reshape(-1).astype(np.uint64)
        numbers[letters[:, 0] == ord(" ")] = 0
        self._kept["numbers"] = numbers
        return self._kept["numbers"]

    def cosines(self, vector: Matrix, wanted: NDArray[np.int64] | None = None) -> Matrix:
        """Return the cosine of every row and a vector: off by some 0.001 where the list is long enough for a first pass.

        Rows that are not wanted may come as 0.
        """
        return self.coarse.cosines(vector, wanted) if self.coarse is not None else self.matrix @ vector

    def near(self, vector: Matrix, width: int = WIDTH) -> tuple[NDArray[np.int64], Matrix] | None:
        """Return some `width` living rows near to a vector with their exact cosines; None where there is no approximate index."""
        if self.approximate is None:
            return None
        rows = self.approximate.nearest(vector, width)
        rows = rows[self.numbers()[rows] != 0]
        return rows, self.matrix[rows] @ vector


def vectors_home(store: Path) -> Path:
    """Return the directory of vectors that belongs to the store file."""
    return store.with_name(store.name + ".vectors")


def row_id(identifier: str, title: str) -> str:
    """Return the id of the row for a passage or document under this title: the title is part of what is embedded."""
    return digest(identifier, title)


def is_english(language: str) -> bool:
    """Tell whether the English model reads this language, a code; an unknown one is taken for English."""
    return language[:2] in ("en", "un")


def row_number(identifier: str) -> int:
    """Return the first 64 bits of a row's id: arrays of numbers are compared much faster, and still never meet by chance."""
    return int(identifier[:16], 16)


def _unpacked(packed: bytes) -> tuple[str, ...]:
    text = packed.decode("ascii")
    return tuple(text[at : at + _ID].rstrip() for at in range(0, len(text), _ID))


def nearest(matrix: Matrix, vector: Matrix, count: int, *, among: NDArray[np.intp] | None = None) -> list[tuple[int, float]]:
    """Return the `count` rows nearest to a vector with their cosines, best first; exact, of `among` only where given."""
    import numpy as np

    scores = (matrix if among is None else matrix[among]) @ vector
    count = min(count, len(scores))
    best = np.argpartition(-scores, count - 1)[:count] if count else np.zeros(0, dtype=np.intp)
    best = best[np.lexsort((best, -scores[best]))]
    rows = best if among is None else among[best]
    return [(int(row), float(scores[index])) for row, index in zip(rows, best, strict=True)]


class Sidecar:
    """The vectors of one store for one model."""

    def __init__(self, home: Path, model_digest: str, *, approximate_from: int | None = None) -> None:
        self.home = home
        self.folder = home / model_digest
        self.approximate_from = approximate_from  # passages at which they get an approximate index; None for never

    def stamp(self, name: str) -> tuple[int, int, int]:
        """Return what changes whenever another process has written a new head; (0, 0, 0) where there is none."""
        try:
            found = self._head_path(name).stat()
        except FileNotFoundError:
            return (0, 0, 0)
        return (found.st_mtime_ns, found.st_size, found.st_ino)

    def open(self, name: str, *, approximate: bool = False) -> Vectors | None:
        """Map one list as it is now; None where it is not there or its head cannot be read (it is then made anew).

        With its approximate index, where that is asked for and can serve.
        """
        import numpy as np

        try:
            head, packed = self._read_head(name)
            rows = self.folder / head.rows
            if head.count == 0:
                return Vectors(head, packed, np.zeros((0, head.dimension), dtype=np.float32))
            if rows.stat().st_size < head.count * head.dimension * 4:
                return None
            mapped: Matrix = np.memmap(rows, dtype=np.float32, mode="r", shape=(head.count, head.dimension))
        except (OSError, ValueError, KeyError, TypeError):
            return None
        index = open_approximate(rows, head.count, head.dimension) if approximate else None
        return Vectors(head, packed, mapped, open_coarse(rows, head.count, head.dimension), index)

    def approximately(self, name: str) -> tuple[int, str] | None:
        """Return how many rows a list has that has an approximate index, and why that does not serve ("" where it does).

        None where there is no index.
        """
        try:
            head, _ = self._read_head(name)
        except (OSError, ValueError, KeyError, TypeError):
            return None
        rows = self.folder / head.rows
        return (head.count, trouble(rows, head.count)) if approximate_file(rows).exists() else None

    def _head_path(self, name: str) -> Path:
        return self.folder / f"{name}.head"

    def _read_head(self, name: str) -> tuple[Head, bytes]:
        first, _, rest = self._head_path(name).read_bytes().partition(b"\n")
        head = Head(**json.loads(first))
        if head.format != FORMAT or len(rest) != head.count * _ID:
            raise ValueError(f"{self._head_path(name)} is damaged")
        if not rest.isascii():
            raise ValueError(f"{self._head_path(name)} is damaged")
        return head, rest

    def _write_head(self, name: str, head: Head, ids: Sequence[str]) -> None:
        body = json.dumps(asdict(head)).encode() + b"\n" + "".join(identifier.ljust(_ID) for identifier in ids).encode("ascii")
        _replace(self._head_path(name), body)

    def update(
        self,
        name: str,
        embedder: Embedder,
        wanted: Sequence[str],
        texts: Callable[[Sequence[str]], Sequence[str]],
        generation: int,
        progress: Progress | None = None,
        known: Known | None = None,
    ) -> int:
        """Bring a list to exactly the `wanted` row ids; `texts` gives the texts of missing ones. Return how many were embedded.

        What is `known` is taken over and not embedded.
        Safe to stop at any time: heads are written on the way and count only what is on the disk.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        found = self.open(name)
        head, ids = (found.head, list(found.ids)) if found else (_new_head(name, embedder), [])
        del found  # Windows cannot write a file that is mapped
        cut_coarse(self.folder / head.rows, head.count)
        drop_approximate(self.folder / head.rows, beyond=head.count)
        keep = set(wanted)
        ids = [identifier if identifier in keep else "" for identifier in ids]
        present = set(ids)
        missing = [identifier for identifier in wanted if identifier not in present]
        making = _Making(embedder, texts, known)
        head = self._embed(name, head, ids, missing, making, progress)
        dead = ids.count("")
        if dead > DEAD * len(ids):
            head, ids = self._compact(name, head, ids)
        if len(ids) >= COARSE_FROM:
            write_coarse(self.folder / head.rows, len(ids), head.dimension)
        if name == "passages" and self.approximate_from is not None and len(ids) >= self.approximate_from:
            write_approximate(self.folder / head.rows, len(ids), head.dimension)
        self._write_head(name, replace(head, count=len(ids), generation=generation), ids)
        return making.embedded

    def _embed(
        self,
        name: str,
        head: Head,
        ids: list[str],
        missing: Sequence[str],
        making: _Making,
        progress: Progress | None,
    ) -> Head:
        """Append the rows of missing ids, to `ids` too; return the head that counts them."""
        written = time.monotonic()
        try:
            for start in range(0, len(missing), CHUNK):
                part = missing[start : start + CHUNK]
                self._append(head, making.rows(part))
                ids += part
                head = replace(head, count=len(ids))
                if time.monotonic() - written > BETWEEN_HEADS:
                    self._write_head(name, head, ids)
                    written = time.monotonic()
                if progress:
                    progress(start + len(part), len(missing))
        except BaseException:  # Ctrl-C above all: what is on the disk is kept
            if head.count == len(ids):
                self._write_head(name, head, ids)
            raise
        return head

    def _append(self, head: Head, rows: Matrix) -> None:
        path = self.folder / head.rows
        with path.open("r+b" if path.exists() else "w+b") as stream:
            stream.seek(head.count * head.dimension * 4)  # over what a crash left behind
            stream.write(rows.tobytes())
            stream.truncate()
            stream.flush()
            os.fsync(stream.fileno())

    def _compact(self, name: str, head: Head, ids: Sequence[str]) -> tuple[Head, list[str]]:
        """Write the rows that live into a new file; the old one goes, which those who mapped it do not notice."""
        import numpy as np

        old = self.folder / head.rows
        alive = [row for row, identifier in enumerate(ids) if identifier]
        fresh = replace(head, rows=f"{name}-{int(head.rows.rpartition('-')[2].split('.')[0]) + 1}.rows", count=0)
        if alive:
            mapped = np.memmap(old, dtype=np.float32, mode="r", shape=(head.count, head.dimension))
            self._append(fresh, np.asarray(mapped[alive]))
            del mapped
        else:
            (self.folder / fresh.rows).write_bytes(b"")
        fresh = replace(fresh, count=len(alive))
        kept = [ids[row] for row in alive]
        self._write_head(name, fresh, kept)
        drop_coarse(old)
        drop_approximate(old)
        old.unlink(missing_ok=True)
        return fresh, kept


@dataclass(slots=True)
class _Making:
    """Gives the vectors of rows that a list lacks, and counts those it had to embed."""

    embedder: Embedder
    texts: Callable[[Sequence[str]], Sequence[str]]
    known: Known | None
    embedded: int = 0

    def rows(self, identifiers: Sequence[str]) -> Matrix:
        """Return one row for each of the ids, in their order."""
        import numpy as np

        there = self.known(identifiers) if self.known else {}
        lacking = [identifier for identifier in identifiers if identifier not in there]
        self.embedded += len(lacking)
        if not there:
            return self.embedder.embed(self.texts(lacking))
        rows = np.empty((len(identifiers), self.embedder.dimension), dtype=np.float32)
        at = {identifier: row for row, identifier in enumerate(identifiers)}
        for identifier, vector in there.items():
            rows[at[identifier]] = vector
        if lacking:
            rows[[at[identifier] for identifier in lacking]] = self.embedder.embed(self.texts(lacking))
        return rows


def _new_head(name: str, embedder: Embedder) -> Head:
    return Head(
        model=embedder.name,
        dimension=embedder.dimension,
        precision=embedder.precision,
        digest=embedder.digest,
        generation=0,
        rows=f"{name}-1.rows",
        count=0,
    )


def _replace(path: Path, body: bytes) -> None:
    work = path.with_name(f".{path.name}.{os.getpid()}")
    with work.open("wb") as stream:
        stream.write(body)
        stream.flush()
        os.fsync(stream.fileno())
    work.replace(path)


# Which models serve ------------------------------------------------------------------------------------------------


def serving(home: Path) -> dict[str, dict[str, str]]:
    """Return name and digest of the model in each role, as `current.json` has them; empty before the first catch-up."""
    try:
        found: dict[str, dict[str, str]] = json.loads((home / "current.json").read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return found


def approximate_lists(home: Path) -> dict[str, tuple[int, str]]:
    """Return for each model that serves with an approximate index how many passages it has, and why it does not serve ("" where
    it does)."""
    found = {kept["name"]: Sidecar(home, kept["digest"]).approximately("passages") for kept in serving(home).values()}
    return {name: each for name, each in found.items() if each is not None}


def check_serving(home: Path, embedders: Sequence[Embedder]) -> None:
    """Raise WrongStore unless these models made the vectors that serve; vectors that are not there yet are no error."""
    for role, embedder in zip(ROLES, embedders, strict=False):
        kept = serving(home).get(role)
        if kept:
            _check_same("the search index", kept["name"], kept["digest"], embedder)


def _check_same(what: str, name: str, digest_of: str, embedder: Embedder) -> None:
    if digest_of != embedder.digest:
        raise WrongStore(
            f"{what} belongs to the model {name} ({digest_of[:8]}), not to {embedder.name} ({embedder.digest[:8]}); "
            "run `twintown reembed`, or set TWINTOWN_MODEL back"
        )


def open_embedders(model: str = "", cache: Path | None = None) -> tuple[Embedder, ...]:
    """Open the models of search, the first one by setting, and the multilingual one."""
    return (open_embedder(model, cache), open_embedder(MULTILINGUAL))


def catch_up(
    store: Reader,
    path: Path,
    embedders: Sequence[Embedder],
    *,
    change: bool = False,
    progress: Progress | None = None,
    approximate_from: int | None = None,
) -> int:
    """Embed what the store at `path` holds and its sidecar does not, drop what is gone; return the number of new rows.

    With other models than those that serve this raises WrongStore, unless `change`: then the new index is built beside the
    old one, which serves until the new is whole; stopped halfway, the next call goes on where this one ended.

    With `approximate_from` so many passages get an approximate index, where the extra is installed; search uses it from then on.

    What a server has of the first model is taken from there, and what it lacks is kept there then, unless it was opened for
    reading only.
    """
    home = vectors_home(path)
    model = store.inside.model() if store.inside and embedders else None
    if not change:
        check_serving(home, embedders)
        if model is not None:
            _check_same("the vector index of the server", model.name, model.digest, embedders[0])
    home.mkdir(parents=True, exist_ok=True)
    done = 0
    with _alone(home):
        generation = store.generation()
        rows = store_rows(store)
        for embedder in embedders:
            sidecar = Sidecar(home, embedder.digest, approximate_from=approximate_from)
            inside = store.inside if model is not None and model.digest == embedder.digest else None
            for name, wanted in zip(LISTS, (rows.passages, rows.documents), strict=True):
                known = _known(inside, wanted) if inside and name == "passages" else None
                texts = partial(_texts, store, name, wanted)
                done += sidecar.update(name, embedder, list(wanted), texts, generation, progress, known)
        roles = {role: {"name": e.name, "digest": e.digest} for role, e in zip(ROLES, embedders, strict=False)}
        if serving(home) != roles:
            _replace(home / "current.json", json.dumps(roles).encode())
        for folder in home.iterdir():
            if folder.is_dir() and folder.name not in {embedder.digest for embedder in embedders}:
                shutil.rmtree(folder, ignore_errors=True)
    share(store, path, progress)
    return done


def share(store: Reader, path: Path, progress: Progress | None = None) -> int:
    """Keep inside a server what the sidecar at `path` has of its passages by the first model; return how many vectors it lacked.

    Stopped halfway, the next call goes on where this one ended. Nothing happens where the store keeps none, or is only read.
    """
    if store.inside is None or store.inside.readonly:
        return 0
    first = serving(vectors_home(path)).get(ROLES[0])
    vectors = Sidecar(vectors_home(path), first["digest"]).open("passages") if first else None
    if vectors is None:
        return 0
    head = vectors.head
    model = VectorModel(name=head.model, digest=head.digest, precision=head.precision, dimension=head.dimension)
    store.inside.begin(model)
    passages = store_rows(store).passages
    lacking = passages.keys() - store.inside.rows()
    rows = [(row, passages[row], vectors.matrix[at]) for at, row in enumerate(vectors.ids) if row in lacking]
    return store.inside.put(rows, progress)


def take(store: Reader, path: Path) -> int:
    """Bring what a server keeps of its passages' vectors into the sidecar at `path`, without a model; return how many came."""
    model = store.inside.model() if store.inside else None
    if store.inside is None or model is None:
        return 0
    home = vectors_home(path)
    home.mkdir(parents=True, exist_ok=True)
    sidecar = Sidecar(home, model.digest)
    passages = store_rows(store).passages
    found = sidecar.open("passages")
    here = set(found.ids) if found else set()
    del found
    there = store.inside.rows() - here
    wanted = [row for row in passages if row in here or row in there]
    known = _known(store.inside, passages)
    with _alone(home):
        sidecar.update("passages", _Elsewhere(**asdict(model)), wanted, list, store.generation(), known=known)
    return len(there.intersection(wanted))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Elsewhere(VectorModel):
    """A model that is not here; its vectors are."""

    def embed(self, texts: Sequence[str]) -> Matrix:
        raise StoreError(f"{len(texts)} vectors went from the server while they were read; run the same again")


def _known(inside: PassageVectors, passages: Mapping[str, str]) -> Known:
    return lambda rows: inside.get({row: passages[row] for row in rows})


@dataclass(frozen=True, slots=True)
class StoreRows:
    """Row ids of everything the store wants embedded, each with the id of its passage or document."""

    passages: dict[str, str]
    documents: dict[str, str]


def store_rows(store: Reader) -> StoreRows:
    """Return the row ids that the sidecar should hold, in the order of the store's keys, English passages first: what one model
    decides stands together, so that it need not be read for the other."""
    documents = search_rows(store, "every_document")
    titles = {row["key"]: str(row["title"]) for row in documents}
    passages = sorted(search_rows(store, "every_passage"), key=lambda row: not is_english(str(row["language"])))
    return StoreRows(
        {row_id(str(row["id"]), titles[row["document"]]): str(row["id"]) for row in passages if row["document"] in titles},
        {row_id(str(row["id"]), str(row["title"])): str(row["id"]) for row in documents},
    )


def _texts(store: Reader, name: str, wanted: Mapping[str, str], rows: Sequence[str]) -> list[str]:
    """Return the texts of rows of a list, "" for what went meanwhile; `wanted` gives the passage or document of each row."""
    length = {"length": BEGINNING} if name == "documents" else {}
    told = search_rows(store, f"{name}_to_embed", ids=[wanted[row] for row in rows], **length)
    found = {str(row["id"]): embedded_text(str(row["title"]), str(row["text"])) for row in told}
    return [found.get(wanted[row], "") for row in rows]


def embedded_text(title: str, text: str) -> str:
    """Return what the models read of a passage or a document: its title, a full stop, and what it says."""
    said = plain(text)
    return said if not title or said.startswith(title) else f"{plain(title)}. {said}"


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout

    lock = FileLock(home / ".lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise StoreError(f"another process is embedding into {home}; wait for it, it does the same work") from None
    try:
        yield
    finally:
        lock.release()
