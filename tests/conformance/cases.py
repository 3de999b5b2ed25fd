"""What each question is asked with on a graph; the golden graph has to answer at least two rows to one of them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Final

from graph.model import document_id
from tests.conformance.graphs import Graph

Arguments = dict[str, object]
NOBODY: Final = "place:example-nobody"


def entity(graph: Graph) -> list[Arguments]:
    asked: list[Arguments] = [{"entity": identifier, "limit": 1000} for identifier in [*graph.entities(), NOBODY, "", "no id"]]
    return [*asked, {"entity": graph.entities()[-1], "limit": 2}, {"entity": graph.entities()[-1], "limit": 0}]


def document(graph: Graph) -> list[Arguments]:
    ids = [reading.document.id for reading in graph.readings]
    addresses = [address for reading in graph.readings for address in reading.document.addresses]
    asked: list[Arguments] = [
        {"document": name, "limit": 1000} for name in [*ids, *addresses, document_id("not kept"), "", "notes/nothing"]
    ]
    return [*asked, {"document": ids[0], "limit": 3}]


def replications(graph: Graph) -> list[Arguments]:
    ends = graph.of_kind("place", "project")[:5]
    solutions = graph.of_kind("solution")
    asked = [*product(["", *ends], ["", *ends[:3]], [""], [4])]
    asked += [*product([""], [""], ["", *solutions, "solution:nothing"], [1, 3])]
    asked += [("", "", "", 0), (NOBODY, "", "", 3), ("", NOBODY, "", 3), *((p, "", "", 6) for p in graph.of_kind("pilot"))]
    whole: list[Arguments] = [
        {"origin": origin, "target": target, "solution": solution, "depth": depth, "limit": 300}
        for origin, target, solution, depth in asked
    ]
    return [*whole, {"origin": "", "target": "", "solution": "", "depth": 3, "limit": 2}]


CASES: Final[dict[str, Callable[[Graph], list[Arguments]]]] = {
    "entity": entity,
    "document": document,
    "replications": replications,
}
