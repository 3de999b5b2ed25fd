"""Projects: names of the register, and names that cue words, shape and repetition speak for (ingest/names.py).

Words that are projects too (IRIS, RESPONSE, READY) count in capitals only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from graph.model import normalise_name
from ingest.claim import Claim, Mention
from ingest.context import Context
from ingest.extract import Extractor
from ingest.names import Name, accepted

NAME: Final = "projects"
_GRANT: Final = re.compile(
    r"(?:grant(?: agreement)?|GA|Finanzhilfe\w*|Fördernummer|subvención|subvention|convention|grant agreement)"
    r"\s*(?:no\.?|nr\.?|number|n[°º.]|#)?:?\s*(?P<number>\d{6,9})\b|\((?P<alone>[3-9]\d{5}|101\d{6})\)",
    re.IGNORECASE,
)


def projects(context: Context) -> Iterator[Claim]:
    """Yield names, spellings and grant numbers of projects."""
    taken: list[tuple[int, int]] = [(found.start, found.end) for found in context.of("programme")]
    spots: list[tuple[int, int, Mention]] = []
    for start, end, mention in _known(context):
        if not _overlaps(taken, start, end):
            taken.append((start, end))
            spots.append((start, end, mention))
            yield from _said(context, mention, start, end, 0.95, "a project of the register")
    for name in accepted(context):
        spans = [(start, end) for start, end in name.spans if not _overlaps(taken, start, end)]
        if name.kind != "project" or not spans:
            continue
        taken += spans
        mention = _mention(name)
        for start, end in spans:
            spots.append((start, end, mention))
            yield from _said(context, mention, start, end, name.chance, name.why)
    yield from _grants(context, sorted(spots, key=lambda spot: spot[0]))


def _mention(name: Name) -> Mention:
    text = re.sub(r"\s+(?:projects?|Projekt|Project)$", "", name.text)
    return Mention(kind="project", name=text, surface=name.text)


def _said(context: Context, mention: Mention, start: int, end: int, confidence: float, why: str) -> Iterator[Claim]:
    yield context.named(mention, start, end, extractor=NAME, confidence=confidence, why=why)
    surface = context.text[start:end]
    if surface != mention.name:
        yield context.claim(mention, "alias", surface, start, end, extractor=NAME, confidence=confidence, why=why)


def _grants(context: Context, spots: list[tuple[int, int, Mention]]) -> Iterator[Claim]:
    """A grant number belongs to the project named shortly before it in its sentence."""
    for found in _GRANT.finditer(context.text):
        sentence = context.sentence_at(found.start())
        before = [spot for spot in spots if sentence.start <= spot[0] and 0 <= found.start() - spot[1] <= 160]
        if before:
            number = found["number"] or found["alone"]
            yield context.claim(
                before[-1][2],
                "grant",
                number,
                sentence.start,
                sentence.end,
                extractor=NAME,
                confidence=0.85,
                why="a grant number after the name",
            )


def _known(context: Context) -> Iterator[tuple[int, int, Mention]]:
    register = context.tools.register
    if register is None:
        return
    pattern, table = _table(register)
    for found in pattern.finditer(context.text):
        project, exact = table[normalise_name(found.group()).replace(" ", "")]
        surface = found.group()
        if surface.islower() or (exact and surface not in exact):
            continue
        external = project.id.partition(":")[2] if "-" in project.id else ""
        yield found.start(), found.end(), Mention(kind="project", name=project.name, surface=surface, external=external)


@lru_cache(maxsize=2)
def _table(register: Any) -> tuple[re.Pattern[str], dict[str, tuple[Any, tuple[str, ...]]]]:
    """Return one pattern for all names, and by folded name the project and the spellings allowed (empty: any with capitals)."""
    table: dict[str, tuple[Any, tuple[str, ...]]] = {}
    words: list[str] = []
    for project in register.known_projects():
        for name in (project.name, *project.aliases):
            # One plain word could be meant as a word; two words, or a shape no word has, could not.
            plain = name.isalpha() and (name.isupper() or name.istitle())
            table.setdefault(normalise_name(name).replace(" ", ""), (project, (name,) if plain else ()))
            words.append(r"[ -]?".join(re.escape(part) for part in re.split(r"[ -]", name)))
    words.sort(key=len, reverse=True)
    return re.compile(r"(?<![\w+])(?:" + "|".join(words) + r")(?!\w)", re.IGNORECASE), table


def _overlaps(taken: list[tuple[int, int]], start: int, end: int) -> bool:
    return any(first < end and start < last for first, last in taken)


EXTRACTOR = Extractor(name=NAME, version="1", run=projects, after=("programmes",))
