"""An import that is cut off goes on where it was; one that does not fit leaves an empty store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.errors import InvalidRecord, StoreError
from graph.store import snapshot
from graph.store.base import Record
from graph.store.sqlite import SqliteStore, open_store
from tests.conformance.graphs import golden, seeded


class Cut(Exception):
    """The source went away."""


@pytest.fixture
def exported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Record]:
    monkeypatch.setattr(snapshot, "PART", 7)
    with open_store(tmp_path / "source.sqlite") as source:
        golden().load(source)
        return list(source.snapshot())


def until(records: list[Record], count: int) -> Iterator[Record]:
    yield from records[:count]
    raise Cut


@pytest.mark.slow
@pytest.mark.parametrize("cuts", [[1], [5], [8], [40, 41, 100], [300, 12]])
def test_an_import_that_was_cut_off_goes_on(store: SqliteStore, exported: list[Record], cuts: list[int]) -> None:
    for cut in cuts:
        with pytest.raises(Cut):
            store.restore(until(exported, cut))
        # Nothing is written before the first part is whole.
        assert store.unfinished() == (max(cuts[: cuts.index(cut) + 1]) >= 7)
        assert any(problem.check == "import" for problem in store.check()) == store.unfinished()
    assert store.restore(exported) == len(exported)
    assert not store.unfinished()
    assert store.check() == []
    assert list(store.snapshot()) == exported


def test_an_import_does_not_go_on_with_another_store(store: SqliteStore, exported: list[Record], tmp_path: Path) -> None:
    with pytest.raises(Cut):
        store.restore(until(exported, 40))
    with open_store(tmp_path / "another.sqlite") as another:
        seeded(1).load(another)
        with pytest.raises(StoreError, match="half filled from another"):
            store.restore(another.snapshot())
    store.restore(exported)
    assert list(store.snapshot()) == exported


def test_a_record_that_does_not_fit_leaves_an_empty_store(store: SqliteStore, exported: list[Record]) -> None:
    broken = [*exported[:90], {"type": "passage"}, *exported[90:]]
    with pytest.raises(InvalidRecord, match="record 91"):
        store.restore(broken)
    assert not store.unfinished()
    store.restore(exported)
    assert list(store.snapshot()) == exported
