"""Pilots and replications end to end on texts of our own: which place, which solution, from where to where."""

from __future__ import annotations

import pytest

from graph.model import Document
from ingest.claim import Claim, Mention
from ingest.context import Context, Tools, prepare
from ingest.extract import read
from ingest.passages import passages

pytestmark = pytest.mark.model

PILOT = """New street lights for Tartu

Tartu has replaced 300 street lamps by smart LED street lighting in the project SmartEnCity. The smart street lighting was
installed and opened by the mayor of Tartu. Sensors on the lampposts of Tartu measure traffic."""
NO_PILOT = """Looking back on the conference

The guests came from Tartu and from Lecce. They thanked the organisers for the good food."""
REPLICATION = """What became of the bee paths

Ljubljana developed the bee path. In the transfer network three towns took over the bee path from Ljubljana: Cesena, Bergamo
and Bydgoszcz adopted the practice and adapted it to their own parks."""


def claims_of(text: str, tools: Tools, name: str) -> list[Claim]:
    document = Document(text=text, addresses=("own",), language="en", title=text.splitlines()[0])
    (context,) = prepare([(document, passages(document))], tools)
    return [claim for claim in whole(context).claims if claim.extractor == name]


def whole(context: Context) -> Context:
    return read(context)


def names(claims: list[Claim], predicate: str) -> set[str]:
    return {claim.value.name for claim in claims if claim.predicate == predicate and isinstance(claim.value, Mention)}


def test_a_pilot_has_solution_place_and_sentence(tools: Tools) -> None:
    claims = claims_of(PILOT, tools, "pilots")
    assert {claim.value.external for claim in claims if claim.predicate == "tries" and isinstance(claim.value, Mention)} >= {
        "smart-lighting"
    }
    assert names(claims, "runs_in") == {"Tartu"}
    assert all(0 <= claim.start < claim.end <= len(PILOT) and claim.why for claim in claims)


def test_guests_of_a_meeting_are_no_pilots(tools: Tools) -> None:
    assert not claims_of(NO_PILOT, tools, "pilots")


@pytest.mark.parametrize(
    "text",
    [
        "Smart street lighting was discussed at the conference in Graz.",
        "The delegation from Kolding visited Vejle to see the smart street lighting.",
    ],
)
def test_what_is_talked_about_is_no_pilot(tools: Tools, text: str) -> None:
    assert not claims_of(text, tools, "pilots")


def test_a_replication_goes_from_one_town_to_others(tools: Tools) -> None:
    claims = claims_of(REPLICATION, tools, "replications")
    assert names(claims, "replicated_to") >= {"Cesena", "Bergamo", "Bydgoszcz"}
    assert "Ljubljana" in names(claims, "replicated_from")
    assert "Ljubljana" not in names(claims, "replicated_to")


def test_the_project_replicate_is_no_replication(tools: Tools) -> None:
    text = "REPLICATE is a project. San Sebastián, Florence and Bristol are the lighthouse cities of REPLICATE."
    assert not claims_of(text, tools, "replications")
