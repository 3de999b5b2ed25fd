"""Search on Neo4j finds what search on SQLite finds: the same hits, scores, reasons, facets and suggestions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from graph.store.search import FILES, search_rows
from graph.store.sql import named
from graph.store.sqlite import open_store
from graph.vectors import store_rows
from queries.search.question import Answer, Filters, Searcher
from queries.search.words import Match, expression
from queries.suggest.question import ask as suggest
from tests.conformance.graphs import golden, seeded
from tests.queries.test_search import TEXTS, made

if TYPE_CHECKING:
    from graph.store.base import Store
    from tests.neo4j.server import Server

QUESTIONS: Final = (
    *("Østervik", "oster*", '"street lights"', "street lights with sensors", "Wärme aus Abwasser", "who pays for repairs?"),
    *("lantern", "Ada Brandt of Ostervik", "cargo bikes", "nothing of this", "C++ AND (NOT) \\ / ^ ~ : {x} [y]", '"', "*"),
)


@dataclass(frozen=True, slots=True)
class Both:
    """The same readings in two homes."""

    sqlite: Store
    neo4j: Store
    searchers: tuple[Searcher, Searcher]


@pytest.fixture(scope="module")
def both(neo4j: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    folder = tmp_path_factory.mktemp("both")
    with open_store(folder / "store.sqlite") as first, neo4j.store() as second:
        for graph in (golden(), seeded(1)):
            graph.load(first)
        first.add_all([made(page) for page in TEXTS])
        second.restore(first.snapshot())
        yield Both(first, second, (Searcher(first, folder / "a"), Searcher(second, folder / "b")))


def bare(answer: Answer) -> Answer:
    """An answer without the time it took and where its next page begins."""
    hits = tuple(sorted(answer.hits, key=lambda hit: (-hit.score, hit.kind, hit.id)))
    return replace(answer, seconds={}, following="", hits=hits)


def test_the_two_files_hold_the_same_statements() -> None:
    sql, cypher = (named(FILES[backend]) for backend in ("sqlite", "neo4j"))
    assert list(sql) == list(cypher)
    for name, text in sql.items():
        assert set(re.findall(r"(?<!\w):([a-z]+)", text)) == set(re.findall(r"\$([a-z]+)", cypher[name])), name


@pytest.mark.parametrize(
    ("match", "fts5", "lucene"),
    [
        (Match("words", ("street", "light")), 'words : "street light"', 'words:"street light"'),
        (Match("stems", ("light",)), 'stems : "light"', 'stems:"light"'),
        (Match("words", ("li",), beginning=True), 'words : "li"*', "words:li*"),
        (Match("words", ('a"b\\',)), 'words : "a""b\\"', 'words:"a\\"b\\\\"'),
        (Match("words", ("a*:b",), beginning=True), 'words : "a*:b"*', "words:a\\*\\:b*"),
    ],
)
def test_words_are_quoted_as_each_language_wants(match: Match, fts5: str, lucene: str) -> None:
    assert expression([match], "sqlite") == fts5
    assert expression([match, match], "neo4j") == f"{lucene} OR {lucene}"


@pytest.mark.slow
@pytest.mark.parametrize("question", QUESTIONS)
def test_the_same_is_found(question: str, both: Both) -> None:
    first, second = (bare(searcher.ask(question, limit=100)) for searcher in both.searchers)
    assert first == second


@pytest.mark.slow
@pytest.mark.parametrize(
    "filters", [Filters(countries=("XA",)), Filters(progress=("done",)), Filters(kinds=("place",)), Filters(since="2018")]
)
def test_filters_keep_the_same(filters: Filters, both: Both) -> None:
    first, second = (bare(searcher.ask("street lights in Østervik", filters=filters, limit=100)) for searcher in both.searchers)
    assert first == second
    assert first.hits


@pytest.mark.slow
def test_something_is_found_at_all(both: Both) -> None:
    answers = [both.searchers[1].ask(question) for question in QUESTIONS]
    assert sum(bool(answer.hits) for answer in answers) >= 8
    assert any(hit.kind == "place" for answer in answers for hit in answer.hits)
    assert all(answers[0].facets[name] for name in ("language", "genre", "country", "solution", "progress"))


@pytest.mark.slow
@pytest.mark.parametrize("typed", ["o", "ost", "sankt", "Street l", "zü", "%", "' OR 1", ""])
def test_the_same_is_suggested(typed: str, both: Both) -> None:
    assert suggest(both.sqlite, typed, limit=50) == suggest(both.neo4j, typed, limit=50)


@pytest.mark.slow
def test_the_same_is_embedded(both: Both) -> None:
    first, second = store_rows(both.sqlite), store_rows(both.neo4j)
    assert first.documents
    assert (first.documents, first.passages) == (second.documents, second.passages)
    for name, ids in (("passages", list(first.passages.values())), ("documents", list(first.documents.values()))):
        length = {"length": 40} if name == "documents" else {}
        texts = [
            {str(row["id"]): row for row in search_rows(store, f"{name}_to_embed", ids=ids, **length)}
            for store in (both.sqlite, both.neo4j)
        ]
        assert len(texts[0]) == len(ids)
        assert texts[0] == texts[1]


@pytest.mark.slow
def test_what_came_after_the_first_question_is_found(both: Both, tmp_path: Path) -> None:
    late = "The late town of Spätburg keeps bees on the roof of its depot."
    searcher = both.searchers[1]
    assert not [hit for hit in searcher.ask("bees depot").hits if hit.kind == "passage"]
    reading = made("trees")
    document = replace(reading.document, text=late, addresses=("late.txt",))
    passage = replace(reading.passages[0], document=document.id, start=0, end=len(late), text=late, language="en")
    both.neo4j.add(replace(reading, document=document, passages=(passage,), statements=()))
    assert [hit.document for hit in searcher.ask("bees depot").hits] == [document.id]
    both.neo4j.forget("late.txt")
    assert not searcher.ask("bees depot").hits
