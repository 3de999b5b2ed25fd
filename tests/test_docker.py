"""The Dockerfile, read where no engine runs: it builds from what is here, runs as nobody special, and says when it is well."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Final

import pytest
from dockerfile_parse import DockerfileParser

from api.cli import COMMANDS
from api.docs import commands

ROOT: Final = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def steps() -> list[tuple[str, str]]:
    content = (ROOT / "Dockerfile").read_bytes()
    parser = DockerfileParser(fileobj=io.BytesIO(content))  # type: ignore[arg-type]  # it reads bytes, whatever its stubs say
    return [(step["instruction"], step["value"]) for step in parser.structure if step["instruction"] != "COMMENT"]


def values(steps: list[tuple[str, str]], instruction: str) -> list[str]:
    return [value for name, value in steps if name == instruction]


def last_stage(steps: list[tuple[str, str]]) -> list[tuple[str, str]]:
    start = max(number for number, (name, _) in enumerate(steps) if name == "FROM")
    return steps[start:]


def test_every_instruction_is_one(steps: list[tuple[str, str]]) -> None:
    known = {
        "ARG",
        "FROM",
        "ENV",
        "RUN",
        "WORKDIR",
        "COPY",
        "LABEL",
        "USER",
        "VOLUME",
        "EXPOSE",
        "HEALTHCHECK",
        "ENTRYPOINT",
        "CMD",
    }
    assert {name for name, _ in steps} <= known
    assert len(values(steps, "FROM")) == 2


def test_it_is_built_from_what_is_here_and_let_through(steps: list[tuple[str, str]]) -> None:
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert "*" in ignored
    for value in values(steps, "COPY"):
        if value.startswith("--from="):
            continue
        for source in value.split()[:-1]:
            assert (ROOT / source).exists(), source
            assert f"!{source}" in ignored, source


def test_torch_comes_without_cuda_unless_asked(steps: list[tuple[str, str]]) -> None:
    assert "TORCH=cpu" in values(steps, "ARG")
    assert any("whl/cpu" in value and "$TORCH" in value for value in values(steps, "RUN"))


def test_it_runs_as_a_user_without_rights(steps: list[tuple[str, str]]) -> None:
    stage = last_stage(steps)
    (user,) = values(stage, "USER")
    assert user not in ("root", "0")
    assert any(f"useradd --create-home --uid 10001 {user}" in value for value in values(stage, "RUN"))
    after = stage[stage.index(("USER", user)) + 1 :]
    assert not values(after, "RUN")
    assert not values(after, "COPY")


def test_it_says_when_it_is_well(steps: list[tuple[str, str]]) -> None:
    (check,) = values(last_stage(steps), "HEALTHCHECK")
    command = json.loads(check.partition("CMD")[2])
    assert "/readyz" in command[-1]
    compile(command[-1], "healthcheck", "exec")


def test_it_starts_a_command_that_is_there(steps: list[tuple[str, str]]) -> None:
    stage = last_stage(steps)
    assert json.loads(values(stage, "ENTRYPOINT")[0]) == ["twintown"]
    name, *options = json.loads(values(stage, "CMD")[0])
    assert name in COMMANDS
    assert options[options.index("--port") + 1] in values(stage, "EXPOSE")
    helped = commands().split(f"## twintown {name}\n")[1].split("\n## ")[0]
    for option in (each for each in options if each.startswith("--")):
        assert f"{option} " in helped


def test_settings_in_it_are_settings_of_the_program(steps: list[tuple[str, str]]) -> None:
    named = re.findall(r"TWINTOWN_\w+", " ".join(values(steps, "ENV")))
    assert named
    code = (ROOT / "api" / "settings.py").read_text("utf-8")
    assert all(name in code for name in named)
    volume = values(last_stage(steps), "VOLUME")[0]
    assert f"sqlite:{volume}/" in " ".join(values(steps, "ENV"))


def test_python_is_one_that_the_project_takes(steps: list[tuple[str, str]]) -> None:
    version = next(value.removeprefix("PYTHON=") for value in values(steps, "ARG") if value.startswith("PYTHON="))
    assert f"Python :: {version}" in (ROOT / "pyproject.toml").read_text("utf-8")
