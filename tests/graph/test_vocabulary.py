"""The vocabulary of solutions. All sentences are written for these tests."""

from __future__ import annotations

import csv
import json
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import NotFound
from graph.model import normalise_name
from graph.vocabulary import LANGUAGES, compiled, source, stem, vocabulary

ADDED = {"data-standards", "civil-society-house", "local-jobs", "talent-universities", "twinning"}


def test_the_compiled_vocabulary_is_the_turtle() -> None:
    # Fails after a change of solutions.ttl until `python -m graph.vocabulary` was run.
    assert json.loads(files("graph").joinpath("data", "solutions.json").read_text("utf-8")) == compiled(source())


@pytest.mark.shared
def test_every_concept_of_the_list_is_there_under_its_group_and_name(shared: Path) -> None:
    with (shared / "vocabulary" / "solutions.tsv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    words = vocabulary()
    assert [row["id"] for row in rows if words.broader(row["id"]) != row["broader"]] == []
    assert [row["id"] for row in rows if words.label(row["id"]) != row["label"]] == []
    assert {concept.id for concept in words.concepts.values() if concept.added} == ADDED
    assert set(words.concepts) == {row["id"] for row in rows} | ADDED


def test_every_concept_speaks_seven_languages_and_says_what_it_is() -> None:
    for concept in vocabulary().concepts.values():
        assert set(concept.labels) == set(LANGUAGES), concept.id
        assert concept.note.endswith("."), concept.id
    for concept in vocabulary().solutions:
        assert all(concept.terms.get(language) or concept.hints.get(language) for language in LANGUAGES), concept.id


def test_groups_and_members_point_at_each_other() -> None:
    words = vocabulary()
    for concept in words.concepts.values():
        assert all(words.broader(member) == concept.id for member in concept.narrower)
        assert not concept.broader or concept.id in words.narrower(concept.broader)
    assert "building-retrofit" in words.narrower("buildings")


def test_no_term_is_a_term_and_a_hint_of_one_concept() -> None:
    for concept in vocabulary().solutions:
        for language in LANGUAGES:
            assert not set(concept.terms.get(language, ())) & set(concept.hints.get(language, ()))


def test_labels_fall_back_to_english_and_unknown_ids_say_so() -> None:
    words = vocabulary()
    assert words.label("heat-pump", "de") == "Wärmepumpe"
    assert words.label("heat-pump", "fi") == "Heat pump"
    assert words.concept("solution:heat-pump").id == "heat-pump"
    with pytest.raises(NotFound, match="no solution is called"):
        words.concept("perpetual-motion")


def test_terms_are_folded_and_lead_to_concepts() -> None:
    terms = vocabulary().terms("de")
    assert terms["warmepumpe"] == ("heat-pump",)
    assert all(term == normalise_name(term) for term in terms)


@pytest.mark.parametrize(
    ("text", "language", "concept"),
    [
        ("Two blocks were retrofitted.", "en", "building-retrofit"),
        ("A ground-source heat pump warms the hall.", "en", "heat-pump"),
        ("Heat pumps warm the hall.", "en", "heat-pump"),
        ("It is linked to the district heating network.", "en", "district-heating"),
        ("Surplus heat from a bakery is used.", "en", "waste-heat-recovery"),
        ("The quarter becomes a PED.", "en", "positive-energy-district"),
        ("PV covers the roof.", "en", "rooftop-solar"),
        ("The roof carries photovoltaic panels.", "en", "rooftop-solar"),
        ("Car-sharing started.", "en", "car-sharing"),
        ("Car sharing started.", "en", "car-sharing"),
        ("MaaS was tried.", "en", "mobility-as-a-service"),
        ("Lampposts carry sensors.", "en", "smart-lighting"),
        ("A citizens' assembly met.", "en", "citizen-engagement"),
        ("They signed a framework contract.", "en", "joint-procurement"),
        ("Neighbours own the energy cooperative.", "en", "energy-community"),
        ("Rain gardens hold the water.", "en", "sustainable-drainage"),
        ("They agreed on open standards.", "en", "data-standards"),
        ("Die Wärmepumpen laufen.", "de", "heat-pump"),
        ("Die Stadt stellt Ladesäulen auf.", "de", "ev-charging"),
        ("Das Fernwärmenetz wächst.", "de", "district-heating"),
        ("Auf den Dächern entstehen Photovoltaikanlagen.", "de", "rooftop-solar"),
        ("Die energetische Sanierung begann.", "de", "building-retrofit"),
        ("Le réseau de chaleur s'étend.", "fr", "district-heating"),
        ("Les jardins partagés ouvrent.", "fr", "urban-farming"),
        ("Des bornes de recharge sont posées.", "fr", "ev-charging"),
        ("Se instalaron farolas inteligentes.", "es", "smart-lighting"),
        ("La comunidad energética crece.", "es", "energy-community"),
        ("Llega la rehabilitación energética.", "es", "building-retrofit"),
        ("Le comunità energetiche crescono.", "it", "energy-community"),
        ("I lampioni intelligenti sono accesi.", "it", "smart-lighting"),
        ("Il teleriscaldamento arriva.", "it", "district-heating"),
        ("Zakończono termomodernizację szkół.", "pl", "building-retrofit"),
        ("Budżet obywatelski działa.", "pl", "participatory-budgeting"),
        ("As comunidades de energia crescem.", "pt", "energy-community"),
        ("Instalaram-se painéis fotovoltaicos.", "pt", "rooftop-solar"),
    ],
)
def test_terms_are_found_in_whatever_form(text: str, language: str, concept: str) -> None:
    assert concept in {hit.concept for hit in vocabulary().find(text, language)}


@pytest.mark.parametrize(
    ("text", "language", "concept"),
    [
        ("She peddled along the river. He has a ped.", "en", "positive-energy-district"),
        ("The dh and the pv were names of files.", "en", "rooftop-solar"),
        ("Its colour is its own.", "en", "traffic-management"),
        ("The car stopped. Sharing is nice.", "en", "car-sharing"),
        ("Green, roof and wall are words.", "en", "green-roof"),
        ("Open your data file.", "en", "open-data"),
        ("She plans a smart, bench of her own.", "en", "smart-street-furniture"),
    ],
)
def test_words_that_only_look_alike_are_not(text: str, language: str, concept: str) -> None:
    assert concept not in {hit.concept for hit in vocabulary().find(text, language)}


def test_the_longest_term_wins() -> None:
    hits = vocabulary().find("A low-temperature district heating network was dug.")
    assert [hit.concept for hit in hits if hit.start == 2] == ["low-temperature-network"]


def test_hints_are_marked_and_can_be_left_out() -> None:
    text = "Air quality is poor. A heat pump helps."
    assert {(hit.concept, hit.sure) for hit in vocabulary().find(text)} == {
        ("air-quality-monitoring", False),
        ("heat-pump", True),
    }
    assert {hit.concept for hit in vocabulary().find(text, hints=False)} == {"heat-pump"}


def test_groups_are_never_found() -> None:
    hits = vocabulary().find("Buildings, energy systems and digital infrastructure and data.")
    assert not {"buildings", "energy", "digital"} & {hit.concept for hit in hits}


def test_every_term_finds_its_own_concept() -> None:
    words = vocabulary()
    lost = []
    for concept in words.solutions:
        for language in LANGUAGES:
            for term in (concept.labels[language], *concept.terms.get(language, ())):
                if concept.id not in {hit.concept for hit in words.find(term, language)}:
                    lost.append((concept.id, language, term))
    assert lost == []


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=200), language=st.sampled_from([*LANGUAGES, "fi"]))
def test_any_text_can_be_read(text: str, language: str) -> None:
    hits = vocabulary().find(text, language)
    assert all(0 <= hit.start < hit.end <= len(text) for hit in hits)
    assert [hit.start for hit in hits] == sorted(hit.start for hit in hits)


@settings(max_examples=100, deadline=None)
@given(before=st.text(max_size=30), after=st.text(max_size=30))
def test_offsets_hold_whatever_stands_around(before: str, after: str) -> None:
    text = f"{before}. Heat pumps. {after}"
    spans = {text[hit.start : hit.end] for hit in vocabulary().find(text) if hit.concept == "heat-pump"}
    assert "Heat pumps" in spans


def test_stems_ignore_endings_case_and_accents() -> None:
    assert stem("Pumps", "en") == stem("pump", "en")
    assert stem("Wärmepumpen", "de") == stem("wärmepumpe", "de")
