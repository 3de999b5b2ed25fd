"""A cleaned copy of a text for the extractors, aligned with the text it came from.

`Document.text` never changes, so evidence always refers to it; extractors read the copy. In the copy mark-up, addresses of
links and what is said of them to screen readers are gone, mojibake is mended, words that a line end or a reader broke are whole,
and words glued by a reader are apart. Every character of the copy knows the characters of the text that it came from.
"""

from __future__ import annotations

import html
import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Clean:
    """The copy; character `i` of it came from `[first[i], last[i])` of the text (both ascending)."""

    text: str
    first: Sequence[int]
    last: Sequence[int]

    def source(self, start: int, end: int) -> tuple[int, int]:
        """Map a span of the copy to the text it came from; an empty span stays empty."""
        if end > start:
            return self.first[start], self.last[end - 1]
        at = self.first[start] if start < len(self.first) else (self.last[-1] if len(self.last) else 0)
        return at, at

    def copied(self, start: int, end: int) -> tuple[int, int]:
        """Map a span of the text to the copy: the characters that came from it, as a span."""
        first = bisect_left(self.first, start)
        return first, max(first, bisect_left(self.first, end))


# In order of precedence at one position. A group `keep` stays, everything else of the match goes; without it the match goes.
_NOISE: Final = re.compile(
    r"(?P<comment><!--.*?-->)"
    r"|(?P<image>!\[[^\]\n]*\]\([^)\n]*\)(?:\{:[^}\n]*\})?)"
    r"|(?P<link>\[(?P<keep>(?:[^\]\[\n]|\[[^\]\n]*\])+)\]\((?:[^()\n]|\([^()\n]*\))*\)(?:\{:[^}\n]*\})?)"
    r"|(?P<aside> ?\((?:link is external|external link|link sends e-?mail|opens in a? ?new (?:tab|window))\))"
    r"|(?P<attributes>\{:[^}\n]*\})"
    r"|(?P<tag></?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>\n]*)?/?>)"
    r"|(?P<entity>&(?:[a-zA-Z]{2,8}|\#\d{1,6});)"
    r"|(?P<address>\bhttps?://[^\s<>()]+|\bwww\.[^\s<>()]+)"
    r"|(?P<rule>(?<![^\n])[:|\s]*[-=_]{5,}[-:=_|\s]*(?=\n|$))"
    r"|(?P<bold>\*\*+|(?<!\w)__(?=\w)|(?<=\w)__(?!\w))"
    r"|(?P<hyphen>(?<=[a-zà-ÿ])(?:-|‐)[ \t]*\n[ \t]*(?=[a-zà-ÿ]))"
    r"|(?P<escape>\\(?=[-*_.!()\[\]#+|]))"
    r"|(?P<hidden>[\u00ad\u200b-\u200d\u2060\ufeff]+)"
    r"|(?P<space>[\u00a0\u2007\u202f])",
    re.DOTALL,
)
# "took part.The next": no space after a full stop. "Nottinghamresidents": a name and a word that speaks of its people.
_GLUED: Final = re.compile(
    r"[a-zà-ÿ]{3}[.!?;](?=[A-ZÀ-Þ][\w’-]+\s)"
    r"|\b[A-ZÀ-Þ][a-zà-ÿ]{3,}(?=(?:residents|citizens|inhabitants|municipality|council)\b)"
)
_SUSPECT: Final = re.compile(r"[^\s\[\]()<>&]*[^\x00-\x7f][^\s\[\]()<>&]*")

Change = tuple[int, int, str]


def clean(text: str) -> Clean:
    """Return the cleaned copy of a text."""
    changes = sorted([*_noise(text), *_mojibake(text), *_glued(text)])
    if not changes:
        return Clean(text, range(len(text)), range(1, len(text) + 1))
    pieces: list[str] = []
    first, last = array("l"), array("l")
    at = 0
    for start, end, new in changes:
        if start < at:
            continue
        pieces += (text[at:start], new)
        first.extend((*range(at, start), *([start] * len(new))))
        last.extend((*range(at + 1, start + 1), *([end] * len(new))))
        at = end
    pieces.append(text[at:])
    first.extend(range(at, len(text)))
    last.extend(range(at + 1, len(text) + 1))
    return Clean("".join(pieces), first, last)


def _noise(text: str) -> Iterator[Change]:
    for found in _NOISE.finditer(text):
        kind = found.lastgroup if found.lastgroup != "keep" else "link"
        start, end = found.span()
        if kind == "link":
            kept_start, kept_end = found.span("keep")
            yield start, kept_start, ""
            yield kept_end, end, ""
        elif kind == "entity":
            new = html.unescape(found.group())
            yield start, end, new if len(new) == 1 and new != "\u00a0" else " "
        elif kind in {"space", "image", "comment"}:
            yield start, end, " "
        elif kind == "tag" and re.match(r"<(?:br|/?p|/?li|/?div|/?h\d|/?tr)\b", found.group(), re.IGNORECASE):
            yield start, end, "\n"
        else:
            yield start, end, ""


def _mojibake(text: str) -> Iterator[Change]:
    """Mend what was decoded with the wrong table, token by token, so that each stays beside what it came from."""
    if text.isascii():
        return
    import ftfy

    if ftfy.fix_encoding(text) == text:
        return
    for found in _SUSPECT.finditer(text):
        new = ftfy.fix_encoding(found.group())
        if new != found.group():
            yield found.start(), found.end(), new


def _glued(text: str) -> Iterator[Change]:
    for found in _GLUED.finditer(text):
        yield found.end(), found.end(), " "
