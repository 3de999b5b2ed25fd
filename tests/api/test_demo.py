"""`twintown demo` and `ingest` as a user meets them: register, digests, a document of one's own, forgotten again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from api.settings import Settings
from graph.model import Judgement, Verdict
from graph.register import digests
from graph.store.sqlite import open_store

pytestmark = [pytest.mark.model, pytest.mark.slow]

OWN = """# Smart lighting in Svendborg

In 2023 the municipality of Svendborg (Denmark) replaced 400 lamps by smart street lighting within the project LightTown.
The electricity used for lighting fell by 62 %.

A small town should agree on data standards with its neighbours before it buys anything.
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Settings:
    return Settings(store=f"sqlite:{tmp_path_factory.mktemp('demo') / 'store.sqlite'}", model="", cache=cache)


def twintown(settings: Settings, *words: str, code: int = 0) -> str:
    where: tuple[str, ...] = ("--store", settings.store)
    if words[0] in ("demo", "ingest", "search"):
        where += ("--cache", str(settings.cache))
    done = subprocess.run(
        [sys.executable, "-m", "api.cli", *words, *where], capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


def test_the_demo_fills_a_store_and_reads_nothing_twice(settings: Settings) -> None:
    assert "digests:" in twintown(settings, "demo", "--no-serve")
    assert "nothing read" in twintown(settings, "demo", "--no-serve")
    with open_store(settings.store_path) as store:  # what somebody writes makes the demo look again
        (one, *_) = [kept.statement for kept in store.statements(subject="solution:smart-lighting")]
        store.judge(Judgement(verdict=Verdict.CONFIRMED, first=one.id, by="Ada"))
    assert "digests: 0 read" in twintown(settings, "demo", "--no-serve")
    assert "nothing read" in twintown(settings, "demo", "--no-serve")
    with open_store(settings.store_path, readonly=True) as store:
        assert store.check() == []
        assert store.counts()["documents"] == len(list(digests()))
        assert store.counts()["replication"] > 100


def test_a_document_of_ones_own_is_read_found_and_forgotten(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "svendborg.md"
    path.write_text(OWN, "utf-8")
    report = json.loads(twintown(settings, "ingest", str(path), "--json").partition("\n}")[0] + "\n}")
    assert (report["read"], report["skipped"]) == (1, 0)
    found = twintown(settings, "search", "lamps in a small Danish town", "--json")
    assert "svendborg.md" in found
    with open_store(settings.store_path, readonly=True) as store:
        (town,) = [entity for entity in store.named("place", "Svendborg") if entity.country == "DK"]
        assert any(kept.statement.evidence.quote in OWN for kept in store.statements(subject=town.id))
        facts = {kept.statement.predicate for kept in store.statements(document=store.document(str(path)).id)}
        assert {"name", "runs_in", "tries", "amount", "lesson_kind"} <= facts
    assert json.loads(twintown(settings, "ingest", str(path), "--json").partition("\n}")[0] + "\n}")["unchanged"] == 1
    twintown(settings, "forget", str(path))
    with open_store(settings.store_path, readonly=True) as store:
        assert not [document for document in store.documents() if str(path) in document.addresses]
        assert store.check() == []
