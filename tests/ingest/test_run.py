"""Runs over real files into a real store: nothing is read twice, nothing that was finished is lost."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from graph.model import Document, Passage, Statement
from graph.store.sqlite import SqliteStore, open_store
from ingest.batches import Batches, End, Given
from ingest.claim import Claim
from ingest.read import read
from ingest.read.base import Limits, Skipped, Source
from ingest.read.workers import Event
from ingest.run import Report, as_record, ingest, sources
from tests.build import statement

ROOT = Path(__file__).resolve().parents[2]
WORDS = "The town of {0} replaced its lamps in 2016 and told other towns what it had learned from the change. " * 4
TOWNS = ("Odder", "Skanderborg", "Hedensted", "Horsens")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with open_store(tmp_path / "store.sqlite") as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "texts"
    made.mkdir()
    for town in TOWNS:
        (made / f"{town}.txt").write_text(
            WORDS.format(town) + " ".join(f"In {town} lamp {n} lights {town} Street {n * n}." for n in range(40))
        )
    return made


def run(store: SqliteStore, *arguments: Path | str, fingerprint: str = "test-1", **options: object) -> Report:
    return ingest(store, sources([str(each) for each in arguments]), workers=0, fingerprint=fingerprint, **options)  # type: ignore[arg-type]


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.read, report.unchanged, report.superseded, len(report.skipped)


def test_a_second_run_reads_nothing_and_changes_nothing(store: SqliteStore, folder: Path) -> None:
    assert counts(run(store, folder)) == (4, 0, 0, 0)
    before, generation = list(store.snapshot()), store.generation()
    extracted: list[str] = []

    def extract(document: Document, cut: Sequence[Passage], claims: Sequence[Claim]) -> list[Statement]:
        extracted.append(document.id)
        return []

    assert counts(run(store, folder, extract=extract)) == (0, 4, 0, 0)
    assert extracted == []
    assert store.generation() == generation
    assert list(store.snapshot()) == before


def test_a_changed_file_supersedes_its_old_version(store: SqliteStore, folder: Path) -> None:
    run(store, folder)
    path = folder / "Odder.txt"
    old = store.document(str(path)).id
    path.write_text("Odder has changed its mind about lamps and says so in a few new words.")
    assert counts(run(store, folder)) == (0, 3, 1, 0)
    assert store.document(str(path)).id != old
    assert store.counts()["documents"] == 4
    assert store.versions(str(path))[0].document == old


def test_a_touched_file_with_the_same_text_is_unchanged(store: SqliteStore, folder: Path) -> None:
    run(store, folder)
    os.utime(folder / "Odder.txt", (1, 1))
    assert counts(run(store, folder)) == (0, 4, 0, 0)


def test_a_moved_file_is_one_document_with_two_addresses(store: SqliteStore, folder: Path) -> None:
    run(store, folder)
    (folder / "Odder.txt").rename(folder / "Zoo.txt")
    report = run(store, folder)
    assert (report.moved, store.counts()["documents"]) == (1, 4)
    assert store.document(str(folder / "Zoo.txt")).addresses == (str(folder / "Odder.txt"), str(folder / "Zoo.txt"))


def test_other_extractors_read_again(store: SqliteStore, folder: Path) -> None:
    run(store, folder)
    assert counts(run(store, folder, fingerprint="test-2")) == (4, 0, 0, 0)


def test_near_duplicates_are_linked_whenever_they_come(store: SqliteStore, folder: Path) -> None:
    run(store, folder)
    assert run(store, folder).copies == 0
    copy = folder / "copy of Odder.txt"
    copy.write_text((folder / "Odder.txt").read_text() + "Printed from the site of the town.")
    assert run(store, folder).copies == 1


def test_copies_are_looked_for_after_a_run_that_was_cut_off(store: SqliteStore, folder: Path) -> None:
    (folder / "copy of Odder.txt").write_text((folder / "Odder.txt").read_text() + "Printed from the site of the town.")

    def stop(report: Report, address: str) -> None:
        if report.read == 5:
            raise KeyboardInterrupt

    assert run(store, folder, progress=stop).interrupted
    assert run(store, folder).copies == 1


def test_a_dry_run_keeps_nothing(store: SqliteStore, folder: Path) -> None:
    assert counts(run(store, folder, dry_run=True)) == (4, 0, 0, 0)
    assert store.counts()["documents"] == 0
    assert counts(run(store, folder)) == (4, 0, 0, 0)


def test_statements_are_kept_and_counted_by_kind(store: SqliteStore, folder: Path) -> None:
    def extract(document: Document, cut: Sequence[Passage], claims: Sequence[Claim]) -> list[Statement]:
        return [statement(subject="place:odder", value="Odder", of=document, quote="The town")]

    report = run(store, folder, extract=extract)
    assert report.statements == {"place": 4}
    assert as_record(report)["statements"] == store.counts()["statements"] == 4


def test_an_extractor_that_fails_costs_one_document(store: SqliteStore, folder: Path) -> None:
    def extract(document: Document, cut: Sequence[Passage], claims: Sequence[Claim]) -> list[Statement]:
        if "Horsens" in document.text:
            raise ZeroDivisionError("no lamps")
        return []

    report = run(store, folder, extract=extract)
    assert counts(report) == (3, 0, 0, 1)
    assert report.skipped[0].reason == "an extractor failed: ZeroDivisionError no lamps"


def test_what_was_skipped_is_said_again_without_reading_it(store: SqliteStore, folder: Path) -> None:
    (folder / "scan.pdf").write_bytes(b"%PDF-1.4 broken")
    first, second = run(store, folder), run(store, folder)
    assert counts(first) == (4, 0, 0, 1)
    assert counts(second) == (0, 4, 0, 1)
    assert first.skipped == second.skipped


def test_what_was_odd_about_a_document_is_said(store: SqliteStore, folder: Path) -> None:
    path = folder / "lamps.pdf"
    path.write_bytes("Zürich und Genève planen Straßenlampen für größere Städte. ".encode() * 5 + b"\xff and more")
    report = run(store, folder)
    assert report.remarks == {str(path): "1 broken bytes were replaced; named .pdf, but its content is plain; read as that"}


def test_a_line_that_a_changed_file_lost_is_forgotten(store: SqliteStore, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    lines = [json.dumps({"path": town, "text": WORDS.format(town)}) for town in TOWNS]
    path.write_text("\n".join(lines))
    assert counts(run(store, path)) == (4, 0, 0, 0)
    path.write_text("\n".join(lines[:2]) + "\n\n")
    report = run(store, path)
    assert (*counts(report), report.gone) == (0, 2, 0, 0, 2)
    assert store.counts()["documents"] == 2


def test_forgotten_and_read_again_is_as_before(store: SqliteStore, folder: Path) -> None:
    run(store, folder)
    before = list(store.snapshot(times=False))
    store.forget(str(folder / "Odder.txt"))
    assert counts(run(store, folder)) == (1, 3, 0, 0)
    assert list(store.snapshot(times=False)) == before


def test_a_link_out_of_the_folder_is_not_followed(store: SqliteStore, folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(WORDS)
    (folder / "link.txt").symlink_to(secret)
    report = run(store, folder)
    assert counts(report) == (4, 0, 0, 1)
    assert "leads out of the folder" in report.skipped[0].reason


def test_links_that_lead_nowhere_cost_only_themselves(store: SqliteStore, folder: Path) -> None:
    (folder / "loop.txt").symlink_to("loop.txt")
    (folder / "gone.txt").symlink_to("nothing.txt")
    report = run(store, folder)
    assert counts(report) == (4, 0, 0, 2)
    assert {skipped.reason for skipped in report.skipped} == {"a link that leads nowhere; remove it, or mend it"}
    assert sorted(skipped.address for skipped in report.skipped) == [str(folder / "gone.txt"), str(folder / "loop.txt")]


def test_what_is_not_there_is_said(store: SqliteStore, tmp_path: Path) -> None:
    assert run(store, tmp_path / "nothing").skipped[0].reason == "there is no such file or folder"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may look into everything")
def test_a_folder_without_rights_is_said(store: SqliteStore, folder: Path) -> None:
    (folder / "closed").mkdir(mode=0)
    report = run(store, folder)
    assert counts(report) == (4, 0, 0, 1)
    assert "no right to look into the folder" in report.skipped[0].reason


def test_standard_input_is_a_source(store: SqliteStore) -> None:
    found = sources(["-"], stdin=lambda: WORDS.format("Odder").encode())
    assert counts(ingest(store, found, workers=0)) == (1, 0, 0, 0)
    assert store.document("stdin").text.startswith("The town of Odder")


# Processes -------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_workers_read_the_same_as_one_process(tmp_path: Path, folder: Path) -> None:
    with open_store(tmp_path / "one.sqlite") as one, open_store(tmp_path / "two.sqlite") as two:
        ingest(one, sources([str(folder)]), workers=0)
        ingest(two, sources([str(folder)]), workers=2)
        assert list(one.snapshot(times=False)) == list(two.snapshot(times=False))


def hostile() -> bytes:
    """A small PDF whose pages share a hundred thousand operations, fewer than its library refuses: very long to read."""
    from pypdf import PdfWriter
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    names = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    font = DictionaryObject({NameObject(key): NameObject(value) for key, value in names.items()})
    fonts = DictionaryObject({NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})})
    writer = PdfWriter()
    stream = DecodedStreamObject()
    stream.set_data(b"BT 1 2 Td (a) Tj ET " * 25_000)
    content = writer._add_object(stream.flate_encode())
    for _ in range(400):
        page = writer.add_blank_page(595, 842)
        page[NameObject("/Resources")] = fonts
        page[NameObject("/Contents")] = content
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.slow
def test_a_file_that_takes_for_ever_costs_only_itself(store: SqliteStore, folder: Path) -> None:
    (folder / "Aaa.pdf").write_bytes(hostile())
    report = ingest(store, sources([str(folder)]), workers=2, limits=Limits(seconds=6.0))
    assert counts(report) == (4, 0, 0, 1)
    assert report.skipped[0].reason == "no result within 6 seconds; reading was stopped. Split the file, or save it anew"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the address space of a process")
def test_a_file_that_takes_all_memory_costs_only_itself(store: SqliteStore, folder: Path) -> None:
    (folder / "Aaa.txt").write_bytes(b"a\n\n" * 6_000_000)
    report = ingest(store, sources([str(folder)]), workers=2, limits=Limits(memory=700_000_000))
    assert counts(report) == (4, 0, 0, 1)
    assert "limit of 0.7 GB" in report.skipped[0].reason


PROGRAM = """
import sys, time
from pathlib import Path
from graph.store.sqlite import open_store
from ingest.run import ingest, sources

def slowly(document, cut, claims):
    time.sleep(0.15)
    return []

if __name__ == "__main__":
    with open_store(Path(sys.argv[1])) as store:
        ingest(store, sources([sys.argv[2]]), extract=slowly, fingerprint="test-1", workers=1,
               progress=lambda report, address: print(report.read, flush=True))
"""


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_ended_loses_no_finished_document_and_the_next_goes_on(tmp_path: Path, how: signal.Signals) -> None:
    folder, path, program = tmp_path / "many", tmp_path / "store.sqlite", tmp_path / "program.py"
    folder.mkdir()
    for number in range(30):
        (folder / f"{number:02}.txt").write_text(f"Note {number}. " + WORDS.format(f"Town {number}"))
    program.write_text(PROGRAM)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    running = subprocess.Popen([sys.executable, program, path, folder], stdout=subprocess.PIPE, text=True, env=environment)
    assert running.stdout is not None
    told = 0
    for line in running.stdout:
        told = int(line)
        if told >= 5:
            break
    running.send_signal(how)
    told = max([told, *(int(line) for line in running.stdout)])
    running.wait(30)
    running.stdout.close()
    with open_store(path) as store:
        assert store.check() == []
        kept = store.counts()["documents"]
        assert told <= kept < 30
        report = run(store, folder)
        assert counts(report) == (30 - kept, kept, 0, 0)


# The data to develop on ------------------------------------------------------------------------------------------


@pytest.mark.shared
@pytest.mark.slow
def test_the_shared_texts_and_tables_are_all_in_and_a_second_run_reads_nothing(store: SqliteStore, shared: Path) -> None:
    data = shared / "data"
    names = ["smarter_together_site_2016-2018.jsonl", "undp_sdg_commons_urban.jsonl.gz"]
    tables = ["cordis_citizen_science_projects.csv", "cordis_citizen_science_projects_and_participants.csv",
              "ERDF_Flanders_2007-2013.json", "ERDF_Denmark_2014-2020.csv"]  # fmt: skip
    arguments = [shared / "seed", *(data / name for name in (*names, *tables))]
    first = ingest(store, sources([str(each) for each in arguments]), workers=2)
    assert counts(first) == (1 + 92 + 1212 + 22 + 257 + 449 + 107, 0, 0, 5)
    assert all(skipped.reason.startswith("empty") for skipped in first.skipped)
    assert set(first.statements) == {"project", "organisation", "place", "programme"}
    generation = store.generation()
    began = time.monotonic()
    second = ingest(store, sources([str(each) for each in arguments]), workers=2)
    assert counts(second) == (0, first.read, 0, 5)
    assert store.generation() == generation
    assert time.monotonic() - began < 60  # the figure itself is in bench/; this only shows that nothing was read


def test_sources_are_found_lazily_and_in_order(folder: Path) -> None:
    found = sources([str(folder), "nothing at all"])
    assert [type(each) for each in found] == [Source] * 4 + [Skipped]


# Several documents at once ---------------------------------------------------------------------------------------


class Together:
    """Extractors that take four documents at once, and know which came with which."""

    def __init__(self, bad: str = "", stop: str = "") -> None:
        self.bad, self.stop = bad, stop
        self.seen: list[list[str]] = []

    def begin(self, given: Sequence[Given]) -> End:
        towns = [document.title or document.text.split()[3] for document, _, _ in given]
        self.seen.append(towns)

        def end() -> list[list[Statement]]:
            if self.bad and self.bad in towns:
                raise ZeroDivisionError("no lamps")
            if self.stop and self.stop in towns:
                raise KeyboardInterrupt
            return [[statement(subject="place:odder", value="Odder", of=each, quote="The town")] for each, _, _ in given]

        return end

    def batches(self) -> Batches:
        return Batches(begin=self.begin, size=4)


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Ten documents, the ones of a file of lines first."""
    made = tmp_path / "many"
    made.mkdir()
    lines = [{"path": f"p{n}", "text": WORDS.format(f"Town{n}")} for n in range(6)]
    (made / "a.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    for number in range(6, 10):
        (made / f"b{number}.txt").write_text(WORDS.format(f"Town{number}"))
    return made


@pytest.mark.parametrize("workers", [0, 1])
def test_documents_are_extracted_together_and_kept_as_if_one_by_one(tmp_path: Path, many: Path, workers: int) -> None:
    told: list[str] = []
    together = Together()
    with open_store(tmp_path / "one.sqlite") as one, open_store(tmp_path / "more.sqlite") as more:
        by_one = Batches(begin=Together().begin, size=1)
        first = ingest(one, sources([str(many)]), extract=by_one, fingerprint="test-1", workers=0)
        report = ingest(
            more,
            sources([str(many)]),
            extract=together.batches(),
            fingerprint="test-1",
            workers=workers,
            progress=lambda _, address: told.append(address),
        )
        assert counts(report) == counts(first) == (10, 0, 0, 0)
        assert list(more.snapshot(times=False)) == list(one.snapshot(times=False))
    if workers == 0:
        assert [len(batch) for batch in together.seen] == [4, 4, 2]
    kept = [address.rpartition("/")[2] for address in told]
    assert kept[:7] == [*(f"a.jsonl#p{n}" for n in range(6)), "a.jsonl"]
    assert sorted(set(kept[7:])) == [f"b{n}.txt" for n in range(6, 10)]


def test_one_bad_document_of_a_batch_costs_only_itself(store: SqliteStore, many: Path) -> None:
    together = Together(bad="Town2")
    report = run(store, many, extract=together.batches())
    assert counts(report) == (9, 0, 0, 1)
    assert report.skipped[0].address.endswith("a.jsonl#p2")
    assert report.skipped[0].reason == "an extractor failed: ZeroDivisionError no lamps"
    assert counts(run(store, many, extract=Together().batches())) == (0, 9, 0, 1)


def test_ctrl_c_keeps_the_batches_before_and_the_next_run_goes_on(store: SqliteStore, many: Path) -> None:
    report = run(store, many, extract=Together(stop="Town6").batches())
    assert report.interrupted
    assert counts(report) == (4, 0, 0, 0)
    assert store.check() == []
    report = run(store, many, extract=Together().batches())
    assert (report.interrupted, store.counts()["documents"]) == (False, 10)
    assert counts(report)[:2] == (6, 4)


def test_ctrl_c_while_a_batch_is_kept_keeps_the_rest_of_it(store: SqliteStore, many: Path) -> None:
    def stop(report: Report, address: str) -> None:
        if report.read == 2:
            raise KeyboardInterrupt

    report = run(store, many, extract=Together().batches(), progress=stop)
    assert report.interrupted
    assert store.counts()["documents"] == 4


def test_the_same_text_twice_in_a_batch_is_one_document(store: SqliteStore, many: Path) -> None:
    (many / "c.txt").write_text((many / "b9.txt").read_text())
    together = Together()
    report = run(store, many, extract=together.batches())
    assert (counts(report), report.moved) == ((11, 0, 0, 0), 1)
    assert sum(len(batch) for batch in together.seen) == 10


def test_again_extracts_nothing_anew_where_text_and_extractors_are_the_same(store: SqliteStore, many: Path) -> None:
    run(store, many, extract=Together().batches())
    together = Together()
    assert counts(run(store, many, extract=together.batches(), again=True)) == (0, 10, 0, 0)
    assert together.seen == []
    assert counts(run(store, many, extract=together.batches(), fingerprint="test-2")) == (10, 0, 0, 0)


def test_documents_that_come_slowly_do_not_wait_for_others(
    store: SqliteStore, many: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.run.PATIENCE", -1.0)
    together = Together()
    assert counts(run(store, many, extract=together.batches())) == (10, 0, 0, 0)
    assert [len(batch) for batch in together.seen] == [1] * 10


def test_what_was_read_is_kept_as_soon_as_nothing_comes(store: SqliteStore, many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Events as readers give them: three documents and the end of their source, then a pause, then one more source."""
    kept: list[int] = []

    def events(found: Iterable[Source], **_: object) -> Iterator[Event | None]:
        first, second, *_rest = list(found)
        yield from ((first, each) for each in list(read(first))[:3])
        yield first, None
        kept.append(store.counts()["documents"])
        yield None
        kept.append(store.counts()["documents"])
        yield from ((second, each) for each in read(second))
        yield second, None

    monkeypatch.setattr("ingest.read.workers.read_all", events)
    run(store, many, extract=Together().batches())
    assert kept == [0, 3]
    assert store.counts()["documents"] == 4
