"""How alike two names of one kind are, and which pairs of entities a store should fold or ask about.

95 and above folds by itself, so it is given only where nothing in the names speaks against it: the same words after accents,
legal forms and articles are gone, or one slip in a long word. What may be the same (an acronym, an initial, a word more)
gets 80 to 95 and goes to people. Numbers, and words that tell two bodies apart, always part.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from graph.model import Edge, Entity, Proposal, normalise_name
from ingest.extract.organisations import stands_for

FOLDS: Final = 95.0
ASKS: Final = 80.0
KINDS: Final = ("project", "programme", "organisation", "person", "event", "place")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LEGAL: Final = _words(
    "ltd limited gmbh ag sa spa bv nv ab as asa oy oyj inc llc plc sas sarl sl slu kg ev corp corporation co company mbh srl snc "
    "aps kft zrt doo sro pty"
)
_LEGAL_PHRASES: Final = re.compile(
    r"\b(?:s\.? ?p\.? ?a|s\.? ?a\.? ?s|b\.? ?v|n\.? ?v|s\.? ?l|s\.? ?a|a/s|e\.? ?v|sp\.? z o\.? ?o|d\.?"
    r" ?o\.? ?o|s\.? ?r\.? ?o|gmbh & co\.? kg)\.?(?=\W|$)",
    re.IGNORECASE,
)
_SMALL: Final = _words(
    "the of for and de du des di del della der die das den la le les el los las il lo l d und et y e i for fur zur zum van von"
)
_TITLES: Final = _words("mr mrs ms dr prof professor ing mag sir herr frau monsieur madame mme sr sra eng arch dipl phd msc")
_CITY: Final = _words("city municipality town comune ayuntamiento mairie ville stadt gmina miasto municipio landeshauptstadt")
_PROJECT: Final = _words("project projekt projet proyecto progetto programme program initiative h2020 eu")
_ROMAN: Final = re.compile(r"^(?:\d+|[ivx]{1,4})$")


@dataclass(frozen=True, slots=True)
class Likeness:
    """A score from 0 to 100 and the reason, in words for people."""

    score: float
    reason: str


def likeness(kind: str, first: str, second: str) -> Likeness:
    """Compare two names of one kind; the order of the two does not matter."""
    one, two = normalise_name(first), normalise_name(second)
    if not one or not two:
        return Likeness(0.0, "")
    if one == two:
        return Likeness(100.0, "the same name, but for accents, case and punctuation")
    if one.replace(" ", "") == two.replace(" ", ""):
        return Likeness(98.0, "the same name, written apart or together")
    if kind == "person":
        return _people(one.split(), two.split())
    return _bodies(kind, first, second)


def _core(kind: str, name: str) -> tuple[list[str], frozenset[str]]:
    """Return the words that count, in order, and the legal forms that were set aside."""
    forms: set[str] = set()
    text = name
    if kind == "organisation":
        for found in _LEGAL_PHRASES.finditer(name):
            if found.start() > 0:
                forms.add(re.sub(r"\W", "", found.group().casefold()))
                text = text.replace(found.group(), " ")
    words = [word for word in normalise_name(text).split() if word not in _SMALL]
    drop = {"organisation": _LEGAL, "project": _PROJECT, "programme": _PROJECT}.get(kind, frozenset())
    kept = [word for word in words if word not in drop] or words
    forms |= set(words) & _LEGAL if kind == "organisation" else set()
    return kept, frozenset(forms)


def _bodies(kind: str, first: str, second: str) -> Likeness:
    one, forms_one = _core(kind, first)
    two, forms_two = _core(kind, second)
    if _numbers(one) != _numbers(two):
        return Likeness(50.0, "the numbers in the names differ")
    if one == two:
        if forms_one and forms_two and forms_one != forms_two:
            return Likeness(88.0, "the same name with another legal form")
        return Likeness(97.0, "the same name without legal form, articles and the word for a project")
    if sorted(one) == sorted(two):
        return Likeness(96.0 if len(one) > 2 or kind == "organisation" else 90.0, "the same words in another order")
    if kind == "organisation" and _town(one) and _town(one) == _town(two):
        return Likeness(90.0, "the administration of the same town")
    for short, name in ((first, second), (second, first)):
        plain = re.sub(r"\W", "", short)
        if 2 <= len(plain) <= 8 and plain.isupper() and len(normalise_name(name).split()) > 1 and stands_for(plain, name):
            return Likeness(86.0, f"{short} can be the acronym of {name}")
    return _slips(one, two)


def _numbers(words: list[str]) -> list[str]:
    return [word for word in words if _ROMAN.match(word)]


def _town(words: list[str]) -> str:
    rest = [word for word in words if word not in _CITY]
    return " ".join(rest) if len(rest) < len(words) and 1 <= len(rest) <= 2 else ""


def _slips(one: list[str], two: list[str]) -> Likeness:
    """Compare word by word: the same number of words, and at most one of them differs by a letter or two."""
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.fuzz import ratio

    whole = ratio(" ".join(one), " ".join(two))
    if len(one) == len(two):
        differing = [(a, b) for a, b in zip(one, two, strict=True) if a != b]
        if len(differing) == 1:
            a, b = differing[0]
            distance = Levenshtein.distance(a, b)
            longest = max(len(a), len(b))
            if a[0] == b[0] and longest >= 9 and distance == 1 and a[-1] == b[-1]:
                return Likeness(95.0, "one letter differs in a long word")
            if a[0] == b[0] and longest >= 5 and distance <= 2:
                return Likeness(88.0, "a letter or two differ in one word")
        return Likeness(min(whole, 79.0), "words differ")
    short, long = sorted((one, two), key=len)
    if len(short) >= 2 and set(short) <= set(long) and len(long) - len(short) == 1:
        return Likeness(84.0, "one name has a word more")
    return Likeness(min(whole, 79.0), "words differ")


def _people(one: list[str], two: list[str]) -> Likeness:
    one, two = ([word for word in words if word not in _TITLES] or words for words in (one, two))
    if one == two:
        return Likeness(97.0, "the same name without titles")
    if sorted(one) == sorted(two):
        return Likeness(96.0, "the same names in another order")
    if len(one) < 2 or len(two) < 2:
        return Likeness(60.0, "one of them is a single name")
    if one[-1] == two[-1]:
        return _same_surname(one, two)
    return _same_given_name(one, two) if one[0] == two[0] else Likeness(0.0, "other names")


def _same_surname(one: list[str], two: list[str]) -> Likeness:
    from rapidfuzz.distance import Levenshtein

    if one[0][0] == two[0][0] and (len(one[0]) == 1 or len(two[0]) == 1):
        return Likeness(88.0, "the same surname, and an initial that fits")
    if one[0] == two[0]:
        return Likeness(90.0, "the same first and last name, with another name between")
    if len(one) == len(two) and Levenshtein.distance(one[0], two[0]) == 1 and min(len(one[0]), len(two[0])) > 4:
        return Likeness(86.0, "the same surname, and one letter differs in the given name")
    return Likeness(55.0, "the same surname only")


def _same_given_name(one: list[str], two: list[str]) -> Likeness:
    from rapidfuzz.distance import Levenshtein

    short, long = sorted((one, two), key=len)
    if set(short) < set(long):
        return Likeness(88.0, "one name has a name more")
    distance = Levenshtein.distance(" ".join(one[1:]), " ".join(two[1:]))
    if len(one) == len(two) and distance == 1 and len(one[-1]) > 4:
        return Likeness(88.0, "one letter differs in the surname")
    return Likeness(60.0, "the same given name only")


# -- pairs of a store


def proposals(entities: Iterable[Entity], edges: Iterable[Edge] = ()) -> Iterator[Proposal]:
    """Yield pairs of entities that may be the same, the same whatever order they come in.

    Compared inside a kind, and inside a country where both have one; only names that share a rare word, a beginning or an
    acronym. People with the same given name who belong to one programme, project or event are a question as well.
    """
    found = sorted((entity for entity in entities if entity.kind in KINDS and entity.name), key=lambda entity: entity.id)
    links = list(edges)
    belongs = {edge.subject: edge.object for edge in links if edge.predicate == "affiliated_with"}
    told: dict[tuple[str, str], Proposal] = {}
    for first, second in _near(found):
        best = _best(first, second)
        bodies = {belongs[one.id] for one in (first, second) if one.id in belongs}
        if first.kind == "person" and len(bodies) == 2 and best.score >= FOLDS:
            best = Likeness(90.0, f"{best.reason}, but they belong to two bodies")
        if best.score >= ASKS:
            proposal = Proposal(first=first.id, second=second.id, score=best.score, reason=best.reason)
            told.setdefault((proposal.first, proposal.second), proposal)
    for proposal in _namesakes(found, links):
        told.setdefault((proposal.first, proposal.second), proposal)
    yield from (told[pair] for pair in sorted(told))


def _near(found: list[Entity]) -> Iterator[tuple[Entity, Entity]]:
    blocks: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, entity in enumerate(found):
        for key in {key for name in (entity.name, *entity.aliases) for key in _keys(name)}:
            blocks[(entity.kind, key)].append(number)
    seen: set[tuple[int, int]] = set()
    for members in blocks.values():
        if len(members) > 60:  # a word that everybody has ("university") brings nobody together
            continue
        for pair in combinations(members, 2):
            if pair in seen:
                continue
            seen.add(pair)
            first, second = found[pair[0]], found[pair[1]]
            if first.country and second.country and first.country != second.country:
                continue
            # Two towns of the gazetteer with one name are two towns; two concepts or grants are two.
            if _external(first) and _external(second):
                continue
            yield first, second


def _external(entity: Entity) -> bool:
    return "-" in entity.id.partition(":")[2]


def _keys(name: str) -> Iterator[str]:
    words = [word for word in normalise_name(name).split() if word not in _SMALL]
    yield from (word[:5] for word in words)
    if len(words) > 1:
        yield "acronym " + "".join(word[0] for word in words)[:3]
    elif words:
        yield "acronym " + words[0][:3]


def _best(first: Entity, second: Entity) -> Likeness:
    """Compare names first; an alias that is another's name is as good, an acronym among aliases is a question."""
    best = likeness(first.kind, first.name, second.name)
    for one, two in ((first, second), (second, first)):
        for alias in one.aliases:
            other = likeness(first.kind, alias, two.name)
            if other.score > best.score:
                short = len(normalise_name(alias)) < 6
                best = Likeness(min(other.score, 90.0 if short else 97.0), f"also written {alias}: {other.reason}")
    return best


def _namesakes(found: list[Entity], edges: Iterable[Edge]) -> Iterator[Proposal]:
    """People with the same given name and a shared programme, project or event, by their edges."""
    people = {entity.id: entity for entity in found if entity.kind == "person" and len(entity.name.split()) > 1}
    together: dict[str, set[str]] = defaultdict(set)
    names: Mapping[str, str] = {entity.id: entity.name for entity in found}
    for edge in edges:
        if edge.subject in people and edge.predicate in {"member_of", "spoke_at"}:
            together[edge.object].add(edge.subject)
    for shared in sorted(together):
        for one, two in combinations(sorted(together[shared]), 2):
            first, second = people[one], people[two]
            if normalise_name(first.name).split()[0] == normalise_name(second.name).split()[0]:
                reason = f"the same given name, both with {names.get(shared, shared)}"
                if likeness("person", first.name, second.name).score < ASKS:
                    yield Proposal(first=one, second=two, score=82.0, reason=reason)
