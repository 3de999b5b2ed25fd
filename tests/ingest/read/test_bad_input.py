"""Every kind of bad input gets a clear line, and costs nothing but itself."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import tarfile
import zipfile
from pathlib import Path

import pytest

from ingest.read import read
from ingest.read.base import Limits, Read, Skipped, Source

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "documents"
WORDS = "The town of Odder replaced its lamps and told other towns what it had learned from the change. " * 3


def only(data: bytes, name: str = "some file", limits: Limits | None = None) -> Read | Skipped:
    (found,) = read(Source(address=name, data=data), limits)
    return found


def reason(data: bytes, name: str = "some file", limits: Limits | None = None) -> str:
    found = only(data, name, limits)
    assert isinstance(found, Skipped), found
    return found.reason


def text(data: bytes, name: str = "some file", limits: Limits | None = None) -> str:
    found = only(data, name, limits)
    assert isinstance(found, Read), found
    return found.document.text


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def pdf(pages: int, words: str = "", password: str = "") -> bytes:
    from pypdf import PdfWriter
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    for number in range(1, pages + 1):
        page = writer.add_blank_page(595, 842)
        if not words:
            continue
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 11 Tf 50 700 Td ({words} {number}) Tj ET".encode())
        page[NameObject("/Contents")] = writer._add_object(stream)
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})})
    if password:
        writer.encrypt(password)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("data", [b"", b"   \n\t ", b"\xef\xbb\xbf", b"\x00\x00\x00"])
def test_an_empty_file(data: bytes) -> None:
    assert reason(data).startswith("empty")


@pytest.mark.parametrize("name", ["report-en.pdf", "compte-rendu-fr.docx", "heat-en.pptx"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_file_is_said_to_be_damaged_or_read_as_far_as_it_goes(name: str, share: float) -> None:
    data = (GOLDEN / name).read_bytes()
    found = only(data[: int(len(data) * share)], name)
    assert isinstance(found, Read) or "damaged" in found.reason or "no text" in found.reason


def test_a_truncated_gzip_of_json_lines_keeps_the_lines_before() -> None:
    lines = "".join(json.dumps({"text": f"{WORDS} {number} {os.urandom(40).hex()}"}) + "\n" for number in range(200))
    found = list(read(Source(address="x.jsonl.gz", data=gzip.compress(lines.encode())[:-300])))
    assert sum(isinstance(each, Read) for each in found) > 100
    assert isinstance(found[-1], Skipped)
    assert "damaged or cut off after line" in found[-1].reason


def test_an_encrypted_pdf() -> None:
    assert reason(pdf(1, "secret", password="x")) == "encrypted; save it without a password"


def test_an_encrypted_office_file() -> None:
    assert "encrypted" in reason(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "report.docx")


def test_a_scanned_pdf_without_text() -> None:
    assert reason(pdf(3)) == "no text; run OCR first"


def test_a_wrong_extension_is_read_by_content_and_said() -> None:
    found = only((GOLDEN / "report-en.pdf").read_bytes(), "report.docx")
    assert isinstance(found, Read)
    assert found.document.media_type == "application/pdf"
    assert any("named .docx, but its content is pdf" in note for note in found.document.notes)


@pytest.mark.slow
def test_five_hundred_pages_are_read() -> None:
    found = only(pdf(500, "This page tells of a town and its lamps, page"))
    assert isinstance(found, Read)
    assert len(found.document.pages) == 500
    assert found.document.page_at(found.document.text.index("page 499")) == 499


def test_more_text_than_the_limit_is_refused_and_the_limit_said() -> None:
    why = reason(b"word " * 500_000, limits=Limits(text=2_000_000))
    assert "limit of 2 million" in why


@pytest.mark.slow
def test_two_hundred_megabytes_of_text_are_refused_with_the_limit() -> None:
    assert "limit of 50 million" in reason(b"two hundred megabytes of words, " * 6_300_000)


def test_a_file_over_the_limit_is_not_even_opened(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    path.write_bytes(b"x" * 2000)
    (found,) = read(Source(address="large", path=path), Limits(file=1000))
    assert isinstance(found, Skipped)
    assert "more than the limit" in found.reason


def test_a_zip_bomb() -> None:
    bomb = zipped({"word/document.xml": bytes(60_000_000)})
    assert "zip bomb" in reason(bomb, "report.docx")


def test_a_gzip_bomb_of_one_line() -> None:
    found = list(
        read(Source(address="x.jsonl.gz", data=gzip.compress(b'{"text": "' + b"x" * 30_000_000)), Limits(text=1_000_000))
    )
    assert isinstance(found[-1], Skipped)
    assert "longer than the limit" in found[-1].reason


def test_nested_archives() -> None:
    inner = zipped({"a.txt": b"words"})
    assert reason(zipped({"inner.zip": inner})) == "an archive; unpack it first"
    assert reason(gzip.compress(gzip.compress(b"words"))) == "an archive in an archive; unpack it first"
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a"), io.BytesIO(b""))
    assert reason(tar.getvalue()) == "an archive; unpack it first"
    assert reason(gzip.compress(tar.getvalue())) == "an archive in an archive; unpack it first"


ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)


def test_an_xml_entity_bomb_in_a_word_file() -> None:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    bomb = f"{ENTITIES}<w:document {space}><w:body><w:p><w:r><w:t>&j;</w:t></w:r></w:p></w:body></w:document>"
    with zipfile.ZipFile(GOLDEN / "compte-rendu-fr.docx") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for part in ("word/document.xml", "word/footnotes.xml"):
        found = only(zipped({**members, part: bomb.encode()}), "bomb.docx")
        assert isinstance(found, Skipped) or len(found.document.text) < 10_000


def test_an_xml_entity_bomb_in_html_and_elsewhere() -> None:
    page = only((ENTITIES + f"<html><body><main><p>&j;</p><p>{WORDS}</p></main></body></html>").encode(), "bomb.html")
    assert isinstance(page, Skipped) or len(page.document.text) < 10_000
    assert "XML" in reason((ENTITIES + "<data>&j;</data>").encode())


def test_path_tricks_in_the_names_of_a_container() -> None:
    assert "leads out of it" in reason(zipped({"../../etc/passwd": b"x", "word/document.xml": b"<a/>"}), "x.docx")


def test_a_name_with_a_line_break_and_broken_bytes(tmp_path: Path) -> None:
    from ingest.run import sources

    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/li\nne \xff.txt"))
    path.write_text(WORDS)
    (source,) = sources([str(tmp_path)])
    assert isinstance(source, Source)
    (found,) = read(source)
    assert isinstance(found, Read)
    assert "\n" not in found.document.addresses[0]


def test_broken_utf8_is_read_and_said() -> None:
    found = only("Zürich und Genève planen Straßenlampen für größere Städte. ".encode() * 5 + b"\xff\xfe and more")
    assert isinstance(found, Read)
    assert "2 broken bytes were replaced" in found.document.notes
    assert found.document.encoding == "utf-8"


def test_an_old_encoding_is_guessed_and_said() -> None:
    words = "Die Stadt Lüneburg erneuert für die Bürger die Straßenbeleuchtung am Rathausplatz; schöne Grüße. " * 4
    found = only(words.encode("cp1252"))
    assert isinstance(found, Read)
    assert "Straßenbeleuchtung" in found.document.text
    assert any(note.startswith("encoding guessed: ") for note in found.document.notes)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_byte_order_marks_decide(encoding: str) -> None:
    assert text(WORDS.encode(encoding)) == WORDS


@pytest.mark.slow
def test_ten_megabytes_on_one_line() -> None:
    from ingest.passages import passages

    found = only(b"lamp " * 2_000_000)
    assert isinstance(found, Read)
    assert max(len(passage.text) for passage in passages(found.document)) < 2_000


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_rights(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(WORDS)
    path.chmod(0)
    (found,) = read(Source(address="a", path=path))
    assert isinstance(found, Skipped)
    assert found.reason == "no right to read it; change its permissions"


def test_a_file_that_vanishes(tmp_path: Path) -> None:
    (found,) = read(Source(address="a", path=tmp_path / "gone.txt"))
    assert isinstance(found, Skipped)
    assert found.reason == "the file vanished before it was read"


def test_html_that_is_all_menu() -> None:
    menu = (
        "<html><body><nav><ul>"
        + "".join(f'<li><a href="/{n}">Page {n}</a></li>' for n in range(200))
        + "</ul></nav></body></html>"
    )
    assert reason(menu.encode()).startswith("no running text in the page")


def test_nul_and_lone_surrogates_never_reach_a_document() -> None:
    found = list(read(Source(address="x.jsonl", data=b'{"text": "lamps\\u0000 in \\ud83d\\ude00 and \\udfff towns"}\n')))
    assert isinstance(found[0], Read)
    assert found[0].document.text == "lamps in 😀 and \ufffd towns"
    assert len(found[0].document.notes) >= 2


def test_html_nested_too_deeply() -> None:
    found = only(b"<html><body>" + b"<div>" * 50_000 + b"words" + b"</div>" * 50_000)
    assert isinstance(found, Skipped)


def test_json_lines_that_are_none() -> None:
    found = list(
        read(
            Source(
                address="x.jsonl", data=b'{"text": "Some words."}\nnot json\n[1]\n{"title": "x"}\n{"text": 5}\n{"text": " "}\n'
            )
        )
    )
    reasons = [each.reason for each in found if isinstance(each, Skipped)]
    assert reasons == [
        "the line is no valid JSON",
        "the line is no JSON object with a field `text`",
        "the line is no JSON object with a field `text`",
        "empty: no text",
        "empty: no text",
    ]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "an image; run OCR first"),
        (b"{\\rtf1 words}", "RTF; save it as DOCX or PDF"),
        (os.urandom(20) + bytes(2000), "a binary file of no kind that can be read"),
        (random.Random(5).randbytes(3000), "a binary file of no kind that can be read"),
        (b"a,b,c\n1,2,3\n4,5,6\n", "a table without a mapping (columns a, b, c)"),
        (b"<?xml version='1.0'?><rss><channel/></rss>", "a feed or sitemap; give its web address instead of a file"),
    ],
)
def test_what_cannot_be_read_is_said_with_what_to_do(data: bytes, why: str) -> None:
    assert reason(data).startswith(why)
