"""`similar` keeps its contract in both homes: exactly beside a file, and to a recall of RECALL by the index of a server.

The vectors are made: documents have topics, so that the nearest of a passage are many and crowd together.
"""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest

from graph.errors import InvalidRecord, NotFound
from graph.model import Document, Passage, Reading
from graph.store.base import Store
from graph.store.sqlite import open_store
from graph.vectors import catch_up, embedded_text, share
from queries import questions
from queries.search.question import Searcher
from queries.similar import question
from queries.similar.question import NONE_YET, Answer, ask
from tests.conformance.homes import at
from tests.conformance.test_questions import keeps_the_contract

if TYPE_CHECKING:
    from tests.neo4j.server import Server

RECALL: Final = 0.98
DIMENSION: Final = 64
LANGUAGES: Final = ("en", "en", "en", "de", "fr")
ASKED: Final = 40  # passages, chosen by chance
Row = dict[str, object]


@dataclass
class Topics:
    """A model of made vectors: a text says its topic, and chance does the rest."""

    name: str = "topics"
    dimension: int = DIMENSION
    precision: str = "float32"
    digest: str = "topics"

    def embed(self, texts: Sequence[str]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        rows = [_drawn(text.split("topic ")[1].split()[0]) + 0.7 * _drawn(text) for text in texts]
        found = np.array(rows, dtype=np.float32).reshape(-1, DIMENSION)
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)


def _drawn(seed: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    number = int.from_bytes(hashlib.blake2b(seed.encode(), digest_size=8).digest(), "big")
    return np.random.default_rng(number).normal(size=DIMENSION)


def reading(number: int, parts: int, language: str) -> Reading:
    texts = [f"Part {part} of document {number} on topic {number % 12} here." for part in range(parts)]
    document = Document(text="\n".join(texts), addresses=(f"d{number}.txt",), title=f"Title {number}", language=language)
    starts = [document.text.index(text) for text in texts]
    passages = tuple(
        Passage(document=document.id, start=start, end=start + len(text), text=text, language=language)
        for start, text in zip(starts, texts, strict=True)
    )
    return Reading(document=document, passages=passages, fingerprint="1")


def readings() -> list[Reading]:
    """A hundred documents of five passages, one of eighty, two in a rare language."""
    many = [reading(number, 5, LANGUAGES[number % 5]) for number in range(100)]
    return [*many, reading(100, 80, "en"), reading(101, 2, "hu"), reading(102, 2, "hu")]


@dataclass(frozen=True, slots=True)
class Oracle:
    """The same answers in plain Python, over lists."""

    passages: dict[str, tuple[str, str, list[float]]] = field(default_factory=dict)  # id: document, language, vector

    def rows(self, passage: str, language: str, limit: int) -> list[Row]:
        own, _, asked = self.passages[passage]
        found: list[Row] = [
            {
                "passage": identifier,
                "document": document,
                "score": round(math.fsum(a * b for a, b in zip(asked, vector, strict=True)), 6),
            }
            for identifier, (document, spoken, vector) in self.passages.items()
            if document != own and language in ("", spoken)
        ]
        return sorted(found, key=lambda row: (-float(str(row["score"])), str(row["passage"])))[:limit]


@dataclass(frozen=True, slots=True)
class Home:
    """A filled store, and how it is asked."""

    name: str
    store: Store
    path: Path
    oracle: Oracle
    searcher: Searcher

    def ask(self, passage: str, language: str = "", limit: int = 10) -> Answer:
        return ask(self.store, passage, index=self.searcher.index, language=language, limit=limit)

    def rows(self, passage: str, language: str = "", limit: int = 10) -> list[Row]:
        answer = self.ask(passage, language, limit)
        return [{"passage": each.passage, "document": each.document, "score": each.score} for each in answer.similar]

    def recall(self) -> float:
        """Return the share of the nearest that are found, over all that is asked."""
        found, wanted = 0, 0
        for passage, language, limit in self.asked():
            expected = self.oracle.rows(passage, language, limit)
            rows = self.rows(passage, language, limit)
            found += sum(row in expected for row in rows)
            wanted += len(expected)
        return found / wanted

    def asked(self) -> list[tuple[str, str, int]]:
        chosen = random.Random(5).sample(sorted(self.oracle.passages), ASKED)
        filters = ["", "de", "hu"]
        long = next(i for i, (d, _, _) in self.oracle.passages.items() if d == readings()[100].document.id)
        return [(long, "", 10), (long, "de", 30), *((p, filters[n % 3], (1, 10, 40)[n % 2]) for n, p in enumerate(chosen))]


def filled(name: str, store: Store, path: Path) -> Home:
    store.add_all(readings())
    catch_up(store, path, [Topics()])
    oracle = Oracle()
    for each in readings():
        texts = [embedded_text(each.document.title, passage.text) for passage in each.passages]
        vectors = Topics().embed(texts).tolist()
        for passage, vector in zip(each.passages, vectors, strict=True):
            oracle.passages[passage.id] = (each.document.id, passage.language, vector)
    return Home(name, store, path, oracle, Searcher(store, path))


@pytest.fixture(scope="module", params=["sqlite", "neo4j", "newest neo4j"])
def home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    path = tmp_path_factory.mktemp("similar") / "store.sqlite"
    if request.param == "sqlite":
        with open_store(path) as kept:
            yield filled(request.param, kept, path)
        return
    server: Server = request.getfixturevalue("neo4j" if request.param == "neo4j" else "newest_neo4j_server")
    server.empty()
    with at(server) as there:
        yield filled(request.param, there, path)
    server.empty()


def test_the_nearest_are_found_with_their_cosines(home: Home) -> None:
    for passage, language, limit in home.asked():
        rows = home.rows(passage, language, limit)
        keeps_the_contract("similar", rows)
        assert len(rows) == len(home.oracle.rows(passage, language, limit))
        every = home.oracle.rows(passage, language, 1000)
        assert rows == [row for row in every if row in rows], "in their order, with the scores they have"
        if home.name == "sqlite":
            assert rows == every[:limit]
    assert home.recall() >= (1 if home.name == "sqlite" else RECALL)


def test_hits_show_where_they_stand(home: Home) -> None:
    (passage, _, _) = home.asked()[3]
    for each in home.ask(passage).similar:
        assert home.store.document(each.document).text[each.start : each.end] == each.quote
        assert each.address.startswith("d")
        assert each.title.startswith("Title")


def test_a_limit_is_kept_and_a_language_that_nobody_wrote_has_no_rows(home: Home) -> None:
    (passage, _, _) = home.asked()[3]
    assert home.ask(passage, "xx") == Answer(passage=passage)
    assert home.rows(passage, "", 0) == []
    assert len(home.rows(passage, "", 1000)) == questions.contract("similar").limit


def test_a_passage_that_is_not_kept_is_said(home: Home) -> None:
    with pytest.raises(NotFound, match="passage:nothing"):
        home.ask("passage:nothing")


def test_a_passage_without_a_vector_says_what_makes_it(home: Home) -> None:
    new = reading(500, 1, "en")
    home.store.add(new)
    assert home.ask(new.passages[0].id) == Answer(passage=new.passages[0].id, notes=(NONE_YET,))
    home.store.forget("d500.txt")


def test_it_is_asked_through_its_question(home: Home) -> None:
    with pytest.raises(InvalidRecord, match=r"queries/similar/question\.py"):
        questions.rows(home.store, "similar", passage="p", language="", limit=3)
    assert not [name for name, _ in questions.pending() if name == "similar"]


DAMAGES: Final[tuple[Callable[[str], str], ...]] = (
    lambda text: text.replace("d <> own", "d = own"),
    lambda text: text.replace("d <> own", "true"),
    lambda text: text.replace("p.language = $language", "true").replace(" WHERE true LIMIT", " LIMIT"),
    lambda text: text.replace("$wide", "$wide / 10"),
    lambda text: text.replace("[p.key, p.vector]", "[p.key, vector.vector]").replace("vector.vector", "asked.vector"),
)


@pytest.mark.parametrize("damage", range(len(DAMAGES)))
def test_a_damaged_query_is_found(home: Home, damage: int, monkeypatch: pytest.MonkeyPatch) -> None:
    if home.name == "sqlite":
        assert not (Path(question.__file__).parent / "sqlite.sql").exists(), "no query to damage"
        return
    real = questions.query
    damaged: list[bool] = []

    def query(name: str, backend: str, *, variant: str = "") -> str:
        text = real(name, backend, variant=variant)
        changed = DAMAGES[damage](text)
        damaged.append(changed != text)
        return changed

    monkeypatch.setattr(question, "query", query)
    assert home.recall() < RECALL
    assert all(damaged)


def test_each_server_is_asked_in_its_own_way_and_scans_nothing(home: Home, request: pytest.FixtureRequest) -> None:
    if home.name == "sqlite":
        plan = home.store.rows("EXPLAIN QUERY PLAN SELECT key FROM passage WHERE id = :id", {"id": "x"})
        assert not [row for row in plan if str(row["detail"]).startswith("SCAN")]
        return
    newest = home.name == "newest neo4j"
    server: Server = request.getfixturevalue("newest_neo4j_server" if newest else "neo4j")
    assert home.store.inside
    assert home.store.inside.by_language() == newest
    text = questions.query("similar", "neo4j", variant="2026" if newest else "")
    language = text.removeprefix("CYPHER 25\n")
    assert (language != text) == newest
    (passage, _, _) = home.asked()[3]
    begin = "CYPHER 25 EXPLAIN " if newest else "EXPLAIN "
    from neo4j import GraphDatabase

    with GraphDatabase.driver(server.address, auth=(server.user, server.password)) as driver, driver.session() as session:
        summary = session.run(begin + language, {"passage": passage, "language": "de", "wide": 50}).consume()

    def steps(step: dict[str, object]) -> Iterator[str]:
        yield str(step["operatorType"])
        for child in step.get("children", ()):  # type: ignore[attr-defined]
            yield from steps(child)

    operators = list(steps(summary.plan or {}))
    assert any("IndexSeek" in each for each in operators)
    assert not [each for each in operators if "Scan" in each]


def test_an_index_without_languages_is_made_anew_where_the_server_can(home: Home, request: pytest.FixtureRequest) -> None:
    """As after an upgrade of the server."""
    if home.name == "sqlite":
        assert home.store.inside is None
        return
    server: Server = request.getfixturevalue("newest_neo4j_server" if home.name == "newest neo4j" else "neo4j")
    server.run("DROP INDEX passage_vector")
    config = {"indexConfig": {"vector.dimensions": DIMENSION, "vector.similarity_function": "cosine"}}
    server.run("CREATE VECTOR INDEX passage_vector FOR (p:Passage) ON (p.vector) OPTIONS $config", config=config)
    server.run("MATCH (m:Meta) SET m.vectors_by_language = false")
    server.run("CALL db.awaitIndexes(60)")
    before = home.recall()
    assert before >= RECALL, "the older way serves until somebody embeds"
    share(home.store, home.path)
    assert home.store.inside
    assert home.store.inside.by_language() == (home.name == "newest neo4j")
    assert home.store.check() == []
    assert home.recall() >= RECALL
