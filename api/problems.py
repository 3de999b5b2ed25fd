"""Errors over HTTP: application/problem+json (RFC 9457), or a page where a browser asks. The only place that knows status codes.

Each type has a page at /problems/NAME, which is also docs/problems/NAME.md (written by `make docs`).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from graph.errors import InvalidRecord, MissingModel, NotFound, StoreBusy, StoreError, TwintownError

if TYPE_CHECKING:
    from fastapi import FastAPI, Request
    from fastapi.responses import Response

MEDIA_TYPE: Final = "application/problem+json"
log = logging.getLogger("twintown.http")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A type of problem: its name in the address, its status, and what its page says."""

    name: str
    status: int
    title: str
    meaning: str
    remedy: str
    retry_after: int = 0  # seconds, where trying again helps

    @property
    def address(self) -> str:
        return f"/problems/{self.name}"


_ALL: Final = (
    Kind(
        name="not-found",
        status=404,
        title="Nothing is kept here",
        meaning="No entity, document, statement or page has this id or address. An id may have gone with the last document "
        "that supported it.",
        remedy="Look for it by name with /api/v1/suggest?q=NAME or /api/v1/entities?kind=place. Ids look like "
        "place:geonames-3176959.",
    ),
    Kind(
        name="invalid-request",
        status=422,
        title="The request cannot be used",
        meaning="A parameter is missing, of the wrong type, or outside its range. `errors` names each one and what it should be.",
        remedy="Correct the parameters it names; /api/v1/openapi.json describes them all.",
    ),
    Kind(
        name="invalid-cursor",
        status=422,
        title="The cursor does not belong to this list",
        meaning="A cursor is an opaque piece of text that one page of a list hands out for the next. It was altered, or it comes "
        "from a list with other filters.",
        remedy="Ask for the first page again, without `cursor`, and follow `next` from there.",
    ),
    Kind(
        name="not-acceptable",
        status=406,
        title="Not in this form",
        meaning="The answer exists, but not in any form that the Accept header allows.",
        remedy="Accept application/json or text/csv, or write .json or .csv after the path.",
    ),
    Kind(
        name="method-not-allowed",
        status=405,
        title="Only reading",
        meaning="Nothing can be written over HTTP. Every address answers GET and HEAD, and nothing else.",
        remedy="Use GET. Documents come in by the command line: `twintown ingest PATH`.",
    ),
    Kind(
        name="request-too-large",
        status=413,
        title="The request carries too much",
        meaning="Requests need no body, and one of more than 16 kB is refused.",
        remedy="Leave the body out; parameters belong into the address.",
    ),
    Kind(
        name="malformed-address",
        status=400,
        title="The address is malformed",
        meaning="Path or query hold bytes that an address cannot hold; letters beyond ASCII are percent-encoded UTF-8.",
        remedy="Encode the parameters, as every HTTP client does by itself.",
    ),
    Kind(
        name="address-too-long",
        status=414,
        title="The address is too long",
        meaning="Path and query together may take 8 kB.",
        remedy="Shorten the question; a search takes at most 500 characters.",
    ),
    Kind(
        name="unknown-host",
        status=421,
        title="This server goes by another name",
        meaning="The Host header names a host that this server was not started for. A server for one machine answers to "
        "localhost and 127.0.0.1 alone, so that no web page can reach it under a name of its own.",
        remedy="Use the address that `twintown serve` printed, or start it with --allow-host NAME.",
    ),
    Kind(
        name="store-busy",
        status=503,
        title="The store is busy",
        meaning="Another process kept the store locked for longer than this request could wait.",
        remedy="Try again after the seconds in the Retry-After header.",
        retry_after=5,
    ),
    Kind(
        name="store-unavailable",
        status=503,
        title="The store cannot answer",
        meaning="The file of the store is missing, damaged, full, or of another version.",
        remedy="Whoever runs the server: `twintown doctor` says what is wrong and what mends it.",
        retry_after=60,
    ),
    Kind(
        name="model-missing",
        status=503,
        title="A model is not installed",
        meaning="The question needs an embedding model or a data package that this machine does not have.",
        remedy="Whoever runs the server: `make setup`, or name a model with --model. Everything but search works without it.",
        retry_after=600,
    ),
    Kind(
        name="too-slow",
        status=503,
        title="The answer took too long",
        meaning="The request was given up after 30 seconds.",
        remedy="Ask for less: a smaller limit, a lower depth, narrower filters.",
        retry_after=10,
    ),
    Kind(
        name="overloaded",
        status=503,
        title="Too many requests at once",
        meaning="More requests wait for an answer than the server takes on.",
        remedy="Try again after the seconds in the Retry-After header.",
        retry_after=2,
    ),
    Kind(
        name="internal",
        status=500,
        title="A fault of this program",
        meaning="Something went wrong that should not; it is in the log under the request's id.",
        remedy="Please report it with the id in `request`, the X-Request-ID of the answer.",
    ),
)
KINDS: Final[Mapping[str, Kind]] = {kind.name: kind for kind in _ALL}

# The first class that fits decides, so a subclass comes before its base.
_BY_ERROR: Final = (
    (NotFound, "not-found"),
    (StoreBusy, "store-busy"),
    (StoreError, "store-unavailable"),
    (MissingModel, "model-missing"),
    (InvalidRecord, "invalid-request"),
)
_BY_STATUS: Final = {
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    413: "request-too-large",
    422: "invalid-request",
}


class ProblemError(TwintownError):
    """Raised inside the HTTP door for a problem of a kind that nothing below knows."""

    def __init__(self, name: str, detail: str = "", *, errors: Sequence[Mapping[str, str]] = ()) -> None:
        super().__init__(detail or KINDS[name].meaning)
        self.kind = KINDS[name]
        self.errors = errors


def body(kind: Kind, detail: str = "", *, request_id: str = "", errors: Sequence[Mapping[str, str]] = ()) -> dict[str, object]:
    """Return the members of a problem; those without content are left out."""
    found: dict[str, object] = {
        "type": kind.address,
        "title": kind.title,
        "status": kind.status,
        "detail": detail or kind.meaning,
        "request": request_id,
        "errors": list(errors),
    }
    return {name: value for name, value in found.items() if value}


def headers(kind: Kind) -> dict[str, str]:
    """Return what goes with an answer of this kind."""
    found = {"cache-control": "no-store", "content-type": MEDIA_TYPE}
    if kind.retry_after:
        found["retry-after"] = str(kind.retry_after)
    if kind.status == 405:
        found["allow"] = "GET, HEAD"
    return found


def raw(kind: Kind, *, request_id: str = "") -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """Return body and headers as ASGI sends them, for what is refused before any route."""
    content = json.dumps(body(kind, request_id=request_id)).encode()
    sent = {**headers(kind), "content-length": str(len(content))}
    return content, [(name.encode(), value.encode()) for name, value in sent.items()]


def page(name: str) -> str:
    """Return docs/problems/NAME.md."""
    kind = KINDS[name]
    return (
        f"# {kind.title}\n\n_Written by `make docs` from api/problems.py._\n\n"
        f"Type `{kind.address}`, status {kind.status}.\n\n{kind.meaning}\n\n{kind.remedy}\n"
    )


def install(app: FastAPI) -> None:
    """Make every error that a route raises a problem; what nobody foresaw ends in api/security.py."""
    from fastapi.exceptions import RequestValidationError
    from starlette.exceptions import HTTPException

    def known(request: Request, error: Exception) -> Response:
        if isinstance(error, ProblemError):
            return respond(request, error.kind, str(error), errors=error.errors)
        name = next((name for kind, name in _BY_ERROR if isinstance(error, kind)), "internal")
        if KINDS[name].status >= 500:
            log.error("%s: %s", type(error).__name__, error, extra={"request": _request_id(request)})
            return respond(request, KINDS[name])  # paths of the machine stay in the log
        return respond(request, KINDS[name], str(error))

    def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class alone
        found = [{"where": ".".join(str(part) for part in each["loc"]), "what": str(each["msg"])} for each in error.errors()[:20]]
        named = "; ".join(f"{each['where'].partition('.')[2] or each['where']}: {each['what']}" for each in found)
        return respond(request, KINDS["invalid-request"], named, errors=found)

    def status(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class alone
        return respond(request, KINDS[_BY_STATUS.get(error.status_code, "invalid-request")])

    app.add_exception_handler(TwintownError, known)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, status)


def respond(request: Request, kind: Kind, detail: str = "", *, errors: Sequence[Mapping[str, str]] = ()) -> Response:
    """Return the problem as JSON, or as a page where somebody asked for a page with a browser."""
    from fastapi.responses import Response

    found = body(kind, detail, request_id=_request_id(request), errors=errors)
    sent = headers(kind)
    if not request.scope["path"].startswith("/api/") and "text/html" in request.headers.get("accept", ""):
        from api.pages.render import render

        content = render(request, "problem.html", title=kind.title, problem=kind, detail=str(found["detail"]), told=found)
        sent["content-type"] = "text/html; charset=utf-8"
        return Response(content, status_code=kind.status, headers=sent)
    return Response(json.dumps(found, ensure_ascii=False), status_code=kind.status, headers=sent)


def _request_id(request: Request) -> str:
    return str(request.scope.get("request_id", ""))
