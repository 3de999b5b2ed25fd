"""RDF: exports keep to their shapes, say what the store says, and show no more of a text than its visibility allows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyshacl
import pytest
from rdflib import OWL, RDF, RDFS, SKOS, Dataset, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from graph.errors import NotFound
from graph.model import Judgement, Verdict, Visibility, entity_id
from graph.rdf import OA, entity_graph, nquads, shapes_graph, thing_graph, vocabulary_graph, whole_graph
from graph.register import statements
from graph.schema import schema
from graph.store.sqlite import SqliteStore, open_store
from tests.build import document, reading, statement
from tests.conformance.graphs import golden

pytestmark = pytest.mark.slow

BASE = "https://twintown.example"
VOCAB = f"{BASE}/vocab#"
SCHEMA = "https://schema.org/"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with open_store(tmp_path / "store.sqlite") as kept:
        yield kept


def thing(identifier: str) -> URIRef:
    kind, _, key = identifier.partition(":")
    return URIRef(f"{BASE}/id/{kind}/{key}")


def conforms(data: Graph) -> str:
    """Return what SHACL has against the graph; '' where it conforms."""
    sound, _, text = pyshacl.validate(data, shacl_graph=shapes_graph(BASE), inference="none", advanced=False)
    return "" if sound else str(text)


def test_the_golden_graph_keeps_to_the_shapes(store: SqliteStore) -> None:
    golden().load(store)
    assert conforms(whole_graph(store, BASE)) == ""


def test_the_register_keeps_to_the_shapes_and_nothing_is_left_out(store: SqliteStore) -> None:
    told = statements()
    store.enter("register", told)
    rdf = whole_graph(store, BASE)
    assert conforms(rdf) == ""
    assert len(set(rdf.subjects(RDF.type, URIRef(f"{VOCAB}Statement")))) == len(told)
    links = {(thing(s.subject), URIRef(iri(s.predicate)), thing(s.value)) for s in told if schema().predicates[s.predicate].links}
    assert links <= set(rdf)


def iri(predicate: str) -> str:
    prefix, _, name = schema().predicates[predicate].iri.partition(":")
    return (VOCAB if prefix == "tt" else schema().prefixes[prefix]) + name


@pytest.mark.parametrize(("predicate", "line"), [("replicated_to", "replication"), ("runs_in", "pilot"), ("name", "MinCount")])
def test_shapes_refuse_what_does_not_fit(store: SqliteStore, predicate: str, line: str) -> None:
    golden().load(store)
    rdf = whole_graph(store, BASE)
    term = URIRef(iri(predicate))
    subject = next(s for s in rdf.subjects(term) if line != "MinCount" or "/id/place/" in str(s))
    rdf.remove((subject, term, None))
    if line != "MinCount":
        rdf.add((subject, term, URIRef(f"{BASE}/id/solution/heat-pump")))
    assert line in conforms(rdf)


def oulu(store: SqliteStore, visibility: Visibility, long: int = 0) -> str:
    """Fill a store with one document about Oulu; return the id of its pilot statement."""
    read = document(f"Oulu tried heat pumps{' again' * long}.", "https://example.org/oulu", visibility=visibility, date="2024-05")
    pilot, place = entity_id("pilot", "x"), entity_id("place", external="geonames-643492")
    said = [statement(pilot, "name", "pumps", of=read), statement(place, "name", "Oulu", of=read, quote="Oulu")]
    said.append(statement(pilot, "runs_in", place, of=read, quote=read.text, progress="done"))
    store.add(reading(read, said))
    return said[-1].id


def test_a_statement_carries_its_passage_and_its_source(store: SqliteStore) -> None:
    identifier = oulu(store, Visibility.QUOTE)
    rdf = entity_graph(store, "place:geonames-643492", BASE)
    assert (None, URIRef(f"{VOCAB}runsIn"), thing("place:geonames-643492")) in rdf
    (target,) = rdf.objects(thing(identifier), URIRef(f"{OA}hasTarget"))
    selectors = set(rdf.objects(target, URIRef(f"{OA}hasSelector")))
    assert Literal("Oulu tried heat pumps.") in {o for s in selectors for o in rdf.objects(s, URIRef(f"{OA}exact"))}
    (source,) = rdf.objects(target, URIRef(f"{OA}hasSource"))
    assert (source, URIRef(f"{SCHEMA}url"), URIRef("https://example.org/oulu")) in rdf
    assert (thing(identifier), URIRef(f"{VOCAB}progress"), Literal("done")) in rdf
    assert conforms(rdf) == ""


@pytest.mark.parametrize(("visibility", "shown"), [(Visibility.QUOTE, 300), (Visibility.FULL, 622)])
def test_no_more_is_shown_than_the_visibility_allows(store: SqliteStore, visibility: Visibility, shown: int) -> None:
    oulu(store, visibility, long=100)
    rdf = whole_graph(store, BASE)
    assert max(len(str(quote)) for quote in rdf.objects(None, URIRef(f"{OA}exact"))) == shown
    assert bool(list(rdf.objects(None, URIRef(f"{SCHEMA}text")))) is (visibility is Visibility.FULL)


def test_documents_and_statements_are_things_too(store: SqliteStore) -> None:
    identifier = oulu(store, Visibility.QUOTE)
    (read,) = store.documents()
    whole, one = thing_graph(store, read.id, BASE), thing_graph(store, identifier, BASE)
    assert conforms(whole) == conforms(one) == ""
    assert len(set(whole.subjects(RDF.type, URIRef(f"{VOCAB}Statement")))) == 3
    assert set(one.subjects(RDF.type, URIRef(f"{VOCAB}Statement"))) == {thing(identifier)}
    for missing in ("document:x", "statement:x", "place:x"):
        with pytest.raises(NotFound):
            thing_graph(store, missing, BASE)


def test_what_was_judged_wrong_is_told_and_not_claimed(store: SqliteStore) -> None:
    identifier = oulu(store, Visibility.QUOTE)
    store.judge(Judgement(verdict=Verdict.WRONG, first=identifier, by="Ada"))
    rdf = whole_graph(store, BASE)
    assert (None, URIRef(f"{VOCAB}runsIn"), None) not in rdf
    assert (thing(identifier), URIRef(f"{VOCAB}judged"), Literal("wrong")) in rdf


def test_folded_entities_are_one_thing_with_other_names(store: SqliteStore) -> None:
    oulu(store, Visibility.QUOTE)
    other = entity_id("place", "Uleåborg", "FI")
    read = document("Uleåborg has snow.", "b")
    store.add(reading(read, [statement(other, "name", "Uleåborg", of=read)]))
    store.judge(Judgement(verdict=Verdict.SAME, first=other, second="place:geonames-643492", by="Ada"))
    rdf = whole_graph(store, BASE)
    assert (thing(other), OWL.sameAs, thing("place:geonames-643492")) in rdf
    assert Literal("Uleåborg") in set(rdf.objects(thing("place:geonames-643492"), URIRef(f"{SCHEMA}name")))
    assert isomorphic(entity_graph(store, other, BASE), entity_graph(store, "place:geonames-643492", BASE))


def test_what_a_document_says_stands_in_its_own_graph(store: SqliteStore) -> None:
    oulu(store, Visibility.QUOTE)
    store.enter("register", [s for s in statements() if s.subject.startswith("replication:") or s.predicate == "name"])
    dataset = Dataset()
    dataset.parse(data="".join(nquads(store, BASE)), format="nquads")
    (read,) = store.documents()
    said = dataset.graph(thing(read.id))
    assert (None, URIRef(f"{VOCAB}runsIn"), thing("place:geonames-643492")) in said
    assert (None, URIRef(f"{VOCAB}replicatedTo"), None) not in said
    assert (None, URIRef(f"{VOCAB}replicatedTo"), None) in dataset.graph(thing("collection:register"))


def test_solutions_are_concepts_with_labels_in_seven_languages(store: SqliteStore) -> None:
    store.enter("register", statements())
    rdf = entity_graph(store, "solution:smart-lighting", BASE)
    me = thing("solution:smart-lighting")
    assert (me, RDF.type, SKOS.Concept) in rdf
    assert {label.language for label in rdf.objects(me, SKOS.prefLabel) if isinstance(label, Literal)} == {
        "en", "de", "fr", "es", "it", "pl", "pt"
    }  # fmt: skip
    assert (me, SKOS.broader, thing("solution:digital")) in rdf


def test_the_vocabulary_defines_every_term_of_ours_that_an_export_uses(store: SqliteStore) -> None:
    golden().load(store)
    store.enter("register", statements())
    rdf, vocabulary = whole_graph(store, BASE), vocabulary_graph(BASE)
    used = {term for triple in rdf for term in triple if str(term).startswith(VOCAB)}
    defined = set(vocabulary.subjects(RDFS.label, None))
    assert used - defined == set()


@pytest.mark.parametrize("format_name", ["turtle", "json-ld"])
def test_every_serialisation_is_the_same_graph(store: SqliteStore, format_name: str) -> None:
    oulu(store, Visibility.FULL)
    rdf = entity_graph(store, "place:geonames-643492", BASE)
    assert isomorphic(Graph().parse(data=rdf.serialize(format=format_name), format=format_name), rdf)
