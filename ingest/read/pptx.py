"""Presentations: a page for each slide, with its title, texts, tables and speaker notes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, Final

from ingest.read.archive import checked
from ingest.read.base import Limits, Read, Source, Text
from ingest.read.metadata import as_date, finish

READER: Final = "pptx 1 (python-pptx)"
MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def read(source: Source, limits: Limits) -> Iterator[Read]:
    """Yield the document of a presentation."""
    data = source.content(limits)
    checked(data, limits)
    from pptx import Presentation

    slides = Presentation(io.BytesIO(data))
    text = Text(most=limits.text)
    for slide in slides.slides:
        text.page()
        _slide(slide, text)
    properties = slides.core_properties
    created = properties.created
    yield Read(
        document=finish(
            text,
            source.address,
            reader=READER,
            media_type=MEDIA_TYPE,
            title=properties.title or "",
            date=as_date(created.strftime("%Y-%m-%d")) if created is not None and created.year >= 1995 else "",
        )
    )


def _slide(slide: Any, text: Text) -> None:
    title = slide.shapes.title
    if title is not None and title.has_text_frame:
        text.heading(title.text_frame.text.replace("\v", " "), 1)
    for shape in sorted(slide.shapes, key=_place):
        if title is None or shape.shape_id != title.shape_id:
            _shape(shape, text)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        for paragraph in slide.notes_slide.notes_text_frame.text.split("\n"):
            text.paragraph(paragraph)


def _place(shape: Any) -> tuple[int, int]:
    return int(shape.top or 0), int(shape.left or 0)


def _shape(shape: Any, text: Text) -> None:
    if hasattr(shape, "shapes"):
        for inner in sorted(shape.shapes, key=_place):
            _shape(inner, text)
    elif getattr(shape, "has_table", False):
        text.table([[cell.text_frame.text for cell in row.cells] for row in shape.table.rows])
    elif shape.has_text_frame:
        paragraphs = [paragraph for paragraph in shape.text_frame.paragraphs if _words(paragraph).strip()]
        # A body with several paragraphs is a list, whatever its bullets look like.
        add = text.item if len(paragraphs) > 1 and shape.is_placeholder else text.paragraph
        for paragraph in paragraphs:
            add(_words(paragraph))


def _words(paragraph: Any) -> str:
    return str(paragraph.text).replace("\v", "\n")
