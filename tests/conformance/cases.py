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
    asked += [("", project, "", 4) for project in graph.of_kind("project")[:2]]
    whole: list[Arguments] = [
        {"origin": origin, "target": target, "solution": solution, "depth": depth, "limit": 300}
        for origin, target, solution, depth in asked
    ]
    few = [("", "", 2), *((end, "", 2) for end in ends[:3]), *(("", end, 2) for end in ends[:3])]
    few += [(origin, target, 1) for origin, target in product(ends[:3], ends[:3])]
    pages: list[Arguments] = [
        {"origin": origin, "target": target, "solution": "", "depth": 4, "limit": limit} for origin, target, limit in few
    ]
    return [*whole, *pages]


def entities(graph: Graph) -> list[Arguments]:
    kinds = sorted({identifier.partition(":")[0] for identifier in graph.entities()})
    whole: list[Arguments] = [{"kind": kind, "folded": "", "after": "", "limit": 1000} for kind in [*kinds, "nothing", ""]]
    first = graph.entities()[0]
    pages: list[Arguments] = [
        {"kind": kind, "folded": folded, "after": after, "limit": 3}
        for kind in kinds
        for folded, after in (
            ("", first),
            ("al", ""),
            ("osterv", "place:z"),
            ("ostervik", ""),
            ("ostervik", "place:z"),
            ("zz", "zz"),
        )
    ]
    return [*whole, *pages, {"kind": "place", "folded": "", "after": "", "limit": 0}]


def documents(graph: Graph) -> list[Arguments]:
    ids = [reading.document.id for reading in graph.readings]
    pages: list[Arguments] = [
        {"title": title, "after": after, "limit": 3} for title in ("", "Report", "zz") for after in ("", ids[0])
    ]
    pages += [{"title": reading.document.title, "after": reading.document.id, "limit": 3} for reading in graph.readings]
    return [{"title": "", "after": "", "limit": 1000}, *pages]


def statements(graph: Graph) -> list[Arguments]:
    blank: Arguments = {
        "statement": "",
        "subject": "",
        "predicate": "",
        "value": "",
        "document": "",
        "after": "",
        "limit": 1000,
    }
    some = graph.entities()
    ids = [reading.document.id for reading in graph.readings]
    one = graph.readings[0].statements[0]

    def ask(**filters: object) -> Arguments:
        return blank | filters

    return [
        blank,
        ask(statement=one.id),
        ask(statement=one.id, subject=NOBODY),
        ask(statement=one.id, subject=one.subject),
        ask(statement=one.id, document=one.evidence.document),
        ask(statement=next(s.id for s in graph.readings[0].statements if s.value in some), value=some[0]),
        ask(statement="nothing"),
        ask(predicate="name"),
        ask(predicate="nothing"),
        ask(after=one.id, limit=3),
        ask(document=ids[0], predicate="name", limit=2),
        ask(subject=one.subject, document=ids[0]),
        ask(subject=one.subject, document=ids[0], after=one.id),
        ask(document="nothing"),
        *(ask(subject=identifier) for identifier in [*some, NOBODY]),
        *(ask(value=identifier) for identifier in [*some, NOBODY]),
        *(ask(document=identifier, value=some[0]) for identifier in ids),
        *(ask(subject=subject, value=value) for subject in some[:6] for value in some[:6]),
    ]


CASES: Final[dict[str, Callable[[Graph], list[Arguments]]]] = {
    "entity": entity,
    "document": document,
    "replications": replications,
    "entities": entities,
    "documents": documents,
    "statements": statements,
}
