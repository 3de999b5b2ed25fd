"""The first pass in whole numbers: near to exact, complete, and made anew with what it is made from."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from graph.coarse import BLOCK, drop_coarse, open_coarse, product, write_coarse
from graph.store.sqlite import open_store
from graph.vectors import Sidecar, catch_up, vectors_home
from tests.graph.test_vectors import Letters, reading


def rows(path: Path, count: int, dimension: int = 48, seed: int = 0) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    made = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    path.write_bytes(made.tobytes())
    return made


@pytest.mark.parametrize("count", [1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 7])
def test_cosines_are_near_to_exact_for_every_row(tmp_path: Path, count: int) -> None:
    path = tmp_path / "passages-1.rows"
    matrix = rows(path, count)
    write_coarse(path, count, 48)
    coarse = open_coarse(path, count, 48)
    assert coarse is not None
    for asked in (matrix[0], matrix[-1], np.eye(48, dtype=np.float32)[3], np.ones(48, dtype=np.float32) / np.float32(48**0.5)):
        assert np.abs(coarse.cosines(asked) - matrix @ asked).max() < 0.01
    assert not coarse.cosines(np.zeros(48, dtype=np.float32)).any()


def test_blocks_without_a_wanted_row_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "passages-1.rows"
    matrix = rows(path, 4 * BLOCK)
    write_coarse(path, 4 * BLOCK, 48)
    coarse = open_coarse(path, 4 * BLOCK, 48)
    assert coarse is not None
    found = coarse.cosines(matrix[0], np.array([5, 2 * BLOCK, 3 * BLOCK - 1]))
    assert np.flatnonzero(found.reshape(4, BLOCK).any(axis=1)).tolist() == [0, 2]
    assert np.abs(found[:BLOCK] - matrix[:BLOCK] @ matrix[0]).max() < 0.01
    assert not coarse.cosines(matrix[0], np.zeros(0, dtype=np.int64)).any()


def test_what_is_added_is_added_and_the_rest_stays(tmp_path: Path) -> None:
    path, whole = tmp_path / "a.rows", tmp_path / "b.rows"
    count = 2 * BLOCK + 9
    matrix = rows(whole, count)
    write_coarse(whole, count, 48)
    for until in (5, BLOCK, BLOCK + 3, count):
        path.write_bytes(matrix[:until].tobytes())
        write_coarse(path, until, 48)
    for ending in (".int8", ".scales"):
        assert path.with_suffix(ending).read_bytes() == whole.with_suffix(ending).read_bytes()


def test_rows_that_are_not_all_there_are_none(tmp_path: Path) -> None:
    path = tmp_path / "a.rows"
    rows(path, 20)
    assert open_coarse(path, 20, 48) is None
    write_coarse(path, 20, 48)
    assert open_coarse(path, 21, 48) is None
    drop_coarse(path)
    assert open_coarse(path, 20, 48) is None


def test_the_shipped_product_is_the_one_the_code_makes() -> None:
    assert files("graph").joinpath("product.onnx").read_bytes() == product()


def test_a_long_list_has_its_first_pass_and_a_damaged_one_gets_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.vectors.COARSE_FROM", 6)
    path, model = tmp_path / "store.sqlite", Letters()
    with open_store(path) as store:
        store.add_all([reading(number) for number in range(4)])
        catch_up(store, path, [model])
        sidecar = Sidecar(vectors_home(path), model.digest)
        for step in range(2):
            found, documents = sidecar.open("passages"), sidecar.open("documents")
            assert found is not None
            assert found.coarse is not None
            assert documents is not None
            assert documents.coarse is None
            assert np.abs(found.cosines(found.matrix[1]) - found.matrix @ found.matrix[1]).max() < 0.02
            store.forget(f"d{step}.txt")
            if step == 0:  # rows are written anew under the same name; else, with a third of them gone, under another
                (sidecar.folder / "passages.head").write_bytes(b"damaged")
            catch_up(store, path, [Letters()])
        again = sidecar.open("passages")
        assert again is not None
        assert again.coarse is not None
        assert np.abs(again.cosines(again.matrix[1]) - again.matrix @ again.matrix[1]).max() < 0.02


def test_rows_that_a_crash_did_not_count_are_not_taken_for_those_that_come_in_their_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.vectors.COARSE_FROM", 6)
    path = tmp_path / "store.sqlite"
    with open_store(path) as store:
        store.add_all([reading(number) for number in range(4)])
        catch_up(store, path, [Letters()])
        head = vectors_home(path) / Letters().digest / "passages.head"
        before = head.read_bytes()
        store.add(reading(8))
        catch_up(store, path, [Letters()])
        head.write_bytes(before)  # the whole numbers were written, the head was not
        store.forget("d8.txt")
        store.add(reading(9))
        catch_up(store, path, [Letters()])
        found = Sidecar(vectors_home(path), Letters().digest).open("passages")
        assert found is not None
        assert found.coarse is not None
        for row in found.matrix:
            assert np.abs(found.cosines(row) - found.matrix @ row).max() < 0.02
