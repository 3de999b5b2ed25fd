"""Mail messages (EML): subject, date and the words of the message; attachments are named and not read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from typing import Final

from ingest.errors import SkipDocument
from ingest.read.base import Limits, Read, Source, one_line, plain_text
from ingest.read.decode import decode
from ingest.read.html import page
from ingest.read.metadata import finish
from ingest.read.plain import blocks, check_length

READER: Final = "mail 1"


def read(source: Source, limits: Limits) -> Iterator[Read]:
    """Yield the document of a message: its plain part, else its HTML part."""
    message = message_from_bytes(source.content(limits), policy=policy.default)
    if not isinstance(message, EmailMessage):
        raise SkipDocument("no mail message")
    body, encoding, notes = _body(message)
    title, date = _header(message, "subject"), _date(message)
    sender = parseaddr(_header(message, "from"))[1]
    if body is not None:
        text, more = plain_text(body)
        text = _without_quotes(text).strip()
        check_length(text, limits)
        document = finish(
            text,
            source.address,
            blocks=tuple(blocks(text)),
            reader=READER,
            media_type="message/rfc822",
            title=title,
            date=date,
            publisher=sender.rpartition("@")[2],
            encoding=encoding,
            notes=(*notes, *more, *_attachments(message)),
        )
        yield Read(document=document)
        return
    html = _part(message, "html")
    if html is None:
        raise SkipDocument("a message without words; save its attachments and read those")
    text, encoding, notes = html
    found = page(text, source.address, limits, encoding=encoding, notes=(*notes, *_attachments(message)))
    from dataclasses import replace

    title = title or found.title
    yield Read(document=replace(found, title=one_line(title)[:300], date=date or found.date, media_type="message/rfc822"))


def _body(message: EmailMessage) -> tuple[str | None, str, tuple[str, ...]]:
    plain = _part(message, "plain")
    return plain if plain is not None and plain[0].strip() else (None, "", ())


def _part(message: EmailMessage, subtype: str) -> tuple[str, str, tuple[str, ...]] | None:
    for part in message.walk():
        if part.get_content_type() == f"text/{subtype}" and part.get_content_disposition() != "attachment":
            payload = part.get_payload(decode=True)
            return decode(payload if isinstance(payload, bytes) else b"", part.get_content_charset() or "")
    return None


def _attachments(message: EmailMessage) -> tuple[str, ...]:
    names = [
        part.get_filename() or part.get_content_type()
        for part in message.walk()
        if part.get_content_disposition() == "attachment"
    ]
    return (f"attachments were not read: {one_line(', '.join(map(str, names)))[:300]}",) if names else ()


def _header(message: EmailMessage, name: str) -> str:
    try:
        return one_line(str(message.get(name, "")))
    except (ValueError, LookupError, AttributeError, IndexError, TypeError):  # the parser of headers trips over broken ones
        return ""


def _date(message: EmailMessage) -> str:
    try:
        return parsedate_to_datetime(_header(message, "date")).strftime("%Y-%m-%d")
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


def _without_quotes(text: str) -> str:
    """Drop what the message quotes of an earlier one (`> …`) at its end: it is that message's text."""
    return re.sub(r"(?:\n[^\n]{0,200}:\s*)?(?:\n[^\S\n]*>[^\n]*)+\s*\Z", "", "\n" + text).removeprefix("\n")
