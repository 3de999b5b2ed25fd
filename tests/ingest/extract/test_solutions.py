"""Cues of solutions: the quick look at a text loses none, and hits are where they say."""

from __future__ import annotations

import re

import pytest

from graph.model import Document
from graph.vocabulary import vocabulary
from ingest.context import Context, Tools, prepare
from ingest.extract.solutions import cues, find, hits, run

TEXT = """Street lights of Ostermark

The council replaced 400 street lamps by LED lighting and put air-quality sensors on each lamppost. Residents took part in
workshops and voted on the colours. Batteries from old buses store the electricity of solar panels on the school roofs, and
heat pumps feed the district heating network. Waste heat from a data centre will follow."""


def read(text: str, language: str = "en") -> Context:
    document = Document(text=text, addresses=("own",), language=language)
    (context,) = prepare([(document, ())], Tools(vocabulary=vocabulary()))
    return context


def test_every_cue_is_an_expression_for_a_concept() -> None:
    known = {concept.id for concept in vocabulary().solutions}
    for cue in cues("en"):
        assert cue.concept in known
        re.compile(cue.expression)


def test_the_quick_look_loses_no_match() -> None:
    text = TEXT + " Its ReUse, E-vehicles,electric cars and K-Smart ſolar panels: a “solar-roof” of PV. " + TEXT.upper()
    quick = [(cue.expression, match.span()) for cue, match in find("en", text)]
    slow = [
        (cue.expression, match.span())
        for cue in cues("en")
        for match in re.finditer(rf"(?<!\w)(?:{cue.expression})(?!\w)", text, re.IGNORECASE)
    ]
    assert quick == slow


def test_hits_name_concepts_by_terms_and_cues() -> None:
    found = {hit.concept for hit in hits(read(TEXT)) if hit.strong}
    assert {"smart-lighting", "iot-sensors", "rooftop-solar", "heat-pump", "district-heating", "waste-heat-recovery"} <= found


@pytest.mark.parametrize(
    ("language", "text", "concept"),
    [
        ("de", "Die Stadt baut ein Fernwärmenetz mit Wärmepumpen.", "district-heating"),
        ("fr", "La ville rénove son réseau de chaleur.", "district-heating"),
        ("es", "El ayuntamiento instala paneles solares en las escuelas.", "rooftop-solar"),
        ("it", "Il comune compra autobus elettrici.", "electric-bus"),
        ("pl", "Miasto kupuje autobusy elektryczne.", "electric-bus"),
        ("pt", "A cidade compra autocarros elétricos.", "electric-bus"),
    ],
)
def test_terms_of_other_languages_are_found(language: str, text: str, concept: str) -> None:
    assert concept in {hit.concept for hit in hits(read(text, language))}


def test_claims_carry_offsets_into_the_document_a_reason_and_a_confidence() -> None:
    context = read(TEXT)
    claims = list(run(context))
    assert {"smart-lighting", "heat-pump"} <= {claim.subject.external for claim in claims}
    for claim in claims:
        assert TEXT[claim.start : claim.end].strip()
        assert 0.0 < claim.confidence <= 1.0
        assert claim.predicate == "name"


def test_a_text_about_nothing_of_the_kind_has_no_solution() -> None:
    assert not list(run(read("My aunt bought apples and read a novel on the train home to see her cat.")))
