"""Training of the weights for names (ingest/names.py) from labelled texts, and how well they do on texts not seen.

`python -m ingest.name_training --texts ../shared/eval/train --out ingest/models` writes names.json and words.txt with their card
names.md, and project_names.json with its card, the same each time. Pages written for this project name no people and count a
third at the first look at a candidate; weights stay small, because a few hundred names are few. At the second look, which is for
projects alone, they count in full: they name more projects than the real pages, and of more kinds.
"""

from __future__ import annotations

import argparse
import json
import logging
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ingest.context import Context, Tools, parse, prepare
from ingest.evaluate import KINDS as SCORED
from ingest.evaluate import fold, matched
from ingest.labelled import STAGED, Labelled, read_all
from ingest.names import KINDS, THRESHOLDS, Candidate, Table, candidates, chance, choose, features, fit, using_words
from ingest.project_names import SHARE, Trees, judge, rows
from ingest.project_names import fit as grow

logger = logging.getLogger(__name__)
LABELS: Final = {"project": "projects", "organisation": "organisations", "person": "people"}
STAGED_WEIGHT: Final = 0.3
_ADDRESS: Final = re.compile(r"https?://\S+|\]\([^)]*\)|\S+@\S+")
_LOWER: Final = re.compile(r"(?<![\w@./-])[a-zà-ÿ]{2,}(?![\w@./])")

Page = tuple[str, Context, Mapping[str, Any]]
Read = list[tuple[Page, list[Candidate]]]


def pages(texts: Sequence[Labelled], tools: Tools) -> list[Page]:
    """Return (name, context, labels) of every labelled text."""
    contexts = prepare([(document, ()) for document, _ in texts], tools)
    parse(contexts)
    return [(document.addresses[0], context, gold) for (document, gold), context in zip(texts, contexts, strict=True)]


def ordinary(texts: Sequence[Labelled]) -> list[str]:
    """Return the words that stand in small letters in at least two texts."""
    counted: Counter[str] = Counter()
    for document, _ in texts:
        counted.update(set(_LOWER.findall(_ADDRESS.sub(" ", document.text))))
    return sorted(word for word, count in counted.items() if count > 1)


def examples(kind: str, read: Sequence[tuple[Page, list[Candidate]]]) -> Iterator[tuple[Mapping[str, float], bool, float]]:
    """Yield (features, is it of the kind, weight) of every candidate; staged pages name no people and few bodies."""
    for (name, _, gold), found in read:
        staged = name.startswith(STAGED)
        if staged and kind != "project":
            continue
        wanted = _labelled(kind, gold)
        for candidate in found:
            yield candidate.features, fold(candidate.text) in wanted, STAGED_WEIGHT if staged else 1.0


def read_pages(texts: Sequence[Labelled], tools: Tools) -> Read:
    """Return every labelled text with its candidates and their features."""
    read = []
    for page in pages(texts, tools):
        found = candidates(page[1])
        for candidate in found:
            candidate.features = features(page[1], candidate)
        read.append((page, found))
    return read


@dataclass(frozen=True, slots=True)
class Learned:
    """The weights of the first look at candidates and the trees of the second one."""

    table: Table
    trees: Trees


def learn(read: Read, folds: Mapping[str, int]) -> Learned:
    """Return what these pages teach; the second look learns from first ones that had not seen the page (`folds` by page)."""
    second: list[tuple[dict[str, float], bool, float]] = []
    for number in sorted({folds[name] for (name, _, _), _ in read}):
        table = _weights([one for one in read if folds[one[0][0]] != number])
        for (name, context, gold), found in read:
            if folds[name] != number:
                continue
            _look(found, table)
            wanted = _labelled("project", gold)
            for candidate, row in zip(found, rows(context, found), strict=True):
                if row is not None:
                    second.append((row, fold(_bare(candidate.text)) in wanted, 1.0))
    return Learned(table=_weights(read), trees=grow(second))


def _weights(read: Read) -> Table:
    return {kind: fit(examples(kind, read)) for kind in KINDS}


def _look(found: Sequence[Candidate], table: Table) -> None:
    for candidate in found:
        candidate.chances = {kind: chance(kind, candidate.features, table) for kind in KINDS}


def _labelled(kind: str, gold: Mapping[str, Any]) -> set[str]:
    return {fold(one) for item in gold.get(LABELS[kind]) or [] for one in (item["name"], *(item.get("aliases") or []))}


def _bare(text: str) -> str:
    return re.sub(r"\s+[Pp]roje[ck]ts?$", "", text)


# -- how well


def counts(read: Read, learned: Learned) -> dict[str, tuple[int, int, int]]:
    """Return (hits, labelled, found) of each kind with these weights; names alone, without any list of projects."""
    total = dict.fromkeys(KINDS, (0, 0, 0))
    for (_, context, gold), found in read:
        _look(found, learned.table)
        judge(context, found, learned.trees)
        names = choose(found)
        for kind, label in LABELS.items():
            wanted = list(gold.get(label) or [])
            got = [{"name": _bare(name.text)} for name in names if name.kind == kind]
            one = (len(matched(wanted, got, SCORED[label][1])[0]), len(wanted), len(got))
            total[kind] = tuple(a + b for a, b in zip(total[kind], one, strict=True))  # type: ignore[assignment]
    return total


def cross_validated(read: Read) -> dict[str, dict[str, tuple[int, int, int]]]:
    """Return the counts of real pages by how they were kept apart: in five folds by document, and site from site."""
    from ingest.training import FOLDS, folds_of
    from ingest.training import Page as Whole

    folds = folds_of([Whole(name=name, context=context, gold=gold) for (name, context, gold), _ in read])
    measured: dict[str, dict[str, tuple[int, int, int]]] = {}

    def measure(how: str, held: Read, learned: Learned) -> None:
        sofar = measured.get(how, dict.fromkeys(KINDS, (0, 0, 0)))
        part = counts(held, learned)
        measured[how] = {kind: tuple(a + b for a, b in zip(sofar[kind], part[kind], strict=True)) for kind in KINDS}  # type: ignore[misc]

    for number in range(FOLDS):
        learned = learn([one for one in read if folds[one[0][0]] != number], folds)
        held = [one for one in read if folds[one[0][0]] == number]
        measure("5 folds, real pages", [one for one in held if _site(one) != STAGED], learned)
        measure("5 folds, staged pages", [one for one in held if _site(one) == STAGED], learned)
    for site in sorted({_site(one) for one in read} - {STAGED}):
        learned = learn([one for one in read if _site(one) != site], folds)
        measure(f"site {site}, learned without it", [one for one in read if _site(one) == site], learned)
    return measured


def _site(one: tuple[Page, list[Candidate]]) -> str:
    return one[0][0].partition("-")[0]


def _table(measured: Mapping[str, Mapping[str, tuple[int, int, int]]]) -> str:
    rows = [
        f"| {how} | {LABELS[kind]} | {2 * hits / max(1, wanted + found):.3f} | {hits} | {wanted} | {found} |"
        for how, kinds in measured.items()
        for kind, (hits, wanted, found) in kinds.items()
    ]
    return "\n".join(["| kept apart | kind | F1 | right | labelled | found |", "|---|---|---|---|---|---|", *rows])


def card(read: Read, listed: int, measured: Mapping[str, Mapping[str, tuple[int, int, int]]]) -> str:
    """Return the card of names.json and words.txt."""
    sites = Counter(_site(one) for one in read)
    table = _table(measured)
    return f"""# names, words

names.json: how much each feature of a candidate (words inside, cues around, headings, addresses, places) speaks for a project,
an organisation, a person. words.txt: {listed} words that stand in small letters in at least two of the texts; a capital on one
of them says little.

- Kind: a logistic regression a kind, averaged with weights written by hand (PRIOR in ingest/names.py);
  thresholds {", ".join(f"{kind} {value}" for kind, value in THRESHOLDS.items())}.
- Learned from: {sum(sites.values())} pages ({", ".join(f"{count} of {site}" for site, count in sorted(sites.items()))}); own was
  written for the project, counts {STAGED_WEIGHT} and teaches projects alone.
- On pages not seen (near-duplicates together; names alone, without the register; projects after their second look,
  project_names.json; the staged pages label no people and few organisations). words.txt is of all texts, and
  what was written by hand was written while looking at misses on them, so this flatters a little:

{table}

- Texts: labelled by one reader a document, mostly English; none of them ships, words.txt holds single words only.
- Made by `make train`, the same each time. Not for judging people, and no proof of what it finds: every claim keeps its sentence.
"""


def project_card(trees: Trees, table: str) -> str:
    """Return the card of project_names.json; `table` is what was measured."""
    return f"""# project_names

How likely a candidate for a name is a project, by all its mentions in the document and by the kind of text they stand in
(ingest/project_names.py).

- Kind: {len(trees.trees)} boosted trees of depth 3; {SHARE} of the log odds are theirs, the rest the first look's.
- Learned from the candidates of the pages that names.md counts, staged ones in full; their first look had not seen their page.
- No name is in it: shapes, words around, lists, repetition, headings, and the tone of the text.
- On pages not seen:

{table}

- Weak: titles of ordinary words that stand once; pages of a site whose solutions are titled like projects.
- Made by `make train`, the same each time. No proof of what it finds: every claim keeps its sentence.
"""


def write(texts: Sequence[Labelled], out: Path, tools: Tools) -> None:
    """Write names.json, words.txt, names.md, project_names.json and project_names.md."""
    from ingest.training import Page as Whole
    from ingest.training import folds_of

    listed = ordinary(texts)
    with using_words(listed):  # the words that are written now, not those of an earlier training
        read = read_pages(texts, tools)
        folds = folds_of([Whole(name=name, context=context, gold=gold) for (name, context, gold), _ in read])
        learned, measured = learn(read, folds), cross_validated(read)
    out.mkdir(parents=True, exist_ok=True)
    (out / "words.txt").write_text("\n".join(listed) + "\n", "utf-8")
    written = json.dumps({"weights": learned.table}, ensure_ascii=False, indent=0, sort_keys=True)
    (out / "names.json").write_text(written + "\n", "utf-8")
    (out / "names.md").write_text(card(read, len(listed), measured), "utf-8")
    grown = json.dumps({"start": learned.trees.start, "trees": learned.trees.trees}, ensure_ascii=False)
    (out / "project_names.json").write_text(grown.replace("]], [[", "]],\n[[") + "\n", "utf-8")
    projects = {how: {"project": kinds["project"]} for how, kinds in measured.items()}
    (out / "project_names.md").write_text(project_card(learned.trees, _table(projects)), "utf-8")
    for kind, weights in learned.table.items():
        logger.info("%s: %d weights", kind, len(weights))


def main() -> None:
    """Write names.json, words.txt and names.md."""
    from ingest.tools import open_tools

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--texts", type=Path, default=Path("../shared/eval/train"))
    parser.add_argument("--sources", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("ingest/models"))
    parser.add_argument("--cache", type=Path, default=Path("local/cache"))
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    write(read_all(given.texts, given.sources), given.out, open_tools(given.cache, register=False))


if __name__ == "__main__":
    main()
