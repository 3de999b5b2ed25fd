"""The docs say what the code says: settings, commands, predicates, questions are in them; what they show exists.

Routes: tests/api/test_openapi.py.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from api import docs
from api.cli import COMMANDS, main
from graph.model import Document
from graph.schema import schema
from ingest.claim import Mention
from ingest.context import Tools, prepare
from queries import questions

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("page", docs.PAGES)
def test_generated_pages_are_current(page: str) -> None:
    written = (ROOT / "docs" / page).read_text("utf-8")
    assert written == docs.PAGES[page](), f"docs/{page} is out of date: make docs"


def test_the_page_shows_the_numbers_of_the_docs() -> None:
    assert docs.MEASURED.read_text("utf-8") == docs.measured(), "docs/extraction.md changed: make docs"
    rows = {row["kind"]: row for row in json.loads(docs.measured())["rows"]}
    assert {"projects", "places", "pilots", "replications", "lessons"} <= set(rows)
    assert all(0 <= row["f1"] <= 1 and row["items"] > 0 for row in rows.values())


def test_every_command_has_help_and_is_documented() -> None:
    text = (ROOT / "docs" / "commands.md").read_text("utf-8")
    for name, (_, about) in COMMANDS.items():
        assert f"## twintown {name}\n" in text
        assert about.endswith("."), f"the line of help of {name} is a sentence"


def test_every_option_has_help() -> None:
    text = (ROOT / "docs" / "commands.md").read_text("utf-8")
    bare = re.findall(r"(?m)^  (--\S+(?: \S+)?)$", text)
    assert not [option for option in bare if option != "--help"]


def test_every_setting_is_documented() -> None:
    code = (ROOT / "api" / "settings.py").read_text("utf-8")
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    names = set(re.findall(r"TWINTOWN_[A-Z0-9_]+", code)) | {"TWINTOWN_REQUIRE"}
    assert names
    for name in names:
        assert f"`{name}`" in text, f"docs/operations.md does not say what {name} does"


def test_every_class_and_predicate_is_documented() -> None:
    text = (ROOT / "docs" / "data-model.md").read_text("utf-8")
    for name in (*schema().classes, *schema().predicates):
        assert f"| {name} |" in text


def test_every_question_is_documented() -> None:
    text = (ROOT / "docs" / "questions.md").read_text("utf-8")
    for name in questions.names():
        assert f"## {name}\n" in text


def test_every_page_is_listed_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    for page in (ROOT / "docs").glob("*.md"):
        assert f"](docs/{page.name})" in text, f"README.md leads nobody to docs/{page.name}"


def test_links_between_pages_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md")]:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


PAGES = [*ROOT.glob("*.md"), *(page for page in (ROOT / "docs").glob("*.md") if page.name not in docs.PAGES)]
CALL = re.compile(r"(?<![\w/-])(?:\.venv/bin/)?twintown ([a-z][\w-]*)([^`|\n]*)")


def calls(text: str) -> list[tuple[str, list[str]]]:
    """Every command in the code of a page, set apart or in a line, with its arguments."""
    code = [*re.findall(r"(?s)```\w*\n(.*?)```", text), *re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text)]
    return [(name, rest.split()) for part in code for name, rest in CALL.findall(part)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_line_shown_exists_with_its_options(page: Path) -> None:
    options = documented_options()
    for name, rest in calls(page.read_text("utf-8")):
        inner = f"judge {rest[0]}" if name == "judge" and rest else name
        command = inner if inner in options else name
        assert command in options, f"{page.name} shows twintown {name}"
        for option in (word.partition("=")[0] for word in rest if word.startswith("--")):
            assert option in options[command], f"{page.name} shows twintown {command} {option}"


def documented_options() -> dict[str, set[str]]:
    """The options of each command, from the page that is written from the commands themselves."""
    text = docs.PAGES["commands.md"]()
    found = {}
    for usage in re.split(r"(?m)^Usage: twintown ", text)[2:]:
        name = re.match(r"[a-z-]+(?: [a-z-]+)?", usage)
        assert name
        found[name.group()] = set(re.findall(r"(?<![\w-])--[a-z-]+", usage)) | {"--help"}
    return found | {"judge": {"--help"}}


def test_every_make_target_shown_exists() -> None:
    targets = set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text("utf-8")))
    for page in PAGES:
        text = page.read_text("utf-8")
        shown = re.findall(r"(?m)(?:^|`|&& )make ([a-z]+)", text)
        assert set(shown) <= targets, f"{page.name} shows make {set(shown) - targets}"


def test_the_example_extractor_runs() -> None:
    """The code in docs/adding.md finds what the page says it finds."""
    (code,) = re.findall(r"(?s)```python\n(.*?)```", (ROOT / "docs" / "adding.md").read_text("utf-8"))
    module: dict[str, Any] = {}
    exec(compile(code, "docs/adding.md", "exec"), module)  # noqa: S102 - our own page
    (context,) = prepare(
        [(Document(text="The project LANTERN won the Nordic Lights Prize.", addresses=("own",), language="en"), ())], Tools()
    )
    start = context.text.index("LANTERN")
    project = context.named(
        Mention(kind="project", name="LANTERN", surface="LANTERN"), start, start + 7, extractor="projects", confidence=1.0
    )
    (named, funded) = module["EXTRACTOR"].run(context.after([project]))
    assert (named.value, funded.predicate, funded.subject.name) == ("Nordic Lights Prize", "funded_by", "LANTERN")


@pytest.mark.model
def test_the_tutorial_step_by_step(
    tmp_path: Path, cache: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A report in, found, its statements with their words, one judged, all forgotten; on a store without the demo."""
    monkeypatch.setenv("TWINTOWN_STORE", f"sqlite:{tmp_path / 'own.sqlite'}")
    monkeypatch.setenv("TWINTOWN_CACHE", str(cache))
    report = str(ROOT / "docs" / "examples" / "lighting-report.pdf")

    def twintown(*arguments: str) -> str:
        assert main(arguments) == 0, capsys.readouterr().err
        return capsys.readouterr().out

    twintown("ingest", report, "--workers", "0")
    assert "Street lighting in Kolding" in twintown("search", "lamps that dim by themselves").splitlines()[0]
    told = json.loads(twintown("show", report, "--statements", "--json"))
    pilot = next(each for each in told if each["predicate"] == "runs_in" and each["value_name"] == "Kolding")
    assert pilot["quote"] in twintown("show", report, "--statements")
    judgement = twintown("judge", "wrong", pilot["statement"], "--by", "Ada").strip()
    facts, _, wrong = twintown("entity", "Kolding", "--all").partition("Judged wrong")
    assert pilot["statement"] not in facts
    assert pilot["statement"] in wrong
    twintown("forget", report)
    counts = json.loads(twintown("stats", "--json"))
    assert (counts["documents"], counts["statements"], counts["edges"]) == (0, 0, 0)
    assert judgement in twintown("judge", "list")
