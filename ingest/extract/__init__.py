"""Extractors: functions from a context to claims, found by name.

Adding one is one file in this package with an `EXTRACTOR`, and one test. `after` names the extractors whose claims it
reads (`Context.of`, `Context.claims`); order follows from it alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from importlib import import_module
from pkgutil import iter_modules

from ingest.claim import Claim
from ingest.context import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class Extractor:
    """`run` yields claims whose `extractor` is `name`; a new `version` makes documents be read again."""

    name: str
    version: str
    run: Callable[[Context], Iterator[Claim]]
    after: tuple[str, ...] = ()


@cache
def registry() -> Mapping[str, Extractor]:
    """Return every extractor of this package by name, each behind those it reads from."""
    found = {}
    for module in iter_modules(__path__):
        extractor = getattr(import_module(f"{__name__}.{module.name}"), "EXTRACTOR", None)
        if isinstance(extractor, Extractor):
            found[extractor.name] = extractor
    order = TopologicalSorter({name: sorted(set(found[name].after) & set(found)) for name in sorted(found)})
    return {name: found[name] for name in order.static_order()}


def read(context: Context, extractors: Iterable[Extractor] | None = None) -> Context:
    """Run the extractors (default: all) over a context; return it with everything they found."""
    for extractor in registry().values() if extractors is None else extractors:
        context = context.after(tuple(extractor.run(context)))
    return context


def claims(context: Context, extractors: Iterable[Extractor] | None = None) -> list[Claim]:
    """Return the claims of the extractors (default: all) about one document."""
    return list(read(context, extractors).claims)
