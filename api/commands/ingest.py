"""Commands that bring documents in, show them and forget them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from api.errors import INTERRUPTED, PROBLEMS, USAGE
from api.intake import Extraction, after_run, extraction, progress, tools_of
from api.options import CacheOption, JsonOption, ModelOption, StoreOption, opened, print_json, print_table, say
from api.settings import read_settings

if TYPE_CHECKING:
    from graph.model import Document
    from graph.store.base import Forgotten, Store
    from ingest.run import Report
    from queries.document.question import Told

app = typer.Typer()
SHOWN: Final = 300  # characters of a text that `show` prints
BEHIND: Final = 10  # steps of priority that an ingest stands behind what else runs
LISTED: Final = 30  # skipped documents that the report names on the screen


# Reading ---------------------------------------------------------------------------------------------------------


@app.command("ingest")
def ingest(  # noqa: PLR0913, PLR0917 - options of a command
    what: Annotated[
        list[str] | None, typer.Argument(metavar="PATH|ADDRESS...", help="Files, folders, web addresses; - for standard input.")
    ] = None,
    workers: Annotated[int, typer.Option(min=0, max=64, help="Processes that read; 0 reads in this one, without limits.")] = 2,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and report, keep nothing.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Read also what did not change since it was read.")] = False,
    watch: Annotated[
        Path | None, typer.Option(help="Then wait for files in this folder to come or change, until Ctrl-C.")
    ] = None,
    mapping: Annotated[Path | None, typer.Option(help="What the columns of a table mean (docs/tables.md).")] = None,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Read also web addresses inside your own network.")
    ] = False,
    plain: Annotated[bool, typer.Option("--plain", help="Keep texts and what tables state; extract nothing.")] = False,
    store: StoreOption = "",
    cache: CacheOption = "",
    model: ModelOption = "",
    as_json: JsonOption = False,
) -> None:
    """Read documents into the store: PDF, Word, slides, web pages, mail, text, JSON lines, tables; sitemaps and feeds.

    What did not change since the last run is not read again. One bad document never stops a run; the report says which
    were skipped and why, and the exit code is then 1.
    """
    arguments = [*(what or []), *([str(watch)] if watch else [])]
    if not arguments:
        say("twintown ingest: name files, folders or web addresses to read, or --watch FOLDER")
        raise typer.Exit(USAGE)
    if watch and not watch.is_dir():
        say(f"twintown ingest: {watch} is no folder to watch")
        raise typer.Exit(USAGE)
    rules = _mapping_text(mapping)
    settings = read_settings(store=store, cache=cache, model=model)
    quiet = as_json or not sys.stderr.isatty()
    _stand_back()
    with opened(settings, write=True) as kept, progress("models") as tell:
        extractors = None if plain else extraction(tools_of(settings, kept, tell), kept)

        def run(over: Sequence[str]) -> Report:
            report = _run(
                kept,
                over,
                extractors,
                workers=workers,
                dry_run=dry_run,
                again=again,
                mapping=rules,
                allow_private=allow_private,
                quiet=quiet,
            )
            if not plain and not dry_run and (report.read or report.superseded or report.gone):
                after_run(kept, settings, tell)
            return report

        report = run(arguments)
        _tell(report, as_json=as_json)
        if watch and not report.interrupted:
            _watch(watch, run, as_json=as_json)
    if report.interrupted:
        raise typer.Exit(INTERRUPTED)
    if report.skipped:
        raise typer.Exit(PROBLEMS)


def _stand_back() -> None:
    """Let others on this machine go first, above all a server that answers from the same store; alone it costs nothing."""
    if hasattr(os, "setpriority"):  # not on Windows
        os.setpriority(os.PRIO_PROCESS, 0, max(BEHIND, os.getpriority(os.PRIO_PROCESS, 0)))


def _mapping_text(path: Path | None) -> str:
    from ingest.errors import StopRun
    from ingest.mapping import load_mapping

    if path is None:
        return ""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StopRun(f"the mapping {path} cannot be read: {error}") from None
    load_mapping(text)  # a mistake in it is said now, once, and not for every table
    return text


def run_and_tell(store: Store, arguments: Sequence[str], extractors: Extraction) -> None:
    """Read arguments as `twintown ingest` does by default, and print the report."""
    _tell(_run(store, arguments, extractors, quiet=not sys.stderr.isatty()), as_json=False)


def _run(  # noqa: PLR0913 - what the options say
    store: Store,
    arguments: Sequence[str],
    extractors: Extraction | None,
    *,
    workers: int = 2,
    dry_run: bool = False,
    again: bool = False,
    mapping: str = "",
    allow_private: bool = False,
    quiet: bool = False,
) -> Report:
    from ingest.run import TABLES_ALONE, kept_of, sources
    from ingest.run import ingest as ingest_sources

    extract, fingerprint = extractors or (None, TABLES_ALONE)
    web = None
    if any(argument.startswith(("http://", "https://")) for argument in arguments):
        from ingest.read.web import Manners, Web

        web = Web(Manners(allow_private=allow_private))
        if not again:
            web.kept = kept_of(store, fingerprint)
    found = sources(arguments, web=web, stdin=sys.stdin.buffer.read, mapping=mapping)
    with _progress(None if quiet else _count(arguments)) as shown:
        return ingest_sources(
            store,
            found,
            extract=extract,
            fingerprint=fingerprint,
            workers=workers,
            dry_run=dry_run,
            again=again,
            progress=shown,
        )


def _count(arguments: Sequence[str]) -> int:
    """Return how many sources the arguments lead to, as far as that can be known beforehand; 0 for the unknown."""
    import os

    if any(argument.startswith(("http://", "https://")) for argument in arguments):
        return 0
    return sum(sum(len(names) for _, _, names in os.walk(argument)) if Path(argument).is_dir() else 1 for argument in arguments)


@contextmanager
def _progress(total: int | None) -> Iterator[Callable[[Report, str], None] | None]:
    """Show a bar with rate and time left on stderr; nothing where `total` is None."""
    if total is None:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    with Progress(
        MofNCompleteColumn(),
        BarColumn(),
        TextColumn("{task.fields[documents]} documents, {task.fields[rate]}/s"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}", markup=False),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task("", total=total or None, documents=0, rate="0.0")

        def show(report: Report, address: str) -> None:
            documents = report.read + report.superseded + report.unchanged
            elapsed = bar.tasks[0].elapsed or 0.001
            bar.update(
                task, completed=report.sources, documents=documents, rate=f"{documents / elapsed:.1f}", description=address[-50:]
            )

        yield show


def _watch(folder: Path, run: Callable[[Sequence[str]], Report], *, as_json: bool) -> None:
    from watchfiles import Change, watch

    say(f"watching {folder}; Ctrl-C ends")
    began = False
    for changes in watch(folder, raise_interrupt=False, yield_on_timeout=True, rust_timeout=1_000):
        changed = sorted({path for change, path in changes if change is not Change.deleted and _is_shown(folder, Path(path))})
        if not began:  # what came while the first run was on its way, before anybody watched
            changed, began = [str(folder)], True
        if not changed:
            continue
        report = run(changed)
        if report.read or report.superseded or report.gone or changed != [str(folder)]:
            _tell(report, as_json=as_json)
        if report.interrupted:
            return


def _is_shown(folder: Path, path: Path) -> bool:
    """Tell whether a run over the folder would read this file too: hidden ones are left out."""
    inside = path.relative_to(folder.absolute()) if path.is_relative_to(folder.absolute()) else Path(path.name)
    return path.is_file() and not any(part.startswith(".") for part in inside.parts)


def _tell(report: Report, *, as_json: bool) -> None:
    from ingest.run import as_record

    record = as_record(report)
    if as_json:
        print_json(record)
        sys.stdout.flush()
        return
    counts = [f"{record[name]} {name}" for name in ("read", "unchanged", "superseded")]
    print(f"{'would be: ' if report.dry_run else ''}{', '.join(counts)}, {len(report.skipped)} skipped")
    if report.moved or report.gone or report.copies:
        print(
            f"{report.moved} known texts at a further address, {report.gone} rows gone, {report.copies} pairs of near-duplicates"
        )
    if report.again:
        print(f"{report.again} documents say more or other things beside what was read now")
    for what, kinds in (("found", record["entities"]), ("statements about them", record["kinds"])):
        if kinds:
            print(f"{what}: " + ", ".join(f"{kind} {count}" for kind, count in kinds.items()))
    stages = ", ".join(f"{stage} {seconds}" for stage, seconds in record["stages"].items())
    print(f"seconds: {record['seconds']} ({stages})")
    for skipped in report.skipped[:LISTED]:
        print(f"skipped {' '.join(skipped.address.split())}: {skipped.reason}")
    if len(report.skipped) > LISTED:
        print(f"and {len(report.skipped) - LISTED} more; --json names all")
    for address, note in islice(report.remarks.items(), LISTED):
        print(f"read, but {' '.join(address.split())}: {note}")
    if len(report.remarks) > LISTED:
        print(f"and {len(report.remarks) - LISTED} more such; --json names them")
    sys.stdout.flush()  # who watches a folder reads along
    if report.interrupted:
        say("interrupted; what was finished is kept, and the next run goes on from there")


# Looking ---------------------------------------------------------------------------------------------------------


@app.command("documents")
def documents(
    language: Annotated[str, typer.Option(help="Only of this language, as en.")] = "",
    genre: Annotated[str, typer.Option(help="Only of this kind, as 'session notes'.")] = "",
    text: Annotated[str, typer.Option(metavar="WORDS", help="Only with these words in title or address.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="Most documents.")] = 100,
    store: StoreOption = "",
    as_json: JsonOption = False,
) -> None:
    """List the documents the store holds."""
    rows: list[dict[str, object]] = []
    more = 0
    with opened(read_settings(store=store)) as kept:
        for document in kept.documents():
            words = " ".join((document.title, *document.addresses)).casefold()
            if (
                (language and document.language != language)
                or (genre and document.genre != genre)
                or text.casefold() not in words
            ):
                continue
            if len(rows) < limit:
                rows.append(_listed(document))
            else:
                more += 1
    if as_json:
        print_json(rows)
        return
    print_table(rows, columns=("id", "date", "language", "genre", "title", "addresses"))
    if more:
        say(f"{more} more; --limit raises the number shown")


def _listed(document: Document) -> dict[str, object]:
    return {
        "id": document.id,
        "date": document.date,
        "language": document.language,
        "genre": document.genre.value,
        "title": document.title,
        "addresses": " ".join(document.addresses),
    }


@app.command("show")
def show(
    document: Annotated[str, typer.Argument(metavar="DOCUMENT|ADDRESS", help="An id, or an address it was read from.")],
    whole: Annotated[bool, typer.Option("--text", help="The whole text, not only its beginning.")] = False,
    said: Annotated[bool, typer.Option("--statements", help="Each statement under the words it rests on.")] = False,
    store: StoreOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show what is known about a document, and how its text begins; or the statements that rest on it."""
    with opened(read_settings(store=store)) as kept:
        found = _found(kept, document)
        passages = len(kept.passages(found.id))
        statements = sum(1 for _ in kept.statements(document=found.id))
        told = _told(kept, found) if said else []
    if said:
        if as_json:
            print_json(told)
        else:
            _print_told(told)
        return
    record: dict[str, object] = {
        **_listed(found),
        "addresses": list(found.addresses),
        "country": found.country,
        "publisher": found.publisher,
        "event": {"date": found.event_date, "place": found.event_place},
        "licence": found.licence,
        "media type": found.media_type,
        "reader": found.reader,
        "encoding": found.encoding,
        "pages": len(found.pages),
        "notes": list(found.notes),
        "characters": len(found.text),
        "passages": passages,
        "statements": statements,
        "text": found.text if whole else found.text[:SHOWN],
    }
    if as_json:
        print_json(record)
        return
    for name, value in record.items():
        if value and name not in {"text", "event"}:
            print(f"{name}: {'; '.join(map(str, value)) if isinstance(value, list) else value}")
    if found.event_date or found.event_place:
        print(f"event: {found.event_date or 'date unknown'}, {found.event_place or 'place unknown'}")
    print(f"\n{record['text']}{'' if whole or len(found.text) <= SHOWN else ' … (--text shows all)'}")


def _told(store: Store, document: Document) -> list[Told]:
    from queries.document.question import ask

    return [each for section in ask(store, document.id).sections for each in section.told]


def _print_told(told: Sequence[Told]) -> None:
    for quote, of_quote in groupby(sorted(told, key=lambda each: (each.start, each.end, each.subject)), lambda each: each.quote):
        print(f"“{' '.join(quote.split())}”")
        for (kind, name), found in groupby(of_quote, lambda each: (each.subject.partition(":")[0], each.subject_name)):
            print(f"  {kind} {name}")
            for each in found:
                marks = [mark for mark in (each.progress, each.modality, each.verdict) if mark not in {"unclear", "stated", ""}]
                about = ", ".join([*marks, f"{each.confidence:.0%}"])
                print(f"    {each.predicate.replace('_', ' ')}: {each.value_name} ({about}) {each.statement}")


def _found(store: Store, name: str) -> Document:
    """Return a document by id or address; a path is also tried as the absolute one it was kept under."""
    from graph.errors import NotFound

    try:
        return store.document(name)
    except NotFound:
        if "#" not in name and not Path(name).exists():
            raise
        path, mark, part = name.partition("#")
        return store.document(f"{Path(path).resolve()}{mark}{part}")


# Forgetting ------------------------------------------------------------------------------------------------------


@app.command("forget")
def forget(
    target: Annotated[str, typer.Argument(metavar="DOCUMENT|ADDRESS", help="An id, or one address of a document.")] = "",
    person: Annotated[str, typer.Option(metavar="NAME", help="Forget a person: every statement about them, for good.")] = "",
    store: StoreOption = "",
    as_json: JsonOption = False,
) -> None:
    """Forget a document with all that rests on it alone, or a person; says what remains."""
    if bool(target) == bool(person):
        say("twintown forget: name a document or address, or --person NAME")
        raise typer.Exit(USAGE)
    with opened(read_settings(store=store), write=True, make=False) as kept:
        parts = not person and all("#" in address for address in _found(kept, target).addresses)
        forgotten = kept.forget_person(person) if person else _forget(kept, target)
    if as_json:
        print_json(forgotten)
        return
    counts = {
        "documents": forgotten.documents,
        "addresses": forgotten.addresses,
        "statements": forgotten.statements,
        "entities": forgotten.entities,
    }
    print("gone: " + (", ".join(f"{count} {name}" for name, count in counts.items() if count) or "nothing"))
    for line in forgotten.remains:
        print(f"remains: {line}")
    if parts:
        say("the rest of its file stays; a run over the file brings it back only when the file changes, or with --again")
    elif not person:
        say("a run over its file or address would bring it back")


def _forget(store: Store, target: str) -> Forgotten:
    from graph.errors import NotFound

    try:
        return store.forget(target)
    except NotFound:
        found = _found(store, target)
        resolved = f"{Path(target.partition('#')[0]).resolve()}{target[len(target.partition('#')[0]) :]}"
        return store.forget(resolved if resolved in found.addresses else found.id)
