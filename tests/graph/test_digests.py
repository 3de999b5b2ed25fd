"""The digests: own words that say no more than the rows they rest on, and no sentence of anybody else's.

The rows are those of graph/data/register/facts.tsv, so the check runs wherever the project does.
"""

from __future__ import annotations

import json
import re
from calendar import month_name
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest

from graph import register
from graph.errors import InvalidRecord
from graph.model import BlockKind, Document, Genre, Visibility, normalise_name

NAMES = sorted(
    entry.name.removesuffix(".md") for entry in files("graph").joinpath("data", "digests").iterdir() if entry.name.endswith(".md")
)
MONTHS = list(month_name)[1:]
# Capitals inside a sentence that the rows write otherwise: countries and tongues (as codes there), SCIS and EC in full.
COUNTRIES = {
    "Belgium",
    "Bulgaria",
    "China",
    "Colombia",
    "Czechia",
    "Denmark",
    "Estonia",
    "Hungary",
    "Romania",
    "Spain",
    "Vietnam",
}
TONGUES = {"Croatian", "English", "Estonian", "Irish", "Italian", "Polish", "Slovak", "Turkish", "Ukrainian"}
COMMON = COUNTRIES | TONGUES | {"Europe", "European", "Commission", "Smart"}
NUMBER = re.compile(r"\d+(?:[,. ]\d{3}(?!\d))*(?:\.\d+)?")
WORD = re.compile(r"[^\W\d_][\w’'-]*")


@cache
def raw(name: str) -> str:
    return files("graph").joinpath("data", "digests", f"{name}.md").read_text("utf-8")


@cache
def rows_of(name: str) -> tuple[register.Fact, ...]:
    meta, _ = register.front_matter(name, raw(name))
    rows = meta["facts"]
    assert isinstance(rows, list)
    return tuple(register.facts()[str(row)] for row in rows)


def row_text(name: str) -> str:
    """The rows a digest names, with the heads of rows that say `same`, and years such as 2018–21 in full as well."""
    rows = {fact.row for fact in rows_of(name)}
    text = " ".join(f"{fact.text} {fact.source}" for fact in rows_of(name)) + (
        " " + register.facts()["R52"].text if "R53-56" in rows else ""
    )
    years = [f"{first[:2]}{last}" for first, last in re.findall(r"\b(\d{4})(?:–|/)(\d{2})\b", text)]
    return f"{text} {' '.join(years)}"


def numbers(text: str) -> set[str]:
    found = {re.sub(r"(?<=\d)[, ](?=\d{3})", "", number) for number in NUMBER.findall(text)}
    return {number.lstrip("0") or "0" for number in found}


@cache
def by_name() -> dict[str, Document]:
    return {document.addresses[0].removeprefix("twintown:digest/"): document for document in register.digests()}


def test_there_are_some_sixty_of_a_page_each() -> None:
    assert len(NAMES) >= 60
    lengths = {name: len(document.text.split()) for name, document in by_name().items()}
    assert {name: length for name, length in lengths.items() if not 110 <= length <= 300} == {}


@pytest.mark.parametrize("name", NAMES)
def test_a_digest_names_its_rows_and_all_their_addresses(name: str) -> None:
    addresses = dict.fromkeys(address for fact in rows_of(name) for address in fact.addresses)
    assert by_name()[name].rests_on == tuple(addresses)


@pytest.mark.parametrize("name", NAMES)
def test_every_number_stands_in_the_rows(name: str) -> None:
    text = row_text(name)
    allowed = numbers(text) | numbers(re.sub(r"(\d) ?M litres", r"\1 million litres", text))
    allowed |= {str(int(part)) for date in re.findall(r"\d{4}-(\d{2})(?:-(\d{2}))?", text) for part in date if part}
    digest = by_name()[name]
    found = numbers(f"{digest.title} {digest.text}".replace("CO2", "").replace("m2", "").replace("BioCanteens#2", ""))
    assert found - allowed == set()


@pytest.mark.parametrize("name", NAMES)
def test_every_month_stands_in_the_rows(name: str) -> None:
    text = row_text(name)
    in_rows = {MONTHS[int(month) - 1] for month in re.findall(r"\d{4}-(0[1-9]|1[0-2])\b", text)}
    in_rows |= {month for month in MONTHS if re.search(rf"\b{month[:3]}", text)}
    assert {month for month in MONTHS if re.search(rf"\b{month}\b", by_name()[name].text)} - in_rows == set()


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_town_and_project_stands_in_the_rows(name: str) -> None:
    text = normalise_name(row_text(name))
    digest = by_name()[name].text
    for kind, known in register.known_names().items():
        spelled: dict[str, set[str]] = {}
        for spelling, identifier in known.items():
            spelled.setdefault(identifier, set()).add(spelling)
        for spelling, identifier in known.items():
            if re.search(rf"(?<!\w){re.escape(spelling)}(?![\w-])", digest):
                stands = any(f" {normalise_name(other)} " in f" {text} " for other in spelled[identifier])
                assert stands, f"{kind} {spelling} is not in the rows of {name}"


@pytest.mark.parametrize("name", NAMES)
def test_every_name_inside_a_sentence_stands_in_the_rows(name: str) -> None:
    known = set(normalise_name(row_text(name)).split())
    for names in register.known_names().values():
        text = normalise_name(row_text(name))
        spelled = {identifier for spelling, identifier in names.items() if f" {normalise_name(spelling)} " in f" {text} "}
        known |= {
            word for spelling, identifier in names.items() if identifier in spelled for word in normalise_name(spelling).split()
        }
    missing = set()
    for sentence in re.split(r"(?<=[.?!:])\s+|\n+", by_name()[name].text):
        for match in list(WORD.finditer(sentence))[1:]:
            word = match[0].strip("'’-").removesuffix("'s").removesuffix("’s")
            if word[:1].isupper() and word not in COMMON and word not in MONTHS:
                missing |= {part for part in normalise_name(word).split() if part not in known}
    assert missing == set()


def test_digests_are_marked_as_written_for_twintown() -> None:
    for document in register.digests():
        assert document.genre is Genre.DIGEST
        assert document.visibility is Visibility.FULL
        assert document.licence == "Apache-2.0"
        assert document.publisher == "Twintown"
        assert document.notes
        assert "---" not in document.text
        for block in document.blocks:
            assert block.kind is BlockKind.HEADING
            assert "#" not in document.text[block.start : block.end]
            assert document.text[block.end] == "\n"


def test_headings_are_blocks() -> None:
    document = by_name()["replicate"]
    assert [document.text[block.start : block.end] for block in document.blocks] == [
        "What spread",
        "What the project learnt about copying",
    ]


@pytest.mark.shared
def test_no_eight_words_in_a_row_come_from_the_texts_to_train_on(shared: Path) -> None:
    theirs: set[tuple[str, ...]] = set()
    for path in sorted((shared / "eval" / "train").glob("own*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            theirs |= eights(json.loads(line)["text"])
    assert theirs
    copied = {name: found for name, document in by_name().items() if (found := eights(document.text) & theirs)}
    assert copied == {}


def eights(text: str) -> set[tuple[str, ...]]:
    """Every eight words in a row of which at least four are no names: lists of towns are facts and look the same anywhere."""
    words = normalise_name(text).split()
    found = (tuple(words[at : at + 8]) for at in range(len(words) - 7))
    return {eight for eight in found if sum(word not in name_words() for word in eight) >= 4}


@cache
def name_words() -> frozenset[str]:
    names = (name for known in register.known_names().values() for name in known)
    return frozenset({"and", "in", "with"}.union(*(normalise_name(name).split() for name in names)))


@pytest.mark.parametrize("raw_text", ["No front matter.\n", "---\ntitle: T\nfacts: [P1]\n---\n\nText.\n"])
def test_a_digest_without_sources_is_refused(raw_text: str) -> None:
    with pytest.raises(InvalidRecord):
        register.read_digest("broken", raw_text)
