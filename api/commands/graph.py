"""Commands that ask the graph and judge what it says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Final

import typer

from api.options import JsonOption, StoreOption, opened, print_json, print_table, say
from api.settings import read_settings
from graph.errors import InvalidRecord, NotFound
from graph.model import Judgement, Verdict

if TYPE_CHECKING:
    from graph.model import Entity
    from graph.store.base import Reader, Store
    from queries.entity.question import Fact
    from queries.replications.chains import Line
    from queries.replications.question import End
    from queries.said import Said

app = typer.Typer()
judging = typer.Typer(no_args_is_help=True)
app.add_typer(judging, name="judge", help="Say that two entities are the same or different, or a statement wrong or confirmed.")

ByOption = Annotated[str, typer.Option("--by", help="Who judges.")]
WhyOption = Annotated[str, typer.Option("--why", help="Why, for those who come later.")]
SHOWN: Final = 3  # statements of a fact, facts of an entity under review


# Questions ---------------------------------------------------------------------------------------------------------


@app.command("entity")
def entity(
    name: Annotated[str, typer.Argument(metavar="ID|NAME", help="As place:geonames-2624652, or a name.")],
    limit: Annotated[int, typer.Option(help="Most statements.")] = 1000,
    all_statements: Annotated[
        bool, typer.Option("--all", help="Every statement of a fact, not only the surest, and what was judged wrong.")
    ] = False,
    store: StoreOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show an entity with its facts, each with the sentences it rests on."""
    from queries.entity.question import ask
    from queries.statements.question import judged_wrong

    with opened(read_settings(store=store)) as kept:
        answer = ask(kept, find(kept, name), limit=limit)
        wrong = judged_wrong(kept, answer.entity.id, limit=limit)
    if as_json:
        shown = {"entity": answer.entity, "facts": answer.facts, "more": answer.more, "judged_wrong": wrong.statements}
        print_json(shown if all_statements else answer)
        return
    print(_title(answer.entity))
    print(f"  {_many(len(answer.facts), 'fact')} from {_many(answer.sources, 'independent source')}")
    for fact in answer.facts:
        print(_fact_line(fact))
        for each in fact.said if all_statements else fact.said[:SHOWN]:
            print(f"    {_evidence_line(each)}")
        if not all_statements and len(fact.said) > SHOWN:
            print(f"    and {len(fact.said) - SHOWN} more (--all)")
    if wrong.statements and all_statements:
        print("  Judged wrong, and no fact any more (`twintown judge list` shows by whom and why):")
        for claimed in wrong.statements:
            print(f"  {claimed.subject_name or claimed.subject} {claimed.label}: {claimed.value_name}")
            print(f"    {_evidence_line(claimed.said)}")
    elif wrong.statements:
        say(f"not shown: {_many(len(wrong.statements), 'statement')} judged wrong (--all shows what)")
    if answer.more or wrong.more:
        say(f"only the first {limit} statements are shown; --limit raises that")


@app.command("replications")
def replications(
    origin: Annotated[str, typer.Option("--from", metavar="ID|NAME", help="Place, pilot or project where it began.")] = "",
    target: Annotated[str, typer.Option("--to", metavar="ID|NAME", help="Place or pilot where it went.")] = "",
    solution: Annotated[str, typer.Option(metavar="ID|NAME", help="This solution, or one narrower than it.")] = "",
    depth: Annotated[int | None, typer.Option(min=0, max=6, help="Most steps; 4 with --from or --to, else 1.")] = None,
    limit: Annotated[int, typer.Option(help="Most steps shown.")] = 500,
    store: StoreOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show who took over what from whom, step after step, and how sure that is.

    A step that others led on from has those under it; with --to, it has under it what led there. Each is shown once.
    """
    from queries.replications.chains import chains
    from queries.replications.question import ask

    with opened(read_settings(store=store)) as kept:
        answer = ask(
            kept,
            origin=find(kept, origin, kinds=("place", "project", "pilot")) if origin else "",
            target=find(kept, target, kinds=("place", "pilot")) if target else "",
            solution=find(kept, solution, kinds=("solution",)) if solution else "",
            depth=depth,
            limit=limit,
        )
        lines = [] if as_json else chains(kept, answer.steps, backwards=bool(target and not origin))
    if as_json:
        print_json(answer)
        return
    for line in lines:
        print("\n".join(_replication_lines(line)))
    steps = sum(not line.again for line in lines)
    say(f"{_many(steps, 'replication')}{', and more (--limit)' if answer.more else ''}")


@app.command("questions")
def list_questions(as_json: JsonOption = False) -> None:
    """List the questions the store can be asked, with their arguments, and what is pending."""
    from queries import questions

    pending = list(questions.pending())
    rows = [
        {
            "question": name,
            "about": questions.contract(name).about,
            "arguments": ", ".join(questions.contract(name).parameters),
            "pending": ", ".join(backend for asked, backend in pending if asked == name),
        }
        for name in questions.names()
    ]
    if as_json:
        print_json(rows)
    else:
        print_table(rows)


# Judgements --------------------------------------------------------------------------------------------------------


@judging.command("same")
def same(first: str, second: str, by: ByOption, why: WhyOption = "", store: StoreOption = "") -> None:
    """Two entities are one and the same."""
    _judge(store, Judgement(verdict=Verdict.SAME, first=first, second=second, by=by, why=why))


@judging.command("different")
def different(first: str, second: str, by: ByOption, why: WhyOption = "", store: StoreOption = "") -> None:
    """Two entities are not the same, whatever their names."""
    _judge(store, Judgement(verdict=Verdict.DIFFERENT, first=first, second=second, by=by, why=why))


@judging.command("wrong")
def wrong(statement: str, by: ByOption, why: WhyOption = "", store: StoreOption = "") -> None:
    """A statement is wrong: it is kept and shown as such, and no longer a fact.

    An entity is nothing but the statements about it: to be rid of one, judge each of them, its name among them
    (`twintown entity ID` shows their ids). For two entities taken for one, or one for two: `judge different`, `judge same`.
    """
    _check_statement(statement)
    _judge(store, Judgement(verdict=Verdict.WRONG, first=statement, by=by, why=why))


@judging.command("confirmed")
def confirmed(statement: str, by: ByOption, why: WhyOption = "", store: StoreOption = "") -> None:
    """A statement was checked and is right. `twintown entity ID` shows the ids of the statements about an entity."""
    _check_statement(statement)
    _judge(store, Judgement(verdict=Verdict.CONFIRMED, first=statement, by=by, why=why))


@judging.command("undo")
def undo(judgement: str, store: StoreOption = "") -> None:
    """Take a judgement back by its id; `twintown judge list` shows ids."""
    with opened(read_settings(store=store), write=True, make=False) as kept:
        kept.undo(judgement)
    say(f"{judgement} is taken back")


@judging.command("list")
def list_judgements(store: StoreOption = "", as_json: JsonOption = False) -> None:
    """List the judgements in force."""
    with opened(read_settings(store=store)) as kept:
        judgements = kept.judgements()
    rows = [
        {"judgement": j.id, "verdict": j.verdict.value, "what": _judged(j), "by": j.by, "at": j.at, "why": j.why}
        for j in judgements
    ]
    if as_json:
        print_json(rows)
    else:
        print_table(rows)


def _judge(store: str, judgement: Judgement) -> None:
    with opened(read_settings(store=store), write=True, make=False) as kept:
        print(kept.judge(judgement).id)


def _check_statement(given: str) -> None:
    """Raise InvalidRecord where an entity or document is judged in the place of a statement."""
    from graph.schema import schema

    kind = given.partition(":")[0]
    if kind in schema().classes:
        raise InvalidRecord(
            f"{given} is no statement but a {kind}: judge its statements one by one, as statement:ID"
            f" (`twintown {'show --statements' if kind == 'document' else 'entity'} {given}` shows them);"
            " once all are judged wrong it is gone. Two that are one, or one that is two: judge same, judge different"
        )


def _judged(judgement: Judgement) -> str:
    if judgement.second:
        return f"{judgement.first_written or judgement.first} / {judgement.second_written or judgement.second}"
    words = (judgement.first_written, judgement.predicate_written, judgement.second_written)
    return f"{' '.join(words)}: “{judgement.quote_written}”"


@app.command("review")
def review(
    by: ByOption = "",
    least: Annotated[float, typer.Option(help="Leave out pairs less likely than this, 0 to 100.")] = 80.0,
    store: StoreOption = "",
    as_json: JsonOption = False,
) -> None:
    """Go through pairs that may be the same: s same, d different, Enter skips, q ends. Each answer is kept at once."""
    settings = read_settings(store=store)
    if as_json or not by:
        with opened(settings) as kept:
            waiting = kept.proposals(least=least)
            rows = [
                {"score": p.score, "first": _label(kept, p.first), "second": _label(kept, p.second), "reason": p.reason}
                for p in waiting
            ]
        if as_json:
            print_json(waiting)
        else:
            print_table(rows)
            say(f"{len(rows)} pairs wait; `twintown review --by YOU` asks about each")
        return
    with opened(settings, write=True, make=False) as kept:
        answered = _go_through(kept, by, least)
    say(f"{answered} judged")


def _go_through(kept: Store, by: str, least: float) -> int:
    answered = 0
    waiting = kept.proposals(least=least)
    for number, proposal in enumerate(waiting, start=1):
        print(f"\n{number} of {len(waiting)}: {proposal.reason} ({proposal.score:.0f})")
        for side in (proposal.first, proposal.second):
            print("\n".join(_review_lines(kept, side)))
        answer = typer.prompt("same, different, skip, quit [s/d/Enter/q]", default="", show_default=False).strip().casefold()
        if answer.startswith("q"):
            break
        verdict = {"s": Verdict.SAME, "d": Verdict.DIFFERENT}.get(answer[:1])
        if verdict:
            kept.judge(Judgement(verdict=verdict, first=proposal.first, second=proposal.second, by=by, why="reviewed"))
            answered += 1
    return answered


def _review_lines(kept: Store, identifier: str) -> list[str]:
    from queries.entity.question import ask

    answer = ask(kept, identifier, limit=200)
    lines = [f"  {_title(answer.entity)}"]
    for fact in answer.facts[:SHOWN]:
        lines += [f"  {_fact_line(fact)}", f"      {_evidence_line(fact.said[0])}"]
    return lines


# Words for people --------------------------------------------------------------------------------------------------


def find(kept: Reader, text: str, *, kinds: Sequence[str] = ()) -> str:
    """Return the id of the entity that is meant: an id as it is, else the one entity of these kinds with the name.

    Raise NotFound where no entity or more than one is meant, and name them.
    """
    from graph.schema import schema

    if text.partition(":")[0] in schema().classes and " " not in text:
        return text
    found = [entity for kind in kinds or schema().classes for entity in kept.named(kind, text)]
    if len(found) == 1:
        return found[0].id
    if not found:
        raise NotFound(f"nothing is named {text!r}; `twintown search` finds by meaning")
    raise NotFound(f"{text!r} may be {', '.join(f'{each.id} ({each.name})' for each in found[:8])}; use one of these ids")


def _label(kept: Reader, identifier: str) -> str:
    found = kept.entity(identifier)
    return f"{found.name or '(no name)'} [{identifier}]"


def _title(found: Entity) -> str:
    parts = [found.kind, found.country, found.id]
    also = f"\n  also: {', '.join(found.aliases)}" if found.aliases else ""
    return f"{found.name or '(no name)'} ({', '.join(part for part in parts if part)}){also}"


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _fact_line(fact: Fact) -> str:
    other = fact.other_name or fact.other
    link = f" [{fact.other}]" if fact.other_kind else ""
    count = f"  ({fact.sources} sources)" if fact.sources > 1 else ""
    if fact.inverse:
        return f"  ← {other} ({fact.other_kind}: {fact.label}){link}{count}"
    return f"  {fact.label}: {other}{link}{count}"


def _evidence_line(each: Said) -> str:
    """Return what a statement rests on: the words of a document as a quotation, an entry as what a person put down."""
    time = "–".join(part for part in (each.valid_from, each.valid_to) if part)
    marks = [
        "" if each.progress == "unclear" else each.progress.value,
        "" if each.modality == "stated" else each.modality.value,
        "" if each.certainty == "unrated" else f"certainty {each.certainty}",
        {"wrong": "judged wrong", "confirmed": "confirmed by a person"}.get(each.verdict, ""),
        time,
    ]
    words = " ".join(each.quote.split())
    if not each.document:
        about = [f"entered by {each.person}", *marks, f"source {each.address}" if each.address else ""]
        return f"{', '.join(part for part in about if part)}{f'; note: {words}' if words else ''} {each.statement}"
    where = [each.title or "untitled", each.date, f"p. {each.page}" if each.page else "", each.address]
    said = f"“{words}” — {', '.join(part for part in where if part)}"
    digest = "" if each.source else "digest, no source of its own: "
    return f"{digest}{said} ({', '.join(part for part in (*marks, f'{each.confidence:.0%} sure') if part)}) {each.statement}"


def _end_words(end: End | None) -> str:
    if end is None:
        return "(not said)"
    name = end.name or end.id
    return f"{name} in {end.place_name}" if end.kind == "pilot" and end.place_name and end.place_name not in name else name


def _replication_lines(line: Line) -> list[str]:
    step, indent = line.step, "    " * line.depth
    solution = f": {step.solution_name or step.solution}" if step.solution else ""
    scope = f" [{step.scope}]" if step.scope == "within town" else ""
    number = f"{line.number}. " if line.number else ""
    way = f"{indent}{number}{_end_words(step.origin)} → {_end_words(step.target)}{solution}{scope}"
    if line.again:
        return [f"{way} (see {line.again})"]
    sources = f", {_many(step.sources, 'source')}" if step.sources > 1 else ""
    told = [
        f"{indent}    {word}: {'; '.join(found)}"
        for word, found in (("what", step.what), ("kept", step.kept), ("changed", step.changed))
        if found
    ]
    return [f"{way}{sources}", *told, f"{indent}    {_evidence_line(step.said)}"]
