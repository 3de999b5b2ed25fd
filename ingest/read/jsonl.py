"""JSON lines, also packed with gzip: each line is a document whose `text` is kept as it is.

Fields: `text` is required; `page` or `path`, `title`, `date` or `year`, `source`, `language`, `country`, `licence` are used.
A `page` or `path` that is a web address is the document's address; another one stands behind the file's (`FILE#PATH`),
and without one the number of the line does (`FILE#line=N`).
"""

from __future__ import annotations

import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator
from typing import IO, Final

from graph.errors import InvalidRecord
from graph.model import Genre
from ingest.errors import SkipDocument
from ingest.read.base import Limits, Read, Skipped, Source, plain_text
from ingest.read.decode import decode
from ingest.read.metadata import as_country, as_date, finish
from ingest.read.plain import blocks, check_length, title_of

READER: Final = "jsonl 1"
_WEB: Final = re.compile(r"https?://\S+$")
_GENRES: Final = {
    "news": Genre.NEWS, "blog": Genre.NEWS, "report": Genre.REPORT, "minutes": Genre.MINUTES, "newsletter": Genre.NEWSLETTER,
    "case study": Genre.CASE_STUDY, "story": Genre.CASE_STUDY, "session notes": Genre.SESSION_NOTES, "page": Genre.PAGE,
    "digest": Genre.DIGEST, "solution": Genre.PAGE, "experiment": Genre.CASE_STUDY,
}  # fmt: skip


def read(source: Source, limits: Limits) -> Iterator[Read | Skipped]:
    """Yield a document for each line; a line that is none is skipped with its reason."""
    for number, line in lines(source, limits):
        if not line.strip():
            continue
        where = f"{source.address}#line={number}"
        try:
            yield _document(line, source.address, number, limits)
        except (SkipDocument, InvalidRecord) as error:
            yield Skipped(address=where, reason=str(error))


def lines(source: Source, limits: Limits) -> Iterator[tuple[int, bytes]]:
    """Yield the numbered lines of a file or of bytes, unpacked; raise SkipDocument past the limits."""
    with _opened(source) as file:
        most = 4 * limits.text
        size = number = 0
        try:
            while line := file.readline(most + 1):
                number += 1
                size += len(line)
                if len(line) > most:
                    raise SkipDocument(f"line {number} is longer than the limit of {most / 1e6:.0f} MB")
                if size > limits.unpacked:
                    raise SkipDocument(f"more than the limit of {limits.unpacked / 1e6:.0f} MB unpacked; split the file")
                yield number, line
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise SkipDocument(
                f"the packed file is damaged or cut off after line {number}; what came before is in. Get it again"
            ) from None
        except OSError as error:
            raise SkipDocument(f"it cannot be read: {error.strerror or error}") from None


def _opened(source: Source) -> IO[bytes]:
    try:
        raw: IO[bytes] = source.path.open("rb") if source.path is not None else io.BytesIO(source.data)
    except FileNotFoundError:
        raise SkipDocument("the file vanished before it was read") from None
    except PermissionError:
        raise SkipDocument("no right to read it; change its permissions") from None
    packed = raw.read(2) == b"\x1f\x8b"
    raw.seek(0)
    return gzip.GzipFile(fileobj=raw, mode="rb") if packed else raw  # type: ignore[return-value]


def _document(line: bytes, address: str, number: int, limits: Limits) -> Read:
    decoded, encoding, notes = decode(line)
    try:
        record = json.loads(decoded)
    except (ValueError, RecursionError):
        raise SkipDocument("the line is no valid JSON") from None
    if not isinstance(record, dict) or "text" not in record:
        raise SkipDocument("the line is no JSON object with a field `text`")
    if not isinstance(record["text"], str) or not record["text"].strip():
        raise SkipDocument(f"empty: no text{_named(record)}")
    text, more = plain_text(record["text"])
    check_length(text, limits)
    where = next((str(record[field]).strip() for field in ("page", "path", "address", "url") if record.get(field)), "")
    return Read(
        document=finish(
            text,
            where if _WEB.match(where) else f"{address}#{where or f'line={number}'}",
            blocks=tuple(blocks(text)),
            reader=READER,
            media_type="text/plain",
            title=_text(record.get("title")) or title_of(text),
            date=as_date(record.get("date") or record.get("year")),
            language=_language(record.get("language")),
            genre=_GENRES.get(_text(record.get("genre") or record.get("type")).lower(), Genre.UNKNOWN),
            country=as_country(record.get("country")),
            publisher=_text(record.get("source")),
            licence=_text(record.get("licence") or record.get("license")),
            encoding=encoding,
            notes=(*notes, *more),
        )
    )


def _named(record: dict[str, object]) -> str:
    name = _text(record.get("title") or record.get("page") or record.get("path"))
    return f" ({name[:80]})" if name else ""


def _text(value: object) -> str:
    return plain_text(value)[0] if isinstance(value, str) else ""


def _language(value: object) -> str:
    code = _text(value).strip().lower()
    return code if re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})?", code) else ""
