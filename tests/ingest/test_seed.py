"""The first document of all: what a person would note of it is read, each to its very sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.model import Document, Reading, Statement
from graph.store.sqlite import open_store
from ingest.context import Tools
from ingest.link import fingerprint, propose, read_statements
from ingest.passages import passages

pytestmark = [pytest.mark.shared, pytest.mark.model]


@pytest.fixture(scope="module")
def document(shared: Path) -> Document:
    (path,) = (shared / "seed").glob("*.txt")
    return Document(text=path.read_text("utf-8"), addresses=("seed",), language="en")


@pytest.fixture(scope="module")
def found(document: Document, tools: Tools) -> tuple[Statement, ...]:
    return read_statements(document, passages(document), tools)


def _by(found: tuple[Statement, ...], kind: str, predicate: str) -> dict[str, str]:
    return {one.subject: one.value for one in found if one.subject.startswith(f"{kind}:") and one.predicate == predicate}


def test_every_statement_holds_its_words(found: tuple[Statement, ...], document: Document) -> None:
    assert found
    assert all(document.text[one.evidence.start : one.evidence.end] == one.evidence.quote for one in found)


def test_the_event_and_its_session(found: tuple[Statement, ...]) -> None:
    names, starts = _by(found, "event", "name"), _by(found, "event", "starts")
    (event,) = [key for key, name in names.items() if name == "Smart Cities Marketplace Forum 2021"]

    assert starts[event] == "2021-06-16"
    sessions = [subject for subject, whole in _by(found, "event", "part_of").items() if whole == event]
    assert [names[session] for session in sessions] == ["Collaboration and Innovation amongst the Smaller EU Cities"]


@pytest.mark.parametrize(
    ("person", "body", "words"),
    [
        ("Annelie Zapfe", "Thuringia", "The smaller the city the smaller the pool"),
        ("Matteo Andreoletti", "Smart City Infrastructure Fund", "develop a scalable business model"),
        ("Naill McCarthy", "Crust Technology Ltd", "different ways of interpreting scalability"),
        ("Frédéric Boyer", "Covenant of Mayors", "no projects are too small"),
        ("Trevor Martin", "Municipality of Peterborough", "design solutions for small cities"),
    ],
)
def test_who_spoke_for_whom_and_said_what(found: tuple[Statement, ...], person: str, body: str, words: str) -> None:
    people = {name: key for key, name in _by(found, "person", "name").items()}
    everything = {one.subject: one.value for one in found if one.predicate == "name"}

    assert everything[_by(found, "person", "affiliated_with")[people[person]]] == body
    said = [quote for quote, speaker in _by(found, "quote", "said_by").items() if speaker == people[person]]
    assert any(words in _by(found, "quote", "words")[quote] for quote in said)


def test_the_two_trevors_stay_apart_and_are_a_question(
    found: tuple[Statement, ...], document: Document, tools: Tools, tmp_path: Path
) -> None:
    people = {name: key for key, name in _by(found, "person", "name").items()}
    assert people["Trevor Gibson"] != people["Trevor Martin"]

    store = open_store(tmp_path / "seed.sqlite")
    try:
        store.add(Reading(document=document, passages=passages(document), statements=found, fingerprint=fingerprint(tools)))
        propose(store)
        asked = [(one.first, one.second) for one in store.proposals()]
    finally:
        store.close()

    assert tuple(sorted((people["Trevor Gibson"], people["Trevor Martin"]))) in asked


def test_the_initiative_lessons_needs_and_requirements(found: tuple[Statement, ...]) -> None:
    assert "Small Giants" in _by(found, "programme", "name").values()
    lessons = [one for one in found if one.subject.startswith("lesson:") and one.predicate == "words"]
    assert len({(one.evidence.start, one.evidence.end) for one in lessons}) >= 5

    told = {one.value for one in found if one.predicate in {"need_kind", "requirement_kind"}}
    quotes = " ".join(one.evidence.quote for one in found if one.subject.startswith(("need:", "requirement:")))
    assert {"staff", "funding", "standard", "business model"} <= told
    assert "universities" in quotes
