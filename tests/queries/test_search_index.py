"""What search keeps in memory follows every write: what was read piece by piece is what is read at once."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from graph.model import Document, Evidence, Genre, Judgement, Modality, Passage, Progress, Proposal, Reading, Statement, Verdict
from graph.store.sqlite import SqliteStore, open_store
from graph.vectors import catch_up
from queries.search import index as module
from queries.search.index import FACETS, Index, read_index, refreshed

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


def add(store: SqliteStore, number: int, variant: int) -> None:
    store.add(reading(number, variant))


def forget(store: SqliteStore, number: int, variant: int) -> None:
    if any(f"p{number}" in document.addresses for document in store.documents()):
        store.forget(f"p{number}")


def judge(store: SqliteStore, number: int, variant: int) -> None:
    kept = list(store.statements())
    if kept:
        verdict = (Verdict.WRONG, Verdict.CONFIRMED)[variant % 2]
        store.judge(Judgement(verdict=verdict, first=kept[number % len(kept)].statement.id, by="somebody"))


def undo(store: SqliteStore, number: int, variant: int) -> None:
    if judged := store.judgements():
        store.undo(judged[number % len(judged)].id)


def fold(store: SqliteStore, number: int, variant: int) -> None:
    first, second = (f"place:{PLACES[each % 3].lower()}" for each in (variant, variant + 1))
    store.propose([Proposal(first=first, second=second, score=97, reason="test")])


def embed(store: SqliteStore, number: int, variant: int) -> None:
    catch_up(store, store.path, [Lengths()])


STEPS: Final[tuple[Callable[[SqliteStore, int, int], None], ...]] = (add, add, add, forget, judge, undo, fold, embed)


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


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example([(3, 0, 0, False), (7, 0, 0, False), (0, 0, 0, False)])  # vectors of an empty store, then a document
@given(st.lists(st.tuples(st.integers(0, len(STEPS) - 1), st.integers(0, 3), st.integers(0, 5), st.booleans()), max_size=14))
def test_an_index_that_followed_every_write_is_the_one_read_anew(steps: list[tuple[int, int, int, bool]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.sqlite"
        with open_store(path) as store, open_store(path) as other:
            add(store, 0, 0)
            index = read_index(store, path)
            for step, number, variant, look in steps:
                STEPS[step](other, number, variant)
                if look:
                    index = refreshed(index, path)
            index = refreshed(index, path)
            assert index.current == read_index(store, path).current
            assert seen(index) == seen(read_index(store, path))


def test_a_key_that_is_given_again_is_another_document(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    with open_store(path) as store:
        add(store, 0, 0)
        add(store, 1, 1)
        index = read_index(store, path)
        store.forget("p1")
        add(store, 2, 2)
        after = refreshed(index, path)
        assert after.keys.tolist() == index.keys.tolist()
        assert seen(after) == seen(read_index(store, path))


def test_after_a_write_only_what_changed_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "store.sqlite"
    with open_store(path) as store:
        for number in range(4):
            add(store, number, number)
        index = read_index(store, path)
        asked: list[str] = []
        search_rows: Any = getattr(module, "search_rows")  # noqa: B009 - it is imported there, not exported

        def counted(reader: SqliteStore, name: str, **parameters: object) -> list[dict[str, object]]:
            rows: list[dict[str, object]] = search_rows(reader, name, **parameters)
            asked.append(f"{name} {len(rows)}")
            return rows

        monkeypatch.setattr(module, "search_rows", counted)
        add(store, 4, 3)
        index = refreshed(index, path)
        assert asked[:3] == ["documents_touched 0", "documents_changed 1", "passages_of_documents 2"]
        assert not any(each.startswith("every_") for each in asked)
        asked.clear()
        changed = reading(4, 3)
        store.add(replace(changed, passages=changed.passages[:1], fingerprint="another"))
        assert len(refreshed(index, path)) == len(index) - 1
        assert asked[:3] == ["documents_touched 1", "documents_changed 1", "passages_of_documents 1"]


def test_a_store_that_was_put_back_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    with open_store(path) as store:
        add(store, 0, 0)
        index = read_index(store, path)
        later = replace(index, generation=index.generation + 5)
        assert seen(refreshed(later, path)) == seen(index)
