"""Web pages: the main text as trafilatura finds it, with headings, lists and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from graph.model import Document
from ingest.errors import SkipDocument
from ingest.read.base import Limits, Read, Source, Text
from ingest.read.decode import decode
from ingest.read.metadata import as_date, find_language, finish

READER: Final = "html 1 (trafilatura)"
_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_LANGUAGE: Final = re.compile(r"<html[^>]{0,500}?\blang\s*=\s*[\"']?([A-Za-z]{2,3})\b", re.IGNORECASE)
_MAIN: Final = re.compile(r"<(?:main|article)\b|role\s*=\s*[\"']?main\b", re.IGNORECASE)
_SENTENCE_END: Final = re.compile(r"\w{2}[.!?…。؟][\"')”»]?(?:\s|$)")
_BODY: Final = re.compile(r"<body\b[^>]{0,1000}>", re.IGNORECASE)
FEWEST_WORDS: Final = 15  # below this there is no running text: a menu, a login, a page drawn by a script


def read(source: Source, limits: Limits) -> Iterator[Read]:
    """Yield the document of a page; raise SkipDocument for one without running text."""
    data = source.content(limits)
    declared = _CHARSET.search(data[:4096])
    text, encoding, notes = decode(data, source.charset or (declared.group(1).decode("ascii") if declared else ""))
    if len(text) > limits.text:
        raise SkipDocument(
            f"a page of {len(text) / 1e6:.0f} million characters, over the limit of {limits.text / 1e6:.0f} million"
        )
    yield Read(document=page(text, source.address, limits, encoding=encoding, notes=notes))


def page(text: str, address: str, limits: Limits, *, encoding: str = "", notes: tuple[str, ...] = ()) -> Document:
    """Return the document of a page's source."""
    from trafilatura import bare_extraction

    if not _MAIN.search(text):
        # Without a marked main part trafilatura takes single paragraphs and drops the headings and lists between them.
        text = _BODY.sub(r"\g<0><article>", text, count=1)
    web = address if re.match(r"https?://", address) else None
    found: Any = bare_extraction(
        text,
        url=web,
        include_comments=False,
        include_tables=True,
        with_metadata=True,
        favor_recall=True,
        fast=True,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    built = Text(most=limits.text)
    if found is not None and found.body is not None:
        _walk(found.body, built)
    if found is None or _words_of_its_own(str(built), text) < FEWEST_WORDS:
        raise SkipDocument(
            "no running text in the page: only menus, links or a script that draws it; save the page as PDF from a browser"
        )
    declared = _LANGUAGE.search(text[:5000])
    return finish(
        built,
        address,
        reader=READER,
        media_type="text/html",
        title=found.title or "",
        date=as_date(found.date),
        language=_checked(str(built), declared.group(1).lower() if declared else ""),
        publisher=(found.sitename or "") if web else "",
        licence=found.license or "",
        encoding=encoding,
        notes=notes,
    )


def _words_of_its_own(text: str, html: str) -> int:
    """Return how many words of a text are no links, where it does not read like sentences anyway."""
    if len(_SENTENCE_END.findall(text)) >= 3:
        return len(text.split())
    from trafilatura import load_html

    tree: Any = load_html(html)
    links = {" ".join("".join(link.itertext()).split()) for link in (tree.iter("a") if tree is not None else ())}
    for link in sorted(links - {""}, key=len, reverse=True):
        text = text.replace(link, " ")
    return len(text.split())


def _checked(text: str, declared: str) -> str:
    # Many sites declare English and write something else; the declaration only decides for short texts.
    return find_language(text) if len(text) > 200 or not declared else declared


def _walk(element: Any, text: Text) -> None:
    for child in element:
        match child.tag:
            case "head":
                level = str(child.get("rend") or "h2")[-1]
                text.heading(_inline(child), int(level) if level.isdigit() else 2)
            case "list":
                _items(child, text)
            case "table":
                text.table([[_inline(cell) for cell in row.iter("cell")] for row in child.iter("row")])
            case "quote" | "div" | "main" | "article" | "body":
                if child.text and child.text.strip():
                    text.paragraph(child.text)
                _walk(child, text)
            case _:
                text.paragraph(_inline(child))
        if child.tail and child.tail.strip():
            text.paragraph(child.tail)


def _items(element: Any, text: Text) -> None:
    for item in element.iterchildren("item"):
        text.item(_inline(item, without="list"))
        for inner in item.iter("list"):
            if inner.getparent() is item:
                _items(inner, text)


def _inline(element: Any, without: str = "") -> str:
    """Return the words of an element on one line, line breaks as newlines."""
    parts: list[str] = [element.text or ""]
    for child in element:
        if child.tag == "lb":
            parts.append("\n")
        elif child.tag != without:
            parts.append(_inline(child, without))
        parts.append(child.tail or "")
    joined = "".join(parts)
    return "\n".join(line for line in (" ".join(line.split()) for line in joined.split("\n")) if line)
