"""The Neo4j home of the graph: a server, readers and writers in any number of processes; see docs/neo4j.md for its layout."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from graph.errors import InvalidRecord, NotFound, StoreError
from graph.model import Document, Edge, Entity, Judgement, Passage, Proposal, Reading, Statement, Verdict, kind_of, normalise_name
from graph.schema import schema
from graph.store import checks, neo4j_checks, neo4j_snapshot
from graph.store.base import Change, Forgotten, KeptStatement, Problem, Receipt, Record, Version
from graph.store.neo4j_connection import Connection, Transaction
from graph.store.neo4j_vectors import Neo4jVectors
from graph.store.neo4j_writing import Writing
from graph.store.records import JUDGEMENT, document_from, now, statement_from
from graph.store.words import Words, person_hash

PAGE: Final = 500  # rows fetched at a time where a caller may stop in the middle


class Neo4jStore:
    """See graph/store/base.py for the contract of each method."""

    backend = "neo4j"  # which query files `rows` runs

    def __init__(
        self, address: str, *, user: str, password: str, database: str = "", readonly: bool = False, make: bool = True
    ) -> None:
        self.address = address
        self.connection = Connection(address, user=user, password=password, database=database, readonly=readonly, make=make)
        self.inside = Neo4jVectors(self.connection)

    def __enter__(self) -> Neo4jStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.connection.close()

    def _all(self, name: str, **parameters: object) -> list[tuple[Any, ...]]:
        return self.connection.read(lambda reading: reading.all(name, **parameters))

    def _dicts(self, name: str, **parameters: object) -> list[dict[str, Any]]:
        return self.connection.read(lambda reading: reading.dicts(name, **parameters))

    # reading ---------------------------------------------------------------------------------------------------

    def document(self, identifier: str) -> Document:
        def read(reading: Transaction) -> list[tuple[Any, ...]]:
            at = reading.all("document_at", address=identifier)
            return reading.all("document_text", id=at[0][0] if at else identifier)

        rows = self.connection.read(read)
        if not rows:
            raise NotFound(f"no document {identifier!r}; `twintown documents` lists them")
        return self._document(*rows[0])

    @staticmethod
    def _document(text: str, addresses: Sequence[Sequence[str]]) -> Document:
        spoken = sorted(
            (address, metadata) for address, metadata in addresses
        )  # here, as Cypher puts letters beyond the first plane elsewhere
        return document_from(text, [address for address, _ in spoken], spoken[0][1])

    def documents(self) -> Iterator[Document]:
        last = ""
        while rows := self._all("documents_after", after=last, most=50):  # whole texts
            for _, text, addresses in rows:
                yield self._document(text, addresses)
            last = rows[-1][0]

    def fingerprint(self, document: str) -> str:
        rows = self._all("fingerprint", id=document)
        return str(rows[0][0]) if rows else ""

    def versions(self, address: str) -> list[Version]:
        rows = self._all("versions", address=address)
        return [Version(address=a, number=n, document=d, recorded=r, until=u) for a, n, d, r, u in rows]

    def passages(self, document: str) -> list[Passage]:
        rows = self._dicts("passages", id=document)
        if not rows:
            raise NotFound(f"no document {document!r}; `twintown documents` lists them")
        return [Passage(document=document, **row) for row in rows if row["text"] is not None]

    def entity(self, identifier: str) -> Entity:
        rows = self._dicts("entity", id=identifier)
        if not rows:
            raise NotFound(f"no entity {identifier!r}; `twintown search NAME` finds ids")
        return _entity(rows[0])

    def entities(self, kind: str = "") -> Iterator[Entity]:
        last = f"{kind}:" if kind else ""
        while rows := self._dicts("entities_after", after=last, kind=kind, most=PAGE):
            for row in rows:
                last = row["id"]
                yield _entity(row)

    def named(self, kind: str, name: str) -> list[Entity]:
        return [_entity(row) for row in self._dicts("named", folded=normalise_name(name), kind=kind)]

    def edges(self, entity: str = "") -> Iterator[Edge]:
        for row in self._dicts("edges_of", id=entity) if entity else self._dicts("edges"):
            yield Edge(**row)

    def statements(
        self, *, subject: str = "", value: str = "", document: str = "", predicate: str = ""
    ) -> Iterator[KeptStatement]:
        filters = [("ids_by_subject", subject), ("ids_by_value", value), ("ids_by_document", document)]
        wanted = [(name, text) for name, text in filters if text] or ([("ids_by_predicate", predicate)] if predicate else [])
        if not wanted:
            yield from self._every_statement()
            return
        ids = sorted(set.intersection(*({i for (i,) in self._all(name, wanted=text)} for name, text in wanted)))
        for start in range(0, len(ids), PAGE):
            found = {row["id"]: _kept(row) for row in self._dicts("told_by_ids", keys=ids[start : start + PAGE])}
            for identifier in sorted(found):
                if predicate in ("", found[identifier].statement.predicate):
                    yield found[identifier]

    def _every_statement(self) -> Iterator[KeptStatement]:
        last = ""
        while rows := self._dicts("told_after", after=last, most=PAGE):
            for row in rows:
                last = row["id"]
                yield _kept(row)

    def statement(self, identifier: str) -> KeptStatement:
        rows = self._dicts("told_by_ids", keys=[identifier])
        if not rows:
            raise NotFound(f"no statement {identifier!r}; `twintown entity ID` shows the ids of its statements")
        return _kept(rows[0])

    def judgements(self) -> list[Judgement]:
        return [
            Judgement(verdict=Verdict(row["verdict"]), **{name: row[name] for name in JUDGEMENT})
            for row in self._dicts("judgements")
        ]

    def proposals(self, *, least: float = 80.0, below: float = 95.0) -> list[Proposal]:
        judged = {frozenset((j.first, j.second)) for j in self.judgements() if j.second}
        found = [Proposal(**row) for row in self._dicts("proposals", least=least, below=below)]
        return [proposal for proposal in found if frozenset((proposal.first, proposal.second)) not in judged]

    def rows(self, query: str, parameters: Mapping[str, object]) -> list[dict[str, object]]:
        return self.connection.rows(query, parameters)

    def snapshot(self, *, times: bool = True) -> Iterator[Record]:
        return neo4j_snapshot.records(self.connection, times=times)

    def changes(self, since: int = 0) -> Iterator[Change]:
        for row in self._dicts("changes", since=since):
            yield Change(**row)

    def generation(self) -> int:
        return int(self._all("meta")[0][0])

    def counts(self) -> dict[str, int]:
        def read(reading: Transaction) -> dict[str, int]:
            return reading.dicts("counts")[0] | dict(reading.all("counts_by_kind"))

        return self.connection.read(read)

    def unfinished(self) -> bool:
        return neo4j_snapshot.unfinished(self.connection)

    def check(self) -> list[Problem]:
        return neo4j_checks.problems(self.connection)

    def seen(self, address: str) -> str:
        rows = self._all("seen", address=address)
        return str(rows[0][0]) if rows else ""

    def sketches(self) -> Iterator[tuple[str, bytes]]:
        last = ""
        while rows := self._all("sketches", after=last, most=PAGE):
            for last, sketch in rows:
                yield last, bytes(sketch)

    # writing ---------------------------------------------------------------------------------------------------

    def add(self, reading: Reading, *, seen: str = "") -> Receipt:
        (receipt,) = self.add_all([reading], seen={address: seen for address in reading.document.addresses if seen})
        return receipt

    def add_all(self, readings: Sequence[Reading], *, seen: Mapping[str, str] | None = None) -> list[Receipt]:
        for reading in readings:
            checks.valid_reading(reading)

        def work(transaction: Transaction, token: str) -> list[Receipt]:
            writing = Writing(transaction, token)
            documents = [reading.document for reading in readings]
            writing.look_up([d.id for d in documents], [address for d in documents for address in d.addresses])
            receipts = [writing.add(reading) for reading in readings]
            transaction.put("put_seen", list((seen or {}).items()))
            writing.finish()
            return receipts

        return self.connection.write(work)

    def supersede(self, address: str, reading: Reading) -> Receipt:
        if address not in reading.document.addresses:
            raise InvalidRecord(f"the new version must name the address {address!r} it replaces")
        if not self._all("document_at", address=address):
            raise NotFound(f"nothing is kept at {address!r}; add it instead")
        return self.add(reading)

    def mark_seen(self, address: str, signature: str) -> None:
        self.connection.write(lambda transaction, _: transaction.put("put_seen", [(address, signature)]))

    def forget(self, target: str) -> Forgotten:
        return self.connection.write(lambda transaction, token: Writing(transaction, token).forget(target))

    def forget_person(self, name: str) -> Forgotten:
        wanted = normalise_name(name)
        if not wanted:
            raise InvalidRecord("name the person to forget")
        hashed = self._hash(wanted)
        return self.connection.write(lambda transaction, token: Writing(transaction, token).forget_person(wanted, hashed))

    def suppressed(self, name: str) -> bool:
        return bool(self._all("is_suppressed", hash=self._hash(name)))

    def _hash(self, name: str) -> str:
        return person_hash(name, str(self._all("meta")[0][1]))

    def enter(self, collection: str, statements: Sequence[Statement]) -> int:
        checks.valid_collection(collection, statements)

        def work(transaction: Transaction, token: str) -> int:
            writing = Writing(transaction, token)
            changed = writing.enter(collection, statements)
            writing.finish()
            return changed

        return self.connection.write(work)

    def propose(self, proposals: Iterable[Proposal]) -> None:
        wanted = list(proposals)

        def work(transaction: Transaction, token: str) -> None:
            writing = Writing(transaction, token)
            writing.propose(wanted)
            writing.finish()

        self.connection.write(work)

    def link_copies(self, pairs: Iterable[tuple[str, str]]) -> None:
        wanted = list(pairs)

        def work(transaction: Transaction, token: str) -> None:
            writing = Writing(transaction, token)
            writing.link_copies(wanted)
            writing.finish()

        self.connection.write(work)

    def judge(self, judgement: Judgement) -> Judgement:
        at = judgement.at or now()

        def work(transaction: Transaction, token: str) -> Judgement:
            writing = Writing(transaction, token)
            filled = replace(_written(transaction, judgement), at=at)
            writing.judge(filled)
            writing.finish()
            return filled

        return self.connection.write(work)

    def undo(self, judgement: str) -> None:
        def work(transaction: Transaction, token: str) -> None:
            writing = Writing(transaction, token)
            writing.undo(judgement)
            writing.finish()

        self.connection.write(work)

    def fold(self) -> None:
        neo4j_snapshot.fold(self.connection)

    def restore(self, records: Iterable[Record]) -> int:
        counts = self.counts()
        if not self.unfinished() and any(counts.get(name) for name in ("documents", "statements", "judgements")):
            raise StoreError(f"{self.address} is not empty; import into an empty database (TWINTOWN_NEO4J_DATABASE)")
        return neo4j_snapshot.restore(self.connection, records)

    def backup(self, path: Path) -> None:
        raise StoreError(
            f"{self.address} is a Neo4j server, which makes its own backups (neo4j-admin database dump); "
            f"`twintown export {path}` writes everything into one file that import reads again"
        )

    def checkpoint(self) -> None:
        """Nothing to do: the server looks after its own log."""


def _entity(row: Mapping[str, Any]) -> Entity:
    return Entity(**{**row, "aliases": tuple(sorted(row["aliases"])), "members": tuple(row["members"])})


def _kept(row: Mapping[str, Any]) -> KeptStatement:
    return KeptStatement(statement=statement_from(row), recorded=row["recorded"], verdict=row["verdict"])


def _written(reading: Transaction, judgement: Judgement) -> Judgement:
    """Fill in the words of what is judged."""
    if judgement.verdict in (Verdict.SAME, Verdict.DIFFERENT):
        if judgement.first == judgement.second or kind_of(judgement.first) != kind_of(judgement.second):
            raise InvalidRecord("same and different are said of two entities of one kind")
        names = []
        for side in (judgement.first, judgement.second):
            rows = reading.dicts("entity", id=side)
            if not rows:
                raise NotFound(f"no entity {side!r}; `twintown search NAME` finds ids")
            names.append(rows[0]["name"])
        return replace(judgement, first_written=names[0], second_written=names[1])
    rows = reading.dicts("told_by_ids", keys=[judgement.first])
    if not rows:
        raise NotFound(f"no statement {judgement.first!r}; `twintown entity ID` shows the ids of its statements")
    statement = statement_from(rows[0])
    words = _words(reading, statement)
    evidence = statement.evidence
    addresses = [a for a, _ in reading.all("document_text", id=evidence.document)[0][1]] if evidence.document else []
    return replace(
        judgement,
        second="",
        first_written=words.subject,
        predicate_written=words.predicate,
        second_written=words.value,
        quote_written=words.quote,
        address_written=evidence.address or min(addresses),
    )


def _words(reading: Transaction, statement: Statement) -> Words:
    """Return the words of a kept statement, with the names that its own source gives."""
    evidence = statement.evidence
    links = schema().predicates[statement.predicate].links
    keys = [statement.subject, *([statement.value] if links else [])]
    if evidence.document:
        rows = reading.all("name_in_document", keys=keys, document=evidence.document)
    else:
        rows = reading.all("name_in_collection", keys=keys, collection=evidence.collection)
    names: dict[str, str] = {}
    for key, name in rows:
        names[key] = min(name, names.get(key, name))
    value = names.get(statement.value, "") if links else statement.value
    return Words(names.get(statement.subject, ""), statement.predicate, value, evidence.quote)


def open_store(
    address: str, *, user: str = "neo4j", password: str = "", database: str = "", readonly: bool = False, make: bool = True
) -> Neo4jStore:
    """Open the store of a server, made if it is not there, `make` and not `readonly`; raise WrongStore or StoreError."""
    return Neo4jStore(address, user=user, password=password, database=database, readonly=readonly, make=make)
