"""The golden graph as a file, for `make demo`: the same graph that the questions are held to."""

from __future__ import annotations

import json
from pathlib import Path

from graph.store.sqlite import SqliteStore, open_store
from tests.conformance.graphs import golden

FILE = Path(__file__).with_name("graph.jsonl")


def test_the_file_is_the_golden_graph(store: SqliteStore, tmp_path: Path, update_golden: bool) -> None:
    golden().load(store)
    if update_golden:
        lines = [json.dumps(record, ensure_ascii=False, sort_keys=True) for record in store.snapshot()]
        FILE.write_text("\n".join(lines) + "\n", "utf-8")
    with open_store(tmp_path / "imported.sqlite") as imported:
        imported.restore(json.loads(line) for line in FILE.read_text("utf-8").splitlines())
        assert list(imported.snapshot(times=False)) == list(store.snapshot(times=False))
