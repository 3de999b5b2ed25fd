"""What was acknowledged stays: kill -9 in the middle, a full disk, several processes at once, files that are no store."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from graph.errors import NotFound, StoreError, StoreFull, WrongStore
from graph.store.connection import APPLICATION, VERSION
from graph.store.sqlite import SqliteStore, open_store
from tests.build import document, reading
from tests.graph.store.writer import PLACE, written

ROOT = Path(__file__).resolve().parents[3]


def start(path: Path, name: str, count: int, size: int = 0) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.graph.store.writer", str(path), name, str(count), str(size)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def kill_in_the_middle(path: Path, name: str, chance: random.Random) -> int:
    """Kill a writer after some acknowledged writes; return how many were acknowledged."""
    with start(path, name, 200, chance.choice([0, 48_000])) as writer:
        assert writer.stdout
        wanted, acknowledged = chance.randrange(5, 40), 0
        for line in writer.stdout:
            acknowledged = int(line) + 1
            if acknowledged >= wanted:
                os.kill(writer.pid, signal.SIGKILL)
                break
        acknowledged += sum(1 for _ in writer.stdout)
    return acknowledged


@pytest.mark.parametrize("rounds", [pytest.param(20, marks=pytest.mark.slow), pytest.param(200, marks=pytest.mark.soak)])
@pytest.mark.timeout(3000)
def test_no_acknowledged_write_is_lost_to_kill_9_and_no_document_is_half_there(tmp_path: Path, rounds: int) -> None:
    path = tmp_path / "store.sqlite"
    chance = random.Random(7)
    for number in range(rounds):
        name = f"writer{number}"
        acknowledged = kill_in_the_middle(path, name, chance)
        with open_store(path) as store:
            kept = sum(1 for document in store.documents() if document.addresses[0].startswith(f"{name}/"))
            # The write that was going on when the signal came may have been committed and not yet acknowledged.
            assert acknowledged <= kept <= acknowledged + 1
            assert store.check() == []
            for each in range(kept):
                assert len(list(store.statements(document=store.document(f"{name}/{each}").id))) == 5


@pytest.mark.slow
def test_two_writers_and_four_readers_never_meet_a_lock(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    open_store(path).close()
    errors: list[BaseException] = []
    done = threading.Event()

    def read(store: SqliteStore) -> None:
        try:
            while not done.is_set():
                try:
                    entity = store.entity(PLACE)
                    assert entity.statements == 3 * entity.sources
                except NotFound:
                    continue  # nothing was written yet
                assert len(list(store.edges(PLACE))) >= entity.sources  # more may have come since
                sum(1 for _ in store.snapshot())
        except BaseException as error:  # noqa: BLE001
            errors.append(error)

    with open_store(path, readonly=True) as store:
        threads = [threading.Thread(target=read, args=(store,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        writers = [start(path, name, 60) for name in ("one", "two")]
        outputs = [writer.communicate(timeout=240) for writer in writers]
        done.set()
        for thread in threads:
            thread.join()
        assert errors == []
        assert [(writer.returncode, error) for writer, (_, error) in zip(writers, outputs, strict=True)] == [(0, "")] * 2
        assert store.entity(PLACE).sources == 120  # a reader opened before sees every commit at once
        assert store.check() == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A place where 6 MB fit: a small tmpfs, else a limit on the size of files."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)], check=False, capture_output=True)
    if mounted.returncode == 0:
        yield folder
        subprocess.run(["umount", "-l", str(folder)], check=True)
    else:
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, before[1]))
        yield folder
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def fill(store: SqliteStore) -> int:
    """Write until there is no room; return how many documents found some."""
    for number in range(1000):
        try:
            store.add(written("full", number, 48_000))
        except StoreFull:
            return number
    raise AssertionError("the small disk took a thousand documents")


def found_wrong(path: Path) -> str:
    """Return what opening, or else doctor, says of a damaged file."""
    try:
        with open_store(path) as store:
            return " ".join(problem.mend for problem in store.check())
    except WrongStore as error:
        return str(error)


def test_a_full_disk_is_a_clear_error_and_nothing_is_lost(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 1_000_000)
    with open_store(small_disk / "store.sqlite") as store:
        number = fill(store)
        assert store.entity(PLACE).sources == number
        assert sum(1 for _ in store.documents()) == number
        with pytest.raises(StoreFull, match="Free some space"):
            store.add(written("full", number, 48_000))
        ballast.unlink()
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.getrlimit(resource.RLIMIT_FSIZE)[1],) * 2)
        store.checkpoint()
        store.add(written("full", number, 48_000))
        assert store.entity(PLACE).sources == number + 1
        assert store.check() == []


def test_what_is_no_store_is_refused_with_a_line_that_says_what_to_do(tmp_path: Path) -> None:
    empty, text, foreign = tmp_path / "empty", tmp_path / "text", tmp_path / "foreign"
    empty.touch()
    text.write_text("This is a letter and not a database at all.")
    apsw.Connection(str(foreign)).execute("CREATE TABLE letter (words TEXT)")
    for path, line in ((empty, "is empty"), (text, "is no Twintown store"), (foreign, "another program")):
        for readonly in (True, False):
            with pytest.raises(WrongStore, match=line):
                open_store(path, readonly=readonly)
    with pytest.raises(StoreError, match="twintown ingest"):
        open_store(tmp_path / "nothing", readonly=True)
    assert not (tmp_path / "nothing").exists()


@pytest.mark.slow
def test_a_truncated_file_is_refused_or_found_by_doctor(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    with open_store(path) as store:
        for number in range(40):
            store.add(written("a", number))
        store.checkpoint()
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert "restore a backup" in found_wrong(path)


def test_a_newer_store_is_refused_and_told_to_upgrade(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    open_store(path).close()
    connection = apsw.Connection(str(path))
    assert connection.pragma("application_id") == APPLICATION
    connection.pragma("user_version", VERSION + 1)
    connection.close()
    with pytest.raises(WrongStore, match="upgrade first"):
        open_store(path)


@pytest.mark.slow
def test_a_backup_is_whole_while_others_write_and_never_overwrites(tmp_path: Path) -> None:
    path, copy = tmp_path / "store.sqlite", tmp_path / "copy.sqlite"
    with open_store(path) as store:
        for number in range(20):
            store.add(written("before", number))
        with start(path, "other", 30) as writer:
            store.backup(copy)
            writer.communicate(timeout=120)
        with pytest.raises(StoreError, match="never overwrites"):
            store.backup(copy)
    with open_store(copy, readonly=True) as backed:
        assert backed.check() == []
        assert backed.entity(PLACE).sources >= 20


def test_a_reading_store_refuses_to_write(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    open_store(path).close()
    with open_store(path, readonly=True) as store, pytest.raises(StoreError, match="reading only"):
        store.add(reading(document()))


def test_connections_of_ended_threads_are_closed(tmp_path: Path) -> None:
    with open_store(tmp_path / "store.sqlite") as store:
        for _ in range(20):
            thread = threading.Thread(target=store.generation)
            thread.start()
            thread.join()
        opened = [link for link in Path("/proc/self/fd").iterdir() if str(link.resolve()) == str(store.path.resolve())]
        assert len(opened) <= 4
        assert store.generation() == 0


def test_doctor_finds_what_is_wrong_and_says_what_mends_it(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    with open_store(path) as store:
        store.add(written("a", 1))
        assert store.check() == []
    damage = (ROOT / "tests/graph/store/damage.sql").read_text().split(";\n")
    apsw.Connection(str(path)).execute("PRAGMA foreign_keys = OFF")
    for line in filter(str.strip, damage):
        apsw.Connection(str(path)).execute(line)
    with open_store(path) as store:
        found = {problem.check for problem in store.check()}
        assert {"quotes", "passages", "edges without statement", "nameless entities"} <= found
        assert all(problem.mend for problem in store.check())
