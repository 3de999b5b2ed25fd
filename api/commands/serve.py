"""The command that opens the HTTP door."""

from __future__ import annotations

import socket
from contextlib import closing
from typing import TYPE_CHECKING, Annotated, Final

import typer

from api.options import CacheOption, ModelOption, StoreOption, say
from api.settings import read_settings
from graph.errors import TwintownError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.settings import Settings

app = typer.Typer()

KEEP_ALIVE: Final = 15  # seconds an idle connection is kept
GRACE: Final = 10  # seconds for answers under way when the server is asked to stop
HEAD_BYTES: Final = 32_768  # of a request's first line and headers
CONNECTIONS: Final = 1000
QUEUE: Final = 128  # connections waiting to be accepted


class AddressTakenError(TwintownError):
    """Another program listens there."""


@app.command("serve")
def serve(
    host: Annotated[str, typer.Option(help="Address to listen at; 0.0.0.0 opens it to other machines.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen at; 0 takes a free one.")] = 8000,
    allow_host: Annotated[
        list[str] | None,
        typer.Option("--allow-host", metavar="NAME", help="Name the server may be called by, again for each; * for any."),
    ] = None,
    store: StoreOption = "",
    model: ModelOption = "",
    cache: CacheOption = "",
) -> None:
    """Serve the pages and the API, for reading only.

    It answers to localhost alone unless told otherwise, and writes a JSON line to stderr for each request.
    """
    run(read_settings(store=store, model=model, cache=cache), host=host, port=port, names=tuple(allow_host or ()))


def run(settings: Settings, *, host: str, port: int, names: Sequence[str] = ()) -> None:
    """Serve until interrupted; print the address once it answers. Raise TwintownError where it cannot begin."""
    import uvicorn

    from api.app import create_app
    from api.logs import write_json
    from api.security import LOOPBACK

    # One machine answers to its own names, so that no page elsewhere can reach it under a name that leads here.
    hosts = (*LOOPBACK, host, *names) if host in LOOPBACK or names else ("*",)
    with closing(listen(host, port)) as listening:
        application = create_app(settings, hosts=hosts)
        write_json()
        number = listening.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        say(f"Twintown answers at http://{shown}:{number}/ (Ctrl-C ends it)")
        uvicorn.Server(
            uvicorn.Config(
                application,
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                http="h11",
                ws="none",
                timeout_keep_alive=KEEP_ALIVE,
                timeout_graceful_shutdown=GRACE,
                h11_max_incomplete_event_size=HEAD_BYTES,
                limit_concurrency=CONNECTIONS,
            )
        ).run(sockets=[listening])


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; raise AddressTakenError or TwintownError in one clear line."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=QUEUE)
    except PermissionError as error:
        raise TwintownError(f"port {port} needs more rights; choose one above 1023 with --port") from error
    except OSError as error:
        if isinstance(error, socket.gaierror):
            raise TwintownError(f"{host!r} is no address of this machine; name another with --host") from error
        raise AddressTakenError(f"{host}:{port} is taken ({error.strerror}); choose another port with --port") from error
