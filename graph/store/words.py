"""What a statement says in words, who spoke it where, and what follows: pure, and the same for every home of the graph."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from graph.model import Genre, Judgement, Modality, Statement, Verdict, kind_of, normalise_name
from graph.schema import schema
from graph.store.records import METADATA

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Words:
    """A statement as written: what a judgement keeps, so that it finds the statement again."""

    subject: str
    predicate: str
    value: str
    quote: str

    @property
    def hash(self) -> int:
        """Return a positive 63-bit number for these words, never 0."""
        parts = (normalise_name(self.subject), self.predicate, normalise_name(self.value), " ".join(self.quote.split()))
        return int.from_bytes(hashlib.blake2b("\x1f".join(parts).encode(), digest_size=8).digest()) >> 1 or 1


def distinct(statements: Iterable[Statement]) -> dict[str, Statement]:
    """Return statements by id; of several with one id the most confident, and of those always the same one."""
    best: dict[str, Statement] = {}
    for statement in statements:
        known = best.get(statement.id)
        if known is None or _rank(statement) > _rank(known):
            best[statement.id] = statement
    return best


def _rank(statement: Statement) -> tuple[float, str]:
    return statement.evidence.confidence, repr(statement)


def names_in(statements: Iterable[Statement]) -> dict[str, str]:
    """Return the name that these statements give each entity; the first by alphabet where there are several."""
    names: dict[str, str] = {}
    for statement in statements:
        if statement.predicate == "name":
            names[statement.subject] = min(statement.value, names.get(statement.subject, statement.value))
    return names


def written(statement: Statement, names: Mapping[str, str]) -> Words:
    """Return a statement as written, with the names that its own source gives."""
    links = schema().predicates[statement.predicate].links
    value = names.get(statement.value, "") if links else statement.value
    return Words(names.get(statement.subject, ""), statement.predicate, value, statement.evidence.quote)


def judged_words(judgement: Judgement) -> Words:
    """Return the words that a judgement on a statement keeps."""
    return Words(judgement.first_written, judgement.predicate_written, judgement.second_written, judgement.quote_written)


class Verdicts:
    """Judgements on statements that are in force."""

    def __init__(self, judgements: Iterable[Sequence[str | int]]) -> None:
        """Take statement id, words, verdict and address as written, the latest judgement last."""
        self.by_id: dict[str, str] = {}
        self.by_words: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for identifier, words, verdict, address in judgements:
            self.by_id[str(identifier)] = str(verdict)
            self.by_words[int(words)].append((str(address), str(verdict)))

    def __bool__(self) -> bool:
        return bool(self.by_id)

    def on(self, identifier: str, words: int, here: Callable[[], Collection[str]]) -> str:
        """Return the verdict on a statement, found by its id, or by its words at an address of its source (`here`)."""
        if identifier in self.by_id or words not in self.by_words:
            return self.by_id.get(identifier, "")
        addresses = here()
        found = [verdict for judged_at, verdict in self.by_words[words] if judged_at in addresses]
        return found[-1] if found else ""


def live(modality: str, verdict: str) -> int:
    """Return 1 where a statement counts as a fact, 0 where it is kept and shown only."""
    return int(modality != Modality.NEGATED and verdict != Verdict.WRONG)


def source_name(address: str) -> str:
    """Return an address without what does not make another source: scheme, www, port 80 and 443, trailing dot and slash."""
    bare = address.strip()
    for scheme in ("https://", "http://"):
        bare = bare.removeprefix(scheme)
    host, slash, path = bare.partition("/")
    if "." in host and " " not in host:
        host = host.casefold().removesuffix(":443").removesuffix(":80").removesuffix(".").removeprefix("www.")
    return (host + slash + path).rstrip("/")


def sources(spoken: Mapping[Key, tuple[str, str]]) -> dict[Key, tuple[str, bool]]:
    """Return the source of each of several copies, and whether it counts, from address and metadata that speak for each.

    Copies are one source: the smallest of their addresses. Digests are sources of their own that do not count.
    """
    digests = {key for key, (_, metadata) in spoken.items() if json.loads(metadata).get("genre") == Genre.DIGEST}
    texts = sorted(address for key, (address, _) in spoken.items() if key not in digests)
    # A digest's own name space: whether a source counts may never depend on which of two came first.
    return {
        key: (f"digest {address}", False) if key in digests else (source_name(texts[0]), True)
        for key, (address, _) in spoken.items()
    }


def columns_of(metadata: str) -> list[str]:
    """Return title, language, date, genre and country from the metadata that speaks for a document."""
    values: Mapping[str, str] = json.loads(metadata)
    return [str(values.get(name, "")) for name in METADATA[:5]]


def person_hash(name: str, salt: str) -> str:
    """Return the hash under which a forgotten name is kept away.

    Keyed by the store's own salt: the list cannot be looked up in a table of common names made once for all stores.
    """
    return hashlib.blake2b(normalise_name(name).encode(), key=salt.encode(), digest_size=16).hexdigest()


def without_people(statements: Sequence[Statement], hashes: Collection[str], salt: str) -> Sequence[Statement]:
    """Leave out what is said of, or by, people on the suppression list."""
    people = {
        s.subject
        for s in statements
        if s.predicate in ("name", "alias") and kind_of(s.subject) == "person" and person_hash(s.value, salt) in hashes
    }
    people |= {s.subject for s in statements if s.predicate == "said_by" and s.value in people}
    return [s for s in statements if s.subject not in people and s.value not in people]


def person_remains(*, in_texts: bool) -> tuple[str, ...]:
    """Return what the user should know after a person was forgotten."""
    return (
        "the name may still stand in the texts of documents and in quotes of other statements; forget those documents too"
        if in_texts
        else "no statement named this person; the name is kept away from now on",
        "a keyed hash of the name stays on the suppression list, so that reading again does not bring it back",
        "backups and exports made before still hold it",
    )
