"""The graph as RDF: entities and what links them, and every statement with the passage it rests on.

SKOS for solutions, schema.org and ORG for what they know, PROV-O and Web Annotation selectors (W3C, 2013 and 2017) for evidence,
and a small vocabulary of our own for pilots, replications, outcomes and lessons, written from graph/schema.yaml (`vocabulary`)
with SHACL shapes (`shapes`). What a document says stands in the named graph of that document, so that a source can be taken
out again. `nquads` streams in constant memory; `entity_graph` holds one entity.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from graph.model import Certainty, Document, Modality, Progress, Visibility, kind_of
from graph.schema import ANY, Predicate, schema

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Identifier, Node, URIRef

    from graph.store.base import KeptStatement, Reader

Triple = tuple["Node", "Node", "Node"]

QUOTE_LIMIT: Final = 300  # characters of a document that is not free to show
EDTF: Final = "http://id.loc.gov/datatypes/edtf/EDTF"
OA: Final = "http://www.w3.org/ns/oa#"
AXES: Final = {"progress": Progress, "modality": Modality, "certainty": Certainty}
_UNSAFE = re.compile(r"[^A-Za-z0-9._~-]")


class Names:
    """IRIs under one base: `BASE/id/KIND/KEY` for things, `BASE/vocab#NAME` for our own terms."""

    def __init__(self, base: str) -> None:
        self.base = base.rstrip("/")
        self.prefixes = {prefix: (self.base + iri if iri.startswith("/") else iri) for prefix, iri in schema().prefixes.items()}

    def thing(self, identifier: str) -> URIRef:
        """Return the IRI of an entity, document or statement id."""
        from rdflib import URIRef

        kind, _, key = identifier.partition(":")
        return URIRef(f"{self.base}/id/{kind}/{_UNSAFE.sub(lambda found: _percent(found.group()), key)}")

    def term(self, short: str) -> URIRef:
        """Return the IRI of a prefixed name such as `tt:tries`."""
        from rdflib import URIRef

        prefix, _, name = short.partition(":")
        return URIRef(self.prefixes[prefix] + name)


def _percent(letters: str) -> str:
    return "".join(f"%{byte:02X}" for byte in letters.encode())


def nquads(store: Reader, base: str) -> Iterator[str]:
    """Yield the whole store as lines of N-Quads (W3C, 2014); memory does not grow with it, but for folded ids and documents."""
    for triple, where in quads(store, Names(base)):
        parts = [part.n3() for part in (*triple, where) if part is not None]
        yield " ".join(parts) + " .\n"


def quads(store: Reader, names: Names) -> Iterator[tuple[Triple, URIRef | None]]:
    """Yield every triple with the named graph it stands in: its document's, its collection's, or none."""
    canonical: dict[str, str] = {}
    for entity in store.entities():
        if len(entity.members) > 1:
            canonical |= dict.fromkeys(entity.members, entity.id)
            yield from ((triple, None) for triple in same_as(entity.id, entity.members, names))
        if entity.kind == "solution":
            yield from ((triple, None) for triple in solution_triples([entity.id], names))
    free: set[str] = set()
    for document in store.documents():
        if document.visibility is Visibility.FULL:
            free.add(document.id)
        yield from ((triple, names.thing(document.id)) for triple in document_triples(document, names))
    for kept in store.statements():
        evidence = kept.statement.evidence
        where = names.thing(evidence.document or f"collection:{evidence.collection}")
        full = evidence.document in free
        yield from ((triple, where) for triple in statement_triples(kept, names, canonical, full=full))


def whole_graph(store: Reader, base: str) -> Graph:
    """Return the whole store as one graph in memory, for Turtle and JSON-LD; the named graphs are folded into it."""
    from rdflib import Graph

    names, rdf = Names(base), Graph()
    _fill(rdf, (triple for triple, _ in quads(store, names)))
    return _bound(rdf, names)


def thing_graph(store: Reader, identifier: str, base: str) -> Graph:
    """Return what is known of an entity, a document or a statement by its id; raise NotFound."""
    if identifier.startswith("document:"):
        return _graph_of(store, store.statements(document=identifier), [store.document(identifier)], base)
    if identifier.startswith("statement:"):
        kept = store.statement(identifier)
        source = kept.statement.evidence.document
        return _graph_of(store, [kept], [store.document(source)] if source else [], base)
    return entity_graph(store, identifier, base)


def _graph_of(store: Reader, statements: Iterable[KeptStatement], documents: Iterable[Document], base: str) -> Graph:
    """Return statements with the documents they rest on, about the entities that theirs are folded into."""
    from rdflib import Graph

    names, rdf = Names(base), Graph()
    full = set()
    for document in documents:
        _fill(rdf, document_triples(document, names))
        full |= {document.id} if document.visibility is Visibility.FULL else set()
    for kept in statements:
        said = kept.statement
        sides = [said.subject, *([said.value] if schema().predicates[said.predicate].links else [])]
        entities = {side: store.entity(side) for side in sides}
        canonical = {side: entity.id for side, entity in entities.items()}
        _fill(rdf, statement_triples(kept, names, canonical, full=said.evidence.document in full))
        for entity in entities.values():
            _fill(rdf, label_triples(entity.id, entity.name, names))
    return _bound(rdf, names)


def entity_graph(store: Reader, identifier: str, base: str) -> Graph:
    """Return one folded entity with its facts from both ends and their evidence; raise NotFound."""
    from rdflib import Graph

    names = Names(base)
    entity = store.entity(identifier)
    canonical = dict.fromkeys(entity.members, entity.id)
    rdf = Graph()
    documents: dict[str, Document] = {}
    for kept in (*store.statements(subject=entity.id), *store.statements(value=entity.id)):
        source = kept.statement.evidence.document
        if source and source not in documents:
            documents[source] = store.document(source)
        full = source in documents and documents[source].visibility is Visibility.FULL
        _fill(rdf, statement_triples(kept, names, canonical, full=full))
    for other in {str(o) for o in _linked(store, identifier)}:
        if other not in canonical:
            _fill(rdf, label_triples(other, store.entity(other).name, names))
    for document in documents.values():
        _fill(rdf, document_triples(document, names))
    _fill(rdf, same_as(entity.id, entity.members, names))
    if entity.kind == "solution":
        _fill(rdf, solution_triples([entity.id], names))
    return _bound(rdf, names)


def _linked(store: Reader, identifier: str) -> Iterator[str]:
    for edge in store.edges(identifier):
        yield edge.subject
        yield edge.object


def _fill(rdf: Graph, triples: Iterable[Triple]) -> None:
    for triple in triples:
        rdf.add(triple)


def _bound(rdf: Graph, names: Names) -> Graph:
    for prefix, iri in names.prefixes.items():
        rdf.bind(prefix, iri, override=True)
    rdf.bind("oa", OA)
    return rdf


def label_triples(identifier: str, name: str, names: Names) -> Iterator[Triple]:
    """Yield type and name of an entity that is only pointed at."""
    from rdflib import RDF, Literal

    yield names.thing(identifier), RDF.type, names.term(schema().classes[kind_of(identifier)].iri)
    yield names.thing(identifier), names.term("schema:name"), Literal(name)


def same_as(identifier: str, members: Iterable[str], names: Names) -> Iterator[Triple]:
    """Yield owl:sameAs from each id that is folded into this one."""
    from rdflib import OWL

    for member in members:
        if member != identifier:
            yield names.thing(member), OWL.sameAs, names.thing(identifier)


def document_triples(document: Document, names: Names) -> Iterator[Triple]:
    """Yield a document's metadata; its text only where its visibility is full."""
    from rdflib import RDF, Literal, URIRef

    me = names.thing(document.id)
    yield me, RDF.type, names.term("schema:CreativeWork")
    yield me, RDF.type, names.term("prov:Entity")
    for short, value in (
        ("schema:name", document.title),
        ("schema:inLanguage", document.language if document.language != "und" else ""),
        ("schema:genre", document.genre),
        ("schema:publisher", document.publisher),
        ("schema:license", document.licence),
        ("schema:text", document.text if document.visibility is Visibility.FULL else ""),
    ):
        if value:
            yield me, names.term(short), Literal(value)
    if document.date:
        yield me, names.term("schema:datePublished"), _date(document.date)
    for address in (*document.addresses, *document.rests_on):
        predicate = names.term("schema:url" if address in document.addresses else "prov:wasDerivedFrom")
        web = re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", address)
        if web:
            yield me, predicate, URIRef(address)
        else:
            yield me, names.term("schema:identifier" if address in document.addresses else "schema:isBasedOn"), Literal(address)


def statement_triples(kept: KeptStatement, names: Names, canonical: Mapping[str, str], *, full: bool) -> Iterator[Triple]:
    """Yield what a statement says (unless negated or judged wrong), and the statement itself with its evidence."""
    from rdflib import RDF, XSD, Literal

    statement = kept.statement
    predicate = schema().predicates[statement.predicate]
    subject = names.thing(canonical.get(statement.subject, statement.subject))
    value = _value(predicate, canonical.get(statement.value, statement.value), names)
    me = names.thing(statement.id)
    if statement.modality is not Modality.NEGATED and kept.verdict != "wrong":
        yield subject, RDF.type, names.term(schema().classes[kind_of(statement.subject)].iri)
        yield subject, names.term(predicate.iri), value
    yield me, RDF.type, names.term("tt:Statement")
    yield me, RDF.subject, subject
    yield me, RDF.predicate, names.term(predicate.iri)
    yield me, RDF.object, value
    for axis in AXES:
        yield me, names.term(f"tt:{axis}"), Literal(getattr(statement, axis))
    for short, date in (("tt:validFrom", statement.valid_from), ("tt:validTo", statement.valid_to)):
        if date:
            yield me, names.term(short), _date(date)
    yield me, names.term("prov:generatedAtTime"), Literal(kept.recorded, datatype=XSD.dateTime)
    if kept.verdict:
        yield me, names.term("tt:judged"), Literal(kept.verdict)
    yield from _evidence(kept, me, names, full=full)


def _evidence(kept: KeptStatement, me: URIRef, names: Names, *, full: bool) -> Iterator[Triple]:
    from rdflib import RDF, XSD, Literal, URIRef

    evidence = kept.statement.evidence
    yield me, names.term("tt:confidence"), Literal(str(evidence.confidence), datatype=XSD.decimal)
    if evidence.person:
        yield me, names.term("prov:wasAttributedTo"), Literal(evidence.person)
        web = re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", evidence.address)
        yield me, names.term("prov:hadPrimarySource"), URIRef(evidence.address) if web else Literal(evidence.address)
        return
    source, target = names.thing(evidence.document), URIRef(f"{me}#target")
    quote, position = URIRef(f"{me}#quote"), URIRef(f"{me}#position")
    shown = evidence.quote if full or len(evidence.quote) <= QUOTE_LIMIT else evidence.quote[: QUOTE_LIMIT - 1] + "…"
    yield me, names.term("prov:wasQuotedFrom"), source
    yield me, names.term("prov:wasGeneratedBy"), Literal(f"{evidence.extractor} {evidence.version}".strip())
    yield me, URIRef(f"{OA}hasTarget"), target
    yield target, RDF.type, URIRef(f"{OA}SpecificResource")
    yield target, URIRef(f"{OA}hasSource"), source
    yield target, URIRef(f"{OA}hasSelector"), quote
    yield target, URIRef(f"{OA}hasSelector"), position
    yield quote, RDF.type, URIRef(f"{OA}TextQuoteSelector")
    yield quote, URIRef(f"{OA}exact"), Literal(shown)
    yield position, RDF.type, URIRef(f"{OA}TextPositionSelector")
    yield position, URIRef(f"{OA}start"), Literal(evidence.start, datatype=XSD.nonNegativeInteger)
    yield position, URIRef(f"{OA}end"), Literal(evidence.end, datatype=XSD.nonNegativeInteger)
    if evidence.page is not None:
        yield target, names.term("schema:pageStart"), Literal(evidence.page)


def _value(predicate: Predicate, value: str, names: Names) -> Identifier:
    from rdflib import XSD, Literal

    if predicate.links:
        return names.thing(value)
    if predicate.range == ("number",):
        return Literal(value, datatype=XSD.double if "e" in value else XSD.decimal)
    if predicate.range == ("date",):
        return _date(value)
    return Literal(value)


def _date(date: str) -> Identifier:
    from rdflib import XSD, Literal, URIRef

    datatype = {4: XSD.gYear, 7: XSD.gYearMonth, 10: XSD.date}.get(len(date), URIRef(EDTF))
    return Literal(date, datatype=URIRef(EDTF) if date.endswith("~") else datatype)


def solution_triples(identifiers: Iterable[str], names: Names) -> Iterator[Triple]:
    """Yield the labels of concepts in every language and what is broader, from the vocabulary of solutions."""
    from rdflib import RDF, SKOS, Literal

    from graph.vocabulary import vocabulary

    concepts = vocabulary().concepts
    for identifier in identifiers:
        concept = concepts.get(identifier.partition(":")[2])
        if concept is None:
            continue
        me = names.thing(identifier)
        for language, label in concept.labels.items():
            yield me, SKOS.prefLabel, Literal(label, lang=language)
        if concept.note:
            yield me, SKOS.scopeNote, Literal(concept.note, lang="en")
        if concept.broader:
            broader = names.thing(f"solution:{concept.broader}")
            yield me, SKOS.broader, broader
            yield broader, RDF.type, SKOS.Concept
            yield broader, names.term("schema:name"), Literal(concepts[concept.broader].labels["en"])


def vocabulary_graph(base: str) -> Graph:
    """Return our own terms as RDFS, from graph/schema.yaml: classes, properties with domain and range, and the axes."""
    from rdflib import OWL, RDF, RDFS, Graph, Literal, URIRef

    names, rdf = Names(base), Graph()
    ontology = URIRef(f"{names.base}/vocab")
    rdf.add((ontology, RDF.type, OWL.Ontology))
    rdf.add((ontology, RDFS.label, Literal("Twintown: pilots, replications, outcomes and lessons", lang="en")))
    statement = names.term("tt:Statement")
    rdf.add((statement, RDF.type, RDFS.Class))
    rdf.add((statement, RDFS.subClassOf, RDF.Statement))
    rdf.add((statement, RDFS.label, Literal("Statement", lang="en")))
    for each in schema().classes.values():
        if each.iri.startswith("tt:"):
            rdf.add((names.term(each.iri), RDF.type, RDFS.Class))
            rdf.add((names.term(each.iri), RDFS.label, Literal(each.label, lang="en")))
            rdf.add((names.term(each.iri), RDFS.comment, Literal(each.comment, lang="en")))
    for predicate in schema().predicates.values():
        if predicate.iri.startswith("tt:"):
            _fill(rdf, _property(predicate, names))
    for axis in (*AXES, "confidence", "validFrom", "validTo", "judged"):
        rdf.add((names.term(f"tt:{axis}"), RDF.type, RDF.Property))
        rdf.add((names.term(f"tt:{axis}"), RDFS.domain, statement))
        rdf.add((names.term(f"tt:{axis}"), RDFS.label, Literal(axis, lang="en")))
    return _bound(rdf, names)


def _property(predicate: Predicate, names: Names) -> Iterator[Triple]:
    from rdflib import RDF, RDFS, Literal

    me = names.term(predicate.iri)
    yield me, RDF.type, RDF.Property
    yield me, RDFS.label, Literal(predicate.label, lang="en")
    if predicate.comment:
        yield me, RDFS.comment, Literal(predicate.comment, lang="en")
    # Several domains or ranges would mean all of them at once in RDFS; the shapes say which are allowed.
    if len(predicate.domain) == 1 and predicate.domain[0] != ANY:
        yield me, RDFS.domain, names.term(schema().classes[predicate.domain[0]].iri)
    if predicate.links and len(predicate.range) == 1:
        yield me, RDFS.range, names.term(schema().classes[predicate.range[0]].iri)


def shapes_graph(base: str) -> Graph:
    """Return SHACL shapes (W3C, 2017): what an export has to keep to."""
    from rdflib import RDF, SH, BNode, Graph, URIRef

    names, rdf = Names(base), Graph()
    by_term: dict[str, list[Predicate]] = {}
    for predicate in schema().predicates.values():
        by_term.setdefault(predicate.iri, []).append(predicate)
    for each in schema().classes.values():
        shape = URIRef(f"{names.base}/vocab/shapes#{each.name}")
        rdf.add((shape, RDF.type, SH.NodeShape))
        rdf.add((shape, SH.targetClass, names.term(each.iri)))
        own = [iri for iri, predicates in by_term.items() if any(each.name in p.domain for p in predicates)]
        for iri in ["schema:name", *own] if each.name != "document" else own:
            path = BNode()
            rdf.add((shape, SH.property, path))
            rdf.add((path, SH.path, names.term(iri)))
            _fill(rdf, _limits(path, [p for p in by_term[iri] if each.name in p.domain or ANY in p.domain], names))
    _fill(rdf, _statement_shape(names))
    return _bound(rdf, names)


def _limits(path: Node, predicates: list[Predicate], names: Names) -> Iterator[Triple]:
    """Yield how often a property stands and what its values are."""
    from rdflib import RDF, SH, BNode, Literal

    if any(predicate.name == "name" for predicate in predicates):
        yield path, SH.minCount, Literal(1)
    classes = {schema().classes[kind].iri for p in predicates if p.links for kind in p.range}
    if not classes:
        yield path, SH.nodeKind, SH.Literal
    elif all(p.links for p in predicates):
        alternatives = [BNode() for _ in classes]
        for node, iri in zip(alternatives, sorted(classes), strict=True):
            yield node, SH["class"], names.term(iri)
        head: Node = BNode()
        yield path, SH["or"], head
        for number, node in enumerate(alternatives):
            rest: Node = RDF.nil if number == len(alternatives) - 1 else BNode()
            yield head, RDF.first, node
            yield head, RDF.rest, rest
            head = rest


def _statement_shape(names: Names) -> Iterator[Triple]:
    from rdflib import RDF, SH, BNode, Literal, URIRef

    shape = URIRef(f"{names.base}/vocab/shapes#statement")
    yield shape, RDF.type, SH.NodeShape
    yield shape, SH.targetClass, names.term("tt:Statement")
    once = [RDF.subject, RDF.predicate, RDF.object, *(names.term(f"tt:{axis}") for axis in (*AXES, "confidence"))]
    for predicate in once:
        path = BNode()
        yield shape, SH.property, path
        yield path, SH.path, predicate
        yield path, SH.minCount, Literal(1)
        yield path, SH.maxCount, Literal(1)
    # Evidence: a quoted document or the primary source of an entry; a statement without either is refused.
    choices, head = [BNode(), BNode()], BNode()
    yield shape, SH["or"], head
    second = BNode()
    for where, node, rest in ((head, choices[0], second), (second, choices[1], RDF.nil)):
        yield where, RDF.first, node
        yield where, RDF.rest, rest
    for node, short in zip(choices, ("prov:wasQuotedFrom", "prov:hadPrimarySource"), strict=True):
        path = BNode()
        yield node, SH.property, path
        yield path, SH.path, names.term(short)
        yield path, SH.minCount, Literal(1)
