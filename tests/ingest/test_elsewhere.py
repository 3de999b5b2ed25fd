"""A name that one document plainly gives a project is known in the others, in whatever order they come."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model import Document, Statement, entity_id, kind_of
from graph.store.sqlite import SqliteStore, open_store
from ingest.batches import Batches, Given
from ingest.claim import Claim, Mention
from ingest.context import Tools
from ingest.elsewhere import PLAIN, InStore, collected, is_known, plainly_named
from ingest.link import explained, fingerprint, knowing, read_collection, read_statements, read_together
from ingest.passages import passages
from ingest.run import OPEN, TABLES_ALONE, UNTOLD, Report, Tell, ingest, sources
from tests.build import document, evidence, statement

pytestmark = pytest.mark.model
LUMENLANE: Final = entity_id("project", "LUMENLANE")
PAGES: Final = {
    "plain": (
        "A lamp for every lane\n\nLUMENLANE is a Horizon 2020 project (grant 812345) in which Odder and Skanderborg are "
        "lighthouse cities. The LUMENLANE project ends in 2019.\n\nPartners of LUMENLANE renewed 300 street lights."
    ),
    "town": (
        "New lamps in Hedensted\n\nThe council of Hedensted met last Monday. After the break LUMENLANE Hedensted was on the "
        "agenda, and people asked LUMENLANE about the light."
    ),
    "passing": "Evening walk\n\nIn May pupils of Horsens counted lamps. A table by LUMENLANE hangs in the hall.",
    "other": "Benches\n\nThe town of Horsens put up twelve benches in 2018. They stand in the shade.",
}


def asked(*pages: str) -> list[Given]:
    documents = [Document(text=PAGES[page], addresses=(f"{page}.txt",), language="en") for page in pages]
    return [(document, passages(document), ()) for document in documents]


def names(statements: Sequence[Statement]) -> set[tuple[str, str]]:
    """Ids and names of projects."""
    return {(one.subject, one.value) for one in statements if one.predicate == "name" and kind_of(one.subject) == "project"}


def surely(statements: Sequence[Statement]) -> float:
    """How surely they say that there is the project; 0 where they do not."""
    said = [one for one in statements if one.predicate == "name" and one.subject == LUMENLANE]
    return max((one.evidence.confidence for one in said), default=0.0)


def test_a_name_is_known_from_the_page_that_says_what_it_is(tools: Tools) -> None:
    pages = asked("plain", "town", "passing", "other")
    alone = [read_statements(*each[:2], tools) for each in pages]
    beside = read_collection(pages, tools)
    assert surely(alone[0]) >= PLAIN
    assert surely(alone[2]) == 0
    assert all(surely(before) < surely(after) < PLAIN for before, after in zip(alone[1:3], beside[1:3], strict=True))
    assert [names(each) for each in beside] == [{(LUMENLANE, "LUMENLANE")}] * 3 + [set()]
    assert [beside[0], beside[3]] == [alone[0], alone[3]]
    assert read_collection(pages[1:], tools) == alone[1:]  # none of them says it


def test_what_was_helped_helps_nobody(tools: Tools) -> None:
    plain, *helped = read_collection(asked("plain", "town", "passing"), tools)
    assert plainly_named(plain) == {LUMENLANE: "LUMENLANE"}
    for statements in helped:
        assert plainly_named(statements) == {}
        assert all(one.evidence.confidence < PLAIN for one in statements if one.subject == LUMENLANE)


def test_explain_says_where_a_name_is_known_from(tools: Tools) -> None:
    pages = asked("plain", "passing")
    rows = explained(pages[1][0], knowing(pages, tools))
    (row,) = [row for row in rows if row["subject"] == "project: LUMENLANE"]
    assert row["kept"] == "yes"
    assert str(row["why"]).startswith("a project elsewhere")
    assert not [row for row in explained(pages[1][0], tools) if row["subject"] == "project: LUMENLANE"]


@pytest.mark.parametrize(
    ("text", "held"),
    [("They told Lumen-Lane so.", True), ("LUMEN\nLANE", True), ("Lumen's lane", False), ("lumen", False), ("", False)],
)
def test_names_are_looked_for_as_whole_words_however_they_are_written(text: str, *, held: bool) -> None:
    plain = document("Lumen Lane is a project.")
    said = collected([(plain, [statement(entity_id("project", "Lumen Lane"), "name", "Lumen Lane", of=plain)])])
    assert said.held_by(text) is held


@pytest.mark.parametrize(
    ("plain", "holding", "known"), [(0, 0, False), (1, 0, True), (1, 10, True), (1, 11, False), (2, 20, True)]
)
def test_one_slip_among_many_pages_makes_no_project(plain: int, holding: int, *, known: bool) -> None:
    assert is_known(plain, holding) is known
    name = entity_id("project", "Lumen Lane")
    pages = [document(f"Lumen Lane, page {number}.") for number in range(max(plain, holding))]
    says = [[statement(name, "name", "Lumen Lane", of=page)] if at < plain else [] for at, page in enumerate(pages)]
    assert collected(list(zip(pages, says, strict=True)))({name: "lumen lane"}, "") == ({name} if known else set())


# -- runs


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with open_store(tmp_path / "store.sqlite") as opened:
        yield opened


Run = Callable[..., Report]


def runner(store: SqliteStore, tools: Tools, folder: Path, size: int = 2) -> Run:
    """Return a function that reads pages into a store as `twintown ingest` does; a batch has `size` documents."""
    elsewhere = InStore(store)
    mine = replace(tools, elsewhere=elsewhere)
    batches = Batches(begin=lambda given: lambda: read_together(given, mine), size=size, elsewhere=elsewhere)

    def run(*pages: str, **options: object) -> Report:
        path = folder / f"{'-'.join(pages)}.jsonl"
        rows = [{"page": page, "language": "en", "text": PAGES[page]} for page in pages]
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        how: dict[str, Any] = {"extract": batches, "fingerprint": fingerprint(mine), "workers": 0, **options}
        return ingest(store, sources([str(path)]), **how)

    return run


def told(store: SqliteStore) -> set[tuple[str, str, str, float]]:
    """Who is called what in which document's words, how surely."""
    return {
        (one.statement.subject, one.statement.value, one.statement.evidence.quote, one.statement.evidence.confidence)
        for one in store.statements(predicate="name")
    }


@pytest.mark.slow
def test_the_order_of_documents_and_runs_does_not_matter(tools: Tools, tmp_path: Path) -> None:
    seen = []
    for number, order in enumerate(permutations(("plain", "town", "passing"))):
        for size, parted in ((1, False), (2, False), (9, True)):
            with open_store(tmp_path / f"{number}-{size}.sqlite") as store:
                run = runner(store, tools, tmp_path, size)
                for part in [(page,) for page in order] if parted else [order]:
                    run(*part)
                assert store.seen(UNTOLD) == ""
                seen.append(told(store))
    assert sum(subject == LUMENLANE for subject, *_ in seen[0]) > 3
    assert all(each == seen[0] for each in seen)


def test_documents_read_before_are_read_again(store: SqliteStore, tools: Tools, tmp_path: Path) -> None:
    run = runner(store, tools, tmp_path)
    assert run("town", "passing", "other").again == 0
    assert not {quote for subject, _, quote, _ in told(store) if subject == LUMENLANE and "table" in quote}
    report = run("plain")
    assert (report.read, report.again) == (1, 2)
    assert {quote for subject, _, quote, _ in told(store) if subject == LUMENLANE and "table" in quote}
    before = told(store)
    assert run("town", "passing", "other").unchanged == 3
    assert run("plain", again=True).again == 0
    assert told(store) == before


def test_what_was_read_again_is_known_at_a_further_address(store: SqliteStore, tools: Tools, tmp_path: Path) -> None:
    run = runner(store, tools, tmp_path)
    run("plain", "passing")
    before = told(store)
    assert run("passing", "other").moved == 1
    assert told(store) >= before


def stop_after(count: int) -> Tell:
    """Return a teller that presses Ctrl-C after so many documents."""

    def stop(report: Report, address: str) -> None:
        if report.read > count:
            raise KeyboardInterrupt

    return stop


@pytest.mark.parametrize("killed", [False, True])
def test_a_run_that_was_cut_off_leaves_it_to_the_next(store: SqliteStore, tools: Tools, tmp_path: Path, *, killed: bool) -> None:
    run = runner(store, tools, tmp_path)
    run("passing")
    assert run("plain", progress=stop_after(0)).interrupted
    assert json.loads(store.seen(UNTOLD)) == {LUMENLANE: "LUMENLANE"}
    if killed:
        store.mark_seen(UNTOLD, OPEN)  # as it stands while a run is on its way, which could not say any names
    assert run("other").again == 1
    assert store.seen(UNTOLD) == ""


def test_a_run_that_reads_no_texts_leaves_it_to_one_that_does(store: SqliteStore, tools: Tools, tmp_path: Path) -> None:
    run = runner(store, tools, tmp_path)
    run("passing")
    run("plain", progress=stop_after(0))
    left = store.seen(UNTOLD)
    run("other", extract=None, fingerprint=TABLES_ALONE)
    assert store.seen(UNTOLD) == left
    assert run("town").again == 1


def test_each_address_keeps_what_was_read_there(store: SqliteStore, tools: Tools, tmp_path: Path) -> None:
    for name, title in (("a", "First title"), ("b", "Second title")):
        row = {"page": "passing", "language": "en", "title": title, "text": PAGES["passing"]}
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(row))
    run = runner(store, tools, tmp_path)
    elsewhere = InStore(store)
    batches = Batches(begin=lambda some: lambda: read_together(some, replace(tools, elsewhere=elsewhere)), elsewhere=elsewhere)
    paths = [str(tmp_path / f"{name}.jsonl") for name in "ab"]
    ingest(store, sources(paths), extract=batches, fingerprint=fingerprint(tools), workers=0)
    assert run("plain").again == 1
    before = store.document(f"{paths[0]}#passing")
    assert (before.title, before.addresses) == ("First title", tuple(f"{path}#passing" for path in paths))
    store.forget(f"{paths[0]}#passing")
    assert store.document(f"{paths[1]}#passing").title == "Second title"


def test_a_row_of_a_table_asks_nothing_of_others(tools: Tools) -> None:
    plain, passing = asked("plain", "passing")
    document_, cut, _ = passing
    project = Mention(kind="project", name="Evening lamps", external="cordis-812345")
    claim = Claim(
        subject=project,
        predicate="name",
        value="Evening lamps",
        start=0,
        end=12,
        extractor="table",
        confidence=1.0,
        why="mapping",
    )
    _, row = read_collection([plain, (document_, cut, (claim,))], tools)
    assert names(row) == {("project:cordis-812345", "Evening lamps")}
    assert plainly_named(row) == {}  # it is known by its number


def test_a_trial_run_reads_nothing_again(store: SqliteStore, tools: Tools, tmp_path: Path) -> None:
    run = runner(store, tools, tmp_path)
    run("passing")
    generation = store.generation()
    assert run("plain", dry_run=True).again == 0
    assert store.generation() == generation


def test_what_fails_at_the_second_reading_stays_as_it_was(store: SqliteStore, tools: Tools, tmp_path: Path) -> None:
    run = runner(store, tools, tmp_path)
    run("passing")
    before = told(store)

    def failing(given: Sequence[Given]) -> Callable[[], list[tuple[Statement, ...]]]:
        if any("Evening walk" in document.text for document, *_ in given):
            raise RuntimeError("too dark")
        return lambda: read_together(given, tools)

    report = run("plain", extract=Batches(begin=failing, elsewhere=InStore(store)))
    assert report.again == 0
    assert [skipped.reason for skipped in report.skipped] == [
        "an extractor failed: RuntimeError too dark; what was read of it before stays"
    ]
    assert told(store) > before


def test_what_was_forgotten_meanwhile_stays_forgotten(store: SqliteStore, tools: Tools, tmp_path: Path) -> None:
    run = runner(store, tools, tmp_path)
    run("passing")
    knowing_ = replace(tools, elsewhere=InStore(store))

    def forgetting(some: Sequence[Given]) -> Callable[[], list[tuple[Statement, ...]]]:
        for document_, *_ in some:
            if "Evening walk" in document_.text:
                store.forget(document_.id)  # another process does
        return lambda: read_together(some, knowing_)

    elsewhere = InStore(store)
    assert run("plain", extract=Batches(begin=forgetting, elsewhere=elsewhere)).again == 0
    assert store.counts()["documents"] == 1


# -- whatever the order, the batches and the runs

LANES: Final = ("lumen lane", "amber lane", "cedar lane")
CONFIDENCES: Final = st.sampled_from((0.0, 0.1, 0.3, 0.9))  # of a name, by the page alone; 0 where it is only held


def by_numbers(elsewhere: InStore, confidences: Mapping[str, Sequence[float]]) -> Batches:
    """Return extractors that find each name with the confidence given for it, by the text of the page."""

    def extract(given: Sequence[Given]) -> list[tuple[Statement, ...]]:
        return [tuple(_named(document, elsewhere, confidences[document.text])) for document, *_ in given]

    return Batches(begin=lambda given: lambda: extract(given), size=2, elsewhere=elsewhere)


def _named(page: Document, elsewhere: InStore, confidences: Sequence[float]) -> Iterator[Statement]:
    alone = {entity_id("project", lane): (lane, one) for lane, one in zip(LANES, confidences, strict=True) if lane in page.text}
    able = {project: lane for project, (lane, confidence) in alone.items() if confidence < PLAIN}
    known = elsewhere(able, page.id)
    for project, (lane, confidence) in alone.items():
        told = min(confidence + 0.2, PLAIN - 0.01) if project in known else confidence
        if told > 0.2:
            yield statement(project, "name", lane, evidence=evidence(page, lane, confidence=told))


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(
    held=st.lists(st.tuples(CONFIDENCES, CONFIDENCES, CONFIDENCES, st.integers(0, 7)), min_size=1, max_size=14),
    chance=st.randoms(use_true_random=False),
)
def test_what_is_known_in_the_end_is_a_function_of_the_documents(
    held: list[tuple[float, float, float, int]], chance: random.Random
) -> None:
    confidences = {}
    for number, (*each, which) in enumerate(held):
        lanes = [lane for at, lane in enumerate(LANES) if which & 1 << at]
        confidences[f"Page {number} of {', '.join(lanes) or 'nothing'}."] = each
    seen = []
    for runs in (1, 1, 3):
        texts = list(confidences)
        chance.shuffle(texts)
        with (
            pytest.MonkeyPatch.context() as patched,
            TemporaryDirectory() as folder,
            open_store(Path(folder, "store.sqlite")) as store,
        ):
            patched.setattr("ingest.elsewhere.SHARE", 0.4)  # so that what few pages say of a name can be outweighed by few
            batches = by_numbers(InStore(store), confidences)
            for part in (texts[at::runs] for at in range(runs)):
                Path(folder, "pages.jsonl").write_text("".join(json.dumps({"page": text, "text": text}) + "\n" for text in part))
                found = [replace(source, address=part[0]) for source in sources([f"{folder}/pages.jsonl"]) if part]
                if chance.random() < 0.3:
                    cut_off = stop_after(chance.randrange(len(part) + 1))
                    ingest(store, found, extract=batches, fingerprint="numbers", workers=0, progress=cut_off)
                ingest(store, found, extract=batches, fingerprint="numbers", workers=0)
            seen.append(told(store))
    assert seen[1:] == seen[:-1]
