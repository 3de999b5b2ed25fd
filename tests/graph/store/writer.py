"""A process that writes documents one by one and says each that was acknowledged; tests kill it or run several."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from graph.errors import StoreFull
from graph.model import Reading, entity_id
from graph.store import neo4j, sqlite
from graph.store.base import Store
from tests.build import document, passage, reading, statement

PLACE = entity_id("place", external="geonames-1")


def written(name: str, number: int, size: int = 0) -> Reading:
    """The document that writer `name` writes as its number `number`: five statements, and `size` further characters."""
    read = document(f"Town {number} of {name} tried heat pumps. {'x' * size}", f"{name}/{number}")
    pilot = entity_id("pilot", name, str(number))
    said = [
        statement(PLACE, "name", "Town", of=read, quote="Town"),
        statement(PLACE, "alias", f"Town {number}", of=read, quote=f"Town {number}"),
        statement(PLACE, "country", "DK", of=read, quote="Town"),
        statement(pilot, "name", "heat pumps", of=read, quote="heat pumps"),
        statement(pilot, "runs_in", PLACE, of=read, quote="tried heat pumps"),
    ]
    return reading(read, said, [passage(read, 0, 20)])


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(path: str, name: str, count: int, size: int = 0) -> None:
    store: Store = (
        neo4j.open_store(path, password=os.environ["TWINTOWN_NEO4J_PASSWORD"]) if "://" in path else sqlite.open_store(Path(path))
    )
    for number in range(count):
        try:
            store.add(written(name, number, size))
        except StoreFull as error:
            say(f"full {number} {error}")
            return
        say(str(number))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *(int(argument) for argument in sys.argv[3:]))
