"""Replications: a solution or practice taken from one place or project to another named place, as a record.

A sentence that plainly says who took what from where (ingest/transfers.py) is taken by its word. Besides, every mention of a
place may be a receiver; a classifier judges it by words of transfer near it (looked for with all names masked: REPLICATE is a
project), by its role, and by how the sentence is meant. Where it came from and what was taken over are
read around the likeliest mention. A list of lighthouse and fellow cities alone is a matter of roles and no replication.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from graph.model import Modality, Progress, normalise_name
from ingest.claim import Claim, Mention
from ingest.classify import classifier, matrix
from ingest.context import Context, Found, Sentence
from ingest.cues import NAMES, modality, patterns, progress_cues
from ingest.extract import Extractor
from ingest.extract.pilots import PROGRESS_FEATURES, progress_row
from ingest.near import nearest
from ingest.transfers import transfers, widened

NAME: Final = "replications"
PROGRESS: Final = "replication_progress"

FEATURES: Final = (
    "words of transfer in the sentence", "in the sentence before", "in the sentence after", "in the paragraph",
    "in the heading", "in the text",
    "words of transfer close by", "place before them", "place after them", "roadmaps and plans in the sentence",
    "roadmaps and plans in the paragraph",
    "workshops and visits in the sentence", "adopting in the sentence", "to or in the place", "from or of the place",
    "by or like the place",
    "starts the sentence", "a fellow", "a lighthouse", "a pilot site", "no role", "places in the sentence",
    "another place as origin",
    "a lighthouse in the sentence", "a fellow in the sentence", "a project in the sentence", "a project in the paragraph",
    "a solution in the sentence",
    "planned", "running", "done", "intended", "stopped", "denied", "doubted", "a question", "list item", "heading",
    "mentions of the place",
    "fellows in the text", "a country", "a district", "in brackets", "English", "place in the text", "length",
    "transfer and a fellow", "roadmap and a fellow",
    "denied and a fellow", "the solution in the paragraph", "a role list",
)  # fmt: skip
_TO: Final = re.compile(
    r"\b(?:to|in|into|for|at|nach|in|im|für|bei|à|en|au|vers|a|hacia|para|in|ad|nel|do|w|we|na|em|no|para)\s*$", re.IGNORECASE
)
_FROM: Final = re.compile(
    r"\b(?:from|of|learn\w* from|aus|von|vom|de|du|des|d['’]|desde|da|dal|dalla|di|dall['’]|z|ze|od|do|das)\s*$", re.IGNORECASE
)
_BY: Final = re.compile(
    r"\b(?:by|like|as in|such as|following|after|wie|durch|par|comme|por|como|come|przez|jak)\s*$", re.IGNORECASE
)
_ORIGIN: Final = re.compile(r"\b(?:from|aus|von|vom|depuis|desde|da|dal|dalla|dall['’]|z|ze)\s*$", re.IGNORECASE)
_WAYS: Final = frozenset({"training", "twinning", "integrated-planning", "living-lab", "citizen-engagement", "joint-procurement"})
_KEPT: Final = re.compile(
    r"(?:\b(?:kept|keeps|keeping|retain\w*|unchanged|preserv\w*|took over unchanged|beibehalten|behielt\w*|conserv\w*"
    r"|gard[ée]\w*|mantuv\w*|manten\w*|mantien\w*"
    r"|mantenut\w*|mantien\w*|zachowa\w*|mantev\w*|manteve)\b)[^.;]*",
    re.IGNORECASE,
)
_CHANGED: Final = re.compile(
    r"(?:\b(?:adapt\w*|chang(?:e|ed|es|ing)|modif\w*|adjust\w*|instead|replac\w*|tailor\w*|add(?:ed|s|ing)|angepasst"
    r"|geändert|verändert\w*|statt\w*|ersetzt\w*"
    r"|modifi\w*|chang[ée]\w*|au lieu de|remplac\w*|cambi\w*|en lugar de|sustitu\w*|adatt\w*|invece|sostitu\w*|dostosowa\w*"
    r"|zmieni\w*|zamiast|alter\w*|em vez de)\b)[^.;]*",
    re.IGNORECASE,
)
_WITHIN: Final = re.compile(
    r"\b(?:scal(?:e|ed|es|ing)[ -]?up|roll(?:ed|ing)? out (?:across|to the whole)|city-?wide|other (?:districts"
    r"|neighbou?rhoods|parts of the (?:city|town))|hochskalier\w*|stadtweit"
    r"|à l['’]échelle de la ville|a toda la ciudad|a tutta la città|w całym mieście|toda a cidade)\b",
    re.IGNORECASE,
)


PLAIN: Final = 0.8  # how often a plain sentence of the training pages is right, by its receiver
_WIDENED: Final = 0.6
_YEAR: Final = re.compile(r"(?<![\d.,/-])(?:19[89]|20[0-4])\d(?![\d/]|[.,-]\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """A mention of a place that may have taken something over."""

    place: Found
    sentence: Sentence
    row: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What is true of a whole document, worked out once."""

    texts: Sequence[str]  # masked sentences
    transfer: Sequence[int]  # words of transfer in each
    roadmap: Sequence[int]
    visit: Sequence[int]
    adopt: Sequence[int]
    roles: Mapping[str, frozenset[str]]
    levels: Mapping[str, str]
    counts: Mapping[str, int]


def _facts(context: Context) -> _Facts:
    words = patterns("replications")
    texts = [context.masked(sentence, *NAMES) for sentence in context.sentences]
    roles: dict[str, set[str]] = defaultdict(set)
    counts: dict[str, int] = defaultdict(int)
    levels = {claim.subject.name: str(claim.value) for claim in context.claims if claim.predicate == "level"}
    for claim in context.claims:
        if claim.predicate in {"lighthouse_in", "fellow_in", "pilot_site_in", "observer_in"}:
            roles[claim.subject.name].add(claim.predicate)
    for found in context.of("place"):
        counts[found.name] += 1

    def count(name: str) -> list[int]:
        return [len(words[name].findall(text)) for text in texts]

    return _Facts(
        texts=texts,
        transfer=count("transfer"),
        roadmap=count("roadmap"),
        visit=count("visit"),
        adopt=count("adopt"),
        roles={name: frozenset(found) for name, found in roles.items()},
        levels=levels,
        counts=counts,
    )


def receivers(context: Context) -> list[Receiver]:
    """Return every mention of a place with its features."""
    if not context.sentences or not context.of("place"):
        return []
    facts = _facts(context)
    found = []
    for place in context.of("place"):
        sentence = context.sentence_at(place.start)
        found.append(Receiver(place=place, sentence=sentence, row=_row(context, facts, place, sentence)))
    return found


def _row(context: Context, facts: _Facts, place: Found, sentence: Sentence) -> tuple[float, ...]:
    at, text = sentence.index, facts.texts[sentence.index]
    here, end = place.start - sentence.start, place.end - sentence.start
    paragraph = [one.index for one in context.sentences if one.paragraph == sentence.paragraph]
    transfers = list(patterns("replications")["transfer"].finditer(text)) + list(patterns("replications")["adopt"].finditer(text))
    close = [found for found in transfers if min(abs(found.start() - end), abs(here - found.end())) < 60]
    others = [one for one in context.within(sentence, "place") if one.name != place.name]
    roles = facts.roles.get(place.name, frozenset())
    beside = [facts.roles.get(one.name, frozenset()) for one in others]
    before = context.text[max(sentence.start, place.start - 16) : place.start]
    origins = [one for one in others if _FROM.search(context.text[max(sentence.start, one.start - 12) : one.start])]
    cues, said = progress_cues(text), modality(text, here)
    fellow, transfer = "fellow_in" in roles, facts.transfer[at] > 0
    role_words = len(patterns("replications")["role"].findall(text))
    row = (
        min(facts.transfer[at], 3), at > 0 and facts.transfer[at - 1] > 0,
        at + 1 < len(facts.texts) and facts.transfer[at + 1] > 0,
        math.log1p(sum(facts.transfer[one] for one in paragraph)),
        bool(patterns("replications")["transfer"].search(sentence.heading)),
        100 * sum(facts.transfer) / max(1, len(context.text.split())), bool(close),
        any(end <= found.start() for found in close), any(found.end() <= here for found in close),
        min(facts.roadmap[at], 2), math.log1p(sum(facts.roadmap[one] for one in paragraph)), min(facts.visit[at], 2),
        min(facts.adopt[at], 2),
        bool(_TO.search(before)), bool(_FROM.search(before)), bool(_BY.search(before)), here < 4, fellow,
        "lighthouse_in" in roles,
        "pilot_site_in" in roles, not roles, math.log1p(len(others)), bool(origins),
        any("lighthouse_in" in one for one in beside),
        any("fellow_in" in one for one in beside), bool(context.within(sentence, "project")),
        any(context.within(context.sentences[one], "project") for one in paragraph), bool(context.within(sentence, "solution")),
        *(min(cues[progress], 2) for progress in (Progress.PLANNED, Progress.RUNNING, Progress.DONE, Progress.INTENDED,
        Progress.STOPPED)),
        said is Modality.NEGATED, said is Modality.HEDGED, "?" in text, sentence.is_item, sentence.is_heading,
        math.log1p(facts.counts[place.name]), math.log1p(sum("fellow_in" in one for one in facts.roles.values())),
        facts.levels.get(place.name) == "country", facts.levels.get(place.name) == "district",
        text[:here].count("(") > text[:here].count(")"), context.language in {"en", "und", ""}, place.start / max(1,
        len(context.text)),
        math.log1p(len(text.split())), transfer and fellow, facts.roadmap[at] > 0 and fellow, said is Modality.NEGATED and fellow,
        any(context.within(context.sentences[one], "solution") for one in paragraph), role_words > 0,
    )  # fmt: skip
    return tuple(float(value) for value in row)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """A receiver that is claimed: how surely, why, and where a plain sentence says it came from."""

    receiver: Receiver
    score: float
    why: str
    origin: Mention | None = None
    plain: bool = False


def run(context: Context) -> Iterator[Claim]:
    """Yield from, to, what, kept, changed and scope of each replication, with progress and modality; one for each receiver."""
    found = receivers(context)
    if not found:
        return
    plain = _plain(context, found)
    givers = {one.origin.name for one in plain.values() if one.origin is not None}
    judged = {key: one for key, one in _judged(context, found).items() if one.receiver.place.name not in givers}
    best = {**judged, **plain}
    receiving = {one.receiver.place.name for one in best.values()}
    for one in best.values():
        yield from _replication(context, one, receiving)


def _key(place: Found) -> str:
    return place.mention.external or normalise_name(place.name)


def _judged(context: Context, found: Sequence[Receiver]) -> dict[str, _Taken]:
    """Return what the classifier holds for receivers, by place."""
    model = classifier(NAME)
    rows = matrix([receiver.row for receiver in found], len(FEATURES))
    givers = {receiver.place.name for receiver in found if _given_from(context, receiver)}
    best: dict[str, _Taken] = {}
    for receiver, row, score in zip(found, rows, model.yes(rows), strict=True):
        key = _key(receiver.place)
        if receiver.place.name in givers:
            continue
        if score >= model.threshold and (key not in best or score > best[key].score):
            best[key] = _Taken(receiver=receiver, score=float(score), why=model.reasons(row))
    return {key: replace(one, score=_sureness(one.score)) for key, one in best.items()}


def _sureness(score: float) -> float:
    """Return how often a whole replication of this score is right: on staged pages not seen 3 in 10, on real ones fewer."""
    return 0.2 + 0.15 * score


def _plain(context: Context, found: Sequence[Receiver]) -> dict[str, _Taken]:
    """Return the receivers of sentences that plainly say so, by place."""
    by_start = {receiver.place.start: receiver for receiver in found}
    taken: dict[str, _Taken] = {}
    for sentence in context.sentences:
        for one in transfers(context, sentence):
            origin = one.origin.mention if one.origin is not None else None
            sure = PLAIN if origin is not None else PLAIN - 0.2
            plain = _Taken(receiver=by_start[one.to.start], score=sure, why=f'"{one.words}"', origin=origin, plain=True)
            taken.setdefault(_key(one.to), plain)
        town = widened(context, sentence)
        if town is not None and context.within(sentence, "solution"):
            plain = _Taken(
                receiver=by_start[town.start], score=_WIDENED, why="to the whole town", origin=town.mention, plain=True
            )
            taken.setdefault(_key(town), plain)
    return taken


def year_of(sentence: Sentence) -> str:
    """Return the year of a sentence that names one and no other."""
    years = set(_YEAR.findall(sentence.text))
    return years.pop() if len(years) == 1 else ""


def _given_from(context: Context, receiver: Receiver) -> bool:
    """Tell whether the mention follows "from": then the place gave, and did not take."""
    first = max(receiver.sentence.start, receiver.place.start - 12)
    return bool(_ORIGIN.search(context.text[first : receiver.place.start]))


def _replication(context: Context, taken: _Taken, receiving: set[str]) -> Iterator[Claim]:
    receiver, score, why = taken.receiver, taken.score, taken.why
    sentence, place = receiver.sentence, receiver.place
    solution = transferred(context, receiver)
    origin = taken.origin or origin_of(context, receiver, receiving)
    sure = score if taken.origin is not None else score * 0.8
    what = what_of(context, origin, solution)
    parts = (solution or what, *((origin,) if origin else ()), place.mention)
    name = f"{solution.name if solution else what} to {place.name}"
    replication = Mention(kind="replication", name=name[:120], parts=parts)
    text = context.masked(sentence, *NAMES)
    signs = matrix([progress_row(context, sentence, place.name)], len(PROGRESS_FEATURES))
    progress = Progress(classifier(PROGRESS).best(signs)[0][0])
    if progress is Progress.PLANNED and progress_cues(text)[Progress.FUNDED]:
        progress = Progress.FUNDED
    said = modality(text, place.start - sentence.start)

    year = year_of(sentence) if taken.plain else ""

    def claim(predicate: str, value: Mention | str, confidence: float = score, reason: str = why) -> Claim:
        return context.claim(
            replication, predicate, value, sentence.start, sentence.end, extractor=NAME, confidence=confidence, why=reason,
            progress=progress, modality=said, valid_from=year,
        )  # fmt: skip

    yield claim("replicated_to", place.mention)
    if origin is not None:
        yield claim("replicated_from", origin, sure, why if taken.origin else "named as origin, or the project nearest")
    if solution is not None:
        yield claim("transfers", solution, score * 0.8, "nearest solution")
    yield claim("what", what, score * 0.8, "nearest solution or project")
    within = bool(_WITHIN.search(sentence.text)) and (origin is None or origin.name == place.name)
    if within or (origin is not None and origin.name == place.name):
        yield claim("scope", "within town", score * 0.8, "scaling up in one town")
    elif origin is not None and origin.kind == "place":
        yield claim("scope", "between towns", score * 0.8, "from one town to another")
    yield from _kept_and_changed(context, replication, sentence, score)


def origin_of(context: Context, receiver: Receiver, receiving: set[str]) -> Mention | None:
    """Return where it came from: a place after "from", the project of the sentence, a lighthouse beside it, the project before
    it in its paragraph or the main one, or else the place that the text names most."""
    sentence = receiver.sentence
    places = [one for one in context.within(sentence, "place") if one.name != receiver.place.name and one.name not in receiving]
    for one in places:
        if _ORIGIN.search(context.text[max(sentence.start, one.start - 12) : one.start]):
            return one.mention
    if projects := context.within(sentence, "project"):
        return min(projects, key=lambda one: abs(one.start - receiver.place.start)).mention
    lighthouses = {claim.subject.name for claim in context.claims if claim.predicate == "lighthouse_in"}
    if beside := [one for one in places if one.name in lighthouses]:
        return beside[0].mention
    project = nearest(context, sentence, receiver.place.start, "project")
    if project is not None:
        return project.mention
    givers = [one for one in context.of("place") if one.name not in receiving and one.name != receiver.place.name]
    counts = Counter(one.name for one in givers)
    giver = max(givers, key=lambda one: (one.name in lighthouses, counts[one.name], -one.start), default=None)
    return giver.mention if giver is not None else None


def _together(context: Context, found: Found, sentence: Sentence) -> bool:
    return context.sentence_at(found.start).paragraph == sentence.paragraph


def transferred(context: Context, receiver: Receiver) -> Mention | None:
    """Return the solution that was taken over: nearest in the sentence, before it in the paragraph, or the main one.

    Ways of working together (workshops, plans) are what transfer happens by, and count only where there is nothing else.
    """
    found = [one for one in context.of("solution") if one.mention.external not in _WAYS] or context.of("solution")
    if not found:
        return None
    sentence, at = receiver.sentence, receiver.place.start
    here = [one for one in found if sentence.start <= one.start < sentence.end]
    if here:
        return min(here, key=lambda one: abs(one.start - at)).mention
    before = [one for one in found if one.start < at and _together(context, one, sentence)]
    if before:
        return before[-1].mention
    counts = Counter(one.name for one in found)
    return max(found, key=lambda one: (counts[one.name], one.confidence, -one.start)).mention


def what_of(context: Context, origin: Mention | None, solution: Mention | None) -> str:
    """Return what was taken over in words."""
    if solution is not None:
        return solution.name
    return f"{origin.name} solutions" if origin is not None else (context.document.title or "solutions")[:80]


def _kept_and_changed(context: Context, replication: Mention, sentence: Sentence, score: float) -> Iterator[Claim]:
    near = [one for one in context.sentences[sentence.index : sentence.index + 2] if one.paragraph == sentence.paragraph]
    for predicate, pattern, other in (("kept", _KEPT, _CHANGED), ("changed", _CHANGED, _KEPT)):
        for one in near:
            words = _up_to(pattern, other, one.text)
            if len(words.split()) >= 3:
                yield context.claim(
                    replication, predicate, words, one.start, one.end, extractor=NAME, confidence=score * 0.5,
                    why="words of keeping or changing beside it",
                )  # fmt: skip
                break


_ENDS: Final = re.compile(
    r"(?:[\s,]|\b(?:and|but|while|yet|then|though|it|they|has|have|und|aber|jedoch|et|mais|tout en|a|y|e|pero|ma|i|ale|mas))+$",
    re.IGNORECASE,
)


def _up_to(pattern: re.Pattern[str], other: re.Pattern[str], text: str) -> str:
    """Return what the pattern finds, up to where the other begins: "kept the poles, but changed the sensors" is two things."""
    found = pattern.search(text)
    if found is None:
        return ""
    next_one = other.search(text, found.start() + 1, found.end())
    return _ENDS.sub("", found.group()[: next_one.start() - found.start()] if next_one else found.group()).strip()


EXTRACTOR: Final = Extractor(name=NAME, version="1", run=run, after=("solutions", "places", "projects", "roles"))
