"""Opening the SQLite file: creation, checks, migration, one connection a thread, and errors in plain words.

Pitfalls handled here are measured in docs/architecture.md: BEGIN IMMEDIATE for every write, no open cursor left behind,
foreign keys and synchronous=FULL on every connection, a zero-length or foreign file refused.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from uuid import uuid4

import apsw

from graph.errors import StoreBusy, StoreError, StoreFull, WrongStore
from graph.store.records import now
from graph.store.sql import named, script

APPLICATION: Final = 0x54574E54  # "TWNT" in the file's header
VERSION: Final = 2  # schema.sql is version 1; migrations/ lead from each to the next, for new files too
BUSY_MILLISECONDS: Final = 30_000
Value = int | float | str | bytes | None
Row = tuple[Value, ...]
Parameters = Sequence[Value] | Mapping[str, Value]


@contextmanager
def plain_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours, each saying what to do."""
    try:
        yield
    except apsw.BusyError as error:
        raise StoreBusy(f"{path} was locked by another process for over 30 s; wait for it to finish and try again") from error
    except apsw.FullError as error:
        raise StoreFull(f"no room left for {path}; nothing was half written. Free some space and try again") from error
    except apsw.ReadOnlyError as error:
        raise StoreError(f"{path} cannot be written; check the rights of the file and its folder") from error
    except (apsw.NotADBError, apsw.CorruptError) as error:
        raise WrongStore(f"{path} is no sound database ({error}); restore a backup, or name another file") from error
    except apsw.CantOpenError as error:
        raise StoreError(f"{path} cannot be opened ({error}); check the path and its rights") from error
    except apsw.IOError as error:
        if "full" in str(error) or _no_room(path):
            raise StoreFull(f"no room left for {path}; nothing was half written. Free some space and try again") from error
        raise StoreError(f"the disk under {path} gave an error ({error}); nothing was half written") from error


def _no_room(path: Path) -> bool:
    with suppress(OSError):
        room = os.statvfs(path.parent)
        return room.f_bavail * room.f_frsize < 1 << 20
    return False


class Connections:
    """The connections of one process to one file: one a thread, all with the same settings."""

    def __init__(self, path: Path, *, readonly: bool, make: bool = True) -> None:
        self.path, self.readonly = path, readonly
        self._local = threading.local()
        self._all: dict[threading.Thread, apsw.Connection] = {}
        self._lock = threading.Lock()
        if make and not readonly and not path.exists():
            _create(path)
        _check_file(path)
        with plain_errors(path):
            _check_version(self.connect(), path, readonly=readonly)

    def connect(self) -> apsw.Connection:
        """Return this thread's connection, opened on first use."""
        connection: apsw.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            with plain_errors(self.path):
                connection = self._local.connection = _open(self.path, readonly=self.readonly)
            with self._lock:
                # A server's worker threads come and go; nobody else would close what they leave behind.
                for ended in [thread for thread in self._all if not thread.is_alive()]:
                    self._all.pop(ended).close()
                self._all[threading.current_thread()] = connection
        return connection

    def another(self) -> apsw.Connection:
        """Return a new connection that the caller closes."""
        return _open(self.path, readonly=True)

    def close(self) -> None:
        with self._lock:
            for connection in self._all.values():
                connection.close()
            self._all.clear()
        self._local = threading.local()

    def all(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """Run one statement and fetch every row, so that no cursor keeps the log from being reset."""
        with plain_errors(self.path):
            return self.connect().execute(sql, parameters).fetchall()

    def dicts(self, sql: str, parameters: Parameters = ()) -> list[dict[str, object]]:
        """As `all`, with rows by column name."""
        with plain_errors(self.path):
            cursor = self.connect().execute(sql, parameters)
            columns: tuple[str, ...] = ()
            rows = []
            for row in cursor:
                # apsw forgets the description once the last row was fetched
                columns = columns or tuple(column[0] for column in cursor.get_description())
                rows.append(dict(zip(columns, row, strict=True)))
            return rows

    @contextmanager
    def reading(self) -> Iterator[apsw.Connection]:
        """Yield a connection inside one read transaction: every query sees the same state."""
        connection = self.connect()
        with plain_errors(self.path):
            if connection.in_transaction:
                yield connection
                return
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.execute("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[apsw.Connection]:
        """Yield a connection inside one write transaction; any exception undoes it whole."""
        if self.readonly:
            raise StoreError(f"{self.path} was opened for reading only")
        connection = self.connect()
        with plain_errors(self.path):
            # IMMEDIATE: a deferred transaction that reads and then writes fails at once with SQLITE_BUSY_SNAPSHOT.
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:  # a full disk may have rolled it back already
                    connection.execute("ROLLBACK")
                raise


def _open(path: Path, *, readonly: bool) -> apsw.Connection:
    flags = apsw.SQLITE_OPEN_READONLY if readonly else apsw.SQLITE_OPEN_READWRITE
    connection = apsw.Connection(str(path), flags=flags, statementcachesize=200)
    connection.set_busy_timeout(BUSY_MILLISECONDS)
    # Plans hold for all values, or SQLite (built with STAT4, as this one is) would plan a query anew for each value it is asked
    # with: five sixths of the time of a short chain of replications.
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
    for pragma in named("sqlite.sql")["pragmas"].splitlines():
        connection.execute(pragma)
    return connection


def _create(path: Path) -> None:
    """Make a new store under a temporary name and link it into place, so that nobody ever sees half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        with plain_errors(path):
            connection = apsw.Connection(str(temporary))
            connection.pragma("journal_mode", "wal")
            connection.pragma("application_id", APPLICATION)
            connection.execute(f"BEGIN; {script('schema.sql')}")
            _upgrade(connection, 1)
            connection.execute(named("sqlite.sql")["first_meta"], (uuid4().hex,))
            connection.execute("COMMIT")
            connection.close()
        with suppress(FileExistsError):  # another process was quicker: its store is as good
            os.link(temporary, path)
    except OSError as error:
        raise StoreError(f"{path} cannot be made ({error.strerror}); check the path and its rights") from error
    finally:
        for leftover in path.parent.glob(f"{temporary.name}*"):
            leftover.unlink(missing_ok=True)


def _check_file(path: Path) -> None:
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except FileNotFoundError as error:
        raise StoreError(f"there is no store at {path}; make one with: twintown ingest PATH") from error
    except OSError as error:
        raise StoreError(f"{path} cannot be read ({error.strerror}); check the path and its rights") from error
    if not head:
        raise WrongStore(f"{path} is empty and no database; delete it, or restore a backup")
    if head != b"SQLite format 3\0":
        raise WrongStore(f"{path} is no Twintown store; name another file with --store")


def _check_version(connection: apsw.Connection, path: Path, *, readonly: bool) -> None:
    if connection.pragma("application_id") != APPLICATION:
        raise WrongStore(f"{path} is a database of another program; name another file with --store")
    found = int(str(connection.pragma("user_version")))
    if found > VERSION:
        raise WrongStore(f"{path} was made by a newer Twintown (version {found}, this one reads {VERSION}); upgrade first")
    if found < VERSION:
        if readonly:
            raise WrongStore(f"{path} is of an older version ({found}); run: twintown doctor --mend")
        _migrate(connection, path, found)


def _migrate(connection: apsw.Connection, path: Path, found: int) -> None:
    """Bring an older file up to date in one transaction, after a backup beside it."""
    from graph.store.sqlite_fold import fold_all  # it imports half of this package

    backup(connection, path.with_name(f"{path.name}.version-{found}-{now().replace(':', '')}"))
    connection.execute("BEGIN IMMEDIATE")
    try:
        _upgrade(connection, int(str(connection.pragma("user_version"))))  # another process may have been quicker
        fold_all(connection)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _upgrade(connection: apsw.Connection, found: int) -> None:
    for number in range(found + 1, VERSION + 1):
        connection.execute(script(f"migrations/{number:03}.sql"))
    connection.execute(f"PRAGMA user_version = {VERSION}")


def backup(connection: apsw.Connection, path: Path) -> None:
    """Copy the whole database by SQLite's backup interface; refuse to overwrite."""
    if path.exists():
        raise StoreError(f"{path} exists; a backup never overwrites, name another file")
    with plain_errors(path):
        target = apsw.Connection(str(path))
        try:
            with target.backup("main", connection, "main") as copying:
                copying.step()
        finally:
            target.close()
