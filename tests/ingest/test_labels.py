"""Labels of our own: facts and offsets of pages that do not ship, each found again by path and digest."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from graph.errors import InvalidRecord, NotFound
from graph.vocabulary import vocabulary
from ingest.evaluate import fold
from ingest.labelled import LABELS, read_all, read_labels, read_texts

TEXT = "Lumen Lane tried shared bicycles. Ask the shops first."


def rows() -> list[dict[str, Any]]:
    return [json.loads(line) for path in LABELS.glob("*.jsonl") for line in path.read_text("utf-8").splitlines()]


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)


def source(folder: Path, text: str) -> Path:
    with gzip.open(folder / "pages.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.write(json.dumps({"path": "pages/lumen.md", "title": "Lumen Lane", "text": text}) + "\n")
    labels = folder / "labels.jsonl"
    row = {
        "page": "toy-000",
        "path": "pages/lumen.md",
        "characters": len(TEXT),
        "language": "en",
        "projects": [{"name": "Lumen Lane"}],
    }
    labels.write_text(json.dumps({**row, "sha256": sha256(TEXT.encode()).hexdigest()}) + "\n", "utf-8")
    return labels


def test_a_text_is_found_by_its_path_and_cut_to_what_was_labelled(tmp_path: Path) -> None:
    ((document, labels),) = read_labels(source(tmp_path, TEXT + " And so on."), tmp_path)
    assert (document.text, document.title, document.addresses) == (TEXT, "Lumen Lane", ("toy-000",))
    assert labels["projects"] == [{"name": "Lumen Lane"}]


def test_another_text_or_none_is_refused(tmp_path: Path) -> None:
    labels = source(tmp_path, TEXT.replace("shops", "shop"))
    with pytest.raises(InvalidRecord, match="not the text that was labelled"):
        read_labels(labels, tmp_path)
    (tmp_path / "pages.jsonl.gz").unlink()
    with pytest.raises(NotFound, match=r"pages/lumen\.md"):
        read_labels(labels, tmp_path)


def test_labels_are_facts_and_no_sentences() -> None:
    solutions = {concept.id for concept in vocabulary().solutions}
    pages = rows()
    assert len({row["page"] for row in pages}) == len({row["path"] for row in pages}) == len(pages) == 1117
    for row in pages:
        assert {*row.get("solutions", ()), *(pilot["solution"] for pilot in row.get("pilots", ()))} <= solutions, row["page"]
        longest = max(len(text) for name, value in row.items() if name != "path" for text in strings(value))
        assert longest <= 150, row["page"]  # the longest is the written-out name of a project
        assert not [text for text in strings({**row, "path": ""}) if ". " in text and len(text) > 60], row["page"]


@pytest.mark.shared
def test_labels_hold_on_their_texts(shared: Path) -> None:
    """A name stands on its page, in one of its spellings; a lesson lies inside and begins and ends with a letter or a sign."""
    own = read_all(shared / "eval" / "train", shared / "data")[len(read_texts(shared / "eval" / "train")) :]
    assert len(own) == 1117
    for document, labels in own:
        text = fold(document.text.replace("\x02", ""))  # a hyphen of a PDF, in the middle of a word
        for kind in ("projects", "places", "organisations"):
            for item in labels.get(kind, ()):
                names = [item["name"], *(item.get("aliases") or [])]
                assert any(fold(name) in text for name in names), (labels["page"], names)
        for lesson in labels.get("lessons", ()):
            assert lesson["kind"] in {"barrier", "enabler", "recommendation", "finding"}
            said = document.text[lesson["start"] : lesson["end"]]
            assert len(said) > 10
            assert said == said.strip(), labels["page"]
