"""What stands near a span of a document: in its sentence, in its paragraph, or what the document is mostly about."""

from __future__ import annotations

from collections import Counter

from ingest.context import Context, Found, Sentence


def nearest(context: Context, sentence: Sentence, at: int, *kinds: str) -> Found | None:
    """Return what of these kinds is nearest in the sentence, else the last before it in its paragraph, else the main one."""
    here = context.within(sentence, *kinds)
    if here:
        return min(here, key=lambda one: abs(one.start - at))
    before = [
        one
        for kind in kinds
        for one in context.of(kind, end=at)
        if context.sentence_at(one.start).paragraph == sentence.paragraph
    ]
    if before:
        return max(before, key=lambda one: one.start)
    return main(context, *kinds)


def main(context: Context, *kinds: str) -> Found | None:
    """Return what of these kinds the document names most often; the surer, then the earlier one where several do."""
    everything = [one for kind in kinds for one in context.of(kind)]
    counts = Counter(one.name for one in everything)
    return max(everything, key=lambda one: (counts[one.name], one.confidence, -one.start), default=None)
