"""Words that say how a sentence is meant: denied, doubted, planned, running, done, stopped; in seven languages (cues.toml).

They are looked for in text whose names are masked (`Context.masked`), so that the project REPLICATE is no replication.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from graph.model import Modality, Progress
from ingest.alternatives import by_letter

# Kinds whose names are masked before cues are looked for; names of solutions are plain words and stay.
NAMES: Final = ("project", "programme", "place", "organisation", "person", "event")
_CLAUSE: Final = re.compile(r"[,;:()–—]| but | aber | mais | pero | ma | ale | mas | und | and ", re.IGNORECASE)


@cache
def patterns(section: str) -> Mapping[str, re.Pattern[str]]:
    """Return the expressions of a section of cues.toml by name, each matching whole words in any case."""
    words = tomllib.loads(files("ingest").joinpath("cues.toml").read_text("utf-8"))[section]
    return {name: re.compile(rf"(?<!\w)(?:{by_letter('|'.join(found))})(?!\w)", re.IGNORECASE) for name, found in words.items()}


@lru_cache(maxsize=4096)  # several extractors ask about the same sentence
def modality(text: str, at: int | None = None) -> Modality:
    """Return how a sentence is meant, or the clause of it that holds this offset."""
    start, end = 0, len(text)
    if at is not None:
        for border in _CLAUSE.finditer(text):
            if border.end() <= at:
                start = border.end()
            elif border.start() > at:
                end = border.start()
                break
    clause, cues = text[start:end], patterns("modality")
    if cues["negated"].search(clause):
        return Modality.NEGATED
    return Modality.HEDGED if cues["hedged"].search(clause) else Modality.STATED


def progress_cues(text: str) -> dict[Progress, int]:
    """Return how many cues of each progress a (masked) sentence holds."""
    return {Progress(name): len(pattern.findall(text)) for name, pattern in patterns("progress").items()}
