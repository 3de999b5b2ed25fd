"""How a sentence is meant, and how far something has come, in seven languages."""

from __future__ import annotations

import pytest

from graph.model import Modality, Progress
from ingest.cues import modality, progress_cues


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("The town installed forty charging points.", Modality.STATED),
        ("The town did not install any charging points.", Modality.NEGATED),
        ("The town might install charging points.", Modality.HEDGED),
        ("Die Stadt hat keine Ladesäulen gebaut.", Modality.NEGATED),
        ("La ville n'a pas encore installé de bornes.", Modality.NEGATED),
        ("El municipio nunca instaló los sensores.", Modality.NEGATED),
        ("Forse il comune compra due autobus.", Modality.HEDGED),
        ("Miasto nie zbudowało sieci.", Modality.NEGATED),
        ("A cidade não instalou painéis.", Modality.NEGATED),
        ("From May to September the town lent forty bicycles.", Modality.STATED),
        ("The town may lend bicycles.", Modality.HEDGED),
        ("Im Mai verlieh die Stadt vierzig Räder.", Modality.STATED),
        ("Il comune non ha mai comprato autobus.", Modality.NEGATED),
    ],
)
def test_modality(text: str, meant: Modality) -> None:
    assert modality(text) is meant


def test_only_the_clause_counts_where_an_offset_is_given() -> None:
    text = "Bergen took the idea over, but Molde did not."
    assert modality(text, text.index("Bergen")) is Modality.STATED
    assert modality(text, text.index("Molde")) is Modality.NEGATED


@pytest.mark.parametrize(
    ("text", "progress"),
    [
        ("The depot will be rebuilt next year.", Progress.PLANNED),
        ("Works are under way in three streets.", Progress.RUNNING),
        ("The heat pump was installed and inaugurated.", Progress.DONE),
        ("The scheme was abandoned.", Progress.STOPPED),
        ("Die Anlage wurde fertiggestellt und eröffnet.", Progress.DONE),
        ("Le projet a été abandonné.", Progress.STOPPED),
        ("La obra está en marcha.", Progress.RUNNING),
        ("Budowa jest w toku.", Progress.RUNNING),
    ],
)
def test_progress(text: str, progress: Progress) -> None:
    cues = progress_cues(text)
    assert cues[progress] == max(cues.values()) > 0
