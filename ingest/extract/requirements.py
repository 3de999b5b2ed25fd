"""Requirements: what a solution took or takes (money, staff, time, knowledge, standards, funding, business model, partners,
procurement, infrastructure, data), each in its sentence.

There are no labelled texts for these. A sentence counts where a word of need or effort and a word of the kind stand in one
clause (ingest/cues.toml); its nearness to sentences written as examples (requirement_examples.tsv) settles the kind and how sure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from graph.model import Modality, digest
from ingest.claim import Claim, Mention
from ingest.context import Context, Sentence
from ingest.cues import NAMES, modality, patterns
from ingest.extract import Extractor

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAME: Final = "requirements"
_BORDER: Final = re.compile(r"[;:]|(?<=[a-z])\. |, (?:but|and|while|which|who)\b|[()]")
_MONEY: Final = re.compile(
    r"(?:[€£$]|\b(?:EUR|USD|GBP|CHF|SEK|PLN)\b) ?\d|\d[\d.,]* ?(?:(?:million|billion|thousand|Mio\.?|Mrd\.?|millions?"
    r"|millones|milioni|mln) )?(?:d['’]|de )?(?:euros?|EUR|€|USD|dollars?|pounds)\b",
    re.IGNORECASE,
)
LEAST: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A sentence with a kind of what it took or needs, how sure, and by which words."""

    sentence: Sentence
    kind: str
    score: float
    why: str


@cache
def _examples() -> tuple[tuple[str, str, str], ...]:
    lines = files("ingest.extract").joinpath("requirement_examples.tsv").read_text("utf-8").splitlines()[1:]
    return tuple(tuple(line.split("\t")) for line in lines if line)  # type: ignore[misc]


@lru_cache(maxsize=2)
def _example_vectors(embedder: Any) -> NDArray[np.float32]:
    found: NDArray[np.float32] = embedder.embed([text for _, _, text in _examples()])
    return found


def nearness(context: Context, role: str) -> list[dict[str, float]]:
    """Return for each sentence how near it comes to the examples of each kind in a role, less the nearest counter-example.

    Without vectors (no embedder, or not English) all is 0: words alone decide.
    """
    vectors = context.vectors() if context.language in {"en", "und", ""} and context.sentences else None
    if vectors is None or context.tools.embedder is None:
        return [{} for _ in context.sentences]
    examples = _example_vectors(context.tools.embedder)
    likeness = vectors @ examples.T
    against = [at for at, (what, _, _) in enumerate(_examples()) if what == "neither"]
    kinds: dict[str, list[int]] = {}
    for at, (what, kind, _) in enumerate(_examples()):
        if what == role:
            kinds.setdefault(kind, []).append(at)
    nearest_other = likeness[:, against].max(axis=1)
    nearest = [(likeness[:, rows].max(axis=1) - nearest_other).tolist() for rows in kinds.values()]
    return [dict(zip(kinds, row, strict=True)) for row in zip(*nearest, strict=True)]


def judged(context: Context, role: str) -> Iterator[Judged]:
    """Yield the sentences of a role (`requirement` or `need`), each with its kinds: the likeliest two at most."""
    triggers, kinds = patterns(f"{role} words"), patterns("kinds of requirement")
    near = nearness(context, role)
    for sentence, likeness in zip(context.sentences, near, strict=True):
        if len(sentence.text.split()) < 5 or sentence.is_heading or sentence.text.rstrip().endswith("?"):
            continue
        found: dict[str, tuple[float, str]] = {}
        text = context.masked(sentence, *NAMES)
        for clause in _clauses(text):
            trigger = triggers["strong"].search(clause)
            weak = None if trigger else triggers["weak"].search(clause)
            if trigger is None and weak is None:
                continue
            for kind, pattern in kinds.items():
                word = pattern.search(clause)
                if word is None and not (kind == "cost" and role == "requirement" and _MONEY.search(clause)):
                    continue
                score = (0.55 if trigger else 0.35) + min(0.35, max(-0.3, likeness.get(kind, 0.0)))
                shown = f"{(trigger or weak)[0]} … {word[0]}" if word else f"{(trigger or weak)[0]} … an amount"  # type: ignore[index]
                if score > found.get(kind, (0.0, ""))[0]:
                    found[kind] = (score, shown)
        best = sorted(found.items(), key=lambda item: (-item[1][0], item[0]))[:3]
        for kind, (score, why) in best:
            if score >= LEAST:
                yield Judged(sentence=sentence, kind=kind, score=min(score, 0.95), why=why)


def _clauses(text: str) -> list[str]:
    cuts = [0, *(found.start() for found in _BORDER.finditer(text)), len(text)]
    return [text[first:last] for first, last in pairwise(cuts)]


def run(context: Context) -> Iterator[Claim]:
    """Yield for each requirement its words, kind, an amount of money where one is said, and what it is about."""
    paid = {
        (claim.start, claim.end)
        for claim in context.claims
        if claim.subject.kind == "requirement" and claim.predicate == "amount" and claim.value
    }
    for one in judged(context, "requirement"):
        sentence = one.sentence
        if one.kind == "cost" and context.clean.source(sentence.start, sentence.end) in paid:
            continue  # outcomes found the sum and said that it is what something cost
        text = context.masked(sentence, *NAMES)
        if modality(text) is Modality.NEGATED and not patterns("need words")["strong"].search(text):
            continue
        parts = (context.document.id, digest(sentence.text), one.kind)
        requirement = Mention(kind="requirement", name=sentence.text[:120], parts=parts)
        yield from said(context, requirement, "requirement_kind", one, NAME)
        yield from _amount(context, requirement, one)


def said(context: Context, subject: Mention, predicate: str, one: Judged, extractor: str) -> Iterator[Claim]:
    """Yield words and kind of a requirement or need, and the solutions, places and projects of its sentence."""
    sentence = one.sentence
    span = (sentence.start, sentence.end)
    # "There are no experts" is a need and no denial of one.
    meant = Modality.HEDGED if modality(context.masked(sentence, *NAMES)) is Modality.HEDGED else Modality.STATED
    yield context.claim(
        subject, "words", sentence.text, *span, extractor=extractor, confidence=one.score, why=one.why, modality=meant
    )
    yield context.claim(subject, predicate, one.kind, *span, extractor=extractor, confidence=one.score, why=one.why)
    if subject.kind == "requirement":
        told: set[tuple[str, str]] = set()
        for found in context.within(sentence, "solution", "place", "project"):
            key = (found.kind, found.name)
            if key not in told and len(told) < 5:
                told.add(key)
                yield context.claim(
                    subject, "about", found.mention, *span, extractor=extractor, confidence=one.score * found.confidence,
                    why="in one sentence",
                )  # fmt: skip


def _amount(context: Context, requirement: Mention, one: Judged) -> Iterator[Claim]:
    from ingest.extract.outcomes import figures

    wanted = {"cost": "money", "funding": "money", "time": "time"}.get(one.kind)
    for figure in figures(context, one.sentence) if wanted else ():
        if figure.kind == wanted:
            span = (one.sentence.start, one.sentence.end)
            yield context.claim(
                requirement, "amount", f"{figure.value:.12g}", *span, extractor=NAME, confidence=one.score, why=one.why
            )
            yield context.claim(requirement, "unit", figure.unit, *span, extractor=NAME, confidence=one.score, why=one.why)
            return


EXTRACTOR: Final = Extractor(name=NAME, version="1", run=run, after=("solutions", "places", "projects", "outcomes"))
