"""What cannot be is refused and counted: a reader that errs must not fill the graph with it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from graph.errors import InvalidRecord
from graph.mentions import given_names
from graph.model import Statement, kind_of, normalise_name
from graph.schema import schema
from ingest.context import Context


@dataclass(slots=True)
class Validated:
    """The statements that hold, how many were refused for which reason, and the reason by id."""

    kept: list[Statement] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    reasons: dict[str, str] = field(default_factory=dict)


def valid(context: Context, statements: Iterable[Statement]) -> Validated:
    """Refuse what cannot be: offsets that do not hold, types outside the schema, a person that is a town or a project or that was
    forgotten, a replication onto itself that is not scaling up; and what hangs on a refused entity."""
    result = Validated()
    given = list(statements)
    refused = _refused_entities(context, given)
    for statement in given:
        reason = _reason(context, statement, refused)
        if reason:
            result.refused[reason] += 1
            result.reasons[statement.id] = reason
        else:
            result.kept.append(statement)
    return result


def _reason(context: Context, statement: Statement, refused: Mapping[str, str]) -> str:
    evidence = statement.evidence
    if evidence.document != context.document.id or context.document.text[evidence.start : evidence.end] != evidence.quote:
        return "offsets do not hold"
    try:
        schema().check(statement)
    except InvalidRecord:
        return "outside the schema"
    return refused.get(statement.subject) or refused.get(statement.value, "")


def _refused_entities(context: Context, statements: Sequence[Statement]) -> dict[str, str]:
    by_subject: dict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        by_subject[statement.subject].append(statement)
    places, projects = (_named(by_subject, kind) for kind in ("place:", "project:"))
    refused = {}
    for subject, group in by_subject.items():
        kind = kind_of(subject)
        if kind == "person":
            reason = _person(context, [one.value for one in group if one.predicate == "name"], places, projects)
        elif kind == "replication":
            reason = _replication(group)
        else:
            continue
        if reason:
            refused[subject] = reason
    # A quote of somebody who is refused goes too, and nothing else that merely mentions them.
    for subject, group in by_subject.items():
        speakers = [one.value for one in group if one.predicate == "said_by"]
        if speakers and all(speaker in refused for speaker in speakers):
            refused[subject] = refused[speakers[0]]
    return refused


def _named(by_subject: Mapping[str, Sequence[Statement]], prefix: str) -> set[str]:
    """Return the folded names and spellings of what is of a kind."""
    return {
        normalise_name(statement.value)
        for subject, group in by_subject.items()
        if subject.startswith(prefix)
        for statement in group
        if statement.predicate in {"name", "alias"}
    }


def _person(context: Context, names: Sequence[str], places: set[str], projects: set[str]) -> str:
    for name in names:
        if context.tools.suppressed is not None and context.tools.suppressed(name):
            return "a person who was forgotten"
        folded = normalise_name(name)
        if folded in places:
            return "a person that is a place"
        if folded in projects:
            return "a person that is a project"
        gazetteer = context.tools.places
        if gazetteer is not None and folded.split()[0:1] and folded.split()[0] not in given_names():
            towns = [place for place in gazetteer.named(name)[:3] if place.level == "country" or place.population > 20_000]
            if towns:
                return "a person that is a place"
    return ""


def _replication(group: Sequence[Statement]) -> str:
    ends = {
        predicate: {one.value for one in group if one.predicate == predicate}
        for predicate in ("replicated_from", "replicated_to")
    }
    same = ends["replicated_from"] & ends["replicated_to"]
    within = any(one.predicate == "scope" and one.value == "within town" for one in group)
    return "a replication onto itself" if same and not within else ""
