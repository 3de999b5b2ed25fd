"""What search keeps in memory of a store: keys, facets and mapped vectors, as of one generation of the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from graph.store.sql import named
from graph.vectors import Sidecar, Vectors, row_id, serving, vectors_home

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from graph.store.base import Reader

    Integers = NDArray[np.int64]
    Matrix = NDArray[np.float32]

# Inhabitants below which a town falls into a band; the last band has no upper end.
SIZES: Final = (
    ("under 5,000", 5_000),
    ("5,000 to 20,000", 20_000),
    ("20,000 to 100,000", 100_000),
    ("100,000 to 500,000", 500_000),
)
LARGEST: Final = "500,000 and more"
FACETS: Final = ("kind", "country", "size", "solution", "project", "progress", "date", "language", "genre")
MEAN_NEEDS: Final = 50  # documents that weigh as much as no mean at all (see Space.documents)


def size_band(inhabitants: int) -> str:
    """Return the town-size band of a number of inhabitants; "" where it is unknown."""
    if inhabitants <= 0:
        return ""
    return next((name for name, below in SIZES if inhabitants < below), LARGEST)


@dataclass(frozen=True, slots=True)
class Facet:
    """Values of passages: pairs of a row (of the index) and the number of a value; `ids` and `labels` by number."""

    rows: Integers
    values: Integers
    ids: tuple[str, ...]
    labels: tuple[str, ...]

    def count(self, hits: NDArray[np.bool_]) -> list[tuple[str, str, int]]:
        """Return (id, label, number of hits) for each value among the hits, most first, then by label."""
        import numpy as np

        counts = np.bincount(self.values[hits[self.rows]], minlength=len(self.ids))
        found = [(self.ids[value], self.labels[value], int(counts[value])) for value in np.flatnonzero(counts)]
        return sorted(found, key=lambda each: (-each[2], each[1], each[0]))

    def having(self, wanted: Iterable[str], size: int) -> NDArray[np.bool_]:
        """Return a mask over the rows that have one of the values, given by id or label."""
        import numpy as np

        names = {name.casefold() for name in wanted}
        chosen = [
            number
            for number, pair in enumerate(zip(self.ids, self.labels, strict=True))
            if any(each.casefold() in names for each in pair)
        ]
        mask = np.zeros(size, dtype=np.bool_)
        mask[self.rows[np.isin(self.values, chosen)]] = True
        return mask


@dataclass(frozen=True, slots=True)
class Space:
    """The vectors of one model beside the index: `passages[i]` is the matrix row of passage i, -1 where it has none yet."""

    role: str
    digest: str
    passages: Vectors
    passage_rows: Integers
    documents: Vectors
    document_rows: Integers
    in_order: bool  # whether row i of the matrix is passage i, so that nothing need be gathered
    mean: Matrix  # of the documents' vectors
    spread: Matrix  # length of each document's vector less the mean, by matrix row


@dataclass(frozen=True, slots=True)
class Index:
    """Passages and documents of a store at one generation, in the order of their keys."""

    store: Reader
    generation: int
    stamps: tuple[tuple[int, int, int], ...]
    keys: Integers  # of passages
    documents: Integers  # index of each passage's document
    document_keys: Integers
    about: tuple[Mapping[str, Any], ...]  # rows of documents
    languages: tuple[str, ...]  # of passages
    english: NDArray[np.bool_]
    spaces: Mapping[str, Space]
    inhabitants: Callable[[str], int] | None
    _kept: dict[str, Facet] = field(default_factory=dict)
    _dates: list[tuple[tuple[str, ...], Integers]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.keys)

    def rows_of(self, keys: Integers) -> Integers:
        """Return the index rows of store keys; keys that came in since are left out."""
        import numpy as np

        if not len(self.keys):
            return np.zeros(0, dtype=np.int64)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.asarray(at[self.keys[at] == keys], dtype=np.int64)

    def dates(self) -> tuple[tuple[str, ...], Integers]:
        """Return the different dates of documents, without the mark of guesses, and for each document which of them it has."""
        import numpy as np

        if not self._dates:
            dates = [str(about["date"]).rstrip("~") for about in self.about]
            unique = tuple(sorted(set(dates)))
            numbers = {date: number for number, date in enumerate(unique)}
            self._dates.append((unique, np.fromiter((numbers[date] for date in dates), dtype=np.int64, count=len(dates))))
        return self._dates[0]

    def facet(self, name: str) -> Facet:
        """Return a facet; those that need statements are read at the first call."""
        if name not in self._kept:
            # In one step: another thread that asks meanwhile finds all of them or none.
            self._kept.update({**self._from_documents(), **self._from_statements()})
        return self._kept[name]

    def _from_documents(self) -> dict[str, Facet]:
        import numpy as np

        every = np.arange(len(self), dtype=np.int64)
        columns = {
            "language": list(self.languages),
            "genre": [str(self.about[document]["genre"]) for document in self.documents],
            "date": [str(self.about[document]["date"])[:4] for document in self.documents],
        }
        return {name: _facet(every, values) for name, values in columns.items()}

    def _from_statements(self) -> dict[str, Facet]:
        import numpy as np

        sql = named("search.sql")
        entities = {row["key"]: row for row in self.store.rows(sql["facet_entities"], {})}
        mentions = self.store.rows(sql["every_mention"], {})
        found: dict[str, list[tuple[int, str, str]]] = {
            name: [] for name in ("solution", "project", "progress", "country", "size")
        }
        bands: dict[str, str] = {}
        for mention in mentions:
            passage = int(mention["passage"])  # type: ignore[call-overload] # a store's row is typed object
            progress = str(mention["progress"])
            if progress != "unclear":
                found["progress"].append((passage, progress, progress))
            entity = entities.get(mention["entity"])
            if entity is None:
                continue
            kind, identifier = str(entity["kind"]), str(entity["id"])
            if kind in ("solution", "project"):
                found[kind].append((passage, identifier, str(entity["name"])))
                continue
            if entity["country"]:
                found["country"].append((passage, str(entity["country"]), str(entity["country"])))
            if self.inhabitants and identifier not in bands:
                bands[identifier] = size_band(self.inhabitants(identifier))
            if band := bands.get(identifier, ""):
                found["size"].append((passage, band, band))
        for row, document in enumerate(self.documents):
            if country := str(self.about[document]["country"]):
                found["country"].append((int(self.keys[row]), country, country))
        return {name: self._paired(np, each) for name, each in found.items()}

    def _paired(self, np: Any, triples: list[tuple[int, str, str]]) -> Facet:
        unique = list(dict.fromkeys(triples))
        keys = np.fromiter((each[0] for each in unique), dtype=np.int64, count=len(unique))
        known = np.isin(keys, self.keys)
        kept = [each for each, here in zip(unique, known, strict=True) if here]
        return _facet(self.rows_of(keys[known]), [each[1] for each in kept], {each[1]: each[2] for each in kept})

    @property
    def current(self) -> tuple[int, tuple[tuple[int, int, int], ...]]:
        return (self.generation, self.stamps)


def _facet(rows: Integers, values: Sequence[str], labels: Mapping[str, str] | None = None) -> Facet:
    import numpy as np

    ids = sorted({value for value in values if value})
    numbers = {value: number for number, value in enumerate(ids)}
    has = np.fromiter((bool(value) for value in values), dtype=np.bool_, count=len(values))
    coded = np.fromiter((numbers[value] for value in values if value), dtype=np.int64)
    return Facet(np.asarray(rows)[has], coded, tuple(ids), tuple((labels or {}).get(value, value) for value in ids))


def stamps(path: Path) -> tuple[tuple[int, int, int], ...]:
    """Return what changes when another process has written vectors beside the store at `path`."""
    home = vectors_home(path)
    return tuple(
        Sidecar(home, kept["digest"]).stamp(name) for kept in serving(home).values() for name in ("passages", "documents")
    )


def read_index(store: Reader, path: Path, *, inhabitants: Callable[[str], int] | None = None) -> Index:
    """Read what search needs of the store at `path` and map the vectors beside it."""
    import numpy as np

    generation, seen = store.generation(), stamps(path)
    sql = named("search.sql")
    documents = store.rows(sql["every_document"], {})
    passages = store.rows(sql["every_passage"], {})
    document_keys = np.fromiter((row["key"] for row in documents), dtype=np.int64, count=len(documents))
    at = {row["key"]: number for number, row in enumerate(documents)}
    passages = [row for row in passages if row["document"] in at]
    keys = np.fromiter((row["key"] for row in passages), dtype=np.int64, count=len(passages))
    owners = np.fromiter((at[row["document"]] for row in passages), dtype=np.int64, count=len(passages))
    languages = tuple(str(row["language"]) for row in passages)
    english = np.fromiter((language[:2] in ("en", "un") for language in languages), dtype=np.bool_, count=len(languages))
    titles = [str(row["title"]) for row in documents]
    passage_ids = [row_id(str(row["id"]), titles[owner]) for row, owner in zip(passages, owners, strict=True)]
    document_ids = [row_id(str(row["id"]), title) for row, title in zip(documents, titles, strict=True)]
    home = vectors_home(path)
    spaces = {}
    for role, kept in serving(home).items():
        sidecar = Sidecar(home, kept["digest"])
        lists = [sidecar.open(name) for name in ("passages", "documents")]
        if lists[0] is not None and lists[1] is not None:
            spaces[role] = _space(role, kept["digest"], lists[0], passage_ids, lists[1], document_ids)
    return Index(store, generation, seen, keys, owners, document_keys, tuple(documents), languages, english, spaces, inhabitants)


def _space(
    role: str, digest: str, passages: Vectors, passage_ids: list[str], documents: Vectors, document_ids: list[str]
) -> Space:
    import numpy as np

    passage_rows, document_rows = _aligned(passages, passage_ids), _aligned(documents, document_ids)
    in_order = len(passage_rows) == len(passages.matrix) and bool((passage_rows == np.arange(len(passage_rows))).all())
    matrix = documents.matrix
    # A small store has no mean worth taking off: its one document would be nothing but the mean.
    mean = matrix.mean(axis=0) * (len(matrix) / (len(matrix) + MEAN_NEEDS)) if len(matrix) else np.zeros(matrix.shape[1])
    spread = np.maximum(np.linalg.norm(matrix - mean, axis=1), 1e-6)
    return Space(
        role,
        digest,
        passages,
        passage_rows,
        documents,
        document_rows,
        in_order,
        np.asarray(mean, dtype=np.float32),
        np.asarray(spread, dtype=np.float32),
    )


def _aligned(vectors: Vectors, wanted: Sequence[str]) -> Integers:
    import numpy as np

    at = {identifier: row for row, identifier in enumerate(vectors.ids) if identifier}
    return np.fromiter((at.get(identifier, -1) for identifier in wanted), dtype=np.int64, count=len(wanted))
