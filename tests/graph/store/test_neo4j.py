"""The Neo4j home with a real server: what it says when something is wrong, several writers, a server that dies."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from neo4j.exceptions import Neo4jError

from graph.errors import StoreBusy, StoreError, StoreFull, WrongStore
from graph.model import Judgement, Verdict
from graph.store import neo4j_connection, snapshot
from graph.store.base import Record
from graph.store.neo4j import Neo4jStore, open_store
from graph.store.neo4j_connection import Connection, Transaction, cypher
from graph.store.sqlite import SqliteStore
from tests.conformance.graphs import golden, seeded
from tests.conformance.homes import at, emptied
from tests.graph.store.test_import import Cut, until
from tests.graph.store.writer import PLACE, written

if TYPE_CHECKING:
    from neo4j import Result

    from tests.neo4j.server import Server

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def opened(neo4j: Server) -> Iterator[Neo4jStore]:
    with at(neo4j) as store:
        yield store


@pytest.fixture
def kept(opened: Neo4jStore) -> Neo4jStore:
    """An empty store on the server."""
    return emptied(opened)


def writer(server: Server, name: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.graph.store.writer", server.address, name, str(count)]
    environment = {**os.environ, "TWINTOWN_NEO4J_PASSWORD": server.password}
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


# what is wrong is said ----------------------------------------------------------------------------------------------


def test_a_wrong_password_says_which_settings_to_set_and_not_the_password(neo4j: Server, opened: Neo4jStore) -> None:
    with pytest.raises(StoreError, match="TWINTOWN_NEO4J_PASSWORD_FILE") as raised:
        open_store(neo4j.address, user=neo4j.user, password="s3cret-and-wrong", readonly=True)
    assert "s3cret" not in str(raised.value)
    assert "s3cret" not in repr(raised.value.__cause__)


def test_a_server_that_is_down_is_said_at_once() -> None:
    with pytest.raises(StoreError, match="does not answer"):
        open_store("bolt://127.0.0.1:1", password="x")


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:7687", "bolt://127.0.0.1:port", "bolt:127.0.0.1", "neo4j://me:secret@host"]
)
def test_what_is_no_address_says_how_one_looks(address: str) -> None:
    with pytest.raises(StoreError, match="neo4j://HOST:7687") as raised:
        open_store(address, password="x")
    assert "secret" not in str(raised.value)


def test_a_database_that_is_not_there_is_said(neo4j: Server, opened: Neo4jStore) -> None:
    with pytest.raises(StoreError, match="TWINTOWN_NEO4J_DATABASE"):
        open_store(neo4j.address, user=neo4j.user, password=neo4j.password, database="nothing")


def test_an_empty_database_is_no_store_for_a_reader_and_a_foreign_one_for_nobody(neo4j: Server, opened: Neo4jStore) -> None:
    neo4j.empty()
    with pytest.raises(StoreError, match="twintown ingest"):
        at(neo4j, readonly=True)
    neo4j.run("CREATE (:Film {title: 'M'})")
    with pytest.raises(WrongStore, match="another program"):
        at(neo4j)
    neo4j.empty()
    at(neo4j).close()


def test_a_newer_layout_is_refused(neo4j: Server, kept: Neo4jStore) -> None:
    neo4j.run("MATCH (m:Meta) SET m.format = m.format + 1")
    try:
        with pytest.raises(WrongStore, match="newer Twintown"):
            at(neo4j)
    finally:
        neo4j.run("MATCH (m:Meta) SET m.format = m.format - 1")


@pytest.mark.parametrize(
    ("code", "kind", "line"),
    [
        ("Neo.ClientError.Security.Forbidden", StoreError, "docs/neo4j.md lists the rights"),
        ("Neo.ClientError.Security.AuthenticationRateLimit", StoreError, "too often"),
        ("Neo.ClientError.Security.CredentialsExpired", StoreError, "has to be changed"),
        ("Neo.ClientError.General.ForbiddenOnReadOnlyDatabase", StoreError, "read only"),
        ("Neo.TransientError.General.MemoryPoolOutOfMemoryError", StoreError, "heap"),
        ("Neo.TransientError.Transaction.DeadlockDetected", StoreBusy, "wait a little"),
        ("Neo.DatabaseError.Transaction.TransactionCommitFailed", StoreFull, "free some space"),
        ("Neo.DatabaseError.Transaction.TransactionLogError", StoreFull, "free some space there and restart it"),
        ("Neo.DatabaseError.Transaction.TransactionStartFailed", StoreError, "restart it"),
        ("Neo.ClientError.Statement.SyntaxError", StoreError, "nothing was half written"),
    ],
)
def test_every_refusal_says_what_to_do(kept: Neo4jStore, code: str, kind: type[StoreError], line: str) -> None:
    """By the server's code: a community server has no roles; a disk is filled in tests/neo4j/test_trouble.py."""
    error = Neo4jError._hydrate_neo4j(code=code, message="java.io.IOException: No space left on device" * ("Commit" in code))
    with pytest.raises(kind, match=line), kept.connection.plain_errors():
        raise error


def test_a_server_that_is_too_old_is_refused(kept: Neo4jStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neo4j_connection, "OLDEST", (9999, 1))
    with pytest.raises(WrongStore, match="upgrade the server"):
        kept.connection._check_version()


def test_a_reading_store_reads_and_refuses_to_write(neo4j: Server, kept: Neo4jStore) -> None:
    kept.add(written("a", 1))
    with at(neo4j, readonly=True) as reader:
        assert reader.entity(PLACE).sources == 1
        with pytest.raises(StoreError, match="reading only"):
            reader.add(written("a", 2))
        with pytest.raises(StoreError, match="twintown export"):
            reader.backup(Path("copy"))


# doctor -----------------------------------------------------------------------------------------------------------


def test_doctor_finds_an_index_that_is_gone_and_opening_makes_it_again(neo4j: Server, kept: Neo4jStore) -> None:
    neo4j.run("DROP INDEX statement_triple")
    neo4j.run("DROP CONSTRAINT evidence_id")
    assert [problem.check for problem in kept.check()] == ["schema", "schema"]
    with at(neo4j):
        assert kept.check() == []


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        ("MATCH (v:Evidence) SET v.quote = 'another'", "quotes"),
        ("MATCH (p:Passage) SET p.start = p.start + 1", "passages"),
        ("MATCH (:Entity)-[r:RUNS_IN]->() DELETE r", "statements without edge"),
        ("MATCH (a:Pilot), (b:Place) CREATE (a)-[:WITHIN {predicate: 'within'}]->(b)", "edges without statement"),
        ("CREATE (:Entity {id: 'place:x', canonical: 'place:x', name: 'x', told: 0})", "untold entities"),
        ("MATCH (e:Place) SET e.name = ''", "nameless entities"),
        ("MATCH (e:Place) SET e.canonical = 'place:y'", "lost canonical"),
        ("MATCH (a:Address) DETACH DELETE a", "documents without address"),
        ("MATCH (p:Passage) REMOVE p.words", "passages without text"),
        ("MATCH (:Statement)-[r:SUBJECT]->() DELETE r", "statements cut off"),
        ("CREATE (:Source {name: 'nobody', counted: true})", "nodes left over"),
        ("MATCH (:Vote)-[r:VOICED_BY]->() SET r.statements = 7", "miscounted"),
    ],
)
def test_doctor_finds_what_is_wrong_and_says_what_mends_it(neo4j: Server, kept: Neo4jStore, damage: str, check: str) -> None:
    kept.add(written("a", 1))
    assert kept.check() == []
    neo4j.run(damage)
    found = kept.check()
    assert check in {problem.check for problem in found}
    assert all(problem.mend for problem in found)


# imports ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def exported(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> list[Record]:
    golden().load(store)
    monkeypatch.setattr(snapshot, "PART", 40)
    return list(store.snapshot())


def test_an_import_that_was_cut_off_goes_on_and_nobody_writes_meanwhile(kept: Neo4jStore, exported: list[Record]) -> None:
    for cut in (10, 100, 90, 210):
        with pytest.raises(Cut):
            kept.restore(until(exported, cut))
        assert kept.unfinished() == (cut >= 40)
    assert "import" in {problem.check for problem in kept.check()}
    with pytest.raises(StoreBusy, match="import"):
        kept.add(written("a", 1))
    assert kept.restore(exported) == len(exported)
    assert not kept.unfinished()
    assert kept.check() == []
    assert list(kept.snapshot()) == exported


def test_an_import_does_not_go_on_with_another_store_and_a_broken_one_leaves_nothing(
    kept: Neo4jStore, exported: list[Record], tmp_path: Path
) -> None:
    with pytest.raises(Cut):
        kept.restore(until(exported, 90))
    with pytest.raises(StoreError, match="half filled from another"):
        kept.restore([{**exported[0], "salt": "another"}, *exported[1:]])
    with pytest.raises(ValueError, match="record 151"):
        kept.restore([*exported[:150], {"type": "passage"}, *exported[150:]])
    assert not kept.unfinished()
    kept.restore(exported)
    assert list(kept.snapshot()) == exported
    with pytest.raises(StoreError, match="not empty"):
        kept.restore(exported)


def test_a_large_graph_is_folded_bit_by_bit_to_the_same(kept: Neo4jStore, monkeypatch: pytest.MonkeyPatch) -> None:
    seeded(3).load(kept)
    before = list(kept.snapshot(times=False))
    monkeypatch.setattr("graph.store.neo4j_snapshot.AT_ONCE", 1)
    kept.fold()
    assert list(kept.snapshot(times=False)) == before
    exported = list(kept.snapshot())
    assert emptied(kept).restore(exported) == len(exported)
    assert list(kept.snapshot(times=False)) == before
    kept.judge(Judgement(verdict=Verdict.WRONG, first=seeded(3).readings[0].statements[0].id, by="Ada"))  # writing goes on


def test_entities_that_a_document_brings_are_folded_without_asking_the_server_about_them(
    kept: Neo4jStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = seeded(3).readings[:2]
    kept.add(first)
    known = {entity.id for entity in kept.entities()}
    asked: set[str] = set()
    run = Transaction.run

    def recorded(self: Transaction, text: str, parameters: Mapping[str, Any]) -> Result:
        if text in set(cypher("neo4j_fold.cypher").values()) - {cypher("neo4j_fold.cypher")["put_replicated_as"]}:
            asked.update(key for key in parameters.get("keys", ()) if isinstance(key, str))
        return run(self, text, parameters)

    monkeypatch.setattr(Transaction, "run", recorded)
    kept.add(second)
    monkeypatch.undo()
    brought = {entity.id for entity in kept.entities()} - known
    assert brought
    assert not asked & brought
    before = list(kept.snapshot(times=False))
    kept.fold()
    assert list(kept.snapshot(times=False)) == before
    assert kept.check() == []


# several writers, and a server that dies ------------------------------------------------------------------------------


def test_what_is_kept_twice_is_kept_once(kept: Neo4jStore) -> None:
    readings = [written("a", number) for number in range(8)]
    kept.add_all(readings)
    before = list(kept.snapshot(times=False))
    assert {receipt.outcome for receipt in kept.add_all(readings)} == {"unchanged"}
    assert list(kept.snapshot(times=False)) == before


@pytest.mark.slow
def test_two_processes_that_write_at_once_make_the_graph_of_one(neo4j: Server, kept: Neo4jStore, store: SqliteStore) -> None:
    writers = [writer(neo4j, name, 12) for name in ("one", "two")]
    outputs = [each.communicate(timeout=600) for each in writers]
    assert [(each.returncode, error) for each, (_, error) in zip(writers, outputs, strict=True)] == [(0, "")] * 2
    for name in ("one", "two"):
        store.add_all([written(name, number) for number in range(12)])
    assert list(kept.snapshot(times=False)) == list(store.snapshot(times=False))
    assert kept.check() == []


@pytest.mark.parametrize("rounds", [pytest.param(3, marks=pytest.mark.slow), pytest.param(20, marks=pytest.mark.soak)])
@pytest.mark.timeout(3600)
def test_a_server_killed_in_mid_ingest_loses_and_doubles_nothing(neo4j: Server, tmp_path: Path, rounds: int) -> None:
    from tests.neo4j.server import started

    if neo4j.process is None:
        pytest.skip("TWINTOWN_TEST_NEO4J names a server that tests may not kill")
    with started(home=tmp_path / "server") as server:
        with writer(server, "name", 6 * rounds) as writing:
            assert writing.stdout
            for line in writing.stdout:
                number = int(line)
                if number % 6 == 3:
                    server.kill()
                    server.start()
            assert writing.wait() == 0, writing.stderr and writing.stderr.read()
        with at(server) as kept:
            assert sorted(a for d in kept.documents() for a in d.addresses) == sorted(f"name/{n}" for n in range(6 * rounds))
            assert kept.entity(PLACE).sources == 6 * rounds
            assert kept.check() == []


def test_a_commit_whose_answer_was_lost_is_not_made_twice(kept: Neo4jStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from neo4j.exceptions import IncompleteCommit

    real = Connection.session
    lost: list[bool] = []

    def session(self: Connection, *, write: bool = False) -> object:
        made = real(self, write=write)
        if write and not lost:

            def execute_write(work: object) -> object:
                type(made).execute_write(made, work)  # type: ignore[arg-type]
                lost.append(True)
                raise IncompleteCommit("the connection broke")

            monkeypatch.setattr(made, "execute_write", execute_write, raising=False)
        return made

    monkeypatch.setattr(Connection, "session", session)
    receipt = kept.add(written("a", 1))
    assert (receipt.outcome, lost) == ("added", [True])
    assert kept.generation() == 1


# plans --------------------------------------------------------------------------------------------------------------

WHOLE = {  # read the whole of something on purpose, or a list that stays short
    "neo4j.cypher": {"any_node", "statement_judgements", "people_named", "blank_changes", "judgements_on_people", "suppressed"}
    | {"edges", "ids_by_predicate", "judgements", "proposals", "counts", "counts_by_kind", "online"},
    "neo4j_fold.cypher": {"pair_judgements", "judged", "clear_relationships", "clear_aliases", "clear_entities"}
    | {"all_keys", "all_triples", "linked"},
    "search.cypher": {"every_passage", "every_document", "every_mention", "facet_entities", "counts"},
}


@pytest.mark.slow
@pytest.mark.parametrize("file", sorted(WHOLE))
def test_no_statement_of_the_store_scans_what_it_can_look_up(neo4j: Server, kept: Neo4jStore, file: str) -> None:
    golden().load(kept)
    with kept.connection.session() as session:  # statistics lag behind what is written, and plans hang on them
        session.run("CALL db.prepareForReplanning(300)").consume()
    parts = {"told", "held", "whole"}
    for name, text in cypher(file).items():
        if name in parts | WHOLE[file] or text.startswith(("CALL d", "SHOW")):
            continue
        lists: dict[str, object] = {name: [] for name in ("keys", "rows", "edges", "predicates", "entities")}
        numbers = dict.fromkeys(("most", "since", "remembered", "seconds", "words"), 1)
        if file == "search.cypher":
            lists |= {"ids": [], "kinds": []}
            numbers |= {"last": 1, "length": 1, "least": 1}
        given = {**dict.fromkeys(_parameters(text), "x"), **lists, **numbers}
        with kept.connection.session() as session:
            plan = session.run(f"EXPLAIN {text}", given).consume().plan
        # A scan of an index is one for each key. What follows a page of ids in their order is a seek by a range.
        scans = [step for step in _steps(plan) if step.split("@")[0].endswith("Scan")]
        assert not scans, f"{name}: {scans}"


def _parameters(text: str) -> set[str]:
    import re

    return set(re.findall(r"\$(\w+)", text))


def _steps(plan: object) -> Iterator[str]:
    assert isinstance(plan, dict)
    yield str(plan["operatorType"])
    for child in plan.get("children", []):
        yield from _steps(child)
