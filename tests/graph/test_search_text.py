"""Folding and stemming for full-text search."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.search_text import STEMMED, fold, folded, search_text, stem, stems, words


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("Tromsø", "tromso"),
        ("Évora", "evora"),
        ("İzmir", "izmir"),
        ("Zürich-West", "zurich west"),
        ("l’eau d'Évry", "l eau d evry"),
        ("smart_city 2.0", "smart city 2 0"),
        ("", ""),
        ("…—!?", ""),
        ("☀️🚲", ""),
    ],
)
def test_names_fold_to_what_a_plain_keyboard_types(written: str, expected: str) -> None:
    assert folded(written) == expected


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("renovating", "renovated", "en"),
        ("Sanierungen", "Sanierung", "de"),
        ("rénovations", "rénovation", "fr"),
        ("ciudadanos", "ciudadano", "es"),
        ("progetti", "progetto", "it"),
        ("cidades", "cidade", "pt"),
    ],
)
def test_forms_of_a_word_share_a_stem(one: str, other: str, language: str) -> None:
    assert stem(one, language) == stem(other, language)


def test_a_language_without_stemmer_keeps_the_folded_word() -> None:
    assert stem("Städte", "und") == "stadte"
    assert stem("városok", "xx") == "varosok"


def test_composed_and_decomposed_letters_are_the_same() -> None:
    assert search_text("Zu\u0308rich", "de") == search_text("Zürich", "de")


def test_every_stemmer_named_here_exists() -> None:
    for code in STEMMED:
        assert stem("test", code)


@given(st.text(max_size=200), st.sampled_from([*STEMMED, "und"]))
def test_words_and_stems_stay_side_by_side(text: str, language: str) -> None:
    assert len(folded(text).split()) == len(stems(text, language).split()) == len(words(text))


@given(st.text(max_size=200))
def test_what_is_typed_folds_to_what_was_read(text: str) -> None:
    once = [word for word in folded(text).split() if word != "-"]
    assert [fold(word) for word in once] == once


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=30))
def test_a_folded_word_is_one_word(text: str) -> None:
    assert all(" " not in fold(word) for word in words(text))
