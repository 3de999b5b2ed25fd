"""Templates: every value is escaped, and an unknown one is an error."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from fastapi.responses import Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from api.asked import not_modified
from api.pages.words import PLURALS, href, one_line, web_address

if TYPE_CHECKING:
    from fastapi import Request

    from api.asked import Asked
    from graph.store.base import Reader

HTML: Final = "text/html"
NAME: Final = "Twintown"


@cache
def environment() -> Environment:
    """Return the templates of api/templates."""
    found = Environment(
        loader=PackageLoader("api", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals |= {"href": href, "web_address": web_address, "plurals": PLURALS, "name": NAME, "style": _style()}
    found.filters["one_line"] = one_line
    return found


def render(_: Request | None, template: str, **values: object) -> str:
    """Return a page; `title` is needed by every one, `linked` is its JSON-LD."""
    given = {"asked": "", "linked": None, "about": "", **values}
    return environment().get_template(template).render(given)


def page(asked: Asked, template: str, build: Callable[[Reader], Mapping[str, object]]) -> Response:
    """Return the page that `build` fills, or 304 where the browser's copy is still good."""
    tag = asked.tag(HTML)
    if asked.has(tag):
        return not_modified(tag, vary="Accept")
    content = render(asked.request, template, **build(asked.store))
    return Response(content, media_type=HTML, headers={"etag": tag, "cache-control": "no-cache", "vary": "Accept"})


def _style() -> str:
    """Return the address of the style sheet, which changes with it."""
    content = (files("api") / "static" / "style.css").read_bytes()
    return f"/static/style.css?{hashlib.blake2b(content, digest_size=4).hexdigest()}"
