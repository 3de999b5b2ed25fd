"""Errors over HTTP: problems with a page for each type, and nothing told that is not for callers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api import docs, problems
from api.problems import KINDS, ProblemError
from graph.errors import InvalidRecord, MissingModel, NotFound, StoreBusy, StoreFull, WrongStore
from tests.api import served

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def client(served_store: Path) -> Iterator[TestClient]:
    with served.serving(served_store) as found:
        yield found


def raising(path: Path, error: Exception) -> TestClient:
    app: FastAPI = served.application(path)

    def fail() -> None:
        raise error

    app.add_api_route("/api/v1/fail", fail)
    return TestClient(app, raise_server_exceptions=False)


@pytest.mark.parametrize("name", KINDS)
def test_every_type_has_its_page_here_and_in_the_docs(name: str, client: TestClient) -> None:
    kind = KINDS[name]
    answer = client.get(kind.address)
    assert answer.status_code == 200
    assert kind.title in answer.text
    assert (ROOT / "docs" / "problems" / f"{name}.md").read_text("utf-8") == problems.page(name)
    assert f"problems/{name}.md" in docs.PAGES


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/api/v1/entities/place:none", "not-found"),
        ("/api/v1/documents/document:none", "not-found"),
        ("/api/v1/documents/place:geonames-2624652", "not-found"),
        ("/api/v1/statements/statement:none", "not-found"),
        ("/api/v1/nothing", "not-found"),
        ("/nothing", "not-found"),
        ("/place/none", "not-found"),
        ("/problems/none", "not-found"),
        ("/static/none.css", "not-found"),
        ("/api/v1/entities", "invalid-request"),
        ("/api/v1/entities?kind=planet", "invalid-request"),
        ("/api/v1/entities?kind=place&limit=0", "invalid-request"),
        ("/api/v1/search?q=" + "x" * 501, "invalid-request"),
        ("/api/v1/search?q=x&since=yesterday", "invalid-request"),
        ("/api/v1/entities?kind=place&cursor=x", "invalid-cursor"),
        ("/api/v1/stats?" + "x" * 9000, "address-too-long"),
    ],
)
def test_a_problem_says_its_type_and_the_request(address: str, name: str, client: TestClient) -> None:
    answer = client.get(address)
    found = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert (answer.status_code, found["status"], found["type"]) == (KINDS[name].status, KINDS[name].status, KINDS[name].address)
    assert found["request"] == answer.headers["x-request-id"]
    assert found["title"]
    assert found["detail"]


def test_what_cannot_be_used_is_named(client: TestClient) -> None:
    found = client.get("/api/v1/entities?kind=planet&limit=x").json()
    assert [each["where"] for each in found["errors"]] == ["query.kind", "query.limit"]


def test_a_form_nobody_offers_is_a_problem(client: TestClient) -> None:
    answer = client.get("/api/v1/stats", headers={"accept": "image/png"})
    assert (answer.status_code, answer.json()["type"]) == (406, "/problems/not-acceptable")


def test_a_browser_gets_a_page(client: TestClient) -> None:
    answer = client.get("/place/none", headers={"accept": "text/html,*/*;q=0.8"})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "Nothing is kept here" in answer.text


@pytest.mark.parametrize(
    ("error", "name", "retry"),
    [
        (NotFound("nothing here"), "not-found", None),
        (InvalidRecord("'x' is no id"), "invalid-request", None),
        (StoreBusy("/home/ada/store.sqlite was locked"), "store-busy", "5"),
        (StoreFull("no room left for /home/ada/store.sqlite"), "store-unavailable", "60"),
        (WrongStore("/home/ada/store.sqlite is damaged"), "store-unavailable", "60"),
        (MissingModel("no model in /home/ada"), "model-missing", "600"),
        (ProblemError("not-acceptable"), "not-acceptable", None),
        (ValueError("text of a document"), "internal", None),
        (RecursionError("text of a document"), "internal", None),
    ],
)
def test_every_error_becomes_a_problem_and_the_machine_stays_private(
    error: Exception, name: str, retry: str | None, served_store: Path
) -> None:
    answer = raising(served_store, error).get("/api/v1/fail")
    assert (answer.status_code, answer.json()["type"]) == (KINDS[name].status, KINDS[name].address)
    assert answer.headers.get("retry-after") == retry
    assert "/home" not in answer.text
    assert "text of a document" not in answer.text
    assert answer.headers["content-security-policy"]
    assert answer.headers["x-request-id"] == answer.json()["request"]
