"""A run: sources are read, cut into passages, extracted and kept, one document after the other and one transaction each.

Extractors may get several documents together (ingest/batches.py); what is kept, and in which order, does not depend on that.
What was finished is in the store's ledger (`Store.seen`), so that a second run over unchanged input reads nothing again and a
run that was cut off goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from graph.errors import InvalidRecord, NotFound
from graph.model import Document, Evidence, Passage, Reading, Statement, digest, entity_id, kind_of
from graph.schema import schema
from ingest.batches import LONGEST, Batches, End, Extract, Given, one_by_one
from ingest.claim import Claim, Mention
from ingest.copies import link_copies, sketch
from ingest.elsewhere import plain_names, plainly_named
from ingest.passages import passages
from ingest.read import VERSION
from ingest.read.base import Limits, Read, Skipped, Source, plain_text
from ingest.read.table import EXTRACTOR as TABLE

if TYPE_CHECKING:
    from graph.store.base import Store
    from ingest.read.web import Kept, Web

Tell = Callable[["Report", str], None]  # called after every document and source, with the address

UNFINISHED: Final = ":copies"  # ledger entry while documents are in whose copies nobody looked for yet
UNTOLD: Final = ":names"  # ledger entry with the names (JSON, by id) that documents may have to be read again for
OPEN: Final = "open"  # there, while a run is on its way
TABLES_ALONE: Final = "tables-1"  # fingerprint where no extractor reads the texts
PATIENCE: Final = 2.0  # seconds that a document waits for others to be extracted with
_REMEMBERED: Final = 5_000  # addresses and reasons that the ledger keeps of one source
_USUAL: Final = ("unknown: ", "running headers")  # notes that many documents have and that nobody has to act on


@dataclass(slots=True, kw_only=True)
class Report:
    """What a run did; counts are documents."""

    read: int = 0
    unchanged: int = 0
    superseded: int = 0
    moved: int = 0  # of those read: known texts at a further address
    skipped: list[Skipped] = field(default_factory=list)
    remarks: dict[str, str] = field(default_factory=dict)  # what was odd about a document that was read, by address
    gone: int = 0  # rows that a changed file no longer has
    copies: int = 0  # pairs of near-duplicates found
    again: int = 0  # of those read before, how many say something else now that another document plainly names a project
    statements: Counter[str] = field(default_factory=Counter)  # by kind of subject
    entities: set[str] = field(default_factory=set)  # that those statements are about, before any are folded into one
    seconds: dict[str, float] = field(default_factory=lambda: {"read": 0.0, "extract": 0.0, "store": 0.0, "all": 0.0})  # by stage
    sources: int = 0
    interrupted: bool = False
    dry_run: bool = False

    def count(self, reading: Reading) -> None:
        """Count what a document says."""
        self.statements.update(kind_of(statement.subject) for statement in reading.statements)
        self.entities.update(statement.subject for statement in reading.statements)


# -- finding


def sources(
    arguments: Sequence[str], *, web: Web | None = None, stdin: Callable[[], bytes] | None = None, mapping: str = ""
) -> Iterator[Source | Skipped]:
    """Yield what paths, folders, web addresses and `-` (stdin) lead to; a folder is read in the order of names."""
    for argument in arguments:
        if argument == "-":
            data = stdin() if stdin is not None else b""
            yield Source(address="stdin", data=data, mapping=mapping, stamp=hashlib.blake2b(data, digest_size=12).hexdigest())
        elif argument.startswith(("http://", "https://")):
            if web is None:
                yield Skipped(address=argument, reason="web addresses are not read here")
            else:
                yield from web.sources(argument)
        else:
            yield from _files(Path(argument), mapping)


def _files(path: Path, mapping: str) -> Iterator[Source | Skipped]:
    if not path.exists():
        yield Skipped(address=_address(path), reason="there is no such file or folder")
    elif path.is_dir():
        yield from _folder(path, mapping)
    else:
        yield _file(path, mapping)


def _folder(folder: Path, mapping: str) -> Iterator[Source | Skipped]:
    refused: list[OSError] = []
    root = folder.resolve()
    for here, folders, names in os.walk(folder, onerror=refused.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(here, name)
            if name.startswith("."):
                continue
            if path.is_symlink() and (why := _bad_link(path, root)):
                yield Skipped(address=str(root.joinpath(path.relative_to(folder))), reason=why)
            else:
                yield _file(path, mapping)
        while refused:
            error = refused.pop()
            yield Skipped(
                address=_address(Path(str(error.filename))), reason="no right to look into the folder; change its permissions"
            )
    for error in refused:
        yield Skipped(
            address=_address(Path(str(error.filename))), reason="no right to look into the folder; change its permissions"
        )


def _bad_link(path: Path, root: Path) -> str:
    """Return why a link in a folder is not followed, or an empty string."""
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):  # nothing is there, or it leads back to itself
        return "a link that leads nowhere; remove it, or mend it"
    return "" if target.is_relative_to(root) else "a link that leads out of the folder; give its target by name"


def _file(path: Path, mapping: str) -> Source:
    try:
        status = path.stat()
        stamp = f"{status.st_size}:{status.st_mtime_ns}"
    except OSError:
        stamp = ""
    return Source(address=_address(path), path=path, mapping=mapping, stamp=stamp)


def _address(path: Path) -> str:
    try:
        whole = path.resolve()
    except (OSError, RuntimeError):  # a loop of links
        whole = path.absolute()
    return " ".join(plain_text(str(whole))[0].split("\n"))


# -- the ledger


@dataclass(frozen=True, slots=True)
class _Entry:
    """What the ledger keeps of a source: under which stamp and fingerprint it was read, and what came of it."""

    signature: str
    documents: int
    skipped: tuple[tuple[str, str], ...]
    parts: tuple[str, ...]
    validators: tuple[str, str] = ("", "")

    def written(self) -> str:
        return json.dumps([self.signature, self.documents, self.skipped, self.parts, self.validators], ensure_ascii=False)


def _entry(text: str) -> _Entry | None:
    try:
        signature, documents, skipped, parts, *more = json.loads(text)
        etag, modified = more[0] if more else ("", "")
        return _Entry(signature, documents, tuple((where, why) for where, why in skipped), tuple(parts), (etag, modified))
    except (ValueError, TypeError):
        return None


def _signature(source: Source, fingerprint: str) -> str:
    mapping = hashlib.blake2b(source.mapping.encode(), digest_size=8).hexdigest() if source.mapping else ""
    return "|".join((source.stamp, VERSION, fingerprint, mapping))


def kept_of(store: Store, fingerprint: str) -> Callable[[str], Kept | None]:
    """Return a function that says of a web address what is known of it, where it was read by these readers and extractors."""
    from ingest.read.web import Kept

    def kept(address: str) -> Kept | None:
        entry = _entry(store.seen(address))
        if entry is None:
            return None
        stamp = entry.signature.partition("|")[0]
        same = entry.signature == _signature(Source(address=address, stamp=stamp), fingerprint)
        return Kept(stamp=stamp, validators=entry.validators) if same else None

    return kept


def _new(
    store: Store, found: Iterable[Source | Skipped], report: Report, fingerprint: str, *, again: bool, tell: Tell
) -> Iterator[Source]:
    """Yield the sources that were not read in this state before; count the others."""
    for source in found:
        report.sources += 1
        if isinstance(source, Skipped):
            report.skipped.append(source)
            tell(report, source.address)
            continue
        before = None if again or not source.stamp else _entry(store.seen(source.address))
        if before is None or before.signature != _signature(source, fingerprint):
            yield source
            continue
        report.unchanged += before.documents
        report.skipped += [Skipped(address=where, reason=why) for where, why in before.skipped]
        tell(report, source.address)


# -- keeping


@dataclass(slots=True)
class _Open:
    """A source that is being read: its last document waits, so that it is kept together with the entry in the ledger."""

    source: Source
    waiting: Read | None = None  # as long as nobody knows whether it is the last one
    documents: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Step:
    """What is to be kept next: a document, or the end of a source with its last document, if it has any."""

    part: _Open
    read: Read | None
    ends: bool = False


_Found = Mapping[str, "Made | str"]  # by document, or why there is nothing


@dataclass(frozen=True, slots=True)
class Made:
    """What extractors made of a document."""

    cut: tuple[Passage, ...]
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class _Begun:
    """A batch that the extractors have: its steps, what was given of them (each document once), and what ends it."""

    steps: Sequence[_Step]
    given: Sequence[Given]
    end: End


@dataclass(slots=True)
class _Keeper:
    """Documents go through three places, always in order: `line` (read), `begun` (with the extractors), `ready` (to be kept)."""

    store: Store
    batches: Batches
    fingerprint: str
    report: Report
    tell: Tell
    new: list[str] = field(default_factory=list)
    named: dict[str, str] = field(default_factory=dict)  # projects that documents of this run plainly name: names by id
    extracted: set[str] = field(default_factory=set)  # documents of this run
    left_over: Mapping[str, str] = field(default_factory=dict)  # names that earlier runs left, as `_names` returns them
    _noted: bool = False  # the ledger says that there are names
    _open: dict[str, _Open] = field(default_factory=dict)
    _line: list[_Step] = field(default_factory=list)
    _length: int = 0  # characters of the documents in the line
    _since: float = 0.0  # when the first of them came
    _begun: deque[_Begun] = field(default_factory=deque)
    _ready: deque[tuple[_Step, _Found]] = field(default_factory=deque)

    def take(self, source: Source, found: Read | Skipped | None) -> None:
        """Take one event of a reader."""
        part = self._open.setdefault(source.address, _Open(source))
        if found is None:
            del self._open[source.address]
            self._queue(_Step(part, part.waiting, ends=True))
            return
        if isinstance(found, Skipped):
            part.skipped.append(found)
            self.report.skipped.append(found)
            return
        if part.waiting is not None:
            self._queue(_Step(part, part.waiting))
        part.waiting = found

    # extracting

    def _queue(self, step: _Step) -> None:
        if not self._line:
            self._since = time.monotonic()
        self._line.append(step)
        self._length += len(step.read.document.text) if step.read else 0
        if len(self._line) >= self.batches.size or self._length >= LONGEST:
            self._begin()
            # One batch stays begun while the next is read; single documents have no use for that.
            self._end(1 if self.batches.size > 1 else 0)
        self.look()

    def look(self) -> None:
        """Keep what has waited long enough for others to come."""
        if self._line and time.monotonic() - self._since > PATIENCE:
            self.flush()

    def flush(self) -> None:
        """Extract and keep all that was read."""
        if self._line:
            self._begin()
        self._end(0)

    def _begin(self) -> None:
        steps, self._line, self._length = self._line, [], 0
        began = time.monotonic()
        given: dict[str, Given] = {}
        for step in steps:
            if step.read is not None and step.read.document.id not in given and not self._known(step.read.document):
                given[step.read.document.id] = _given(step.read)
        texts = list(given.values())
        self._begun.append(_Begun(steps, texts, self._started(texts)))
        self.report.seconds["extract"] += time.monotonic() - began

    def _started(self, texts: Sequence[Given]) -> End:
        try:
            return self.batches.begin(texts) if texts else list
        except Exception as error:  # noqa: BLE001 - it is tried again with each document by itself
            return _failing(error)

    def _end(self, left: int) -> None:
        """End the batches that were begun, but for the last ones, and keep their documents."""
        while len(self._begun) > left:
            batch = self._begun[0]
            began = time.monotonic()
            found = self._found(batch)
            self.report.seconds["extract"] += time.monotonic() - began
            self._ready.extend((step, found) for step in batch.steps)
            self._begun.popleft()
            self.keep_ready()

    def _found(self, batch: _Begun) -> _Found:
        try:
            found = batch.end()
            return {each[0].id: _made(each, statements) for each, statements in zip(batch.given, found, strict=True)}
        except Exception:  # noqa: BLE001 - one document fails them all: which one shows when each is by itself
            return {each[0].id: self._alone(each) for each in batch.given}

    def _alone(self, given: Given) -> Made | str:
        """Extract one document; return why not where that fails."""
        try:
            (statements,) = self.batches.begin([given])()
            return _made(given, statements)
        except Exception as error:  # noqa: BLE001 - whatever an extractor does with one text, the run goes on
            return f"an extractor failed: {type(error).__name__} {' '.join(str(error).split())[:120]}"

    def _known(self, document: Document) -> bool:
        """Tell whether these extractors have read this text before, from whatever address."""
        return bool(self.fingerprint) and _by(self.store.fingerprint(document.id)) == self.fingerprint

    # keeping

    def keep_ready(self) -> None:
        """Keep what is extracted, in order. A step that is cut off is done again, which changes nothing."""
        while self._ready:
            step, found = self._ready[0]
            if step.ends:
                self._finish(step.part, step.read, found)
            elif step.read is not None:
                self._remember(step.part, step.read)
                self._keep(step.part, step.read, {}, found)
            self._ready.popleft()
            if step.read is not None:
                self.tell(self.report, step.read.document.addresses[0])
            if step.ends:
                self.tell(self.report, step.part.source.address)

    def _finish(self, part: _Open, last: Read | None, found: _Found) -> None:
        source = part.source
        before = _entry(self.store.seen(source.address))
        if last is not None:
            self._remember(part, last)
        # A file that could not be opened may be readable next time: permissions and such are not in its stamp.
        remember = bool(source.stamp) and not self.report.dry_run and not _passing(part)
        kept = last is not None and self._keep(part, last, self._entry(part, 1) if remember else {}, found)
        if remember and not kept:
            for address, text in self._entry(part, 0).items():
                self.store.mark_seen(address, text)
        whole = not any(skipped.address == source.address for skipped in part.skipped)
        if before is not None and whole and not self.report.dry_run:
            self._drop(set(before.parts) - set(part.parts))

    def _entry(self, part: _Open, more: int) -> dict[str, str]:
        entry = _Entry(
            _signature(part.source, self.fingerprint),
            part.documents + more,
            tuple((skipped.address, skipped.reason) for skipped in part.skipped[:_REMEMBERED]),
            tuple(part.parts[:_REMEMBERED]),
            part.source.validators,
        )
        return {part.source.address: entry.written()}

    def _remember(self, part: _Open, read: Read) -> None:
        if len(part.parts) < _REMEMBERED:
            part.parts += [address for address in read.document.addresses if address.startswith(part.source.address + "#")]

    def _drop(self, addresses: Iterable[str]) -> None:
        for address in sorted(addresses):
            try:
                self.store.forget(address)
                self.report.gone += 1
            except NotFound:
                continue

    def _keep(self, part: _Open, read: Read, seen: dict[str, str], found: _Found) -> bool:
        """Keep one document in one transaction; return whether it is in the store now."""
        document, report = read.document, self.report
        reading = self._reading(part, read, found)
        if reading is None:
            return False
        self._remark(document)
        if report.dry_run:
            report.read += 1
            report.count(reading)
            return False
        began = time.monotonic()
        self._note_names(reading)
        try:
            (receipt,) = self.store.add_all([reading], seen=seen)
        except InvalidRecord as error:
            part.skipped.append(Skipped(address=document.addresses[0], reason=str(error)))
            report.skipped.append(part.skipped[-1])
            return False
        report.seconds["store"] += time.monotonic() - began
        part.documents += 1
        match receipt.outcome:
            case "superseded":
                report.superseded += 1
            case "unchanged":
                report.unchanged += 1
            case outcome:
                report.read += 1
                report.moved += outcome == "moved"
        if reading.passages:
            report.count(reading)
            if reading.sketch:
                if not self.new:
                    self.store.mark_seen(UNFINISHED, "open")
                self.new.append(document.id)
        return True

    # reading again

    def _note_names(self, reading: Reading) -> None:
        """Note which projects this document plainly names: it may be what others need to be read with."""
        if not reading.passages:
            return
        self.named |= plainly_named(reading.statements)
        self.extracted.add(reading.document.id)
        if not self._noted and self._names():
            self._noted = True
            self.store.mark_seen(UNTOLD, OPEN)

    def _names(self) -> dict[str, str]:
        """Return the projects of which documents may have been told something else than is true in the end."""
        elsewhere = self.batches.elsewhere
        return {**self.left_over, **(elsewhere.names if elsewhere else {}), **self.named}

    def leave_names(self) -> None:
        """Leave what this run did not come to to the next one."""
        if self._names():
            self.store.mark_seen(UNTOLD, json.dumps(self._names(), ensure_ascii=False))

    def read_again(self) -> None:
        """Read again the documents that were read with another knowledge of names than there is now.

        What is cut off before this is left to the next run; a run that reads no texts leaves it to one that does.
        """
        elsewhere = self.batches.elsewhere
        if elsewhere is None:
            self.leave_names()
        elif self._names():
            began = time.monotonic()
            misled = elsewhere.misled(self.named, self.extracted, self.left_over)
            mine = sorted(one for one in misled if _by(self.store.fingerprint(one)) == self.fingerprint)
            for start in range(0, len(mine), self.batches.size):
                self._read_again(mine[start : start + self.batches.size])
            self.store.mark_seen(UNTOLD, "")
            self.report.seconds["extract"] += time.monotonic() - began

    def _read_again(self, identifiers: Sequence[str]) -> None:
        given: list[Given] = []
        stood: dict[str, tuple[str, str]] = {}  # fingerprint of a document and what it stated
        for identifier in identifiers:
            with suppress(NotFound):  # somebody forgot it meanwhile
                before = [kept.statement for kept in self.store.statements(document=identifier)]
                if not any(one.evidence.extractor == TABLE for one in before):  # a row of a table asks nothing of others
                    given.append((self.store.document(identifier), tuple(self.store.passages(identifier)), ()))
                    stood[identifier] = self.store.fingerprint(identifier), _mark(before)
        found = self._found(_Begun((), given, self._started(given)))
        for document, cut, _ in given:
            made, (fingerprint, before_) = found[document.id], stood[document.id]
            if isinstance(made, str):
                reason = f"{made}; what was read of it before stays"
                self.report.skipped.append(Skipped(address=document.addresses[0], reason=reason))
            elif _mark(made.statements) != before_ and self._stands(document, fingerprint):
                self._keep_again(document, cut, made.statements)
            self.tell(self.report, document.addresses[0])

    def _stands(self, document: Document, fingerprint: str) -> bool:
        """Tell whether the store has a document as it was when it was asked for it: nobody forgot, moved or changed it."""
        try:
            return self.store.document(document.id) == document and self.store.fingerprint(document.id) == fingerprint
        except NotFound:
            return False

    def _keep_again(self, document: Document, cut: tuple[Passage, ...], statements: tuple[Statement, ...]) -> None:
        reading = Reading(
            document=replace(document, addresses=(min(document.addresses),)),  # whose metadata it has; others have their own
            passages=cut,
            statements=statements,
            fingerprint=f"{self.fingerprint}{_KNOWING}{_mark(statements)}",
            sketch=sketch(document),
        )
        try:
            self.store.add(reading)
            self.report.again += 1
        except InvalidRecord as error:
            self.report.skipped.append(Skipped(address=document.addresses[0], reason=str(error)))

    def _remark(self, document: Document) -> None:
        said = "; ".join(note for note in document.notes if not note.startswith(_USUAL))
        if said and len(self.report.remarks) < _REMEMBERED:
            self.report.remarks[document.addresses[0]] = said

    def _reading(self, part: _Open, read: Read, found: _Found) -> Reading | None:
        document = read.document
        if self._known(document):
            return Reading(document=document, fingerprint=self.store.fingerprint(document.id))
        # It was known when the batch began, and the file that had it lost it since: then it has to be read after all.
        made = found[document.id] if document.id in found else self._alone(_given(read))
        if isinstance(made, str):
            part.skipped.append(Skipped(address=document.addresses[0], reason=made))
            self.report.skipped.append(part.skipped[-1])
            return None
        return Reading(
            document=document,
            passages=made.cut,
            statements=made.statements,
            fingerprint=self.fingerprint,
            sketch=sketch(document),
        )


_KNOWING: Final = "+"  # parts the fingerprint of the extractors from a digest of what a second reading found


def _by(fingerprint: str) -> str:
    """Return the fingerprint of the extractors alone."""
    return fingerprint.partition(_KNOWING)[0]


def _mark(statements: Iterable[Statement]) -> str:
    """Return a digest of what is stated, and how surely."""
    return digest(*sorted(map(repr, statements)))[:8]


def _given(read: Read) -> Given:
    return read.document, passages(read.document), read.claims


def _made(given: Given, statements: Iterable[Statement]) -> Made:
    return Made(given[1], tuple({statement.id: statement for statement in statements}.values()))


def _failing(error: Exception) -> End:
    def end() -> Sequence[Iterable[Statement]]:
        raise error

    return end


def _passing(part: _Open) -> bool:
    return not part.documents and any(
        skipped.address == part.source.address
        and skipped.reason.startswith(("no right", "the file vanished", "it cannot be read"))
        for skipped in part.skipped
    )


# -- the run


def ingest(  # noqa: PLR0913 - keyword-only, each with its default
    store: Store,
    found: Iterable[Source | Skipped],
    *,
    extract: Extract | Batches | None = None,
    fingerprint: str = TABLES_ALONE,
    workers: int = 2,
    dry_run: bool = False,
    again: bool = False,
    limits: Limits | None = None,
    progress: Tell | None = None,
) -> Report:
    """Read sources into the store and return what happened.

    `extract` makes statements of a document, its passages and what a table states about it (default: only the latter), or
    of several documents at once; `fingerprint` names the extractors, and another one makes documents be read again. `again`
    reads also what is unchanged. Ctrl-C ends the run; what was finished is kept. Errors of the store are raised (the disk is
    full).
    """
    from ingest.read.workers import read_all

    report = Report(dry_run=dry_run)
    tell = progress or _silent
    batches = extract if isinstance(extract, Batches) else one_by_one(extract or stated)
    if batches.elsewhere is not None:
        batches.elsewhere.begin()
    keeper = _Keeper(store, batches, fingerprint, report, tell, left_over=_left_over(store))
    began = time.monotonic()
    events = read_all(_new(store, found, report, fingerprint, again=again, tell=tell), workers=workers, limits=limits)
    try:
        for event in events:
            if event is None:
                keeper.flush()
            else:
                keeper.take(*event)
        keeper.flush()
        if not dry_run:
            keeper.read_again()
            report.copies = _look_for_copies(store, keeper.new)
    except KeyboardInterrupt:
        report.interrupted = True
        with suppress(KeyboardInterrupt):
            keeper.keep_ready()
            if not dry_run:
                keeper.leave_names()
    finally:
        events.close()  # type: ignore[attr-defined]
    whole = time.monotonic() - began
    report.seconds["read"] = whole - report.seconds["extract"] - report.seconds["store"]
    report.seconds["all"] = whole
    return report


def _left_over(store: Store) -> Mapping[str, str]:
    """Return the names that earlier runs left; all of the store where a run was killed and could not say which."""
    written = store.seen(UNTOLD)
    left: Mapping[str, str] = plain_names(store) if written == OPEN else json.loads(written or "{}")
    return left


def _silent(report: Report, address: str) -> None:
    del report, address


def _look_for_copies(store: Store, new: Sequence[str]) -> int:
    cut_off = not new and store.seen(UNFINISHED) == "open"
    if not new and not cut_off:
        return 0
    wanted: Iterable[str] = [identifier for identifier, _ in store.sketches()] if cut_off else new
    count = link_copies(store, wanted)
    store.mark_seen(UNFINISHED, "done")
    return count


def stated(document: Document, cut: tuple[Passage, ...], claims: tuple[Claim, ...]) -> Iterator[Statement]:
    """Yield as statements what a table states through its mapping; entities are identified by their names as written."""
    del cut
    known = schema()
    for claim in claims:
        value = claim.value if isinstance(claim.value, str) else _identified(claim.value)
        statement = Statement(
            subject=_identified(claim.subject),
            predicate=claim.predicate,
            value=value,
            evidence=Evidence(
                document=document.id,
                start=claim.start,
                end=claim.end,
                quote=document.text[claim.start : claim.end],
                page=document.page_at(claim.start),
                extractor=claim.extractor,
                version="1",
                confidence=claim.confidence,
            ),
            progress=claim.progress,
            modality=claim.modality,
            certainty=claim.certainty,
            valid_from=claim.valid_from,
            valid_to=claim.valid_to,
        )
        known.check(statement)
        yield statement


def _identified(mention: Mention) -> str:
    return entity_id(mention.kind, mention.name, mention.country, external=mention.external)


def as_record(report: Report) -> dict[str, Any]:
    """Return the report as one object for programs: numbers under `read`, `unchanged`, `superseded`, `skipped`, `statements`
    and `seconds`, and behind them the reasons, kinds and stages they add up from; `entities` counts by kind what the
    statements are about."""
    return {
        "read": report.read,
        "unchanged": report.unchanged,
        "superseded": report.superseded,
        "skipped": len(report.skipped),
        "statements": report.statements.total(),
        "seconds": round(report.seconds["all"], 2),
        "moved": report.moved,
        "gone": report.gone,
        "copies": report.copies,
        "again": report.again,
        "reasons": [{"address": skipped.address, "reason": skipped.reason} for skipped in report.skipped],
        "remarks": [{"address": address, "note": note} for address, note in report.remarks.items()],
        "kinds": dict(sorted(report.statements.items())),
        "entities": dict(sorted(Counter(map(kind_of, report.entities)).items())),
        "stages": {stage: round(seconds, 2) for stage, seconds in report.seconds.items() if stage != "all"},
        "interrupted": report.interrupted,
        "dry_run": report.dry_run,
    }
