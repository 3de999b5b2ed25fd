"""Pilots: a solution tried, built or run in a named place, with its project and how far it has come.

Every pair of a solution and a place of a document is a candidate; a classifier judges it by how near they come to each other,
by the place's weight and role in the document, and by the words around them. A second one reads the progress.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from graph.model import Modality, Progress, normalise_name
from ingest.claim import Claim, Mention
from ingest.classify import classifier, matrix
from ingest.context import Context, Found, Sentence
from ingest.cues import NAMES, modality, patterns, progress_cues
from ingest.extract import Extractor
from ingest.near import nearest

NAME: Final = "pilots"
PROGRESS: Final = "pilot_progress"
_ROLES: Final = ("pilot_site_in", "lighthouse_in", "fellow_in", "observer_in", "partner_in")
_LOCATIVE: Final = re.compile(
    r"(?:\b(?:in|at|across|throughout|within|around|im|am|à|dans|en|au|nel|nella|w|we|em|no|na)(?: (?:the|der|dem|la|le|el"
    r"|il|city|town|district|ville|ciudad|città)(?: of| de| di)?)?|[’']s)\s*$",
    re.IGNORECASE,
)

FEATURES: Final = (
    "in one sentence", "sentences together", "in one paragraph", "paragraphs together", "sentences apart", "near in the sentence",
    "the place in the heading", "the place in the title", "the solution in the title", "the main place",
    "share of place mentions",
    "mentions of the place", "places in the text", "the only town", "a district", "a region", "a country", "a pilot site",
    "a lighthouse", "a fellow", "another role", "host of an event", "in or at the place", "places in the sentence",
    "sureness of the solution",
    "mentions of the solution", "sureness of the place", "planned", "running", "done", "intended", "stopped", "denied", "doubted",
    "a district beside the town", "the first place", "solutions in the text", "place before solution", "English",
    "last place named",
    "main place and not in one sentence", "main place and the only town", "country and another place", "share of the paragraphs",
    "mentions against the most named", "wider than another place of the text", "the only candidate", "sureness times share",
    "only where somebody comes from", "in the name of a body", "from or near the place, or a visit", "words of doing beside it",
    "in one clause", "another place nearer",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A solution and a place of a document, with the sentence that holds both or comes nearest to it."""

    solution: Mention
    place: Mention
    sentence: Sentence
    end: int  # of the evidence, which starts with `sentence`
    row: tuple[float, ...]


def pairs(context: Context) -> list[Pair]:
    """Return every pair of a solution and a place with its features, solutions and places in order of appearance."""
    solutions, places = _grouped(context, "solution"), _grouped(context, "place")
    facts = _Facts.of(context, places, solutions)
    return [_pair(context, facts, solution, place) for solution in solutions.values() for place in places.values()]


def _grouped(context: Context, kind: str) -> dict[str, list[Found]]:
    found: dict[str, list[Found]] = defaultdict(list)
    for one in context.of(kind):
        found[one.mention.external or normalise_name(one.name) + one.mention.country].append(one)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What is true of a whole document, worked out once."""

    levels: Mapping[str, str]
    roles: Mapping[str, frozenset[str]]
    counts: Counter[str]
    main: str
    towns: int
    solutions: int
    title: str
    first: str
    homes: frozenset[str]  # names of places and bodies that people belong to

    def wider(self, level: str) -> bool:
        """Tell whether the document names a place of a narrower level."""
        order = ("district", "city", "region", "country")
        here = order.index(level) if level in order else 1
        return any(self.levels.get(name, "city") in order[:here] for name in self.counts)

    @classmethod
    def of(cls, context: Context, places: Mapping[str, Sequence[Found]], solutions: Mapping[str, Sequence[Found]]) -> _Facts:
        levels: dict[str, str] = {}
        roles: dict[str, set[str]] = defaultdict(set)
        for claim in context.claims:
            subject, value = claim.subject, claim.value
            if claim.predicate == "level":
                levels[subject.name] = str(value)
            elif claim.predicate in _ROLES:
                roles[subject.name].add(claim.predicate)
            elif claim.predicate == "role":
                roles[subject.name].add(str(value))
            elif claim.predicate == "held_in" and isinstance(value, Mention):
                roles[value.name].add("host")
        counts = Counter({group[0].name: len(group) for group in places.values()})
        smaller = Counter({name: count for name, count in counts.items() if levels.get(name) in {"city", "district", None}})
        return cls(
            levels=levels,
            roles={name: frozenset(found) for name, found in roles.items()},
            counts=counts,
            main=(smaller or counts).most_common(1)[0][0] if counts else "",
            towns=len(smaller),
            solutions=len(solutions),
            title=context.document.title or (context.sentences[0].text if context.sentences else ""),
            first=next(iter(counts), ""),
            homes=frozenset(
                claim.value.name
                for claim in context.claims
                if claim.predicate == "affiliated_with" and isinstance(claim.value, Mention)
            ),
        )


def _pair(context: Context, facts: _Facts, solutions: Sequence[Found], places: Sequence[Found]) -> Pair:
    name = places[0].name
    one, other = min(
        ((s, p) for s in solutions for p in places), key=lambda pair: (abs(pair[0].start - pair[1].start), pair[0].start)
    )
    with_solution = [context.sentence_at(found.start) for found in solutions]
    with_place = [context.sentence_at(found.start) for found in places]
    both = {s.index for s in with_solution} & {s.index for s in with_place}
    paragraphs = {s.paragraph for s in with_solution} & {s.paragraph for s in with_place}
    apart = min(abs(s.index - p.index) for s in with_solution for p in with_place)
    sentence = context.sentence_at(one.start)
    beside = context.within(sentence, "place")
    before = context.text[max(0, other.start - 24) : other.start]
    earlier = context.of("place", end=one.start)
    roles, level, main = facts.roles.get(name, frozenset()), facts.levels.get(name, ""), facts.main == name
    cues = progress_cues(context.masked(sentence, *NAMES))
    said = modality(sentence.text, one.start - sentence.start)
    folded_title = normalise_name(facts.title)
    between = context.text[min(one.end, other.end) : max(one.start, other.start)]
    row = (
        bool(both), math.log1p(len(both)), bool(paragraphs), math.log1p(len(paragraphs)), math.log1p(apart),
        1.0 / (1.0 + abs(one.start - other.start) / 40) if both else 0.0,
        any(normalise_name(name) in normalise_name(s.heading) for s in with_solution), normalise_name(name) in folded_title,
        any(normalise_name(context.text[s.start : s.end]) in folded_title for s in solutions), main,
        facts.counts[name] / sum(facts.counts.values()), math.log1p(facts.counts[name]), math.log1p(len(facts.counts)),
        facts.towns == 1 and level in {"city", "district", ""}, level == "district", level == "region", level == "country",
        "pilot_site_in" in roles or "pilot site" in roles, "lighthouse_in" in roles, "fellow_in" in roles,
        bool(roles & {"observer_in", "partner_in"}), "host" in roles, bool(_LOCATIVE.search(before)), math.log1p(len(beside)),
        max(found.confidence for found in solutions), math.log1p(len(solutions)), max(found.confidence for found in places),
        *(min(cues[progress], 2) for progress in (Progress.PLANNED, Progress.RUNNING, Progress.DONE, Progress.INTENDED,
        Progress.STOPPED)),
        said is Modality.NEGATED, said is Modality.HEDGED,
        level != "district" and any(facts.levels.get(found.name) == "district" for found in beside), facts.first == name,
        math.log1p(facts.solutions), other.start < one.start, context.language in {"en", "und", ""},
        bool(earlier) and earlier[-1].name == name, main and not both, main and facts.towns == 1,
        level == "country" and len(facts.counts) > 1, len(paragraphs) / len({s.paragraph for s in with_solution}),
        facts.counts[name] / max(facts.counts.values()), facts.wider(level), len(facts.counts) == 1,
        max(found.confidence for found in solutions) * facts.counts[name] / sum(facts.counts.values()),
        name in facts.homes and facts.counts[name] == 1, all(_in_a_body(context, found) for found in places),
        bool(_AWAY.search(before)), _done(context, one), bool(both) and not _CLAUSE.search(between),
        any(abs(found.start - one.start) < abs(other.start - one.start) for found in beside if found.name != name),
    )  # fmt: skip
    start, end = _span(sentence, context.sentence_at(other.start))
    return Pair(solution=one.mention, place=other.mention, sentence=start, end=end, row=tuple(float(value) for value in row))


_AWAY: Final = re.compile(
    r"\b(?:from|near|between|like|unlike|visit(?:s|ed|ing)?|delegations?|guests?|aus|von|nahe|zwischen|besuch\w*|depuis|près de"
    r"|entre|visit\w*|desde|cerca de|dal|dalla|da|vicino a|z|ze|od|koło|perto de)\b[^,.;]{0,12}$",
    re.IGNORECASE,
)
_CLAUSE: Final = re.compile(r"[,;:()–—]|\b(?:and|but|while|und|aber|et|mais|y|pero|e|ma|i|ale|mas)\b", re.IGNORECASE)


def _done(context: Context, solution: Found) -> bool:
    """Tell whether words of doing (installed, built, tests) stand beside a solution in its sentence."""
    sentence = context.sentence_at(solution.start)
    near = context.text[max(sentence.start, solution.start - 60) : min(sentence.end, solution.end + 50)]
    cues = progress_cues(near)
    return bool(cues[Progress.RUNNING] or cues[Progress.DONE] or patterns("replications")["adopt"].search(near))


_TALK: Final = re.compile(
    r"\b(?:discuss(?:ed|ion|ions)|debated|conferences?|delegations?|Konferenz|Tagung|diskutiert\w*|conférence|conferencia|convegno"
    r"|konferencj\w*|conferência)\b",
    re.IGNORECASE,
)


def _only_talk(context: Context, pair: Pair) -> bool:
    """Tell whether solution and place meet in one sentence alone, which is of talk and in which nothing is done."""
    row = dict(zip(FEATURES, pair.row, strict=True))
    if not row["in one sentence"] or row["sentences together"] > math.log1p(1) or row["words of doing beside it"]:
        return False
    return bool(_TALK.search(context.masked(pair.sentence, *NAMES)))


def _in_a_body(context: Context, place: Found) -> bool:
    """Tell whether a place stands inside the name of an organisation, or after words that make it one."""
    before = context.text[max(0, place.start - 30) : place.start]
    inside = any(body.start <= place.start and place.end <= body.end for body in context.of("organisation"))
    return inside or bool(re.search(r"(?:Municipality|University|Council|Government|Department|Region) of (?:the )?$", before))


def _span(one: Sentence, other: Sentence) -> tuple[Sentence, int]:
    """Return the first of two sentences and the end of the evidence: both where they are close, else the solution's alone."""
    first, last = sorted((one, other), key=lambda sentence: sentence.index)
    return (first, last.end) if last.index - first.index <= 2 else (one, one.end)


# -- progress

PROGRESS_FEATURES: Final = (
    *(f"{progress.value} in the sentence" for progress in Progress if progress is not Progress.UNCLEAR),
    *(f"{progress.value} in the paragraph" for progress in Progress if progress is not Progress.UNCLEAR),
    *(f"{progress.value} in the text" for progress in Progress if progress is not Progress.UNCLEAR),
    "denied", "doubted", "a year", "a future year", "in a heading", "list item", "a fellow", "a lighthouse", "length",
    "English", "-ed form before",
)  # fmt: skip


@lru_cache(maxsize=64)
def _cues_of(text: str) -> tuple[float, ...]:
    cues = progress_cues(text)
    return tuple(float(cues[progress]) for progress in Progress if progress is not Progress.UNCLEAR)


def progress_row(context: Context, sentence: Sentence, place: str) -> list[float]:
    """Return the features that tell how far a pilot or replication in this sentence has come."""
    text = context.masked(sentence, *NAMES)
    around = " ".join(
        context.masked(one, *NAMES)
        for one in context.sentences[max(0, sentence.index - 3) : sentence.index + 4]
        if one.paragraph == sentence.paragraph
    )
    words = max(1.0, len(context.text.split()) / 100)
    roles = {claim.predicate for claim in context.claims if claim.subject.name == place}
    years = [int(year) for year in re.findall(r"\b20\d\d\b", text)]
    written = int(context.document.date[:4]) if context.document.date[:4].isdigit() else 0
    said = modality(text)
    return [
        *(min(value, 3.0) for value in _cues_of(text)),
        *(min(value, 5.0) for value in _cues_of(around)),
        *(value / words for value in _cues_of(context.text)),
        float(said is Modality.NEGATED),
        float(said is Modality.HEDGED),
        float(bool(years)),
        float(bool(written and any(year > written for year in years))),
        float(sentence.is_heading),
        float(sentence.is_item),
        float("fellow_in" in roles),
        float("lighthouse_in" in roles),
        math.log1p(len(text.split())),
        float(context.language in {"en", "und", ""}),
        float(len(re.findall(r"\b(?:was|were|been|has|have|wurde\w*|a été|fue|è stat\w|został\w*|foi) \w+", text))),
    ]


def refined(progress: Progress, text: str) -> Progress:
    """Return intended or funded for planned where the (masked) words say so; the gold values know neither."""
    if progress is not Progress.PLANNED:
        return progress
    cues = progress_cues(text)
    if cues[Progress.FUNDED]:
        return Progress.FUNDED
    return Progress.INTENDED if cues[Progress.INTENDED] > cues[Progress.PLANNED] else progress


def run(context: Context) -> Iterator[Claim]:
    """Yield what each pilot tries, where it runs, and within which project, with progress and modality."""
    found = pairs(context) if context.sentences else []
    if not found:
        return
    model, progresses = classifier(NAME), classifier(PROGRESS)
    rows = matrix([pair.row for pair in found], len(FEATURES))
    for pair, row, score in zip(found, rows, model.yes(rows), strict=True):
        if score >= model.threshold and not _only_talk(context, pair):
            signs = matrix([progress_row(context, pair.sentence, pair.place.name)], len(PROGRESS_FEATURES))
            ((progress, _),) = progresses.best(signs)
            yield from _pilot(context, pair, Progress(progress), float(score), model.reasons(row))


def _pilot(context: Context, pair: Pair, progress: Progress, score: float, why: str) -> Iterator[Claim]:
    project = nearest(context, pair.sentence, pair.sentence.start, "project")
    within = project.mention if project is not None else None
    parts = (*((within,) if within else ()), pair.solution, pair.place)
    pilot = Mention(kind="pilot", name=f"{pair.solution.name} in {pair.place.name}", parts=parts)
    text = context.masked(pair.sentence, *NAMES)
    said = modality(text)

    def claim(predicate: str, value: Mention, confidence: float, reason: str) -> Claim:
        return context.claim(
            pilot, predicate, value, pair.sentence.start, pair.end, extractor=NAME, confidence=confidence, why=reason,
            progress=refined(progress, text), modality=said,
        )  # fmt: skip

    yield claim("tries", pair.solution, score, why)
    yield claim("runs_in", pair.place, score, why)
    if within is not None and project is not None:
        yield claim("within", within, score * project.confidence, "nearest in sentence, paragraph or text")


EXTRACTOR: Final = Extractor(name=NAME, version="1", run=run, after=("solutions", "places", "projects", "roles", "events"))
