"""A server in trouble: its disk is full, or it hangs. What it acknowledged stays, one line says what to do, and it goes on."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from graph.errors import StoreError, StoreFull
from graph.store import neo4j_connection
from tests.conformance.homes import at
from tests.graph.store.writer import PLACE, written
from tests.neo4j.server import Lacking, started

if TYPE_CHECKING:
    from graph.store.neo4j import Neo4jStore
    from tests.neo4j.server import Server

SMALL = 96  # MB; an empty server takes a tenth
ROOM = 40  # MB of ballast that is thrown out to make room; recovery alone takes some

pytestmark = [pytest.mark.soak, pytest.mark.timeout(1800)]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of SMALL megabytes, with ballast on it."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SMALL}m", "tmpfs", str(folder)], check=False, capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"a small disk has to be mounted, which this user may not: {mounted.stderr.strip()}")
    (folder / "ballast").write_bytes(b"x" * (ROOM << 20))
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def own(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """A server of the test's own, on the small disk where the test has one."""
    home = request.getfixturevalue("small_disk") if "small_disk" in request.fixturenames else tmp_path
    try:
        server = started(home=home / "server")
    except Lacking as lacks:
        pytest.skip(str(lacks))
    with server:
        yield server


def fill(store: Neo4jStore) -> tuple[int, StoreFull]:
    """Write until there is no room; return how many documents found some, and what was said then."""
    for number in range(5000):
        try:
            store.add(written("full", number, 48_000))
        except StoreFull as error:
            return number, error
    raise AssertionError("the small disk took five thousand documents")


def whole(store: Neo4jStore, count: int) -> None:
    """So many documents are kept, each with all that it says."""
    assert sorted(a for d in store.documents() for a in d.addresses) == sorted(f"full/{n}" for n in range(count))
    assert store.entity(PLACE).sources == count
    assert store.check() == []


def test_a_full_disk_is_said_nothing_is_lost_and_it_goes_on_when_there_is_room(small_disk: Path, own: Server) -> None:
    with at(own) as store:
        count, said = fill(store)
        assert count
        assert "free some space there and restart it" in str(said)
        assert "\n" not in str(said)
        with pytest.raises(StoreError, match="restart it"):
            store.add(written("full", count, 48_000))
        (small_disk / "ballast").unlink()
        own.kill()
        own.start()
        kept = sum(1 for _ in store.documents())
        assert kept in (count, count + 1), "the last may have been committed and not acknowledged"
        for number in (count, count + 1):
            store.add(written("full", number, 48_000))
        whole(store, count + 2)


def test_a_server_that_stands_still_for_a_while_is_waited_for(own: Server) -> None:
    command = ["sh", "-c", f"sleep 20; kill -CONT {process(own)}"]
    with at(own) as store:
        for number in range(12):
            if number % 4 == 2:
                os.kill(process(own), signal.SIGSTOP)
                with subprocess.Popen(command):
                    store.add(written("full", number))
            else:
                store.add(written("full", number))
        whole(store, 12)


def test_a_server_that_hangs_is_said_in_the_end_and_what_it_acknowledged_is_there(
    own: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neo4j_connection, "PATIENCE", 20.0)
    with at(own) as store:
        store.add(written("full", 0))
        os.kill(process(own), signal.SIGSTOP)
        try:
            with pytest.raises(StoreError, match="see that it runs"):
                store.add(written("full", 1))
        finally:
            os.kill(process(own), signal.SIGCONT)
        store.add(written("full", 1))
        whole(store, 2)


def process(server: Server) -> int:
    assert server.process
    return server.process.pid
