"""Lessons: whole sentences another town could learn from, as barrier, enabler, recommendation or finding.

A classifier over each sentence: its vector, cues in seven languages, where it stands and under what heading. Praise,
announcements and goals are no lessons, so what announces counts against.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from graph.model import Modality, digest
from ingest.claim import Claim, Mention
from ingest.classify import classifier, matrix
from ingest.context import Context, Sentence
from ingest.cues import NAMES, modality, patterns
from ingest.extract import Extractor

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAME: Final = "lessons"
KIND: Final = "lesson_kinds"
DIMENSION: Final = 384
UNKNOWN: Final = float("nan")

_WORDS: Final = patterns("lessons")
_HEADINGS: Final = patterns("lesson headings")
FEATURES: Final = (
    *_WORDS,
    *_HEADINGS,
    "length",
    "very short",
    "very long",
    "place in the text",
    "a list item",
    "a question",
    "a quotation",
    "a number",
    "a year",
    "a web address",
    "a name cut out",
    "denied or doubted",
    "starts with a verb or a condition",
    "ends like a sentence",
    "English",
    *(f"v{at}" for at in range(DIMENSION)),
)
_OPENING: Final = re.compile(
    r"(?:[A-Z][\w-]+: )?(?:Do|Don['’]t|Make|Keep|Start|Stop|Write|Bring|Use|Ask|Plan|Give|Take|Avoid|"
    r"Build|Include|Involve|Consider|Ensure|Focus|Invest|If|When|Without|To)\b"
)

_QUOTATION: Final = re.compile(r"[\"“”«»„‘’]\w.*[\"“”«»’]")
_NUMBER: Final = re.compile(r"\d")
_YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b")


def features(context: Context, sentence: Sentence) -> list[float]:
    """Return the features of one sentence but its vector."""
    text = context.masked(sentence, *NAMES)
    words = len(text.split())
    return [
        *(min(len(pattern.findall(text)), 3.0) for pattern in _WORDS.values()),
        *(float(bool(pattern.search(sentence.heading))) for pattern in _HEADINGS.values()),
        math.log1p(words),
        float(words < 7),
        float(words > 45),
        sentence.start / max(len(context.text), 1),
        float(sentence.is_item),
        float("?" in text),
        float(bool(_QUOTATION.search(text))),
        float(bool(_NUMBER.search(text))),
        float(bool(_YEAR.search(text))),
        float("http" in text or "](" in text or "www." in text),
        float("_" in text),
        float(modality(text) != "stated"),
        float(bool(_OPENING.match(text))),
        float(text.rstrip('"”’»)')[-1:] in ".!;"),
        float(context.language in {"en", "und", ""}),
    ]


def candidates(context: Context) -> list[Sentence]:
    """Return the sentences that can be lessons: no headings, at least four words with letters."""
    return [
        sentence
        for sentence in context.sentences
        if not sentence.is_heading and len(re.findall(r"[^\W\d_]{2,}", sentence.text)) >= 4 and "http" not in sentence.text[:12]
    ]


def rows(context: Context, sentences: Sequence[Sentence]) -> list[list[float]]:
    """Return the full feature rows of sentences; vectors of other languages than English say nothing and stay unknown."""
    vectors = _vectors(context)
    return [
        [*features(context, sentence), *([UNKNOWN] * DIMENSION if vectors is None else vectors[sentence.index].tolist())]
        for sentence in sentences
    ]


def _vectors(context: Context) -> NDArray[np.float32] | None:
    vectors = context.vectors() if context.language in {"en", "und", ""} and context.sentences else None
    return None if vectors is None or vectors.shape[1] != DIMENSION else vectors


def run(context: Context) -> Iterator[Claim]:
    """Yield for each lesson its words, its kind, and the solutions, places and projects of its sentence as what it is about."""
    sentences = candidates(context)
    if not sentences:
        return
    model, kinds = classifier(NAME), classifier(KIND)
    full = matrix(rows(context, sentences), len(FEATURES))
    scores = model.yes(full)
    for sentence, row, score, (kind, _) in zip(sentences, full, scores, kinds.best(full), strict=True):
        if score >= model.threshold:
            yield from _lesson(context, sentence, kind, float(score), model.reasons(row))


def _lesson(context: Context, sentence: Sentence, kind: str, score: float, why: str) -> Iterator[Claim]:
    lesson = Mention(kind="lesson", name=sentence.text[:120], external="", parts=(context.document.id, digest(sentence.text)))
    span = (sentence.start, sentence.end)
    # "Ask before, not after" advises; what it negates is part of the advice, and the lesson stands.
    said = Modality.HEDGED if modality(sentence.text) is Modality.HEDGED else Modality.STATED
    yield context.claim(lesson, "words", sentence.text, *span, extractor=NAME, confidence=score, why=why, modality=said)
    yield context.claim(lesson, "lesson_kind", kind, *span, extractor=NAME, confidence=score, why=why)
    told: set[Mention] = set()
    for found in context.within(sentence, "solution", "place", "project", "programme"):
        if found.mention not in told and len(told) < 6:
            told.add(found.mention)
            yield context.claim(
                lesson, "about", found.mention, *span, extractor=NAME, confidence=score * found.confidence, why="in one sentence"
            )


EXTRACTOR: Final = Extractor(name=NAME, version="1", run=run, after=("solutions", "places", "projects"))
