"""Routes of /api/v1, one module for each noun, and those at the root that machines ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Query

if TYPE_CHECKING:
    from collections.abc import Sequence

API: Final = "/api/v1"
LONGEST_QUESTION: Final = 500  # characters
MOST: Final = 200  # rows of one page

Limit = Annotated[int, Query(ge=1, le=MOST, description="rows of one page", examples=[20])]
After = Annotated[str, Query(alias="cursor", max_length=2000, description="`next` of the page before")]


def routers() -> Sequence[APIRouter]:
    """Return every router of the API; a new module is added here."""
    from api.routes import documents, entities, health, linked, passages, replications, search, statements, stats

    return [each.router for each in (search, entities, documents, passages, statements, replications, stats, linked, health)]
