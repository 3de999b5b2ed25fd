"""A graph in the shape of real project documents, at any size, the same for the same seed.

A document is a report on one project: some 700 words in a dozen passages, four towns, a few organisations and people, three
pilots, a replication, and lessons, outcomes and quotes of its own. Towns, organisations, solutions and projects come from
pools drawn by Zipf's law, so a few are named in thousands of documents and most in a handful: what makes folding hard.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any, Final, NamedTuple

from graph.model import Document, Evidence, Genre, Passage, Progress, Reading, Statement, entity_id

NEW_PER_DOCUMENT: Final = 19  # entities that a document adds, on average, once the pools are known
SYLLABLES: Final = (
    "ba",
    "den",
    "ko",
    "lu",
    "mar",
    "ne",
    "os",
    "pri",
    "ra",
    "sta",
    "ter",
    "vo",
    "wes",
    "zi",
    "ål",
    "öst",
    "hé",
    "grün",
)
COUNTRIES: Final = ("XA", "XB", "XC", "XD", "XE", "XF")


@dataclass(frozen=True, slots=True)
class Thing:
    """An entity to write about."""

    id: str
    name: str


class Pool:
    """Things drawn by Zipf's law."""

    def __init__(self, things: list[Thing]) -> None:
        self.things = things
        self.weights = list(accumulate(1 / (rank + 2) for rank in range(len(things))))

    def draw(self, dice: random.Random, count: int) -> list[Thing]:
        """Draw different things; fewer where chance repeats itself."""
        return list(dict.fromkeys(dice.choices(self.things, cum_weights=self.weights, k=count)))


class Writer:
    """Writes one document: sentences, and the statements that rest on them."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.cuts = [0]  # where passages begin
        self.said: list[tuple[str, str, str, int, str, dict[str, Any]]] = []
        self.named: set[str] = set()

    def sentence(self, text: str, *facts: tuple[Thing, str, Thing | str], **parts: Any) -> None:
        """Add a sentence and what it says; every thing gets a name where it first stands."""
        start = self.length
        for subject, predicate, value in facts:
            for thing in (subject, value):
                if isinstance(thing, Thing) and thing.id not in self.named:
                    self.named.add(thing.id)
                    self.said.append((thing.id, "name", thing.name, start, text, {}))
            target = value.id if isinstance(value, Thing) else value
            self.said.append((subject.id, predicate, target, start, text, parts))
        self.parts.append(text + " ")
        self.length += len(text) + 1
        if self.length - self.cuts[-1] > 400:
            self.cuts.append(self.length)

    def reading(self, number: int, dice: random.Random, version: int) -> Reading:
        text = "".join(self.parts)
        year = dice.randrange(2008, 2026)
        document = Document(
            text=text,
            addresses=(f"https://example.org/{number // 1000}/{number}",),
            title=f"Report {number}",
            language="en",
            date=f"{year}-{dice.randrange(1, 13):02}",
            genre=dice.choice((Genre.REPORT, Genre.NEWS, Genre.PAGE)),
        )
        borders = [*self.cuts, len(text)] if self.cuts[-1] < len(text) else self.cuts
        told = [
            Told(subject, predicate, value, start, quote, dice.randrange(50, 101) / 100, parts)
            for subject, predicate, value, start, quote, parts in self.said
        ]
        return reading(document, borders, told, version)


class Told(NamedTuple):
    """What a document says, and where and in which words; `parts` are further fields of the statement."""

    subject: str
    predicate: str
    value: str
    start: int
    quote: str
    confidence: float
    parts: Mapping[str, Any] = {}


def reading(document: Document, borders: Iterable[int], told: Iterable[Told], version: int = 1) -> Reading:
    """Return a document cut into passages at these characters of its text, with what it says."""
    passages = [
        Passage(document=document.id, start=start, end=end, text=document.text[start:end], language="en")
        for start, end in pairwise(borders)
    ]
    statements = [
        Statement(
            subject=one.subject,
            predicate=one.predicate,
            value=one.value,
            evidence=Evidence(
                document=document.id,
                start=one.start,
                end=one.start + len(one.quote),
                quote=one.quote,
                extractor="bench",
                version=str(version),
                confidence=one.confidence,
            ),
            **one.parts,
        )
        for one in told
    ]
    return Reading(document=document, passages=tuple(passages), statements=tuple(statements), fingerprint=f"bench-{version}")


class World:
    """The pools that the documents of one graph draw from; about a tenth of its entities."""

    def __init__(self, entities: int, seed: int = 42) -> None:
        self.seed = seed
        dice = random.Random(seed)
        self.words = sorted({"".join(dice.choices(SYLLABLES, k=dice.randrange(1, 4))) for _ in range(6000)})
        dice.shuffle(self.words)
        self.word_weights = list(accumulate(1 / (rank + 2) for rank in range(len(self.words))))
        self.documents = max(10, round(entities * 0.9 / NEW_PER_DOCUMENT))
        self.places = Pool([Thing(f"place:geonames-{9_000_000 + n}", self.name(dice)) for n in range(max(40, entities // 50))])
        self.projects = Pool(
            [Thing(f"project:cordis-{700_000 + n}", self.name(dice).upper()) for n in range(max(10, entities // 100))]
        )
        self.solutions = Pool(
            [Thing(f"solution:thing-{n}", f"{self.name(dice)} {self.name(dice)}".casefold()) for n in range(150)]
        )
        organisations = [
            f"{self.name(dice)} {dice.choice(('GmbH', 'Ltd', 'University', 'Council'))}" for _ in range(max(40, entities // 20))
        ]
        self.organisations = Pool([Thing(entity_id("organisation", name), name) for name in dict.fromkeys(organisations)])

    def name(self, dice: random.Random) -> str:
        return "".join(dice.choices(SYLLABLES, k=dice.randrange(2, 5))).capitalize()

    def filler(self, dice: random.Random, count: int) -> str:
        return " ".join(dice.choices(self.words, cum_weights=self.word_weights, k=count)).capitalize() + "."

    def reading(self, number: int, version: int = 1) -> Reading:
        """Return document `number` of this world; another version keeps most of it and says a few things anew."""
        dice = random.Random(f"{self.seed}/{number}")
        writer = Writer()
        project, *_ = self.projects.draw(dice, 1)
        places = self.places.draw(dice, 4)
        solutions = self.solutions.draw(dice, 3)
        writer.sentence(f"{project.name} began in {2010 + number % 15}.", (project, "starts", str(2010 + number % 15)))
        for position, place in enumerate(places):
            role = "lighthouse_in" if position == 0 else "fellow_in"
            writer.sentence(
                f"{place.name} takes part in {project.name}.", (place, role, project), (place, "country", COUNTRIES[number % 6])
            )
            writer.sentence(self.filler(dice, 22))
        self._organisations(writer, dice, project, places[0])
        self._pilots(writer, dice, project, places, solutions)
        self._own(writer, dice, number if version == 1 else -number - version, solutions, places)
        return writer.reading(number, dice, version)

    def _organisations(self, writer: Writer, dice: random.Random, project: Thing, place: Thing) -> None:
        for organisation in self.organisations.draw(dice, 4):
            person_name = f"{self.name(dice)} {self.name(dice)}"
            person = Thing(entity_id("person", person_name, organisation.name), person_name)
            writer.sentence(
                f"{organisation.name} of {place.name} joined {project.name}.",
                (project, "has_partner", organisation),
                (organisation, "based_in", place),
            )
            writer.sentence(
                f"{person.name}, engineer at {organisation.name}, leads the work.",
                (person, "affiliated_with", organisation),
                (person, "position", "engineer"),
            )
            words = self.filler(dice, 14)
            quote = Thing(entity_id("quote", person.name, words), words)
            writer.sentence(f"“{words}” said {person.name}.", (quote, "said_by", person), (quote, "words", words))

    def _pilots(self, writer: Writer, dice: random.Random, project: Thing, places: list[Thing], solutions: list[Thing]) -> None:
        pilots = []
        for solution, place in zip(solutions, places, strict=False):
            pilot = Thing(entity_id("pilot", project.id, solution.id, place.id), f"{solution.name} in {place.name}")
            pilots.append(pilot)
            writer.sentence(
                f"{place.name} tried {solution.name}.",
                (pilot, "tries", solution),
                (pilot, "runs_in", place),
                (pilot, "within", project),
                progress=dice.choice((Progress.RUNNING, Progress.DONE)),
            )
            writer.sentence(self.filler(dice, 25))
        if len(places) > 1:
            solution, origin, target = solutions[0], pilots[0], places[-1]
            replication = Thing(entity_id("replication", solution.id, origin.id, target.id), f"{solution.name} to {target.name}")
            writer.sentence(
                f"{target.name} took {solution.name} over from {places[0].name} and kept the contract.",
                (replication, "replicated_from", origin),
                (replication, "replicated_to", target),
                (replication, "transfers", solution),
                (replication, "kept", "the contract"),
                progress=dice.choice((Progress.PLANNED, Progress.RUNNING, Progress.DONE)),
            )

    def _own(self, writer: Writer, dice: random.Random, key: int, solutions: list[Thing], places: list[Thing]) -> None:
        """Lessons, outcomes and needs, which belong to one document."""
        for part in range(4):
            words = self.filler(dice, 16)
            lesson = Thing(entity_id("lesson", str(key), str(part)), words)
            writer.sentence(
                words,
                (lesson, "words", words),
                (lesson, "lesson_kind", "finding"),
                (lesson, "about", solutions[part % len(solutions)]),
            )
            writer.sentence(self.filler(dice, 18))
        for part in range(3):
            amount = dice.randrange(5, 60)
            outcome = Thing(entity_id("outcome", str(key), str(part), str(amount)), f"energy {amount} %")
            writer.sentence(
                f"In {places[part % len(places)].name} energy use fell by {amount} % ({part}).",
                (outcome, "measure", "energy use"),
                (outcome, "amount", f"-{amount}"),
                (outcome, "unit", "%"),
                (outcome, "observed_in", places[part % len(places)]),
                (outcome, "outcome_of", solutions[part % len(solutions)]),
            )
            writer.sentence(self.filler(dice, 20))
        need = Thing(entity_id("need", str(key)), "staff")
        writer.sentence(f"{places[-1].name} lacks staff.", (need, "need_kind", "staff"), (need, "need_of", places[-1]))


def readings(entities: int, seed: int = 42) -> Iterator[Reading]:
    """Yield documents that bring about this many entities."""
    world = World(entities, seed)
    for number in range(world.documents):
        yield world.reading(number)
