"""Training of the weights for names (ingest/names.py) from labelled texts, and how well they do on texts not seen.

`python -m ingest.name_training --texts ../shared/eval/train --out ingest/models` writes names.json, words.txt and their card
names.md, the same each time. Pages written for this project name no people and count a third; weights stay small, because a
few hundred names are few.
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
from ingest.evaluate import KINDS as SCORED
from ingest.evaluate import fold, matched
from ingest.names import KINDS, THRESHOLDS, Candidate, Table, candidates, chance, choose, features, fit, using_words

logger = logging.getLogger(__name__)
LABELS: Final = {"project": "projects", "organisation": "organisations", "person": "people"}
STAGED: Final = "own"
STAGED_WEIGHT: Final = 0.3
_ADDRESS: Final = re.compile(r"https?://\S+|\]\([^)]*\)|\S+@\S+")
_LOWER: Final = re.compile(r"(?<![\w@./-])[a-zà-ÿ]{2,}(?![\w@./])")

Page = tuple[str, Context, Mapping[str, Any]]
Read = list[tuple[Page, list[Candidate]]]


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


def read_pages(texts: Path, tools: Tools) -> Read:
    """Return every labelled text with its candidates and their features."""
    read = []
    for page in pages(texts, tools):
        found = candidates(page[1])
        for candidate in found:
            candidate.features = features(page[1], candidate)
        read.append((page, found))
    return read


def learn(read: Read) -> Table:
    """Return the weights of each kind."""
    return {kind: fit(examples(kind, read)) for kind in KINDS}


# -- how well


def counts(read: Read, table: Table) -> dict[str, tuple[int, int, int]]:
    """Return (hits, labelled, found) of each kind with these weights; names alone, without any list of projects."""
    total = dict.fromkeys(KINDS, (0, 0, 0))
    for (_, _, gold), found in read:
        for candidate in found:
            candidate.chances = {kind: chance(kind, candidate.features, table) for kind in KINDS}
        names = choose(found)
        for kind, label in LABELS.items():
            wanted = list(gold.get(label) or [])
            got = [{"name": re.sub(r"\s+[Pp]roje[ck]ts?$", "", name.text)} for name in names if name.kind == kind]
            one = (len(matched(wanted, got, SCORED[label][1])[0]), len(wanted), len(got))
            total[kind] = tuple(a + b for a, b in zip(total[kind], one, strict=True))  # type: ignore[assignment]
    return total


def cross_validated(read: Read) -> dict[str, dict[str, tuple[int, int, int]]]:
    """Return the counts of real pages by how they were kept apart: in five folds by document, and site from site."""
    from ingest.training import FOLDS, folds_of
    from ingest.training import Page as Labelled

    folds = folds_of([Labelled(name=name, context=context, gold=gold) for (name, context, gold), _ in read])
    real = [one for one in read if not one[0][0].startswith(STAGED)]
    measured = {"5 folds": dict.fromkeys(KINDS, (0, 0, 0))}
    for number in range(FOLDS):
        table = learn([one for one in read if folds[one[0][0]] != number])
        for kind, part in counts([one for one in real if folds[one[0][0]] == number], table).items():
            whole = measured["5 folds"][kind]
            measured["5 folds"][kind] = (whole[0] + part[0], whole[1] + part[1], whole[2] + part[2])
    for site in sorted({_site(one) for one in real}):
        table = learn([one for one in read if _site(one) != site])
        measured[f"site {site}, learned without it"] = counts([one for one in real if _site(one) == site], table)
    return measured


def _site(one: tuple[Page, list[Candidate]]) -> str:
    return one[0][0].partition("-")[0]


def card(read: Read, listed: int, measured: Mapping[str, Mapping[str, tuple[int, int, int]]]) -> str:
    """Return the card of names.json and words.txt."""
    rows = [
        f"| {how} | {LABELS[kind]} | {2 * hits / max(1, wanted + found):.3f} | {hits} | {wanted} | {found} |"
        for how, kinds in measured.items()
        for kind, (hits, wanted, found) in kinds.items()
    ]
    sites = Counter(_site(one) for one in read)
    table = "\n".join(["| kept apart | kind | F1 | right | labelled | found |", "|---|---|---|---|---|---|", *rows])
    return f"""# names, words

names.json: how much each feature of a candidate (words inside, cues around, headings, addresses, places) speaks for a project,
an organisation, a person. words.txt: {listed} words that stand in small letters in at least two of the texts; a capital on one
of them says little.

- Kind: a logistic regression a kind, averaged with weights written by hand (PRIOR in ingest/names.py);
  thresholds {", ".join(f"{kind} {value}" for kind, value in THRESHOLDS.items())}.
- Learned from: {sum(sites.values())} pages ({", ".join(f"{count} of {site}" for site, count in sorted(sites.items()))}); own was
  written for the project, counts {STAGED_WEIGHT} and teaches projects alone.
- On real pages not seen (near-duplicates together; names alone, without the register). words.txt is of all texts, and
  what was written by hand was written while looking at misses on them, so this flatters a little:

{table}

- Texts: labelled by one reader a document, mostly English; none of them ships, words.txt holds single words only.
- Made by `make train`, the same each time. Not for judging people, and no proof of what it finds: every claim keeps its sentence.
"""


def write(texts: Path, out: Path, tools: Tools) -> None:
    """Write names.json, words.txt and names.md."""
    listed = ordinary(texts)
    with using_words(listed):  # the words that are written now, not those of an earlier training
        read = read_pages(texts, tools)
    table = learn(read)
    out.mkdir(parents=True, exist_ok=True)
    (out / "words.txt").write_text("\n".join(listed) + "\n", "utf-8")
    written = json.dumps({"weights": table}, ensure_ascii=False, indent=0, sort_keys=True)
    (out / "names.json").write_text(written + "\n", "utf-8")
    (out / "names.md").write_text(card(read, len(listed), cross_validated(read)), "utf-8")
    for kind, weights in table.items():
        logger.info("%s: %d weights", kind, len(weights))


def main() -> None:
    """Write names.json, words.txt and names.md."""
    from ingest.tools import open_tools

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--texts", type=Path, default=Path("../shared/eval/train"))
    parser.add_argument("--out", type=Path, default=Path("ingest/models"))
    parser.add_argument("--cache", type=Path, default=Path("local/cache"))
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    write(given.texts, given.out, open_tools(given.cache, register=False))


if __name__ == "__main__":
    main()
