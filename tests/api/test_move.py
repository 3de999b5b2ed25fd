"""`twintown move`: from one home of the graph to another and back, and what stands in its way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api.cli import main
from api.settings import read_settings
from graph.store.sqlite import open_store
from graph.vectors import catch_up, store_rows, vectors_home
from tests.conformance.graphs import golden
from tests.graph.test_vectors import Letters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graph.store.base import Record
    from tests.neo4j.server import Server


class Cut(Exception):
    """The source went away."""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.sqlite"
    with open_store(path) as store:
        golden().load(store)
    vectors_home(path).mkdir()
    (vectors_home(path) / "passages.head").write_text("rows")
    return path


def exported(path: Path) -> list[Record]:
    with open_store(path, readonly=True) as store:
        return list(store.snapshot())


def test_a_file_is_moved_with_its_vectors(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "new" / "target.sqlite"
    assert main(["move", f"sqlite:{source}", f"sqlite:{target}", "--json"]) == 0
    compared = json.loads(capsys.readouterr().out)
    assert {"document", "statement", "judgement", "version", "entity", "edge"} <= {row["kind"] for row in compared}
    assert all(row["same"] and row["from"] == row["to"] > 0 and row["digest"] for row in compared)
    assert exported(target) == exported(source)
    assert (vectors_home(target) / "passages.head").read_text() == "rows"


def test_a_move_that_was_cut_off_is_said_and_goes_on(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.store.snapshot.PART", 20)
    target = tmp_path / "target.sqlite"

    def cut() -> Iterator[Record]:
        yield from exported(source)[:50]
        raise Cut

    with open_store(target) as store, pytest.raises(Cut):
        store.restore(cut())
    assert main(["stats", "--store", f"sqlite:{target}"]) == 4
    assert "half filled" in capsys.readouterr().err
    assert main(["doctor", "--store", f"sqlite:{target}"]) == 1
    assert "cut off" in capsys.readouterr().out
    assert main(["move", f"sqlite:{source}", f"sqlite:{target}"]) == 0
    assert exported(target) == exported(source)
    assert main(["doctor", "--store", f"sqlite:{target}"]) == 0


def test_nothing_is_moved_onto_what_is_there(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "target.sqlite"
    with open_store(target) as store:
        golden().load(store)
    before = exported(target)
    assert main(["move", f"sqlite:{source}", f"sqlite:{target}"]) != 0
    assert "not empty" in capsys.readouterr().err
    assert main(["move", f"sqlite:{source}", f"sqlite:{source}"]) != 0
    assert "onto itself" in capsys.readouterr().err
    assert exported(target) == before


def test_to_a_server_and_back_is_the_identical_export(
    source: Path, tmp_path: Path, neo4j: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWINTOWN_NEO4J_USER", neo4j.user)
    monkeypatch.setenv("TWINTOWN_NEO4J_PASSWORD", neo4j.password)
    back, cache = tmp_path / "back.sqlite", str(tmp_path / "cache")
    assert main(["move", f"sqlite:{source}", neo4j.address, "--cache", cache]) == 0
    assert main(["doctor", "--store", neo4j.address]) == 0
    assert main(["move", neo4j.address, f"sqlite:{back}", "--cache", cache]) == 0
    assert exported(back) == exported(source)
    assert (vectors_home(back) / "passages.head").read_text() == "rows"


def test_vectors_move_along_and_nothing_is_embedded_again(tmp_path: Path, neo4j: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    neo4j.empty()
    monkeypatch.setenv("TWINTOWN_NEO4J_USER", neo4j.user)
    monkeypatch.setenv("TWINTOWN_NEO4J_PASSWORD", neo4j.password)
    source, back, model = tmp_path / "source.sqlite", tmp_path / "back.sqlite", Letters()
    with open_store(source) as store:
        golden().load(store)
        embedded = catch_up(store, source, [model])
        passages = set(store_rows(store).passages)
    model.seen.clear()
    assert main(["move", f"sqlite:{source}", neo4j.address, "--cache", str(tmp_path / "a")]) == 0
    beside = read_settings(store=neo4j.address, cache=str(tmp_path / "a")).beside
    with neo4j.store() as there:
        assert there.inside.rows() == passages
        assert catch_up(there, beside, [model]) == 0
    assert main(["move", neo4j.address, f"sqlite:{back}", "--cache", str(tmp_path / "another machine")]) == 0
    with open_store(back) as store:  # the server has vectors of passages, not of documents
        assert catch_up(store, back, [model]) == embedded - len(passages)
    assert len(model.seen) == embedded - len(passages) > 0
