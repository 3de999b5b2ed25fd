"""Solutions a document speaks of, as concepts of the vocabulary, each with the sentence that shows it best.

Three signs meet in one classifier over (document, concept): the vocabulary's terms in the document's language, cues
(solution_cues.tsv: wordings that hint at a concept and are no name of it, strong or weak), and how near the sentences come
to the concept's words in the English vector space. How often a cue was right for its concept in the training texts is a
feature of its own.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from graph.model import Modality
from ingest.alternatives import first_letters
from ingest.claim import Claim, Mention
from ingest.classify import Classifier, classifier, matrix
from ingest.context import Context
from ingest.cues import modality
from ingest.extract import Extractor

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAME: Final = "solutions"
_WORD: Final = re.compile(r"\w+")
_BEGINNING: Final = 3  # letters of a literal that are looked up first
_GROUP: Final = re.compile(r"\(\?:([^()]+)\)(?![?*{])")


@dataclass(frozen=True, slots=True)
class Cue:
    """An expression that hints at a concept; `literals` of which one must occur in lower-case text for it to match."""

    concept: str
    strong: bool
    expression: str
    literals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A term or cue of a concept in the cleaned text."""

    concept: str
    start: int
    end: int
    strong: bool
    term: bool  # a label of the vocabulary


# -- cues and terms


@cache
def cues(language: str) -> tuple[Cue, ...]:
    """Return the cues of solution_cues.tsv for a language."""
    lines = files("ingest.extract").joinpath("solution_cues.tsv").read_text("utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    return tuple(
        Cue(concept, strength == "strong", expression, _literals(expression))
        for concept, tongue, strength, expression in rows
        if tongue == language
    )


def find(language: str, text: str) -> Iterator[tuple[Cue, re.Match[str]]]:
    """Yield the matches of the cues of a language in a text, cue by cue.

    Most cues are ruled out by their literals in one go, and the others are tried only at words with their first letter.
    """
    lower, (always, begins) = text.lower(), _by_beginning(language)
    there = {lower[at : at + _BEGINNING] for at in range(len(lower))} & begins.keys()
    possible = set(always)
    for beginning in there:
        possible.update(at for literal, at in begins[beginning] if literal in lower)
    words: dict[str, list[int]] = defaultdict(list)
    for word in _WORD.finditer(text):
        words[text[word.start()]].append(word.start())
    known = cues(language)
    for at in sorted(possible):
        for match in _matches(known[at].expression, text, words):
            yield known[at], match


def _matches(expression: str, text: str, words: Mapping[str, Sequence[int]]) -> Iterator[re.Match[str]]:
    """Yield what `finditer` does; `words` are the places where words begin, by their first character."""
    pattern, letters = _compiled(expression)
    if not letters:
        yield from pattern.finditer(text)
        return
    last = 0
    for at in sorted(place for letter in letters if letter in words for place in words[letter]):
        match = pattern.match(text, at) if at >= last else None
        if match:
            yield match
            last = match.end()


@cache
def _by_beginning(language: str) -> tuple[tuple[int, ...], Mapping[str, Sequence[tuple[str, int]]]]:
    """Return the positions of cues to try anyway, and by its first letters each literal with the position of its cue."""
    begins: dict[str, list[tuple[str, int]]] = defaultdict(list)
    always = []
    for at, cue in enumerate(cues(language)):
        if not cue.literals or min(map(len, cue.literals)) < _BEGINNING:
            always.append(at)
        else:
            for literal in cue.literals:
                begins[literal[:_BEGINNING]].append((literal, at))
    return tuple(always), begins


@cache
def _compiled(expression: str) -> tuple[re.Pattern[str], frozenset[str]]:
    return re.compile(rf"(?<!\w)(?:{expression})(?!\w)", re.IGNORECASE), frozenset(first_letters(expression))


def _literals(expression: str) -> tuple[str, ...]:
    """Return words of which any match of the expression holds one, or nothing where that is not plain to see.

    A substring test on these spares most expressions a look at the text.
    """
    outside = re.sub(r"\[[^\]]*\]", " ", re.sub(r"\((?:[^()]|\([^()]*\))*\)[?*]?(?:\{[^}]*\})?", " ", expression))
    found = re.findall(r"[^\W\d_]+[?*]?", re.sub(r"\\.[*+?]?", " ", outside))
    sure = [word.rstrip("?*")[: -1 if word[-1] in "?*" else None] for word in found]
    best = max(sure, key=len, default="")
    if len(best) >= 3:
        return (best.lower(),)
    for group in _GROUP.finditer(expression):
        if _depth(expression, group.start()):
            continue
        choices = [
            max(re.findall(r"[^\W\d_]+", re.sub(r"\\.|[^\W\d_][?*]", " ", choice)), key=len, default="")
            for choice in group[1].split("|")
        ]
        if all(len(choice) >= 2 for choice in choices):
            return tuple(choice.lower() for choice in choices)
    return ()


def _depth(expression: str, at: int) -> int:
    return expression.count("(", 0, at) - expression.count(")", 0, at)


def hits(context: Context, text: str | None = None) -> list[Hit]:
    """Return the hits of terms and cues in the cleaned text (or in another text, such as the title), by start."""
    body = context.text if text is None else text
    language = "en" if context.language in {"und", ""} else context.language
    found = [Hit(cue.concept, match.start(), match.end(), cue.strong, False) for cue, match in find(language, body)]
    found += terms(context, body, language)
    return sorted(found, key=lambda hit: (hit.start, -hit.end, hit.concept))


def terms(context: Context, text: str, language: str) -> list[Hit]:
    """Return the vocabulary's terms that stand in a text: labels and terms are strong, hints weak."""
    if context.tools.vocabulary is None:
        return []
    found = []
    for one in context.tools.vocabulary.find(text, language):
        # A stem can be another word: who takes a train is not in training.
        sure = one.sure and (" " in one.term or one.end - one.start >= len(one.term) - 2)
        found.append(Hit(one.concept, one.start, one.end, sure, sure))
    return found


# -- features of (document, concept)

FEATURES: Final = (
    "a strong cue",
    "strong cues",
    "three strong cues or more",
    "wordings of strong cues",
    "in the title",
    "in the first third",
    "in a heading",
    "sentences with a strong cue",
    "a weak cue",
    "weak cues",
    "weak cue in the title",
    "a term of the vocabulary",
    "terms of the vocabulary",
    "nearest sentence",
    "nearest three sentences",
    "mean nearness",
    "among the five nearest concepts",
    "the nearest concept",
    "among the five nearest on average",
    "rank of nearness",
    "cues of sibling concepts",
    "share of all cues",
    "nearness of the sentences with cues",
    "length of the text",
    "a strong cue and near",
    "a cue of several words",
    "only denied",
    "how often strong cues were right",
    "how often weak cues were right",
)
_PRECISION: Final = (FEATURES.index("how often strong cues were right"), FEATURES.index("how often weak cues were right"))
UNKNOWN: Final = float("nan")  # a classifier puts the mean of its training rows there


@dataclass(frozen=True, slots=True, kw_only=True)
class Concepts:
    """The concepts that can be found, their parents, and their vectors where the embedder is the one of the training."""

    ids: tuple[str, ...]
    parents: Mapping[str, str]
    vectors: NDArray[np.float32] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the signs say of a document, before a classifier judges: rows of FEATURES by concept, hits, sentence likeness."""

    hits: tuple[Hit, ...]
    rows: Mapping[str, list[float]]
    likeness: NDArray[np.float32] | None  # (sentences, concepts)


def reading(context: Context, concepts: Concepts) -> Reading:
    """Return the features of every concept that has a cue, or that a sentence is nearest to; learned precisions are left at 0."""
    found = [hit for hit in hits(context) if hit.concept in concepts.parents]
    title = hits(context, context.document.title) if context.document.title else []
    likeness = _likeness(context, concepts)
    near = _nearness(likeness, len(concepts.ids))
    strong: dict[str, list[Hit]] = defaultdict(list)
    weak: dict[str, list[Hit]] = defaultdict(list)
    for hit in found:
        (strong if hit.strong else weak)[hit.concept].append(hit)
    in_title = {(hit.concept, hit.strong) for hit in title}
    family = Counter(concepts.parents[hit.concept] for hit in found if hit.strong)
    total = sum(family.values())
    rows = {}
    for at, concept in enumerate(concepts.ids):
        mine, hints = strong[concept], weak[concept]
        if not (mine or hints or near[at][4] == 1.0):
            continue
        rows[concept] = [
            *_strong_features(context, mine, (concept, True) in in_title),
            float(bool(hints)),
            math.log1p(len(hints)),
            float((concept, False) in in_title),
            float(any(hit.term for hit in mine)),
            math.log1p(sum(hit.term for hit in mine)),
            *near[at],
            math.log1p(family[concepts.parents[concept]] - len(mine)),
            len(mine) / (1 + total),
            _best_likeness(context, mine, likeness, at),
            math.log(max(len(context.text), 300) / 1000),
            UNKNOWN if likeness is None else float(bool(mine) and near[at][6] < math.log1p(10)),
            float(any(" " in context.text[hit.start : hit.end] for hit in mine)),
            float(bool(mine) and all(_denied(context, hit) for hit in mine)),
            0.0,
            0.0,
        ]
    return Reading(hits=tuple(found), rows=rows, likeness=likeness)


def _strong_features(context: Context, mine: Sequence[Hit], titled: bool) -> list[float]:
    sentences = {context.sentence_at(hit.start) for hit in mine} if context.sentences else set()
    return [
        float(bool(mine)),
        math.log1p(len(mine)),
        float(len(mine) > 2),
        math.log1p(len({context.text[hit.start : hit.end].lower() for hit in mine})),
        float(titled),
        float(any(hit.start < len(context.text) / 3 for hit in mine)),
        float(any(sentence.is_heading for sentence in sentences)),
        math.log1p(len(sentences)),
    ]


def _denied(context: Context, hit: Hit) -> bool:
    sentence = context.sentence_at(hit.start)
    return modality(sentence.text, hit.start - sentence.start) is Modality.NEGATED


def _likeness(context: Context, concepts: Concepts) -> NDArray[np.float32] | None:
    vectors = context.vectors() if context.language in {"en", "und", ""} and context.sentences else None
    if vectors is None or concepts.vectors is None or vectors.shape[1] != concepts.vectors.shape[1]:
        return None
    return vectors @ concepts.vectors.T


def _nearness(likeness: NDArray[np.float32] | None, count: int) -> list[list[float]]:
    """Return for each concept: best, best three, mean, three flags of rank, and the rank of its best sentence."""
    import numpy as np

    if likeness is None:
        return [[UNKNOWN] * 7] * count
    best, mean = likeness.max(axis=0), likeness.mean(axis=0)
    three = np.sort(likeness, axis=0)[-3:].mean(axis=0)
    rank, rank_mean = (-best).argsort().argsort(), (-mean).argsort().argsort()
    columns = [best, three, mean, rank < 5, rank == 0, rank_mean < 5, np.log1p(rank)]
    return [[float(column[at]) for column in columns] for at in range(count)]


def _best_likeness(context: Context, mine: Sequence[Hit], likeness: NDArray[np.float32] | None, at: int) -> float:
    if likeness is None:
        return UNKNOWN
    return max((float(likeness[context.sentence_at(hit.start).index, at]) for hit in mine), default=0.0)


# -- judging


@lru_cache(maxsize=8)
def concepts_of(model: Classifier, embedder: str) -> Concepts:
    """Return the concepts of a trained model; without vectors where another embedder is at work than at its training."""
    import numpy as np

    table = model.table
    vectors = np.array(list(table["vectors"].values()), dtype=np.float32) if embedder == table["embedder"] else None
    return Concepts(ids=tuple(table["parents"]), parents=table["parents"], vectors=vectors)


def embedder_name(context: Context) -> str:
    """Return the name of the embedder at work, or nothing."""
    return "" if context.tools.embedder is None else str(context.tools.embedder.name)


def with_precision(row: Sequence[float], concept: str, precision: Mapping[str, Mapping[str, float]]) -> list[float]:
    """Return the row with the learned log odds that a strong, or only a weak, cue of this concept is right."""
    strong, weak = bool(row[0]), bool(row[8]) and not row[0]
    full = list(row)
    full[_PRECISION[0]] = precision["strong"].get(concept, 0.0) if strong else 0.0
    full[_PRECISION[1]] = precision["weak"].get(concept, 0.0) if weak else 0.0
    return full


def run(context: Context) -> Iterator[Claim]:
    """Name each concept that the document speaks of, once a sentence that has a cue of it (else at its nearest sentence)."""
    if not context.sentences:
        return
    model = classifier(NAME)
    concepts = concepts_of(model, embedder_name(context))
    read = reading(context, concepts)
    precision = model.table["precision"]
    rows = matrix([with_precision(row, concept, precision) for concept, row in read.rows.items()], len(FEATURES))
    for concept, row, score in zip(read.rows, rows, model.yes(rows), strict=True):
        if score >= model.threshold:
            mention = Mention(kind="solution", name=_label(context, concept), external=concept)
            why = model.reasons(row)
            for start, end in _spans(context, concepts, read, concept):
                yield context.named(mention, start, end, extractor=NAME, confidence=float(score), why=why)


def _label(context: Context, concept: str) -> str:
    vocabulary = context.tools.vocabulary
    return concept if vocabulary is None else vocabulary.label(concept)


def _spans(context: Context, concepts: Concepts, read: Reading, concept: str) -> Iterator[tuple[int, int]]:
    """Yield the best hit of each sentence that has one, the strong ones if there are any; else the nearest sentence."""
    mine = [hit for hit in read.hits if hit.concept == concept]
    mine = [hit for hit in mine if hit.strong] or mine
    best: dict[int, Hit] = {}
    for hit in mine:
        at = context.sentence_at(hit.start).index
        if at not in best or (hit.term, hit.end - hit.start) > (best[at].term, best[at].end - best[at].start):
            best[at] = hit
    yield from ((hit.start, hit.end) for _, hit in sorted(best.items()))
    if not best and read.likeness is not None:
        nearest = context.sentences[int(read.likeness[:, concepts.ids.index(concept)].argmax())]
        yield nearest.start, nearest.end


EXTRACTOR: Final = Extractor(name=NAME, version="1", run=run)
