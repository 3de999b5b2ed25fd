"""Places: what the gazetteer finds (graph/places.py), and districts and regions that it lacks but that the text calls so."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from graph.mentions import given_names
from ingest.claim import Claim, Mention
from ingest.context import Context
from ingest.extract import Extractor
from ingest.names import accepted, raw_places, words

NAME: Final = "places"
# A country or town inside the name of a body says where the body sits, and is not what the text is about.
_BODY_BEFORE: Final = re.compile(r"\b(?:UNDP|UNICEF|GIZ|WWF|WaterAid|Lab|Office|Embassy|Government|Ministry|Bank)(?: in| of)? $")
_ADDRESS: Final = re.compile(r"\b(?:P\.? ?O\.? ?Box|address|Tel|Fax|Phone|E-?mail)\b[^\n]{0,80}$|@[\w.-]*$", re.IGNORECASE)
_CAPITAL: Final = r"[A-ZÀ-ÞĀ-Ž][\wÀ-ž’'-]+(?:[ -](?:(?:de|del|da|do|di|la|van|der|zu) )?[A-ZÀ-ÞĀ-Ž][\wÀ-ž’'-]+){0,2}"
_UNLISTED: Final = re.compile(
    rf"(?P<after>{_CAPITAL})(?:[’']s)? (?P<word>district|neighbou?rhood|quarter|township|ward|borough"
    rf"|suburb|[Pp]rovince|[Rr]egion"
    r"|[Dd]istrict|[Cc]ounty|village|area|site|island)\b"
    rf"|\b(?P<lead>district|neighbou?rhood|quarter|township|Stadtteil|Bezirk|Quartier|Viertel|quartier|barrio|distrito|quartiere"
    rf"|dzielnic\w*|bairro|region|province|wijk)(?: of| de| d[’']| di| von)? (?P<before>{_CAPITAL})"
)  # fmt: skip
_COMPOUND: Final = re.compile(r"-[A-ZÀ-Þ][\wà-ž]{3,}(?:/[A-ZÀ-Þ][\wà-ž]{3,})?(?![\w-])")
_REGIONS: Final = frozenset({"province", "region", "county", "island"})
_NOT_PLACES: Final = words(
    "the this that each every any our your their its his new old whole same other city urban rural smart lighthouse european "
    "fellow pilot project energy low-carbon target model inner central northern southern eastern western business federal "
    "municipal local regional national innovation historic industrial residential congested demonstration action knowledge "
    "university heating positive special tourist arab andean steering member united in from for all both north south east west"
)


@dataclass(frozen=True, slots=True)
class Spot:
    """A mention of a place in the cleaned text."""

    start: int
    end: int
    mention: Mention
    level: str
    confidence: float
    why: str


def places(context: Context) -> Iterator[Claim]:
    """Yield names, spellings, countries and levels of places."""
    listed = list(_listed(context))
    listed = [*listed, *_compounds(context, listed)]
    spots = sorted([*listed, *_unlisted(context, listed)], key=lambda spot: (spot.start, -spot.end))
    shown: set[tuple[str, str, str]] = set()
    at = -1
    for spot in spots:
        if spot.start < at:
            continue
        at = spot.end
        yield context.named(spot.mention, spot.start, spot.end, extractor=NAME, confidence=spot.confidence, why=spot.why)
        surface = context.text[spot.start : spot.end]
        facts = [("level", spot.level), ("country", spot.mention.country)]
        if surface != spot.mention.name:
            facts.append(("alias", surface))
        for predicate, value in facts:
            key = (spot.mention.external or spot.mention.name, predicate, value)
            if value and key not in shown:
                shown.add(key)
                yield context.claim(
                    spot.mention,
                    predicate,
                    value,
                    spot.start,
                    spot.end,
                    extractor=NAME,
                    confidence=spot.confidence,
                    why=spot.why,
                )


def _listed(context: Context) -> Iterator[Spot]:
    blocked = [(found.start, found.end) for found in (*context.of("project"), *context.of("programme"))]
    names = accepted(context)
    people = [span for name in names if name.kind == "person" for span in name.spans]
    bodies = [span for name in names if name.kind == "organisation" for span in name.spans]
    for found in raw_places(context):
        if _covered(blocked, found.start, found.end) or _covered(people, found.start, found.end):
            continue
        before = context.text[max(0, found.start - 90) : found.start]
        if _BODY_BEFORE.search(before) or _ADDRESS.search(before):
            continue
        whole = [span for span in bodies if span[0] <= found.start and found.end <= span[1]]
        # "University of X" tells of no place; "City of X", "X City Council" do.
        if found.inside or (whole and not _municipal(context.text[whole[0][0] : whole[0][1]])):
            continue
        place = found.place
        yield Spot(
            found.start,
            found.end,
            mention_of(place, context.text[found.start : found.end]),
            place.level,
            0.5 + 0.5 * found.score,
            found.reason,
        )


def mention_of(place: Any, surface: str = "") -> Mention:
    """Return the mention of a place of the gazetteer."""
    external = place.id.partition(":")[2] if "-" in place.id else ""
    return Mention(kind="place", name=place.name, surface=surface, external=external, country=place.country)


def _municipal(name: str) -> bool:
    return bool(
        re.match(r"(?:City|Town|Municipality|Stadt|Ville|Comune|Ayuntamiento|Mairie|Municipal|Region|Gmina|Mayor)\b", name)
        or re.search(r"\b(?:Council|Municipality|City|Metropol\w+)$", name)
    )


def _compounds(context: Context, listed: list[Spot]) -> Iterator[Spot]:
    """Yield quarters written as a compound of a place and another name: Lyon-Confluence, Neuaubing-Westkreuz/Freiham."""
    for spot in listed:
        found = _COMPOUND.match(context.text, spot.end)
        if not found or spot.level not in {"city", "district"} or re.search(r"[\w-]$", context.text[: spot.start][-1:]):
            continue
        name = context.text[spot.start : found.end()]
        parts = [other for other in listed if spot.end < other.start < found.end()]
        if any(other.level == "city" and other.mention.name.casefold() not in name.casefold() for other in parts):
            continue
        mention = Mention(kind="place", name=name, surface=name, country=spot.mention.country)
        yield Spot(spot.start, found.end(), mention, "district", 0.65, "a compound of a place and another name")


def _unlisted(context: Context, listed: list[Spot]) -> Iterator[Spot]:
    """Yield districts and regions by the word beside them, unless the gazetteer has them."""
    country = _country(listed)
    blocked = [(found.start, found.end) for found in (*context.of("project"), *context.of("programme"))]
    people = [span for name in accepted(context) if name.kind == "person" for span in name.spans]
    found_names: dict[str, str] = {}
    for sentence in context.sentences:
        for found in _UNLISTED.finditer(sentence.text):
            group = "after" if found["after"] else "before"
            name = re.sub(r"^(?:(?:The|In|From|At|Of)\s+|.*[’']s\s+)", "", found[group])
            word = (found["word"] or found["lead"]).casefold()
            region = word in _REGIONS
            loose = word in {"area", "site"} and "-" not in name  # "the Hikari site" may be anything; a compound is a quarter
            if loose or _no_place(name) or (country == "" and not listed):
                continue
            start = sentence.start + found.end(group) - len(name)
            end = sentence.start + (
                found.end("word") if region and found["word"] and found["word"][0].isupper() else found.end(group)
            )
            if _covered(blocked, start, end) or _covered(people, start, end):
                continue
            inside = [spot for spot in listed if spot.start < end and start < spot.end]
            if inside and (
                not (region and end - start > len(name)) or any(spot.level in {"region", "country"} for spot in inside)
            ):
                continue  # the gazetteer knows it
            found_names[context.text[start:end]] = "region" if region else "district"
    # Once called a district, a name is one everywhere in the text.
    for name, level in found_names.items():
        for found in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", context.text):
            yield Spot(
                found.start(),
                found.end(),
                Mention(kind="place", name=name, surface=name, country=country),
                level,
                0.6,
                f"called a {level} in the text",
            )


def _no_place(name: str) -> bool:
    words = name.split()
    return words[0].casefold() in _NOT_PLACES or words[0].casefold() in given_names() or name.isupper()


def _country(listed: list[Spot]) -> str:
    """Return the country most of the places lie in."""
    counted = Counter(spot.mention.country for spot in listed if spot.mention.country)
    return counted.most_common(1)[0][0] if counted else ""


def _covered(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    return any(first < end and start < last for first, last in spans)


EXTRACTOR = Extractor(name=NAME, version="1", run=places, after=("programmes", "projects"))
