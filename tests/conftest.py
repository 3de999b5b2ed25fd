"""The few fixtures that all tests share.

Real parts: every test has a store of its own in its temporary directory. The places index and exported models are built
once into local/cache (TWINTOWN_CACHE if set) and used by every later run. What a machine lacks is skipped with its reason,
unless TWINTOWN_REQUIRE names it: then the test fails. Records are made by the functions of tests/build.py.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from graph.store.sqlite import SqliteStore
    from tests.neo4j.server import Server

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


def lacking(what: str, reason: str) -> None:
    """Skip, or fail where TWINTOWN_REQUIRE says that `what` has to be here."""
    if what in os.environ.get("TWINTOWN_REQUIRE", "").split(","):
        pytest.fail(f"TWINTOWN_REQUIRE names {what}: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The directory ../shared with labelled texts and open data to develop on."""
    if not (SHARED / "README.md").is_file():
        lacking("shared", "../shared is not here; it holds texts that are not ours to ship")
    return SHARED


@pytest.fixture(scope="session")
def cache() -> Path:
    """A directory for the places index and exported models that outlives the run."""
    directory = Path(os.environ.get("TWINTOWN_CACHE") or ROOT / "local" / "cache")
    directory.mkdir(parents=True, exist_ok=True)
    return directory


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a Neo4j server as slow: it starts for twenty seconds, and `make check` goes without."""
    for item in items:
        asked = set(getattr(item, "fixturenames", ()))
        if {"neo4j", "neo4j_server", "newest_neo4j_server"} & asked or "neo4j" in item.name.partition("[")[2]:
            item.add_marker(pytest.mark.slow)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write files of tests/golden again; review the difference")


@pytest.fixture(scope="session")
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether files of tests/golden are to be written again."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """An empty store of the test's own."""
    from graph.store.sqlite import open_store

    with open_store(tmp_path / "store.sqlite") as kept:
        yield kept


@pytest.fixture(scope="session")
def neo4j_server() -> Iterator[Server]:
    """A Neo4j server (TWINTOWN_TEST_NEO4J, else one started for this process, 5.26); its database is anybody's to fill.

    Tests take `neo4j`, which empties it. One server serves all tests of a process: never stop this one.
    """
    from tests.neo4j.server import Lacking, Server, started

    address = os.environ.get("TWINTOWN_TEST_NEO4J", "")
    if address:
        user, password = (os.environ.get(f"TWINTOWN_NEO4J_{name}", "") for name in ("USER", "PASSWORD"))
        yield Server(address=address, user=user or "neo4j", password=password)
        return
    try:
        server = started()
    except Lacking as lacks:
        lacking("neo4j", str(lacks))
    with server:
        yield server


@pytest.fixture(scope="session")
def newest_neo4j_server() -> Iterator[Server]:
    """The newest Neo4j this project supports; skipped where no Java of its age is here, required or not."""
    from tests.neo4j.server import NEWEST, Lacking, started

    if os.environ.get("TWINTOWN_TEST_NEO4J"):
        pytest.skip("TWINTOWN_TEST_NEO4J names the one server to try")
    try:
        server = started(NEWEST)
    except Lacking as lacks:
        pytest.skip(str(lacks))
    with server:
        yield server


@pytest.fixture(scope="module")
def neo4j(neo4j_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server of this process with an empty database, for one module at a time."""
    from filelock import FileLock

    # A server of one's own is shared by all workers of pytest-xdist.
    with FileLock(tmp_path_factory.getbasetemp().parent / "neo4j.lock", timeout=850):
        if os.environ.get("TWINTOWN_TEST_NEO4J") and neo4j_server.run("MATCH (n) RETURN 1 AS one LIMIT 1"):
            pytest.fail("the database at TWINTOWN_TEST_NEO4J is not empty; tests delete what it holds, so empty it yourself")
        neo4j_server.empty()
        yield neo4j_server
        neo4j_server.empty()


@pytest.fixture(scope="session")
def served_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of tests/api/served.py; nobody writes to it."""
    from tests.api.served import fill

    path = tmp_path_factory.mktemp("served") / "store.sqlite"
    fill(path)
    return path


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The chromium of the system."""
    from shutil import which

    found = which("chromium") or which("chromium-browser")
    if not found:
        lacking("browser", "no chromium here; on Debian: apt-get install chromium")
    return Path(str(found))


@pytest.fixture(scope="session")
def browser(chromium: Path) -> Iterator[Browser]:
    """A browser without a window, which talks to nobody by itself."""
    from playwright.sync_api import sync_playwright

    quiet = (
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    )
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=str(chromium), args=["--headless", "--no-sandbox", "--disable-gpu", *quiet]
        )
        yield running
        running.close()
