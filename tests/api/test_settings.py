from __future__ import annotations

from pathlib import Path

import pytest

from api.settings import read_settings
from api.stores import open_store
from graph.errors import StoreError


def test_an_option_wins_over_the_environment() -> None:
    environment = {"TWINTOWN_STORE": "sqlite:env", "TWINTOWN_MODEL": "env", "TWINTOWN_CACHE": "/env"}
    settings = read_settings(store="sqlite:option", model="option", cache="/option", environment=environment)
    assert (settings.store, settings.model, settings.cache) == ("sqlite:option", "option", Path("/option"))


def test_the_environment_wins_over_the_default() -> None:
    environment = {"TWINTOWN_STORE": "sqlite:~/x.sqlite", "TWINTOWN_MODEL": "env", "TWINTOWN_CACHE": "/env"}
    settings = read_settings(environment=environment)
    assert settings.store_path == Path.home() / "x.sqlite"
    assert (settings.model, settings.cache) == ("env", Path("/env"))


def test_without_both_the_user_has_a_store_and_a_cache() -> None:
    settings = read_settings(environment={})
    assert settings.store_path.name == "twintown.sqlite"
    assert settings.model == ""
    assert "twintown" in settings.cache.parts


def test_an_empty_variable_counts_as_unset() -> None:
    assert read_settings(environment={"TWINTOWN_STORE": "", "TWINTOWN_CACHE": ""}) == read_settings(environment={})


def test_an_approximate_index_is_made_only_where_somebody_says_yes() -> None:
    wanted = {value: read_settings(environment={"TWINTOWN_APPROXIMATE": value}).approximate_from for value in ("", "no", "yes")}
    assert wanted == {"": None, "no": None, "yes": 300_000}
    with pytest.raises(StoreError, match="TWINTOWN_APPROXIMATE is '1'; write yes or no"):
        read_settings(environment={"TWINTOWN_APPROXIMATE": "1"})


@pytest.mark.parametrize("address", ["x.sqlite", "sqlite:", "neo4j://", "neo4j:x", "postgres://x"])
def test_an_address_that_is_no_file_says_what_to_write(address: str) -> None:
    with pytest.raises(StoreError, match="sqlite:PATH"):
        _ = read_settings(store=address, environment={}).store_path


def test_a_server_is_asked_with_credentials_from_the_environment(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("file secret\n")
    named = {
        "TWINTOWN_STORE": "neo4j+s://graph.example:7687",
        "TWINTOWN_NEO4J_DATABASE": "towns",
        "TWINTOWN_CACHE": str(tmp_path),
    }
    settings = read_settings(environment=named | {"TWINTOWN_NEO4J_USER": "ada", "TWINTOWN_NEO4J_PASSWORD": "secret"})
    assert settings.on_server
    assert (settings.login.user, settings.login.password, settings.login.database) == ("ada", "secret", "towns")
    assert "secret" not in repr(settings)
    assert settings.beside.is_relative_to(tmp_path)
    from_file = read_settings(environment=named | {"TWINTOWN_NEO4J_PASSWORD_FILE": str(tmp_path / "password")})
    assert (from_file.login.user, from_file.login.password) == ("neo4j", "file secret")


def test_each_database_has_vectors_of_its_own() -> None:
    places = {
        read_settings(store=store, environment={"TWINTOWN_NEO4J_DATABASE": database}).beside
        for store in ("bolt://a:1", "bolt://b:1", "sqlite:a")
        for database in ("", "towns")
    }
    assert len(places) == 5


@pytest.mark.parametrize("address", ["neo4j://ada:secret@graph.example:7687", "bolt://secret@x"])
def test_an_address_with_a_password_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(StoreError, match="TWINTOWN_NEO4J_PASSWORD") as refused:
        _ = read_settings(store=address, environment={}).on_server
    assert "secret" not in str(refused.value)


def test_a_password_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    missing = str(tmp_path / "none")
    with pytest.raises(StoreError, match="TWINTOWN_NEO4J_PASSWORD_FILE"):
        read_settings(store="bolt://x:7687", environment={"TWINTOWN_NEO4J_PASSWORD_FILE": missing})


def test_a_server_without_a_password_says_what_to_set() -> None:
    with pytest.raises(StoreError, match="set TWINTOWN_NEO4J_PASSWORD"):
        open_store(read_settings(store="bolt://localhost:7687", environment={}))
