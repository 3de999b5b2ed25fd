"""`twintown export` in its formats, and `doctor --mend` on an older store."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import apsw
import pytest
from rdflib import RDF, Dataset, Graph, URIRef
from rdflib.compare import isomorphic

from graph.store.sqlite import open_store
from tests.conformance.graphs import golden

pytestmark = pytest.mark.slow

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
BASE = "https://example.org/towns"


def twintown(*words: str) -> str:
    done = subprocess.run([sys.executable, "-m", "api.cli", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export") / "store.sqlite"
    with open_store(path) as kept:
        golden().load(kept)
    return path


def test_every_format_of_rdf_is_the_same_graph(store: Path, tmp_path: Path) -> None:
    files = {name: tmp_path / f"export.{name}" for name in ("ttl", "jsonld", "nq")}
    for name, path in files.items():
        twintown("export", str(path), "--store", f"sqlite:{store}", "--format", name, "--base", BASE)
    turtle = Graph().parse(files["ttl"], format="turtle")
    assert isomorphic(turtle, Graph().parse(files["jsonld"], format="json-ld"))
    dataset = Dataset(default_union=True)
    dataset.parse(files["nq"], format="nquads")
    union = Graph()
    for triple in dataset.triples((None, None, None)):
        union.add(triple[:3])
    assert isomorphic(turtle, union)
    assert all(str(s).startswith(BASE) for s in turtle.subjects(RDF.type, URIRef(f"{BASE}/vocab#Pilot")))
    assert (None, RDF.type, URIRef(f"{BASE}/vocab#Pilot")) in turtle


def test_doctor_mends_an_older_store(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    apsw.Connection(str(path)).execute((GOLDEN / "store-version-1.sql").read_text("utf-8")).fetchall()
    refused = subprocess.run(
        [sys.executable, "-m", "api.cli", "stats", "--store", f"sqlite:{path}"], capture_output=True, text=True, check=False
    )
    assert (refused.returncode, "doctor --mend" in refused.stderr) == (4, True)
    twintown("doctor", "--mend", "--store", f"sqlite:{path}")
    assert "documents" in twintown("stats", "--store", f"sqlite:{path}")
