"""Lists of words grouped by letter match what the plain list matches, where and as long."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.alternatives import by_letter, first_letters, split

WORDS = st.text(alphabet="abkKſKis ", min_size=1, max_size=4).map(re.escape) | st.sampled_from(
    [r"a\w*", "b?a", "[ab]k?", "(?:ab|k)i", r"\bk", "s+", "kä?", "K"]
)


@given(st.lists(WORDS, min_size=1, max_size=8), st.text(alphabet="abkKſKisÄä ", max_size=30))
def test_grouped_words_match_the_same_spans(choices: list[str], text: str) -> None:
    plain = "|".join(choices)
    found = [[match.span() for match in re.finditer(each, text, re.IGNORECASE)] for each in (plain, by_letter(plain))]
    assert found[0] == found[1]


def test_choices_are_split_outside_of_brackets() -> None:
    assert list(split(r"a|(?:b|c)d|[|)]e|\||")) == ["a", "(?:b|c)d", "[|)]e", r"\|", ""]
    assert list(split("[]|]|[^]|]|x")) == ["[]|]", "[^]|]", "x"]


@pytest.mark.slow
def test_the_cues_that_ship_match_the_same_spans() -> None:
    text = "The Town may NOT have planned it; Köln könnte es wollen, keine Frage. Il n'a pas été prévu, será Łódź. " * 2
    for section in tomllib.loads(files("ingest").joinpath("cues.toml").read_text("utf-8")).values():
        for words in section.values():
            plain, grouped = (rf"(?<!\w)(?:{each})(?!\w)" for each in ("|".join(words), by_letter("|".join(words))))
            spans = [[match.span() for match in re.finditer(each, text, re.IGNORECASE)] for each in (plain, grouped)]
            assert spans[0] == spans[1]


def test_first_letters_are_known_only_where_they_are_sure() -> None:
    assert set(first_letters("kalt|(?:sun|K[ae])x")) == set("kKsS\u017f\u212a")
    assert not any(map(first_letters, ("k?alt", "kalt|[ab]", "(?:k)?a", "(?:k|)a", r"\w+k", "(k)", "")))
