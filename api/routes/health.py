"""What machines ask at the root: whether the server runs, whether it can answer, and its numbers."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST

from api.asked import AskedDep
from api.responses import Health

router = APIRouter(tags=["health"])


@router.get("/healthz", response_model=Health, summary="Does the server run?")
async def healthz() -> Response:
    """Answer without touching the store."""
    return JSONResponse({"status": "ok", "generation": None}, headers={"cache-control": "no-store"})


@router.get("/readyz", response_model=Health, summary="Can the server answer?")
def readyz(asked: AskedDep) -> Response:
    """Ask the store for its generation; a problem of type store-unavailable where it cannot say."""
    return JSONResponse({"status": "ok", "generation": asked.store.generation()}, headers={"cache-control": "no-store"})


@router.get(
    "/metrics",
    response_class=PlainTextResponse,
    summary="Numbers for Prometheus",
    responses={200: {"description": "Prometheus text format"}},
)
def metrics(request: Request, asked: AskedDep) -> Response:
    """Show requests by route and status, their seconds, and what the store holds."""
    text = request.app.state.metrics.text(asked.store)
    return Response(text, headers={"content-type": CONTENT_TYPE_LATEST, "cache-control": "no-store"})
