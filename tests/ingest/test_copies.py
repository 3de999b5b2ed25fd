"""Near-duplicates are found among new and old, and what only looks alike is not one."""

from __future__ import annotations

from graph.model import Genre
from ingest.copies import copies, sketch
from tests.build import document

TEXT = " ".join(
    f"In chapter {n} the town of Odder tells what lamp number {n * 7} has taught the street it lights." for n in range(30)
)


def test_a_page_with_another_footer_is_a_copy_and_another_text_is_not() -> None:
    first = document(TEXT, "https://a.example/page")
    second = document(TEXT + " Imprint of the mirror, all rights reserved.", "https://b.example/page")
    third = document(TEXT.replace("lamp", "bus").replace("street", "stop").replace("Odder", "Struer"), "https://c.example/page")
    kept = sorted((each.id, sketch(each)) for each in (first, second, third))
    assert list(copies([first.id], kept)) == [tuple(sorted((first.id, second.id)))]
    assert list(copies([second.id, first.id], kept)) == [tuple(sorted((first.id, second.id)))]
    assert list(copies([third.id], kept)) == []


def test_the_same_text_has_the_same_sketch() -> None:
    assert sketch(document(TEXT)) == sketch(document(TEXT, "elsewhere"))


def test_short_texts_and_rows_have_none() -> None:
    assert sketch(document("A short note.")) == b""
    assert sketch(document(TEXT, genre=Genre.TABLE_ROW)) == b""
