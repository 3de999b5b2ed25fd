"""The interface of a store. Two homes keep it: SQLite (graph/store/sqlite.py) and Neo4j (graph/store/neo4j.py).

Every write is one transaction: it is there whole or not at all. Times of recording are ISO 8601 in UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from graph.model import Document, Edge, Entity, Judgement, Passage, Proposal, Reading, Statement

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Record = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a write changed. `outcome` is one of added, unchanged, superseded, updated (same text, other fingerprint), moved
    (same text at a further address)."""

    document: str
    outcome: str
    statements: int = 0
    replaced: str = ""  # id of the document that this one superseded


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What went and what stays: `remains` are lines for the user."""

    documents: int = 0
    addresses: int = 0
    statements: int = 0
    entities: int = 0
    remains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something `doctor` found: what is wrong, where, and what mends it."""

    check: str
    what: str
    mend: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a text under one address; `until` is empty for the current one."""

    address: str
    number: int
    document: str
    recorded: str
    until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A line of the store's journal: something added or removed, or a document of which other passages, statements, verdicts
    or metadata are kept now. `sequence` only grows."""

    sequence: int
    at: str
    action: str  # added, removed, updated (a document)
    kind: str  # document, statement, judgement, proposal
    id: str
    text: str = ""  # title of a document, words of a statement


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptStatement:
    """A statement with what the store knows beside it."""

    statement: Statement
    recorded: str
    verdict: str = ""  # "", wrong or confirmed, from judgements


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorModel:
    """The model that made vectors; those of one digest are alike wherever they were made."""

    name: str
    digest: str
    precision: str
    dimension: int


class PassageVectors(Protocol):
    """Vectors of passages inside a store, all of one model. A row is a passage under its document's title (graph/vectors.py)."""

    @property
    def readonly(self) -> bool:
        """Whether they can only be read."""
        ...

    def model(self) -> VectorModel | None:
        """Return what made them; None where there are none, or another model's are going."""
        ...

    def by_language(self) -> bool:
        """Tell whether the nearest are found among the passages of a language alone."""
        ...

    def rows(self) -> set[str]:
        """Return the ids of all rows that are kept."""
        ...

    def get(self, passages: Mapping[str, str]) -> dict[str, Sequence[float]]:
        """Return the vectors of rows that are kept, by row; `passages` are the rows wanted, each with the id of its passage."""
        ...

    def begin(self, model: VectorModel) -> None:
        """Make ready for vectors of this model: those of another go, and the index is there and works when this returns."""
        ...

    def put(
        self, rows: Sequence[tuple[str, str, NDArray[np.float32]]], progress: Callable[[int, int], None] | None = None
    ) -> int:
        """Keep rows (id, passage, vector) in transactions of a bearable size; return how many. What was there is replaced."""
        ...


class Reader(Protocol):
    """Reading; safe to open beside any writer, in any number of processes."""

    @property
    def inside(self) -> PassageVectors | None:
        """Vectors that the store keeps itself; None where they lie beside it alone."""
        ...

    @property
    def backend(self) -> str:
        """Name the store whose query files `rows` runs: sqlite or neo4j."""
        ...

    def document(self, identifier: str) -> Document:
        """Return the document with this id or current address; raise NotFound."""
        ...

    def documents(self) -> Iterator[Document]:
        """Yield every document, by id."""
        ...

    def fingerprint(self, document: str) -> str:
        """Return the extractor fingerprint the document was read with, or '' where it is not kept."""
        ...

    def versions(self, address: str) -> list[Version]:
        """Return every version that was ever under this address, oldest first."""
        ...

    def passages(self, document: str) -> list[Passage]:
        """Return the passages of a document in the order of the text."""
        ...

    def entity(self, identifier: str) -> Entity:
        """Return the folded entity that this id belongs to; raise NotFound."""
        ...

    def entities(self, kind: str = "") -> Iterator[Entity]:
        """Yield folded entities, of one kind or all, by id."""
        ...

    def named(self, kind: str, name: str) -> list[Entity]:
        """Return the folded entities of a kind with this name or alias, compared as normalise_name folds them."""
        ...

    def edges(self, entity: str = "") -> Iterator[Edge]:
        """Yield folded edges from or to the entity, or all, ordered by subject, predicate, object."""
        ...

    def statements(
        self, *, subject: str = "", value: str = "", document: str = "", predicate: str = ""
    ) -> Iterator[KeptStatement]:
        """Yield statements that fit every filter given; subject and value reach what is folded into them too. By id."""
        ...

    def statement(self, identifier: str) -> KeptStatement:
        """Return the statement with this id; raise NotFound."""
        ...

    def judgements(self) -> list[Judgement]:
        """Return the judgements in force, by id."""
        ...

    def proposals(self, *, least: float = 80.0, below: float = 95.0) -> list[Proposal]:
        """Return open proposals (nobody judged the pair) in this range of scores, likeliest first."""
        ...

    def rows(self, query: str, parameters: Mapping[str, object]) -> list[dict[str, object]]:
        """Run the text of a question's query file with named parameters; return rows by column name.

        A list is a list to Cypher, and the text of a JSON array to SQL.
        """
        ...

    def snapshot(self, *, times: bool = True) -> Iterator[Record]:
        """Yield the whole store as plain records in a fixed order; without `times`, no recorded times and no journal."""
        ...

    def changes(self, since: int = 0) -> Iterator[Change]:
        """Yield the journal after this sequence number."""
        ...

    def seen(self, address: str) -> str:
        """Return the signature under which a source was read last, as `mark_seen` or `add_all` was given it, or ''."""
        ...

    def sketches(self) -> Iterator[tuple[str, bytes]]:
        """Yield id and sketch of every document that has one, by id."""
        ...

    def generation(self) -> int:
        """Return a number that grows with every committed write, by whichever process."""
        ...

    def counts(self) -> dict[str, int]:
        """Return how many documents, passages, statements, edges, judgements, proposals, and entities by kind."""
        ...

    def unfinished(self) -> bool:
        """Tell whether `restore` was cut off: the store is half filled and good for nothing but going on."""
        ...

    def check(self) -> list[Problem]:
        """Look for what should not be (doctor); an empty list is a sound store."""
        ...

    def close(self) -> None: ...


class Store(Reader, Protocol):
    """Reading and writing."""

    def add(self, reading: Reading, *, seen: str = "") -> Receipt:
        """Keep a reading; an address that held another text now holds this one, and the old version goes if no address is left.

        The same text with the same fingerprint changes nothing but its addresses and their metadata; with another
        fingerprint its passages and statements are replaced.
        """
        ...

    def add_all(self, readings: Sequence[Reading], *, seen: Mapping[str, str] | None = None) -> list[Receipt]:
        """Keep several readings, and the signatures of the sources they come from by address, in one transaction."""
        ...

    def mark_seen(self, address: str, signature: str) -> None:
        """Keep the signature of a source that brought no document."""
        ...

    def supersede(self, address: str, reading: Reading) -> Receipt:
        """Replace what this address holds; raise NotFound where it holds nothing. The reading's addresses must name it."""
        ...

    def forget(self, target: str) -> Forgotten:
        """Remove a document by id, or one address of it; with the last address its passages and statements go, and
        exactly the entities and edges that only it supported. Judgements stay. Raise NotFound."""
        ...

    def forget_person(self, name: str) -> Forgotten:
        """Remove every statement about people of this name and put the name, hashed, on the suppression list."""
        ...

    def suppressed(self, name: str) -> bool:
        """Tell whether this person was forgotten."""
        ...

    def enter(self, collection: str, statements: Sequence[Statement]) -> int:
        """Make the statements entered under `collection` exactly these; return how many were added or removed."""
        ...

    def propose(self, proposals: Iterable[Proposal]) -> None:
        """Keep proposals whose two entities exist; a proposal goes when one of them goes."""
        ...

    def link_copies(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Mark pairs of documents as near-duplicates: they count as one source."""
        ...

    def judge(self, judgement: Judgement) -> Judgement:
        """Keep a judgement and fold again what it touches; return it with its words and time filled in. Raise NotFound."""
        ...

    def undo(self, judgement: str) -> None:
        """Take a judgement back by its id; raise NotFound."""
        ...

    def fold(self) -> None:
        """Derive every entity and edge anew from statements, proposals and judgements."""
        ...

    def restore(self, records: Iterable[Record]) -> int:
        """Fill an empty store from a snapshot with times, and fold; return the number of records.

        What was cut off goes on where it was when it is given the same snapshot again. Raise StoreError where the store is
        not empty, or half filled from another snapshot; InvalidRecord, and be empty again, where a record does not fit.
        """
        ...

    def backup(self, path: Path) -> None:
        """Write a consistent copy while others read and write; refuse to overwrite."""
        ...
