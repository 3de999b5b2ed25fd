"""The page of an entity: its facts in groups, each opening the sentences it rests on; where it was tried; who took it over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Path
from fastapi.responses import Response

from api.asked import AskedDep
from api.pages import linked
from api.pages.render import page
from api.pages.replications import Step, steps
from api.pages.words import PLURALS, Mark, Witness, heading, href, of_said, one_line, witness
from graph.errors import NotFound
from graph.schema import schema
from queries.entity.question import Answer, Fact, ask
from queries.replications.question import Replication
from queries.replications.question import ask as ask_replications
from queries.statements.question import Claimed, judged_wrong

if TYPE_CHECKING:
    from collections.abc import Callable

    from graph.store.base import Reader

router = APIRouter(include_in_schema=False)

SHOWN: Final = 12  # facts of a group before the rest is folded away
WITNESSES: Final = 6  # statements of a fact
ENRICHED: Final = 150  # pilots whose place and project are looked up
STEPS: Final = 60
# Shown in parts of the page of their own.
_APART: Final = {("replicated_from", True), ("replicated_to", True), ("transfers", True), ("name", False), ("alias", False)}
_REPLICATED: Final = ("place", "project", "pilot", "solution")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A fact: its value or the entity at the other end, what else is known of that, and who says so."""

    label: str  # what it says, where the group's heading does not
    text: str
    href: str
    aside: tuple[tuple[str, str], ...]  # (name, address) of the place and project of a pilot
    sources: int
    marks: tuple[Mark, ...]
    witnesses: tuple[Witness, ...]
    hidden: int  # statements beyond those shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Facts of one kind."""

    heading: str
    lines: tuple[Line, ...]
    rest: tuple[Line, ...]


def _page_of(kind: str) -> Callable[..., Response]:
    def entity(asked: AskedDep, key: Annotated[str, Path(max_length=300)]) -> Response:
        def build(store: Reader) -> dict[str, object]:
            found = ask(store, f"{kind}:{key}")
            if found.entity.kind != kind:
                raise NotFound(f"no {kind} {key!r}")
            return _values(store, found)

        return page(asked, "entity.html", build)

    return entity


def _values(store: Reader, found: Answer) -> dict[str, object]:
    entity = found.entity
    title = one_line(entity.name) or f"Unnamed {entity.kind}"
    wrong = judged_wrong(store, entity.id)
    shown = [fact for fact in found.facts if (fact.predicate, fact.inverse) not in _APART or entity.kind == "replication"]
    return {
        "title": title,
        "entity": entity,
        "kind_label": schema().classes[entity.kind].label,
        "aliases": [one_line(alias) for alias in entity.aliases],
        "names": [_line(store, fact) for fact in found.facts if fact.predicate in ("name", "alias") and not fact.inverse],
        "short": [_line(store, fact, labelled=True) for fact in shown if _is_short(fact)],
        "groups": _groups(store, [fact for fact in shown if not _is_short(fact)], entity.id),
        "replications": _replications(store, entity.kind, entity.id),
        "sources": found.sources,
        "more": found.more,
        "wrong": [_wrong_line(each) for each in wrong.statements],
        "wrong_more": wrong.more,
        "about": _about(found),
        "linked": linked.entity(found),
    }


def _about(found: Answer) -> str:
    """Return one line that says what the page is about."""
    entity = found.entity
    count = len(found.facts)
    return f"{schema().classes[entity.kind].label} in Twintown: {count} facts, each with the sentences it rests on."


def _groups(store: Reader, facts: Iterable[Fact], here: str) -> list[Group]:
    """Return facts in groups; those that lead here and are pilots come first, as they say what was tried."""

    def key(fact: Fact) -> tuple[str, bool, str]:
        return fact.predicate, fact.inverse, fact.other_kind if fact.predicate == "within" and fact.inverse else ""

    together: dict[tuple[str, bool, str], list[Fact]] = {}
    for fact in facts:
        together.setdefault(key(fact), []).append(fact)
    groups = []
    budget = ENRICHED
    for (predicate, inverse, kind), same in together.items():
        lines = []
        for fact in same:
            enriched = budget > 0 and fact.other_kind == "pilot"
            budget -= enriched
            lines.append(_line(store, fact, here=here, enriched=enriched))
        title = heading(predicate, inverse=inverse, kind=kind)
        groups.append((not inverse, Group(heading=title, lines=tuple(lines[:SHOWN]), rest=tuple(lines[SHOWN:]))))
    return [group for _, group in sorted(groups, key=lambda pair: (not pair[0], not _is_tried(pair[1])))]


def _is_short(fact: Fact) -> bool:
    """Tell what a reader wants to see at once and together: literals, and where a place lies."""
    return not fact.inverse and fact.predicate not in ("name", "alias") and (not fact.other_kind or fact.predicate == "lies_in")


def _is_tried(group: Group) -> bool:
    return group.heading in ("tried in pilots", "pilots here", "pilots")


def _line(store: Reader, fact: Fact, *, here: str = "", enriched: bool = False, labelled: bool = False) -> Line:
    unit = schema().predicates[fact.predicate].unit
    text = one_line(fact.other_name) or ("" if fact.other_kind else one_line(fact.other)) or f"unnamed {fact.other_kind}"
    if fact.predicate in schema().predicates and not fact.other_kind:
        text = schema().enumerations.get(schema().predicates[fact.predicate].range[0], {}).get(fact.other, text)
    best = fact.said[0]
    digest_only = all(said.document and not said.source for said in fact.said)
    return Line(
        label=fact.label if labelled else "",
        text=f"{text} {unit}".strip(),
        href=href(fact.other) if fact.other_kind else "",
        aside=_aside(store, fact.other, here) if enriched else (),
        sources=fact.sources,
        marks=of_said(best, digest=digest_only),
        witnesses=tuple(map(witness, fact.said[:WITNESSES])),
        hidden=max(0, len(fact.said) - WITNESSES),
    )


def _wrong_line(each: Claimed) -> Line:
    """Return a statement judged wrong, as what it said."""
    subject = one_line(each.subject_name) or each.subject
    return Line(
        label=f"{subject} {each.label}",
        text=one_line(each.value_name or each.value),
        href="",
        aside=(),
        sources=0,
        marks=of_said(each.said, digest=bool(each.said.document) and not each.said.source),
        witnesses=(witness(each.said),),
        hidden=0,
    )


def _aside(store: Reader, pilot: str, here: str) -> tuple[tuple[str, str], ...]:
    """Return the place and the project of a pilot, but for the one whose page this is."""
    found = []
    for edge in store.edges(pilot):
        if edge.predicate in ("runs_in", "within") and edge.object not in (pilot, here):
            found.append((one_line(store.entity(edge.object).name) or edge.object, href(edge.object)))
    return tuple(found[:4])


def _replications(store: Reader, kind: str, identifier: str) -> list[tuple[str, list[Step], bool]]:
    """Return parts (heading, steps, whether there are more) on what was taken over from and to here, or of this solution."""
    if kind not in _REPLICATED:
        return []
    if kind == "solution":
        asked = [("Taken over", ask_replications(store, solution=identifier, limit=STEPS))]
    else:
        asked = [("Taken over from here", ask_replications(store, origin=identifier, depth=1, limit=STEPS))]
        if kind != "project":
            asked.append(("Taken over to here", ask_replications(store, target=identifier, depth=1, limit=STEPS)))
    return [(title + _open_end(found.steps), steps(found.steps), found.more) for title, found in asked if found.steps]


def _open_end(found: Iterable[Replication]) -> str:
    """Return what a heading adds where something listed under it has not been taken over yet."""
    return "" if all(step.said.progress in ("done", "running") for step in found) else ", or meant to be"


for _kind in PLURALS:
    if _kind != "document":
        router.get(f"/{_kind}/{{key:path}}", name=f"page of {_kind}")(_page_of(_kind))
