"""Whatever a file holds, a reader gives documents or reasons: no crash, and none takes long.

`make test` runs some 2,000 inputs for each reader, `make soak` 100,000. Inputs are real files with bytes changed, cut, doubled
or swapped, and bytes that look like a format and are none.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import time
import zipfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from graph.errors import InvalidRecord
from ingest.errors import SkipDocument
from ingest.passages import passages
from ingest.read import read
from ingest.read.base import Limits, Read, Source
from tests.ingest.read.test_bad_input import pdf

FOLDER = Path(__file__).resolve().parents[2] / "golden" / "documents"
LIMITS = Limits(text=300_000, unpacked=5_000_000, file=5_000_000)
SECONDS = 30.0  # for one input; a hang, not a measure of speed
TABLE = b"Project;Town;Start\nLUX;Odder;02/05/2016\nUMBRA;\xc3\x85rhus;\n"
MAPPING = """
name: fuzz
columns: [Project]
entities: {project: {kind: project, name: Project}}
statements: [{subject: project, predicate: starts, column: Start, as: date}]
"""
ALIGNED = "Figures) Tj " + "0 -14 Td [(lamp)-6000(900)-6000(62)]TJ " * 4 + "9 9 80 70 re 9 9 l " * 4 + "0 -60 Td (The board pays"
PIECES = [
    *(
        b"",
        b"\x00",
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"\n",
        b"\r\n" * 5,
        b"<",
        b"</p>",
        b"<table><tr><td>",
        b"]]>",
        b"&#0;",
        b"&#xD800;",
    ),
    *(
        b'"',
        b"\\ud800",
        b"{",
        b"[" * 200,
        b"endobj",
        b"stream\n",
        b"<<",
        b">>",
        b"/Length 99999999",
        b"%%EOF",
        b"\t" * 9,
        b";" * 50,
    ),
    *(
        b"Content-Type: text/html",
        b"--",
        b"=?utf-8?b?//8=?=",
        b"9" * 40,
        b"# ",
        b"- ",
        b"| a | b |\n| --- | --- |\n",
        b"2019-02-31",
    ),
    *(b"1e309", b"---\na: &a [*a]\n---\n", "\u202e\u0301\ufeff".encode()),
]


def seeds(*names: str) -> list[bytes]:
    return [(FOLDER / name).read_bytes() for name in names]


def mutated(data: bytes, source: random.Random) -> bytes:
    """Return the bytes with a few changes, as a fuzzer makes them."""
    changed = bytearray(data)
    for _ in range(source.randint(1, 6)):
        at = source.randrange(len(changed) + 1)
        match source.randrange(7):
            case 0:
                changed[at : at + source.randint(0, 8)] = source.randbytes(source.randint(0, 8))
            case 1:
                changed[at:at] = source.choice(PIECES)
            case 2:
                del changed[at : at + source.randint(1, 200)]
            case 3:
                changed[at:at] = changed[max(0, at - source.randint(1, 200)) : at]
            case 4 if at < len(changed):
                changed[at] ^= 1 << source.randrange(8)
            case 5:
                other = source.randrange(len(changed) + 1)
                part = changed[at : at + 40]
                changed[other : other + len(part)] = part
            case _:
                del changed[at : len(changed) if source.random() < 0.2 else at + 1]
    return bytes(changed)


Parts = dict[str, bytes]


def unpacked(data: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repacked(parts: Parts, source: random.Random) -> bytes:
    """Return a zip container with one of its parts changed: behind the checksum, where the XML is read."""
    name = source.choice([name for name in parts if name.endswith(".xml")])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for each, content in parts.items():
            archive.writestr(each, mutated(content, source) if each == name else content)
    return out.getvalue()


def workbook() -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["Project", "Start"])
    book.active.append(["LUX", "2016-05-02"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def slides() -> bytes:
    """A presentation without the layouts that no slide has: most changes would hit those, and no slide."""
    from pptx import Presentation

    presentation = Presentation(str(FOLDER / "heat-en.pptx"))
    used = {slide.slide_layout.name for slide in presentation.slides}
    for layout in [layout for layout in presentation.slide_layouts if layout.name not in used]:
        presentation.slide_layouts.remove(layout)
    out = io.BytesIO()
    presentation.save(out)
    return out.getvalue()


Make = Callable[[random.Random], bytes]


def changed(data: list[bytes]) -> Make:
    return lambda source: mutated(source.choice(data), source)


def packed(data: bytes) -> Make:
    parts = unpacked(data)
    return lambda source: repacked(parts, source) if source.random() < 0.8 else mutated(data, source)


def rows() -> Make:
    parts = unpacked(workbook())
    return lambda source: mutated(TABLE, source) if source.random() < 0.9 else repacked(parts, source)


def lines(source: random.Random) -> bytes:
    line = json.dumps({"text": "Odder has new lamps. \ud800", "year": [2019], "country": "Denmark", "page": "x"}).encode()
    data = mutated(line + b"\n" + line, source)
    return mutated(gzip.compress(data, 1), source) if source.random() < 0.3 else data


FORMATS: dict[str, Make] = {
    "pdf": changed(
        [*[pdf(3, words="Odder has new lamps, and they dim at night. The town board pays")] * 4, pdf(1, words=ALIGNED)]
    ),
    "docx": packed((FOLDER / "fotismos-el.docx").read_bytes()),
    "pptx": packed(slides()),
    "html": changed(seeds("session-en.html")),
    "mail": changed(seeds("visit-en.eml")),
    "jsonl": lines,
    "table": rows(),
    "plain": changed(seeds("bikes-en.md", "rundbrief-de.txt")),
}


def check(name: str, data: bytes) -> int:
    """Read once; every document must hold together. Return how many there were."""
    began = time.monotonic()
    documents = 0
    for found in read(Source(address="fuzz", data=data, mapping=MAPPING if name == "table" else ""), LIMITS):
        if isinstance(found, Read):
            document = found.document
            documents += 1
            for passage in passages(document):
                assert document.text[passage.start : passage.end] == passage.text
            document.text.encode("utf-8")
    assert time.monotonic() - began < SECONDS
    return documents


def check_reader(name: str, data: bytes) -> None:
    """The reader itself may only raise what `read` turns into a reason; libraries raise more, which `read` also catches."""
    source = Source(address="fuzz", data=data, mapping=MAPPING if name == "table" else "")
    try:
        for _ in import_module(f"ingest.read.{name}").read(source, LIMITS):
            pass
    except (SkipDocument, InvalidRecord, RecursionError):
        return


def run(name: str, count: int, seed: int) -> None:
    source = random.Random(seed)
    documents = 0
    for _ in range(count):
        data = FORMATS[name](source)
        try:
            documents += check(name, data)
        except BaseException:
            print(f"{name}: {data!r}"[:5000])  # noqa: T201 - the input that failed
            raise
    # Changes that nothing survives would try the door and never the reader behind it.
    assert documents > count / 10


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(FORMATS))
def test_two_thousand_changed_files_give_documents_or_reasons(name: str) -> None:
    run(name, 2_000, seed=4)


@pytest.mark.soak
@pytest.mark.timeout(36_000)
@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_hundred_thousand_changed_files_give_documents_or_reasons(name: str) -> None:
    run(name, 100_000, seed=int(time.time()))


@pytest.mark.parametrize("name", ["mail", "jsonl", "plain", "table"])
def test_our_own_readers_raise_nothing_but_reasons(name: str) -> None:
    source = random.Random(7)
    for _ in range(200):
        # A workbook is read by a library, which raises what it likes; `read` turns that into a reason, as tested above.
        check_reader(name, mutated(TABLE, source) if name == "table" else FORMATS[name](source))
