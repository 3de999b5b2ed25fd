"""Fixtures of extraction: the tools, opened once, and a way to read a text of a test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.model import Document
from ingest.context import Context, Tools, prepare
from ingest.extract import read, registry
from ingest.passages import passages
from ingest.tools import open_tools

Reads = Callable[..., Context]

# What needs no embedder: names and what hangs on them.
NAMED = ("programmes", "projects", "places", "organisations", "people", "events", "quotes", "roles")


@pytest.fixture(scope="session")
def tools(cache: Path) -> Tools:
    """Every tool, without the register."""
    return open_tools(cache, register=False)


@pytest.fixture(scope="session")
def known_tools(cache: Path) -> Tools:
    """Every tool, with the register."""
    return open_tools(cache)


@pytest.fixture(scope="session")
def reads(tools: Tools) -> Reads:
    """Read a text with the extractors of names; return the context with what they claim."""

    def run(text: str, *, language: str = "en", title: str = "", tools: Tools = tools) -> Context:
        document = Document(text=text, addresses=("notes/test.txt",), language=language, title=title)
        (context,) = prepare([(document, passages(document))], tools)
        return read(context, [registry()[name] for name in registry() if name in NAMED])

    return run
