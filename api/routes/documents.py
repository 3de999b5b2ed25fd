"""Documents: what is kept, and one with the statements that rest on it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from api.asked import AskedDep, after, cursor
from api.responses import DocumentAnswer, DocumentRow, DocumentsAnswer
from api.routes import API, After, Limit
from graph.errors import NotFound
from graph.store.base import Reader
from queries.document.question import ask as ask_document
from queries.documents.question import ask as ask_documents

router = APIRouter(prefix=f"{API}/documents", tags=["documents"])


@router.get("", response_model=DocumentsAnswer, summary="Documents")
def list_documents(
    asked: AskedDep,
    limit: Limit = 50,
    place_in_list: After = "",
) -> Response:
    """List the documents by title, page after page."""

    def build(store: Reader) -> DocumentsAnswer:
        title, last = after(place_in_list, 2, of="documents")
        found = ask_documents(store, after=(title, last), limit=limit)
        following = cursor(found.documents[-1].title, found.documents[-1].id, of="documents") if found.more else None
        return DocumentsAnswer(documents=[DocumentRow.of(each) for each in found.documents], next=following)

    return asked.answer(build)


@router.get("/{id}", response_model=DocumentAnswer, summary="One document with its statements")
def one_document(
    asked: AskedDep,
    identifier: Annotated[
        str, Path(alias="id", description="id of the document", examples=["document:a735fcd354fd2bdd095f204b"])
    ],
    limit: Annotated[int, Query(ge=1, le=10_000, description="most passages and statements", examples=[500])] = 2000,
) -> Response:
    """Show a document: what is known about it, its text where its licence opens it, and what each sentence says."""
    if not identifier.startswith("document:"):
        raise NotFound(f"{identifier!r} is no id of a document; /api/v1/documents lists them")
    return asked.answer(lambda store: DocumentAnswer.of(ask_document(store, identifier, limit=limit)))
