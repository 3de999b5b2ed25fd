"""Linking and validation: ids that do not depend on order, and what is refused."""

from __future__ import annotations

import dataclasses

from graph.model import Document
from ingest.claim import Claim, Mention
from ingest.context import Context, Tools, prepare
from ingest.link import identifier, link
from ingest.passages import passages
from ingest.validate import valid

TEXT = "The Northern Harbour Agency (NHA) came to Odder. The NHA left Aarhus. Ida Holm of the NHA took the lamps to Odder."


def _context(tools: Tools | None = None) -> Context:
    document = Document(text=TEXT, addresses=("notes/a.txt",), language="en")
    (context,) = prepare([(document, passages(document))], tools or Tools())
    return context


def _claim(subject: Mention, predicate: str, value: Mention | str, words: str, confidence: float = 0.8) -> Claim:
    start = TEXT.index(words)
    return Claim(
        subject=subject,
        predicate=predicate,
        value=value,
        start=start,
        end=start + len(words),
        extractor="test",
        confidence=confidence,
        why="a test",
    )


AGENCY = Mention(kind="organisation", name="Northern Harbour Agency")
SHORT = Mention(kind="organisation", name="NHA")
IDA = Mention(kind="person", name="Ida Holm")
ODDER = Mention(kind="place", name="Odder", external="geonames-2615961", country="DK")
AARHUS = Mention(kind="place", name="Aarhus", external="geonames-2624652", country="DK")


def test_an_acronym_and_its_long_form_are_one_in_a_document() -> None:
    claims = [
        _claim(AGENCY, "name", "Northern Harbour Agency", "Northern Harbour Agency"),
        _claim(AGENCY, "alias", "NHA", "Northern Harbour Agency (NHA)"),
        _claim(SHORT, "name", "NHA", "NHA left"),
        _claim(IDA, "affiliated_with", SHORT, "Ida Holm of the NHA"),
    ]
    found = link(_context(), claims)

    assert len({one.subject for one in found if one.subject.startswith("organisation:")}) == 1
    assert {one.value for one in found if one.predicate == "name" and one.subject.startswith("organisation:")} == {
        "Northern Harbour Agency"
    }
    assert link(_context(), claims[::-1]) is not None
    assert {one.id for one in link(_context(), claims[::-1])} == {one.id for one in found}


def test_every_entity_has_a_name_and_names_rest_on_their_sentence() -> None:
    found = link(_context(), [_claim(IDA, "affiliated_with", AGENCY, "Ida Holm of the NHA")])

    assert {one.subject.split(":")[0] for one in found if one.predicate == "name"} == {"person", "organisation"}
    named = link(_context(), [_claim(ODDER, "name", "Odder", "Odder")])
    assert named[0].evidence.quote == "The Northern Harbour Agency (NHA) came to Odder."


def test_ids_come_from_external_ids_parts_or_names() -> None:
    document = _context().document
    pilot = Mention(
        kind="pilot", name="lamps in Odder", parts=(Mention(kind="solution", name="x", external="smart-lighting"), ODDER)
    )
    lesson = Mention(kind="lesson", name="Lamps", parts=("a sentence",))
    elsewhere = Document(text="Another text.", addresses=("b",))

    assert identifier(document, ODDER) == "place:geonames-2615961"
    assert identifier(document, pilot) == identifier(elsewhere, pilot)
    assert identifier(document, lesson) != identifier(elsewhere, lesson)
    assert identifier(document, AGENCY) == identifier(elsewhere, Mention(kind="organisation", name="northern harbour AGENCY"))


def _replication(scope: str = "", to: Mention = ODDER) -> list[Claim]:
    record = Mention(kind="replication", name="lamps", parts=("lamps", ODDER, to))
    claims = [
        _claim(record, "what", "lamps", "took the lamps to Odder"),
        _claim(record, "replicated_from", ODDER, "took the lamps to Odder"),
        _claim(record, "replicated_to", to, "took the lamps to Odder"),
    ]
    return [*claims, _claim(record, "scope", scope, "took the lamps to Odder")] if scope else claims


def _refused(claims: list[Claim], tools: Tools | None = None) -> set[str]:
    context = _context(tools)
    return set(valid(context, link(context, claims)).refused)


def test_a_replication_onto_itself_is_refused_unless_it_scales_up() -> None:
    assert _refused(_replication()) == {"a replication onto itself"}
    assert _refused(_replication("within town")) == set()
    assert _refused(_replication(to=AARHUS)) == set()


def test_a_person_that_is_a_place_is_refused() -> None:
    claims = [_claim(ODDER, "name", "Odder", "Odder"), _claim(Mention(kind="person", name="Odder"), "name", "Odder", "Odder")]

    assert _refused(claims) == {"a person that is a place"}


def test_a_forgotten_person_is_refused_with_their_words() -> None:
    quote = Mention(kind="quote", name="lamps", parts=(IDA, "lamps"))
    claims = [
        _claim(IDA, "name", "Ida Holm", "Ida Holm"),
        _claim(quote, "words", "took the lamps", "took the lamps"),
        _claim(quote, "said_by", IDA, "took the lamps"),
        _claim(ODDER, "name", "Odder", "Odder"),
    ]
    tools = Tools(suppressed=lambda name: name == "Ida Holm")
    context = _context(tools)
    result = valid(context, link(context, claims))

    assert {one.subject.split(":")[0] for one in result.kept} == {"place"}
    assert set(result.refused) == {"a person who was forgotten"}


def test_offsets_that_do_not_hold_are_refused() -> None:
    context = _context()
    (statement,) = link(context, [_claim(ODDER, "name", "Odder", "Odder")])
    quote = "x" * len(statement.evidence.quote)
    wrong = dataclasses.replace(statement, evidence=dataclasses.replace(statement.evidence, quote=quote))

    assert set(valid(context, [wrong]).refused) == {"offsets do not hold"}


def test_what_is_outside_the_schema_is_refused() -> None:
    assert _refused([_claim(ODDER, "said_by", IDA, "Odder")]) == {"outside the schema"}
