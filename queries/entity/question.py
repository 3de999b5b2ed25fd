"""An entity with its facts: what is said of it and what leads to it, each with everything that says so."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from graph.model import Entity
from graph.schema import schema
from graph.store.base import Reader
from queries.questions import rows
from queries.said import Said, said


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One link or literal, and the statements that say it: the surest first, digests last. `inverse`: it leads to the entity."""

    predicate: str
    label: str
    inverse: bool
    other: str
    other_kind: str  # empty for a literal
    other_name: str
    said: tuple[Said, ...]

    @property
    def sources(self) -> int:
        """Independent sources; copies count once and digests do not."""
        return len({each.source for each in self.said} - {""})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The entity, its facts in the order of the schema, and whether there are more statements than were asked for."""

    entity: Entity
    facts: tuple[Fact, ...]
    more: bool = False

    @property
    def sources(self) -> int:
        """Independent sources of all these facts; `entity.sources` counts those of its name alone."""
        return len({each.source for fact in self.facts for each in fact.said} - {""})


def ask(store: Reader, entity: str, *, limit: int = 1000) -> Answer:
    """Return the entity with this id and its facts, from at most `limit` statements; raise NotFound."""
    found = rows(store, "entity", entity=entity, limit=limit + 1)
    facts = [
        _fact(list(same)) for _, same in groupby(found[:limit], key=lambda row: (row["inverse"], row["predicate"], row["other"]))
    ]
    order = list(schema().predicates)
    facts.sort(key=lambda fact: (fact.inverse, order.index(fact.predicate), -fact.sources, fact.other_name))
    return Answer(entity=store.entity(entity), facts=tuple(facts), more=len(found) > limit)


def _fact(same: list[dict[str, Any]]) -> Fact:
    row = same[0]
    return Fact(
        predicate=row["predicate"],
        label=schema().predicates[row["predicate"]].label,
        inverse=bool(row["inverse"]),
        other=row["other"],
        other_kind=row["other_kind"] or "",
        other_name=row["other_name"],
        said=tuple(sorted(map(said, same), key=_surest)),
    )


def _surest(each: Said) -> tuple[bool, bool, float, str]:
    return each.verdict != "confirmed", not each.source, -each.confidence, each.statement
