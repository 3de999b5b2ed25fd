"""The server of the tests: it answers who knows the password, and keeps what it acknowledged when it is killed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.neo4j.server import LTS, NEWEST, Lacking, Server, artifacts, started

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def own(neo4j: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that may be killed, where one can be started."""
    try:
        server = started(home=tmp_path_factory.mktemp("neo4j"))
    except Lacking as lacks:
        pytest.skip(str(lacks))
    with server:
        yield server


def version(server: Server) -> str:
    (row,) = server.run("CALL dbms.components() YIELD name, versions WHERE name = 'Neo4j Kernel' RETURN versions[0] AS version")
    return str(row["version"])


@pytest.mark.slow
def test_it_is_the_version_asked_for(own: Server) -> None:
    assert version(own) == LTS


@pytest.mark.slow
def test_the_newest_answers_too(newest_neo4j_server: Server) -> None:
    assert version(newest_neo4j_server).startswith(NEWEST.removesuffix(".0"))


@pytest.mark.slow
def test_a_wrong_password_is_refused(neo4j: Server) -> None:
    from neo4j.exceptions import AuthError

    with pytest.raises(AuthError):
        Server(address=neo4j.address, password="not this one").run("RETURN 1")


@pytest.mark.slow
def test_what_it_acknowledged_outlives_a_kill(own: Server) -> None:
    own.run("UNWIND range(1, 1000) AS number CREATE (:Kept {number: number})")
    own.kill()
    own.start()
    assert own.run("MATCH (k:Kept) RETURN count(k) AS kept, sum(k.number) AS total") == [{"kept": 1000, "total": 500_500}]
    own.empty()
    assert own.run("MATCH (n) RETURN count(n) AS left") == [{"left": 0}]


@pytest.mark.slow
def test_a_server_that_cannot_start_says_why(own: Server, tmp_path: Path) -> None:
    second = Server(address=own.address, password="x", version=LTS, home=tmp_path)
    with pytest.raises(RuntimeError, match=r"(?s)did not start.*"):
        second.start()


def test_a_version_without_its_java_is_lacking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.neo4j.server.JAVA", {LTS: (1000, 1001)})
    with pytest.raises(Lacking, match="needs a Java development kit, 1000 or later"):
        artifacts(LTS)
