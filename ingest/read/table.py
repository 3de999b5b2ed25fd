"""Tables (CSV, TSV, JSON, XLSX): each row becomes a document of lines `Label: cell`, and states what its mapping says.

A row's address is `TABLE#row=N`, N counting the rows of data from 1 (the row of headers not counted). Its blocks are the cells.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from graph.errors import InvalidRecord
from graph.model import Block, BlockKind, Document, Genre
from ingest.claim import Claim, Mention
from ingest.errors import SkipDocument, StopRun
from ingest.mapping import Field, TableMapping, load_mapping, mapping_for
from ingest.read.archive import checked
from ingest.read.base import Limits, Read, Skipped, Source, plain_text
from ingest.read.decode import decode
from ingest.read.metadata import as_country, as_date, finish

READER: Final = "table 1"
EXTRACTOR: Final = "table"
_NO_VALUE: Final = frozenset(("", "no data", "n/a", "na", "null", "none", "-", "–"))

csv.field_size_limit(100_000_000)


@dataclass(frozen=True, slots=True)
class Rows:
    """The headers, and the rows of data below them."""

    columns: tuple[str, ...]
    rows: Iterator[Sequence[str]]
    encoding: str
    notes: tuple[str, ...]


def read(source: Source, limits: Limits) -> Iterator[Read | Skipped]:
    """Yield a document for each row; raise SkipDocument where no mapping fits the columns."""
    table = _rows(source, limits)
    try:
        mapping = load_mapping(source.mapping) if source.mapping else mapping_for(table.columns)
    except StopRun as error:
        raise SkipDocument(str(error)) from None
    if mapping is None:
        shown = ", ".join(table.columns[:6])
        raise SkipDocument(
            f"a table without a mapping (columns {shown}); write one as docs/tables.md tells and give it with --mapping"
        )
    missing = set(mapping.columns) - set(table.columns)
    if missing:
        raise SkipDocument(f"the mapping {mapping.name} needs the columns {', '.join(sorted(missing))}, which the table lacks")
    for number, cells in enumerate(table.rows, 1):
        address = f"{source.address}#row={number}"
        if number > limits.rows:
            raise SkipDocument(f"more than {limits.rows} rows, the limit; split the table")
        try:
            yield _row(dict(zip(table.columns, cells, strict=False)), number, address, mapping, table)
        except (SkipDocument, InvalidRecord) as error:
            yield Skipped(address=address, reason=str(error))


# -- rows out of files


def _rows(source: Source, limits: Limits) -> Rows:
    data = source.content(limits)
    if data.startswith(b"PK"):
        return _workbook(data, limits)
    text, encoding, notes = decode(data, source.charset)
    start = text.lstrip("\ufeff \t\r\n")[:1]
    if start in {"[", "{"} and start:
        return _json(text, encoding, notes)
    return _separated(text, encoding, notes)


def _separated(text: str, encoding: str, notes: tuple[str, ...]) -> Rows:
    text = text.lstrip("\ufeff")
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(("\t", ";", ",", "|"), key=first.count)
    rows = csv.reader(io.StringIO(text.replace("\x00", ""), newline=""), delimiter=delimiter)
    header = next((row for row in rows if any(cell.strip() for cell in row)), None)
    if header is None:
        raise SkipDocument("empty: a table without rows")
    return Rows(_columns(header), _whole(rows), encoding, notes)


def _whole(rows: Iterator[list[str]]) -> Iterator[Sequence[str]]:
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            raise SkipDocument(f"the table is damaged: {error}") from None
        if any(cell.strip() for cell in row):
            yield row


def _json(text: str, encoding: str, notes: tuple[str, ...]) -> Rows:
    try:
        records: Any = json.loads(text)
    except (ValueError, RecursionError):
        raise SkipDocument("the JSON is damaged or cut off; get it again") from None
    if isinstance(records, dict):  # one level down: {"projects": [ … ]}
        lists = [value for value in records.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
        records = lists[0] if lists else [records]
    if not records or not all(isinstance(record, dict) for record in records):
        raise SkipDocument("no table: a list of JSON objects with the same fields is needed")
    columns = _columns(list(dict.fromkeys(key for record in records for key in record)))
    return Rows(columns, ([_cell(record.get(column)) for column in columns] for record in records), encoding, notes)


def _workbook(data: bytes, limits: Limits) -> Rows:
    checked(data, limits)
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    sheets = [sheet for sheet in book.worksheets if sheet.max_row != 0]
    notes = (f"only the first sheet was read, of {len(sheets)}",) if len(sheets) > 1 else ()
    if not sheets:
        raise SkipDocument("empty: a workbook without cells")
    rows = ([_cell(value) for value in row] for row in sheets[0].iter_rows(values_only=True))
    header = next((row for row in rows if any(cell.strip() for cell in row)), None)
    if header is None:
        raise SkipDocument("empty: a table without rows")
    return Rows(_columns(header), (row for row in rows if any(cell.strip() for cell in row)), "", notes)


def _columns(header: list[str]) -> tuple[str, ...]:
    return tuple(plain_text(" ".join(name.split()))[0] or f"column {number}" for number, name in enumerate(header, 1))


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, list):
        return "; ".join(_cell(entry) for entry in value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)


# -- a row as a document


def _row(cells: dict[str, str], number: int, address: str, mapping: TableMapping, table: Rows) -> Read:
    lines: list[str] = []
    blocks: list[Block] = []
    at = 0
    for column in mapping.text or table.columns:
        value = plain_text(cells.get(column, ""))[0].strip()
        if value.lower() in _NO_VALUE:
            continue
        label = f"{mapping.labels.get(column, column)}: "
        blocks.append(
            Block(kind=BlockKind.CELL, start=at + len(label), end=at + len(label) + len(value), row=number, column=column)
        )
        lines.append(label + value)
        at += len(lines[-1]) + 1
    text = "\n".join(lines)
    titles = [one for column in mapping.title if (one := " ".join(cells.get(column, "").split()))]
    document = finish(
        text,
        address,
        blocks=tuple(blocks),
        reader=f"{READER} {mapping.name}",
        media_type="text/csv",
        title=": ".join(titles),
        date=_date(cells, mapping.date),
        language=mapping.language or cells.get(mapping.language_column, "").strip().lower()[:2],
        genre=Genre.TABLE_ROW,
        country=mapping.country,
        publisher=mapping.publisher,
        licence=mapping.licence,
        encoding=table.encoding,
        notes=table.notes,
    )
    return Read(document=document, claims=tuple(dict.fromkeys(_claims(document, cells, mapping))))


def _date(cells: dict[str, str], wanted: Field | None) -> str:
    return _value(cells.get(wanted.column, ""), wanted) if wanted else ""


def _claims(document: Document, cells: dict[str, str], mapping: TableMapping) -> Iterator[Claim]:
    places = {block.column: block for block in document.blocks}
    mentions = {name: found for name in mapping.entities if (found := _mention(name, cells, mapping))}

    def claim(subject: Mention, predicate: str, value: Mention | str, start: int, end: int) -> Claim:
        return Claim(
            subject=subject,
            predicate=predicate,
            value=value,
            start=start,
            end=end,
            extractor=EXTRACTOR,
            confidence=1.0,
            why=f"mapping {mapping.name}",
        )

    for name, mention in mentions.items():
        cell = places.get(mapping.entities[name].column)
        if cell is not None:
            start = document.text.find(mention.surface, cell.start, cell.end)
            start = start if start >= 0 else cell.start
            yield claim(mention, "name", mention.name, start, min(start + len(mention.surface), cell.end))
    for rule in mapping.statements:
        subject = mentions.get(rule.subject)
        column = rule.value.column if rule.value else mapping.entities[rule.entity].column
        cell = places.get(column)
        value: Mention | str | None = (
            _value(cells.get(column, ""), rule.value) if rule.value is not None else mentions.get(rule.entity)
        )
        if subject is not None and value and cell is not None:
            yield claim(subject, rule.predicate, value, cell.start, cell.end)


def _mention(name: str, cells: dict[str, str], mapping: TableMapping) -> Mention | None:
    rule = mapping.entities[name]
    whole = plain_text(cells.get(rule.column, ""))[0].strip()
    surface, country = whole, rule.country
    if rule.pattern and (match := re.match(rule.pattern, whole)):
        surface = (match["name"] or "").strip()
        country = as_country(match.groupdict().get("country")) or country
    if country in cells:
        country = as_country(cells[country])
    if surface.lower() in _NO_VALUE:
        return None
    key = _value(cells.get(rule.external.column, ""), rule.external) if rule.external else ""
    return Mention(
        kind=rule.kind,
        name=" ".join(surface.split()),
        surface=surface,
        country=country,
        external=rule.prefix + key if key else "",
    )


def _value(cell: str, wanted: Field) -> str:
    """Return a cell as the mapping wants it, or an empty string where it is none."""
    text = plain_text(cell)[0].strip()
    if text.lower() in _NO_VALUE:
        return ""
    match wanted.form:
        case "date":
            return _as_date(text, wanted.format)
        case "number":
            return _as_number(text, wanted.decimal)
        case "integer":
            number = _as_number(text, wanted.decimal)
            return number.split(".", 1)[0] if re.fullmatch(r"-?\d+(\.0*)?", number) else ""
        case _:
            return text


def _as_date(text: str, form: str) -> str:
    if form:
        try:
            parsed = datetime.strptime(text, form)  # noqa: DTZ007 - a day of a table has no time zone
        except ValueError:
            return as_date(text)
        return parsed.strftime("%Y-%m-%d" if "%d" in form else "%Y-%m" if re.search("%[mbB]", form) else "%Y")
    return as_date(text)


def _as_number(text: str, decimal: str) -> str:
    thousands = "." if decimal == "," else ","
    digits = re.sub(r"[^\d\-.,]", "", text).replace(thousands, "").replace(decimal, ".").strip(".")
    return digits if re.fullmatch(r"-?\d+(\.\d+)?", digits) else ""
