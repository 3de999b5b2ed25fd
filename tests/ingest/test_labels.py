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
from ingest.labelled import LABELS, STAGED, read_all, read_labels, read_texts, site_of

TEXT = "Lumen Lane tried shared bicycles. Ask the shops first."


def rows() -> list[dict[str, Any]]:
    return [json.loads(line) for path in LABELS.glob("*.jsonl") for line in path.read_text("utf-8").splitlines()]


def found_pages() -> list[dict[str, Any]]:
    """Pages of others, whose texts stay out."""
    return [row for row in rows() if site_of(row["page"]) not in STAGED]


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
    pages = found_pages()
    assert len({row["page"] for row in pages}) == len({row["path"] for row in pages}) == len(pages) == 1117
    assert not [row["page"] for row in pages if "text" in row]
    for row in pages:
        longest = max(len(text) for name, value in row.items() if name != "path" for text in strings(value))
        assert longest <= 150, row["page"]  # the longest is the written-out name of a project
        assert not [text for text in strings({**row, "path": ""}) if ". " in text and len(text) > 60], row["page"]


def test_solutions_are_those_of_the_vocabulary() -> None:
    solutions = {concept.id for concept in vocabulary().solutions}
    for row in rows():
        assert {*row.get("solutions", ()), *(pilot["solution"] for pilot in row.get("pilots", ()))} <= solutions, row["page"]


def test_staged_texts_stand_with_their_labels(tmp_path: Path) -> None:
    staged = read_labels(LABELS / "staged.jsonl", tmp_path)
    assert len({labels["page"] for _, labels in staged}) == len({document.text for document, _ in staged}) == 360
    for document, labels in staged:
        whole = f"{document.title}\n{document.text}"
        for kind in ("projects", "organisations", "people"):
            for item in labels[kind]:
                assert not [name for name in (item["name"], *item.get("aliases", ())) if name not in whole], (
                    labels["page"],
                    item,
                )


@pytest.mark.shared
def test_labels_hold_on_their_texts(shared: Path) -> None:
    """A name stands on its page, in one of its spellings; a lesson lies inside and begins and ends with a letter or a sign."""
    own = read_all(shared / "eval" / "train", shared / "data")[len(read_texts(shared / "eval" / "train")) :]
    assert len(own) == 1477
    for document, labels in own:
        # A title belongs to what is read; \x02 is a hyphen of a PDF, in the middle of a word.
        text = fold(f"{document.title} {document.text}".replace("\x02", ""))
        staged = site_of(labels["page"]) in STAGED
        for kind in ("projects", "organisations") if staged else ("projects", "places", "organisations"):  # Köln is Cologne there
            for item in labels.get(kind, ()):
                names = [item["name"], *(item.get("aliases") or [])]
                assert any(fold(name) in text for name in names), (labels["page"], names)
        for lesson in labels.get("lessons", ()):
            assert lesson["kind"] in {"barrier", "enabler", "recommendation", "finding"}
            said = document.text[lesson["start"] : lesson["end"]]
            assert len(said) > 10
            assert said == said.strip(), labels["page"]
