"""Events: names that end in a word for one, or carry it with a year; their date and place from the text around them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from graph.errors import InvalidRecord
from graph.model import check_date
from ingest.alternatives import by_letter
from ingest.claim import Claim, Mention
from ingest.context import Context, Sentence
from ingest.extract import Extractor

NAME: Final = "events"
_WORDS: Final = (
    r"Forum|Conference|Congress|Summit|Workshop|Seminar|Webinar|Symposium|Expo|Exhibition|Festival|Week"
    r"|Days?|Awards?|Meeting|BarCamp|Hackathon"
    r"|General Assembly|Kick-?off|Study Visit|Round ?[Tt]able|Masterclass|Konferenz|Kongress|Tagung|Messe"
    r"|Forum|Conférence|Congrès|Colloque|Atelier"
    r"|Assises|Conferencia|Congreso|Jornadas?|Feria|Taller|Conferenza|Congresso|Convegno|Fiera"
    r"|Konferencja|Kongres|Targi|Conferência"
)
_NAMED: Final = re.compile(
    rf"(?P<name>(?:(?:[A-ZÀ-Þ][\w’'&+-]*|\d{{4}}|\d+(?:st|nd|rd|th)|of|for|on|and|the|in|de|du|für|der|la"
    rf"|del|#\w+)[ -]){{0,9}}?(?:(?:[A-ZÀ-Þ][\w’'&+-]*|\d{{4}}) )(?:{_WORDS})(?: (?:World )?(?:Congress"
    rf"|Conference|Forum))?(?: (?:19|20)\d\d)?)(?!\w)"
)
_SESSION: Final = re.compile(
    r"^(?:Parallel |Plenary |Opening |Closing |Break-?out )?(?:Session|Workshop|Track|Panel|Round ?table)\b[ \w]{0,12}$",
    re.IGNORECASE,
)
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january januar janvier enero gennaio stycznia janeiro", "february februar février febrero febbraio lutego fevereiro",
            "march märz mars marzo marca março", "april avril abril aprile kwietnia", "may mai mayo maggio maja maio",
            "june juni juin junio giugno czerwca junho", "july juli juillet julio luglio lipca julho",
            "august août agosto sierpnia", "september septembre septiembre settembre września setembro",
            "october oktober octobre octubre ottobre października outubro", "november novembre noviembre listopada novembro",
            "december dezember décembre diciembre dicembre grudnia dezembro",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH: Final = by_letter("|".join(sorted(_MONTHS, key=len, reverse=True)))
_DATE: Final = re.compile(
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?(?:\s*(?:[-–/&]|and|to|und|et|y|e)\s*(?P<last>\d{{1,2}})(?:st"
    rf"|nd|rd|th|\.)?)?(?: of| de)? (?P<month>{_MONTH}),?(?: de)?(?: (?P<year>(?:19|20)\d\d))?"
    rf"|(?P<month2>{_MONTH}) (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?(?:\s*[-–]\s*(?P<last2>\d{{1,2}}))?,? (?P<year2>(?:19|20)\d\d)",
    re.IGNORECASE,
)
_HELD: Final = re.compile(r"\b(?:in|at|nach|à|en|a|w|hosted by|held in|place in) (?:the )?(?:[A-Z][\w-]+ ){0,2}$")
_EMPTY: Final = re.compile(r"^(?:(?:The|This|A|An|On|In|At|For|And|Of|First|Second|Third|Last|Next|Annual|Our)[ -])+")


@dataclass(frozen=True, slots=True)
class _When:
    start: int
    end: int
    first: str
    last: str


def events(context: Context) -> Iterator[Claim]:
    """Yield events with dates and places, and sessions as parts of them."""
    dates = list(_dates(context))
    found = list(_named(context))
    main: tuple[Mention, Sentence] | None = None
    for start, end, name, sentence in found:
        when = _nearest(context, dates, start, sentence)
        mention = Mention(kind="event", name=name, surface=context.text[start:end], parts=(name, when.first if when else ""))
        if main is None and (sentence.index < 4 or sentence.is_heading):
            main = (mention, sentence)
        yield context.named(mention, start, end, extractor=NAME, confidence=0.7, why="a word for a meeting in the name")
        yield from _when_and_where(context, mention, sentence, when)
    if main is not None:
        yield from _sessions(context, main[0], dates)


def _named(context: Context) -> Iterator[tuple[int, int, str, Sentence]]:
    taken = [(one.start, one.end) for one in context.found if one.kind in {"project", "person", "programme"}]
    seen: set[str] = set()
    for sentence in context.sentences:
        for match in _NAMED.finditer(sentence.text):
            name = _EMPTY.sub("", match["name"])
            start = sentence.start + match.end("name") - len(name)
            end = start + len(name)
            if len(name.split()) < 2 or any(first < end and start < last for first, last in taken) or name.casefold() in seen:
                continue
            seen.add(name.casefold())
            yield start, end, name, sentence


def _dates(context: Context) -> Iterator[_When]:
    year_of_document = context.document.date[:4]
    for found in _DATE.finditer(context.text):
        year = found["year"] or found["year2"] or year_of_document
        month = _MONTHS[(found["month"] or found["month2"]).lower()]
        day, last = int(found["day"] or found["day2"]), found["last"] or found["last2"]
        if not year or not 1 <= day <= 31:
            continue
        first = _iso(year, month, day)
        if first:
            yield _When(found.start(), found.end(), first, _iso(year, month, int(last)) if last and int(last) > day else "")


def _iso(year: str, month: int, day: int) -> str:
    try:
        return check_date(f"{year}-{month:02}-{day:02}")
    except InvalidRecord:
        return ""


def _nearest(context: Context, dates: list[_When], start: int, sentence: Sentence) -> _When | None:
    inside = [when for when in dates if sentence.start <= when.start < sentence.end]
    if inside:
        return min(inside, key=lambda when: abs(when.start - start))
    if sentence.is_heading or sentence.index < 4:  # the date line of a page stands near its title
        head = [when for when in dates if context.sentence_at(when.start).index <= sentence.index + 2]
        return head[0] if head else None
    return None


def _when_and_where(context: Context, mention: Mention, sentence: Sentence, when: _When | None) -> Iterator[Claim]:
    start, end = sentence.start, sentence.end
    if when is not None:
        spot = context.sentence_at(when.start)
        for predicate, date in (("starts", when.first), ("ends", when.last)):
            if date:
                yield context.claim(
                    mention, predicate, date, spot.start, spot.end, extractor=NAME, confidence=0.75, why="the date near it"
                )
    for place in context.within(sentence, "place"):
        before = context.text[max(sentence.start, place.start - 40) : place.start]
        if place.end <= sentence.end and _HELD.search(before) and place.name not in mention.name:
            yield context.claim(
                mention, "held_in", place.mention, start, end, extractor=NAME, confidence=0.7, why="a place in its sentence"
            )
            return


def _sessions(context: Context, main: Mention, dates: list[_When]) -> Iterator[Claim]:
    """A title that stands beside the event's name, divided from it, or a line "Parallel Session 1", is a part of it."""
    head = [sentence for sentence in context.sentences[:10] if len(sentence) < 200]
    title = next((s for s in head if main.surface in s.text and re.search(r" [/|–-] ", s.text)), None)
    named = next((s for s in head if _SESSION.match(s.text.strip("#>* "))), None)
    name = ""
    spot = named
    if title is not None:
        rest = [part.strip("#>* ") for part in re.split(r" [/|–] | - ", title.text) if main.surface not in part]
        name, spot = (rest[0], title) if rest and len(rest[0]) > 8 else ("", named)
    if spot is None:
        return
    label = named.text.strip("#>* ") if named else ""
    shown = name or label
    when = _nearest(context, dates, spot.start, spot)
    session = Mention(kind="event", name=shown, surface=shown, parts=(shown, when.first if when else "", main.name))
    at = spot.start + spot.text.index(shown)
    yield context.named(session, at, at + len(shown), extractor=NAME, confidence=0.7, why="a title beside the event")
    yield context.claim(
        session, "part_of", main, spot.start, spot.end, extractor=NAME, confidence=0.7, why="a title beside the event"
    )
    if when is not None:
        line = context.sentence_at(when.start)
        yield context.claim(
            session, "starts", when.first, line.start, line.end, extractor=NAME, confidence=0.7, why="the date near it"
        )
    if label and label != shown and named is not None:
        yield context.claim(
            session, "alias", label, named.start, named.end, extractor=NAME, confidence=0.6, why="the line under it"
        )


EXTRACTOR = Extractor(name=NAME, version="1", run=events, after=("programmes", "projects", "places", "organisations", "people"))
