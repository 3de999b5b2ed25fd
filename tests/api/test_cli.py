"""The command line as people call it: in this process for what it says, in one of its own for what only a process has."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.cli import COMMANDS, main
from graph.store.sqlite import open_store
from graph.vectors import catch_up, vectors_home
from tests.conformance import graphs
from tests.graph.test_vectors import Letters

GOLDEN = Path(__file__).parents[1] / "golden" / "graph.jsonl"


@dataclass(frozen=True)
class Run:
    code: int
    out: str
    err: str


Twintown = Callable[..., Run]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The file of a store that holds the golden graph."""
    file = tmp_path / "golden.sqlite"
    with open_store(file) as store:
        graphs.golden().load(store)
    return file


@pytest.fixture
def twintown(path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Twintown:
    """Run `twintown ARGUMENTS` on the golden store, with the given words on standard input."""
    monkeypatch.setenv("TWINTOWN_STORE", f"sqlite:{path}")

    def run(*arguments: str, typed: str = "") -> Run:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        code = main(arguments)
        captured = capsys.readouterr()
        return Run(code, captured.out, captured.err)

    return run


# Help and wrong calls ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"], ["help"]])
def test_help_lists_every_command(twintown: Twintown, arguments: list[str]) -> None:
    done = twintown(*arguments)
    assert done.code == 0
    assert all(f"  {name} " in done.out and about in done.out for name, (_, about) in COMMANDS.items())


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help(twintown: Twintown, name: str) -> None:
    for arguments in ([name, "--help"], ["help", name]):
        done = twintown(*arguments)
        assert done.code == 0
        assert f"Usage: twintown {name}" in done.out


def test_the_version(twintown: Twintown) -> None:
    assert twintown("--version").out.startswith("twintown 0.")


def test_an_unknown_command_is_a_wrong_call(twintown: Twintown) -> None:
    done = twintown("stat")
    assert (done.code, done.out) == (2, "")
    assert "Did you mean 'stats'?" in done.err


@pytest.mark.parametrize("arguments", [["stats", "--colour"], ["entity"], ["backup"], ["judge", "same", "a:1"]])
def test_a_wrong_call_says_how_to_call_it(twintown: Twintown, arguments: list[str]) -> None:
    done = twintown(*arguments)
    assert (done.code, done.out) == (2, "")
    assert "Usage: twintown" in done.err


def test_an_error_is_one_line_and_a_code(twintown: Twintown, tmp_path: Path) -> None:
    done = twintown("stats", "--store", f"sqlite:{tmp_path / 'nothing.sqlite'}")
    assert (done.code, done.out) == (4, "")
    assert done.err.startswith("twintown: ")
    assert done.err.count("\n") == 1
    assert not (tmp_path / "nothing.sqlite").exists(), "reading makes no store"


@pytest.mark.parametrize("command", ["stats", "doctor", "export", "review"])
def test_a_file_that_is_no_store_is_refused(twintown: Twintown, tmp_path: Path, command: str) -> None:
    (tmp_path / "empty.sqlite").touch()
    (tmp_path / "text.sqlite").write_text("Sankt Älmer\n" * 100)
    for name in ("empty", "text"):
        done = twintown(command, "--store", f"sqlite:{tmp_path / name}.sqlite")
        assert (done.code, done.out) == (4, "")


def test_an_answer_in_a_pipe_has_no_colour_and_ends_quietly_when_the_reader_goes(path: Path) -> None:
    command = f"{sys.executable} -m api.cli export --store sqlite:{path} | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=True, cwd=Path(__file__).parents[2])
    assert b"\x1b" not in done.stdout
    assert done.stderr == b""


# Questions ---------------------------------------------------------------------------------------------------------


def test_passages_near_one_are_shown_nearest_first(twintown: Twintown, path: Path) -> None:
    asked = graphs.golden().readings[0].passages[0]
    before = twintown("similar", asked.id)
    assert (before.code, before.out) == (0, "")
    assert "twintown reembed" in before.err
    with open_store(path) as store:
        catch_up(store, path, [Letters()])
    found = json.loads(twintown("similar", asked.id, "--limit", "2", "--json").out)["similar"]
    assert len(found) == 2
    assert found[0]["score"] > found[1]["score"]
    assert asked.document not in {each["document"] for each in found}
    shown = twintown("similar", asked.id, "--limit", "2").out
    assert shown.index(found[0]["passage"]) < shown.index(found[1]["passage"])
    assert all(" ".join(each["quote"].split()) in shown for each in found)
    assert "in xx" in twintown("similar", asked.id, "--language", "xx").err
    assert twintown("similar", "passage:nothing").code == 3


def test_stats_counts(twintown: Twintown) -> None:
    counts = json.loads(twintown("stats", "--json").out)
    assert counts["documents"] == 4
    assert counts["place"] == 5
    assert "documents\t4\n" in twintown("stats").out


@pytest.mark.parametrize("name", [graphs.OSTERVIK, graphs.OSTERVIK_WRITTEN, "Østervik", "oestervik"])
def test_an_entity_is_found_by_id_and_by_any_of_its_names(twintown: Twintown, name: str) -> None:
    done = twintown("entity", name)
    assert done.code == 0
    assert done.out.startswith("Østervik (place, XA")
    assert "“Østervik tried street lights with sensors in 2016” — Notes on LANTERN, 2018-11, notes/lantern.txt" in done.out


def test_an_entity_as_json_has_evidence_on_every_fact(twintown: Twintown) -> None:
    answer = json.loads(twintown("entity", graphs.OSTERVIK, "--json").out)
    assert answer["entity"]["name"] == "Østervik"
    assert all(fact["said"] and all(each["address"] for each in fact["said"]) for fact in answer["facts"])


def test_a_name_of_several_lists_their_ids(twintown: Twintown) -> None:
    done = twintown("entity", "Ada Brandt")
    assert (done.code, done.out) == (3, "")
    assert graphs.ADA in done.err
    assert graphs.ADA_ELSEWHERE in done.err


@pytest.mark.parametrize("name", ["place:example-nobody", "Atlantis"])
def test_what_is_not_there_is_not_found(twintown: Twintown, name: str) -> None:
    assert twintown("entity", name).code == 3


def test_the_statements_of_a_document_stand_under_their_words(twintown: Twintown) -> None:
    answer = json.loads(twintown("show", "notes/lantern.txt", "--statements", "--json").out)
    lines = twintown("show", "notes/lantern.txt", "--statements").out.splitlines()
    for each in answer:
        above = lines[: next(i for i, line in enumerate(lines) if line.endswith(each["statement"]))]
        quote = " ".join(each["quote"].split())
        assert next(line for line in reversed(above) if line.startswith("“")) == f"“{quote}”"


def test_replications_follow_the_chain(twintown: Twintown) -> None:
    done = twintown("replications", "--from", "Østervik", "--solution", "Street lighting")
    lines = [line for line in done.out.splitlines() if "→" in line]
    assert [len(line) - len(line.lstrip()) for line in lines] == [0, 4, 8, 4, 8]
    assert "1. Portomìra → Østervik" in lines[2]
    assert lines[-1].endswith("(see 1)")
    assert "kept: the lamps" in done.out


def test_replications_as_json(twintown: Twintown) -> None:
    answer = json.loads(twintown("replications", "--to", "Lower Well", "--json").out)
    assert [(step["depth"], step["origin"] and step["origin"]["name"]) for step in answer["steps"]] == [
        (1, None),
        (1, "Portomìra"),
    ]


def test_questions_are_listed_with_what_is_pending(twintown: Twintown) -> None:
    rows = json.loads(twintown("questions", "--json").out)
    assert {row["question"] for row in rows} >= {"entity", "document", "replications"}
    assert all(set(row) == {"question", "about", "arguments", "pending"} for row in rows)


# Judging -----------------------------------------------------------------------------------------------------------


def test_a_judgement_and_its_undoing(twintown: Twintown) -> None:
    before = twintown("export", "--no-times").out
    done = twintown("judge", "same", graphs.PORTOMIRA, graphs.LOWELL, "--by", "Ada", "--why", "twins")
    identifier = done.out.strip()
    assert "also: Portomìra" in twintown("entity", graphs.LOWELL).out
    assert "Lower Well (place" in twintown("entity", graphs.PORTOMIRA).out
    assert identifier in twintown("judge", "list").out
    assert twintown("judge", "undo", identifier).code == 0
    assert twintown("export", "--no-times").out == before
    assert twintown("judge", "undo", identifier).code == 3


def test_a_wrong_statement_is_no_fact(twintown: Twintown) -> None:
    answer = json.loads(twintown("entity", graphs.ALMER, "--json").out)
    fellow = next(fact for fact in answer["facts"] if fact["predicate"] == "fellow_in")
    assert twintown("judge", "wrong", fellow["said"][0]["statement"], "--by", "Ada").code == 0
    assert "fellow_in" not in {fact["predicate"] for fact in json.loads(twintown("entity", graphs.ALMER, "--json").out)["facts"]}
    hidden = twintown("entity", graphs.ALMER)
    assert "fellow in" not in hidden.out
    assert "1 statement judged wrong (--all" in hidden.err
    shown = twintown("entity", graphs.ALMER, "--all").out
    assert "Sankt Älmer fellow in: LANTERN" in shown[shown.index("Judged wrong") :]
    (judged,) = json.loads(twintown("entity", graphs.ALMER, "--all", "--json").out)["judged_wrong"]
    assert judged["said"]["statement"] == fellow["said"][0]["statement"]


def test_an_entity_is_not_judged_wrong_and_the_way_is_named(twintown: Twintown) -> None:
    done = twintown("judge", "wrong", graphs.ALMER, "--by", "Ada")
    assert (done.code, done.out) == (5, "")
    assert f"`twintown entity {graphs.ALMER}`" in done.err


def test_an_entry_is_no_quotation_and_a_digest_says_so(twintown: Twintown) -> None:
    out = twintown("entity", graphs.ALMER).out
    assert "entered by Example Register, certainty D, source https://example.org/register/1; note: fellow_in" in out
    assert "digest, no source of its own: “Sankt Älmer”" in twintown("entity", graphs.ALMER, "--all").out


def test_each_replication_is_shown_once(twintown: Twintown) -> None:
    for arguments in (["--from", graphs.OSTERVIK], ["--to", graphs.PORTOMIRA], ["--to", graphs.OSTERVIK], []):
        out = twintown("replications", *arguments).out
        shown = [line.strip() for line in out.splitlines() if " statement:" in line]
        assert shown
        assert len(shown) == len(set(shown))


def test_a_confirmed_statement_says_so(twintown: Twintown) -> None:
    answer = json.loads(twintown("entity", graphs.ALMER, "--json").out)
    statement = answer["facts"][0]["said"][0]["statement"]
    twintown("judge", "confirmed", statement, "--by", "Ada")
    assert "confirmed" in next(line for line in twintown("entity", graphs.ALMER).out.splitlines() if statement in line)


def test_judging_what_is_not_there_is_not_found(twintown: Twintown) -> None:
    assert twintown("judge", "wrong", "statement:0", "--by", "Ada").code == 3
    assert twintown("judge", "same", graphs.ALMER, "place:nobody", "--by", "Ada").code == 3
    assert twintown("judge", "different", graphs.ALMER, graphs.LANTERN, "--by", "Ada").code == 5


@pytest.mark.parametrize(
    ("typed", "verdicts"), [("s\n", {"same"}), ("d\n", {"different"}), ("\n", set()), ("q\n", set()), ("x\n", set())]
)
def test_review_asks_and_keeps_each_answer(twintown: Twintown, typed: str, verdicts: set[str]) -> None:
    listed = twintown("review")
    assert "Portomìra" in listed.out
    done = twintown("review", "--by", "Zoe", typed=typed)
    assert done.code == 0
    assert "Lower Well" in done.out
    judged = json.loads(twintown("judge", "list", "--json").out)
    assert {each["verdict"] for each in judged if each["by"] == "Zoe"} == verdicts
    assert len(json.loads(twintown("review", "--json").out)) == (0 if verdicts else 1)


# Taking a store elsewhere ------------------------------------------------------------------------------------------


def test_doctor_finds_a_sound_store_sound(twintown: Twintown) -> None:
    done = twintown("doctor")
    assert (done.code, done.out) == (0, "")
    assert "sound" in done.err
    assert json.loads(twintown("doctor", "--json").out)["sound"] is True


def test_doctor_says_whether_an_approximate_index_serves(twintown: Twintown, path: Path) -> None:
    assert "approximate" not in twintown("doctor").err
    with open_store(path) as store:
        catch_up(store, path, [Letters()], approximate_from=1)
    assert "by letters: serves questions without filters" in twintown("doctor").err
    (listed,) = json.loads(twintown("doctor", "--json").out)["approximate"]
    assert (listed["model"], listed["trouble"]) == ("letters", "")
    (index,) = vectors_home(path).rglob("*.hnsw")
    index.write_bytes(index.read_bytes()[:-3])
    assert "search is exact: it is of other rows, or damaged" in twintown("doctor").err
    assert "reembed" in json.loads(twintown("doctor", "--json").out)["approximate"][0]["trouble"]


def test_export_and_import_make_an_identical_store(twintown: Twintown, tmp_path: Path) -> None:
    file, other = tmp_path / "export.jsonl", f"sqlite:{tmp_path / 'other' / 'store.sqlite'}"
    assert twintown("export", str(file)).code == 0
    assert twintown("import", str(file), "--store", other).code == 0
    assert twintown("export", "--store", other).out == file.read_text("utf-8") == twintown("export").out
    assert twintown("import", str(file), "--store", other).code == 4, "only an empty store is filled"
    assert twintown("export", str(file)).code == 4, "nothing is overwritten"


def test_a_backup_is_a_store(twintown: Twintown, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    assert twintown("backup", str(copy)).code == 0
    assert twintown("export", "--store", f"sqlite:{copy}").out == twintown("export").out
    assert twintown("backup", str(copy)).code == 4, "nothing is overwritten"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no json\n",
        "[]\n",
        "{}\n",
        '{"type": "document"}\n',
        GOLDEN.read_text("utf-8")[:4000],
        GOLDEN.read_text("utf-8") + "{}\n",
    ],
)
def test_a_bad_import_is_refused_whole(twintown: Twintown, tmp_path: Path, text: str) -> None:
    (tmp_path / "bad.jsonl").write_text(text, "utf-8")
    other = f"sqlite:{tmp_path / 'new.sqlite'}"
    done = twintown("import", str(tmp_path / "bad.jsonl"), "--store", other)
    assert done.code == 5
    assert done.err.count("\n") == 1
    assert json.loads(twintown("stats", "--json", "--store", other).out)["documents"] == 0


def test_importing_a_file_that_is_not_there(twintown: Twintown, tmp_path: Path) -> None:
    assert twintown("import", str(tmp_path / "nothing.jsonl")).code == 3


@pytest.mark.parametrize(
    "words", [("forget", "a.txt"), ("judge", "undo", "j:1"), ("judge", "wrong", "s:1", "--by", "me"), ("review", "--by", "me")]
)
def test_what_changes_a_store_makes_none(words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mistyped.sqlite"
    assert main([*words, "--store", f"sqlite:{path}"]) != 0
    assert "there is no store at" in capsys.readouterr().err
    assert not path.exists()
