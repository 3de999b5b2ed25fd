"""Documents become sentences, and sentences become passages of some 40 to 90 words that never cross a heading."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from graph.model import Block, BlockKind, Document, Passage

FEWEST_WORDS: Final = 40
MOST_WORDS: Final = 90
LONGEST_SENTENCE: Final = 1500  # characters; what is longer is a list or a table without full stops, and is cut at a space

Span = tuple[int, int]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Titles stand before a name, so a full stop after one never ends a sentence.
_TITLES: Final = _words(
    "dr prof mr mrs ms mx st ste messrs hon rev gen col lt sgt sen rep gov pres dipl ing mag hr fr frl univ doc dott sig "
    "sigra avv arch geom mme mlle sr sra srta dña dna lic exc ir drs mgr bc rndr phdr doc κ κα dhr mevr"
)
# These stand before a number or a name of a part; before anything else they may end a sentence.
_BEFORE_NUMBER: Final = _words(
    "no nos nr nrs num núm fig figs abb tab tabs art arts arte pág pag p pp s ss vol vols ch chap kap cap sec sect abs ziff "
    "para par eq ex ref lit bd bde ed op n nº č čl str αρ σελ tel t ext ca approx c v jan feb mar apr jun jul aug sep sept "
    "okt oct nov dec dez déc janv févr avr juil ene abr ago dic gen mag giu lug set ott "
)
# These stand inside a sentence; only a word that likes to open sentences shows that one ended here.
_INSIDE: Final = _words(
    "e.g eg i.e ie cf vs viz al incl excl esp resp inst dept est min avg str bzw vgl evtl ggf inkl exkl usw z.b z b d.h "
    "mio mrd tsd mill mln u.a u.ä o.ä z.t s.o s.u i.d.r u.u bspw sog gem lt max mind zzgl ugs ev allg ehem geb rd p.ex p.e "
    "ex env etc et.al éd av pp.ex p.ej ej aprox avda pza ee.uu ecc p.es c.d d.o n.b bijv d.w.z o.a m.b.t t.o.v i.p.v bl.a f.eks "
    "t.ex dvs osv m.m fx tj tzv např atd π.χ κ.λπ κ.ά δηλ u.s u.k e.u u.n d.c ph.d b.sc m.sc a.m p.m"
)
_OPENERS: Final = _words(
    "the this that these those it its in on at for from with when while after before since as if we they he she there here "
    "our their his her a an and but however moreover also today another each all some many such what who how why to by "
    "der die das den dem ein eine es er sie wir in im am auf bei für mit nach seit wenn als auch dies diese dieser dieses "
    "le la les l un une des il elle ils elles nous ce cette ces dans en sur pour avec après depuis quand "
    "el los las una uno este esta estos esto por con para desde cuando lo i gli il lo nel nella questo questa per con "
    "de het een dit deze dat wij zij bij na det den de en et vi i på för från o a os as uma um no na em"
)
# Languages that write an ordinal as a number and a full stop.
_ORDINALS: Final = frozenset(
    ("de", "da", "no", "nb", "nn", "fi", "cs", "sk", "sl", "hr", "sr", "hu", "et", "lv", "is", "pl", "lb")
)

_CLOSERS: Final = r"[\"'”’»›)\]]*(?:\[\d{1,3}\]|[¹²³⁰⁴-⁹])*"
_STOP: Final = re.compile(
    rf"(?P<stop>[.!?…؟۔।]+{_CLOSERS})(?=\s|$)|(?P<wide>[。！？]+[」』”]*)|(?P<greek>[;\u037e·]{_CLOSERS})(?=\s|$)"
)
_BLANK: Final = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")
_NEXT: Final = re.compile(r"\s*[\"'“„«‹‘¿¡(\[]*(?P<word>\w*)")
_BEFORE: Final = re.compile(r"(?<!\w)(?:[^\W\d_]\.?)*[^\W\d_]$|\d+$")
_OPENS_LINE: Final = re.compile(r"\s*(?:[-*•–—▪●○◦‣·#>|+☐☑✓✔]|\(?\d{1,3}[.)]\s|\(?[a-zA-Z][.)]\s)")
_NUMBER_ALONE: Final = re.compile(r"[^\S\n]*(?:[-*•#>]\s*)*\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-zA-Z]|[ivxIVX]{1,5})$")


def sentences(text: str, start: int = 0, end: int | None = None, language: str = "und") -> list[Span]:
    """Return the spans of the sentences of `text[start:end]` in order, without white space around them.

    A blank line always ends a sentence, a line end does unless the text is wrapped by hand there. `language` (ISO 639-1)
    decides about ordinals ("3. Oktober") and the Greek question mark; abbreviations of all languages hold everywhere.
    """
    last = len(text) if end is None else end
    found: list[Span] = []
    for first, stop in _paragraphs(text, start, last):
        for line_start, line_end in _lines(text, first, stop):
            found.extend(_split(text, line_start, line_end, language))
    return found


def _paragraphs(text: str, start: int, end: int) -> Iterator[Span]:
    at = start
    for gap in _BLANK.finditer(text, start, end):
        yield at, gap.start()
        at = gap.end()
    yield at, end


def _lines(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield what belongs together in a paragraph: its lines, joined where they were wrapped at the width of the paragraph."""
    if text.find("\n", start, end) < 0:
        yield start, end
        return
    breaks = [start - 1, *(match.start() for match in re.compile("\n").finditer(text, start, end)), end]
    width = max(after - before - 1 for before, after in pairwise(breaks))
    begin = start
    for before, here, after in zip(breaks, breaks[1:], breaks[2:], strict=False):
        if not _wrapped(text, before + 1, here, after, width):
            yield begin, here
            begin = here + 1
    yield begin, end


def _wrapped(text: str, start: int, here: int, end: int, width: int) -> bool:
    """Tell whether the line end at `here` only wraps: its line is about as wide as its paragraph and the text goes on."""
    if not 40 <= width <= 130 or _OPENS_LINE.match(text, here + 1, end) or text[start : start + 1] in "#|":
        return False
    following = text[here + 1 : end].split(maxsplit=1)
    if not following:
        return False
    too_wide = here - start + 1 + len(following[0]) > width
    return too_wide or (following[0][0].islower() and 2 * (here - start) > width)


def _split(text: str, start: int, end: int, language: str) -> Iterator[Span]:
    begin = start
    for match in _STOP.finditer(text, start, end):
        if match.lastgroup == "greek" and not (language == "el" or text[match.start()] == "\u037e"):
            continue
        if match.end() >= end or match.lastgroup == "wide" or _ends(text, begin, match, end, language):
            yield from _trimmed(text, begin, match.end())
            begin = match.end()
    yield from _trimmed(text, begin, end)


def _ends(text: str, start: int, match: re.Match[str], end: int, language: str) -> bool:
    """Tell whether the stop ends a sentence, by the word before it and the word after it."""
    following = _NEXT.match(text, match.end(), end)
    word = following["word"] if following else ""
    if word[:1].islower():
        return False
    if text[match.start()] != "." or text[match.start() : match.start() + 2] == "..":
        return True
    before = _BEFORE.search(text, max(start, match.start() - 24), match.start())
    if before is None:
        return True
    if match.start() - start < 16 and _NUMBER_ALONE.match(text, start, match.start()):
        return False  # the number of a list item
    token = before.group()
    if token.isdigit():
        return not (len(token) <= 2 and language in _ORDINALS and word[:1].isalpha())
    return _ends_after(token.lower().strip("."), word, single=len(token) == 1 and token.isupper())


def _ends_after(token: str, word: str, *, single: bool) -> bool:
    if token in _TITLES:
        return False
    if token in _BEFORE_NUMBER:
        return not (word[:1].isdigit() or re.fullmatch("[IVXLC]+", word))
    if single or token in _INSIDE or "." in token:
        return word.lower() in _OPENERS and len(word) > 1 and not single
    return True


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > LONGEST_SENTENCE:
        cut = text.rfind(" ", start + LONGEST_SENTENCE // 2, start + LONGEST_SENTENCE)
        cut = cut if cut > 0 else start + LONGEST_SENTENCE
        yield start, cut
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if end > start:
        yield start, end


@dataclass(frozen=True, slots=True)
class _Section:
    """What stands under one heading, cut where a list item or row of a table begins or ends.

    Each run of parts is grouped by itself: a footnote is one, and so is what stands before and after it.
    """

    heading: str
    runs: tuple[tuple[Span, ...], ...]


def passages(document: Document) -> tuple[Passage, ...]:
    """Return the passages of a document in the order of its text.

    Sentences are grouped to 40 to 90 words, fewer where a section has no more. A heading is no part of a passage but its
    `heading`; one with nothing under it is a passage of its own, so that every word of the text can be found.
    """
    found: list[Passage] = []
    for section in _sections(document):
        for start, end in (span for run in section.runs for span in _grouped(document, run)):
            found.append(
                Passage(
                    document=document.id,
                    start=start,
                    end=end,
                    text=document.text[start:end],
                    heading=section.heading,
                    language=document.language,
                )
            )
    return tuple(found)


def _sections(document: Document) -> Iterator[_Section]:
    headings = sorted((block for block in document.blocks if block.kind is BlockKind.HEADING), key=lambda block: block.start)
    others = sorted(
        (block for block in document.blocks if block.kind is not BlockKind.HEADING), key=lambda block: (block.start, block.end)
    )
    at, heading = 0, ""
    borders: list[tuple[int, int, str]] = []
    for block in headings:
        if block.start < at:
            continue
        borders.append((at, block.start, heading))
        if heading and not document.text[at : block.start].strip():  # nothing stood under the heading before
            borders.pop()
            borders.append((at - len(heading), at, ""))
        heading, at = document.text[block.start : block.end], block.end
    borders.append((at, len(document.text), heading) if document.text[at:].strip() else (at - len(heading), at, ""))
    index = 0
    for start, end, title in borders:
        while index < len(others) and others[index].end <= start:
            index += 1
        inside: list[Block] = []
        following = index
        while following < len(others) and others[following].start < end:
            inside.append(others[following])
            following += 1
        yield _Section(" ".join(title.strip("#*_ \n").split()), tuple(_runs(start, end, inside)))


def _runs(start: int, end: int, blocks: list[Block]) -> Iterator[tuple[Span, ...]]:
    """Cut a section at its blocks; the cells of one row stay together."""
    at, row = start, 0
    run: list[Span] = []
    for block in blocks:
        first, last = max(block.start, at), min(block.end, end)
        if first > at and not (block.kind is BlockKind.CELL and 0 < block.row == row):
            run.append((at, first))
            at = first
        row = block.row if block.kind is BlockKind.CELL else 0
        if row or last <= at:
            continue
        if block.kind is BlockKind.FOOTNOTE:
            yield tuple(run)
            yield ((at, last),)
            run = []
        else:
            run.append((at, last))
        at = last
    yield (*run, (at, end))


def _grouped(document: Document, run: tuple[Span, ...]) -> Iterator[Span]:
    """Group the sentences of a run: close a passage once it is long enough and the next sentence would make it long."""
    text = document.text
    units = [
        piece for start, end in run for span in sentences(text, start, end, document.language) for piece in _pieces(text, span)
    ]
    counts = [len(text[start:end].split()) for start, end in units]
    groups: list[tuple[int, int]] = []  # first and last unit
    first, words = 0, 0
    for index, count in enumerate(counts):
        paragraph_ends = index > 0 and "\n" in text[units[index - 1][1] : units[index][0]]
        full = words + count > MOST_WORDS or (words >= FEWEST_WORDS and (paragraph_ends or words + count > 65))
        if index > first and full:
            groups.append((first, index - 1))
            first, words = index, 0
        words += count
    if units:
        groups.append((first, len(units) - 1))
    if len(groups) > 1 and words < FEWEST_WORDS:
        before = groups[-2]
        if sum(counts[before[0] : before[1] + 1]) + words <= MOST_WORDS:
            groups[-2:] = [(before[0], groups[-1][1])]
    for begin, stop in groups:
        yield units[begin][0], units[stop][1]


def _pieces(text: str, span: Span) -> Iterator[Span]:
    """Cut a sentence of more than 130 words (a list without full stops) into pieces of at most 90."""
    start, end = span
    words = list(re.finditer(r"\S+", text[start:end]))
    if len(words) <= 130:
        yield span
        return
    for index in range(0, len(words), MOST_WORDS):
        chunk = words[index : index + MOST_WORDS]
        yield start + chunk[0].start(), start + chunk[-1].end()
