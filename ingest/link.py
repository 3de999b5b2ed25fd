"""From claims about names to statements about entities.

An entity's id comes from its external id or its name alone (graph/model.py), so linking does not depend on the order of
documents. Inside one document spellings are brought together (an acronym and its long form); between documents likeness is
expressed as proposals: at 95 and above the store folds them, from 80 on people are asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from graph.model import Document, Evidence, Passage, Statement, digest, entity_id, normalise_name
from graph.schema import schema
from ingest.batches import TOGETHER
from ingest.claim import Claim, Mention
from ingest.context import Context, Tools, embed, parse, prepare
from ingest.elsewhere import Collected, collected
from ingest.extract import Extractor, read, registry
from ingest.validate import valid

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from graph.store.base import Store
    from ingest.batches import Given

IN_DOCUMENT: Final = frozenset({"lesson", "outcome", "requirement", "need"})  # things of one sentence of one document


# -- the whole way of a document


def read_statements(
    document: Document, passages: Sequence[Passage], tools: Tools, claims: Sequence[Claim] = ()
) -> tuple[Statement, ...]:
    """Return the valid statements of one document: from its text, and from `claims` that its reader already made."""
    (found,) = read_together([(document, passages, claims)], tools)
    return found


def read_together(
    documents: Iterable[tuple[Document, Sequence[Passage], Sequence[Claim]]],
    tools: Tools,
    extractors: Iterable[Extractor] | None = None,
) -> list[tuple[Statement, ...]]:
    """Return the statements of several documents by some extractors (default: all); models work on all texts in batches."""
    given = list(documents)
    contexts = _prepared(given, tools)
    parse(contexts)
    embed(contexts)
    return _read(contexts, given, None if extractors is None else tuple(extractors))


def read_collection(documents: Sequence[Given], tools: Tools) -> list[tuple[Statement, ...]]:
    """Return the statements of documents that are read beside each other, as a run over all of them would keep them.

    Those that hold a name which others plainly give a project are read a second time, knowing it (ingest/elsewhere.py).
    """
    found, known = _alone(documents, tools)
    again = [at for at, (document, _, _) in enumerate(documents) if known.held_by(document.text)]
    for at, statements in zip(again, _in_batches([documents[at] for at in again], replace(tools, elsewhere=known)), strict=True):
        found[at] = statements
    return found


def knowing(documents: Sequence[Given], tools: Tools) -> Tools:
    """Return tools that know what these documents plainly name, each by itself."""
    return replace(tools, elsewhere=_alone(documents, tools)[1])


def _alone(documents: Sequence[Given], tools: Tools) -> tuple[list[tuple[Statement, ...]], Collected]:
    found = _in_batches(documents, replace(tools, elsewhere=None))
    return found, collected([(document, statements) for (document, _, _), statements in zip(documents, found, strict=True)])


def _in_batches(documents: Sequence[Given], tools: Tools) -> list[tuple[Statement, ...]]:
    starts = range(0, len(documents), TOGETHER)
    return [read for start in starts for read in read_together(documents[start : start + TOGETHER], tools)]


def begin_together(given: Sequence[Given], tools: Tools, beside: Executor) -> Callable[[], list[tuple[Statement, ...]]]:
    """Begin what `read_together` does with the sentence vectors, made beside other work; return the function that ends it."""
    contexts = _prepared(given, tools)
    vectors = beside.submit(embed, contexts)

    def end() -> list[tuple[Statement, ...]]:
        parse(contexts)
        vectors.result()
        return _read(contexts, given)

    return end


def _prepared(given: Sequence[tuple[Document, Sequence[Passage], Sequence[Claim]]], tools: Tools) -> list[Context]:
    """Return contexts. A row of a table says what it is about, in its own words: it asks nothing of other documents."""
    contexts = prepare([(document, passages) for document, passages, _ in given], tools)
    alone = replace(tools, elsewhere=None)
    return [replace(one, tools=alone) if claims else one for one, (_, _, claims) in zip(contexts, given, strict=True)]


def _read(
    contexts: Sequence[Context],
    given: Sequence[tuple[object, object, Sequence[Claim]]],
    chosen: Sequence[Extractor] | None = None,
) -> list[tuple[Statement, ...]]:
    found = []
    for context, (_, _, claims) in zip(contexts, given, strict=True):
        done = read(context, chosen)
        found.append(tuple(valid(done, link(done, (*done.claims, *claims))).kept))
    return found


def fingerprint(tools: Tools) -> str:
    """Name what read the documents: extractors with versions, what they learned, and which tools were there."""
    parts = [f"{extractor.name}-{extractor.version}" for extractor in registry().values()]
    there = [name for name in ("nlp", "places", "vocabulary", "register", "embedder") if getattr(tools, name) is not None]
    return f"extract-{digest(*parts, *there, *_learned())[:12]}"


@cache
def _learned() -> tuple[str, ...]:
    """Return a digest of each file that extractors read beside their code: models, cues and lists."""
    found = [*files("ingest").iterdir(), *(files("ingest") / "models").iterdir(), *(files("ingest") / "extract").iterdir()]
    data = sorted((each for each in found if each.name.endswith((".json", ".toml", ".tsv", ".txt"))), key=lambda each: each.name)
    return tuple(digest(each.name, each.read_text("utf-8")) for each in data)


def explained(document: Document, tools: Tools) -> list[dict[str, object]]:
    """Return every claim about a document as a row: whether it was kept (or why not), by whom, how sure, and why."""
    from ingest.passages import passages

    (context,) = prepare([(document, passages(document))], tools)
    done = read(context)
    names, versions = _names(done.claims), {extractor.name: extractor.version for extractor in registry().values()}
    whole = valid(done, link(done, done.claims))
    kept = {statement.id for statement in whole.kept}
    refused = whole.reasons
    rows: list[dict[str, object]] = []
    for claim in sorted(done.claims, key=lambda one: (one.start, one.end, one.predicate)):
        statement = _statement(done, claim, names, versions)
        verdict = "no value" if statement is None else "yes" if statement.id in kept else refused.get(statement.id, "refused")
        rows.append(
            {
                "kept": verdict,
                "extractor": claim.extractor,
                "confidence": claim.confidence,
                "subject": f"{claim.subject.kind}: {claim.subject.name}",
                "predicate": claim.predicate,
                "value": claim.value if isinstance(claim.value, str) else f"{claim.value.kind}: {claim.value.name}",
                "progress": claim.progress.value,
                "modality": claim.modality.value,
                "why": claim.why,
                "start": claim.start,
                "end": claim.end,
                "quote": document.text[claim.start : claim.end],
            }
        )
    return rows


# -- linking


@dataclass(slots=True)
class _Names:
    """Spellings of one document: which mention a folded name of a kind stands for, and whom people belong to."""

    spelled: dict[tuple[str, str], Mention] = field(default_factory=dict)
    affiliations: dict[str, str] = field(default_factory=dict)

    def canonical(self, mention: Mention) -> Mention:
        """Return the mention under the name this document settles on."""
        if mention.external or mention.parts:
            return mention
        known = self.spelled.get((mention.kind, normalise_name(mention.name)))
        return known or mention


def link(context: Context, claims: Sequence[Claim]) -> list[Statement]:
    """Return one statement for each claim, and a `name` statement for every entity that has none, each id once."""
    names = _names(claims)
    versions = {extractor.name: extractor.version for extractor in registry().values()}
    found: dict[str, Statement] = {}
    named: set[str] = set()
    for claim in sorted(claims, key=lambda one: (-one.confidence, one.start, one.end)):
        statement = _statement(context, claim, names, versions)
        if statement is not None:
            found.setdefault(statement.id, statement)
            if statement.predicate == "name":
                named.add(statement.subject)
    for claim in claims:
        for mention in (claim.subject, claim.value):
            if isinstance(mention, Mention) and identifier(context.document, mention, names) not in named:
                name = names.canonical(mention).name
                plain = replace(claim, subject=mention, predicate="name", value=name, progress=claim.progress)
                statement = _statement(context, plain, names, versions)
                if statement is not None:
                    found.setdefault(statement.id, statement)
                    named.add(statement.subject)
    return list(found.values())


def _names(claims: Sequence[Claim]) -> _Names:
    names = _Names()
    counted: Counter[tuple[str, str]] = Counter()
    mentions: dict[tuple[str, str], Mention] = {}
    for claim in claims:
        if claim.predicate == "name":
            key = (claim.subject.kind, normalise_name(claim.subject.name))
            counted[key] += 1
            held = mentions.setdefault(key, claim.subject)
            if (claim.subject.external and not held.external) or (claim.subject.country and not held.country):
                mentions[key] = claim.subject
    names.spelled.update(mentions)
    for claim in claims:
        if (
            claim.predicate == "alias"
            and isinstance(claim.value, str)
            and claim.subject.kind in {"organisation", "project", "programme"}
        ):
            key = (claim.subject.kind, normalise_name(claim.value))
            main = names.spelled.get((claim.subject.kind, normalise_name(claim.subject.name)), claim.subject)
            if normalise_name(claim.value) != normalise_name(main.name):
                names.spelled[key] = main
    best: dict[str, float] = {}
    for claim in claims:
        if claim.predicate == "affiliated_with" and isinstance(claim.value, Mention):
            person = normalise_name(claim.subject.name)
            if claim.confidence > best.get(person, 0.0):
                best[person] = claim.confidence
                names.affiliations[person] = names.canonical(claim.value).name
    return names


def identifier(document: Document, mention: Mention, names: _Names | None = None) -> str:
    """Return the entity id of a mention: by external id, by parts, or by name (and country, affiliation, document)."""
    known = names or _Names()
    mention = known.canonical(mention)
    if mention.external:
        return entity_id(mention.kind, external=mention.external)
    parts = [part if isinstance(part, str) else identifier(document, part, known) for part in mention.parts]
    if mention.kind in IN_DOCUMENT:
        return entity_id(mention.kind, document.id, *(parts or [mention.name]))
    if parts:
        return entity_id(mention.kind, *parts)
    if mention.kind in {"place", "organisation"}:
        return entity_id(mention.kind, mention.name, mention.country)
    if mention.kind == "person":
        return entity_id("person", mention.name, known.affiliations.get(normalise_name(mention.name), ""))
    return entity_id(mention.kind, mention.name)


def _statement(context: Context, claim: Claim, names: _Names, versions: Mapping[str, str]) -> Statement | None:
    document = context.document
    predicate = schema().predicates.get(claim.predicate)
    subject = identifier(document, claim.subject, names)
    if predicate is None or claim.end <= claim.start:
        return None
    if isinstance(claim.value, Mention):
        value = identifier(document, claim.value, names)
    else:
        value = names.canonical(claim.subject).name if claim.predicate == "name" else claim.value
    start, end = _evidence(context, claim)
    quote = document.text[start:end]
    if not value or not quote:
        return None
    evidence = Evidence(
        document=document.id,
        start=start,
        end=end,
        quote=quote,
        page=document.page_at(start),
        extractor=claim.extractor,
        version=versions.get(claim.extractor, "1"),
        confidence=claim.confidence,
    )
    return Statement(
        subject=subject,
        predicate=claim.predicate,
        value=value,
        evidence=evidence,
        progress=claim.progress,
        modality=claim.modality,
        certainty=claim.certainty,
        valid_from=claim.valid_from,
        valid_to=claim.valid_to,
    )


def _evidence(context: Context, claim: Claim) -> tuple[int, int]:
    """A name alone shows little: what names an entity is the sentence around the name."""
    if claim.predicate not in {"name", "alias", "level", "country", "kind"}:
        return claim.start, claim.end
    start, end = context.clean.copied(claim.start, claim.end)
    sentence = context.sentence_at(start) if context.sentences else None
    if sentence is None or not (sentence.start <= start and end <= sentence.end):
        return claim.start, claim.end
    return context.clean.source(sentence.start, sentence.end)


# -- between documents


def propose(store: Store) -> int:
    """Give the store every pair of entities that may be the same, as it stands now; return how many."""
    from ingest.likeness import proposals

    found = list(proposals(store.entities(), store.edges()))
    store.propose(found)
    return len(found)
