"""The cleaned copy: what is mended, and that every character knows where it came from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clean import clean


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('See [the lamps](http://a.example/x_(y)){:target="_blank"} now', "See the lamps now"),
        ("Write to [Ida](mailto:ida@town.example) today", "Write to Ida today"),
        ("**Aarhus** &amp; Odder", "Aarhus & Odder"),
        ("lamps for win-\nter nights", "lamps for winter nights"),
        ("All took part.The next day", "All took part. The next day"),
        ("a long challenge.UNDP and others", "a long challenge. UNDP and others"),
        ("the “Lamp Lane(link is external)” project (opens in new tab)", "the “Lamp Lane” project"),
        (r"Ida Berg\-Holm\. And so on", "Ida Berg-Holm. And so on"),
        ("many Nottinghamresidents came", "many Nottingham residents came"),
        ("the cafÃ© of Odder", "the café of Odder"),
        ("soft\u00adhyphen", "softhyphen"),
        ("a plain text", "a plain text"),
    ],
)
def test_what_is_mended(text: str, wanted: str) -> None:
    assert clean(text).text == wanted


def test_spans_lead_back_to_the_text() -> None:
    text = "<h2>News</h2>\nThe [B√∂ll house](http://a.example) in Odder &amp; Aarhus"
    copy = clean(text)
    for word, source in (("Böll", "B√∂ll"), ("Odder", "Odder"), ("Odder & Aarhus", "Odder &amp; Aarhus")):
        start = copy.text.index(word)
        first, last = copy.source(start, start + len(word))
        assert text[first:last] == source
        assert copy.copied(first, last) == (start, start + len(word))


@given(st.text(alphabet="aB. \n[]()*&;<>-é√∂\u00ad:/htpw", max_size=120))
def test_every_character_keeps_its_place(text: str) -> None:
    copy = clean(text)

    assert len(copy.text) == len(copy.first) == len(copy.last)
    assert all(0 <= first <= last <= len(text) for first, last in zip(copy.first, copy.last, strict=True))
    assert list(copy.first) == sorted(copy.first)
    assert copy.source(0, len(copy.text)) == ((0, 0) if not copy.text else (copy.first[0], copy.last[-1]))
