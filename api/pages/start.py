"""The first page, and the one that says how to read the others."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from fastapi.responses import Response

from api.asked import AskedDep
from api.pages import linked
from api.pages.render import page
from api.pages.replications import Step, steps
from api.pages.words import CERTAINTIES, PLURALS
from queries.replications.question import ask

if TYPE_CHECKING:
    from graph.store.base import Reader

router = APIRouter(include_in_schema=False)
EXAMPLES = 5


@router.get("/")
def start(asked: AskedDep) -> Response:
    """The search box, what is in the graph, and how good it is."""

    def build(store: Reader) -> dict[str, object]:
        counts = store.counts()
        kinds = [(kind, kind if counts[kind] == 1 else PLURALS[kind], counts[kind]) for kind in PLURALS if counts.get(kind)]
        return {
            "title": "What worked in towns like yours",
            "kinds": kinds,
            "counts": counts,
            "examples": _examples(store),
            "linked": linked.website(),
        }

    return page(asked, "start.html", build)


@router.get("/about")
def about(asked: AskedDep) -> Response:
    """How to read what is shown."""

    def build(_: Reader) -> dict[str, object]:
        return {
            "title": "How to read this",
            "certainties": CERTAINTIES,
            "linked": {"@context": linked.CONTEXT, "@type": "AboutPage", "name": "How to read this", "url": "/about"},
        }

    return page(asked, "about.html", build)


@router.get("/quality")
def quality(asked: AskedDep) -> Response:
    """How much of what is read of texts is right, by kind."""

    def build(_: Reader) -> dict[str, object]:
        title = "How good is what was read?"
        return {
            "title": title,
            "found": _measured(),
            "linked": {"@context": linked.CONTEXT, "@type": "WebPage", "name": title, "url": "/quality"},
        }

    return page(asked, "quality.html", build)


@cache
def _measured() -> dict[str, Any]:
    """Return the numbers of docs/extraction.md, which `make docs` writes beside this module."""
    found: dict[str, Any] = json.loads((files("api.pages") / "measured.json").read_text("utf-8"))
    return found


def _examples(store: Reader) -> list[Step]:
    """Return a few replications that are done, by as many sources as there are."""
    found = [step for step in ask(store, limit=300).steps if step.said.certainty == "A" and step.origin and step.target]
    found.sort(key=lambda step: (-step.sources, step.id))
    return steps(found[:EXAMPLES])
