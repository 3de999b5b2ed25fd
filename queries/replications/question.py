"""Which pilots and solutions were replicated where, and on from there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from graph.store.base import Reader
from queries.questions import contract, rows
from queries.said import Said, said

DEEPEST: Final = 6
CHAINED: Final = " > "  # between the steps of a chain
FEW: Final = 25  # chains that are walked on at once at first


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """Where a replication came from or went: a pilot, place or project, and the place it lies in where that is known."""

    id: str
    kind: str
    name: str
    place: str
    place_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replication:
    """One step of a chain. What no source says is empty: an end, a solution, what was kept or changed.

    `chain` names the steps from its beginning to this one; `said` is the statement that speaks for the step, and
    `statements` and `sources` count what else does (the question `entity` shows them all).
    """

    id: str
    depth: int
    chain: tuple[str, ...]
    origin: End | None
    target: End | None
    solution: str
    solution_name: str
    what: tuple[str, ...]
    kept: tuple[str, ...]
    changed: tuple[str, ...]
    scope: str
    statements: int
    sources: int
    said: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Chains by their length; every chain's beginning stands in the answer too, unless `target` left it out."""

    steps: tuple[Replication, ...]
    more: bool = False


def ask(
    store: Reader, *, origin: str = "", target: str = "", solution: str = "", depth: int | None = None, limit: int = 500
) -> Answer:
    """Return the replications that fit, as chains of at most `depth` steps (4 from or to somewhere, else 1; at most 6).

    Where both ends are given, at most 5,001 chains of a length are kept, those that reach the target first; `more` says where
    others were cut, and longer ones may be missing then. Each length is a question of its own: a write may come in between.
    """
    most = max(0, min(depth if depth is not None else (4 if origin or target else 1), DEEPEST))
    widest = contract("replications").limit
    limit = min(limit, widest - 1)
    back = bool(target) and not origin
    near, far = ("target", "origin") if back else ("origin", "target")
    asked = partial(rows, store, "replications", origin=origin, target=target, solution=solution)
    found: list[Replication] = []
    ends: dict[str, dict[str, object]] = {}  # walking back: the steps that chains end with, by their words
    chains: dict[str, tuple[str, ...]] = {"": ()}  # of the length before, by their words
    walked: list[list[str]] = []
    cut = False
    # Length by length, as short chains come first: where they fill the answer, nobody walks on from thousands of them.
    for deep in range(1, most + 1):
        wide = widest if origin and target else limit + 1 - len(found)
        level = asked(walked=walked, limit=wide) if target or not walked else _onward(asked, walked, wide)
        chains = {str(row["chain"]): _chain(row, chains, back=back) for row in level}
        if back and not ends:
            ends = dict(zip(chains, level, strict=True))
        for row, chain in zip(level, chains.values(), strict=True):
            if row["reached"]:
                found.append(_replication(ends[chain[-1]] if back else row, chain))
        walked = sorted(
            [str(row["chain"]), str(row["replication"]), str(row[near] or ""), str(row[far])] for row in level if row[far]
        )
        cut = cut or (len(level) == widest and (bool(level[-1]["reached"]) or deep < most))
        if not walked or len(found) > limit:
            break
    return Answer(steps=tuple(found[:limit]), more=cut or len(found) > limit)


def _onward(asked: Callable[..., list[dict[str, object]]], walked: Sequence[list[str]], limit: int) -> list[dict[str, object]]:
    """Return the first `limit` steps that go on from these chains, which stand in order: what goes on from one comes before
    what goes on from the next, so a few may fill the answer."""
    found: list[dict[str, object]] = []
    at, many = 0, FEW
    while at < len(walked) and len(found) < limit:
        found += asked(walked=walked[at : at + many], limit=limit - len(found))
        at, many = at + many, many * 2
    return found


def _chain(row: Mapping[str, object], before: Mapping[str, tuple[str, ...]], *, back: bool) -> tuple[str, ...]:
    """Return the steps of a row's chain: its own, and those of the chain that it goes on from."""
    step = f"{row['replication']}|{row['origin'] or ''}|{row['target'] or ''}"
    chain = str(row["chain"])
    if back:
        return (step, *before[chain.removeprefix(step).removeprefix(CHAINED)])
    return (*before[chain.removesuffix(step).removesuffix(CHAINED)], step)


def _end(row: Mapping[str, Any], side: str) -> End | None:
    if row[side] is None:
        return None
    place, place_name = row[f"{side}_place"] or "", row[f"{side}_place_name"] or ""
    return End(id=row[side], kind=row[f"{side}_kind"], name=row[f"{side}_name"], place=place, place_name=place_name)


def _replication(row: Mapping[str, Any], chain: tuple[str, ...]) -> Replication:
    return Replication(
        id=row["replication"],
        depth=len(chain),
        chain=chain,
        origin=_end(row, "origin"),
        target=_end(row, "target"),
        solution=row["solution"] or "",
        solution_name=row["solution_name"] or "",
        what=_lines(row["what"]),
        kept=_lines(row["kept"]),
        changed=_lines(row["changed"]),
        scope=row["scope"] or "",
        statements=row["statements"],
        sources=row["sources"],
        said=said(row),
    )


def _lines(text: str | None) -> tuple[str, ...]:
    return tuple(text.split("\n")) if text else ()
