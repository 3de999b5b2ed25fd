"""Projects that no list knows, by all their mentions in a text of our own; the trees that judge names."""

from __future__ import annotations

import json
import random

import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction import DictVectorizer

from graph.model import Document
from ingest.context import Tools, prepare
from ingest.names import Candidate, candidates, features
from ingest.names import Mention as Spot
from ingest.second_look import Trees, fit, log_odds, rows, worth
from tests.ingest.conftest import Reads

LETTER = """Letter of the follower towns, spring

Three lighthouse cities, Graz, Parma and Tartu, tried the measures of LUMENTIS. Its followers Vejle, Braga and Gdynia work on
plans of their own. Graz is also a front-runner of GreenWeaver (Horizon 2020, grant 987654), and Parma shares what it learned
with VERDIGO-NET. Like LUMENTIS, GreenWeaver ended in 2023.

The mayor of Vejle said that the heat network of LUMENTIS helped most. In GreenWeaver the towns planted trees."""


@pytest.mark.model
def test_projects_are_found_by_what_stands_around_them(reads: Reads) -> None:
    found = {found.name for found in reads(LETTER, title="Letter of the follower towns, spring").of("project")}
    assert {"LUMENTIS", "GreenWeaver", "VERDIGO-NET"} <= found
    assert not {"Graz", "Parma", "Tartu", "Vejle", "Horizon 2020"} & found


@pytest.mark.slow
def test_trees_learn_and_say_what_they_learned(monkeypatch: pytest.MonkeyPatch) -> None:
    learned: list[HistGradientBoostingClassifier] = []
    real = HistGradientBoostingClassifier.fit

    def kept(self: HistGradientBoostingClassifier, *given: object, **options: object) -> HistGradientBoostingClassifier:
        learned.append(self)
        return real(self, *given, **options)

    monkeypatch.setattr(HistGradientBoostingClassifier, "fit", kept)
    chance = random.Random(3)
    examples = []
    for at in range(300):
        row = {"humps": float(at % 2), "count": float(at % 5), "odds": round(chance.uniform(-5, 5), 4)}
        examples.append(({name: value for name, value in row.items() if value}, at % 2 == 1 or row["odds"] > 3, 1 + at % 3))
    trees = fit("project", examples)
    asked = [row for row, _, _ in examples]
    said = trees.chances(asked)
    wanted = learned[0].predict_proba(DictVectorizer(sparse=False).fit_transform(asked))[:, 1]
    assert max(abs(said - wanted)) < 0.002  # values are kept with five digits, three hundred of them add up
    assert trees.chances([{"humps": 1.0, "count": 2.0}])[0] > 0.9
    assert trees.chances([{"count": 2.0}, {}])[0] < 0.1
    assert trees.chances([]) == []
    assert fit("project", examples) == trees
    read = json.loads(json.dumps({"start": trees.start, "trees": trees.trees}))
    assert Trees(start=read["start"], trees=read["trees"]).chances(asked) == said


def test_a_town_gets_no_second_look() -> None:
    town = Candidate(text="Graz", key="graz", mentions=[Spot(0, 4, "run")], features={"is place": 0.9}, chances={"project": 0.9})
    name = Candidate(text="LUMENTIS", key="lumentis", features={"big acronym": 1.0}, chances={"project": 1e-6})
    assert not worth(town)
    assert worth(name)


def test_a_long_form_and_its_acronym_know_of_each_other(tools: Tools) -> None:
    text = "The Northern Harbour Agency (NHA) runs the lamps. The NHA began with ten, and NHA went on."
    (context,) = prepare([(Document(text=text, addresses=("notes/test.txt",), language="en"), ())], tools)
    found = candidates(context)
    for candidate in found:
        candidate.features = features(context, candidate)
        candidate.chances = {"project": 0.1, "organisation": 0.9 if candidate.text == "NHA" else 0.2, "person": 0.1}
    made = {candidate.text: row for candidate, row in zip(found, rows(context, found), strict=True) if row is not None}

    assert made["Northern Harbour Agency"]["acronym organisation"] == log_odds(0.9)
    assert made["Northern Harbour Agency"]["count of acronym"] == 3
    assert made["NHA"]["long form organisation"] == log_odds(0.2)
    assert "has acronym" not in made["NHA"]


def test_log_odds_are_bounded() -> None:
    assert log_odds(0.5) == 0
    assert -14 < log_odds(0.0) < log_odds(1.0) < 14
