"""Search with an approximate index: the same first hits, said to be approximate, and exact wherever a filter is given."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graph.model import Document, Passage, Reading
from graph.store.sqlite import SqliteStore, open_store
from graph.vectors import catch_up
from queries.search.question import APPROXIMATELY, Answer, Filters, Searcher
from tests.conftest import ROOT

TOPICS = 40
PARTS = 5
DOCUMENTS = 700  # more passages than are scored again exactly
WIDTH = 400
ASKED = ("topic 3", "topic 17 of towns", "topic 39 part 2", "something else")


@dataclass(frozen=True)
class Topical:
    """A small model: texts of one topic lie together."""

    name: str = "topical"
    dimension: int = 24
    precision: str = "float32"
    digest: str = "topical"

    def embed(self, texts: Sequence[str]) -> Any:
        rows = []
        for text in texts:
            words = text.replace(".", " ").split()
            topic = int(words[words.index("topic") + 1]) if "topic" in words else TOPICS
            chance = np.random.default_rng([int.from_bytes(text.encode()[-40:], "big") % 2**32, len(text)])
            rows.append(np.random.default_rng(topic).normal(size=24) + 0.6 * chance.normal(size=24))
        found = np.array(rows, dtype=np.float32).reshape(len(texts), 24)
        return found / np.linalg.norm(found, axis=1, keepdims=True)


def reading(number: int) -> Reading:
    said = [f"Report {number} on topic {number % TOPICS} part {part}." for part in range(PARTS)]
    text = "\n".join(said)
    document = Document(
        text=text, addresses=(f"d{number}",), title=f"Report {number}", language="en", date=str(2000 + number % 20)
    )
    passages, at = [], 0
    for each in said:
        passages.append(Passage(document=document.id, start=at, end=at + len(each), text=each, language="en"))
        at += len(each) + 1
    return Reading(document=document, passages=tuple(passages), fingerprint="1")


@dataclass(frozen=True)
class Filled:
    store: SqliteStore
    path: Path

    def searcher(self, width: int) -> Searcher:
        made = Searcher(self.store, self.path, width=width)
        made.embedders = (Topical(),)
        return made


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    path = tmp_path_factory.mktemp("approximate") / "store.sqlite"
    with open_store(path) as store:
        store.add_all([reading(number) for number in range(DOCUMENTS)])
        catch_up(store, path, [Topical()], approximate_from=1)
        yield Filled(store, path)


def listed(answer: Answer) -> list[tuple[str, float]]:
    return [(hit.id, hit.score) for hit in answer.hits]


@pytest.mark.slow
@pytest.mark.parametrize("question", ASKED)
def test_the_first_hits_are_those_of_the_exact_search(filled: Filled, question: str) -> None:
    exact, near = filled.searcher(0).ask(question), filled.searcher(WIDTH).ask(question)
    assert [each for each, _ in listed(near)] == [each for each, _ in listed(exact)]
    assert [score for _, score in listed(near)] == pytest.approx([score for _, score in listed(exact)], abs=1e-3)
    for hit in near.hits:
        assert hit.score == pytest.approx(sum(hit.parts.values()), abs=0.01)


@pytest.mark.slow
def test_an_answer_says_whether_it_is_approximate(filled: Filled) -> None:
    near, exact = filled.searcher(WIDTH).ask("something near towns"), filled.searcher(0).ask("something near towns")
    assert near.approximate
    assert APPROXIMATELY in near.notes
    assert all("(taken approximately)" in "; ".join(hit.why) for hit in near.hits)
    assert not exact.approximate
    assert APPROXIMATELY not in exact.notes
    assert not any("approximately" in "; ".join(hit.why) for hit in exact.hits)


@pytest.mark.slow
@pytest.mark.parametrize(
    "filters", [Filters(since="2010"), Filters(languages=("en",)), Filters(kinds=("passage",)), Filters(genres=("report",))]
)
def test_a_filter_is_answered_exactly(filled: Filled, filters: Filters) -> None:
    near = filled.searcher(WIDTH).ask("topic 3", filters=filters)
    exact = filled.searcher(0).ask("topic 3", filters=filters)
    assert not near.approximate
    assert (listed(near), near.total, near.facets, near.notes) == (listed(exact), exact.total, exact.facets, exact.notes)


@pytest.mark.slow
def test_pages_of_an_approximate_answer_have_no_gap_and_no_repeat(filled: Filled) -> None:
    search = filled.searcher(WIDTH)
    seen, cursor = [], ""
    while True:
        page = search.ask("something else", limit=100, cursor=cursor)
        seen += [hit.id for hit in page.hits]
        cursor = page.following
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == page.total


@pytest.mark.slow
def test_most_of_what_is_counted_is_what_the_exact_search_counts(filled: Filled) -> None:
    for question in ASKED:
        exact, near = (filled.searcher(width).ask(question).facets["date"] for width in (0, WIDTH))
        counts = {value.id: value.count for value in near}
        wanted = {value.id: value.count for value in exact}
        off = sum(abs(counts.get(each, 0) - count) for each, count in wanted.items())
        assert off <= 0.2 * sum(wanted.values())


@pytest.mark.slow
def test_what_is_forgotten_is_not_found_and_what_comes_is(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    with open_store(path) as store:
        store.add_all([reading(number) for number in range(100)])
        catch_up(store, path, [Topical()], approximate_from=1)
        search = Filled(store, path).searcher(50)
        first = search.ask("topic 3")
        assert first.approximate
        gone = first.hits[0]
        store.forget(gone.address)
        store.add(reading(123))
        before = search.ask("topic 3", limit=100)  # the vectors have not followed yet
        assert gone.document not in {hit.document for hit in before.hits}
        catch_up(store, path, [Topical()], approximate_from=1)
        after = search.ask("topic 3", limit=100)
        assert after.approximate
        assert gone.document not in {hit.document for hit in after.hits}
        assert "d123" in {hit.address for hit in after.hits}
        assert listed(search.ask("topic 3")) == listed(Filled(store, path).searcher(0).ask("topic 3"))


BLOCKED = """
import json, sys
sys.modules["usearch"] = None
from pathlib import Path
from graph.store.sqlite import open_store
from tests.queries.test_search_approximate import Filled, WIDTH, listed
path = Path(sys.argv[1])
with open_store(path, readonly=True) as store:
    answer = Filled(store, path).searcher(WIDTH).ask("topic 3", limit=100)
    print(json.dumps([listed(answer), answer.total, answer.approximate, list(answer.notes)]))
"""


@pytest.mark.slow
def test_without_the_extra_search_is_exact(filled: Filled) -> None:
    command = [sys.executable, "-c", BLOCKED, str(filled.path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    exact = filled.searcher(0).ask("topic 3", limit=100)
    assert json.loads(done.stdout) == [[list(each) for each in listed(exact)], exact.total, False, list(exact.notes)]
