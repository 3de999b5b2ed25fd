"""The page of a document: its text with the evidence marked where its licence opens it, else the quotes alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from api.asked import AskedDep
from api.pages import linked
from api.pages.render import page
from api.pages.words import Mark, confidence, href, marks, one_line, web_address
from graph.model import BlockKind, Genre, Visibility
from graph.schema import schema
from queries.document.question import Told, ask

if TYPE_CHECKING:
    from graph.model import Document
    from graph.store.base import Reader

router = APIRouter(include_in_schema=False)

WINDOW: Final = 40_000  # characters of text on one page
BEFORE: Final = 3_000  # characters shown before the sentence that was asked for
QUOTES: Final = 400  # of a document whose text is not shown
_BREAK: Final = re.compile(r"\n[ \t]*\n\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """A statement that rests on the document."""

    subject: str
    subject_href: str
    label: str
    value: str
    value_href: str
    found_by: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A run of text that is evidence as a whole or not at all; `anchor` where evidence begins."""

    text: str
    marked: bool
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph or heading of the text, and what begins in it."""

    level: int  # of a heading, from 1; 0 for text
    segments: tuple[Segment, ...]
    sayings: tuple[Saying, ...]
    page: int | None  # where a page begins with it


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """A quote and what it says."""

    anchor: str
    quote: str
    page: int | None
    sayings: tuple[Saying, ...]


@router.get("/document/{key}")
def document(
    asked: AskedDep,
    key: Annotated[str, Path(max_length=100)],
    at: Annotated[int, Query(ge=0, le=10**9)] = 0,
    begin: Annotated[int, Query(alias="from", ge=0, le=10**9)] = 0,
) -> Response:
    """The document, from `from` on or around the character `at`."""

    def build(store: Reader) -> dict[str, object]:
        found = ask(store, f"document:{key}")
        kept = found.document
        told = sorted((each for section in found.sections for each in section.told), key=lambda each: (each.start, each.end))
        values: dict[str, object] = {
            "title": one_line(kept.title) or "Untitled document",
            "document": kept,
            "links": [(address, web_address(address)) for address in kept.addresses],
            "rests_on": [(address, web_address(address)) for address in kept.rests_on],
            "digest": kept.genre == Genre.DIGEST,
            "count": len(told),
            "about": f"{kept.genre.value}: {len(told)} statements rest on it.",
            "linked": linked.document(kept),
            "paragraphs": [],
            "quotes": [],
            "hidden": 0,
            "back": "",
            "onward": "",
        }
        return values | (_text(kept, told, at, begin) if kept.visibility == Visibility.FULL else _quotes(told))

    return page(asked, "document.html", build)


def _quotes(told: Sequence[Told]) -> dict[str, object]:
    """Return the quotes in the order of the text, each with what it says."""
    quotes = [
        Quoted(anchor=f"at-{start}", quote=one_line(quote), page=number, sayings=tuple(_saying(each) for each in same))
        for (start, _, quote, number), same in groupby(told, key=lambda each: (each.start, each.end, each.quote, each.page))
    ]
    return {"quotes": quotes[:QUOTES], "hidden": max(0, len(quotes) - QUOTES)}


def _text(kept: Document, told: Sequence[Told], at: int, begin: int) -> dict[str, object]:
    """Return a window of the text in paragraphs, and the addresses of the windows before and after."""
    spans = list(_paragraphs(kept))
    first = max(0, at - BEFORE) if at else begin
    window = [span for span in spans if span[1] > first and span[0] < first + WINDOW]
    last = window[-1][1] if window else 0
    address = href(kept.id)
    return {
        "paragraphs": [_paragraph(kept, span, told) for span in window],
        "back": f"{address}?from={max(0, window[0][0] - WINDOW)}" if window and window[0][0] > spans[0][0] else "",
        "onward": f"{address}?from={last + 1}" if spans and last < spans[-1][1] else "",
    }


def _paragraphs(kept: Document) -> Iterator[tuple[int, int, int]]:
    """Yield (start, end, level) of every paragraph and heading that holds more than spaces, at most a window long."""
    headings = sorted((block.start, block.end, block.level) for block in kept.blocks if block.kind == BlockKind.HEADING)
    at = 0
    for start, end, level in [*headings, (len(kept.text), len(kept.text), 0)]:
        if start < at:
            continue
        yield from _split(kept.text, at, start)
        if end > start:
            yield start, end, max(1, level)
        at = end


def _split(text: str, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    breaks = [(found.start(), found.end()) for found in _BREAK.finditer(text, start, end)]
    edges = [(start, start), *breaks, (end, end)]
    for (_, left), (right, _) in pairwise(edges):
        for piece in range(left, right, WINDOW):
            if text[piece : min(right, piece + WINDOW)].strip():
                yield piece, min(right, piece + WINDOW), 0


def _paragraph(kept: Document, span: tuple[int, int, int], told: Sequence[Told]) -> Paragraph:
    start, end, level = span
    here = [each for each in told if each.start < end and each.end > start]
    edges = sorted({start, end, *(min(max(each.start, start), end) for each in here), *(min(each.end, end) for each in here)})
    segments = []
    for left, right in pairwise(edges):
        begins = any(each.start == left for each in here)
        marked = any(each.start <= left and each.end >= right for each in here)
        segments.append(Segment(text=kept.text[left:right], marked=marked, anchor=f"at-{left}" if begins else ""))
    turned = any(start <= offset < end for offset in kept.pages) or (start == 0 and bool(kept.pages))
    return Paragraph(
        level=level,
        segments=tuple(segments),
        sayings=tuple(_saying(each) for each in here if each.start >= start),
        page=kept.page_at(end - 1) if turned else None,
    )


def _saying(told: Told) -> Saying:
    predicate = schema().predicates[told.predicate]
    return Saying(
        subject=one_line(told.subject_name) or told.subject,
        subject_href=href(told.subject),
        label=predicate.label,
        value=one_line(told.value_name or told.value) + (f" {predicate.unit}" if predicate.unit else ""),
        value_href=href(told.value) if predicate.links else "",
        found_by=f"{told.extractor}, {confidence(told.confidence)}",
        marks=marks(
            progress=told.progress,
            modality=told.modality,
            certainty=told.certainty,
            verdict=told.verdict,
            confident=told.confidence,
        ),
    )
