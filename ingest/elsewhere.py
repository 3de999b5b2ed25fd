"""What other documents plainly call a project, and what that says of a name which stands in this one as if everybody knew it.

A site names its project on every page and says on some of them what it is. Pages are read by themselves first; a name that
some of them plainly give a project then speaks for the same name in the others, which are read a second time. Two stages, as in
Krishnan and Manning, "An Effective Two-Stage Model for Exploiting Non-Local Dependencies in Named Entity Recognition" (2006).

Plain is what a page says alone, with a confidence of PLAIN at least; what it says with the help of others stays below that. So
names cannot talk each other up, and what is plain does not depend on the order of documents. A name is known where enough of
the documents that hold it are plain: one slip among hundreds of pages makes no project.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from graph.model import Document, Statement, entity_id, kind_of, normalise_name
from graph.store.search import count_holding, count_naming, documents_holding, documents_naming
from ingest.second_look import chance_of, log_odds

if TYPE_CHECKING:
    from graph.store.base import Store
    from ingest.context import Context
    from ingest.names import Candidate

# Chosen by cross-validation on labelled pages (docs/extraction.md).
PLAIN: Final = 0.6  # confidence of a name
SHARE: Final = 0.1  # of the documents that hold a name
HELP: Final = 2.5  # log odds that a name gains which is known
_MOST: Final = PLAIN - 0.01  # confidence of a name that was helped
_LEAST: Final = -4.0  # log odds below which help is no use


class Elsewhere(Protocol):
    """What is known from other documents."""

    def __call__(self, projects: Mapping[str, str], document: str) -> Collection[str]:
        """Return which of these projects (names by id), met in a document with this id, are known."""
        ...


def plainly_named(statements: Iterable[Statement]) -> dict[str, str]:
    """Return the projects that a document's statements plainly name: names by id.

    Only of those whose id is made of the name: what has an external id (in the register, in a table) is known by that list.
    """
    return {
        one.subject: one.value
        for one in statements
        if one.predicate == "name"
        and kind_of(one.subject) == "project"
        and one.evidence.confidence >= PLAIN
        and one.subject == entity_id("project", one.value)
    }


def is_known(plain: int, holding: int) -> bool:
    """Tell whether a name is known that so many documents plainly give a project, of so many that hold it."""
    return plain > 0 and plain >= SHARE * holding


# -- documents without a store


@dataclass(frozen=True, slots=True)
class Collected:
    """What is known among documents that are read beside each other."""

    projects: frozenset[str]
    names: _Names

    def __call__(self, projects: Mapping[str, str], document: str) -> Collection[str]:
        del document
        return self.projects.intersection(projects)

    def held_by(self, text: str) -> bool:
        """Tell whether a text holds the name of a project that is known."""
        return any(True for _ in self.names.held_by(text))


@dataclass(frozen=True, slots=True)
class _Names:
    """Names of projects to be looked for in texts, as whole words however they are written."""

    beginning: Mapping[str, Sequence[tuple[Sequence[str], str]]]  # folded words and the project, by the first word

    @staticmethod
    def of(names: Mapping[str, str]) -> _Names:
        beginning: dict[str, list[tuple[Sequence[str], str]]] = {}
        for project, name in names.items():
            words = normalise_name(name).split()
            beginning.setdefault(words[0], []).append((words, project))
        return _Names(beginning)

    def held_by(self, text: str) -> Iterator[str]:
        words = normalise_name(text).split()
        for at, word in enumerate(words):
            for name, project in self.beginning.get(word, ()):
                if words[at : at + len(name)] == name:
                    yield project


def collected(found: Iterable[tuple[Document, Iterable[Statement]]]) -> Collected:
    """Return what is known among documents, by the statements that each of them makes when it is read alone."""
    return known_among([(document.text, plainly_named(statements)) for document, statements in found])


def known_among(found: Sequence[tuple[str, Mapping[str, str]]]) -> Collected:
    """Return what is known among texts, by the projects (names by id) that each of them plainly names."""
    names = {project: name for _, said in found for project, name in said.items()}
    plain = Counter(project for _, said in found for project in said)
    looked_for = _Names.of(names)
    holding = Counter(project for text, _ in found for project in set(looked_for.held_by(text)))
    known = frozenset(project for project in names if is_known(plain[project], holding[project]))
    return Collected(known, _Names.of({project: names[project] for project in known}))


# -- documents of a store


@dataclass(slots=True)
class InStore:
    """What the documents of a store know, and what was said of it during a run."""

    store: Store
    told: dict[str, set[str]] = field(default_factory=dict)  # which documents were told of a project that it is known
    names: dict[str, str] = field(default_factory=dict)  # of the projects that were asked about and are plain anywhere
    _asked: set[int] = field(default_factory=set)  # hashes of each project and a document that asked about it
    _generation: int = -1
    _known: dict[str, bool] = field(default_factory=dict)  # at this generation

    def __call__(self, projects: Mapping[str, str], document: str) -> Collection[str]:
        generation = self.store.generation()
        if generation != self._generation:
            self._generation, self._known = generation, {}
        plain = count_naming(self.store, projects.keys() - self._known.keys(), PLAIN)
        for project in projects.keys() - self._known.keys():
            count = plain.get(project, 0)
            self._known[project] = count > 0 and is_known(count, count_holding(self.store, projects[project]))
            if count:
                self.names[project] = projects[project]
        self._asked.update(hash((project, document)) for project in projects)
        known = [project for project in projects if self._known[project]]
        for project in known:
            self.told.setdefault(project, set()).add(document)
        return known

    def begin(self) -> None:
        """Forget what was said in an earlier run."""
        self.told, self.names, self._asked, self._generation = {}, {}, set(), -1

    def misled(self, named: Mapping[str, str], new: Collection[str], doubtful: Mapping[str, str]) -> set[str]:
        """Return the documents that were read with another knowledge of names than the store has now.

        `named` are the projects that documents of this run plainly name, `new` those documents and all others that were
        extracted in it, `doubtful` projects of which documents read before may not have been told what was true then.
        """
        found: set[str] = set()
        for project, name in {**doubtful, **self.names, **named}.items():
            plain, holding = documents_naming(self.store, project, PLAIN), documents_holding(self.store, name)
            unsure = project in doubtful
            before = unsure or is_known(len(plain.difference(new)), len(holding.difference(new)))
            told = self.told.get(project, set())
            if is_known(len(plain), len(holding)):
                untold = holding - plain - told
                # A document of this run that did not ask has the name in a place where it could be none.
                found |= {one for one in untold.intersection(new) if hash((project, one)) in self._asked}
                found |= set() if before and not unsure else untold.difference(new)
            else:
                found |= told | (documents_naming(self.store, project, 0.0) - plain if before else set())
        return found


def plain_names(store: Store) -> dict[str, str]:
    """Return every project that a document of the store plainly names."""
    return plainly_named(kept.statement for kept in store.statements(predicate="name"))


# -- what it does


def help_known(context: Context, found: Sequence[Candidate]) -> None:
    """Raise the chances of candidates that are known from other documents; what is such a name and a town is no other project."""
    if context.tools.elsewhere is None:
        return
    # By the digits that a statement keeps of it.
    plain = {one.key for one in found if round(one.chances["project"], 3) >= PLAIN}
    able = {entity_id("project", one.key): one for one in found if one.key not in plain and _able(one)}
    told = context.tools.elsewhere({project: one.key for project, one in able.items()}, context.document.id)
    helped = [able[project] for project in sorted(told)]
    for candidate in helped:
        candidate.chances["project"] = min(chance_of(log_odds(candidate.chances["project"]) + HELP), _MOST)
        candidate.helped = True
    known = plain | {one.key for one in helped}
    for candidate in found:
        if (
            candidate.key not in plain
            and candidate.features.get("has place")
            and known.intersection(_without_town(context, candidate))
        ):
            candidate.chances["project"] = 0.0


def _able(candidate: Candidate) -> bool:
    return candidate.features.get("is place", 0.0) <= 0.55 and log_odds(candidate.chances["project"]) > _LEAST


def _without_town(context: Context, candidate: Candidate) -> Iterator[str]:
    """Yield what a name would be without the place it ends in: of "Lumen Lane Odder" that is lumen lane."""
    from ingest.names import raw_places

    for mention in candidate.mentions:
        for place in raw_places(context, mention.start, mention.end):
            if place.end == mention.end and place.start > mention.start:
                yield normalise_name(context.text[mention.start : place.start])
