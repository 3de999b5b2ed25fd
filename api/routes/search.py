"""Search over passages and entities, and suggestions while somebody types."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field, StringConstraints

from api.asked import AskedDep
from api.responses import SearchAnswer, SuggestAnswer
from api.routes import API, LONGEST_QUESTION
from queries.search.question import kinds

if TYPE_CHECKING:
    from graph.store.base import Reader
    from queries.search.question import Filters

router = APIRouter(prefix=API, tags=["search"])

DATE: Final = r"^(\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?~?)?$"
Value = Annotated[str, StringConstraints(max_length=300)]
HitKind = StrEnum("HitKind", {name: name for name in kinds()})  # type: ignore[misc]
HitKind.__doc__ = "A kind of hit: a passage, or a kind of entity as the data model names it."


def _values(about: str, *examples: str) -> Any:
    return Field(default_factory=list, max_length=20, description=about, examples=[[example] for example in examples] or None)


class Wanted(BaseModel):
    """Filters: values of one widen it, several narrow each other."""

    kind: list[HitKind] = _values("passage, or kinds of entities", "passage")
    country: list[Value] = _values("ISO 3166-1 alpha-2", "DK")
    size: list[Value] = _values("band of inhabitants, as the facet names it")
    solution: list[Value] = _values("id or name", "solution:smart-lighting")
    project: list[Value] = _values("id or name", "project:cordis-691876")
    progress: list[Value] = _values("as the facet names it", "done")
    language: list[Value] = _values("ISO 639-1", "en")
    genre: list[Value] = _values("kind of text", "report")
    since: str = Field("", pattern=DATE, description="earliest date of the document", examples=["2015"])
    until: str = Field("", pattern=DATE, description="latest date of the document", examples=["2025-12-31"])

    def filters(self) -> Filters:
        """Return the filters as the question takes them."""
        from queries.search.question import Filters

        return Filters(
            kinds=tuple(kind.value for kind in self.kind),
            countries=tuple(self.country),
            sizes=tuple(self.size),
            solutions=tuple(self.solution),
            projects=tuple(self.project),
            progress=tuple(self.progress),
            languages=tuple(self.language),
            genres=tuple(self.genre),
            since=self.since,
            until=self.until,
        )


class SearchQuery(Wanted):
    """What is searched for, and how much of the answer is wanted."""

    q: str = Field(max_length=LONGEST_QUESTION, description="words, a name, or a question", examples=["street lighting"])
    limit: int = Field(10, ge=1, le=50, description="hits of one page", examples=[10])
    sentences: int = Field(0, ge=0, le=10, description="for so many of the first hits, mark the sentence nearest in meaning")
    cursor: str = Field("", max_length=2000, description="`next` of the page before")


@router.get("/search", response_model=SearchAnswer, summary="Search")
def search(asked: AskedDep, query: Annotated[SearchQuery, Query()]) -> Response:
    """Find passages and entities, best first, with facets over all hits and a reason for each.

    While the language model loads, words alone decide; `notes` says so.
    """
    searcher = asked.searcher

    def build(_: Reader) -> SearchAnswer:
        found = searcher.ask(query.q, filters=query.filters(), limit=query.limit, cursor=query.cursor, sentences=query.sentences)
        return SearchAnswer.of(found)

    return asked.answer(build)


@router.get("/suggest", response_model=SuggestAnswer, summary="Names that begin so")
def suggest(
    asked: AskedDep,
    question: Annotated[str, Query(alias="q", max_length=100, description="the beginning of a name", examples=["aar"])],
    limit: Annotated[int, Query(ge=1, le=50, description="most suggestions", examples=[8])] = 8,
) -> Response:
    """Suggest entities whose name or another spelling begins as typed; accents do not matter."""
    from queries.suggest.question import ask

    return asked.answer(lambda store: SuggestAnswer.of(ask(store, question, limit=limit)))
