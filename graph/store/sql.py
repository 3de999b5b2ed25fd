"""Named statements: `-- name: insert_document` (`// name:` in Cypher) begins one, the next name ends it.

No query text lives in Python."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files


@cache
def named(file: str) -> dict[str, str]:
    """Return the statements of graph/store/`file` by name."""
    text = files("graph.store").joinpath(file).read_text("utf-8")
    parts = re.split(r"(?m)^(?:--|//) name: (\w+)\s*$", text)
    return {name: body.strip() for name, body in zip(parts[1::2], parts[2::2], strict=True)}


@cache
def script(file: str) -> str:
    """Return the whole text of graph/store/`file`."""
    return files("graph.store").joinpath(file).read_text("utf-8")
