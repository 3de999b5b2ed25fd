"""Scores: the same numbers as the scorer that comes with the labelled texts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ingest.evaluate import KINDS, misses, scores

GOLD: dict[str, dict[str, Any]] = {
    "a": {
        "projects": [{"name": "HARBOURLIGHT", "aliases": ["Harbour Light"]}],
        "places": [{"name": "Aarhus", "country": "DK", "role": ["lighthouse", "host"]}, {"name": "Odder", "country": "DK"}],
        "people": [{"name": "Ida Holm", "affiliation": "City of Aarhus"}],
        "lessons": [{"start": 0, "end": 10, "kind": "barrier"}],
        "outcomes": [{"value": -59, "unit": "%"}],
        "pilots": [{"solution": "smart-lighting", "place": "Aarhus", "status": "done"}],
        "replications": [{"what": "smart-lighting", "from": "Aarhus", "to": "Odder"}],
        "solutions": ["smart-lighting"],
    },
    "b": {"projects": [{"name": "TideWise"}]},
}
READ: dict[str, dict[str, Any]] = {
    "a": {
        "projects": [{"name": "harbour light"}],
        "places": [{"name": "Aarhus", "country": "DK", "role": ["lighthouse"]}, {"name": "Odder", "country": "US"}],
        "people": [{"name": "I. Holm", "affiliation": "Aarhus"}],
        "lessons": [{"start": 0, "end": 8, "kind": "finding"}],
        "outcomes": [{"value": -59.1, "unit": "per cent"}],
        "pilots": [{"solution": "smart-lighting", "place": "Aarhus (centre)", "status": "running"}],
        "replications": [{"what": "lamps", "from": "Aarhus, Denmark", "to": "Odder"}],
        "solutions": ["smart-lighting", "wind-energy"],
    }
}


def test_counts_by_kind() -> None:
    found = {score.kind: (score.hits, score.gold, score.predicted) for score in scores(GOLD, READ, resamples=20)}

    assert found == {
        "projects": (1, 2, 1),
        "places": (1, 2, 2),
        "organisations": (0, 0, 0),
        "people": (1, 1, 1),
        "solutions": (1, 1, 2),
        "roles": (1, 1, 1),
        "pilots": (1, 1, 1),
        "replications": (1, 1, 1),
        "outcomes": (1, 1, 1),
        "lessons": (1, 1, 1),
        "affiliations": (1, 1, 1),
        "pilots with status": (0, 1, 1),
    }


def test_the_interval_holds_the_score_and_is_the_same_each_time() -> None:
    first, again = ({one.kind: one for one in scores(GOLD, READ)}["projects"] for _ in range(2))

    assert first == again
    assert first.low <= first.f1 <= first.high


def test_misses_name_what_lacks_and_what_is_too_much() -> None:
    (one,) = misses("places", GOLD, READ)

    assert one.page == "a"
    assert [item["name"] for item in one.missed] == ["Odder"]
    assert [item["country"] for item in one.spurious] == ["US"]


@pytest.mark.shared
def test_the_numbers_are_those_of_the_scorer_beside_the_labelled_texts(shared: Path, tmp_path: Path) -> None:
    gold = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted((shared / "eval/train/gold").glob("*.json"))}
    # Each page is read as its neighbour was: many hits, many misses, all kinds.
    pages = sorted(gold)
    read = {page: {**gold[other], "page": page} for page, other in zip(pages, [*pages[1:], pages[0]], strict=True)}
    read.update({page: gold[page] for page in pages[::3]})
    predicted = tmp_path / "read.jsonl"
    predicted.write_text("\n".join(json.dumps(one) for one in read.values()), "utf-8")

    done = subprocess.run(
        [sys.executable, str(shared / "eval/score.py"), str(shared / "eval/train/gold"), str(predicted), "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    theirs = json.loads(done.stdout)["kinds"]

    ours = {score.kind: score for score in scores(gold, read, resamples=2)}
    assert set(ours) == set(theirs) == set(KINDS)
    for kind, score in ours.items():
        assert (score.gold, score.predicted, score.hits) == tuple(theirs[kind][name] for name in ("gold", "predicted", "hits"))
        assert score.f1 == pytest.approx(theirs[kind]["f1"], abs=0.0006)
