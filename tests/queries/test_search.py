"""Search on a real store with both packaged models: meaning, words, names, filters, facets, pages, and odd questions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from graph.embedder import Embedder
from graph.errors import InvalidRecord, WrongStore
from graph.model import Document, Evidence, Genre, Passage, Progress, Reading, Statement, entity_id
from graph.store.sqlite import SqliteStore, open_store
from graph.vectors import catch_up, open_embedders
from queries.evaluate import Measured, Question, by_pair, compare, directions, read_pairs, read_questions, summary
from queries.search.index import size_band
from queries.search.question import Answer, Filters, Searcher, kinds
from queries.search.words import highlights, language_of, parse
from queries.suggest import question as suggest
from tests.build import document, entered, reading, statement

TEXTS = {
    "lamps": (
        "Light in Ostwick",
        "en",
        "2019-05",
        Genre.REPORT,
        "The town of Ostwick replaced four hundred street lanterns by diodes. The power bill fell by a third within a year. "
        "Some of the poles in Ostwick also count cyclists.",
    ),
    "bikes": (
        "Bicycles for Bergfurt",
        "en",
        "2021",
        Genre.NEWS,
        "Bergfurt lends bicycles at nine stations. Residents unlock them with the library card. "
        "The council wants ten more stations.",
    ),
    "heat": (
        "Wärme aus dem Kanal",
        "de",
        "2020-11-02",
        Genre.MINUTES,
        "Die Stadt Bergfurt gewinnt Wärme aus dem Abwasser. Eine Wärmepumpe versorgt damit zwei Schulen und das Hallenbad.",
    ),
    "trees": (
        "Des arbres pour l'été",
        "fr",
        "2022-06",
        Genre.PAGE,
        "La ville plante des arbres dans les cours d'école. L'ombre rend les récréations supportables pendant la canicule.",
    ),
    "stop": (
        "The shuttle that stopped",
        "en",
        "",
        Genre.CASE_STUDY,
        "The driverless shuttle was stopped after eleven months. Nobody wanted to pay for the attendant on board.",
    ),
}
PLACES = {"Ostwick": "DE", "Bergfurt": "AT"}


def made(page: str) -> Reading:
    title, language, date, genre, text = TEXTS[page]
    document = Document(text=text, addresses=(f"{page}.txt",), title=title, language=language, date=date, genre=genre)
    whole = Passage(document=document.id, start=0, end=len(text), text=text, language=language)
    found = [statement for name in PLACES if name in text for statement in place(document, name)]
    return Reading(document=document, passages=(whole,), statements=tuple(found), fingerprint="1")


def place(document: Document, name: str) -> Iterator[Statement]:
    at = document.text.index(name)
    seen = Evidence(document=document.id, start=at, end=at + len(name), quote=name, extractor="test", version="1")
    identifier = f"place:{name.lower()}"
    yield Statement(subject=identifier, predicate="name", value=name, evidence=seen)
    yield Statement(subject=identifier, predicate="country", value=PLACES[name], evidence=seen)
    pilot = f"pilot:{name.lower()}"
    yield Statement(subject=pilot, predicate="name", value=f"Pilot in {name}", evidence=seen)
    yield Statement(subject=pilot, predicate="runs_in", value=identifier, evidence=seen, progress=Progress.RUNNING)


@dataclass(frozen=True)
class Loaded:
    store: SqliteStore
    path: Path
    models: tuple[Embedder, ...]
    search: Searcher


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[Loaded]:
    path = tmp_path_factory.mktemp("search") / "store.sqlite"
    models = open_embedders(cache=cache)
    with open_store(path) as store:
        store.add_all([made(page) for page in TEXTS])
        catch_up(store, path, models)
        search = Searcher(store, path, inhabitants={"place:ostwick": 8_000, "place:bergfurt": 60_000}.get)  # type: ignore[arg-type]
        search.inhabitants = lambda identifier: {"place:ostwick": 8_000, "place:bergfurt": 60_000}.get(identifier, 0)
        search.load(cache=cache)
        yield Loaded(store, path, models, search)


def passages(answer: Answer) -> list[str]:
    return [hit.address.removesuffix(".txt") for hit in answer.hits if hit.kind == "passage"]


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "page"),
    [
        ("saving electricity in public lighting", "lamps"),
        ("why did the autonomous bus fail", "stop"),
        ("heating schools with sewage", "heat"),
        ("ombre en été pour les écoliers", "trees"),
        ("Schatten auf dem Schulhof", "trees"),
        ("Fahrräder ausleihen", "bikes"),
        ("riscaldare le scuole con acque reflue", "heat"),
    ],
)
def test_a_question_finds_the_passage_that_answers_it_in_whatever_language(loaded: Loaded, question: str, page: str) -> None:
    answer = loaded.search.ask(question)
    assert passages(answer)[0] == page
    assert answer.by_meaning
    assert answer.hits[0].why


@pytest.mark.model
def test_every_hit_shows_what_made_its_score(loaded: Loaded) -> None:
    for hit in loaded.search.ask("bicycles for residents of Bergfurt").hits:
        assert hit.score == pytest.approx(sum(hit.parts.values()), abs=0.01)


@pytest.mark.model
def test_entities_and_passages_share_one_list(loaded: Loaded) -> None:
    answer = loaded.search.ask("Bergfurt")
    assert (answer.hits[0].kind, answer.hits[0].title, answer.hits[0].country) == ("place", "Bergfurt", "AT")
    assert set(passages(answer)[:2]) == {"bikes", "heat"}
    assert "speaks of Bergfurt" in answer.hits[1].why


@pytest.mark.model
def test_the_words_asked_for_and_the_nearest_sentence_are_marked(loaded: Loaded) -> None:
    hit = loaded.search.ask("poles that count cyclists", sentences=1).hits[0]
    assert {hit.text[start:end] for start, end in hit.highlights} == {"poles", "count", "cyclists"}
    assert hit.sentence is not None
    assert hit.text[slice(*hit.sentence)].strip() == "Some of the poles in Ostwick also count cyclists."
    assert loaded.store.document("lamps.txt").text[hit.start : hit.end] == hit.text


@pytest.mark.model
@pytest.mark.parametrize(
    ("filters", "pages"),
    [
        (Filters(languages=("de",)), {"heat"}),
        (Filters(languages=("de", "fr")), {"heat", "trees"}),
        (Filters(genres=("minutes", "case study")), {"heat", "stop"}),
        (Filters(since="2020", until="2021"), {"heat", "bikes"}),
        (Filters(since="2020-12"), {"bikes", "trees"}),
        (Filters(countries=("AT",)), {"bikes", "heat"}),
        (Filters(sizes=("5,000 to 20,000",)), {"lamps"}),
        (Filters(progress=("running",), languages=("en",)), {"lamps", "bikes"}),
        (Filters(projects=("NOBODY",)), set()),
    ],
)
def test_filters_keep_what_has_one_of_each(loaded: Loaded, filters: Filters, pages: set[str]) -> None:
    answer = loaded.search.ask("what did the town do", filters=filters, limit=50)
    assert set(passages(answer)) == pages
    assert {value.id: value.count for value in answer.facets["kind"]}.get("passage", 0) == len(pages)


@pytest.mark.model
def test_kinds_choose_between_passages_and_entities(loaded: Loaded) -> None:
    assert {hit.kind for hit in loaded.search.ask("Ostwick", filters=Filters(kinds=("place",))).hits} == {"place"}
    assert {hit.kind for hit in loaded.search.ask("Ostwick", filters=Filters(kinds=("passage",))).hits} == {"passage"}


LESSONS = "Cistern: a field report. Agree on repairs before the cistern is dug. Dig in dry months. It saved 40% of the water."


def test_every_kind_is_found_by_what_passages_tell_of_it(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    document = Document(text=LESSONS, addresses=("cistern",), title="Cistern", language="en", date="2020")
    told: list[Statement] = []

    def tell(subject: str, predicate: str, value: str, quote: str) -> None:
        at = LESSONS.index(quote)
        seen = Evidence(document=document.id, start=at, end=at + len(quote), quote=quote, extractor="test", version="1")
        told.append(Statement(subject=subject, predicate=predicate, value=value, evidence=seen))

    repairs, dry = "Agree on repairs before the cistern is dug.", "Dig in dry months."
    for kind in kinds()[1:]:
        tell(f"{kind}:a", "name", f"{kind} A", "It saved 40% of the water.")
    for identifier, words in (("lesson:repairs", repairs), ("lesson:dry", dry)):
        tell(identifier, "name", words, words)
        tell(identifier, "words", words, words)
    whole = Passage(document=document.id, start=0, end=len(LESSONS), text=LESSONS, language="en")
    with open_store(path) as store:
        store.add(Reading(document=document, passages=(whole,), statements=tuple(told), fingerprint="1"))
        search = Searcher(store, path)
        for kind in kinds():
            hits = search.ask("cistern", filters=Filters(kinds=(kind,))).hits
            assert {hit.kind for hit in hits} == {kind}
        answer = search.ask("repairs of a cistern", filters=Filters(kinds=("lesson",)))
        assert [hit.id for hit in answer.hits] == ["lesson:repairs", "lesson:a", "lesson:dry"]
        first = answer.hits[0]
        assert (first.text, first.address, first.date) == (repairs, "cistern", "2020")
        assert LESSONS[first.start : first.end] == repairs
        assert {first.text[start:end] for start, end in first.highlights} == {"repairs", "cistern"}
        assert {value.id: value.count for value in answer.facets["kind"]} == {"lesson": 3}
        assert {value.id: value.count for value in answer.facets["date"]} == {"2020": 1}
        nothing = search.ask("cistern", filters=Filters(kinds=("lesson",), since="2021"))
        assert nothing.hits == ()
        pages, cursor = [], ""
        while True:
            page = search.ask("repairs", filters=Filters(kinds=("lesson",)), limit=1, cursor=cursor)
            pages += [hit.id for hit in page.hits]
            cursor = page.following
            if not cursor:
                break
        assert sorted(pages) == ["lesson:a", "lesson:dry", "lesson:repairs"]
        with pytest.raises(InvalidRecord, match="passage, project"):
            search.ask("cistern", filters=Filters(kinds=("document",)))


@pytest.mark.model
def test_a_lesson_that_somebody_entered_is_found_by_its_words_where_lessons_are_asked_for(
    store: SqliteStore, tmp_path: Path
) -> None:
    words = ("Pilots stall at procurement.", "Small towns lack people for procurement.", "Bicycles rust.")
    ids = [entity_id("lesson", "register", each) for each in words]
    said = [(identifier, p, each) for identifier, each in zip(ids, words, strict=True) for p in ("name", "words")]
    store.enter("register", [statement(*each, evidence=entered()) for each in said])
    search = Searcher(store, tmp_path / "store.sqlite")
    lessons = Filters(kinds=("lesson",))
    assert {hit.id for hit in search.ask("procurement", filters=lessons).hits} == set(ids[:2])
    assert [hit.id for hit in search.ask("do small pilots stall in our region?", filters=lessons).hits] == ids[:1]
    assert not search.ask("rust on bridges, rails and boats", filters=lessons).hits
    assert not search.ask("procurement", filters=Filters(kinds=("need",))).hits
    assert not search.ask("procurement").hits


def test_what_comes_after_vectors_were_made_of_an_empty_store_is_found_by_its_words(store: SqliteStore, cache: Path) -> None:
    catch_up(store, store.path, open_embedders(cache=cache))
    search = Searcher(store, store.path)
    search.load(cache=cache)
    assert not search.ask("street lighting").hits
    store.add(reading())
    answer = search.ask("street lighting", sentences=1)
    assert [hit.document for hit in answer.hits] == [document().id]
    assert any("reembed" in note for note in answer.notes)


@pytest.mark.slow
def test_a_first_pass_in_whole_numbers_changes_no_answer(loaded: Loaded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ("light in streets", "bicycles for residents of Bergfurt", "Schatten im Schulhof", "lanterns")
    exact = [[(hit.id, hit.score) for hit in loaded.search.ask(each).hits] for each in asked]
    monkeypatch.setattr("graph.vectors.COARSE_FROM", 1)
    path = tmp_path / "store.sqlite"
    with open_store(path) as store:
        store.add_all([made(page) for page in TEXTS])
        catch_up(store, path, loaded.models)
        search = Searcher(store, path)
        search.embedders = loaded.models
        assert all(space.passages.coarse is not None for space in search.index().spaces.values())
        rough = [[(hit.id, hit.score) for hit in search.ask(each).hits] for each in asked]
    for one, other in zip(exact, rough, strict=True):
        assert [identifier for identifier, _ in one] == [identifier for identifier, _ in other]
        assert [value for _, value in one] == pytest.approx([value for _, value in other], abs=1e-3)


@pytest.mark.model
def test_facets_count_all_hits_after_filters(loaded: Loaded) -> None:
    answer = loaded.search.ask("what did the town do", limit=1)
    assert {value.label: value.count for value in answer.facets["language"]} == {"en": 3, "de": 1, "fr": 1}
    assert {value.label: value.count for value in answer.facets["country"]} == {"AT": 2, "DE": 1}
    assert {value.label: value.count for value in answer.facets["date"]} == {"2019": 1, "2020": 1, "2021": 1, "2022": 1}
    fewer = loaded.search.ask("what did the town do", filters=Filters(languages=("de",)), limit=1)
    assert {value.label: value.count for value in fewer.facets["country"]} == {"AT": 1}


@pytest.mark.model
def test_pages_lead_to_the_last_hit_without_gap_or_repeat(loaded: Loaded) -> None:
    whole = loaded.search.ask("Bergfurt bicycles", limit=100)
    seen, cursor = [], ""
    while True:
        page = loaded.search.ask("Bergfurt bicycles", limit=1, cursor=cursor)
        seen += [hit.id for hit in page.hits]
        assert page.total == whole.total
        cursor = page.following
        if not cursor:
            break
    assert seen == [hit.id for hit in whole.hits]
    assert len(seen) == whole.total


@pytest.mark.model
@pytest.mark.parametrize("cursor", ["x", "AAAA", "🚲", "MTIz", "bmFuIHg"])
def test_a_cursor_that_is_none_says_so(loaded: Loaded, cursor: str) -> None:
    with pytest.raises(InvalidRecord, match="cursor"):
        loaded.search.ask("town", cursor=cursor)


@pytest.mark.model
@pytest.mark.parametrize(
    "question",
    [
        "a",
        "?",
        '"',
        '""',
        '"unclosed phrase',
        "AND",
        "NOT OR NEAR(",
        "words:town",
        "stems : *",
        "{words stems} : a",
        "'; DROP TABLE passage; --",
        "a AND b*",
        "*",
        "^town",
        "C++",
        "50%",
        "☀️🚲",
        "مدينة ذكية",
        "智慧城市",
        "умный город",
        "\x00\ud800",
        "e\u0301cole",
        "town " * 2000,
        "x" * 10_000,
        " ".join(f"word{number}" for number in range(1500)),
    ],
)
def test_odd_questions_get_an_answer(loaded: Loaded, question: str) -> None:
    answer = loaded.search.ask(question, sentences=2)
    assert answer.hits or answer.notes
    loaded.search.ask(question, limit=0)
    suggest.ask(loaded.store, question)


@pytest.mark.model
@pytest.mark.parametrize("question", ["", "   ", "\n"])
def test_an_empty_question_is_asked_back(loaded: Loaded, question: str) -> None:
    answer = loaded.search.ask(question)
    assert (answer.hits, answer.notes) == ((), ("Type what you look for: a word, a name or a question.",))


@pytest.mark.model
def test_a_phrase_is_found_as_typed_and_a_beginning_as_begun(loaded: Loaded) -> None:
    assert passages(loaded.search.ask('"library card"')) == ["bikes"]
    assert passages(loaded.search.ask('"card library"')) == []
    assert passages(loaded.search.ask("Wärmepu*"))[0] == "heat"
    assert passages(loaded.search.ask("warmepumpe"))[0] == "heat"


def test_without_models_words_answer_and_say_so(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    with open_store(path) as store:
        store.add_all([made(page) for page in TEXTS])
        search = Searcher(store, path)
        answer = search.ask("replacing the lantern")
        assert passages(answer) == ["lamps"]
        assert not answer.by_meaning
        assert "still loading" in answer.notes[0]
        search.words_only = True
        assert search.ask("lantern").notes == ("Searched by words alone, as you asked.",)
        search.words_only = False
        search.trouble = "no model here"
        assert "no model here" in search.ask("lantern").notes[0]


def test_an_empty_store_says_so(store: SqliteStore) -> None:
    assert "The store is empty." in Searcher(store, store.path).ask("town").notes


@pytest.mark.model
def test_another_process_s_writes_are_seen_at_once_by_words_and_then_by_meaning(loaded: Loaded, tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    with open_store(path) as store, open_store(path) as other:
        store.add(made("lamps"))
        catch_up(store, path, loaded.models)
        search = Searcher(store, path)
        search.embedders = loaded.models
        assert passages(search.ask("library card")) == ["lamps"]
        other.add(made("bikes"))
        answer = search.ask("library card")
        assert passages(answer)[0] == "bikes"
        assert any("by words alone" in note for note in answer.notes)
        catch_up(other, path, loaded.models)
        answer = search.ask("borrowing two-wheelers")
        assert passages(answer)[0] == "bikes"
        assert not answer.notes
        other.forget("bikes.txt")
        assert passages(search.ask("library card")) == ["lamps"]


@pytest.mark.model
def test_an_index_of_another_model_is_refused_with_what_to_do(loaded: Loaded, tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    with open_store(path) as store:
        store.add(made("lamps"))
        catch_up(store, path, loaded.models[::-1])
        with pytest.raises(WrongStore, match="twintown reembed"):
            Searcher(store, path).load(cache=None)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("how did the town save money", "en"),
        ("wie hat die Stadt gespart", "de"),
        ("comment la ville a-t-elle économisé", "fr"),
        ("cómo ahorró la ciudad y con qué", "es"),
        ("come ha risparmiato il comune", "it"),
        ("RUGGEDISED", "en"),
        ("", "en"),
    ],
)
def test_the_language_of_a_question_is_told(question: str, language: str) -> None:
    assert language_of(question) == language


def test_other_forms_of_a_word_are_highlighted() -> None:
    text = "They renovated; the renovations of Évora cost 3 million."
    asked = parse("renovating Evora", languages=("en",))
    assert [text[start:end] for start, end in highlights(text, asked, "en")] == ["renovated", "renovations", "Évora"]


def test_stop_words_count_only_where_there_is_nothing_else() -> None:
    assert [term.text for term in parse("how is the tram", languages=("en",)).terms] == ["tram"]
    assert [term.text for term in parse("to be or not", languages=("en",)).terms] == ["to", "be", "or", "not"]


@pytest.mark.parametrize(
    ("inhabitants", "band"), [(0, ""), (4999, "under 5,000"), (5000, "5,000 to 20,000"), (10**6, "500,000 and more")]
)
def test_size_bands(inhabitants: int, band: str) -> None:
    assert size_band(inhabitants) == band


# Suggestions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "names"), [("berg", ["Bergfurt"]), ("BÉRG", ["Bergfurt"]), ("o", ["Ostwick"]), ("x", []), ("", []), ("…", [])]
)
def test_suggestions_begin_as_typed(tmp_path: Path, typed: str, names: list[str]) -> None:
    with open_store(tmp_path / "store.sqlite") as store:
        store.add_all([made(page) for page in TEXTS])
        assert [each.name for each in suggest.ask(store, typed)] == names


def test_a_suggestion_names_the_spelling_that_was_typed(tmp_path: Path) -> None:
    with open_store(tmp_path / "store.sqlite") as store:
        reading = made("lamps")
        seen = reading.statements[0].evidence
        alias = Statement(subject="place:ostwick", predicate="alias", value="Öst Wick", evidence=seen)
        store.add(replace(reading, statements=(*reading.statements, alias)))
        (found,) = suggest.ask(store, "ost w")
        assert (found.name, found.matched, found.kind) == ("Ostwick", "Öst Wick", "place")


# Measuring ---------------------------------------------------------------------------------------------------------


def ranks(*places: int, pair: str = "en>en") -> list[Measured]:
    return [Measured(question=str(number), page="p", pair=pair, rank=rank) for number, rank in enumerate(places)]


def test_measures_are_what_they_are_called() -> None:
    found = summary(ranks(1, 2, 6, 0))
    assert found.ndcg == pytest.approx((1 + 0.6309 + 0.3562) / 4, abs=1e-3)
    assert (found.first, found.recall5, found.recall10) == (0.25, 0.5, 0.75)
    assert summary([]).count == 0


def test_languages_are_measured_apart() -> None:
    found = by_pair([*ranks(1, 1), *ranks(0, pair="de>en")])
    assert {pair: each.ndcg for pair, each in found.items()} == {"de>en": 0.0, "en>en": 1.0}


def test_a_clear_difference_has_an_interval_above_nothing() -> None:
    better = compare(ranks(*[1] * 30), ranks(*[4] * 30))
    assert better.low > 0.5
    assert better.turned == 0
    same = compare(ranks(1, 2, 3), ranks(1, 2, 3))
    assert (same.difference, same.low, same.high) == (0, 0, 0)


def test_questions_come_from_lines_or_from_a_gold_folder(tmp_path: Path) -> None:
    lines = tmp_path / "questions.jsonl"
    lines.write_text('{"question": "what?", "page": "a", "start": 1, "end": 4}\n\n{"question": "who?", "page": "b"}\n')
    assert read_questions(lines) == [Question(question="what?", page="a", start=1, end=4), Question(question="who?", page="b")]
    gold = tmp_path / "gold"
    gold.mkdir()
    (gold / "a.json").write_text('{"page": "a", "questions": ["what?", "who?"]}')
    (gold / "b.json").write_text('{"page": "b"}')
    assert [each.page for each in read_questions(gold)] == ["a", "a"]


@pytest.mark.parametrize("text", ["", "abc", '{"question": "x"}', "[1]"])
def test_a_file_without_questions_says_what_is_wanted(tmp_path: Path, text: str) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(text)
    with pytest.raises(InvalidRecord, match="questions"):
        read_questions(file)


def test_pairs_are_measured_in_four_directions(tmp_path: Path) -> None:
    file = tmp_path / "pairs.tsv"
    file.write_text("how\twie\tso\tde\tderart\n")
    (pair,) = read_pairs(file)
    found = {name: (asked[0].question, passages) for name, (asked, passages) in directions([pair]).items()}
    assert found["en>xx"] == ("how", {"xling-0": "derart"})
    assert found["xx>yy"] == ("wie", {"xling-0": "derart"})
    file.write_text("too few\n")
    with pytest.raises(InvalidRecord, match="five columns"):
        read_pairs(file)
