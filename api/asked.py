"""What a request asks for: the store to ask, the form of the answer, and whether the caller has it already.

A route calls `asked.answer(build)`: `build` gets the store and returns a response model of api/responses.py; it is not called
where the caller's copy is still good. Every answer has an ETag made from the store's generation, so one commit renews them all.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.responses import Response

from api.problems import ProblemError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from api.responses import Answer
    from graph.store.base import Reader
    from queries.search.question import Searcher

JSON: Final = "application/json"
CSV: Final = "text/csv"
FORMS: Final = {JSON: "application/json", CSV: "text/csv; charset=utf-8"}
SUFFIXES: Final = {".json": JSON, ".csv": CSV}
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request and the store it is asked of."""

    request: Request
    store: Reader

    @property
    def searcher(self) -> Searcher:
        """What searches this store; it answers by words alone until its models are loaded."""
        found: Searcher = self.request.app.state.searcher
        return found

    def answer(self, build: Callable[[Reader], Answer]) -> Response:
        """Return the answer as JSON or CSV, or 304; raise ProblemError where the caller accepts neither."""
        form = preferred(self.request.headers.get("accept", ""), tuple(FORMS))
        if not form:
            raise ProblemError("not-acceptable")
        tag = self.tag(form)
        if self.has(tag):
            return not_modified(tag, vary="Accept")
        answer = build(self.store)
        headers = {"etag": tag, "cache-control": "no-cache", "vary": "Accept"}
        following = answer.following()
        if following:
            address = self.request.url.include_query_params(cursor=following)
            path = quote(self.request.scope.get("asked_path", address.path))
            headers["link"] = f'<{path}?{address.query}>; rel="next"'
        content = answer.model_dump_json() if form == JSON else as_csv(answer.columns(), answer.table())
        return Response(content, media_type=FORMS[form], headers=headers)

    def tag(self, form: str) -> str:
        """Return the ETag of this address in this form: weak, as the bytes differ by compression."""
        app = self.request.app.state
        models = str(len(self.searcher.embedders))  # an answer by words alone is no longer good once there is meaning
        vectors = str(self.searcher.stamps())  # nor is one that missed vectors made since
        asked = "\n".join((app.identity, models, vectors, form, self.request.url.path, self.request.url.query))
        return f'W/"{self.store.generation()}-{hashlib.blake2b(asked.encode("utf-8", "replace"), digest_size=8).hexdigest()}"'

    def has(self, tag: str) -> bool:
        """Tell whether If-None-Match names the tag."""
        given = self.request.headers.get("if-none-match", "")
        bare = tag.removeprefix("W/")
        return given.strip() == "*" or any(each.strip().removeprefix("W/") == bare for each in given.split(","))


def not_modified(tag: str, *, vary: str) -> Response:
    return Response(status_code=304, headers={"etag": tag, "cache-control": "no-cache", "vary": vary})


async def _asked(request: Request) -> Asked:
    return Asked(request, request.app.state.store)


AskedDep = Annotated[Asked, Depends(_asked)]


def preferred(accept: str, offered: Sequence[str]) -> str:
    """Return what of the offered media types an Accept header (RFC 9110, 12.5.1) likes best, or '' where it refuses all.

    Ties go to what is offered first; an empty header accepts anything; parts that cannot be read are passed over.
    """
    if not accept.strip():
        return offered[0]
    ranges: list[tuple[str, float]] = []
    for part in accept.split(","):
        media, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = next((each.removeprefix("q=") for each in parameters if each.startswith("q=")), "1")
        try:
            ranges.append((media, min(max(float(quality), 0.0), 1.0)))
        except ValueError:
            continue

    def liking(media: str) -> float:
        for wanted in (media, media.partition("/")[0] + "/*", "*/*"):  # the most specific range decides
            for accepted, quality in ranges:
                if accepted == wanted:
                    return quality
        return 0.0

    best = max(offered, key=liking)
    return best if liking(best) > 0 else ""


def as_csv(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    """Return rows as RFC 4180 with a header; text that a spreadsheet would take for a formula gets an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(column)) for column in columns])
    return out.getvalue()


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.startswith(_FORMULA) and not _is_number(value):
        return f"'{value}"
    return value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def cursor(*after: str, of: str) -> str:
    """Return the cursor that follows the keys `after` in the list named `of` (its name and filters)."""
    raw = json.dumps([hashlib.blake2b(of.encode(), digest_size=4).hexdigest(), *after], ensure_ascii=False)
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def after(given: str, count: int, *, of: str) -> tuple[str, ...]:
    """Return the `count` keys of a cursor, empty ones where none is given; raise ProblemError for one of another list."""
    if not given:
        return ("",) * count
    try:
        keys = json.loads(base64.urlsafe_b64decode(given.encode("ascii") + b"=" * (-len(given) % 4)))
    except (ValueError, RecursionError) as error:
        raise ProblemError("invalid-cursor") from error
    if not (isinstance(keys, list) and len(keys) == count + 1 and all(isinstance(key, str) for key in keys)):
        raise ProblemError("invalid-cursor")
    if keys[0] != hashlib.blake2b(of.encode(), digest_size=4).hexdigest():
        raise ProblemError("invalid-cursor")
    if any("\ud800" <= letter <= "\udfff" for key in keys for letter in key):
        raise ProblemError("invalid-cursor")
    return tuple(keys[1:])


class Suffixes:
    """ASGI middleware: `.json` or `.csv` after a path under /api/v1 says the form, as an Accept header would."""

    def __init__(self, app: ASGIApp, *, spared: Sequence[str] = ()) -> None:
        self.app, self.spared = app, spared

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] == "http" and path.startswith("/api/") and path not in self.spared:
            suffix = next((suffix for suffix in SUFFIXES if path.endswith(suffix)), "")
            if suffix:
                scope["asked_path"] = path
                scope["path"] = path.removesuffix(suffix)
                scope["headers"] = [
                    *((name, value) for name, value in scope["headers"] if name != b"accept"),
                    (b"accept", SUFFIXES[suffix].encode()),
                ]
        await self.app(scope, receive, send)
