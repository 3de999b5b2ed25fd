"""Lists for looking around: the entities of a kind, and the documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.asked import AskedDep, after, cursor
from api.pages import linked
from api.pages.render import page
from api.pages.words import PLURALS, href, one_line
from queries.documents.question import ask as ask_documents
from queries.entities.question import ask as ask_entities

if TYPE_CHECKING:
    from collections.abc import Callable

    from graph.store.base import Reader

router = APIRouter(include_in_schema=False)
ROWS = 60
Cursor = Annotated[str, Query(max_length=2000)]


@router.get("/document")
def documents(asked: AskedDep, following: Annotated[Cursor, Query(alias="cursor")] = "") -> Response:
    """The documents by title."""

    def build(store: Reader) -> dict[str, object]:
        title, last = after(following, 2, of="documents")
        found = ask_documents(store, after=(title, last), limit=ROWS)
        lines = [
            {
                "href": href(each.id),
                "name": one_line(each.title) or each.address,
                "aside": ", ".join(part for part in (each.genre, each.date, each.language) if part not in ("", "und", "unknown")),
                "count": each.statements,
            }
            for each in found.documents
        ]
        onward = cursor(found.documents[-1].title, found.documents[-1].id, of="documents") if found.more else ""
        return _values("document", lines, onward=onward, first=not following)

    return page(asked, "list.html", build)


def _list_of(kind: str) -> Callable[..., Response]:
    def entities(asked: AskedDep, following: Annotated[Cursor, Query(alias="cursor")] = "") -> Response:
        def build(store: Reader) -> dict[str, object]:
            of = f"entities {kind}"
            folded, last = after(following, 2, of=of)
            found = ask_entities(store, kind, after=(folded, last), limit=ROWS)
            lines = [
                {"href": href(each.id), "name": one_line(each.name) or each.id, "aside": each.country, "count": each.statements}
                for each in found.entities
            ]
            onward = cursor(found.entities[-1].folded, found.entities[-1].id, of=of) if found.more else ""
            return _values(kind, lines, onward=onward, first=not following)

        return page(asked, "list.html", build)

    return entities


def _values(kind: str, lines: list[dict[str, object]], *, onward: str, first: bool) -> dict[str, object]:
    title = PLURALS[kind].capitalize()
    return {
        "title": title,
        "kind": kind,
        "lines": lines,
        "first": first,
        "onward": f"/{kind}?{urlencode({'cursor': onward})}" if onward else "",
        "linked": linked.collection(title, [(str(line["name"]), str(line["href"])) for line in lines]),
    }


for _kind in PLURALS:
    if _kind != "document":
        router.get(f"/{_kind}", name=f"list of {_kind}")(_list_of(_kind))
