"""The command line: `twintown COMMAND`.

How a command is added, in three steps:

1. Write it in a module of its own group, `api/commands/GROUP.py`, which has `app = typer.Typer()` and functions under
   `@app.command("NAME")` (a command with commands of its own: `app.add_typer(inner, name="NAME")`). Its docstring is the
   help of the command. Take `store: StoreOption = ""` and `as_json: JsonOption = False` from api/options.py, get the
   settings by `read_settings(store=store)`, open the store with `opened(settings)` or `opened(settings, write=True)`.
2. Add a line to COMMANDS below: the name, the group and one line of help. Nothing is imported for `twintown --help`.
3. `make docs` writes it into docs/commands.md.

A command prints its answer on stdout and what it has to say about its work on stderr, both through api/options.py where a
table or JSON is due. It raises errors of graph/errors.py; here they become one line on stderr and an exit code.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

COMMANDS: Final[dict[str, tuple[str, str]]] = {
    # name: (module in api/commands, one line of help); in the order in which people meet them
    "demo": ("demo", "Fill a store with what ships with Twintown, and serve it."),
    "ingest": ("ingest", "Read documents: files, folders, web addresses, sitemaps, feeds, tables."),
    "documents": ("ingest", "List the documents the store holds."),
    "show": ("ingest", "Show what is known about a document."),
    "forget": ("ingest", "Forget a document, or a person."),
    "extract": ("extract", "Write what is read of documents as records."),
    "eval": ("extract", "Compare what is read with labelled records."),
    "explain": ("extract", "Show every claim about a document, and why it was made."),
    "serve": ("serve", "Serve the pages and the API on this machine."),
    "search": ("search", "Search passages and entities by meaning and by words."),
    "similar": ("search", "Show passages of other documents near one in meaning."),
    "suggest": ("search", "Suggest entities by the beginning of a name."),
    "entity": ("graph", "Show an entity with its facts, each with the sentences it rests on."),
    "replications": ("graph", "Show who took over what from whom, step after step."),
    "questions": ("graph", "List the questions the store can be asked."),
    "review": ("graph", "Go through pairs of entities that may be the same."),
    "judge": ("graph", "Say that two entities are the same or different, a statement wrong or confirmed."),
    "reembed": ("search", "Make the vectors of search anew, after a change of model."),
    "eval-search": ("search", "Measure search on questions whose page is known."),
    "stats": ("store", "Count what the store holds."),
    "doctor": ("store", "Check the store, and say what mends what is wrong."),
    "export": ("store", "Write the whole store as JSON lines."),
    "import": ("store", "Fill an empty store from an export."),
    "move": ("move", "Copy a whole store into another home: from a file to a Neo4j server, or back."),
    "backup": ("store", "Copy the store while others read and write."),
}

_ABOUT: Final = "What worked in towns like yours: pilots, replications and lessons, each with the sentence it rests on."


def overview() -> str:
    """Return the help of `twintown` itself."""
    width = max(map(len, COMMANDS), default=0)
    lines = [f"  {name:<{width}}  {about}" for name, (_, about) in COMMANDS.items()]
    return "\n".join(
        [
            "Usage: twintown COMMAND [OPTIONS] [ARGUMENTS]",
            "",
            _ABOUT,
            "",
            "Commands:",
            *lines,
            "",
            "`twintown COMMAND --help` tells more. `twintown --version` names the version.",
        ]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code (api/errors.py)."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    # Answered before anything is imported: help is asked for often, and Typer alone takes a fifth of a second.
    if given in ([], ["--help"], ["-h"], ["help"]):
        print(overview())
        return 0
    if given == ["--version"]:
        from importlib.metadata import version

        print(f"twintown {version('twintown')}")
        return 0
    from api.program import run

    return run(given)


if __name__ == "__main__":
    sys.exit(main())
