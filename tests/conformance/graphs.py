"""Graphs to ask: one made by hand with everything that is easily got wrong, and random ones by seed.

The towns, people and projects of the golden graph are invented, and so are their sentences.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from graph.model import (
    Certainty,
    Document,
    Evidence,
    Genre,
    Judgement,
    Modality,
    Passage,
    Progress,
    Proposal,
    Reading,
    Statement,
    Verdict,
    Visibility,
    entity_id,
)
from graph.schema import schema
from graph.store.base import Store

VERSION: Final = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """What goes into a store, in this order."""

    name: str
    readings: tuple[Reading, ...]
    entered: Mapping[str, tuple[Statement, ...]] = field(default_factory=dict)
    proposals: tuple[Proposal, ...] = ()
    copies: tuple[tuple[str, str], ...] = ()
    judgements: tuple[Judgement, ...] = ()

    def load(self, store: Store) -> None:
        """Put the graph into a store."""
        for reading in self.readings:
            store.add(reading)
        for collection, statements in self.entered.items():
            store.enter(collection, statements)
        store.propose(self.proposals)
        store.link_copies(self.copies)
        for judgement in self.judgements:
            store.judge(judgement)

    def entities(self) -> list[str]:
        """Return every entity id that a statement names."""
        told = [s for r in self.readings for s in r.statements] + [s for e in self.entered.values() for s in e]
        named = {s.subject for s in told} | {s.value for s in told if _is_id(s.value)}
        return sorted(named)

    def of_kind(self, *kinds: str) -> list[str]:
        """Return every entity id of these kinds."""
        return [identifier for identifier in self.entities() if identifier.partition(":")[0] in kinds]


def _is_id(value: str) -> bool:
    kind, colon, key = value.partition(":")
    return bool(colon and key and kind.isalpha() and " " not in value)


def says(document: Document, quote: str, subject: str, predicate: str, value: str, **parts: Any) -> Statement:
    """A statement that rests on the first place where the quote stands in the document."""
    start = document.text.index(quote)
    evidence = Evidence(
        document=document.id,
        start=start,
        end=start + len(quote),
        quote=quote,
        page=document.page_at(start),
        extractor=parts.pop("extractor", "by hand"),
        version=VERSION,
        confidence=parts.pop("confidence", 0.9),
    )
    return Statement(subject=subject, predicate=predicate, value=value, evidence=evidence, **parts)


def read(document: Document, statements: Sequence[Statement]) -> Reading:
    """A reading with a passage for each paragraph of the document, and a name for every entity that has none in it."""
    passages, start = [], 0
    for paragraph in document.text.split("\n\n"):
        end = start + len(paragraph)
        passages.append(
            Passage(document=document.id, start=start, end=end, text=document.text[start:end], language=document.language)
        )
        start = end + 2
    return Reading(document=document, passages=tuple(passages), statements=with_names(statements), fingerprint="by hand-1")


def with_names(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """Return the statements and, for each entity without a name among them, one that rests on where it is first named."""
    named = {s.subject for s in statements if s.predicate == "name"}
    added: dict[str, Statement] = {}
    for statement in statements:
        links = schema().predicates[statement.predicate].links
        for identifier in (statement.subject, statement.value if links else ""):
            if identifier and identifier not in named | set(added):
                name = NAMES.get(identifier, f"the {identifier.partition(':')[0]} {identifier[-4:]}")
                added[identifier] = Statement(subject=identifier, predicate="name", value=name, evidence=statement.evidence)
    return (*statements, *added.values())


# The golden graph ------------------------------------------------------------------------------------------------

OSTERVIK: Final = "place:example-1"
ALMER: Final = "place:example-2"
PORTOMIRA: Final = "place:example-3"
ZURENBERG: Final = "place:example-4"
OSTERVIK_WRITTEN: Final = entity_id("place", "Oestervik", "XA")  # the same town under another spelling
LOWELL: Final = entity_id("place", "Lower Well", "XB")
LANTERN: Final = "project:example-11"
LIGHTS: Final = "solution:street-lighting"
SENSORS: Final = "solution:sensor-street-lighting"
BIKES: Final = "solution:cargo-bikes"
PILOT: Final = entity_id("pilot", LANTERN, SENSORS, OSTERVIK)
SECOND_PILOT: Final = entity_id("pilot", "", SENSORS, ALMER)
NOWHERE_PILOT: Final = entity_id("pilot", LANTERN, BIKES, "")
TO_ALMER: Final = entity_id("replication", SENSORS, PILOT, SECOND_PILOT)
TO_PORTOMIRA: Final = entity_id("replication", SENSORS, ALMER, PORTOMIRA)
TO_PORTOMIRA_TOO: Final = entity_id("replication", "lamps", ALMER, PORTOMIRA)
BACK: Final = entity_id("replication", SENSORS, PORTOMIRA, OSTERVIK)
WITHIN: Final = entity_id("replication", BIKES, OSTERVIK, OSTERVIK)
FROM_PROJECT: Final = entity_id("replication", BIKES, LANTERN, ZURENBERG)
FROM_NOWHERE: Final = entity_id("replication", "", "", LOWELL)
TO_NOWHERE: Final = entity_id("replication", "", ZURENBERG, "")
NOT_DONE: Final = entity_id("replication", SENSORS, OSTERVIK, ZURENBERG)
WRONG: Final = entity_id("replication", SENSORS, OSTERVIK, LOWELL)
ENTERED: Final = entity_id("replication", LIGHTS, PORTOMIRA, LOWELL)
IN_DIGEST: Final = entity_id("replication", LIGHTS, "", ALMER)  # that only a digest tells of: it has no source
ADA: Final = entity_id("person", "Ada Brandt", "Østervik")
ADA_ELSEWHERE: Final = entity_id("person", "Ada Brandt", "Portomìra")
LESSON: Final = entity_id("lesson", "notes", "agree who pays for repairs")
NAMES: Final = {
    ALMER: "Sankt Älmer",
    OSTERVIK: "Østervik",
    ZURENBERG: "Zürenberg",
    LANTERN: "LANTERN",
    LIGHTS: "Street lighting",
    SENSORS: "Street lighting with sensors",
    BIKES: "Cargo bikes",
    PILOT: "Street lighting with sensors in Østervik",
    SECOND_PILOT: "Street lighting with sensors in Sankt Älmer",
    NOWHERE_PILOT: "Cargo bikes of LANTERN",
    PORTOMIRA: "Portomìra",
    LOWELL: "Lower Well",
    TO_ALMER: "Street lighting with sensors from Østervik to Sankt Älmer",
    TO_PORTOMIRA: "Street lighting with sensors from Sankt Älmer to Portomìra",
    TO_PORTOMIRA_TOO: "Lamps from Sankt Älmer to Portomìra",
    BACK: "Street lighting with sensors from Portomìra to Østervik",
    FROM_PROJECT: "Cargo bikes from LANTERN to Zürenberg",
    FROM_NOWHERE: "Something to Lower Well",
    TO_NOWHERE: "Something from Zürenberg",
    NOT_DONE: "Street lighting with sensors from Østervik to Zürenberg",
    WRONG: "Street lighting with sensors from Østervik to Lower Well",
    ENTERED: "Street lighting from Portomìra to Lower Well",
}


def _notes() -> Reading:
    document = Document(
        text=(
            "Østervik tried street lights with sensors in 2016, within the project LANTERN.\n\n"
            "Sankt Älmer took the lights over from Østervik in 2018, kept the lamps and changed the billing. "
            "The billing had to be simpler.\n\n"
            "“Agree first who pays for repairs”, said Ada Brandt of Østervik. 🚲 Cargo bikes spread from one quarter "
            "of Østervik to the next."
        ),
        addresses=("notes/lantern.txt",),
        title="Notes on LANTERN",
        language="en",
        date="2018-11",
        genre=Genre.SESSION_NOTES,
    )

    def say(quote: str, subject: str, predicate: str, value: str, **parts: Any) -> Statement:
        return says(document, quote, subject, predicate, value, **parts)

    tried = "Østervik tried street lights with sensors in 2016"
    took = "Sankt Älmer took the lights over from Østervik in 2018"
    spread = "Cargo bikes spread from one quarter of Østervik to the next"
    done = {"progress": Progress.DONE}
    return read(
        document,
        [
            say("Østervik", OSTERVIK, "name", "Østervik"),
            say("Østervik", OSTERVIK, "country", "XA"),
            say("Sankt Älmer", ALMER, "name", "Sankt Älmer"),
            say("LANTERN", LANTERN, "name", "LANTERN"),
            say("street lights with sensors", SENSORS, "name", "Street lighting with sensors"),
            say(tried, PILOT, "name", "Street lighting with sensors in Østervik", valid_from="2016", **done),
            say(tried, PILOT, "tries", SENSORS, valid_from="2016", **done),
            say(tried, PILOT, "runs_in", OSTERVIK, valid_from="2016", **done),
            say("within the project LANTERN", PILOT, "within", LANTERN),
            say(took, SECOND_PILOT, "name", "Street lighting with sensors in Sankt Älmer"),
            say(took, SECOND_PILOT, "tries", SENSORS, progress=Progress.RUNNING),
            say(took, SECOND_PILOT, "runs_in", ALMER, progress=Progress.RUNNING),
            say(took, TO_ALMER, "name", "Street lighting with sensors from Østervik to Sankt Älmer"),
            say(took, TO_ALMER, "replicated_from", PILOT, valid_from="2018", **done),
            say(took, TO_ALMER, "replicated_to", SECOND_PILOT, valid_from="2018", confidence=0.8, **done),
            say("kept the lamps", TO_ALMER, "kept", "the lamps"),
            say("changed the billing", TO_ALMER, "changed", "the billing"),
            say("The billing had to be simpler", TO_ALMER, "changed", "a simpler bill"),
            # the same said twice, and in another order than that of the alphabet
            say("took the lights over", TO_ALMER, "what", "the lights"),
            say("the lights", TO_ALMER, "what", "the lights"),
            say("sensors", TO_ALMER, "what", "sensors"),
            say("took the lights over", TO_ALMER, "kept", "the lamps"),
            say("took the lights over", TO_ALMER, "changed", "the billing"),
            # what is negated speaks for nothing, however sure it is
            say("The billing had to be simpler", TO_ALMER, "kept", "the bill", modality=Modality.NEGATED),
            say("Sankt Älmer took", TO_ALMER, "replicated_to", SECOND_PILOT, modality=Modality.NEGATED, confidence=0.99),
            say("Ada Brandt of Østervik", ADA, "name", "Ada Brandt"),
            say("Agree first who pays for repairs", LESSON, "name", "Agree first who pays for repairs"),
            say("Agree first who pays for repairs", LESSON, "words", "Agree first who pays for repairs"),
            say("Agree first who pays for repairs", LESSON, "lesson_kind", "recommendation"),
            say("Agree first who pays for repairs", LESSON, "about", PILOT),
            say(spread, WITHIN, "name", "Cargo bikes within Østervik"),
            say(spread, WITHIN, "replicated_from", OSTERVIK, confidence=0.95, **done),
            say(spread, WITHIN, "replicated_to", OSTERVIK, **done),
            say("Cargo bikes", WITHIN, "transfers", BIKES),
            say("Cargo bikes", BIKES, "name", "Cargo bikes"),
        ],
    )


def _report() -> Reading:
    """Later, with pages, other spellings, and a circle back to where it began."""
    zurenberg = unicodedata.normalize("NFD", "Zürenberg")
    pages = (
        "Oestervik's lights have run in Sankt Älmer since 2019. From Sankt Älmer they went on to Portomìra.\n\n",
        "Portomìra plans to hand the lights back to Oestervik. "
        f"{zurenberg} learned from LANTERN how to lend cargo bikes, and may pass that on.\n\n",
        "Lower Well copied something, nobody knows from where. LANTERN has cargo bikes as well. "
        f"{zurenberg} did not take over the lights. Lower Well took the lights over from Oestervik, it says here by mistake.",
    )
    text = "".join(pages)
    document = Document(
        text=text,
        addresses=("https://example.org/report.pdf",),
        title="Report",
        language="en",
        date="2020-05-04",
        genre=Genre.REPORT,
        pages=(0, len(pages[0]), len(pages[0]) + len(pages[1])),
        media_type="application/pdf",
    )

    def say(quote: str, subject: str, predicate: str, value: str, **parts: Any) -> Statement:
        return says(document, quote, subject, predicate, value, **parts)

    went = "From Sankt Älmer they went on to Portomìra"
    back = "Portomìra plans to hand the lights back to Oestervik"
    learned = f"{zurenberg} learned from LANTERN how to lend cargo bikes"
    mistake = "Lower Well took the lights over from Oestervik"
    refused = f"{zurenberg} did not take over the lights"
    return read(
        document,
        [
            say("Oestervik", OSTERVIK_WRITTEN, "name", "Oestervik"),
            say("Portomìra", PORTOMIRA, "name", "Portomìra"),
            say(zurenberg, ZURENBERG, "name", "Zürenberg"),
            say(zurenberg, ZURENBERG, "alias", zurenberg),
            say("Lower Well", LOWELL, "name", "Lower Well"),
            say(
                "Oestervik's lights have run in Sankt Älmer since 2019",
                TO_ALMER,
                "replicated_to",
                SECOND_PILOT,
                valid_from="2019",
            ),
            say(went, TO_PORTOMIRA, "replicated_from", ALMER),
            say(went, TO_PORTOMIRA, "replicated_to", PORTOMIRA, progress=Progress.RUNNING),
            say(went, TO_PORTOMIRA, "transfers", SENSORS),
            # the same once more as another record, equal in everything but its id: a tie
            say(went, TO_PORTOMIRA_TOO, "replicated_from", ALMER),
            say(went, TO_PORTOMIRA_TOO, "replicated_to", PORTOMIRA, progress=Progress.RUNNING),
            say(went, TO_PORTOMIRA_TOO, "transfers", SENSORS),
            say(back, BACK, "replicated_from", PORTOMIRA),
            say(back, BACK, "replicated_to", OSTERVIK_WRITTEN, progress=Progress.PLANNED, modality=Modality.HEDGED),
            say(back, BACK, "transfers", SENSORS),
            say(learned, FROM_PROJECT, "replicated_from", LANTERN, certainty=Certainty.A_B),
            say(learned, FROM_PROJECT, "replicated_to", ZURENBERG, certainty=Certainty.A_B),
            say("cargo bikes", FROM_PROJECT, "transfers", BIKES),
            say("how to lend cargo bikes", FROM_PROJECT, "what", "how to lend cargo bikes"),
            say("may pass that on", TO_NOWHERE, "replicated_from", ZURENBERG, modality=Modality.HEDGED),
            say("Lower Well copied something", FROM_NOWHERE, "replicated_to", LOWELL),
            say("LANTERN has cargo bikes as well", NOWHERE_PILOT, "tries", BIKES),
            say("LANTERN has cargo bikes as well", NOWHERE_PILOT, "within", LANTERN),
            say(refused, NOT_DONE, "replicated_from", OSTERVIK, modality=Modality.NEGATED),
            say(refused, NOT_DONE, "replicated_to", ZURENBERG, modality=Modality.NEGATED),
            say(mistake, WRONG, "replicated_from", OSTERVIK_WRITTEN),
            say(mistake, WRONG, "replicated_to", LOWELL),
            say("Portomìra", ADA_ELSEWHERE, "name", "Ada Brandt"),
        ],
    )


def _copies() -> tuple[Reading, Reading, Reading]:
    """A page at two addresses under two titles, and a digest of the notes."""
    text = "Sankt Älmer runs street lights with sensors, taken over from Østervik."
    first = Document(text=text, addresses=("https://example.org/b",), title="Title at b", language="en", date="2020")
    second = Document(
        text=text, addresses=("https://example.org/a",), title="Title at a", language="en", visibility=Visibility.FULL
    )
    digest = Document(
        text="In short: Sankt Älmer took over street lights.",
        addresses=("digests/lantern",),
        genre=Genre.DIGEST,
        rests_on=("notes/lantern.txt",),
    )

    def lit(document: Document) -> list[Statement]:
        return [
            says(document, "Sankt Älmer", ALMER, "name", "Sankt Älmer"),
            says(document, "Sankt Älmer", ALMER, "alias", "Saint Almer", confidence=0.5),
        ]

    summed_up = says(digest, "Sankt Älmer took over street lights", IN_DIGEST, "replicated_to", ALMER)
    return read(first, lit(first)), read(second, lit(second)), read(digest, [*lit(digest)[:1], summed_up])


def _register() -> tuple[Statement, ...]:
    def entered(subject: str, predicate: str, value: str, address: str, **parts: Any) -> Statement:
        evidence = Evidence(person="Example Register", address=address, collection="register", quote=f"{predicate}: {value}")
        return Statement(subject=subject, predicate=predicate, value=value, evidence=evidence, **parts)

    statements = (
        entered(OSTERVIK, "lighthouse_in", LANTERN, "https://example.org/register/1", certainty=Certainty.D),
        entered(ALMER, "fellow_in", LANTERN, "https://example.org/register/1", certainty=Certainty.D),
        entered(LANTERN, "name", "LANTERN", "https://example.org/register/2"),
        entered(LANTERN, "budget", "1.5e6", "https://example.org/register/2"),
        entered(LIGHTS, "name", "Street lighting", "https://example.org/vocabulary"),
        entered(SENSORS, "broader", LIGHTS, "https://example.org/vocabulary"),
        entered(LIGHTS, "broader", SENSORS, "https://example.org/vocabulary"),  # a circle of concepts must not go on for ever
        entered(ENTERED, "replicated_from", PORTOMIRA, "https://example.org/register/4", certainty=Certainty.B_C),
        entered(ENTERED, "replicated_to", LOWELL, "https://example.org/register/4", certainty=Certainty.B_C, valid_from="2019~"),
        entered(ENTERED, "transfers", LIGHTS, "https://example.org/register/4"),
        entered(OSTERVIK, "lies_in", OSTERVIK, "https://example.org/register/3"),  # links to itself
    )
    return with_names(statements)


@cache
def golden() -> Graph:
    """Circles, ties, missing values, accents, decomposed letters, two names for one town, one name for two people."""
    notes, report, (at_b, at_a, digest) = _notes(), _report(), _copies()
    mistaken = [s for s in report.statements if s.subject == WRONG]
    return Graph(
        name="golden",
        readings=(notes, report, at_b, at_a, digest),
        entered={"register": _register()},
        proposals=(
            Proposal(first=OSTERVIK, second=OSTERVIK_WRITTEN, score=88.0, reason="names are alike"),
            Proposal(first=ADA, second=ADA_ELSEWHERE, score=100.0, reason="same name"),
            Proposal(first=PORTOMIRA, second=LOWELL, score=81.0, reason="names are alike"),
        ),
        copies=((report.document.id, at_a.document.id),),
        judgements=(
            Judgement(verdict=Verdict.SAME, first=OSTERVIK, second=OSTERVIK_WRITTEN, by="Eve", why="two spellings"),
            Judgement(verdict=Verdict.DIFFERENT, first=ADA, second=ADA_ELSEWHERE, by="Eve", why="two people"),
            *(Judgement(verdict=Verdict.WRONG, first=s.id, by="Eve", why="the report errs") for s in mistaken),
            Judgement(verdict=Verdict.CONFIRMED, first=notes.statements[14].id, by="Eve"),
        ),
    )


# Random graphs ---------------------------------------------------------------------------------------------------


class _Dice:
    """Draws the parts of a random graph."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.places = [f"place:example-{number}" for number in range(4)] + [entity_id("place", f"Town {n}") for n in range(2)]
        self.projects = [f"project:example-{number}" for number in range(2)]
        self.solutions = [f"solution:thing-{number}" for number in range(4)]
        self.pilots = [entity_id("pilot", str(number)) for number in range(4)]
        self.replications = [entity_id("replication", str(number)) for number in range(7)]

    def statement(self, document: Document) -> Statement:
        subject, predicate, value = self.random.choice(
            [self._replication, self._replication, self._replication, self._pilot, self._name, self._other]
        )()
        start = self.random.randrange(len(document.text) - 1)
        quote = document.text[start : start + self.random.randrange(1, 9)]
        evidence = Evidence(
            document=document.id,
            start=start,
            end=start + len(quote),
            quote=quote,
            page=document.page_at(start),
            extractor="dice",
            version=VERSION,
            confidence=self.random.choice([0.5, 0.7, 0.7, 1.0]),
        )
        return Statement(
            subject=subject,
            predicate=predicate,
            value=value,
            evidence=evidence,
            progress=self.random.choice(list(Progress)),
            modality=self.random.choice([Modality.STATED] * 6 + [Modality.HEDGED, Modality.NEGATED]),
            certainty=self.random.choice(list(Certainty)),
            valid_from=self.random.choice(["", "2016", "2018-04", "2018-04-12~"]),
        )

    def _replication(self) -> tuple[str, str, str]:
        pick = self.random.choice
        predicate, values = pick(
            [
                ("replicated_from", self.places + self.pilots + self.projects),
                ("replicated_to", self.places + self.pilots),
                ("transfers", self.solutions),
                ("kept", ["the lamps", "die Lampen", "Łampy", "the contract"]),
                ("scope", ["between towns", "within town"]),
            ]
        )
        return pick(self.replications), predicate, pick(values)

    def _pilot(self) -> tuple[str, str, str]:
        predicate, values = self.random.choice([("tries", self.solutions), ("runs_in", self.places), ("within", self.projects)])
        return self.random.choice(self.pilots), predicate, self.random.choice(values)

    def _name(self) -> tuple[str, str, str]:
        subject = self.random.choice(self.places + self.projects + self.solutions + self.pilots + self.replications)
        return (
            subject,
            self.random.choice(["name", "name", "alias"]),
            self.random.choice(["Ål", "Al", "A\u030al", "Łódka", "öst", "Ost"]),
        )

    def _other(self) -> tuple[str, str, str]:
        if self.random.random() < 0.5:
            return self.random.choice(self.solutions), "broader", self.random.choice(self.solutions)
        return self.random.choice(self.places), "lies_in", self.random.choice(self.places)

    def document(self, number: int) -> Document:
        words = ["Ålesund", "lamps", "Łódka", "pilot", "öst", "🚲", "took", "over", "e\u0301t\u00e9", "the"]
        text = " ".join(self.random.choice(words) for _ in range(30)) + f" {number}"
        return Document(
            text=text,
            addresses=tuple(
                sorted(
                    self.random.sample(
                        [f"notes/{number}.txt", f"https://example.org/{number}", f"z/{number}"], self.random.randrange(1, 3)
                    )
                )
            ),
            title=f"Document {number}",
            date=self.random.choice(["", "2018", "2018-05", "2020-01-01"]),
            genre=self.random.choice([Genre.REPORT, Genre.NEWS, Genre.NEWS, Genre.DIGEST]),
            pages=self.random.choice([(), (0,), (0, 40)]),
        )


@cache
def seeded(seed: int) -> Graph:
    """A small dense random graph: chains that branch, meet and go round, statements that disagree, judgements of all kinds."""
    dice = _Dice(seed)
    documents = [dice.document(number) for number in range(5)]
    told = {document.id: {s.id: s for s in (dice.statement(document) for _ in range(14))} for document in documents}
    statements = [s for by_id in told.values() for s in by_id.values()]
    pairs = dice.random.sample([(a, b) for a in dice.places for b in dice.places if a < b], 3)
    known = {s.subject for s in statements} | {s.value for s in statements}
    judged = dice.random.sample(statements, 4)
    return Graph(
        name=f"seed {seed}",
        readings=tuple(read(document, list(told[document.id].values())) for document in documents),
        proposals=tuple(
            Proposal(first=a, second=b, score=dice.random.choice([85.0, 96.0]), reason="dice")
            for a, b in pairs
            if {a, b} <= known
        ),
        copies=((documents[0].id, documents[1].id),),
        judgements=(
            *(
                Judgement(verdict=dice.random.choice([Verdict.SAME, Verdict.DIFFERENT]), first=a, second=b, by="dice")
                for a, b in pairs[:2]
                if {a, b} <= known
            ),
            *(Judgement(verdict=Verdict.WRONG, first=s.id, by="dice") for s in judged[:3]),
            Judgement(verdict=Verdict.CONFIRMED, first=judged[3].id, by="dice"),
        ),
    )
