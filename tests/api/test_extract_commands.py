"""The commands extract, eval and explain on a text of our own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.cli import main

pytestmark = pytest.mark.model

TEXT = (
    "The HARBOURLIGHT project runs in Aarhus. “We began with ten lamps and learned a lot”, said Ida Holm. HARBOURLIGHT ends soon."
)


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "lamps.txt"
    path.write_text(TEXT, "utf-8")
    return path


def test_a_record_is_written_and_compared(text: Path, tmp_path: Path, cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, gold = tmp_path / "records.jsonl", tmp_path / "gold"
    assert main(["extract", str(text), "--out", str(out), "--without-register", "--cache", str(cache)]) == 0
    (made,) = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert made["page"] == "lamps"
    assert [item["name"] for item in made["places"]] == ["Aarhus"]
    assert [item["name"] for item in made["people"]] == ["Ida Holm"]
    assert all(0 < item["confidence"] <= 1 for item in made["projects"])

    gold.mkdir()
    (gold / "lamps.json").write_text(json.dumps({"places": [{"name": "Aarhus", "country": "DK"}]}), "utf-8")
    capsys.readouterr()
    asked = ["eval", str(gold), "--documents", str(text), "--without-register", "--cache", str(cache), "--json"]
    assert main(asked) == 0
    kinds = {row["kind"]: row for row in json.loads(capsys.readouterr().out)["kinds"]}
    assert kinds["places"]["F1"] == "1.000"


def test_explain_shows_claims_with_their_reasons(text: Path, cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(text), "--without-register", "--cache", str(cache), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)

    assert {"projects", "places", "people", "quotes"} <= {row["extractor"] for row in rows}
    assert all(row["why"] and row["quote"] == TEXT[row["start"] : row["end"]] for row in rows)


def test_a_folder_without_labels_is_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", str(tmp_path), "--documents", "a.txt"]) != 0
    assert "no labelled records" in capsys.readouterr().err
