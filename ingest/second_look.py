"""Whether a candidate for a name (ingest/names.py) is a project, an organisation or a person, judged by the document as a whole.

What a name is shows in all its mentions together: which words stand beside it ("the X cities", "lighthouses of X"), with which
other names it is listed, how often and where it returns, its acronym, what kind of text it stands in. Small decision trees
(learned by `make train`, read here without any library) judge each candidate once for each kind; their chance and that of the
first look, by the candidate alone, are weighed together. What the sentence model holds of its words (ingest/probe.py) is among
the features.
"""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from graph.model import normalise_name
from ingest.context import Context

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ingest.names import Candidate, Mention

# Of the trees in the log odds; the rest is the first look's. Chosen by cross-validation from 0.65, 0.8 and 1.
SHARES: Final[Mapping[str, float]] = {"project": 0.65, "organisation": 0.8, "person": 0.8}
# Log odds of the first look below which, for every kind, only the shape of an acronym earns a second one.
_UNLIKELY: Final[Mapping[str, float]] = {"project": -5.0, "organisation": -4.0, "person": -4.0}

_PROJECT: Final = r"projects?|projekts?|projekten?|projets?|proyectos?|progett[oi]|projet[oi]s?|projekt\w*"
_AFTER: Final = {
    name: re.compile(rf"^[’'”\"»)]*(?:[’']s)?[ -](?:\w+ )?(?:{words})\b", re.IGNORECASE)
    for name, words in {
        "project": rf"{_PROJECT}|consortium|konsortium|partner\w*|coordinator|team|website|newsletter|assembly|grant"
        r"|deliverables?|work package|proposal",
        "frame": r"programme|program|programm\w*|initiative|network|netzwerk|réseau|rete|red|scheme|campaign|challenge|app"
        r"|platform|fund|label|method\w*|model|approach|package|concept",
        "town": r"cit(?:y|ies)|towns?|municipalit\w+|lighthouses?|fellows?|followers?|front-?runners?|demonstrators?|demo"
        r"|districts?|areas?|sites?|st[aä]dt\w*|quarters?|neighbou?rhoods?",
        "work": r"solutions?|measures?|interventions?|pilots?|demonstrations?|replication|roadmaps?|plans?|workshops?|lessons?"
        r"|tools?|experience|guide|activities|actions?|results?",
    }.items()
}
_BEFORE: Final = {
    name: re.compile(words, re.IGNORECASE)
    for name, words in {
        "of": r"\b(?:of|von|de|du|di|del|des|dell[’']|d[’'])\s?$",
        "in": r"\b(?:in|im|dans|en|nel|w|em)\s$",
        "under": r"\b(?:under|within|through|via|since|before|after|unter|innerhalb|bei|durch|sous|durante|nell[’']ambito di"
        r"|con|with|mit|avec)\s(?:the\s)?$",
        "by": r"\b(?:by|from|at|par|por|da|przez)\s(?:the\s)?$",
        "for": r"\b(?:for|für|pour|per|para)\s(?:the\s)?$",
        "called": r"\b(?:called|named|dubbed|entitled|titled|known as|namens|genannt|heißt|appelée?|llamad[ao]|chiamat[ao]"
        r"|denominad[ao])\b[ :,]*[“\"‘„«'(]*$",
        "bracket": r"\($",
        "line": r"^\W*$",
        "noun": rf"\b(?:{_PROJECT}|programme|program|programm|initiative|network|netz(?:werk)?|réseau|rete|red|initiativ\w*"
        r"|inicjatyw\w*|campaign|scheme)(?: (?:called|named|namens|di|de|du|des|of))?[ :,]*[“\"‘„«'(]*$",
        "towns of": r"\b(?:cit(?:y|ies)|towns?|lighthouses?|fellows?|followers?|partners?|demonstrators?|st[aä]dt\w*|villes?"
        r"|ciudad\w*|citt[àa]|miast\w*|consortium|coordinator|solutions?|meeting|assembly|report|results?|lessons?|plans?|goals?"
        r"|aims?|phares?|faros?|part|grant|demo|quartiers?) (?:of|from|in|von|aus|de|du|des|di|del|dell[’'a]|da|d[’'])\s?"
        r"(?:the )?$",
    }.items()
}
_LIFE: Final = re.compile(
    r"^ (?:ran|runs|ended|ends|started|starts|began|finished|lasted|closed|läuft|lief|endete|begann|a (?:commencé|pris fin|duré)"
    r"|terminó|empezó|è (?:partito|finito|durato)|finì|wants?|aims?|set out|brought|brings|demonstrat\w+|tested|tests|showed"
    r"|shows|linked|links|paired|planned|is|was|has|had|ist|war|hat|est|es|è)\b"
)
_GRANT: Final = re.compile(
    r"\b(?:Horizon|H2020|FP7|URBACT|Interreg|CIVITAS|EU[- ]funded|EU project|grant|Fördernummer|GA|project no)\b"
    r"|\b(?:[3-9]\d{5}|101\d{6})\b",
    re.IGNORECASE,
)
_TEXT: Final = {
    "projects": re.compile(rf"\b(?:{_PROJECT})\b", re.IGNORECASE),
    "roles": re.compile(
        r"\b(?:lighthouse|fellow|follower|front-?runner|demonstrat\w+|horizon|h2020|consortium|leuchtt[uü]rm\w*|phares?|faros?"
        r"|suiveuses?|seguidoras?|nachfolge\w*|demostrador\w*|latarni\w*)\b",
        re.IGNORECASE,
    ),
    "Europe": re.compile(r"\b(?:EU|European|Horizon|H2020|FP7|europ\w+|URBACT|Interreg)\b"),
    "innovation": re.compile(r"\binnovat\w+|\bbusiness|\bsolution\b", re.IGNORECASE),
}
_VOWEL: Final = re.compile(r"[aeiouyäöüéáíóú]", re.IGNORECASE)
_LISTED: Final = re.compile(
    r"^\s*(?:,|;|/|&|–)?\s*(?:and|und|et|y|e|i|or|oder|ou|o|sowie|as well as)?\s*(?:the |von |de |di |in |für )?$"
)
_HUMPS: Final = re.compile(r"[a-zà-ÿ][A-Z]|^[a-z]+[A-Z]|[A-Z]{2,}[a-z]{2,}")
_SMALL: Final = frozenset(
    ("of", "for", "on", "de", "du", "des", "di", "del", "the", "and", "und", "et", "der", "die", "la", "les")
)
Row = dict[str, float]


def log_odds(chance: float) -> float:
    """Return the log odds of a chance, between -14 and 14, with four digits."""
    bounded = min(max(chance, 1e-6), 1 - 1e-6)
    return round(math.log(bounded / (1 - bounded)), 4)


def chance_of(odds: float) -> float:
    """Return the chance that log odds stand for, those beyond 30 as 30."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, odds))))


def worth(candidate: Candidate) -> bool:
    """Tell whether a candidate gets a second look: no town, and not hopeless at the first one (its chances are there)."""
    found = candidate.features
    if found.get("is place", 0.0) > 0.55:
        return False
    if "big acronym" in found or "mixed case" in found:
        return True
    return any(log_odds(chance) > _UNLIKELY[kind] for kind, chance in candidate.chances.items())


# -- features


@dataclass(frozen=True, slots=True)
class _Text:
    """What is true of a whole document, worked out once."""

    row: Row
    words: int
    most: int  # mentions of the most named candidate that is no place
    paragraphs: int
    place_starts: Sequence[int]
    place_ends: Sequence[int]
    starting: Mapping[int, Sequence[int]]  # candidates by where a mention starts
    ending: Mapping[int, Sequence[int]]
    title: str


def _whole(context: Context, found: Sequence[Candidate]) -> _Text:
    from ingest.names import raw_places

    words = max(1, context.text.count(" ") + context.text.count("\n"))
    row = {f"text of {name}": 100 * len(pattern.findall(context.text)) / words for name, pattern in _TEXT.items()}
    row["text length"] = math.log(words)
    row["text English"] = float(context.language in {"en", "und"})
    starting: dict[int, list[int]] = {}
    ending: dict[int, list[int]] = {}
    for at, candidate in enumerate(found):
        for mention in candidate.mentions:
            starting.setdefault(mention.start, []).append(at)
            ending.setdefault(mention.end, []).append(at)
    places = sorted({(place.start, place.end) for place in raw_places(context)})
    return _Text(
        row=row,
        words=words,
        most=max((len(one.mentions) for one in found if not one.features.get("is place")), default=1),
        paragraphs=max(1, len({sentence.paragraph for sentence in context.sentences})),
        place_starts=[start for start, _ in places],
        place_ends=[end for _, end in places],
        starting=starting,
        ending=ending,
        title=f" {normalise_name(context.document.title)} ",
    )


def rows(context: Context, found: Sequence[Candidate]) -> list[Row | None]:
    """Return the features of each candidate that is worth a second look, None for the others; `found` is all of a document."""
    whole = _whole(context, found)
    made: list[Row | None] = [None] * len(found)
    for at, candidate in enumerate(found):
        if worth(candidate):
            made[at] = _row(context, whole, found, at)
    _nested(found, made)
    _abbreviated(context, found, made)
    return made


def _row(context: Context, whole: _Text, found: Sequence[Candidate], at: int) -> Row:
    candidate = found[at]
    count = len(candidate.mentions)
    row = {**candidate.features, **_shape(candidate.text), **whole.row}
    for kind, chance in candidate.chances.items():
        row[f"first look {kind}"] = log_odds(chance)
        # Where the sentence model was not asked (another one is at work), the first look speaks twice.
        row[f"probe {kind}"] = candidate.probed.get(kind, row[f"first look {kind}"])
    row["count"] = float(count)
    row["count against most"] = count / whole.most
    row["count in 100 words"] = 100 * count / whole.words
    row["first at"] = min(mention.start for mention in candidate.mentions) / max(1, len(context.text))
    paragraphs = {context.sentence_at(mention.start).paragraph for mention in candidate.mentions}
    row["share of paragraphs"] = len(paragraphs) / whole.paragraphs
    named = f" {candidate.key} " in whole.title
    row["share of title"] = len(candidate.key) / max(1, len(whole.title) - 2) if named else 0.0
    counted: Row = {}
    peers: set[int] = set()
    for mention in candidate.mentions:
        _beside(context, whole, mention, counted)
        peers |= _peers(context.text, whole, mention) - {at}
    for name, value in counted.items():
        row[f"{name}, share"] = value / count
        row[name] = 1.0
    if peers:
        _listed(row, [found[peer] for peer in sorted(peers)])
    return row


def _shape(text: str) -> Row:
    words, letters = text.split(), re.sub(r"\W", "", text)
    acronym = text.isupper() and bool(re.fullmatch(r"[^\W\d_](?:[^\W_]|[+#&-])*", text))
    return {
        "letters": float(len(letters)),
        "share of capitals": sum(letter.isupper() for letter in letters) / max(1, len(letters)),
        "share of vowels": len(_VOWEL.findall(text)) / max(1, len(letters)),
        "words": float(len(words)),
        "letters of an acronym": float(len(letters)) if acronym else 0.0,
        "humps": float(any(_HUMPS.search(word) for word in words)),
        "a word in capitals and more": float(len(words) > 1 and any(word.isupper() and len(word) > 2 for word in words)),
        "a sign": float(bool(re.search(r"[+#@]|\d", text))),
        "a hyphen": float("-" in text),
        "a number at the end": float(bool(re.search(r" (?:II|III|IV|2\.0|\d)$", text))),
        "title case": float(len(words) > 1 and all(word[0].isupper() for word in words if word.casefold() not in _SMALL)),
    }


def _beside(context: Context, whole: _Text, mention: Mention, counted: Row) -> None:
    """Count what stands before and behind a mention."""
    sentence, text = context.sentence_at(mention.start), context.text
    before = text[max(sentence.start, mention.start - 60) : mention.start]
    after = text[mention.end : max(mention.end, min(sentence.end, mention.end + 60))]
    seen = [f"{name} after" for name, pattern in _AFTER.items() if pattern.match(after)]
    seen += [f"{name} before" for name, pattern in _BEFORE.items() if pattern.search(before)]
    ending = bisect_left(whole.place_ends, mention.end)
    if ending < len(whole.place_ends) and whole.place_ends[ending] == mention.end > mention.start < whole.place_starts[ending]:
        seen.append("a place at its end")
    seen += ["a life after"] if _LIFE.match(after) else []
    seen += ["a grant in the sentence"] if _GRANT.search(sentence.text) else []
    seen += ["a grant close after"] if _GRANT.search(after[:40]) else []
    first = bisect_left(whole.place_starts, mention.end)
    if first < len(whole.place_starts):
        gap = text[mention.end : min(whole.place_starts[first], mention.end + 41)]
        if "\n" not in gap and len(gap) <= 40:
            seen.append("a place right after" if len(gap) <= 1 else "a place after")
            seen += ["a place in brackets"] if len(gap) < 4 and re.match(r" ?[(:]", gap) else []
    last = bisect_left(whole.place_starts, mention.start) - 1
    if last >= 0:
        gap = text[max(whole.place_ends[last], mention.start - 41) : mention.start]
        if gap in {" ", "-"}:
            seen.append("a place right before")
        elif "\n" not in gap and len(gap) <= 40:
            seen.append("a place before")
    for name in seen:
        counted[name] = counted.get(name, 0.0) + 1
    inside = bisect_left(whole.place_starts, sentence.end) - bisect_left(whole.place_starts, sentence.start)
    counted["places in the sentence"] = counted.get("places in the sentence", 0.0) + min(inside, 6)


def _peers(text: str, whole: _Text, mention: Mention) -> set[int]:
    """Return the candidates that stand beside a mention in a list."""
    peers: set[int] = set()
    for at in range(mention.end, min(mention.end + 8, len(text))):
        if at in whole.starting:
            peers |= set(whole.starting[at]) if _LISTED.match(text[mention.end : at]) else set()
            break
    for at in range(mention.start, max(-1, mention.start - 8), -1):
        if at in whole.ending:
            peers |= set(whole.ending[at]) if _LISTED.match(text[at : mention.start]) else set()
            break
    return peers


def _listed(row: Row, peers: Sequence[Candidate]) -> None:
    row["listed with"] = float(len(peers))
    for kind in peers[0].chances:
        first = [log_odds(peer.chances[kind]) for peer in peers]
        row[f"likeliest {kind} in the list"] = max(first)
        row[f"likely {kind} in the list"] = sum(first) / len(first)
    row["places in the list"] = sum(peer.features.get("is place", 0.0) > 0.5 for peer in peers) / len(peers)
    row["shapes in the list"] = sum("big acronym" in peer.features or "mixed case" in peer.features for peer in peers) / len(
        peers
    )


def _nested(found: Sequence[Candidate], made: Sequence[Row | None]) -> None:
    """Say of each candidate how likely and how frequent the longer ones are that hold its words, and the shorter ones in it."""
    keys = [f" {candidate.key} " for candidate in found]
    order = sorted((at for at, row in enumerate(made) if row is not None), key=lambda at: (len(keys[at]), at))
    first = [{kind: log_odds(chance) for kind, chance in candidate.chances.items()} for candidate in found]
    for position, at in enumerate(order):
        short = made[at]
        longer = [other for other in order[position + 1 :] if keys[at] in keys[other]]
        if short is None or not longer:
            continue
        count = len(found[at].mentions)
        short["inside longer"] = float(len(longer))
        short["count of longer"] = sum(len(found[other].mentions) for other in longer) / max(1, count)
        for kind in first[at]:
            short[f"likeliest longer {kind}"] = max(first[other][kind] for other in longer)
        for other in longer:
            row = made[other] or {}
            row["holds shorter"] = row.get("holds shorter", 0.0) + 1
            row["count of shorter"] = max(row.get("count of shorter", 0.0), count / max(1, len(found[other].mentions)))
            for kind, value in first[at].items():
                row[f"likeliest shorter {kind}"] = max(row.get(f"likeliest shorter {kind}", -14.0), value)


_SHORT: Final = re.compile(r" ?\((?P<short>[^()\n]{2,14})\)")


def _abbreviated(context: Context, found: Sequence[Candidate], made: Sequence[Row | None]) -> None:
    """Say of a long form and of the acronym in brackets behind it how likely and how frequent the other one is."""
    by_key = {candidate.key: at for at, candidate in enumerate(found)}
    for at, candidate in enumerate(found):
        for mention in candidate.mentions:
            short = _SHORT.match(context.text, mention.end, mention.end + 20)
            other = by_key.get(normalise_name(short["short"])) if short else None
            if other is None or other == at:
                continue
            for one, two, name in ((at, other, "acronym"), (other, at, "long form")):
                row = made[one]
                if row is not None:
                    row[f"has {name}"] = 1.0
                    row[f"count of {name}"] = float(len(found[two].mentions))
                    for kind, chance in found[two].chances.items():
                        row[f"{name} {kind}"] = log_odds(chance)


# -- trees

Tree = Sequence[Sequence[Any]]  # nodes: [feature, border, node if not above it, node otherwise] or [value]


@dataclass(frozen=True)
class Trees:
    """Boosted trees: log odds are `start` and the value of one leaf of each tree; a feature that is absent is 0."""

    start: float
    trees: Sequence[Tree]

    def chances(self, rows: Sequence[Row]) -> list[float]:
        """Return the chance that each of these candidates is of the kind."""
        return [chance_of(self.start + total) for total in self._flat.totals(rows)]

    @cached_property
    def _flat(self) -> _Flat:
        return _Flat.of(self.trees)


@dataclass(frozen=True, slots=True)
class _Flat:
    """The nodes of all trees, one behind the other, the deepest trees first; a leaf leads to itself."""

    columns: Mapping[str, int]  # of the features, from 1; column 0 is always 0
    roots: NDArray[np.int64]
    feature: NDArray[np.int64]
    border: NDArray[np.float64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    value: NDArray[np.float64]
    deeper: Sequence[int]  # how many trees go on after no step, one step, two...

    @staticmethod
    def of(trees: Sequence[Tree]) -> _Flat:
        import numpy as np

        columns: dict[str, int] = {}
        roots: list[int] = []
        nodes: list[tuple[int, float, int, int, float]] = []
        depths = [_depth(tree) for tree in trees]
        for number in sorted(range(len(trees)), key=lambda one: -depths[one]):
            tree, shift = trees[number], len(nodes)
            roots.append(shift)
            for at, node in enumerate(tree):
                if len(node) == 1:
                    nodes.append((0, 0.0, shift + at, shift + at, node[0]))
                else:
                    column = columns.setdefault(node[0], len(columns) + 1)
                    nodes.append((column, node[1], shift + node[2], shift + node[3], 0.0))
        feature, border, left, right, value = zip(*nodes, strict=True)
        return _Flat(
            columns=columns,
            roots=np.array(roots),
            feature=np.array(feature),
            border=np.array(border),
            left=np.array(left),
            right=np.array(right),
            value=np.array(value),
            deeper=[sum(depth > step for depth in depths) for step in range(max(depths))],
        )

    def totals(self, rows: Sequence[Row]) -> list[float]:
        """Return the sum of the values of each row's leaves; all trees of all rows go down a step at a time."""
        import numpy as np

        matrix = np.zeros((len(rows), len(self.columns) + 1))
        for at, row in enumerate(rows):
            for name, value in row.items():
                column = self.columns.get(name)
                if column is not None:
                    matrix[at, column] = value
        node = np.tile(self.roots, (len(rows), 1))
        for count in self.deeper:
            here = node[:, :count]
            asked = np.take_along_axis(matrix, self.feature[here], axis=1)
            node[:, :count] = np.where(asked <= self.border[here], self.left[here], self.right[here])
        totals: list[float] = self.value[node].sum(axis=1).tolist()
        return totals


def _depth(tree: Tree, at: int = 0) -> int:
    node = tree[at]
    return 0 if len(node) == 1 else 1 + max(_depth(tree, node[2]), _depth(tree, node[3]))


@cache
def shipped() -> Mapping[str, Trees]:
    """Return the trees of each kind (ingest/models/second_look.json), nothing where there are none yet."""
    path = files("ingest").joinpath("models", "second_look.json")
    raw = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return {kind: Trees(start=one["start"], trees=one["trees"]) for kind, one in raw.items()}


def judge(context: Context, found: Sequence[Candidate], trees: Mapping[str, Trees]) -> None:
    """Weigh the chances of each candidate anew; those of a kind without trees stay."""
    if not trees:
        return
    judged = [(candidate, row) for candidate, row in zip(found, rows(context, found), strict=True) if row is not None]
    for kind, grown in trees.items():
        share = SHARES[kind]
        for (candidate, _), chance in zip(judged, grown.chances([row for _, row in judged]), strict=True):
            total = share * log_odds(chance) + (1 - share) * log_odds(candidate.chances[kind])
            candidate.chances[kind] = chance_of(total)


# Of each kind: trees, leaves of each, and how much a tree adds. Larger ones did better for projects and organisations, and worse
# for people, of whom the first look knows most.
GROWTH: Final[Mapping[str, tuple[int, int, float]]] = {
    "project": (300, 16, 0.05),
    "organisation": (300, 16, 0.05),
    "person": (100, 8, 0.06),
}


def fit(kind: str, examples: Iterable[tuple[Row, bool, float]]) -> Trees:
    """Learn the trees of one kind from (features, is it of the kind, weight); the same examples give the same trees."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.feature_extraction import DictVectorizer

    known = list(examples)
    vectorizer = DictVectorizer(sparse=False)
    matrix = vectorizer.fit_transform([row for row, _, _ in known])
    count, leaves, rate = GROWTH[kind]
    model = HistGradientBoostingClassifier(
        max_iter=count,
        max_leaf_nodes=leaves,
        learning_rate=rate,
        min_samples_leaf=20,
        l2_regularization=1.0,
        max_features=0.3,
        early_stopping=False,
        random_state=5,
    )
    model.fit(matrix, [answer for _, answer, _ in known], sample_weight=[weight for _, _, weight in known])
    names = [str(name) for name in vectorizer.get_feature_names_out()]
    # scikit-learn has no public way to its histogram trees; a test holds what is read here to what the model says.
    return Trees(
        start=round(float(model._baseline_prediction.item()), 6),
        trees=[_tree(predictor.nodes, names) for (predictor,) in model._predictors],
    )


def _tree(nodes: Any, names: Sequence[str]) -> Tree:
    return [
        [round(float(node["value"]), 5)]
        if node["is_leaf"]
        else [names[node["feature_idx"]], round(float(node["num_threshold"]), 5), int(node["left"]), int(node["right"])]
        for node in nodes
    ]
