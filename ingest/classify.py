"""Small classifiers: trained with scikit-learn (`make train`), shipped as JSON, read and run with numpy alone.

A model is a logistic regression over named features (plus, for some, the sentence vector), with the threshold that gave the
best F1 in cross-validation by document. `ingest/models/` holds one JSON file a model, and a card that says what it learned
from and how well it did on documents it had not seen.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from graph.errors import MissingModel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]

YES: Final = "yes"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Classifier:
    """A trained logistic regression. `classes` is ("no", "yes") or the names of several classes.

    `weights` has one row for two classes, else one row a class. `table` holds what a task learns beside its weights.
    """

    name: str
    features: tuple[str, ...]
    classes: tuple[str, ...]
    mean: Matrix
    scale: Matrix
    weights: Matrix
    bias: Matrix
    threshold: float = 0.5
    table: Mapping[str, Any] = field(default_factory=dict)

    def probabilities(self, rows: Matrix) -> Matrix:
        """Return an array (rows, classes) of probabilities that sum to 1; a NaN counts as the mean of the training rows."""
        import numpy as np

        scaled = (np.asarray(rows, dtype=np.float64) - self.mean) / self.scale
        scores = np.nan_to_num(scaled, nan=0.0) @ self.weights.T + self.bias
        if len(self.classes) == 2:
            yes = 1.0 / (1.0 + np.exp(-np.clip(scores[:, 0], -30, 30)))
            return np.stack([1.0 - yes, yes], axis=1)
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(scores / scores.sum(axis=1, keepdims=True))

    def yes(self, rows: Matrix) -> Matrix:
        """Return the probability of yes for each row."""
        return np_column(self.probabilities(rows), self.classes.index(YES))

    def best(self, rows: Matrix) -> list[tuple[str, float]]:
        """Return the likeliest class of each row and its probability."""
        found = self.probabilities(rows)
        return [(self.classes[int(row.argmax())], float(row.max())) for row in found]

    def reasons(self, row: Matrix, most: int = 3) -> str:
        """Return the named features that speak most for yes, for `twintown explain`."""
        import numpy as np

        share = np.nan_to_num((row - self.mean) / self.scale, nan=0.0) * self.weights[-1 if len(self.classes) == 2 else 0]
        named = [(float(share[at]), name) for at, name in enumerate(self.features) if not name.startswith("v")]
        return ", ".join(name for score, name in sorted(named, reverse=True)[:most] if score > 0)

    def as_json(self) -> str:
        """Return the model as JSON with six significant digits: small, and readable in a diff."""

        def short(values: Matrix) -> Any:
            return json.loads(json.dumps([[float(f"{x:.6g}") for x in row] for row in values.reshape(len(values), -1)]))

        return json.dumps(
            {
                "name": self.name,
                "features": list(self.features),
                "classes": list(self.classes),
                "threshold": round(self.threshold, 4),
                "mean": [row[0] for row in short(self.mean)],
                "scale": [row[0] for row in short(self.scale)],
                "bias": [row[0] for row in short(self.bias)],
                "weights": short(self.weights),
                "table": self.table,
            },
            ensure_ascii=False,
        )


def np_column(rows: Matrix, column: int) -> Matrix:
    """Return one column of an array."""
    return rows[:, column]


def from_json(text: str) -> Classifier:
    """Read what `as_json` wrote."""
    import numpy as np

    raw = json.loads(text)
    return Classifier(
        name=raw["name"],
        features=tuple(raw["features"]),
        classes=tuple(raw["classes"]),
        mean=np.array(raw["mean"], dtype=np.float64),
        scale=np.array(raw["scale"], dtype=np.float64),
        weights=np.array(raw["weights"], dtype=np.float64),
        bias=np.array(raw["bias"], dtype=np.float64),
        threshold=float(raw["threshold"]),
        table=raw["table"],
    )


# Models under training or under test stand in for the shipped ones inside `using`.
_INSTEAD: ContextVar[Mapping[str, Classifier]] = ContextVar("classifiers", default={})  # noqa: B039 - never changed in place


@contextmanager
def using(classifiers: Mapping[str, Classifier]) -> Iterator[None]:
    """Use these classifiers instead of the shipped ones of the same name."""
    token = _INSTEAD.set({**_INSTEAD.get(), **classifiers})
    try:
        yield
    finally:
        _INSTEAD.reset(token)


def classifier(name: str) -> Classifier:
    """Return the shipped classifier of this name; raise MissingModel where there is none."""
    return _INSTEAD.get().get(name) or _shipped(name)


@cache
def _shipped(name: str) -> Classifier:
    try:
        return from_json(files("ingest").joinpath("models", f"{name}.json").read_text("utf-8"))
    except FileNotFoundError as missing:
        raise MissingModel(f"The classifier {name!r} is not there; `make train` makes it.") from missing


def matrix(rows: Sequence[Sequence[float]], width: int) -> Matrix:
    """Return rows as an array with this many columns, also where there are none."""
    import numpy as np

    return np.array(rows, dtype=np.float64).reshape(len(rows), width)


if __name__ == "__main__":
    from ingest.training import main

    main()
