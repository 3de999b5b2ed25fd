"""The register: every row becomes statements that keep to the schema, none twice, each with an address."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from graph import register
from graph.model import Certainty, Modality, Progress, Statement
from graph.schema import schema


def _about(predicate: str) -> list[Statement]:
    return [statement for statement in register.statements() if statement.predicate == predicate]


def _named(name: str) -> str:
    (subject,) = {s.subject for s in register.statements() if s.predicate == "name" and s.value == name}
    return subject


def _of(subject: str, predicate: str) -> set[str]:
    return {s.value for s in register.statements() if s.subject == subject and s.predicate == predicate}


def test_every_statement_keeps_to_the_schema() -> None:
    for statement in register.statements():
        schema().check(statement)


def test_no_statement_comes_twice() -> None:
    ids = Counter(statement.id for statement in register.statements())
    assert max(ids.values()) == 1


def test_every_entity_has_a_name_and_every_place_a_country_and_a_level() -> None:
    found = register.statements()
    links = {name for name, predicate in schema().predicates.items() if predicate.links}
    used = {s.subject for s in found} | {s.value for s in found if s.predicate in links}
    assert used == {s.subject for s in found if s.predicate == "name"}
    places = {identifier for identifier in used if identifier.startswith("place:")}
    assert places == {s.subject for s in _about("country")} == {s.subject for s in _about("level")}


def test_every_statement_is_entered_by_the_register_with_its_source() -> None:
    for statement in register.statements():
        evidence = statement.evidence
        assert (evidence.person, evidence.collection) == ("Twintown register", "register")
        assert evidence.address
        assert 0 < len(evidence.quote) <= 300


def test_tables_hold_every_row_that_was_handed_down() -> None:
    assert {row["row"] for row in register.table("projects")} == {str(number) for number in range(1, 55)}
    assert {row["row"] for row in register.table("pilots")} == {str(number) for number in range(1, 47)}
    assert {row["row"] for row in register.table("replications")} == {str(number) for number in range(1, 139)}
    assert {row["row"] for row in register.table("lessons")} == {str(number) for number in range(1, 13)}


def test_facts_and_tables_give_the_same_addresses() -> None:
    rows: dict[str, tuple[str, ...]] = {}
    for name, fact in register.facts().items():
        letter, first, last = re.fullmatch(r"([A-Z])(\d+)(?:-(\d+))?", name).groups()  # type: ignore[union-attr]
        rows |= {f"{letter}{number}": fact.addresses for number in range(int(first), int(last or first) + 1)}
    for letter, table in (("S", "pilots"), ("R", "replications")):
        for row in register.table(table):
            assert tuple(row["address"].split(" ; ")) == rows[letter + row["row"]], row


@pytest.mark.parametrize("table", ["roles", "pilots", "replications"])
def test_towns_of_a_row_stand_in_the_row_that_was_handed_down(table: str) -> None:
    letter = {"roles": "P", "pilots": "S", "replications": "R"}[table]
    known = register.known_names()["place"]
    spelled: dict[str, set[str]] = {}
    for name, identifier in known.items():
        spelled.setdefault(identifier, set()).add(name)
    texts: dict[str, str] = {}
    for name, fact in register.facts().items():
        first, _, last = name[1:].partition("-")
        texts |= {f"{name[0]}{number}": fact.text for number in range(int(first), int(last or first) + 1)}
    same_origin = {str(number): texts["R41"] + texts["R52"] for number in range(41, 57)}  # "same" points to the row above
    for row in register.table(table):
        text = texts[letter + row["row"]] + (same_origin.get(row["row"], "") if table == "replications" else "")
        cells = row["from"] + ";" + row["to"] if table == "replications" else row["place"]
        for place in filter(None, cells.split(";")):
            assert any(name.casefold() in text.casefold() for name in spelled[known[place]]), (table, row["row"], place)


def test_certainty_d_is_a_role_and_no_replication() -> None:
    assert not [s for s in _about("replicated_to") if s.certainty is Certainty.D]
    roles = {s.subject for s in _about("fellow_in") if s.certainty is Certainty.D}
    assert roles == {_named(name) for name in ("Cluj-Napoca", "Litoměřice", "Kozani")}


def test_done_under_way_and_planned_follow_the_certainty() -> None:
    allowed = {
        Certainty.A: {Progress.DONE},
        Certainty.A_B: {Progress.RUNNING},
        Certainty.B: {Progress.RUNNING, Progress.PLANNED},
        Certainty.C: {Progress.PLANNED, Progress.INTENDED},
        Certainty.C_D: {Progress.PLANNED, Progress.INTENDED},
    }
    for statement in _about("replicated_to"):
        assert statement.progress in allowed[statement.certainty], statement


def test_growing_within_a_town_is_marked() -> None:
    within = {row["row"] for row in register.table("replications") if row["scope"] == "within town"}
    assert within == {"48", "71", "84"}
    loops = [
        replication
        for replication in {s.subject for s in _about("replicated_to")}
        if _of(replication, "replicated_to") & _of(replication, "replicated_from")
    ]
    assert loops
    assert all(_of(replication, "scope") == {"within town"} for replication in loops)


def test_a_replication_keeps_every_origin() -> None:
    bordeaux = _named("humble lamppost: London, Lisbon, Milan to Bordeaux")
    assert _of(bordeaux, "replicated_from") == {_named(name) for name in ("London", "Lisbon", "Milan")}
    assert _of(bordeaux, "transfers") == {"solution:smart-lighting"}
    voru = _named("Bold City Vision method: Trondheim, Limerick to Võru")
    assert _of(voru, "replicated_from") == {_named(name) for name in ("+CityxChange", "Trondheim", "Limerick")}


def test_sources_that_disagree_on_dates_are_both_kept() -> None:
    starts = {(s.value, s.evidence.address) for s in _about("starts") if s.subject == _named("Triangulum")}
    assert {date for date, _ in starts} == {"2015-02", "2015-01"}
    assert len({address for _, address in starts}) == 2
    ends = {s.value for s in _about("ends") if s.subject == _named("Smarter Together")}
    assert ends == {"2021-07", "2022-06-30"}


def test_a_town_filled_in_from_memory_is_hedged() -> None:
    hedged = [s for s in _about("runs_in") if s.modality is Modality.HEDGED]
    assert [s.value for s in hedged] == [_named("Limerick")]


def test_what_stopped_stays_in() -> None:
    stopped = {s.subject for s in _about("runs_in") if s.progress is Progress.STOPPED}
    assert stopped == {
        _named("large heat pump in district heating in Sonderborg"),
        _named("Easton self-driving shuttle in Columbus"),
    }


def test_projects_know_their_grants_and_their_towns() -> None:
    projects = {project.name: project for project in register.known_projects()}
    assert len(projects) == 54
    assert projects["REPLICATE"].id == "project:cordis-691735"
    assert register.project_cities()["Smart Columbus"] == (_named("Columbus"),)
    assert "place:geonames-2654675" in register.project_cities()["REPLICATE"]


def test_names_lead_to_ids_that_the_statements_use() -> None:
    subjects = {statement.subject for statement in register.statements()}
    names = register.known_names()
    assert names["place"]["Köln"] == names["place"]["Cologne"] == "place:geonames-2886242"
    assert all(identifier in subjects for kind in names.values() for identifier in kind.values())
