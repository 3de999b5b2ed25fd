"""A store written by an older version is backed up and brought up to date when it is opened for writing."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from graph.errors import WrongStore
from graph.store.connection import VERSION
from graph.store.sqlite import open_store
from tests.graph.store.writer import PLACE, written

GOLDEN = Path(__file__).resolve().parents[2] / "golden"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "old.sqlite"
    connection = apsw.Connection(str(path))
    connection.execute((GOLDEN / "store-version-1.sql").read_text("utf-8")).fetchall()
    connection.pragma("journal_mode", "wal")
    connection.close()
    return path


def test_an_older_store_is_migrated_after_a_backup_and_loses_nothing(old: Path) -> None:
    with open_store(old) as store:
        assert store.check() == []
        assert store.entity(PLACE).sources == 4
        assert store.entity(PLACE).statements == 11  # three of each of four documents, one judged wrong
        assert len(store.judgements()) == 1
        before = list(store.snapshot())
        store.fold()
        assert list(store.snapshot(times=False)) == [
            {name: value for name, value in record.items() if name not in ("recorded", "generation", "at")}
            for record in before
            if record["type"] not in ("store", "version", "seen", "journal")
        ]
        store.add(written("three", 1))
        assert store.entity(PLACE).sources == 5
    (backup,) = old.parent.glob("old.sqlite.version-1-*")
    assert apsw.Connection(str(backup)).pragma("user_version") == 1
    assert apsw.Connection(str(old)).pragma("user_version") == VERSION


def test_an_older_store_is_not_touched_by_what_only_reads(old: Path) -> None:
    with pytest.raises(WrongStore, match="doctor"):
        open_store(old, readonly=True)
    assert apsw.Connection(str(old)).pragma("user_version") == 1


def test_a_migration_that_fails_leaves_the_store_as_it_was(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.store.connection.script", lambda _: "CREATE TABLE half (x); SELECT * FROM nowhere")
    with pytest.raises(apsw.SQLError):
        open_store(old)
    connection = apsw.Connection(str(old))
    assert connection.pragma("user_version") == 1
    assert not [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE name = 'half'")]
