"""Likeness of names: nothing false is folded, and what is likely is asked."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest

from graph.model import Edge, Entity
from ingest.likeness import ASKS, FOLDS, likeness, proposals

PAIRS = Path(__file__).resolve().parents[1] / "golden" / "name_pairs.tsv"


def _pairs() -> list[dict[str, str]]:
    with PAIRS.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def test_no_hard_pair_is_folded_wrongly_and_most_of_the_same_are_found() -> None:
    pairs = _pairs()
    folded = [row for row in pairs if likeness(row["kind"], row["first"], row["second"]).score >= FOLDS]
    same = [row for row in pairs if row["answer"] == "same"]

    assert len(pairs) == 200
    assert [row for row in folded if row["answer"] == "different"] == []
    assert len(folded) / len(same) >= 0.6


@pytest.mark.parametrize("row", _pairs()[::7], ids=lambda row: f"{row['first']} / {row['second']}")
def test_likeness_does_not_depend_on_the_order_of_the_two(row: dict[str, str]) -> None:
    assert likeness(row["kind"], row["first"], row["second"]) == likeness(row["kind"], row["second"], row["first"])


def test_an_acronym_is_a_question_and_no_answer() -> None:
    found = likeness("organisation", "SCIS", "Smart Cities Information System")

    assert ASKS <= found.score < FOLDS
    assert "acronym" in found.reason


def _entity(kind: str, name: str, key: str, country: str = "", aliases: tuple[str, ...] = ()) -> Entity:
    return Entity(id=f"{kind}:{key}", kind=kind, name=name, country=country, aliases=aliases)


def test_proposals_do_not_depend_on_the_order_of_entities() -> None:
    entities = [
        _entity("organisation", "Hafenwerke Nord GmbH", "a"),
        _entity("organisation", "Hafenwerke Nord", "b"),
        _entity("organisation", "Hafenwerke Süd", "c"),
        _entity("project", "Grüne Welle", "d"),
    ]
    shuffled = entities[:]
    random.Random(3).shuffle(shuffled)

    first = list(proposals(entities))

    assert first == list(proposals(shuffled))
    assert [(one.first, one.second) for one in first] == [("organisation:a", "organisation:b")]
    assert first[0].score >= FOLDS


def test_bodies_of_two_countries_are_not_compared() -> None:
    entities = [_entity("organisation", "Hafenwerke", "a", "DE"), _entity("organisation", "Hafenwerke", "b", "AT")]

    assert list(proposals(entities)) == []


def test_two_towns_of_the_gazetteer_with_one_name_stay_two() -> None:
    entities = [_entity("place", "Odder", "geonames-1", "DK"), _entity("place", "Odder", "geonames-2", "DK")]

    assert list(proposals(entities)) == []


def test_the_same_given_name_in_one_initiative_is_a_question() -> None:
    people = [_entity("person", "Mira Holm", "a"), _entity("person", "Mira Lund", "b"), _entity("person", "Kai Lund", "c")]
    edges = [Edge(subject=one.id, predicate="member_of", object="programme:p") for one in people]

    (found,) = proposals([*people, _entity("programme", "Kleine Häfen", "p")], edges)

    assert {found.first, found.second} == {"person:a", "person:b"}
    assert ASKS <= found.score < FOLDS
    assert "Kleine Häfen" in found.reason


def test_people_of_one_name_in_two_bodies_are_asked_about() -> None:
    people = [_entity("person", "Mira Holm", "a"), _entity("person", "Mira Holm", "b")]
    edges = [
        Edge(subject="person:a", predicate="affiliated_with", object="organisation:x"),
        Edge(subject="person:b", predicate="affiliated_with", object="organisation:y"),
    ]

    (found,) = proposals(people, edges)

    assert ASKS <= found.score < FOLDS
