"""Makers of records for tests: whole and valid by default, every part by keyword."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graph.model import Document, Evidence, Passage, Reading, Statement

TEXT = "Aarhus tried smart street lighting in 2018. Later the small town of Odder took it over from Aarhus and kept the lamps."


def document(text: str = TEXT, address: str = "notes/lighting.txt", **parts: Any) -> Document:
    """A document under one address (or more: `addresses`)."""
    return Document(text=text, **{"addresses": (address,), **parts})


def passage(of: Document, start: int = 0, end: int | None = None, **parts: Any) -> Passage:
    """The passage of a document between two offsets; the whole text by default."""
    last = len(of.text) if end is None else end
    return Passage(document=of.id, start=start, end=last, text=of.text[start:last], **parts)


def evidence(of: Document, quote: str = "", **parts: Any) -> Evidence:
    """Evidence for the first place where the quote stands in the document; the first 20 characters by default."""
    words = quote or of.text[:20]
    start = of.text.index(words)
    given = {"extractor": "test", "version": "1", "confidence": 0.9, "page": of.page_at(start), **parts}
    return Evidence(document=of.id, start=start, end=start + len(words), quote=words, **given)


def entered(
    collection: str = "register", person: str = "Ada", address: str = "https://example.org/register", **parts: Any
) -> Evidence:
    """Evidence of an entry by a person."""
    return Evidence(person=person, address=address, collection=collection, **parts)


def statement(
    subject: str = "place:geonames-2624652",
    predicate: str = "name",
    value: str = "Aarhus",
    *,
    of: Document | None = None,
    quote: str = "",
    **parts: Any,
) -> Statement:
    """A statement that rests on a document (a quote of it), or on `evidence=`."""
    rests_on = parts.pop("evidence", None) or evidence(of or document(), quote)
    return Statement(subject=subject, predicate=predicate, value=value, evidence=rests_on, **parts)


def reading(
    of: Document | None = None,
    statements: Sequence[Statement] | None = None,
    passages: Sequence[Passage] | None = None,
    fingerprint: str = "test-1",
) -> Reading:
    """A reading; by default one passage over the whole text and one statement."""
    read = of or document()
    return Reading(
        document=read,
        passages=tuple([passage(read)] if passages is None else passages),
        statements=tuple([statement(of=read)] if statements is None else statements),
        fingerprint=fingerprint,
    )
