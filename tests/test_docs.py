"""The docs say what the code says: generated pages are current, and every setting, command and question is in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from api import docs
from api.cli import COMMANDS
from graph.schema import schema
from queries import questions

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("page", docs.PAGES)
def test_generated_pages_are_current(page: str) -> None:
    written = (ROOT / "docs" / page).read_text("utf-8")
    assert written == docs.PAGES[page](), f"docs/{page} is out of date: make docs"


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
    names = set(re.findall(r"TWINTOWN_[A-Z_]+", code)) | {"TWINTOWN_REQUIRE"}
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


def test_links_between_pages_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
