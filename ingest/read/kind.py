"""What a file is, by its first bytes and its structure."""

from __future__ import annotations

import csv
import io
import json
import re
import zlib
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import urlsplit

from ingest.errors import SkipDocument
from ingest.read.archive import checked
from ingest.read.base import Limits, Source
from ingest.read.decode import decode

HEAD: Final = 65_536
_OTHER: Final = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or encrypted Office file; save it as DOCX, PPTX or XLSX without a password"),
    (b"{\\rtf", "RTF; save it as DOCX or PDF"),
    (b"\x89PNG", "an image; run OCR first"),
    (b"\xff\xd8\xff", "an image; run OCR first"),
    (b"GIF8", "an image; run OCR first"),
    (b"II*\x00", "an image; run OCR first"),
    (b"MM\x00*", "an image; run OCR first"),
    (b"7z\xbc\xaf\x27\x1c", "an archive; unpack it first"),
    (b"Rar!", "an archive; unpack it first"),
    (b"BZh", "an archive; unpack it first"),
    (b"\xfd7zXZ", "an archive; unpack it first"),
    (b"\x28\xb5\x2f\xfd", "an archive; unpack it first"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"SQLite format 3\x00", "a database; export the tables as CSV"),
)
_CONTROL: Final = bytes((*range(0x09), *range(0x0E, 0x1B), *range(0x1C, 0x20)))  # no text has more than a few of them
_EXPECTED: Final = {
    ".pdf": "pdf", ".docx": "docx", ".pptx": "pptx", ".html": "html", ".htm": "html", ".eml": "mail", ".jsonl": "jsonl",
    ".ndjson": "jsonl", ".csv": "table", ".tsv": "table", ".xlsx": "table", ".json": "table",
}  # fmt: skip
_HTML: Final = re.compile(r"<(?:!doctype\s+html|html|head|body|title|div|p|h[1-6]|article|main|table|meta)\b", re.IGNORECASE)
_MAIL_HEADER: Final = re.compile(
    r"(?:from|to|subject|date|mime-version|received|return-path|message-id|reply-to|cc|content-type|delivered-to|x-[\w-]+|"
    r"dkim-signature|content-transfer-encoding|sender|list-[\w-]+):[ \t]",
    re.IGNORECASE,
)


def suffix(address: str) -> str:
    """Return the extension an address ends with, in small letters."""
    path = urlsplit(address).path if re.match(r"https?://", address) else address
    return PurePosixPath(path.removesuffix(".gz").replace("\\", "/")).suffix.lower()


def kind_of(source: Source, limits: Limits) -> tuple[str, tuple[str, ...]]:
    """Return the name of the reader for a source, and a note where its name says otherwise; raise SkipDocument."""
    head = _head(source)
    if not head.strip(b"\x00 \t\r\n"):
        raise SkipDocument("empty: the file has no content" if not head else "empty: nothing but blanks")
    if head.startswith(b"\x1f\x8b"):
        head = _unpacked(head)
        if head.startswith((b"\x1f\x8b", b"PK\x03\x04")) or b"ustar" in head[257:265]:
            raise SkipDocument("an archive in an archive; unpack it first")
        kind = _packed_kind(head, source)
    else:
        kind = _kind(head, source, limits)
    expected = _EXPECTED.get(suffix(source.address))
    if expected and expected != kind and {expected, kind} != {"table", "jsonl"}:
        return kind, (f"named {suffix(source.address)}, but its content is {kind}; read as that",)
    return kind, ()


def _head(source: Source) -> bytes:
    if source.path is None:
        return source.data[:HEAD]
    try:
        if not source.path.is_file():
            raise (
                FileNotFoundError
                if not source.path.exists()
                else SkipDocument("no regular file, but a pipe or device; give the document itself")
            )
        with source.path.open("rb") as file:
            return file.read(HEAD)
    except FileNotFoundError:
        raise SkipDocument("the file vanished before it was read") from None
    except PermissionError:
        raise SkipDocument("no right to read it; change its permissions") from None
    except OSError as error:
        raise SkipDocument(f"it cannot be read: {error.strerror or error}") from None


def _unpacked(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(31).decompress(head, HEAD)
    except zlib.error:
        raise SkipDocument("the packed file is damaged; get it again") from None


def _packed_kind(head: bytes, source: Source) -> str:
    text = decode(head, guess=False)[0].lstrip()
    if text.startswith("{") or suffix(source.address) in {".jsonl", ".ndjson"}:
        return "jsonl"
    raise SkipDocument("packed with gzip and no JSON lines; unpack it first")


def _kind(head: bytes, source: Source, limits: Limits) -> str:
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _office(source, limits)
    for magic, what in _OTHER:
        if head.startswith(magic):
            raise SkipDocument(what)
    if b"ustar" in head[257:265]:
        raise SkipDocument("an archive; unpack it first")
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not wide and len(head) - len(head.translate(None, _CONTROL)) > len(head) // 50:
        raise SkipDocument("a binary file of no kind that can be read")
    return text_kind(decode(head, guess=False)[0], source)


def _office(source: Source, limits: Limits) -> str:
    with checked(source.content(limits), limits) as archive:
        names = set(archive.namelist())
    for part, kind in (("word/document.xml", "docx"), ("ppt/presentation.xml", "pptx"), ("xl/workbook.xml", "table")):
        if part in names:
            return kind
    if "EncryptedPackage" in names:
        raise SkipDocument("encrypted; save it without a password")
    if "content.xml" in names:
        raise SkipDocument("an OpenDocument file; save it as DOCX, PPTX or XLSX")
    raise SkipDocument("an archive; unpack it first")


def text_kind(text: str, source: Source) -> str:
    """Return the kind of a text by its beginning."""
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith("<"):
        return _marked_up(start)
    if start.startswith(("{", "[")):
        kind = _json(start)
        if kind:
            return kind
    if _is_mail(start):
        return "mail"
    if source.mapping or _is_table(start, suffix(source.address)):
        return "table"
    if source.media_type.startswith("text/html") and _HTML.search(start):
        return "html"
    return "plain"


def _marked_up(start: str) -> str:
    if _HTML.search(start[:20_000]):
        return "html"
    root = re.search(r"<(?![?!])(?:\w+:)?([\w-]+)", start)
    name = root.group(1).lower() if root else ""
    if name in {"rss", "feed", "rdf", "urlset", "sitemapindex"}:
        raise SkipDocument("a feed or sitemap; give its web address instead of a file")
    if start.startswith("<?xml") or (root and f"</{root.group(1)}" in start):
        raise SkipDocument(f"XML of a kind that cannot be read ({name or 'no root'}); export it as CSV, HTML or text")
    return "plain"


def _json(start: str) -> str:
    line = start.split("\n", 1)[0].strip()
    try:
        first = json.loads(line)
    except (ValueError, RecursionError):
        # One long object on a first line that does not end inside the head, or JSON over several lines.
        return "jsonl" if re.match(r'\{"[^"]{1,60}":', line) and "\n" not in start else _json_table(start)
    if isinstance(first, dict) and "text" in first:
        return "jsonl"
    if isinstance(first, dict) and start.count("\n") > 1 and start.split("\n", 2)[1].strip().startswith("{"):
        return "jsonl"
    return "table"


def _json_table(start: str) -> str:
    return "table" if re.match(r'\[\s*(?:\{|\[|$|")|\{\s*"', start) else ""


def _is_mail(start: str) -> bool:
    lines = start.split("\n\n", 1)[0].split("\n")[:60]
    headers = [line.split(":", 1)[0].lower() for line in lines if _MAIL_HEADER.match(line)]
    return bool(lines) and bool(_MAIL_HEADER.match(lines[0])) and len(headers) >= 3 and {"from", "subject"} <= set(headers)


def _is_table(start: str, extension: str) -> bool:
    """Tell whether a text is rows of cells: several rows with the same number of cells, at least three (two if named so)."""
    least = 2 if extension in {".csv", ".tsv"} else 3
    for delimiter in ("\t", ";", ","):
        if start.split("\n", 1)[0].count(delimiter) < least - 1:
            continue
        try:
            rows = [row for row, _ in zip(csv.reader(io.StringIO(start), delimiter=delimiter), range(6), strict=False) if row]
        except csv.Error:
            continue
        whole = rows[:-1] if len(rows) == 6 or len(start) >= HEAD // 2 else rows
        if len(whole) >= 2 and len({len(row) for row in whole}) == 1 and len(whole[0]) >= least:
            return True
    return False
