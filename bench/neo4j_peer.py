"""Loading a Neo4j server beside neo4j-graphrag's Neo4jWriter: the same nodes and relations, twice each, on one server in one run.

`uv venv local/peers/graphrag && uv pip install --python local/peers/graphrag/bin/python neo4j-graphrag`, for its APOC
`mvn dependency:copy -Dartifact=org.neo4j.procedure:apoc-core:5.26.1:jar:core -DoutputDirectory=local/peers/apoc`, then
`python -m bench.neo4j_peer`. Documents draw towns, pilots, solutions, projects and organisations of their own and of others and
relate them; ours keeps each relation as a statement with the sentence it stands in, beside the names that a document gives, and
theirs keeps a relationship with that sentence as a property. Both load a tenth of it first, which is not counted: a server that
has just started is slow.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bench.generator import Told, reading
from graph.model import Document, Genre, Reading, entity_id

if TYPE_CHECKING:
    from tests.neo4j.server import Server

BATCH: Final = 50  # documents
CACHE: Final = ("-Dtwintown.pagecache=512",)  # of the server, in MB; it plans and keeps its log as one that was just installed
TOGETHER: Final = 20_000  # nodes or relationships of the floor in one transaction
OWN, OTHERS = 20, 10  # nodes that a document brings, and takes from earlier ones
RELATIONS: Final = (
    ("pilot", "runs_in", "place"),
    ("pilot", "tries", "solution"),
    ("pilot", "within", "project"),
    ("place", "fellow_in", "project"),
    ("place", "partner_in", "project"),
    ("project", "has_partner", "organisation"),
    ("project", "offers", "solution"),
    ("organisation", "based_in", "place"),
)
KINDS: Final = ("pilot", "place", "solution", "project", "organisation")


@dataclass(frozen=True, slots=True)
class Graph:
    """What both load."""

    nodes: list[tuple[str, str, str]]  # id, kind, name
    relations: list[tuple[str, str, str, str, float]]  # from, predicate, to, sentence, confidence
    readings: list[Reading]


def made(nodes: int, relations: int, seed: int = 42) -> Graph:
    """Return a graph of about so many nodes and relations, the same for the same seed; no relation stands in it twice."""
    dice = random.Random(seed)
    documents = max(1, nodes // OWN)
    known: list[tuple[str, str, str]] = []
    told: list[tuple[str, str, str, str, float]] = []
    readings = []
    for number in range(documents):
        own = []
        for part in range(OWN):
            kind = KINDS[part % len(KINDS)]
            own.append((entity_id(kind, "bench", str(number), str(part)), kind, f"{kind.capitalize()} {number}-{part}"))
        things = own + dice.sample(known, min(OTHERS, len(known)))
        known += own
        of_kind: dict[str, list[tuple[str, str, str]]] = {kind: [thing for thing in things if thing[1] == kind] for kind in KINDS}
        pairs = [(a, p, b) for first, p, second in RELATIONS for a in of_kind[first] for b in of_kind[second]]
        # What an earlier document has related already is not among the pairs that hold one of this document's own.
        fresh = [(a, p, b) for a, p, b in pairs if a in own or b in own]
        drawn = dice.sample(fresh, min(len(fresh), relations // documents))
        readings.append(_reading(number, things, drawn, told, dice))
    return Graph(known, told, readings)


def _reading(
    number: int,
    things: Sequence[tuple[str, str, str]],
    drawn: Iterable[tuple[tuple[str, str, str], str, tuple[str, str, str]]],
    told: list[tuple[str, str, str, str, float]],
    dice: random.Random,
) -> Reading:
    said = [(f"{name} is written about here.", identifier, "name", name, 1.0) for identifier, _, name in things]
    for first, predicate, second in drawn:
        quote = f"{first[2]} {predicate.replace('_', ' ')} {second[2]}, the report says."
        said.append((quote, first[0], predicate, second[0], dice.randrange(50, 101) / 100))
        told.append((first[0], predicate, second[0], quote, said[-1][4]))
    text, starts = "", []
    for quote, *_ in said:
        starts.append(len(text))
        text += quote + " "
    document = Document(
        text=text,
        title=f"Report {number}",
        language="en",
        genre=Genre.REPORT,
        addresses=(f"https://bench.example/peer/{number}",),
    )
    said_at = [
        Told(subject, predicate, value, start, quote, confidence)
        for start, (quote, subject, predicate, value, confidence) in zip(starts, said, strict=True)
    ]
    return reading(document, [*starts[::10], len(text)], said_at)


def theirs(server: Server, graph: Graph, python: Path) -> list[float]:
    """Let Neo4jWriter load the graph twice; return the seconds of each run."""
    nodes = [{"id": i, "label": kind.capitalize(), "name": name} for i, kind, name in graph.nodes]
    names = ("start", "type", "end", "quote", "confidence")
    relations = [dict(zip(names, (a, p.upper(), b, quote, sure), strict=True)) for a, p, b, quote, sure in graph.relations]
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".json") as given:
        json.dump({"nodes": nodes, "relations": relations}, given)
        given.flush()
        command = [str(python), "bench/graphrag_run.py", given.name, server.address, server.user, server.password]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds = []
    for run in json.loads(done.stdout.splitlines()[-1]):
        print(f"    {run['seconds']:.1f} s, then {run['nodes']} nodes, {run['relations']} relationships", flush=True)
        seconds.append(run["seconds"])
    return seconds


def ours(server: Server, graph: Graph) -> tuple[list[float], float, float]:
    """Load the graph by add_all twice, then import its export into the emptied store; return seconds of the runs, and of that.

    Last come the seconds in which the same nodes and relationships are only created.
    """
    with server.store() as store:

        def run() -> None:
            readings = iter(graph.readings)
            while batch := list(islice(readings, BATCH)):
                store.add_all(batch)

        seconds = []
        for _ in range(2):
            seconds.append(_seconds(run))
            counts = store.counts()
            print(f"    then {counts['statements']} statements, {counts['edges']} edges", flush=True)
        export = list(store.snapshot())
    nodes, relationships = _everything(server)
    server.empty()
    with server.store() as store:
        imported = _seconds(lambda: store.restore(export))
        if [r for r in store.snapshot() if r["type"] != "store"] != [r for r in export if r["type"] != "store"]:
            raise SystemExit("what was imported is not what was exported")
    server.empty()
    return seconds, imported, _seconds(lambda: floor(server, nodes, relationships))


Node = tuple[str, list[str], dict[str, object]]  # internal id, labels, properties
Relationship = tuple[str, str, str, dict[str, object]]  # internal ids of both ends, type, properties


def _everything(server: Server) -> tuple[list[Node], list[Relationship]]:
    """Return every node and relationship of a server."""
    nodes = server.run("MATCH (n) RETURN elementId(n) AS id, labels(n) AS labels, properties(n) AS properties")
    pairs = server.run(
        "MATCH (a)-[r]->(b) RETURN elementId(a) AS a, elementId(b) AS b, type(r) AS t, properties(r) AS properties"
    )
    return [tuple(row.values()) for row in nodes], [tuple(row.values()) for row in pairs]  # type: ignore[misc]


def floor(server: Server, nodes: Iterable[Node], relationships: Iterable[Relationship]) -> None:
    """Create these, labels by labels and type by type, in transactions of TOGETHER: nothing is looked up but both ends, by id.

    What a store keeps cannot be written much quicker than this by one client, so it says what add_all and import could reach, and
    with Neo4jWriter's nodes and relations what anybody could.
    """
    from neo4j import GraphDatabase

    made: dict[str, str] = {}  # ids as they are now by ids as they were
    alike: dict[tuple[str, ...], list[Node]] = {}
    for node in nodes:
        alike.setdefault(tuple(node[1]), []).append(node)
    typed: dict[str, list[Relationship]] = {}
    for relationship in relationships:
        typed.setdefault(relationship[2], []).append(relationship)
    with GraphDatabase.driver(server.address, auth=(server.user, server.password)) as driver, driver.session() as session:

        def run(query: str, rows: list[object], **more: object) -> list[list[str]]:
            return session.execute_write(lambda transaction: transaction.run(query, {"rows": rows, **more}).values())

        for labels, several in alike.items():
            for start in range(0, len(several), TOGETHER):
                part = several[start : start + TOGETHER]
                query = "UNWIND $rows AS row CREATE (n:$($labels)) SET n = row RETURN elementId(n)"
                ids = run(query, [properties for _, _, properties in part], labels=list(labels))
                made.update(zip((old for old, _, _ in part), (new for (new,) in ids), strict=True))
        for kind, pairs in typed.items():
            for start in range(0, len(pairs), TOGETHER):
                query = (
                    "UNWIND $rows AS row MATCH (a) WHERE elementId(a) = row[0] MATCH (b) WHERE elementId(b) = row[1] "
                    "CREATE (a)-[r:$($kind)]->(b) SET r = row[2]"
                )
                run(query, [[made[a], made[b], said] for a, b, _, said in pairs[start : start + TOGETHER]], kind=kind)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    taken = time.perf_counter() - start
    print(f"    {taken:.1f} s", flush=True)  # as it goes: the whole takes long
    return taken


def compare(server: Server, graph: Graph, python: Path, *, show: bool) -> None:
    """Load by both, and print what was measured."""
    peer = theirs(server, graph, python)
    server.empty()
    named: list[Node] = [(i, [kind.title()], {"id": i, "name": name}) for i, kind, name in graph.nodes]
    related: list[Relationship] = [
        (a, b, predicate.upper(), {"sentence": sentence, "confidence": confidence})
        for a, predicate, b, sentence, confidence in graph.relations
    ]
    alone = _seconds(lambda: floor(server, named, related))
    server.empty()
    runs, imported, bare = ours(server, graph)
    server.empty()
    if not show:
        return
    things = len(graph.nodes) + len(graph.relations)
    statements = sum(len(reading.statements) for reading in graph.readings)
    print(
        f"  {len(graph.nodes)} nodes, {len(graph.relations)} relations; for ours {statements} statements, each with its evidence"
    )
    rows = (
        ("Neo4jWriter", peer[0]),
        ("Neo4jWriter, second run", peer[1]),
        ("its graph, created", alone),
        ("import", imported),
        ("add_all", runs[0]),
        ("add_all, second run", runs[1]),
        ("what we keep, created", bare),
    )
    for name, seconds in rows:
        rate = things / seconds
        print(
            f"  {name:<24} {seconds:7.1f} s  {rate:8.0f} nodes and relations/s  {peer[0] / seconds:6.2f} times Neo4jWriter's rate"
        )


def main(arguments: Sequence[str] | None = None) -> None:
    """Start a server, warm it up, and compare."""
    from tests.neo4j.server import started

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=20_000)
    parser.add_argument("--relations", type=int, default=100_000)
    parser.add_argument("--python", type=Path, default=Path("local/peers/graphrag/bin/python"))
    parser.add_argument("--apoc", type=Path, default=Path("local/peers/apoc/apoc-core-5.26.1-core.jar"))
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "neo4j"
        with started(home=home, memory="1g", options=CACHE, plugins=[given.apoc.resolve()]) as server:
            print("to warm up, a tenth:", flush=True)
            compare(server, made(given.nodes // 10, given.relations // 10, seed=1), given.python, show=False)
            print("measured:", flush=True)
            compare(server, made(given.nodes, given.relations), given.python, show=True)


if __name__ == "__main__":
    main()
