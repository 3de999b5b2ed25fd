"""Training of the weights for names (ingest/names.py) from labelled texts, and the check of one site by the other.

`python -m ingest.name_training --texts ../shared/eval/train --out ingest/models` writes names.json and words.txt, the same
each time. Pages written for this project name no people and count a third; weights stay small, because a few hundred names
are few.
"""

from __future__ import annotations

import argparse
import json
import logging
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from graph.model import Document
from ingest.context import Context, Tools, parse, prepare
from ingest.evaluate import fold
from ingest.names import KINDS, Candidate, candidates, features, fit

logger = logging.getLogger(__name__)
LABELS: Final = {"project": "projects", "organisation": "organisations", "person": "people"}
STAGED: Final = "own"
STAGED_WEIGHT: Final = 0.3
_ADDRESS: Final = re.compile(r"https?://\S+|\]\([^)]*\)|\S+@\S+")
_LOWER: Final = re.compile(r"(?<![\w@./-])[a-zà-ÿ]{2,}(?![\w@./])")

Page = tuple[str, Context, Mapping[str, Any]]


def pages(texts: Path, tools: Tools) -> list[Page]:
    """Return (name, context, labels) of every labelled text under a folder (*.jsonl and gold/)."""
    rows = [json.loads(line) for path in sorted(texts.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    gold = {row["page"]: json.loads((texts / "gold" / f"{row['page']}.json").read_text("utf-8")) for row in rows}
    documents = [
        Document(
            text=row["text"],
            addresses=(row["page"],),
            title=row.get("title") or "",
            language=gold[row["page"]]["language"],
        )
        for row in rows
    ]
    contexts = prepare([(document, ()) for document in documents], tools)
    parse(contexts)
    return [(row["page"], context, gold[row["page"]]) for row, context in zip(rows, contexts, strict=True)]


def ordinary(texts: Path) -> list[str]:
    """Return the words that stand in small letters in at least two texts."""
    counted: Counter[str] = Counter()
    for path in sorted(texts.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            counted.update(set(_LOWER.findall(_ADDRESS.sub(" ", json.loads(line)["text"]))))
    return sorted(word for word, count in counted.items() if count > 1)


def examples(kind: str, read: Sequence[tuple[Page, list[Candidate]]]) -> Iterator[tuple[Mapping[str, float], bool, float]]:
    """Yield (features, is it of the kind, weight) of every candidate; staged pages name no people and few bodies."""
    for (name, _, gold), found in read:
        staged = name.startswith(STAGED)
        if staged and kind != "project":
            continue
        wanted = {fold(one) for item in gold.get(LABELS[kind]) or [] for one in (item["name"], *(item.get("aliases") or []))}
        for candidate in found:
            yield candidate.features, fold(candidate.text) in wanted, STAGED_WEIGHT if staged else 1.0


def train(texts: Path, tools: Tools, *, without: str = "") -> dict[str, dict[str, float]]:
    """Return the weights of each kind, learned from all texts but those of the site `without`."""
    read = []
    for page in pages(texts, tools):
        if without and page[0].startswith(without):
            continue
        found = candidates(page[1])
        for candidate in found:
            candidate.features = features(page[1], candidate)
        read.append((page, found))
    return {kind: fit(examples(kind, read)) for kind in KINDS}


def main() -> None:
    """Write names.json and words.txt."""
    from ingest.tools import open_tools

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--texts", type=Path, default=Path("../shared/eval/train"))
    parser.add_argument("--out", type=Path, default=Path("ingest/models"))
    parser.add_argument("--cache", type=Path, default=Path("local/cache"))
    parser.add_argument("--without", default="", help="leave out the texts of this site, to be tested on them")
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    (given.out / "words.txt").write_text("\n".join(ordinary(given.texts)) + "\n", "utf-8")
    weights = train(given.texts, open_tools(given.cache, register=False), without=given.without)
    written = json.dumps({"weights": weights}, ensure_ascii=False, indent=0, sort_keys=True)
    (given.out / "names.json").write_text(written + "\n", "utf-8")
    for kind, table in weights.items():
        logger.info("%s: %d weights", kind, len(table))


if __name__ == "__main__":
    main()
