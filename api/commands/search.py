"""Commands that search, and measure how good search is."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from api.inhabitants import inhabitants
from api.options import CacheOption, JsonOption, ModelOption, StoreOption, opened, print_json, print_table, say
from api.settings import Settings, read_settings
from graph.errors import InvalidRecord

if TYPE_CHECKING:
    from graph.embedder import Embedder
    from graph.model import Document
    from graph.store.sqlite import SqliteStore
    from queries.evaluate import Measured, Question
    from queries.search.question import Answer, Hit, Searcher

app = typer.Typer()

Several = list[str] | None
VARIANTS: Final = ("words", "vectors")


@app.command("search")
def search(  # noqa: PLR0913, PLR0917 - each filter is an option
    text: Annotated[
        list[str], typer.Argument(metavar="QUESTION", help='A question, words, a name, "an exact phrase" or begin*.')
    ],
    kind: Annotated[
        Several, typer.Option(help="passage, or a kind of entity, as lesson or place; every filter may be repeated.")
    ] = None,
    country: Annotated[Several, typer.Option(help="Two-letter code of a country.")] = None,
    size: Annotated[Several, typer.Option(help='Band of inhabitants, as "5,000 to 20,000".')] = None,
    solution: Annotated[Several, typer.Option(help="Solution, by id or name.")] = None,
    project: Annotated[Several, typer.Option(help="Project, by id or name.")] = None,
    progress: Annotated[Several, typer.Option(help="How far it has come, as done or running.")] = None,
    language: Annotated[Several, typer.Option(help="Language of the passage, as de.")] = None,
    genre: Annotated[Several, typer.Option(help="Kind of text, as report or minutes.")] = None,
    since: Annotated[str, typer.Option(help="Documents from this date on: 2018, 2018-04 or 2018-04-12.")] = "",
    until: Annotated[str, typer.Option(help="Documents up to this date.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100, help="Most hits.")] = 10,
    cursor: Annotated[str, typer.Option(help="Go on where an earlier page ended.")] = "",
    words_only: Annotated[bool, typer.Option("--words", help="Search by words alone; needs no model.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show the parts of each score, and the time by stage.")] = False,
    store: StoreOption = "",
    model: ModelOption = "",
    cache: CacheOption = "",
    as_json: JsonOption = False,
) -> None:
    """Search passages and entities by meaning and by words, in one list, with the reason for each."""
    from queries.search.question import Filters

    settings = read_settings(store=store, model=model, cache=cache)
    filters = Filters(
        kinds=tuple(kind or ()),
        countries=tuple(each.upper() for each in country or ()),
        sizes=tuple(size or ()),
        solutions=tuple(solution or ()),
        projects=tuple(project or ()),
        progress=tuple(progress or ()),
        languages=tuple(language or ()),
        genres=tuple(genre or ()),
        since=since,
        until=until,
    )
    with searching(settings, words_only=words_only) as searcher:
        answer = searcher.ask(
            " ".join(text),
            filters=filters,
            limit=limit,
            cursor=cursor,
            sentences=0 if words_only else limit,
            facets=as_json or explain,
        )
    if as_json:
        print_json(answer)
        return
    _print_answer(answer, explain=explain)


@contextmanager
def searching(settings: Settings, *, words_only: bool = False) -> Iterator[Searcher]:
    """Open the store of the settings for search, with town sizes where the place index is there and models where wanted."""
    from queries.search.question import Searcher

    with opened(settings) as kept:
        searcher = Searcher(kept, settings.beside, inhabitants=inhabitants(settings.cache))
        searcher.words_only = words_only
        if not words_only:
            searcher.load(settings.model, settings.cache)
        yield searcher


def _print_answer(answer: Answer, *, explain: bool) -> None:
    for hit in answer.hits:
        print(_heading(hit))
        if hit.text:
            print(f"    {_marked(hit)}")
        print(f"    {'; '.join(hit.why)}" if hit.why else "")
        if explain:
            parts = ", ".join(f"{name} {value:.2f}" for name, value in hit.parts.items())
            print(f"    score {hit.score:.2f} = {parts or 'nothing'}")
    if explain:
        say("time: " + ", ".join(f"{stage} {seconds * 1000:.1f} ms" for stage, seconds in answer.seconds.items()))
        for name, values in answer.facets.items():
            if values:
                say(f"{name}: " + ", ".join(f"{each.label} {each.count}" for each in values))
    for note in answer.notes:
        say(note)
    if answer.following:
        say(f"{len(answer.hits)} of {answer.total}; go on with --cursor {answer.following}")


def _heading(hit: Hit) -> str:
    if hit.kind != "passage":
        country = f", {hit.country}" if hit.country else ""
        return f"{hit.title} ({hit.kind}{country}, {hit.sources} sources)  {hit.id}"
    return "  ".join(part for part in (hit.title or hit.document, hit.date, hit.address) if part)


def _marked(hit: Hit) -> str:
    """Return the quote in one line, with what was asked for between asterisks where the reader is a terminal."""
    text = hit.text
    if sys.stdout.isatty():
        for start, end in reversed(hit.highlights):
            text = f"{text[:start]}\033[1m{text[start:end]}\033[0m{text[end:]}"
    return " ".join(text.split())


@app.command("similar")
def similar(
    passage: Annotated[str, typer.Argument(metavar="PASSAGE", help="Id of a passage, as `twintown search --json` gives it.")],
    language: Annotated[str, typer.Option(help="Language of the passages wanted, as de.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100, help="Most passages.")] = 10,
    store: StoreOption = "",
    cache: CacheOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show passages of other documents nearest in meaning to one, nearest first.

    The vectors are those of the first model, which knows English best; no model is loaded.
    """
    from queries.similar.question import ask

    settings = read_settings(store=store, cache=cache)
    with searching(settings, words_only=True) as searcher:
        answer = ask(searcher.store, passage, index=searcher.index, language=language, limit=limit)
    if as_json:
        print_json(answer)
        return
    for each in answer.similar:
        print("  ".join(part for part in (f"{each.score:.3f}", each.title or each.document, each.date, each.address) if part))
        print(f"    {' '.join(each.quote.split())}")
        print(f"    {each.passage}")
    for note in answer.notes:
        say(note)
    if not answer.similar and not answer.notes:
        say("no passage of another document" + (f" in {language}" if language else ""))


@app.command("suggest")
def suggest(
    beginning: Annotated[str, typer.Argument(metavar="BEGINNING", help="The first letters of a name; accents do not matter.")],
    limit: Annotated[int, typer.Option(min=1, max=50, help="Most suggestions.")] = 8,
    store: StoreOption = "",
    as_json: JsonOption = False,
) -> None:
    """Suggest entities whose name or another spelling begins so."""
    from queries.suggest.question import ask

    with opened(read_settings(store=store)) as kept:
        found = ask(kept, beginning, limit=limit)
    if as_json:
        print_json(found)
        return
    for each in found:
        print(f"{each.name}\t{each.kind}\t{each.id}" + (f"\t({each.matched})" if each.matched != each.name else ""))
    if not found:
        say("no name begins so")


@app.command("reembed")
def reembed(
    store: StoreOption = "",
    model: ModelOption = "",
    cache: CacheOption = "",
) -> None:
    """Make the vectors of search anew, after a change of model or where some are missing.

    It can be stopped and goes on where it ended; with another model the old index serves until the new one is whole.
    """
    from graph.vectors import catch_up, open_embedders

    settings = read_settings(store=store, model=model, cache=cache)
    with opened(settings, write=settings.on_server, make=False) as kept:  # a server keeps vectors too, a file none
        embedders = open_embedders(settings.model, settings.cache)
        wanted = settings.approximate_from
        count = catch_up(kept, settings.beside, embedders, change=True, progress=_progress, approximate_from=wanted)
    say(f"{count} vectors made with {' and '.join(each.name for each in embedders)}")


def _progress(done: int, count: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done} of {count}", end="" if done < count else "\n", file=sys.stderr, flush=True)


# Measuring ---------------------------------------------------------------------------------------------------------


@app.command("eval-search")
def eval_search(
    questions: Annotated[Path, typer.Argument(metavar="QUESTIONS", help="A gold folder, or JSON lines of question and page.")],
    documents: Annotated[list[str], typer.Option(metavar="FILE", help="The texts to search; may be repeated.")],
    xling: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Pairs across languages, measured among the same texts.")
    ] = None,
    work: Annotated[
        Path | None, typer.Option(metavar="DIRECTORY", help="Keep the store and vectors here for the next run.")
    ] = None,
    model: ModelOption = "",
    cache: CacheOption = "",
    as_json: JsonOption = False,
) -> None:
    """Measure search on questions whose page is known: nDCG@10, first, recall@5, against words alone and vectors alone."""
    from graph.vectors import open_embedders
    from queries.evaluate import by_pair, compare, read_questions, summary

    settings = read_settings(model=model, cache=cache)
    asked = read_questions(questions)
    texts = dict(_texts(documents))
    if lost := sorted({each.page for each in asked} - set(texts)):
        raise InvalidRecord(f"the texts hold no page {', '.join(lost[:5])}; give the files of all pages with --documents")
    embedders = open_embedders(settings.model, settings.cache)
    with _bench(texts, work, embedders) as bench:
        runs = {variant or "search": bench.measured(asked, variant) for variant in ("", *VARIANTS)}
        directions = bench.directions(xling, texts) if xling else {}
    rows = [_row(name, summary(run), compare(runs["search"], run) if name != "search" else None) for name, run in runs.items()]
    pairs = [_row(pair, found) for pair, found in by_pair(runs["search"]).items()]
    across = [
        {"direction": name, "questions": found.count, "recall@10": round(found.recall10, 3)} for name, found in directions.items()
    ]
    if as_json:
        ranks = [{"question": each.question, "page": each.page, "rank": each.rank} for each in runs["search"]]
        print_json({"systems": rows, "languages": pairs, "directions": across, "ranks": ranks})
        return
    print_table(rows)
    print_table(pairs)
    if across:
        print_table(across)


def _row(name: str, found: Any, against: Any = None) -> Mapping[str, object]:
    row: dict[str, object] = {
        "system": name,
        "questions": found.count,
        "nDCG@10": round(found.ndcg, 3),
        "first": round(found.first, 2),
        "recall@5": round(found.recall5, 2),
    }
    if against is not None:
        row["search better by"] = f"{against.difference:+.3f} [{against.low:+.3f}, {against.high:+.3f}]"
    return row


class Bench:
    """A store of texts to measure search on; pages are the addresses of its documents."""

    def __init__(self, store: SqliteStore, path: Path, embedders: Sequence[Embedder]) -> None:
        from queries.search.question import Searcher

        self.store, self.path, self.embedders = store, path, tuple(embedders)
        self.searcher: Searcher = Searcher(store, path)
        self.searcher.embedders = self.embedders
        self.pages: dict[str, str] = {}
        self.languages: dict[str, str] = {}

    def fill(self, texts: Mapping[str, Document]) -> None:
        """Make the store hold exactly these texts, and their vectors."""
        from graph.model import Reading
        from graph.vectors import catch_up
        from ingest.passages import passages

        wanted = {page: replace(document, addresses=(page,)) for page, document in texts.items()}
        kept = {address: document.id for document in self.store.documents() for address in document.addresses}
        for address in kept:
            if address not in wanted:
                self.store.forget(address)
        fresh = [document for page, document in wanted.items() if kept.get(page) != document.id]
        self.store.add_all([Reading(document=each, passages=passages(each), fingerprint="search") for each in fresh])
        catch_up(self.store, self.path, self.embedders, change=True, progress=_progress)
        # Two pages may hold one text; the first of them stands for it.
        self.pages = {document.id: page for page, document in reversed(wanted.items())}
        self.languages = {page: document.language for page, document in wanted.items()}

    def measured(self, questions: Sequence[Question], variant: str = "") -> list[Measured]:
        """Rank the pages of each question with search, or with words or vectors alone."""
        from queries.evaluate import measure
        from queries.search.words import language_of

        def ranked(question: str) -> list[str]:
            return [self.pages[each] for each in self.searcher.ranked_documents(question, variant=variant)]

        return measure(questions, ranked, lambda each: f"{language_of(each.question)}>{self.languages[each.page]}")

    def directions(self, xling: Path, texts: Mapping[str, Document]) -> dict[str, Any]:
        """Measure pairs across languages, each direction with its passages among all texts."""
        from graph.model import Document
        from queries.evaluate import directions, read_pairs, summary

        found = {}
        pairs = read_pairs(xling)
        for name, (asked, passages) in directions(pairs).items():
            own = {}
            for number, (page, text) in enumerate(passages.items()):
                language = "en" if name.endswith(">en") else pairs[number].language
                own[page] = Document(text=text, addresses=(page,), language=language)
            self.fill({**texts, **own})
            found[name] = summary(self.measured(asked))
        return found


@contextmanager
def _bench(texts: Mapping[str, Document], work: Path | None, embedders: Sequence[Embedder]) -> Iterator[Bench]:
    from graph.store.sqlite import open_store

    with tempfile.TemporaryDirectory(prefix="twintown-") as temporary:
        folder = work or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        with open_store(folder / "search.sqlite") as store:
            bench = Bench(store, folder / "search.sqlite", embedders)
            bench.fill(texts)
            yield bench


def _texts(files: Sequence[str]) -> Iterator[tuple[str, Document]]:
    from graph.model import UNKNOWN_LANGUAGE
    from ingest.read import read
    from ingest.read.base import Skipped
    from ingest.run import sources

    for source in sources(list(files), stdin=sys.stdin.buffer.read):
        for found in [source] if isinstance(source, Skipped) else read(source):
            if isinstance(found, Skipped):
                say(f"skipped {found.address}: {found.reason}")
                continue
            document = found.document
            address = document.addresses[0]
            page = address.rpartition("#")[2] if "#" in address else Path(address).stem
            if document.language == UNKNOWN_LANGUAGE:
                document = replace(document, language=_language(document.text))
            yield page, document


def _language(text: str) -> str:
    import py3langid

    return str(py3langid.classify(re.sub(r"https?://\S+", " ", text[:3000]))[0])
