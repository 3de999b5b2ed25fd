"""Errors on their way out: the only place that knows exit codes."""

from __future__ import annotations

from typing import Final

from graph.errors import InvalidRecord, MissingModel, NotFound, StoreError, TwintownError

DONE: Final = 0
PROBLEMS: Final = 1
USAGE: Final = 2
INTERRUPTED: Final = 130

# The first class that fits decides, so a subclass comes before its base.
_CODES: Final = ((NotFound, 3), (StoreError, 4), (InvalidRecord, 5), (MissingModel, 6))

EXIT_CODES: Final = {
    DONE: "done",
    PROBLEMS: "done, and problems were found (doctor), documents could not be used (ingest), or another error",
    USAGE: "the command was called wrongly",
    3: "nothing is kept under this id, address or name",
    4: "the store cannot do this now: busy, full, missing or not a store",
    5: "what was given cannot be used: a bad date, id or record",
    6: "a model or a data package is not installed",
    INTERRUPTED: "interrupted with Ctrl-C; what was acknowledged is kept",
}


def exit_code(error: TwintownError) -> int:
    """Return the exit code for an error; docs/commands.md lists them."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), PROBLEMS)
