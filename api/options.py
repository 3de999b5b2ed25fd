"""What commands share: their common options, opening the store, and how answers are printed."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

if TYPE_CHECKING:
    from api.settings import Settings
    from graph.store.base import Store

StoreOption = Annotated[
    str, typer.Option("--store", metavar="ADDRESS", help="The store: sqlite:PATH or neo4j://HOST:7687; default: $TWINTOWN_STORE.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
CacheOption = Annotated[
    str, typer.Option("--cache", metavar="DIRECTORY", help="Place index and exported models; default: $TWINTOWN_CACHE.")
]
ModelOption = Annotated[
    str, typer.Option("--model", metavar="NAME", help="Embedding model, path or name; default: $TWINTOWN_MODEL or the packaged.")
]


@contextmanager
def opened(settings: Settings, *, write: bool = False, make: bool = True, half_filled: bool = False) -> Iterator[Store]:
    """Open the store of the settings as api/stores.py does; close it afterwards."""
    from api.stores import open_store

    store = open_store(settings, write=write, make=make, half_filled=half_filled)
    try:
        yield store
    finally:
        store.close()


def plain(value: object) -> object:
    """Return the value as JSON knows it: dataclasses become objects, enumerations their value, tuples and sets lists."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Iterable):
        return [plain(entry) for entry in value]
    return str(value)


def print_json(value: object, *, to: TextIO | None = None) -> None:
    """Print a value as one JSON document, readable and in the letters it has."""
    print(json.dumps(plain(value), ensure_ascii=False, indent=2), file=to or sys.stdout)


def print_table(rows: Sequence[Mapping[str, object]], *, columns: Sequence[str] = ()) -> None:
    """Print rows in columns as wide as they need; on a terminal long cells wrap, in a pipe every row stays on its line."""
    from rich.console import Console
    from rich.table import Table

    names = list(columns) or (list(rows[0]) if rows else [])
    if not sys.stdout.isatty():
        for line in ([names] if names else []) + [[str(row.get(name, "")) for name in names] for row in rows]:
            print("\t".join(" ".join(cell.split()) for cell in line))
        return
    table = Table(*names, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*(str(row.get(name, "")) for name in names))
    Console(markup=False, highlight=False).print(table)


def say(text: str) -> None:
    """Tell the user about the work on stderr; stdout is for answers."""
    print(text, file=sys.stderr)
