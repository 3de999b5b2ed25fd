"""A cleaned copy of a text for the extractors, aligned with the text it came from.

`Document.text` never changes, so evidence always refers to it; extractors read the copy, where mojibake is mended,
words glued by a reader ("Nottinghamresidents") are apart and words broken at line ends are whole. Every character of the
copy knows the character of the text that it came from.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clean:
    """The copy, and runs of equal shift: character `at[i] <= c < at[i + 1]` of the copy came from `c + shift[i]`."""

    text: str
    at: tuple[int, ...] = (0,)
    shift: tuple[int, ...] = (0,)

    def source(self, start: int, end: int) -> tuple[int, int]:
        """Map a span of the copy to the text it came from; an empty span stays empty."""
        first = self._source(start)
        return (first, self._source(end - 1) + 1) if end > start else (first, first)

    def _source(self, offset: int) -> int:
        return offset + self.shift[bisect_right(self.at, offset) - 1]

    def copied(self, start: int, end: int) -> tuple[int, int]:
        """Map a span of the text to the copy: the smallest span whose characters came from it."""
        first = bisect_left(range(len(self.text)), start, key=self._source)
        return first, max(first, bisect_left(range(len(self.text)), end, key=self._source))


def clean(text: str) -> Clean:
    """Return the cleaned copy of a text."""
    return Clean(text)
