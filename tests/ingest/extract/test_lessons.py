"""Lessons are whole sentences with exact offsets; announcements are none."""

from __future__ import annotations

import pytest

from graph.model import Document
from ingest.context import Tools, prepare
from ingest.extract import lessons

pytestmark = pytest.mark.model

TEXT = """What we learned

The main barrier was the lack of trust: tenants refused to let engineers into their flats. Towns should involve residents
before the first plan is drawn, because later changes are expensive. The exhibition opens on Monday and entry is free."""


def test_lessons_are_whole_sentences(tools: Tools) -> None:
    (context,) = prepare([(Document(text=TEXT, addresses=("own",), language="en"), ())], tools)
    claims = list(lessons.run(context))
    words = [TEXT[claim.start : claim.end] for claim in claims if claim.predicate == "words"]
    assert any(one.startswith("The main barrier") and one.endswith("flats.") for one in words)
    assert any(one.startswith("Towns should") for one in words)
    assert not any("exhibition" in one for one in words)
    assert {claim.value for claim in claims if claim.predicate == "lesson_kind"} <= {
        "barrier",
        "enabler",
        "recommendation",
        "finding",
    }
