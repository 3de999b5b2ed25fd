"""The register: projects, pilots, replications and lessons that people entered, each row with the source it was read in.

The tables are graph/data/register/*.tsv (docs/register.md says what each column holds); a person edits them with any editor.
This module turns them into statements of the collection `register`, and gives the names they hold to whoever wants priors.
Several values of one cell are separated by `;`, several addresses by ` ; `.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from graph.errors import InvalidRecord
from graph.model import (
    Block,
    BlockKind,
    Certainty,
    Document,
    Evidence,
    Genre,
    Modality,
    Progress,
    Statement,
    Visibility,
    entity_id,
)

COLLECTION: Final = "register"
PERSON: Final = "Twintown register"
OWN_ADDRESS: Final = "twintown:register"  # names, countries and levels that the register itself gives
LICENCE: Final = "Apache-2.0"
REPLICATION: Final = "replication"
ROLE: Final = "role"
_ROLES: Final = {
    "lighthouse": "lighthouse_in",
    "fellow": "fellow_in",
    "observer": "observer_in",
    "pilot site": "pilot_site_in",
}  # a finalist has no role in the project, so its rows stay in the table alone
_QUOTE_LENGTH: Final = 300
_FRONT_MATTER = re.compile(r"---\n(.*?)\n---\n+", re.DOTALL)
_HEADING = re.compile(r"^(#+) +(.+)$", re.MULTILINE)

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownProject:
    """A project of the register: its entity id, its name, other spellings, and its grant number or ''."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    grant: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A row as it was handed down: `P` projects, `S` pilots, `R` links (`R22-26` is five), `L` lessons, `F` counts."""

    row: str
    text: str
    source: str
    addresses: tuple[str, ...]


@cache
def table(name: str) -> tuple[Row, ...]:
    """Return the rows of graph/data/register/NAME.tsv; raise InvalidRecord where a line has too few or too many cells."""
    lines = files("graph").joinpath("data", "register", f"{name}.tsv").read_text("utf-8").splitlines()
    header = lines[0].split("\t")
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        cells = line.split("\t")
        if len(cells) != len(header):
            raise InvalidRecord(f"{name}.tsv line {number} has {len(cells)} cells where the header has {len(header)}")
        rows.append(dict(zip(header, cells, strict=True)))
    return tuple(rows)


@cache
def facts() -> Mapping[str, Fact]:
    """Return the rows the tables and the digests rest on, by row name such as `P1` or `R22-26`."""
    return {
        row["row"]: Fact(row=row["row"], text=row["text"], source=row["source"], addresses=_addresses(row))
        for row in table("facts")
    }


@cache
def project_cities() -> Mapping[str, tuple[str, ...]]:
    """Return the ids of the places with a role in a project, by project name, in the order of the table."""
    found: dict[str, dict[str, None]] = {row["name"]: {} for row in table("projects")}
    for row in table("roles"):
        if row["role"] in _ROLES:
            found[row["project"]][_places()[row["place"]]] = None
    return {name: tuple(places) for name, places in found.items()}


@cache
def known_projects() -> tuple[KnownProject, ...]:
    """Return every project of the register once, in the order of the table."""
    found: dict[str, KnownProject] = {}
    for row in table("projects"):
        name = row["name"]
        found.setdefault(
            name, KnownProject(id=_projects()[name], name=name, aliases=tuple(_cells(row["aliases"])), grant=row["grant"])
        )
    return tuple(found.values())


@cache
def known_names() -> Mapping[str, Mapping[str, str]]:
    """Return names and aliases to entity ids, by kind (`project`, `place`): the list `--without-register` switches off."""
    projects = {name: project.id for project in known_projects() for name in (project.name, *project.aliases)}
    places = {name: _places()[row["name"]] for row in table("places") for name in (row["name"], *_cells(row["aliases"]))}
    return {"project": projects, "place": places}


@cache
def statements() -> tuple[Statement, ...]:
    """Return the register as statements, each id once, in the order of the tables."""
    found: dict[str, Statement] = {}
    for rows in (
        _about_places,
        _about_solutions,
        _about_projects,
        _about_roles,
        _about_pilots,
        _about_outcomes,
        _about_replications,
        _about_lessons,
    ):
        for statement in rows():
            found.setdefault(statement.id, statement)
    return tuple(found.values())


def digests() -> Iterator[Document]:
    """Yield the digests of graph/data/digests by name: texts written for Twintown, which name the addresses they rest on."""
    folder = files("graph").joinpath("data", "digests")
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".md"):
            yield read_digest(entry.name.removesuffix(".md"), entry.read_text("utf-8"))


def read_digest(name: str, raw: str) -> Document:
    """Return the digest of this name from its Markdown; raise InvalidRecord without front matter, sources or facts."""
    meta, body = front_matter(name, raw)
    rests_on, rows = meta.get("rests_on"), meta.get("facts")
    if not isinstance(rests_on, list) or not isinstance(rows, list) or not rests_on or not rows:
        raise InvalidRecord(f"digest {name} needs rests_on and facts in its front matter")
    blocks = []
    text = ""
    at = 0
    for heading in _HEADING.finditer(body):
        text += body[at : heading.start()]
        start = len(text)
        text += heading[2]
        blocks.append(Block(kind=BlockKind.HEADING, start=start, end=len(text), level=len(heading[1])))
        at = heading.end()
    text += body[at:].rstrip() + "\n"
    return Document(
        text=text,
        addresses=(f"twintown:digest/{name}",),
        title=str(meta["title"]),
        language=str(meta["language"]),
        date=str(meta["date"]),
        genre=Genre.DIGEST,
        publisher="Twintown",
        licence=LICENCE,
        visibility=Visibility.FULL,
        media_type="text/markdown",
        reader="register",
        blocks=tuple(blocks),
        rests_on=tuple(str(address) for address in rests_on),
        notes=("Written for Twintown from the facts it rests on; it is no source of its own.",),
    )


def front_matter(name: str, raw: str) -> tuple[Mapping[str, object], str]:
    """Return the front matter and the body of a digest."""
    import yaml

    match = _FRONT_MATTER.match(raw)
    if match is None:
        raise InvalidRecord(f"digest {name} must begin with front matter between two lines of ---")
    return yaml.safe_load(match[1]), raw[match.end() :]


def _cells(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


def _addresses(row: Row) -> tuple[str, ...]:
    return tuple(address for address in row["address"].split(" ; ") if address)


@cache
def _places() -> Mapping[str, str]:
    """Return the id of each place of places.tsv by its name."""
    ids = {}
    for row in table("places"):
        external = f"geonames-{row['geonames']}" if row["geonames"] else f"nuts-{row['nuts']}" if row["nuts"] else ""
        ids[row["name"]] = entity_id("place", row["name"], row["country"], external=external)
    return ids


@cache
def _projects() -> Mapping[str, str]:
    """Return the id of each project by its name: the grant where the register has one, else a digest of the name."""
    return {
        row["name"]: entity_id("project", row["name"], external=f"cordis-{row['grant']}" if row["grant"] else "")
        for row in table("projects")
    }


def _solution(concept: str) -> str:
    return entity_id("solution", external=concept)


def _pilot(row: Row) -> str:
    project = _projects()[row["project"]] if row["project"] else ""
    return entity_id("pilot", project, _solution(row["solution"]), _places()[row["place"]])


def _entered(address: str, quote: str) -> Evidence:
    return Evidence(person=PERSON, collection=COLLECTION, address=address, quote=quote[:_QUOTE_LENGTH])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """What the statements of one row share: its addresses, its words, and how far and how sure the matter is."""

    addresses: tuple[str, ...]
    quote: str
    progress: Progress = Progress.UNCLEAR
    modality: Modality = Modality.STATED
    certainty: Certainty = Certainty.UNRATED
    valid_from: str = ""
    valid_to: str = ""

    def says(self, subject: str, predicate: str, value: str) -> Iterator[Statement]:
        """Yield the statement once for each address, with all that the row says of it; nothing where the cell is empty."""
        for address in self.addresses if value else ():
            yield Statement(
                subject=subject,
                predicate=predicate,
                value=value,
                evidence=_entered(address, self.quote),
                progress=self.progress,
                modality=self.modality,
                certainty=self.certainty,
                valid_from=self.valid_from,
                valid_to=self.valid_to,
            )

    def names(self, subject: str, predicate: str, value: str) -> Iterator[Statement]:
        """Yield a plain statement on the first address alone: a name or a number, neither dated nor rated."""
        if value:
            yield Statement(subject=subject, predicate=predicate, value=value, evidence=_entered(self.addresses[0], self.quote))


def _about_places() -> Iterator[Statement]:
    for row in table("places"):
        place, source = _places()[row["name"]], _Source(addresses=(OWN_ADDRESS,), quote=f"{row['name']}, {row['country']}")
        yield from source.names(place, "name", row["name"])
        yield from source.names(place, "country", row["country"])
        yield from source.names(place, "level", row["level"])
        for alias in _cells(row["aliases"]):
            yield from source.names(place, "alias", alias)
        if row["lies_in"]:
            yield from source.names(place, "lies_in", _places()[row["lies_in"]])


def _about_solutions() -> Iterator[Statement]:
    for row in table("solutions"):
        source = _Source(addresses=(OWN_ADDRESS,), quote=row["label"])
        yield from source.names(_solution(row["id"]), "name", row["label"])


def _about_projects() -> Iterator[Statement]:
    for row in table("projects"):
        project = _projects()[row["name"]]
        source = _Source(addresses=_addresses(row), quote=f"{row['name']}: {row['dates_as_given']}")
        yield from source.names(project, "name", row["name"])
        yield from source.names(project, "grant", row["grant"])
        yield from source.names(project, "starts", row["starts"])
        yield from source.names(project, "ends", row["ends"])
        for alias in _cells(row["aliases"]):
            yield from source.names(project, "alias", alias)
        for concept in _cells(row["offers"]):
            yield from source.names(project, "offers", _solution(concept))


def _about_roles() -> Iterator[Statement]:
    for row in table("roles"):
        if row["role"] not in _ROLES:
            continue
        said = f"{row['place']}: {row['role']} in {row['project']}" + (f" ({row['status']})" if row["status"] else "")
        source = _Source(addresses=_addresses(row), quote=said, valid_from=row["valid_from"], valid_to=row["valid_to"])
        yield from source.says(_places()[row["place"]], _ROLES[row["role"]], _projects()[row["project"]])


def _about_pilots() -> Iterator[Statement]:
    for row in table("pilots"):
        pilot = _pilot(row)
        source = _Source(
            addresses=_addresses(row),
            quote=f"{row['place']}, {row['what']}: {row['status']}",
            progress=Progress(row["progress"]),
            modality=Modality(row["modality"]),
            valid_from=row["valid_from"],
            valid_to=row["valid_to"],
        )
        yield from source.names(pilot, "name", f"{row['what']} in {row['place']}")
        yield from source.says(pilot, "tries", _solution(row["solution"]))
        yield from source.says(pilot, "runs_in", _places()[row["place"]])
        if row["project"]:
            yield from source.says(pilot, "within", _projects()[row["project"]])


def _about_outcomes() -> Iterator[Statement]:
    pilots = {(row["row"], row["place"], row["solution"]): _pilot(row) for row in table("pilots")}
    for row in table("outcomes"):
        of = _projects()[row["project"]] if row["project"] else pilots[row["row"], row["place"], row["solution"]]
        figure = f"{row['measure']}: {row['amount']} {row['unit']}"
        outcome = entity_id("outcome", COLLECTION, of, figure)
        where = row["place"] or row["project"]
        source = _Source(addresses=_addresses(row), quote=f"{where}, {figure}")
        yield from source.names(outcome, "name", f"{figure} ({where})")
        yield from source.names(outcome, "outcome_of", of)
        for predicate in ("measure", "amount", "unit", "basis"):
            yield from source.names(outcome, predicate, row[predicate])
        if row["place"]:
            yield from source.names(outcome, "observed_in", _places()[row["place"]])


def _about_replications() -> Iterator[Statement]:
    for row in table("replications"):
        source = _Source(
            addresses=_addresses(row),
            quote=_replication_in_words(row),
            progress=Progress(row["progress"]),
            certainty=Certainty(row["certainty"]),
            valid_from=row["valid_from"],
            valid_to=row["valid_to"],
        )
        if row["record"] == REPLICATION:
            yield from _one_replication(row, source)
        elif row["record"] == ROLE:
            for place in _cells(row["to"]):
                yield from source.says(_places()[place], "fellow_in", _projects()[row["project"]])


def _one_replication(row: Row, source: _Source) -> Iterator[Statement]:
    origins = [_projects()[name] for name in _cells(row["from_project"])] + [_places()[name] for name in _cells(row["from"])]
    targets = [_places()[name] for name in _cells(row["to"])]
    concepts = [_solution(concept) for concept in _cells(row["solution"])]
    what = concepts[0] if concepts else row["what"]
    replication = entity_id("replication", what, *sorted(origins), *targets)
    yield from source.names(replication, "name", f"{row['what']}: {_ends(row)}")
    yield from source.says(replication, "what", row["what"])
    for concept in concepts:
        yield from source.says(replication, "transfers", concept)
    for origin in origins:
        yield from source.says(replication, "replicated_from", origin)
    for target in targets:
        yield from source.says(replication, "replicated_to", target)
    for project in _cells(row["project"]):
        yield from source.says(replication, "within", _projects()[project])
    for predicate in ("scope", "kept", "changed"):
        yield from source.names(replication, predicate, row[predicate])


def _ends(row: Row) -> str:
    """Say from where to where a row leads."""
    origin = ", ".join(_cells(row["from"])) or ", ".join(_cells(row["from_project"]))
    return f"{origin} to {', '.join(_cells(row['to']))}"


def _replication_in_words(row: Row) -> str:
    when = f", {row['when']}" if row["when"] else ""
    return f"{row['what']}: {_ends(row)}{when}; {row['status']} (certainty {row['certainty']})"


def _about_lessons() -> Iterator[Statement]:
    ids = {"place": _places(), "project": _projects()}
    for row in table("lessons"):
        lesson = entity_id("lesson", COLLECTION, row["words"])
        source = _Source(addresses=_addresses(row), quote=row["words"])
        yield from source.names(lesson, "name", row["words"])
        yield from source.says(lesson, "words", row["words"])
        yield from source.says(lesson, "lesson_kind", row["kind"])
        for target in _cells(row["about"]):
            kind, _, name = target.partition(":")
            yield from source.says(lesson, "about", _solution(name) if kind == "solution" else ids[kind][name])
