"""Long lists of words as one regular expression that is quick to try.

Without case, `re` tries every word of `a|b|c` in full at every place. Here words with the same first letter are put behind
that letter, so that one look at a character rules most of them out. What matches, and in what order, stays the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from typing import Final

_LETTERS: Final = "".join(map(chr, (*range(0x20, 0x250), *range(0x1E00, 0x1F00), 0x212A, 0x212B)))  # with the signs K and Å


def by_letter(expression: str) -> str:
    """Return an expression that matches, compiled with IGNORECASE, what `expression` compiled with IGNORECASE matches.

    `expression` is a list `a|b|c` without groups that are numbered or referred to.
    """
    choices = []
    for simple, run in groupby(split(expression), key=_begins_with_letter):
        if not simple:
            choices += list(run)
            continue
        behind: dict[str, list[str]] = {}
        for choice in run:
            behind.setdefault(_either_case(choice[0]), []).append(choice[1:])
        choices += [f"(?-i:[{letters}]){_rest(rests)}" for letters, rests in behind.items()]
    return "|".join(choices)


def _rest(rests: list[str]) -> str:
    return rests[0] if len(rests) == 1 else f"(?:{by_letter('|'.join(rests))})"


def split(expression: str) -> Iterator[str]:
    """Yield the choices of `a|(?:b|c)|[|]`: those outside of brackets."""
    start = 0
    for at, letter, depth in _marks(expression):
        if letter == "|" and not depth:
            yield expression[start:at]
            start = at + 1
    yield expression[start:]


def _marks(expression: str) -> Iterator[tuple[int, str, int]]:
    """Yield place and depth of each `(`, `|` and `)` that is no plain character; both brackets of a group are outside of it."""
    depth = at = 0
    inside = False  # of a set of characters
    while at < len(expression):
        letter = expression[at]
        if letter == "\\":
            at += 1
        elif inside:
            inside = letter != "]"
        elif letter == "[":
            inside = True
            at += expression.startswith(("^]", "]"), at + 1) and 1 + (expression[at + 1] == "^")
        elif letter in "(|)":
            depth -= letter == ")"
            yield at, letter, depth
            depth += letter == "("
        at += 1


def _begins_with_letter(choice: str) -> bool:
    return choice[:1].isalpha() and choice[1:2] not in {"?", "*", "+", "{"}


@cache
def _either_case(letter: str) -> str:
    """Return every character that `re` takes for this letter without case."""
    return "".join(re.findall(re.escape(letter), _LETTERS, re.IGNORECASE)) or letter


def first_letters(expression: str) -> str:
    """Return every character that a match without case can begin with; nothing where that is not plain to see."""
    letters = ""
    for choice in split(expression):
        inside = "" if _begins_with_letter(choice) else _group_ahead(choice)
        found = first_letters(inside) if inside else _either_case(choice[0]) if _begins_with_letter(choice) else ""
        if not found:
            return ""
        letters += found
    return letters


def _group_ahead(choice: str) -> str:
    """Return what is inside of the group `(?:...)` that a choice begins with; nothing for a group that may be left out."""
    if not choice.startswith("(?:"):
        return ""
    end = next((at for at, letter, depth in _marks(choice) if letter == ")" and not depth), len(choice))
    return "" if choice[end + 1 : end + 2] in {"?", "*", "{"} else choice[3:end]
