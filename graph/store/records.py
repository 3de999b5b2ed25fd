"""Model values to and from plain columns and JSON; shared by the homes of the graph and by export and import."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from graph.errors import InvalidRecord
from graph.model import (
    Block,
    BlockKind,
    Certainty,
    Document,
    Evidence,
    Genre,
    Modality,
    Passage,
    Progress,
    Statement,
    Visibility,
)

METADATA: Final = (
    "title",
    "language",
    "date",
    "genre",
    "country",
    "publisher",
    "event_date",
    "event_place",
    "licence",
    "visibility",
    "media_type",
    "reader",
    "encoding",
    "pages",
    "blocks",
    "rests_on",
    "notes",
)
EVIDENCE: Final = (
    "document",
    "start",
    "end",
    "quote",
    "page",
    "extractor",
    "version",
    "confidence",
    "person",
    "address",
    "collection",
)

WRITTEN: Final = ("first_written", "second_written", "predicate_written", "quote_written", "address_written")
JUDGEMENT: Final = ("first", "second", "by", "why", "at", *WRITTEN)


def now() -> str:
    """Return the time in UTC, ISO 8601 to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def metadata_of(document: Document) -> str:
    """Return what a reader said about a text, as JSON; everything of a Document but id, text and addresses."""
    values: dict[str, Any] = {name: getattr(document, name) for name in METADATA}
    values["blocks"] = [[b.kind, b.start, b.end, b.level, b.row, b.column] for b in document.blocks]
    return json.dumps(
        {name: value for name, value in values.items() if value not in ("", ())}, ensure_ascii=False, sort_keys=True
    )


def document_from(text: str, addresses: Sequence[str], metadata: str) -> Document:
    """Rebuild a Document from its text, its addresses and the metadata of one of them."""
    values: dict[str, Any] = json.loads(metadata)
    values["blocks"] = tuple(
        Block(kind=BlockKind(kind), start=start, end=end, level=level, row=row, column=column)
        for kind, start, end, level, row, column in values.get("blocks", ())
    )
    for name in ("pages", "rests_on", "notes"):
        values[name] = tuple(values.get(name, ()))
    values["genre"] = Genre(values.get("genre", Genre.UNKNOWN))
    values["visibility"] = Visibility(values.get("visibility", Visibility.QUOTE))
    return Document(text=text, addresses=tuple(addresses), **values)


def document_of(record: Mapping[str, Any]) -> Document:
    """Rebuild a Document from a record of an export; raise InvalidRecord where its text is another's."""
    addresses = record["addresses"]
    document = document_from(str(record["text"]), sorted(addresses), json.dumps(addresses[min(addresses)]))
    if document.id != record["id"]:
        raise InvalidRecord(f"the text is not that of {record['id']}")
    return document


def passage_of(record: Mapping[str, Any], text: str) -> Passage:
    """Rebuild a Passage from a record of an export and its document's text; raise InvalidRecord where its id is another's."""
    start, end = int(record["start"]), int(record["end"])
    passage = Passage(
        document=str(record["document"]),
        start=start,
        end=end,
        text=text[start:end],
        heading=str(record["heading"]),
        language=str(record["language"]),
    )
    if passage.id != record["id"]:
        raise InvalidRecord(f"{record['id']} is not the id of this passage")
    return passage


def statement_from(row: Mapping[str, Any]) -> Statement:
    """Rebuild a Statement from a row of the view `told`."""
    return Statement(
        subject=row["subject"],
        predicate=row["predicate"],
        value=row["value"],
        evidence=Evidence(**{name: row[name] for name in EVIDENCE}),
        progress=Progress(row["progress"]),
        modality=Modality(row["modality"]),
        certainty=Certainty(row["certainty"]),
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
    )


def statement_of(record: Mapping[str, Any]) -> Statement:
    """Rebuild a Statement from a record of an export; raise InvalidRecord where its id is another's."""
    statement = statement_from(record)
    if statement.id != record["id"]:
        raise InvalidRecord(f"{record['id']} is not the id of this statement")
    return statement
