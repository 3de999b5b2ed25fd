"""compose.yaml, read where no engine runs: Neo4j first, then Twintown, reachable from this machine only."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.neo4j.server import LTS

ROOT: Final = Path(__file__).resolve().parents[1]
ASKED_FOR: Final = "${TWINTOWN_NEO4J_PASSWORD:?"  # compose refuses to start without it


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    return found


def test_it_takes_the_version_that_tests_run_on(compose: dict[str, Any]) -> None:
    image, _, tag = compose["services"]["neo4j"]["image"].partition(":")
    assert image == "neo4j"
    assert tag == f"{LTS.rpartition('.')[0]}-community"


def test_the_store_is_the_server_beside_it(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert services["twintown"]["environment"]["TWINTOWN_STORE"] == "neo4j://neo4j:7687"
    assert services["twintown"]["depends_on"]["neo4j"]["condition"] == "service_healthy"
    assert services["neo4j"]["healthcheck"]["test"][0] == "CMD"
    assert (ROOT / services["twintown"]["build"] / "Dockerfile").is_file()


def test_the_password_is_asked_for_and_written_nowhere(compose: dict[str, Any]) -> None:
    services = compose["services"]
    user, _, password = services["neo4j"]["environment"]["NEO4J_AUTH"].partition("/")
    assert user == services["twintown"]["environment"]["TWINTOWN_NEO4J_USER"]
    for each in (password, services["twintown"]["environment"]["TWINTOWN_NEO4J_PASSWORD"]):
        assert each.startswith(ASKED_FOR)


def test_nothing_is_open_to_the_network(compose: dict[str, Any]) -> None:
    ports = [port for service in compose["services"].values() for port in service["ports"]]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_data_outlives_the_containers(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        (volume,) = service["volumes"]
        kept, _, path = volume.partition(":")
        assert kept in compose["volumes"], name
        assert path == "/data"


def test_settings_in_it_are_settings_of_the_program(compose: dict[str, Any]) -> None:
    code = (ROOT / "api" / "settings.py").read_text("utf-8")
    assert all(name in code for name in compose["services"]["twintown"]["environment"])
