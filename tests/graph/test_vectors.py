"""Vectors beside the store: they follow it, outlive crashes, and serve one model at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from graph.errors import StoreError, WrongStore
from graph.model import Document, Passage, Reading
from graph.store.sqlite import SqliteStore, open_store
from graph.vectors import (
    LISTS,
    Sidecar,
    Vectors,
    _alone,
    catch_up,
    check_serving,
    embedded_text,
    nearest,
    serving,
    store_rows,
    vectors_home,
)


@dataclass
class Letters:
    """A small model of its own: the letters of a text, hashed. It counts what it embeds, and can be made to stop."""

    name: str = "letters"
    dimension: int = 16
    precision: str = "float32"
    seen: list[str] = field(default_factory=list)
    stop_after: int = 10**9

    @property
    def digest(self) -> str:
        return f"digest of {self.name}".replace(" ", "-")

    def embed(self, texts: Sequence[str]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        if len(self.seen) + len(texts) > self.stop_after:
            raise KeyboardInterrupt
        self.seen += texts
        rows = [
            np.frombuffer(hashlib.blake2b(f"{self.name}{t}".encode(), digest_size=16).digest(), dtype=np.uint8) for t in texts
        ]
        found = np.array(rows, dtype=np.float32).reshape(len(texts), 16) - 128
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)


def reading(number: int, *, parts: int = 3, title: str = "A title") -> Reading:
    text = " ".join(f"Sentence {part} of document {number}." for part in range(parts))
    document = Document(text=text, addresses=(f"d{number}.txt",), title=title, language="en")
    size = len(text) // parts
    passages = tuple(
        Passage(document=document.id, start=at * size, end=(at + 1) * size, text=text[at * size : (at + 1) * size], language="en")
        for at in range(parts)
    )
    return Reading(document=document, passages=passages, fingerprint="1")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


@pytest.fixture
def kept(path: Path) -> SqliteStore:
    store = open_store(path)
    store.add_all([reading(number) for number in range(4)])
    return store


def lists(path: Path, model: Letters) -> dict[str, Vectors]:
    sidecar = Sidecar(vectors_home(path), model.digest)
    found = {name: sidecar.open(name) for name in LISTS}
    return {name: vectors for name, vectors in found.items() if vectors is not None}


def alive(vectors: Vectors) -> set[str]:
    return {identifier for identifier in vectors.ids if identifier}


def test_every_passage_and_document_has_its_row(kept: SqliteStore, path: Path) -> None:
    model = Letters()
    assert catch_up(kept, path, [model]) == 12 + 4
    found = lists(path, model)
    assert alive(found["passages"]) == set(store_rows(kept).passages)
    assert alive(found["documents"]) == set(store_rows(kept).documents)
    assert found["passages"].head.generation == kept.generation()
    assert found["passages"].head.dimension == 16
    again = model.embed(model.seen[:12])
    assert np.array_equal(found["passages"].matrix, again)


def test_only_what_is_new_is_embedded(kept: SqliteStore, path: Path) -> None:
    model = Letters()
    catch_up(kept, path, [model])
    assert catch_up(kept, path, [model]) == 0
    kept.add(reading(9))
    assert catch_up(kept, path, [model]) == 3 + 1


def test_what_is_forgotten_loses_its_rows_and_the_file_is_written_anew(kept: SqliteStore, path: Path) -> None:
    model = Letters()
    catch_up(kept, path, [model])
    kept.forget("d0.txt")
    kept.forget("d1.txt")
    before = lists(path, model)["passages"]
    assert catch_up(kept, path, [model]) == 0
    after = lists(path, model)["passages"]
    assert alive(after) == set(store_rows(kept).passages)
    assert after.head.count == 6
    assert after.head.rows != before.head.rows
    assert before.matrix.shape == (12, 16), "who mapped the old rows keeps them"
    assert not (vectors_home(path) / model.digest / before.head.rows).exists()


def test_another_title_is_another_row(kept: SqliteStore, path: Path) -> None:
    model = Letters()
    catch_up(kept, path, [model])
    kept.forget("d0.txt")
    kept.add(reading(0, title="Another title"))
    assert catch_up(kept, path, [model]) == 3 + 1
    assert any(text.startswith("Another title. ") for text in model.seen)


def test_a_stop_halfway_loses_one_chunk_at_most(kept: SqliteStore, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.vectors.CHUNK", 5)
    stopped = Letters(stop_after=10)
    with pytest.raises(KeyboardInterrupt):
        catch_up(kept, path, [stopped])
    assert serving(vectors_home(path)) == {}
    rest = Letters()
    assert catch_up(kept, path, [rest]) == 16 - 10
    assert alive(lists(path, rest)["passages"]) == set(store_rows(kept).passages)


def test_rows_that_a_crash_left_behind_are_written_over(kept: SqliteStore, path: Path) -> None:
    model = Letters()
    catch_up(kept, path, [model])
    rows = vectors_home(path) / model.digest / lists(path, model)["passages"].head.rows
    rows.write_bytes(rows.read_bytes() + b"\1" * 100)
    kept.add(reading(7))
    catch_up(kept, path, [model])
    found = lists(path, model)["passages"]
    assert np.allclose(np.linalg.norm(found.matrix, axis=1), 1, atol=1e-5)
    assert rows.stat().st_size == found.matrix.nbytes


@pytest.mark.parametrize("damage", ["rows gone", "rows cut", "head cut", "head of letters", "folder gone"])
def test_a_damaged_sidecar_is_made_anew_from_the_store(kept: SqliteStore, path: Path, damage: str) -> None:
    model = Letters()
    catch_up(kept, path, [model])
    folder = vectors_home(path) / model.digest
    rows, head = folder / lists(path, model)["passages"].head.rows, folder / "passages.head"
    if damage == "rows gone":
        rows.unlink()
    elif damage == "rows cut":
        rows.write_bytes(rows.read_bytes()[:100])
    elif damage == "head cut":
        head.write_bytes(head.read_bytes()[:-5])
    elif damage == "head of letters":
        head.write_bytes(b"abc")
    else:
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
    assert "passages" not in lists(path, model)
    catch_up(kept, path, [Letters()])
    assert alive(lists(path, model)["passages"]) == set(store_rows(kept).passages)


def test_another_model_is_refused_until_it_is_wanted(kept: SqliteStore, path: Path) -> None:
    old, new = Letters(), Letters(name="other letters")
    catch_up(kept, path, [old])
    with pytest.raises(WrongStore, match="twintown reembed"):
        catch_up(kept, path, [new])
    with pytest.raises(WrongStore, match="twintown reembed"):
        check_serving(vectors_home(path), [new])
    assert catch_up(kept, path, [new], change=True) == 16
    check_serving(vectors_home(path), [new])
    assert lists(path, old) == {}


def test_the_old_index_serves_until_the_new_one_is_whole(kept: SqliteStore, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.vectors.CHUNK", 5)
    old = Letters()
    catch_up(kept, path, [old])
    with pytest.raises(KeyboardInterrupt):
        catch_up(kept, path, [Letters(name="new", stop_after=10)], change=True)
    assert serving(vectors_home(path))["first"]["digest"] == old.digest
    assert alive(lists(path, old)["passages"]) == set(store_rows(kept).passages)
    assert catch_up(kept, path, [Letters(name="new")], change=True) == 16 - 10


def test_two_processes_do_not_embed_at_once(kept: SqliteStore, path: Path) -> None:
    vectors_home(path).mkdir()
    with _alone(vectors_home(path)), pytest.raises(StoreError, match="another process"):
        catch_up(kept, path, [Letters()])


def test_a_reader_sees_by_the_stamp_that_another_process_wrote(kept: SqliteStore, path: Path) -> None:
    model = Letters()
    sidecar = Sidecar(vectors_home(path), model.digest)
    assert sidecar.stamp("passages") == (0, 0, 0)
    catch_up(kept, path, [model])
    before = sidecar.stamp("passages")
    kept.add(reading(8))
    catch_up(kept, path, [model])
    assert sidecar.stamp("passages") != before


def test_an_empty_store_has_empty_vectors(path: Path) -> None:
    model = Letters()
    with open_store(path) as empty:
        assert catch_up(empty, path, [model]) == 0
    assert lists(path, model)["passages"].matrix.shape == (0, 16)


def test_nearest_is_exact_and_keeps_to_the_rows_given() -> None:
    generator = np.random.default_rng(0)
    matrix = generator.normal(size=(500, 16)).astype(np.float32)
    asked = generator.normal(size=16).astype(np.float32)
    cosines = matrix @ asked
    assert [row for row, _ in nearest(matrix, asked, 10)] == list(np.argsort(-cosines)[:10])
    among = np.arange(0, 500, 7)
    assert [row for row, _ in nearest(matrix, asked, 5, among=among)] == list(among[np.argsort(-cosines[among])[:5]])
    assert nearest(matrix, asked, 3, among=np.zeros(0, dtype=np.intp)) == []


def test_a_title_that_opens_the_text_is_not_said_twice() -> None:
    assert embedded_text("Lamps", "# Lamps\n\nThey [shine](https://example.org/x).") == "Lamps They shine."
    assert embedded_text("Lamps", "They shine.") == "Lamps. They shine."
    assert embedded_text("", "They shine.") == "They shine."
