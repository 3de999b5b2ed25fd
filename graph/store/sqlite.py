"""The SQLite home of the graph: one file, readers beside writers in any number of processes, every commit seen at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, cast

from graph.errors import InvalidRecord, NotFound, StoreError
from graph.model import Document, Edge, Entity, Judgement, Passage, Proposal, Reading, Statement, Verdict, kind_of, normalise_name
from graph.store import checks, snapshot
from graph.store.base import Change, Forgotten, KeptStatement, Problem, Receipt, Record, Version
from graph.store.connection import Connections, Value, backup
from graph.store.records import JUDGEMENT, document_from, now, statement_from
from graph.store.sql import named
from graph.store.sqlite_fold import fold_all
from graph.store.words import person_hash
from graph.store.writing import Writing, words_of

PAGE: Final = 500  # rows fetched at a time where a caller may stop in the middle


class SqliteStore:
    """See graph/store/base.py for the contract of each method."""

    inside = None  # vectors lie beside the file alone
    backend = "sqlite"  # which query files `rows` runs

    def __init__(self, path: Path, *, readonly: bool = False, make: bool = True) -> None:
        self.path = path
        self.sql = named("sqlite.sql")
        self.connections = Connections(path, readonly=readonly, make=make)

    def __enter__(self) -> SqliteStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.connections.close()

    def _all(self, name: str, *parameters: Value) -> list[tuple[Any, ...]]:
        return self.connections.all(self.sql[name], parameters)

    # reading ---------------------------------------------------------------------------------------------------

    def document(self, identifier: str) -> Document:
        with self.connections.reading():
            rows = self._all("document_by_id", identifier) or self._all("document_at", identifier)
            if not rows:
                raise NotFound(f"no document {identifier!r}; `twintown documents` lists them")
            return self._document(rows[0][0])

    def _document(self, key: int) -> Document:
        ((text,),) = self._all("text_of", key)
        rows = self._all("addresses_of", key)
        return document_from(text, [address for address, _ in rows], rows[0][1])

    def documents(self) -> Iterator[Document]:
        last = ""
        while rows := self._all("documents_after", last, PAGE):
            for key, _ in rows:
                yield self._document(key)
            last = rows[-1][1]

    def fingerprint(self, document: str) -> str:
        rows = self._all("document_by_id", document)
        return str(rows[0][1]) if rows else ""

    def versions(self, address: str) -> list[Version]:
        rows = self._all("versions", address)
        return [Version(address=a, number=n, document=d, recorded=r, until=u) for a, n, d, r, u in rows]

    def passages(self, document: str) -> list[Passage]:
        rows = self._all("document_by_id", document)
        if not rows:
            raise NotFound(f"no document {document!r}; `twintown documents` lists them")
        return [
            Passage(document=d, start=start, end=end, text=text, heading=heading, language=language)
            for _, d, start, end, text, heading, language, _ in self._all("passages_of", rows[0][0])
        ]

    def entity(self, identifier: str) -> Entity:
        with self.connections.reading():
            rows = self._all("canonical_of", identifier)
            if not rows:
                raise NotFound(f"no entity {identifier!r}; `twintown search NAME` finds ids")
            return self._entity(rows[0])

    def _entity(self, row: tuple[Any, ...]) -> Entity:
        key, identifier, kind, name, country, statements, sources = row
        aliases = tuple(str(alias) for (alias,) in self._all("aliases_of", key) if alias != name)
        members = tuple(str(member) for (member,) in self._all("members_of", key))
        return Entity(
            id=identifier,
            kind=kind,
            name=name,
            country=country,
            aliases=aliases,
            members=members,
            statements=statements,
            sources=sources,
        )

    def entities(self, kind: str = "") -> Iterator[Entity]:
        last = f"{kind}:" if kind else ""
        while rows := self._all("entities_after", last, PAGE):
            for row in rows:
                last = row[1]
                if kind and row[2] != kind:
                    return
                yield self._entity(row)

    def named(self, kind: str, name: str) -> list[Entity]:
        return [self._entity(row) for row in self._all("named", normalise_name(name), kind)]

    def edges(self, entity: str = "") -> Iterator[Edge]:
        if entity:
            found = self._all("canonical_of", entity)
            rows = self._all("edges_of", found[0][0]) if found else []
        else:
            rows = self._all("edges")
        for subject, predicate, value, statements, sources in rows:
            yield Edge(subject=subject, predicate=predicate, object=value, statements=statements, sources=sources)

    def statements(
        self, *, subject: str = "", value: str = "", document: str = "", predicate: str = ""
    ) -> Iterator[KeptStatement]:
        filters = [
            {key for key, _ in self._all(name, wanted)}
            for name, wanted in (
                ("keys_by_subject", self._canonical(subject) if subject else None),
                ("keys_by_object", self._canonical(value) if value else None),
                ("keys_by_document", document or None),
            )
            if wanted is not None
        ]
        if not filters and predicate:
            filters = [{key for key, _ in self._all("keys_by_predicate", predicate)}]
        if not filters:
            yield from self._every_statement()
            return
        kept = [self._kept(row) for key in set.intersection(*filters) for row in self._told("told_by_key", key)]
        yield from sorted((k for k in kept if predicate in ("", k.statement.predicate)), key=lambda k: k.statement.id)

    def _canonical(self, identifier: str) -> int:
        rows = self._all("canonical_of", identifier)
        return int(rows[0][0]) if rows else -1

    def _every_statement(self) -> Iterator[KeptStatement]:
        last = ""
        while rows := self._told("told_after", last, PAGE):
            for row in rows:
                last = str(row["id"])
                yield self._kept(row)

    def _told(self, name: str, *parameters: Value) -> list[dict[str, object]]:
        return self.connections.dicts(self.sql[name], parameters)

    @staticmethod
    def _kept(row: Mapping[str, object]) -> KeptStatement:
        return KeptStatement(statement=statement_from(row), recorded=str(row["recorded"]), verdict=str(row["verdict"]))

    def statement(self, identifier: str) -> KeptStatement:
        rows = self._told("told_by_id", identifier)
        if not rows:
            raise NotFound(f"no statement {identifier!r}; `twintown entity ID` shows the ids of its statements")
        return self._kept(rows[0])

    def judgements(self) -> list[Judgement]:
        rows = self._all("judgements")
        return [Judgement(verdict=Verdict(row[1]), **dict(zip(JUDGEMENT, row[2:], strict=True))) for row in rows]

    def proposals(self, *, least: float = 80.0, below: float = 95.0) -> list[Proposal]:
        judged = {frozenset((j.first, j.second)) for j in self.judgements() if j.second}
        found = [
            Proposal(first=first, second=second, score=score, reason=reason)
            for first, second, score, reason in self._all("proposals", least, below)
        ]
        return [proposal for proposal in found if frozenset((proposal.first, proposal.second)) not in judged]

    def rows(self, query: str, parameters: Mapping[str, object]) -> list[dict[str, object]]:
        given = {key: json.dumps(value) if isinstance(value, list) else value for key, value in parameters.items()}
        return self.connections.dicts(query, cast(Mapping[str, Value], given))

    def snapshot(self, *, times: bool = True) -> Iterator[Record]:
        return snapshot.records(self.connections, times=times)

    def changes(self, since: int = 0) -> Iterator[Change]:
        for sequence, at, action, kind, identifier, text in self._all("changes", since):
            yield Change(sequence=sequence, at=at, action=action, kind=kind, id=identifier, text=text)

    def generation(self) -> int:
        return int(self._all("get_meta", "generation")[0][0])

    def counts(self) -> dict[str, int]:
        with self.connections.reading():
            return dict([*self._all("counts"), *self._all("counts_by_kind")])

    def check(self) -> list[Problem]:
        return checks.problems(self.connections)

    def seen(self, address: str) -> str:
        rows = self._all("get_seen", address)
        return str(rows[0][0]) if rows else ""

    def sketches(self) -> Iterator[tuple[str, bytes]]:
        last = ""
        while rows := self._all("sketches", last, PAGE):
            for last, sketch in rows:
                yield last, sketch

    # writing ---------------------------------------------------------------------------------------------------

    def add(self, reading: Reading, *, seen: str = "") -> Receipt:
        (receipt,) = self.add_all([reading], seen={address: seen for address in reading.document.addresses if seen})
        return receipt

    def add_all(self, readings: Sequence[Reading], *, seen: Mapping[str, str] | None = None) -> list[Receipt]:
        for reading in readings:
            checks.valid_reading(reading)
        with self.connections.writing() as connection:
            writing = Writing(connection)
            receipts = [writing.add(reading) for reading in readings]
            for address, signature in (seen or {}).items():
                writing.all("put_seen", address, signature)
            writing.finish()
        return receipts

    def supersede(self, address: str, reading: Reading) -> Receipt:
        if address not in reading.document.addresses:
            raise InvalidRecord(f"the new version must name the address {address!r} it replaces")
        if not self._all("document_at", address):
            raise NotFound(f"nothing is kept at {address!r}; add it instead")
        return self.add(reading)

    def mark_seen(self, address: str, signature: str) -> None:
        with self.connections.writing() as connection:
            connection.execute(self.sql["put_seen"], (address, signature))

    def forget(self, target: str) -> Forgotten:
        with self.connections.writing() as connection:
            writing = Writing(connection)
            return writing.forget(target)

    def forget_person(self, name: str) -> Forgotten:
        wanted = normalise_name(name)
        if not wanted:
            raise InvalidRecord("name the person to forget")
        with self.connections.writing() as connection:
            writing = Writing(connection)
            return writing.forget_person(wanted, self._hash(wanted))

    def suppressed(self, name: str) -> bool:
        return bool(self._all("is_suppressed", self._hash(name)))

    def _hash(self, name: str) -> str:
        ((salt,),) = self._all("get_meta", "salt")
        return person_hash(name, str(salt))

    def enter(self, collection: str, statements: Sequence[Statement]) -> int:
        checks.valid_collection(collection, statements)
        with self.connections.writing() as connection:
            writing = Writing(connection)
            changed = writing.replace_collection(collection, statements)
            writing.finish()
        return changed

    def propose(self, proposals: Iterable[Proposal]) -> None:
        with self.connections.writing() as connection:
            writing = Writing(connection)
            writing.propose(proposals)
            writing.finish()

    def link_copies(self, pairs: Iterable[tuple[str, str]]) -> None:
        with self.connections.writing() as connection:
            writing = Writing(connection)
            writing.link_copies(pairs)
            writing.finish()

    def judge(self, judgement: Judgement) -> Judgement:
        with self.connections.writing() as connection:
            filled = replace(self._written(judgement), at=judgement.at or now())
            writing = Writing(connection)
            writing.judge(filled)
            writing.finish()
        return filled

    def _written(self, judgement: Judgement) -> Judgement:
        """Fill in the words of what is judged."""
        if judgement.verdict in (Verdict.SAME, Verdict.DIFFERENT):
            if judgement.first == judgement.second or kind_of(judgement.first) != kind_of(judgement.second):
                raise InvalidRecord("same and different are said of two entities of one kind")
            names = [self.entity(side).name for side in (judgement.first, judgement.second)]
            return replace(judgement, first_written=names[0], second_written=names[1])
        rows = self._told("told_by_id", judgement.first)
        if not rows:
            raise NotFound(f"no statement {judgement.first!r}; `twintown entity ID` shows the ids of its statements")
        words = words_of(self.connections.connect(), statement_from(rows[0]))
        return replace(
            judgement,
            second="",
            first_written=words.subject,
            predicate_written=words.predicate,
            second_written=words.value,
            quote_written=words.quote,
            address_written=str(rows[0]["address"]) or self.document(str(rows[0]["document"])).addresses[0],
        )

    def undo(self, judgement: str) -> None:
        with self.connections.writing() as connection:
            writing = Writing(connection)
            writing.undo(judgement)
            writing.finish()

    def fold(self) -> None:
        with self.connections.writing() as connection:
            fold_all(connection)
            connection.execute(self.sql["next_generation"])

    def restore(self, records: Iterable[Record]) -> int:
        counts = self.counts()
        if not self.unfinished() and any(counts.get(name) for name in ("documents", "statements", "judgements")):
            raise StoreError(f"{self.path} is not empty; import into a new store (--store sqlite:PATH)")
        return snapshot.restore(self.connections, records)

    def unfinished(self) -> bool:
        return bool(self._all("get_meta", "import"))

    def backup(self, path: Path) -> None:
        backup(self.connections.connect(), path)

    def checkpoint(self) -> None:
        """Bring the write-ahead log into the file; called at the end of a long run."""
        self.connections.all(self.sql["checkpoint"])


def open_store(path: Path, *, readonly: bool = False, make: bool = True) -> SqliteStore:
    """Open the store at this path, made if it is not there, `make` and not `readonly`; raise WrongStore or StoreError."""
    return SqliteStore(path, readonly=readonly, make=make)
