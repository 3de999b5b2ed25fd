"""Sentences in several languages and scripts, and passages that keep to headings, rows and lengths."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model import Block, BlockKind, Document
from ingest.passages import LONGEST_SENTENCE, passages, sentences


def split(text: str, language: str = "en") -> list[str]:
    return [text[start:end] for start, end in sentences(text, 0, None, language)]


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("en", ["Dr. Smith went to St. Gallen.", "It cost approx. 3.5 million, e.g. for lamps.", "See Fig. 3.", "The end."]),
        ("en", ["Mr. J. Smith of Acme Inc. said so.", "What next?", '"Why not?" he asked.', "Nothing..."]),
        ("en", ["The U.S. Department paid.", "So did the U.S.", "The rest is open."]),
        ("en", ["It ended in 2018.", "The town paid 3 million.", "Lamps came first.[2]", "Then sensors."]),
        (
            "de",
            ["Am 3. Oktober 2018 begann es.", "Z. B. in Wien, z.B. in Graz.", "Das kostete 3 Mio. Euro.", "Die 2. Phase folgt."],
        ),
        ("fr", ["M. Dupont habite à Lyon.", "Mme. Petit, p. ex., préfère Nantes.", "Pourquoi ?", "Voir p. 12."]),
        ("es", ["La Sra. García llegó.", "¿Qué pasó?", "Nada."]),
        ("el", ["Τι έγινε;", "Η πόλη άλλαξε."]),
        ("ar", ["قالت المدينة.", "هل نجح؟", "نعم."]),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(language: str, wanted: list[str]) -> None:
    assert split(" ".join(wanted), language) == wanted


def test_wide_full_stops_need_no_space() -> None:
    assert split("这是城市。那是灯！", "zh") == ["这是城市。", "那是灯！"]


def test_a_line_end_splits_unless_the_text_was_wrapped_there() -> None:
    wrapped = "This line was wrapped by hand at some seventy characters, as people\nwho write mails do. A second sentence"
    assert split(wrapped) == [wrapped[: wrapped.index("A second")].strip(), "A second sentence"]
    assert split("Budapest, Hungary\nSmart lamps\n\nThe meeting") == ["Budapest, Hungary", "Smart lamps", "The meeting"]
    assert split("We need:\n- lamps\n- sensors\n1. Masts. And poles.") == [
        "We need:",
        "- lamps",
        "- sensors",
        "1. Masts.",
        "And poles.",
    ]


def test_sentences_of_a_part_have_offsets_into_the_whole() -> None:
    text = "One here. Two here. Three here."
    assert sentences(text, 10, 19, "en") == [(10, 19)]


@given(st.text(alphabet=st.sampled_from("aB1 .\n;!?-'\"“»…  Zz。"), max_size=300), st.sampled_from(["en", "de", "el"]))
def test_sentences_keep_every_letter_once_and_in_order(text: str, language: str) -> None:
    spans = sentences(text, 0, None, language)
    assert all(start < end for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())


def test_ten_megabytes_on_one_line_are_cut() -> None:
    spans = sentences("wire " * 200_000)
    assert max(end - start for start, end in spans) <= LONGEST_SENTENCE


def words(count: int, word: str = "lamp") -> str:
    return " ".join(["Lamps", *[word] * (count - 1)]) + "."


def test_passages_hold_forty_to_ninety_words_and_stop_at_headings() -> None:
    title, second = "Lamps in Aarhus", "What it cost"
    body = " ".join(words(20) for _ in range(12))
    text = f"{title}\n\n{body}\n\n{second}\n\n{words(12, 'euro')}"
    at = text.index(second)
    blocks = (
        Block(kind=BlockKind.HEADING, start=0, end=len(title), level=1),
        Block(kind=BlockKind.HEADING, start=at, end=at + len(second), level=2),
    )
    found = passages(Document(text=text, addresses=("a",), blocks=blocks, language="en"))
    assert [len(entry.text.split()) for entry in found] == [60, 60, 60, 60, 12]
    assert [entry.heading for entry in found] == [title] * 4 + [second]
    assert all(entry.text == text[entry.start : entry.end] for entry in found)
    assert {entry.language for entry in found} == {"en"}


def test_a_heading_with_nothing_under_it_is_a_passage_of_its_own() -> None:
    text = "Title\n\nPart one\n\nWords here.\n\nLast"
    blocks = tuple(
        Block(kind=BlockKind.HEADING, start=text.index(part), end=text.index(part) + len(part), level=1)
        for part in ("Title", "Part one", "Last")
    )
    found = passages(Document(text=text, addresses=("a",), blocks=blocks))
    assert [(entry.text, entry.heading) for entry in found] == [("Title", ""), ("Words here.", "Part one"), ("Last", "")]


def test_the_cells_of_a_row_stay_in_one_passage_and_a_footnote_stands_alone() -> None:
    row = "Odder | 22 | lamps"
    text = f"{words(30)}\n\n{row}\n\n{words(30)}\n\n1 A footnote."
    at, note = text.index(row), text.index("1 A")
    blocks = (
        *(
            Block(kind=BlockKind.CELL, start=at + row.index(cell), end=at + row.index(cell) + len(cell), row=1, column=str(n))
            for n, cell in enumerate(("Odder", "22", "lamps"), 1)
        ),
        Block(kind=BlockKind.FOOTNOTE, start=note, end=len(text)),
    )
    found = passages(Document(text=text, addresses=("a",), blocks=blocks))
    assert any(row in entry.text for entry in found)
    assert found[-1].text == "1 A footnote."


def test_the_same_text_has_the_same_passage_ids() -> None:
    text = " ".join(words(25) for _ in range(5))
    first, second = (passages(Document(text=text, addresses=(address,))) for address in ("a", "b"))
    assert [entry.id for entry in first] == [entry.id for entry in second]


@given(st.data())
def test_passages_never_overlap_and_lose_no_word(data: st.DataObject) -> None:
    text = data.draw(st.text(alphabet=st.sampled_from("ab .\n|1"), min_size=1, max_size=400))
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=10).map(sorted))
    kinds = st.sampled_from(list(BlockKind))
    blocks = tuple(
        Block(kind=data.draw(kinds), start=start, end=end, row=data.draw(st.integers(0, 2))) for start, end in pairwise(cuts)
    )
    found = passages(Document(text=text, addresses=("a",), blocks=blocks))
    assert all(entry.text == text[entry.start : entry.end] and entry.text for entry in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
    shown = "".join("".join((entry.heading + entry.text).split()) for entry in found)
    assert all(shown.count(letter) >= text.count(letter) for letter in "ab1|")
