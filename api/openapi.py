"""The OpenAPI description of the HTTP door: what FastAPI derives, with problems, CSV and caching said once for every route."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from api import problems
from api.routes import API

if TYPE_CHECKING:
    from fastapi import FastAPI

ADDRESS: Final = f"{API}/openapi.json"
DESCRIPTION: Final = """\
What worked in towns like yours: pilots, replications and lessons, each with the sentence it rests on.

Reading only. Every answer under /api/v1 is JSON or CSV, by the Accept header or by `.json` or `.csv` after the path. Lists go on
by `next`, which is the `cursor` of the next page (and a Link header). Every answer has an ETag; asked again with If-None-Match it
is 304 until something is written to the store. Errors are application/problem+json (RFC 9457), with a page for each type.

Offsets count characters (Unicode code points) of the document's text, end exclusive. Quotes and literals have at most 300
characters; a document's text is shown where its licence opens it. Dates are 2018, 2018-04 or 2018-04-12, with ~ after it if
approximate. Confidence is between 0 and 1. An amount of money is in the unit of its predicate.
"""
_HEADERS: Final = {
    "ETag": {"description": "changes with every write to the store", "schema": {"type": "string"}},
    "Link": {"description": 'the next page of a list, rel="next"', "schema": {"type": "string"}},
}


def install(app: FastAPI) -> None:
    """Let the application describe itself by `describe`."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = describe(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the description as a dictionary of JSON."""
    from fastapi.openapi.utils import get_openapi

    from api.responses import Problem

    found = get_openapi(
        title="Twintown",
        version=app.version,
        openapi_version="3.1.0",
        summary="What worked in towns like yours",
        description=DESCRIPTION,
        routes=app.routes,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    parts = found.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        parts.pop(name, None)
    parts["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    for path, operation in operations(found):
        _complete(path, operation)
    return found


def operations(description: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every path with its operation; all of them read."""
    for path, methods in description["paths"].items():
        for operation in methods.values():
            yield path, operation


def _complete(path: str, operation: dict[str, Any]) -> None:
    answers = operation["responses"]
    answers.pop("422", None)
    statuses = {503}
    if path.startswith(API):
        statuses |= {406}
        answers["200"]["content"]["text/csv"] = {"schema": {"type": "string", "description": "the same as a table with a header"}}
        answers["200"]["headers"] = _HEADERS
        answers["304"] = {"description": "the copy the caller has is still good"}
    if operation.get("parameters"):
        statuses |= {400, 414, 422}
    if "{" in path:
        statuses |= {404}
    if "304" not in answers and path.startswith(("/id/", "/vocab")):
        statuses |= {406}
        answers["304"] = {"description": "the copy the caller has is still good"}
    for status in sorted(statuses):
        kinds = [kind for kind in problems.KINDS.values() if kind.status == status]
        answers[str(status)] = {
            "description": "; ".join(kind.title for kind in kinds),
            "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
