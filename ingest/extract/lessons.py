"""Lessons: whole sentences another town could learn from, as barrier, enabler, recommendation or finding.

A classifier over each sentence: its vector, cues in seven languages, where it stands and under what heading. Praise,
announcements and goals are no lessons, so what announces counts against.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Final

from graph.model import digest
from ingest.claim import Claim, Mention
from ingest.classify import classifier, matrix
from ingest.context import Context, Sentence
from ingest.cues import NAMES, modality
from ingest.extract import Extractor

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAME: Final = "lessons"
KIND: Final = "lesson_kinds"
DIMENSION: Final = 384
UNKNOWN: Final = float("nan")

_WORDS: Final[dict[str, str]] = {
    "barrier": r"challeng\w*|barriers?|obstacles?|difficult\w*|lack(?:s|ed|ing)?|problem\w*|hinder\w*|hamper\w*|prevent\w*|delay\w*|bureaucra\w*|resist\w*"
    r"|reluctan\w*|unable|cannot|can['’]t|expensive|costly|limited|shortage\w*|missing|insufficient|inadequate|fail\w*|hard to|complicated|complex\w*|slow\w*"
    r"|not enough|scarce|fear\w*|mistrust|conflict\w*|struggl\w*|suffer\w*|bottleneck\w*|constrain\w*|too (?:few|little|small|late|high|much|many)|weak\w*"
    r"|hinder\w*|schwierig\w*|Hindernis\w*|Problem\w*|fehl(?:t|en|te\w*)|mangel\w*|teuer|zu (?:klein|wenig|spät|hoch|teuer)|verzöger\w*|knapp\w*|dauert\w*"
    r"|frein\w*|obstacle\w*|difficil\w*|difficult\w*|manqu\w*|retard\w*|coûteu\w*|trop (?:peu|petit|cher)\w*|peine\w*|butent|lourd\w*"
    r"|dificult\w*|obstácul\w*|barrera\w*|falt(?:a|an|ó|ab\w+)|problema\w*|retras\w*|car[oa]s?|escas\w*|poc[oa]s?|freno\w*|cuesta\w*"
    r"|difficolt\w*|ostacol\w*|manc(?:a|ano|ava\w*|anza)|ritard\w*|costos\w*|troppo|scars\w*|lent\w*|fren\w+"
    r"|trudn\w*|barier\w*|brak\w*|problem\w*|opóźni\w*|drog\w*|przeszk\w*|dificuldade\w*|barreira\w*|falta\w*|atras\w*|escass\w*",
    "enabler": r"help(?:s|ed|ful|ing)?|thanks to|key (?:to|factor|element)|success\w*|enabl\w*|ma[dk]es? it (?:possible|easier)|facilitat\w*|crucial|essential|vital|decisive"
    r"|because of|owing to|due to|trust\w*|advantage\w*|benefi\w*|encourag\w*|motivat\w*|foster\w*|empower\w*|easier|cheaper|depends? on|driver|paid off|worked well"
    r"|half\w*|geholfen|hilfreich\w*|dank|Erfolg\w*|ermöglich\w*|erleichter\w*|entscheidend\w*|Vertrauen|bewährt\w*"
    r"|grâce|aid[éer]\w*|a servi|facilit\w*|réussi\w*|permis|permet\w*|confiance|décisi\w*|gracias|ayud\w*|éxito|permit\w*|clave|confianza"
    r"|grazie|aiuta\w*|success\w*|permess\w*|consent\w*|fiducia|funziona\w*|dzięki|pomog\w*|pomag\w*|sukces\w*|umożliwi\w*|zaufani\w*|graças|ajud\w*|sucesso|confiança",
    "recommendation": r"should|must|needs? to|ought|recommend\w*|advi[sc]e\w*|important|necessary|ensur\w*|consider\w*|avoid\w*|do not|don['’]t|make sure|instead|require[sd]?|has to|have to"
    r"|better to|best|stress\w*|urg(?:ed|es|ent)|call(?:s|ed)? for|it is worth|worth|only if|as long as|never|always|suggest\w*|propos\w*|crucial to|key is|start with|begin with"
    r"|soll\w*|muss|müss\w*|empfiehl\w*|empfohlen|Empfehlung\w*|wichtig\w*|nötig|notwendig\w*|brauch\w*|Rat\b|rät|ratsam|statt|besser|nicht erst|gilt es"
    r"|il faut|doi(?:t|vent)|faudrait|recommand\w*|conseil\w*|import\w*|nécess\w*|mieux|éviter|plutôt|devrai\w*|convient"
    r"|debe\w*|hay que|conviene|recom\w*|consej\w*|importante\w*|necesari\w*|mejor|evitar|hace falta|deber\w*"
    r"|bisogna|occorre|dev(?:e|ono)|dovrebb\w*|raccomand\w*|consigli\w*|important\w*|necessari\w*|meglio|evitare|serv(?:e|ono)|conviene|purché"
    r"|trzeba|należy|powinn\w*|zaleca\w*|ważn\w*|potrzeb\w*|warto|lepiej|unika\w*|deve\w*|é preciso|recomend\w*|convém|melhor",
    "finding": r"show(?:s|ed|n|ing)?|found|finds?|reveal\w*|learn(?:ed|t|ing|s)?|lessons?|results?|prove[dns]?|turned out|demonstrat\w*|evidence|experience\w*|led to|leads? to|increas\w*"
    r"|reduc\w*|improv\w*|as a result|therefore|impact\w*|effect\w*|realis\w*|realiz\w*|insight\w*|observ\w*|conclu\w*|outcome\w*|saves?|saved|tend to|often|usually|mostly|compared|means that"
    r"|zeig\w*|ergab\w*|Ergebnis\w*|gelernt|Erfahrung\w*|erwies\w*|stellte sich|Erkenntnis\w*|führ(?:t|te|en)|meist\w*|oft"
    r"|montr\w*|révél\w*|résultat\w*|appris|expérience\w*|constat\w*|avère\w*|souvent|enseign\w*|leçon\w*"
    r"|mostr\w*|demostr\w*|demuestr\w*|resultado\w*|aprendi\w*|aprend\w*|experiencia\w*|lección\w*|lecciones|a menudo"
    r"|mostra\w*|dimostra\w*|risulta\w*|impara\w*|esperienz\w*|lezion\w*|spesso|rivel\w*"
    r"|pokaza\w*|okaza\w*|wynik\w*|doświadczen\w*|nauczy\w*|lekcj\w*|często|mostrou|resultado\w*|experiência\w*|lições|lição|aprend\w*",
    "announcement": r"will (?:take place|be held|host|present|attend)|regist(?:er|ration)|click here|download\w*|took place|was held|awards?|pleased|welcome\w*|join us|invit\w*|conference"
    r"|agenda|for more information|more info\w*|visit|website|read more|photo\w*|copyright|contact\w*|e-?mail|deadline|apply|application|news\w*|stay tuned|video|find out|follow us|see also|link"
    r"|findet statt|Anmeldung|weitere Informationen|inscription\w*|aura lieu|plus d['’]informations|inscripci\w*|tendrá lugar|más información|iscrizion\w*|si terrà|ulteriori informazioni",
    "goal": r"aims?(?: to| at|ed)?|objectives?|goals?|targets?|ambition\w*|vision|mission|seek(?:s|ing)? to|strive\w*|intend\w*|plans? to|in order to|will be|Ziel\w*|objecti[fv]\w*|objetivo\w*|obiettiv\w*|cel\b",
    "praise": r"pioneer\w*|leading|innovative|best practice|proud|excellent|outstanding|unique|exciting|world[- ]class|state[- ]of[- ]the[- ]art|inspir\w*|renowned|great|impressive",
    "contrast": r"but|however|although|though|despite|yet|while|unless|otherwise|rather than|even|only|aber|jedoch|obwohl|trotz|mais|cependant|malgré|pero|aunque|sin embargo|ma|però|nonostante|ale|jednak|mas|porém",
    "first person": r"we|our|us|I|my|wir|uns\w*|nous|notre|nos|nosotros|nuestr\w*|noi|nostr\w*",
    "capital": r"people|residents?|citizens?|communit\w*|cities|towns?|municipalit\w*|local|tenants?|users?|partners?|government\w*|funding|money|time|data",
    "report verb": r"said|says|explained|stressed|noted|warned|added|pointed out|emphasi[sz]ed|argued|according to|erklärte|sagte|warnte|expliqu\w*|selon|explicó|según|advert\w*|avert\w*|secondo|osserva\w*",
}
_HEADINGS: Final[dict[str, str]] = {
    "heading of lessons": r"lesson|learn|insight|finding|recommend|advice|conclusion|what worked|success factor|takeaway|Lehren|gelernt|enseign|leçon|aprend|leccion|lezion|consigl|conseil|Rat\b|did not work|hinder",
    "heading of problems": r"challenge|problem|barrier|obstacle|issue|need|difficult|Hindernis|Problem|frein|obstác|ostacol|why",
    "heading of facts": r"contact|name|image|title|date|type|category|tag|source|link|about us|photo|event|agenda|partner|stage|sector|email",
    "heading of the solution": r"solution|description|how does|what is|brief|project|feasib|viab|impact|benefit|note",
}


@cache
def _cues() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)) for name, words in _WORDS.items())


@cache
def _heading_cues() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(words, re.IGNORECASE)) for name, words in _HEADINGS.items())


FEATURES: Final = (
    *_WORDS,
    *_HEADINGS,
    "length",
    "very short",
    "very long",
    "place in the text",
    "a list item",
    "a question",
    "a quotation",
    "a number",
    "a year",
    "a web address",
    "a name cut out",
    "denied or doubted",
    "starts with a verb or a condition",
    "ends like a sentence",
    "English",
    *(f"v{at}" for at in range(DIMENSION)),
)
_OPENING: Final = re.compile(
    r"(?:[A-Z][\w-]+: )?(?:Do|Don['’]t|Make|Keep|Start|Stop|Write|Bring|Use|Ask|Plan|Give|Take|Avoid|Build|Include|Involve|Consider|Ensure|Focus|Invest|If|When|Without|To)\b"
)


def features(context: Context, sentence: Sentence) -> list[float]:
    """Return the features of one sentence but its vector."""
    text = context.masked(sentence, *NAMES)
    words = len(text.split())
    return [
        *(min(len(pattern.findall(text)), 3.0) for _, pattern in _cues()),
        *(float(bool(pattern.search(sentence.heading))) for _, pattern in _heading_cues()),
        math.log1p(words),
        float(words < 7),
        float(words > 45),
        sentence.start / max(len(context.text), 1),
        float(sentence.is_item),
        float("?" in text),
        float(bool(re.search(r"[\"“”«»„‘’]\w.*[\"“”«»’]", text))),
        float(bool(re.search(r"\d", text))),
        float(bool(re.search(r"\b(?:19|20)\d\d\b", text))),
        float("http" in text or "](" in text or "www." in text),
        float("_" in text),
        float(modality(text) != "stated"),
        float(bool(_OPENING.match(text))),
        float(text.rstrip('"”’»)')[-1:] in ".!;"),
        float(context.language in {"en", "und", ""}),
    ]


def candidates(context: Context) -> list[Sentence]:
    """Return the sentences that can be lessons: no headings, at least four words with letters."""
    return [
        sentence
        for sentence in context.sentences
        if not sentence.is_heading and len(re.findall(r"[^\W\d_]{2,}", sentence.text)) >= 4 and "http" not in sentence.text[:12]
    ]


def rows(context: Context, sentences: Sequence[Sentence]) -> list[list[float]]:
    """Return the full feature rows of sentences; vectors of other languages than English say nothing and stay unknown."""
    vectors = _vectors(context)
    return [
        [*features(context, sentence), *([UNKNOWN] * DIMENSION if vectors is None else vectors[sentence.index].tolist())]
        for sentence in sentences
    ]


def _vectors(context: Context) -> NDArray[np.float32] | None:
    vectors = context.vectors() if context.language in {"en", "und", ""} and context.sentences else None
    return None if vectors is None or vectors.shape[1] != DIMENSION else vectors


def run(context: Context) -> Iterator[Claim]:
    """Yield for each lesson its words, its kind, and the solutions, places and projects of its sentence as what it is about."""
    sentences = candidates(context)
    if not sentences:
        return
    model, kinds = classifier(NAME), classifier(KIND)
    full = matrix(rows(context, sentences), len(FEATURES))
    scores = model.yes(full)
    for sentence, row, score, (kind, _) in zip(sentences, full, scores, kinds.best(full), strict=True):
        if score >= model.threshold:
            yield from _lesson(context, sentence, kind, float(score), model.reasons(row))


def _lesson(context: Context, sentence: Sentence, kind: str, score: float, why: str) -> Iterator[Claim]:
    lesson = Mention(kind="lesson", name=sentence.text[:120], external="", parts=(context.document.id, digest(sentence.text)))
    span = (sentence.start, sentence.end)
    said = modality(sentence.text)
    yield context.claim(lesson, "words", sentence.text, *span, extractor=NAME, confidence=score, why=why, modality=said)
    yield context.claim(lesson, "lesson_kind", kind, *span, extractor=NAME, confidence=score, why=why)
    told = set()
    for found in context.within(sentence, "solution", "place", "project", "programme"):
        if found.mention not in told and len(told) < 6:
            told.add(found.mention)
            yield context.claim(
                lesson, "about", found.mention, *span, extractor=NAME, confidence=score * found.confidence, why="in one sentence"
            )


EXTRACTOR: Final = Extractor(name=NAME, version="1", run=run, after=("solutions", "places", "projects"))
