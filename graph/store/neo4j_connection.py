"""Talking to a Neo4j server: opening, version and schema, transactions that are tried again, and errors in plain words.

The driver is imported only here and only when a store is opened: it takes half a second, more where pandas is installed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast
from uuid import uuid4

from graph.errors import StoreBusy, StoreError, StoreFull, WrongStore
from graph.schema import schema
from graph.store.sql import named

if TYPE_CHECKING:
    from neo4j import Driver, ManagedTransaction, Result, Session
    from neo4j.exceptions import Neo4jError

ADDRESS: Final = re.compile(r"(neo4j|bolt)(\+s|\+ssc)?://[^/?#@\s]+?(:\d{1,5})?/?")
FORMAT: Final = 1  # of the layout; kept on the Meta node
OLDEST: Final = (5, 26)
PATIENCE: Final = 120.0  # seconds a transaction is tried again while a server restarts or another writer is in the way
ROWS: Final = 5_000  # and
BYTES: Final = 4_000_000  # that go to the server in one message at most
RECENT: Final = 100  # tokens of writes that are remembered, to tell whether one whose answer was lost was kept
INDEX_SECONDS: Final = 600
INDEX: Final = re.compile(r"FOR \(\w:(\w+)\) (?:REQUIRE|ON) (\(?\w\.[\w, .]+)")
SOUGHT: Final = re.compile(
    r"(?<=\bMATCH )\((?P<name>\w*):(?P<label>\w+) \{(?P<properties>[^}]*)\}\)(?P<path>(?:\([^)]*\)|\[[^\]]*\]|[-<>])*)(?=\s|$)"
)
Row = Mapping[str, Any]
Answer = TypeVar("Answer")


@cache
def cypher(file: str) -> dict[str, str]:
    """Return the statements of graph/store/`file` by name.

    EDGES stands for the types of folded edges, which are those of the schema, and @name for the text of another statement.
    What looks a node up by the property of an index says so to the planner.
    """
    edges = "|".join(sorted({predicate.edge for predicate in schema().predicates.values() if predicate.edge}))
    texts = {name: _sought(re.sub(r"\bEDGES\b", edges, text)) for name, text in named(file).items()}
    return {name: re.sub(r"@(\w+)", lambda found: texts[found[1]], text) for name, text in texts.items()}


@cache
def _indexes() -> set[tuple[str, ...]]:
    """Return label and properties of each index over nodes that is no full text."""
    found = (INDEX.search(text) for text in named("neo4j_schema.cypher").values())
    return {(match[1], *re.findall(r"\w\.(\w+)", match[2])) for match in found if match}


def _sought(text: str) -> str:
    """Return a statement in which each match that begins with a node and its indexed properties seeks it by that index.

    The server plans by what its index statistics say, which lag behind: over a store that was empty a moment ago a scan of the
    whole index for each key looks as cheap as a seek, and such a plan stays.
    """

    def hinted(found: re.Match[str]) -> str:
        index = (found["label"], *re.findall(r"(\w+): ", found["properties"]))
        if index not in _indexes():
            return found[0]
        name = found["name"] or f"sought_{found.start()}"
        begun = f"({name}:{found['label']} {{{found['properties']}}}){found['path']}"
        return f"{begun} USING INDEX SEEK {name}:{index[0]}({', '.join(index[1:])})"

    return SOUGHT.sub(hinted, text)


class Transaction:
    """One transaction of the server; statements go by their names in neo4j.cypher, or in the file given."""

    def __init__(self, transaction: ManagedTransaction, file: str = "neo4j.cypher") -> None:
        self.transaction = transaction
        self.texts = cypher(file)

    def of(self, file: str) -> Transaction:
        """Return the same transaction with the statements of another file."""
        return Transaction(self.transaction, file)

    def run(self, text: str, parameters: Mapping[str, Any]) -> Result:
        return self.transaction.run(cast(Any, text), dict(parameters))

    def all(self, name: str, **parameters: object) -> list[tuple[Any, ...]]:
        """Return the rows of a statement."""
        return [tuple(row) for row in self.run(self.texts[name], parameters).values()]

    def dicts(self, name: str, **parameters: object) -> list[dict[str, Any]]:
        """Return the rows of a statement by column name."""
        return self.run(self.texts[name], parameters).data()

    def about(self, name: str, keys: Iterable[Any], **parameters: object) -> list[dict[str, Any]]:
        """Return the rows of a statement that asks about each of $keys, of which there may be any number."""
        return [row for part in batches(keys) for row in self.dicts(name, keys=part, **parameters)]

    def put(self, name: str, rows: Iterable[Any], **parameters: object) -> None:
        """Run a statement that writes $rows, in messages of a bearable size.

        Nobody waits for its answer, so the next rows are made while the server writes these; what it refuses is raised by
        whatever is run next, at the latest by the end of the transaction.
        """
        for part in batches(rows):
            self.run(self.texts[name], {"rows": part, **parameters})


def batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield the rows in lists of at most ROWS rows and some BYTES bytes; none where there are none."""
    part: list[Any] = []
    size = 0
    for row in rows:
        part.append(row)
        size += size_of(row)
        if len(part) >= ROWS or size >= BYTES:
            yield part
            part, size = [], 0
    if part:
        yield part


def size_of(value: object) -> int:
    """Return about how many bytes a value takes in a message."""
    if isinstance(value, str | bytes):
        return len(value) + 5
    if isinstance(value, list | tuple):  # an abstract type would be asked for far longer, and this is asked about everything
        return sum(map(size_of, value))
    return sum(len(name) + size_of(each) for name, each in value.items()) if isinstance(value, dict) else 9


class Connection:
    """A server and one of its databases; threads may share it."""

    def __init__(self, address: str, *, user: str, password: str, database: str, readonly: bool, make: bool = True) -> None:
        self.address, self.user, self.database, self.readonly = address, user, database, readonly
        self.release: tuple[int, ...] = ()  # of the server, as (5, 26)
        from neo4j import GraphDatabase

        if not ADDRESS.fullmatch(address):
            raise StoreError("that is no address of a Neo4j server; write neo4j://HOST:7687")  # it may hold a password
        with self.plain_errors():
            self.driver: Driver = GraphDatabase.driver(
                address.rstrip("/"),
                auth=(user, password),
                user_agent="twintown",
                max_transaction_retry_time=PATIENCE,
                connection_acquisition_timeout=PATIENCE,
                notifications_min_severity="OFF",
            )
        try:
            with self.plain_errors():
                # One for reading and writing: a reader after a write sees it, on a cluster too.
                self.bookmarks = GraphDatabase.bookmark_manager()
                self.driver.verify_connectivity()
                self._check_version()
                self._check_layout(make=make and not readonly)
        except ValueError as error:  # how the driver says that a name leads to no host
            self.driver.close()
            raise StoreError(f"{address} leads to no host ({_line(error)}); write neo4j://HOST:7687") from error
        except BaseException:
            self.driver.close()
            raise

    def close(self) -> None:
        self.driver.close()

    def session(self, *, write: bool = False) -> Session:
        return self.driver.session(
            database=self.database or None,
            default_access_mode="WRITE" if write else "READ",
            bookmark_manager=self.bookmarks,
            fetch_size=1000,
        )

    def read(self, work: Callable[[Transaction], Answer]) -> Answer:
        """Run work in a reading transaction, again where the server asks for it."""
        with self.plain_errors(), self.session() as session:
            return session.execute_read(lambda transaction: work(Transaction(transaction)))

    def write(self, work: Callable[[Transaction, str], Answer]) -> Answer:
        """Run work in one writing transaction, again where the server asks for it, so it may not keep anything to itself.

        Work is given a token that it keeps on the Meta node. Where the connection broke while the server committed, that
        tells whether it did.
        """
        if self.readonly:
            raise StoreError(f"{self.address} was opened for reading only")
        from neo4j.exceptions import IncompleteCommit

        token = uuid4().hex
        answers: list[Answer] = []

        def unit(transaction: ManagedTransaction) -> Answer:
            answers[:] = [work(Transaction(transaction), token)]
            return answers[0]

        with self.plain_errors():
            while True:
                try:
                    with self.session(write=True) as session:
                        return session.execute_write(unit)
                except IncompleteCommit:
                    if self.read(lambda reading: bool(reading.all("was_kept", token=token))):
                        return answers[0]

    def ask(self, file: str, name: str, **parameters: object) -> list[tuple[Any, ...]]:
        """Run one statement of a file in a reading transaction of its own."""
        return self.read(lambda reading: reading.of(file).all(name, **parameters))

    def rows(self, text: str, parameters: Mapping[str, object]) -> list[dict[str, Any]]:
        """Run the text of a question and return its rows by column name."""
        return self.read(lambda reading: reading.run(text, parameters).data())

    @contextmanager
    def plain_errors(self) -> Iterator[None]:
        """Turn the driver's errors into ours, each saying what to do."""
        from neo4j.exceptions import DriverError, Neo4jError

        try:
            yield
        except Neo4jError as error:
            raise self._refused(error) from error
        except DriverError as error:
            raise self._unreachable(error) from error

    def _unreachable(self, error: Exception) -> StoreError:
        from neo4j.exceptions import ConfigurationError, SessionExpired, TransientError, UnsupportedServerProduct

        if isinstance(error, UnsupportedServerProduct):
            return WrongStore(f"what answers at {self.address} is no Neo4j server that this Twintown knows ({_line(error)})")
        if isinstance(error, ConfigurationError):
            return StoreError(f"{self.address} cannot be used ({_line(error)}); write neo4j://HOST:7687")
        broken = "went away" if isinstance(error, SessionExpired | TransientError) else "does not answer"
        return StoreError(
            f"the Neo4j server at {self.address} {broken} ({_line(error)}); see that it runs and that the address and port are "
            "right. What was acknowledged is kept; run the same again"
        )

    def _refused(self, error: Neo4jError) -> StoreError:
        code, line = error.code or "", _line(error)
        found = next((make for part, make in _REFUSALS if part in code), None)
        if "space left" in str(error) or "disk space" in str(error):
            return StoreFull(f"no room left for the Neo4j server at {self.address}; free some space there and restart it")
        if found is not None:
            kind, text = found
            return kind(text.format(address=self.address, user=self.user, database=self.database or "the default one", line=line))
        if "Transient" in code or error.is_retryable():
            return StoreBusy(f"the Neo4j server at {self.address} cannot do this now ({line}); wait a little and try again")
        return StoreError(f"the Neo4j server at {self.address} refused this ({code}: {line}); nothing was half written")

    def _check_version(self) -> None:
        found = self.read(lambda reading: reading.all("server_version"))
        name, version = found[0] if found else ("", "")
        numbers = tuple(int(number) for number in re.findall(r"\d+", str(version))[:2])
        self.release = numbers
        if len(numbers) == 2 and numbers < OLDEST:
            raise WrongStore(
                f"the server at {self.address} is {name} {version}; Twintown needs Neo4j {OLDEST[0]}.{OLDEST[1]} LTS or a "
                "release of 2025 or later: upgrade the server"
            )

    def _check_layout(self, *, make: bool) -> None:
        """Make constraints, indexes and the Meta node where they are missing; refuse the database of another program."""
        found = self.read(lambda reading: reading.all("layout"))
        if not found:
            if not make:
                raise StoreError(f"there is no store at {self.address}; make one with: twintown ingest PATH")
            if self.read(lambda reading: reading.all("any_node")):
                raise WrongStore(
                    f"the database {self.database or 'of your user'} at {self.address} holds data of another program; give "
                    "Twintown one of its own (TWINTOWN_NEO4J_DATABASE, or another server)"
                )
        elif found[0][0] > FORMAT:
            raise WrongStore(f"{self.address} was filled by a newer Twintown (layout {found[0][0]}, this one reads {FORMAT})")
        if not self.readonly:
            self.make_schema()
            if not found:
                with self.session(write=True) as session:
                    session.execute_write(
                        lambda transaction: Transaction(transaction).put("first_meta", [{"format": FORMAT, "salt": uuid4().hex}])
                    )

    def missing_schema(self) -> list[str]:
        """Return the names of constraints and indexes that are not there or do not work."""
        online = {name for (name,) in self.read(lambda reading: reading.all("online"))}
        return [name for name in cypher("neo4j_schema.cypher") if name not in online]

    def make_schema(self) -> None:
        """Make what is missing of constraints and indexes and wait until all work."""
        from neo4j.exceptions import ClientError

        missing = self.missing_schema()
        if not missing:
            return
        texts = [text for name, text in cypher("neo4j_schema.cypher").items() if name in missing]
        with self.plain_errors(), self.session(write=True) as session:
            try:
                session.execute_write(_run_all, texts)  # in one transaction: a commit for each takes minutes where disks are slow
            except ClientError as error:
                if "AlreadyExists" not in (error.code or ""):  # another process was quicker
                    raise
            session.run(cast(Any, cypher("neo4j.cypher")["await_indexes"]), {"seconds": INDEX_SECONDS}).consume()
        if still := self.missing_schema():
            raise StoreError(
                f"constraints or indexes could not be made at {self.address} ({', '.join(still)}); see the server's log"
            )


def _run_all(transaction: ManagedTransaction, texts: Sequence[str]) -> None:
    for text in texts:
        transaction.run(cast(Any, text)).consume()


def _line(error: Exception) -> str:
    text = getattr(error, "message", None) or str(error)
    return " ".join(str(text).split())[:300]


_REFUSALS: Final[tuple[tuple[str, tuple[type[StoreError], str]], ...]] = (
    (
        "Security.AuthenticationRateLimit",
        (StoreError, "{address} refused the password of {user!r} too often; wait a few seconds, then try with the right one"),
    ),
    (
        "Security.CredentialsExpired",
        (StoreError, "the password of {user!r} at {address} has to be changed first (ALTER CURRENT USER in cypher-shell)"),
    ),
    (
        "Security.Unauthorized",
        (
            StoreError,
            "{address} refused user {user!r} or the password; set TWINTOWN_NEO4J_USER and TWINTOWN_NEO4J_PASSWORD, or "
            "TWINTOWN_NEO4J_PASSWORD_FILE to the path of a file with the password",
        ),
    ),
    (
        "Security.Forbidden",
        (
            StoreError,
            "{user!r} may not do this in {database} at {address} ({line}); docs/neo4j.md lists the rights Twintown needs",
        ),
    ),
    (
        "Database.DatabaseNotFound",
        (StoreError, "there is no database {database} at {address}; set TWINTOWN_NEO4J_DATABASE, or create it"),
    ),
    (
        "General.ForbiddenOnReadOnlyDatabase",
        (StoreError, "{database} at {address} is read only; make it writable, or name another server"),
    ),
    (
        "Transaction.TransactionLogError",  # what a full disk looks like from here
        (
            StoreFull,
            "the Neo4j server at {address} could not write to its disk; free some space there and restart it. "
            "What was acknowledged is kept; run the same again",
        ),
    ),
    (
        "Transaction.TransactionStartFailed",
        (
            StoreError,
            "the Neo4j server at {address} no longer works since something broke there, a full disk mostly ({line}); free some "
            "space there and restart it. What was acknowledged is kept",
        ),
    ),
    (
        "OutOfMemory",
        (
            StoreError,
            "the Neo4j server at {address} has too little memory for this ({line}); raise server.memory.heap.max_size and "
            "dbms.memory.transaction.total.max",
        ),
    ),
    (
        "Schema.ConstraintValidationFailed",
        (StoreError, "{address} holds something twice ({line}); run `twintown doctor`. Nothing was half written"),
    ),
)
