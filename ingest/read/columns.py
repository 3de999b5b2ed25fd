"""Tables without rules: rows of short cells, kept apart by nothing but room, that stand below one another in columns.

`looks_aligned` is the cheap question, asked of what pypdf found on a page; `aligned_tables` answers it from the exact places
of words. Columns of running text are no table, nor are lists with their bullets or lines such as `Date: …`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import mean, median
from typing import Any, Final

_WIDE: Final = re.compile(rb"[>)]\s*-[1-9]\d{3,4}(?:\.\d+)?\s*[<(]")  # in a TJ array, more than the size of the letters apart
_MARK: Final = re.compile(r"(?:[^\w\s]|\(?\w{1,3}[.)]|\d{1,2}(?:\.\d{1,2})+)$")  # a bullet, the number of an item or section
_LETTER: Final = re.compile(r"\w")
_FEWEST_ROWS: Final = 3
_NEAR: Final = 3.0  # points between edges that are meant to be one

Piece = tuple[str, float, float]  # text, where it begins (points), size of its letters


def looks_aligned(lines: Sequence[Sequence[Piece]], content: bytes) -> bool:
    """Tell whether a page may hold a table without rules: at least three lines with wide gaps in them.

    `lines` are the pieces that make up each line; the width of a piece is estimated by its letters, generously.
    """
    words = ([piece for piece in line if _LETTER.search(piece[0])] for line in lines if len(line) > 1)
    apart = sum(any(_apart(*pair) for pair in pairwise(line)) for line in words)
    return apart >= _FEWEST_ROWS or (apart + len(_WIDE.findall(content))) >= _FEWEST_ROWS


def _apart(left: Piece, right: Piece) -> bool:
    width = 0.5 * left[2] * len(left[0].strip())
    return right[1] - left[1] > 1.15 * width + 1.5 * left[2]


@dataclass(slots=True)
class Cell:
    """Words that stand close together on one line; `top` and `bottom` are counted from the upper edge of the page."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    words: list[Cell] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Aligned:
    """A table, and the part of the page it takes (from the upper left)."""

    rows: list[list[str]]
    bbox: tuple[float, float, float, float]


def aligned_tables(words: Sequence[dict[str, Any]]) -> list[Aligned]:
    """Return the tables among the words of a page (`text`, `x0`, `x1`, `top`, `bottom`), from top to bottom."""
    if not words:
        return []
    size = median(word["bottom"] - word["top"] for word in words)
    lines = [_cells(line, size) for line in _text_lines(words)]
    return [table for run in _runs(lines, size) if (table := _table(run, size)) is not None]


def _text_lines(words: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    lines: list[list[dict[str, Any]]] = []
    for word in sorted(words, key=lambda word: (word["top"], word["x0"])):
        height = word["bottom"] - word["top"]
        if lines and word["top"] - lines[-1][0]["top"] < 0.4 * height:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda word: float(word["x0"])) for line in lines]


def _cells(line: Sequence[dict[str, Any]], size: float) -> list[Cell]:
    cells: list[Cell] = []
    for found in line:
        word = Cell(found["text"], found["x0"], found["x1"], found["top"], found["bottom"])
        if not cells or word.x0 - cells[-1].x1 >= 0.5 * size:
            cells.append(Cell(word.text, word.x0, word.x1, word.top, word.bottom, [word]))
            continue
        last = cells[-1]
        last.text, last.x1 = f"{last.text} {word.text}", max(last.x1, word.x1)
        last.top, last.bottom = min(last.top, word.top), max(last.bottom, word.bottom)
        last.words.append(word)
    return cells


def _runs(lines: Sequence[list[Cell]], size: float) -> list[list[list[Cell]]]:
    """Return lines that stand below one another with edges in common, at least three of them with several cells."""
    runs: list[list[list[Cell]]] = []
    run: list[list[Cell]] = []
    for line in lines:
        close = bool(run) and line[0].top - max(cell.bottom for cell in run[-1]) < 2 * size
        if close and (_in_common(run, line) >= min(2, len(line)) if len(line) > 1 else _goes_on(run, line[0])):
            run.append(line)
            continue
        runs.append(run)
        run = [line] if len(line) > 1 else []
    return [run for run in [*runs, run] if sum(len(line) > 1 for line in run) >= _FEWEST_ROWS]


def _in_common(run: Sequence[list[Cell]], line: Sequence[Cell]) -> int:
    """Return how many cells of a line begin, end or have their middle where cells of the run's last rows do."""
    above = [cell for other in run[-4:] if len(other) > 1 for cell in other]
    return sum(
        any(
            min(abs(cell.x0 - other.x0), abs(cell.x1 - other.x1), abs(cell.x0 + cell.x1 - other.x0 - other.x1) / 2) < _NEAR
            for other in above
        )
        for cell in line
    )


def _goes_on(run: Sequence[list[Cell]], cell: Cell) -> bool:
    """Tell whether a single cell goes on below one of a later column: below the first it may as well be a paragraph."""
    return any(abs(cell.x0 - other.x0) < _NEAR for line in run if len(line) > 1 for other in line[1:])


def _table(run: Sequence[list[Cell]], size: float) -> Aligned | None:
    columns = _columns(run, size)
    if len(columns) < 2:
        return None
    lines = [_spread(line, columns) for line in run]
    rows: list[list[list[Cell]]] = []
    for row in lines:
        if rows and (_overlap(rows[-1], row, size) or _continues(rows[-1], row)):
            rows[-1] = [above + below for above, below in zip(rows[-1], row, strict=True)]
        else:
            rows.append(row)
    texts = [[" ".join(cell.text for cell in _in_order(cells)) for cells in row] for row in rows]
    if not _is_table(lines, texts, columns):
        return None
    cells = [cell for line in run for cell in line]
    left, right = min(cell.x0 for cell in cells), max(cell.x1 for cell in cells)
    return Aligned(texts, (left, min(cell.top for cell in cells), right, max(cell.bottom for cell in cells)))


def _in_order(cells: Sequence[Cell]) -> list[Cell]:
    return sorted(cells, key=lambda cell: (round(cell.top), cell.x0))


def _columns(lines: Sequence[Sequence[Cell]], size: float) -> list[tuple[float, float]]:
    """Return from where to where the columns go: what stands between two of them stays empty in nearly every line.

    A heading over several columns, or one that nearly touches the next, is no reason to see one column in two.
    """
    covered: Counter[int] = Counter()
    for line in lines:
        covered.update({x for cell in line for x in range(round(cell.x0), round(cell.x1) + 1)})
    columns: list[tuple[float, float]] = []
    for x in sorted(x for x, count in covered.items() if count > max(1, len(lines) / 5)):
        if columns and x - columns[-1][1] < 0.45 * size:
            columns[-1] = (columns[-1][0], x)
        else:
            columns.append((x, x))
    return columns


def _spread(line: Sequence[Cell], columns: Sequence[tuple[float, float]]) -> list[list[Cell]]:
    """Return the cells of a line by column; one that reaches into several columns is divided between its words."""
    if len(line) == len(columns):  # also where a heading is at the left and its numbers at the right
        return [[cell] for cell in line]
    row: list[list[Cell]] = [[] for _ in columns]
    for cell in line:
        near = [index for index, column in enumerate(columns) if _between(cell, column) < 0]
        if len(near) <= 1:
            row[near[0] if near else min(range(len(columns)), key=lambda index: _between(cell, columns[index]))].append(cell)
            continue
        at = near[0]
        for word in cell.words:  # what is over no column goes with the word before it
            at = next((index for index in near if _between(word, columns[index]) < 0), at)
            row[at].append(word)
    return row


def _between(cell: Cell, column: tuple[float, float]) -> float:
    """Return the points between a cell and a column; below 0 where one is over the other."""
    return max(column[0], cell.x0) - min(column[1], cell.x1)


def _overlap(above: Sequence[list[Cell]], below: Sequence[list[Cell]], size: float) -> bool:
    """Tell whether two lines stand beside each other, with no column in common: cells that are centred in a tall row."""
    shared = any(first and second for first, second in zip(above, below, strict=True))
    bottom = max(cell.bottom for cells in above for cell in cells)
    return not shared and min(cell.top for cells in below for cell in cells) < bottom - 0.2 * size


def _continues(above: Sequence[list[Cell]], below: Sequence[list[Cell]]) -> bool:
    """Tell whether a line goes on with the cells of the row above: it has nothing in the first column."""
    return not below[0] and bool(above[0]) and all(first or not second for first, second in zip(above, below, strict=True))


def _is_table(lines: Sequence[list[list[Cell]]], texts: Sequence[list[str]], columns: Sequence[tuple[float, float]]) -> bool:
    several = [row for row in texts if sum(map(bool, row)) > 1]
    first = [row[0] for row in texts if row[0]]
    if len(several) < _FEWEST_ROWS + (len(columns) == 2) or not first:
        return False
    if 2 * sum(bool(_MARK.match(text)) or text.endswith(":") for text in first) > len(first):
        return False
    if len(columns) == 2 and mean(len(row[1].split()) for row in texts) > 10:
        return False  # terms with what they mean: text, and read as such
    return not all(_is_text([line[index] for line in lines], right - left) for index, (left, right) in enumerate(columns))


def _is_text(lines: Sequence[list[Cell]], width: float) -> bool:
    """Tell whether a column is running text: its lines have several words and go to its edge."""
    shown = [cells for cells in lines if cells]
    if not shown or mean(sum(len(cell.text.split()) for cell in cells) for cells in shown) < 3:
        return False
    return median(max(cell.x1 for cell in cells) - min(cell.x0 for cell in cells) for cells in shown) > 0.75 * width
