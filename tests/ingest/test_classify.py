"""A classifier survives its own file, treats the unknown as the mean, and the shipped ones are small and complete."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pytest

from graph.errors import MissingModel
from ingest.classify import Classifier, classifier, from_json, using
from ingest.training import ABOUT


def made(name: str = "toy", weight: float = 2.0) -> Classifier:
    return Classifier(
        name=name,
        features=("warm", "dry"),
        classes=("no", "yes"),
        mean=np.array([1.0, 0.0]),
        scale=np.array([1.0, 2.0]),
        weights=np.array([[weight, -1.0]]),
        bias=np.array([0.5]),
        threshold=0.4,
        table={"note": "of its own"},
    )


def test_a_classifier_is_the_same_after_writing_and_reading() -> None:
    read = from_json(made().as_json())
    rows = np.array([[0.0, 3.0], [2.0, -1.0]])
    assert read.threshold == 0.4
    assert read.table == {"note": "of its own"}
    np.testing.assert_allclose(read.yes(rows), made().yes(rows))


def test_an_unknown_feature_counts_as_the_mean() -> None:
    known, unknown = made().yes(np.array([[1.0, 0.0], [float("nan"), 0.0]]))
    assert known == pytest.approx(unknown)


def test_probabilities_sum_to_one_for_several_classes() -> None:
    several = Classifier(
        name="toy",
        features=("warm",),
        classes=("a", "b", "c"),
        mean=np.zeros(1),
        scale=np.ones(1),
        weights=np.array([[1.0], [0.0], [-1.0]]),
        bias=np.zeros(3),
    )
    np.testing.assert_allclose(several.probabilities(np.array([[2.0], [-3.0]])).sum(axis=1), 1.0)
    assert [name for name, _ in several.best(np.array([[2.0], [-3.0]]))] == ["a", "c"]


def test_one_that_is_not_there_says_what_makes_it() -> None:
    with pytest.raises(MissingModel, match="make train"):
        classifier("weather")


def test_another_classifier_stands_in_only_inside_using() -> None:
    other = made("solutions")
    with using({"solutions": other}):
        assert classifier("solutions") is other
    assert classifier("solutions") is not other


@pytest.mark.parametrize("name", sorted(ABOUT))
def test_every_shipped_classifier_has_a_card_and_fits_its_features(name: str) -> None:
    model = classifier(name)
    assert model.weights.shape[1] == len(model.features) == len(model.mean) == len(model.scale)
    assert f"# {name}" in files("ingest").joinpath("models", f"{name}.md").read_text("utf-8")


def test_all_models_together_stay_small() -> None:
    folder = files("ingest").joinpath("models")
    assert sum(len(file.read_bytes()) for file in folder.iterdir() if file.is_file()) < 15_000_000
