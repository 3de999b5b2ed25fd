"""Word documents: paragraphs, headings, lists, tables and footnotes in the order of the text."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from ingest.read.archive import checked, member
from ingest.read.base import Limits, Read, Source, Text
from ingest.read.metadata import as_date, finish

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

READER: Final = "docx 1 (python-docx)"
MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING: Final = re.compile(r"(?:heading|überschrift|titre|título|titolo|kop)\s*([1-9])", re.IGNORECASE)


def read(source: Source, limits: Limits) -> Iterator[Read]:
    """Yield the document of a Word file."""
    data = source.content(limits)
    archive = checked(data, limits)
    import docx

    word = docx.Document(io.BytesIO(data))
    text = Text(most=limits.text)
    notes = _footnotes(member(archive, "word/footnotes.xml", limits)) | _footnotes(
        member(archive, "word/endnotes.xml", limits), "e"
    )
    _blocks(word, text, notes)
    properties = word.core_properties
    yield Read(
        document=finish(
            text,
            source.address,
            reader=READER,
            media_type=MEDIA_TYPE,
            title=_title(word) or properties.title or "",
            date=_document_date(properties),
        )
    )


def _document_date(properties: Any) -> str:
    # `created` is the template's date in many files, so it only counts where somebody changed the file on that day or later.
    created, modified = properties.created, properties.modified
    if created is None or created.year < 1995 or (modified is not None and modified < created):
        return ""
    return as_date(created.strftime("%Y-%m-%d"))


def _title(word: WordDocument) -> str:
    for paragraph in word.paragraphs[:20]:
        if _style(paragraph).lower() in {"title", "titel", "titre", "título", "titolo"} and paragraph.text.strip():
            return str(paragraph.text)
    return ""


def _style(paragraph: Any) -> str:
    try:
        return str(paragraph.style.name or "")
    except (AttributeError, KeyError, ValueError):
        return ""


def _blocks(word: Any, text: Text, notes: dict[str, str]) -> None:
    from docx.table import Table

    used: list[str] = []
    for block in word.iter_inner_content():
        if isinstance(block, Table):
            _table(block, text)
            continue
        used += _paragraph(block, text)
    for key in dict.fromkeys([*(key for key in used if key in notes), *notes]):
        text.footnote(notes[key])


def _paragraph(paragraph: Any, text: Text) -> list[str]:
    """Add a paragraph; return the keys of the footnotes it refers to."""
    words, style = _words(paragraph._p), _style(paragraph)
    heading = _HEADING.match(style)
    if style.lower() in {"title", "titel", "titre", "título", "titolo"}:
        text.heading(words, 1)
    elif heading:
        text.heading(words, int(heading.group(1)))
    elif "list" in style.lower() or paragraph._p.find(f"{_W}pPr/{_W}numPr") is not None:
        text.item(words)
    else:
        text.paragraph(words)
    return [
        ("" if element.tag.endswith("footnoteReference") else "e") + str(element.get(f"{_W}id"))
        for element in paragraph._p.iter(f"{_W}footnoteReference", f"{_W}endnoteReference")
    ]


def _words(element: Any) -> str:
    """Return the words under an element, insertions included and deletions not, breaks and tabs as white space."""
    parts: list[str] = []
    for part in element.iter():
        match str(part.tag).removeprefix(_W):
            case "t":
                parts.append(part.text or "")
            case "noBreakHyphen":
                parts.append("-")
            case "tab":
                parts.append("\t")
            case "br" | "cr":
                parts.append("\n")
    return "".join(parts)


def _table(table: Any, text: Text) -> None:
    rows: list[list[str]] = []
    for row in table._tbl.iter(f"{_W}tr"):
        if row.getparent() is table._tbl:
            rows.append([_words_of_cell(cell) for cell in row.iterchildren(f"{_W}tc")])
    text.table(rows)


def _words_of_cell(cell: Any) -> str:
    return " ".join(_words(paragraph) for paragraph in cell.iter(f"{_W}p"))


def _footnotes(xml: bytes, prefix: str = "") -> dict[str, str]:
    if not xml:
        return {}
    from defusedxml.ElementTree import fromstring

    return {
        prefix + str(note.get(f"{_W}id")): words
        for note in fromstring(xml)
        if note.get(f"{_W}type") is None and (words := " ".join(_words(note).split()))
    }
