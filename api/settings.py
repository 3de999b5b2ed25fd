"""The settings, read once from the environment and the command line; everything below takes arguments."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from platformdirs import user_cache_path, user_data_path

from graph.approximate import APPROXIMATE_FROM
from graph.errors import StoreError

APPLICATION: Final = "twintown"
SQLITE: Final = "sqlite:"
SERVERS: Final = ("neo4j://", "neo4j+s://", "neo4j+ssc://", "bolt://", "bolt+s://", "bolt+ssc://")


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Who asks a Neo4j server, and for which of its databases (empty: the default one). Never shown, never logged."""

    user: str = "neo4j"
    password: str = field(default="", repr=False)
    database: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where things are: `store` as `sqlite:PATH` or `neo4j://HOST:7687`, `model` as path or name (empty: the packaged
    ones), `cache` as the directory of the place index and exported models, `approximate` whether very many passages get an
    approximate index."""

    store: str
    model: str
    cache: Path
    login: Login = field(default_factory=Login)
    approximate: bool = False

    @property
    def approximate_from(self) -> int | None:
        """Return at how many passages they get an approximate index, None for never."""
        return APPROXIMATE_FROM if self.approximate else None

    @property
    def on_server(self) -> bool:
        """Tell whether the store is on a Neo4j server; raise StoreError for what is no address of a store."""
        if self.store.startswith(SERVERS) and "@" in self.store:  # not shown: it may hold a password
            raise StoreError("an address holds no user or password; set TWINTOWN_NEO4J_USER and TWINTOWN_NEO4J_PASSWORD")
        if self.store.startswith(SERVERS) and not self.store.endswith("://"):
            return True
        _ = self.store_path
        return False

    @property
    def store_path(self) -> Path:
        """Return the file of a SQLite store; raise StoreError for an address of another kind."""
        if not self.store.startswith(SQLITE) or self.store == SQLITE:
            raise StoreError(f"{self.store!r} is no address of a store; write sqlite:PATH or neo4j://HOST:7687")
        return Path(self.store.removeprefix(SQLITE)).expanduser()

    @property
    def beside(self) -> Path:
        """Return the path that vectors lie beside: the store's file, or for a server a name in the cache."""
        if not self.on_server:
            return self.store_path
        name = hashlib.blake2b(f"{self.store} {self.login.database}".encode(), digest_size=8).hexdigest()
        return self.cache / "servers" / name


def read_settings(*, store: str = "", model: str = "", cache: str = "", environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings: an option given here wins over the environment, the environment over the default.

    Raise StoreError where one has no such value, or the file of the password cannot be read.
    """
    given = os.environ if environment is None else environment
    default = SQLITE + str(user_data_path(APPLICATION) / "twintown.sqlite")
    cache_directory = cache or given.get("TWINTOWN_CACHE", "")
    address = store or given.get("TWINTOWN_STORE", "") or default
    return Settings(
        store=address,
        model=model or given.get("TWINTOWN_MODEL", ""),
        cache=Path(cache_directory).expanduser() if cache_directory else user_cache_path(APPLICATION),
        login=_login(given) if address.startswith(SERVERS) else Login(),
        approximate=_yes("TWINTOWN_APPROXIMATE", given),
    )


def _yes(name: str, given: Mapping[str, str]) -> bool:
    value = given.get(name, "")
    if value not in ("", "yes", "no"):
        raise StoreError(f"{name} is {value[:40]!r}; write yes or no")
    return value == "yes"


def _login(given: Mapping[str, str]) -> Login:
    password, path = given.get("TWINTOWN_NEO4J_PASSWORD", ""), given.get("TWINTOWN_NEO4J_PASSWORD_FILE", "")
    if path and not password:
        try:
            password = Path(path).expanduser().read_text("utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is not text in UTF-8"
            raise StoreError(f"the file of TWINTOWN_NEO4J_PASSWORD_FILE, {path}, cannot be read: {why}") from error
    return Login(
        user=given.get("TWINTOWN_NEO4J_USER", "") or "neo4j", password=password, database=given.get("TWINTOWN_NEO4J_DATABASE", "")
    )
