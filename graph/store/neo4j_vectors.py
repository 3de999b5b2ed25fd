"""Vectors of passages inside a Neo4j server, under a vector index: for questions by meaning without files beside, and for other
machines that would have to embed again. Those of one model at a time; graph/vectors.py says what a row is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

from graph.errors import StoreError
from graph.store.base import Problem, VectorModel
from graph.store.checks import listed
from graph.store.neo4j_connection import BYTES, INDEX_SECONDS, Connection, cypher

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Row = tuple[str, str, NDArray[np.float32]]  # id of the row, id of the passage, vector

FILE: Final = "neo4j_vectors.cypher"
INDEX: Final = "passage_vector"
BY_LANGUAGE: Final = (2026, 5)  # release from which an index filters by language as it searches: the first it was tried on
AGAIN: Final = "twintown reembed"
_NUMBER: Final = 9  # bytes of a number in a message


class Neo4jVectors:
    """See PassageVectors in graph/store/base.py for the contract of each method."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @property
    def readonly(self) -> bool:
        return self.connection.readonly

    def model(self) -> VectorModel | None:
        found = self.connection.read(lambda reading: reading.of(FILE).dicts("model"))
        return VectorModel(**found[0]) if found else None

    def by_language(self) -> bool:
        """Tell whether the index filters by language as it searches."""
        return bool(self.connection.ask(FILE, "by_language")[0][0])

    def rows(self) -> set[str]:
        return {row for (row,) in self.connection.ask(FILE, "rows")}

    def get(self, passages: Mapping[str, str]) -> dict[str, Sequence[float]]:
        return dict(self.connection.ask(FILE, "kept", keys=[[row, passage] for row, passage in passages.items()]))

    def begin(self, model: VectorModel) -> None:
        if self.model() != model:
            self._name(None)  # until the last vector of another model is gone nobody takes what is there for one of this
            self._run("clear")
        by_language = self.connection.release >= BY_LANGUAGE
        self._make_index(model.dimension, by_language=by_language)
        self._name(model, by_language=by_language)

    def put(self, rows: Sequence[Row], progress: Callable[[int, int], None] | None = None) -> int:
        at_once = max(1, BYTES // (_NUMBER * len(rows[0][2]) + 100)) if rows else 1
        for start in range(0, len(rows), at_once):
            part = [{"id": r, "passage": p, "vector": vector.tolist()} for r, p, vector in rows[start : start + at_once]]
            self.connection.write(lambda transaction, _, part=part: transaction.of(FILE).put("put", part))  # type: ignore[misc]
            if progress:
                progress(start + len(part), len(rows))
        return len(rows)

    def problems(self) -> Iterator[Problem]:
        """Yield what `doctor` finds wrong with them; nothing where the server keeps none."""
        model = self.model()
        if model is None:
            return
        if not self._index_serves(model.dimension, by_language=self.by_language()):
            yield Problem(
                check="schema", what=f"the vector index {INDEX} is not there, not online or not as it should be", mend=AGAIN
            )
        for name, what, given in (
            ("without_vector", "{} has no vector", {}),
            ("of_another_length", "the vector of {} is of another model", {"dimension": model.dimension}),
        ):
            rows = self.connection.ask(FILE, name, **given)
            yield from listed(name, what, AGAIN, [str(identifier) for (identifier,) in rows])

    def _name(self, model: VectorModel | None, *, by_language: bool = False) -> None:
        """Say on the Meta node whose vectors these are, where it says otherwise."""
        if model is not None and (self.model(), self.by_language()) == (model, by_language):
            return
        row: dict[str, Any] = {"vectors": None, "vectors_by_language": by_language}
        if model is not None:
            row |= {"vectors": model.digest, "vectors_name": model.name}
            row |= {"vectors_precision": model.precision, "vectors_dimension": model.dimension}
        self.connection.write(lambda transaction, _: transaction.put("set_meta", [row]))

    def _index_serves(self, dimension: int, *, by_language: bool) -> bool:
        found = self.connection.ask(FILE, "index")
        wanted = ["vector", "language"] if by_language else ["vector"]
        return bool(found) and tuple(found[0]) == ("ONLINE", wanted, dimension)

    def _make_index(self, dimension: int, *, by_language: bool) -> None:
        """Make the index where it is not as wanted, and wait until it works."""
        if self._index_serves(dimension, by_language=by_language):
            return
        config = {"vector.dimensions": dimension, "vector.similarity_function": "cosine"}
        self._run("drop_index")
        self._run("make_index_by_language" if by_language else "make_index", options={"indexConfig": config})
        self._run("await_indexes", "neo4j.cypher", seconds=INDEX_SECONDS)
        if not self._index_serves(dimension, by_language=by_language):
            raise StoreError(f"the vector index {INDEX} could not be made at {self.connection.address}; see the server's log")

    def _run(self, name: str, file: str = FILE, **parameters: object) -> None:
        """Run a statement that may not stand in a transaction with others."""
        with self.connection.plain_errors(), self.connection.session(write=True) as session:
            session.run(cast(Any, cypher(file)[name]), parameters).consume()
