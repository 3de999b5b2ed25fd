"""How many people live in a town, for the size bands of search."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


def inhabitants(cache: Path) -> Callable[[str], int] | None:
    """Return how to look up the inhabitants of a place id, or None while the place index is not built."""
    from graph.places import is_current, open_places

    path = cache / "places.sqlite"
    if not is_current(path):
        return None
    places = open_places(path)

    def look_up(identifier: str) -> int:
        found = places.get(identifier)
        return found.population if found is not None and found.level == "city" else 0

    return look_up
