"""The description of the API: whole, and true where it gives an example."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jsonschema_rs
import pytest
from fastapi.testclient import TestClient

from api.openapi import ADDRESS, describe, operations
from tests.api import served

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def client(served_store: Path) -> Iterator[TestClient]:
    with served.serving(served_store) as found:
        yield found


@pytest.fixture(scope="module")
def described(served_store: Path) -> dict[str, Any]:
    return describe(served.application(served_store))


def examples(parameter: dict[str, Any]) -> list[Any]:
    found = parameter["schema"].get("examples") or parameter.get("examples")
    if found is None and "default" in parameter["schema"]:
        return [parameter["schema"]["default"]]
    return list(found.values() if isinstance(found, dict) else found or [])


def test_it_is_openapi_3_1_and_served(client: TestClient, described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1")
    assert client.get(ADDRESS).json() == described


def test_every_operation_parameter_and_member_is_described(described: dict[str, Any]) -> None:
    for path, operation in operations(described):
        assert operation["summary"], path
        assert len(operation["description"]) > 10, path
        for parameter in operation.get("parameters", ()):
            assert parameter.get("description"), f"{path}: {parameter['name']}"
    for name, schema in described["components"]["schemas"].items():
        assert schema.get("description"), name


def test_only_reading_is_described(described: dict[str, Any]) -> None:
    assert {method for methods in described["paths"].values() for method in methods} == {"get"}


def test_every_error_is_a_problem(described: dict[str, Any]) -> None:
    for path, operation in operations(described):
        for status, answer in operation["responses"].items():
            if status[0] in "45":
                assert list(answer["content"]) == ["application/problem+json"], f"{path} {status}"


def test_examples_are_answered_and_fit_their_schema(client: TestClient, described: dict[str, Any]) -> None:
    asked = 0
    for path, operation in operations(described):
        address = path
        query: dict[str, Any] = {}
        for parameter in operation.get("parameters", ()):
            found = examples(parameter)
            if parameter["in"] == "path":
                assert found, f"{path}: no example for {parameter['name']}"
                address = address.replace("{" + parameter["name"] + "}", quote(str(found[0]), safe=":"))
            elif found and parameter.get("required"):
                query[parameter["name"]] = found[0]
        answer = client.get(address, params=query)
        assert answer.status_code == 200, f"{address} {query}: {answer.text}"
        media = answer.headers["content-type"].partition(";")[0]
        if media == "application/json":
            schema = operation["responses"]["200"]["content"][media].get("schema", {})
            whole = {**schema, "components": described["components"]}
            jsonschema_rs.validator_for(whole).validate(answer.json())
        asked += 1
    assert asked == len(described["paths"]) >= 14


def test_every_filter_takes_its_example(client: TestClient, described: dict[str, Any]) -> None:
    for path, operation in operations(described):
        parameters = operation.get("parameters", ())
        needed = {p["name"]: examples(p)[0] for p in parameters if p.get("required") and p["in"] == "query"}
        if "{" in path:
            continue
        for parameter in parameters:
            for example in examples(parameter):
                answer = client.get(path, params=needed | {parameter["name"]: example})
                assert answer.status_code == 200, f"{path} {parameter['name']}={example!r}: {answer.text}"


def test_every_route_is_documented(described: dict[str, Any]) -> None:
    text = (ROOT / "docs" / "api.md").read_text("utf-8")
    for path in described["paths"]:
        assert f"`{path}`" in text, f"docs/api.md does not speak of {path}"
