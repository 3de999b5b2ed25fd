"""Typer under the table of commands: a command's module is imported when the command is called."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module

import typer
from typer.core import TyperGroup
from typer.main import get_group

from api.cli import COMMANDS
from api.errors import DONE, USAGE, exit_code
from graph.errors import TwintownError


def command_group(name: str) -> TyperGroup:
    """Return the commands of one module of api/commands; import it."""
    app: typer.Typer = import_module(f"api.commands.{name}").app
    app.rich_markup_mode = None  # plain help: the same in a pipe, and sooner
    app.pretty_exceptions_enable = False
    return get_group(app)


def run(arguments: Sequence[str]) -> int:
    """Run the command that the first argument names; return the exit code."""
    name, *rest = arguments
    if name == "help":
        name, rest = rest[0], ["--help"]
    if name not in COMMANDS:
        print(_unknown(name), file=sys.stderr)
        return USAGE
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    command = command_group(COMMANDS[name][0]).commands[name]
    try:
        command.main(rest, prog_name=f"twintown {name}")
    except TwintownError as error:
        print(f"twintown: {' '.join(str(error).split())}", file=sys.stderr)
        return exit_code(error)
    except SystemExit as end:  # Typer ends every run so, and has printed what was wrong with the call
        return end.code if isinstance(end.code, int) else DONE
    return DONE


def _unknown(name: str) -> str:
    near = get_close_matches(name, COMMANDS, n=1)
    hint = f"Did you mean {near[0]!r}?" if near else "`twintown --help` lists the commands."
    return f"twintown: there is no command {name!r}. {hint}"
