"""Vectors inside a server: kept there by who embeds, taken from there by who would have to, never written by who only reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from graph.errors import WrongStore
from graph.store import neo4j_vectors
from graph.store.base import PassageVectors
from graph.store.neo4j import Neo4jStore
from graph.vectors import catch_up, share, store_rows, take
from tests.conformance.homes import at, emptied
from tests.graph.test_vectors import Letters, alive, lists, reading

if TYPE_CHECKING:
    from tests.neo4j.server import Server


@pytest.fixture(scope="module")
def opened(neo4j: Server) -> Iterator[Neo4jStore]:
    with at(neo4j) as store:
        yield store


@pytest.fixture
def kept(neo4j: Server, opened: Neo4jStore) -> Neo4jStore:
    """Four documents of three passages, without vectors."""
    neo4j.run("MATCH (m:Meta) REMOVE m.vectors")
    store = emptied(opened)
    store.add_all([reading(number) for number in range(4)])
    return store


def within(store: Neo4jStore) -> PassageVectors:
    found: PassageVectors = store.inside
    return found


def test_what_is_embedded_is_kept_on_the_server_to_the_last_bit(kept: Neo4jStore, tmp_path: Path) -> None:
    model = Letters()
    assert catch_up(kept, tmp_path / "a", [model]) == 12 + 4
    named = within(kept).model()
    assert named
    assert (named.name, named.digest, named.dimension) == (model.name, model.digest, 16)
    passages = store_rows(kept).passages
    there = within(kept).get(passages)
    beside = lists(tmp_path / "a", model)["passages"]
    assert set(there) == set(passages) == alive(beside)
    for row, vector in zip(beside.ids, beside.matrix, strict=True):
        assert np.array_equal(np.array(there[row], dtype=np.float32), vector)
    assert kept.check() == []


def test_another_machine_takes_what_is_there_and_embeds_the_rest(neo4j: Server, kept: Neo4jStore, tmp_path: Path) -> None:
    first, second = Letters(), Letters()
    catch_up(kept, tmp_path / "a", [first])
    kept.add(reading(7))
    with at(neo4j, readonly=True) as reader:
        assert catch_up(reader, tmp_path / "b", [second]) == 3 + 5
        assert len(within(reader).rows()) == 12, "who only reads keeps nothing there"
    one, other = lists(tmp_path / "a", first)["passages"], lists(tmp_path / "b", second)["passages"]
    vectors = {row: vector.tolist() for row, vector in zip(other.ids, other.matrix, strict=True)}
    assert len(vectors) == 15
    assert all(vectors[row] == vector.tolist() for row, vector in zip(one.ids, one.matrix, strict=True))
    assert catch_up(kept, tmp_path / "b", [second]) == 0
    assert len(within(kept).rows()) == 15


def test_vectors_of_the_server_need_no_model_to_be_brought_here(kept: Neo4jStore, tmp_path: Path) -> None:
    model = Letters()
    catch_up(kept, tmp_path / "a", [model])
    assert take(kept, tmp_path / "b") == 12
    assert take(kept, tmp_path / "b") == 0
    found = lists(tmp_path / "b", model)["passages"]
    assert {r: v.tolist() for r, v in zip(found.ids, found.matrix, strict=True)} == {
        row: list(vector) for row, vector in within(kept).get(store_rows(kept).passages).items()
    }


def test_only_what_is_new_goes_over_and_another_title_is_new(neo4j: Server, kept: Neo4jStore, tmp_path: Path) -> None:
    model = Letters()
    catch_up(kept, tmp_path / "a", [model])
    assert share(kept, tmp_path / "a") == 0
    kept.forget("d0.txt")
    kept.add(reading(0, title="Another title"))
    kept.add(reading(9))
    neo4j.run("MATCH (p:Passage) SET p.untouched = p.vector IS NOT NULL")
    catch_up(kept, tmp_path / "a", [model])
    assert within(kept).rows() == set(store_rows(kept).passages)
    (row,) = neo4j.run("MATCH (p:Passage) WHERE p.untouched RETURN count(*) AS untouched")
    assert row == {"untouched": 9}


def test_a_stop_halfway_goes_on(kept: Neo4jStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neo4j_vectors, "BYTES", 1000)  # four vectors at once

    def stop(done: int, count: int) -> None:
        raise KeyboardInterrupt

    model = Letters()
    with at_once_stopped(monkeypatch):
        catch_up(kept, tmp_path / "a", [model])
    with pytest.raises(KeyboardInterrupt):
        share(kept, tmp_path / "a", stop)
    assert len(within(kept).rows()) == 4
    assert share(kept, tmp_path / "a") == 8
    assert kept.check() == []


class at_once_stopped:  # noqa: N801 - it reads as a sentence where it is used
    """Nothing goes over while it lasts."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch

    def __enter__(self) -> None:
        self.monkeypatch.setattr("graph.vectors.share", lambda *_: 0)

    def __exit__(self, *_: object) -> None:
        self.monkeypatch.setattr("graph.vectors.share", share)


def test_another_model_is_refused_until_it_is_wanted_and_then_takes_the_place(
    neo4j: Server, kept: Neo4jStore, tmp_path: Path
) -> None:
    catch_up(kept, tmp_path / "a", [Letters()])
    other = Letters(name="other letters")
    with pytest.raises(WrongStore, match=r"server belongs to the model letters .*twintown reembed"):
        catch_up(kept, tmp_path / "b", [other])
    assert catch_up(kept, tmp_path / "b", [other], change=True) == 16
    named = within(kept).model()
    assert named
    assert named.digest == other.digest
    beside = lists(tmp_path / "b", other)["passages"]
    there = within(kept).get(store_rows(kept).passages)
    assert all(np.array_equal(np.array(there[r], np.float32), v) for r, v in zip(beside.ids, beside.matrix, strict=True))
    assert kept.check() == []


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        ("DROP INDEX passage_vector", "schema"),
        ("MATCH (m:Meta) SET m.vectors_dimension = 8", "schema"),
        ("MATCH (p:Passage) REMOVE p.vector", "without vector"),
        ("MATCH (p:Passage) WITH p LIMIT 1 CALL db.create.setNodeVectorProperty(p, 'vector', [1.0, 2.0])", "of another length"),
    ],
)
def test_doctor_finds_what_is_wrong_and_reembed_mends_it(
    neo4j: Server, kept: Neo4jStore, tmp_path: Path, damage: str, check: str
) -> None:
    model = Letters()
    catch_up(kept, tmp_path / "a", [model])
    neo4j.run(damage)
    found = kept.check()
    assert check in {problem.check for problem in found}
    assert {problem.mend for problem in found} == {"twintown reembed"}
    assert catch_up(kept, tmp_path / "a", [model], change=True) == 0
    assert kept.check() == []
