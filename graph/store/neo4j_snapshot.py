"""The whole of a Neo4j store as plain records, and back; the records are those of graph/store/snapshot.py."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final, cast

from graph.errors import InvalidRecord, StoreError
from graph.model import Genre
from graph.store import snapshot
from graph.store.base import Record
from graph.store.connection import APPLICATION
from graph.store.neo4j_connection import RECENT, Connection, Transaction, cypher, size_of
from graph.store.neo4j_fold import Brought, Neo4jDerived, fold_all, within
from graph.store.neo4j_writing import COLUMNS, COUNTERS, Hand, Row, passage_row, row_of
from graph.store.records import JUDGEMENT, document_of, passage_of, statement_of
from graph.store.snapshot import DERIVED, TABLES, fitting, head_of, timed
from graph.store.words import columns_of, live, source_name

FILE: Final = "neo4j_snapshot.cypher"
PART_BYTES: Final = 20_000_000  # of an import in one transaction, about
AT_ONCE: Final = 20_000  # entities that are folded in one transaction; more take many, which readers see


def records(connection: Connection, *, times: bool) -> Iterator[Record]:
    """Yield every record, what is kept first, then what is derived.

    Neo4j shows a reader what others commit meanwhile, so where somebody wrote the export ends with a StoreError.
    """
    texts = cypher(FILE)
    with connection.plain_errors(), connection.session() as session, session.begin_transaction() as transaction:
        reading = Transaction(cast(Any, transaction))
        (before,) = reading.dicts("meta")
        if times:
            yield {"type": "store", "application": APPLICATION, "format": snapshot.FORMAT} | {
                k: str(v) for k, v in before.items()
            }
        for row in reading.run(texts["documents"], {}):
            yield timed(_document(row.data()), times=times)
        kinds = ["passage", "statement", "judgement", "proposal", "copy", "suppressed"]
        for kind in [*kinds, *(["version", "seen", "journal"] if times else []), *DERIVED]:
            for row in reading.run(texts[TABLES[kind]], {}):
                record = {**row.data(), "type": kind}
                if kind == "entity":
                    record["aliases"] = sorted(record["aliases"])  # Cypher puts letters beyond the first plane elsewhere
                yield timed(record, times=times)
        if reading.dicts("meta") != [before]:
            raise StoreError(f"somebody wrote to {connection.address} while it was read; run the same again")


def _document(row: Row) -> Row:
    sketch = b64encode(bytes(row["sketch"] or b"")).decode()
    addresses = {address: json.loads(metadata) for address, metadata in sorted(row["addresses"])}
    return {**row, "type": "document", "sketch": sketch, "addresses": addresses}


def fold(connection: Connection) -> None:
    """Derive everything anew: small stores in one transaction, others in many while nobody else may write."""
    if _small(connection):
        connection.write(_fold_at_once)
        return
    _state(connection, "deriving", what="fold")
    _fold_bit_by_bit(connection)
    _state(connection, "derived", more=1)


def _small(connection: Connection) -> bool:
    return bool(connection.ask(FILE, "number_of_entities")[0][0] <= AT_ONCE)


def _fold_at_once(transaction: Transaction, token: str) -> None:
    transaction.of(FILE).all("deriving", what="fold")  # takes the lock
    _fold_kept(transaction, token)
    transaction.of(FILE).all("derived", more=1)


def _fold_kept(transaction: Transaction, token: str, brought: Brought | None = None) -> None:
    _remember(transaction, token)
    fold_all(within(transaction, brought))


def _fold_bit_by_bit(connection: Connection, brought: Brought | None = None) -> None:
    def write(work: Callable[[Transaction], Any]) -> Any:
        def unit(transaction: Transaction, token: str) -> Any:
            _remember(transaction, token)
            return work(transaction)

        return connection.write(unit)

    fold_all(Neo4jDerived(connection.read, write, brought))


def _state(connection: Connection, name: str, **parameters: object) -> None:
    connection.write(lambda transaction, _: transaction.of(FILE).all(name, **parameters))


def _remember(transaction: Transaction, token: str) -> None:
    transaction.of(FILE).all("remember", token=token, remembered=RECENT)


def unfinished(connection: Connection) -> bool:
    """Tell whether an import was cut off."""
    return bool(connection.ask(FILE, "state")[0][0] == "import")


def restore(connection: Connection, lines: Iterable[Record]) -> int:
    """Fill an empty store from `records(times=True)`; return how many were read. Derived records are skipped: fold again.

    Records come in transactions of a bearable size, each with how far it got: what was cut off goes on from there when it is
    given the same records again. Raise InvalidRecord, naming the record by its place, where one does not fit; the store is
    empty again then. Raise StoreError where the store is half filled from other records.
    """
    restoring = _Restoring(connection)
    try:
        count = restoring.all(lines)
    except InvalidRecord:
        empty(connection)
        raise
    if _small(connection):
        connection.write(lambda transaction, token: _fold_kept(transaction, token, restoring.brought))
    else:
        _fold_bit_by_bit(connection, restoring.brought)
    restoring.finish()
    return count


def empty(connection: Connection) -> None:
    """Delete everything but the Meta node."""
    with connection.plain_errors(), connection.session(write=True) as session:
        session.run(cast(Any, cypher(FILE)["empty"])).consume()
    _state(connection, "emptied")


class _Restoring:
    """Takes records in the order in which `records` gives them, and writes them part by part."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        ((_, begun, *counters),) = connection.ask(FILE, "progress")
        self.begun: Row = json.loads(begun) if begun else {}  # the head of an import that was cut off, and
        self.skipped: int = self.begun.pop("count", 0)  # the records that it has written
        self.counters: dict[str, int] = dict(zip(COUNTERS, counters, strict=True))
        self.meta: dict[str, str] = {}
        self.texts: dict[str, str] = {}
        self.sources: dict[str, tuple[str, bool]] = {}  # of documents
        self.writer: ThreadPoolExecutor
        self.writing: Future[None] | None = None  # the part that is being written
        self.brought = Brought()  # all that is kept
        self.evidence: set[str] = set()  # that is kept
        self.puts: dict[str, Callable[[Hand, list[Row]], None]] = {
            "document": self._put_documents,
            "passage": Hand.insert_passages,
            "statement": self._put_statements,
            "judgement": lambda hand, rows: hand.tx.of(FILE).put("restore_judgements", rows),
            "proposal": lambda hand, rows: hand.tx.of(FILE).put("restore_proposals", rows),
            "copy": lambda hand, rows: hand.tx.of(FILE).put("restore_copies", rows),
            "suppressed": lambda hand, rows: hand.tx.put("put_suppressed", [row["hash"] for row in rows]),
            "version": lambda hand, rows: hand.tx.of(FILE).put("restore_versions", rows),
            "seen": lambda hand, rows: hand.tx.put("put_seen", [[row["address"], row["signature"]] for row in rows]),
            "journal": lambda hand, rows: hand.tx.put("put_changes", rows),
        }
        self.makers: dict[str, Callable[[Record], Row]] = {
            "document": self._document,
            "passage": self._passage,
            "statement": self._statement,
            "journal": self._journal,
            "judgement": lambda r: {name: r[name] for name in ("id", "verdict", *JUDGEMENT, "words", "generation")},
        }

    def all(self, lines: Iterable[Record]) -> int:
        """Write the records, and read the next while the server writes some; return how many there are."""
        with ThreadPoolExecutor(max_workers=1) as writer:
            self.writer = writer
            count = self._all(lines)
            self._wait()
        return count

    def _all(self, lines: Iterable[Record]) -> int:
        count, read, size = 0, 0, 0
        rows: dict[str, list[Row]] = {}
        for count, record in enumerate(lines, start=1):
            with fitting(count, record):
                row = self._take(record)
            if count <= self.skipped and row is not None and record["type"] == "statement":
                self._kept([row])
            if row is not None and count > self.skipped:
                rows.setdefault(str(record["type"]), []).append(row)
                size += size_of(row)
            read += count > self.skipped
            if read >= snapshot.PART or size > PART_BYTES:
                self._hand_over(rows, count)
                rows, read, size = {}, 0, 0
        if not self.meta:
            raise InvalidRecord("nothing to import: the input is empty")
        if read:
            self._hand_over(rows, count)
        return count

    def _hand_over(self, rows: Mapping[str, list[Row]], count: int) -> None:
        """Have a part written, when the one before it is."""
        self._wait()
        self.writing = self.writer.submit(self._write, rows, count)

    def _wait(self) -> None:
        if self.writing is not None:
            self.writing.result()

    def _write(self, rows: Mapping[str, list[Row]], count: int) -> None:
        def work(transaction: Transaction, token: str) -> None:
            _remember(transaction, token)
            for kind, part in rows.items():
                self.puts[kind](Hand(transaction, self.counters), part)
            progress = json.dumps({**self.meta, "count": count})
            transaction.put("set_meta", [{**self.counters, "deriving": "import", "importing": progress}])

        self.connection.write(work)
        self._kept(rows.get("statement", ()))

    def _kept(self, rows: Sequence[Row]) -> None:
        """Remember what is kept, so that the server is asked about nothing of it, not even to fold it."""
        self.brought.entities |= _named(rows)
        self.brought.hear(rows)
        self.evidence |= {row["evidence"] for row in rows}

    def finish(self) -> None:
        """Let others write."""
        head = {**self.meta, "generation": int(self.meta["generation"])}
        self.connection.write(lambda transaction, _: transaction.put("set_meta", [{**head, "importing": None}]))
        _state(self.connection, "derived", more=0)

    def _take(self, record: Record) -> Row | None:
        """Return the row to write for a record, None where there is nothing to write."""
        kind = str(record["type"])
        if not self.meta:
            self.meta = head_of(record, self.begun)
            return None
        if kind in DERIVED:
            return None
        if kind not in self.puts:
            raise InvalidRecord(f"{kind!r} is no kind of record; is the export from a newer Twintown?")
        make = self.makers.get(kind, _as_it_is)
        return make(record)

    def _document(self, record: Record) -> Row:
        addresses = cast(Mapping[str, Any], record["addresses"])
        document = document_of(record)
        self.texts[document.id] = document.text
        self.sources[document.id] = (str(record["source"]), document.genre != Genre.DIGEST)
        properties = {name: record[name] for name in ("id", "fingerprint", "recorded", "generation", "text")}
        properties |= dict(zip(COLUMNS, columns_of(json.dumps(addresses[min(addresses)])), strict=True)) | {
            "sketch": b64decode(str(record["sketch"])) or None
        }
        held = [
            {"address": address, "document": document.id, "metadata": json.dumps(said, ensure_ascii=False, sort_keys=True)}
            for address, said in addresses.items()
        ]
        return {"source": record["source"], "properties": properties, "addresses": held}

    def _put_documents(self, hand: Hand, rows: list[Row]) -> None:
        hand.tx.put("put_sources", sorted({self.sources[row["properties"]["id"]] for row in rows}))
        fresh = [{"source": row["source"], "properties": hand.new_document(row["properties"])} for row in rows]
        hand.tx.put("insert_documents", fresh)
        hand.tx.put("put_addresses", [address for row in rows for address in row["addresses"]])

    def _passage(self, record: Record) -> Row:
        return passage_row(passage_of(record, self.texts[str(record["document"])]))

    def _statement(self, record: Record) -> Row:
        statement = statement_of(record)
        document = statement.evidence.document
        source = self.sources[document] if document else (source_name(statement.evidence.address), True)
        row = row_of(statement, document) | {name: record[name] for name in ("recorded", "generation", "verdict", "words")}
        row["live"] = bool(live(row["modality"], row["verdict"]))
        return row | {"source": source[0], "counted": source[1]}

    def _put_statements(self, hand: Hand, rows: list[Row]) -> None:
        hand.tx.put("put_sources", sorted({(row["source"], row["counted"]) for row in rows}))
        fresh = _named(rows) - self.brought.entities
        hand.insert_entities(Brought.of(fresh, rows), folded=False)
        hand.insert_statements(rows, self.evidence)
        hand.put_votes([], [row for row in rows if row["subject"] not in fresh])

    def _journal(self, record: Record) -> Row:
        self.counters["sequence"] = max(self.counters["sequence"], int(str(record["sequence"])))
        return {name: record[name] for name in ("sequence", "generation", "at", "action", "kind", "id", "text")}


def _named(rows: Iterable[Row]) -> set[str]:
    return {identifier for row in rows for identifier in (row["subject"], row["object"]) if identifier}


def _as_it_is(record: Record) -> Row:
    return {name: value for name, value in record.items() if name != "type"}
