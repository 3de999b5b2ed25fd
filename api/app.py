"""The application behind HTTP: `create_app(settings)` opens the store for reading and puts routes, pages and guards together."""

from __future__ import annotations

import gc
import hashlib
import sys
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from anyio import to_thread
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware.gzip import GZipMiddleware

from api import openapi, problems
from api.asked import Suffixes
from api.inhabitants import inhabitants
from api.logs import Log, Metrics
from api.pages import routers as page_routers
from api.routes import routers
from api.security import LOOPBACK, PATIENCE, Door
from api.stores import open_store

if TYPE_CHECKING:
    from api.settings import Settings

THREADS: Final = 3  # answering is bound by the interpreter: more threads only keep one another waiting


SWITCH: Final = 0.001  # seconds one thread may compute while others wait: one answer does not hold up every other for 5 ms


def _settle(loading: threading.Thread) -> None:
    """Once the models are there, take what lives as long as the server out of the collector's sight: it is no garbage."""
    loading.join()
    gc.collect()
    gc.freeze()


def create_app(
    settings: Settings, *, hosts: Sequence[str] = LOOPBACK, patience: float = PATIENCE, models: bool = True
) -> FastAPI:
    """Return the application over the store of the settings; raise StoreError where it cannot be opened for reading.

    `hosts` are the names that requests may use for this server (`*`: any); `patience` is the seconds one answer may take;
    without `models` search stays by words alone.
    """
    from queries.search.question import Searcher

    store = open_store(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = THREADS
        if models:  # in the background: everything else answers at once
            sys.setswitchinterval(SWITCH)
            loading = app.state.searcher.load_later(settings.model, settings.cache)
            threading.Thread(target=_settle, args=(loading,), name="settle", daemon=True).start()
        yield
        store.close()

    app = FastAPI(version=version("twintown"), lifespan=lifespan, openapi_url=openapi.ADDRESS, docs_url=None, redoc_url=None)
    app.state.store = store
    app.state.settings = settings
    app.state.searcher = Searcher(store, settings.beside, inhabitants=inhabitants(settings.cache))
    app.state.metrics = Metrics()
    # A store that was put in the place of another may have its generation, but never its inode.
    which = settings.store if settings.on_server else settings.store_path.stat().st_ino
    app.state.identity = hashlib.blake2b(f"{app.version} {which}".encode(), digest_size=8).hexdigest()
    openapi.install(app)
    problems.install(app)
    for router in (*routers(), *page_routers()):
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=str(files("api") / "static")), name="static")
    # The last one added is the outermost.
    app.add_middleware(Suffixes, spared=(openapi.ADDRESS,))
    app.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=5)
    app.add_middleware(Door, hosts=hosts, patience=patience)
    app.add_middleware(Log, metrics=app.state.metrics)
    return app
