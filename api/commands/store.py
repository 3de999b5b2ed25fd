"""Commands about the store itself: what it holds, whether it is sound, and taking it elsewhere."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from api.errors import PROBLEMS
from api.options import JsonOption, StoreOption, opened, print_json, print_table, say
from api.settings import read_settings
from graph.errors import InvalidRecord, NotFound, StoreError

if TYPE_CHECKING:
    from graph.store.base import Reader, Record

app = typer.Typer()
BASE = "http://127.0.0.1:8000"


class Format(StrEnum):
    """How a store is written down."""

    JSONL = "jsonl"
    TTL = "ttl"
    JSONLD = "jsonld"
    NQ = "nq"


STANDARD = "-"


@app.command("stats")
def stats(store: StoreOption = "", as_json: JsonOption = False) -> None:
    """Count documents, passages, statements, edges, judgements, proposals, and entities by kind."""
    with opened(read_settings(store=store)) as kept:
        counts = kept.counts()
    if as_json:
        print_json(counts)
    else:
        print_table([{"what": what, "number": number} for what, number in counts.items()])


@app.command("doctor")
def doctor(
    store: StoreOption = "",
    mend: Annotated[bool, typer.Option("--mend", help="First bring an older file up to date and derive the graph anew.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Check the store: quotes against texts, edges against statements, nothing orphaned, the file itself.

    Says what is wrong and what mends it; the exit code is 1 where anything is.
    """
    from graph.approximate import MISSING, installed
    from graph.vectors import approximate_lists, vectors_home

    settings = read_settings(store=store)
    with opened(settings, write=mend, half_filled=True) as kept:
        if mend:
            kept.fold()
        problems = kept.check()
    indexes = approximate_lists(vectors_home(settings.beside))
    if as_json:
        listed = [{"model": name, "passages": rows, "trouble": why} for name, (rows, why) in indexes.items()]
        print_json({"store": settings.store, "sound": not problems, "problems": problems, "approximate": listed})
    else:
        for problem in problems:
            print(f"{problem.check}: {problem.what}\n  to mend it: {problem.mend}")
        if settings.approximate and not installed():
            say(f"TWINTOWN_APPROXIMATE is set, but search is exact: {MISSING}")
        for name, (rows, why) in indexes.items():
            serves = f"does not serve, search is exact: {why}" if why else "serves questions without filters"
            say(f"approximate index over {rows} passages by {name}: {serves}")
        say(f"{settings.store}: {'sound' if not problems else f'{len(problems)} problems'}")
    if problems:
        raise typer.Exit(PROBLEMS)


@app.command("export")
def export(
    path: Annotated[Path | None, typer.Argument(help="File to write; standard output without it.")] = None,
    store: StoreOption = "",
    output: Annotated[Format, typer.Option("--format", help="jsonl can be imported again; the others are RDF.")] = Format.JSONL,
    base: Annotated[str, typer.Option(help="Where the IRIs of RDF begin: the address your store is served at.")] = BASE,
    times: Annotated[bool, typer.Option(help="With recorded times and the journal; needed to import it again.")] = True,
) -> None:
    """Write the whole store: as JSON lines (documents with their texts, statements, judgements), or as RDF.

    RDF shows quotes of at most 300 characters where a document is not free to show. nq streams; ttl and jsonld hold the
    whole graph in memory.
    """
    with opened(read_settings(store=store)) as kept, _output(path) as out:
        count = 0
        for line in _lines(kept, output, base=base, times=times):
            out.write(line)
            count += 1
    if path:
        say(f"{path}: {count} {'records' if output is Format.JSONL else 'lines'}")


def _lines(kept: Reader, output: Format, *, base: str, times: bool) -> Iterator[bytes]:
    if output is Format.JSONL:
        yield from (json.dumps(r, ensure_ascii=False, sort_keys=True).encode() + b"\n" for r in kept.snapshot(times=times))
        return
    from graph.rdf import nquads, whole_graph

    if output is Format.NQ:
        yield from (line.encode() for line in nquads(kept, base))
        return
    text = whole_graph(kept, base).serialize(format={Format.TTL: "turtle", Format.JSONLD: "json-ld"}[output])
    yield from (line.encode() for line in text.splitlines(keepends=True))


@app.command("import")
def import_store(
    path: Annotated[Path, typer.Argument(help="A file that `twintown export` wrote; - for standard input.")],
    store: StoreOption = "",
) -> None:
    """Fill an empty store from an export; the result is identical to the store it came from."""
    if str(path) != STANDARD and not path.is_file():
        raise NotFound(f"there is no file {path}")
    with (
        opened(read_settings(store=store), write=True, half_filled=True) as kept,
        sys.stdin.buffer if str(path) == STANDARD else path.open("rb") as lines,
    ):
        count = kept.restore(_records(lines))
    say(f"{count} records")


@app.command("backup")
def backup(
    path: Annotated[Path, typer.Argument(help="File to write; it must not exist.")],
    store: StoreOption = "",
) -> None:
    """Copy the store while others read and write; the copy is a store of its own."""
    with opened(read_settings(store=store)) as kept:
        kept.backup(path)
    say(f"{path}: {path.stat().st_size} bytes; use it with --store sqlite:{path}")
    say("Vectors of search are not in it: `twintown reembed` makes them there anew.")


@contextmanager
def _output(path: Path | None) -> Iterator[BinaryIO]:
    """Yield standard output, or a file that appears under its name only when it is whole."""
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if path.exists():
        raise StoreError(f"{path} exists already; name another file")
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as out:
            yield out
        part.rename(path)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


def _records(lines: BinaryIO) -> Iterator[Record]:
    for number, line in enumerate(lines, start=1):
        try:
            record: Any = json.loads(line)
        except ValueError as error:
            raise InvalidRecord(f"line {number} is no JSON ({error}); the file is cut off or no export") from error
        if not isinstance(record, dict):
            raise InvalidRecord(f"line {number} is no record; import reads what `twintown export` wrote")
        yield record
