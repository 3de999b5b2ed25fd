"""Statements by what they are about, lead to or rest on; negated ones and those judged wrong are among them, marked."""

from __future__ import annotations

from dataclasses import dataclass

from graph.errors import NotFound
from graph.model import Verdict
from graph.schema import schema
from graph.store.base import Reader
from queries.questions import rows
from queries.said import Said, said


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What one statement says; `value_kind` is empty for a literal."""

    subject: str
    subject_kind: str
    subject_name: str
    predicate: str
    label: str
    value: str
    value_kind: str
    value_name: str
    said: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One page by id; with `more`, the next begins after the last statement's id."""

    statements: tuple[Claimed, ...]
    more: bool = False


def ask(
    store: Reader,
    *,
    statement: str = "",
    subject: str = "",
    predicate: str = "",
    value: str = "",
    document: str = "",
    after: str = "",
    limit: int = 50,
) -> Answer:
    """Return at most `limit` statements after the id given that fit every filter that is not empty."""
    found = rows(
        store,
        "statements",
        statement=statement,
        subject=subject,
        predicate=predicate,
        value=value,
        document=document,
        after=after,
        limit=limit + 1,
    )
    return Answer(statements=tuple(_claimed(row) for row in found[:limit]), more=len(found) > limit)


def one(store: Reader, statement: str) -> Claimed:
    """Return the statement with this id; raise NotFound."""
    found = ask(store, statement=statement, limit=1).statements if statement else ()
    if not found:
        raise NotFound(f"no statement {statement!r}; the facts of an entity name theirs")
    return found[0]


def judged_wrong(store: Reader, entity: str, *, limit: int = 1000) -> Answer:
    """Return the statements about the entity, or leading to it, that somebody judged wrong, by id.

    At most `limit` are looked through from each end; `more` where there are further ones. Raises NotFound.
    """
    known = store.entity(entity).id
    if not any(judgement.verdict == Verdict.WRONG for judgement in store.judgements()):
        return Answer(statements=())
    ends = (ask(store, subject=known, limit=limit), ask(store, value=known, limit=limit))
    found = {each.said.statement: each for end in ends for each in end.statements if each.said.verdict == Verdict.WRONG}
    return Answer(statements=tuple(found[key] for key in sorted(found)), more=any(end.more for end in ends))


def _claimed(row: dict[str, object]) -> Claimed:
    texts = {name: str(row[name] or "") for name in Claimed.__slots__ if name in row}
    return Claimed(**texts, label=schema().predicates[str(row["predicate"])].label, said=said(row))
