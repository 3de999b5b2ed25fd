"""People with position and affiliation: accepted names (ingest/names.py), and what stands beside them.

A surname alone ("Klassen stressed") belongs to the one person of that surname in the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from graph.model import normalise_name
from ingest.claim import Claim, Mention
from ingest.context import Context, Found, Sentence
from ingest.extract import Extractor
from ingest.names import ROLE_WORDS, accepted, ends_as_body

NAME: Final = "people"
_TITLE: Final = re.compile(
    r"^(?:(?:Mr|Mrs|Ms|Dr|Prof|Ing|Arch|Mag|Sir|Herr|Frau|Monsieur|Madame|Mme|Eng|H\.E)\.? )+", re.IGNORECASE
)
_POSITION: Final = re.compile(
    rf"^(?:,? ?\(?|, who is |, )(?:the |a |an |our )?(?P<role>(?:[\w&/-]+ ){{0,4}}?(?:{ROLE_WORDS})(?:"
    rf" (?:for|of|in charge of) (?:[a-z]+ |[A-Z][\w&-]+ ){{0,6}}?(?=at |of |from |,|$))?)\b",
    re.IGNORECASE,
)
_ROLE_BEFORE: Final = re.compile(
    rf"(?P<role>(?:[\w-]+ ){{0,2}}(?:{ROLE_WORDS}))[,:]? (?:(?:Mr|Mrs|Ms|Dr|Prof)\.? )*$", re.IGNORECASE
)
_MAYOR_OF: Final = re.compile(
    r"\b(?:[Mm]ayor|[Cc]ouncill?or|[Mm]aire|[Aa]lcalde(?:sa)?|[Ss]indac[oa]"
    r"|(?:[Oo]ber)?[Bb]ürgermeister(?:in)?|[Bb]urmistrz|[Pp]rezydent|[Pp]refeit[oa])\b"
)
_BESIDE: Final = re.compile(
    r" ?[,(] ?(?:the )?(?P<body>[^\W\d_a-z][\w&'’-]*(?: (?:[^\W\d_a-z][\w&'’-]*|of|for|and|de|für)){1,7})(?=[,)])"
)
_BETWEEN: Final = re.compile(
    r"^[\s,(–-]*(?:[\w&/’'-]+[ ,]+){0,12}?(?:of|at|from|for|with|der|von|bei|de|du|del|di|della|z|da|the|within)?[ ]?(?:the )?$"
)
_LABEL: Final = re.compile(r"affiliation", re.IGNORECASE)
_MAIL: Final = re.compile(r"[\w.+-]+@(?P<host>[\w-]+)(?:\.[\w-]+)+")
_MEMBER: Final = re.compile(
    r"\b(?:leaders?|co-?founders?|members?|coordinators?|chairs?|initiators?|partners?|leads?)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Person:
    """A person of this document and every span of the cleaned text that means them."""

    mention: Mention
    spans: tuple[tuple[int, int], ...]
    chance: float
    why: str


def people(context: Context) -> Iterator[Claim]:
    """Yield names, positions, affiliations and memberships of people."""
    for person in _people(context):
        for start, end in person.spans:
            yield context.named(person.mention, start, end, extractor=NAME, confidence=person.chance, why=person.why)
        yield from _positions(context, person)
        yield from _affiliations(context, person)
        yield from _memberships(context, person)


def _people(context: Context) -> list[Person]:
    found: list[Person] = []
    names = [name for name in accepted(context) if name.kind == "person"]
    # Longer names first, so that a surname alone or a slip of the pen finds the full name.
    for name in sorted(names, key=lambda one: (-len(one.text.split()), one.spans[0])):
        text = _TITLE.sub("", name.text)
        full = next((person for person in found if _short_for(text, person.mention.name)), None)
        if full is not None:
            found[found.index(full)] = Person(full.mention, (*full.spans, *name.spans), max(full.chance, name.chance), full.why)
        elif len(text.split()) > 1 or name.chance > 0.6:
            found.append(Person(Mention(kind="person", name=_cased(text), surface=name.text), name.spans, name.chance, name.why))
    return [Person(one.mention, tuple(sorted({*one.spans, *_surnames(context, one)})), one.chance, one.why) for one in found]


def _short_for(text: str, full: str) -> bool:
    short, long = normalise_name(text).split(), normalise_name(full).split()
    return len(short) < len(long) and short[-1:] == long[-1:] and (len(short) == 1 or short[0] == long[0])


def _cased(name: str) -> str:
    return " ".join(word.title() if word.isupper() and len(word) > 3 else word for word in name.split())


def _surnames(context: Context, person: Person) -> Iterator[tuple[int, int]]:
    surname = person.mention.name.split()[-1]
    if len(person.mention.name.split()) < 2 or len(surname) < 4:
        return
    first = min(start for start, _ in person.spans)
    held = [span for name in accepted(context) for span in name.spans]
    for found in re.finditer(rf"(?<![\w-]){re.escape(surname)}(?![\w-])", context.text[first:]):
        start, end = found.start() + first, found.end() + first
        if not any(a < end and start < b for a, b in held):
            yield start, end


def _positions(context: Context, person: Person) -> Iterator[Claim]:
    for start, end in person.spans:
        sentence = context.sentence_at(start)
        after = context.text[end : min(sentence.end, end + 120)]
        before = context.text[max(sentence.start, start - 60) : start]
        found = _POSITION.match(after) or _ROLE_BEFORE.search(before)
        if found:
            role = " ".join(found["role"].split()).strip(" ,")
            if re.match(r"(?:from|of|at|with|by)\b", role):  # "from the Covenant of Mayors" is a body
                continue
            yield context.claim(
                person.mention,
                "position",
                role,
                *_span(sentence),
                extractor=NAME,
                confidence=0.75,
                why="a role word beside the name",
            )
            return


def _affiliations(context: Context, person: Person) -> Iterator[Claim]:
    """The body or town named shortly after the name (or before it, or under a label) is where the person belongs."""
    best: tuple[float, Mention, Sentence, str] | None = None
    for start, end in person.spans:
        for confidence, mention, sentence, why in _candidates(context, start, end):
            if best is None or confidence > best[0]:
                best = (confidence, mention, sentence, why)
    if best is not None:
        confidence, mention, sentence, why = best
        yield context.claim(
            person.mention, "affiliated_with", mention, *_span(sentence), extractor=NAME, confidence=confidence, why=why
        )


def _candidates(context: Context, start: int, end: int) -> Iterator[tuple[float, Mention, Sentence, str]]:
    sentence = context.sentence_at(start)
    near = context.within(sentence, "organisation", "place", "project", "programme")
    people_near = context.within(sentence, "person")
    stop = min([found.start for found in people_near if found.start >= end] or [sentence.end])
    for found in near:
        if not end <= found.start < min(stop, end + 140):
            continue
        between = context.text[end : found.start]
        if re.search(r"[;.!?”\"]", between) or not _BETWEEN.match(between):
            continue
        role = bool(re.search(rf"\b(?:{ROLE_WORDS})\b", between, re.IGNORECASE))
        link = bool(re.search(r"^[ ,(–-]*(?:from|of|at|,|\()|\b(?:of|at|from)(?: the)? $|^, $|^ \($", between))
        if found.kind in {"project", "programme"}:
            if role or re.fullmatch(r" ?[,(] ?(?:the )?", between):
                yield 0.5, _body(found), sentence, "a project right after the name, or a role in it"
        elif found.kind == "organisation" and (role or link):
            yield 0.85 - len(between) / 600, found.mention, sentence, "a body after the name"
        elif found.kind == "place" and (role or re.search(r"\bfrom(?: the)?(?: \w+ of)? ?$", between)):
            yield 0.75 - len(between) / 600, found.mention, sentence, "a place after the name and role"
    beside = _BESIDE.match(context.text, end, min(stop, end + 140))
    if beside and ends_as_body(beside["body"]) and not any(found.start < beside.end() and end < found.end for found in near):
        body = Mention(kind="organisation", name=beside["body"], surface=beside["body"])
        yield 0.5, body, sentence, "what ends in a word for a body, set off by commas after the name"
    before = [found for found in near if found.kind == "organisation" and found.end <= start and start - found.end < 60]
    if before:
        between = context.text[before[-1].end : start]
        if re.search(
            rf"(?:[’']s|\b(?:{ROLE_WORDS})\b|^ ?[,:] ?(?:Mr|Mrs|Ms|Dr)?\.? ?$)", between, re.IGNORECASE
        ) and not re.search(r"[.;]", between):
            yield 0.65, before[-1].mention, sentence, "a body and a role before the name"
    yield from _below(context, start, end, sentence)
    yield from _elsewhere(context, end, sentence)


def _below(context: Context, start: int, end: int, sentence: Sentence) -> Iterator[tuple[float, Mention, Sentence, str]]:
    """A byline: the name alone on its line, and under it a short one with a role and a body."""
    alone = not re.search(r"\w", context.text[sentence.start : start] + context.text[end : sentence.end])
    if not alone or sentence.index + 1 >= len(context.sentences):
        return
    line = context.sentences[sentence.index + 1]
    gap = context.text[sentence.end : line.start]
    if not 0 < gap.count("\n") < 3 or len(line) > 140 or context.within(line, "person"):
        return
    if re.search(rf"\b(?:{ROLE_WORDS})\b", line.text, re.IGNORECASE):
        for found in context.within(line, "organisation")[:1]:
            yield 0.75, found.mention, line, "a role and a body on the line below the name"


def _elsewhere(context: Context, end: int, sentence: Sentence) -> Iterator[tuple[float, Mention, Sentence, str]]:
    for other in context.sentences:
        if _LABEL.search(other.heading) and not other.is_heading:
            for found in context.within(other, "organisation")[:1]:
                yield 0.7, found.mention, other, "under a heading that asks for the affiliation"
    mail = _MAIL.search(context.text, end, min(len(context.text), max(sentence.end, end + 80)))
    if mail and len(mail["host"]) > 3 and mail["host"] not in {"gmail", "yahoo", "hotmail", "outlook", "icloud"}:
        name = mail["host"].replace("-", " ").title()
        yield 0.55, Mention(kind="organisation", name=name, surface=mail["host"]), sentence, "the address of their mail"


def _body(found: Found) -> Mention:
    """Somebody with a role in a project belongs, as far as the text says, to what carries the project's name."""
    return Mention(kind="organisation", name=found.mention.name, surface=found.mention.surface)


def _memberships(context: Context, person: Person) -> Iterator[Claim]:
    """A leader, founder or member of a programme or project named in the same sentence."""
    for start, end in person.spans:
        sentence = context.sentence_at(start)
        for found in context.within(sentence, "programme", "project"):
            low, high = (found.end, start) if found.end <= start else (end, found.start)
            between = context.text[low:high]
            listed = context.text[max(sentence.start, found.start - 90) : found.start] if found.end <= start else between
            if len(between) < 90 and _MEMBER.search(listed) and not re.search(r"[.;”\"]", between):
                yield context.claim(
                    person.mention,
                    "member_of",
                    found.mention,
                    *_span(sentence),
                    extractor=NAME,
                    confidence=0.7,
                    why="a role in it",
                )
                return


def _span(sentence: Sentence) -> tuple[int, int]:
    return sentence.start, sentence.end


EXTRACTOR = Extractor(name=NAME, version="1", run=people, after=("programmes", "projects", "places", "organisations"))
