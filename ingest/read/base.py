"""What all readers share: what they are given, what they give back, and how a text with its blocks is put together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from graph.model import Block, BlockKind, Document
from ingest.claim import Claim
from ingest.errors import SkipDocument

_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufeff\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n?|[\x0c\x85\u2028\u2029]")


MOST_TEXT: Final = 50_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one document may cost. A file of many documents may take `seconds` for each of them."""

    file: int = 500_000_000  # bytes of a file or an answer
    unpacked: int = 400_000_000  # bytes after decompression, in all
    ratio: int = 200  # unpacked to packed, past the first 10 MB
    text: int = MOST_TEXT  # characters of one document
    memory: int = 3_000_000_000  # bytes of address space of a reading process
    seconds: float = 120.0  # until the next document is there
    rows: int = 1_000_000  # of a table


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Something to read: a file (`path`), or bytes that came from elsewhere (`data`) under `address`."""

    address: str
    path: Path | None = None
    data: bytes = b""
    media_type: str = ""  # as a server declared it; content decides
    charset: str = ""  # as a server declared it
    mapping: str = ""  # text of a mapping file for tables; empty: a ready one is looked for by the columns
    stamp: str = ""  # changes when the content does: size and time of a file, digest of an answer
    validators: tuple[str, str] = ("", "")  # ETag and Last-Modified of an answer: with them a server can say that nothing changed

    def content(self, limits: Limits) -> bytes:
        """Return the bytes; raise SkipDocument where they cannot be had."""
        if self.path is None:
            return self.data
        try:
            if self.path.stat().st_size > limits.file:
                raise SkipDocument(
                    f"{self.path.stat().st_size / 1e6:.0f} MB, more than the limit of {limits.file / 1e6:.0f} MB; split the file"
                )
            return self.path.read_bytes()
        except FileNotFoundError:
            raise SkipDocument("the file vanished before it was read") from None
        except PermissionError:
            raise SkipDocument("no right to read it; change its permissions") from None
        except OSError as error:
            raise SkipDocument(f"it cannot be read: {error.strerror or error}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A document, and what a table states about it through its mapping."""

    document: Document
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Something that was not used, and the reason in words for the user."""

    address: str
    reason: str


def plain_text(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the text with line ends as newlines and without what no store can keep, and notes on what was replaced."""
    notes: list[str] = []
    if _SURROGATE.search(text):
        # Pairs of surrogates are one character written in two halves (some JSON exports); what stays alone is lost.
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        notes.append("broken characters (lone surrogates) were joined or replaced")
    text = _LINE_ENDS.sub("\n", text)
    clean, count = _CONTROL.subn("", text)
    if count:
        notes.append(f"{count} control characters were removed")
    return clean, tuple(notes)


def one_line(text: str) -> str:
    """Return the text on one line, without control characters: a title, a name."""
    return " ".join(plain_text(text)[0].split())


@dataclass(slots=True)
class Text:
    """A text under construction: paragraphs, headings, items, rows of cells and page breaks, with their offsets.

    Blocks are apart by a blank line, items of a list and rows of a table by a newline, cells by ` | `.
    """

    most: int = MOST_TEXT
    _parts: list[str] = field(default_factory=list)
    _length: int = 0
    _last: str = ""
    blocks: list[Block] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)

    def page(self) -> None:
        """Begin a page; it starts where the next block does."""
        self.pages.append(-1)

    def paragraph(self, text: str, breaks: Sequence[int] = ()) -> None:
        """Add running text; `breaks` are offsets in it at which a page begins."""
        span = self._add(text, "paragraph", "\n\n")
        if span:
            self.pages.extend(min(span[0] + offset, span[1]) for offset in breaks)

    def heading(self, text: str, level: int = 1) -> None:
        """Add a heading of a level from 1."""
        span = self._add(" ".join(text.split()), "heading", "\n\n")
        if span:
            self.blocks.append(Block(kind=BlockKind.HEADING, start=span[0], end=span[1], level=max(1, level)))

    def item(self, text: str) -> None:
        """Add a list item, without its bullet."""
        span = self._add(text, "item", "\n" if self._last == "item" else "\n\n")
        if span:
            self.blocks.append(Block(kind=BlockKind.LIST_ITEM, start=span[0], end=span[1]))

    def footnote(self, text: str) -> None:
        """Add a footnote."""
        span = self._add(text, "footnote", "\n\n")
        if span:
            self.blocks.append(Block(kind=BlockKind.FOOTNOTE, start=span[0], end=span[1]))

    def row(self, cells: list[str], number: int, columns: list[str] | None = None) -> None:
        """Add a row of a table; `columns` are the headers, else columns are known by their number."""
        between = "\n" if self._last == "row" and number > 1 else "\n\n"
        if not any(cell.strip() for cell in cells):
            return
        for index, cell in enumerate(cells):
            span = self._add(" ".join(cell.split()), "row", between if between else " | ", keep=True)
            between = ""
            if span and span[0] < span[1]:
                name = columns[index] if columns and index < len(columns) and columns[index].strip() else str(index + 1)
                self.blocks.append(Block(kind=BlockKind.CELL, start=span[0], end=span[1], row=number, column=one_line(name)))

    def table(self, rows: list[list[str]]) -> None:
        """Add a table whose first row holds the headers."""
        columns = rows[0] if rows else []
        for number, cells in enumerate(rows, 1):
            self.row(cells, number, columns)

    def _add(self, text: str, kind: str, between: str, *, keep: bool = False) -> tuple[int, int] | None:
        clean, notes = plain_text(text)
        clean = clean.strip()
        self.notes.update(dict.fromkeys(notes))
        if not clean and not keep:
            return None
        if self._length:
            self._parts.append(between)
            self._length += len(between)
        for index in range(len(self.pages) - 1, -1, -1):
            if self.pages[index] >= 0:
                break
            self.pages[index] = self._length
        start = self._length
        self._parts.append(clean)
        self._length += len(clean)
        self._last = kind
        if self._length > self.most:
            raise SkipDocument(
                f"more than {self.most / 1e6:.0f} million characters of text, the limit for one document; split it"
            )
        return start, self._length

    def __str__(self) -> str:
        return "".join(self._parts)

    def page_starts(self) -> tuple[int, ...]:
        """Return the offset of each page; an empty page starts where the next one does."""
        return tuple(self._length if page < 0 else page for page in self.pages)
