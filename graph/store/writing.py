"""One write transaction in SQLite: documents, statements and judgements come and go, then what they touched is folded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import apsw

from graph.errors import NotFound
from graph.model import Judgement, Passage, Proposal, Reading, Statement, Verdict, kind_of, normalise_name
from graph.schema import schema
from graph.store.base import Forgotten, Receipt
from graph.store.connection import Value
from graph.store.fold import Folding, Touched
from graph.store.records import JUDGEMENT, metadata_of, now
from graph.store.sql import named
from graph.store.sqlite_fold import SqliteDerived
from graph.store.words import (
    Verdicts,
    Words,
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

_EVIDENCE: Final = ("start", "end", "page", "extractor", "version", "confidence", "person", "address", "collection")
_CHANGEABLE: Final = ("progress", "modality", "certainty", "valid_from", "valid_to")


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
        self._judged: Verdicts | None = None
        self._readdressed: set[int] = set()  # documents whose addresses changed
        self._updated: set[int] = set()  # documents kept before of which something else is kept now: the journal names them

    def all(self, name: str, *parameters: Value) -> list[tuple[Any, ...]]:
        return self.connection.execute(self.sql[name], parameters).fetchall()

    def finish(self) -> int:
        """Fold what was touched; return how many entities went. Called once."""
        if self._in_force():
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
            metadata = metadata_of(document)
            ((name, counted),) = sources({0: (min(document.addresses), metadata)}).values()
            source = self.source(name, counted=counted)
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
        if self.all("update_document_columns", *columns_of(rows[0][1]), key):
            self._updated.add(key)
        self._set_sources([key])

    def source(self, name: str, *, counted: bool = True) -> int:
        ((key,),) = self.all("put_source", name, counted)
        return int(key)

    def _set_sources(self, keys: Iterable[int]) -> None:
        """Give each document, with all its copies, one source: the smallest of their addresses."""
        for start in keys:
            group, fresh = {start}, [start]
            while fresh:
                near = {other for (other,) in self.all("copies_of", fresh.pop())} - group
                group |= near
                fresh += near
            spoken = {key: self.all("addresses_of", key)[0] for key in group}
            for key, (name, counted) in sources(spoken).items():
                source = self.source(name, counted=counted)
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
        return without_people(statements, hashes, salt)

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
            source = self.source(source_name(evidence.address))
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
            live(statement.modality, verdict),
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
            live(statement.modality, verdict),
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
        return Forgotten(statements=self.removed, entities=self.finish(), remains=person_remains(in_texts=bool(texts)))

    def _blank(self, normalised: str, spellings: Iterable[str]) -> None:
        """Take the name out of the journal, and judgements about the person away."""
        for spelling in spellings:
            self.all("blank_journal", spelling)
        for identifier, first, second in self.all("judgements_on_people"):
            if normalised in (normalise_name(first), normalise_name(second)):
                self.all("delete_judgement", identifier)

    # judgements --------------------------------------------------------------------------------------------------

    def _in_force(self) -> Verdicts:
        if self._judged is None:
            self._judged = Verdicts(self.all("statement_judgements"))
        return self._judged

    def _verdict(self, identifier: str, words: int, document: int | None, address: str) -> str:
        def here() -> set[str]:
            return {address} if document is None else {each for each, _ in self.all("addresses_of", document)}

        return self._in_force().on(identifier, words, here)

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
                self.all("set_verdict", verdict, live(modality, verdict), key)
                if document is not None:
                    self._updated.add(document)
                self.touched.statement(subject, predicate, value)
