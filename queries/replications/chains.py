"""Chains of replications as a tree to read: each step once, and a reference where another branch meets it again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from graph.store.base import Reader
from queries.replications.question import Replication, ask

_MOST: Final = 500  # replications to one place, among which earlier steps are looked for

Tree = dict[str, "Tree"]  # what follows on each step, by the step as `Replication.chain` writes it


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One step in its place in the tree. `number` where another line refers to it, else 0; `again` is the number of the
    line that shows the step, 0 where this one does."""

    step: Replication
    depth: int  # from 0
    number: int
    again: int


def chains(store: Reader, found: Sequence[Replication], *, backwards: bool = False) -> list[Line]:
    """Return the steps of these chains in the order of reading; `backwards`: the last step first, what led there under it."""
    tree: Tree = {}
    for each in found:
        branch = tree
        for step in reversed(each.chain) if backwards else each.chain:
            branch = branch.setdefault(step, {})
    order = list(_walk(tree, 0))
    homes: dict[str, int] = {}  # where a step is shown: nearest to the root, then first
    for position, (step, depth) in enumerate(order):
        if step not in homes or depth < order[homes[step]][1]:
            homes[step] = position
    hidden = _hidden(order, homes)
    steps = _by_chain(store, found, homes)
    kept = [(position, *order[position]) for position in range(len(order)) if position not in hidden]
    referred = {step for position, step, _ in kept if homes[step] != position}
    numbers: dict[str, int] = {}
    for position, step, _ in kept:
        if step in referred and homes[step] == position:
            numbers[step] = len(numbers) + 1
    return [
        Line(
            step=steps[step],
            depth=depth,
            number=numbers.get(step, 0) if homes[step] == position else 0,
            again=numbers[step] if homes[step] != position else 0,
        )
        for position, step, depth in kept
        if step in steps
    ]


def _walk(tree: Tree, depth: int) -> Iterator[tuple[str, int]]:
    for step, inner in tree.items():
        yield step, depth
        yield from _walk(inner, depth + 1)


def _hidden(order: Sequence[tuple[str, int]], homes: dict[str, int]) -> set[int]:
    """Return the positions below a reference: what follows there is shown where the step is, as far as it is not shown here."""
    hidden: set[int] = set()
    under = -1  # depth of the reference whose branch this is
    for position, (step, depth) in enumerate(order):
        if under >= 0 and depth > under and homes[step] != position:
            hidden.add(position)
            continue
        if depth <= under:
            under = -1
        if homes[step] != position and under < 0:
            under = depth
    return hidden


def _by_chain(store: Reader, found: Iterable[Replication], wanted: Iterable[str]) -> dict[str, Replication]:
    """Return each step by its writing in a chain; those that the answer tells of only in a chain are asked for."""
    steps = {each.chain[-1]: each for each in found}
    missing = {step for step in wanted if step not in steps}
    for target in sorted({step.rpartition("|")[2] for step in missing}):
        told = ask(store, target=target, depth=1, limit=_MOST).steps if target else ()
        steps |= {each.chain[-1]: each for each in told if each.chain[-1] in missing}
    return steps
