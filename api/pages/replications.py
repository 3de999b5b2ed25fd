"""Replications as lines of a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.pages.words import Witness, href, one_line, witness

if TYPE_CHECKING:
    from queries.replications.question import End, Replication


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Who took over what from whom. An end that no source names is empty."""

    href: str
    origin: str
    origin_href: str
    target: str
    target_href: str
    what: str
    solution: str
    solution_href: str
    kept: tuple[str, ...]
    changed: tuple[str, ...]
    within_town: bool
    sources: int
    witness: Witness


def steps(found: Iterable[Replication]) -> list[Step]:
    """Return replications as lines."""
    return [
        Step(
            href=href(each.id),
            origin=_name(each.origin),
            origin_href=href(each.origin.id) if each.origin else "",
            target=_name(each.target),
            target_href=href(each.target.id) if each.target else "",
            what=one_line("; ".join(each.what)),
            solution=one_line(each.solution_name or each.solution),
            solution_href=href(each.solution) if each.solution else "",
            kept=tuple(map(one_line, each.kept)),
            changed=tuple(map(one_line, each.changed)),
            within_town=each.scope == "within town",
            sources=each.sources,
            witness=witness(each.said),
        )
        for each in found
    ]


def _name(end: End | None) -> str:
    if end is None:
        return ""
    name = one_line(end.name or end.id)
    return (
        f"{name}, {one_line(end.place_name)}" if end.kind == "pilot" and end.place_name and end.place_name not in name else name
    )
