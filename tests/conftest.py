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
