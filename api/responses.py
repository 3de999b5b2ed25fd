"""What the API answers, as types: OpenAPI describes them, and every fact in them carries its evidence.

Quotes and literals are cut to 300 characters; a document's text is there only where its licence opens it.
Where something is unknown the member is null.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar, Final

from pydantic import BaseModel, ConfigDict, Field

from graph.model import Visibility
from graph.schema import schema
from queries.said import cut

if TYPE_CHECKING:
    from graph.model import Document, Entity
    from queries.document.question import Answer as DocumentFound
    from queries.document.question import Told
    from queries.documents.question import Listed as ListedDocument
    from queries.entities.question import Listed as ListedEntity
    from queries.entity.question import Answer as EntityFound
    from queries.entity.question import Fact as FactFound
    from queries.replications.question import End as EndFound
    from queries.replications.question import Replication as ReplicationFound
    from queries.said import Said
    from queries.search.question import Answer as SearchFound
    from queries.search.question import Hit as HitFound
    from queries.similar.question import Answer as SimilarAsked
    from queries.similar.question import Similar as SimilarFound
    from queries.statements.question import Claimed
    from queries.suggest.question import Suggestion as SuggestionFound

Id = Annotated[str, Field(description="id of an entity, `kind:key`", examples=["place:geonames-2624652"])]
Date = Annotated[
    str | None,
    Field(
        description="2018, 2018-04 or 2018-04-12, with ~ after it if approximate (EDTF); null where unknown", examples=["2018-04"]
    ),
]
Cursor = Annotated[str | None, Field(description="`cursor` of the next page; null on the last one")]
Country = Annotated[str | None, Field(description="ISO 3166-1 alpha-2; null where unknown", examples=["DK"])]


class Part(BaseModel):
    """Anything inside an answer."""

    model_config = ConfigDict(frozen=True)


class Answer(Part):
    """A whole answer: JSON as it stands, CSV as its table."""

    def following(self) -> str | None:
        """Return the cursor of the next page."""
        return getattr(self, "next", None)

    def columns(self) -> tuple[str, ...]:
        """Return the header of the table."""
        raise NotImplementedError

    def table(self) -> Iterator[dict[str, object]]:
        """Yield the rows of the table."""
        raise NotImplementedError


class Evidence(Part):
    """What one statement rests on: a span of a document, or a person's entry with the address of its source."""

    statement: str = Field(description="id of the statement", examples=["statement:3c1d9a0b7e55f1c2a4d6e8f0"])
    quote: str = Field(
        description="the words it rests on, at most 300 characters", examples=["Aarhus tried smart street lighting in 2018."]
    )
    document: str | None = Field(description="id of the document; null where a person entered it")
    title: str | None = Field(description="title of the document")
    date: Date = None
    address: str = Field(
        description="address of the document, or of the source a person gave", examples=["https://example.org/report.pdf"]
    )
    page: int | None = Field(description="page of the document, from 1; null where it has none")
    start: int = Field(description="first character of the quote in the document's text (Unicode code points)")
    end: int = Field(description="the character after the last")
    extractor: str | None = Field(description="what found it; null where a person entered it", examples=["replication"])
    confidence: float = Field(description="how sure the extractor is, 0 to 1", ge=0, le=1, examples=[0.87])
    person: str | None = Field(description="who entered it; null where it was read")
    progress: str = Field(description="intended, planned, funded, running, done, stopped or unclear", examples=["done"])
    modality: str = Field(description="stated, hedged or negated", examples=["stated"])
    certainty: str = Field(
        description="A done, B under way, C planned, D a role only; mixed as written; or unrated", examples=["A"]
    )
    valid_from: Date = None
    valid_to: Date = None
    verdict: str | None = Field(description="wrong or confirmed where a person judged it")
    source: str | None = Field(description="the independent source; copies share one; null for a digest written for Twintown")

    @classmethod
    def of(cls, said: Said) -> Evidence:
        return cls.model_construct(
            statement=said.statement,
            quote=said.quote,
            document=said.document or None,
            title=said.title or None,
            date=said.date or None,
            address=said.address,
            page=said.page,
            start=said.start,
            end=said.end,
            extractor=said.extractor or None,
            confidence=said.confidence,
            person=said.person or None,
            progress=said.progress.value,
            modality=said.modality.value,
            certainty=said.certainty.value,
            valid_from=said.valid_from or None,
            valid_to=said.valid_to or None,
            verdict=said.verdict or None,
            source=said.source or None,
        )


EVIDENCE: Final = tuple(Evidence.model_fields)


class Named(Part):
    """An entity, in short."""

    id: Id
    kind: str = Field(description="kind of entity, as the data model names it", examples=["place"])
    name: str = Field(description="name to show; empty where nothing names it", examples=["Aarhus"])


class Fact(Part):
    """A link or a literal, with everything that says so. `inverse`: it leads to the entity asked for."""

    predicate: str = Field(examples=["replicated_to"])
    label: str = Field(description="the predicate in words", examples=["to"])
    inverse: bool
    value: str | None = Field(description="the literal; null for a link", examples=["2018-04"])
    unit: str | None = Field(description="unit of a number, where the predicate fixes one", examples=["EUR"])
    other: Named | None = Field(description="the entity at the other end; null for a literal")
    sources: int = Field(description="independent sources: copies count once, digests do not", ge=0)
    evidence: list[Evidence] = Field(description="the surest first; never empty")

    @classmethod
    def of(cls, fact: FactFound) -> Fact:
        named = Named.model_construct(id=fact.other, kind=fact.other_kind, name=cut(fact.other_name)) if fact.other_kind else None
        return cls.model_construct(
            predicate=fact.predicate,
            label=fact.label,
            inverse=fact.inverse,
            value=None if named else cut(fact.other),
            unit=schema().predicates[fact.predicate].unit or None,
            other=named,
            sources=fact.sources,
            evidence=[Evidence.of(said) for said in fact.said],
        )


class EntityAnswer(Answer):
    """An entity with its facts. What is negated or judged wrong is no fact; `/statements` shows it."""

    id: Id
    kind: str = Field(examples=["place"])
    name: str = Field(examples=["Aarhus"])
    country: Country = None
    aliases: list[str] = Field(description="other names, as sources write them")
    members: list[str] = Field(description="ids that are folded into this entity, its own among them")
    statements: int = Field(description="live statements with it as their subject", ge=0)
    sources: int = Field(description="independent sources that name it", ge=0)
    facts: list[Fact]
    more: bool = Field(description="whether there are more statements than `limit`")

    @classmethod
    def of(cls, found: EntityFound) -> EntityAnswer:
        entity: Entity = found.entity
        return cls.model_construct(
            id=entity.id,
            kind=entity.kind,
            name=cut(entity.name),
            country=entity.country or None,
            aliases=[cut(alias) for alias in entity.aliases],
            members=list(entity.members),
            statements=entity.statements,
            sources=entity.sources,
            facts=[Fact.of(fact) for fact in found.facts],
            more=found.more,
        )

    def columns(self) -> tuple[str, ...]:
        return ("predicate", "label", "inverse", "value", "unit", "other", "other_kind", "other_name", *EVIDENCE)

    def table(self) -> Iterator[dict[str, object]]:
        for fact in self.facts:
            other = fact.other
            row: dict[str, object] = {name: getattr(fact, name) for name in ("predicate", "label", "inverse", "value", "unit")}
            row |= {"other": other.id, "other_kind": other.kind, "other_name": other.name} if other else {}
            for each in fact.evidence:
                yield row | dict(each)


class EntityRow(Named):
    """An entity in a list."""

    country: Country = None
    statements: int = Field(description="live statements with it as their subject", ge=0)
    sources: int = Field(description="independent sources that name it", ge=0)

    @classmethod
    def of(cls, kind: str, found: ListedEntity) -> EntityRow:
        return cls.model_construct(
            id=found.id,
            kind=kind,
            name=cut(found.name),
            country=found.country or None,
            statements=found.statements,
            sources=found.sources,
        )


class EntitiesAnswer(Answer):
    """Entities of one kind by name."""

    entities: list[EntityRow]
    next: Cursor = None

    def columns(self) -> tuple[str, ...]:
        return tuple(EntityRow.model_fields)

    def table(self) -> Iterator[dict[str, object]]:
        return (dict(row) for row in self.entities)


class StatementRow(Part):
    """One statement with its evidence; negated ones and those judged wrong are marked as such."""

    subject: Named
    predicate: str = Field(examples=["runs_in"])
    label: str = Field(examples=["runs in"])
    value: str | None = Field(description="the literal; null for a link")
    unit: str | None = Field(description="unit of a number, where the predicate fixes one")
    object: Named | None = Field(description="the entity it leads to; null for a literal")
    evidence: Evidence

    @classmethod
    def of(cls, found: Claimed) -> StatementRow:
        links = bool(found.value_kind)
        return cls.model_construct(
            subject=Named.model_construct(id=found.subject, kind=found.subject_kind, name=cut(found.subject_name)),
            predicate=found.predicate,
            label=found.label,
            value=None if links else cut(found.value),
            unit=schema().predicates[found.predicate].unit or None,
            object=Named.model_construct(id=found.value, kind=found.value_kind, name=cut(found.value_name)) if links else None,
            evidence=Evidence.of(found.said),
        )


def _flat(told: StatementRow) -> dict[str, object]:
    row: dict[str, object] = {"predicate": told.predicate, "label": told.label, "value": told.value, "unit": told.unit}
    row |= {"subject": told.subject.id, "subject_kind": told.subject.kind, "subject_name": told.subject.name}
    if told.object:
        row |= {"object": told.object.id, "object_kind": told.object.kind, "object_name": told.object.name}
    return row | dict(told.evidence)


_STATEMENT: Final = (
    *("subject", "subject_kind", "subject_name", "predicate", "label", "value", "unit"),
    *("object", "object_kind", "object_name", *EVIDENCE),
)


class StatementsAnswer(Answer):
    """Statements by id."""

    statements: list[StatementRow]
    next: Cursor = None

    def columns(self) -> tuple[str, ...]:
        return _STATEMENT

    def table(self) -> Iterator[dict[str, object]]:
        return (_flat(row) for row in self.statements)


class StatementAnswer(Answer, StatementRow):
    """One statement."""

    def columns(self) -> tuple[str, ...]:
        return _STATEMENT

    def table(self) -> Iterator[dict[str, object]]:
        yield _flat(self)


class DocumentRow(Part):
    """A document in a list."""

    id: str = Field(examples=["document:8f2b6c1d9a0b7e55f1c2a4d6"])
    title: str = Field(description="empty where it has none", examples=["Lighting in Aarhus"])
    address: str = Field(description="the smallest address it is kept under", examples=["https://example.org/report.pdf"])
    language: str = Field(description="ISO 639-1; und where unknown", examples=["en"])
    date: Date = None
    genre: str = Field(description="what kind of text it is; a digest was written for Twintown", examples=["report"])
    country: Country = None
    statements: int = Field(description="statements that rest on it", ge=0)

    @classmethod
    def of(cls, found: ListedDocument) -> DocumentRow:
        return cls.model_construct(
            id=found.id,
            title=found.title,
            address=found.address,
            language=found.language,
            date=found.date or None,
            genre=found.genre,
            country=found.country or None,
            statements=found.statements,
        )


class DocumentsAnswer(Answer):
    """Documents by title."""

    documents: list[DocumentRow]
    next: Cursor = None

    def columns(self) -> tuple[str, ...]:
        return tuple(DocumentRow.model_fields)

    def table(self) -> Iterator[dict[str, object]]:
        return (dict(row) for row in self.documents)


class ToldRow(Part):
    """A statement that rests on the document asked for."""

    statement: str
    subject: Named
    predicate: str
    label: str
    value: str | None = Field(description="the literal; null for a link")
    object: Named | None = Field(description="the entity it leads to; null for a literal")
    quote: str = Field(description="at most 300 characters")
    page: int | None = Field(description="page, from 1; null where there are none")
    start: int = Field(description="first character in the document's text (Unicode code points)")
    end: int = Field(description="the character after the last")
    extractor: str
    confidence: float = Field(ge=0, le=1)
    progress: str
    modality: str
    certainty: str
    verdict: str | None = None

    @classmethod
    def of(cls, told: Told) -> ToldRow:
        predicate = schema().predicates[told.predicate]
        named = Named.model_construct(id=told.value, kind=told.value.partition(":")[0], name=cut(told.value_name))
        subject = Named.model_construct(id=told.subject, kind=told.subject.partition(":")[0], name=cut(told.subject_name))
        return cls.model_construct(
            statement=told.statement,
            subject=subject,
            predicate=told.predicate,
            label=predicate.label,
            value=None if predicate.links else cut(told.value),
            object=named if predicate.links else None,
            quote=told.quote,
            page=told.page,
            start=told.start,
            end=told.end,
            extractor=told.extractor,
            confidence=told.confidence,
            progress=told.progress,
            modality=told.modality,
            certainty=told.certainty,
            verdict=told.verdict or None,
        )


class DocumentAnswer(Answer):
    """A document with the statements that rest on it, in the order of the text."""

    id: str
    title: str
    addresses: list[str]
    language: str
    date: Date = None
    genre: str
    country: Country = None
    publisher: str | None = None
    licence: str | None = Field(None, description="as its source names it; null where unknown")
    visibility: str = Field(description="full: `text` is there; quote: only quotes are shown", examples=["quote"])
    text: str | None = Field(description="the whole text, where its licence opens it")
    characters: int = Field(description="length of the text, in characters (Unicode code points)")
    pages: int = Field(description="number of pages; 0 where it has none")
    rests_on: list[str] = Field(description="addresses a digest rests on")
    notes: list[str] = Field(description="what its reader could not do")
    statements: list[ToldRow]
    more: bool = Field(description="whether there are more passages and statements than one answer holds")

    @classmethod
    def of(cls, found: DocumentFound) -> DocumentAnswer:
        document: Document = found.document
        return cls.model_construct(
            id=document.id,
            title=document.title,
            addresses=list(document.addresses),
            language=document.language,
            date=document.date or None,
            genre=document.genre.value,
            country=document.country or None,
            publisher=document.publisher or None,
            licence=document.licence or None,
            visibility=document.visibility.value,
            text=document.text if document.visibility == Visibility.FULL else None,
            characters=len(document.text),
            pages=len(document.pages),
            rests_on=list(document.rests_on),
            notes=list(document.notes),
            statements=[ToldRow.of(told) for section in found.sections for told in section.told],
            more=found.more,
        )

    _columns: ClassVar[tuple[str, ...]] = (
        *("statement", "subject", "subject_kind", "subject_name", "predicate", "label", "value"),
        *("object", "object_kind", "object_name", "quote", "page", "start", "end"),
        *("extractor", "confidence", "progress", "modality", "certainty", "verdict"),
    )

    def columns(self) -> tuple[str, ...]:
        return self._columns

    def table(self) -> Iterator[dict[str, object]]:
        for told in self.statements:
            row = dict(told) | {f"subject_{name}": getattr(told.subject, name) for name in ("kind", "name")}
            row["subject"] = told.subject.id
            if told.object:
                row |= {"object": told.object.id, "object_kind": told.object.kind, "object_name": told.object.name}
            yield row


class End(Named):
    """Where a replication came from or went: a pilot, place or project, and the place it lies in where that is known."""

    place: Named | None = None

    @classmethod
    def found(cls, end: EndFound | None) -> End | None:
        if end is None:
            return None
        place = Named.model_construct(id=end.place, kind="place", name=cut(end.place_name)) if end.place else None
        return cls.model_construct(id=end.id, kind=end.kind, name=cut(end.name), place=place)


class ReplicationRow(Part):
    """One step of a chain of replications. What no source says is null or empty."""

    id: Id
    depth: int = Field(description="steps from the beginning of the chain, from 1", ge=1)
    chain: list[str] = Field(description="the steps to this one, as REPLICATION|ORIGIN|TARGET")
    origin: End | None
    target: End | None
    solution: Named | None
    what: list[str] = Field(description="what was taken over, in the words of the sources")
    kept: list[str]
    changed: list[str]
    scope: str | None = Field(description="between towns, or within town (scaling up there)", examples=["between towns"])
    statements: int = Field(description="live statements about the replication", ge=0)
    sources: int = Field(description="independent sources of these statements", ge=0)
    evidence: Evidence = Field(description="the statement that speaks for this step; the entity shows them all")

    @classmethod
    def of(cls, found: ReplicationFound) -> ReplicationRow:
        solution = (
            Named.model_construct(id=found.solution, kind="solution", name=cut(found.solution_name)) if found.solution else None
        )
        return cls.model_construct(
            id=found.id,
            depth=found.depth,
            chain=list(found.chain),
            origin=End.found(found.origin),
            target=End.found(found.target),
            solution=solution,
            what=[cut(each) for each in found.what],
            kept=[cut(each) for each in found.kept],
            changed=[cut(each) for each in found.changed],
            scope=found.scope or None,
            statements=found.statements,
            sources=found.sources,
            evidence=Evidence.of(found.said),
        )

    def row(self) -> dict[str, object]:
        """Return the step as one flat row."""
        row: dict[str, object] = {"replication": self.id, "depth": self.depth, "scope": self.scope, "sources": self.sources}
        for side, end in (("origin", self.origin), ("target", self.target)):
            row |= {side: end.id, f"{side}_name": end.name} if end else {}
            row |= {f"{side}_place": end.place.id, f"{side}_place_name": end.place.name} if end and end.place else {}
        row |= {"solution": self.solution.id, "solution_name": self.solution.name} if self.solution else {}
        row |= {"what": "; ".join(self.what), "kept": "; ".join(self.kept), "changed": "; ".join(self.changed)}
        return row | dict(self.evidence)


class ReplicationsAnswer(Answer):
    """Replications as chains, the short ones first."""

    replications: list[ReplicationRow]
    more: bool = Field(description="whether there are more steps than `limit`")

    def columns(self) -> tuple[str, ...]:
        ends = (f"{side}{part}" for side in ("origin", "target") for part in ("", "_name", "_place", "_place_name"))
        words = ("solution", "solution_name", "what", "kept", "changed", "scope", "sources")
        return ("replication", "depth", *ends, *words, *EVIDENCE)

    def table(self) -> Iterator[dict[str, object]]:
        return (row.row() for row in self.replications)


class Hit(Part):
    """A passage or an entity that was found."""

    kind: str = Field(description="passage, or the kind of an entity", examples=["passage"])
    id: str = Field(examples=["passage:5d0e3b1a9c7f2e4d6b8a0c1e"])
    title: str = Field(description="title of the document, or name of the entity")
    text: str = Field(description="a quote of at most 300 characters; empty for an entity")
    heading: str = Field(description="nearest heading above; empty where there is none")
    document: str | None = Field(description="id of the document; null for an entity")
    address: str | None = Field(description="address of the document")
    date: Date = None
    genre: str | None = None
    language: str | None = None
    country: Country = None
    start: int = Field(description="first character of the quote in the document's text (Unicode code points)")
    end: int = Field(description="the character after the last")
    sources: int = Field(description="independent sources that name the entity; 0 for a passage")
    highlights: list[tuple[int, int]] = Field(description="spans of `text` that match words of the question")
    sentence: tuple[int, int] | None = Field(description="span of `text` nearest in meaning, where it was asked for")
    why: list[str] = Field(description="why it was found, in words", examples=[["holds “lighting”", "close in meaning"]])
    score: float = Field(description="what it is ranked by; comparable within one answer alone")
    parts: dict[str, float] = Field(description="what the score is made of")

    @classmethod
    def of(cls, hit: HitFound) -> Hit:
        return cls.model_construct(
            kind=hit.kind,
            id=hit.id,
            title=cut(hit.title),
            text=cut(hit.text),
            heading=cut(hit.heading),
            document=hit.document or None,
            address=hit.address or None,
            date=hit.date or None,
            genre=hit.genre or None,
            language=hit.language or None,
            country=hit.country or None,
            start=hit.start,
            end=hit.end,
            sources=hit.sources,
            highlights=list(hit.highlights),
            sentence=hit.sentence,
            why=[cut(each) for each in hit.why],
            score=hit.score,
            parts=dict(hit.parts),
        )


class FacetValue(Part):
    """A value that hits have, and how many of all hits have it."""

    id: str = Field(examples=["DK"])
    label: str = Field(examples=["DK"])
    count: int = Field(ge=0)


class SearchAnswer(Answer):
    """One page of hits. `total` and `facets` are over all hits."""

    hits: list[Hit]
    total: int = Field(ge=0)
    facets: dict[str, list[FacetValue]] = Field(description="values by facet, the most frequent first")
    next: Cursor = None
    by_meaning: bool = Field(description="false where words alone decided")
    approximate: bool = Field(description="true where the nearest in meaning, which facets count, were taken approximately")
    notes: list[str] = Field(description="what the reader should know about this answer")

    @classmethod
    def of(cls, found: SearchFound) -> SearchAnswer:
        return cls.model_construct(
            hits=[Hit.of(hit) for hit in found.hits],
            total=found.total,
            facets={
                name: [FacetValue.model_construct(id=value.id, label=value.label, count=value.count) for value in values]
                for name, values in found.facets.items()
            },
            next=found.following or None,
            by_meaning=found.by_meaning,
            approximate=found.approximate,
            notes=list(found.notes),
        )

    def columns(self) -> tuple[str, ...]:
        return tuple(name for name in Hit.model_fields if name not in ("highlights", "sentence", "parts"))

    def table(self) -> Iterator[dict[str, object]]:
        return (dict(hit) | {"why": "; ".join(hit.why)} for hit in self.hits)


class Similar(Part):
    """A passage near another in meaning."""

    passage: str = Field(description="id of the passage", examples=["passage:5d0e3b1a9c7f2e4d6b8a0c1e"])
    document: str = Field(description="id of its document")
    title: str = Field(description="title of the document")
    address: str | None = Field(description="address of the document")
    date: Date = None
    language: str | None = None
    heading: str = Field(description="nearest heading above; empty where there is none")
    quote: str = Field(description="the beginning of the passage, at most 300 characters")
    start: int = Field(description="first character of the passage in the document's text (Unicode code points)")
    end: int = Field(description="the character after the last")
    score: float = Field(description="cosine of the two vectors, 1 for the same direction", ge=-1, le=1)

    @classmethod
    def of(cls, found: SimilarFound) -> Similar:
        return cls.model_construct(
            passage=found.passage,
            document=found.document,
            title=cut(found.title),
            address=found.address or None,
            date=found.date or None,
            language=found.language or None,
            heading=cut(found.heading),
            quote=found.quote,
            start=found.start,
            end=found.end,
            score=found.score,
        )


class SimilarAnswer(Answer):
    """Passages of other documents, the nearest in meaning first."""

    passage: str = Field(description="id of the passage they are near")
    similar: list[Similar]
    notes: list[str] = Field(description="what the reader should know about this answer")

    @classmethod
    def of(cls, found: SimilarAsked) -> SimilarAnswer:
        similar = [Similar.of(each) for each in found.similar]
        return cls.model_construct(passage=found.passage, similar=similar, notes=list(found.notes))

    def columns(self) -> tuple[str, ...]:
        return tuple(Similar.model_fields)

    def table(self) -> Iterator[dict[str, object]]:
        return (dict(each) for each in self.similar)


class Suggestion(Named):
    """An entity, and the spelling that begins as typed."""

    matched: str = Field(examples=["Århus"])
    country: Country = None
    sources: int = Field(description="independent sources that name it", ge=0)


class SuggestAnswer(Answer):
    """Entities by the beginning of a name."""

    suggestions: list[Suggestion]

    @classmethod
    def of(cls, found: tuple[SuggestionFound, ...]) -> SuggestAnswer:
        return cls.model_construct(
            suggestions=[
                Suggestion.model_construct(
                    id=each.id,
                    kind=each.kind,
                    name=cut(each.name),
                    matched=cut(each.matched),
                    country=each.country or None,
                    sources=each.sources,
                )
                for each in found
            ]
        )

    def columns(self) -> tuple[str, ...]:
        return tuple(Suggestion.model_fields)

    def table(self) -> Iterator[dict[str, object]]:
        return (dict(each) for each in self.suggestions)


class StatsAnswer(Answer):
    """What the store holds."""

    generation: int = Field(description="committed writes so far; it grows with each", ge=0)
    records: dict[str, int] = Field(description="documents, passages, statements, edges, judgements, open proposals")
    entities: dict[str, int] = Field(description="entities by kind")

    def columns(self) -> tuple[str, ...]:
        return ("what", "count")

    def table(self) -> Iterator[dict[str, object]]:
        for name, count in (self.records | self.entities).items():
            yield {"what": name, "count": count}


class Problem(Part):
    """An error, as RFC 9457 has it."""

    type: str = Field(description="address of a page about this type of problem", examples=["/problems/not-found"])
    title: str = Field(examples=["Nothing is kept here"])
    status: int = Field(examples=[404])
    detail: str = Field(description="what is wrong with this request")
    request: str | None = Field(None, description="id of the request, as in the X-Request-ID header and the log")
    errors: list[dict[str, str]] | None = Field(None, description="`where` and `what` of each parameter that cannot be used")


class Health(Part):
    """Whether the server runs and can answer."""

    status: str = Field(examples=["ok"])
    generation: int | None = Field(None, description="committed writes of the store")
