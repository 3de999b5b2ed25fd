from __future__ import annotations

from pathlib import Path

import pytest

from api.settings import read_settings
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


@pytest.mark.parametrize("address", ["x.sqlite", "sqlite:", "neo4j://localhost:7687", "postgres://x"])
def test_an_address_that_is_no_store_says_what_to_write(address: str) -> None:
    with pytest.raises(StoreError, match="sqlite:PATH"):
        _ = read_settings(store=address, environment={}).store_path
