"""The contract of a store, by example and by property, on every home of the graph."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Final, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import InvalidRecord, NotFound
from graph.model import Document, Evidence, Judgement, Proposal, Reading, Statement, Verdict, entity_id
from graph.store.base import Record, Store
from graph.store.search import count_holding, count_naming, documents_holding, documents_naming
from graph.store.sqlite import SqliteStore, open_store
from tests.build import document, entered, evidence, passage, reading, statement
from tests.conformance.homes import at, emptied
from tests.conformance.strategies import ADDRESSES, PLACES, TEXTS, corpora, pair_judgements, readings

Make = Callable[[], Store]
Test = TypeVar("Test", bound=Callable[..., None])
HELD: Final = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def property_of_a_store(test: Test) -> Test:
    """Hold a property on random corpora in SQLite; slow, as each example makes stores.

    test_homes.py holds random histories on Neo4j to what SQLite makes of them.
    """
    slow: Test = pytest.mark.parametrize("make", ["sqlite"], indirect=True)(pytest.mark.slow(HELD(test)))
    return slow


@pytest.fixture(params=["sqlite", "neo4j"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Make]:
    """Return a maker of empty stores on each home of the graph."""
    if request.param == "neo4j":
        with at(request.getfixturevalue("neo4j")) as store:
            yield lambda: emptied(store)
    else:
        yield from _sqlite(tmp_path)


def _sqlite(tmp_path: Path) -> Iterator[Make]:
    """Yield a maker of empty files, in memory where the machine has such a place: thousands are made."""
    memory = Path("/dev/shm")  # noqa: S108
    folder = Path(mkdtemp(dir=memory)) if os.access(memory, os.W_OK) else tmp_path
    made: list[SqliteStore] = []
    numbers = count()

    def new() -> SqliteStore:
        for store in made:
            store.close()
            store.path.unlink()
        made[:] = [open_store(folder / f"{next(numbers)}.sqlite")]
        return made[0]

    yield new
    for store in made:
        store.close()
    rmtree(folder)


def dump(store: Store, *, times: bool = False) -> list[Record]:
    assert store.check() == []
    return list(store.snapshot(times=times))


def filled(make: Make, corpus: Sequence[Reading]) -> Store:
    store = make()
    for each in corpus:
        store.add(each)
    return store


FLORENCE, FIRENZE = PLACES[0], PLACES[3]


def town(identifier: str, name: str, text: str, address: str, **parts: str) -> Reading:
    read = document(text, address)
    said = [statement(identifier, "name", name, of=read, quote=text)]
    said += [statement(identifier, predicate, value, of=read, quote=text) for predicate, value in parts.items()]
    return reading(read, said)


@property_of_a_store
@given(corpora())
def test_adding_twice_changes_nothing(make: Make, corpus: list[Reading]) -> None:
    store = filled(make, corpus)
    before = dump(store)
    assert {store.add(each).outcome for each in corpus} == {"unchanged"}
    assert dump(store) == before


@property_of_a_store
@given(corpora(), st.randoms(use_true_random=False))
def test_the_order_of_documents_does_not_matter(make: Make, corpus: list[Reading], chance: random.Random) -> None:
    before = dump(filled(make, corpus))
    chance.shuffle(corpus)
    assert dump(filled(make, corpus)) == before


@property_of_a_store
@given(corpora())
def test_the_size_of_batches_does_not_matter(make: Make, corpus: list[Reading]) -> None:
    before = dump(filled(make, corpus))
    store = make()
    store.add_all(corpus)
    assert dump(store) == before


@property_of_a_store
@given(corpora(), st.data())
def test_adding_then_forgetting_restores_the_store(make: Make, corpus: list[Reading], data: st.DataObject) -> None:
    *others, last = corpus
    store = filled(make, others)
    before = dump(store)
    store.add(last)
    store.forget(last.document.addresses[0])
    assert dump(store) == before


@property_of_a_store
@given(corpora(), st.lists(pair_judgements(), max_size=3, unique_by=lambda j: j.id))
def test_folding_bit_by_bit_is_folding_all(make: Make, corpus: list[Reading], judgements: list[Judgement]) -> None:
    store = filled(make, corpus[:-1])
    for judgement in judgements:
        with suppress(NotFound):
            store.judge(judgement)
    store.add(corpus[-1])
    before = dump(store)
    store.fold()
    assert dump(store) == before


@property_of_a_store
@given(corpora(), pair_judgements(), st.lists(pair_judgements(), max_size=2, unique_by=lambda j: j.id))
def test_a_judgement_and_its_undo_restore_the_store(
    make: Make, corpus: list[Reading], judgement: Judgement, others: list[Judgement]
) -> None:
    store = filled(make, corpus)
    for other in others:
        with suppress(NotFound):
            store.judge(other)
    if judgement.id in {other.id for other in others}:
        return
    before = dump(store)
    with suppress(NotFound):
        store.judge(judgement)
        store.undo(judgement.id)
    assert dump(store) == before


@property_of_a_store
@given(corpora(), st.lists(pair_judgements(), max_size=2, unique_by=lambda j: j.id))
def test_judgements_hold_whenever_they_were_made(make: Make, corpus: list[Reading], judgements: list[Judgement]) -> None:
    """Judged after all documents came, or before half of them were forgotten and came again: the same graph."""
    store = filled(make, corpus)
    for judgement in judgements:
        with suppress(NotFound):
            store.judge(judgement)
    before = dump(store)
    for each in corpus[::2]:
        store.forget(each.document.addresses[0])
    for each in corpus[::2]:
        store.add(each)
    assert dump(store) == before


@property_of_a_store
@given(corpora(), st.lists(pair_judgements(), max_size=2, unique_by=lambda j: j.id))
def test_an_export_is_imported_to_an_identical_store(make: Make, corpus: list[Reading], judgements: list[Judgement]) -> None:
    store = filled(make, corpus)
    for judgement in judgements:
        with suppress(NotFound):
            store.judge(judgement)
    store.forget(corpus[0].document.addresses[0])
    exported = dump(store, times=True)
    other = make()
    other.restore(exported)
    assert dump(other, times=True) == exported


@property_of_a_store
@given(TEXTS)
def test_any_text_survives_as_it_is(make: Make, text: str) -> None:
    read = document(text)
    store = filled(make, [reading(read, [statement(of=read, quote=text)])])
    assert store.document(read.id).text.encode() == text.encode()
    assert [kept.statement.evidence.quote for kept in store.statements(document=read.id)] == [text]
    assert store.document("notes/lighting.txt") == read


@property_of_a_store
@given(st.lists(readings(addresses=("a.txt",)), min_size=2, max_size=10, unique_by=lambda r: r.document.id))
def test_a_document_superseded_many_times_leaves_what_its_last_version_says(make: Make, versions: list[Reading]) -> None:
    store = filled(make, versions)
    after = dump(store)
    assert after == dump(filled(make, versions[-1:]))


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"])
def test_what_no_store_can_keep_is_refused_at_the_door(text: str) -> None:
    with pytest.raises(InvalidRecord, match="character 1"):
        document(text)


def test_what_superseding_left_is_told_by_versions_and_changes(make: Make) -> None:
    store = make()
    old, new = town(FLORENCE, "Florence", "Florence had lamps.", "a"), town(FLORENCE, "Florence", "Florence has lamps.", "a")
    store.add(old)
    since = store.generation()
    receipt = store.supersede("a", new)
    assert (receipt.outcome, receipt.replaced) == ("superseded", old.document.id)
    assert [(v.number, v.document, bool(v.until)) for v in store.versions("a")] == [
        (1, old.document.id, True),
        (2, new.document.id, False),
    ]
    assert {(c.action, c.kind) for c in store.changes(since)} == {
        (action, kind) for action in ("added", "removed") for kind in ("document", "statement")
    }
    with pytest.raises(NotFound):
        store.document(old.document.id)
    with pytest.raises(NotFound):
        store.supersede("b", town(FLORENCE, "Florence", "x", "b"))


def test_the_same_text_at_two_addresses_is_one_document_and_one_source(make: Make) -> None:
    store = filled(make, [town(FLORENCE, "Florence", "Florence has lamps.", address) for address in ("b", "a")])
    (read,) = store.documents()
    assert read.addresses == ("a", "b")
    assert store.entity(FLORENCE).sources == 1
    assert store.forget("a").remains == ("the text stays under 1 other address(es)",)
    assert store.forget("b").documents == 1
    assert store.counts()["statements"] == 0


def test_copies_and_digests_are_no_sources_of_their_own(make: Make) -> None:
    store = make()
    first, copy = town(FLORENCE, "Florence", "Florence has lamps.", "a"), town(FLORENCE, "Florence", "Florence has lamps!", "b")
    digest = document("Florence has lamps, we are told.", "twintown:digest/lamps", genre="digest")
    store.add_all([first, copy, reading(digest, [statement(FLORENCE, "name", "Florence", of=digest)])])
    assert store.entity(FLORENCE).sources == 2
    store.link_copies([(first.document.id, copy.document.id)])
    assert store.entity(FLORENCE).sources == 1
    store.forget("a")
    store.forget("b")
    assert store.entity(FLORENCE).sources == 0


def test_which_entities_documents_name_and_which_documents_hold_a_name(make: Make) -> None:
    store = make()
    lamps, other = entity_id("project", "Lumen Lane"), entity_id("project", "Lumen Park")
    plain = document("Lumen Lane is a project of lamps.", "a")
    unsure = document("Pupils told Lumen-Lane of it, not Lumen Park.", "b")
    digest = document("LUMEN LANE, we are told, has lamps; Lumen Park has trees.", "twintown:digest/lamps", genre="digest")

    def says(of: Document, confidence: float, subject: str = lamps, quote: str = "") -> Statement:
        evidence_ = evidence(of, quote, confidence=confidence)
        return statement(subject, "name", "Lumen Park" if subject == other else "Lumen Lane", evidence=evidence_)

    store.add_all(
        [
            reading(plain, [says(plain, 0.9)]),
            reading(unsure, [says(unsure, 0.4)]),
            reading(digest, [says(digest, 0.9, other)]),
            reading(document("A lane of lumen.", "c"), []),
        ]
    )
    store.enter("register", [statement(other, "name", "Lumen Park", evidence=entered())])
    assert count_naming(store, [lamps, other, "project:none"], 0.7) == {lamps: 1}
    assert count_naming(store, [lamps], 0.3) == {lamps: 2}
    assert count_naming(store, [lamps], 0.95) == count_naming(store, [], 0.7) == {}
    assert documents_naming(store, lamps, 0.7) == {plain.id}
    assert documents_naming(store, lamps, 0.3) == {plain.id, unsure.id}
    assert documents_naming(store, other, 0.3) == documents_naming(store, "project:none", 0.3) == set()
    for name, holding in {
        "LUMEN-lane": {plain.id, unsure.id},
        "Lumen": {plain.id, unsure.id, store.document("c").id},
        **{nothing: set() for nothing in ("", "—", '"', "lane lumen", "no such words")},
    }.items():
        assert documents_holding(store, name) == holding
        assert count_holding(store, name) == len(holding)
    (said,) = [each.statement for each in store.statements(document=plain.id)]
    store.judge(Judgement(verdict=Verdict.WRONG, first=said.id, by="Ada"))
    assert documents_naming(store, lamps, 0.3) == {unsure.id}
    assert count_naming(store, [lamps], 0.3) == {lamps: 1}


def test_a_document_and_an_entry_that_name_one_address_are_one_source(make: Make) -> None:
    store = filled(make, [town(FLORENCE, "Florence", "Florence has lamps.", "https://www.example.org/a/")])
    entry = Statement(
        subject=FLORENCE, predicate="name", value="Florence", evidence=entered(address="http://example.org./a", quote="row 1")
    )
    assert store.enter("register", [entry]) == 1
    assert store.entity(FLORENCE).sources == 1
    assert store.enter("register", [entry]) == 0
    assert store.enter("register", []) == 1
    assert store.check() == []


def test_a_better_extractor_updates_a_fact_and_does_not_double_it(make: Make) -> None:
    store = make()
    read = document()
    store.add(reading(read, [statement(of=read)], fingerprint="old"))
    better = statement(evidence=evidence(read, version="2", confidence=0.99), progress="done")
    receipt = store.add(reading(read, [better], fingerprint="new"))
    assert receipt.outcome == "updated"
    (kept,) = store.statements(document=read.id)
    assert (kept.statement.evidence.version, kept.statement.progress) == ("2", "done")
    assert store.add(reading(read, [], [], fingerprint="newer")).outcome == "updated"
    assert store.counts()["statements"] == store.counts()["passages"] == 0


def test_a_negated_statement_is_kept_and_makes_no_edge(make: Make) -> None:
    store = make()
    read = document("Oulu did not try heat pumps.")
    pilot, place = entity_id("pilot", "x"), PLACES[0]
    said = [statement(pilot, "name", "pumps", of=read), statement(place, "name", "Oulu", of=read)]
    store.add(reading(read, [*said, statement(pilot, "runs_in", place, of=read, modality="negated")]))
    assert list(store.edges()) == []
    assert len(list(store.statements(predicate="runs_in"))) == 1


def test_the_name_that_most_sources_give_is_shown(make: Make) -> None:
    texts = [("Firenze", "a"), ("Florence", "b"), ("Florence", "c"), ("Florenz", "d")]
    store = filled(make, [town(FLORENCE, name, f"{name} {address}", address, country="IT") for name, address in texts])
    entity = store.entity(FLORENCE)
    assert (entity.name, entity.country, entity.aliases, entity.sources) == ("Florence", "IT", ("Firenze", "Florenz"), 4)
    assert [found.id for found in store.named("place", "FLORENZ")] == [FLORENCE]


def test_wrong_takes_a_statement_out_of_the_graph_and_it_stays_out(make: Make) -> None:
    store = make()
    read = document("Oulu tried heat pumps.")
    pilot, place = entity_id("pilot", "x"), PLACES[0]
    said = [statement(pilot, "name", "pumps", of=read), statement(place, "name", "Oulu", of=read)]
    said.append(statement(pilot, "runs_in", place, of=read))
    store.add(reading(read, said))
    judged = store.judge(Judgement(verdict=Verdict.WRONG, first=said[2].id, by="Ada", why="it was Turku"))
    assert (judged.first_written, judged.predicate_written, judged.second_written) == ("pumps", "runs_in", "Oulu")
    assert list(store.edges()) == []
    store.forget(read.id)
    store.add(reading(read, said))
    assert list(store.edges()) == []
    # The text moved on, so the statement has another id; the judgement finds it by its words.
    moved = document("Read this first. Oulu tried heat pumps.", read.addresses[0])
    again = [statement(s.subject, s.predicate, s.value, of=moved, quote=s.evidence.quote) for s in said]
    assert again[2].id != said[2].id
    store.add(reading(moved, again))
    assert list(store.edges()) == []
    assert [kept.verdict for kept in store.statements(predicate="runs_in")] == ["wrong"]
    store.undo(judged.id)
    assert [edge.predicate for edge in store.edges()] == ["runs_in"]


def test_a_judgement_on_a_few_words_does_not_reach_into_other_documents(make: Make) -> None:
    store = filled(make, [town(FLORENCE, "Nice", "Nice", "a"), town(FLORENCE, "Nice", "Nice work. Nice", "b")])
    first, second = (next(store.statements(document=store.document(address).id)).statement for address in "ab")
    judged = store.judge(Judgement(verdict=Verdict.WRONG, first=first.id, by="Ada"))
    assert judged.address_written == "a"
    assert {kept.statement.id: kept.verdict for kept in store.statements()} == {first.id: "wrong", second.id: ""}


def test_same_folds_two_entities_and_the_pilots_that_only_they_told_apart(make: Make) -> None:
    store = make()
    project, solution = entity_id("project", "IRIS"), entity_id("solution", external="heat-pump")
    for place, name, address in ((FLORENCE, "Florence", "a"), (FIRENZE, "Firenze", "b")):
        read = document(f"{name} tried heat pumps.", address)
        pilot = entity_id("pilot", project, solution, place)
        names = {pilot: "heat pumps", project: "IRIS", solution: "heat pumps", place: name}
        said = [statement(i, "name", n, of=read) for i, n in names.items()]
        links = {"within": project, "tries": solution, "runs_in": place}
        said += [statement(pilot, predicate, value, of=read) for predicate, value in links.items()]
        store.add(reading(read, said))
    assert store.counts()["pilot"] == 2
    judged = store.judge(Judgement(verdict=Verdict.SAME, first=FIRENZE, second=FLORENCE, by="Ada"))
    assert store.entity(FIRENZE) == store.entity(FLORENCE)
    assert store.entity(FLORENCE).members == tuple(sorted((FLORENCE, FIRENZE)))
    assert (store.counts()["pilot"], store.counts()["place"]) == (1, 1)
    (edge,) = [edge for edge in store.edges() if edge.predicate == "runs_in"]
    assert (edge.object, edge.statements, edge.sources) == (FLORENCE, 2, 2)
    store.undo(judged.id)
    assert store.counts()["pilot"] == 2


def test_a_judgement_on_a_pair_finds_an_entity_whose_id_changed(make: Make) -> None:
    store = filled(make, [town(FLORENCE, "Florence", "Florence.", "a"), town(FIRENZE, "Firenze", "Firenze.", "b")])
    store.judge(Judgement(verdict=Verdict.SAME, first=FLORENCE, second=FIRENZE, by="Ada"))
    better = entity_id("place", external="geonames-3176959")
    store.add(town(better, "Firenze", "Firenze!", "b"))
    assert store.entity(FLORENCE).members == tuple(sorted((FLORENCE, better)))


def test_likely_names_fold_by_themselves_and_a_person_may_part_them(make: Make) -> None:
    first, second = entity_id("organisation", "Crust Technology Ltd"), entity_id("organisation", "Crust Technology")
    store = filled(make, [town(first, "Crust Technology Ltd", "Crust.", "a"), town(second, "Crust Technology", "Crust!", "b")])
    store.propose([Proposal(first=first, second=second, score=97, reason="legal form")])
    assert store.entity(first) == store.entity(second)
    store.judge(Judgement(verdict=Verdict.DIFFERENT, first=first, second=second, by="Ada"))
    assert store.entity(first) != store.entity(second)


def test_unsure_pairs_wait_for_a_person(make: Make) -> None:
    first, second = entity_id("person", "Trevor Gibson", "P"), entity_id("person", "Trevor Martin", "P")
    store = filled(make, [town(first, "Trevor Gibson", "Gibson.", "a"), town(second, "Trevor Martin", "Martin.", "b")])
    store.propose([Proposal(first=second, second=first, score=82, reason="same given name, same initiative")])
    (waiting,) = store.proposals()
    assert store.entity(first) != store.entity(second)
    store.judge(Judgement(verdict=Verdict.DIFFERENT, first=waiting.first, second=waiting.second, by="Ada"))
    assert store.proposals() == []


def test_a_forgotten_person_does_not_come_back(make: Make) -> None:
    person, quote = entity_id("person", "Ana Ruiz", "Vigo"), entity_id("quote", "x")
    read = document("Ana Ruiz said: go. Others stayed.")
    said = [
        statement(person, "name", "Ana Ruiz", of=read),
        statement(quote, "name", "go", of=read),
        statement(quote, "said_by", person, of=read),
        statement(PLACES[0], "name", "Vigo", of=read),
    ]
    store = filled(make, [reading(read, said)])
    forgotten = store.forget_person("ana  RUIZ")
    assert (forgotten.statements, forgotten.entities) == (3, 2)
    assert any("suppression list" in line for line in forgotten.remains)
    assert store.suppressed("Ana Ruiz")
    assert not store.suppressed("Ana Ruis")
    store.add(reading(read, said, fingerprint="again"))
    assert [e.id for e in store.entities()] == [PLACES[0]]
    assert "Ruiz" not in "".join(str(r) for r in store.snapshot() if r["type"] not in ("document", "passage", "statement"))


@pytest.mark.parametrize(
    ("subject", "predicate", "value", "line"),
    [
        (PLACES[0], "adores", "x", "no predicate"),
        (PLACES[0], "tries", "solution:heat-pump", "a place cannot have"),
        (entity_id("pilot", "x"), "runs_in", "solution:heat-pump", "leads to place"),
        (PLACES[0], "country", "Italy", "alpha-2"),
        (PLACES[0], "level", "village", "one of city"),
        (entity_id("project", "x"), "budget", "1 million", "number"),
        ("Florence", "name", "Florence", "is not an id"),
    ],
)
def test_a_statement_outside_the_schema_is_refused(make: Make, subject: str, predicate: str, value: str, line: str) -> None:
    read = document()
    with pytest.raises(InvalidRecord, match=line):
        make().add(reading(read, [statement(subject, predicate, value, of=read)]))


def test_a_reading_that_does_not_fit_its_text_is_refused_whole(make: Make) -> None:
    store = make()
    read, other = document(), document("Another text.", "b")
    with pytest.raises(InvalidRecord, match="rests on"):
        store.add(reading(read, [statement(of=read), statement(of=other)]))
    shifted = Evidence(document=read.id, start=1, end=6, quote="Aarhu", extractor="t")
    with pytest.raises(InvalidRecord, match="quote"):
        store.add(reading(read, [statement(evidence=shifted)]))
    with pytest.raises(InvalidRecord, match="no `name` statement"):
        store.add(reading(read, [statement(PLACES[0], "country", "DK", of=read)]))
    with pytest.raises(InvalidRecord, match="passage"):
        store.add(reading(read, passages=[passage(other)]))
    assert store.counts()["documents"] == 0


def test_addresses_may_change_hands(make: Make) -> None:
    """Two texts swap their addresses; each keeps what it says."""
    one, two = town(FLORENCE, "Florence", "Florence.", "a"), town(FIRENZE, "Firenze", "Firenze.", "b")
    store = filled(make, [one, two])
    store.add(town(FLORENCE, "Florence", "Florence.", "b"))
    assert [d.addresses for d in store.documents()] == [("a", "b")]
    store.add(town(FIRENZE, "Firenze", "Firenze.", "a"))
    assert {d.text: d.addresses for d in store.documents()} == {"Florence.": ("b",), "Firenze.": ("a",)}
    assert store.check() == []
    assert set(ADDRESSES) - {"a", "b"}
