"""Linked data: /id/KIND/KEY answers in the form the caller prefers, /vocab and /vocab/shapes say what the terms mean.

A browser is sent on to the page of the thing (303, as the W3C note "Cool URIs for the Semantic Web" has it).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Path
from fastapi.responses import RedirectResponse, Response

from api.asked import Asked, AskedDep, not_modified, preferred
from api.problems import ProblemError
from graph.errors import NotFound
from graph.schema import schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from rdflib import Graph

router = APIRouter(tags=["linked data"])

PAGE: Final = "text/html"
FORMS: Final = {"text/turtle": "turtle", "application/ld+json": "json-ld", "application/n-triples": "nt"}
KINDS: Final = (*schema().classes, "statement")


@router.get(
    "/id/{kind}/{key}",
    summary="One thing as RDF",
    responses={
        200: {"description": "Turtle, JSON-LD or N-Triples", "content": {form: {"schema": {"type": "string"}} for form in FORMS}},
        303: {"description": "The page about it, for browsers"},
    },
)
def one_thing(
    asked: AskedDep,
    kind: Annotated[str, Path(description="kind of thing", examples=["place"], max_length=40)],
    key: Annotated[str, Path(description="its key", examples=["geonames-2624652"], max_length=200)],
) -> Response:
    """Show an entity, a document or a statement as RDF, with the passages that each statement rests on."""
    if kind not in KINDS:
        raise NotFound(f"{kind!r} is no kind of thing; kinds are {', '.join(KINDS)}")
    accept = asked.request.headers.get("accept", "")
    form = preferred(accept, (*FORMS, PAGE) if PAGE in accept else tuple(FORMS))
    if form == PAGE and kind != "statement":
        return RedirectResponse(f"/{kind}/{quote(key)}", status_code=303)
    from graph.rdf import thing_graph

    return _answer(asked, form or "", lambda base: thing_graph(asked.store, f"{kind}:{key}", base))


@router.get("/vocab", summary="The vocabulary", responses={200: {"content": {form: {} for form in FORMS}}})
def vocabulary(asked: AskedDep) -> Response:
    """Show the classes and properties of Twintown as RDFS."""
    from graph.rdf import vocabulary_graph

    return _answer(asked, preferred(asked.request.headers.get("accept", ""), tuple(FORMS)), vocabulary_graph)


@router.get("/vocab/shapes", summary="The shapes of the vocabulary", responses={200: {"content": {form: {} for form in FORMS}}})
def shapes(asked: AskedDep) -> Response:
    """Show the SHACL shapes that an export keeps to."""
    from graph.rdf import shapes_graph

    return _answer(asked, preferred(asked.request.headers.get("accept", ""), tuple(FORMS)), shapes_graph)


def _answer(asked: Asked, form: str, build: Callable[[str], Graph]) -> Response:
    if form not in FORMS:
        raise ProblemError("not-acceptable")
    tag = asked.tag(form)
    if asked.has(tag):
        return not_modified(tag, vary="Accept")
    text = build(str(asked.request.base_url)).serialize(format=FORMS[form])
    headers = {"etag": tag, "cache-control": "no-cache", "vary": "Accept"}
    return Response(text, media_type=f"{form}; charset=utf-8", headers=headers)
