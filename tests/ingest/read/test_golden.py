"""Real files made from our own texts (tests/golden/documents/make) hold, as read, exactly what was written into them."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from graph.model import BlockKind, Document
from ingest.read import read
from ingest.read.base import Read, Source

FOLDER = Path(__file__).resolve().parents[2] / "golden" / "documents"
NAMES = sorted(path.name.removesuffix(".json") for path in FOLDER.glob("*.json"))
# pypdf moves the full stops of a line that runs from right to left, so of this file only the letters are compared.
LETTERS_ONLY = {"inara-ar.pdf"}


def document(name: str) -> Document:
    (found,) = read(Source(address=name, path=FOLDER / name))
    assert isinstance(found, Read), found
    return found.document


def blocks(of: Document, kind: BlockKind) -> list[str]:
    return [of.text[block.start : block.end] for block in of.blocks if block.kind is kind]


def rows(of: Document) -> list[list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for block in of.blocks:
        if block.kind is BlockKind.CELL:
            found[block.row].append(of.text[block.start : block.end])
    return [found[row] for row in sorted(found)]


@pytest.mark.parametrize("name", NAMES)
def test_a_document_holds_what_was_written_into_it(name: str) -> None:
    wanted: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    found = document(name)
    if name in LETTERS_ONLY:
        text = "".join(letter for letter in found.text if letter.isalnum())
        assert all("".join(letter for letter in each if letter.isalnum()) in text for each in wanted["paragraphs"])
    else:
        assert [each for each in wanted["paragraphs"] if each not in found.text] == []
    assert [[block.level, found.text[block.start : block.end]] for block in found.blocks if block.level] == wanted["headings"]
    assert blocks(found, BlockKind.LIST_ITEM) == wanted["items"]
    assert rows(found) == wanted["rows"]
    notes = blocks(found, BlockKind.FOOTNOTE)
    assert len(notes) == len(wanted["footnotes"])
    assert all(note.endswith(words) for note, words in zip(notes, wanted["footnotes"], strict=True))
    assert [each for each in wanted.get("absent", []) if each in found.text] == []
    for field in ("title", "language", "date", "genre", "event_date", "event_place"):
        if field in wanted:
            assert getattr(found, field) == wanted[field], field
    if "pages" in wanted:
        assert len(found.pages) == wanted["pages"]


def test_what_is_not_known_is_said() -> None:
    assert "unknown: date" in document("fotismos-el.docx").notes


def test_a_page_of_a_pdf_is_found_by_offset() -> None:
    found = document("report-en.pdf")
    assert found.page_at(found.text.index("spring of 2016")) == 1
    assert found.page_at(len(found.text) - 1) == 2
