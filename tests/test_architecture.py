"""The rules of the house that no linter checks."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from api.cli import COMMANDS
from tests.tidy import untidy

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("graph", "ingest", "queries", "api")
SOURCES = sorted(path for name in PACKAGES for path in (ROOT / name).rglob("*.py"))
HEAVY = (
    "torch",
    "sentence_transformers",
    "transformers",
    "spacy",
    "onnxruntime",
    "sklearn",
    "numpy",
    "rich",
    "typer",
    "apsw",
    "yaml",
)
QUERY = re.compile(
    r"\b(SELECT\s.+\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+(TABLE|INDEX|VIEW)|"
    r"MATCH\s*\(|MERGE\s*\(|UNWIND\s+\$|DETACH\s+DELETE)",
    re.IGNORECASE | re.DOTALL,
)


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_imports_only_point_towards_graph() -> None:
    done = run(str(Path(sys.executable).with_name("lint-imports")), "--no-cache")
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("name", PACKAGES)
def test_no_other_distribution_ships_our_package_names(name: str) -> None:
    assert set(packages_distributions().get(name, [])) <= {"twintown"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_query_text_in_python(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            assert not QUERY.search(node.value), f"line {node.lineno}: {node.value[:80]!r} belongs into a .sql or .cypher file"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_settings_read_the_environment(path: Path) -> None:
    if path == ROOT / "api" / "settings.py":
        return
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        assert name not in ("environ", "getenv", "environb"), (
            f"line {getattr(node, 'lineno', 0)}: the environment is read in api/settings.py"
        )


def test_every_folder_of_tests_is_a_package() -> None:
    """Without __init__.py, pytest takes tests/graph for the package graph."""
    for folder in [ROOT / "tests", *(path for path in (ROOT / "tests").rglob("*") if path.is_dir())]:
        if any(folder.glob("*.py")):
            assert (folder / "__init__.py").is_file(), f"{folder} needs an __init__.py"


def test_commands_and_modules_agree() -> None:
    """`twintown --help` is answered from a table; every command of every module is in it, and no other."""
    from api.program import command_group

    modules = {path.stem for path in (ROOT / "api" / "commands").glob("*.py")} - {"__init__"}
    assert {module for module, _ in COMMANDS.values()} == modules
    for module in modules:
        assert set(command_group(module).commands) == {name for name, (home, _) in COMMANDS.items() if home == module}


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys; from api.cli import main; code = main(['--help']); "
        f"print([name for name in {HEAVY} if name in sys.modules], code)"
    )
    done = run(sys.executable, "-c", script)
    assert done.stdout.splitlines()[-1] == "[] 0", done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    "module", ["graph.store.base", "graph.store.sqlite", "api.program", "api.commands.store", "api.commands.graph"]
)
def test_asking_the_store_imports_no_model(module: str) -> None:
    heavy = ("torch", "sentence_transformers", "transformers", "spacy", "onnxruntime", "sklearn", "numpy")
    done = run(sys.executable, "-c", f"import sys, {module}; print([name for name in {heavy} if name in sys.modules])")
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.model
def test_torch_and_sentence_transformers_work_without_triton() -> None:
    """Triton (1 GB) is left out of the lock file; everything that is used imports without it."""
    script = (
        "import importlib.util, torch, sentence_transformers; assert importlib.util.find_spec('triton') is None; "
        "print(float(torch.ones(2, 2).matmul(torch.ones(2, 2)).sum()))"
    )
    done = run(sys.executable, "-c", script)
    assert done.stdout.strip() == "8.0", done.stderr


@pytest.mark.slow
def test_the_wheel_holds_the_data_files(tmp_path: Path) -> None:
    uv = next((path for path in (ROOT / "local/uv/bin/uv",) if path.is_file()), Path("uv"))
    done = run(str(uv), "build", "--wheel", "--out-dir", str(tmp_path), "--quiet")
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        shipped = set(archive.namelist())
    tracked = run("git", "ls-files", *PACKAGES).stdout.split("\n")
    assert not {path for path in tracked if path and not path.startswith("ingest/labels/")} - shipped
    assert {"graph/schema.yaml", "graph/store/schema.sql", "queries/entity/contract.toml", "queries/entity/sqlite.sql"} <= shipped
    assert not [path for path in shipped if path.startswith(("tests/", "bench/", "local/", "ingest/labels/"))]


def test_versions_agree() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert f"version: {version}\n" in (ROOT / "CITATION.cff").read_text("utf-8")


def test_tracked_text_files_are_tidy() -> None:
    tracked = [
        ROOT / name
        for name in run("git", "ls-files", "*.py", "*.sql", "*.toml", "*.yaml", "*.md", "*.cff", "Makefile").stdout.split()
    ]
    assert tracked
    assert not [line for path in tracked if path.is_file() and "golden" not in path.parts for line in untidy(path)]
