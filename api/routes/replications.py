"""Replications: who took over what from whom."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.asked import AskedDep
from api.responses import ReplicationRow, ReplicationsAnswer
from api.routes import API
from graph.store.base import Reader
from queries.replications.question import DEEPEST, ask

router = APIRouter(prefix=f"{API}/replications", tags=["replications"])


@router.get("", response_model=ReplicationsAnswer, summary="Who took over what from whom")
def list_replications(
    asked: AskedDep,
    origin: Annotated[
        str,
        Query(alias="from", max_length=300, description="id of a place, pilot or project", examples=["place:geonames-2911298"]),
    ] = "",
    target: Annotated[
        str, Query(alias="to", max_length=300, description="id of a place or pilot", examples=["place:geonames-3081368"])
    ] = "",
    solution: Annotated[
        str, Query(max_length=300, description="id of a solution; narrower ones count", examples=["solution:smart-lighting"])
    ] = "",
    depth: Annotated[
        int | None, Query(ge=1, le=DEEPEST, description="most steps of a chain; 4 with from or to, else 1", examples=[2])
    ] = None,
    limit: Annotated[int, Query(ge=1, le=500, description="most steps shown", examples=[100])] = 100,
) -> Response:
    """List replications as chains: each step says what was kept and changed, how far it is, how sure, and by which sentence."""

    def build(store: Reader) -> ReplicationsAnswer:
        found = ask(store, origin=origin, target=target, solution=solution, depth=depth, limit=limit)
        return ReplicationsAnswer(replications=[ReplicationRow.of(step) for step in found.steps], more=found.more)

    return asked.answer(build)
