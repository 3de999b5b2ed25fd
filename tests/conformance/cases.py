"""What each question is asked with on a graph; the golden graph has to answer at least two rows to one of them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Final

from graph.model import document_id
from tests.conformance import oracle
from tests.conformance.graphs import Graph
from tests.conformance.oracle import Folded

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
    """Also what is asked step after step: from all chains of a length that the oracle finds, and from one alone."""
    ends = graph.of_kind("place", "project")[:5]
    solutions = graph.of_kind("solution")
    asked = [*product(["", *ends], ["", *ends[:3]], [""], [4])]
    asked += [*product([""], [""], ["", *solutions, "solution:nothing"], [1, 3])]
    asked += [(NOBODY, "", "", 3), ("", NOBODY, "", 3), *((p, "", "", 6) for p in graph.of_kind("pilot"))]
    asked += [ends for project in graph.of_kind("project")[:2] for ends in ((project, "", "", 3), ("", project, "", 4))]
    folded = Folded(graph)
    every: list[Arguments] = []
    for origin, target, solution, depth in asked:
        walked: list[list[str]] = []
        for _ in range(depth):
            each = {"origin": origin, "target": target, "solution": solution, "walked": walked, "limit": 60}
            every += [each, each | {"limit": 2}, *([each | {"walked": walked[-1:]}] if len(walked) > 1 else [])]
            rows = oracle.replications(graph, folded, origin=origin, target=target, solution=solution, walked=walked, limit=60)
            walked = [path for row in rows if (path := _walked(str(row["chain"]), back=origin == "" and target != ""))]
            if not walked:
                break
    return [*every, every[0] | {"limit": 0}]


def _walked(chain: str, *, back: bool) -> list[str]:
    steps = chain.split(" > ")
    if back:
        replication, far, near = steps[0].split("|")
    else:
        replication, near, far = steps[-1].split("|")
    return [chain, replication, near, far] if far else []


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
