"""Dates, kinds of text, events and countries are found where a text says them, and nowhere else."""

from __future__ import annotations

import pytest

from graph.model import Genre
from ingest.read.metadata import as_country, as_date, find_date, find_event, find_genre, find_language


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("16 June 2021", "2021-06-16"),
        ("Published on March 3rd, 2019 by the town", "2019-03-03"),
        ("am 3. Oktober 2020 in Güssing", "2020-10-03"),
        ("le 1er février 2018", "2018-02-01"),
        ("el 5 de mayo de 2017", "2017-05-05"),
        ("στις 4 Ιουνίου 2015", "2015-06-04"),
        ("2 and 3 October 2017", "2017-10-02"),
        ("2019-11-30", "2019-11-30"),
        ("24.04.2014", "2014-04-24"),
        ("June 2021", "2021-06"),
        ("the winter of 2018 was cold", ""),
        ("grant 201920 and 12345678", ""),
        ("31.13.2014", ""),
    ],
)
def test_the_first_date_of_a_text(text: str, date: str) -> None:
    assert find_date(text) == date


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("2021-06-16T10:00:00Z", "2021-06-16"),
        (["2024"], "2024"),
        (2019, "2019"),
        (None, ""),
        ("20180412", "2018-04-12"),
        ("soon", ""),
    ],
)
def test_a_date_in_a_field(value: object, date: str) -> None:
    assert as_date(value) == date


@pytest.mark.parametrize(
    ("text", "address", "genre"),
    [
        ("Parallel Session 2\n\nThe session discussed lamps.", "a.txt", Genre.SESSION_NOTES),
        ("Minutes of the council meeting", "a.txt", Genre.MINUTES),
        ("Niederschrift über die Sitzung", "a.txt", Genre.MINUTES),
        ("Case study: lamps", "a.txt", Genre.CASE_STUDY),
        ("Deliverable 3.2\nExecutive summary", "a.pdf", Genre.REPORT),
        ("Lamps are on", "https://example.org/news/lamps", Genre.NEWS),
        ("Newsletter 4", "a", Genre.NEWSLETTER),
        ("Lamps are on", "https://example.org/lamps", Genre.UNKNOWN),
    ],
)
def test_the_kind_of_a_text(text: str, address: str, genre: Genre) -> None:
    assert find_genre(text, "", address) == genre


def test_date_and_place_of_an_event() -> None:
    assert find_event("The workshop took place on 9 May 2022 in Évora, Portugal.") == ("2022-05-09", "Évora, Portugal")
    assert find_event("Datum: 3. März 2020\nOrt: Rathaus Güssing\n") == ("2020-03-03", "Rathaus Güssing")
    assert find_event("The lamps of 9 May 2022 in Évora are new.") == ("", "")


def test_languages_and_too_little_to_tell() -> None:
    assert find_language("Die Stadt hat im vergangenen Jahr ihre Straßenbeleuchtung erneuert.") == "de"
    assert find_language("123 — 456") == "und"


def test_a_country_by_name_or_code_and_several_are_none() -> None:
    assert (as_country("Denmark"), as_country("dk"), as_country(["Kenya"]), as_country(["Kenya", "Peru"]), as_country(None)) == (
        "DK",
        "DK",
        "KE",
        "",
        "",
    )
