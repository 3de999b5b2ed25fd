"""PDF: pypdf's text, put together from its lines; tables by pdfplumber, on the pages that show rules or aligned columns.

Lines of a paragraph are joined, words broken at a line end are whole again, running headers and page numbers are left out.
Sizes and positions of letters tell headings, paragraphs and footnotes.
"""

from __future__ import annotations

import io
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from ingest.errors import SkipDocument
from ingest.read.base import Limits, Read, Source, Text, one_line, plain_text
from ingest.read.columns import Piece, aligned_tables, looks_aligned
from ingest.read.metadata import find_date, finish

READER: Final = "pdf 1 (pypdf, pdfplumber)"
_RULES: Final = re.compile(rb"(?<![\w.])(?:re|l)\b(?=\s|$)")
# Possessive throughout: a stream is no place for backtracking.
_SHOWN: Final = rb"<[0-9A-Fa-f]*+>|\((?:[^()\\]|\\.)*+\)"
_NUMBER: Final = rb"[-+]?(?:\d++\.?+\d*+|\.\d++)"
_KERNED: Final = re.compile(rb"\[(?:\s*+(?>" + _SHOWN + rb"|" + _NUMBER + rb"))++\s*+\]\s*+TJ", re.DOTALL)
_PART: Final = re.compile(_SHOWN + rb"|" + _NUMBER, re.DOTALL)
_OPEN_OCTAL: Final = re.compile(rb"\\[0-7]{1,2}$")
_LIGATURES: Final = {0xFB00 + at: letters for at, letters in enumerate(("ff", "fi", "fl", "ffi", "ffl", "st", "st"))}
_NO_GAP: Final = 75  # thousandths of the size of the letters: less room than this is never a space between words
_BULLET: Final = re.compile(r"\s*(?:[•▪●○◦‣·■□–—*-]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+(?=\S)")
_NOTE: Final = re.compile(r"\s*(?:\d{1,3}|[*†‡]|\[\d{1,3}\])\s*\S")
_PAGE_NUMBER: Final = re.compile(
    r"\W*(?:(?:page|seite|p\.|pagina|página|σελίδα)\s*)?\d{1,4}(?:\s*(?:of|von|de|sur|di|van|/|\|)\s*\d{1,4})?\W*", re.IGNORECASE
)
_BROKEN_WORD: Final = re.compile(r"([^\W\d_]{2,})[-‐\u00ad]$")
_ENDS: Final = re.compile(r"[.!?:;…][\"'”’»)\]]*\d{0,3}$")
_POOR_TITLE: Final = re.compile(
    r"^(?:untitled|microsoft|.*\.(?:docx?|pdf|indd|odt|pptx?|html?|rtf|xlsx?|md|txt)$|document\d*|layout \d|powerpoint|slide 1)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Line:
    """A line of a page: its words, where it begins (points from the lower left), the size of its letters."""

    page: int
    text: str
    x: float
    y: float
    size: float
    bold: bool
    table: list[list[str]] | None = None  # stands for a table in its place


def read(source: Source, limits: Limits) -> Iterator[Read]:
    """Yield the document of a PDF; raise SkipDocument for an encrypted, damaged or scanned one."""
    data = source.content(limits)
    reader = _opened(data)
    pages: list[list[Line]] = []
    notes: list[str] = []
    heights: list[float] = []
    characters = 0
    plumber = _Plumber(data)
    for number, page in enumerate(reader.pages, 1):
        heights.append(float(page.mediabox.height or 842))
        try:
            content = _prepared(page)
            lines, pieces = _lines(page, number)
            ruled, aligned = len(_RULES.findall(content)) >= 6, looks_aligned(pieces, content)
        except (RecursionError, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001 - a broken page raises anything; the other pages are still good
            notes.append(f"page {number} could not be read ({type(error).__name__})")
            lines, ruled, aligned = [], False, False
        if lines and (ruled or aligned):
            try:
                lines = plumber.with_tables(number, lines, ruled=ruled, aligned=aligned)
            except (RecursionError, MemoryError):
                raise
            except Exception as error:  # noqa: BLE001 - its lines are still good
                notes.append(f"tables of page {number} were read as lines ({type(error).__name__})")
        pages.append(lines)
        characters += sum(len(line.text) for line in lines)
        if characters > limits.text:
            raise SkipDocument(f"more than {limits.text / 1e6:.0f} million characters of text, the limit; split it")
    if characters == 0:
        raise SkipDocument("no text; run OCR first" if not notes else f"damaged: {notes[0]}")
    empty = [str(number) for number, lines in enumerate(pages, 1) if not lines]
    if empty:
        notes.append(f"pages without text (scanned or blank): {', '.join(empty[:20])}{' …' if len(empty) > 20 else ''}")
    pages, dropped = _without_running_lines(pages)
    if dropped:
        notes.append("running headers, footers and page numbers were left out")
    text = _Layout(pages, heights, limits).build()
    information = _information(reader)
    yield Read(
        document=finish(
            text,
            source.address,
            reader=READER,
            media_type="application/pdf",
            title=information[0],
            date=find_date(str(text)[:600]) or information[1],
            notes=tuple(notes),
        )
    )


def _opened(data: bytes) -> Any:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise SkipDocument("encrypted; save it without a password")
        count = len(reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, NotImplementedError) as error:
        raise SkipDocument(
            f"the PDF is damaged or cut off ({type(error).__name__}); get it again, or print it to a new PDF"
        ) from None
    if count == 0:
        raise SkipDocument("the PDF has no pages: it is damaged or cut off; get it again")
    return reader


def _information(reader: Any) -> tuple[str, str]:
    """Return title and date as the file's own metadata gives them, where they look meant."""
    try:
        metadata = reader.metadata
        title = one_line(str(metadata.title or "")) if metadata else ""
        created = metadata.creation_date if metadata else None
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return "", ""
    date = created.strftime("%Y-%m-%d") if created is not None and 1990 <= created.year <= 2100 else ""
    return ("" if _POOR_TITLE.match(title) else title), date


# -- lines


def _prepared(page: Any) -> bytes:
    """Return the content of a page, and let pypdf read it from a shorter form: that takes half the time."""
    from pypdf.generic import ContentStream, NameObject

    given = page.get("/Contents")
    if given is None:
        return b""
    contents = ContentStream(given.get_object(), page.pdf, "bytes")  # what strings mean, the fonts know
    data: bytes = contents.get_data()
    contents.set_data(_KERNED.sub(_without_kerning, data))
    page[NameObject("/Contents")] = contents
    return data


def _without_kerning(array: re.Match[bytes]) -> bytes:
    """Return a TJ array whose strings are joined where only kerning keeps them apart; its width stays the same."""
    parts: list[bytes] = []
    kept = 0.0  # kerning taken out since the last string began
    for part in _PART.findall(array.group()):
        first = part[:1]
        if first not in b"<(":
            offset = float(part)
            if offset > -_NO_GAP:
                kept += offset
            else:
                parts += [*_offsets(kept), part]
                kept = 0.0
        elif parts and parts[-1][:1] == first and _joins(parts[-1], part):
            parts[-1] = parts[-1][:-1] + part[1:]
        else:
            parts += [*_offsets(kept), part]
            kept = 0.0
    return b"[" + b" ".join([*parts, *_offsets(kept)]) + b"]TJ"


def _joins(before: bytes, after: bytes) -> bool:
    """Tell whether two strings of one kind can be written as one: hex digits pair up, no digit lengthens an octal escape."""
    if before[:1] == b"<":
        return len(before) % 2 == 0
    return not (after[1:2].isdigit() and _OPEN_OCTAL.search(before[:-1]))


def _offsets(width: float) -> list[bytes]:
    """Return numbers that add up to an offset, none of them wide enough for a space."""
    if not width:
        return []
    count = max(1, math.ceil(-width / (_NO_GAP - 1)))
    return [b"%.2f" % (width / count)] * count


def _lines(page: Any, number: int) -> tuple[list[Line], list[list[Piece]]]:
    """Return the lines of a page in the order of its content, which is the order of reading in nearly all files, and the
    pieces that each was shown in."""
    lines: list[Line] = []
    shown_in: list[list[Piece]] = []
    pieces: list[tuple[str, float, float, float, bool]] = []

    def close() -> None:
        shown = [piece for piece in pieces if piece[0].strip()]
        if shown:
            sizes: Counter[float] = Counter()
            for piece in shown:
                sizes[round(piece[3], 1)] += len(piece[0])
            size = sizes.most_common(1)[0][0]
            words = "".join(_raised(piece, size, first=piece is shown[0]) for piece in pieces)
            text = plain_text(" ".join(words.split()))[0].strip().translate(_LIGATURES)
            if text:
                main = next(piece for piece in shown if round(piece[3], 1) == size)
                lines.append(Line(number, text, shown[0][1], main[2], size, all(piece[4] for piece in shown)))
                shown_in.append([(piece[0], piece[1], piece[3]) for piece in shown])
        pieces.clear()

    def visit(text: str, cm: Sequence[float], tm: Sequence[float], font: dict[str, Any] | None, size: float) -> None:
        x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        scale = (abs(tm[3] * cm[3]) + abs(tm[1] * cm[2])) or (abs(tm[0]) + abs(tm[1])) or 1.0
        name = str(font.get("/BaseFont", "")) if font else ""
        for index, part in enumerate(text.split("\n")):
            if index:
                close()
            if part:
                pieces.append((part, x, y, size * scale, "bold" in name.lower() or "black" in name.lower()))

    page.extract_text(visitor_text=visit)
    close()
    return lines, shown_in


def _raised(piece: tuple[str, float, float, float, bool], size: float, *, first: bool) -> str:
    """Return the words of a piece; the small number of a footnote is set apart from the word before or after it."""
    if piece[3] < 0.8 * size and piece[0].strip().isdigit():
        return f"{piece[0]} " if first else f"[{piece[0].strip()}] "
    return piece[0]


@dataclass(slots=True)
class _Plumber:
    """Finds tables by pdfplumber, which opens the file when the first page needs it."""

    data: bytes
    opened: Any = None

    def with_tables(self, number: int, lines: list[Line], *, ruled: bool, aligned: bool) -> list[Line]:
        """Return the lines of a page with each table in place of its lines."""
        if self.opened is None:
            import pdfplumber

            self.opened = pdfplumber.open(io.BytesIO(self.data))
        shown = self.opened.pages[number - 1]
        found = [(table.extract(), table.bbox) for table in shown.find_tables()] if ruled else []
        words = shown.extract_words() if aligned else []
        height = float(shown.height)
        shown.close()
        return _with_tables(lines, found, words, height)


def _with_tables(lines: list[Line], found: list[Any], words: list[dict[str, Any]], height: float) -> list[Line]:
    for cells, box in found:
        rows = [row for row in ([one_line(cell or "").translate(_LIGATURES) for cell in row] for row in cells) if any(row)]
        if len(rows) >= 2 and max(map(len, rows)) >= 2:
            lines = _replaced(lines, _inside(lines, box, height), rows)
    for table in aligned_tables([word for word in words if not any(_is_in(word, box) for _, box in found)]):
        inside = _inside(lines, table.bbox, height)
        # The lines come in the order of the content. Where that is not row by row, these are columns of something else; and
        # nothing may get lost.
        if _letters(line.text for line in inside) == _letters(cell for row in table.rows for cell in row):
            lines = _replaced(lines, inside, [[one_line(cell).translate(_LIGATURES) for cell in row] for row in table.rows])
    return lines


def _inside(lines: list[Line], box: tuple[float, float, float, float], height: float) -> list[Line]:
    left, top, right, bottom = box
    return [
        line
        for line in lines
        if line.table is None and left - 3 <= line.x <= right + 3 and top - 3 <= height - line.y <= bottom + 3
    ]


def _is_in(word: dict[str, Any], box: tuple[float, float, float, float]) -> bool:
    return bool(box[0] - 3 <= word["x0"] <= box[2] + 3 and box[1] - 3 <= word["top"] <= box[3] + 3)


def _letters(texts: Iterable[str]) -> str:
    return "".join(letter for text in texts for letter in text.translate(_LIGATURES) if letter.isalnum())


def _replaced(lines: list[Line], inside: list[Line], rows: list[list[str]]) -> list[Line]:
    """Return the lines with a table where the first of those inside it was."""
    if not inside:
        return lines
    first, gone = inside[0], {id(line) for line in inside}
    place = next(index for index, line in enumerate(lines) if line is first)
    kept = [line for line in lines if id(line) not in gone]
    kept.insert(place, Line(first.page, "", first.x, first.y, first.size, False, rows))
    return kept


def _without_running_lines(pages: list[list[Line]]) -> tuple[list[list[Line]], bool]:
    """Drop what stands at the top or bottom of most pages, and page numbers there."""
    if len(pages) < 2:
        return pages, False

    def edges(lines: list[Line]) -> list[Line]:
        words = sorted((line for line in lines if line.table is None), key=lambda line: line.y)
        return [*words[:2], *words[2:][-2:]]

    counts = Counter(key for lines in pages for key in {_place(line) for line in edges(lines)})
    enough = max(2, len(pages) * 2 // 5)
    dropped = False
    result = []
    for lines in pages:
        at_edge = {id(line) for line in edges(lines) if counts[_place(line)] >= enough or _PAGE_NUMBER.fullmatch(line.text)}
        if len(at_edge) == len(lines):  # there is nothing else on the page, so it is its text
            at_edge = set()
        dropped = dropped or bool(at_edge)
        result.append([line for line in lines if id(line) not in at_edge])
    return result, dropped


def _place(line: Line) -> tuple[str, int]:
    """Return what makes two lines of two pages the same running line: words without numbers, and height on the page."""
    return re.sub(r"\d+", "#", line.text.lower()), round(line.y / 3)


# -- layout


@dataclass(slots=True)
class _Open:
    """A paragraph, item, heading or footnote that may go on with the next line."""

    kind: str
    text: str
    line: Line
    breaks: list[int] = field(default_factory=list)


class _Layout:
    """Joins the lines of all pages to paragraphs, headings, items and footnotes."""

    def __init__(self, pages: list[list[Line]], heights: list[float], limits: Limits) -> None:
        self.pages, self.heights = pages, heights
        lines = [line for page in pages for line in page if line.table is None]
        sizes: Counter[float] = Counter()
        for line in lines:
            sizes[line.size] += len(line.text)
        self.body = sizes.most_common(1)[0][0] if sizes else 10.0
        self.leading = _leading(pages, self.body)
        body_lengths = sorted(len(line.text) for line in lines if line.size == self.body)
        self.width = body_lengths[int(len(body_lengths) * 0.9)] if body_lengths else 80
        self.larger = sorted({line.size for line in lines if line.size >= 1.12 * self.body}, reverse=True)
        words = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", " ".join(line.text for line in lines).lower())
        self.words = Counter(words)
        self.text = Text(most=limits.text)
        self.open: _Open | None = None
        self.notes: list[_Open] = []

    def build(self) -> Text:
        for lines in self.pages:
            first = True
            for line in lines:
                if line.table is not None:
                    self._begin_page(first)
                    first = False
                    self.text.table(line.table)
                    continue
                first = self._line(line, first)
            if first:
                self._begin_page(first)
        self._close()
        return self.text

    def _begin_page(self, first: bool) -> None:
        self._close()
        if first:
            self.text.page()

    def _line(self, line: Line, first: bool) -> bool:
        """Take a line in; return whether the page still has to begin."""
        kind = self._kind(line)
        if kind == "footnote" or (self.notes and line.page == self.notes[-1].line.page and line.size < 0.9 * self.body):
            if kind == "footnote":
                self.notes.append(_Open("footnote", line.text, line))
            else:
                self.notes[-1].text = self._joined(self.notes[-1].text, line.text)[0]
            return first
        if self.open is not None and self._goes_on(self.open, line, kind):
            self.open.text, at = self._joined(self.open.text, line.text)
            if first:
                self.open.breaks.append(at)
            self.open.line = line
            return False
        self._begin_page(first)
        self.open = _Open(kind, line.text, line)
        return False

    def _kind(self, line: Line) -> str:
        if line.size < 0.9 * self.body and line.y < 0.45 * self.heights[line.page - 1] and _NOTE.match(line.text):
            return "footnote"
        if _BULLET.match(line.text):
            return "item"
        short = len(line.text) <= 150 and not line.text.endswith((".", ",", ";"))
        if line.size >= 1.12 * self.body and len(line.text) <= 200 and any(letter.isalpha() for letter in line.text):
            return "heading"
        if line.bold and short and len(line.text) <= 100 and any(letter.isalpha() for letter in line.text):
            return "heading"
        return "paragraph"

    def _goes_on(self, before: _Open, line: Line, kind: str) -> bool:
        last = before.line
        if kind == "item" or (kind == "heading") != (before.kind == "heading") or abs(line.size - last.size) > 0.6:
            return False
        gap = last.y - line.y
        unfinished = not _ENDS.search(before.text)
        if line.page != last.page or gap < -2 * self.leading:  # a new page or column
            continues = line.text[:1].islower() or bool(_BROKEN_WORD.search(before.text)) or len(last.text) >= 0.7 * self.width
            return before.kind != "heading" and unfinished and continues
        if gap > 1.35 * max(self.leading, 1.15 * line.size):
            return False
        if before.kind == "heading":
            return line.bold == last.bold
        indented = line.x > last.x + 0.8 * line.size and before.kind == "paragraph" and "\n" not in before.text
        ended = not unfinished and len(last.text) < 0.75 * self.width
        return not (ended or (indented and not unfinished))

    def _joined(self, before: str, after: str) -> tuple[str, int]:
        """Return both lines as one and the offset at which the second one begins."""
        broken = _BROKEN_WORD.search(before)
        following = re.match(r"[^\W\d_]+", after)
        if broken and following and following.group()[0].islower():
            first, second = broken.group(1).lower(), following.group().lower()
            kept = before[-1] != "\u00ad" and self.words[f"{first}-{second}"] > self.words[first + second]
            before = before if kept else before[:-1]
            return before + after, len(before)
        if before.endswith(("-", "‐")) and following:
            return before + after, len(before)
        return f"{before} {after}", len(before) + 1

    def _close(self) -> None:
        if self.open is not None:
            self._add(self.open)
            self.open = None
        for note in self.notes:
            self.text.footnote(note.text)
        self.notes.clear()

    def _add(self, block: _Open) -> None:
        if block.kind == "heading":
            level = 1 + self.larger.index(block.line.size) if block.line.size in self.larger else len(self.larger) + 1
            self.text.heading(block.text, min(level, 6))
        elif block.kind == "item":
            self.text.item(_BULLET.sub("", block.text, count=1) if not re.match(r"\s*\(?\w", block.text) else block.text)
        else:
            self.text.paragraph(block.text, block.breaks)


def _leading(pages: list[list[Line]], body: float) -> float:
    """Return the usual distance of two lines of a paragraph."""
    gaps: Counter[float] = Counter()
    following: Counter[float] = Counter()  # of these, the lower line goes on with a small letter
    for lines in pages:
        for before, after in pairwise(lines):
            gap = round(before.y - after.y, 1)
            if before.size == after.size == body and 0.8 * body <= gap <= 3 * body:
                gaps[gap] += 1
                following[gap] += after.text[:1].islower()
    if not gaps:
        return 1.2 * body
    least = min(gap for gap, count in gaps.items() if 10 * count >= max(gaps.values()))
    # Where no two lines are close, either everything is double-spaced or each paragraph has one line.
    return least if least <= 1.7 * body or 3 * following[least] >= gaps[least] else 1.25 * body
