"""Questions live in folders: `queries/NAME/` with contract.toml, question.py and one query file for each store.

A contract names parameters and columns with their types, the total order of the rows (its last key is unique among them),
what null and no rows mean, and the most rows one answer holds. tests/conformance/test_questions.py holds every folder to it.

The rows of a question that says `ranked` are ranked by its question.py: from what the query file of a server gives, or from
vectors beside a file, which no SQL reads. `NAME/neo4j-2026.cypher` is for servers that can do what older ones cannot.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from graph.errors import InvalidRecord

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from graph.store.base import Reader

QUERY_FILES: Final = MappingProxyType({"sqlite": "sqlite.sql", "neo4j": "neo4j.cypher"})
# A "list" is one of lists of texts.
TYPES: Final = MappingProxyType({"text": str, "integer": int, "number": float, "date": str, "list": list})


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """What a question is asked with; every query file uses all of them by name."""

    type: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What a row answers; `null` says what a missing value means, and is empty where none is ever missing."""

    type: str
    about: str
    null: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What a question promises, whichever store answers."""

    name: str
    about: str
    parameters: Mapping[str, Parameter]
    columns: Mapping[str, Column]
    order: tuple[str, ...]  # columns, ascending unless `-` stands before; all of them together are unique
    empty: str  # what no rows mean
    limit: int  # the most rows one answer holds
    reads: tuple[str, ...] = ()  # tables that a listing reads from end to end; everything else goes by an index
    ranked: bool = False  # whether question.py ranks the rows

    def __post_init__(self) -> None:
        types = {p.type for p in self.parameters.values()} | {c.type for c in self.columns.values()}
        if types - set(TYPES):
            raise InvalidRecord(f"contract of {self.name}: {', '.join(sorted(types - set(TYPES)))} is no type")
        lost = {key.removeprefix("-") for key in self.order} - set(self.columns)
        if lost or not self.order:
            raise InvalidRecord(f"contract of {self.name}: the order needs columns of the answer, not {sorted(lost)}")


def names() -> list[str]:
    """Return the names of all questions, from the folders that are there."""
    # A folder without a contract is a composition: Python over stored questions (search, ask), with no query text.
    folders = (entry for entry in files("queries").iterdir() if entry.is_dir() and not entry.name.startswith("_"))
    return sorted(entry.name for entry in folders if entry.joinpath("contract.toml").is_file())


@cache
def contract(name: str) -> Contract:
    """Return the contract of a question; raise InvalidRecord where there is none or it contradicts itself."""
    raw = tomllib.loads(_folder(name).joinpath("contract.toml").read_text("utf-8"))
    return Contract(
        name=name,
        about=raw["about"],
        parameters={key: Parameter(**entry) for key, entry in raw["parameters"].items()},
        columns={key: Column(**entry) for key, entry in raw["columns"].items()},
        order=tuple(raw["order"]),
        empty=raw["empty"],
        limit=raw["limit"],
        reads=tuple(raw.get("reads", ())),
        ranked=raw.get("ranked", False),
    )


@cache
def query(name: str, backend: str, *, variant: str = "") -> str:
    """Return the text of the query file for a store, or of its `variant`; raise InvalidRecord where it is not written yet."""
    stem, _, suffix = QUERY_FILES[backend].partition(".")
    file = _folder(name).joinpath(f"{stem}-{variant}.{suffix}" if variant else QUERY_FILES[backend])
    if not file.is_file():
        raise InvalidRecord(f"the question {name!r} cannot be asked of {backend} yet; `twintown questions` lists what is pending")
    return file.read_text("utf-8")


def pending() -> Iterator[tuple[str, str]]:
    """Yield every question and store whose query file is not written yet."""
    for name in names():
        for backend, file in QUERY_FILES.items():
            if contract(name).ranked and backend == "sqlite":
                continue
            if not _folder(name).joinpath(file).is_file():
                yield name, backend


def rows(store: Reader, name: str, /, **arguments: object) -> list[dict[str, object]]:
    """Ask the store and return rows as the contract describes them, in its order, at most its limit.

    Every parameter but `limit` has to be given. Raise InvalidRecord for arguments that do not fit.
    """
    promised = contract(name)
    if promised.ranked:
        raise InvalidRecord(f"the question {name!r} is asked through queries/{name}/question.py, which ranks its rows")
    given = {"limit": promised.limit, **arguments} if "limit" in promised.parameters else dict(arguments)
    if set(given) != set(promised.parameters):
        wrong = ", ".join(sorted(set(given) ^ set(promised.parameters)))
        raise InvalidRecord(f"the question {name!r} is asked with {', '.join(promised.parameters)}; look at {wrong}")
    for key, value in given.items():
        kind = TYPES[promised.parameters[key].type]
        if not isinstance(value, kind) or isinstance(value, bool) or (kind is list and not _texts(value)):
            raise InvalidRecord(f"{key!r} of the question {name!r} is of type {promised.parameters[key].type}, not {value!r}")
    if "limit" in given:
        given["limit"] = max(0, min(int(str(given["limit"])), promised.limit))
    return store.rows(query(name, store.backend), given)


def _texts(value: object) -> bool:
    """Tell whether this is a list of lists of texts."""
    return isinstance(value, list) and all(isinstance(each, list) and all(isinstance(x, str) for x in each) for each in value)


def _folder(name: str) -> Traversable:
    folder = files("queries").joinpath(name)
    if name.startswith("_") or not folder.joinpath("contract.toml").is_file():
        raise InvalidRecord(f"there is no question {name!r}; there are {', '.join(names())}")
    return folder
