"""Search: one ranked list of passages and entities, with facets over all hits and a reason for each.

A `Searcher` belongs to one store. It reads what it needs once for each generation of the store, maps the vectors beside it,
and answers by words alone until its models are loaded. One searcher serves many threads.
"""

from __future__ import annotations

import base64
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from graph.approximate import WIDTH
from graph.errors import InvalidRecord, MissingModel
from graph.model import check_date
from graph.schema import schema
from graph.store.search import search_rows
from graph.vectors import ROLES, check_serving, open_embedders, vectors_home
from queries.said import LONGEST_QUOTE
from queries.search.entities import NAMED_KINDS, About, Candidate, Spot, named_in, rows_about
from queries.search.index import FACETS, Index, contains, read_index, refreshed, stamps
from queries.search.ranking import Scores, score
from queries.search.told import told_in
from queries.search.words import Asked, Held, highlights, language_of, look_up, parse

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from graph.embedder import Embedder
    from graph.store.base import Reader

    Mask = NDArray[np.bool_]

NEAREST: Final = 1000  # passages that count as hits by meaning alone
MOST: Final = 100  # hits on one page
SHOWN: Final = 12  # values of a facet
APPROXIMATELY: Final = "The nearest in meaning were taken from an approximate index: some are missed, and counts are approximate."
_SENTENCE: Final = re.compile(r"[^\n.!?…]+(?:[.!?…]+(?=\s|$)|\n|$)[\"'”’»)]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a hit has to have: one of the values of each filter given. Entities by id or name; dates as 2018 or 2018-04-12.

    `kinds` are `passage` and kinds of entities (`kinds()` lists them): where some are given, entities of them are found by what
    passages tell of them, and not by name alone. `countries` are two-letter codes, `sizes` bands of inhabitants as facets name
    them.
    """

    kinds: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    solutions: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    progress: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    since: str = ""
    until: str = ""

    def by_facet(self) -> dict[str, tuple[str, ...]]:
        """Return the values wanted, by the name of their facet; dates and kinds are not among them."""
        wanted = {
            "country": self.countries,
            "size": self.sizes,
            "solution": self.solutions,
            "project": self.projects,
            "progress": self.progress,
            "language": self.languages,
            "genre": self.genres,
        }
        return {name: values for name, values in wanted.items() if values}

    @property
    def of_passages(self) -> bool:
        """Whether anything but the kind is filtered."""
        return bool(self.by_facet() or self.since or self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage or an entity. `text` is a quote of at most 300 characters, `start` its offset in the document's text;
    `highlights` and `sentence` are spans of `text` (the sentence nearest in meaning where it was asked for)."""

    kind: str  # passage, or the kind of an entity
    id: str
    title: str  # of the document, or the entity's name
    text: str = ""
    heading: str = ""
    document: str = ""
    address: str = ""
    date: str = ""
    genre: str = ""
    language: str = ""
    country: str = ""
    start: int = 0
    end: int = 0
    sources: int = 0
    highlights: tuple[tuple[int, int], ...] = ()
    sentence: tuple[int, int] | None = None
    why: tuple[str, ...] = ()
    score: float = 0.0
    parts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    """A value that hits have, and how many."""

    id: str
    label: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One page of hits. `total` and `facets` are over all hits: every word match and the 1,000 nearest, after filters.

    `approximate` says that the nearest were taken from an index that misses some (graph/approximate.py), so that counts are too.
    `following` asks for the next page, empty on the last. `notes` are lines for the reader; `seconds` the time by stage.
    """

    question: str
    hits: tuple[Hit, ...] = ()
    total: int = 0
    facets: Mapping[str, tuple[FacetValue, ...]] = field(default_factory=dict)
    following: str = ""
    by_meaning: bool = False
    approximate: bool = False
    notes: tuple[str, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)


class Searcher:
    """Search over one store; `path` is its file, beside which the vectors lie."""

    def __init__(self, store: Reader, path: Path, *, inhabitants: Callable[[str], int] | None = None, width: int = WIDTH) -> None:
        self.store = store
        self.path = path
        self.inhabitants = inhabitants
        self.width = width  # rows taken from an approximate index where there is one; 0 for none
        self.embedders: tuple[Embedder, ...] = ()
        self.trouble = ""  # why the models could not be loaded
        self.words_only = False  # whether nobody wants the models
        self._index: Index | None = None
        self._lock = threading.Lock()

    def load(self, model: str = "", cache: Path | None = None) -> None:
        """Load the models; from then on search is by meaning. Raises MissingModel, or WrongStore for another model's index."""
        embedders = open_embedders(model, cache)
        check_serving(vectors_home(self.path), embedders)
        language_of("xyz")  # loads the guess of languages
        for embedder in embedders:
            embedder.embed(["warm"])
        self.embedders = embedders

    def load_later(self, model: str = "", cache: Path | None = None) -> threading.Thread:
        """Load the models in the background; until then search answers by words, and says so."""

        def loading() -> None:
            try:
                self.load(model, cache)
            except (MissingModel, Exception) as reason:  # noqa: BLE001 - whatever it is, words still answer, and the note says it
                self.trouble = str(reason)

        thread = threading.Thread(target=loading, name="search models", daemon=True)
        thread.start()
        return thread

    def index(self) -> Index:
        """Return what is known of the store, with what any process has written since."""
        now = (self.store.generation(), stamps(self.path))
        with self._lock:
            if self._index is None:
                self._index = read_index(self.store, self.path, inhabitants=self.inhabitants)
            elif self._index.current != now:
                self._index = refreshed(self._index, self.path)
            return self._index

    def stamps(self) -> tuple[tuple[int, int, int], ...]:
        """Return what changes when vectors beside the store have changed."""
        return stamps(self.path)

    def vectors(self, index: Index, text: str) -> dict[str, Any]:
        """Return the question's vector by role of the model, for the models that are loaded and whose index is there."""
        found = {}
        for role, embedder in zip(ROLES, self.embedders, strict=False):
            space = index.spaces.get(role)
            if space is not None and space.digest == embedder.digest and text.strip():
                found[role] = embedder.embed([text])[0]
        return found

    def ask(
        self,
        text: str,
        *,
        filters: Filters | None = None,
        limit: int = 10,
        cursor: str = "",
        sentences: int = 0,
        facets: bool = True,
    ) -> Answer:
        """Answer a question. `sentences`: for so many of the first hits, find the sentence nearest in meaning (5 ms each).

        Any text is allowed; one without a single letter is asked back. Raises InvalidRecord for a cursor or filter that is none.
        """
        wanted = filters or Filters()
        _check(wanted)
        clock = _Clock()
        language = language_of(text)
        asked = parse(text, languages=tuple(dict.fromkeys((language, "en"))))
        if not text.strip():
            return Answer(question="", notes=("Type what you look for: a word, a name or a question.",))
        index = clock("index", self.index)
        vectors = clock("models", lambda: self.vectors(index, asked.text))
        held = clock("words", lambda: look_up(self.store, asked, index))
        candidates = clock("entities", lambda: named_in(self.store, asked, wanted.kinds))
        about = rows_about(self.store, index, [each for each in candidates if each.named])
        english = language == "en"
        # A filter wants those of the nearest that pass it: there may be few, and each one missed shows.
        width = self.width if wanted == Filters() else 0
        scores: Scores = clock(
            "scores",
            lambda: score(index, held, vectors, english=english, nearest=NEAREST, named=about.any_row, width=width),
        )
        allowed = clock("filters", lambda: _allowed(index, wanted))
        hits = _hits(index, asked, held, scores) & allowed
        entities = _entities(self.store, index, [each for each in candidates if each.shown], wanted, allowed)
        listed = hits
        if wanted.kinds:
            names = [each for each in entities if each.kind in NAMED_KINDS]
            told = clock("told", lambda: self._told(index, asked, hits, scores, wanted, names))
            if "passage" not in wanted.kinds:
                listed, hits = _spots(index, ()), _spots(index, told)
            # A sentence in a text shows more than the same words as a name.
            shown_there = {each.key for each in told}
            entities = [each for each in entities if each.key not in shown_there] + told
        page, following, total = _page(index, scores, listed, entities, min(max(limit, 0), MOST), cursor)
        shown = clock("passages", lambda: self._shown(index, asked, held, scores, about, page, by_meaning=bool(vectors)))
        if sentences and vectors:
            shown = clock("sentences", lambda: self._with_sentences(shown, vectors, sentences))
        counted = clock("facets", lambda: _facets(index, hits, entities, passages=int(listed.sum()))) if facets else {}
        return Answer(
            question=asked.text,
            hits=shown,
            total=total,
            facets=counted,
            following=following,
            by_meaning=bool(vectors),
            approximate=scores.approximate,
            notes=self._notes(index, asked, held, vectors, total, approximate=scores.approximate),
            seconds=clock.seconds,
        )

    def _told(
        self, index: Index, asked: Asked, hits: Mask, scores: Scores, filters: Filters, entities: Sequence[Candidate]
    ) -> list[Candidate]:
        import numpy as np

        wanted = [kind for kind in filters.kinds if kind != "passage"]
        return told_in(self.store, index, np.flatnonzero(hits), scores.total, asked, wanted, but=entities) if wanted else []

    def _notes(
        self,
        index: Index,
        asked: Asked,
        held: Sequence[Held],
        vectors: Mapping[str, Any],
        total: int,
        *,
        approximate: bool,
    ) -> tuple[str, ...]:
        notes = []
        if self.words_only:
            notes.append("Searched by words alone, as you asked.")
        elif self.trouble:
            notes.append(f"Answered by words alone: {self.trouble}")
        elif not self.embedders:
            notes.append("Answered by words alone: the language model is still loading.")
        elif not vectors and len(index):
            notes.append("Answered by words alone: the store has no vectors yet; `twintown reembed` makes them.")
        elif not all(space.complete for space in index.spaces.values()):
            notes.append("Some new passages were searched by words alone; `twintown reembed` embeds them.")
        if common := [each.term.text for each in held if each.common]:
            notes.append(f"Too common to tell passages apart: {', '.join(common)}.")
        if approximate:
            notes.append(APPROXIMATELY)
        if not asked.terms:
            notes.append("No word was recognised in this question.")
        if not total:
            notes.append("Nothing found. Try fewer filters or other words." if len(index) else "The store is empty.")
        return tuple(notes)

    def _shown(
        self,
        index: Index,
        asked: Asked,
        held: Sequence[Held],
        scores: Scores,
        about: About,
        page: Sequence[int | Candidate],
        *,
        by_meaning: bool,
    ) -> tuple[Hit, ...]:
        places = [each if isinstance(each, int) else each.spot.row if each.spot else -1 for each in page]
        keys = sorted({int(index.keys[each]) for each in places if each >= 0})
        rows = {row["key"]: row for row in search_rows(self.store, "passages_shown", keys=keys)}
        found = []
        for each in page:
            if isinstance(each, Candidate):
                at = rows.get(int(index.keys[each.spot.row])) if each.spot else None
                found.append(_entity_hit(each) if each.spot is None or at is None else _told_hit(each, each.spot, at, asked))
                continue
            row = rows.get(int(index.keys[each]))
            if row is not None:  # forgotten by another process just now
                parts = scores.of(each)
                why = _why(each, held, parts, about.named(each), by_meaning=by_meaning, approximate=scores.approximate)
                found.append(_passage_hit(row, asked, parts, why, float(scores.total[each])))
        return tuple(found)

    def _with_sentences(self, hits: tuple[Hit, ...], vectors: Mapping[str, Any], count: int) -> tuple[Hit, ...]:
        import numpy as np

        # Only the passages at the top, and the shown quote of each: a sentence costs as much as a question.
        spans = [
            (number, found.start(), found.end())
            for number, hit in enumerate(hits[:count])
            if hit.kind == "passage"
            for found in _SENTENCE.finditer(hit.text)
            if len(found.group().split()) > 2
        ]
        role = next(iter(vectors))
        if not spans:
            return hits
        rows = self.embedders[ROLES.index(role)].embed([hits[number].text[start:end] for number, start, end in spans])
        cosines = np.asarray(rows @ vectors[role])
        best: dict[int, int] = {}
        for at, (number, _, _) in enumerate(spans):
            if number not in best or cosines[at] > cosines[best[number]]:
                best[number] = at
        return tuple(replace(hit, sentence=spans[best[number]][1:]) if number in best else hit for number, hit in enumerate(hits))

    def ranked_documents(self, text: str, *, limit: int = 10, variant: str = "") -> list[str]:
        """Return the ids of documents by their best passage, for measuring. `variant` leaves out parts: words, vectors."""
        index = self.index()
        language = language_of(text)
        asked = parse(text, languages=tuple(dict.fromkeys((language, "en"))))
        vectors = {} if variant == "words" else self.vectors(index, asked.text)
        held = [] if variant == "vectors" else look_up(self.store, asked, index)
        about = None
        if not variant:
            about = rows_about(self.store, index, [each for each in named_in(self.store, asked) if each.named]).any_row
        return _best_documents(index, score(index, held, vectors, english=language == "en", named=about), limit)


class _Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def __call__(self, stage: str, work: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        try:
            return work()
        finally:
            self.seconds[stage] = round(time.perf_counter() - start, 5)


def kinds() -> tuple[str, ...]:
    """Return the kinds of hits: passages, and every kind of entity."""
    return ("passage", *(kind for kind in schema().classes if kind != "document"))


def _check(filters: Filters) -> None:
    for kind in filters.kinds:
        if kind not in kinds():
            raise InvalidRecord(f"{kind[:40]!r} is no kind of hit; there are {', '.join(kinds())}")
    check_date(filters.since)
    check_date(filters.until)


def _best_documents(index: Index, scores: Scores, limit: int) -> list[str]:
    import numpy as np

    best = np.full(len(index.document_keys), -np.inf, dtype=np.float32)
    np.maximum.at(best, index.documents, scores.total)
    order = np.lexsort((np.arange(len(best)), -best))[:limit]
    return [str(index.about[document]["id"]) for document in order if np.isfinite(best[document])]


def _allowed(index: Index, filters: Filters) -> Mask:
    import numpy as np

    mask = np.ones(len(index), dtype=np.bool_)
    for name, values in filters.by_facet().items():
        mask &= index.facet(name).having(values, len(index))
    if filters.since or filters.until:
        dates, by_document = index.dates()
        since, until = filters.since.rstrip("~"), filters.until.rstrip("~")
        # A document of 2018 may be later than April of it: what is less exact is kept.
        fits_one = [date != "" and date >= since[: len(date)] and (not until or date[: len(until)] <= until) for date in dates]
        fits = np.array(fits_one or [False])[by_document]
        mask &= fits[index.documents]
    return mask


def _hits(index: Index, asked: Asked, held: Sequence[Held], scores: Scores) -> Mask:
    """Return which passages are hits: every word match, and the 1,000 nearest; with a phrase only those that hold it."""
    import numpy as np

    mask = np.zeros(len(index), dtype=np.bool_)
    for each in held:
        mask[each.rows] = True
    mask[scores.nearest] = True
    for each in held:
        if each.term in asked.phrases:
            holding = np.zeros(len(index), dtype=np.bool_)
            holding[each.rows] = True
            mask &= holding
    return mask


def _entities(store: Reader, index: Index, entities: Sequence[Candidate], filters: Filters, allowed: Mask) -> list[Candidate]:
    """Return the entities of the kinds wanted of which an allowed passage speaks."""
    chosen = [each for each in entities if not filters.kinds or each.kind in filters.kinds]
    if not filters.of_passages:
        return chosen
    about = rows_about(store, index, chosen)
    return [each for each in chosen if allowed[about.rows[each.key]].any()]


def _spots(index: Index, told: Sequence[Candidate]) -> Mask:
    import numpy as np

    mask = np.zeros(len(index), dtype=np.bool_)
    mask[[each.spot.row for each in told if each.spot]] = True
    return mask


def _facets(index: Index, hits: Mask, entities: Sequence[Candidate], *, passages: int) -> dict[str, tuple[FacetValue, ...]]:
    import numpy as np

    rows = np.flatnonzero(hits)
    by_kind: dict[str, int] = {"passage": passages}
    for each in entities:
        by_kind[each.kind] = by_kind.get(each.kind, 0) + 1
    found = {"kind": tuple(FacetValue(id=kind, label=kind, count=count) for kind, count in by_kind.items() if count)}
    for name in FACETS[1:]:
        values = index.facet(name).count(hits, rows)
        found[name] = tuple(FacetValue(id=identifier, label=label, count=count) for identifier, label, count in values[:SHOWN])
    return found


# Pages -------------------------------------------------------------------------------------------------------------


def _page(
    index: Index, scores: Scores, hits: Mask, entities: Sequence[Candidate], limit: int, cursor: str
) -> tuple[list[int | Candidate], str, int]:
    """Return one page of hits, the cursor of the next, and the number of all.

    The order is by score, then passages by their place in the index before entities by theirs; so a cursor is a place in it.
    """
    import numpy as np

    rows = np.flatnonzero(hits)
    values = np.concatenate([scores.total[rows], np.array([each.score for each in entities], dtype=np.float32)])
    place = np.concatenate([rows, len(index) + np.arange(len(entities))])
    total = len(values)
    if cursor:
        after, last = _opened(cursor)
        later = (values < after) | ((values == after) & (place > last))
        values, place = values[later], place[later]
    if len(values) > limit + 1:
        least = np.partition(-values, limit)[limit]
        near = -values <= least
        values, place = values[near], place[near]
    order = np.lexsort((place, -values))
    chosen = order[:limit]
    page = [int(at) if at < len(index) else entities[int(at) - len(index)] for at in place[chosen]]
    more = len(order) > limit and len(chosen) > 0
    return page, _cursor(float(values[chosen[-1]]), int(place[chosen[-1]])) if more else "", total


def _cursor(value: float, place: int) -> str:
    return base64.urlsafe_b64encode(f"{value!r} {place}".encode()).decode().rstrip("=")


def _opened(cursor: str) -> tuple[Any, int]:
    import numpy as np

    try:
        value, place = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").split()
        return np.float32(float(value)), int(place)
    except ValueError:
        raise InvalidRecord(f"{cursor[:40]!r} is no cursor of a search; begin again without one") from None


# Hits --------------------------------------------------------------------------------------------------------------


def _why(
    row: int,
    held: Sequence[Held],
    parts: Mapping[str, float],
    names: Sequence[str],
    *,
    by_meaning: bool,
    approximate: bool,
) -> tuple[str, ...]:
    reasons = []
    taken = " (taken approximately)" if approximate else ""
    shared = [each.term.text for each in held if contains(each.rows, row)]
    if shared:
        reasons.append("holds " + ", ".join(f"“{word}”" for word in shared[:6]))
    if names:
        reasons.append("speaks of " + ", ".join(names[:4]))
    if by_meaning and parts.get("passage", 0) > 0.5:
        reasons.append(f"close in meaning{taken}")
    if by_meaning and parts.get("document", 0) + parts.get("multilingual", 0) > 0.6:
        reasons.append("its document is about this")
    if not shared and parts.get("document words", 0) > 0:
        reasons.append("its document holds words of the question")
    return tuple(reasons) or ((f"among the nearest in meaning{taken}",) if by_meaning else ())


def _passage_hit(row: Mapping[str, Any], asked: Asked, parts: Mapping[str, float], why: tuple[str, ...], value: float) -> Hit:
    hit = Hit(kind="passage", id=str(row["id"]), title=str(row["title"]), why=why, score=round(value, 4), parts=parts)
    return _quoting(hit, row, str(row["text"]), int(row["start"]), asked)


def _quoting(hit: Hit, row: Mapping[str, Any], text: str, start: int, asked: Asked) -> Hit:
    """Return the hit with the quote of `text`, which begins at `start` of the document of the row's passage."""
    marked = highlights(text, asked, str(row["language"]))
    first, last = _window(text, marked)
    return replace(
        hit,
        text=text[first:last],
        heading=str(row["heading"]),
        document=str(row["document"]),
        address=str(row["address"] or ""),
        date=str(row["date"]),
        genre=str(row["genre"]),
        language=str(row["language"]),
        start=start + first,
        end=start + last,
        highlights=tuple((left - first, right - first) for left, right in marked if left >= first and right <= last),
    )


def _window(text: str, marked: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return the span of at most 300 characters to quote: whole sentences where they fit, around most highlights."""
    if len(text) <= LONGEST_QUOTE:
        return 0, len(text)
    starts = [found.start() + len(found.group()) - len(found.group().lstrip()) for found in _SENTENCE.finditer(text)] or [0]

    def held(start: int) -> int:
        return sum(start <= first and last <= start + LONGEST_QUOTE for first, last in marked)

    start = max(starts, key=lambda at: (held(at), -at))
    end = min(start + LONGEST_QUOTE, len(text))
    if end < len(text):
        space = text.rfind(" ", start + LONGEST_QUOTE // 2, end)
        end = space if space > 0 else end
    return start, end


def _entity_hit(entity: Candidate) -> Hit:
    return Hit(
        kind=entity.kind,
        id=entity.id,
        title=entity.name,
        country=entity.country,
        sources=entity.sources,
        why=(f"named “{entity.matched}”",),
        score=round(entity.score, 4),
        parts={"name": round(entity.score, 4)},
    )


def _told_hit(entity: Candidate, spot: Spot, row: Mapping[str, Any], asked: Asked) -> Hit:
    why = (f"told of in “{row['title'] or row['document']}”",)
    hit = replace(_entity_hit(entity), why=why, parts={"passage that tells of it": round(entity.score, 4)})
    return _quoting(hit, row, spot.quote, spot.start, asked)
