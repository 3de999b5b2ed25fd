"""Roles of towns in the right one of two projects, on sentences of our own."""

from __future__ import annotations

import pytest

from ingest.claim import Mention
from tests.ingest.conftest import Reads

pytestmark = pytest.mark.model


def roles(text: str, reads: Reads) -> set[tuple[str, str, str]]:
    context = reads(
        f"The projects LUMINA and VERDIGO\n\nLUMINA and VERDIGO are two EU projects funded by Horizon 2020.\n\n{text}"
    )
    return {
        (claim.subject.name, claim.predicate, claim.value.name)
        for claim in context.claims
        if claim.extractor == "roles" and isinstance(claim.value, Mention)
    }


def test_each_role_goes_to_the_project_it_is_said_of(reads: Reads) -> None:
    found = roles("Graz is a lighthouse city of LUMINA and a fellow city of the project VERDIGO.", reads)
    assert found == {("Graz", "lighthouse_in", "LUMINA"), ("Graz", "fellow_in", "VERDIGO")}


def test_lists_of_two_projects_stay_apart(reads: Reads) -> None:
    found = roles("The LUMINA lighthouse cities are Graz and Linz, and the VERDIGO fellow cities are Parma and Modena.", reads)
    assert found == {
        ("Graz", "lighthouse_in", "LUMINA"),
        ("Linz", "lighthouse_in", "LUMINA"),
        ("Parma", "fellow_in", "VERDIGO"),
        ("Modena", "fellow_in", "VERDIGO"),
    }


def test_a_clause_keeps_its_project(reads: Reads) -> None:
    found = roles("Graz is a fellow city in VERDIGO, but Linz is a lighthouse city in LUMINA.", reads)
    assert ("Linz", "lighthouse_in", "LUMINA") in found
    assert ("Graz", "fellow_in", "VERDIGO") in found
    assert not {("Linz", "lighthouse_in", "VERDIGO"), ("Graz", "fellow_in", "LUMINA")} & found
