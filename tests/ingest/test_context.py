"""The context: sentences with their headings, masks, claims in offsets of the document, and the order of extractors."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Document
from ingest.claim import Claim, Mention
from ingest.context import Context, Tools, prepare
from ingest.extract import Extractor, claims, read, registry
from ingest.passages import passages

TEXT = "# Lamps\n\nSee [HARBOURLIGHT](http://a.example). It runs.\n\nFollower towns:\n\n- Braga\n- Kaunas\n\nThe end."


def _context(text: str = TEXT) -> Context:
    document = Document(text=text, addresses=("notes/a.txt",), language="en")
    (context,) = prepare([(document, passages(document))], Tools())
    return context


def test_sentences_carry_headings_and_lists() -> None:
    found = {sentence.text.strip("#- "): sentence for sentence in _context().sentences}

    assert found["Lamps"].is_heading
    assert found["It runs."].heading == "Lamps"
    assert found["Braga"].is_item
    assert found["Braga"].heading == "Follower towns"
    assert found["The end."].heading == "Lamps"


def _lamp(context: Context) -> Iterator[Claim]:
    start = context.text.index("HARBOURLIGHT")
    mention = Mention(kind="project", name="HARBOURLIGHT")
    yield context.named(mention, start, start + 12, extractor="lamp", confidence=0.9, why="a test")


def _seen(context: Context) -> Iterator[Claim]:
    for found in context.of("project"):
        sentence = context.sentence_at(found.start)
        assert "HARBOURLIGHT" not in context.masked(sentence)
        assert len(context.masked(sentence)) == len(sentence)
        yield context.claim(
            found.mention, "topic", "light", sentence.start, sentence.end, extractor="seen", confidence=0.5, why="seen"
        )


def test_later_extractors_see_what_earlier_ones_claimed_and_offsets_are_the_documents() -> None:
    context = _context()
    found = claims(
        context,
        [Extractor(name="lamp", version="1", run=_lamp), Extractor(name="seen", version="1", run=_seen, after=("lamp",))],
    )

    assert [context.document.text[claim.start : claim.end] for claim in found] == [
        "HARBOURLIGHT",
        "See [HARBOURLIGHT](http://a.example).",
    ]


def test_the_registry_runs_each_extractor_behind_those_it_reads_from() -> None:
    order = list(registry())

    assert {"projects", "places", "organisations", "people", "roles", "quotes", "events"} <= set(order)
    for name, extractor in registry().items():
        assert all(order.index(other) < order.index(name) for other in extractor.after if other in order)


def test_a_context_without_tools_is_read_without_complaint() -> None:
    assert isinstance(read(_context(), [registry()[name] for name in ("programmes", "projects", "places", "roles")]), Context)
