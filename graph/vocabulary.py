"""The vocabulary of solutions: concepts with labels in seven languages, and finding their terms in a text.

graph/data/solutions.ttl (SKOS) is the source that people edit; rdflib needs some two seconds for it, so its content also ships
as solutions.json, written by `write_compiled`; a test keeps both equal. Labels: `skos:prefLabel` is the name to show,
`skos:altLabel` a term that speaks of the concept, `skos:hiddenLabel` one that often means something else and only hints at it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from graph.errors import NotFound
from graph.model import normalise_name

LANGUAGES: Final = ("en", "de", "fr", "es", "it", "pl", "pt")
NAMESPACE: Final = "https://twintown.example/solution/"
TERMS: Final = "https://twintown.example/terms#"
_STEMMERS: Final = {
    "en": "english",
    "de": "german",
    "fr": "french",
    "es": "spanish",
    "it": "italian",
    "pl": "polish",
    "pt": "portuguese",
}
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """A solution, or a group of them (those have `narrower` concepts and are never found in texts).

    `labels`, `terms` and `hints` by language; `note` says in English what it is; `added` is true for concepts that are not in
    the list the labelled texts were made with.
    """

    id: str
    broader: str = ""
    narrower: tuple[str, ...] = ()
    note: str = ""
    added: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hints: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A term of a concept in a text: offsets, the concept's id, the term as the vocabulary has it.

    `sure` is false for a hint: a term that often means something else.
    """

    start: int
    end: int
    concept: str
    term: str
    sure: bool = True


@dataclass(frozen=True, slots=True)
class _Term:
    """A term ready for matching. `written` holds its words where they only count exactly so: PED, MaaS."""

    stems: tuple[str, ...]
    written: tuple[str, ...]
    concept: str
    term: str
    sure: bool


class Vocabulary:
    """All concepts by id, and their terms ready for matching."""

    def __init__(self, concepts: Mapping[str, Concept]) -> None:
        self.concepts = concepts
        self._tables: dict[str, dict[str, list[_Term]]] = {}

    def concept(self, identifier: str) -> Concept:
        """Return the concept with this id (`building-retrofit`, also `solution:building-retrofit`), else raise NotFound."""
        found = self.concepts.get(identifier.removeprefix("solution:"))
        if found is None:
            raise NotFound(f"no solution is called {identifier!r}; `twintown vocabulary` lists them")
        return found

    def label(self, identifier: str, language: str = "en") -> str:
        """Return the name to show, in English where the language has none."""
        labels = self.concept(identifier).labels
        return labels.get(language) or labels["en"]

    def broader(self, identifier: str) -> str:
        """Return the id of the group, empty for a group."""
        return self.concept(identifier).broader

    def narrower(self, identifier: str) -> tuple[str, ...]:
        """Return the ids of the members of a group, empty for a solution."""
        return self.concept(identifier).narrower

    @property
    def solutions(self) -> tuple[Concept, ...]:
        """The concepts that a text can be about: all but the groups."""
        return tuple(concept for concept in self.concepts.values() if concept.broader)

    def terms(self, language: str, *, hints: bool = True) -> dict[str, tuple[str, ...]]:
        """Map each term of the language, folded as `normalise_name` does, to the ids of its concepts."""
        found: dict[str, list[str]] = {}
        for concept in self.solutions:
            labels = (concept.labels.get(language, ""), *concept.terms.get(language, ()))
            for term in (*labels, *(concept.hints.get(language, ()) if hints else ())):
                ids = found.setdefault(normalise_name(term), [])
                if term and concept.id not in ids:
                    ids.append(concept.id)
        found.pop("", None)
        return {term: tuple(ids) for term, ids in found.items()}

    def find(self, text: str, language: str = "en", *, hints: bool = True) -> list[Hit]:
        """Return the terms in the text by offset, the longest where several overlap; a language we lack is read as English.

        Endings do not matter (light stemming), nor do accents, case and hyphens, except in terms such as PED or MaaS.
        """
        language = language if language in LANGUAGES else "en"
        table = self._table(language)
        words = [(match.start(), match.end(), match.group()) for match in _WORD.finditer(text)]
        stems = [stem(word, language) for _, _, word in words]
        hits: list[Hit] = []
        position = 0
        while position < len(words):
            found = self._at(table, words, stems, position, text)
            for term in found:
                end = words[position + len(term.stems) - 1][1]
                if hints or term.sure:
                    start = words[position][0]
                    hits.append(Hit(start=start, end=end, concept=term.concept, term=term.term, sure=term.sure))
            position += len(found[0].stems) if found else 1
        return hits

    def _at(
        self, table: dict[str, list[_Term]], words: list[tuple[int, int, str]], stems: list[str], position: int, text: str
    ) -> list[_Term]:
        """Return the longest terms that start at this word; several where they are of different concepts."""
        longest: list[_Term] = []
        for term in table.get(stems[position], ()):
            if longest and len(term.stems) < len(longest[0].stems):
                break
            last = position + len(term.stems)
            if tuple(stems[position:last]) != term.stems:
                continue
            if term.written and tuple(word for _, _, word in words[position:last]) != term.written:
                continue
            if all(_joined(text[words[i][1] : words[i + 1][0]]) for i in range(position, last - 1)):
                longest.append(term)
        return longest

    def _table(self, language: str) -> dict[str, list[_Term]]:
        """Return the terms of a language by their first stem, longest first."""
        if language not in self._tables:
            table: dict[str, list[_Term]] = {}
            for concept in self.solutions:
                label = concept.labels.get(language)
                sure = [*([label] if label else []), *concept.terms.get(language, ())]
                for term, is_sure in [*((t, True) for t in sure), *((t, False) for t in concept.hints.get(language, ()))]:
                    words = _WORD.findall(term)
                    stems = tuple(stem(word, language) for word in words)
                    exact = any(sum(letter.isupper() for letter in word) > 1 for word in words)
                    entry = _Term(stems, tuple(words) if exact else (), concept.id, term, is_sure)
                    others = table.setdefault(stems[0], [])
                    if all((o.stems, o.written, o.concept) != (entry.stems, entry.written, entry.concept) for o in others):
                        others.append(entry)
            for entries in table.values():
                entries.sort(key=lambda entry: (-len(entry.stems), not entry.sure, entry.concept))
            self._tables[language] = table
        return self._tables[language]


def _joined(gap: str) -> bool:
    """Tell whether two words with this between them can belong to one term: no sentence end, no comma, no blank line."""
    return len(gap) <= 3 and not re.search(r"[.,;:!?()\[\]]|\n\s*\n", gap)


@lru_cache(maxsize=100_000)
def stem(word: str, language: str) -> str:
    """Return the word without its ending, case and accents."""
    return normalise_name(_stemmer(language).stemWord(word.casefold())) or word


@cache
def _stemmer(language: str) -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer(_STEMMERS[language])


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary that ships with Twintown, from its compiled form (a few milliseconds)."""
    rows = json.loads(files("graph").joinpath("data", "solutions.json").read_text("utf-8"))
    return Vocabulary({row["id"]: _concept(row) for row in rows})


def _concept(row: Mapping[str, Any]) -> Concept:
    return Concept(
        id=row["id"],
        broader=row["broader"],
        narrower=tuple(row["narrower"]),
        note=row["note"],
        added=row["added"],
        labels=row["labels"],
        terms={language: tuple(terms) for language, terms in row["terms"].items()},
        hints={language: tuple(terms) for language, terms in row["hints"].items()},
    )


def compiled(turtle: str) -> list[dict[str, object]]:
    """Return the rows of solutions.json for a vocabulary in Turtle: concepts by id, terms in alphabetical order."""
    from rdflib import RDF, SKOS, Graph, Literal, URIRef

    rdf = Graph().parse(data=turtle, format="turtle")

    def name(node: object) -> str:
        return str(node).removeprefix(NAMESPACE)

    def texts(node: Any, predicate: Any) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for label in rdf.objects(node, predicate):
            if isinstance(label, Literal):
                found.setdefault(label.language or "en", []).append(str(label))
        return {language: sorted(found[language]) for language in sorted(found)}

    rows: list[dict[str, object]] = []
    for node in sorted(rdf.subjects(RDF.type, SKOS.Concept), key=str):
        notes = texts(node, SKOS.scopeNote).get("en", [""])
        rows.append(
            {
                "id": name(node),
                "broader": name(rdf.value(node, SKOS.broader) or ""),
                "narrower": sorted(name(member) for member in rdf.subjects(SKOS.broader, node)),
                "note": notes[0],
                "added": str(rdf.value(node, URIRef(TERMS + "addedByTwintown")) or "").lower() == "true",
                "labels": {language: labels[0] for language, labels in texts(node, SKOS.prefLabel).items()},
                "terms": texts(node, SKOS.altLabel),
                "hints": texts(node, SKOS.hiddenLabel),
            }
        )
    return rows


def source() -> str:
    """Return the vocabulary as Turtle, as it ships."""
    return files("graph").joinpath("data", "solutions.ttl").read_text("utf-8")


def write_compiled(path: Path) -> None:
    """Write solutions.json for the shipped Turtle; to be run after every change of solutions.ttl."""
    rows = ",\n".join(json.dumps(row, ensure_ascii=False) for row in compiled(source()))
    path.write_text(f"[\n{rows}\n]\n", "utf-8")


if __name__ == "__main__":
    write_compiled(Path(__file__).parent / "data" / "solutions.json")
