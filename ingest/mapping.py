"""Mappings: YAML files that say what the columns of a table mean (docs/tables.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

from graph.schema import schema
from ingest.errors import StopRun

FORMS: Final = ("text", "date", "number", "integer")
_TOP: Final = frozenset(
    (
        "name",
        "columns",
        "title",
        "date",
        "language",
        "country",
        "publisher",
        "licence",
        "labels",
        "text",
        "entities",
        "statements",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A cell as a value: `form` is one of FORMS, `format` that of a date (as in strptime), `decimal` the mark of a number."""

    column: str
    form: str = "text"
    format: str = ""
    decimal: str = "."


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityRule:
    """An entity of a row: its name from a column, by `pattern` (groups `name` and `country`) where the cell holds more."""

    kind: str
    column: str
    pattern: str = ""
    country: str = ""  # a code, or the name of a column
    external: Field | None = None
    prefix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRule:
    """One statement of a row: the value is a cell, or another entity."""

    subject: str
    predicate: str
    value: Field | None = None
    entity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableMapping:
    """What a mapping file says."""

    name: str
    columns: tuple[str, ...]
    title: tuple[str, ...] = ()
    date: Field | None = None
    language: str = ""
    language_column: str = ""
    country: str = ""
    publisher: str = ""
    licence: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    text: tuple[str, ...] = ()
    entities: Mapping[str, EntityRule] = field(default_factory=dict)
    statements: tuple[StatementRule, ...] = ()


@lru_cache(maxsize=16)  # every table of a folder comes with the same one
def load_mapping(text: str) -> TableMapping:
    """Return the mapping of a YAML text; raise StopRun with what is wrong in it."""
    import yaml

    try:
        raw = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise StopRun(f"the mapping is no valid YAML: {' '.join(str(error).split())}") from None
    if not isinstance(raw, dict) or not raw.get("name") or not raw.get("columns"):
        raise StopRun("a mapping needs `name` and `columns` (the columns by which its table is known); see docs/tables.md")
    unknown = set(raw) - _TOP
    if unknown:
        raise StopRun(
            f"the mapping {raw['name']} has {', '.join(sorted(map(str, unknown)))}, which mean nothing; see docs/tables.md"
        )
    try:
        mapping = _mapping(raw)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise StopRun(f"the mapping {raw['name']} lacks or misspells {error}; see docs/tables.md") from None
    _check(mapping)
    return mapping


def _mapping(raw: dict[str, Any]) -> TableMapping:
    language = raw.get("language", "")
    return TableMapping(
        name=str(raw["name"]),
        columns=_names(raw["columns"]),
        title=_names(raw.get("title", ())),
        date=_field(raw["date"], form="date") if raw.get("date") else None,
        language="" if isinstance(language, dict) else str(language),
        language_column=str(language["column"]) if isinstance(language, dict) else "",
        country=str(raw.get("country", "")),
        publisher=str(raw.get("publisher", "")),
        licence=str(raw.get("licence", "")),
        labels={str(key): str(value) for key, value in raw.get("labels", {}).items()},
        text=_names(raw.get("text", ())),
        entities={str(key): _entity(entry) for key, entry in raw.get("entities", {}).items()},
        statements=tuple(_statement(entry) for entry in raw.get("statements", ())),
    )


def _names(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list | tuple) else (str(value),)


def _field(raw: Mapping[str, Any], *, form: str = "text") -> Field:
    return Field(
        column=str(raw["column"]),
        form=str(raw.get("as", form)),
        format=str(raw.get("format", "")),
        decimal=str(raw.get("decimal", ".")),
    )


def _entity(raw: Mapping[str, Any]) -> EntityRule:
    external = raw.get("external")
    return EntityRule(
        kind=str(raw["kind"]),
        column=str(raw["name"]),
        pattern=str(raw.get("pattern", "")),
        country=str(raw.get("country", "")),
        external=_field(external) if external else None,
        prefix=str(external.get("prefix", "")) if external else "",
    )


def _statement(raw: Mapping[str, Any]) -> StatementRule:
    return StatementRule(
        subject=str(raw["subject"]),
        predicate=str(raw["predicate"]),
        entity=str(raw.get("entity", "")),
        value=_field(raw) if "column" in raw else None,
    )


def _check(mapping: TableMapping) -> None:
    def refuse(why: str) -> None:
        raise StopRun(f"the mapping {mapping.name}: {why}")

    known = schema()
    for name, entity in mapping.entities.items():
        if entity.kind not in known.classes:
            refuse(f"{entity.kind!r} of entity {name!r} is no class of graph/schema.yaml")
    for rule in mapping.statements:
        predicate = known.predicates.get(rule.predicate)
        if predicate is None:
            refuse(f"{rule.predicate!r} is no predicate of graph/schema.yaml")
            return
        if rule.subject not in mapping.entities or (rule.entity and rule.entity not in mapping.entities):
            refuse(f"a statement of {rule.predicate!r} names an entity that `entities` does not have")
        if bool(rule.entity) == bool(rule.value):
            refuse(f"a statement of {rule.predicate!r} needs either `column` or `entity`")
        if predicate.links != bool(rule.entity):
            refuse(f"{rule.predicate!r} takes {'an `entity`' if predicate.links else 'a `column`'}")
        if rule.value and rule.value.form not in FORMS:
            refuse(f"`as` is one of {', '.join(FORMS)}, not {rule.value.form!r}")


@cache
def ready_mappings() -> tuple[TableMapping, ...]:
    """Return the mappings of ingest/tables, by name."""
    folder = files("ingest").joinpath("tables")
    found = [load_mapping(entry.read_text("utf-8")) for entry in folder.iterdir() if entry.name.endswith(".yaml")]
    return tuple(sorted(found, key=lambda mapping: mapping.name))


def mapping_for(columns: Iterable[str]) -> TableMapping | None:
    """Return the ready mapping whose columns are all there (the one that names most), or None."""
    present = {column.strip() for column in columns}
    fitting = [mapping for mapping in ready_mappings() if set(mapping.columns) <= present]
    return max(fitting, key=lambda mapping: len(mapping.columns), default=None)
