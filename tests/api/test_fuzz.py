"""Requests nobody would make: from the OpenAPI by schemathesis with every check, and malformed ones on the bare ASGI and TCP."""

from __future__ import annotations

import asyncio
import random
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote_from_bytes

import pytest
import schemathesis
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings

from api.app import create_app
from api.openapi import ADDRESS
from api.security import ANY_HOST
from tests.api import served

pytestmark = pytest.mark.slow

FEW: Final = 2_000
MANY: Final = 10_000
SEED: Final = 7
CASES: Final = 12  # of each operation, fitting and not


def application(path: Path) -> FastAPI:
    return create_app(served.settings(path), hosts=ANY_HOST, models=False)


def test_every_answer_keeps_to_the_description(served_store: Path) -> None:
    """Schemathesis draws requests that fit the description and such that do not, and holds the answers to every check it has."""
    schema: Any = schemathesis.openapi.from_asgi(ADDRESS, application(served_store))
    modes = schemathesis.GenerationMode
    asked = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        holds(operation, modes.POSITIVE)
        if any(parameter.location == "query" for parameter in operation.iter_parameters()):  # a path takes any text
            holds(operation, modes.NEGATIVE)
        asked += 1
    assert asked >= 14


def holds(operation: Any, mode: schemathesis.GenerationMode) -> None:
    """Ask the operation a few times; raise what schemathesis finds."""

    @settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=operation.as_strategy(generation_mode=mode))
    def keeps(case: Any) -> None:
        if mode.is_positive:  # a cursor is opaque: nobody can draw one from the description
            (case.query or {}).pop("cursor", None)
        answer = case.call()
        if answer.status_code != 414:  # drawn too long for any address: not what the description is about
            case.validate_response(answer)

    keeps()


# Malformed requests ------------------------------------------------------------------------------------------------

PIECES: Final = (
    *(
        "/",
        "//",
        "/..",
        "/../../etc/passwd",
        "/%2e%2e/",
        "/api/v1/",
        "/api/v1/entities/",
        "/api/v1/documents/",
        "/api/v1/passages/",
    ),
    *("/api/v1/statements/", "/api/v1/search", "/api/v1/suggest", "/api/v1/replications", "/api/v1/stats", "/place/"),
    *("/document/", "/solution/", "/id/place/", "/search", "/problems/", "/static/", "/static/../app.py", "/metrics", "/vocab"),
    *(".csv", ".json", ".json.csv", "{id}", "*", "place:geonames-2624652", "place:", ":", "document:", "statement:", "none:x"),
    *("\x00", "%00", "é", "\U0001f6b2", "\ufffe", "a" * 3000),
)
NAMES: Final = (
    *("q", "kind", "limit", "cursor", "subject", "predicate", "from", "to", "depth", "at", "since", "until", "country"),
    *("é", ""),
)
VALUES: Final = (
    *("", "0", "-1", "1", "99999999999999999999", "1e309", "NaN", "x", "place", "name", "lamps", "true", "null", "{}", "[]"),
    *("\x00", "%00", "%", "%zz", "%ff%fe", "%ed%a0%80", "\ud800", "\u202e", "🚲" * 50, "e\u0301" * 100, "x" * 501, "=" * 40),
    *("'; DROP TABLE statement; --", '"', "NEAR(a b)", "a* OR b", "(((((", '"unclosed', "NOT", "-", "^x", "<script>", "../.."),
    *("2018", "2018-13", "0000", "9999-12-31", "MDow", "W10", "WyJ4Il0", "bmFuIDE", "aW5mIDk5OTk", "sqlite:x"),
)
ACCEPTS: Final = (
    *("", "*/*", "text/csv", "application/json;q=0", "text/html", "image/png", ";;;", "a" * 2000, "text/turtle"),
    *("\x00", "é"),
)
METHODS: Final = (*("GET",) * 12, "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW", "get", "", "\x00")


class Malformed:
    """Draws requests that no client would send, as ASGI scopes."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def raw(self, text: str) -> bytes:
        raw = text.encode("utf-8", "surrogatepass")
        if self.dice.random() < 0.1:
            raw += self.dice.randbytes(self.dice.randrange(1, 20))
        # mostly encoded, as a client would, so that it comes as far as the routes
        return raw if self.dice.random() < 0.1 else quote_from_bytes(raw, safe="%+").encode()

    def path(self) -> str:
        return "/" * (self.dice.random() < 0.9) + "".join(self.dice.choices(PIECES, k=self.dice.randrange(1, 4))).lstrip("/")

    def query(self) -> bytes:
        pairs = [
            self.raw(self.dice.choice(NAMES)) + b"=" * (self.dice.random() < 0.95) + self.raw(self.dice.choice(VALUES))
            for _ in range(self.dice.randrange(0, 5))
        ]
        return self.dice.choice((b"&", b"&", b"&", b";", b"&&")).join(pairs)

    def scope(self) -> dict[str, Any]:
        path = self.path()
        headers = [
            (b"host", self.dice.choice((b"testserver", b"", b"\xff", b"x:y:z"))),
            (b"accept", self.dice.choice(ACCEPTS).encode("utf-8")),
            (b"accept-encoding", self.dice.choice((b"", b"gzip", b"gzip;q=0", b"\xff"))),
            (b"if-none-match", self.dice.choice((b"", b"*", b'W/"1-x"', b"\xff\xfe", b"," * 500))),
            (b"x-request-id", self.dice.choice((b"", b"a-b", b"\r\nset-cookie: x", b"\xff" * 80))),
            (b"content-length", self.dice.choice((b"0", b"0", b"0", b"-1", b"x", b"1" * 400, "²".encode()))),
        ]
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": self.dice.choice(("1.0", "1.1", "2")),
            "method": self.dice.choice(METHODS),
            "scheme": "http",
            "path": path,
            "raw_path": self.dice.choice((None, path.encode("utf-8", "replace"), b"\xff/")),
            "root_path": "",
            "query_string": self.query(),
            "headers": [pair for pair in headers if self.dice.random() < 0.6],
            "client": self.dice.choice((None, ("127.0.0.1", 1), ("", 0))),
            "server": self.dice.choice((None, ("testserver", 80))),
            "state": {},
        }


async def answered(app: FastAPI, scope: dict[str, Any]) -> int:
    """Return the status; fail where the answer is not whole."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    assert sent[0]["type"] == "http.response.start"
    assert not sent[-1].get("more_body")
    for name, value in sent[0]["headers"]:
        assert b"\n" not in name + value
        assert b"\r" not in name + value
    return int(sent[0]["status"])


def bombard(path: Path, count: int, seed: int) -> Counter[int]:
    app = application(path)
    made = Malformed(seed)

    async def run() -> Counter[int]:
        found: Counter[int] = Counter()
        for _ in range(count):
            scope = made.scope()
            asked = (scope["method"], scope["path"], scope["query_string"], scope["headers"])
            status = await answered(app, scope)
            assert status != 500, asked
            found[status] += 1
        return found

    # In a thread of its own: where the browser's tests ran before in this process, its event loop is still there.
    with ThreadPoolExecutor(1) as alone:
        found = alone.submit(lambda: asyncio.run(run())).result()
    app.state.store.close()
    return found


@pytest.mark.slow
def test_malformed_requests_are_refused_and_break_nothing(served_store: Path) -> None:
    found = bombard(served_store, FEW, SEED)
    assert found.total() == FEW
    assert {200, 404, 405, 413, 422} <= set(found), found
    with served.serving(served_store) as client:
        assert client.get("/readyz").status_code == 200


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_ten_thousand_malformed_requests(served_store: Path) -> None:
    assert bombard(served_store, MANY, SEED + 1).total() == MANY


# On the wire -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def port(served_store: Path) -> Iterator[int]:
    server = uvicorn.Server(uvicorn.Config(application(served_store), log_config=None, access_log=False, ws="none", http="h11"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join(20)


@pytest.mark.parametrize(
    "sent",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        b"GET / HTTP/1.1\r\nBad Header: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
        b"GET /" + b"x" * 60_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        b"*" * 5,
    ],
)
def test_rubbish_on_the_wire_is_refused(sent: bytes, port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(sent)
        line.shutdown(socket.SHUT_WR)
        answer = line.recv(2048)
    assert not answer.startswith(b"HTTP/1.1 5"), answer
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert line.recv(2048).startswith(b"HTTP/1.1 200")


def test_a_websocket_is_turned_away(served_store: Path) -> None:
    from starlette.websockets import WebSocketDisconnect

    with TestClient(application(served_store)) as client, pytest.raises(WebSocketDisconnect), client.websocket_connect("/"):
        pass
