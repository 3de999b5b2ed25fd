"""Entities: those of a kind, and one with its facts."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from api.asked import AskedDep, after, cursor
from api.responses import EntitiesAnswer, EntityAnswer, EntityRow
from api.routes import API, After, Limit
from graph.schema import schema
from graph.store.base import Reader
from queries.entities.question import ask as ask_entities
from queries.entity.question import ask as ask_entity

router = APIRouter(prefix=f"{API}/entities", tags=["entities"])

Kind = StrEnum("Kind", {name: name for name in schema().classes if name != "document"})  # type: ignore[misc]
Kind.__doc__ = "A kind of entity, as the data model names it."


@router.get("", response_model=EntitiesAnswer, summary="Entities of one kind")
def list_entities(
    asked: AskedDep,
    kind: Annotated[Kind, Query(description="kind of entity, as the data model names it", examples=["place"])],
    limit: Limit = 50,
    place_in_list: After = "",
) -> Response:
    """List the entities of a kind by name, page after page."""

    def build(store: Reader) -> EntitiesAnswer:
        of = f"entities {kind.value}"
        folded, last = after(place_in_list, 2, of=of)
        found = ask_entities(store, kind.value, after=(folded, last), limit=limit)
        rows = [EntityRow.of(kind.value, each) for each in found.entities]
        following = cursor(found.entities[-1].folded, found.entities[-1].id, of=of) if found.more else None
        return EntitiesAnswer(entities=rows, next=following)

    return asked.answer(build)


@router.get("/{id}", response_model=EntityAnswer, summary="One entity with its facts")
def one_entity(
    asked: AskedDep,
    identifier: Annotated[
        str, Path(alias="id", description="id, or any id that is folded into it", examples=["place:geonames-2624652"])
    ],
    limit: Annotated[int, Query(ge=1, le=2000, description="most statements", examples=[200])] = 500,
) -> Response:
    """Show an entity: what is said of it and what leads to it, each fact with the sentences it rests on."""
    return asked.answer(lambda store: EntityAnswer.of(ask_entity(store, identifier, limit=limit)))
