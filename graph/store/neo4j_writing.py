"""One write transaction in Neo4j: what it is about is read, changed in memory, and the difference written in a few statements.

The rules are those of graph/store/writing.py, which does the same row by row in SQLite; tests hold both to the same graph.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Final

from graph.errors import NotFound, StoreBusy
from graph.model import Judgement, Passage, Proposal, Reading, Statement, Verdict, digest, kind_of, normalise_name
from graph.schema import schema
from graph.search_text import folded, stems
from graph.store.base import Forgotten, Receipt
from graph.store.fold import Touched, text_of
from graph.store.neo4j_connection import RECENT, Transaction
from graph.store.neo4j_fold import COUNTED, Brought, fold_touched
from graph.store.records import EVIDENCE, JUDGEMENT, metadata_of, now
from graph.store.words import (
    Verdicts,
    columns_of,
    distinct,
    judged_words,
    live,
    names_in,
    person_remains,
    source_name,
    sources,
    without_people,
    written,
)

Row = dict[str, Any]  # a statement by the columns of `told` in neo4j.cypher
COLUMNS: Final = ("title", "language", "date", "genre", "country")
COUNTERS: Final = ("documents", "passages", "entities", "sequence")
CHANGEABLE: Final = ("progress", "modality", "certainty", "valid_from", "valid_to")
SPOT: Final = ("start", "end", "page", "quote", "person", "address", "collection")  # what an Evidence node holds
SAID: Final = ("extractor", "version", "confidence", *CHANGEABLE, "recorded", "generation", "verdict", "live", "words")
_DERIVING: Final = {
    "fold": "the graph is being derived anew, or that was cut off; wait, or run: twintown doctor --mend",
    "import": "an import is going on, or was cut off; wait, or run the same import again",
}
# What many statements of one source have in common goes to the server once; and evidence that people or documents share.
SHARED: Final = ("source", "collection", "extractor", "version", *CHANGEABLE, "recorded", "generation", "verdict", "live")
KEEPER: Final = ("document", "person", "address", "collection")
QUOTE: Final = ("evidence", "start", "end", "page", "quote")
ROW: Final = ("id", "subject", "predicate", "object", "value", "number", "evidence", "confidence", "words")
SPOKEN: Final = (*SHARED, "document", "person", "address")  # of a statement together with its spot
SPOKEN_ROW: Final = (*ROW, *QUOTE[1:], "first", "second")
SUMMARY: Final = ("name", "folded", "country", "statements", "sources")  # of an entity
ENTITY: Final = ("key", "id", *SUMMARY, "told", "words", "aliases", "votes")
PASSAGE: Final = ("key", "id", "start", "end", "heading", "language", "text", "words", "stems")
GROUP: Final = 1_000  # rows that share something, in one group at most


@dataclass(slots=True, kw_only=True)
class Held:
    """A document as a write sees it: as it was kept (`before`, None for a new one), and as it becomes."""

    id: str
    fingerprint: str
    columns: list[str] = field(default_factory=lambda: [""] * len(COLUMNS))
    source: tuple[str, bool] = ("", True)  # name, and whether it counts
    addresses: dict[str, str] = field(default_factory=dict)  # with metadata
    copies: set[str] = field(default_factory=set)
    before: Mapping[str, Any] | None = None
    reading: Reading | None = None  # whose passages and statements it takes over

    @property
    def speaker(self) -> tuple[str, str]:
        """Address and metadata that speak for it."""
        return min(self.addresses.items())


@dataclass(slots=True)
class Hand:
    """Puts things that are not kept into the database, and numbers them."""

    tx: Transaction
    counters: dict[str, int]  # the last key given: documents, passages, entities, sequence (of the journal)

    def new_document(self, properties: Mapping[str, Any]) -> Row:
        """Return the properties of a new document with its key."""
        self.counters["documents"] += 1
        return {"key": self.counters["documents"], **properties}

    def insert_passages(self, rows: Sequence[Row]) -> None:
        """Keep passages, as `passage_row` makes them."""
        for row in rows:
            self.counters["passages"] += 1
            row["key"] = self.counters["passages"]
        self.tx.put("insert_passages", _grouped(rows, ("document",), PASSAGE))

    def insert_entities(self, brought: Brought, *, folded: bool) -> None:
        """Keep entities that are not kept, whose sources are; `folded` says that what is derived of them is written as well."""
        rows: list[Row] = []
        for identifier in sorted(brought.entities):
            self.counters["entities"] += 1
            kind = kind_of(identifier)
            # A statement may be about a document; the label Document is that of the text itself.
            row: Row = {"kind": kind, "label": "Entity" if kind == "document" else kind.capitalize(), "id": identifier}
            row |= {"key": self.counters["entities"], "told": brought.told[identifier]}
            row |= dict(zip(SUMMARY, ("", "", "", 0, 0), strict=True)) | {"words": None, "aliases": []}
            if folded:
                names = brought.names(identifier)
                brought.made[identifier] = brought.summary(identifier)
                row |= dict(zip(SUMMARY, brought.made[identifier], strict=True))
                row |= {"words": text_of(names) if names else None, "aliases": [[normalise_name(name), name] for name in names]}
            row["votes"] = [
                [_vote_id(identifier, *which), *which, [_voice(*voice) for voice in said.items()]]
                for which, said in brought.votes.get(identifier, {}).items()
            ]
            rows.append(row)
        self.tx.put("insert_entities", _grouped(rows, ("kind", "label"), ENTITY))

    def insert_evidence(self, rows: Iterable[Row]) -> None:
        """Keep the spots that these statements rest on, which are not kept."""
        spots = {row["evidence"]: row for row in rows}
        self.tx.put("insert_evidence", _grouped(spots.values(), KEEPER, QUOTE))

    def insert_statements(self, rows: Iterable[Row], spots: set[str]) -> None:
        """Keep statements that are not kept, whose entities and source are, and what they rest on unless it is one of `spots`."""
        alone: list[Row] = []  # statements that bring the spot of a document that they rest on, as most do: written with it
        others: list[Row] = []
        brought: set[str] = set()  # spots
        for row in rows:
            if row["document"] and row["evidence"] not in spots and row["evidence"] not in brought:
                alone.append(row)
                brought.add(row["evidence"])
            else:
                others.append(row)
        place: dict[str, int] = {}  # each entity is looked up once, then named by its place
        for row in alone:
            row["first"] = place.setdefault(row["subject"], len(place))
            row["second"] = place.setdefault(row["object"], len(place)) if row["object"] else None
        self.tx.put("insert_statements_with_evidence", _grouped(map(_stored, alone), SPOKEN, SPOKEN_ROW), entities=list(place))
        self.insert_evidence(row for row in others if row["evidence"] not in spots and row["evidence"] not in brought)
        self.tx.put("insert_statements", _grouped(map(_stored, others), SHARED, ROW))

    def put_votes(self, gone: Iterable[Row], fresh: Iterable[Row]) -> None:
        """Count which live statements give a kept entity a name, alias or country, by source, and how many are about it."""
        votes: Counter[tuple[str, str, str, str, bool]] = Counter()
        told: Counter[str] = Counter()
        for rows_of, sign in ((gone, -1), (fresh, 1)):
            for row in rows_of:
                if row["live"]:
                    told[row["subject"]] += sign
                if row["live"] and row["predicate"] in COUNTED:
                    votes[row["subject"], row["predicate"], row["value"], row["source"], row["counted"]] += sign
        rows: list[Row] = [
            {"id": _vote_id(*which[:3]), "entity": which[0], "predicate": which[1], "value": which[2]}
            | {"source": which[3], "counted": which[4], "change": change}
            for which, change in votes.items()
            if change
        ]
        self.tx.put("put_votes", {row["id"]: row for row in rows if row["change"] > 0}.values())
        self.tx.put("change_votes", [row for row in rows if row["counted"]])
        self.tx.put("change_votes_of_digests", [row for row in rows if not row["counted"]])
        self.tx.put("delete_idle_votes", {row["id"] for row in rows if row["change"] < 0})
        self.tx.put("change_told", [[identifier, change] for identifier, change in told.items() if change])


class Writing:
    """What one transaction does; `finish` writes the difference, folds and counts."""

    def __init__(self, transaction: Transaction, token: str) -> None:
        self.tx = transaction
        self.at = now()
        ((generation, salt, *counters, deriving),) = transaction.all("begin", token=token, remembered=RECENT)
        if deriving:
            raise StoreBusy(_DERIVING[deriving])
        self.generation: int = generation
        self.salt: str = salt
        self.hand = Hand(transaction, dict(zip(COUNTERS, counters, strict=True)))
        self.touched = Touched()
        self.brought = Brought()
        self.removed = 0  # statements
        self.documents: dict[str, Held] = {}
        self.holders: dict[str, str] = {}  # document by address
        self.dropped: dict[str, Held] = {}  # kept before, and to be removed
        self.before: dict[str, Row] = {}  # statements as kept
        self.after: dict[str, Row] = {}  # and as they become
        self.collections: dict[str, Sequence[Statement]] = {}
        self._known: set[str] = set()  # addresses and ids that were looked up
        self._addresses: dict[str, str] = {}  # holders as kept
        self._moves: dict[str, list[str]] = {}  # what an address held one after the other; "" where nothing
        self._readdressed: set[str] = set()
        self._updated: set[str] = set()  # documents kept before of which something else is kept now: the journal names them
        self._suppressed: set[str] | None = None  # hashes of people's names, once they were asked for
        self._rewritten = False  # statement judgements changed
        self._journal: list[Row] = []

    def journal(self, action: str, kind: str, identifier: str, text: str = "") -> None:
        self.hand.counters["sequence"] += 1
        self._journal.append(
            {"sequence": self.hand.counters["sequence"], "generation": self.generation, "at": self.at}
            | {"action": action, "kind": kind, "id": identifier, "text": text}
        )

    # documents ---------------------------------------------------------------------------------------------------

    def look_up(self, identifiers: Iterable[str], addresses: Iterable[str] = ()) -> None:
        """Read the documents with these ids or at these addresses, with their copies."""
        rows = self.tx.about("held_by_id", set(identifiers) - self._known)
        rows += self.tx.about("held_at", set(addresses) - self._known)
        self._known |= {*identifiers, *addresses}
        while rows:
            fresh = [row for row in rows if row["id"] not in self.documents]
            for row in fresh:
                self._hold(row)
            near = {copy for row in fresh for copy in row["copies"]} - self._known
            self._known |= near
            rows = self.tx.about("held_by_id", near)

    def _hold(self, row: Row) -> None:
        held = Held(
            id=row["id"],
            fingerprint=row["fingerprint"],
            columns=list(row["columns"]),
            source=(row["source"], row["counted"]),
            addresses=dict(row["addresses"]),
            copies=set(row["copies"]),
            before=row,
        )
        self._known.add(held.id)
        self.documents[held.id] = held
        self.holders |= dict.fromkeys(held.addresses, held.id)
        self._addresses |= dict.fromkeys(held.addresses, held.id)

    def add(self, reading: Reading) -> Receipt:
        """Keep one reading, already checked and looked up."""
        document = reading.document
        held = self.documents.get(document.id)
        holders = dict.fromkeys(self.holders[address] for address in document.addresses if address in self.holders)
        replaced = [identifier for identifier in holders if identifier != document.id]
        outcome = "added"
        if held is not None:
            moved = not set(document.addresses) <= set(held.addresses)
            outcome = "unchanged" if held.fingerprint == reading.fingerprint else "updated"
            if moved and outcome == "unchanged":
                outcome = "moved"
        else:
            held = self._new(reading)
        self._take_addresses(held, reading)
        gone = [identifier for identifier in replaced if self._drop_if_bare(identifier)]
        self._speak(held)
        if outcome in ("added", "updated"):
            self._updated.add(held.id)
            held.fingerprint, held.reading = reading.fingerprint, reading
        return Receipt(
            document=document.id,
            outcome="superseded" if replaced else outcome,
            statements=len(reading.statements),
            replaced=gone[0] if gone else "",
        )

    def _new(self, reading: Reading) -> Held:
        held = self.dropped.pop(reading.document.id, None)  # its address was taken, and now it comes back at another one
        if held is None:
            held = Held(id=reading.document.id, fingerprint=reading.fingerprint)
        held.copies.clear()
        self._journal = [row for row in self._journal if row["id"] != held.id]
        self.documents[held.id] = held
        return held

    def _take_addresses(self, held: Held, reading: Reading) -> None:
        metadata = metadata_of(reading.document)
        for address in reading.document.addresses:
            before = self.holders.get(address)
            if before not in (None, held.id):
                self.documents[str(before)].addresses.pop(address)
            held.addresses[address] = metadata
            self.holders[address] = held.id
            if before != held.id:
                self._moves.setdefault(address, []).append(held.id)

    def _speak(self, held: Held) -> None:
        """Let the smallest address speak for the document: its columns, its source and that of its copies."""
        self._readdressed.add(held.id)
        columns = columns_of(held.speaker[1])
        if columns != held.columns:
            held.columns = columns
            self._updated.add(held.id)
        self._set_sources([held.id])

    def _set_sources(self, identifiers: Iterable[str]) -> None:
        """Give each document, with all its copies, one source."""
        for start in identifiers:
            group, fresh = {start}, [start]
            while fresh:
                near = self.documents[fresh.pop()].copies - group
                group |= near
                fresh += near
            spoken = {i: self.documents[i].speaker for i in group if self.documents[i].addresses}
            for identifier, source in sources(spoken).items():
                self.documents[identifier].source = source

    def _drop_if_bare(self, identifier: str) -> bool:
        """Remove a document that has no address left; otherwise let its remaining addresses speak."""
        held = self.documents[identifier]
        if held.addresses:
            self._speak(held)
            return False
        del self.documents[identifier]
        if held.before is not None:
            self.dropped[identifier] = held
        for copy in held.copies:
            self.documents[copy].copies.discard(identifier)
        self._set_sources(held.copies)
        self.journal("removed", "document", identifier, held.columns[0])
        return True

    def link_copies(self, pairs: Iterable[tuple[str, str]]) -> None:
        wanted = list(pairs)
        self.look_up({identifier for pair in wanted for identifier in pair})
        for first, second in wanted:
            if first != second and {first, second} <= set(self.documents):
                self.documents[first].copies.add(second)
                self.documents[second].copies.add(first)
                self._set_sources([first])

    def forget(self, target: str) -> Forgotten:
        """Remove a document by id, or one address."""
        self.look_up([target], [target])
        addresses = sorted(self.documents[target].addresses) if target in self.documents else [target]
        identifier = self.holders.get(addresses[0])
        if identifier is None:
            raise NotFound(f"nothing is kept under {target!r}; `twintown documents` lists ids and addresses")
        held = self.documents[identifier]
        for address in addresses:
            held.addresses.pop(address)
            del self.holders[address]
            self._moves.setdefault(address, []).append("")
        self.tx.put("delete_seen", addresses)
        gone = self._drop_if_bare(identifier)
        remains = () if gone else (f"the text stays under {len(held.addresses)} other address(es)",)
        entities = self.finish()
        return Forgotten(
            documents=int(gone), addresses=len(addresses), statements=self.removed, entities=entities, remains=remains
        )

    # statements --------------------------------------------------------------------------------------------------

    def enter(self, collection: str, statements: Sequence[Statement]) -> int:
        """Make the statements of one collection these; return how many were added or removed."""
        kept = self._keep(self.tx.dicts("rows_of_collection", collection=collection))
        wanted = self._wanted(statements)
        self._replace(set(kept), wanted, names_in(statements), "", None)
        return len(set(kept) ^ set(wanted))

    def _keep(self, rows: Iterable[Row]) -> dict[str, Row]:
        """Take statements as they are kept into what this write is about; return them by id."""
        found = {row["id"]: row for row in rows if row["id"] not in self.before}
        self.before |= found
        self.after |= {identifier: dict(row) for identifier, row in found.items()}
        return found

    def _wanted(self, statements: Sequence[Statement]) -> dict[str, Statement]:
        if self._suppressed is None:
            self._suppressed = {hashed for (hashed,) in self.tx.all("suppressed")}
        return distinct(without_people(statements, self._suppressed, self.salt) if self._suppressed else statements)

    def _replace(
        self,
        kept: set[str],
        wanted: Mapping[str, Statement],
        names: Mapping[str, str],
        document: str,
        source: tuple[str, bool] | None,
    ) -> None:
        """Make the statements of one document or collection these."""
        for identifier in kept - set(wanted):
            del self.after[identifier]
        for identifier, statement in wanted.items():
            row = self._row(statement, written(statement, names).hash, document)
            row["source"], row["counted"] = source or (source_name(statement.evidence.address), True)
            if identifier in kept:  # a fact that is read again keeps the time it came in, and its verdict until that is looked at
                row |= {name: self.before[identifier][name] for name in ("recorded", "generation", "verdict")}
                row["live"] = bool(live(row["modality"], row["verdict"]))
            self.after[identifier] = row

    def _row(self, statement: Statement, words: int, document: str) -> Row:
        return row_of(statement, document) | {
            "recorded": self.at,
            "generation": self.generation,
            "verdict": "",
            "live": bool(live(statement.modality, "")),
            "words": words,
        }

    def _change_statements(self) -> None:
        """Bring the statements of every document that this write is about to what they become."""
        verdicts = Verdicts(self.tx.all("statement_judgements"))
        read = {i for i, held in self.documents.items() if held.before and (held.reading or self._moved(held))}
        if verdicts:
            read |= {i for i in self._readdressed if i in self.documents and self.documents[i].before}
        rows = self._keep(self.tx.about("rows_of_documents", {*read, *self.dropped}))
        by_document: dict[str, set[str]] = {}
        for identifier, row in rows.items():
            by_document.setdefault(row["document"], set()).add(identifier)
        for identifier in self.dropped:
            for statement in by_document.get(identifier, ()):
                del self.after[statement]
        for held in self.documents.values():
            kept = by_document.get(held.id, set())
            if held.reading:
                wanted = self._wanted(held.reading.statements)
                self._replace(kept, wanted, names_in(held.reading.statements), held.id, held.source)
            for identifier in kept & set(self.after):
                self.after[identifier]["source"], self.after[identifier]["counted"] = held.source
        self._judge_all(verdicts)

    @staticmethod
    def _moved(held: Held) -> bool:
        return held.before is not None and held.source[0] != held.before["source"]

    def _judge_all(self, verdicts: Verdicts) -> None:
        if not verdicts and not self._rewritten:
            return
        others = {row["document"] for row in self.after.values() if row["document"] and row["document"] not in self.documents}
        self.look_up(others)
        for identifier, row in self.after.items():
            held = self.documents.get(row["document"])
            here = set(held.addresses) if held else {row["address"]}
            verdict = verdicts.on(identifier, row["words"], lambda here=here: here)  # type: ignore[misc]
            if verdict != row["verdict"]:
                row["verdict"], row["live"] = verdict, bool(live(row["modality"], verdict))
                if row["document"]:
                    self._updated.add(row["document"])

    def propose(self, proposals: Iterable[Proposal]) -> None:
        wanted = list(proposals)
        known = {row["id"] for row in self.tx.about("entity_ids", {side for p in wanted for side in (p.first, p.second)})}
        kept = {(p.first, p.second): p for p in wanted if {p.first, p.second} <= known}
        self.tx.put("put_proposals", [[p.first, p.second, float(p.score), p.reason] for p in kept.values()])
        self.touched.entities |= {side for pair in kept for side in pair}

    # people ------------------------------------------------------------------------------------------------------

    def forget_person(self, normalised: str, hashed: str) -> Forgotten:
        self.tx.put("put_suppressed", [hashed])
        spelled = [(key, name) for key, name in self.tx.all("people_named") if normalise_name(name) == normalised]
        people = {key for key, _ in spelled}
        said = {row["id"] for row in self.tx.about("quotes_of", people)}
        rows = self._keep(self.tx.about("rows_about", people | said))
        texts = {row["document"] for row in rows.values() if row["document"]}
        for identifier in rows:
            del self.after[identifier]
        self.look_up(texts)
        self._updated |= texts
        judgements = self.tx.all("judgements_on_people")
        about = [i for i, *names in judgements if normalised in {normalise_name(name) for name in names}]
        self.tx.put("delete_judgements", about)
        entities = self.finish()
        self.tx.put("blank_changes", {name for _, name in spelled})
        return Forgotten(statements=self.removed, entities=entities, remains=person_remains(in_texts=bool(texts)))

    # judgements --------------------------------------------------------------------------------------------------

    def judge(self, judgement: Judgement) -> None:
        pair = judgement.verdict in (Verdict.SAME, Verdict.DIFFERENT)
        words = 0 if pair else judged_words(judgement).hash
        values = {name: getattr(judgement, name) for name in JUDGEMENT}
        row = {"id": judgement.id, "verdict": judgement.verdict.value, "words": words, "generation": self.generation}
        self.tx.put("put_judgement", [values | row])
        self._judge_again(judgement.first, judgement.second, words)

    def undo(self, identifier: str) -> None:
        rows = self.tx.all("judgement_by_id", id=identifier)
        if not rows:
            raise NotFound(f"no judgement {identifier!r}; `twintown judge list` shows them")
        ((verdict, first, second, words),) = rows
        self.tx.put("delete_judgements", [identifier])
        self.journal("removed", "judgement", identifier, verdict)
        self._judge_again(first, second, words)

    def _judge_again(self, first: str, second: str, words: int) -> None:
        if not words:
            self.touched.entities |= {row["id"] for row in self.tx.about("entity_ids", [first, second])}
            return
        self._rewritten = True
        self._keep(self.tx.about("rows_by_words", [words]))
        self._keep(self.tx.about("rows_by_id", [first]))

    # the difference ------------------------------------------------------------------------------------------------

    def finish(self) -> int:
        """Write what changed and fold it; return how many entities went. Called once."""
        self._change_statements()
        passages = self._changed_passages()
        self._put_sources()
        self.tx.put("delete_passages", passages[0])
        idle = self._remove_statements()
        self.tx.put("delete_documents", self.dropped)
        self._put_documents()
        self._put_addresses()
        self.hand.insert_passages(passages[1])
        self._put_statements()
        self._put_votes()
        for identifier in sorted(self._updated & set(self.documents)):
            if self.documents[identifier].before is not None:
                self.journal("updated", "document", identifier, self.documents[identifier].columns[0])
        self.tx.put("put_changes", self._journal)
        buried = fold_touched(self.tx, self.touched, self.brought)
        self.tx.put("delete_idle_evidence", idle)
        self.tx.put("delete_idle_sources", self._left_sources())
        self.tx.put("end", [self.hand.counters])
        return buried

    def _changed_passages(self) -> tuple[list[str], list[Row]]:
        """Return the ids of passages that go, and rows of those that come."""
        read = {i for i, held in self.documents.items() if held.reading and held.before}
        kept: dict[str, set[str]] = {}
        for row in self.tx.about("passage_ids", {*read, *self.dropped}):
            kept.setdefault(row["document"], set()).add(row["id"])
        gone = {i for document in self.dropped for i in kept.pop(document, ())}
        fresh = []
        for held in self.documents.values():
            if held.reading:
                wanted = {passage.id: passage for passage in held.reading.passages}
                gone |= kept.get(held.id, set()) - set(wanted)
                fresh += [passage_row(p) for i, p in wanted.items() if i not in kept.get(held.id, ())]
        return sorted(gone), fresh

    def _put_sources(self) -> None:
        wanted = {held.source for held in self.documents.values() if held.before is None or self._moved(held)}
        wanted |= {(row["source"], row["counted"]) for i, row in self.after.items() if row != self.before.get(i)}
        self.tx.put("put_sources", sorted(wanted))

    def _left_sources(self) -> set[str]:
        """Return the names of sources that nothing may name any more."""
        left = {held.before["source"] for held in self.documents.values() if held.before and self._moved(held)}
        left |= {held.before["source"] for held in self.dropped.values() if held.before}
        return left | {row["source"] for i, row in self.before.items() if self.after.get(i, {}).get("source") != row["source"]}

    def _put_documents(self) -> None:
        fresh, changed, moved = [], [], []
        for held in self.documents.values():
            properties: Row = {"fingerprint": held.fingerprint, **dict(zip(COLUMNS, held.columns, strict=True))}
            if held.reading and held.reading.sketch:
                properties["sketch"] = held.reading.sketch
            if held.before is None:
                text = held.reading.document.text if held.reading else ""
                properties |= {"id": held.id, "text": text, "recorded": self.at, "generation": self.generation}
                fresh.append({"source": held.source[0], "properties": self.hand.new_document(properties)})
                continue
            if (held.fingerprint, held.columns) != (held.before["fingerprint"], held.before["columns"]) or "sketch" in properties:
                changed.append({"id": held.id, "properties": properties})
            if self._moved(held):
                moved.append({"id": held.id, "source": held.source[0]})
        self.tx.put("insert_documents", fresh)
        self.tx.put("update_documents", changed)
        self.tx.put("source_documents", moved)
        copies = {tuple(sorted((held.id, copy))) for held in self.documents.values() for copy in held.copies}
        known = {tuple(sorted((h.id, copy))) for h in self.documents.values() if h.before for copy in h.before["copies"]}
        self.tx.put("put_copies", sorted(copies - known))
        self.tx.put("delete_copies", sorted(known - copies))

    def _put_addresses(self) -> None:
        rows = [
            {"address": address, "document": held.id, "metadata": metadata}
            for held in self.documents.values()
            for address, metadata in held.addresses.items()
            if held.before is None or dict(held.before["addresses"]).get(address) != metadata
        ]
        self.tx.put("delete_addresses", set(self._addresses) - set(self.holders))
        self.tx.put("put_addresses", rows)
        versions = [
            {"address": address, "documents": [i for i in held if i], "closed": not held[-1], "at": self.at}
            for address, held in self._moves.items()
        ]
        self.tx.put("put_versions", versions)

    def _remove_statements(self) -> set[str]:
        """Remove the statements that go; return the ids of the evidence that nothing may rest on any more."""
        gone = {identifier: row for identifier, row in self.before.items() if identifier not in self.after}
        self.tx.put("delete_statements", gone)
        self.removed += len(gone)
        for identifier, row in gone.items():
            self.touched.statement(row["subject"], row["predicate"], row["object"])
            self.journal("removed", "statement", identifier, f"{row['subject']} {row['predicate']} {row['value']}")
        again = {i: row["evidence"] for i, row in self.before.items() if self.after.get(i, {}).get("evidence") != row["evidence"]}
        return set(again.values())

    def _put_statements(self) -> None:
        fresh = [row for identifier, row in self.after.items() if identifier not in self.before]
        changed = [row for identifier, row in self.after.items() if row != self.before.get(identifier, row)]
        for row in fresh + changed:
            self.touched.statement(row["subject"], row["predicate"], row["object"])
        self._put_entities(fresh)
        # Whatever else rests on the same spot is of the same document or collection, and was read.
        kept = {row["evidence"] for row in self.before.values()}
        moved = [row for row in changed if row["evidence"] not in kept]
        self.hand.insert_evidence(moved)
        self.hand.insert_statements(fresh, kept | {row["evidence"] for row in moved})
        self.tx.put("update_statements", [{"id": row["id"], "properties": {n: row[n] for n in SAID}} for row in changed])
        for name, column in (("source_statements", "source"), ("evidence_of_statements", "evidence")):
            self.tx.put(name, [[row["id"], row[column]] for row in changed if row[column] != self.before[row["id"]][column]])

    def _put_entities(self, rows: Sequence[Row]) -> None:
        named = {identifier for row in rows for identifier in (row["subject"], row["object"]) if identifier}
        known = {row["id"] for row in self.tx.about("entity_ids", named)}
        self.brought = Brought.of(named - known, rows)
        self.hand.insert_entities(self.brought, folded=True)

    def _put_votes(self) -> None:
        gone = [row for i, row in self.before.items() if row != self.after.get(i)]
        fresh = [row for i, row in self.after.items() if row != self.before.get(i)]
        self.hand.put_votes(gone, [row for row in fresh if row["subject"] not in self.brought.entities])


def row_of(statement: Statement, document: str) -> Row:
    """Return what a statement itself says as the columns of `told`; source, words, verdict and times are its keeper's."""
    predicate = schema().predicates[statement.predicate]
    row: Row = {name: getattr(statement.evidence, name) for name in EVIDENCE}
    row["confidence"] = float(statement.evidence.confidence)
    row |= {name: str(getattr(statement, name)) for name in CHANGEABLE}
    spot = [str(row[name]) for name in SPOT]
    return row | {
        "id": statement.id,
        "subject": statement.subject,
        "predicate": statement.predicate,
        "value": statement.value,
        "object": statement.value if predicate.links else None,
        "number": float(statement.value) if predicate.range == ("number",) else None,
        "document": document,
        "evidence": f"evidence:{digest(document, *spot)}",
    }


def passage_row(passage: Passage) -> Row:
    """Return one passage with its search text, as yet without a key."""
    row = {name: getattr(passage, name) for name in ("document", "id", "start", "end", "heading", "language", "text")}
    return row | {"words": folded(passage.text), "stems": stems(passage.text, passage.language)}


def _stored(row: Row) -> Row:
    """Return a statement as its node holds it."""
    collection = row["collection"] or None  # no text where nothing is looked for
    return row | {"value": "" if row["object"] else row["value"], "collection": collection}


def _vote_id(entity: str, predicate: str, value: str) -> str:
    return f"vote:{digest(entity, predicate, value)}"


def _voice(which: tuple[str, bool], statements: int) -> list[Any]:
    source, counted = which
    return ["VOICED_BY" if counted else "REPEATED_BY", source, statements]


def _grouped(rows: Iterable[Row], shared: Sequence[str], own: Sequence[str]) -> Iterator[Row]:
    """Yield what rows share, by name, with `rows` that list what is each one's own: far less to send, and to look up."""
    share, own_values = itemgetter(*shared), itemgetter(*own)
    groups: dict[Any, list[tuple[Any, ...]]] = {}
    for row in rows:
        groups.setdefault(share(row), []).append(own_values(row))
    for key, whole in groups.items():
        common = dict(zip(shared, key if len(shared) > 1 else (key,), strict=True))
        for start in range(0, len(whole), GROUP):
            yield common | {"rows": whole[start : start + GROUP]}
