"""A store to serve in tests: the register, some digests, and own documents with everything a page has to be careful with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from graph import register
from graph.model import Document, Genre, Judgement, Modality, Progress, Reading, Verdict, Visibility
from graph.store.sqlite import open_store
from tests import build

HOST: Final = "testserver"
SECRET: Final = "This closing sentence rests on nothing and stays with its owner."
HOSTILE: Final = '<script>alert("x")</script>'
LONG: Final = "The lamps of Odder " + "shine and shine and " * 30 + "shine."
TOWN: Final = "place:example-odder"
NEAR: Final = "place:example-nowhere"
PILOT: Final = "pilot:example-lamps"
BARRED: Final = "place:example-barred"


def closed() -> Document:
    """A document whose licence does not open it, from an address that must never be a link."""
    text = (
        f"Odder {HOSTILE} took over smart lamps from Aarhus in 2019. It may take over cargo bikes too.\n\n"
        f"Odder did not take over parking sensors. =SUM(1;2) stands here. {LONG}\n\n{SECRET}"
    )
    return Document(
        text=text,
        addresses=("javascript:alert(1)",),
        title=f"Lamps & {HOSTILE}",
        language="en",
        date="2020-05",
        genre=Genre.REPORT,
        pages=(0, text.index("Odder did not")),
        media_type="application/pdf",
    )


def opened() -> Document:
    """A document with an open licence, two pages, and evidence that overlaps."""
    first = "Aarhus tried smart street lighting in 2018 & measured it: 26 % less power. <b>Odder</b> learned from Aarhus.\n\n"
    return Document(
        text=f"{first}Later the small town of Odder kept the lamps.\n",
        addresses=("https://example.org/open", "notes/open.txt"),
        title="Lighting in Aarhus",
        language="en",
        date="2019",
        publisher="Example Town",
        licence="CC-BY-4.0",
        visibility=Visibility.FULL,
        pages=(0, len(first)),
    )


def readings() -> Iterator[Reading]:
    """Yield own readings; the first is that of tests/build.py, whose ids the OpenAPI takes for its examples."""
    yield build.reading()
    of = closed()
    yield build.reading(
        of,
        [
            build.statement(TOWN, "name", "Odder", of=of, quote="Odder"),
            build.statement(TOWN, "alias", HOSTILE, of=of, quote=HOSTILE),
            build.statement(TOWN, "alias", "=SUM(1;2)", of=of, quote="=SUM(1;2)"),
            build.statement(NEAR, "name", LONG, of=of, quote=LONG),
            build.statement(PILOT, "name", "smart lamps in Odder", of=of, quote="smart lamps"),
            build.statement(PILOT, "runs_in", TOWN, of=of, quote=LONG, progress=Progress.DONE),
            build.statement(
                PILOT,
                "tries",
                "solution:smart-lighting",
                progress=Progress.PLANNED,
                modality=Modality.HEDGED,
                evidence=build.evidence(of, "It may take over cargo bikes too.", confidence=0.55),
            ),
            build.statement("solution:smart-lighting", "name", "Smart street lighting", of=of, quote="smart lamps"),
            build.statement("solution:parking", "name", "Parking sensors", of=of, quote="parking sensors"),
            build.statement(
                TOWN,
                "offers",
                "solution:parking",
                of=of,
                quote="Odder did not take over parking sensors",
                modality=Modality.NEGATED,
            ),
        ],
        passages=[build.passage(of, 0, of.text.index(SECRET)), build.passage(of, of.text.index(SECRET), len(of.text))],
    )
    of = opened()
    yield build.reading(
        of,
        [
            build.statement(of=of, quote="Aarhus tried smart street lighting in 2018"),
            build.statement(TOWN, "name", "Odder", of=of, quote="<b>Odder</b> learned from Aarhus"),
            build.statement(BARRED, "name", "Wrongville", of=of, quote="street lighting in 2018 & measured it"),
        ],
    )


def fill(path: Path) -> None:
    """Make the store."""
    with open_store(path) as store:
        store.enter(register.COLLECTION, register.statements())
        for document in islice(register.digests(), 4):
            store.add(build.reading(document, [], passages=[build.passage(document, 0, 200)]))
        for reading in readings():
            store.add(reading)
        wrong = next(kept for kept in store.statements(subject=BARRED))
        store.judge(Judgement(verdict=Verdict.WRONG, first=wrong.statement.id, by="Eve", why="no such town"))


def settings(path: Path) -> Settings:
    return Settings(store=f"sqlite:{path}", model="", cache=path.parent / "cache")


def application(path: Path) -> FastAPI:
    """The application over the store, for the host of the test client; search by words alone."""
    return create_app(settings(path), hosts=(HOST,), models=False)


@contextmanager
def serving(path: Path) -> Iterator[TestClient]:
    with TestClient(application(path), raise_server_exceptions=False) as client:
        yield client
