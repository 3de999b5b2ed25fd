"""Which home of the graph the settings name, opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph.errors import StoreError

if TYPE_CHECKING:
    from api.settings import Settings
    from graph.store.base import Store

HALF_FILLED = "{} is half filled: an import or a move into it was cut off; run the same command again, it goes on from there"


def open_store(settings: Settings, *, write: bool = False, make: bool = True, half_filled: bool = False) -> Store:
    """Open the store for reading, or for writing (which makes it, if it may); raise StoreError where it cannot be.

    A store that an import was cut off in is refused, unless `half_filled` are welcome.
    """
    store = _open(settings, write=write, make=make)
    if not half_filled and store.unfinished():
        store.close()
        raise StoreError(HALF_FILLED.format(settings.store))
    return store


def _open(settings: Settings, *, write: bool, make: bool) -> Store:
    if settings.on_server:
        from graph.store import neo4j

        login = settings.login
        if not login.password:
            raise StoreError(
                f"{settings.store} wants a password: set TWINTOWN_NEO4J_PASSWORD, or TWINTOWN_NEO4J_PASSWORD_FILE to the path of "
                "a file with it"
            )
        return neo4j.open_store(
            settings.store, user=login.user, password=login.password, database=login.database, readonly=not write, make=make
        )
    from graph.store import sqlite

    if write and make:
        settings.store_path.parent.mkdir(parents=True, exist_ok=True)
    return sqlite.open_store(settings.store_path, readonly=not write, make=make)
