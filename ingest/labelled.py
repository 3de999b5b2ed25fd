"""Labelled texts that the shipped models are learned from (`make train`): folders laid out like ../shared/eval/train, and
labels of our own in ingest/labels/. Their texts stay where they are (../shared/data) and are found by path and digest, but for
those that were written for Twintown, which stand beside their labels."""

from __future__ import annotations

import gzip
import json
from collections.abc import Collection, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from graph.errors import InvalidRecord, NotFound
from graph.model import Document

Labelled = tuple[Document, Mapping[str, Any]]  # the address of the document is the name of its page; the labels are a gold record
LABELS: Final = Path(__file__).parent / "labels"
OWN_LABELS: Final = "undp"  # pages of ingest/labels, all of one repository and many
# Of a page of theirs, for names and for facts: more (0.5, 1) did worse on staged pages and on those of another site.
OWN_WEIGHT: Final = 0.25
OLD_STAGED: Final = "own"  # pages of ../shared/eval/train that were written: dense, about few projects, without people
NEW_STAGED: Final = "staged"  # pages of ingest/labels that were written: of all kinds, about things that are nowhere
STAGED: Final = frozenset((OLD_STAGED, NEW_STAGED))  # no measure of what is read later
NEW_STAGED_WEIGHT: Final = 0.5  # of a page of NEW_STAGED; 0.25 was as good, 1 did worse on real pages


def read_texts(folder: Path) -> list[Labelled]:
    """Return each labelled document of a folder (*.jsonl, gold/PAGE.json) with its labels, by page."""
    found = []
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            raw = json.loads(line)
            gold = folder / "gold" / f"{raw['page']}.json"
            if gold.exists():
                labels = json.loads(gold.read_text("utf-8"))
                language = str(raw.get("language") or labels.get("language") or "und")
                found.append((_document(raw["page"], raw["text"], raw.get("title"), language), labels))
    return sorted(found, key=lambda pair: pair[0].addresses)


def read_labels(labels: Path, sources: Path) -> list[Labelled]:
    """Return each labelled document of a file of labels; a text that does not stand there is read from the JSON lines of the
    folder `sources`.

    Raises NotFound where a text is missing, InvalidRecord where it is no longer the one that was labelled.
    """
    rows = [json.loads(line) for line in labels.read_text("utf-8").splitlines()]
    texts = _texts(sources, {row["path"] for row in rows if "path" in row})
    found = []
    for row in rows:
        if "text" in row:
            found.append((_document(row["page"], row["text"], row["title"], row["language"]), row))
            continue
        if row["path"] not in texts:
            raise NotFound(
                f"{row['path']} is in no *.jsonl or *.jsonl.gz of {sources}; name the folder that "
                f"{labels.parent}/README.md describes"
            )
        raw = texts[row["path"]]
        text = raw["text"][: row["characters"]]
        if sha256(text.encode()).hexdigest() != row["sha256"]:
            raise InvalidRecord(
                f"{row['path']} of {sources} is not the text that was labelled; take the commit of {labels.parent}/README.md"
            )
        found.append((_document(row["page"], text, raw.get("title"), row["language"]), row))
    return found


def read_all(folder: Path, sources: Path | None) -> list[Labelled]:
    """Return what a folder holds and, with `sources`, the labels of our own behind it."""
    own = [pair for path in sorted(LABELS.glob("*.jsonl")) for pair in read_labels(path, sources)] if sources else []
    return [*read_texts(folder), *own]


def site_of(page: str) -> str:
    """Return where a page is from, by its name."""
    return page.partition("-")[0]


def weight(page: str, *, old_staged: float = 1.0) -> float:
    """Return how much a page counts in learning, by its name; `old_staged` is the weight of those that teach less."""
    return {OLD_STAGED: old_staged, NEW_STAGED: NEW_STAGED_WEIGHT, OWN_LABELS: OWN_WEIGHT}.get(site_of(page), 1.0)


def _document(page: str, text: str, title: str | None, language: str) -> Document:
    return Document(text=text, addresses=(page,), title=title or "", language=language)


def _texts(sources: Path, paths: Collection[str]) -> dict[str, Mapping[str, Any]]:
    found = {}
    for file in sorted(sources.glob("*.jsonl*")):
        with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                if row.get("path") in paths and "text" in row:
                    found[row["path"]] = row
    return found
