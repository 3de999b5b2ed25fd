"""The settings, read once from the environment and the command line; everything below takes arguments."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from platformdirs import user_cache_path, user_data_path

from graph.errors import StoreError

APPLICATION: Final = "twintown"
SQLITE: Final = "sqlite:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where things are: `store` as `sqlite:PATH` or `neo4j://host:7687`, `model` as path or name (empty: the packaged
    ones), `cache` as the directory of the place index and exported models."""

    store: str
    model: str
    cache: Path

    @property
    def store_path(self) -> Path:
        """Return the file of a SQLite store; raise StoreError for an address of another kind."""
        if not self.store.startswith(SQLITE) or self.store == SQLITE:
            raise StoreError(f"{self.store!r} is no address of a store; write sqlite:PATH")
        return Path(self.store.removeprefix(SQLITE)).expanduser()


def read_settings(*, store: str = "", model: str = "", cache: str = "", environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings: an option given here wins over the environment, the environment over the default."""
    given = os.environ if environment is None else environment
    default = SQLITE + str(user_data_path(APPLICATION) / "twintown.sqlite")
    cache_directory = cache or given.get("TWINTOWN_CACHE", "")
    return Settings(
        store=store or given.get("TWINTOWN_STORE", "") or default,
        model=model or given.get("TWINTOWN_MODEL", ""),
        cache=Path(cache_directory).expanduser() if cache_directory else user_cache_path(APPLICATION),
    )
