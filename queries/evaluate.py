"""How good search is, in numbers: questions with the page that answers them, ranked pages, and what they are worth.

Measures over a ranking of at most ten pages: nDCG@10 (one page is right, so 1/log2(rank + 1)), `first` (the right page is
the first), and recall@5. Two systems are compared on the same questions by a paired bootstrap of their nDCG.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from graph.errors import InvalidRecord

DEPTH: Final = 10
ROUNDS: Final = 2000
SEED: Final = 20261124


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question and the page that answers it; `start` and `end` are where in its text, 0 where that is not said."""

    question: str
    page: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a ranking of one question is worth; `rank` counts from 1 and is 0 where the page is not among the first ten."""

    question: str
    page: str
    pair: str  # language of the question > language of the page
    rank: int

    @property
    def ndcg(self) -> float:
        return 1 / math.log2(self.rank + 1) if self.rank else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Means over questions."""

    count: int
    ndcg: float
    first: float
    recall5: float
    recall10: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The mean difference in nDCG to a baseline with its 95 % interval, and how often resampling turned its sign."""

    difference: float
    low: float
    high: float
    turned: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A row of a cross-language file: a question and a passage, each in English and in another language."""

    question_en: str
    question_other: str
    passage_en: str
    language: str
    passage_other: str


Ranker = Callable[[str], Sequence[str]]  # a question -> pages, best first


def read_questions(path: Path) -> list[Question]:
    """Read a gold folder (JSON files with `page` and `questions`) or JSON lines of question, page, start, end.

    Raises InvalidRecord where there are none.
    """
    found: list[Question] = []
    try:
        if path.is_dir():
            for file in sorted(path.glob("*.json")):
                gold = json.loads(file.read_text("utf-8"))
                for each in gold.get("questions", ()):
                    text = each if isinstance(each, str) else each["question"]
                    found.append(Question(question=text, page=gold["page"]))
        else:
            for line in path.read_text("utf-8").splitlines():
                if line.strip():
                    row = json.loads(line)
                    start, end = int(row.get("start", 0)), int(row.get("end", 0))
                    found.append(Question(question=row["question"], page=row["page"], start=start, end=end))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as reason:
        raise InvalidRecord(
            f"{path} is no set of questions ({reason}); give a gold folder or lines of question and page"
        ) from reason
    if not found:
        raise InvalidRecord(f"there are no questions in {path}; give a gold folder or lines of question and page")
    return found


def read_pairs(path: Path) -> list[Pair]:
    """Read a cross-language file: tab-separated English question, other question, English passage, language, other passage."""
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines() if line.strip()]
    if not rows or any(len(row) != 5 for row in rows):
        raise InvalidRecord(f"{path} has lines that are not five columns: question, question, passage, language, passage")
    fields = ("question_en", "question_other", "passage_en", "language", "passage_other")
    return [Pair(**dict(zip(fields, row, strict=True))) for row in rows]


def measure(questions: Iterable[Question], ranker: Ranker, languages: Callable[[Question], str]) -> list[Measured]:
    """Rank pages for every question; `languages` names the pair of languages it belongs to."""
    return [
        Measured(question=each.question, page=each.page, pair=languages(each), rank=rank_of(each.page, ranker(each.question)))
        for each in questions
    ]


def rank_of(page: str, ranking: Sequence[str]) -> int:
    """Return the place of a page among the first ten, from 1, or 0."""
    among = list(dict.fromkeys(ranking))[:DEPTH]
    return among.index(page) + 1 if page in among else 0


def summary(measured: Sequence[Measured]) -> Summary:
    """Return the means; all 0 where there is nothing."""
    count = len(measured)

    def share(most: int) -> float:
        return sum(0 < each.rank <= most for each in measured) / max(count, 1)

    ndcg = sum(each.ndcg for each in measured) / max(count, 1)
    return Summary(count=count, ndcg=ndcg, first=share(1), recall5=share(5), recall10=share(10))


def by_pair(measured: Iterable[Measured]) -> dict[str, Summary]:
    """Return the means by pair of languages."""
    groups: dict[str, list[Measured]] = {}
    for each in measured:
        groups.setdefault(each.pair, []).append(each)
    return {pair: summary(group) for pair, group in sorted(groups.items())}


def compare(measured: Sequence[Measured], baseline: Sequence[Measured]) -> Comparison:
    """Compare two systems on the same questions by resampling them 2,000 times (seeded)."""
    import numpy as np

    differences = np.array([a.ndcg - b.ndcg for a, b in zip(measured, baseline, strict=True)])
    if not len(differences):
        return Comparison(difference=0.0, low=0.0, high=0.0, turned=0.5)
    generator = np.random.default_rng(SEED)
    means = differences[generator.integers(0, len(differences), (ROUNDS, len(differences)))].mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    mean = float(differences.mean())
    turned = float((means <= 0).mean() if mean >= 0 else (means >= 0).mean())
    return Comparison(difference=mean, low=float(low), high=float(high), turned=turned)


def directions(pairs: Sequence[Pair]) -> Mapping[str, tuple[list[Question], dict[str, str]]]:
    """Return for each direction its questions, and its passages by the page name they get; the right page is `xling-N`."""
    found = {}
    for name, question, passage in (
        ("en>en", "question_en", "passage_en"),
        ("en>xx", "question_en", "passage_other"),
        ("xx>en", "question_other", "passage_en"),
        ("xx>yy", "question_other", "passage_other"),
    ):
        questions = [Question(question=getattr(pair, question), page=f"xling-{n}") for n, pair in enumerate(pairs)]
        found[name] = (questions, {f"xling-{n}": str(getattr(pair, passage)) for n, pair in enumerate(pairs)})
    return found
