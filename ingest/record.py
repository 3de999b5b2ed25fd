"""What was read of a document, as one record in the format of the gold guide (../shared/eval/GUIDE.md for developers).

Only values the guide knows are written: funded is planned; a pilot that is intended is planned; a replication whose progress
is unclear is intended; concepts outside the vocabulary the guide names are left out. What the guide has no field for goes into
keys of its own. Every item may carry `evidence` (offsets) and `confidence`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from graph.model import Document, Statement, kind_of

Item = dict[str, Any]

_ROLES: Final = {
    "lighthouse_in": "lighthouse",
    "fellow_in": "fellow",
    "observer_in": "mentioned",
    "pilot_site_in": "pilot site",
    "partner_in": "partner",
}
_ROLE_ORDER: Final = ("lighthouse", "fellow", "pilot site", "host", "partner", "mentioned")
_PILOT: Final = {"intended": "planned", "funded": "planned"}
_REPLICATION: Final = {"funded": "planned", "unclear": "intended"}


@dataclass(slots=True)
class _Entity:
    """The statements of one document about one entity, likeliest first."""

    identifier: str
    statements: list[Statement] = field(default_factory=list)

    def value(self, predicate: str) -> str:
        return next((one.value for one in self.statements if one.predicate == predicate), "")

    def values(self, predicate: str) -> list[str]:
        return list(dict.fromkeys(one.value for one in self.statements if one.predicate == predicate))

    @property
    def name(self) -> str:
        counted = Counter(one.value for one in self.statements if one.predicate == "name")
        return counted.most_common(1)[0][0] if counted else ""

    @property
    def progress(self) -> str:
        known = [one.progress.value for one in self.statements if one.progress.value != "unclear"]
        return Counter(known).most_common(1)[0][0] if known else "unclear"

    def item(self, **parts: Any) -> Item:
        best = self.statements[0]
        shown = {key: value for key, value in parts.items() if value is not None}
        return {**shown, "evidence": [best.evidence.start, best.evidence.end], "confidence": best.evidence.confidence}


class _Record:
    def __init__(self, document: Document, statements: Iterable[Statement]) -> None:
        self.document = document
        self.entities: dict[str, _Entity] = {}
        self.about: dict[str, list[Statement]] = defaultdict(list)  # statements by their value
        for statement in sorted(statements, key=lambda one: (-one.evidence.confidence, one.evidence.start)):
            self.entities.setdefault(statement.subject, _Entity(statement.subject)).statements.append(statement)
            self.about[statement.value].append(statement)

    def of(self, kind: str) -> list[_Entity]:
        found = [entity for identifier, entity in self.entities.items() if kind_of(identifier) == kind]
        return sorted(found, key=lambda entity: (min(one.evidence.start for one in entity.statements), entity.identifier))

    def named(self, identifier: str) -> str:
        entity = self.entities.get(identifier)
        return entity.name if entity else ""

    def short(self, identifier: str) -> str:
        """Return a concept's id, or the name of anything else."""
        return identifier.partition(":")[2] if identifier.startswith("solution:") else self.named(identifier)


def record(
    page: str, document: Document, statements: Sequence[Statement], concepts: Iterable[str] | None = None
) -> dict[str, Any]:
    """Return the record of a document; `concepts` are the ids the guide allows for solutions (None: all)."""
    read = _Record(document, statements)
    allowed = None if concepts is None else frozenset(concepts)
    return {
        "page": page,
        "language": document.language,
        "projects": [e.item(name=e.name, aliases=_aliases(e), grant=e.value("grant") or None) for e in read.of("project")],
        "places": [_place(read, entity) for entity in read.of("place")],
        "organisations": [
            e.item(name=e.name, aliases=_aliases(e), kind=e.value("kind") or "other") for e in read.of("organisation") if _told(e)
        ],
        "people": [_person(read, entity) for entity in read.of("person")],
        "solutions": _solutions(read, allowed),
        "pilots": [item for entity in read.of("pilot") if (item := _pilot(read, entity, allowed))],
        "replications": [item for entity in read.of("replication") if (item := _replication(read, entity))],
        "outcomes": [item for entity in read.of("outcome") if (item := _outcome(read, entity))]
        + [item for entity in read.of("requirement") if (item := _cost(read, entity))],
        "lessons": [_lesson(entity) for entity in read.of("lesson")],
        "programmes": [e.item(name=e.name, aliases=_aliases(e)) for e in read.of("programme")],
        "events": [_event(read, entity) for entity in read.of("event")],
        "quotes": [_quote(read, entity) for entity in read.of("quote")],
        "requirements": [e.item(kind=e.value("requirement_kind"), words=e.value("words")) for e in read.of("requirement")],
        "needs": [e.item(kind=e.value("need_kind"), words=e.value("words")) for e in read.of("need")],
    }


def _aliases(entity: _Entity) -> list[str]:
    return [alias for alias in entity.values("alias") if alias != entity.name][:4]


def _told(entity: _Entity) -> bool:
    """An organisation that only stands behind a person (an address, a project) is none the text speaks of."""
    return any(one.predicate == "kind" for one in entity.statements)


def _place(read: _Record, entity: _Entity) -> Item:
    roles = {_ROLES[one.predicate] for one in entity.statements if one.predicate in _ROLES}
    roles |= {one.value for one in entity.statements if one.predicate == "role"} & set(_ROLE_ORDER)
    pointing = read.about.get(entity.identifier, [])
    if any(one.predicate == "runs_in" for one in pointing):
        roles.add("pilot site")
    if any(one.predicate == "held_in" for one in pointing):
        roles.add("host")
    if len(roles) > 1:
        roles.discard("mentioned")
    return entity.item(
        name=entity.name,
        aliases=_aliases(entity),
        country=entity.value("country") or None,
        level=entity.value("level") or "city",
        role=[role for role in _ROLE_ORDER if role in roles] or ["mentioned"],
    )


def _person(read: _Record, entity: _Entity) -> Item:
    affiliations = entity.values("affiliated_with")
    name = read.named(affiliations[0]) if affiliations else ""
    if affiliations and affiliations[0].startswith("place:"):
        place = read.entities.get(affiliations[0])
        level = place.value("level") if place else ""
        name = f"{'City' if level == 'city' else level.capitalize()} of {name}" if level in {"city", "region"} else name
    return entity.item(name=entity.name, affiliation=name or None, position=entity.value("position") or None)


def _solutions(read: _Record, allowed: frozenset[str] | None) -> list[str]:
    found = [entity.identifier.partition(":")[2] for entity in read.of("solution")]
    return [concept for concept in found if allowed is None or concept in allowed]


def _pilot(read: _Record, entity: _Entity, allowed: frozenset[str] | None) -> Item | None:
    concept, place = read.short(entity.value("tries")), read.named(entity.value("runs_in"))
    if not concept or not place or (allowed is not None and concept not in allowed):
        return None
    progress = _PILOT.get(entity.progress, entity.progress)
    return entity.item(solution=concept, place=place, project=read.named(entity.value("within")) or None, status=progress)


def _replication(read: _Record, entity: _Entity) -> Item | None:
    to, origin = entity.value("replicated_to"), entity.value("replicated_from")
    what = read.short(entity.value("transfers")) or entity.value("what")
    if not to:
        return None
    return entity.item(
        what=what,
        **{"from": _where(read, origin)},
        to=_where(read, to),
        status=_REPLICATION.get(entity.progress, entity.progress),
        kept=entity.value("kept") or None,
        changed=entity.value("changed") or None,
    )


def _where(read: _Record, identifier: str) -> str:
    """Return the name of a place or project; of a pilot the name of its place."""
    if identifier.startswith("pilot:") and identifier in read.entities:
        return read.named(read.entities[identifier].value("runs_in"))
    return read.named(identifier)


def _outcome(read: _Record, entity: _Entity) -> Item | None:
    try:
        value = float(entity.value("amount"))
    except ValueError:
        return None
    return entity.item(
        about=read.short(entity.value("outcome_of")) or None,
        place=read.named(entity.value("observed_in")) or None,
        measure=entity.value("measure"),
        value=int(value) if value.is_integer() else value,
        unit=entity.value("unit"),
        status=entity.value("basis") or "measured",
    )


def _cost(read: _Record, entity: _Entity) -> Item | None:
    """Return a sum that something cost, which the guide counts among the outcomes and the graph among the requirements."""
    said = {one.predicate: one.value for one in reversed(entity.statements) if one.evidence.extractor == "outcomes"}
    if "amount" not in said:
        return None
    value = float(said["amount"])
    about = read.short(said.get("about", "")) or None
    return entity.item(
        about=about, measure="cost", value=int(value) if value.is_integer() else value, unit=said["unit"], status="measured"
    )


def _lesson(entity: _Entity) -> Item:
    said = next((one for one in entity.statements if one.predicate == "words"), entity.statements[0])
    return entity.item(start=said.evidence.start, end=said.evidence.end, kind=entity.value("lesson_kind") or "finding")


def _event(read: _Record, entity: _Entity) -> Item:
    return entity.item(
        name=entity.name,
        starts=entity.value("starts") or None,
        ends=entity.value("ends") or None,
        place=read.named(entity.value("held_in")) or None,
        part_of=read.named(entity.value("part_of")) or None,
    )


def _quote(read: _Record, entity: _Entity) -> Item:
    return entity.item(words=entity.value("words"), speaker=read.named(entity.value("said_by")))


def known_concepts(vocabulary: Any) -> frozenset[str]:
    """Return the concepts of a vocabulary (graph/vocabulary.py) that the guide knows: leaves that were not added to it."""
    return frozenset(concept.id for concept in vocabulary.solutions if not concept.added)
