"""Pages for people: rendered here, readable without a script, each with what it knows as JSON-LD."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import APIRouter


def routers() -> Sequence[APIRouter]:
    """Return every router of pages; a new module is added here."""
    from api.pages import document, entity, lists, search, start, trouble

    return [each.router for each in (start, search, lists, document, entity, trouble)]
