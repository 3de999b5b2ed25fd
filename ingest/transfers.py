"""Sentences that say plainly that a place took something over: who took, from where, by which words; in seven languages.

A sentence is looked at as groups of places (and projects) that are listed together, with the words before and behind each.
Four ways of saying it count: somebody takes from somewhere ("took over ... from"), something was taken over somewhere
("was copied in"), somebody follows an example ("on the model of"), somebody passes on ("transferred ... to"). A sentence that
says it in another way is left to the classifier of replications.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ingest.context import Context, Found, Sentence
from ingest.cues import NAMES

_TAKE: Final = re.compile(
    r"\b(?:(?:took|takes?|taking|taken)\b(?=[^.;]{0,80}?\b(?:over|up|from)\b)|adopt(?:s|ed|ing)?\b|cop(?:y|ies|ied|ying)\b"
    r"|borrow(?:s|ed|ing)?\b|import(?:s|ed|ing)?\b|replicat(?:e|es|ed|ing)\b|reproduc(?:e|es|ed|ing)\b|repeat(?:s|ed|ing)?\b"
    r"|transferred\b|transfers?\b|transplant(?:s|ed)\b|inherit(?:s|ed)\b|brought\b(?=[^.;]{0,80}?\b(?:from|home)\b)"
    r"|rolled out\b|rolls? out\b|introduc(?:es|ed)\b(?=[^.;]{0,80}?\bfrom\b)"
    r"|übern(?:ahm(?:en)?|immt|ehmen|ommen)\b|kopier(?:t|te|ten|en)\b|nachgebaut\b|nachgeahmt\b|repliziert\w*\b|übertrag(?:en)?\b"
    r"|holt\w*\b|abgeschaut\b|repren(?:d|nent|dre)\b|repris\w*\b|adopt(?:e|é|ée|és|ent)\b|copi(?:e|é|ée|és|ées|ent)\b"
    r"|répliqu\w+\b|transpos\w+\b|transfér\w+\b|reprodui\w+\b|import(?:e|é|ée|ent)\b"
    r"|adopt(?:ó|a|an|aron|ado|ada)\b|adott(?:a|ano|ato|ata)\b|adot(?:ou|aram|ad[oa]s?)\b|copi(?:ó|a|an|aron|ado|ada|ado|ato|ata|ano|ou|aram)\b"
    r"|replic(?:ó|a|an|aron|ado|ada|ato|ata|ano|ou|aram|am)\b|tomó\b|tomaron\b|traslad\w+\b|import(?:ó|ato|ata|ado|ada|ou)\b"
    r"|ripre(?:so|sa|nde|ndono|se|sero)\b|trasferit\w\b|riprodott\w\b|riprodu\w+\b|transferid\w\b|reproduzid\w\b"
    r"|przej(?:ął|ęł[aoyi]|ęli|muje|mują|ęt\w)\b|skopiowa\w+\b|powieli\w*\b|powielon\w\b|powtórzy\w+\b|zaczerpn\w+\b"
    r"|przenie(?:ś|s)\w+\b|retomou\b|transpôs\b)",
    re.IGNORECASE,
)
_BE: Final = re.compile(
    r"\b(?:is|are|was|were|been|being|be|got|w(?:urde|urden|ird|erden|orden)|ist|sind|est|sont|été|était|furent|fut|fue|fueron"
    r"|sido|ha sido|se (?:ha|han)|è|sono|stat[oaie]|viene|vengono|venne|został\w*|zostan\w+|są|jest|foi|foram|são|é)\b",
    re.IGNORECASE,
)
_GIVE: Final = re.compile(
    r"\b(?:transferred|transfers|export(?:s|ed)|pass(?:es|ed) (?:\w+ ){0,6}on|passed|hand(?:s|ed) (?:\w+ ){0,6}(?:on|over)|gave"
    r"|lent|übertrug\w*|übertr[aä]gt|gab\w*|gibt|weitergegeben|exportier\w+|a (?:transféré|transmis|exporté)|transfère|transmet"
    r"|transfirió|exportó|transmitió|ha trasferito|ha esportato|ha passato|trasferisce|przekaza\w+|transferiu|exportou|passou)\b",
    re.IGNORECASE,
)
_MODEL: Final = re.compile(
    r"(?:\b(?:follow(?:s|ed|ing)?|inspired by|modell?ed (?:on|after)|based on|drawing on|on|after|copying)"
    r" (?:the |its |an? )?(?:own )?(?:example|model|lead|pattern|footsteps|experience|blueprint|steps)"
    r"(?: (?:of|from|set by|in|developed (?:in|by)|tried in))?(?: the)?"
    r"|\binspired by(?: (?:the |a |what |its )?(?:\w+ ){0,5}?(?:of|in|from))?(?: the)?|\bmodell?ed (?:on|after)(?: that of)?"
    r"|\binspiration from|\blearn(?:ed|t|ing|s)? from|\bin the footsteps of|\bfollow(?:s|ed|ing)? the (?:\w+ ){0,2}of"
    r"|\b(?:nach|nach dem|am) (?:dem )?(?:Vorbild|Muster|Beispiel|Modell)(?: von| aus| der| des)?|\bVorbild(?: ist| war)?"
    r"|\binspiriert (?:von|durch)|\bfolgt dem (?:Beispiel|Vorbild)(?: von)?|\borientiert sich an"
    r"|\b(?:sur le modèle|à l[’']exemple|à l[’']image|à l[’']instar|suivant l[’']exemple|en suivant l[’']exemple)"
    r"(?: de| du| des| d[’'])?|\bs[’']inspir\w+(?: de| d[’']| du)?|\binspirée?s? (?:par|de|d[’'])"
    r"|\b(?:siguiendo el (?:ejemplo|modelo)|a imagen|a ejemplo|según el modelo|tras los pasos)(?: de| del)?"
    r"|\binspir(?:ad[oa]s?|ándose|a|ó) (?:en|por)(?: el| la)?|\b(?:sul modello|sull[’']esempio|sulla scia|seguendo l[’']esempio)"
    r"(?: di| del| della| d[’'])?|\bispir(?:at[oaie]|andosi|a) (?:a|ad|da|alla|al)|\b(?:na wzór|wzorem|za przykładem"
    r"|wzorując się na|na podstawie doświadczeń|inspirując się)"
    r"|\b(?:seguindo o (?:exemplo|modelo)|a exemplo|no modelo)(?: de| do| da)?"
    r"|\binspirad[oa]s? (?:em|por|no|na))\s*$",
    re.IGNORECASE,
)
_HINT: Final = re.compile(
    r"example|model|inspir|lead|footsteps|learn|Vorbild|Muster|Beispiel|modèle|exempl|ejemplo|imagen|esempio|ispir|wzor|wzór"
    r"|przykład|instar|orientiert",
    re.IGNORECASE,
)
_EXAMPLE: Final = re.compile(r"[’']s? (?:\w+ )?(?:example|model|lead|footsteps|blueprint)\b", re.IGNORECASE)
_FROM: Final = re.compile(
    r"(?:\b(?:from|aus|von|vom|depuis|desde|de|du|da|dal|dalla|dall[’']|z|ze|od|do)(?: (?:the|la|der|città di|city of|town of"
    r"|ville de|ciudad de|Stadt))?|\bd[’'])\s*$",
    re.IGNORECASE,
)
_OF: Final = re.compile(
    r"(?:\b(?:of|in|tried in|developed in|von|aus|in|de|du|di|à|en|da|w|z|em|do|da)|\bd[’'])\s*$", re.IGNORECASE
)
_TRIED: Final = re.compile(
    r"\b(?:tried|tested|developed|created|invented|started|piloted|born|erprobt|entwickelt|testée?s?|développée?s?|probad[oa]s?"
    r"|desarrollad[oa]s?|sperimentat[oaie]|sviluppat[oaie])(?: out)? (?:by|in|at|von|durch|à|par|en|por|a|da)\s*$",
    re.IGNORECASE,
)
_INTO: Final = re.compile(
    r"(?:\b(?:in|into|to|by|at|for|across|over to|as far as|nach|auf|durch|von|à|au|en|vers|par|a|hacia|por|ad|nel|nella|alla"
    r"|w|we|na|do|przez|em|para|pela|pelo)(?: (?:the|la|le|der|city of|town of|towns of|cities of|also|both|cities|towns"
    r"|(?:other )?(?:cities|towns) (?:like|such as|including)|villes de|las|los))*|\b(?:including|namely|like|such as))[: ]\s*$",
    re.IGNORECASE,
)
_LIST: Final = re.compile(
    r"^\s*(?:[,;&/]|\([^()]{0,40}\))?\s*(?:and|und|et|y|e|i|oraz|or|as well as|sowie|then|later|also)?(?:\s+(?:in|to|by|à|en|a|w"
    r"|em|later|then|finally|also|the (?:city|town) of))?\s*$",
    re.IGNORECASE,
)
_CLAUSE: Final = re.compile(r"[;:]|, (?:but|while|whereas|and|which|aber|mais|pero|ma|ale|mas)\b")


@dataclass(frozen=True, slots=True)
class Transfer:
    """One receiver of a plain sentence with where it came from, if that is said."""

    to: Found
    origin: Found | None
    words: str  # the words that say so
    object: tuple[int, int]  # where the words for what was taken over may stand


@dataclass(frozen=True, slots=True)
class _Group:
    """Names listed together; offsets in the sentence."""

    found: tuple[Found, ...]
    start: int
    end: int

    @property
    def place(self) -> bool:
        return self.found[0].kind == "place"


def transfers(context: Context, sentence: Sentence) -> list[Transfer]:
    """Return the receivers of a sentence that plainly says that they took something over; each once."""
    if sentence.is_heading and len(sentence.text) < 50:
        return []
    text = context.masked(sentence, *NAMES)
    if not (_TAKE.search(text) or _GIVE.search(text) or _mentions_model(text)):
        return []
    groups = _groups(context, sentence, text)
    found: dict[str, Transfer] = {}
    for one in (*_models(text, groups, sentence), *_taken(text, groups, sentence), *_given(text, groups, sentence)):
        if one.origin is None or one.origin.name != one.to.name:
            found.setdefault(one.to.name, one)
    return list(found.values())


_WIDER: Final = re.compile(
    r"\b(?:scal(?:e|ed|es|ing)[ -]?up|extend(?:s|ed|ing)?|expand(?:s|ed|ing)?|spread|roll(?:s|ed|ing)?[ -]?out|hochskalier\w*"
    r"|ausgeweitet|ausgerollt|étend\w*|généralis\w+|extend\w+|ampl[ií]\w+|estes[oaie]|estend\w+|rozszerz\w+|alargad[oa]s?)\b",
    re.IGNORECASE,
)
_ALL: Final = re.compile(
    r"\b(?:(?:the )?(?:whole|entire)(?: of)?(?: the)? (?:city|town|municipality|_)|city-?wide|town-?wide"
    r"|(?:other|further|all|more) (?:districts|neighbou?rhoods|quarters|parts of the (?:city|town))"
    r"|auf die (?:ganze|gesamte) Stadt"
    r"|stadtweit|(?:alle|weitere|andere) (?:Stadtteile|Bezirke|Quartiere)|à (?:toute|l[’']ensemble de) la ville|toute la ville"
    r"|(?:d[’']autres|tous les) quartiers|(?:a )?toda la ciudad|(?:otros|todos los) barrios|tutta la città"
    r"|(?:altri|tutti i) quartieri"
    r"|całe(?:go|) miast\w+|toda a cidade|(?:outros|todos os) bairros)\b",
    re.IGNORECASE,
)


def widened(context: Context, sentence: Sentence) -> Found | None:
    """Return the town that took something of its own to the whole of itself, where a sentence plainly says so."""
    text = context.masked(sentence, *NAMES)
    towns = {one.name: one for one in context.within(sentence, "place")}
    if len(towns) == 1 and _WIDER.search(text) and _ALL.search(text):
        return next(iter(towns.values()))
    return None


def _mentions_model(text: str) -> bool:
    return bool(_HINT.search(text))


def _groups(context: Context, sentence: Sentence, text: str) -> list[_Group]:
    groups: list[list[Found]] = []
    for one in context.within(sentence, "place", "project"):
        if one.end > sentence.end or (groups and one.start < groups[-1][-1].end):
            continue
        between = text[groups[-1][-1].end - sentence.start : one.start - sentence.start] if groups else ""
        led = groups and _leads(text, groups, sentence)
        if groups and not led and groups[-1][-1].kind == one.kind and _LIST.match(between) and between.strip():
            groups[-1].append(one)
        else:
            groups.append([one])
    return [_Group(tuple(group), group[0].start - sentence.start, group[-1].end - sentence.start) for group in groups]


def _leads(text: str, groups: Sequence[Sequence[Found]], sentence: Sentence) -> bool:
    """Tell whether the last name follows words of an example: what comes behind a comma then is no further one."""
    first = groups[-2][-1].end - sentence.start if len(groups) > 1 else 0
    return bool(_MODEL.search(text[first : groups[-1][0].start - sentence.start]))


def _before(text: str, groups: Sequence[_Group], at: int) -> str:
    """Return the text between a group and the one before it."""
    first = groups[at - 1].end if at else 0
    return text[first : groups[at].start]


def _owns(text: str, group: _Group) -> bool:
    return bool(re.match(r"[’']s?\b|[’'] ", text[group.end : group.end + 3]))


def _models(text: str, groups: Sequence[_Group], sentence: Sentence) -> Iterator[Transfer]:
    """Follow an example: the model stands behind its words, the receiver is the place nearest to it."""
    for at, model in enumerate(groups):
        words = _MODEL.search(_before(text, groups, at)) or _EXAMPLE.match(text, model.end)
        if not words:
            continue
        others = [one for one in groups if one.place and one is not model]
        earlier = [one for one in others if one.end <= model.start]
        later = [one for one in others if one.start >= model.end]
        for to in (earlier[-1:] or later[:1]) if others else ():
            yield from _each(to, model, words.group().strip(), sentence, (to.end, len(text)))


def _taken(text: str, groups: Sequence[_Group], sentence: Sentence) -> Iterator[Transfer]:
    for verb in _TAKE.finditer(text):
        passive = bool(_BE.search(text[max(0, verb.start() - 40) : verb.start()])) or bool(
            re.match(r"(?:über|kopier|nachg|repliz)", verb.group(), re.IGNORECASE)
            and re.search(r"\b(?:wurden?|wird|werden|worden)\b", text)
        )
        yield from (_passive if passive else _active)(text, groups, sentence, verb)


def _active(text: str, groups: Sequence[_Group], sentence: Sentence, verb: re.Match[str]) -> Iterator[Transfer]:
    """Somebody takes: the receiver stands before the verb, where it came from behind "from" or as an owner."""
    subjects = [one for one in groups if one.place and one.end <= verb.start()]
    subject = next((one for one in reversed(subjects) if not _FROM_ENGLISH.search(text[: one.start])), None)
    if subject is None or _CLAUSE.search(text[subject.end : verb.start()]) or verb.start() - subject.end > 70:
        return
    for at, one in enumerate(groups):
        if one is subject:
            continue
        gap = _before(text, groups, at)
        named = _FROM.search(gap) and (one.start >= verb.end() or _FROM_ENGLISH.search(text[: one.start]))
        owner = one.start >= verb.end() and _owns(text, one) and not _INTO.search(gap)
        if named or owner:
            yield from _each(subject, one, verb.group().strip(), sentence, (verb.end(), len(text)))
            return


_FROM_ENGLISH: Final = re.compile(r"(?:\b(?:from|aus|von|depuis|desde|dal|dalla)|\bdall[’'])\s*$", re.IGNORECASE)


def _passive(text: str, groups: Sequence[_Group], sentence: Sentence, verb: re.Match[str]) -> Iterator[Transfer]:
    """Something was taken over: the receivers stand behind "in" or "by", where it came from is an owner or behind "from"."""
    origin = None
    for at, one in enumerate(groups):
        gap = _before(text, groups, at)
        early = (one.end <= verb.start() and (_owns(text, one) or _OF.search(gap))) or _TRIED.search(gap)
        if (_FROM_ENGLISH.search(gap) and not (one.end <= verb.start() and origin)) or (early and origin is None):
            origin = one
    for at, one in enumerate(groups):
        if one is origin or not one.place or _TRIED.search(_before(text, groups, at)):
            continue
        german = re.match(r"(?:über|kopier|nachg|repliz)", verb.group(), re.IGNORECASE) and one.end <= verb.start()
        if (one.start >= verb.end() or german) and _INTO.search(_before(text, groups, at)):
            yield from _each(one, origin, verb.group().strip(), sentence, (0, verb.start()))


def _given(text: str, groups: Sequence[_Group], sentence: Sentence) -> Iterator[Transfer]:
    """Somebody passes on: the giver stands before the verb, the receivers behind "to"."""
    for verb in _GIVE.finditer(text):
        givers = [one for one in groups if one.end <= verb.start() and verb.start() - one.end < 40]
        if not givers or _BE.search(text[givers[-1].end : verb.start()]):
            continue
        for at, one in enumerate(groups):
            if one.place and one.start >= verb.end() and _INTO.search(_before(text, groups, at)):
                yield from _each(one, givers[-1], verb.group().strip(), sentence, (verb.end(), one.start))


def _each(to: _Group, origin: _Group | None, words: str, sentence: Sentence, span: tuple[int, int]) -> Iterator[Transfer]:
    for place in to.found:
        yield Transfer(place, origin.found[0] if origin else None, words, (sentence.start + span[0], sentence.start + span[1]))
