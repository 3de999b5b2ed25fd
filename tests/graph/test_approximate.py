"""The approximate index: a subset with exact cosines, of living rows only, and made anew where it cannot be trusted."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.approximate import approximate_file, counted, drop_approximate, open_approximate, trouble, write_approximate
from graph.vectors import Head, Sidecar, Vectors, catch_up, vectors_home
from tests.conftest import ROOT
from tests.graph.test_vectors import Letters, kept, path  # noqa: F401 - fixtures

DIMENSION = 32


def topical(count: int, seed: int = 0) -> Any:
    """Return rows of length 1 that crowd together around topics, as those of texts do."""
    chance = np.random.default_rng(seed)
    topics = chance.normal(size=(50, DIMENSION))
    rows = (topics[chance.integers(0, 50, count)] + chance.normal(size=(count, DIMENSION))).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@dataclass
class Rows:
    """A model whose text is the number of a row."""

    matrix: Any
    name: str = "rows"
    precision: str = "float32"
    digest: str = "rows"

    @property
    def dimension(self) -> int:
        return int(self.matrix.shape[1])

    def embed(self, texts: Sequence[str]) -> Any:
        return self.matrix[[int(text) for text in texts]]


def named(row: int) -> str:
    return f"{row + 1:016x}".ljust(32, "0")


def number(identifier: str) -> int:
    return int(identifier[:16], 16) - 1


def update(home: Path, matrix: Any, wanted: Sequence[int]) -> Vectors:
    """Bring the list to these rows of the matrix, with an index from the first row on."""
    sidecar = Sidecar(home, "rows", approximate_from=1)
    texts = [named(row) for row in wanted]
    sidecar.update("passages", Rows(matrix), texts, lambda ids: [str(number(each)) for each in ids], 1)
    return reopened(home)


def reopened(home: Path) -> Vectors:
    found = Sidecar(home, "rows").open("passages", approximate=True)
    assert found is not None
    return found


def near(vectors: Vectors, asked: Any, width: int) -> dict[int, float]:
    """Return the rows of the matrix that were found, with their cosines."""
    found = vectors.near(asked, width)
    assert found is not None
    return {number(vectors.ids[row]): float(cosine) for row, cosine in zip(*found, strict=True)}


@settings(max_examples=12, deadline=None)
@given(count=st.integers(1, 300), width=st.integers(1, 400), seed=st.integers(0, 9), gone=st.integers(0, 60))
def test_what_is_found_is_some_of_the_living_rows_with_exact_cosines(
    tmp_path_factory: pytest.TempPathFactory, count: int, width: int, seed: int, gone: int
) -> None:
    home, matrix = tmp_path_factory.mktemp("home"), topical(count + 1, seed)
    asked = matrix[count]
    update(home, matrix, range(count))
    alive = range(min(gone, count - 1), count)
    vectors = update(home, matrix, alive)
    found = near(vectors, asked, width)
    assert set(found) <= set(alive)
    assert len(found) <= width
    assert len(found) >= 0.9 * len(alive) or width < vectors.head.count
    assert all(cosine == pytest.approx(float(matrix[row] @ asked), abs=1e-5) for row, cosine in found.items())


def test_most_of_the_nearest_are_found(tmp_path: Path) -> None:
    matrix = topical(6050)
    vectors = update(tmp_path, matrix, range(6000))
    shares = []
    for asked in matrix[6000:]:
        exact = np.argsort(-(matrix[:6000] @ asked))[:200]
        shares.append(len(set(exact.tolist()) & set(near(vectors, asked, 400))) / 200)
    assert np.mean(shares) > 0.9


def test_the_index_follows_what_comes_and_goes(tmp_path: Path) -> None:
    matrix = topical(3000)
    first = update(tmp_path, matrix, range(2000))
    more = update(tmp_path, matrix, range(3000))
    assert more.head.rows == first.head.rows
    assert all(max(near(more, matrix[row], 50).items(), key=lambda each: each[1])[0] == row for row in range(0, 3000, 250))
    assert set(near(first, matrix[2900], 50)) <= set(range(2000)), "who mapped the old one keeps it"
    fewer = update(tmp_path, matrix, range(300, 3000))  # a tenth is dead: the rows stay as they are
    assert fewer.head.rows == first.head.rows
    assert all(min(near(fewer, matrix[row], 500)) >= 300 for row in range(0, 300, 20))
    old = approximate_file(tmp_path / "rows" / fewer.head.rows)
    assert old.exists()
    anew = update(tmp_path, matrix, range(1500, 3000))
    assert anew.head.rows != first.head.rows
    assert not old.exists()
    assert anew.approximate is not None
    assert len(anew.approximate.index) == 1500
    assert min(near(anew, matrix[0], 500)) >= 1500
    assert not list((tmp_path / "rows").glob(".*")), "nothing is left of the work"


def test_below_the_limit_and_without_asking_there_is_none(tmp_path: Path) -> None:
    matrix = topical(50)
    for limit in (None, 51):
        sidecar = Sidecar(tmp_path, "rows", approximate_from=limit)
        sidecar.update("passages", Rows(matrix), [named(row) for row in range(50)], lambda ids: [str(number(i)) for i in ids], 1)
        assert reopened(tmp_path).near(matrix[0]) is None
        assert sidecar.approximately("passages") is None
    assert update(tmp_path, matrix, range(50)).approximate is not None
    assert Sidecar(tmp_path, "rows").approximately("passages") == (50, "")


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "mark", "others", "dimension"])
def test_a_damaged_index_is_not_used_and_made_anew(tmp_path: Path, damage: str) -> None:
    matrix = topical(500)
    update(tmp_path, matrix, range(400))
    file = tmp_path / "rows" / "passages-1.hnsw"
    whole = file.read_bytes()
    if damage == "others":  # an older one
        update(tmp_path, matrix, range(500))
    if damage == "dimension":
        rows = tmp_path / "other.rows"
        rows.write_bytes(matrix.tobytes())
        write_approximate(rows, 400, DIMENSION // 2)
        whole = approximate_file(rows).read_bytes()
    flipped = whole[:9000] + bytes([whole[9000] ^ 8]) + whole[9001:]
    changed = {"cut": whole[: len(whole) // 2], "flipped": flipped, "empty": b"", "mark": whole[:-20] + b"x" * 20}
    file.write_bytes(changed.get(damage, whole))
    vectors = reopened(tmp_path)
    assert vectors.approximate is None
    assert vectors.near(matrix[0]) is None
    assert np.array_equal(vectors.cosines(matrix[0]), vectors.matrix @ matrix[0])
    if damage != "dimension":
        told = Sidecar(tmp_path, "rows").approximately("passages")
        assert told is not None
        assert "damaged" in told[1]
    wanted = range(vectors.head.count)
    if damage != "dimension":
        again = update(tmp_path, matrix, wanted)
        assert set(near(again, matrix[3], 500)) == set(wanted)


def test_rows_that_a_crash_did_not_count_are_not_taken_for_those_that_come_in_their_place(tmp_path: Path) -> None:
    matrix = topical(600)
    update(tmp_path, matrix, range(200))
    head = tmp_path / "rows" / "passages.head"
    before = head.read_bytes()
    update(tmp_path, matrix, range(400))
    head.write_bytes(before)  # the index was written, the head was not
    assert reopened(tmp_path).near(matrix[0]) is None
    others = [*range(200), *range(400, 600)]
    # Whoever comes without the extra, or wants no index, leaves none that would be wrong later.
    sidecar = Sidecar(tmp_path, "rows")
    sidecar.update("passages", Rows(matrix), [named(row) for row in others], lambda ids: [str(number(i)) for i in ids], 1)
    assert counted(tmp_path / "rows" / "passages-1.rows") == 0
    vectors = update(tmp_path, matrix, others)
    for row in others[::20]:
        assert max(near(vectors, matrix[row], 100).items(), key=lambda each: each[1])[0] == row


def test_a_damaged_head_takes_its_index_with_it(tmp_path: Path) -> None:
    matrix = topical(400)
    update(tmp_path, matrix, range(200))
    (tmp_path / "rows" / "passages.head").write_bytes(b"damaged")
    vectors = update(tmp_path, matrix, range(200, 400))
    assert set(near(vectors, matrix[0], 500)) == set(range(200, 400))


def test_files_of_nothing_are_no_trouble(tmp_path: Path) -> None:
    rows = tmp_path / "passages-1.rows"
    drop_approximate(rows)
    assert counted(rows) == 0
    assert trouble(rows, 5) == "there is none"
    assert open_approximate(rows, 5, DIMENSION) is None


def test_what_a_store_forgets_never_comes_back(kept: Any, path: Path) -> None:  # noqa: F811 - fixtures
    model = Letters()
    catch_up(kept, path, [model], approximate_from=1)
    sidecar = Sidecar(vectors_home(path), model.digest)
    whole = sidecar.open("passages", approximate=True)
    documents = sidecar.open("documents", approximate=True)
    assert whole is not None
    assert whole.approximate is not None
    assert documents is not None
    assert documents.approximate is None, "there are few"
    kept.forget("d1.txt")
    catch_up(kept, path, [Letters()], approximate_from=1)
    after = sidecar.open("passages", approximate=True)
    assert after is not None
    found = after.near(whole.matrix[4], 12)
    assert found is not None
    assert len(found[0]) == 9
    assert {after.ids[row] for row in found[0]} == {each for each in after.ids if each}


READER = """
import sys
from pathlib import Path
from graph.vectors import Sidecar
sidecar, seen, vectors = Sidecar(Path(sys.argv[1]), "rows"), None, None
for line in sys.stdin:
    if sidecar.stamp("passages") != seen:
        seen, vectors = sidecar.stamp("passages"), sidecar.open("passages", approximate=True)
    found = vectors.near(vectors.matrix[int(line)], 20)
    print(-1 if found is None else found[0][found[1].argmax()], vectors.head.count, flush=True)
"""


def test_another_process_sees_a_new_index_as_it_sees_a_new_head(tmp_path: Path) -> None:
    matrix = topical(3000)
    update(tmp_path, matrix, range(1000))
    command = [sys.executable, "-c", READER, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None

        def asked(row: int) -> str:
            assert reader.stdin is not None
            assert reader.stdout is not None
            reader.stdin.write(f"{row}\n")
            reader.stdin.flush()
            return reader.stdout.readline().strip()

        assert asked(7) == "7 1000"
        for count in (1500, 3000):
            update(tmp_path, matrix, range(count))
            assert asked(count - 1) == f"{count - 1} {count}"
        update(tmp_path, matrix, range(1000, 3000))
        assert asked(3) == "3 2000", "the rows were written anew: the fourth is another one"
        reader.stdin.close()


def test_without_the_extra_the_same_files_are_searched_exactly(tmp_path: Path) -> None:
    matrix = topical(300)
    update(tmp_path, matrix, range(200))
    blocked = "import sys; sys.modules['usearch'] = None\n"
    script = blocked + (
        "from pathlib import Path; import numpy as np; from graph.vectors import Sidecar\n"
        "from tests.graph.test_approximate import topical, update, reopened\n"
        f"home = Path({str(tmp_path)!r}); matrix = topical(300); vectors = reopened(home)\n"
        "assert vectors.near(matrix[0]) is None\n"
        "assert np.array_equal(vectors.cosines(matrix[0]), vectors.matrix @ matrix[0])\n"
        "print(Sidecar(home, 'rows').approximately('passages')[1])\n"
        "assert update(home, matrix, range(300)).head.count == 300\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "--extra usearch" in done.stdout
    assert reopened(tmp_path).approximate is None, "it is of fewer rows"
    assert set(near(update(tmp_path, matrix, range(300)), matrix[0], 500)) == set(range(300))


def test_a_head_says_nothing_of_the_index(tmp_path: Path) -> None:
    """So that a version without one reads the same files."""
    update(tmp_path, topical(20), range(20))
    assert b"hnsw" not in (tmp_path / "rows" / "passages.head").read_bytes()
    assert "approximate" not in Head.__dataclass_fields__
