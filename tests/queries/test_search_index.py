"""What search keeps in memory follows every write: what was read piece by piece is what is read at once."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from graph.model import Document, Evidence, Genre, Judgement, Modality, Passage, Progress, Proposal, Reading, Statement, Verdict
from graph.store.base import Store
from graph.store.sqlite import open_store
from graph.vectors import catch_up
from queries.search import index as module
from queries.search.index import FACETS, Index, read_index, refreshed
from tests.conformance.homes import at, emptied

if TYPE_CHECKING:
    from tests.neo4j.server import Server

PLACES: Final = ("Ostwick", "Bergfurt", "Seeham")
LINES: Final = ("The town lends bicycles.", "Sensors count them in Ostwick.", "Le maire est content.", "Nobody paid.")


@dataclass
class Lengths:
    """A model of four numbers, from the letters of a text."""

    name: str = "lengths"
    dimension: int = 4
    precision: str = "float32"
    digest: str = "lengths"

    def embed(self, texts: Sequence[str]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        rows = np.array([[len(text), text.count("e"), text.count("t"), 1] for text in texts], dtype=np.float32).reshape(-1, 4)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def reading(number: int, variant: int) -> Reading:
    """Return one of several readings of a page: variants differ in text, title, language, passages, statements or fingerprint."""
    text = "\n".join((f"Page {number}{'' if variant % 2 else ' again'}.", *LINES[: 2 + variant % 3]))
    document = Document(
        text=text,
        addresses=(f"p{number}",),
        title=f"Title {variant % 4}",
        language=("en", "fr")[variant % 2],
        date=("2018", "2020-05", "")[variant % 3],
        genre=(Genre.NEWS, Genre.REPORT)[variant % 2],
    )
    cut = len(text) // 2 + variant % 2
    spans = ((0, cut), (cut, len(text)))
    passages = [Passage(document=document.id, start=a, end=b, text=text[a:b], language=("en", "de")[a % 2]) for a, b in spans]
    return Reading(
        document=document, passages=tuple(passages), statements=statements(document, variant), fingerprint=str(variant)
    )


def statements(document: Document, variant: int) -> tuple[Statement, ...]:
    name = PLACES[variant % 3]
    at = document.text.index("town") if variant % 2 else 0
    seen = Evidence(document=document.id, start=at, end=at + 4, quote=document.text[at : at + 4], extractor="test", version="1")
    place, solution = f"place:{name.lower()}", f"solution:{('bikes', 'lamps')[variant % 2]}"
    progress = (Progress.DONE, Progress.RUNNING, Progress.UNCLEAR)[variant % 3]
    told = (
        (place, "name", name),
        (place, "country", ("DE", "AT")[variant % 2]),
        (solution, "name", solution[9:]),
        (place, "offers", solution),
    )
    modality = Modality.NEGATED if variant == 5 else Modality.STATED
    return tuple(
        Statement(subject=subject, predicate=predicate, value=value, evidence=seen, progress=progress, modality=modality)
        for subject, predicate, value in told
    )


@dataclass(frozen=True, slots=True)
class Home:
    """An empty store as two processes have it open, and the path beside which its vectors lie."""

    store: Store
    other: Store
    path: Path


Opens = Callable[[], AbstractContextManager[Home]]


@contextmanager
def in_a_file() -> Iterator[Home]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.sqlite"
        with open_store(path) as store, open_store(path) as other:
            yield Home(store, other, path)


def on(server: Server) -> Opens:
    @contextmanager
    def on_it() -> Iterator[Home]:
        with tempfile.TemporaryDirectory() as folder, at(server) as store, at(server) as other:
            emptied(store)
            yield Home(store, other, Path(folder) / "server")

    return on_it


@pytest.fixture(params=["sqlite", "neo4j"])
def home(request: pytest.FixtureRequest) -> Iterator[Home]:
    opens = in_a_file if request.param == "sqlite" else on(request.getfixturevalue("neo4j"))
    with opens() as opened:
        yield opened


def add(home: Home, number: int, variant: int) -> None:
    home.other.add(reading(number, variant))


def forget(home: Home, number: int, variant: int) -> None:
    if any(f"p{number}" in document.addresses for document in home.other.documents()):
        home.other.forget(f"p{number}")


def judge(home: Home, number: int, variant: int) -> None:
    kept = list(home.other.statements())
    if kept:
        verdict = (Verdict.WRONG, Verdict.CONFIRMED)[variant % 2]
        home.other.judge(Judgement(verdict=verdict, first=kept[number % len(kept)].statement.id, by="somebody"))


def undo(home: Home, number: int, variant: int) -> None:
    if judged := home.other.judgements():
        home.other.undo(judged[number % len(judged)].id)


def fold(home: Home, number: int, variant: int) -> None:
    first, second = (f"place:{PLACES[each % 3].lower()}" for each in (variant, variant + 1))
    home.other.propose([Proposal(first=first, second=second, score=97, reason="test")])


def embed(home: Home, number: int, variant: int) -> None:
    catch_up(home.other, home.path, [Lengths()])


STEPS: Final[tuple[Callable[[Home, int, int], None], ...]] = (add, add, add, forget, judge, undo, fold, embed)


def seen(index: Index) -> dict[str, object]:
    """Return everything an index answers with, in a form that can be compared."""
    every = np.ones(len(index), dtype=np.bool_)
    rows = np.arange(len(index), dtype=np.int64)
    mentioned = np.stack([index.mention_rows(), index.mentions.subjects, index.mentions.objects], axis=1)
    progress = [index.progress[number] for number in index.mentions.progress]
    return {
        "keys": index.keys.tolist(),
        "documents": [index.about[number]["id"] for number in index.documents],
        "numbers": index.numbers.tolist(),
        "languages": [index.languages[number] for number in index.language],
        "english": index.english.tolist(),
        "about": [dict(row) for row in index.about],
        "mentions": sorted((*map(int, row), stage) for row, stage in zip(mentioned, progress, strict=True) if row[0] >= 0),
        "facets": {name: index.facet(name).count(every, rows) for name in FACETS[1:]},
        "vectors": {
            role: (
                space.passages.matrix[space.passage_rows[space.passage_rows >= 0]].tolist(),
                space.passage_rows.tolist(),
                space.document_rows.tolist(),
            )
            for role, space in index.spaces.items()
        },
        "spread": {role: np.round(space.spread, 5).tolist() for role, space in index.spaces.items()},
    }


Steps = list[tuple[int, int, int, bool]]
STEPPED: Final = st.lists(
    st.tuples(st.integers(0, len(STEPS) - 1), st.integers(0, 3), st.integers(0, 5), st.booleans()), max_size=14
)


def follow(steps: Steps, opens: Opens) -> None:
    """Take steps in one process, looking now and then in another; in the end that one knows what it would read anew."""
    with opens() as home:
        add(home, 0, 0)
        index = read_index(home.store, home.path)
        for step, number, variant, look in steps:
            STEPS[step](home, number, variant)
            if look:
                index = refreshed(index, home.path)
        index = refreshed(index, home.path)
        anew = read_index(home.store, home.path)
        assert index.current == anew.current
        assert seen(index) == seen(anew)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example([(3, 0, 0, False), (7, 0, 0, False), (0, 0, 0, False)])  # vectors of an empty store, then a document
@given(STEPPED)
def test_an_index_that_followed_every_write_is_the_one_read_anew(steps: Steps) -> None:
    follow(steps, in_a_file)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example([(3, 0, 0, False), (7, 0, 0, False), (0, 0, 0, False)])
@given(STEPPED)
def test_so_is_one_of_a_server(neo4j: Server, steps: Steps) -> None:
    follow(steps, on(neo4j))


def test_a_key_that_is_given_again_is_another_document(home: Home) -> None:
    add(home, 0, 0)
    add(home, 1, 1)
    index = read_index(home.store, home.path)
    home.other.forget("p1")
    add(home, 2, 2)
    after = refreshed(index, home.path)
    assert len(after) == len(index)
    assert (after.keys.tolist() == index.keys.tolist()) == (home.store.backend == "sqlite"), "a server never gives one again"
    assert seen(after) == seen(read_index(home.store, home.path))


def test_after_a_write_only_what_changed_is_read(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        add(home, number, number)
    index = read_index(home.store, home.path)
    asked: list[str] = []
    search_rows: Any = getattr(module, "search_rows")  # noqa: B009 - it is imported there, not exported

    def counted(reader: Store, name: str, **parameters: object) -> list[dict[str, object]]:
        rows: list[dict[str, object]] = search_rows(reader, name, **parameters)
        asked.append(f"{name} {len(rows)}")
        return rows

    monkeypatch.setattr(module, "search_rows", counted)
    add(home, 4, 3)
    index = refreshed(index, home.path)
    came = 1 if home.store.backend == "neo4j" else 0  # a file knows those that came by their keys
    # and two that stayed, to see that the store was not filled anew
    assert asked[:3] == [f"documents_touched {came}", "documents_changed 3", "passages_of_documents 2"]
    assert not any(each.startswith("every_") for each in asked)
    asked.clear()
    changed = reading(4, 3)
    home.other.add(replace(changed, passages=changed.passages[:1], fingerprint="another"))
    assert len(refreshed(index, home.path)) == len(index) - 1
    assert asked[:3] == ["documents_touched 1", "documents_changed 3", "passages_of_documents 1"]


def test_a_store_that_was_put_back_is_read_whole(home: Home) -> None:
    add(home, 0, 0)
    index = read_index(home.store, home.path)
    later = replace(index, generation=index.generation + 5)
    assert seen(refreshed(later, home.path)) == seen(index)


def test_a_server_that_was_filled_anew_under_its_readers_is_read_whole(neo4j: Server) -> None:
    with on(neo4j)() as home:
        for number in (3, 2, 1, 0):
            add(home, number, 0)
        index = read_index(home.store, home.path)
        exported = list(home.other.snapshot())
        emptied(home.other)  # type: ignore[arg-type]
        home.other.restore(exported)  # in the order of ids: other keys, the same generation
        add(home, 4, 0)
        after = refreshed(index, home.path)
        assert after.generation > index.generation
        assert seen(after) == seen(read_index(home.store, home.path))
