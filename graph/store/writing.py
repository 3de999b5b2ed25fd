"""One write transaction in SQLite: documents, statements and judgements come and go, then what they touched is folded."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import apsw

from graph.errors import NotFound
from graph.model import Genre, Judgement, Modality, Passage, Proposal, Reading, Statement, Verdict, kind_of, normalise_name
from graph.schema import schema
from graph.store.base import Forgotten, Receipt
from graph.store.connection import Value, now
from graph.store.fold import Folding, Touched
from graph.store.records import JUDGEMENT, METADATA, metadata_of
from graph.store.sql import named
from graph.store.sqlite_fold import SqliteDerived

_EVIDENCE: Final = ("start", "end", "page", "extractor", "version", "confidence", "person", "address", "collection")
_CHANGEABLE: Final = ("progress", "modality", "certainty", "valid_from", "valid_to")


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


def words_of(connection: apsw.Connection, statement: Statement) -> Words:
    """Return the words of a kept statement, with the names that its own source gives."""
    evidence = statement.evidence
    sql = named("sqlite.sql")

    def name(identifier: str) -> str:
        if evidence.document:
            found = connection.execute(sql["name_in_document"], (identifier, evidence.document)).fetchall()
        else:
            found = connection.execute(sql["name_in_collection"], (identifier, evidence.collection)).fetchall()
        return str(found[0][0] or "")

    links = schema().predicates[statement.predicate].links
    value = name(statement.value) if links else statement.value
    return Words(name(statement.subject), statement.predicate, value, evidence.quote)


def source_name(address: str) -> str:
    """Return an address without what does not make another source: scheme, www, port 80 and 443, trailing dot and slash."""
    bare = address.strip()
    for scheme in ("https://", "http://"):
        bare = bare.removeprefix(scheme)
    host, slash, path = bare.partition("/")
    if "." in host and " " not in host:
        host = host.casefold().removesuffix(":443").removesuffix(":80").removesuffix(".").removeprefix("www.")
    return (host + slash + path).rstrip("/")


class Writing:
    """What one transaction does; `finish` folds and counts up the generation."""

    def __init__(self, connection: apsw.Connection) -> None:
        self.connection = connection
        self.sql = named("sqlite.sql")
        self.at = now()
        self.touched = Touched()
        ((generation,),) = self.all("next_generation")
        self.generation: int = generation
        self.removed = 0  # statements
        self._judged: tuple[dict[str, str], dict[int, list[tuple[str, str]]]] | None = None
        self._readdressed: set[int] = set()  # documents whose addresses changed
        self._updated: set[int] = set()  # documents kept before of which something else is kept now: the journal names them

    def all(self, name: str, *parameters: Value) -> list[tuple[Any, ...]]:
        return self.connection.execute(self.sql[name], parameters).fetchall()

    def finish(self) -> int:
        """Fold what was touched; return how many entities went. Called once."""
        if any(self._in_force()):
            for key in self._readdressed:
                self._apply_verdicts(self.all("judgeable_of_document", key))
        for key in sorted(self._updated):
            for identifier, title in self.all("document_of_before", key, self.generation):
                self.journal("updated", "document", identifier, title)
        return Folding(SqliteDerived(self.connection)).run(self.touched)

    def journal(self, action: str, kind: str, identifier: str, text: str = "") -> None:
        self.all("journal", self.generation, self.at, action, kind, identifier, text)

    # documents ---------------------------------------------------------------------------------------------------

    def add(self, reading: Reading) -> Receipt:
        """Keep one reading, already checked."""
        document = reading.document
        known = self.all("document_by_id", document.id)
        replaced = [(key, identifier) for key, identifier in self._holders(document.addresses) if identifier != document.id]
        if known:
            key, fingerprint = known[0]
            here = {address for address, _ in self.all("addresses_of", key)}
            moved = not set(document.addresses) <= here
            outcome = "unchanged" if fingerprint == reading.fingerprint else "updated"
            if moved and outcome == "unchanged":
                outcome = "moved"
        else:
            source = self.source(document.addresses[0], counted=document.genre != Genre.DIGEST)
            ((key,),) = self.all(
                "insert_document",
                document.id,
                reading.fingerprint,
                self.at,
                self.generation,
                source,
                reading.sketch or None,
                document.text,
            )
            outcome = "added"
        self._take_addresses(key, reading)
        gone = [identifier for old, identifier in replaced if self._drop_if_bare(old, identifier)]
        self.speak(key)
        if outcome in ("added", "updated"):
            self._updated.add(key)
            self.all("update_fingerprint", reading.fingerprint, reading.sketch or None, key)
            self._replace_passages(key, reading)
            self._replace_statements(self.all("statements_of_document", key), reading.statements, key)
        if gone or replaced:
            outcome = "superseded"
        return Receipt(
            document=document.id, outcome=outcome, statements=len(reading.statements), replaced=gone[0] if gone else ""
        )

    def _holders(self, addresses: Iterable[str]) -> list[tuple[int, str]]:
        return list(dict.fromkeys((key, i) for address in addresses for key, i in self.all("document_at", address)))

    def _take_addresses(self, key: int, reading: Reading) -> None:
        metadata = metadata_of(reading.document)
        for address in reading.document.addresses:
            before = self.all("document_at", address)
            self.all("put_address", address, key, metadata)
            if before and before[0][0] == key:
                continue
            self.all("close_version", self.at, address)
            ((number,),) = self.all("last_version", address)
            self.all("insert_version", address, number + 1, reading.document.id, self.at)

    def speak(self, key: int) -> None:
        """Let the smallest address speak for the document: its columns, its source and that of its copies."""
        self._readdressed.add(key)
        rows = self.all("addresses_of", key)
        metadata: Mapping[str, str] = json.loads(rows[0][1])
        columns = [str(metadata.get(name, "")) for name in METADATA[:5]]
        if self.all("update_document_columns", *columns, key):
            self._updated.add(key)
        self._set_sources([key])

    def source(self, address: str, *, counted: bool = True) -> int:
        # A digest's own name space: whether a source counts may never depend on which of two came first.
        ((key,),) = self.all("put_source", source_name(address) if counted else f"digest {address}", counted)
        return int(key)

    def _set_sources(self, keys: Iterable[int]) -> None:
        """Give each document, with all its copies, one source: the smallest of their addresses."""
        for start in keys:
            group, fresh = {start}, [start]
            while fresh:
                near = {other for (other,) in self.all("copies_of", fresh.pop())} - group
                group |= near
                fresh += near
            first: dict[int, str] = {}
            digests: set[int] = set()
            for key in group:
                address, metadata = self.all("addresses_of", key)[0]
                first[key] = address
                if json.loads(metadata).get("genre") == Genre.DIGEST:
                    digests.add(key)
            texts = sorted(address for key, address in first.items() if key not in digests)
            for key, address in first.items():
                counted = key not in digests
                source = self.source(texts[0] if counted else address, counted=counted)
                ((before,),) = self.all("document_source", key)
                if before != source:
                    self.all("set_document_source", source, key)
                    self.all("set_statement_source", source, key)
                    self.all("delete_source_if_idle", before)
                    for _, _, subject, value in self.all("statements_of_document", key):
                        self.touched.entities |= {subject} | ({value} if value else set())
                    self.touched.triples |= {(s, p, o) for s, p, o in self.all("triples_of_document", key)}

    def _drop_if_bare(self, key: int, identifier: str) -> bool:
        """Remove a document that has no address left; otherwise let its remaining addresses speak."""
        if self.all("addresses_of", key):
            self.speak(key)
            return False
        near = [other for (other,) in self.all("copies_of", key)]
        ((title,),) = self.all("document_title", key)
        self._replace_passages(key, None)
        self._replace_statements(self.all("statements_of_document", key), (), None)
        ((source,),) = self.all("document_source", key)
        self.all("delete_document", key)
        self.all("delete_source_if_idle", source)
        self._set_sources(near)
        self.journal("removed", "document", identifier, title)
        return True

    def _replace_passages(self, key: int, reading: Reading | None) -> None:
        old = {row[0]: row[7] for row in self.all("passages_of", key)}
        wanted = {passage.id: passage for passage in reading.passages} if reading else {}
        for identifier, passage_key in old.items():
            if identifier not in wanted:
                self.all("delete_passage_text", passage_key)
                self.all("delete_passage", passage_key)
        for identifier, passage in wanted.items():
            if identifier not in old:
                self.insert_passage(key, passage)

    def insert_passage(self, document: int, passage: Passage) -> None:
        """Keep one passage and its search text."""
        from graph.search_text import folded, stems

        parameters = (passage.start, passage.end, passage.heading, passage.language, passage.text)
        ((key,),) = self.all("insert_passage", passage.id, document, *parameters)
        self.all("insert_passage_text", key, folded(passage.text), stems(passage.text, passage.language))

    def link_copies(self, pairs: Iterable[tuple[str, str]]) -> None:
        linked: list[int] = []
        for pair in pairs:
            keys = sorted(key for identifier in pair for key, _ in self.all("document_by_id", identifier))
            if len(set(keys)) == 2:
                self.all("put_copy", *keys)
                linked.append(keys[0])
        self._set_sources(linked)

    def forget(self, target: str) -> Forgotten:
        """Remove a document by id, or one address."""
        rows = self.all("document_by_id", target)
        addresses = [address for address, _ in self.all("addresses_of", rows[0][0])] if rows else [target]
        holders = self._holders(addresses)
        if not holders:
            raise NotFound(f"nothing is kept under {target!r}; `twintown documents` lists ids and addresses")
        ((key, identifier),) = holders
        for address in addresses:
            self.all("delete_address", address)
            self.all("delete_seen", address)
            self.all("close_version", self.at, address)
        gone = self._drop_if_bare(key, identifier)
        remains = () if gone else (f"the text stays under {len(self.all('addresses_of', key))} other address(es)",)
        return Forgotten(
            documents=int(gone), addresses=len(addresses), statements=self.removed, entities=self.finish(), remains=remains
        )

    # statements --------------------------------------------------------------------------------------------------

    def _replace_statements(
        self, old: Sequence[tuple[Any, ...]], statements: Sequence[Statement], document: int | None
    ) -> tuple[int, int]:
        """Make the statements of one document or collection these; return how many were added and removed."""
        names = names_in(statements)
        wanted = distinct(self._allowed(statements))
        kept = {identifier: key for key, identifier, _, _ in old}
        for key, identifier, subject, value in old:
            if identifier not in wanted:
                self._remove(key, identifier, subject, value)
        added = 0
        for identifier, statement in wanted.items():
            if identifier in kept:
                self._update(kept[identifier], identifier, statement, names)
            else:
                self._insert(identifier, statement, document, names)
                added += 1
        return added, len(set(kept) - set(wanted))

    def _allowed(self, statements: Sequence[Statement]) -> Sequence[Statement]:
        """Leave out what is said of, or by, people on the suppression list."""
        hashes = {hashed for (hashed,) in self.all("suppressed")}
        if not hashes:
            return statements
        ((salt,),) = self.all("get_meta", "salt")
        people = {
            s.subject
            for s in statements
            if s.predicate in ("name", "alias") and kind_of(s.subject) == "person" and person_hash(s.value, salt) in hashes
        }
        people |= {s.subject for s in statements if s.predicate == "said_by" and s.value in people}
        return [s for s in statements if s.subject not in people and s.value not in people]

    def _remove(self, key: int, identifier: str, subject: int, value: int | None) -> None:
        ((predicate, text),) = self.all("statement_in_words", key)
        self.all("delete_statement", key)
        self.removed += 1
        self.touched.statement(subject, predicate, value)
        self.journal("removed", "statement", identifier, text)

    def _entity(self, identifier: str) -> int:
        rows = self.all("entity_key", identifier) or self.all("insert_entity", identifier, kind_of(identifier))
        return int(rows[0][0])

    def _insert(self, identifier: str, statement: Statement, document: int | None, names: Mapping[str, str]) -> None:
        words = written(statement, names).hash
        self.insert(statement, document, words, self._verdict(identifier, words, document, statement.evidence.address))

    def insert(self, statement: Statement, document: int | None, words: int, verdict: str) -> None:
        """Keep one statement, recorded at the time and generation of this write."""
        predicate = schema().predicates[statement.predicate]
        evidence = statement.evidence
        subject = self._entity(statement.subject)
        value = self._entity(statement.value) if predicate.links else None
        if document is None:
            source = self.source(evidence.address)
        else:
            ((source,),) = self.all("document_source", document)
        self.all(
            "insert_statement",
            statement.id,
            subject,
            statement.predicate,
            value,
            "" if predicate.links else statement.value,
            float(statement.value) if predicate.range == ("number",) else None,
            document,
            source,
            *(getattr(evidence, name) for name in _EVIDENCE),
            *(getattr(statement, name) for name in _CHANGEABLE),
            self.at,
            self.generation,
            verdict,
            _live(statement.modality, verdict),
            words,
            evidence.quote,
        )
        self.touched.statement(subject, statement.predicate, value)

    def _update(self, key: int, identifier: str, statement: Statement, names: Mapping[str, str]) -> None:
        evidence = statement.evidence
        words = written(statement, names).hash
        ((_, subject, value, document, _, _),) = self.all("statement_by_id", identifier)
        verdict = self._verdict(identifier, words, document, evidence.address)
        self.all(
            "update_statement",
            evidence.end,
            evidence.page,
            evidence.extractor,
            evidence.version,
            evidence.confidence,
            *(getattr(statement, name) for name in _CHANGEABLE),
            verdict,
            _live(statement.modality, verdict),
            words,
            evidence.quote,
            key,
        )
        self.touched.statement(subject, statement.predicate, value)

    def replace_collection(self, collection: str, statements: Sequence[Statement]) -> int:
        added, removed = self._replace_statements(self.all("statements_of_collection", collection), statements, None)
        for (key,) in self.all("idle_sources"):
            self.all("delete_source_if_idle", key)
        return added + removed

    def propose(self, proposals: Iterable[Proposal]) -> None:
        for proposal in proposals:
            keys = [key for identifier in (proposal.first, proposal.second) for (key,) in self.all("entity_key", identifier)]
            if len(keys) == 2:
                self.all("put_proposal", *keys, proposal.score, proposal.reason)
                self.touched.entities |= set(keys)

    # people ------------------------------------------------------------------------------------------------------

    def forget_person(self, normalised: str, hashed: str) -> Forgotten:
        self.all("put_suppressed", hashed)
        spelled = [(key, name) for key, name in self.all("person_names") if normalise_name(name) == normalised]
        people = {key for key, _ in spelled}
        texts: set[str] = set()
        said = {subject for person in people for (subject,) in self.all("quotes_of", person)}
        for key in people | said:
            for statement, identifier, subject, value, document in self.all("statements_about", key):
                self._remove(statement, identifier, subject, value)
                if document is not None:
                    texts.add(document)
                    self._updated.add(document)
        self._blank(normalised, {name for _, name in spelled})
        remains = [
            "the name may still stand in the texts of documents and in quotes of other statements; forget those documents too"
            if texts
            else "no statement named this person; the name is kept away from now on",
            "a keyed hash of the name stays on the suppression list, so that reading again does not bring it back",
            "backups and exports made before still hold it",
        ]
        return Forgotten(statements=self.removed, entities=self.finish(), remains=tuple(remains))

    def _blank(self, normalised: str, spellings: Iterable[str]) -> None:
        """Take the name out of the journal, and judgements about the person away."""
        for spelling in spellings:
            self.all("blank_journal", spelling)
        for identifier, first, second in self.all("judgements_on_people"):
            if normalised in (normalise_name(first), normalise_name(second)):
                self.all("delete_judgement", identifier)

    # judgements --------------------------------------------------------------------------------------------------

    def _in_force(self) -> tuple[dict[str, str], dict[int, list[tuple[str, str]]]]:
        """Return judgements on statements: verdicts by id, and by words with the address; the latest last."""
        if self._judged is None:
            rows = self.all("statement_judgements")
            by_words: dict[int, list[tuple[str, str]]] = {}
            for _, words, verdict, address in rows:
                by_words.setdefault(words, []).append((address, verdict))
            self._judged = ({first: verdict for first, _, verdict, _ in rows}, by_words)
        return self._judged

    def _verdict(self, identifier: str, words: int, document: int | None, address: str) -> str:
        """Return the verdict in force on a statement, found by its id, or by its words at an address of its source."""
        by_id, by_words = self._in_force()
        if identifier in by_id or words not in by_words:
            return by_id.get(identifier, "")
        here = {address} if document is None else {each for each, _ in self.all("addresses_of", document)}
        found = [verdict for judged_at, verdict in by_words[words] if judged_at in here]
        return found[-1] if found else ""

    def judge(self, judgement: Judgement) -> None:
        pair = judgement.verdict in (Verdict.SAME, Verdict.DIFFERENT)
        words = 0 if pair else judged_words(judgement).hash
        self.all(
            "put_judgement",
            judgement.id,
            judgement.verdict,
            *(getattr(judgement, name) for name in JUDGEMENT),
            words,
            self.generation,
        )
        self._judge_again(judgement.first, judgement.second, words)

    def undo(self, identifier: str) -> None:
        rows = self.all("judgement_by_id", identifier)
        if not rows:
            raise NotFound(f"no judgement {identifier!r}; `twintown judge list` shows them")
        ((_, verdict, first, second, words),) = rows
        self.all("delete_judgement", identifier)
        self.journal("removed", "judgement", identifier, verdict)
        self._judge_again(first, second, words)

    def _judge_again(self, first: str, second: str, words: int) -> None:
        self._judged = None
        if not words:
            self.touched.entities |= {key for side in (first, second) for (key,) in self.all("entity_key", side)}
            return
        self._apply_verdicts(self.all("statements_by_words", words) + self.all("statement_with_id", first))

    def _apply_verdicts(self, rows: Iterable[tuple[Any, ...]]) -> None:
        for key, identifier, subject, value, modality, predicate, words, document, address, before in rows:
            verdict = self._verdict(identifier, words, document, address)
            if verdict != before:
                self.all("set_verdict", verdict, _live(modality, verdict), key)
                if document is not None:
                    self._updated.add(document)
                self.touched.statement(subject, predicate, value)


def person_hash(name: str, salt: str) -> str:
    """Return the hash under which a forgotten name is kept away.

    Keyed by the store's own salt: the list cannot be looked up in a table of common names made once for all stores.
    """
    return hashlib.blake2b(normalise_name(name).encode(), key=salt.encode(), digest_size=16).hexdigest()


def _live(modality: str, verdict: str) -> int:
    return int(modality != Modality.NEGATED and verdict != Verdict.WRONG)


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
