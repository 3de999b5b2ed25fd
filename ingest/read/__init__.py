"""Readers: one module for each format, chosen by what a file holds and not by what it is called.

`read(source)` yields documents (`Read`) and what could not be used (`Skipped`). Adding a format is a module here with
`read(source, limits)`, a line in READERS, a way for `kind_of` to know it, and a test.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Final

from graph.errors import InvalidRecord
from ingest.errors import SkipDocument
from ingest.read.base import Limits, Read, Skipped, Source
from ingest.read.kind import kind_of

READERS: Final[dict[str, str]] = {
    "pdf": "PDF",
    "docx": "Word",
    "pptx": "PowerPoint",
    "html": "web page",
    "mail": "mail message",
    "jsonl": "JSON lines",
    "table": "table",
    "plain": "text",
}
VERSION: Final = "2"  # a new number makes every file be read again


def read(source: Source, limits: Limits | None = None) -> Iterator[Read | Skipped]:
    """Yield the documents of a source; what cannot be used becomes a Skipped with the reason and raises nothing."""
    limits = limits or Limits()
    try:
        kind, notes = kind_of(source, limits)
        for found in import_module(f"ingest.read.{kind}").read(source, limits):
            yield _noted(found, notes)
    except (SkipDocument, InvalidRecord) as error:
        yield Skipped(address=source.address, reason=str(error))
    except MemoryError:
        yield Skipped(
            address=source.address,
            reason=f"reading it takes more memory than the limit of {limits.memory / 1e9:.1f} GB; split it",
        )
    except RecursionError:
        yield Skipped(address=source.address, reason="damaged or hostile: its parts are nested too deeply")
    except Exception as error:  # noqa: BLE001 - libraries raise anything on a broken file; it costs only this one
        yield Skipped(address=source.address, reason=_damage(error))


def _damage(error: Exception) -> str:
    said = " ".join(f"{type(error).__name__} {error}".split())
    if "amplification" in said or "EntitiesForbidden" in said:
        return "XML entities in it that multiply (an attack); not read. Where you trust it, save it anew without them"
    return f"damaged ({said[:120]}); get it again, or save it anew in the program it was made with"


def _noted(found: Read | Skipped, notes: tuple[str, ...]) -> Read | Skipped:
    if isinstance(found, Skipped) or not notes:
        return found
    from dataclasses import replace

    return replace(found, document=replace(found.document, notes=(*found.document.notes, *notes)))
