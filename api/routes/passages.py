"""Passages: those of other documents near one in meaning."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from api.asked import AskedDep
from api.responses import SimilarAnswer
from api.routes import API
from graph.errors import NotFound

router = APIRouter(prefix=f"{API}/passages", tags=["passages"])


@router.get("/{id}/similar", response_model=SimilarAnswer, summary="Passages near one in meaning")
def similar(
    asked: AskedDep,
    identifier: Annotated[str, Path(alias="id", description="id of the passage", examples=["passage:2bf7d0d2c87224d1f539ac2e"])],
    language: Annotated[
        str, Query(max_length=20, description="language of the passages wanted, ISO 639-1", examples=["en"])
    ] = "",
    limit: Annotated[int, Query(ge=1, le=100, description="most passages", examples=[10])] = 10,
) -> Response:
    """List the passages of other documents nearest in meaning to one, nearest first.

    `notes` says so where the passage has no vector yet.
    """
    from queries.similar.question import ask

    if not identifier.startswith("passage:"):
        raise NotFound(f"{identifier!r} is no id of a passage; /api/v1/search and /api/v1/documents/{{id}} give them")
    index = asked.searcher.index
    return asked.answer(lambda store: SimilarAnswer.of(ask(store, identifier, index=index, language=language, limit=limit)))
