"""Linked data over HTTP: content negotiation at /id, the vocabulary and its shapes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from rdflib import RDF, Graph, URIRef
from rdflib.compare import isomorphic

from api.app import create_app
from api.settings import Settings
from graph.store.sqlite import open_store
from tests.conformance.graphs import golden

BASE = "http://127.0.0.1"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("linked")
    with open_store(folder / "store.sqlite") as store:
        golden().load(store)
    app = create_app(Settings(store=f"sqlite:{folder / 'store.sqlite'}", model="", cache=folder))
    with TestClient(app, base_url=BASE) as asking:
        yield asking


@pytest.fixture(scope="module")
def some(client: TestClient) -> dict[str, str]:
    """One id of each kind of thing."""
    answer = client.get("/api/v1/entities", params={"kind": "place"}).json()
    read = client.get("/api/v1/documents").json()
    statement = client.get("/api/v1/statements").json()
    return {
        "place": answer["entities"][0]["id"],
        "document": read["documents"][0]["id"],
        "statement": statement["statements"][0]["evidence"]["statement"],
    }


def at(identifier: str) -> str:
    kind, _, key = identifier.partition(":")
    return f"/id/{kind}/{key}"


@pytest.mark.parametrize("kind", ["place", "document", "statement"])
def test_every_thing_answers_in_the_form_that_is_asked_for(client: TestClient, some: dict[str, str], kind: str) -> None:
    graphs = []
    for form, name in (("text/turtle", "turtle"), ("application/ld+json", "json-ld"), ("application/n-triples", "nt")):
        answer = client.get(at(some[kind]), headers={"accept": form})
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(form)
        assert "Accept" in answer.headers["vary"]
        graphs.append(Graph().parse(data=answer.text, format=name))
    assert isomorphic(graphs[0], graphs[1])
    assert isomorphic(graphs[0], graphs[2])
    assert (URIRef(BASE + at(some[kind])), RDF.type, None) in graphs[0]
    tag = answer.headers["etag"]
    assert client.get(at(some[kind]), headers={"accept": form, "if-none-match": tag}).status_code == 304


@pytest.mark.parametrize("kind", ["place", "document"])
def test_a_browser_is_sent_on_to_the_page(client: TestClient, some: dict[str, str], kind: str) -> None:
    accept = "text/html,application/xhtml+xml,*/*;q=0.8"
    answer = client.get(at(some[kind]), headers={"accept": accept}, follow_redirects=False)
    assert answer.status_code == 303
    assert client.get(answer.headers["location"]).status_code == 200


def test_what_is_not_there_is_a_problem_and_not_an_error(client: TestClient) -> None:
    for address in ("/id/place/nowhere", "/id/dragon/1", "/id/document/x", "/id/statement/x"):
        answer = client.get(address, headers={"accept": "text/turtle"})
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert client.get("/vocab", headers={"accept": "image/png"}).status_code == 406


def test_the_vocabulary_and_its_shapes_are_served(client: TestClient) -> None:
    vocabulary = Graph().parse(data=client.get("/vocab").text, format="turtle")
    assert (URIRef(f"{BASE}/vocab#Pilot"), RDF.type, None) in vocabulary
    shapes = Graph().parse(data=client.get("/vocab/shapes").text, format="turtle")
    assert len(shapes) > len(vocabulary)
