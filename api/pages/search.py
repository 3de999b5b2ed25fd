"""The search page: hits with the words that were found, why, and facets to narrow them; a plain form, no script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from api.asked import AskedDep
from api.pages import linked
from api.pages.render import page
from api.pages.words import PLURALS, href, one_line, web_address
from api.routes import LONGEST_QUESTION
from api.routes.search import Wanted

if TYPE_CHECKING:
    from graph.store.base import Reader
    from queries.search.question import Answer, Hit

router = APIRouter(include_in_schema=False)

HITS: Final = 10
SENTENCES: Final = 3
FACETS: Final[Mapping[str, str]] = {
    "kind": "Kind",
    "country": "Country",
    "size": "Size of the town",
    "solution": "Solution",
    "project": "Project",
    "progress": "Progress",
    "language": "Language",
    "genre": "Kind of text",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run of a quote's text; `found` where it matches a word of the question, `near` where its sentence is the nearest."""

    text: str
    found: bool
    near: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A hit as the page shows it."""

    passage: bool
    kind: str
    title: str
    href: str
    heading: str
    runs: tuple[Run, ...]
    language: str
    aside: str
    address: str
    link: str
    why: tuple[str, ...]
    digest: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A value of a facet; `count` is None where no hit is left that has it."""

    value: str
    label: str
    count: int | None
    chosen: bool


class PageQuery(Wanted):
    """What the form sends."""

    q: str = Field("", max_length=LONGEST_QUESTION)
    cursor: str = Field("", max_length=2000)


@router.get("/search")
def search(asked: AskedDep, query: Annotated[PageQuery, Query()]) -> Response:
    """Passages and entities that fit, best first."""
    searcher = asked.searcher
    question, since, until = query.q, query.since, query.until
    chosen = {name: tuple(filter(None, getattr(query, name))) for name in FACETS if any(getattr(query, name))}

    def build(_: Reader) -> dict[str, object]:
        found = searcher.ask(question, filters=query.filters(), limit=HITS, cursor=query.cursor, sentences=SENTENCES)
        hits = [_shown(hit) for hit in found.hits]
        kept = [("q", question), *((name, value) for name, values in chosen.items() for value in values)]
        kept += [(name, value) for name, value in (("since", since), ("until", until)) if value]
        title = f"{one_line(question)}" if question.strip() else "Search"
        return {
            "title": title,
            "asked": question,
            "hits": hits,
            "total": found.total,
            "notes": found.notes,
            "first": not query.cursor,
            "again": f"/search?{urlencode(kept)}",
            "onward": f"/search?{urlencode([*kept, ('cursor', found.following)])}" if found.following else "",
            "facets": _facets(found, chosen),
            "narrowed": bool(chosen or since or until),
            "since": since,
            "until": until,
            "linked": linked.collection(title, [(hit.title, hit.href) for hit in hits], kind="SearchResultsPage"),
        }

    return page(asked, "search.html", build)


def _facets(found: Answer, chosen: Mapping[str, Sequence[str]]) -> list[tuple[str, str, list[Choice]]]:
    """Return (name, heading, choices) of each facet that has any: what was chosen first, even where nothing is left of it."""
    facets = []
    for name, heading in FACETS.items():
        counted = found.facets.get(name, ())
        here = chosen.get(name, ())
        choices = [
            Choice(value=each.id, label=_label(name, each.label), count=each.count, chosen=each.id in here or each.label in here)
            for each in counted
        ]
        seen = {each.value for each in choices} | {each.label for each in choices}
        lost = [Choice(value=value, label=one_line(value), count=None, chosen=True) for value in here if value not in seen]
        if lost or len(choices) > 1 or any(each.chosen for each in choices):
            facets.append((name, heading, lost + choices))
    return facets


def _label(facet: str, label: str) -> str:
    return PLURALS.get(label, "passages" if label == "passage" else label) if facet == "kind" else one_line(label)


def _shown(hit: Hit) -> Shown:
    passage = hit.kind == "passage"
    parts = (
        hit.genre if hit.genre != "unknown" else "",
        hit.date,
        hit.country,
        f"{hit.sources} sources" if hit.sources > 1 else "",
    )
    return Shown(
        passage=passage,
        kind="passage" if passage else hit.kind,
        title=one_line(hit.title) or ("Untitled document" if passage else hit.id),
        href=f"{href(hit.document)}?at={hit.start}" if passage else href(hit.id),
        heading=one_line(hit.heading),
        runs=tuple(_runs(hit)),
        language=hit.language if hit.language != "und" else "",
        aside=", ".join(part for part in parts if part),
        address="" if hit.genre == "digest" else hit.address,  # of a digest it leads nowhere but to its page here
        link=web_address(hit.address),
        why=tuple(map(one_line, hit.why)),
        digest=hit.genre == "digest",
    )


def _runs(hit: Hit) -> list[Run]:
    """Return the quote in runs that are highlighted as a whole or not at all."""
    near = hit.sentence or (0, 0)
    edges = sorted({0, len(hit.text), *near, *(edge for span in hit.highlights for edge in span)})
    runs = [
        Run(
            text=hit.text[left:right],
            found=any(first <= left and right <= last for first, last in hit.highlights),
            near=near[0] <= left and right <= near[1],
        )
        for left, right in pairwise(edges)
    ]
    if hit.text[-1:].isalnum() or hit.text[-1:] in (",", ";"):
        runs.append(Run(text="…", found=False, near=False))
    return runs
