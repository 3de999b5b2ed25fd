"""Tables: rows become documents, cells keep their place, and a mapping states what the columns mean."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from graph.model import BlockKind, Genre
from ingest.claim import Mention
from ingest.errors import StopRun
from ingest.mapping import load_mapping, ready_mappings
from ingest.read import read
from ingest.read.base import Read, Skipped, Source

MAPPING = """
name: lamps
columns: [Project, Town]
title: [Project]
date: {column: Start, format: "%d/%m/%Y"}
language: en
text: [Project, Town, Start, Cost]
labels: {Cost: Cost in EUR}
entities:
  project: {kind: project, name: Project, external: {column: Grant, prefix: cordis-, as: integer}}
  town: {kind: organisation, name: Town, pattern: '^(?P<name>.+?)(?: \\((?P<country>.+)\\))?$'}
statements:
  - {subject: project, predicate: starts, column: Start, as: date, format: "%d/%m/%Y"}
  - {subject: project, predicate: budget, column: Cost, as: number, decimal: ","}
  - {subject: project, predicate: has_partner, entity: town}
"""
ROWS = [
    ["Project", "Grant", "Town", "Start", "Cost"],
    ["LUX", "691735.0", "Odder (Denmark)", "02/05/2016", "1.250.000,50"],
    ["UMBRA", "", "Lüneburg", "no data", ""],
]


def separated(mark: str, encoding: str = "utf-8") -> bytes:
    return "\n".join(mark.join(f'"{cell}"' for cell in row) for row in ROWS).encode(encoding)


def workbook() -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    for row in ROWS:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def records() -> bytes:
    import json

    return json.dumps({"projects": [dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]]}).encode()


@pytest.mark.parametrize(
    "data", [separated(","), separated(";"), separated("\t"), separated(";", "cp1252"), workbook(), records()],
    ids=["comma", "semicolon", "tab", "old encoding", "xlsx", "json"],
)  # fmt: skip
def test_a_row_becomes_a_document_whose_cells_keep_row_and_column(data: bytes) -> None:
    first, second = read(Source(address="lamps.table", data=data, mapping=MAPPING))
    assert isinstance(first, Read)
    assert isinstance(second, Read)
    document = first.document
    assert document.addresses == ("lamps.table#row=1",)
    assert document.text == "Project: LUX\nTown: Odder (Denmark)\nStart: 02/05/2016\nCost in EUR: 1.250.000,50"
    assert (document.title, document.date, document.language, document.genre) == ("LUX", "2016-05-02", "en", Genre.TABLE_ROW)
    cells = [(block.kind, block.row, block.column, document.text[block.start : block.end]) for block in document.blocks]
    assert cells == [
        (BlockKind.CELL, 1, "Project", "LUX"),
        (BlockKind.CELL, 1, "Town", "Odder (Denmark)"),
        (BlockKind.CELL, 1, "Start", "02/05/2016"),
        (BlockKind.CELL, 1, "Cost", "1.250.000,50"),
    ]
    assert second.document.text == "Project: UMBRA\nTown: Lüneburg"
    assert second.document.blocks[0].row == 2


def test_a_mapping_states_what_the_columns_mean_with_the_cell_as_evidence() -> None:
    first, second = read(Source(address="lamps.csv", data=separated(","), mapping=MAPPING))
    assert isinstance(first, Read)
    assert isinstance(second, Read)
    quotes = {
        claim.predicate: first.document.text[claim.start : claim.end] for claim in first.claims if claim.predicate != "name"
    }
    assert quotes == {"starts": "02/05/2016", "budget": "1.250.000,50", "has_partner": "Odder (Denmark)"}
    values = {claim.predicate: claim.value for claim in first.claims if claim.predicate != "name"}
    assert values["starts"] == "2016-05-02"
    assert values["budget"] == "1250000.50"
    partner = values["has_partner"]
    assert isinstance(partner, Mention)
    assert (partner.name, partner.country) == ("Odder", "DK")
    assert {claim.subject.external for claim in first.claims if claim.subject.kind == "project"} == {"cordis-691735"}
    assert {claim.predicate for claim in second.claims} == {"name", "has_partner"}


def test_a_table_that_lacks_a_column_of_its_mapping_is_skipped_with_the_column() -> None:
    (found,) = read(Source(address="x.csv", data=b"Project,Start,Cost\nLUX,1,2\n", mapping=MAPPING))
    assert isinstance(found, Skipped)
    assert "needs the columns Town" in found.reason


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("predicate: starts", "predicate: begins"), "'begins' is no predicate"),
        (("kind: project", "kind: projekt"), "'projekt'"),
        (("entity: town", "column: Town"), "takes an `entity`"),
        (("as: number", "as: money"), "`as` is one of"),
        (("labels:", "label:"), "label, which mean nothing"),
        (("name: lamps", "nom: lamps"), "needs `name` and `columns`"),
        (("subject: project, predicate: budget", "subject: projekt, predicate: budget"), "names an entity"),
    ],
)
def test_a_mistake_in_a_mapping_is_said(change: tuple[str, str], why: str) -> None:
    with pytest.raises(StopRun, match=why.replace("`", ".")):
        load_mapping(MAPPING.replace(*change))


def test_every_ready_mapping_is_documented() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "tables.md").read_text("utf-8")
    assert [mapping.name for mapping in ready_mappings() if f"`{mapping.name}`" not in page] == []


@pytest.mark.shared
def test_the_ready_mappings_read_their_tables_whole(shared: Path) -> None:
    wanted = {
        "cordis_citizen_science_projects.csv": 22,
        "cordis_citizen_science_projects_and_participants.csv": 257,
        "ERDF_Flanders_2007-2013.json": 449,
        "ERDF_Denmark_2014-2020.csv": 107,
    }
    for name, count in wanted.items():
        found = list(read(Source(address=name, path=shared / "data" / name)))
        assert [each for each in found if not isinstance(each, Read)] == []
        assert len(found) == count
        documents = [each.document for each in found if isinstance(each, Read)]
        assert all(document.title and document.date for document in documents)
        assert all(each.claims for each in found if isinstance(each, Read))
