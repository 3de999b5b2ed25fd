"""Commands that show what is read of texts, and how well."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.options import CacheOption, JsonOption, ModelOption, print_json, print_table, say
from api.settings import read_settings
from graph.errors import NotFound

if TYPE_CHECKING:
    from graph.model import Document
    from ingest.batches import Given
    from ingest.context import Tools

app = typer.Typer()

FilesArgument = Annotated[list[str], typer.Argument(metavar="FILE...", help="Files or folders with documents.")]
WithoutRegister = Annotated[
    bool, typer.Option("--without-register", help="Know no project and no project city beforehand: show what is read alone.")
]


@app.command("extract")
def extract(
    files: FilesArgument,
    out: Annotated[Path, typer.Option(metavar="PATH", help="The file to write, one record a line.")],
    without_register: WithoutRegister = False,
    cache: CacheOption = "",
    model: ModelOption = "",
) -> None:
    """Write what is read of each document as one record a line, with the evidence and confidence of each item.

    The format is that of labelled texts, so that `twintown eval` can compare. Documents are read beside each other, as a run
    reads them: what one plainly calls a project helps to see the same name in another.
    """
    tools = _tools(cache, model, without_register)
    count = 0
    with out.open("w", encoding="utf-8") as lines:
        for made in _records(files, tools):
            lines.write(json.dumps(made, ensure_ascii=False) + "\n")
            count += 1
    say(f"{count} records written to {out}")


@app.command("eval")
def evaluate(
    gold: Annotated[Path, typer.Argument(metavar="GOLD_DIR", help="A folder with one labelled record a file.")],
    documents: Annotated[list[str], typer.Option(metavar="FILE", help="The texts the records are about; may be repeated.")],
    without_register: WithoutRegister = False,
    misses: Annotated[str, typer.Option(metavar="KIND", help="Show what is missed and what is too much of one kind.")] = "",
    cache: CacheOption = "",
    model: ModelOption = "",
    as_json: JsonOption = False,
) -> None:
    """Compare what is read with labelled records: precision, recall, F1 and count by kind, with 95 % intervals.

    Intervals come from drawing the documents again and again; they say how far chance in the choice of documents reaches.
    """
    from ingest import evaluate as evaluation

    wanted = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(gold.glob("*.json"))}
    if not wanted:
        raise NotFound(f"no labelled records in {gold}; name a folder that holds one JSON file a document")
    if misses and misses not in evaluation.KINDS:
        raise NotFound(f"there is no kind {misses!r}; the kinds are {', '.join(evaluation.KINDS)}")
    tools = _tools(cache, model, without_register)
    read = {made["page"]: made for made in _records(documents, tools, only=frozenset(wanted))}
    if misses:
        found = list(evaluation.misses(misses, wanted, read))
        print_json(found) if as_json else _print_misses(found)
        return
    scores = [
        {
            "kind": score.kind,
            "precision": f"{score.precision:.3f}",
            "recall": f"{score.recall:.3f}",
            "F1": f"{score.f1:.3f}",
            "95 %": f"{score.low:.2f}-{score.high:.2f}",
            "gold": score.gold,
            "predicted": score.predicted,
            "hits": score.hits,
        }
        for score in evaluation.scores(wanted, read)
    ]
    if as_json:
        print_json({"documents": len(wanted), "with_prediction": len(set(wanted) & set(read)), "kinds": scores})
        return
    say(f"{len(wanted)} documents, {len(set(wanted) & set(read))} of them read")
    print_table(scores)


def _print_misses(found: list[Any]) -> None:
    for one in found:
        for sign, items in (("-", one.missed), ("+", one.spurious)):
            for item in items:
                print(f"{one.page}\t{sign}\t{json.dumps(item, ensure_ascii=False)}")


@app.command("explain")
def explain(
    document: Annotated[str, typer.Argument(metavar="FILE", help="A file with one document, or FILE#PAGE of several.")],
    without_register: WithoutRegister = False,
    cache: CacheOption = "",
    model: ModelOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show every claim about a document, kept or not: by which extractor, with which confidence, and why.

    The documents of a file are read beside each other, as by `twintown extract`.
    """
    from ingest.link import explained, knowing

    path, _, page = document.partition("#")
    found = list(_documents([path]))
    wanted = [(name, read) for name, read in found if not page or name == page]
    tools = _tools(cache, model, without_register)
    if wanted and len(found) > 1:
        tools = knowing(_given(found), tools)
    rows = [{"document": name, **row} for name, read in wanted for row in explained(read, tools)]
    if not rows:
        raise NotFound(f"no document {document}, or nothing to be found in it")
    print_json(rows) if as_json else print_table(
        rows, columns=("kept", "extractor", "confidence", "subject", "predicate", "value", "why", "quote")
    )


def _tools(cache: str, model: str, without_register: bool) -> Tools:
    from ingest.tools import open_tools

    settings = read_settings(cache=cache, model=model)
    return open_tools(settings.cache, model=settings.model, register=not without_register)


def _documents(files: list[str]) -> Iterator[tuple[str, Document]]:
    """Yield the documents of files with the name their labels go by: the part behind #, else the file's name."""
    from ingest.read import read
    from ingest.read.base import Skipped
    from ingest.run import sources

    for source in sources(files, stdin=sys.stdin.buffer.read):
        for found in [source] if isinstance(source, Skipped) else read(source):
            if isinstance(found, Skipped):
                say(f"skipped {found.address}: {found.reason}")
                continue
            address = found.document.addresses[0]
            yield address.rpartition("#")[2] if "#" in address else Path(address).stem, found.document


def _records(files: list[str], tools: Tools, only: frozenset[str] | None = None) -> Iterator[dict[str, Any]]:
    from ingest.link import read_collection
    from ingest.record import known_concepts, record

    concepts = known_concepts(tools.vocabulary)
    found = [(page, document) for page, document in _documents(files) if only is None or page in only]
    for (page, document), statements in zip(found, read_collection(_given(found), tools), strict=True):
        yield record(page, document, statements, concepts)


def _given(found: list[tuple[str, Document]]) -> list[Given]:
    from ingest.passages import passages

    return [(document, passages(document), ()) for _, document in found]
