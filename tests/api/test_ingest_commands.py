"""Bringing documents in, looking at them and forgetting them, on real files (without the extractors' models): as a process
where that makes a difference, else in this one, for to start one takes longer than the command."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api.cli import main

WORDS = "{} replaced its lamps and told the towns around it what it had learned from the change. It would do so again.\n"


@dataclass(frozen=True)
class Run:
    returncode: int
    stdout: str
    stderr: str


Twintown = Callable[..., Run]


def command(tmp_path: Path, *arguments: str) -> list[str]:
    return [*arguments, "--store", f"sqlite:{tmp_path / 'store.sqlite'}"]


@pytest.fixture
def twintown(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Twintown:
    """Run `twintown ARGUMENTS` on a store of its own."""

    def run(*arguments: str) -> Run:
        code = main(command(tmp_path, *arguments))
        said = capfd.readouterr()
        return Run(code, said.out, said.err)

    return run


@pytest.fixture
def process(tmp_path: Path) -> Twintown:
    """Run `twintown ARGUMENTS` in a process, on the same store."""

    def run(*arguments: str) -> Run:
        called = [sys.executable, "-m", "api.cli", *command(tmp_path, *arguments)]
        done = subprocess.run(called, capture_output=True, text=True, timeout=120, check=False)
        return Run(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two files that can be read, one of them with two documents, and one that is empty."""
    made = tmp_path / "in"
    made.mkdir()
    (made / "odder.txt").write_text(WORDS.format("Odder"))
    (made / "two.jsonl").write_text("".join(json.dumps({"text": WORDS.format(town)}) + "\n" for town in ("Skive", "Struer")))
    (made / "empty.txt").write_text("")
    return made


def read(done: Run) -> Any:
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
def test_a_folder_is_read_listed_shown_and_read_no_second_time(twintown: Twintown, process: Twintown, folder: Path) -> None:
    first = process("ingest", str(folder), "--plain", "--json")
    report = read(first)
    assert [report[name] for name in ("read", "unchanged", "superseded", "skipped")] == [3, 0, 0, 1]
    assert report["reasons"][0]["address"].endswith("empty.txt")
    assert first.returncode == 1  # something was skipped
    second = read(twintown("ingest", str(folder), "--plain", "--workers", "0", "--json"))
    assert [second[name] for name in ("read", "unchanged", "superseded", "skipped")] == [0, 3, 0, 1]
    listed = read(twintown("documents", "--text", "odder", "--json"))
    assert [each["addresses"].rpartition("/")[2] for each in listed] == ["odder.txt"]
    shown = read(twintown("show", str(folder / "odder.txt"), "--text", "--json"))
    assert shown["text"].strip() == WORDS.format("Odder").strip()
    assert (shown["language"], shown["id"]) == ("en", listed[0]["id"])


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="priorities are of Unix")
def test_an_ingest_stands_behind_those_who_ask(tmp_path: Path) -> None:
    called = [sys.executable, "-m", "api.cli", *command(tmp_path, "ingest", "-", "--plain", "--workers", "0")]
    own = os.getpriority(os.PRIO_PROCESS, 0)
    with subprocess.Popen(called, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        try:
            until = time.monotonic() + 60
            while os.getpriority(os.PRIO_PROCESS, running.pid) <= own < 10 and time.monotonic() < until:
                time.sleep(0.05)
            assert os.getpriority(os.PRIO_PROCESS, running.pid) == max(own, 10)
        finally:
            running.kill()


def test_a_dry_run_keeps_nothing(twintown: Twintown, folder: Path) -> None:
    assert read(twintown("ingest", str(folder), "--plain", "--workers", "0", "--dry-run", "--json"))["read"] == 3
    assert read(twintown("documents", "--json")) == []


def test_a_forgotten_line_comes_back_only_when_asked_for(twintown: Twintown, folder: Path) -> None:
    path = folder / "two.jsonl"
    twintown("ingest", str(path), "--plain", "--workers", "0")
    before = read(twintown("documents", "--json"))
    address = before[0]["addresses"]
    assert address.startswith(f"{path}#")
    forgotten = twintown("forget", address)
    assert forgotten.stdout.startswith("gone: 1 documents")
    assert "--again" in forgotten.stderr
    twintown("ingest", str(path), "--plain", "--workers", "0")
    assert len(read(twintown("documents", "--json"))) == 1
    twintown("ingest", str(path), "--plain", "--workers", "0", "--again")
    assert {each["id"] for each in read(twintown("documents", "--json"))} == {each["id"] for each in before}


def test_a_forgotten_file_comes_back_with_the_next_run_and_that_is_said(twintown: Twintown, folder: Path) -> None:
    twintown("ingest", str(folder / "odder.txt"), "--plain", "--workers", "0")
    assert "would bring it back" in twintown("forget", str(folder / "odder.txt")).stderr
    assert read(twintown("ingest", str(folder / "odder.txt"), "--plain", "--workers", "0", "--json"))["read"] == 1


def test_what_is_not_there_is_said(twintown: Twintown, tmp_path: Path) -> None:
    missing = twintown("ingest", str(tmp_path / "nothing"), "--plain", "--workers", "0")
    assert missing.returncode == 1
    assert "there is no such file or folder" in missing.stdout
    assert twintown("ingest", "--plain").returncode == 2
    assert twintown("forget").returncode == 2


@pytest.mark.slow
def test_a_watched_folder_is_read_as_files_come_and_change(tmp_path: Path, folder: Path) -> None:
    arguments = command(tmp_path, "ingest", "--watch", str(folder), "--plain", "--workers", "1")
    watching = subprocess.Popen(
        [sys.executable, "-m", "api.cli", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": ""},
    )
    assert watching.stdout is not None

    def counted() -> str:
        """Return the next line with counts, which comes when a run has ended."""
        assert watching.stdout is not None
        return next(line for line in watching.stdout if " unchanged, " in line).strip()

    try:
        assert counted() == "3 read, 0 unchanged, 0 superseded, 1 skipped"
        (folder / "lemvig.txt").write_text(WORDS.format("Lemvig"))
        assert counted().startswith("1 read, ")  # with the rest, where it came before anybody watched
        (folder / "lemvig.txt").write_text(WORDS.format("Lemvig") + "And so it did, in the year after.\n")
        assert ", 1 superseded, " in counted()
        watching.send_signal(signal.SIGINT)
        watching.stdout.read()
        assert watching.wait(60) in {0, 1, 130}  # Ctrl-C between two runs, or in one
    finally:
        watching.kill()
        watching.wait(30)
        watching.stdout.close()
