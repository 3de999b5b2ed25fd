"""The side of neo4j-graphrag for bench/neo4j_peer.py, run with the Python of its own environment: no import of ours.

`PYTHON bench/graphrag_run.py GRAPH ADDRESS USER PASSWORD`: a JSON file of nodes and relations. Writes it twice and prints JSON:
of each run the seconds, and the nodes and relationships that are there after it.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path


def main(path: str, address: str, user: str, password: str) -> None:
    """Write the graph twice."""
    import neo4j
    from neo4j_graphrag.components.kg_writer import Neo4jWriter  # type: ignore[import-not-found]
    from neo4j_graphrag.components.types import (  # type: ignore[import-not-found]
        Neo4jGraph,
        Neo4jNode,
        Neo4jRelationship,
    )

    given = json.loads(Path(path).read_text("utf-8"))
    graph = Neo4jGraph(
        nodes=[Neo4jNode(id=row["id"], label=row["label"], properties={"name": row["name"]}) for row in given["nodes"]],
        relationships=[
            Neo4jRelationship(
                start_node_id=row["start"],
                end_node_id=row["end"],
                type=row["type"],
                properties={"quote": row["quote"], "confidence": row["confidence"]},
            )
            for row in given["relations"]
        ],
    )
    found = []
    with neo4j.GraphDatabase.driver(address, auth=(user, password)) as driver:
        writer = Neo4jWriter(driver=driver)
        for _ in range(2):
            start = time.perf_counter()
            result = asyncio.run(writer.run(graph))
            seconds = time.perf_counter() - start
            if result.status != "SUCCESS":
                raise SystemExit(f"it could not write: {result.metadata}")
            nodes = driver.execute_query("MATCH (n) RETURN count(n)").records[0][0]
            relations = driver.execute_query("MATCH ()-[r]->() RETURN count(r)").records[0][0]
            found.append({"seconds": seconds, "nodes": nodes, "relations": relations})
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:5])
