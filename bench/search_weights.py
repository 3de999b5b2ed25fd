"""How stable the weights of search are: chosen anew from a grid in each of five folds by page, and measured on the rest.

`python -m bench.search_weights --documents FILE... --work DIRECTORY`. Prints the scale of cosines, what each fold would choose,
what its choice and the weights in force are worth on questions that it did not see, and how much one weight may move.
"""

from __future__ import annotations

import argparse
import itertools
import math
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from api.commands.search import _bench, _texts
from graph.vectors import open_embedders
from queries.evaluate import read_questions
from queries.search import ranking
from queries.search.entities import named_in, rows_about
from queries.search.question import Searcher, _best_documents
from queries.search.words import language_of, look_up, parse

GRID: Mapping[str, tuple[float, ...]] = {
    "MULTILINGUAL_SHARE": (0.1, 0.25, 0.4),
    "DOCUMENT_SHARE": (0.3, 0.5, 0.7),
    "WORDS": (0.6, 0.9, 1.2, 1.6, 2.0),
    "DOCUMENT_WORDS_SHARE": (0.5, 0.7, 0.9),
}
FOLDS = 5
ROUNDS = 5  # of folds, dealt anew each time


class Asked:
    """Questions with everything of an answer that does not hang on weights, so that a grid is quick."""

    def __init__(self, searcher: Searcher, pages: Mapping[str, str], questions: Sequence[Any]) -> None:
        self.index = searcher.index()
        self.pages = pages
        self.questions = questions
        self.given = [self._given(searcher, each.question) for each in questions]

    def _given(self, searcher: Searcher, text: str) -> dict[str, Any]:
        language = language_of(text)
        asked = parse(text, languages=tuple(dict.fromkeys((language, "en"))))
        named = [each for each in named_in(searcher.store, asked) if each.named]
        return {
            "held": look_up(searcher.store, asked, self.index),
            "vectors": searcher.vectors(self.index, asked.text),
            "english": language == "en",
            "named": rows_about(searcher.store, self.index, named).any_row,
        }

    def worth(self, weights: Mapping[str, float]) -> list[float]:
        """Return nDCG@10 of each question under these weights."""
        before = {name: getattr(ranking, name) for name in weights}
        try:
            for name, value in weights.items():
                setattr(ranking, name, value)
            return [self._ndcg(each.page, given) for each, given in zip(self.questions, self.given, strict=True)]
        finally:
            for name, value in before.items():
                setattr(ranking, name, value)

    def _ndcg(self, page: str, given: Mapping[str, Any]) -> float:
        scores = ranking.score(self.index, given["held"], given["vectors"], english=given["english"], named=given["named"])
        ranked = [self.pages[each] for each in _best_documents(self.index, scores, 10)]
        return 1 / math.log2(ranked.index(page) + 2) if page in ranked else 0.0


def scales(asked: Asked) -> None:
    """Print mean and spread of cosines between the questions and all that is not of their page, beside those in force.

    English questions for the first model, with English texts; all of both for the multilingual one.
    """
    index = asked.index
    pages = np.array([asked.pages[str(about["id"])] for about in index.about])
    for role, space in index.spaces.items():
        passages, documents = [], []
        for question, given in zip(asked.questions, asked.given, strict=True):
            if role not in given["vectors"] or (role == "first" and not given["english"]):
                continue
            vector = given["vectors"][role]
            other = (pages != question.page) & (space.document_rows >= 0)
            mine = other[index.documents] & (index.english | (role != "first"))
            passages.append(space.passages.matrix[space.passage_rows[mine]] @ vector)
            cosines = space.documents.matrix @ vector
            if role == "first":
                cosines = (cosines - float(space.mean @ vector)) / space.spread
            documents.append(cosines[space.document_rows[other]])
        for name, found, table in (("passage", passages, ranking.PASSAGE), ("document", documents, ranking.DOCUMENT)):
            every, force = np.concatenate(found), table[role]
            print(f"  {role} {name}: mean {every.mean():.3f}, spread {every.std():.3f}; in force {force.mean}, {force.spread}")


def report(asked: Asked) -> None:
    """Print the folds, and each weight alone."""
    names = tuple(GRID)
    settings = [dict(zip(names, values, strict=True)) for values in itertools.product(*GRID.values())]
    table = np.array([asked.worth(each) for each in settings])  # settings by questions
    in_force = {name: getattr(ranking, name) for name in names}
    mine = np.array(asked.worth(in_force))
    print(
        f"{len(settings)} settings, {len(mine)} questions; in force {mine.mean():.3f}, best on all {table.mean(axis=1).max():.3f}"
    )
    print(f"  settings within 0.01 of the best: {int((table.mean(axis=1) > table.mean(axis=1).max() - 0.01).sum())}")
    pages = sorted({each.page for each in asked.questions})
    chance = np.random.default_rng(1)
    chosen: dict[str, Counter[float]] = {name: Counter() for name in names}
    seen, unseen, kept = [], [], []
    for _ in range(ROUNDS):
        fold_of = dict(zip(pages, (chance.permutation(len(pages)) % FOLDS).tolist(), strict=True))
        folds = np.array([fold_of[each.page] for each in asked.questions])
        for fold in range(FOLDS):
            best = int(table[:, folds != fold].mean(axis=1).argmax())
            seen.append(float(table[best, folds != fold].mean()))
            unseen += table[best, folds == fold].tolist()
            kept += mine[folds == fold].tolist()
            for name in names:
                chosen[name][settings[best][name]] += 1
    print(f"  chosen anew in {ROUNDS} times {FOLDS} folds: {statistics.mean(seen):.3f} on the questions chosen by, ", end="")
    print(f"{statistics.mean(unseen):.3f} on the others; in force on the same others {statistics.mean(kept):.3f}")
    for name in names:
        alone = {value: round(float(np.mean(asked.worth({**in_force, name: value}))), 3) for value in GRID[name]}
        print(f"  {name}: in force {in_force[name]}, chosen {dict(sorted(chosen[name].items()))}, alone {alone}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the questions, fill the store, and report."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--documents", nargs="+", required=True)
    parser.add_argument("--questions", type=Path, default=Path("bench/questions.jsonl"))
    parser.add_argument("--work", type=Path, default=Path("local/bench/weights"))
    parser.add_argument("--cache", type=Path, default=Path("local/cache"))
    given = parser.parse_args(arguments)
    texts, questions = dict(_texts(given.documents)), read_questions(given.questions)
    if lost := {each.page for each in questions} - set(texts):
        parser.error(f"the texts hold no page {', '.join(sorted(lost)[:5])}")
    with _bench(texts, given.work, open_embedders(cache=given.cache)) as bench:
        asked = Asked(bench.searcher, bench.pages, questions)
        scales(asked)
        report(asked)


if __name__ == "__main__":
    main()
