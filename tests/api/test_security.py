"""What stands before the routes: hosts, sizes, methods, time, headers; and logs that hold nothing of what was asked."""

from __future__ import annotations

import io
import json
import logging
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.logs import JsonLines, write_json
from api.security import HEADERS, LOOPBACK, POLICY
from tests.api import served


@pytest.fixture(scope="module")
def client(served_store: Path) -> Iterator[TestClient]:
    with served.serving(served_store) as found:
        yield found


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("GET", "/"),
        ("GET", "/api/v1/stats"),
        ("GET", "/static/style.css"),
        ("GET", "/nothing"),
        ("POST", "/"),
        ("GET", "/api/v1/entities?kind=x"),
        ("HEAD", "/place"),
        ("GET", "/api/v1/openapi.json"),
    ],
)
def test_every_answer_carries_the_headers(method: str, address: str, client: TestClient) -> None:
    answer = client.request(method, address)
    for name, value in HEADERS:
        assert answer.headers[name.decode()] == value.decode()
    assert answer.headers["x-request-id"]
    assert "access-control-allow-origin" not in answer.headers


def test_the_policy_lets_nothing_run_and_nothing_come_from_elsewhere() -> None:
    rules = dict(rule.strip().split(" ", 1) for rule in POLICY.split(";"))
    assert rules["default-src"] == "'none'"
    assert set(rules.values()) <= {"'none'", "'self'"}
    assert "script-src" not in rules
    assert not {"unsafe", "*", "http", "data:"} & set(POLICY.replace(";", " ").replace("'", " ").split())


@pytest.mark.parametrize("host", [*LOOPBACK[:2], "localhost:8000", "127.0.0.1:80", "[::1]:8000", "LOCALHOST"])
def test_a_server_for_one_machine_answers_to_its_names(host: str, served_store: Path) -> None:
    app = create_app(served.settings(served_store), models=False)
    assert TestClient(app).get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "", "localhost:80:80", "[::1", "a@localhost"]
)
def test_and_to_no_other(host: str, served_store: Path) -> None:
    """A page elsewhere whose name leads here (DNS rebinding) gets nothing."""
    app = create_app(served.settings(served_store), models=False)
    answer = TestClient(app).get("/api/v1/stats", headers={"host": host})
    assert (answer.status_code, answer.json()["type"]) == (421, "/problems/unknown-host")


@pytest.mark.parametrize(
    ("headers", "content"),
    [
        ({}, b"x" * 20_000),
        ({"content-length": "99999999999999999999999"}, b""),
        ({"content-length": "-1"}, b""),
        ({"content-length": "many"}, b""),
        ({"transfer-encoding": "chunked"}, b""),
    ],
)
def test_a_request_carries_nothing_big(headers: dict[str, str], content: bytes, client: TestClient) -> None:
    answer = client.request("GET", "/api/v1/stats", headers=headers, content=content)
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/request-too-large")


def test_an_answer_that_takes_too_long_is_given_up(served_store: Path) -> None:
    app = create_app(served.settings(served_store), hosts=(served.HOST,), models=False, patience=0.2)
    app.add_api_route("/slow", lambda: time.sleep(1.5))
    with TestClient(app) as client:
        began = time.monotonic()
        answer = client.get("/slow")
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/too-slow")
        assert answer.headers["retry-after"]
        assert time.monotonic() - began < 1.4
        assert client.get("/healthz").status_code == 200


def test_more_than_a_server_takes_on_is_turned_away(served_store: Path) -> None:
    from api.security import Door

    app = served.application(served_store)
    door = Door(app, hosts=(served.HOST,), at_once=0)
    answer = TestClient(door).get("/healthz")
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/overloaded")


def test_logs_hold_neither_the_question_nor_the_text(client: TestClient) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("twintown.http")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        client.get("/search?q=my+secret+illness", headers={"x-request-id": "mine-1"})
        client.get(f"/api/v1/entities/{served.TOWN}?note=my+secret", headers={"x-request-id": "not\x7fmine"})
        client.get("/person/my-secret-name")
        client.get("/my-secret-path")
    finally:
        logger.removeHandler(handler)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["route"] for line in lines] == ["/search", "/api/v1/entities/{id}", "/person/{key:path}", "(none)"]
    assert [line["status"] for line in lines] == [200, 200, 404, 404]
    assert lines[0]["request"] == "mine-1"
    assert len(lines[1]["request"]) == 32
    assert set(lines[0]) == {
        "time",
        "level",
        "logger",
        "message",
        "request",
        "method",
        "route",
        "status",
        "milliseconds",
        "bytes",
    }
    for word in ("secret", "illness", "odder"):
        assert word not in stream.getvalue().lower()
    assert "secret" not in client.get("/metrics").text


def test_a_request_id_comes_back(client: TestClient) -> None:
    assert client.get("/healthz", headers={"x-request-id": "a-b.c_1"}).headers["x-request-id"] == "a-b.c_1"
    assert len(client.get("/healthz", headers={"x-request-id": "x" * 65}).headers["x-request-id"]) == 32


def test_the_servers_own_log_is_json_and_leaves_addresses_out() -> None:
    names = ("twintown", "uvicorn", "uvicorn.access")
    before = {name: (logging.getLogger(name).handlers, logging.getLogger(name).propagate) for name in names}
    stream = io.StringIO()
    try:
        write_json(stream)
        logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")
        logging.getLogger("uvicorn.access").info("GET /search?q=secret")
        assert json.loads(stream.getvalue())["message"] == "Invalid HTTP request received."
    finally:
        for name, (handlers, propagate) in before.items():
            logging.getLogger(name).handlers, logging.getLogger(name).propagate = handlers, propagate
        logging.getLogger("uvicorn.access").disabled = False
