"""The side of txtai for `bench.search --beside`, run with the Python of its own environment: no import of ours.

`PYTHON bench/txtai_build.py TEXTS DIMENSION`: JSON lines of texts. Builds its hybrid index (BM25 and vectors) over them with
random vectors in place of a model's, as bench/search.py does for ours; prints JSON: seconds of clock and processor, memory in MB.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

os.environ["HF_HUB_OFFLINE"] = "1"


def main(texts: str, dimension: str) -> None:
    """Build the index and say what it took."""
    import numpy as np
    from txtai import Embeddings

    rows = [(number, json.loads(line), None) for number, line in enumerate(Path(texts).read_text("utf-8").splitlines())]
    chance = np.random.default_rng(0)

    def vectors(given: Sequence[str]) -> Any:
        return chance.normal(size=(len(given), int(dimension))).astype(np.float32)

    embeddings = Embeddings(method="external", transform=vectors, hybrid=True, gpu=False)
    clock, work = time.perf_counter(), time.process_time()
    embeddings.index(rows)
    taken = {"clock": time.perf_counter() - clock, "processor": time.process_time() - work}
    json.dump(taken | {"memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:3])
