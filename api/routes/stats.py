"""What the store holds."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api.asked import AskedDep
from api.responses import StatsAnswer
from api.routes import API
from graph.schema import schema
from graph.store.base import Reader

router = APIRouter(prefix=f"{API}/stats", tags=["stats"])


@router.get("", response_model=StatsAnswer, summary="What the store holds")
def stats(asked: AskedDep) -> Response:
    """Count documents, passages, statements, edges, judgements, open proposals, and entities by kind."""

    def build(store: Reader) -> StatsAnswer:
        counts = store.counts()
        entities = {name: counts[name] for name in schema().classes if name in counts}
        records = {name: count for name, count in counts.items() if name not in entities}
        return StatsAnswer(generation=store.generation(), records=records, entities=entities)

    return asked.answer(build)
