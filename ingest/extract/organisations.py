"""Organisations with their kind: well-known bodies, head words and legal forms in several languages, and how names are used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from graph.model import normalise_name
from ingest.claim import Claim, Mention
from ingest.context import Context
from ingest.extract import Extractor
from ingest.names import ORGANISATION_HEADS, accepted, bodies, raw_places

NAME: Final = "organisations"
# Asked in this order: "City University" is a university, "Department of City Planning" of a city its own.
_KINDS: Final = ("university", "municipality", "ngo", "network", "public body", "company", "other")
_HEADS: Final = {kind: re.compile(rf"(?<!\w)(?:{ORGANISATION_HEADS[kind]})(?!\w)") for kind in _KINDS}
_CITY: Final = re.compile(
    r"(?:City|city|Town|Municipality|Borough|Stadt|Ville|Comune|Ayuntamiento|Mairie|Gmina|Miasto) (?:of|de|di|da|von|d[’'])?"
)
_ACRONYM: Final = re.compile(r" ?\((?P<short>[A-ZÀ-Þ][\w&.+-]{1,11})\)")


def organisations(context: Context) -> Iterator[Claim]:
    """Yield names, acronyms and kinds of organisations."""
    taken = [(found.start, found.end) for kind in ("project", "programme") for found in context.of(kind)]
    for name in accepted(context):
        if name.kind != "organisation":
            continue
        body = bodies().get(name.key)
        shown = body.name if body and (len(name.text) > 3 or name.text.isupper()) else name.text
        mention = Mention(kind="organisation", name=shown, surface=name.text, country=_country(context, name.spans))
        fresh = True
        for start, end in name.spans:
            if any(first < end and start < last for first, last in taken):
                continue
            yield context.named(mention, start, end, extractor=NAME, confidence=name.chance, why=name.why)
            yield from _spellings(context, mention, start, end, name.chance)
            if fresh:
                kind = body.kind if body else kind_of_name(name.text)
                yield context.claim(
                    mention, "kind", kind, start, end, extractor=NAME, confidence=0.8 * name.chance, why=f"words of a {kind}"
                )
                if mention.country:
                    yield context.claim(
                        mention, "country", mention.country, start, end, extractor=NAME, confidence=0.8, why="a place in its name"
                    )
                fresh = False


def kind_of_name(name: str) -> str:
    """Return the kind that the words of a name tell, `company` where they tell nothing."""
    if _CITY.match(name):
        return "municipality"
    return next((kind for kind in _KINDS if _HEADS[kind].search(name)), "company")


def _spellings(context: Context, mention: Mention, start: int, end: int, confidence: float) -> Iterator[Claim]:
    surface = context.text[start:end]
    if surface != mention.name:
        yield context.claim(mention, "alias", surface, start, end, extractor=NAME, confidence=confidence, why="as written here")
    short = _ACRONYM.match(context.text, end, end + 20)
    if short and stands_for(short["short"], surface):
        yield context.claim(
            mention, "alias", short["short"], start, short.end(), extractor=NAME, confidence=0.9, why="acronym in brackets"
        )


def stands_for(short: str, name: str) -> bool:
    """Tell whether an acronym can stand for a name: its letters begin words of the name, in order, the first one the first."""
    letters = [letter for letter in normalise_name(short) if letter.isalnum()]
    words = normalise_name(name).split()
    if len(letters) < 2 or not words or letters[0] != words[0][0]:
        return False
    at = 0
    for letter in letters:
        while at < len(words) and words[at][0] != letter:
            at += 1
        if at == len(words):
            return len(set(letters) - {word[0] for word in words}) <= len(letters) // 3
        at += 1
    return True


def _country(context: Context, spans: tuple[tuple[int, int], ...]) -> str:
    for start, end in spans[:3]:
        for found in raw_places(context, start, end):
            return str(found.place.country)
    return ""


EXTRACTOR = Extractor(name=NAME, version="1", run=organisations, after=("programmes", "projects", "places"))
