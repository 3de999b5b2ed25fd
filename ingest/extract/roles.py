"""Roles of places in projects: lighthouse, fellow, observer, partner, host, pilot site, by many words in seven languages.

A cue ("follower cities", "Leuchtturmstädte", "ciudades faro") governs the nearest list of places in its sentence; a heading
that is a cue governs the lists under it. The project is the one named in the sentence, else the last one before it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from graph.model import Modality
from ingest.alternatives import by_letter
from ingest.claim import Claim, Mention
from ingest.context import Context, Found, Sentence
from ingest.cues import modality
from ingest.extract import Extractor

NAME: Final = "roles"
_TOWNS: Final = (
    r"(?:cit(?:y|ies)|towns?|municipalit(?:y|ies)|demonstrators?|partners?|sites?|districts?|stadt"
    r"|städten?|villes?|communes?|ciudad(?:es)?|urbes"
    r"|citt[àa]|comun[ei]|miast\w*|cidades?)"
)
CUES: Final = {
    "lighthouse": (
        r"light-?houses?|light ?towers?|front-?runners?|runner cit(?:y|ies)|demonstrators?|demonstration"
        r" cit(?:y|ies)|demo cit(?:y|ies)|demo[ -]sites?"
        r"|pioneer cit(?:y|ies)|leading cit(?:y|ies)|lead cit(?:y|ies)|core cit(?:y|ies)|first[ -]mover cit(?:y|ies)"
        r"|leucht?t[uü]rm\w*|vorreiter\w*|pilotst[aä]dt\w*|demonstrationsst[aä]dt\w*|demonstrator\w*|vorbildst[aä]dt\w*"
        r"|villes?[ -]phares?|phares?|villes? pilotes?|démonstrat(?:eurs?|rices?)|villes? pionnières?|villes? chefs? de file"
        r"|ciudad(?:es)? faro|faros?|demostrador(?:[ae]s?)?|torres? de luz|ciudad(?:es)? piloto"
        r"|citt[àa] faro|città pilota|capofila|dimostrat(?:ric[ei]|or[ei])"
        r"|miast\w+ latarni\w*|latarni\w*|miast\w+ pilotażow\w*|lider\w*|cidades?[ -]far[oó](?:l|is)|far[oó](?:l|is)"
    ),
    "fellow": (
        r"fellows?|followers?|following cit(?:y|ies)|replication cit(?:y|ies)|replicator(?: cit(?:y|ies)"
        r"|s)|replicating cit(?:y|ies)|early adopters?"
        r"|multiplier(?: cit(?:y|ies)|s)|transfer cit(?:y|ies)|learning cit(?:y|ies)|cascade cit(?:y|ies)"
        r"|twin(?:ned)? cit(?:y|ies)|follow-?up cit(?:y|ies)"
        r"|nachfolge\w*|nachfolger\w*|folgest[aä]dt\w*|follower-?st[aä]dt\w*|multiplikator\w*|transferst[aä]dt\w*|nachahmer\w*"
        r"|suiveu(?:rs?|ses?)|villes? associées?|villes? relais|villes? réplicatrices?|multiplicat(?:eurs?|rices?)"
        r"|seguidor(?:as?|es)|replicador(?:as?|es)|ciudad(?:es)? multiplicadoras?"
        r"|gregari\w*|citt[àa] (?:seguaci|follower|inseguitrici|replicatrici|satellite)|seguaci|inseguitric[ei]|replicatric[ei]"
        r"|miast\w+ naśladow\w*|naśladowc\w*|naśladując\w*|cidades? seguidoras?"
    ),
    "observer": (
        r"observers?(?: cit(?:y|ies))?|observing|beobachter\w*|observat(?:eurs?|rices?)|observador(?:[ae]s?)?"
        r"|osservat(?:ric[ei]|or[ei])|obserwator\w*"
    ),
    "partner": (
        r"partner(?:s| cit(?:y|ies)|st[aä]dt\w*)?|participating cit(?:y|ies)|member cit(?:y|ies)|villes?"
        r" partenaires?|partenaires?|ciudad(?:es)? soci[ao]s?|citt[àa] partner"
    ),
    "host": (
        r"host(?:ed|s)?(?: (?:in|by))?|(?:took|takes|taking|take) place in|held in|gastgeber\w*|accueilli\w*"
        r"|acogid\w*|ospitat\w*"
    ),
    "pilot site": (
        r"pilot(?:s| cit(?:y|ies)| sites?| districts?)?|living labs?|test(?:ed|bed)?|demonstration sites?"
        r"|pilotgebiet\w*|reallabor\w*|sites? pilotes?|quartiers? pilotes?|sit(?:i|o)(?:s)? pilot[ao]"
    ),
}  # fmt: skip
_PREDICATES: Final = {
    "lighthouse": "lighthouse_in",
    "fellow": "fellow_in",
    "observer": "observer_in",
    "partner": "partner_in",
    "pilot site": "pilot_site_in",
}
_CUE: Final = re.compile(
    r"(?<![\w-])(?:"
    + "|".join(f"(?P<{role.replace(' ', '_')}>(?:{by_letter(words)})(?![\\w-]))" for role, words in CUES.items())
    + ")",
    re.IGNORECASE,
)
_LISTED: Final = re.compile(
    r"^(?:[’']s)?[\s,;&/]*(?:\([^()]{0,90}\))?[\s,;&/]*(?:and|und|et|y|e|i|as well as|sowie|ainsi que"
    r"|plus|or|the|la|le|il|lo|city|cities|of|in|de|from|both|also)?"
    r"(?:\s(?:and|the|city|cities|of|in|la|le|il|finally|from))*[\s(]*$",
    re.IGNORECASE,
)
_STRONG: Final = frozenset({"lighthouse", "fellow", "observer"})


@dataclass(frozen=True, slots=True)
class _Group:
    """Places that stand together in a list; offsets in the sentence."""

    places: tuple[Found, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Cue:
    role: str
    start: int
    end: int
    text: str


def roles(context: Context) -> Iterator[Claim]:
    """Yield roles of places, in a project where one is named."""
    main = _main_project(context)
    last: Mention | None = None
    for sentence in context.sentences:
        projects = context.within(sentence, "project")
        groups = _groups(context, sentence)
        text = context.masked(sentence, "project", "programme", "person", "organisation") if groups else ""
        cues = [_cue(found) for found in _CUE.finditer(text)]
        for group, cue, why in _governed(text, groups, cues, sentence):
            if cue.role in _STRONG and modality(text, cue.start) is Modality.NEGATED:
                continue
            project = _project_of(text, sentence, projects, group, cue) or last or main
            yield from _said(context, sentence, group, cue.role, project, why)
        if projects:
            last = projects[-1].mention


def _cue(found: re.Match[str]) -> _Cue:
    return _Cue((found.lastgroup or "").replace("_", " "), found.start(), found.end(), found.group())


def _groups(context: Context, sentence: Sentence) -> list[_Group]:
    groups: list[list[Found]] = []
    for place in context.within(sentence, "place"):
        if place.end > sentence.end:
            continue
        between = context.text[groups[-1][-1].end : place.start] if groups else ""
        if groups and len(between) < 110 and _LISTED.match(between):
            groups[-1].append(place)
        else:
            groups.append([place])
    return [_Group(tuple(group), group[0].start - sentence.start, group[-1].end - sentence.start) for group in groups]


def _governed(text: str, groups: list[_Group], cues: list[_Cue], sentence: Sentence) -> Iterator[tuple[_Group, _Cue, str]]:
    """Pair groups with the cues that govern them."""
    heading = _CUE.search(sentence.heading) if groups and sentence.heading and len(sentence.heading) < 70 else None
    for group in groups:
        chosen = _before(text, group, groups, cues) or _behind(text, group, groups, cues)
        if chosen is not None:
            yield group, chosen, f'"{chosen.text}" beside the list'
            also = _also(text, groups, cues, chosen) if chosen.start >= group.end else None
            if also is not None:
                yield group, also, f'"{also.text}" after another role'
        elif heading is not None and not cues and (sentence.is_item or group.start < 4):
            cue = _cue(heading)
            if cue.role in _STRONG:
                yield group, cue, f'"{cue.text}" in the heading'


def _before(text: str, group: _Group, groups: list[_Group], cues: list[_Cue]) -> _Cue | None:
    """The last cue before the group, with no other group between and nothing that ends its reach."""
    best = None
    for cue in cues:
        if cue.end > group.start:
            continue
        between = text[cue.end : group.start]
        if any(cue.end <= other.start < group.start for other in groups) or len(between) > (80 if cue.role in _STRONG else 30):
            continue
        if re.search(r"[.;!?]\s|\bbut\b|\bwhile\b", between) or re.match(r"[’']s\b", between):
            continue
        best = cue
    return best


def _behind(text: str, group: _Group, groups: list[_Group], cues: list[_Cue]) -> _Cue | None:
    for cue in cues:
        if cue.start < group.end or cue.role in {"host", "pilot site"}:
            continue
        between = text[group.end : cue.start]
        if any(group.end <= other.start < cue.start for other in groups) or len(between) > 50:
            return None
        linked = re.match(
            r"(?:[’']s)?[\s,(–-]*(?:(?:is|are|was|were|as|act\w*|serv\w+|became|become|the|a|an|its|three"
            r"|two|four|five|six|as|our|sind|ist|als|die|der|eine?|sont|est"
            r"|les|des|une?|comme|en tant que|son|es|como|las?|los|una|sono|è|come|le|i|project|projects"
            r"|of|in|being|all|both|among|one|part|ihre|deren)[\s,]*){0,7}[\s(]*$",
            between,
            re.IGNORECASE,
        )
        if linked and cue.role in _STRONG:
            return cue
        return None
    return None


_OF: Final = re.compile(
    r"^(?:[’']s)?\s*(?:(?:cit(?:y|ies)|towns?|partners?|projects?|stadt|städten?|villes?|ciudad(?:es)?|citt[àa]|miast\w*|cidades?)\s+)?"
    r"(?:of|in|for|within|under|von|bei|im|de|du|des|del|di|dans|en|nel|w|em|no|do|d[’'])\s*(?:the|das|dem|le|la|el|il|o|a)?"
    r"\s*(?:(?:EU|European|H2020)\s+)?(?:projects?|Projekts?|projet|proyecto|progetto|projeto|projekt\w*)?\s*[“\"‘„«(]?$",
    re.IGNORECASE,
)
_CLAUSES: Final = re.compile(
    r"[;:.]|,|\b(?:and|but|while|whereas|und|aber|während|et|mais|tandis|y|pero|mientras|e|ma|mentre|i|ale|mas|enquanto)\b"
)


def _project_of(text: str, sentence: Sentence, projects: list[Found], group: _Group, cue: _Cue) -> Mention | None:
    """Return the project of a role: named right behind or before its cue, else in the clause of the cue, else the nearest."""
    if len({found.name for found in projects}) < 2:
        return projects[0].mention if projects else None
    spans = [(found.start - sentence.start, found.end - sentence.start, found.mention) for found in projects]
    behind = [mention for start, _, mention in spans if cue.end <= start and _OF.match(text[cue.end : start])]
    before = [mention for _, end, mention in spans if end <= cue.start and re.match(r"[’']?s?[ -]$", text[end : cue.start])]
    if behind or before:
        return (behind or before)[0]
    borders = [0, *(found.end() for found in _CLAUSES.finditer(text) if not group.start <= found.start() < group.end), len(text)]
    first = max(border for border in borders if border <= cue.start)
    last = min(border for border in borders if border >= cue.end)
    inside = [(start, mention) for start, _, mention in spans if first <= start < last]
    return min(inside or [(start, mention) for start, _, mention in spans], key=lambda one: abs(one[0] - cue.start))[1]


def _also(text: str, groups: list[_Group], cues: list[_Cue], first: _Cue) -> _Cue | None:
    """Return the second role of "a lighthouse of A and a fellow of B": behind the first one, with no place between."""
    for cue in cues:
        if cue.start < first.end or cue.role == first.role or cue.role not in _STRONG:
            continue
        between = text[first.end : cue.start]
        joined = re.search(
            r"(?:,|\band\b|\bund\b|\bet\b|\by\b|\be\b|\bi\b|but|aber|mais|pero|ma|ale|mas)[^.;]{0,25}$", between, re.IGNORECASE
        )
        if joined and len(between) < 60 and not any(first.end <= group.start < cue.start for group in groups):
            return cue
        return None
    return None


def _main_project(context: Context) -> Mention | None:
    counted = Counter(found.mention for found in context.of("project"))
    return counted.most_common(1)[0][0] if counted else None


def _said(context: Context, sentence: Sentence, group: _Group, role: str, project: Mention | None, why: str) -> Iterator[Claim]:
    confidence = 0.85 if role in _STRONG else 0.55
    for place in group.places:
        if role in _STRONG and place.mention.name and context.text[place.start : place.end].isupper() and len(group.places) == 1:
            continue
        predicate = _PREDICATES.get(role) if project is not None else None
        value: Mention | str = project if predicate and project is not None else role
        yield context.claim(
            place.mention,
            predicate or "role",
            value,
            sentence.start,
            sentence.end,
            extractor=NAME,
            confidence=confidence,
            why=why,
        )


EXTRACTOR = Extractor(name=NAME, version="1", run=roles, after=("projects", "places", "organisations", "people"))
