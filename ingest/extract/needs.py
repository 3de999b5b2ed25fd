"""Needs: what a town, or towns of a kind, say they plan, lack or look for, each in its sentence.

Like requirements (ingest/extract/requirements.py), with words of lack, wish and plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from graph.model import digest
from ingest.claim import Claim, Mention
from ingest.context import Context
from ingest.extract import Extractor
from ingest.extract.requirements import judged, said
from ingest.near import nearest

NAME: Final = "needs"


def run(context: Context) -> Iterator[Claim]:
    """Yield for each need its words and kind, whose it is where a place is near, and the solutions it asks for."""
    for one in judged(context, "need"):
        sentence = one.sentence
        span = (sentence.start, sentence.end)
        need = Mention(kind="need", name=sentence.text[:120], parts=(context.document.id, digest(sentence.text), one.kind))
        yield from said(context, need, "need_kind", one, NAME)
        here = context.within(sentence, "place")
        owner = here[0] if here else nearest(context, sentence, sentence.start, "place")
        if owner is not None:
            confidence = one.score * owner.confidence * (1.0 if here else 0.5)
            yield context.claim(
                need,
                "need_of",
                owner.mention,
                *span,
                extractor=NAME,
                confidence=confidence,
                why="the place in or near the sentence",
            )
        for found in {found.mention.external: found for found in context.within(sentence, "solution")}.values():
            yield context.claim(
                need,
                "seeks",
                found.mention,
                *span,
                extractor=NAME,
                confidence=one.score * found.confidence,
                why="in one sentence",
            )


EXTRACTOR: Final = Extractor(name=NAME, version="1", run=run, after=("solutions", "places", "projects"))
