"""A document: its passages, and what each of them says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graph.model import Document, Visibility
from graph.store.base import Reader
from queries.questions import rows
from queries.said import cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A statement that rests on the document; `verdict` says whether somebody judged it wrong or confirmed."""

    statement: str
    subject: str
    subject_name: str
    predicate: str
    value: str
    value_name: str
    progress: str
    modality: str
    certainty: str
    verdict: str
    extractor: str
    confidence: float
    page: int | None
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A passage and the statements that begin in it. Statements outside every passage come in sections without an id."""

    passage: str
    start: int
    end: int
    heading: str
    text: str
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The document and its passages in the order of the text."""

    document: Document
    sections: tuple[Section, ...]
    more: bool = False


def ask(store: Reader, document: str, *, whole: bool = False, limit: int = 10_000) -> Answer:
    """Return the document with this id or address; raise NotFound.

    Passages are cut to what may be shown of a document whose licence does not open it, unless `whole`.
    """
    kept = store.document(document)
    found = rows(store, "document", document=kept.id, limit=limit)
    full = whole or kept.visibility == Visibility.FULL
    passages = [row for row in found if row["part"] == "passage"]
    told = [row for row in found if row["part"] == "statement"]
    sections = [_section(row, [each for each in told if _within(row, each)], full=full) for row in passages]
    outside = [each for each in told if not any(_within(row, each) for row in passages)]
    sections += [_section({**row, "id": "", "heading": ""}, [row], full=full) for row in outside]
    return Answer(document=kept, sections=tuple(sorted(sections, key=lambda s: s.start)), more=len(found) >= limit)


def _within(passage: dict[str, Any], statement: dict[str, Any]) -> bool:
    return bool(passage["start"] <= statement["start"] < passage["end"])


def _section(row: dict[str, Any], told: list[dict[str, Any]], *, full: bool) -> Section:
    return Section(
        passage=row["id"],
        start=row["start"],
        end=row["end"],
        heading=row["heading"],
        text=row["text"] if full else cut(row["text"]),
        told=tuple(_told(each) for each in told),
    )


def _told(row: dict[str, Any]) -> Told:
    kept = {name: row[name] for name in Told.__slots__ if name in row}
    return Told(**kept, statement=row["id"], quote=cut(row["text"]))
