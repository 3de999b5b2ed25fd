"""A page for each type of problem, as RFC 9457 asks."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api.asked import AskedDep
from api.pages import linked
from api.pages.render import page
from api.problems import KINDS
from graph.errors import NotFound

router = APIRouter(include_in_schema=False)


@router.get("/problems")
def problems(asked: AskedDep) -> Response:
    """Every type of problem."""
    items = [(kind.title, kind.address) for kind in KINDS.values()]
    values = {"title": "Problems", "kinds": list(KINDS.values()), "linked": linked.collection("Problems", items)}
    return page(asked, "problems.html", lambda _: values)


@router.get("/problems/{name}")
def problem(asked: AskedDep, name: str) -> Response:
    """What a type of problem means, and what to do."""
    if name not in KINDS:
        raise NotFound(f"no type of problem {name!r}")
    kind = KINDS[name]
    known = {"@context": linked.CONTEXT, "@type": "TechArticle", "headline": kind.title, "url": kind.address}
    return page(asked, "problem.html", lambda _: {"title": kind.title, "problem": kind, "told": None, "linked": known})
