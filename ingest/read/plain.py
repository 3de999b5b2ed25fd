"""Plain text and Markdown: the text stays as it was written, headings, list items and cells are found in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from graph.model import Block, BlockKind
from ingest.errors import SkipDocument
from ingest.read.base import Limits, Read, Source, plain_text
from ingest.read.decode import decode
from ingest.read.metadata import as_date, find_date, finish

READER: Final = "text 1"
_LINE: Final = re.compile(r"[^\n]+")
_HEADING: Final = re.compile(r"\s{0,3}(#{1,6})\s+\S")
_ITEM: Final = re.compile(r"\s*(?:[-*+•–▪●○‣·]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+(?=\S)")
_RULE: Final = re.compile(r"\s*(?:=+|-{3,}|\*{3,}|_{3,})\s*$")
_BOLD_LINE: Final = re.compile(r"\s*\*\*[^*\n]{2,100}\*\*:?\s*$")
_TABLE_RULE: Final = re.compile(r"\s*\|?(?:\s*:?-{2,}:?\s*\|)+\s*:?-*:?\s*\|?\s*$")
_FOOTNOTE: Final = re.compile(r"\[\^[^\]\s]{1,20}\]:\s")
_FRONT: Final = re.compile(r"---[^\S\n]*\n(.{0,8000}?)\n(?:---|\.\.\.)[^\S\n]*(?:\n|$)", re.DOTALL)
_LIST_OR_QUOTE: Final = re.compile(r"[-*+•>\"“„«]")
_BY: Final = re.compile(r"(?:by|von|par|por|di|av|af|door)\s", re.IGNORECASE)
_MARKDOWN: Final = re.compile(r"^#{1,6} \S|\]\(\S+\)|^```|^\s*[-*] \S.*\n\s*[-*] \S|\*\*\S", re.MULTILINE)


def is_markdown(text: str) -> bool:
    """Tell whether a text looks like Markdown: headings, links, lists, front matter."""
    return bool(_FRONT.match(text) or _MARKDOWN.search(text[:20_000]))


def blocks(text: str) -> Iterator[Block]:
    """Yield headings, list items, cells and footnotes of a text as Markdown or as people write them in plain text."""
    lines = [(match.start(), match.end()) for match in _LINE.finditer(text) if match.group().strip()]
    row = 0
    columns: list[str] = []
    for index, (start, end) in enumerate(lines):
        line = text[start:end]
        following = lines[index + 1] if index + 1 < len(lines) else None
        adjacent = following is not None and following[0] == end + 1
        below = text[slice(*following)] if following and adjacent else ""
        if _is_row(line, below, row):
            if not _TABLE_RULE.match(line):
                row += 1
                cells = list(_cells(line, start))
                columns = [text[first:last] for first, last in cells] if row == 1 else columns
                yield from _row(cells, row, columns)
            if not adjacent or "|" not in below:
                row = 0
            continue
        row = 0
        level = _level(text, start, end, below, index, lines)
        if level:
            yield Block(kind=BlockKind.HEADING, start=start, end=end, level=level)
        elif _FOOTNOTE.match(line):
            yield Block(kind=BlockKind.FOOTNOTE, start=start, end=end)
        elif item := _ITEM.match(line):
            yield Block(kind=BlockKind.LIST_ITEM, start=start + item.end(), end=end)


def _is_row(line: str, below: str, row: int) -> bool:
    if "|" not in line:
        return False
    return row > 0 or bool(_TABLE_RULE.match(below)) or (line.lstrip().startswith("|") and line.count("|") >= 3)


def _cells(line: str, start: int) -> Iterator[tuple[int, int]]:
    for cell in re.finditer(r"(?:\\.|[^|\\])+", line):
        if cell.group().strip():
            yield start + cell.start() + len(cell.group()) - len(cell.group().lstrip()), start + len(line[: cell.end()].rstrip())


def _row(cells: list[tuple[int, int]], row: int, columns: list[str]) -> Iterator[Block]:
    for index, (first, last) in enumerate(cells):
        name = columns[index] if index < len(columns) else str(index + 1)
        yield Block(kind=BlockKind.CELL, start=first, end=last, row=row, column=name)


def _level(text: str, start: int, end: int, below: str, index: int, lines: list[tuple[int, int]]) -> int:
    """Return the level of a heading, or 0 where the line is none."""
    line = text[start:end]
    marked = _HEADING.match(line)
    if marked:
        return len(marked.group(1))
    body = line.strip()
    if below and _RULE.match(below) and len(body) <= 120 and below.strip()[0] in "=-" and len(below.strip()) >= 3:
        return 1 if below.strip()[0] == "=" else 2
    alone = (index == 0 or "\n\n" in text[lines[index - 1][1] : start + 1]) and not below
    if not alone or index + 1 == len(lines) or _ITEM.match(line) or "](" in body:
        return 0
    if _BOLD_LINE.match(line):
        return 3
    # In plain text: a short line by itself without an end, and running text below it.
    words = body.split()
    short = (
        len(words) <= 10 and len(body) <= 80 and body[0].isalnum() and not body[0].islower() and body[-1] not in ".!?…:;,\"”'|"
    )
    following = text[slice(*lines[index + 1])].strip()
    return 2 if short and len(following) > len(body) and len(following) > 60 else 0


def read(source: Source, limits: Limits) -> Iterator[Read]:
    """Yield the document of a text file."""
    text, encoding, notes = decode(source.content(limits), source.charset)
    text, more = plain_text(text)
    check_length(text, limits)
    known: dict[str, object] = {}
    front = _FRONT.match(text)
    if front:
        known = _front_matter(front.group(1))
        text = text[front.end() :]
    text = text.strip("\n")
    yield Read(
        document=finish(
            text,
            source.address,
            blocks=tuple(blocks(text)),
            reader=READER,
            media_type="text/markdown" if front or is_markdown(text) else "text/plain",
            title=str(known.get("title") or "") or title_of(text),
            date=as_date(known.get("date")),
            encoding=encoding,
            notes=(*notes, *more),
        )
    )


def check_length(text: str, limits: Limits) -> None:
    """Raise SkipDocument for a text over the limit."""
    if len(text) > limits.text:
        raise SkipDocument(
            f"{len(text) / 1e6:.0f} million characters of text, more than the limit of {limits.text / 1e6:.0f} million for one"
            " document; split it"
        )


def title_of(text: str) -> str:
    """Return the title of a plain text or Markdown: its first marked heading, else the line that says most above its first
    paragraph (pages that were copied begin with menus and dates), or nothing."""
    marked = re.search(r"^#{1,3}\s+(\S[^\n]{0,200})$", text[:3000], re.MULTILINE)
    if marked:
        return marked.group(1).strip("#*_ ")
    best, most = "", 0
    for index, line in enumerate(text[:3000].split("\n")[:15]):
        body = line.strip("#*_ \t=-")
        if len(body) > 150 or _LIST_OR_QUOTE.match(body) or (body.endswith((".", ":", ";")) and len(body) > 60):
            break
        words = min(len(body.split()), 12) + (4 if index == 0 else 0)
        if body and not _BY.match(body) and not (len(body.split()) <= 5 and find_date(body)) and words > most:
            best, most = body, words
    return best


def _front_matter(text: str) -> dict[str, object]:
    import yaml

    try:
        found = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    # Only plain values: references in YAML can make a few lines stand for gigabytes as soon as they are written out.
    return {str(key).lower(): value for key, value in found.items() if isinstance(value, str | int | date)}
