"""Random readings for property tests: few entities, so that documents share them; any valid text, so that offsets are tried."""

from __future__ import annotations

from hypothesis import strategies as st

from graph.model import Evidence, Judgement, Modality, Passage, Progress, Reading, Statement, Verdict, entity_id
from tests.build import document

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=3, max_size=60)
ADDRESSES = ["a.txt", "b.txt", "c/d.txt", "https://example.org/e", "https://www.example.org/e/", "ü.txt"]
PLACES = [entity_id("place", external=f"geonames-{n}") for n in (1, 2, 3)] + [entity_id("place", "Firenze", "IT")]
SOLUTIONS = [entity_id("solution", external=name) for name in ("smart-lighting", "heat-pump")]
PROJECTS = [entity_id("project", name) for name in ("IRIS", "Iris +")]
PILOTS = {entity_id("pilot", p, s, t): (p, s, t) for p in PROJECTS for s in SOLUTIONS for t in PLACES}
PEOPLE = [entity_id("person", "Ana Ruiz", "x"), entity_id("person", "Ana Ruiz", "y")]
NAMES = {
    **{identifier: ["Florence", "Firenze", "Zürich"] for identifier in PLACES},
    **{identifier: ["lamps", "pumps"] for identifier in SOLUTIONS},
    **{identifier: ["IRIS", "Iris"] for identifier in PROJECTS},
    **{identifier: ["a pilot"] for identifier in PILOTS},
    **{identifier: ["Ana Ruiz", "A. Ruiz"] for identifier in PEOPLE},
}
MODALITIES = st.sampled_from([Modality.STATED, Modality.STATED, Modality.HEDGED, Modality.NEGATED])


@st.composite
def spans(draw: st.DrawFn, text: str) -> tuple[int, int]:
    start = draw(st.integers(0, len(text) - 1))
    return start, draw(st.integers(start + 1, len(text)))


@st.composite
def readings(draw: st.DrawFn, text: str | None = None, addresses: tuple[str, ...] = ()) -> Reading:
    body = text or draw(TEXTS)
    taken = addresses or tuple(draw(st.lists(st.sampled_from(ADDRESSES), min_size=1, max_size=2, unique=True)))
    read = document(body, addresses=taken, title=draw(st.sampled_from(["", "Title", "Tïtle"])))
    statements: list[Statement] = []

    def say(subject: str, predicate: str, value: str, modality: Modality = Modality.STATED) -> None:
        start, end = draw(spans(body))
        evidence = Evidence(
            document=read.id,
            start=start,
            end=end,
            quote=body[start:end],
            extractor="test",
            version="1",
            confidence=draw(st.sampled_from([0.5, 0.9])),
        )
        progress = draw(st.sampled_from(list(Progress)))
        statements.append(
            Statement(subject=subject, predicate=predicate, value=value, evidence=evidence, modality=modality, progress=progress)
        )

    named: set[str] = set()
    for pilot in draw(st.lists(st.sampled_from(sorted(PILOTS)), max_size=2, unique=True)):
        project, solution, place = PILOTS[pilot]
        say(pilot, "within", project)
        say(pilot, "tries", solution)
        say(pilot, "runs_in", place, draw(MODALITIES))
        named |= {pilot, project, solution, place}
    for place in draw(st.lists(st.sampled_from(PLACES), max_size=2, unique=True)):
        say(place, "country", draw(st.sampled_from(["IT", "CH"])))
        named.add(place)
    named |= set(draw(st.lists(st.sampled_from(PEOPLE), max_size=1)))
    for identifier in sorted(named):
        say(identifier, "name", draw(st.sampled_from(NAMES[identifier])))
        if draw(st.booleans()):
            say(identifier, "alias", draw(st.sampled_from(NAMES[identifier])))
    start, end = draw(spans(body))
    passage = Passage(document=read.id, start=start, end=end, text=body[start:end], language="en")
    return Reading(document=read, passages=(passage,), statements=tuple(statements), fingerprint="test-1")


@st.composite
def corpora(draw: st.DrawFn, most: int = 4) -> list[Reading]:
    """Readings with different addresses; what a text says depends on the text alone, as it does in a run."""
    by_text: dict[str, Reading] = {}
    corpus = []
    for address in draw(st.lists(st.sampled_from(ADDRESSES), min_size=1, max_size=most, unique=True)):
        reading = draw(readings(addresses=(address,)))
        known = by_text.setdefault(reading.document.text, reading)
        if known is not reading:
            again = document(reading.document.text, addresses=(address,), title=reading.document.title)
            reading = Reading(document=again, passages=known.passages, statements=known.statements, fingerprint="test-1")
        corpus.append(reading)
    return corpus


@st.composite
def pair_judgements(draw: st.DrawFn, verdicts: tuple[Verdict, ...] = (Verdict.SAME, Verdict.DIFFERENT)) -> Judgement:
    pool = draw(st.sampled_from([PLACES, PROJECTS, SOLUTIONS]))
    first, second = draw(st.lists(st.sampled_from(pool), min_size=2, max_size=2, unique=True))
    return Judgement(verdict=draw(st.sampled_from(verdicts)), first=first, second=second, by="Ada", at="2026-01-01T00:00:00Z")
