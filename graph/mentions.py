"""Finding mentions of places in a text, and telling which place is meant, with a score and the reasons.

A candidate is a run of capitalised words that the gazetteer knows. Each of its places gets points for what speaks for it:
country words nearby, places expected, places mentioned together, people living there; the mention gets points off for what
speaks against any place: a common word, a sentence start, further capitals around it. Under a floor nothing is returned.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Final

from graph.model import normalise_name
from graph.places import ANY_NAME, EUROPE, KNOWN, SHOWN, Level, Named, Place, Places, place_id, table

FLOOR: Final = 0.66  # chosen on training texts, see docs/places.md
LONGEST: Final = 6  # words in a name


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TOKEN = re.compile(r"[^\W\d_]+")
SENTENCE_END = re.compile(r"[.!?:;•*|#>–—\"“„«\n]")
PARTICLES: Final = _words(
    "and und et d l dell dall nell am an auf bei da das de del della delle dello den der des di die do dos du e el en"
    " im in la las le les lez lo los na nad of on op over san sur sous the under unter upon van y zur"
)
LOCATIVES: Final = {
    "en": "in at from near around of to for outside across within between through and",
    "de": "in aus bei nach von um für und der zwischen stadt",
    "fr": "à de en dans pour vers entre et d du au ville",
    "es": "en de a desde para hacia entre y ciudad municipio",
    "it": "a di in da per tra e ad città comune",
    "pl": "w we z ze do od na dla miasto i",
    "pt": "em de no na do da para entre e cidade",
}
TOWN_WORDS: Final = _words(
    "city town municipality village capital port suburb stadt gemeinde stadtgemeinde ville commune ciudad municipio "
    "pueblo città comune cidade município miasto gmina mairie ayuntamiento council mayor bürgermeister maire alcalde "
    "sindaco district borough neighbourhood region province county island"
)
STREETS_AFTER: Final = _words(
    "street st road rd avenue ave square sq lane close drive way crescent terrace gardens court strasse straße str platz "
    "allee gasse weg ring ufer damm chaussee steig straat plein laan gracht gade vej gatan gate katu tie utca ulica út "
    "tér boulevard"
)
STREETS_BEFORE: Final = _words(
    "via viale piazza piazzale corso largo vicolo rue boulevard avenue quai calle plaza avenida paseo carrer rambla rua "
    "praça ulica ul aleja plac strada"
)
NAMES_BEFORE: Final = _words(
    "university universität université universidad università universidade uniwersytet politecnico polytechnic bank "
    "diocese college institute school academy hochschule politechnika museum hospital archdiocese battle treaty "
    "declaration charter convention protocol agreement duke earl bishop government embassy ministry republic"
)
NAMES_AFTER: Final = _words(
    "university college institute airport bank museum hospital school academy arena stadium station fc united gmbh ag "
    "ltd spa inc llc press times post herald declaration agreement protocol treaty convention charter accord hotel "
    "foundation universität hochschule flughafen bahnhof"
)
TITLES: Final = _words("mr mrs ms miss dr prof professor sir lady lord herr frau monsieur madame señor señora signor signora")
BLOCKING_TITLES = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Ing|Arch|Mag)\.?\s|\b(?:Herr|Frau|Monsieur|Madame|Sir)\s)$")
DATES: Final = _words(
    "january february march april may june july august september october november december januar februar märz mai juni juli"
    " oktober dezember monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag"
)
COMPASS: Final = _words("north south east west northern southern eastern western central greater upper lower inner outer new old")
LINKS: Final = _words("of the de di der do da d la del des du")
DISTRICT_BEFORE = re.compile(
    r"\b(?:Stadtteil|Ortsteil|Stadtviertel|Stadtbezirk|[Qq]uartier|barrio|bairro|quartiere|dzielnic\w+|osiedl\w+"
    r"|neighbou?rhood of|quarter of|township of)\s(?:de |du |des |del |di |do |da )?$"
)
REGION_WORDS: Final = _words(
    "district division province region county governorate department voivodeship canton prefecture oblast"
)
AREA_WORDS: Final = _words("region agglomeration metropolitan conurbation")
ARTICLES: Final = _words("the a la le el il der die das new old north south east west central") | _words("park house green")
ADDRESS = re.compile(r"(?i)\bp\.?\s?o\.?\s?box|\btel[.:]|\bphone:|\bfax[.:]|\b00\d{3,}|\+\d{2,3}[ (\d-]{6,}")
POSTAL_CODE = re.compile(r"\b\d{5}\s$")
HIDDEN = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\w+|\b[\w-]+\.(?:com|org|net|eu|gov|pdf|html)\b\S*")
QUALIFIES = re.compile(r",? (?:in|en|au|aux)(?: the| der| den)? |, (?:the )?|\s*\(|\s{2,}")
LIST_GAP = re.compile(
    r"\s*(?:[,;/•·|]|\n\W*|\s(?:and|und|et|y|e|i|or|oder|ou|o|&|\+|–|with|mit)\s)\s*(?:(?:and|und|et|y|e|the)\s)?"
)
FEW_COUNTRIES: Final = 3
SEVERAL: Final = 12  # countries in one row: a list of members, not places that a text is about
CAPITAL_COUNTRIES: Final = frozenset({"UK", "USA", "US", "UAE", "DRC", "NRW", "NYC", "PNG", "PACA", "KSA"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A mention: offsets into the text as given, the place meant, how sure (0 to 1) and why, and the runners-up."""

    start: int
    end: int
    text: str
    place: Place
    score: float
    reason: str
    rivals: tuple[Place, ...] = ()
    inside: bool = False  # part of a longer name, such as that of a university


@dataclass(slots=True)
class Token:
    text: str
    start: int
    end: int
    gap: str  # between the token before and this one
    initial: bool = False
    titled: bool = False  # in a run where every word has a capital: a heading, a name

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def lower(self) -> str:
        return self.text.casefold()


@dataclass(slots=True)
class Candidate:
    first: int
    last: int  # token positions, last included
    folded: str
    options: tuple[Named, ...]
    longer: Place | None = None  # the place that this is a short form of, named elsewhere in the text
    mates: float = 0.0  # points for standing in a list with other places
    doubt: float = 0.0
    doubts: list[str] = field(default_factory=list)
    inside: bool = False
    score: float = 0.0
    reason: str = ""
    chosen: Named | None = None
    rivals: tuple[Place, ...] = ()


@cache
def common_words(language: str) -> frozenset[str]:
    """Return words that are common in ordinary texts of the language and are names of towns too, folded."""
    return frozenset(word for row in table("common_words.tsv") if row["language"] == language for word in row["words"].split())


@cache
def _exonyms() -> frozenset[tuple[str, str]]:
    return frozenset((row["name"], row["country"]) for row in table("exonyms.tsv"))


def is_well_known(place: Place) -> bool:
    """Tell whether readers know the town, so that it needs no large population to be meant.

    Smaller towns of the table are in it for their spellings alone: many are towns of the register.
    """
    return place.population >= 50_000 and (place.name, place.country) in _exonyms()


@cache
def given_names() -> frozenset[str]:
    return frozenset(files("graph").joinpath("data", "given_names.txt").read_text("utf-8").split())


@cache
def adjectives() -> dict[str, str]:
    """Map adjectives and names of peoples, folded, to the country."""
    rows = table("countries.tsv")
    return {normalise_name(word): row["iso2"] for row in rows for word in row["adjectives"].split(";") if word}


@cache
def neighbours() -> dict[str, frozenset[str]]:
    return {row["iso2"]: frozenset(row["neighbours"].split(";")) for row in table("countries.tsv")}


def tokens(text: str) -> list[Token]:
    """Split into words with what stands between them, and mark sentence starts and runs of capitals."""
    found: list[Token] = []
    end = 0
    for match in TOKEN.finditer(text):
        gap = text[end : match.start()]
        token = Token(match.group(), match.start(), match.end(), gap)
        token.initial = not found or (gap != " " and bool(SENTENCE_END.search(gap)))
        found.append(token)
        end = match.end()
    _mark_titles(found)
    return found


def _mark_titles(found: list[Token]) -> None:
    """Mark tokens of runs between sentence borders in which nearly every longer word has a capital."""
    start = 0
    for position in range(1, len(found) + 1):
        if position < len(found) and not found[position].initial:
            continue
        words = [token for token in found[start:position] if len(token.text) > 3]
        if len(words) > 2 and sum(token.capital for token in words) >= 0.8 * len(words):
            for token in found[start:position]:
                token.titled = True
        start = position


def joins(gap: str, *, following: str) -> bool:
    """Tell whether two words with this between them can be one name: a space, a hyphen, an apostrophe, `St. `."""
    return gap in {" ", "-", "'", "’", "\u00a0", "‐", "‑", "/", " & ", " ("} or (
        gap == ". " and following.casefold() in {"st", "s", "ste"}
    )


class Reader:
    """Reads one document's text against the index. `find` is the whole of it."""

    def __init__(self, places: Places, *, language: str, hints: Sequence[Place], country: str, register: bool) -> None:
        self._places = places
        self._hints = {place.id for place in hints}
        self._hint_countries = {place.country for place in hints if place.country}
        self._country = country
        self._register = register
        self._locatives = frozenset(LOCATIVES.get(language, LOCATIVES["en"]).split())
        self._language = language

    def find(self, text: str, *, masked: tuple[tuple[int, int], ...], inside_names: bool) -> list[Found]:
        masked = (*masked, *(match.span() for match in HIDDEN.finditer(text)))
        words = tokens(text)
        candidates = self._candidates(words, masked)
        for candidate in candidates:
            self._doubt(candidate, words, text)
        self._short_forms(candidates)
        self._rows_of_countries(candidates, words)
        spoken = self._countries_spoken(candidates, words)
        anchors: list[Place] = []
        for _ in range(2):  # the second time with what the first one was sure of
            for candidate in candidates:
                self._choose(candidate, words, spoken, anchors)
            anchors = [c.chosen.place for c in candidates if c.chosen and c.score >= FLOOR + 0.1 and not c.inside]
            self._list_mates(candidates, words, text)
        self._qualifiers(candidates, words, text)
        found = [self._found(candidate, words, text) for candidate in candidates if self._accepted(candidate, inside_names)]
        return sorted([*found, *self._unlisted(text, found, masked)], key=lambda mention: mention.start)

    def _accepted(self, candidate: Candidate, inside_names: bool) -> bool:
        return candidate.chosen is not None and candidate.score >= FLOOR and (inside_names or not candidate.inside)

    def _found(self, candidate: Candidate, words: list[Token], text: str) -> Found:
        assert candidate.chosen is not None  # noqa: S101 - accepted candidates have one
        first, last, place = self._compound(candidate, words, candidate.chosen.place)
        start, end = words[first].start, words[last].end
        return Found(
            start=start,
            end=end,
            text=text[start:end],
            place=place,
            score=round(min(candidate.score / 1.6, 1.0), 3),
            reason=candidate.reason,
            rivals=candidate.rivals,
            inside=candidate.inside,
        )

    def _compound(self, candidate: Candidate, words: list[Token], place: Place) -> tuple[int, int, Place]:
        """Return the mention with a word that makes it a part or the surroundings: East Amman, Tangail District, Lyon region."""
        first, last = candidate.first, candidate.last
        before, after = self._beside(candidate, words)
        part = (
            before is not None and before.lower in COMPASS and before.capital and not before.initial and words[first].gap == " "
        )
        region = after is not None and after.gap == " " and after.lower in REGION_WORDS and after.capital
        area = after is not None and after.gap == " " and after.lower in AREA_WORDS and not words[first].titled
        if place.level == "region" or not (part or region or area) or (place.level == "country" and not part):
            return first, last, place
        first, last = first - int(part), last + int(region or area)
        name = " ".join([word.text for word in words[first : candidate.first]] + [place.name])
        name = f"{name} {words[last].text}" if last > candidate.last else name
        level: Level = "district" if part and not (region or area) and place.level != "country" else "region"
        return (
            first,
            last,
            replace(place, id=place_id(name, place.country), name=name, level=level, population=0, parent=place.id),
        )

    # Candidates

    def _candidates(self, words: list[Token], masked: tuple[tuple[int, int], ...]) -> list[Candidate]:
        """Longest known names first from the left, none overlapping, none inside a masked span."""
        hidden = [any(start < word.end and word.start < end for start, end in masked) for word in words]
        found: list[Candidate] = []
        position = 0
        while position < len(words):
            candidate = None if hidden[position] or not words[position].capital else self._longest(words, position, hidden)
            if candidate is None:
                position += 1
            else:
                found.append(candidate)
                position = candidate.last + 1
        return found

    def _longest(self, words: list[Token], first: int, hidden: list[bool]) -> Candidate | None:
        last = first
        ends = [first]
        while last + 1 < len(words) and last - first + 1 < LONGEST and not hidden[last + 1]:
            following = words[last + 1]
            if not joins(following.gap, following=words[last].text):
                break
            if (
                not following.capital
                and following.lower not in PARTICLES
                and not (following.gap in "'’" and following.text != "s")
            ):
                break
            last += 1
            if following.capital:
                ends.append(last)
        found = [candidate for end in reversed(ends) if (candidate := self._candidate(words, first, end))]
        for longer, shorter in itertools.pairwise(found):
            if words[longer.last].lower in TOWN_WORDS and longer.last == shorter.last + 1 and _smaller(longer, shorter):
                return shorter  # Bristol City Council is about Bristol
        return found[0] if found else None

    def _candidate(self, words: list[Token], first: int, last: int) -> Candidate | None:
        run = words[first : last + 1]
        folded = normalise_name(" ".join(word.text for word in run))
        if first == last:
            word = run[0]
            if word.text == "US" and (
                "$" in word.gap or word.titled or (folded == "us" and first and words[first - 1].text.isupper())
            ):
                return None
            if word.text.isupper() and len(word.text) <= 4 and word.text not in CAPITAL_COUNTRIES:
                return None
            if len(word.text) < 2 or (len(word.text) == 2 and word.text not in CAPITAL_COUNTRIES):
                return None
            if folded in adjectives() or folded in DATES or folded in COMPASS:
                return None
        options = self._options(folded)
        if not options and first == last and len(folded) > 5:
            options = self._inflected(folded)
        if first == last and run[0].text.isupper() and len(run[0].text) > 3:
            # Words in capitals are acronyms more often than small towns.
            options = tuple(o for o in options if o.place.level != "city" or (o.rank < ANY_NAME and o.place.population > 50_000))
        if options and last + 1 < len(words) and self._cut(words[last + 1]):
            return None
        return Candidate(first, last, folded, options) if options else None

    def _cut(self, after: Token) -> bool:
        """Tell whether the word goes on: `Peri-urban`, `Stadt-` before a small letter; `Munich-based` is fine."""
        return after.gap == "-" and after.text.islower() and after.lower not in {"based", "wide", "area", "born", "region", "led"}

    def _options(self, folded: str) -> tuple[Named, ...]:
        return tuple(named for named in self._places.lookup(folded) if self._register or not named.place.known)

    def _inflected(self, folded: str) -> tuple[Named, ...]:
        """Try the nominative of a genitive or locative; only the shown or known names of places that people know."""
        for ending, stems in ENDINGS.get(self._language, ()):
            if not folded.endswith(ending):
                continue
            for stem in stems:
                options = self._options(folded[: -len(ending)] + stem)
                kept = tuple(o for o in options if o.place.level != "city" or o.place.population > 30_000)
                if kept:
                    return kept
        return ()

    # Doubts: what speaks against any place at all

    def _doubt(self, candidate: Candidate, words: list[Token], text: str) -> None:
        before, after = self._beside(candidate, words)
        run = words[candidate.first : candidate.last + 1]
        single = len(run) == 1
        self._doubt_words(candidate, run[0], single)
        if (
            after
            and after.lower in STREETS_AFTER
            and after.gap in {" ", "-"}
            and (after.capital or after.lower.startswith("str"))
        ):
            self._against(candidate, 2.0, "street")
        opener = self._opener(candidate, words)
        if opener and opener.lower in STREETS_BEFORE and opener.capital:
            self._against(candidate, 2.0, "street")
        if DISTRICT_BEFORE.search(text[max(0, run[0].start - 30) : run[0].start]):
            districts = tuple(o for o in candidate.options if o.place.level == "district")
            candidate.options = districts or candidate.options
            if not districts:
                self._against(candidate, 2.0, "called a district")
        if single and re.match(r"-?(?:straße|strasse|platz|str\.)", text[run[0].end :]):
            self._against(candidate, 2.0, "street")
        if BLOCKING_TITLES.search(text[max(0, run[0].start - 12) : run[0].start]):
            self._against(candidate, 2.0, "person")
        start = max(text.rfind("\n", 0, run[0].start), run[0].start - 50, 0)
        line = text[start : run[-1].end + 40].strip().split("\n")[0]
        if ADDRESS.search(line) or POSTAL_CODE.search(text[max(0, run[0].start - 7) : run[0].start]):
            self._against(candidate, 0.9, "address")
        self._doubt_person(candidate, run, before, after)
        self._doubt_name(candidate, words, before, after, text)

    def _doubt_words(self, candidate: Candidate, word: Token, single: bool) -> None:
        common = common_words(self._language)
        if not single and all(part in common or part in TOWN_WORDS or part in ARTICLES for part in candidate.folded.split()):
            self._against(candidate, 0.7, "all common words")
        if not single or candidate.folded not in common:
            return
        if candidate.options[0].place.level == "country" and candidate.options[0].rank == SHOWN:
            return  # Turkey, Chile, Mali: the country far more often, once it has a capital
        known = any(is_well_known(o.place) for o in candidate.options if o.rank < ANY_NAME)
        if word.initial or word.titled:
            self._against(candidate, 0.7 if known else 1.0, "common word at a start or in a title")
        else:
            self._against(candidate, 0.4 if known else 0.55, "common word")

    def _doubt_person(self, candidate: Candidate, run: list[Token], before: Token | None, after: Token | None) -> None:
        if len(run) > 1:
            return
        beside_before = before is not None and run[0].gap == " " and before.capital
        if beside_before and before is not None and before.lower in given_names():
            self._against(candidate, 1.2, "after a given name")
        name_follows = (
            after is not None and after.gap == " " and after.capital and len(after.text) > 2 and not after.text.isupper()
        )
        surname = name_follows and after is not None and after.lower not in TOWN_WORDS and after.lower not in NAMES_AFTER
        unknown = after is not None and not self._options(normalise_name(after.text))
        top = candidate.options[0].place
        if run[0].lower in given_names() and top.level == "city" and not is_well_known(top):
            self._against(candidate, 0.3, "a given name")
        if surname and run[0].lower in given_names() and (unknown or not run[0].titled):
            self._against(candidate, 1.0, "a given name before a surname")

    def _doubt_name(self, candidate: Candidate, words: list[Token], before: Token | None, after: Token | None, text: str) -> None:
        first = words[candidate.first]
        opener = self._opener(candidate, words)
        if opener and opener is not before and opener.lower in NAMES_BEFORE:
            candidate.inside = True
        if before and first.gap in {" ", "-"} and before.capital and before.lower in NAMES_BEFORE:
            candidate.inside = True
        if after and after.gap == " " and after.lower in NAMES_AFTER and after.capital:
            candidate.inside = True
        if re.match(r"(?: d['’]| d[eiu] | de la | della | del )[A-ZÀ-Þ]", text[words[candidate.last].end :][:12]):
            self._against(candidate, 0.3, "a longer name follows")
        if before and before.lower in COMPASS and before.capital and not before.initial and first.gap == " ":
            candidate.doubts.append("a part of it is meant")
            return
        if first.titled:
            return
        if before and before.lower in DATES:
            before = None
        lead = before and first.gap == " " and before.capital and not before.initial and before.lower not in TOWN_WORDS
        trail = after and after.gap == " " and after.capital and after.lower not in TOWN_WORDS
        if lead and trail:
            candidate.inside = True
        if lead or trail:
            self._against(candidate, 0.2, "inside a run of capitals")

    def _opener(self, candidate: Candidate, words: list[Token]) -> Token | None:
        """Return the word before, past "of the" and the like: University in "University of Trento"."""
        back = candidate.first - 1
        while back > 0 and words[back].lower in LINKS:
            back -= 1
        return words[back] if back >= 0 else None

    def _against(self, candidate: Candidate, points: float, why: str) -> None:
        candidate.doubt += points
        candidate.doubts.append(why)

    def _beside(self, candidate: Candidate, words: list[Token]) -> tuple[Token | None, Token | None]:
        before = words[candidate.first - 1] if candidate.first else None
        after = words[candidate.last + 1] if candidate.last + 1 < len(words) else None
        return before, after

    def _short_forms(self, candidates: list[Candidate]) -> None:
        """Santiago means Santiago de Compostela in a text that names it."""
        longer = [c for c in candidates if c.last > c.first and c.options[0].rank < ANY_NAME]
        for candidate in candidates:
            starts = candidate.folded + " "
            found = next((c for c in longer if c.folded.startswith(starts)), None)
            if found and candidate.first == candidate.last:
                candidate.longer = found.options[0].place
                if all(option.place.id != candidate.longer.id for option in candidate.options):
                    candidate.options = (*candidate.options, Named(candidate.longer, KNOWN))

    def _rows_of_countries(self, candidates: list[Candidate], words: list[Token]) -> None:
        """Set aside long rows of countries: members of something, not what the text is about."""
        countries = [c for c in candidates if c.options[0].place.level == "country"]
        rows: list[list[Candidate]] = [[]]
        for candidate in countries:
            if rows[-1] and words[candidate.first].start - words[rows[-1][-1].last].end > 40:
                rows.append([])
            rows[-1].append(candidate)
        for row in rows:
            for member in row if len(row) >= SEVERAL else []:
                member.inside = True
                member.doubts.append("one of a long row of countries")

    def _gap(self, first: Candidate, second: Candidate, words: list[Token], text: str) -> str | None:
        gap = text[words[first.last].end : words[second.first].start]
        return gap if len(gap) < 12 and LIST_GAP.fullmatch(gap) else None

    def _list_mates(self, candidates: list[Candidate], words: list[Token], text: str) -> None:
        """Whoever stands in a list beside a sure place is a place too, rather."""
        sure = [c.chosen is not None and c.score - c.mates >= FLOOR for c in candidates]
        for candidate in candidates:
            candidate.mates = 0.0
        for position, (first, second) in enumerate(itertools.pairwise(candidates)):
            if self._gap(first, second, words, text) is None:
                continue
            if sure[position]:
                second.mates = max(second.mates, 0.45)
            if sure[position + 1]:
                first.mates = max(first.mates, 0.45)

    def _qualifiers(self, candidates: list[Candidate], words: list[Token], text: str) -> None:
        """A country that only tells where a town just named lies ("Tartu in Estonia", "Lecce (Italy)") is no place of its own."""
        pairs: list[tuple[Candidate, Place, Place]] = []
        for first, second in itertools.pairwise(candidates):
            town, above = (c.chosen.place if c.chosen and c.score >= FLOOR else None for c in (first, second))
            if (
                town is None
                or above is None
                or town.level not in {"city", "district"}
                or above.level not in {"country", "region"}
            ):
                continue
            gap = text[words[first.last].end : words[second.first].start]
            if town.country == above.country and QUALIFIES.fullmatch(gap):
                pairs.append((second, town, above))
        if len({above.country for _, _, above in pairs}) < FEW_COUNTRIES:
            return  # a text with one or two countries is about these countries
        for second, town, _ in pairs:
            second.inside = True
            second.doubts.append(f"tells where {town.name} is")

    # Which place

    def _countries_spoken(self, candidates: list[Candidate], words: list[Token]) -> list[tuple[int, str]]:
        """Return (offset, country) of country names, regions that are one of a kind, adjectives and codes in brackets."""
        spoken: list[tuple[int, str]] = []
        for candidate in candidates:
            first = words[candidate.first]
            # Georgia may be the country or the state: both are spoken of.
            above = {o.place.country for o in candidate.options if o.place.level in {"country", "region"} and o.rank < ANY_NAME}
            if above and not (first.text in {"US", "UK"} and first.titled):
                spoken.extend((first.start, country) for country in sorted(above - {""}))
        codes = neighbours()
        for position, word in enumerate(words):
            country = adjectives().get(normalise_name(word.text)) if word.capital or self._language != "en" else None
            if country is None and len(word.text) == 2 and word.text.isupper() and word.text in codes:
                closing = words[position + 1].gap if position + 1 < len(words) else ")"
                country = word.text if word.gap.endswith(("(", ", ", "/")) and closing[:1] in {")", ",", ";", "", "\n"} else None
            if country:
                spoken.append((word.start, country))
        return sorted(spoken)

    def _choose(self, candidate: Candidate, words: list[Token], spoken: list[tuple[int, str]], anchors: Sequence[Place]) -> None:
        start, end = words[candidate.first].start, words[candidate.last].end
        context = self._context(candidate, words)
        near = nearby(spoken, start, end)
        shares = Counter(country for _, country in spoken)
        shares.update(place.country for place in anchors if place.name != candidate.options[0].place.name)
        total = sum(shares.values()) or 1
        scored = []
        for named in candidate.options:
            points, why = self._points(named, near, {c: n / total for c, n in shares.items()}, anchors)
            if candidate.longer and candidate.longer.id == named.place.id:
                points, why = points + 0.6, [*why, "named in full elsewhere"]
            scored.append((points + context + candidate.mates, -named.rank, named, why))
        scored.sort(key=lambda item: (-item[0], -item[1], item[2].place.id))
        points, _, candidate.chosen, why = scored[0]
        candidate.score = points - candidate.doubt
        candidate.rivals = tuple(item[2].place for item in scored[1:4] if item[2].place.country != candidate.chosen.place.country)
        candidate.reason = "; ".join([*why, *(f"doubt: {doubt}" for doubt in candidate.doubts)])

    def _context(self, candidate: Candidate, words: list[Token]) -> float:
        before, after = self._beside(candidate, words)
        first = words[candidate.first]
        points = 0.0
        if before and before.text.islower() and before.lower in self._locatives and first.gap in {" ", "'", "’"}:
            points += 0.12
        if (before and before.lower in TOWN_WORDS) or (after and after.lower in TOWN_WORDS and after.gap == " "):
            points += 0.1
        opener = words[candidate.first - 2] if candidate.first >= 2 else None
        if opener and opener.lower in TOWN_WORDS:
            points += 0.15
        if candidate.last > candidate.first:
            points += 0.1
        return points

    def _points(
        self, named: Named, near: dict[str, float], shares: dict[str, float], anchors: Sequence[Place]
    ) -> tuple[float, list[str]]:
        place = named.place
        points, why = weight(place), [f"{place.population:,} people" if place.level == "city" else place.level]
        known = is_well_known(place)
        if known and named.rank < ANY_NAME:
            points = max(points, 0.74) + 0.06
        if named.rank == ANY_NAME:
            points -= 0.12 if place.population > 100_000 else 0.28
        if named.rank != SHOWN and place.level == "country":
            points -= 0.7  # Island, Granada: its name in another language than English
        for value, reason in (
            (near.get(place.country, 0.0) if place.level != "country" else 0.0, f"{place.country} spoken of nearby"),
            (0.3 * shares.get(place.country, 0.0), f"the text is about {place.country}"),
            (1.0 if place.id in self._hints else 0.0, "expected here"),
            (0.15 if place.country in self._hint_countries else 0.0, "country expected here"),
            (0.35 if place.country and place.country == self._country else 0.0, "country of the document"),
            (0.08 if place.country in EUROPE else 0.0, "Europe"),
            (0.06 if place.country in UNION else 0.0, "European programmes"),
            (0.1 if place.country in LANGUAGE_COUNTRIES.get(self._language, ()) else 0.0, "language of the text"),
            (0.15 if close_to(place, anchors) else 0.0, "near other places named"),
        ):
            if value:
                points += value
                why.append(reason)
        if near and place.country not in near and place.level != "country":
            points -= min(0.3, max(near.values()) / 3)
        return points, why

    # Districts and regions that no list has, known by their words

    def _unlisted(self, text: str, found: list[Found], masked: tuple[tuple[int, int], ...]) -> list[Found]:
        taken = [(mention.start, mention.end) for mention in found] + list(masked)
        mentions: list[Found] = []
        for level, pattern in UNLISTED:
            for match in pattern.finditer(text):
                start, end = match.span("name")
                end = min([end, *(s for s, _ in taken if start < s < end)])  # "barrio de X de Valladolid"
                end = start + len(re.sub(r"[\s,-]+(?:(?:de|del|di|van|am|im|in)\s+)?$", "", text[start:end]))
                name = " ".join(text[start:end].split())
                ordinary = {word.casefold() for word in name.split()[:2]} & NOT_NAMES
                if len(name) < 3 or any(s < end and start < e for s, e in taken) or ordinary or name.isupper():
                    continue
                above = self._above(start, end, found)
                if above is None:
                    continue
                place = Place(
                    id=place_id(name, above.country),
                    name=name,
                    country=above.country,
                    level=level,
                    parent=above.id,
                    lat=above.lat,
                    lon=above.lon,
                )
                reason = f"called a {level}; {above.name} is the place named nearest"
                mentions.append(Found(start=start, end=end, text=text[start:end], place=place, score=0.5, reason=reason))
                taken.append((start, end))
        return mentions

    def _above(self, start: int, end: int, found: list[Found]) -> Place | None:
        """The city (or country) that a district most likely belongs to: the next one after it, else the nearest."""
        close = [(min(abs(m.start - end), abs(start - m.end)) - (60 if m.start >= end else 0), m.place) for m in found]
        close = [item for item in close if item[0] < 400]
        return min(close, key=lambda item: item[0])[1] if close else None


def _smaller(longer: Candidate, shorter: Candidate) -> bool:
    return longer.options[0].place.population * 3 < shorter.options[0].place.population


def weight(place: Place) -> float:
    """What a place brings by itself: 0.39 for 500 people, 0.71 for 100,000, 0.86 for a million; regions and countries fixed."""
    if place.level == "country":
        return 1.3
    if place.level == "region":
        return 0.85
    if place.level == "district" and not place.population:
        return 0.62
    return min(math.log10(place.population + 2), 7.0) / 7.0


def nearby(spoken: Iterable[tuple[int, str]], start: int, end: int) -> dict[str, float]:
    """Points by country for country words around a mention: most for one right after it, none past 150 characters."""
    points: dict[str, float] = {}
    for offset, country in spoken:
        if offset == start:
            continue
        distance = offset - end if offset >= end else start - offset
        if distance > 150:
            continue
        value = 0.9 if 0 <= offset - end <= 4 else 0.5 if distance < 30 else 0.25
        points[country] = max(points.get(country, 0.0), value)
    return points


def close_to(place: Place, anchors: Sequence[Place]) -> bool:
    """Tell whether another of the places lies within some 150 km."""
    if not place.located:
        return False
    wide = 1.4 / max(math.cos(math.radians(place.lat)), 0.2)
    return any(
        anchor.id != place.id and anchor.located and abs(anchor.lat - place.lat) < 1.4 and abs(anchor.lon - place.lon) < wide
        for anchor in anchors
    )


# Countries whose towns take part in the programmes of the European Union: the texts read here are about them more often.
UNION: Final = _words("AT BE BG CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LT LU LV MT NL NO PL PT RO SE SI SK")
LANGUAGE_COUNTRIES: Final = {
    "de": ("DE", "AT", "CH"),
    "fr": ("FR", "BE", "CH"),
    "es": ("ES",),
    "it": ("IT",),
    "pl": ("PL",),
    "pt": ("PT",),
}
# Ending of an inflected form and what the nominative has in its place.
ENDINGS: Final[dict[str, tuple[tuple[str, tuple[str, ...]], ...]]] = {
    "de": (("s", ("",)),),
    "pl": (
        ("iu", ("", "ie")),
        ("owie", ("ow",)),
        ("owa", ("ow",)),
        ("owem", ("ow",)),
        ("awiu", ("aw",)),
        ("awia", ("aw",)),
        ("szawie", ("szawa",)),
        ("szawy", ("szawa",)),
        ("ie", ("", "a", "ia", "o")),
        ("u", ("", "o", "e")),
        ("ach", ("e", "y")),
        ("y", ("a",)),
        ("i", ("", "a", "ia")),
        ("a", ("", "o", "e")),
        ("em", ("", "o")),
    ),
}
_CAPITAL = "A-ZÀ-ÖØ-ÞŁŚŻŠŽČŞİ"
_WORDS = rf"[{_CAPITAL}][\w’'-]+(?:[ -](?:(?:de|del|di|van|la|las|les|los|sur|am|im) )?[{_CAPITAL}][\w’'-]+){{0,2}}"
_NAME = rf"(?P<name>{_WORDS})"
_TWO = rf"[{_CAPITAL}][\w’'-]+(?: [{_CAPITAL}][\w’'-]+)?"
_PARTS = "district|neighbourhood|neighborhood|quarter|township|suburb|borough|ward"
_REGIONS = "Province|Region|County|Governorate|Voivodeship|Oblast|Prefecture|District|Division"
UNLISTED: Final[tuple[tuple[Level, re.Pattern[str]], ...]] = (
    ("region", re.compile(rf"(?P<name>\b{_TWO} (?:{_REGIONS}))\b")),
    ("region", re.compile(rf"\bthe (?P<name>{_TWO} (?:region|province|county))\b")),
    ("district", re.compile(rf"\b(?:the|The|in|historic)\s{_NAME}\s(?:{_PARTS})\b")),
    ("district", re.compile(rf"\b(?:neighbourhood|neighborhood|quarter|township|suburb|borough) (?:of|called) {_NAME}")),
    ("district", re.compile(rf"\b(?:Stadtteil|Stadtviertel|Ortsteil|Stadtbezirk|Quartier|Viertel) {_NAME}")),
    ("district", re.compile(rf"\b(?:quartier|Quartier) (?:de |du |des |de la |d['’])?{_NAME}")),
    ("district", re.compile(rf"\b(?:barrio|distrito|bairro|quartiere|rione) (?:de |do |da |del |di |de la )?{_NAME}")),
    ("district", re.compile(rf"\b(?:dzielnica|dzielnicy|dzielnicę|osiedle|osiedlu) {_NAME}")),
    ("district", re.compile(rf"{_NAME},? (?:a|an) (?:\w+ ){{0,2}}(?:district|neighbourhood|suburb|township)\b")),
)
NOT_NAMES: Final = _words(
    "the a an this that our your its their smart energy urban city cities local low positive innovation business industrial"
    " historic green new old pilot demonstration demo lighthouse project each every other another first second third in mixed"
    " residential ped peds zero carbon climate eco water creative cultural university historical rural coastal federal"
    " administrative financial shopping education school health sustainable community social one two both some many deputy"
    " mayor plus net clean model test entire whole wider same european eu capital metropolitan urbact un undp map mobility"
    " heating digital knowledge science"
)
