"""Programmes and initiatives: what funds or frames projects, by a list and by the word "initiative" before a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ingest.claim import Claim, Mention
from ingest.context import Context
from ingest.extract import Extractor

NAME: Final = "programmes"

# General knowledge: frame programmes and funds of the EU and of states, with other spellings.
_KNOWN: Final = {
    "Horizon 2020": r"Horizon 2020|H2020|Horizonte 2020|Orizzonte 2020|Horyzont 2020",
    "Horizon Europe": r"Horizon Europe|Horizont Europa|Horizonte Europa",
    "Seventh Framework Programme": r"FP7|7th Framework Programme|Seventh Framework Programme|7\. Forschungsrahmenprogramm",
    "URBACT": r"URBACT(?: (?:IV|III|II))?",
    "Interreg": r"(?:Interreg|INTERREG)(?: [A-Z][\w-]+(?: Europe)?)?",
    "CIVITAS": (
        r"CIVITAS(?= (?:initiative|programme|network|projects?|cities|forum)\b)|(?:initiative|programme"
        r"|réseau|Netzwerk) CIVITAS"
    ),
    "LIFE": r"LIFE(?= programme\b)|(?<=programme )LIFE",
    "Erasmus+": r"Erasmus\+",
    "COSME": r"COSME",
    "Connecting Europe Facility": r"Connecting Europe Facility",
    "ELENA": r"ELENA(?= (?:facility|programme)\b)",
    "Creative Europe": r"Creative Europe",
    "Digital Europe Programme": r"Digital Europe(?: Programme)?",
    "Urban Innovative Actions": r"Urban Innovative Actions",
    "European Urban Initiative": r"European Urban Initiative",
    "100 Climate-Neutral and Smart Cities": r"100 Climate[- ]Neutral and Smart Cities(?: Mission)?",
    "European City Facility": r"European City Facility",
    "Smart Cities and Communities": r"Smart Cities and Communities(?= (?:programme|call|lighthouse)\b)",
}
_LIST: Final = re.compile(
    r"(?<!\w)(?:" + "|".join(f"(?P<k{n}>(?:{words}))" for n, words in enumerate(_KNOWN.values())) + r")(?!\w)"
)
_NAMES: Final = tuple(_KNOWN)
_CAPITALS: Final = r"[A-ZÀ-Þ][\w’'&+-]*(?:[ -](?:of |for |and |de |du |des |la |für )?[A-ZÀ-Þ0-9][\w’'&+-]*){0,5}"
_INITIATIVE: Final = re.compile(
    r"\b(?:[Ii]nitiatives?|[Ii]nitiativen?|[Ii]niciativas?|[Ii]niziativ[ae]|[Ii]nicjatyw[ay])"
    rf"(?: (?:on|called|named|known as|namens|intitulée?|llamada|chiamata))? [“\"‘„«]?(?P<name>{_CAPITALS})"
)
_FOLLOWS: Final = re.compile(r" (?:Leaders?|Co-?ordinators?|Members?|Partners?|Project|Programme)$")


def programmes(context: Context) -> Iterator[Claim]:
    """Yield names of programmes; an initiative that is named so is one as well."""
    for found in _LIST.finditer(context.text):
        mention = Mention(kind="programme", name=_NAMES[int((found.lastgroup or "k0")[1:])], surface=found.group())
        yield from _said(context, mention, found.start(), found.end(), 0.95, "known programme")
    for sentence in context.sentences:
        for found in _INITIATIVE.finditer(sentence.text):
            name = _FOLLOWS.sub("", found["name"]).strip(" -")
            if name.casefold() in {"leaders", "leader", "partners", "eu", "european union", "the"} or _LIST.search(name):
                continue
            start = sentence.start + found.start("name")
            mention = Mention(kind="programme", name=name, surface=name)
            yield from _said(context, mention, start, start + len(name), 0.8, 'the word "initiative" before it')


def _said(context: Context, mention: Mention, start: int, end: int, confidence: float, why: str) -> Iterator[Claim]:
    yield context.named(mention, start, end, extractor=NAME, confidence=confidence, why=why)
    if mention.surface != mention.name:
        yield context.claim(mention, "alias", mention.surface, start, end, extractor=NAME, confidence=confidence, why=why)


EXTRACTOR = Extractor(name=NAME, version="1", run=programmes)
