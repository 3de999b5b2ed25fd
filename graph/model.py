"""The words of this project as frozen values: documents, passages, statements, evidence, entities, edges, judgements.

Identity comes from content (design after followthemoney's statements): reading a text twice yields the same ids.
Offsets count characters (Unicode code points) of `Document.text`, end exclusive. Dates are strings in a subset of
EDTF (ISO 8601-2): `2018`, `2018-04`, `2018-04-12`, each with an optional `~` for approximate; the empty string is unknown.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Final

from graph.errors import InvalidRecord

UNKNOWN_LANGUAGE: Final = "und"
_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?~?")
_UNSAFE = re.compile("[\x00\ud800-\udfff]")
_MARKED_LETTERS = str.maketrans(
    {
        "ı": "i",
        "ß": "ss",
        "ł": "l",
        "Ł": "L",
        "ø": "o",
        "Ø": "O",
        "đ": "d",
        "Đ": "D",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
        "Œ": "OE",
        "þ": "th",
        "Þ": "Th",
    }
)


class Progress(StrEnum):
    """How far a pilot or a replication has come, as the source puts it."""

    INTENDED = "intended"
    PLANNED = "planned"
    FUNDED = "funded"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    UNCLEAR = "unclear"


class Modality(StrEnum):
    """How the source says it."""

    STATED = "stated"
    NEGATED = "negated"
    HEDGED = "hedged"


class Certainty(StrEnum):
    """Certainty of a link as its register gives it: A done, B under way, C planned, D a role only; mixed as written."""

    A = "A"
    A_B = "A/B"
    B = "B"
    B_C = "B/C"
    C = "C"
    C_D = "C/D"
    D = "D"
    UNRATED = "unrated"


class Genre(StrEnum):
    """What kind of text a document is."""

    REPORT = "report"
    SESSION_NOTES = "session notes"
    NEWS = "news"
    CASE_STUDY = "case study"
    MINUTES = "minutes"
    NEWSLETTER = "newsletter"
    PAGE = "page"
    DIGEST = "digest"  # written for Twintown from facts with sources; never a source of its own
    TABLE_ROW = "table row"
    UNKNOWN = "unknown"


class Visibility(StrEnum):
    """What readers may see of a document: a quote of at most 300 characters, or the whole text."""

    QUOTE = "quote"
    FULL = "full"


class BlockKind(StrEnum):
    """Parts of a text that a reader recognised; everything else is running text."""

    HEADING = "heading"
    LIST_ITEM = "list item"
    CELL = "cell"
    FOOTNOTE = "footnote"


class Verdict(StrEnum):
    """What a person judged."""

    SAME = "same"
    DIFFERENT = "different"
    WRONG = "wrong"
    CONFIRMED = "confirmed"


def digest(*parts: str) -> str:
    """Return 24 hexadecimal characters (96 bits of BLAKE2b) of the parts; the order and the borders of parts count."""
    whole = hashlib.blake2b(digest_size=12)
    for part in parts:
        data = part.encode("utf-8")
        whole.update(len(data).to_bytes(8, "big"))
        whole.update(data)
    return whole.hexdigest()


_NO_WORD: Final = re.compile(r"[\W_]+")


@lru_cache(maxsize=16_384)  # the same names come again and again, in one document and in the next
def normalise_name(name: str) -> str:
    """Fold a name for comparison: NFKD without marks, case folded, punctuation to single spaces."""
    text = name
    if not name.isascii():  # what is ASCII has no marks, and most names are
        text = unicodedata.normalize("NFKD", name.translate(_MARKED_LETTERS))
        text = "".join(letter for letter in text if not unicodedata.combining(letter))
    return " ".join(_NO_WORD.sub(" ", text.casefold()).split())


def entity_id(kind: str, *key: str, external: str = "") -> str:
    """Return `kind:external` where an external id exists, else `kind:` and the digest of the normalised key parts.

    External ids are written scheme-number: `geonames-3176959`, `cordis-691735`; solution concepts as they are.
    """
    if external:
        return f"{kind}:{external}"
    return f"{kind}:{digest(kind, *(normalise_name(part) if ':' not in part else part for part in key))}"


def kind_of(identifier: str) -> str:
    """Return the kind an entity or document id carries before its colon."""
    kind, colon, key = identifier.partition(":")
    if not (kind and colon and key):
        raise InvalidRecord(f"{identifier!r} is not an id; ids look like 'place:geonames-3176959'")
    return kind


def check_date(date: str) -> str:
    """Return the date if it is EDTF as far as this project uses it (or empty), else raise InvalidRecord."""
    if date and not _DATE.fullmatch(date):
        raise InvalidRecord(f"{date!r} is not a date; write 2018, 2018-04 or 2018-04-12, with ~ after it if approximate")
    return date


def check_text(text: str, what: str) -> str:
    """Return the text unless it holds NUL or a lone surrogate, which neither store can keep."""
    found = _UNSAFE.search(text)
    if found:
        raise InvalidRecord(f"{what} holds {found.group()!r} at character {found.start()}; remove it and read again")
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A heading, list item, table cell or footnote: a span of `Document.text`."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0  # heading level, from 1
    row: int = 0  # of a cell, from 1; 0 where it is no cell
    column: str = ""  # header of a cell's column, or its number


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One text as a reader produced it, and what is known about it. The text never changes.

    `id` is a digest of the text alone, so the same text at two addresses is one document.
    """

    text: str
    addresses: tuple[str, ...]
    title: str = ""
    language: str = UNKNOWN_LANGUAGE
    date: str = ""
    genre: Genre = Genre.UNKNOWN
    country: str = ""  # ISO 3166-1 alpha-2, where the source names one for the whole document
    publisher: str = ""
    event_date: str = ""
    event_place: str = ""
    licence: str = ""
    visibility: Visibility = Visibility.QUOTE
    media_type: str = "text/plain"
    reader: str = ""  # name and version of what produced the text
    encoding: str = ""  # as found or guessed, for text formats
    pages: tuple[int, ...] = ()  # offset at which each page starts; empty where there are no pages
    blocks: tuple[Block, ...] = ()
    rests_on: tuple[str, ...] = ()  # addresses a digest rests on
    notes: tuple[str, ...] = ()  # what the reader could not do, said to the user
    id: str = field(init=False)

    def __post_init__(self) -> None:
        for name in ("text", "title", "publisher", "event_place", "licence", "reader"):
            check_text(getattr(self, name), f"the {name} of the document")
        for address in self.addresses:
            check_text(address, "an address")
        check_date(self.date)
        check_date(self.event_date)
        if not self.addresses or not all(self.addresses):
            raise InvalidRecord("a document needs an address: a path, a web address or a name of your own")
        if any(not 0 <= block.start <= block.end <= len(self.text) for block in self.blocks):
            raise InvalidRecord("a block lies outside the text of its document")
        if any(not 0 <= page <= len(self.text) for page in self.pages) or list(self.pages) != sorted(self.pages):
            raise InvalidRecord("page breaks must be ascending offsets into the text")
        object.__setattr__(self, "id", document_id(self.text))

    def page_at(self, offset: int) -> int | None:
        """Return the page (from 1) that holds this character, or None where the document has no pages."""
        count = sum(1 for start in self.pages if start <= offset)
        return max(count, 1) if self.pages else None


def document_id(text: str) -> str:
    """Return the id of the document with this text."""
    return f"document:{digest('document', text)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A few sentences of one document (some 40 to 90 words), never across a heading."""

    document: str
    start: int
    end: int
    text: str
    heading: str = ""  # the nearest heading above, for context in search
    language: str = UNKNOWN_LANGUAGE

    @property
    def id(self) -> str:
        return f"passage:{digest(self.document, str(self.start), str(self.end))}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a statement rests on: a span of a document's text, or a person's entry with a source address.

    From a text: `document`, `start`, `end`, `quote` (the text at these offsets), `extractor`, `version`, `confidence`.
    Entered: `person` (who or which register entered it), `address` (the source given), `collection`
    (the set that is replaced as one, e.g. `register`); document is empty, offsets are 0, quote may repeat the row.
    """

    document: str = ""
    start: int = 0
    end: int = 0
    quote: str = ""
    page: int | None = None
    extractor: str = ""
    version: str = ""
    confidence: float = 1.0
    person: str = ""
    address: str = ""
    collection: str = ""

    def __post_init__(self) -> None:
        if bool(self.document) == bool(self.person):
            raise InvalidRecord("evidence is either a span of a document or a person's entry, and never both")
        if self.document and (not self.quote or self.end - self.start != len(self.quote) or self.start < 0):
            raise InvalidRecord(f"evidence at {self.start}-{self.end} does not fit its quote of {len(self.quote)} characters")
        if self.person and not (self.address and self.collection):
            raise InvalidRecord("an entered statement needs the address of its source and the collection it belongs to")
        if not 0.0 <= self.confidence <= 1.0:
            raise InvalidRecord(f"confidence is between 0 and 1, not {self.confidence}")
        check_text(self.quote, "a quote")

    @property
    def source(self) -> str:
        """The document id, or collection, person and address of an entry."""
        return self.document or f"{self.collection}/{self.person}/{self.address}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One thing that one source says: subject, predicate, and an entity's id or a literal as value.

    Whether the value is an id or a literal follows from the predicate's range in graph/schema.yaml.
    The id leaves out extractor, confidence, progress and times: a better extractor updates a fact, it does not double it.
    """

    subject: str
    predicate: str
    value: str
    evidence: Evidence
    progress: Progress = Progress.UNCLEAR
    modality: Modality = Modality.STATED
    certainty: Certainty = Certainty.UNRATED
    valid_from: str = ""
    valid_to: str = ""

    def __post_init__(self) -> None:
        check_date(self.valid_from)
        check_date(self.valid_to)
        if not self.value:
            raise InvalidRecord(f"statement {self.subject} {self.predicate} has no value")
        check_text(self.value, "a value")

    @property
    def id(self) -> str:
        return f"statement:{digest(self.subject, self.predicate, self.value, self.evidence.source, str(self.evidence.start))}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """What the statements about one thing fold into. Never stored by itself, always derived.

    `name` is the value of most `name` statements (by sources, then alphabetically); `members` are the ids that
    judgements and accepted proposals fold into this one, itself included.
    """

    id: str
    kind: str
    name: str
    country: str = ""
    aliases: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    statements: int = 0
    sources: int = 0  # independent ones: copies of a page count once, digests do not count


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A link between two entities that at least one statement says (stated or hedged, not judged wrong)."""

    subject: str
    predicate: str
    object: str
    statements: int = 1
    sources: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Two entities that may be the same, by the likeness of their names. At `score` >= 95 they fold unless judged different."""

    first: str
    second: str
    score: float  # 0 to 100
    reason: str

    def __post_init__(self) -> None:
        if self.first == self.second or kind_of(self.first) != kind_of(self.second):
            raise InvalidRecord("a proposal needs two entities of one kind")
        if self.first > self.second:  # one pair, one record
            first, second = self.second, self.first
            object.__setattr__(self, "first", first)
            object.__setattr__(self, "second", second)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A person's word on two entities (same, different) or on one statement (wrong, confirmed).

    It outlives every re-ingest. The `*_written` fields keep what was judged in words, so that it re-attaches when ids change:
    for entities the names; for a statement subject name, predicate, value (name), quote and the address of its source.
    """

    verdict: Verdict
    first: str  # an entity id, or the statement id
    second: str = ""  # the other entity
    by: str
    why: str = ""
    at: str = ""  # ISO 8601 time, set by the store when empty
    first_written: str = ""
    second_written: str = ""
    predicate_written: str = ""
    quote_written: str = ""
    address_written: str = ""

    @property
    def id(self) -> str:
        pair = sorted((self.first, self.second)) if self.second else [self.first]
        return f"judgement:{digest(self.verdict, self.by, *pair)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that one document brings to the store in one transaction.

    `fingerprint` names the extractors and their versions: the same text with the same fingerprint is not read again.
    """

    document: Document
    passages: tuple[Passage, ...] = ()
    statements: tuple[Statement, ...] = ()
    fingerprint: str = ""
    sketch: bytes = b""  # of the text, to find near-duplicates; opaque to the store
