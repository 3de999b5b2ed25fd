"""From one home of the graph to another, without reading a document again."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.errors import PROBLEMS
from api.intake import Tell, progress
from api.options import JsonOption, opened, print_json, print_table, say
from api.settings import read_settings
from graph.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

    from graph.store.base import Record, Store

app = typer.Typer()


@dataclass(slots=True)
class Tally:
    """What passes by, by type of record: how many, and a digest over them in their order."""

    counts: dict[str, int] = field(default_factory=dict)
    digests: dict[str, Any] = field(default_factory=dict)  # hashlib has no type for what blake2b gives

    def over(self, records: Iterable[Record]) -> Iterator[Record]:
        """Yield the records, and count them."""
        for record in records:
            kind = str(record["type"])
            self.counts[kind] = self.counts.get(kind, 0) + 1
            line = json.dumps(record, ensure_ascii=False, sort_keys=True).encode()
            self.digests.setdefault(kind, hashlib.blake2b(digest_size=12)).update(line)
            yield record

    def row(self, kind: str) -> tuple[int, str]:
        """Return count and digest of one type; 0 and no digest where none came by."""
        return self.counts.get(kind, 0), self.digests[kind].hexdigest() if kind in self.digests else ""


@app.command("move")
def move(
    source: Annotated[str, typer.Argument(metavar="FROM", help="The store as it is: sqlite:PATH or neo4j://HOST:7687.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="An empty store, made where it is a file that is not there.")],
    cache: Annotated[str, typer.Option("--cache", metavar="DIRECTORY", help="Where vectors of a server lie.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Copy a whole store into an empty one: documents with their versions, statements, judgements, vectors.

    No document is read again. Run again after it was cut off, it goes on from there. At the end both stores are read and
    compared: how many of each kind there are, and a digest over them. The store it came from stays as it is.
    """
    settings = read_settings(store=source, cache=cache), read_settings(store=target, cache=cache)
    if settings[0].beside == settings[1].beside:
        raise StoreError(f"{source} cannot be moved onto itself; name another store")
    here, there = Tally(), Tally()
    with opened(settings[0]) as old:
        with opened(settings[1], write=True, half_filled=True) as new:
            with progress("records") as tell:
                whole = sum(old.counts().values())
                new.restore(_told(here.over(old.snapshot()), whole, tell))
            _move_vectors(old, settings[0].beside, new, settings[1].beside)
        with opened(settings[1]) as new, progress("comparing") as tell:
            for _ in _told(there.over(new.snapshot()), whole, tell):
                pass
    compared = [
        {"kind": kind, "from": count, "to": there.row(kind)[0], "digest": digest, "same": there.row(kind) == (count, digest)}
        for kind in dict.fromkeys((*here.counts, *there.counts))
        for count, digest in [here.row(kind)]
    ]
    if as_json:
        print_json(compared)
    else:
        print_table([row | {"same": "yes" if row["same"] else "NO"} for row in compared])
    if not all(row["same"] for row in compared):
        say(f"{target} is not the same as {source}; go on with {source}, empty {target} and move again, and tell us")
        raise typer.Exit(PROBLEMS)
    say(f"{target} holds all that {source} holds; {source} stays as it is: delete it when you no longer need it")


def _told(records: Iterable[Record], whole: int, tell: Tell) -> Iterator[Record]:
    for count, record in enumerate(records, start=1):
        if count % 1000 == 0:
            tell(count, max(count, whole))
        yield record


def _move_vectors(old: Store, source: Path, new: Store, target: Path) -> None:
    """Take the vectors of search along, onto a server too; what cannot be had, `twintown reembed` makes anew."""
    from graph.vectors import share, take, vectors_home

    take(old, source)  # what only the server has
    if vectors_home(source).is_dir():
        shutil.copytree(vectors_home(source), vectors_home(target), dirs_exist_ok=True)
    share(new, target)
