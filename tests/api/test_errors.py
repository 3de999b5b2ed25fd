from __future__ import annotations

import inspect

import pytest

from api.errors import EXIT_CODES, PROBLEMS, exit_code
from graph import errors


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.NotFound("x"), 3),
        (errors.StoreError("x"), 4),
        (errors.StoreBusy("x"), 4),
        (errors.StoreFull("x"), 4),
        (errors.WrongStore("x"), 4),
        (errors.InvalidRecord("x"), 5),
        (errors.MissingModel("x"), 6),
        (errors.TwintownError("x"), PROBLEMS),
    ],
)
def test_each_error_has_its_code(error: errors.TwintownError, code: int) -> None:
    assert exit_code(error) == code


def test_every_code_is_documented() -> None:
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.TwintownError)]
    assert {exit_code(kind("x")) for kind in kinds} <= set(EXIT_CODES)
