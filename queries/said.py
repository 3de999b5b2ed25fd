"""What a fact rests on, as answers show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from graph.model import Certainty, Modality, Progress

LONGEST_QUOTE: Final = 300  # characters; more than a quotation needs an editor's rights or an open licence


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One statement with its evidence: a span of a document, or a person's entry (then `document` and `title` are empty)."""

    statement: str
    progress: Progress
    modality: Modality
    certainty: Certainty
    valid_from: str
    valid_to: str
    document: str
    title: str
    date: str
    address: str
    page: int | None
    start: int
    end: int
    quote: str
    person: str
    confidence: float
    extractor: str = ""  # what found it; empty for an entry
    verdict: str = ""
    source: str = ""  # the independent source; empty for a digest


_TEXTS: Final = ("document", "title", "date", "source")


def said(row: Mapping[str, Any]) -> Said:
    """Return the evidence part of a question's row; the quote is cut to what may be shown."""
    found = {field.name: row[field.name] for field in fields(Said) if field.name in row}
    found |= {name: found.get(name) or "" for name in _TEXTS}
    found |= {
        "progress": Progress(row["progress"]),
        "modality": Modality(row["modality"]),
        "certainty": Certainty(row["certainty"]),
        "quote": cut(str(row["quote"])),
    }
    return Said(**found)


def cut(text: str, longest: int = LONGEST_QUOTE) -> str:
    """Return the text, or its beginning up to a word's end with an ellipsis, at most `longest` characters in all."""
    if len(text) <= longest:
        return text
    beginning = text[: longest - 1]
    return (beginning[: beginning.rfind(" ")] if " " in beginning[longest // 2 :] else beginning).rstrip() + "…"
