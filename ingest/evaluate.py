"""How well records agree with gold records: precision, recall and F1 by kind, with bootstrap intervals by document.

What counts as the same thing follows the guide for gold records; counts are micro-averaged over documents, a document
without a record counts as all missed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Item = Mapping[str, Any]
Record = Mapping[str, Any]
Same = Callable[[Any, Any], bool]

_LETTERS: Final = str.maketrans({"ı": "i", "ß": "ss", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D"})
_ROLES: Final = ("lighthouse", "fellow", "pilot site")
_UNITS: Final = {
    "%": "percent", "per cent": "percent", "€": "eur", "euro": "eur", "euros": "eur", "£": "gbp", "$": "usd", "m²": "m2",
    "sqm": "m2", "square metres": "m2", "t": "tonnes", "tons": "tonnes", "tonne": "tonnes",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Counts of one kind over all documents, and the interval that holds F1 in 95 of 100 resamples of the documents."""

    kind: str
    gold: int
    predicted: int
    hits: int
    low: float = 0.0
    high: float = 0.0

    @property
    def precision(self) -> float:
        return self.hits / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        return self.hits / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        return _f1(self.hits, self.gold, self.predicted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Misses:
    """What one document lacks and what it has too much."""

    page: str
    missed: tuple[Item, ...]
    spurious: tuple[Item, ...]


def _f1(hits: float, gold: float, predicted: float) -> float:
    return 2 * hits / (gold + predicted) if hits else 0.0


def fold(text: object) -> str:
    """Fold case, accents, punctuation and a leading article, as the guide's scorer does."""
    plain = unicodedata.normalize("NFKD", str(text or "").translate(_LETTERS))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
    return re.sub(r"^(the|city of|municipality of) ", "", re.sub(r"\W+", " ", plain).strip())


def _names(item: Item, most: int = 4) -> set[str]:
    """The name and at most `most` aliases: a long list of guesses must not buy a hit."""
    return {fold(item.get("name"))} | {fold(alias) for alias in (item.get("aliases") or [])[:most]} - {""}


def _same_name(gold: Item, predicted: Item) -> bool:
    return bool((_names(gold) - {""}) & (_names(predicted) - {""}))


def _same_place(gold: Item, predicted: Item) -> bool:
    if not (_names(gold, 9) - {""}) & (_names(predicted) - {""}):
        return False
    return not gold.get("country") or gold["country"] == predicted.get("country")


def _same_person(gold: Item, predicted: Item) -> bool:
    wanted, got = fold(gold.get("name")).split(), fold(predicted.get("name")).split()
    return bool(wanted and got) and wanted[-1] == got[-1] and (len(got) == 1 or wanted[0][0] == got[0][0])


def _place_word(text: object) -> str:
    return fold(re.split(r"[,(/]", str(text or ""))[0])


def _same_pilot(gold: Item, predicted: Item) -> bool:
    return bool(gold["solution"] == predicted["solution"]) and _place_word(gold["place"]) == _place_word(predicted["place"])


def _same_progress(gold: Item, predicted: Item) -> bool:
    return _same_pilot(gold, predicted) and gold.get("status") == predicted.get("status")


def _same_replication(gold: Item, predicted: Item) -> bool:
    if _place_word(gold.get("to")) != _place_word(predicted.get("to")):
        return False
    origin = _place_word(gold.get("from"))
    return (bool(origin) and origin == _place_word(predicted.get("from"))) or fold(gold.get("what")) == fold(
        predicted.get("what")
    )


def _unit(text: object) -> str:
    plain = str(text or "").strip().casefold()
    return _UNITS.get(plain) or _UNITS.get(plain.split(" ")[0]) or fold(plain)[:4]


def _same_outcome(gold: Item, predicted: Item) -> bool:
    try:
        wanted, got = float(gold["value"]), float(predicted["value"])
    except (KeyError, TypeError, ValueError):
        return False
    return abs(wanted - got) <= 0.005 * max(abs(wanted), 1) and _unit(gold.get("unit")) == _unit(predicted.get("unit"))


def _same_lesson(gold: Item, predicted: Item) -> bool:
    overlap = min(gold["end"], predicted["end"]) - max(gold["start"], predicted["start"])
    union = max(gold["end"], predicted["end"]) - min(gold["start"], predicted["start"])
    return bool(overlap >= 0.5 * union)


def _same_role(gold: Item, predicted: Item) -> bool:
    return bool(gold["role"] == predicted["role"]) and _same_place(gold, predicted)


def _same_affiliation(gold: Item, predicted: Item) -> bool:
    wanted, got = fold(gold["affiliation"]), fold(predicted["affiliation"])
    return _same_person(gold, predicted) and (wanted in got or got in wanted)


def _roles(record: Record) -> list[Item]:
    found: list[Item] = []
    for place in record.get("places") or []:
        roles = place.get("role") or []
        found += [{**place, "role": role} for role in sorted({roles} if isinstance(roles, str) else set(roles)) if role in _ROLES]
    return found


def _affiliated(record: Record) -> list[Item]:
    return [person for person in record.get("people") or [] if person.get("affiliation")]


def _sure_pilots(record: Record) -> list[Item]:
    return [pilot for pilot in record.get("pilots") or [] if pilot.get("status") not in {None, "unclear"}]


def _listed(kind: str) -> Callable[[Record], list[Any]]:
    return lambda record: list(record.get(kind) or [])


KINDS: Final[dict[str, tuple[Callable[[Record], list[Any]], Same]]] = {
    "projects": (_listed("projects"), _same_name),
    "places": (_listed("places"), _same_place),
    "organisations": (_listed("organisations"), _same_name),
    "people": (_listed("people"), _same_person),
    "solutions": (_listed("solutions"), lambda gold, predicted: bool(gold == predicted)),
    "roles": (_roles, _same_role),
    "pilots": (_listed("pilots"), _same_pilot),
    "replications": (_listed("replications"), _same_replication),
    "outcomes": (_listed("outcomes"), _same_outcome),
    "lessons": (_listed("lessons"), _same_lesson),
    "affiliations": (_affiliated, _same_affiliation),
    "pilots with status": (_sure_pilots, _same_progress),
}


def matched(gold: Sequence[Any], predicted: Sequence[Any], same: Same) -> tuple[set[int], set[int]]:
    """Return the positions in gold and predicted that a best one-to-one matching pairs (augmenting paths)."""
    can = [[there for there, got in enumerate(predicted) if same(wanted, got)] for wanted in gold]
    owner: dict[int, int] = {}

    def place(here: int, seen: set[int]) -> bool:
        for there in can[here]:
            if there not in seen:
                seen.add(there)
                if there not in owner or place(owner[there], seen):
                    owner[there] = here
                    return True
        return False

    for here in range(len(gold)):
        place(here, set())
    return set(owner.values()), set(owner)


def _counts(kind: str, gold: Mapping[str, Record], predicted: Mapping[str, Record]) -> list[tuple[int, int, int]]:
    """Return (hits, gold, predicted) for each document, in the order of gold."""
    items, same = KINDS[kind]
    counts = []
    for page, record in gold.items():
        wanted, got = items(record), items(predicted.get(page, {}))
        counts.append((len(matched(wanted, got, same)[0]), len(wanted), len(got)))
    return counts


def scores(gold: Mapping[str, Record], predicted: Mapping[str, Record], *, resamples: int = 1000) -> list[Score]:
    """Return a score for each kind; records are by page. Intervals come from resampling documents, always the same way."""
    import numpy as np

    draw = np.random.default_rng(5).integers(0, max(len(gold), 1), size=(resamples, len(gold)))
    found = []
    for kind in KINDS:
        counts = np.array(_counts(kind, gold, predicted)).reshape(-1, 3)
        hits, wanted, got = (int(column) for column in counts.sum(axis=0))
        again = [_f1(*(float(column) for column in counts[rows].sum(axis=0))) for rows in draw] or [0.0]
        low, high = (float(value) for value in np.percentile(again, (2.5, 97.5)))
        found.append(Score(kind=kind, gold=wanted, predicted=got, hits=hits, low=low, high=high))
    return found


def misses(kind: str, gold: Mapping[str, Record], predicted: Mapping[str, Record]) -> Iterable[Misses]:
    """Yield what each document lacks and has too much of one kind, where there is anything."""
    items, same = KINDS[kind]
    for page, record in gold.items():
        wanted, got = items(record), items(predicted.get(page, {}))
        here, there = matched(wanted, got, same)
        missed = tuple(item for index, item in enumerate(wanted) if index not in here)
        spurious = tuple(item for index, item in enumerate(got) if index not in there)
        if missed or spurious:
            yield Misses(page=page, missed=missed, spurious=spurious)
