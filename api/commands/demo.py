"""The command that fills a store with what ships with Twintown, and serves it."""

from __future__ import annotations

import hashlib
import shutil
from importlib.resources import files
from typing import TYPE_CHECKING, Annotated, Final

import typer

from api.intake import after_run, extraction, progress, tools_of
from api.options import CacheOption, ModelOption, StoreOption, opened, say
from api.settings import read_settings
from graph.errors import StoreFull

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

    from api.settings import Settings
    from graph.store.base import Store

app = typer.Typer()

SAID: Final = ("documents", "statements", "project", "pilot", "replication", "place", "lesson")
DONE: Final = "twintown:demo"  # where the store remembers what the last demo left
ROOM: Final = 500_000_000  # bytes that place index, exported models and store need, with some to spare


@app.command("demo")
def demo(
    what: Annotated[
        list[str] | None, typer.Argument(metavar="[PATH|ADDRESS]...", help="Further files or folders of your own to read.")
    ] = None,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the store when it is filled.")] = True,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen at; 0 takes a free one.")] = 8000,
    store: StoreOption = "",
    cache: CacheOption = "",
    model: ModelOption = "",
) -> None:
    """Fill a store with the register of projects and the digests that ship with Twintown, then serve it.

    The first time builds the place index and the models (some minutes); later runs read nothing twice.
    """
    settings = read_settings(store=store, cache=cache, model=model)
    _enough_room(settings)
    if serve:
        from api.commands.serve import listen

        listen("127.0.0.1", port).close()  # a taken port is said before minutes of work and not after them
    with opened(settings, write=True) as kept:
        fill(kept, settings, what or [])
        say(", ".join(f"{number} {name}" for name, number in kept.counts().items() if name in SAID))
    if serve:
        from api.commands.serve import run

        run(settings, host="127.0.0.1", port=port)


def fill(store: Store, settings: Settings, arguments: list[str]) -> None:
    """Bring register, digests and the given files into the store, and vectors up to it.

    Where nothing was written since it was filled last, by the same program, there is nothing to look at.
    """
    if not arguments and store.seen(DONE) == _standing(store, settings):
        say("register, digests and vectors: up to date, nothing read")
        return
    from graph.register import digests, statements
    from ingest.given import keep_given

    with progress("place index and models") as tell:
        tools = tools_of(settings, store, tell)
        changed = store.enter("register", statements())
    say(f"register: {'up to date' if not changed else f'{changed} statements changed'}")
    with progress("digests") as tell:
        read = keep_given(store, digests(), tools, progress=tell)
    say(f"digests: {read} read, the others were there")
    if arguments:
        from api.commands.ingest import run_and_tell

        run_and_tell(store, arguments, extraction(tools, store))
    with progress("vectors for search") as tell:
        after_run(store, settings, tell)
    store.mark_seen(DONE, _standing(store, settings))


def _standing(store: Store, settings: Settings) -> str:
    """Return a digest of all that a demo's outcome rests on: the store as it is, its vectors, the program with its data."""
    from graph.vectors import serving, vectors_home

    found = hashlib.blake2b(digest_size=12)
    found.update(f"{store.generation()} {settings.model} {serving(vectors_home(settings.beside))}".encode())
    for package in ("graph", "ingest"):
        for content in _contents(files(package)):
            found.update(content)
    return found.hexdigest()


def _contents(folder: Traversable) -> Iterator[bytes]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _contents(entry)
        else:
            yield f"{entry.name}\n".encode()
            yield entry.read_bytes()


def _enough_room(settings: Settings) -> None:
    for path in (settings.beside, settings.cache):
        folder = next(parent for parent in (path.absolute(), *path.absolute().parents) if parent.is_dir())
        free = shutil.disk_usage(folder).free
        if free < ROOM:
            needed = f"{ROOM // 1_000_000} MB"
            raise StoreFull(
                f"{folder} has {free // 1_000_000} MB left and the demo needs {needed}; make room or name --store, --cache"
            )
