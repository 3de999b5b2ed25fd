"""What other documents plainly call a project, and what that says of a name which stands in this one as if everybody knew it.

A site names its project on every page and says on some of them what it is. Pages are read by themselves first; a name that
any of them plainly gives a project then speaks for the same name elsewhere, in a second reading of the pages that hold it.
Two stages, as in Krishnan and Manning, "An Effective Two-Stage Model for Exploiting Non-Local Dependencies in Named Entity
Recognition" (2006).

Plain is what a page says alone, with a confidence of PLAIN at least; what it says with the help of others stays below that. So
names cannot talk each other up, and what is read in the end does not depend on the order of documents.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from graph.model import Statement, entity_id, kind_of, normalise_name
from ingest.second_look import chance_of, log_odds

if TYPE_CHECKING:
    from graph.store.base import Reader
    from ingest.context import Context
    from ingest.names import Candidate

# Chosen by cross-validation on labelled pages, from 0.5 to 0.8 and from 1 to 5 (docs/extraction.md).
PLAIN: Final = 0.7  # confidence of a name
HELP: Final = 2.5  # log odds that a name gains which is plain elsewhere
_MOST: Final = PLAIN - 0.01  # confidence of a name that was helped
_LEAST: Final = -4.0  # log odds below which help is no use

# Returns which of these projects, by their ids, documents that were read plainly name.
Elsewhere = Callable[[Collection[str]], Collection[str]]


def of_store(store: Reader) -> Elsewhere:
    """Return what the documents of a store plainly name, as it stands when it is asked."""
    from graph.store.search import named_in_documents

    known: set[str] = set()  # what is plain once stays so while this is in use: only `forget` could take it back

    def elsewhere(projects: Collection[str]) -> Collection[str]:
        known.update(named_in_documents(store, set(projects) - known, PLAIN))
        return known & set(projects)

    return elsewhere


def plainly_named(statements: Iterable[Statement]) -> dict[str, str]:
    """Return the projects that a document's statements plainly name: names by id."""
    return {
        one.subject: one.value
        for one in statements
        if one.predicate == "name" and kind_of(one.subject) == "project" and one.evidence.confidence >= PLAIN
    }


@dataclass(frozen=True, slots=True)
class Collected:
    """What documents that are read beside each other, without a store, plainly name."""

    projects: frozenset[str]
    beginning: Mapping[str, Sequence[Sequence[str]]]  # the folded words of each name, by the first of them

    def __call__(self, projects: Collection[str]) -> Collection[str]:
        return self.projects.intersection(projects)

    def held_by(self, text: str) -> bool:
        """Tell whether a text holds any of the names."""
        words = normalise_name(text).split()
        return any(words[at : at + len(name)] == name for at, word in enumerate(words) for name in self.beginning.get(word, ()))


def collected(found: Iterable[Iterable[Statement]]) -> Collected:
    """Return what documents plainly name, by the statements that each of them makes when it is read alone."""
    names: dict[str, str] = {}
    for statements in found:
        names |= plainly_named(statements)
    beginning: dict[str, list[list[str]]] = {}
    for name in names.values():
        words = normalise_name(name).split()
        beginning.setdefault(words[0], []).append(words)
    return Collected(frozenset(names), beginning)


def help_known(context: Context, found: Sequence[Candidate]) -> None:
    """Raise the chances of candidates that other documents plainly call a project; what is such a name and a town is no other."""
    if context.tools.elsewhere is None:
        return
    plain = {one.key for one in found if one.chances["project"] >= PLAIN}
    able = {entity_id("project", one.key): one for one in found if one.key not in plain and _able(one)}
    helped = [able[project] for project in sorted(context.tools.elsewhere(able.keys()))]
    for candidate in helped:
        candidate.chances["project"] = min(chance_of(log_odds(candidate.chances["project"]) + HELP), _MOST)
        candidate.features["a project elsewhere"] = 1.0
    known = plain | {one.key for one in helped}
    for candidate in found:
        if candidate.features.get("has place") and known.intersection(_without_town(context, candidate)):
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
