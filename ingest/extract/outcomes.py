"""Outcomes: numbers about the effect or the size of what a town did, with unit, sign, baseline and how they are known.

Numbers are found by patterns of our own in the number formats of seven languages; a small classifier tells a result from the
many numbers that are none (years, dates, grant numbers, addresses, phone numbers, populations, agenda times).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from graph.model import Progress, digest
from ingest.claim import Claim, Mention
from ingest.classify import classifier, matrix
from ingest.context import Context, Sentence
from ingest.cues import NAMES, progress_cues
from ingest.extract import Extractor
from ingest.near import nearest

NAME: Final = "outcomes"
BASIS: Final = "outcome_basis"

_MULTIPLIERS: Final[dict[str, float]] = {
    "thousand": 1e3, "tausend": 1e3, "tsd": 1e3, "mille": 1e3, "mil": 1e3, "mila": 1e3, "tysięcy": 1e3, "k": 1e3,
    "million": 1e6, "millions": 1e6, "m": 1e6, "mn": 1e6, "mio": 1e6, "millionen": 1e6, "millón": 1e6, "millones": 1e6,
    "milione": 1e6,
    "milioni": 1e6, "mln": 1e6, "milionów": 1e6, "miliony": 1e6, "milhão": 1e6, "milhões": 1e6, "mill": 1e6,
    "billion": 1e9, "billions": 1e9, "bn": 1e9, "milliarde": 1e9, "milliarden": 1e9, "mrd": 1e9, "milliard": 1e9,
    "milliards": 1e9,
    "miliardi": 1e9, "miliardo": 1e9, "miliardów": 1e9,
}  # fmt: skip
_NUMBER_WORDS: Final[dict[str, float]] = {
    word: value
    for words, value in (
        ("two zwei deux dos due dwa dwie dois duas", 2), ("three drei trois tres tre trzy três", 3),
        ("four vier quatre cuatro quattro cztery quatro", 4), ("five fünf cinq cinco cinque pięć", 5),
        ("six sechs seis sei sześć", 6),
        ("seven sieben sept siete sette siedem sete", 7), ("eight acht huit ocho otto osiem oito", 8),
        ("nine neun neuf nueve nove dziewięć", 9), ("ten zehn dix diez dieci dziesięć dez", 10),
        ("eleven elf onze once undici", 11),
        ("twelve zwölf douze doce dodici dwanaście doze dozen", 12), ("fifteen fünfzehn quinze quince quindici", 15),
        ("twenty zwanzig vingt veinte venti", 20), ("thirty dreißig trente treinta trenta", 30),
        ("fifty fünfzig cinquante cincuenta cinquanta", 50),
    )
    for word in words.split()
}  # fmt: skip
_CURRENCIES: Final[dict[str, str]] = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "gbp": "GBP", "pounds": "GBP", "$": "USD", "us$": "USD",
    "usd": "USD", "dollars": "USD", "dollar": "USD", "chf": "CHF", "fcfa": "FCFA", "cfa": "CFA", "cad": "CAD", "sek": "SEK",
    "dkk": "DKK",
    "nok": "NOK", "pln": "PLN", "zł": "PLN", "czk": "CZK", "inr": "INR", "₹": "INR", "rs": "INR", "zmk": "ZMK", "kes": "KES",
    "ngn": "NGN",
    "php": "PHP", "bdt": "BDT", "tk": "BDT", "rwf": "RWF", "ugx": "UGX", "zar": "ZAR", "brl": "BRL", "mxn": "MXN",
    "¥": "JPY", "aed": "AED",
}  # fmt: skip
_UNITS: Final[dict[str, str]] = {
    "%": "%", "percent": "%", "per cent": "%", "prozent": "%", "pour cent": "%", "por ciento": "%", "per cento": "%",
    "procent": "%",
    "por cento": "%", "m2": "m2", "m²": "m2", "sqm": "m2", "sq m": "m2", "square metres": "m2", "square meters": "m2",
    "quadratmeter": "m2",
    "mètres carrés": "m2", "metros cuadrados": "m2", "metri quadrati": "m2", "mq": "m2", "metrów kwadratowych": "m2",
    "metros quadrados": "m2",
    "m3": "m3", "m³": "m3", "cubic metres": "m3", "cubic meters": "m3", "km": "km", "kilometres": "km", "kilometers": "km",
    "km2": "km2",
    "km²": "km2", "square kilometres": "km2", "ha": "ha", "hectares": "ha", "hectare": "ha", "hektar": "ha",
    "hectáreas": "ha", "ettari": "ha",
    "t": "t", "tonnes": "t", "tons": "t", "ton": "t", "tonne": "t", "tonnen": "t", "toneladas": "t", "tonnellate": "t",
    "ton of": "t",
    "kg": "kg", "kilograms": "kg", "kilos": "kg", "kwh": "kWh", "mwh": "MWh", "gwh": "GWh", "twh": "TWh", "kw": "kW",
    "mw": "MW", "gw": "GW",
    "kwp": "kWp", "mwp": "MWp", "litres": "litres", "liters": "litres", "litre": "litres", "liter": "litres",
    "litros": "litres", "litri": "litres",
    "kwh/m2": "kWh/m2", "kwh/m²": "kWh/m2", "degrees": "degrees", "°c": "°C", "db": "dB",
}  # fmt: skip
_TIME: Final = re.compile(
    r"(?:second|minute|hour|day|week|month|year|decade|centur|Sekunde|Minute|Stunde|Tag|Woche|Monat|Jahr|minute|heure|jour"
    r"|semaine|mois|an(?:s|née)"
    r"|minuto|hora|día|semana|mes(?:es)?$|año|or[ae]$|giorn|settiman|mes[ei]$|ann[oi]$|godzin|dni|tydzie|miesi|lat|rok|dia|ano)",
    re.IGNORECASE,
)
_MONTH: Final = re.compile(
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|januar|februar|märz|mai|juni|juli|okt|dez|janv|févr|avril|juin|juil"
    r"|août|déc"
    r"|ener|abril|mayo|agosto|dici|genna|magg|giug|lugl|sett|otto|dicem)\w*\.?$",
    re.IGNORECASE,
)
_NUMBER: Final = r"\d{1,3}(?:[.,  ’']\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
_WORD_NUMBER: Final = "|".join(sorted(_NUMBER_WORDS, key=len, reverse=True))
_MULTIPLIER: Final = "|".join(sorted((re.escape(word) for word in _MULTIPLIERS if len(word) > 1), key=len, reverse=True))
_CURRENCY: Final = "|".join(sorted((re.escape(word) for word in _CURRENCIES), key=len, reverse=True))
_UNIT: Final = "|".join(sorted((re.escape(word) for word in _UNITS), key=len, reverse=True))
_FIGURE: Final = re.compile(
    rf"(?:(?P<before>(?<![^\W\d_])(?:{_CURRENCY})) ?|(?<![\w.,/:#+-]))(?P<sign>[-–−+])?(?:(?P<low>{_NUMBER}) ?(?:[-–]|to|bis"
    rf"|à|a) ?(?=\d))?"
    rf"(?:(?P<number>{_NUMBER})|(?P<word>(?<!\w)(?:{_WORD_NUMBER})(?!\w)))"
    rf"(?:[  -]?(?P<times>(?:{_MULTIPLIER})\b\.?|(?<=\d)[kmM](?![\w²³])))?"
    rf"(?:[  -]?(?P<after>(?:{_CURRENCY})(?!\w))|[  -]?(?P<unit>(?:{_UNIT})(?![\w²])))?",
    re.IGNORECASE,
)
_FALL: Final = re.compile(
    r"\b(?:reduc\w*|sav(?:e[sd]?|ing|ings)|cut(?:s|ting)?|less|fewer|decreas\w*|drop\w*|lower\w*|fell|falls?|down|declin\w*"
    r"|minus|shrink\w*|shrank|avoid\w*|smaller"
    r"|senk\w*|gesenkt|reduzier\w*|weniger|gesunken|spar\w*|einspar\w*|eingespart|Rückgang|minder\w*"
    r"|rédui\w*|réduction|baiss\w*|moins|économis\w*|diminu\w*|menos|ahorr\w*|disminu\w*|rebaj\w*|baj(?:ó|a|ar)"
    r"|ridu\w*|risparmi\w*|meno|calo|diminu\w*|zmniejsz\w*|mniej|spad\w*|oszczędn\w*|reduz\w*|poup\w*)\b",
    re.IGNORECASE,
)
_SAVED: Final = re.compile(
    r"energy|emission|co2|co₂|carbon|consumption|heat|electric|cost|bill|traffic|water|waste|time|Energie|Strom|Verbrauch"
    r"|énerg|consom|consum|emisi|emission",
    re.IGNORECASE,
)
_BASELINE: Final = re.compile(
    r"\b(?:compared (?:to|with)|relative to|against|from|than|instead of|gegenüber|im Vergleich (?:zu|mit)|par rapport (?:à"
    r"|aux?)|frente a|respecto a|rispetto a[l\w]*|w porównaniu (?:z|do)|em relação a)\s+(?P<what>[^.;,)]{3,60})",
    re.IGNORECASE,
)
_APPROXIMATE: Final = re.compile(
    r"(?:more than|over|about|around|approximately|up to|at least|nearly|almost|some|total of|circa|ca\.?|rund|über|mehr als"
    r"|etwa|plus de|environ|près de|más de|unos|cerca de|oltre|più di|circa|ponad|około|mais de)\s*[€£$]?$",
    re.IGNORECASE,
)
_EFFECT: Final = re.compile(
    r"\b(?:reduc\w*|sav(?:e[sd]?|ing|ings)|increas\w*|install\w*|refurbish\w*|renovat\w*|connect\w*|built|equip\w*|train\w*"
    r"|reach\w*|serv(?:e[sd]?|ing)|benefit\w*"
    r"|produc\w*|generat\w*|collect\w*|plant\w*|particip\w*|attend\w*|took part|taking part|cost\w*|invest\w*|grants?|price"
    r"|used?|users?|sold|sell|creat\w*|employ\w*|cover\w*|compris\w*|includ\w*|provid\w*"
    r"|install\w*|sanier\w*|errichte\w*|angeschlossen|teilgenommen|spar\w*|rénov\w*|raccord\w*|particip\w*|instal\w*"
    r"|rehabilit\w*|ahorr\w*|ristruttur\w*|installat\w*|collegat\w*)\b",
    re.IGNORECASE,
)
_CONTEXT: Final = re.compile(
    r"\b(?:population|inhabitants|world|worldwide|global(?:ly)?|century|Einwohner\w*|habitants|habitantes|abitanti"
    r"|mieszkańc\w*|per capita|of all|cities consume|experts?|countries|finalists?|submitted"
    r"|edition|jury|conference|event|nomin\w+|speakers|national)\b",
    re.IGNORECASE,
)
_WEAK_NOUNS: Final = re.compile(
    r"^(?:countr\w+|nations?|continents?|times?|things?|reasons?|steps?|stages?|phases?|parts?|points?|types?|kinds?|ways?"
    r"|categor\w+|topics?|themes?|sessions?|questions?|pages?|members?|experts?|speakers?"
    r"|cities|towns|projects?|partners?|lighthouse|fellow|others?|sides?|levels?|groups?|challenges?|options?|aspects?"
    r"|pillars?|objectives?|goals?|main|key|different|various|hours?|languages?|Phasen?|Städte\w*|villes?|ciudades|città"
    r"|miast\w*|Länder\w*|pays|países|paesi)$",
    re.IGNORECASE,
)
_ENDS: Final = re.compile(  # what ends the words that a number counts
    r"[^\w\s]|\w*_\w*|of|in|on|at|to|for|from|by|with|and|or|who|whose|which|that|was|were|are|is|has|have|had|will|would|can|could"
    r"|may|might|must|be|been|being|per|as|than|about|over|while|when|where|since|during|after|before|between|among|across|including"
    r"|such|through|throughout|into|under|via|each|an?|the|their|its|our|this|these|those|only|also|now|alone|ago|long|away|\w+ing",
    re.IGNORECASE,
)
_PEOPLE_MERELY: Final = (
    *("participants", "participant", "attendees", "persons", "person", "individuals", "citizens", "respondents", "responders"),
    *("interviewees", "volunteers", "men", "women", "males", "females", "girls", "boys", "youths", "adults", "beneficiaries"),
)
# Nouns that say no more than a wider word.
_PLAIN: Final = {
    **dict.fromkeys(_PEOPLE_MERELY, "people"),
    **dict.fromkeys(("truck", "trucks"), "vehicles"),
}
_RATE: Final = re.compile(
    r"\s*(?:of [\w ]{2,20}? )?(?:per|/|a|an|each|every)\s?(?P<per>year|month|day|week|hour|kg|t|ton|litre|m2)\b", re.IGNORECASE
)
_DOLLARS: Final = {"CA": "CAD", "AU": "AUD", "NZ": "NZD", "SG": "SGD"}
_SKIP: Final = frozenset(
    [
        "new",
        "more",
        "different",
        "other",
        "additional",
        "further",
        "of",
        "the",
        "electric",
        "electrically",
        "existing",
        "so",
        "such",
        "large",
        "small",
        "old",
        "young",
        "local",
        "about",
        "own",
        "single-family",
        "neue",
        "neuen",
        "neuer",
        "weitere",
        "weiteren",
        "nouveaux",
        "nouvelles",
        "autres",
        "nuevos",
        "nuevas",
        "otros",
        "otras",
        "nuovi",
        "nuove",
        "altri",
        "altre",
        "and",
        "or",
        "fully",
        "de",
        "di",
        "der",
        "die",
        "das",
        "social",
        "public",
        "average",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number with its unit in the cleaned text; `kind` is percent, money, measure, time or things."""

    start: int
    end: int
    value: float
    unit: str
    kind: str
    spelled: bool


# -- finding figures


def figures(context: Context, sentence: Sentence) -> list[Figure]:
    """Return the numbers with a unit or a noun in a sentence, but dates, years, times, ordinals, references and names."""
    text = _without_addresses(context.masked(sentence, *NAMES))
    found = []
    for match in _FIGURE.finditer(text):
        figure = _figure(context, sentence, text, match)
        if figure is not None:
            found.append(figure)
            if match["low"] and figure.kind != "things":
                found.append(replace(figure, value=_value(match["low"])))
    return sorted(set(found), key=lambda one: (one.start, one.end, one.value))


def _without_addresses(text: str) -> str:
    """Blank out web and mail addresses, image names and phone numbers, offsets unchanged."""
    pattern = r"\]\([^)]*\)|https?://\S+|www\.\S+|\S+@\S+|\S+\.(?:jpg|png|pdf)|\+\d[\d ()/-]{6,}|\b\d{3,}[- ]\d{5,}\b|\{[^}]*\}"
    return re.sub(pattern, lambda match: " " * len(match.group()), text)


def _value(number: str) -> float:
    """Read a number in English or continental format: 1,400 and 1.400 and 1 400 are the same, so are 3.5 and 3,5."""
    plain = re.sub(r"[  ’']", "", number)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain):
        return float(plain.replace(",", ""))
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", plain):
        return float(plain.replace(".", "").replace(",", "."))
    return float(plain.replace(",", "."))


def _figure(context: Context, sentence: Sentence, text: str, match: re.Match[str]) -> Figure | None:
    value = _NUMBER_WORDS[match["word"].lower()] if match["word"] else _value(match["number"])
    after = text[match.end() :]
    if re.match(r"[\w°:/]|(?:st|nd|rd|th)\b|\.\d|[.)]\s*$|-(?:\d|year|month|day|hour|minute)", after) and not (
        match["unit"] or match["after"]
    ):
        return None
    times = (match["times"] or "").strip(" .-").lower()
    value *= _MULTIPLIERS.get(times, 1.0)
    end = match.end()
    if match["unit"]:
        unit = _UNITS[match["unit"].lower()]
        kind = "percent" if unit == "%" else "measure"
    elif match["before"] or match["after"]:
        unit, kind = _CURRENCIES[(match["before"] or match["after"]).lower()], "money"
        if "$" in (match["before"] or match["after"]):
            unit = _DOLLARS.get(_country(context), unit)
    else:
        noun = _noun(context, sentence, text, match)
        if noun is None:
            return None
        unit, end = noun
        kind = "time" if _TIME.match(unit) else "things"
        if _MONTH.fullmatch(unit) or (
            not times and not match["word"] and 1900 <= value <= 2100 and value == int(value) and len(match["number"]) == 4
        ):
            return None
    rate = _RATE.match(text[end:]) if kind in {"measure", "money"} else None
    if rate:
        unit = f"{unit}/{rate['per']}" if unit == "t" else f"{unit} per {rate['per']}"
    if kind == "things":
        unit = _PLAIN.get(unit.lower(), unit)
    if match["sign"] in {"-", "–", "−"} and kind != "things":
        value = -value
    return Figure(
        start=sentence.start + match.start(),
        end=sentence.start + end,
        value=value,
        unit=unit,
        kind=kind,
        spelled=bool(match["word"]),
    )


def _country(context: Context) -> str:
    """Return the country that most places of the text lie in."""
    counts: dict[str, int] = {}
    for found in context.of("place"):
        counts[found.mention.country] = counts.get(found.mention.country, 0) + 1
    return max(sorted(counts), key=lambda one: counts[one], default="")


def _noun(context: Context, sentence: Sentence, text: str, match: re.Match[str]) -> tuple[str, int] | None:
    """Return the noun a number counts and where it ends: by the parse where there is one, else the next word that can be one."""
    parsed = _parsed_noun(context, sentence, match)
    if parsed is not None:
        return parsed
    words = list(re.finditer(r"[^\W\d_][\w-]*|[^\w\s]", text[match.end() : match.end() + 60]))
    for at, word in enumerate(words[:4]):
        if re.fullmatch(r"[^\w\s]", word.group()) or "_" in word.group():
            return None
        if word.group().lower() not in _SKIP and len(word.group()) > 2:
            counted = _counted(words[at : at + 4]) if context.language in {"en", "und", ""} else word
            return counted.group(), match.end() + counted.end()
    return None


def _counted(words: Sequence[re.Match[str]]) -> re.Match[str]:
    """Return the last plural of the first words, which end at a small word or sign: of "two functional buses were" the buses."""
    best = words[0]
    for word in words:
        if _ENDS.fullmatch(word.group()):
            break
        if word.group()[-1] == "s" and word.group()[-2:] != "ss":
            best = word
    return best


def _parsed_noun(context: Context, sentence: Sentence, match: re.Match[str]) -> tuple[str, int] | None:
    doc: Any = context.doc()
    if doc is None:
        return None
    first = sentence.start + match.start("word" if match["word"] else "number")
    span = doc.char_span(first, first + 1, alignment_mode="expand")
    if span is None or not len(span):
        return None
    head = span[0].head
    for _ in range(3):
        if head.pos_ in {"NOUN", "PROPN"} or head.head is head:
            break
        head = head.head
    if head.pos_ in {"NOUN", "PROPN"} and 0 < head.i - span[0].i < 7:
        before = doc[head.i - 1]
        # "units" or "centres" alone do not say what was counted
        double = before.i > span[0].i and before.dep_ == "compound" and re.match(r"(?:unit|cent(?:re|er))s?$", head.text)
        return f"{before.text} {head.text}" if double else head.text, int(head.idx + len(head.text)) - sentence.start
    return None


# -- telling results from other numbers

FEATURES: Final = (
    "a percentage", "an amount of money", "a measure", "a time", "counted things", "spelled out", "size of the number",
    "one or two",
    "of an effect", "a fall", "approximate", "a general fact", "weak noun", "a solution in the sentence",
    "a place in the sentence",
    "planned", "running", "done", "intended", "in a heading", "list item", "place in the text", "length of the sentence",
    "numbers in the sentence",
    "quoted", "an event", "of people", "of buildings and things built", "per unit of something", "English",
    "heading of facts", "first number",
)  # fmt: skip
_PEOPLE: Final = re.compile(
    r"people|persons?|residents?|citizens?|tenants?|users?|participants?|families|households|farmers|students|pupils|women"
    r"|youth|customers|jobs|employees|Menschen|Personen|Bewohner|personnes|habitants|personas|vecinos|persone|residenti|osób",
    re.IGNORECASE,
)
_BUILT: Final = re.compile(
    r"buildings?|flats|apartments|dwellings|homes|houses|housing|units|stations|points|chargers|vehicles|cars|bikes|bicycles"
    r"|buses|trees|panels|sensors|lamp|schools|meters|stoves|Wohnungen|Gebäude|logements|bâtiments|viviendas|edificios"
    r"|alloggi|edifici|mieszka|budynk",
    re.IGNORECASE,
)


def features(context: Context, sentence: Sentence, figure: Figure, position: int, total: int) -> list[float]:
    """Return the features that tell a result from another number."""
    text = context.masked(sentence, *NAMES)
    at = figure.start - sentence.start
    near = text[max(0, at - 60) : at + 80]
    cues = progress_cues(text)
    return [
        *(float(figure.kind == kind) for kind in ("percent", "money", "measure", "time", "things")),
        float(figure.spelled),
        math.log10(1 + abs(figure.value)),
        float(abs(figure.value) <= 2),
        float(bool(_EFFECT.search(near))),
        float(bool(_FALL.search(near))),
        float(bool(_APPROXIMATE.search(text[:at].rstrip() + " ") or _APPROXIMATE.search(text[:at].rstrip()))),
        float(bool(_CONTEXT.search(near))),
        float(bool(_WEAK_NOUNS.match(figure.unit))),
        float(bool(context.within(sentence, "solution"))),
        float(bool(context.within(sentence, "place"))),
        *(min(float(cues[one]), 2.0) for one in (Progress.PLANNED, Progress.RUNNING, Progress.DONE, Progress.INTENDED)),
        float(sentence.is_heading),
        float(sentence.is_item),
        sentence.start / max(1, len(context.text)),
        math.log1p(len(text.split())),
        math.log1p(total),
        float(bool(re.search(r"[\"“„«]", text[:at]))),
        float(
            bool(
                re.search(
                    r"\b(?:workshop|conference|event|session|exhibition|award|competition|meeting|forum|festival)\b",
                    text,
                    re.IGNORECASE,
                )
            )
        ),
        float(bool(_PEOPLE.search(figure.unit))),
        float(bool(_BUILT.search(figure.unit))),
        float(bool(re.match(r"\s*(?:per|a|an|each|/|pro|par|por|al|each)\b", text[figure.end - sentence.start :]))),
        float(context.language in {"en", "und", ""}),
        float(bool(re.search(r"contact|phone|mobile|name|age\b|date|mail", sentence.heading, re.IGNORECASE))),
        float(position == 0),
    ]


def candidates(context: Context) -> list[tuple[Sentence, Figure, list[float]]]:
    """Return every figure of a document with its sentence and features."""
    found = []
    for sentence in context.sentences:
        here = figures(context, sentence)
        found += [(sentence, figure, features(context, sentence, figure, at, len(here))) for at, figure in enumerate(here)]
    return found


def signed(context: Context, sentence: Sentence, figure: Figure) -> float:
    """Return the value, negative where the sentence says that something fell by it."""
    if figure.value < 0 or figure.kind not in {"percent", "measure"}:
        return figure.value
    text = context.masked(sentence, *NAMES)
    at, end = figure.start - sentence.start, figure.end - sentence.start
    before, after = text[max(0, at - 45) : at], text[end : end + 30]
    cut = max(before.rfind(mark) for mark in (";", ". ", ", and "))
    falls = _FALL.search(before[cut + 1 :]) or _FALL.search(after.split(",")[0])
    if not falls:
        return figure.value
    if figure.kind == "measure" and not _SAVED.search(text[max(0, at - 60) : end + 60]):
        return figure.value
    if re.search(r"\bto\s*$", before):  # "reduced to 20 %" is a level and no fall by 20 %
        return figure.value
    return -figure.value


_SPENT: Final = re.compile(
    r"\b(?:costs?|costing|budgets?|invest(?:s|ed|ing|ment|ments)?|spen(?:t|ds?|ding)|funded|funding|financed|financing|paid"
    r"|price tag|co-?funded|expenditure|Kosten|kostete\w*|kostet\w*|Budget|investier\w*|Investition\w*|ausgegeben|finanziert"
    r"|gefördert"
    r"|coûts?|coût\w*|investi\w*|budget|dépens\w*|financ\w*|coste\w*|cost(?:ó|aron)|presupuesto\w*|invirti\w*|inversi\w*|gast\w+"
    r"|cost[oiaò]\w*|bilancio|spes[aoie]|spend\w+|koszt\w*|budżet\w*|wyda(?:no|ła|ł)|zainwestowa\w*|custo\w*|orçamento|gastou)\b",
    re.IGNORECASE,
)
_EARNED: Final = re.compile(
    r"\b(?:sav(?:e[sd]?|ing|ings)|revenue\w*|income|earn\w*|profit\w*|sales|turnover|bills?|reduc\w*|less|cheaper|instead of"
    r"|gespart|eingespart|Ersparnis\w*|Einnahmen|weniger|économi\w*|recettes|moins|ahorr\w*|ingresos|menos|risparm\w*|ricavi|meno"
    r"|oszczęd\w*|przychod\w*|mniej|poup\w*|receitas)\b",
    re.IGNORECASE,
)
_JOINT: Final = re.compile(r"[;:]|, | (?:and|but|while|und|aber|et|mais|y|pero|e|ma|i|ale|mas) ", re.IGNORECASE)
_HARD: Final = frozenset({"EUR", "USD", "GBP", "CHF"})


def spent(text: str, figure: Figure, at: int) -> bool:
    """Tell whether a sum is what something cost as a whole: that is a requirement, and no effect of it.

    The price of one thing ("20 euros each") may be a result, and so may what was saved or earned.
    """
    if figure.kind != "money" or " per " in figure.unit or (figure.unit in _HARD and figure.value < 5_000):
        return False
    before, after = text[max(0, at - 70) : at], text[at : at + 90]
    clause = _JOINT.split(before)[-1] + _JOINT.split(after)[0]  # "cost 2 million and saves energy" says two things
    return bool(_SPENT.search(before + after)) and not _EARNED.search(clause)


def basis_of(sentence_row: list[float]) -> list[float]:
    """Return the features that tell measured, expected and target apart: the same row."""
    return sentence_row


def run(context: Context) -> Iterator[Claim]:
    """Yield for each outcome amount, unit, measure, basis, baseline, and what and where it is about; what it cost is required."""
    found = candidates(context)
    if not found:
        return
    model, bases = classifier(NAME), classifier(BASIS)
    rows = matrix([row for _, _, row in found], len(FEATURES))
    scores = model.yes(rows)
    paid: set[int] = set()
    for (sentence, figure, _), row, score, (basis, _) in zip(found, rows, scores, bases.best(rows), strict=True):
        if score < model.threshold:
            continue
        if spent(context.masked(sentence, *NAMES), figure, figure.start - sentence.start):
            yield from _paid(context, sentence, figure, float(score), again=sentence.index in paid)
            paid.add(sentence.index)
        else:
            yield from _outcome(context, sentence, figure, basis, float(score), model.reasons(row))


def _paid(context: Context, sentence: Sentence, figure: Figure, score: float, *, again: bool) -> Iterator[Claim]:
    """Yield what a thing cost as a requirement: the one of its sentence (ingest/extract/requirements.py), or one beside it."""
    value = f"{figure.value:.12g}"
    parts = (context.document.id, digest(sentence.text), "cost", *((f"{value} {figure.unit}",) if again else ()))
    requirement = Mention(kind="requirement", name=sentence.text[:120], parts=parts)
    about = nearest(context, sentence, figure.start, "solution") or nearest(context, sentence, figure.start, "project")
    told: list[tuple[str, Mention | str]] = [
        ("words", sentence.text), ("requirement_kind", "cost"), ("amount", value), ("unit", figure.unit),
        *([("about", about.mention)] if about is not None else []),
    ]  # fmt: skip
    for predicate, what in told:
        yield context.claim(
            requirement, predicate, what, sentence.start, sentence.end, extractor=NAME, confidence=score, why="what it cost"
        )


def _outcome(context: Context, sentence: Sentence, figure: Figure, basis: str, score: float, why: str) -> Iterator[Claim]:
    value = f"{signed(context, sentence, figure):.12g}"
    measure = context.text[figure.end : sentence.end].strip(" .,;:")[:60] or figure.unit
    words = " ".join(context.text[figure.start : figure.end].split())
    parts = (context.document.id, digest(sentence.text), f"{value} {figure.unit}")
    outcome = Mention(kind="outcome", name=f"{words}: {measure}"[:120], surface=words, parts=parts)

    def claim(predicate: str, what: Mention | str, confidence: float = score, reason: str = why) -> Claim:
        return context.claim(
            outcome, predicate, what, sentence.start, sentence.end, extractor=NAME, confidence=confidence, why=reason
        )

    yield claim("amount", value)
    yield claim("unit", figure.unit)
    yield claim("measure", measure_of(context, sentence, figure))
    yield claim("basis", basis)
    baseline = _BASELINE.search(context.text, figure.end, sentence.end)
    if baseline and figure.kind in {"percent", "measure"}:
        yield claim("baseline", baseline["what"].strip())
    about = nearest(context, sentence, figure.start, "solution") or nearest(context, sentence, figure.start, "project")
    if about is not None:
        yield claim("outcome_of", about.mention, score * about.confidence, "nearest in sentence, heading or text")
    place = nearest(context, sentence, figure.start, "place")
    if place is not None:
        yield claim("observed_in", place.mention, score * place.confidence, "nearest in sentence, heading or text")


def measure_of(context: Context, sentence: Sentence, figure: Figure) -> str:
    """Return the words that say what was counted: the noun phrase around the figure."""
    if figure.kind == "things":
        return " ".join(context.text[figure.start : figure.end].split()[1:]) or figure.unit
    before = context.text[sentence.start : figure.start]
    clause = re.split(r"[,;:(]", before)[-1].strip()
    after = re.split(r"[,;:.(]", context.text[figure.end : sentence.end])[0].strip()
    return (after if len(after) > 3 else clause)[:80] or figure.unit


EXTRACTOR: Final = Extractor(
    name=NAME, version="1", run=run, after=("solutions", "places", "projects", "organisations", "people")
)
