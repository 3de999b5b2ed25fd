"""Statements: by what they are about, lead to or rest on."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from api.asked import AskedDep, after, cursor
from api.responses import StatementAnswer, StatementRow, StatementsAnswer
from api.routes import API, After, Limit
from graph.schema import schema
from graph.store.base import Reader
from queries.statements.question import ask, one

router = APIRouter(prefix=f"{API}/statements", tags=["statements"])

Predicate = StrEnum("Predicate", {name: name for name in schema().predicates})  # type: ignore[misc]
Predicate.__doc__ = "A predicate of the data model."

Filter = Annotated[str, Query(max_length=300)]


@router.get("", response_model=StatementsAnswer, summary="Statements that fit")
def list_statements(
    asked: AskedDep,
    subject: Annotated[Filter, Query(description="id of what they are about", examples=["place:geonames-2624652"])] = "",
    predicate: Annotated[Predicate | None, Query(description="predicate of the data model", examples=["name"])] = None,
    value: Annotated[Filter, Query(description="id of the entity they lead to", examples=["project:cordis-691876"])] = "",
    document: Annotated[
        Filter, Query(description="id of the document they rest on", examples=["document:a735fcd354fd2bdd095f204b"])
    ] = "",
    limit: Limit = 50,
    place_in_list: After = "",
) -> Response:
    """List statements that fit every filter given, negated ones and those judged wrong among them, page after page."""
    wanted = predicate.value if predicate else ""

    def build(store: Reader) -> StatementsAnswer:
        of = "\n".join(("statements", subject, wanted, value, document))
        (last,) = after(place_in_list, 1, of=of)
        found = ask(store, subject=subject, predicate=wanted, value=value, document=document, after=last, limit=limit)
        following = cursor(found.statements[-1].said.statement, of=of) if found.more else None
        return StatementsAnswer(statements=[StatementRow.of(each) for each in found.statements], next=following)

    return asked.answer(build)


@router.get("/{id}", response_model=StatementAnswer, summary="One statement")
def one_statement(
    asked: AskedDep,
    identifier: Annotated[
        str, Path(alias="id", description="id of the statement", examples=["statement:ec0d83bc6b492332cf4ad180"])
    ],
) -> Response:
    """Show one statement with its evidence."""
    return asked.answer(lambda store: StatementAnswer.model_construct(**dict(StatementRow.of(one(store, identifier)))))
