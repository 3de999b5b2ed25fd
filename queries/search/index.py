"""What search keeps in memory of a store: keys, facets and mapped vectors, as of one generation of the store.

`read_index` reads it whole; `refreshed` reads what has changed since another generation and gives the same (a test proves it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from graph.store.search import search_rows
from graph.vectors import Sidecar, Vectors, is_english, row_id, row_number, serving, vectors_home

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from graph.store.base import Reader

    Integers = NDArray[np.int64]
    Numbers = NDArray[np.uint64]
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
ATTEMPTS: Final = 3  # readings before a store that is written all the time is taken as it comes


def size_band(inhabitants: int) -> str:
    """Return the town-size band of a number of inhabitants; "" where it is unknown."""
    if inhabitants <= 0:
        return ""
    return next((name for name, below in SIZES if inhabitants < below), LARGEST)


@dataclass(frozen=True, slots=True)
class Facet:
    """Values of passages, by number; `ids` and `labels` by number.

    Either each passage has one (`single[row]`, -1 for none) or any number: pairs of a row and a value.
    """

    ids: tuple[str, ...]
    labels: tuple[str, ...]
    rows: Integers
    values: Integers
    single: Integers | None = None

    def count(self, hits: NDArray[np.bool_], hit_rows: Integers) -> list[tuple[str, str, int]]:
        """Return (id, label, number of hits) for each value among the hits, most first, then by label."""
        import numpy as np

        if self.single is not None:
            values = self.single[hit_rows]
            counts = np.bincount(values[values >= 0], minlength=len(self.ids))
        else:
            counts = np.bincount(self.values[hits[self.rows]], minlength=len(self.ids))
        found = [(self.ids[value], self.labels[value], int(counts[value])) for value in np.flatnonzero(counts)]
        return sorted(found, key=lambda each: (-each[2], each[1], each[0]))

    def having(self, wanted: Iterable[str], size: int) -> NDArray[np.bool_]:
        """Return a mask over the rows that have one of the values, given by id or label."""
        import numpy as np

        names = {name.casefold() for name in wanted}
        chosen = np.zeros(len(self.ids) + 1, dtype=np.bool_)  # the last is for -1
        for number, pair in enumerate(zip(self.ids, self.labels, strict=True)):
            chosen[number] = any(each.casefold() in names for each in pair)
        if self.single is not None:
            return np.asarray(chosen[self.single])
        mask = np.zeros(size, dtype=np.bool_)
        mask[self.rows[chosen[self.values]]] = True
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
    complete: bool  # whether every passage has its row
    mean: Matrix  # of the documents' vectors
    spread: Matrix  # length of each document's vector less the mean, by matrix row


@dataclass(frozen=True, slots=True)
class Mentions:
    """Where live statements stand: in which passage (key), about which entities (keys as told, not folded; object 0 where there
    is none), with which progress (number in `Index.progress`)."""

    passages: Integers
    subjects: Integers
    objects: Integers
    progress: Integers


@dataclass(frozen=True, slots=True)
class Index:
    """Passages and documents of a store at one generation, in the order of their keys."""

    store: Reader
    generation: int
    stamps: tuple[tuple[int, int, int], ...]
    keys: Integers  # of passages
    documents: Integers  # index of each passage's document
    numbers: Numbers  # of the passages' rows in the sidecar
    language: Integers  # of passages, number in `languages`
    document_keys: Integers
    document_numbers: Numbers
    about: tuple[Mapping[str, Any], ...]  # rows of documents
    mentions: Mentions
    languages: tuple[str, ...] = ()
    progress: tuple[str, ...] = ()
    inhabitants: Callable[[str], int] | None = None
    spaces: Mapping[str, Space] = field(default_factory=dict)
    bands: dict[str, str] = field(default_factory=dict)  # of places by id, as they were asked for
    _kept: dict[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.keys)

    def rows_of(self, keys: Integers) -> Integers:
        """Return the index rows of store keys; keys that came in since are left out."""
        import numpy as np

        if not len(self.keys):
            return np.zeros(0, dtype=np.int64)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.asarray(at[self.keys[at] == keys], dtype=np.int64)

    @property
    def english(self) -> NDArray[np.bool_]:
        """Which passages are English, or of unknown language."""
        import numpy as np

        if "english" not in self._kept:
            codes = np.array([is_english(language) for language in self.languages] or [False])
            self._kept["english"] = codes[self.language]
        return self._kept["english"]  # type: ignore[no-any-return] # kept as computed above

    def dates(self) -> tuple[tuple[str, ...], Integers]:
        """Return the different dates of documents, without the mark of guesses, and for each document which of them it has."""
        if "dates" not in self._kept:
            self._kept["dates"] = _coded([str(about["date"]).rstrip("~") for about in self.about])
        return self._kept["dates"]  # type: ignore[no-any-return] # kept as computed above

    def facet(self, name: str) -> Facet:
        """Return a facet; all are made at the first call."""
        if name not in self._kept:
            # In one step: another thread that asks meanwhile finds all of them or none.
            self._kept.update({**self._from_documents(), **self._from_mentions()})
        return self._kept[name]  # type: ignore[no-any-return] # kept as computed above

    def _from_documents(self) -> dict[str, Facet]:
        import numpy as np

        genres = _coded([str(about["genre"]) for about in self.about])
        years = _coded([str(about["date"])[:4] for about in self.about])
        columns = {
            "language": (self.languages, self.language),
            "genre": (genres[0], genres[1][self.documents]),
            "date": (years[0], years[1][self.documents]),
        }
        none = np.zeros(0, dtype=np.int64)
        # "" is no value
        lacks = {name: np.array([not each for each in ids] + [True]) for name, (ids, _) in columns.items()}
        return {
            name: Facet(ids, ids, none, none, np.where(lacks[name][values], -1, values))
            for name, (ids, values) in columns.items()
        }

    def _from_mentions(self) -> dict[str, Facet]:
        import numpy as np

        rows = self.mention_rows()
        wholes, entity_rows, entity_values = self._spoken_of(rows)
        kinds = np.array([str(row["kind"]) for row in wholes] or [""])
        ids = [str(row["id"]) for row in wholes]
        found = {}
        for kind in ("solution", "project"):
            chosen = (kinds == kind)[entity_values]
            found[kind] = _paired(entity_rows[chosen], entity_values[chosen], ids, [str(row["name"]) for row in wholes])
        chosen = (kinds == "place")[entity_values]
        place_rows, place_values = entity_rows[chosen], entity_values[chosen]
        bands = [""] * len(wholes)
        for value in np.unique(place_values).tolist():
            bands[value] = self._band(ids[value])
        found["size"] = _paired(place_rows, place_values, bands, bands)
        # A passage is of the countries of its places and of its document.
        countries = [str(row["country"]) for row in wholes] + [str(about["country"]) for about in self.about]
        every = np.arange(len(self), dtype=np.int64)
        both = np.concatenate([place_rows, every]), np.concatenate([place_values, self.documents + len(wholes)])
        found["country"] = _paired(*both, countries, countries)
        progress = ["" if each == "unclear" else each for each in self.progress]
        here = rows >= 0
        found["progress"] = _paired(rows[here], self.mentions.progress[here], progress, progress)
        return found

    def _spoken_of(self, rows: Integers) -> tuple[list[Mapping[str, Any]], Integers, Integers]:
        """Return the folded entities of facets, and pairs: an index row, and which of them stands there. `rows` of mentions."""
        import numpy as np

        told = search_rows(self.store, "facet_entities")
        wholes = {int(str(row["canonical"])): row for row in told}
        places = {key: number for number, key in enumerate(wholes)}
        raw = _integers(told, "key")
        order = np.argsort(raw)
        raw = raw[order]
        whole = np.fromiter((places[int(str(row["canonical"]))] for row in told), dtype=np.int64, count=len(told))[order]
        wide = [np.zeros(0, dtype=np.int64)]
        for side in (self.mentions.subjects, self.mentions.objects) if told else ():
            at = np.minimum(np.searchsorted(raw, side), len(raw) - 1)
            known = (rows >= 0) & (raw[at] == side)
            wide.append(rows[known] * len(wholes) + whole[at[known]])
        entity_rows, values = np.divmod(np.unique(np.concatenate(wide)), max(len(wholes), 1))
        return list(wholes.values()), entity_rows, values

    def mention_rows(self) -> Integers:
        """Return the index row of each mention's passage, -1 where it is gone."""
        import numpy as np

        if "mention rows" not in self._kept:
            rows = np.full(len(self.mentions.passages), -1, dtype=np.int64)
            if len(self.keys):
                at = np.minimum(np.searchsorted(self.keys, self.mentions.passages), len(self.keys) - 1)
                rows = np.where(self.keys[at] == self.mentions.passages, at, -1)
            self._kept["mention rows"] = rows
        return self._kept["mention rows"]  # type: ignore[no-any-return] # kept as computed above

    def _band(self, identifier: str) -> str:
        if self.inhabitants and identifier not in self.bands:
            self.bands[identifier] = size_band(self.inhabitants(identifier))
        return self.bands.get(identifier, "")

    @property
    def current(self) -> tuple[int, tuple[tuple[int, int, int], ...]]:
        return (self.generation, self.stamps)


def _paired(rows: Integers, values: Integers, ids: Sequence[str], labels: Sequence[str]) -> Facet:
    """Return a facet of pairs; `ids` and `labels` by value, an id of "" is none, and one id may stand under several values."""
    import numpy as np

    unique, codes = _coded(ids)
    label = dict(zip(ids, labels, strict=True))
    coded = codes[values] if len(ids) else np.zeros(0, dtype=np.int64)
    has = coded != unique.index("") if "" in unique else np.ones(len(coded), dtype=np.bool_)
    wide = np.unique(rows[has] * len(unique) + coded[has])
    number, value = np.divmod(wide, max(len(unique), 1))
    return Facet(unique, tuple(label[each] for each in unique), number, value)


def _coded(values: Sequence[str]) -> tuple[tuple[str, ...], Integers]:
    """Return the different values, sorted, and the number of each."""
    import numpy as np

    unique = tuple(sorted(set(values)))
    numbers = {value: number for number, value in enumerate(unique)}
    return unique, np.fromiter((numbers[value] for value in values), dtype=np.int64, count=len(values))


def _integers(rows: Sequence[Mapping[str, Any]], name: str) -> Integers:
    import numpy as np

    return np.fromiter((row[name] for row in rows), dtype=np.int64, count=len(rows))


def contains(rows: Integers, row: int) -> bool:
    """Tell whether ascending rows hold one."""
    at = int(rows.searchsorted(row))
    return at < len(rows) and int(rows[at]) == row


# Reading -----------------------------------------------------------------------------------------------------------


def stamps(path: Path) -> tuple[tuple[int, int, int], ...]:
    """Return what changes when another process has written vectors beside the store at `path`."""
    home = vectors_home(path)
    return tuple(
        Sidecar(home, kept["digest"]).stamp(name) for kept in serving(home).values() for name in ("passages", "documents")
    )


def read_index(store: Reader, path: Path, *, inhabitants: Callable[[str], int] | None = None) -> Index:
    """Read what search needs of the store at `path` and map the vectors beside it."""
    for _ in range(ATTEMPTS):
        index = _read(store, inhabitants)
        if store.generation() == index.generation:
            break
    return _with_vectors(index, path, None)


def refreshed(old: Index, path: Path) -> Index:
    """Return the index of the store as it is now, reading only what has changed since `old`."""
    generation = old.store.generation()
    if generation == old.generation:
        return _with_vectors(replace(old), path, old)
    if generation < old.generation or not len(old.document_keys):
        return read_index(old.store, path, inhabitants=old.inhabitants)
    for _ in range(ATTEMPTS):
        index = _changed(old)
        if index is None or old.store.generation() == index.generation:
            break
    if index is None:
        return read_index(old.store, path, inhabitants=old.inhabitants)
    return _with_vectors(index, path, old)


def _read(store: Reader, inhabitants: Callable[[str], int] | None) -> Index:
    generation = store.generation()
    documents, passages, mentions = (search_rows(store, f"every_{name}") for name in ("document", "passage", "mention"))
    return _arranged(store, generation, inhabitants, documents, _columns(documents, passages, mentions))


def _changed(old: Index) -> Index | None:
    """Read again the documents that came, went or were updated since `old`, and what stands in them; keep the rest.

    None where the store was filled anew meanwhile, which a server's may be while others have it open.
    """
    import numpy as np

    generation = old.store.generation()
    journal = search_rows(old.store, "documents_touched", since=old.generation)
    touched = {str(row["id"]) for row in journal}
    stays = np.fromiter((str(row["id"]) not in touched for row in old.about), dtype=np.bool_, count=len(old.about))
    # A key is given again when the last document goes, so only those above what surely stays are new.
    last = int(old.document_keys[stays].max()) if stays.any() else -1
    # Two that should have stayed are read beside: a store that was filled anew has given them other keys.
    stayed = (
        {str(old.about[at]["id"]): int(old.document_keys[at]) for at in np.flatnonzero(stays)[[0, -1]]} if stays.any() else {}
    )
    documents = search_rows(old.store, "documents_changed", last=last, ids=sorted({*touched, *stayed}))
    if stayed != {str(row["id"]): row["key"] for row in documents if row["id"] in stayed}:
        return None
    documents = [row for row in documents if row["id"] not in stayed]
    fresh = _integers(documents, "key")
    stays &= ~np.isin(old.document_keys, fresh)
    keys = fresh.tolist()
    passages, mentions = (search_rows(old.store, f"{name}_of_documents", keys=keys) for name in ("passages", "mentions"))
    about = [*(row for row, here in zip(old.about, stays, strict=True) if here), *documents]
    columns = _columns(documents, passages, mentions)
    return _arranged(old.store, generation, old.inhabitants, about, _merged(old, stays, columns), bands=old.bands)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Rows of a store as arrays, in any order."""

    document_keys: Integers
    document_numbers: Numbers
    keys: Integers
    owners: Integers  # keys of documents
    numbers: Numbers
    language: Integers
    languages: tuple[str, ...]
    mentions: Mentions
    progress: tuple[str, ...]


def _columns(
    documents: Sequence[Mapping[str, Any]], passages: Sequence[Mapping[str, Any]], mentions: Sequence[Mapping[str, Any]]
) -> _Columns:
    import numpy as np

    titles = {row["key"]: str(row["title"]) for row in documents}
    passages = [row for row in passages if row["document"] in titles]  # else its document came while this was read
    languages, language = _coded([str(row["language"]) for row in passages])
    progress, stage = _coded([str(row["progress"]) for row in mentions])
    document_numbers = (row_number(row_id(str(row["id"]), str(row["title"]))) for row in documents)
    numbers = (row_number(row_id(str(row["id"]), titles[row["document"]])) for row in passages)
    return _Columns(
        _integers(documents, "key"),
        np.fromiter(document_numbers, dtype=np.uint64, count=len(documents)),
        _integers(passages, "key"),
        _integers(passages, "document"),
        np.fromiter(numbers, dtype=np.uint64, count=len(passages)),
        language,
        languages,
        Mentions(_integers(mentions, "passage"), _integers(mentions, "subject"), _integers(mentions, "object"), stage),
        progress,
    )


def _merged(old: Index, stays: NDArray[np.bool_], new: _Columns) -> _Columns:
    """Return the columns of what stays and of what is new."""
    import numpy as np

    kept = stays[old.documents]
    here = np.isin(old.mentions.passages, old.keys[kept])
    languages, language = _joined(old.languages, old.language[kept], new.languages, new.language)
    progress, stage = _joined(old.progress, old.mentions.progress[here], new.progress, new.mentions.progress)
    return _Columns(
        np.concatenate([old.document_keys[stays], new.document_keys]),
        np.concatenate([old.document_numbers[stays], new.document_numbers]),
        np.concatenate([old.keys[kept], new.keys]),
        np.concatenate([old.document_keys[old.documents[kept]], new.owners]),
        np.concatenate([old.numbers[kept], new.numbers]),
        language,
        languages,
        Mentions(
            np.concatenate([old.mentions.passages[here], new.mentions.passages]),
            np.concatenate([old.mentions.subjects[here], new.mentions.subjects]),
            np.concatenate([old.mentions.objects[here], new.mentions.objects]),
            stage,
        ),
        progress,
    )


def _joined(first: Sequence[str], a: Integers, second: Sequence[str], b: Integers) -> tuple[tuple[str, ...], Integers]:
    """Return the values that either has, sorted, and both columns in their numbers."""
    import numpy as np

    used = [first[number] for number in np.unique(a)] + list(second)
    unique = tuple(sorted(set(used)))
    numbers = {value: number for number, value in enumerate(unique)}
    lookups = [np.array([numbers.get(value, -1) for value in values] or [-1], dtype=np.int64) for values in (first, second)]
    return unique, np.concatenate([lookups[0][a], lookups[1][b]])


def _arranged(
    store: Reader,
    generation: int,
    inhabitants: Callable[[str], int] | None,
    about: Sequence[Mapping[str, Any]],
    columns: _Columns,
    *,
    bands: dict[str, str] | None = None,
) -> Index:
    """Bring columns into the order of keys."""
    import numpy as np

    documents, passages = np.argsort(columns.document_keys, kind="stable"), np.argsort(columns.keys, kind="stable")
    document_keys = columns.document_keys[documents]
    return Index(
        store=store,
        generation=generation,
        stamps=(),
        keys=columns.keys[passages],
        documents=np.searchsorted(document_keys, columns.owners[passages]).astype(np.int64),
        numbers=columns.numbers[passages],
        language=columns.language[passages],
        document_keys=document_keys,
        document_numbers=columns.document_numbers[documents],
        about=tuple(about[number] for number in documents),
        mentions=columns.mentions,
        languages=columns.languages,
        progress=columns.progress,
        inhabitants=inhabitants,
        bands={} if bands is None else bands,
    )


# Vectors -----------------------------------------------------------------------------------------------------------


def _with_vectors(index: Index, path: Path, old: Index | None) -> Index:
    import numpy as np

    seen = stamps(path)
    home = vectors_home(path)
    spaces = {}
    for role, kept in serving(home).items():
        before = old.spaces.get(role) if old is not None else None
        if before is not None and before.digest != kept["digest"]:
            before = None
        if old is not None and before is not None and old.stamps == seen:
            lists = [before.passages, before.documents]  # mapped already, and nobody wrote
        else:
            sidecar = Sidecar(home, kept["digest"])
            opened = (sidecar.open(name, approximate=name == "passages") for name in ("passages", "documents"))
            lists = [each for each in opened if each is not None]
        if len(lists) == 2:
            passages, documents = lists
            guess, guessed = _guesses(index, old, before)
            passage_rows = _aligned(passages, index.numbers, guess)
            document_rows = _aligned(documents, index.document_numbers, guessed)
            same = before is not None and before.documents is documents
            spread = (before.mean, before.spread) if before is not None and same else _spread(documents)
            in_order = len(passage_rows) == len(passages.matrix) and bool((passage_rows == np.arange(len(passage_rows))).all())
            whole = bool((passage_rows >= 0).all())
            spaces[role] = Space(role, kept["digest"], passages, passage_rows, documents, document_rows, in_order, whole, *spread)
    return replace(index, stamps=seen, spaces=spaces)


def _spread(documents: Vectors) -> tuple[Matrix, Matrix]:
    """Return the mean of the documents' vectors, and the length of each less the mean."""
    import numpy as np

    matrix = documents.matrix
    # A small store has no mean worth taking off: its one document would be nothing but the mean.
    share = len(matrix) / (len(matrix) + MEAN_NEEDS)
    mean: Matrix = np.asarray(matrix.mean(axis=0) * share if len(matrix) else np.zeros(matrix.shape[1]), dtype=np.float32)
    # The length of a row less the mean, of rows whose own length is 1.
    squares = 1 - 2 * (matrix @ mean) + float(mean @ mean)
    return mean, np.asarray(np.sqrt(np.maximum(squares, 1e-12)), dtype=np.float32)


def _guesses(index: Index, old: Index | None, before: Space | None) -> tuple[Integers | None, Integers | None]:
    """Return the rows that passages and documents had before; -1 for those that were not there."""
    import numpy as np

    if old is None or before is None or not len(old.keys) or not len(old.document_keys):
        return None, None
    found = []
    for keys, known, rows in (
        (index.keys, old.keys, before.passage_rows),
        (index.document_keys, old.document_keys, before.document_rows),
    ):
        at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
        found.append(np.where(known[at] == keys, rows[at], -1))
    return found[0], found[1]


def _aligned(vectors: Vectors, wanted: Numbers, guess: Integers | None) -> Integers:
    """Return the row of each number wanted, -1 where there is none; a guess that is right saves looking."""
    import numpy as np

    numbers = vectors.numbers()
    if not len(numbers):
        return np.full(len(wanted), -1, dtype=np.int64)
    rows = np.arange(len(wanted), dtype=np.int64) if guess is None else guess
    right = (rows >= 0) & (rows < len(numbers))
    right[right] = numbers[rows[right]] == wanted[right]
    rows = np.where(right, rows, -1)
    missing = np.flatnonzero(~right)
    if len(missing):
        there = np.flatnonzero(np.isin(numbers, wanted[missing]))
        there = there[np.argsort(numbers[there], kind="stable")]
        if len(there):
            at = there[np.minimum(np.searchsorted(numbers[there], wanted[missing]), len(there) - 1)]
            rows[missing] = np.where(numbers[at] == wanted[missing], at, -1)
    return np.asarray(rows, dtype=np.int64)
