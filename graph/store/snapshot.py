"""The whole store as plain records, and back: what export writes, import reads and tests compare."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import Any, Final, cast

import apsw

from graph.errors import InvalidRecord, StoreError, TwintownError
from graph.store.base import Record
from graph.store.connection import APPLICATION, Connections, Value, plain_errors
from graph.store.records import JUDGEMENT, document_of, passage_of, statement_of
from graph.store.sql import named
from graph.store.sqlite_fold import fold_all
from graph.store.words import source_name
from graph.store.writing import Writing

FORMAT: Final = 1
TIMES: Final = ("recorded", "generation", "at")
DERIVED: Final = ("entity", "edge")
PART: Final = 20_000  # records of an import in one transaction


def records(connections: Connections, *, times: bool) -> Iterator[Record]:
    """Yield every record, what is kept first, then what is derived (entity, edge), from one consistent state."""
    sql = named("snapshot.sql")
    with plain_errors(connections.path):
        # Its own connection: a caller may stop half-way, and a transaction left open would keep the log from being reset.
        reading = connections.another()
        try:
            reading.execute("BEGIN")
            yield from _records(reading, sql, times=times)
        finally:
            reading.close()


def _records(connection: apsw.Connection, sql: dict[str, str], *, times: bool) -> Iterator[Record]:
    def rows(name: str, *parameters: Value) -> Iterator[dict[str, Any]]:
        cursor = connection.execute(sql[name], parameters)
        for row in cursor:
            yield dict(zip((column[0] for column in cursor.get_description()), row, strict=True))

    if times:
        meta = {row["name"]: row["value"] for row in rows("meta")}
        yield {"type": "store", "application": APPLICATION, "format": FORMAT, **meta}
    for row in rows("documents"):
        addresses = {a["address"]: json.loads(a["metadata"]) for a in rows("addresses", row.pop("key"))}
        sketch = b64encode(row.pop("sketch") or b"").decode()
        yield timed({"type": "document", **row, "sketch": sketch, "addresses": addresses}, times=times)
    kinds = ["passage", "statement", "judgement", "proposal", "copy", "suppressed"]
    for kind in [*kinds, *(["version", "seen", "journal"] if times else []), *DERIVED]:
        for row in rows(TABLES[kind]):
            if kind == "entity":
                row["aliases"] = json.loads(row["aliases"])
            yield timed({**row, "type": kind}, times=times)


TABLES: Final = {
    "passage": "passages",
    "statement": "statements",
    "judgement": "judgements",
    "proposal": "proposals",
    "copy": "copies",
    "suppressed": "suppressed",
    "version": "versions",
    "seen": "seen",
    "journal": "journal",
    "entity": "entities",
    "edge": "edges",
}


def timed(record: dict[str, Any], *, times: bool) -> Record:
    """Leave out when a record came where no times are wanted."""
    return record if times else {name: value for name, value in record.items() if name not in TIMES}


def restore(connections: Connections, lines: Iterable[Record]) -> int:
    """Fill an empty store from `records(times=True)`; return how many were read. Derived records are skipped: fold again.

    Records come in transactions of a bearable size, each with how far it got: what was cut off goes on from there when it is
    given the same records again. Raise InvalidRecord, naming the record by its place, where one does not fit; the store is
    empty again then. Raise StoreError where the store is half filled from other records.
    """
    restoring = _Restoring()
    count, more = 0, iter(lines)
    try:
        while part := list(islice(more, PART)):
            with connections.writing() as connection:
                restoring.begin(connection)
                for record in part:
                    count += 1
                    with fitting(count, record):
                        restoring.take(count, record)
                restoring.note(count)
        with connections.writing() as connection:
            restoring.begin(connection)
            fold_all(connection)
            restoring.finish()
    except InvalidRecord:
        with connections.writing() as connection:
            connection.execute(named("snapshot.sql")["empty"])
        raise
    return count


@contextmanager
def fitting(count: int, record: Record) -> Iterator[None]:
    """Name a record that does not fit by its place."""
    try:
        yield
    except (KeyError, TypeError, ValueError, apsw.ConstraintError) as error:
        if isinstance(error, TwintownError):
            raise InvalidRecord(f"record {count}: {error}") from error
        raise InvalidRecord(f"record {count} ({record.get('type')}) does not fit: {error!r}") from error


def head_of(record: Record, begun: Mapping[str, Any]) -> dict[str, str]:
    """Return which snapshot the first record begins; `begun` is that of an import that was cut off, if any.

    Raise InvalidRecord where it is no snapshot that this program reads, StoreError where it is not the one begun.
    """
    if record["type"] != "store":
        raise InvalidRecord("this is no export of a Twintown store: its first line should be of type 'store'")
    if record["application"] != APPLICATION or record["format"] != FORMAT:
        raise InvalidRecord(f"this export has format {record['format']}, this Twintown reads {FORMAT}")
    head = {"generation": str(record["generation"]), "salt": str(record["salt"])}
    if begun and begun != head:
        raise StoreError("the store is half filled from another export; give that one again, or import into a new store")
    return head


class _Restoring:
    """Takes records in the order in which `records` gives them."""

    writing: Writing  # of the transaction under way

    def __init__(self) -> None:
        self.sql = named("snapshot.sql")
        self.skipped = 0  # records that an import that was cut off has written already
        self.meta: dict[str, str] = {}
        self.documents: dict[str, int] = {}
        self.texts: dict[str, str] = {}
        self.takers: dict[str, Callable[[Record], None]] = {
            "document": self._document,
            "passage": self._passage,
            "statement": self._statement,
            "judgement": self._judgement,
            "proposal": self._proposal,
            "copy": self._copy,
            "suppressed": lambda r: self._put("put_suppressed", r, "hash"),
            "version": self._version,
            "seen": lambda r: self._put("put_seen", r, "address", "signature"),
            "journal": self._journal,
            "entity": lambda _: None,
            "edge": lambda _: None,
        }

    def begin(self, connection: apsw.Connection) -> None:
        self.connection, self.writing = connection, Writing(connection)

    def note(self, count: int) -> None:
        """Keep how far this import got, in the same transaction."""
        if count > self.skipped:
            self.writing.all("set_meta", "import", json.dumps([self.meta, count]))

    def take(self, count: int, record: Record) -> None:
        kind = str(record["type"])
        if not self.meta:
            self._head(record)
        elif kind not in self.takers:
            raise InvalidRecord(f"{kind!r} is no kind of record; is the export from a newer Twintown?")
        elif count > self.skipped:
            self.takers[kind](record)
        elif kind == "document":
            ((key, *_),) = self.writing.all("document_by_id", str(record["id"]))
            self.documents[str(record["id"])], self.texts[str(record["id"])] = key, str(record["text"])

    def _put(self, name: str, record: Record, *fields: str) -> None:
        self.writing.all(name, *(_plain(record[field]) for field in fields))

    def _head(self, record: Record) -> None:
        begun: dict[str, str] = {}
        for (note,) in self.writing.all("get_meta", "import"):
            begun, self.skipped = json.loads(note)
        self.meta = head_of(record, begun)

    def _document(self, record: Record) -> None:
        document = document_of(record)
        sketch = b64decode(str(record["sketch"])) or None
        parameters = [_plain(record[name]) for name in ("id", "fingerprint", "recorded", "generation")]
        source = self.writing.source(source_name(document.addresses[0]))
        ((key,),) = self.writing.all("insert_document", *parameters, source, sketch, document.text)
        self.documents[document.id] = key
        self.texts[document.id] = document.text
        for address, metadata in cast(Mapping[str, Any], record["addresses"]).items():
            written = json.dumps(metadata, ensure_ascii=False, sort_keys=True)
            self.writing.all("put_address", address, key, written)
        self.writing.speak(key)

    def _passage(self, record: Record) -> None:
        document = str(record["document"])
        self.writing.insert_passage(self.documents[document], passage_of(record, self.texts[document]))

    def _statement(self, record: Record) -> None:
        statement = statement_of(record)
        document = self.documents[statement.evidence.document] if statement.evidence.document else None
        self.writing.at, self.writing.generation = str(record["recorded"]), int(str(record["generation"]))
        self.writing.insert(statement, document, int(str(record["words"])), str(record["verdict"]))

    def _judgement(self, record: Record) -> None:
        self._put("put_judgement", record, "id", "verdict", *JUDGEMENT, "words", "generation")

    def _proposal(self, record: Record) -> None:
        keys = [self.writing.all("entity_key", str(record[side]))[0][0] for side in ("first", "second")]
        self.writing.all("put_proposal", *keys, _plain(record["score"]), _plain(record["reason"]))

    def _copy(self, record: Record) -> None:
        self.writing.link_copies([(str(record["first"]), str(record["second"]))])

    def _version(self, record: Record) -> None:
        fields = ("address", "number", "document", "recorded", "until")
        self.connection.execute(self.sql["restore_version"], tuple(_plain(record[field]) for field in fields))

    def _journal(self, record: Record) -> None:
        fields = ("sequence", "generation", "at", "action", "kind", "id", "text")
        self.connection.execute(self.sql["restore_journal"], tuple(_plain(record[field]) for field in fields))

    def finish(self) -> None:
        if not self.meta:
            raise InvalidRecord("nothing to import: the input is empty")
        for name, value in self.meta.items():
            self.writing.all("set_meta", name, value)
        self.writing.all("delete_meta", "import")


def _plain(value: object) -> Value:
    if value is None or isinstance(value, str | int | float | bytes):
        return value
    raise InvalidRecord(f"{value!r} is no plain value")
