"""Probes on the states of the sentence model: what they see of a candidate, and that the short way of asking is the long one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from graph.embedder import Tokens
from graph.model import Document
from ingest.context import Context, Tools, prepare
from ingest.names import Candidate, candidates
from ingest.names import Mention as Spot
from ingest.probe import PARTS, Examples, Probe, as_written, mean_of, probed, shipped

TEXT = "The town of Graz joined LUMENTIS in May. LUMENTIS paid for lamps."


def _context(tools: Tools) -> Context:
    (context,) = prepare([(Document(text=TEXT, addresses=("notes/test.txt",), language="en"), ())], tools)
    return context


def _words(text: str, states: NDArray[np.float32]) -> Tokens:
    spans, at = [], 0
    for word in text.split():
        start = text.index(word, at)
        at = start + len(word)
        spans.append((start, at))
    return Tokens(spans, states[: len(spans)])


def _name(context: Context) -> Candidate:
    spots = [start for start in range(len(context.text)) if context.text.startswith("LUMENTIS", start)]
    return Candidate(text="LUMENTIS", key="lumentis", mentions=[Spot(start, start + 8, "run") for start in spots])


def test_a_candidate_is_itself_its_sentence_and_what_stands_beside_it() -> None:
    context = _context(Tools())
    counted = np.arange(20, dtype=np.float32).reshape(-1, 1)
    read = [_words(sentence.text, counted) for sentence in context.sentences]

    mean = mean_of(context, _name(context), read)

    assert mean is not None
    # First mention: word 5 of 0 to 7, 2 to 4 before it, 6 and 7 behind. Second: word 0 of 0 to 3, none before it, 1 to 3 behind.
    assert mean.reshape(-1).tolist() == [(5 + 0) / 2, (3.5 + 1.5) / 2, (3 + 0) / 2, (6.5 + 2) / 2]


def test_what_the_model_did_not_read_says_nothing() -> None:
    context = _context(Tools())
    assert mean_of(context, _name(context), [None] * len(context.sentences)) is None
    assert probed(context, [_name(context)]) == [{}]  # no sentence model at all


def test_reduced_tokens_say_what_all_their_states_say() -> None:
    context, dice = _context(Tools()), np.random.default_rng(3)
    probe = Probe(("project", "person"), dice.normal(size=(PARTS, 16, 2)).astype(np.float32), np.array([0.5, -2], np.float32))
    read = [_words(sentence.text, dice.normal(size=(20, 16)).astype(np.float32)) for sentence in context.sentences]

    whole = mean_of(context, _name(context), read)
    reduced = mean_of(context, _name(context), [probe.reduced(tokens) for tokens in read])

    assert whole is not None
    assert reduced is not None
    assert np.allclose(probe.of_states(whole), probe.of_reduced(reduced), atol=1e-4)


def test_what_a_probe_learned_it_says_when_it_is_read_again() -> None:
    dice = np.random.default_rng(4)
    answers = np.arange(200) % 2 == 0
    means: list[NDArray[np.float32] | None] = []
    for answer in answers:
        mean = dice.normal(size=(PARTS, 8)).astype(np.float32)
        mean[2, 3] += 4 if answer else -4  # what stands before a project tells
        means.append(mean)
    examples = Examples.of([*means, None], 8)

    probe = examples.probe({"project": examples.fit(np.arange(200), answers, np.ones(200))})
    raw = as_written(probe, "a model")
    again = Probe(raw["kinds"], np.array(raw["weights"], np.float32), np.array(raw["start"], np.float32))

    said = [again.by_kind(again.of_states(mean))["project"] > 0 for mean in means if mean is not None]
    assert said == answers.tolist()


@pytest.mark.model
def test_the_shipped_probe_is_asked_with_its_own_model_alone(tools: Tools) -> None:
    text = "Anna Berger, the mayor of Graz, spoke first. Then Paul Wimmer said that the lamps had paid."
    (context,) = prepare([(Document(text=text, addresses=("notes/test.txt",), language="en"), ())], tools)
    people = [
        Candidate(text=name, key=name, mentions=[Spot(text.index(name), text.index(name) + len(name), "run")])
        for name in ("Anna Berger", "Paul Wimmer")
    ]
    for said in probed(context, people):
        assert set(said) == {"project", "organisation", "person"}
        assert said["person"] > max(said["project"], said["organisation"])
    assert shipped(tools.embedder.name) is not None
    assert shipped("another model") is None

    other = _context(replace(tools, embedder=_Renamed(tools.embedder)))
    assert other.vectors() is not None
    assert probed(other, candidates(other)) == [{}] * len(candidates(other))


class _Renamed:
    """The same model under another name."""

    name = "another model"

    def __init__(self, embedder: object) -> None:
        self.embed = embedder.embed  # type: ignore[attr-defined]
