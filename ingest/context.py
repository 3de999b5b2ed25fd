"""What an extractor sees of a document: its cleaned text, sentences, parse, vectors, and what earlier extractors found.

Offsets of sentences, of `Found` and of everything an extractor computes count characters of `Context.text`, the cleaned
copy; `Context.claim` maps them to `Document.text`. Many documents are prepared together (`prepare`), so that the language
model and the embedder work in batches.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from graph.model import BlockKind, Certainty, Document, Modality, Passage, Progress
from ingest.claim import Claim, Mention
from ingest.clean import Clean, clean
from ingest.passages import sentences
from ingest.probe import shipped

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from graph.embedder import Tokens
    from ingest.elsewhere import Elsewhere

MASK: Final = "_"  # stands for every letter of a masked name: no cue word contains it


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What extractors work with; each may be missing, and then its extractors find less.

    `register` is None for reading without what is known beforehand (`--without-register`).
    """

    nlp: Any = None  # spaCy's English pipeline
    places: Any = None  # graph.places
    vocabulary: Any = None  # graph.vocabulary
    register: Any = None  # graph.register: known projects, their cities, names
    embedder: Any = None  # graph.embedder
    suppressed: Callable[[str], bool] | None = None  # tells whether a person was forgotten (Store.suppressed)
    elsewhere: Elsewhere | None = None  # which projects other documents plainly name (ingest/elsewhere.py)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence (or heading, or list item) of the cleaned text."""

    index: int
    start: int
    end: int
    text: str
    heading: str = ""  # the nearest heading above
    is_heading: bool = False
    is_item: bool = False  # a list item
    paragraph: int = 0  # number of the block of lines it stands in
    passage: int = -1  # index into Context.passages, -1 outside

    def __len__(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A named entity at a place in the cleaned text, from a `name` claim of an earlier extractor."""

    mention: Mention
    start: int
    end: int
    confidence: float

    @property
    def kind(self) -> str:
        return self.mention.kind

    @property
    def name(self) -> str:
        return self.mention.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One document, ready for extractors. `claims` and `found` grow from extractor to extractor; nothing else changes."""

    document: Document
    text: str  # the cleaned copy
    clean: Clean
    language: str
    sentences: tuple[Sentence, ...]
    passages: tuple[Passage, ...]
    tools: Tools
    claims: tuple[Claim, ...] = ()
    found: tuple[Found, ...] = ()  # by start
    _made: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)  # parse and vectors, made once

    # -- where things are

    def sentence_at(self, offset: int) -> Sentence:
        """Return the sentence that holds this character, or the nearest one before it."""
        if "starts" not in self._made:
            self._made["starts"] = [sentence.start for sentence in self.sentences]
        return self.sentences[max(0, bisect_right(self._made["starts"], offset) - 1)]

    def _places_of(self, kind: str) -> tuple[list[Found], list[int]]:
        """Return what was found of one kind ("": of all), by start, and the starts alone; made once for each `found`."""
        made = self._made
        if made.get("found") is not self.found:
            made["found"], made["by kind"] = self.found, {}
        if kind not in made["by kind"]:
            mine = [found for found in self.found if not kind or found.kind == kind]
            made["by kind"][kind] = mine, [found.start for found in mine]
        return made["by kind"][kind]  # type: ignore[no-any-return]

    def of(self, kind: str, start: int = 0, end: int | None = None) -> list[Found]:
        """Return what was found of one kind inside a span (default: everywhere), by start."""
        found, starts = self._places_of(kind)
        last = len(self.text) if end is None else end
        return [one for one in found[bisect_left(starts, start) : bisect_right(starts, last)] if one.end <= last]

    def within(self, sentence: Sentence, *kinds: str) -> list[Found]:
        """Return what was found inside a sentence, of these kinds or of all, by start."""
        found, starts = self._places_of(kinds[0] if len(kinds) == 1 else "")
        here = found[bisect_left(starts, sentence.start) : bisect_left(starts, sentence.end)]
        return here if len(kinds) < 2 else [one for one in here if one.kind in kinds]

    def masked(self, sentence: Sentence, *kinds: str) -> str:
        """Return the sentence with every found name (of these kinds, or of all) overwritten by MASK, offsets unchanged.

        Cues are looked for in this: REPLICATE is a project and no replication.
        """
        names = self.within(sentence, *kinds)
        if not names:
            return sentence.text
        letters = list(sentence.text)
        for found in names:
            first, last = found.start - sentence.start, min(found.end, sentence.end) - sentence.start
            letters[first:last] = MASK * (last - first)
        return "".join(letters)

    # -- models

    def doc(self) -> Any:
        """Return spaCy's Doc of the whole cleaned text (character offsets agree), or None where it is not English.

        Sentence starts in it are those of `sentences`.
        """
        if "doc" not in self._made:
            parse([self])
        return self._made["doc"]

    def span(self, sentence: Sentence) -> Any:
        """Return spaCy's Span of a sentence, or None where there is no parse."""
        doc = self.doc()
        return None if doc is None else doc.char_span(sentence.start, sentence.end, alignment_mode="expand")

    def vectors(self) -> NDArray[np.float32] | None:
        """Return one vector (a row, unit length) for each of `sentences`, or None without an embedder."""
        if "vectors" not in self._made:
            embed([self])
        return self._made["vectors"]  # type: ignore[no-any-return]

    def tokens(self) -> list[Tokens] | None:
        """Return what the shipped probe (ingest/probe.py) makes of each of `sentences`; None where it cannot read the model."""
        self.vectors()
        return self._made.get("tokens")

    # -- making claims

    def claim(  # noqa: PLR0913 - every part but the first five has a default
        self,
        subject: Mention,
        predicate: str,
        value: Mention | str,
        start: int,
        end: int,
        *,
        extractor: str,
        confidence: float,
        why: str = "",
        progress: Progress = Progress.UNCLEAR,
        modality: Modality = Modality.STATED,
        certainty: Certainty = Certainty.UNRATED,
        valid_from: str = "",
        valid_to: str = "",
    ) -> Claim:
        """Make a claim whose evidence is this span of the cleaned text.

        A `name` claim (subject, "name", name) has the span of the name itself: it becomes a `Found` for later extractors.
        Every other claim has the span of the sentence or sentences it rests on.
        """
        first, last = self.clean.source(start, end)
        return Claim(
            subject=subject,
            predicate=predicate,
            value=value,
            start=first,
            end=last,
            extractor=extractor,
            confidence=round(min(max(confidence, 0.0), 1.0), 3),
            progress=progress,
            modality=modality,
            certainty=certainty,
            valid_from=valid_from,
            valid_to=valid_to,
            why=why,
        )

    def named(self, mention: Mention, start: int, end: int, *, extractor: str, confidence: float, why: str = "") -> Claim:
        """Make the `name` claim of a mention that stands at this span of the cleaned text."""
        return self.claim(mention, "name", mention.name, start, end, extractor=extractor, confidence=confidence, why=why)

    def after(self, claims: Sequence[Claim]) -> Context:
        """Return the context that the next extractor sees."""
        new = []
        for claim in claims:
            if claim.predicate == "name":
                start, end = self.clean.copied(claim.start, claim.end)
                new.append(Found(mention=claim.subject, start=start, end=end, confidence=claim.confidence))
        found = tuple(sorted((*self.found, *new), key=lambda one: (one.start, -one.end)))
        return replace(self, claims=(*self.claims, *claims), found=found)


# -- preparing


def prepare(documents: Iterable[tuple[Document, Sequence[Passage]]], tools: Tools) -> list[Context]:
    """Return a context for each document with its passages; parse and vectors are made when first asked for, or by
    `parse` and `embed` for all of them in batches."""
    return [_context(document, tuple(passages), tools) for document, passages in documents]


def _context(document: Document, passages: tuple[Passage, ...], tools: Tools) -> Context:
    cleaned = clean(document.text)
    language = document.language.split("-")[0]
    return Context(
        document=document,
        text=cleaned.text,
        clean=cleaned,
        language=language,
        sentences=tuple(_sentences(document, cleaned, language, passages)),
        passages=passages,
        tools=tools,
    )


def parse(contexts: Sequence[Context]) -> None:
    """Run the English pipeline over every context that has no parse yet, in one batch."""
    waiting = [context for context in contexts if "doc" not in context._made]
    english = [context for context in waiting if context.language in {"en", "und"} and context.tools.nlp is not None]
    for context in waiting:
        context._made["doc"] = None
    if not english:
        return
    nlp = english[0].tools.nlp
    for context, doc in zip(english, nlp.pipe([_tokens(nlp, context) for context in english], batch_size=32), strict=True):
        context._made["doc"] = doc


def _tokens(nlp: Any, context: Context) -> Any:
    doc = nlp.make_doc(context.text)
    starts = {sentence.start for sentence in context.sentences}
    ahead = True
    for token in doc:
        if token.is_space:
            token.is_sent_start = False
            ahead = ahead or "\n" in token.text
            continue
        token.is_sent_start = ahead or token.idx in starts
        ahead = False
    return doc


def embed(contexts: Sequence[Context]) -> None:
    """Embed the sentences of every context that has no vectors yet, in one batch."""
    import numpy as np

    waiting = [context for context in contexts if "vectors" not in context._made]
    for context in waiting:
        context._made["vectors"] = None
    able = [context for context in waiting if context.tools.embedder is not None]
    if not able:
        return
    # Pages of one site repeat themselves (menus, calls to subscribe): each sentence is embedded once.
    number: dict[str, int] = {}
    for context in able:
        for sentence in context.sentences:
            number.setdefault(sentence.text, len(number))
    rows, tokens = _embedded(list(number), able[0].tools.embedder) if number else (np.zeros((0, 0), dtype=np.float32), None)
    for context in able:
        mine = [number[sentence.text] for sentence in context.sentences]
        context._made["vectors"] = rows[mine] if number else rows
        context._made["tokens"] = None if tokens is None else [tokens[at] for at in mine]


def _embedded(texts: Sequence[str], embedder: Any) -> tuple[NDArray[np.float32], list[Tokens] | None]:
    """Return the vectors of texts and, where the shipped probe reads this model, their tokens as it reduces them."""
    import numpy as np

    probe = shipped(embedder.name)
    if probe is None:
        return embedder.embed(texts), None
    vectors, tokens = zip(*((vector, probe.reduced(read)) for vector, read in embedder.read(texts)), strict=True)
    return np.stack(vectors), list(tokens)


# -- sentences

_MARK: Final = re.compile(r"\s*(?:#+|>|\*\*)\s*")
_MARKED: Final = re.compile(r"^(?:#+|>) ?\S", re.MULTILINE)  # a text that marks its headings has no others
_ITEM: Final = re.compile(r"\s*(?:[-*•–—▪●○◦‣·+☐✓✔]\s|\(?\d{1,2}[.)]\s|\(?[a-z]\)\s)")


def _sentences(document: Document, cleaned: Clean, language: str, passages: tuple[Passage, ...]) -> Iterator[Sentence]:
    text = cleaned.text
    headings, items = (
        {cleaned.copied(block.start, block.end)[0] for block in document.blocks if block.kind is kind}
        for kind in (BlockKind.HEADING, BlockKind.LIST_ITEM)
    )
    marked = bool(headings) or len(_MARKED.findall(text)) > 1
    borders = [cleaned.copied(passage.start, passage.end) for passage in passages]
    paragraph = number = last = 0
    heading, lead, short_before = "", "", False
    for index, (start, end) in enumerate(sentences(text, 0, len(text), language)):
        gap = text[last:start]
        paragraph += gap.count("\n") > 1
        new_line = not index or "\n" in gap
        body = _MARK.sub("", text[start:end], count=1) if text[start] in "#>*" else text[start:end]
        item = start in items or (new_line and bool(_ITEM.match(text, start, end)))
        line_end = text.find("\n", end)
        whole = new_line and not text[end : len(text) if line_end < 0 else line_end].strip()
        short = whole and not item and len(body) < 110 and body[-1:] not in '.!…:;,”"»)' and body[:1] != "-"
        alone = gap.count("\n") > 1 or not index or not short_before
        is_heading = start in headings or (text[start] in "#>" and whole) or (short and alone and not marked)
        while number < len(borders) and borders[number][1] <= start:
            number += 1
        yield Sentence(
            index=index,
            start=start,
            end=end,
            text=text[start:end],
            heading=lead if item and lead else heading,
            is_heading=is_heading,
            is_item=item,
            paragraph=paragraph,
            passage=number if number < len(borders) and borders[number][0] <= start else -1,
        )
        if is_heading:
            heading = body.strip()
        if not item:  # "Lighthouse cities:" is the heading of the list that follows, and of nothing behind it
            lead = body.rstrip(" :") if text[end - 1] == ":" else ""
        short_before, last = short, end
