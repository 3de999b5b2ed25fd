"""Logs as JSON lines, one for each request, and the counts behind /metrics.

Neither holds what people asked or what documents say: a request is known by its id, its route and its status.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, TextIO
from uuid import uuid4

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from graph.store.base import Reader

LOGGER: Final = "twintown.http"
_FIELDS: Final = ("request", "method", "route", "status", "milliseconds", "bytes")
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

log = logging.getLogger(LOGGER)


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in _FIELDS if hasattr(record, name)}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def write_json(stream: TextIO | None = None, *, level: int = logging.INFO) -> None:
    """Send the logs of this program and of uvicorn to a stream (stderr) as JSON lines."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    for name in ("twintown", "uvicorn"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(level)
    logging.getLogger("uvicorn.access").disabled = True  # it writes whole addresses, with what was asked


class Metrics:
    """The numbers of one application, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self.requests = Counter("twintown_requests", "Requests answered.", labels, registry=self.registry)
        self.seconds = Histogram(
            "twintown_request_seconds", "Time to the last byte, in seconds.", ("route",), buckets=_BUCKETS, registry=self.registry
        )
        self.generation = Gauge("twintown_store_generation", "Committed writes of the store.", registry=self.registry)
        self.kept = Gauge("twintown_store_records", "Records kept, by what they are.", ("what",), registry=self.registry)

    def text(self, store: Reader) -> bytes:
        """Return everything in Prometheus's text format."""
        self.generation.set(store.generation())
        for what, count in store.counts().items():
            self.kept.labels(what).set(count)
        return bytes(generate_latest(self.registry))


class Log:
    """ASGI middleware, the outermost: gives each request an id, and logs and counts it."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self.app, self.metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
        request_id = given.decode() if _REQUEST_ID.fullmatch(given) else uuid4().hex
        scope["request_id"] = request_id
        begun, status, size = time.perf_counter(), 500, 0

        async def counted(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message.get("headers", ()), (b"x-request-id", request_id.encode())]}
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, counted)
        finally:
            self._tell(scope, request_id, status, size, time.perf_counter() - begun)

    def _tell(self, scope: Scope, request_id: str, status: int, size: int, seconds: float) -> None:
        # The route's pattern, never the path: ids of people may stand in paths, and made-up ones would fill the metrics.
        route = str(getattr(scope.get("route"), "path", "")) or "(none)"
        method = scope["method"] if scope["method"] in _METHODS else "(other)"
        self.metrics.requests.labels(method, route, str(status)).inc()
        self.metrics.seconds.labels(route).observe(seconds)
        fields = {"request": request_id, "method": method, "route": route, "status": status}
        log.info("answered", extra={**fields, "milliseconds": round(seconds * 1000, 1), "bytes": size})
