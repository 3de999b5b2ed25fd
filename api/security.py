"""What stands before every route: methods, hosts, sizes and time, and the headers that keep a browser within this server.

Only GET and HEAD pass, so nothing can be written over HTTP, whatever a route does.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from api import problems

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
ANY_HOST: Final = ("*",)
LONGEST_ADDRESS: Final = 8_192  # bytes of path and query
LARGEST_BODY: Final = 16_384  # bytes; no route reads one
PATIENCE: Final = 30.0  # seconds for one answer
AT_ONCE: Final = 200  # requests waiting for an answer

# No script runs at all: JSON-LD is data, which this policy does not touch. A later web client adds its own script-src.
POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS: Final = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
log = logging.getLogger("twintown.http")
_HOST = re.compile(rb"(\[[0-9a-fA-F:.]+\]|[^:\[\]]*)(:\d*)?")


class Door:
    """ASGI middleware in front of everything but the log."""

    def __init__(
        self, app: ASGIApp, *, hosts: Sequence[str] = LOOPBACK, patience: float = PATIENCE, at_once: int = AT_ONCE
    ) -> None:
        self.app, self.hosts, self.patience, self.at_once = app, frozenset(hosts), patience, at_once
        self.inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            elif scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
            return
        send = _with_headers(send)
        refused = self._refused(scope)
        if refused:
            await _refuse(refused, scope, send)
            return
        self.inside += 1
        try:
            await self._pass(scope, receive, send)
        finally:
            self.inside -= 1

    def _refused(self, scope: Scope) -> str:
        """Name the problem of a request that goes no further, or ''."""
        headers = dict(scope["headers"])
        if scope["method"] not in ("GET", "HEAD"):
            return "method-not-allowed"
        if not self._known_host(headers.get(b"host", b"")):
            return "unknown-host"
        if len(scope.get("raw_path") or scope["path"].encode()) + len(scope["query_string"]) > LONGEST_ADDRESS:
            return "address-too-long"
        if not (scope["query_string"].isascii() and (scope.get("raw_path") or b"").isascii()):
            return "malformed-address"
        length = headers.get(b"content-length", b"0")
        if b"transfer-encoding" in headers or not length.isdigit() or int(length[:12]) > LARGEST_BODY:
            return "request-too-large"
        return "overloaded" if self.inside >= self.at_once else ""

    def _known_host(self, host: bytes) -> bool:
        if "*" in self.hosts:
            return True
        match = _HOST.fullmatch(host)
        return match is not None and match[1].decode("latin-1").strip("[]").lower() in self.hosts

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        # HEAD is GET without its body; routes know only GET.
        inner = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
        try:
            async with asyncio.timeout(self.patience):
                await self.app(inner, receive, _without_body(watched) if inner is not scope else watched)
        except TimeoutError:
            if begun:
                raise
            await _refuse("too-slow", scope, send)
        except Exception as error:
            log.error("%s", type(error).__name__, exc_info=error, extra={"request": scope.get("request_id", "")})
            if begun:
                raise
            await _refuse("internal", scope, send)
        finally:
            if inner is not scope and "route" in inner:
                scope["route"] = inner["route"]  # for the log


def _with_headers(send: Send) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), *HEADERS]}
        await send(message)

    return wrapped


def _without_body(send: Send) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return wrapped


async def _refuse(name: str, scope: Scope, send: Send) -> None:
    kind = problems.KINDS[name]
    content, headers = problems.raw(kind, request_id=str(scope.get("request_id", "")))
    await send({"type": "http.response.start", "status": kind.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else content})
