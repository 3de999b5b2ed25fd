"""The schema of graph/schema.yaml, and the check that a statement keeps to it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Final

from graph.errors import InvalidRecord
from graph.model import Statement, check_date, kind_of

LITERALS: Final = ("text", "number", "date", "country")
ANY: Final = "any"
_NUMBER = re.compile(r"-?\d+(\.\d+)?(e-?\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Class:
    """A kind of entity; `name` is the part of an id before its colon."""

    name: str
    label: str
    iri: str
    identity: str
    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicate:
    """A predicate; `links` is true where its values are entity ids."""

    name: str
    label: str
    iri: str
    domain: tuple[str, ...]
    range: tuple[str, ...]
    edge: str = ""
    unit: str = ""
    comment: str = ""

    @property
    def links(self) -> bool:
        return bool(self.edge)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """Classes, predicates and enumerations (value to label) by name."""

    classes: dict[str, Class]
    predicates: dict[str, Predicate]
    enumerations: dict[str, dict[str, str]]
    prefixes: dict[str, str] = field(default_factory=dict)

    def check(self, statement: Statement) -> None:
        """Raise InvalidRecord unless subject, predicate and value fit domain and range."""
        predicate = self.predicates.get(statement.predicate)
        if predicate is None:
            raise InvalidRecord(f"{statement.predicate!r} is no predicate of the schema; graph/schema.yaml lists them")
        kind = kind_of(statement.subject)
        if kind not in self.classes:
            raise InvalidRecord(f"{kind!r} in {statement.subject!r} is no class of the schema")
        if ANY not in predicate.domain and kind not in predicate.domain:
            raise InvalidRecord(f"a {kind} cannot have {predicate.name!r}; it belongs to {', '.join(predicate.domain)}")
        if predicate.links:
            if kind_of(statement.value) not in predicate.range:
                raise InvalidRecord(f"{predicate.name!r} leads to {' or '.join(predicate.range)}, not to {statement.value!r}")
            return
        self._check_literal(predicate, statement.value)

    def _check_literal(self, predicate: Predicate, value: str) -> None:
        (wanted,) = predicate.range
        if wanted == "number" and not _NUMBER.fullmatch(value):
            raise InvalidRecord(f"{predicate.name!r} is a number written like -12.5, not {value!r}")
        if wanted == "date":
            check_date(value)
        if wanted == "country" and not re.fullmatch("[A-Z]{2}", value):
            raise InvalidRecord(f"{predicate.name!r} is a country as ISO 3166-1 alpha-2, not {value!r}")
        if wanted in self.enumerations and value not in self.enumerations[wanted]:
            raise InvalidRecord(f"{predicate.name!r} is one of {', '.join(self.enumerations[wanted])}, not {value!r}")


@cache
def schema() -> Schema:
    """Return the schema of graph/schema.yaml; raise InvalidRecord where the file contradicts itself."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C, where it was built: every command waits for this
    raw = yaml.load(files("graph").joinpath("schema.yaml").read_text("utf-8"), Loader=loader)  # noqa: S506 - both are safe
    classes = {name: Class(name=name, **entry) for name, entry in raw["classes"].items()}
    predicates = {}
    for name, entry in raw["predicates"].items():
        domain, wanted = entry["domain"], entry["range"]
        predicate = Predicate(
            name=name,
            label=entry["label"],
            iri=entry["iri"],
            domain=(domain,) if isinstance(domain, str) else tuple(domain),
            range=(wanted,) if isinstance(wanted, str) else tuple(wanted),
            edge=entry.get("edge", ""),
            unit=entry.get("unit", ""),
            comment=entry.get("comment", ""),
        )
        unknown = set(predicate.domain) - set(classes) - {ANY}
        unknown |= set(predicate.range) - (set(classes) if predicate.links else set(LITERALS) | set(raw["enumerations"]))
        if unknown:
            raise InvalidRecord(f"schema.yaml: {name} names {', '.join(sorted(unknown))}, which it does not define")
        predicates[name] = predicate
    return Schema(classes=classes, predicates=predicates, enumerations=raw["enumerations"], prefixes=raw["prefixes"])
