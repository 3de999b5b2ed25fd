"""What the extractors of names find in texts of our own."""

from __future__ import annotations

import pytest

from graph.model import Document
from ingest.claim import Claim, Mention
from ingest.context import Context, Tools, prepare
from ingest.names import candidates
from tests.ingest.conftest import Reads

pytestmark = pytest.mark.model


def _names(context: Context, kind: str) -> set[str]:
    return {found.name for found in context.of(kind)}


def _said(context: Context, predicate: str) -> set[tuple[str, str]]:
    return {
        (claim.subject.name, claim.value if isinstance(claim.value, str) else claim.value.name)
        for claim in context.claims
        if claim.predicate == predicate
    }


def test_every_claim_holds_offsets_confidence_and_a_reason(reads: Reads) -> None:
    text = "The HARBOURLIGHT project (H2020, grant agreement 999123) runs in Aarhus. Mayor Ida Holm of Aarhus opened it."
    context = reads(text)

    assert context.claims
    for claim in context.claims:
        assert 0 <= claim.start < claim.end <= len(text)
        assert 0.0 < claim.confidence <= 1.0
        assert claim.why


# Projects and programmes


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        ("en", "The HARBOURLIGHT project started in Aarhus in 2018. In HARBOURLIGHT three towns test lamps.", "HARBOURLIGHT"),
        ("en", "Funded by Horizon 2020, TideWise is a project that brings together three ports.", "TideWise"),
        ("de", "Das Projekt NordWärme begann 2019. NordWärme verbindet Flensburg und Lübeck.", "NordWärme"),
        ("fr", "Le projet AQUAVILLE a commencé à Rennes. AQUAVILLE réunit cinq communes.", "AQUAVILLE"),
        ("es", "El proyecto SOLBARRIO empezó en Burgos. SOLBARRIO reúne cuatro municipios.", "SOLBARRIO"),
        ("it", "Il progetto VERDECITTÀ è partito a Ferrara. VERDECITTÀ unisce quattro comuni.", "VERDECITTÀ"),
        ("pl", "Projekt CIEPŁOSIEĆ rozpoczął się w Lublinie. CIEPŁOSIEĆ łączy cztery miasta.", "CIEPŁOSIEĆ"),
        ("pt", "O projeto MARELUZ começou em Braga. MARELUZ reúne quatro cidades.", "MARELUZ"),
    ],
)
def test_an_unknown_project_is_found_by_its_cue_and_shape(reads: Reads, language: str, text: str, name: str) -> None:
    assert name in _names(reads(text, language=language), "project")


def test_the_register_knows_projects_and_a_plain_word_counts_in_capitals_only(reads: Reads, known_tools: Tools) -> None:
    context = reads("The response of the town was quick. Later RESPONSE came to Turku.", tools=known_tools)

    (found,) = context.of("project")
    assert (found.name, context.text[found.start : found.end]) == ("RESPONSE", "RESPONSE")


def test_a_grant_number_belongs_to_the_project_before_it(reads: Reads) -> None:
    context = reads("The HARBOURLIGHT project (grant agreement 999123) runs in Aarhus. HARBOURLIGHT tests lamps.")

    assert _said(context, "grant") == {("HARBOURLIGHT", "999123")}


def test_programmes_and_initiatives_are_no_projects(reads: Reads) -> None:
    context = reads("Horizon 2020 pays for it. She leads the Initiative on Quiet Harbours and joined URBACT.")

    assert {"Horizon 2020", "Quiet Harbours", "URBACT"} <= _names(context, "programme")
    assert not _names(context, "project") & {"Horizon 2020", "URBACT"}


# Places and roles


def test_places_bring_country_level_and_spelling(reads: Reads) -> None:
    context = reads("In München and in Firenze the lamps are on; Denmark watches.")

    assert {("Munich", "München"), ("Florence", "Firenze")} <= _said(context, "alias")
    assert {("Munich", "DE"), ("Florence", "IT")} <= _said(context, "country")
    assert ("Denmark", "country") in _said(context, "level")


def test_a_quarter_that_no_list_holds_is_a_district(reads: Reads) -> None:
    context = reads("In Aarhus the Fiskelund neighbourhood got new lamps. Fiskelund is quiet now.")

    assert ("Fiskelund", "district") in _said(context, "level")
    assert ("Fiskelund", "DK") in _said(context, "country")


@pytest.mark.parametrize(
    ("language", "text", "lighthouse", "fellow"),
    [
        ("en", "Lighthouse cities are Aarhus and Ghent, the fellow cities Braga, Rijeka and Kaunas.", "Ghent", "Kaunas"),
        ("en", "Aarhus and Ghent act as front-runner cities; follower cities: Braga and Kaunas.", "Aarhus", "Kaunas"),
        ("de", "Die Leuchtturmstädte sind Aarhus und Gent, die Nachfolgestädte Braga und Kaunas.", "Ghent", "Kaunas"),
        ("fr", "Les villes phares sont Aarhus et Gand, les villes suiveuses Braga et Kaunas.", "Ghent", "Kaunas"),
        ("es", "Las ciudades faro son Aarhus y Gante, las ciudades seguidoras Braga y Kaunas.", "Ghent", "Kaunas"),
    ],
)
def test_roles_follow_their_words(reads: Reads, language: str, text: str, lighthouse: str, fellow: str) -> None:
    roles = _said(reads(text, language=language), "role")

    assert (lighthouse, "lighthouse") in roles
    assert (fellow, "fellow") in roles
    assert (lighthouse, "fellow") not in roles


def test_a_heading_gives_its_list_a_role(reads: Reads) -> None:
    context = reads("# Towns of the project\n\nFollower cities:\n\n- Braga\n- Kaunas\n\nThe end came in Porto.")

    assert {("Braga", "fellow"), ("Kaunas", "fellow")} <= _said(context, "role")
    assert ("Porto", "fellow") not in _said(context, "role")


def test_a_denied_role_is_none(reads: Reads) -> None:
    assert ("Braga", "fellow") not in _said(reads("Nobody said that the follower city was never Braga."), "role")


# Organisations, people, quotes, events


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("The tests were made by the University of Aarhus in 2019.", "University of Aarhus", "university"),
        ("Lamps came from Nordlys Lighting GmbH and were cheap.", "Nordlys Lighting GmbH", "company"),
        ("It was paid by the Ministry of Water and Energy.", "Ministry of Water and Energy", "public body"),
        ("The European Commission asked for more.", "European Commission", "public body"),
        ("Aarhus City Council voted for the lamps.", "Aarhus City Council", "municipality"),
    ],
)
def test_organisations_have_a_kind(reads: Reads, text: str, name: str, kind: str) -> None:
    assert (name, kind) in _said(reads(text), "kind")


def test_a_long_form_brings_its_acronym(reads: Reads) -> None:
    context = reads("The Northern Harbour Agency (NHA) runs it. Later the NHA left.")

    assert ("Northern Harbour Agency", "NHA") in _said(context, "alias")


def test_people_have_positions_and_bodies_and_are_no_towns(reads: Reads) -> None:
    text = (
        "“We simply began with ten lamps and learned from them”, said Ida Holm, project manager at the University of Aarhus. "
        "Holm stressed that Florence and Braga wait."
    )
    context = reads(text)

    assert _names(context, "person") == {"Ida Holm"}
    assert ("Ida Holm", "University of Aarhus") in _said(context, "affiliated_with")
    assert any(name == "Ida Holm" and "manager" in role for name, role in _said(context, "position"))
    assert len(context.of("person")) == 2  # her surname alone is hers


def test_a_byline_tells_the_body_on_the_line_below(reads: Reads) -> None:
    text = "# Lamps for everyone\n\nAuthors\n\nIda Holm\n\nProject manager, University of Aarhus\n\nWe began with ten lamps."
    context = reads(text)

    assert ("Ida Holm", "University of Aarhus") in _said(context, "affiliated_with")
    (claim,) = [claim for claim in context.claims if claim.predicate == "affiliated_with"]
    assert text[claim.start : claim.end] == "Project manager, University of Aarhus"


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("It was led by WHO and IT Girls with UN Women.", {"WHO", "IT Girls", "UN Women"}, {"It"}),
        ("THE LAMPS OF AARHUS", {"LAMPS OF AARHUS"}, {"THE", "THE LAMPS OF AARHUS"}),
        ("Neighbours count: Más aves en casa", {"Más aves en casa"}, set()),
        ("The Institute of Light and Heat came.", {"Institute of Light", "Institute of Light and Heat"}, {"Institute of"}),
        ("I'm Ida Holm from Odder.", {"Ida Holm"}, {"I'm Ida Holm"}),
    ],
)
def test_what_may_be_a_name(tools: Tools, text: str, wanted: set[str], unwanted: set[str]) -> None:
    (context,) = prepare([(Document(text=text, addresses=("notes/test.txt",), language="en"), ())], tools)
    found = {candidate.text for candidate in candidates(context)}

    assert wanted <= found
    assert not unwanted & found


def test_a_quote_has_words_and_speaker(reads: Reads) -> None:
    context = reads("Ida Holm explained: “We began with ten lamps and learned a lot from them.” Then it rained.")

    (words,) = [claim for claim in context.claims if claim.predicate == "words"]
    assert words.value == "We began with ten lamps and learned a lot from them."
    (speaker,) = [claim.value for claim in context.claims if claim.predicate == "said_by"]
    assert isinstance(speaker, Mention)
    assert speaker.name == "Ida Holm"


def test_an_event_has_a_date_and_a_place(reads: Reads) -> None:
    context = reads("The Northern Lighting Conference takes place in Aarhus on 3 and 4 May 2019.")

    assert ("Northern Lighting Conference", "2019-05-03") in _said(context, "starts")
    assert ("Northern Lighting Conference", "2019-05-04") in _said(context, "ends")
    assert ("Northern Lighting Conference", "Aarhus") in _said(context, "held_in")


def test_claims_are_the_same_every_time(reads: Reads) -> None:
    text = "The HARBOURLIGHT project runs in Aarhus; follower cities are Braga and Kaunas, says Ida Holm of Aarhus."

    first: tuple[Claim, ...] = reads(text).claims
    assert first == reads(text).claims
