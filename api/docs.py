"""Write the generated pages of docs/ again: `python -m api.docs` (make docs). tests/test_docs.py holds them equal.

The other way round, the numbers of docs/extraction.md are written for the page that shows them (api/pages/measured.json).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

import typer
from typer.core import TyperGroup

from api import problems
from api.cli import COMMANDS, overview
from api.errors import EXIT_CODES
from api.program import command_group
from graph.model import Certainty, Genre, Modality, Progress, Verdict, Visibility
from graph.schema import Predicate, Schema, schema
from queries import questions

DOCS: Final = Path(__file__).resolve().parents[1] / "docs"
MEASURED: Final = Path(__file__).with_name("pages") / "measured.json"
WIDTH: Final = 110


def data_model() -> str:
    """Return docs/data-model.md: graph/schema.yaml and the enumerations of graph/model.py as tables."""
    whole = schema()
    parts = [
        "# Data model",
        "_Written by `make docs` from graph/schema.yaml and graph/model.py; change those._",
        "A **statement** says one thing: a subject, a predicate, and an entity or a literal as value. Its **evidence** is a span "
        "of a document's text (document, first and last character, the quote itself, page, extractor, confidence) or a person's "
        "entry with the address of its source. Entities and edges are never stored by themselves: they are folded from "
        "statements, so that forgetting a document removes exactly what only it supported.",
        "## Classes",
        "An id is `kind:` and an external id where there is one (`place:geonames-2624652`), else a digest of what the column "
        "*identity* names.",
        _table(
            ("class", "what it is", "identity", "IRI"),
            ((c.name, c.comment, c.identity, f"`{c.iri}`") for c in whole.classes.values()),
        ),
        "## Predicates",
        "A predicate with an edge links two entities (in Neo4j by a relationship of that name); the others have literals.",
        _table(
            ("predicate", "from", "to", "edge", "IRI", "note"),
            (
                (p.name, ", ".join(p.domain), _range(p, whole), f"`{p.edge}`" if p.edge else "", f"`{p.iri}`", p.comment)
                for p in whole.predicates.values()
            ),
        ),
        "## Enumerations",
        _table(("enumeration", "values"), ((name, ", ".join(values)) for name, values in whole.enumerations.items())),
        "## What every statement carries",
        _table(
            ("field", "values"),
            (
                ("progress", ", ".join(Progress)),
                ("modality", ", ".join(Modality)),
                ("certainty", ", ".join(Certainty)),
                ("valid_from, valid_to", "2018, 2018-04 or 2018-04-12, with ~ after it if approximate; empty if unknown"),
                ("recorded", "when the store took it in, UTC"),
                ("verdict", ", ".join((Verdict.WRONG, Verdict.CONFIRMED)) + ", from judgements; else empty"),
            ),
        ),
        "What is negated or judged wrong is kept and shown, and is no fact: no edge and no count rests on it.",
        "## What every document carries",
        _table(
            ("field", "values"),
            (
                ("genre", ", ".join(Genre)),
                ("visibility", ", ".join(Visibility) + ": a quote of at most 300 characters, or the whole text"),
            ),
        ),
        "## Prefixes",
        _table(("prefix", "namespace"), ((name, f"`{iri}`") for name, iri in whole.prefixes.items())),
    ]
    return "\n\n".join(parts) + "\n"


def commands() -> str:
    """Return docs/commands.md: the help of every command, and the exit codes."""
    parts = ["# Commands", "_Written by `make docs` from the command line itself._", _block(overview())]
    for name, (module, _) in COMMANDS.items():
        parts += [f"## twintown {name}", _block("\n\n".join(_helps(command_group(module).commands[name], f"twintown {name}")))]
    parts += ["## Exit codes", _table(("code", "meaning"), ((str(code), meaning) for code, meaning in EXIT_CODES.items()))]
    return "\n\n".join(parts) + "\n"


def asked() -> str:
    """Return docs/questions.md: what each question is asked with and answers."""
    parts = [
        "# Questions",
        "_Written by `make docs` from the contracts in queries/._",
        "A question is a folder `queries/NAME/`: its contract, a query file for each store, and the Python that asks it. "
        "Every row rests on statements; a column that may be null says what that means.",
    ]
    for name in questions.names():
        contract = questions.contract(name)
        parts += [
            f"## {name}",
            f"{contract.about} No rows: {contract.empty} At most {contract.limit} rows, ordered by {', '.join(contract.order)}.",
            _table(("argument", "type", "what"), ((key, p.type, p.about) for key, p in contract.parameters.items())),
            _table(("column", "type", "what", "null"), ((key, c.type, c.about, c.null) for key, c in contract.columns.items())),
        ]
    pending = [f"{name} on {backend}" for name, backend in questions.pending()]
    parts += ["## Pending", ", ".join(pending) if pending else "Nothing: every question can be asked of every store."]
    return "\n\n".join(parts) + "\n"


def measured() -> str:
    """Return api/pages/measured.json: the table on dev in docs/extraction.md, as `twintown eval` printed it, with its date.

    Precision and recall are null where the document gives F1 alone.
    """
    text = (DOCS / "extraction.md").read_text("utf-8")
    number = r"(\d\.\d+)(?: \((\d\.\d+) / (\d\.\d+)\))?"
    start = text.index("| kind | dev, without register |")
    table = text[start : text.index("\n\n", start)]
    date = re.search(r"(?m)^Measured on (.+?),", text)
    pages = re.search(r"\*dev\*: (\d+) real pages", text)
    if not date or not pages:
        raise ValueError("docs/extraction.md no longer says when and on how many pages it was measured")
    rows = []
    for line in table.splitlines()[2:]:
        kind, f1, interval, _, items = (cell.strip() for cell in line.strip("|").split("|"))
        found = re.fullmatch(number, f1)
        if not found:
            raise ValueError(f"docs/extraction.md: {line}")
        best, precision, recall = found.groups()
        rows.append(
            {
                "kind": kind,
                "f1": float(best),
                "precision": float(precision) if precision else None,
                "recall": float(recall) if recall else None,
                "interval": "" if interval == "-" else interval,
                "items": int(items),
            }
        )
    record = {"measured": date.group(1), "pages": int(pages.group(1)), "rows": rows}
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"


PAGES: Final[dict[str, Callable[[], str]]] = {
    "data-model.md": data_model,
    "commands.md": commands,
    "questions.md": asked,
    **{f"problems/{name}.md": partial(problems.page, name) for name in problems.KINDS},
}


def _helps(command: object, name: str) -> Iterator[str]:
    if isinstance(command, TyperGroup):
        for inner, below in command.commands.items():
            yield from _helps(below, f"{name} {inner}")
        return
    context = typer.Context(command, info_name=name, terminal_width=WIDTH, max_content_width=WIDTH)  # type: ignore[arg-type]
    yield command.get_help(context)  # type: ignore[attr-defined]


def _range(predicate: Predicate, whole: Schema) -> str:
    unit = f" ({predicate.unit})" if predicate.unit else ""
    return ", ".join(f"one of {name}" if name in whole.enumerations else name for name in predicate.range) + unit


def _block(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return f"```text\n{lines}\n```"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |" for line in lines)


def main() -> None:
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), "utf-8")
    MEASURED.write_text(measured(), "utf-8")


if __name__ == "__main__":
    main()
