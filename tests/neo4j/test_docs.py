"""docs/neo4j.md: its queries answer, its style file styles what is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from graph.schema import schema
from graph.vectors import catch_up
from tests.conformance.graphs import golden
from tests.graph.test_vectors import Letters

if TYPE_CHECKING:
    from tests.neo4j.server import Server

DOCS: Final = Path(__file__).resolve().parents[2] / "docs"
QUERIES: Final = re.findall(r"(?ms)^(\S[^\n]*)\n\n```cypher\n(.*?)```", (DOCS / "neo4j.md").read_text("utf-8"))
PASSAGE: Final = golden().readings[0].passages[0].id
ASKED: Final = {"town": "Østervik", "solution": "Street lighting", "word": "light", "passage": PASSAGE}


@pytest.fixture(scope="module")
def filled(neo4j: Server, tmp_path_factory: pytest.TempPathFactory) -> Server:
    with neo4j.store() as kept:
        golden().load(kept)
        catch_up(kept, tmp_path_factory.mktemp("filled") / "server", [Letters()])
    return neo4j


def test_there_are_twelve_queries() -> None:
    assert len(QUERIES) == 12


@pytest.mark.slow
@pytest.mark.parametrize("query", [text for _, text in QUERIES], ids=[about for about, _ in QUERIES])
def test_every_query_of_the_page_answers(query: str, filled: Server) -> None:
    wanted = {name: ASKED[name] for name in re.findall(r"\$(\w+)", query)}
    assert filled.run(query, **wanted)


@pytest.mark.slow
def test_lineage_is_followed_by_relationships_that_people_read(filled: Server) -> None:
    found = filled.run(
        "MATCH (a:Pilot)-[:RUNS_IN]->(from:Place), (a)-[r:REPLICATED_AS]->(b:Pilot)-[:RUNS_IN]->(to:Place) "
        "MATCH (x:Replication {id: r.replication}) RETURN from.name AS origin, to.name AS target"
    )
    assert {"origin": "Østervik", "target": "Sankt Älmer"} in found


@pytest.mark.slow
def test_the_page_names_what_is_in_the_database(filled: Server) -> None:
    page = (DOCS / "neo4j.md").read_text("utf-8")
    labels = {str(row["label"]) for row in filled.run("CALL db.labels() YIELD label RETURN label")}
    kinds = {kind.capitalize() for kind in schema().classes}
    assert not [label for label in labels - kinds if f":{label}" not in page]
    types = {row["type"] for row in filled.run("MATCH ()-[r]->() RETURN DISTINCT type(r) AS type")}
    edges = {predicate.edge for predicate in schema().predicates.values() if predicate.edge}
    told = {"JUDGED", "ALIKE", "PROPOSED", "COPY_OF", "NAMES", "VOICED_BY", "REPEATED_BY"}  # the store's own notes
    assert not [name for name in types - edges - told if f":{name}" not in page]


def test_the_style_file_shows_every_kind_by_its_name() -> None:
    blocks = dict(re.findall(r"(?ms)^([\w.]+) \{\n(.*?)^\}", (DOCS / "neo4j.grass").read_text("utf-8")))
    for kind in schema().classes:
        assert f"node.{kind.capitalize()}" in blocks
    for name, block in blocks.items():
        assert all(re.fullmatch(r"  [a-z-]+: [^;]+;", line) for line in block.splitlines()), name
