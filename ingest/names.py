"""Names in a text that no closed list holds: projects, organisations, people.

A candidate is a run of capitalised words (with the particles names have inside), a quoted title, an entity of spaCy, or a
word of mixed case. All mentions of one name in a document are judged together, by what is written in and around them; the
weights of each feature are learned from labelled texts (`make train`) and shipped as a readable table.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

from graph.mentions import given_names
from graph.model import normalise_name
from ingest.alternatives import by_letter
from ingest.context import Context, Sentence
from ingest.elsewhere import help_known
from ingest.probe import probed
from ingest.second_look import chance_of, judge, shipped

KINDS: Final = ("project", "organisation", "person")
Table = Mapping[str, Mapping[str, float]]  # weights by kind and feature


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WORD: Final = re.compile(
    r"\+?[^\W\d_][\w]*(?:[-’'+./&*:][\w]+)*\+?|\d[\w.]*[^\W\d_][\w.]*|\d+(?:[/.]\d+)*|&|[()“”\"«»„‘’,;:.!?–—|•…]"
)
_JOINERS: Final = words(
    "of for on de du des di del della dei degli delle da do dos der die das den dem für zur zum la le les d l"
)
_PERSON_PARTICLES: Final = words("de da di del della van von der den ten ter la le du dos das al el bin ibn af av y zu zur")
_AND: Final = words("and und et y e i och og & w")

# Capitalised, but never the beginning or the whole of a name.
_EMPTY: Final = words(
    "the a an this that these those it its in on at by for from to of with and or but if when while as after before "
    "during since until about into over under between among through without within against we our us they their he "
    "she his her you your i my who what which where why how is are was were be been has have had do does did will "
    "would can could should may might must not no yes all any some many most more each every both few several such "
    "other another one two three four five six seven eight nine ten first second third new last next also here there "
    "then now today however therefore moreover additionally furthermore finally so thus although because due "
    "according based click read see visit find more information contact email e-mail tel phone fax web website photo "
    "photos picture source copyright image images video download home page news blog note please dear mr mrs ms dr "
    "prof ing monday tuesday wednesday thursday friday saturday sunday january february march april may june july "
    "august september october november december am pm q1 q2 der die das ein eine und oder im am zu mit von für auf "
    "bei nach aus seit wie was wer wir sie er es nicht auch noch nur mehr alle le la les un une des et ou dans sur "
    "pour par avec est sont ce cette ces il elle nous vous ils elles que qui el los las una y o en con por para es "
    "son se su sus lo al del que il gli uno della dei di da a e è sono per non che si come o os as um uma no na com "
    "do dos w z na do i się jest to nie że jak oraz dla januar februar märz mai juni juli oktober dezember janvier "
    "février avril juin juillet août septembre octobre novembre décembre enero febrero marzo abril mayo junio julio "
    "agosto septiembre octubre noviembre diciembre gennaio febbraio aprile maggio giugno luglio settembre ottobre "
    "dicembre step steps part table figure annex chapter section faq objectives objective goals results background "
    "overview introduction conclusion conclusions summary abstract agenda "
    "i'm i’m i've i’ve it's it’s we're we’re we've we’ve let's let’s that's that’s there's there’s what's what’s"
)

ORGANISATION_HEADS: Final[Mapping[str, str]] = {
    "municipality": (
        r"City Council|Town Council|County Council|Borough Council|District Council|Municipal Council"
        r"|Municipal Government|Municipality"
        r"|City Hall|Town Hall|City Administration|Metropolitan Municipality|Stadtverwaltung|Stadtgemeinde|Marktgemeinde|Gemeinde"
        r"|Magistrat|Stadtrat|Landeshauptstadt|Ayuntamiento|Ajuntament|Municipio|Municipalidad|Comune"
        r"|Mairie|Commune|Câmara Municipal"
        r"|Município|Prefeitura|Urząd Miasta|Gmina|Gemeente|Kommune|Kommun|Concello"
    ),
    "university": (
        r"University|Universität|Université|Universidad|Universitat|Università|Universidade|Uniwersytet|Universiteit|Universitet"
        r"|Politecnico|Polytechnic|Politechnika|Hochschule|Fachhochschule|College|Institute of Technology|School of|Faculty of"
        r"|École|Academy|Akademie|Graduate School|Business School"
    ),
    "company": (
        r"Ltd|Limited|GmbH|AG|S\.?A\.?|SpA|S\.p\.A|B\.?V\.?|N\.?V\.?|AB|A/S|ASA|Oy|Oyj|Inc|LLC|plc|PLC"
        r"|Sp\. z o\.o|SAS|SARL|S\.?L\.?|KG"
        r"|Group|Corporation|Corp|Company|Holding|Holdings|Technologies|Consulting|Ventures|Enterprises"
        r"|Enterprise|Solutions|Systems"
        r"|Energie|Energies|Stadtwerke|Wohnungsbau|Bank|Logistics|Engineering|Motors|Partners|Architects"
        r"|Studio|Services|Industries"
        r"|Startup|Start-up|Processing|Trading|Factory|Works"
    ),
    "ngo": (
        r"Foundation|Fundación|Fondation|Fondazione|Stiftung|Fundacja|Fundação|Association|Associazione|Asociación|Verein|Verband"
        r"|Alliance|Society|Trust|Charity|Coalition|Federation|Union|NGO|Movement|Cooperative|Co-operative|Coordinadora|Caritas"
        r"|Aid|Watch|Volunteers"
    ),
    "public body": (
        r"Ministry|Ministère|Ministerium|Bundesministerium|Ministerio|Ministero|Ministerstwo|Agency"
        r"|Agence|Agentur|Agenzia|Agencia"
        r"|Authority|Department|Directorate|Directorate-General|DG|Commission|Government|Bureau|Office|Council|Parliament|Embassy"
        r"|Administration|Board|Senate|Regierung|Landkreis|Diputación|Diputació|Junta|Generalitat|Région|Regione|Region|Métropole"
        r"|Metropole|Communauté|Prefecture|Préfecture|Secretariat|Fund|Accelerator Lab|Programme|Stadtschulrat|Chamber|Delegation"
    ),
    "network": (
        r"Network|Netzwerk|Réseau|Rete|Red|Association of Cities|Platform|Partnership|Cluster|Consortium"
        r"|Covenant|Forum|Cities"
    ),
    "other": (
        r"Institute|Institut|Instituto|Istituto|Centre|Center|Zentrum|Centro|Laboratory|Lab|Hub|Museum"
        r"|Hospital|School|Church|Club|Library|Theatre"
    ),
}  # fmt: skip
_HEADS: Final = {kind: re.compile(rf"(?<!\w)(?:{words})(?!\w)") for kind, words in ORGANISATION_HEADS.items()}
_HEADS_AT_END: Final = {kind: re.compile(rf"(?:{words})\.?$") for kind, words in ORGANISATION_HEADS.items()}
_HEADS_AT_START: Final = {kind: re.compile(rf"(?:{words})\b") for kind, words in ORGANISATION_HEADS.items()}
_ANY_HEAD: Final = re.compile("|".join(f"(?<!\\w)(?:{words})(?!\\w)" for words in ORGANISATION_HEADS.values()))
_LEGAL: Final = re.compile(
    r"(?<!\w)(?:Ltd|Limited|GmbH|AG|SpA|S\.p\.A|B\.V|BV|NV|AB|A/S|Oy|Inc|LLC|plc|PLC|SAS|SARL|SL|S\.L|KG|e\.V|eV|Corp)\.?$"
)
_PROJECT_WORD: Final = (
    r"projects?|programmes?|programs?|initiatives?|campaigns?|schemes?|challenge|pilot|app|platform|consortium|partners?"
    r"|projekts?|projekte|vorhaben|initiative|programm|projets?|programme|proyectos?|programa|iniciativa|progett[oi]|programma"
    r"|iniziativa|projeto|projekcie|projektu|projektem|inicjatywa|project"
)
_ENDS_AS_PROJECT: Final = re.compile(rf"\b(?:{_PROJECT_WORD}|fund|grant|award|lab|day|festival|system|network)$", re.IGNORECASE)
_LAST_WORD: Final = re.compile(  # what kind of thing a name says it is, in its last word
    r"\b(?:(?P<project>projects?|projekt|projet|proyecto|progetto|projeto)|(?P<initiative>initiative|iniciativa|iniziativa)"
    r"|(?P<programme>programmes?|programs?|programm|programa|programma)|(?P<campaign>campaigns?|campaña|campagne|movement)"
    r"|(?P<contest>challenges?|hackathons?|contest|competition|awards?|prize|hunt|cup)|(?P<fund>funds?|facility|grants?|scheme|bond)"
    r"|(?P<trial>experiment|pilot|trial|prototype|testbed|demonstrator)|(?P<work>lab|labs|hub|network|platform|portfolio|centre|center"
    r"|studio|academy|school|incubator|accelerator|library|clinic)|(?P<gathering>forum|week|summit|festival|days?|conference|workshop"
    r"|dialogues?)|(?P<paper>strategy|plan|agenda|policy|act|law|framework|index|report|guide|charter|goals?|agreement|compact)"
    r"|(?P<thing>system|app|kit|tool|toolkit|machine|device|drone|card|garden|park|market|method|model|approach))$",
    re.IGNORECASE,
)
_AFTER_PROJECT: Final = re.compile(  # a capital belongs to the name itself ("Greener Homes Initiative"), but for the word project
    rf"^[’'”\"»)]*(?:s)?[ -](?:H2020 |EU |pilot |research |lighthouse |smart city )?(?:(?-i:(?=[a-z]"
    rf"|P[Rr][Oo][JjGgYy]))(?:{_PROJECT_WORD}))\b",
    re.IGNORECASE,
)
_BEFORE_PROJECT: Final = re.compile(
    rf"(?:\b(?:{_PROJECT_WORD})(?: (?:called|named|known as|entitled|titled|namens|intitulé|llamado"
    rf"|chiamato|is|was))?|\b(?:called|named|dubbed|entitled|titled|known as))[,:]? [“\"‘„«'(]*$",
    re.IGNORECASE,
)
_LIST_PROJECT: Final = re.compile(
    r"(?:\band\b|,|\bund\b|\bet\b|\by\b) [^.;]{{2,60}}? (?:projects|programmes|initiatives)\b", re.IGNORECASE
)
_GRANT_WORD: Final = re.compile(  # looked for first: most texts have none, and _GRANT tries many ways to reach one
    by_letter(r"grant|subvención|Fördernummer|Finanzhilfe|H2020|Horizon") + r"|\b[6-9]\d{5}\b|\b101\d{6}\b", re.IGNORECASE
)
_GRANT: Final = re.compile(rf"^[^.;\n]{{0,24}}\(?[^.;\n)]{{0,30}}(?:{_GRANT_WORD.pattern})", re.IGNORECASE)
ROLE_WORDS: Final = (
    r"mayors?|deputy mayor|vice[- ]mayor|councill?ors?|minister|secretary|president|vice[- ]president"
    r"|chair(?:man|woman|person)?|director"
    r"|director[- ]general|head|manager|coordinator|co-?founder|founder|partner|ceo|cto|cfo|chief|officer"
    r"|leader|lead|engineer|professor"
    r"|researcher|scientist|expert|advis[eo]r|consultant|architect|planner|commissioner|ambassador"
    r"|representative|spokes(?:man|woman|person)"
    r"|student|artist|author|journalist|editor|analyst|specialist|owner|chairman|board member|member"
    r"|rector|dean|economist|designer"
    r"|bürgermeister(?:in)?|oberbürgermeister(?:in)?|stadtrat|stadträtin|leiter(?:in)?"
    r"|geschäftsführer(?:in)?|sprecher(?:in)?|projektleiter(?:in)?"
    r"|maire|adjoint(?:e)?|directeur|directrice|responsable|président(?:e)?|chef(?:fe)?|conseill(?:er"
    r"|ère)|alcalde(?:sa)?|concejal(?:a)?"
    r"|director(?:a)?|jefe|jefa|presidente|sindac[oa]|assessor[ae]|dirett(?:ore|rice)|burmistrz|prezydent"
    r"|dyrektor|prefeito|vereador"
)
_TITLE_BEFORE: Final = re.compile(
    rf"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Ing|Arch|Mag|Sir|Herr|Frau|Monsieur|Madame|M|Mme|Sr|Sra|Sig|Eng|H\.E)\.?"
    rf"|\b(?:{by_letter(ROLE_WORDS)}))[,:]? $",
    re.IGNORECASE,
)
_ROLE_AFTER: Final = re.compile(
    rf"^,? ?\(?(?:the |a |an |our |der |die |le |la |el |il )?(?:[\w-]+ ){{0,4}}?(?:{by_letter(ROLE_WORDS)})\b", re.IGNORECASE
)
SPEECH: Final = (
    r"said|says|explain(?:s|ed)|stat(?:es|ed)|add(?:s|ed)|not(?:es|ed)|told|argu(?:es|ed)|stress(?:es|ed)"
    r"|point(?:s|ed) out|emphasi[sz](?:es|ed)"
    r"|comment(?:s|ed)|conclud(?:es|ed)|highlight(?:s|ed)|present(?:s|ed)|welcom(?:es|ed)|open(?:s|ed)"
    r"|visited|outlined|underlin(?:es|ed)|asked"
    r"|sagt|sagte|erklärt|erklärte|betont|betonte|meint|meinte|berichtet|berichtete|explique|a expliqué"
    r"|souligne|précise|déclare|affirme|dit"
    r"|dijo|explica|explicó|señala|afirma|subraya|ha detto|spiega|dice|sottolinea|powiedział|powiedziała"
    r"|mówi|podkreśla|disse|afirmou"
)
_SPEECH_AFTER: Final = re.compile(rf"^(?:,[^,.]{{2,80}},)? (?:also |then |has |who |recently )?(?:{SPEECH})\b")
_SPEECH_BEFORE: Final = re.compile(
    rf"\b(?:{by_letter(SPEECH)})(?: by)?[:,]? $"
    r"|\b(?:by|with|joined by|from|and|to|Contact:?|author:?|speakers?:?|include) $",
    re.IGNORECASE,
)
_MAIL: Final = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
_LABEL_PERSON: Final = re.compile(
    by_letter(
        r"innovator|solution holder|contact person|written by|prepared by|speakers?\b|team members?|mapper|"
        r"full name|contact|interview|ansprech|responsables?|participants?\b|\bauthor|\bleaders?\b"
    ),
    re.IGNORECASE,
)
_LABEL_ORGANISATION: Final = re.compile(
    by_letter(r"affiliation|organi[sz]ation|partners?\b|institution|who led|actors|promotes|consortium|funded by|donor"),
    re.IGNORECASE,
)
_LABEL_TITLE: Final = re.compile(r"\btitle\b|name of the (?:solution|project|initiative)|project name", re.IGNORECASE)
_AGENT_BEFORE: Final = re.compile(
    r"\b(?:by|with|of|from|at|between|among|through|alongside|via|provider|operator|company|agency"
    r"|association|partners?|startup|start-up|firm|developer|von|mit|durch|par|avec|por|con|da|przez)"
    r" (?:the |der |die |dem |des |la |le |les |l[’']|el |los |las |il |lo |d[’'])?$",
    re.IGNORECASE,
)
_VERB_AFTER: Final = re.compile(
    r"^ (?:is|was|has|will|provides?|supports?|aims?|offers?|started|launched|began|plans?|organi[sz]ed"
    r"|hosted|funded|published|developed|wants?|brings?|helps?)\b"
)
_CITATION: Final = re.compile(r",[^\n]{5,140}?\. (?:19|20)\d\d\b")
_ROLES_NEAR: Final = re.compile(
    r"\b(?:"
    + by_letter(
        r"lighthouse|fellow|follower|front-?runner|demonstrat\w+|horizon|h2020|consortium"
        r"|leuchtt[uü]rm\w*|phares?|faros?|faro|suiveuses?"
        r"|seguidoras?|nachfolge\w*|demostrador\w*|latarni\w*"
    )
    + r")\b",
    re.IGNORECASE,
)
_IS_PROJECT: Final = re.compile(
    rf"^,? (?:(?:is|was|ist|est|es|è),? )?(?:an?|the|one of the|eine?|un|une|una)(?: [\w-]+){{0,5}} (?:{_PROJECT_WORD})\b",
    re.IGNORECASE,
)
_AIMS: Final = re.compile(
    r"^ (?:project )?(?:aims?|seeks|strives|has received|will end|started in|runs (?:from|until)|demonstrat|brings together)\b"
)
_FRAMEWORK: Final = re.compile(
    r"(?:\b(?:within|under|framework of|aegis of|context of|part of|thanks to|member of|involved in"
    r"|participat\w+ in|im Rahmen von|dans le cadre d[eu]"
    r"|en el marco de|nell[’']ambito di|w ramach) (?:the |des |der |del |la |le )?(?:EU |H2020 |European )?|[’']s )$",
    re.IGNORECASE,
)
_AFTER_WORDS: Final = re.compile(  # the "Lumen" social initiative
    rf"^[’'”\"»)]*(?:[’']s)? (?:[a-z-]+ ){{1,2}}(?:{_PROJECT_WORD}|experiment|fund|facility|intervention|competition|contest"
    r"|hackathon)\b"
)
_MADE_BEFORE: Final = re.compile(  # launched the
    r"\b(?:launch\w*|implement\w*|pilot\w*|start\w*|initiat\w*|creat\w*|introduc\w*|organi[sz]\w*|host\w*|r[au]n|running"
    r"|lead\w*|led|join\w*|set up|established?|coordinat\w*|through|under)"
    r" (?:(?:the|a|an|our|its|their|his|her)\b ?)?(?:[a-z-]+ )?[“\"‘„«'(]*$",
    re.IGNORECASE,
)
_IN_BEFORE: Final = re.compile(r"\b(?:in|near|around|across|throughout|nach|à|en|a|w) $")


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where a candidate stands; `label` is spaCy's, `source` how it was found."""

    start: int
    end: int
    source: str
    label: str = ""


@dataclass(slots=True)
class Candidate:
    """All mentions of one name in a document, what speaks for each kind, and the kinds' probabilities."""

    text: str
    key: str
    mentions: list[Mention] = field(default_factory=list)
    features: dict[str, float] = field(default_factory=dict)
    chances: dict[str, float] = field(default_factory=dict)
    probed: Mapping[str, float] = field(default_factory=dict)  # log odds by kind (ingest/probe.py), empty where it was not asked
    helped: bool = False  # known from other documents (ingest/elsewhere.py)


def names(context: Context) -> list[Candidate]:
    """Return the candidates of a document with their probabilities; made once for a document."""
    made: dict[str, Any] = context._made
    if "names" not in made:
        found = candidates(context)
        for candidate, said in zip(found, probed(context, found), strict=True):
            candidate.features = features(context, candidate)
            candidate.chances = {kind: chance(kind, candidate.features) for kind in KINDS}
            candidate.probed = said
        judge(context, found, shipped())
        help_known(context, found)
        made["names"] = found
    return list(made["names"])


# -- candidates


_TOWNS: Final = re.compile(r"[^\W\d_]+städten? ")  # "Nachfolgestädte Braga und Kaunas": what German writes large is no name yet


def candidates(context: Context) -> list[Candidate]:
    """Return what may be a name, grouped by its folded form."""
    grouped: dict[str, Candidate] = {}
    seen: set[tuple[int, int]] = set()
    for mention in _mentions(context):
        text = context.text[mention.start : mention.end]
        key = normalise_name(text)
        if not key or (mention.start, mention.end) in seen or _TOWNS.match(text):
            continue
        seen.add((mention.start, mention.end))
        candidate = grouped.setdefault(key, Candidate(text=text, key=key))
        candidate.mentions.append(mention)
        if candidate.text.isupper() and not text.isupper() and len(text) > 5:
            candidate.text = text
    return list(grouped.values())


def _mentions(context: Context) -> Iterator[Mention]:
    labels = _spacy(context)
    for sentence in context.sentences:
        for start, end, source in _runs(sentence):
            yield Mention(start, end, source, labels.get((start, end), labels.get((start, -1), "")))
    for (start, end), label in labels.items():
        if end > 0 and label in {"ORG", "PERSON", "PRODUCT", "EVENT", "WORK_OF_ART", "FAC", "GPE"}:
            first, last = _trim(context.text, start, end)
            if last - first > 1 and _begins_as_name(context.text[first:last]):
                yield Mention(first, last, "spacy", label)
    yield from _titles(context)


_TITLE_END: Final = re.compile(r"\s*[:;(|!]|\s+[-–—/]\s|\s*[–—]|,? [“\"‘„«]")


def _titles(context: Context) -> Iterator[Mention]:
    """Yield what the first line, or the line under the label "title", begins with: pages often bear the name of their matter."""
    for sentence in context.sentences:
        if sentence.index > 1 and not _LABEL_TITLE.search(sentence.heading):
            continue
        start, last = _trim(context.text, sentence.start, sentence.end)
        end = _TITLE_END.search(context.text, start, last)
        stop = end.start() if end else last
        if 2 < stop - start < 50 and context.text[start:stop].count(" ") < 5 and context.text[start].isupper():
            yield Mention(start, stop, "title")
        if end:  # "How shops help: Lumen Lane" and "Lumen Lane: how shops help" alike
            rest, after = _trim(context.text, end.end(), last)
            second = _TITLE_END.search(context.text, rest, after)
            after = second.start() if second and second.start() > rest else after
            if 2 < after - rest < 80 and context.text[rest:after].count(" ") < 8 and context.text[rest].isupper():
                yield Mention(rest, after, "title rest")
        if 5 <= context.text[start:last].count(" ") < 10 and last - start < 90 and context.text[start].isupper():
            yield Mention(start, last, "title whole")


def _begins_as_name(text: str) -> bool:
    return any(letter.isupper() or letter.isdigit() for letter in text.split(maxsplit=1)[0])


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    article = re.match(r"(?:the|a|an|our|its|this|der|die|das|le|la|les|el|los|il)\s+|[\W_]+", text[start:end], re.IGNORECASE)
    if article and article.end() < end - start:
        start += article.end()
    tail = re.search(r"(?:[’']s|[\W_]+|(?: (?:of|for|and|de|des|del|di|und|et|y|the|la|le))+)$", text[start:end])
    return start, end - (len(tail.group()) if tail and tail.start() else 0)


def _spacy(context: Context) -> dict[tuple[int, int], str]:
    """Map spans of spaCy's entities to labels; (start, -1) holds the label by start alone."""
    doc = context.doc()
    found: dict[tuple[int, int], str] = {}
    for entity in doc.ents if doc is not None else ():
        if "\n" in entity.text or len(entity.text) > 90:
            continue
        start, end = _trim(context.text, entity.start_char, entity.end_char)
        found[(start, end)] = entity.label_
        found[(start, -1)] = entity.label_
    return found


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int

    @property
    def name(self) -> bool:
        """Whether the word may be part of a name: a capital anywhere, or a number with letters."""
        text = self.text
        return text.lower() != text if text.isascii() else any(letter.isupper() for letter in text)

    @property
    def number(self) -> bool:
        return self.text[0].isdigit() and not any(letter.isalpha() for letter in self.text)


def _runs(sentence: Sentence) -> Iterator[tuple[int, int, str]]:
    """Yield spans (of the cleaned text) of runs of capitals, plain and with joiners, and of quoted titles."""
    words = [_Token(found.group(), found.start(), found.end()) for found in _WORD.finditer(sentence.text)]
    text, shift = sentence.text, sentence.start
    loud = text.isupper()
    position = 0
    while position < len(words):
        if not words[position].name:
            position += 1
            continue
        stop = position + 1
        while (
            stop < len(words)
            and _adjoins(text, words, stop)
            and (words[stop].name or words[stop].number or words[stop].text == "&")
        ):
            stop += 1
        yield from ((start + shift, end + shift, source) for start, end, source in _cuts(words, position, stop, loud))
        for extended in _extended(text, words, stop):
            for start, end, _ in _cuts(words, position, extended, loud):
                yield start + shift, end + shift, "joined"
        position = stop
    for found in re.finditer(r"[“\"„«‘]([^“”\"„«»‘’\n]{3,70})[”\"“»’]", text):
        start, end = _trim(text, *found.span(1))
        if _begins_as_name(text[start:end]):
            yield start + shift, end + shift, "quoted"


def _adjoins(text: str, words: list[_Token], position: int) -> bool:
    gap = text[words[position - 1].end : words[position].start]
    return gap == " " or (gap == ". " and len(words[position - 1].text) <= 2)


def _extended(text: str, words: list[_Token], stop: int) -> Iterator[int]:
    """Yield each end of a run that goes on over particles and over "and": the Institute of A, the Institute of A and B."""
    best = stop
    while True:
        at = best
        while (
            at < len(words)
            and at - best < 3
            and _adjoins(text, words, at)
            and words[at].text.casefold() in (_JOINERS | {"the", "and", "und", "et", "y", "e"})
        ):
            at += 1
        if at == best or at >= len(words) or not words[at].name or not _adjoins(text, words, at):
            return
        best = at + 1
        while best < len(words) and _adjoins(text, words, best) and (words[best].name or words[best].number):
            best += 1
        yield best


_ELIDED: Final = re.compile(r"(?:[dl]|dell|nell|all|sull|dall|qu)[’'](?=[^\W\d_])", re.IGNORECASE)


def _empty(word: _Token, loud: bool) -> bool:
    """Tell whether a word is never the beginning or end of a name; WHO and IT are names, unless all around is in capitals."""
    text = word.text
    return text == "&" or (text.casefold() in _EMPTY and (loud or len(text) < 2 or not text.isupper()))


def _cuts(words: list[_Token], first: int, stop: int, loud: bool) -> Iterator[tuple[int, int, str]]:
    """Yield a run without empty words at its ends, and its tails and heads where it starts a sentence with one."""
    while first < stop and (words[first].number or _empty(words[first], loud)):
        first += 1
    while stop > first and _empty(words[stop - 1], loud):
        stop -= 1
    if first >= stop:
        return
    last = words[stop - 1]
    end = last.end - (2 if last.text.endswith(("’s", "'s")) else 0)
    elided = _ELIDED.match(words[first].text)
    if elided:  # "d'Orion" is Orion
        yield words[first].start + elided.end(), end, "run"
    yield words[first].start, end, "run"
    for inner in range(first, stop - 1):
        if words[inner].text.endswith(("’s", "'s")):  # "Vienna's Simmering"
            yield words[first].start, words[inner].end - 2, "run"
            yield words[inner + 1].start, end, "run"
    pure = all(word.name or word.number for word in words[first:stop])
    if pure and 2 < stop - first <= 6:
        yield words[first + 1].start, end, "tail"
        yield words[first].start, words[stop - 2].end, "head"
    if pure and stop - first == 2:
        yield words[first].start, words[first].end, "head"
        yield words[first + 1].start, end, "tail"
    if pure and stop - first > 3:
        yield words[stop - 2].start, end, "tail"
        yield words[first].start, words[first + 1].end, "head"


# -- features


def features(context: Context, candidate: Candidate) -> dict[str, float]:
    """Return what speaks for or against a candidate; numbers are between 0 and about 3."""
    found: dict[str, float] = {}
    _inside(candidate, found, context)
    total = len(candidate.mentions)
    sums: dict[str, int] = {}
    for mention in candidate.mentions:
        for name in _around(context, mention, candidate):
            sums[name] = sums.get(name, 0) + 1
    for name, count in sums.items():
        found[name] = 1.0
        found[f"{name} share"] = count / total
    found["mentions"] = math.log2(total)
    found["spacy knows"] = float(context.doc() is not None)
    found = {name: value for name, value in found.items() if value}  # most are absent: what is not there weighs nothing
    for kind in KINDS:
        found[f"expected {kind}"] = expected(kind, found)
    return found


_MIXED_CASE: Final = re.compile(r"[a-zà-ÿ][A-Z]|^[a-z]+[A-Z]|[A-Z]{2,}[a-z]{2,}")
_ACRONYM: Final = re.compile(r"[^\W\d_][\w+-]{3,}")
_CITY_OF: Final = re.compile(
    r"(?:City|Town|Municipality|Stadt|Ville|Comune|Ayuntamiento|Mairie|Gmina|Miasto) (?:of|de|di|da|von)?\b"
)
_EVENT_WORD: Final = re.compile(
    r"\b(?:Conference|Workshop|Forum|Congress|Summit|Days?|Week|Expo|Seminar|Webinar|Meeting"
    r"|Awards?|Prize|Festival|Exhibition|Fair|Konferenz|Kongress|Tagung)\b"
)
_DOCUMENT_WORD: Final = re.compile(
    r"\b(?:Strategy|Plan|Directive|Act|Law|Regulation|Agreement|Guide|Handbook|Report|Agenda"
    r"|Declaration|Charter|Goals?|SDG|Framework|Index|Standard|Map|Survey|Policy)\b"
)
_PERSON_SHAPE: Final = re.compile(r"[A-ZÀ-ÞĀ-Ž](?:\.|[’'\w-]*[a-zà-ÿ][’'\w-]*)|[A-ZÀ-Þ]{2,}")


def _inside(candidate: Candidate, found: dict[str, float], context: Context) -> None:
    text, words = candidate.text, candidate.text.split()
    found[f"words {min(len(words), 6)}"] = 1.0
    found["all capitals"] = float(text.isupper() and len(text) > 1)
    found["short capitals"] = float(text.isupper() and 2 <= len(text) <= 5)
    found["mixed case"] = float(any(map(_MIXED_CASE.search, words)))
    found["digit"] = float(any(letter.isdigit() for letter in text))
    found["big acronym"] = float(text.isupper() and bool(_ACRONYM.fullmatch(text)) and not _GENERIC.fullmatch(candidate.key))
    found["plus"] = float("+" in text or "#" in text)
    _kind_words(text, found)
    found["joiner"] = float(any(word.casefold() in _JOINERS for word in words))
    found["and"] = float(any(word.casefold() in _AND for word in words))
    known = [word.casefold().strip(".") in given_names() for word in words]
    found["given name first"] = float(bool(known and known[0]))
    found["given name inside"] = float(any(known[1:]))
    found["person shape"] = float(
        2 <= len(words) <= 5 and all(_PERSON_SHAPE.fullmatch(w) or w.casefold() in _PERSON_PARTICLES for w in words)
    )
    lowered = _lowerwords(context)
    common = [word.casefold() in lowered or word.casefold() in ordinarywords() for word in words]
    found["common words"] = sum(common) / len(common)
    found["all common"] = float(all(common))
    found["no common"] = float(not any(common))
    mid = [m for m in candidate.mentions if not _starts(context, m.start)]
    found["common title case"] = float(len(words) > 1 and all(common) and bool(mid))
    found["never inside"] = float(not mid)
    found["lone at start"] = float(not mid and len(words) == 1 and text.istitle())
    squashed = candidate.key.replace(" ", "")
    hosts, paths = _addresses(context)
    found["own domain"] = float(len(squashed) > 3 and any(squashed in host for host in hosts))
    found["in an address"] = float(len(squashed) > 5 and any(squashed in path for path in paths))
    found["lone common word"] = float(len(words) == 1 and all(common))
    found["funded"] = float(text.endswith(("-funded", "-wide", "-based", "-led", "-related", "-specific")))
    place, country = _placeness(context, candidate)
    found["is place"], found["has place"] = place
    found["is country"] = country
    title = normalise_name(context.document.title)
    found["in title"] = float(f" {candidate.key} " in f" {title} ")
    found["is title"] = float(bool(title) and candidate.key == title)
    found["starts title"] = float(title.startswith(candidate.key + " ") and ":" in context.document.title)
    found[f"known {body_kind(candidate.key)}"] = 1.0
    found["generic"] = float(bool(_GENERIC.fullmatch(candidate.key)))


def _kind_words(text: str, found: dict[str, float]) -> None:
    """Say what the words of a name tell of the kind of thing it is."""
    headed = bool(_ANY_HEAD.search(text))
    for kind, pattern in _HEADS.items() if headed else ():
        if pattern.search(text):
            found[f"head {kind}"] = 1.0
            found[f"head {kind} at end"] = float(bool(_HEADS_AT_END[kind].search(text)))
            found[f"head {kind} at start"] = float(bool(_HEADS_AT_START[kind].match(text)))
    found["any head"] = float(headed)
    found["is head"] = float(bool(_ANY_HEAD.fullmatch(text)))
    found["legal form"] = float(bool(_LEGAL.search(text)))
    found["city of"] = float(bool(_CITY_OF.match(text)))
    found["project word"] = float(bool(_ENDS_AS_PROJECT.search(text)))
    last = _LAST_WORD.search(text)
    if last and last.start():
        found[f"ends as {last.lastgroup}"] = 1.0
    found["event word"] = float(bool(_EVENT_WORD.search(text)))
    found["document word"] = float(bool(_DOCUMENT_WORD.search(text)))


def _starts(context: Context, start: int) -> bool:
    """Tell whether a mention stands in a heading or opens its sentence, where capitals say nothing."""
    sentence = context.sentence_at(start)
    return sentence.is_heading or start - sentence.start < 3


_URL: Final = re.compile(r"(?:https?://|www\.)(?P<host>[\w.-]+)(?P<path>[\w./%-]*)|@(?P<mail>[\w.-]+)")


def _addresses(context: Context) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return hosts and paths of the web and mail addresses in the text, without anything but letters and digits."""
    made = context._made
    if "addresses" not in made:
        found = list(_URL.finditer(context.document.text))
        made["addresses"] = tuple(
            tuple({re.sub(r"[\W_]+", "", part.lower()) for one in found if (part := one[group] or one[other])})
            for group, other in (("host", "mail"), ("path", "path"))
        )
    return made["addresses"]  # type: ignore[no-any-return]


def _lowerwords(context: Context) -> frozenset[str]:
    made = context._made
    if "lower" not in made:
        made["lower"] = frozenset(re.findall(r"(?<![\w])[a-zà-ÿ][\w-]+", context.text))
    return made["lower"]  # type: ignore[no-any-return]


def _placeness(context: Context, candidate: Candidate) -> tuple[tuple[float, float], float]:
    is_place = has_place = country = 0.0
    for mention in candidate.mentions[:4]:
        for spot in raw_places(context, mention.start, mention.end):
            has_place = 1.0
            if spot.end - spot.start >= mention.end - mention.start - 1:
                is_place = max(is_place, spot.score)
                country = float(spot.place.level == "country")
    return (is_place, has_place), country


def raw_places(context: Context, start: int = 0, end: int | None = None) -> list[Any]:
    """Return what the gazetteer finds (graph.mentions.Found) inside a span, names of other things not yet taken out."""
    made = context._made
    if "places" not in made:
        gazetteer = context.tools.places
        made["places"] = (
            []
            if gazetteer is None
            else gazetteer.find(
                context.text,
                language=context.language if context.language != "und" else "en",
                country=context.document.country,
                register=context.tools.register is not None,
                inside_names=True,
            )
        )
    last = len(context.text) if end is None else end
    return [spot for spot in made["places"] if start <= spot.start and spot.end <= last]


def _around(context: Context, mention: Mention, candidate: Candidate) -> Iterator[str]:
    sentence = context.sentence_at(mention.start)
    text = context.text
    before = text[max(sentence.start, mention.start - 60) : mention.start]
    after = text[mention.end : min(max(sentence.end, mention.end), mention.end + 90)]
    yield f"source {mention.source}"
    if mention.label:
        yield f"label {mention.label}"
    if sentence.is_heading:
        yield "heading"
        if mention.end - mention.start >= len(sentence.text.strip("#>* ")) - 2:
            yield "whole heading"
    if not before.strip("“\"'‘(„«#>*-• "):
        yield "at start"
        if not after.strip(" .:)") and not sentence.is_heading:
            yield "whole line"
            if _HEADING_OF["title"](sentence.heading):
                yield "under a title label"
            if _HEADING_OF["person"](sentence.heading):
                yield "whole line labelled person"
    for name, pattern in (("person", _LABEL_PERSON), ("organisation", _LABEL_ORGANISATION)):
        if _HEADING_OF[name](sentence.heading):
            yield f"label of {name}"
        if pattern.search(before):
            yield f"word of {name} before"
    if _CITATION.match(text, mention.end):
        yield "citation"
    if _of_roles(sentence.text):
        yield "role words near"
    yield from _cues(before, after)
    near = text[mention.end : mention.end + 60]
    mail = _MAIL.search(near) if "@" in near else None
    near_before = max(0, mention.start - 60)
    if mail or (text.find("@", near_before, mention.start) >= 0 and _MAIL.search(text, near_before, mention.start)):
        yield "mail near"
    address = mail.group() if mail else ""
    if address and any(len(word) > 3 and word[:5] in normalise_name(address) for word in candidate.key.split()):
        yield "mail fits"


def _remembered(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    """Return a function that searches and remembers: all mentions of a sentence ask about the same heading."""
    return lru_cache(maxsize=1024)(lambda text: bool(pattern.search(text)))


_HEADING_OF: Final = {
    "title": _remembered(_LABEL_TITLE),
    "person": _remembered(_LABEL_PERSON),
    "organisation": _remembered(_LABEL_ORGANISATION),
}
_of_roles: Final = _remembered(_ROLES_NEAR)


_THE_BEFORE: Final = re.compile(r"\b[Tt]he $")
_IN_BRACKETS: Final = re.compile(r" \([A-ZÀ-Þ][\w&+-]{1,11}\)")
_CAPITAL_BEFORE: Final = re.compile(r"[A-ZÀ-Þ][\w’'-]* $")
_CAPITAL_AFTER: Final = re.compile(r" [A-ZÀ-Þ]")
_COMPOUND_AFTER: Final = re.compile(r"[-/]\w")
_COMPOUND_BEFORE: Final = re.compile(r"\w[-/]$")
_GENITIVE: Final = re.compile(r"[’']s\b")
_TOWN_AFTER: Final = re.compile(r" (?:city|cities|district|region|neighbourhood|area)\b")


def _cues(before: str, after: str) -> Iterator[str]:
    for name, pattern in (
        ("project after", _AFTER_PROJECT),
        *((("grant after", _GRANT),) if _GRANT_WORD.search(after) else ()),
        ("role after", _ROLE_AFTER),
        ("speech after", _SPEECH_AFTER),
        ("verb after", _VERB_AFTER),
        ("called a project after", _IS_PROJECT),
        ("aims after", _AIMS),
        ("projects in list", _LIST_PROJECT),
        ("words and project after", _AFTER_WORDS),
    ):
        if pattern.match(after):
            yield name
    for name, pattern in (
        ("project before", _BEFORE_PROJECT),
        ("title before", _TITLE_BEFORE),
        ("speech before", _SPEECH_BEFORE),
        ("agent before", _AGENT_BEFORE),
        ("in before", _IN_BEFORE),
        ("framework before", _FRAMEWORK),
        ("making before", _MADE_BEFORE),
    ):
        if pattern.search(before):
            yield name
    if _THE_BEFORE.search(before):
        yield "the before"
    if after.startswith(" (") and _IN_BRACKETS.match(after):
        yield "acronym after"
    if before.endswith("(") and after.startswith(")"):
        yield "in brackets"
    if before.endswith((" ", " \n")) and _CAPITAL_BEFORE.search(before):
        yield "capital before"
    if _CAPITAL_AFTER.match(after):
        yield "capital after"
    if _COMPOUND_AFTER.match(after) or _COMPOUND_BEFORE.search(before[-3:]):
        yield "part of a compound"
    if _GENITIVE.match(after):
        yield "genitive"
    if _TOWN_AFTER.match(after):
        yield "town word after"


_INSTEAD: ContextVar[frozenset[str] | None] = ContextVar("ordinary words", default=None)


@contextmanager
def using_words(listed: Iterable[str]) -> Iterator[None]:
    """Take these as the ordinary words instead of those that ship (for training)."""
    token = _INSTEAD.set(frozenset(listed))
    try:
        yield
    finally:
        _INSTEAD.reset(token)


def ordinarywords() -> frozenset[str]:
    """Words that stood in small letters in at least two texts the weights were learned from (ingest/models/words.txt)."""
    instead = _INSTEAD.get()
    return _shippedwords() if instead is None else instead


@cache
def _shippedwords() -> frozenset[str]:
    return frozenset(files("ingest").joinpath("models", "words.txt").read_text("utf-8").split())


# -- bodies that any reader knows


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """An institution or network of general knowledge, from ingest/bodies.tsv."""

    name: str
    kind: str
    aliases: tuple[str, ...] = ()


@cache
def bodies() -> Mapping[str, Body]:
    """Return well-known bodies by folded name and alias; acronyms are folded too and must stand in capitals to count."""
    found: dict[str, Body] = {}
    for line in files("ingest").joinpath("bodies.tsv").read_text("utf-8").splitlines()[1:]:
        name, kind, aliases = (*line.split("\t"), "", "")[:3]
        body = Body(name=name, kind=kind, aliases=tuple(alias for alias in aliases.split(";") if alias))
        for one in (name, *body.aliases):
            found[normalise_name(one)] = body
    return found


def ends_as_body(text: str) -> bool:
    """Tell whether a name ends in a word for a body: fund, council, institute, Ltd."""
    return any(pattern.search(text) for pattern in _HEADS_AT_END.values())


def body_kind(key: str) -> str:
    """Return the kind of the well-known body with this folded name, or "nothing"."""
    body = bodies().get(key)
    return body.kind if body else "nothing"


# What a reader would expect of each feature. Learned weights stand on top of it: some hundred labelled names alone would
# learn the habits of two sites, not of names.
PRIOR: Final[Mapping[str, Mapping[str, float]]] = {
    "person": {
        "": -2.6,
        "label PERSON share": 1.6,
        "person shape": 1.0,
        "given name first": 1.8,
        "title before": 2.0,
        "role after": 1.4,
        "speech after": 0.8,
        "speech before": 0.4,
        "whole line": 0.3,
        "label of person": 0.9,
        "whole line labelled person": 2.2,
        "citation": -4.0,
        "word of person before": 0.9,
        "mail fits": 2.2,
        "any head": -2.5,
        "is place": -2.5,
        "has place": -0.8,
        "common words": -2.5,
        "words 1": -3.0,
        "digit": -3.0,
        "project after": -3.0,
        "event word": -3.0,
        "document word": -2.0,
        "all capitals": -1.0,
        "mixed case": -0.7,
        "joiner": -0.8,
        "part of a compound share": -1.0,
        "in before share": -0.5,
        "source head": -0.8,
        "source tail": -0.8,
        "capital before share": -1.5,
        "capital after share": -1.5,
        "label ORG share": -1.0,
        "label GPE share": -1.0,
        "and": -3.0,
        "in title": -0.3,
        "the before": -2.0,
        "town word after": -2.0,
        "legal form": -3.0,
        "given name inside": 0.4,
        "words 5": -1.0,
        "words 6": -3.0,
        "project word": -1.5,
        "common title case": -1.0,
        "own domain": -1.5,
    },
    "organisation": {
        "": -3.0,
        "any head": 0.8,
        "head university": 1.3,
        "head municipality": 1.3,
        "head ngo at end": 1.4,
        "head ngo at start": 1.0,
        "head public body at start": 1.3,
        "head public body at end": 1.3,
        "head company at end": 1.2,
        "head network at end": 0.7,
        "head other at end": 0.8,
        "head other at start": 0.8,
        "legal form": 2.5,
        "known public body": 4.0,
        "known network": 4.0,
        "known company": 4.0,
        "known ngo": 4.0,
        "known university": 4.0,
        "known other": 4.0,
        "is head": -5.0,
        "label ORG share": 1.3,
        "agent before": 0.9,
        "label of organisation": 0.8,
        "word of organisation before": 0.6,
        "acronym after": 1.2,
        "city of": 1.0,
        "short capitals": 0.5,
        "in brackets share": -0.4,
        "project after share": -2.5,
        "event word": -3.0,
        "document word": -2.5,
        "given name first": -1.2,
        "is place": -3.0,
        "is country": -2.0,
        "all common": -0.8,
        "label PERSON share": -1.0,
        "source head": -0.8,
        "source tail": -0.8,
        "capital before share": -1.2,
        "capital after share": -1.2,
        "whole heading": -0.7,
        "verb after": 0.4,
        "project before": -1.0,
        "mentions": 0.3,
        "words 1": -0.4,
        "role after": -0.5,
        "town word after": -2.0,
        "under a title label": -0.7,
        "part of a compound share": -1.0,
        "quoted": -0.5,
        "project word": -0.8,
        "generic": -4.0,
        "own domain": 1.3,
        "common title case": -0.3,
    },
    "project": {
        "": -2.7,
        "big acronym": 1.9,
        "role words near": 0.6,
        "project after": 2.6,
        "project after share": 0.7,
        "project before": 1.5,
        "grant after": 1.6,
        "mixed case": 1.7,
        "plus": 1.0,
        "in title": 1.1,
        "starts title": 1.2,
        "is title": 1.0,
        "all capitals": 0.3,
        "short capitals": -0.8,
        "project word": 1.6,
        "source quoted": 0.7,
        "mentions": 0.6,
        "under a title label": 0.6,
        "is place": -3.0,
        "has place": -0.8,
        "legal form": -2.5,
        "any head": -0.7,
        "event word": -2.0,
        "document word": -2.0,
        "known public body": -6.0,
        "known network": -5.0,
        "known company": -5.0,
        "known other": -5.0,
        "known ngo": -5.0,
        "given name first": -1.2,
        "all common": -0.5,
        "lone common word": -2.5,
        "in before share": -1.0,
        "the before": 0.3,
        "capital before share": -1.3,
        "capital after share": -1.3,
        "source head": -0.6,
        "source tail": -0.6,
        "town word after": -1.5,
        "label PERSON share": -0.5,
        "label of person": -1.0,
        "projects in list": 1.0,
        "generic": -6.0,
        "title before": -1.5,
        "head university": -2.0,
        "head municipality": -2.5,
        "words 6": -0.5,
        "role after": -0.5,
        "agent before": -0.4,
        "whole heading share": -1.0,
        "in brackets share": -0.8,
        "funded": -5.0,
        "common title case": 1.5,
        "own domain": 1.5,
        "in an address": 0.5,
        "called a project after": 1.5,
        "aims after": 0.8,
        "framework before": 0.8,
        "never inside": -0.3,
        "lone at start": -2.5,
    },
}
_GENERIC: Final = re.compile(
    r"(?:(?:the )?(?:eu|h2020|horizon 2020|horizon europe|fp7|smart|european|europe|lighthouse|living lab"
    r"|urban living lab|smart city|smart cities"
    r"|sdgs?|covid(?: 19)?|ict|iot|co2|led|pv|ev|ngos?|smes?|msmes?|app|gps|kwh|gwh|mw|r d|q a|urban lab"
    r"|infopoint|website|internet|"
    r"sustainable development goals|deputy mayor|vice mayor|city council|city hall|virtual power plant"
    r"|open data|big data|smart grid|smart home|project manager|project leader|press release|city lab"
    r"|city of tomorrow|info point|smart street|low energy|steering committee|general assembly|work"
    r" packages?|climate change|asia|european green deal|green deal|paris agreement|christmas|kw|mw|kwp|mwh|lora"
    r"|lorawan|nb iot|wifi|wi fi|gis|bim|apis?)"
    r"(?: (?:projects?|programme|solutions?|initiatives?|city|cities|districts?|partners?|team))?)"
)


# -- weights


@cache
def weights() -> Mapping[str, Mapping[str, float]]:
    """Return the weights of each kind's features (ingest/models/names.json); "" is the bias."""
    path = files("ingest").joinpath("models", "names.json")
    loaded: Mapping[str, Mapping[str, float]] = json.loads(path.read_text("utf-8"))["weights"] if path.is_file() else {}
    return loaded


def expected(kind: str, found: Mapping[str, float]) -> float:
    """Return how much more likely than not (as log odds, between -6 and 6) the prior holds this kind."""
    prior = PRIOR[kind]
    total = prior[""] + sum([prior[name] * value for name, value in found.items() if name in prior])
    return max(-6.0, min(6.0, total))


def chance(kind: str, found: Mapping[str, float], table: Table | None = None) -> float:
    """Return the probability that a candidate with these features is of the kind: prior and learned weights in equal parts.

    In equal parts, because weights learned on one site did worse on another one alone than together with the prior.
    """
    total = found[f"expected {kind}"] if f"expected {kind}" in found else expected(kind, found)
    weight = (weights() if table is None else table).get(kind)
    if weight:
        total = (total + weight.get("", 0.0) + sum([weight[name] * value for name, value in found.items() if name in weight])) / 2
    return chance_of(total)


# -- what is accepted

# Chosen by cross-validation with the shares of ingest/second_look.py: that of projects on pages of st2, st3 and un2, the others
# on all real pages.
THRESHOLDS: Final[Mapping[str, float]] = {"project": 0.35, "organisation": 0.3, "person": 0.3}


@dataclass(frozen=True, slots=True)
class Name:
    """An accepted name with the spans that are its own."""

    kind: str
    text: str
    key: str
    spans: tuple[tuple[int, int], ...]
    chance: float
    why: str


def accepted(context: Context) -> list[Name]:
    """Return the names of a document, likeliest first; a span belongs to one name, the likelier or longer one."""
    made: dict[str, Any] = context._made
    if "accepted" not in made:
        made["accepted"] = choose(names(context))
    return list(made["accepted"])


def choose(found: list[Candidate]) -> list[Name]:
    """Return the names among candidates whose chances are known, likeliest first."""
    ranked = []
    for candidate in found:
        kind = max(KINDS, key=lambda one: candidate.chances[one] / THRESHOLDS[one])
        if candidate.features.get("is place", 0.0) > 0.55:  # a town is no person, and seldom anything else
            continue
        if candidate.chances[kind] >= THRESHOLDS[kind]:
            ranked.append((candidate.chances[kind] / THRESHOLDS[kind], len(candidate.text), kind, candidate))
    ranked.sort(key=lambda entry: (-entry[0], -entry[1], entry[3].key))
    taken: list[tuple[int, int]] = []
    kept = []
    for _, _, kind, candidate in ranked:
        free = tuple(
            (m.start, m.end) for m in candidate.mentions if not any(start < m.end and m.start < end for start, end in taken)
        )
        if free:
            taken += free
            kept.append(Name(kind, candidate.text, candidate.key, free, candidate.chances[kind], _why(kind, candidate)))
    return kept


def _why(kind: str, candidate: Candidate) -> str:
    """Name the three features that spoke most for the kind, before them the help that a name had."""
    weight = weights().get(kind, {})
    spoke = sorted(
        ((weight.get(name, 0.0) + PRIOR[kind].get(name, 0.0)) * value, name)
        for name, value in candidate.features.items()
        if value and not name.startswith("expected")
    )
    helped = ["a project elsewhere"] if kind == "project" and candidate.helped else []
    return ", ".join(helped + [name for points, name in spoke[-3:][::-1] if points > 0]) or "taken together"
