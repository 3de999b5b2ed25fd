"""Tables without rules are found by the places of their words, and nothing else is taken for one."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.read import read
from ingest.read.base import Read, Source
from ingest.read.columns import aligned_tables, looks_aligned
from tests.ingest.read.test_bad_input import pdf

SENTENCE = "the town of Odder put new lamps along its roads and told its neighbours what it had learned from them"
PROSE = SENTENCE.split()


def words(*cells: tuple[float, float, str]) -> list[dict[str, Any]]:
    """Return words as pdfplumber gives them, from cells at (x, top): letters are 5 points wide, lines 10 high."""
    found: list[dict[str, Any]] = []
    for x, top, text in cells:
        at = x
        for word in text.split():
            found.append({"text": word, "x0": at, "x1": at + 5 * len(word), "top": top, "bottom": top + 10})
            at += 5 * len(word) + 3
    return found


def grid(rows: list[list[str]], *lefts: float) -> list[tuple[float, float, str]]:
    return [
        (left, 100 + 14.0 * number, cell)
        for number, row in enumerate(rows)
        for left, cell in zip(lefts, row, strict=True)
        if cell
    ]


TOWNS = [["Town", "Lamps", "Saving"], ["Odder", "900", "62 %"], ["Skive", "", "48 %"], ["Struer", "75", "51 %"]]


def test_rows_of_short_cells_are_a_table_and_empty_cells_stay_empty() -> None:
    (table,) = aligned_tables(words(*grid(TOWNS, 50, 150, 250)))
    assert table.rows == TOWNS
    assert table.bbox == (50, 100, 280, 152)


def test_prose_around_a_table_stays_outside() -> None:
    above = [(50, 60.0, " ".join(PROSE)), (50, 72.0, " ".join(PROSE))]
    below = [(50, 160.0, " ".join(PROSE))]
    (table,) = aligned_tables(words(*above, *grid(TOWNS, 50, 150, 250), *below))
    assert table.rows == TOWNS


def test_numbers_that_end_below_one_another_are_a_column() -> None:
    rows = [["Town", "Euro", "x"], ["Odder", "12", "a"], ["Skive", "12000", "b"], ["Struer", "400", "c"]]
    places = [
        (250 - 5 * len(text) if column == 1 else left, 100 + 14.0 * number, text)
        for number, row in enumerate(rows)
        for column, (left, text) in enumerate(zip((50, 0, 300), row, strict=True))
    ]
    (table,) = aligned_tables(words(*places))
    assert table.rows == rows


def test_a_cell_of_two_lines_is_one_and_a_heading_over_two_columns_parts_nothing() -> None:
    places = grid([["Town", "Lamps", "Saving and remarks of the town"], *TOWNS[1:]], 50, 150, 250)
    (table,) = aligned_tables(words(*places, (250, 156.0, "and more to come")))
    assert table.rows[-1] == ["Struer", "75", "51 % and more to come"]
    assert len(table.rows) == 4


@pytest.mark.parametrize(
    "places",
    [
        # two columns of running text, line beside line
        [(x, 100 + 12.0 * line, " ".join(PROSE[line : line + 8])) for line in range(10) for x in (50, 300)],
        # items with their bullets or numbers
        [(x, 100 + 12.0 * n, text) for n in range(6) for x, text in ((50, f"{n}."), (90, "an item of the list"))],
        [(x, 100 + 12.0 * n, text) for n in range(6) for x, text in ((50, "•"), (90, "an item of the list"))],
        # what is said about a document
        [(x, 100 + 12.0 * n, text) for n in range(5) for x, text in ((50, f"Label{n}:"), (150, "a value"))],
        # terms with what they mean
        [(x, 100 + 12.0 * n, text) for n in range(5) for x, text in ((50, f"term{n}"), (150, " ".join(PROSE[: 11 + n])))],
        # two lines only
        grid(TOWNS[:2], 50, 150, 250),
        [],
    ],
)  # fmt: skip
def test_what_is_no_table(places: list[tuple[float, float, str]]) -> None:
    assert aligned_tables(words(*places)) == []


def test_the_cheap_question() -> None:
    row = [("Odder", 50.0, 10.0), ("900", 150.0, 10.0)]
    assert looks_aligned([row] * 3, b"")
    assert not looks_aligned([row] * 2, b"")
    assert looks_aligned([], b"[(Odder)-4200(900)]TJ\n" * 3)
    assert not looks_aligned([], b"[(Odder)-250(has)-310(lamps)]TJ\n" * 9)
    hyphened = [(" ".join(PROSE), 50.0, 10.0), ("-", 560.0, 10.0)]
    assert not looks_aligned([hyphened] * 9, b"")
    assert not looks_aligned([[("•", 50.0, 10.0), ("an item", 67.0, 10.0)]] * 9, b"")


def test_rows_that_are_one_string_with_room_in_it_are_a_table_too() -> None:
    """As TeX writes them: a row is one array, its columns apart by offsets."""
    rows = [["lamp", "900", "62"], ["palm", "120", "48"], ["mapl", "175", "51"]]
    shown = " ".join(f"0 -14 Td [({')-6000('.join(row)})]TJ" for row in rows)
    (found,) = read(Source(address="tex.pdf", data=pdf(1, f"Figures of the towns) Tj 0 -20 Td {shown} 0 -60 Td (page")))
    assert isinstance(found, Read)
    assert "lamp | 900 | 62\npalm | 120 | 48\nmapl | 175 | 51" in found.document.text
