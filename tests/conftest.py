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
