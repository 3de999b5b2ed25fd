"""Quotes with their speaker: words in quotation marks, and the person named beside them with or without a word of speech."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ingest.claim import Claim, Mention
from ingest.context import Context, Found
from ingest.extract import Extractor
from ingest.names import SPEECH

NAME: Final = "quotes"
_QUOTED: Final = re.compile(
    r"“(?P<a>[^“”]{15,1200}?)”|„(?P<b>[^„“”]{15,1200}?)[“”]|«\s?(?P<c>[^«»]{15,1200}?)\s?»"
    r"|(?<!\w)\"(?P<d>[^\"\n]{15,1200}?)\"|(?<!\w)[‘'](?P<e>[^‘’\n]{40,1200}?)[’'](?!\w)"
)
_SPEECH: Final = re.compile(rf"\b(?:{SPEECH}|according to|laut|selon|según|secondo)\b", re.IGNORECASE)

_LED: Final = re.compile(r"\b(?:led|moderated|chaired|facilitated|opened|introduced|hosted) by\b", re.IGNORECASE)


def quotes(context: Context) -> Iterator[Claim]:
    """Yield what people are quoted with: words, speaker, and the event the document tells of."""
    event = next(iter(context.of("event")), None)
    if event is not None:
        yield from _leaders(context, event)
    matches = list(_QUOTED.finditer(context.text))
    for number, match in enumerate(matches):
        words = " ".join((match[match.lastgroup or 0] or "").split())
        if len(words.split()) < 5:
            continue
        low = matches[number - 1].end() if number else 0
        high = matches[number + 1].start() if number + 1 < len(matches) else len(context.text)
        speaker, end, confidence, why = _speaker(context, match.start(), match.end(), low, high)
        if speaker is None:
            continue
        quote = Mention(kind="quote", name=_short(words), surface=match.group(), parts=(speaker.mention, words))
        start, stop = min(match.start(), speaker.start), max(match.end(), end)
        yield context.claim(quote, "words", words, match.start(), match.end(), extractor=NAME, confidence=confidence, why=why)
        yield context.claim(quote, "said_by", speaker.mention, start, stop, extractor=NAME, confidence=confidence, why=why)
        if event is not None and event.start < match.start():
            yield context.claim(
                quote, "said_at", event.mention, start, stop, extractor=NAME, confidence=0.6, why="told in a report on it"
            )
            yield context.claim(
                speaker.mention,
                "spoke_at",
                event.mention,
                start,
                stop,
                extractor=NAME,
                confidence=0.6,
                why="quoted in a report on it",
            )


def _leaders(context: Context, event: Found) -> Iterator[Claim]:
    """Who led or chaired a meeting had a part in it as well as those who are quoted."""
    for sentence in context.sentences:
        led = _LED.search(sentence.text) if sentence.start >= event.start else None
        if led is None:
            continue
        for person in context.within(sentence, "person"):
            if person.start - sentence.start >= led.end():
                yield context.claim(
                    person.mention,
                    "spoke_at",
                    event.mention,
                    sentence.start,
                    sentence.end,
                    extractor=NAME,
                    confidence=0.6,
                    why="led a part of it",
                )


def _speaker(context: Context, start: int, end: int, low: int, high: int) -> tuple[Found | None, int, float, str]:
    """Return the person after the quote in its paragraph, else before it; a word of speech makes it surer."""
    text = context.text
    line_end = text.find("\n", end)
    stop = min(high, end + 260, line_end if line_end >= 0 else len(text))
    after = context.of("person", end, stop)
    if after:
        between = text[end : after[0].start]
        tail = text[after[0].end : min(stop, after[0].end + 160)]
        if len(between) < 90 and not re.search(r"[.!?]\s+[A-Z]", between.lstrip(".,!? ")):
            spoken = bool(_SPEECH.search(between) or _SPEECH.search(tail))
            return (
                after[0],
                after[0].end,
                0.9 if spoken else 0.7,
                "named after the quote" + (", with a word of speech" if spoken else ""),
            )
    line_start = max(text.rfind("\n", 0, start) + 1, low, start - 260)
    before = context.of("person", line_start, start)
    if before:
        between = text[before[-1].end : start]
        if _SPEECH.search(between) or between.rstrip().endswith(":"):
            return before[-1], end, 0.85, "named before the quote, with a word of speech"
    return None, end, 0.0, ""


def _short(words: str) -> str:
    return words if len(words) <= 80 else words[:77].rsplit(" ", 1)[0] + " …"


EXTRACTOR = Extractor(name=NAME, version="1", run=quotes, after=("people", "events"))
