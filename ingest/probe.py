"""What the sentence model knows of a candidate for a name (ingest/names.py): linear probes on its hidden states.

A sentence model reads every sentence anyway, and halfway through its layers it holds what a word is in its sentence. For each
kind of name a probe, a logistic regression on these states (Alain and Bengio, "Understanding intermediate layers using linear
classifier probes", 2016), gives log odds; they are features of the second look (ingest/second_look.py). A candidate is seen as
four means over tokens: of itself, of its sentence, of what stands before it and of what stands behind it; all its mentions
together are their mean.

The layer is LAYER of graph/embedder.py, the third of six: by cross-validation the second to the fourth did better than the last.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from graph.embedder import Tokens
    from ingest.context import Context
    from ingest.names import Candidate

    Matrix = NDArray[np.float32]

PARTS: Final = 4  # the candidate, its sentence, before it, behind it
BESIDE: Final = 3  # tokens on each side
MOST: Final = 6  # mentions of a candidate that are looked at


@dataclass(frozen=True, slots=True)
class Probe:
    """Weights by part, dimension and kind, and where each kind starts."""

    kinds: Sequence[str]
    weights: Matrix  # (PARTS, dimension, kinds)
    start: Matrix  # (kinds,)

    def reduced(self, tokens: Tokens) -> Tokens:
        """Return the tokens of a sentence with what each would give as each part, for each kind, in the place of their states."""
        parts, dimension, kinds = self.weights.shape
        return type(tokens)(tokens.spans, tokens.states @ self.weights.transpose(1, 0, 2).reshape(dimension, parts * kinds))

    def of_reduced(self, mean: Matrix) -> Matrix:
        """Return the log odds of each kind for a mean of reduced tokens, as `mean_of` makes it."""
        parts, _, kinds = self.weights.shape
        total: Matrix = self.start + sum(mean[part, part * kinds : (part + 1) * kinds] for part in range(parts))
        return total

    def of_states(self, mean: Matrix) -> Matrix:
        """Return the same for a mean of states that were not reduced."""
        import numpy as np

        total: Matrix = self.start + np.einsum("pd,pdk->k", mean, self.weights)
        return total

    def by_kind(self, total: Matrix) -> dict[str, float]:
        """Return log odds by kind, with three digits."""
        return {kind: round(float(value), 3) for kind, value in zip(self.kinds, total, strict=True)}


@cache
def shipped(embedder: str) -> Probe | None:
    """Return the probe of ingest/models/probe.json, None where another model than that of its training is at work."""
    import numpy as np

    path = files("ingest").joinpath("models", "probe.json")
    raw = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    if raw.get("embedder") != embedder:
        return None
    return Probe(raw["kinds"], np.array(raw["weights"], dtype=np.float32), np.array(raw["start"], dtype=np.float32))


def probed(context: Context, found: Sequence[Candidate]) -> list[Mapping[str, float]]:
    """Return by kind what the shipped probe says of each candidate; nothing where no mention was read by its model."""
    read = context.tokens()
    probe = shipped(context.tools.embedder.name) if read is not None else None
    if read is None or probe is None:
        return [{}] * len(found)
    means = [mean_of(context, candidate, read) for candidate in found]
    return [{} if mean is None else probe.by_kind(probe.of_reduced(mean)) for mean in means]


def mean_of(context: Context, candidate: Candidate, read: Sequence[Tokens | None]) -> Matrix | None:
    """Return the mean of a candidate's mentions, (PARTS, width), by the tokens read of each sentence of the context."""
    import numpy as np

    seen = []
    for mention in candidate.mentions[:MOST]:
        sentence = context.sentence_at(mention.start)
        tokens = read[sentence.index]
        if tokens is None:
            continue
        start, end = mention.start - sentence.start, mention.end - sentence.start
        inside = [at for at, (first, last) in enumerate(tokens.spans) if last > start and first < end]
        if inside:
            seen.append(_parts(tokens.states, inside[0], inside[-1] + 1))
    return np.mean(seen, axis=0) if seen else None


def _parts(states: Matrix, start: int, end: int) -> Matrix:
    import numpy as np

    nothing = np.zeros(states.shape[1], dtype=np.float32)
    before, behind = states[max(0, start - BESIDE) : start], states[end : end + BESIDE]
    return np.stack(
        [
            states[start:end].mean(axis=0),
            states.mean(axis=0),
            before.mean(axis=0) if len(before) else nothing,
            behind.mean(axis=0) if len(behind) else nothing,
        ]
    )


# -- learning

STRENGTH: Final = 0.01  # as C of a logistic regression on standardised means: 0.001 to 0.1 were alike


@dataclass(frozen=True, slots=True)
class Examples:
    """Candidates of some pages as the probe sees them."""

    means: Matrix  # (candidates, PARTS * dimension)
    middle: Matrix  # mean and spread of each column over all of them
    spread: Matrix

    @staticmethod
    def of(means: Sequence[Matrix | None], dimension: int) -> Examples:
        """Return examples; a candidate that was not read is all zero, the mean of those that were."""
        import numpy as np

        rows = np.stack([np.full((PARTS, dimension), np.nan, dtype=np.float32) if mean is None else mean for mean in means])
        flat = rows.reshape(len(rows), -1)
        middle, spread = np.nanmean(flat, axis=0), np.nanstd(flat, axis=0) + 1e-6
        return Examples(np.nan_to_num((flat - middle) / spread), middle, spread)

    def fit(self, rows: NDArray[np.int64], answers: NDArray[np.bool_], counting: NDArray[np.float64]) -> tuple[Matrix, float]:
        """Return weights and start learned from some rows; of `answers` and what each counts there is one for each row of all."""
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(C=STRENGTH, max_iter=200, tol=1e-3)
        model.fit(self.means[rows], answers[rows], sample_weight=counting[rows])
        return model.coef_[0], float(model.intercept_[0])

    def probe(self, learned: Mapping[str, tuple[Matrix, float]]) -> Probe:
        """Return these weights as a probe that reads states as they are."""
        import numpy as np

        kinds = list(learned)
        scaled = [learned[kind][0] / self.spread for kind in kinds]
        start = [learned[kind][1] - float(weights @ self.middle) for kind, weights in zip(kinds, scaled, strict=True)]
        weights = np.stack([each.reshape(PARTS, -1) for each in scaled], axis=-1)
        return Probe(kinds, weights.astype(np.float32), np.array(start, dtype=np.float32))


def as_written(probe: Probe, embedder: str) -> dict[str, Any]:
    """Return a probe as `shipped` reads it."""
    return {
        "embedder": embedder,
        "kinds": list(probe.kinds),
        "start": [round(float(value), 4) for value in probe.start],
        "weights": [[[round(float(value), 4) for value in row] for row in part] for part in probe.weights],
    }
