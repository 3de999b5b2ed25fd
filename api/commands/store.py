"""Commands about the store itself: what it holds, whether it is sound, and taking it elsewhere."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from api.errors import PROBLEMS
from api.options import JsonOption, StoreOption, opened, print_json, print_table, say
from api.settings import read_settings
from graph.errors import InvalidRecord, NotFound, StoreError

if TYPE_CHECKING:
    from graph.store.base import Record

app = typer.Typer()
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
def doctor(store: StoreOption = "", as_json: JsonOption = False) -> None:
    """Check the store: quotes against texts, edges against statements, nothing orphaned, the file itself.

    Says what is wrong and what mends it; the exit code is 1 where anything is.
    """
    settings = read_settings(store=store)
    with opened(settings) as kept:
        problems = kept.check()
    if as_json:
        print_json({"store": settings.store, "sound": not problems, "problems": problems})
    else:
        for problem in problems:
            print(f"{problem.check}: {problem.what}\n  to mend it: {problem.mend}")
        say(f"{settings.store}: {'sound' if not problems else f'{len(problems)} problems'}")
    if problems:
        raise typer.Exit(PROBLEMS)


@app.command("export")
def export(
    path: Annotated[Path | None, typer.Argument(help="File to write; standard output without it.")] = None,
    store: StoreOption = "",
    times: Annotated[bool, typer.Option(help="With recorded times and the journal; needed to import it again.")] = True,
) -> None:
    """Write the whole store as JSON lines: documents with their texts, statements, judgements, and what follows from them."""
    with opened(read_settings(store=store)) as kept, _output(path) as out:
        count = 0
        for record in kept.snapshot(times=times):
            out.write(json.dumps(record, ensure_ascii=False, sort_keys=True).encode() + b"\n")
            count += 1
    if path:
        say(f"{path}: {count} records")


@app.command("import")
def import_store(
    path: Annotated[Path, typer.Argument(help="A file that `twintown export` wrote; - for standard input.")],
    store: StoreOption = "",
) -> None:
    """Fill an empty store from an export; the result is identical to the store it came from."""
    if str(path) != STANDARD and not path.is_file():
        raise NotFound(f"there is no file {path}")
    with (
        opened(read_settings(store=store), write=True) as kept,
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
