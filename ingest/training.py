"""Training of the shipped classifiers from labelled texts, and the cross-validation that says what they are worth.

`python -m ingest.classify train --texts ../shared/eval/train --out ingest/models` writes the same files each time: folds are
fixed, the solver has no chance in it. Real pages count in full, pages written for this project in part, and thresholds are
set on real pages alone, since those are what is read later. Documents that are nearly the same stay in one fold.
"""

from __future__ import annotations

import argparse
import logging
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ingest.classify import YES, Classifier, matrix, using
from ingest.context import Context, Tools, embed, parse, prepare
from ingest.labelled import NEW_STAGED, NEW_STAGED_WEIGHT, OWN_WEIGHT, STAGED, Labelled, read_all, site_of, weight

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]
    Flags = NDArray[np.bool_]

logger = logging.getLogger(__name__)
FOLDS: Final = 5
# Extractors whose classifiers are learned here; the others read a page once, before any training.
TRAINED: Final = frozenset(("solutions", "lessons", "outcomes", "pilots", "replications", "requirements", "needs"))
OLD_STAGED_WEIGHT: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A labelled text: its context, its gold record, and the site it comes from."""

    name: str
    context: Context
    gold: Mapping[str, Any]

    @property
    def site(self) -> str:
        return site_of(self.name)


@dataclass(slots=True, kw_only=True)
class Examples:
    """Rows of features with their labels and the page each comes from; `keys` say what a row is about."""

    rows: list[list[float]] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def add(self, page: Page, row: Sequence[float], label: str, key: str = "") -> None:
        self.rows.append(list(row))
        self.labels.append(label)
        self.pages.append(page.name)
        self.keys.append(key)


# -- reading the labelled texts


def pages_of(texts: Sequence[Labelled], tools: Tools) -> list[Page]:
    """Prepare the labelled documents: parsed, embedded, and read by every extractor that is not trained here."""
    from ingest.extract import read, registry

    contexts = prepare(((document, ()) for document, _ in texts), tools)
    parse(contexts)
    embed(contexts)
    untrained = [extractor for name, extractor in registry().items() if name not in TRAINED]
    return [
        Page(name=document.addresses[0], context=read(context, untrained), gold=record)
        for (document, record), context in zip(texts, contexts, strict=True)
    ]


def near_duplicates(pages: Sequence[Page]) -> dict[str, str]:
    """Return for each page the first page that is nearly the same (half of its five-word shingles), or itself."""
    shingles = {page.name: _shingles(page.context.text) for page in pages}
    leader: dict[str, str] = {}
    for page in pages:
        mine = shingles[page.name]
        like = (
            other
            for other in leader
            if leader[other] == other and len(mine & shingles[other]) > 0.5 * max(1, min(len(mine), len(shingles[other])))
        )
        leader[page.name] = next(like, page.name)
    return leader


def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    words = text.lower().split()
    return frozenset(tuple(words[at : at + 5]) for at in range(len(words) - 4))


def folds_of(pages: Sequence[Page], count: int = FOLDS) -> dict[str, int]:
    """Return a fold for each page, the same each time, near-duplicates together, each site spread over all folds."""
    leader = near_duplicates(pages)
    number: dict[str, int] = {}
    for site in sorted({page.site for page in pages}):
        leaders = sorted({leader[page.name] for page in pages if page.site == site})
        number |= {name: at % count for at, name in enumerate(leaders) if name not in number}
    return {page.name: number[leader[page.name]] for page in pages}


# -- fitting


def fit(
    name: str,
    features: Sequence[str],
    examples: Examples,
    *,
    strength: float,
    table: Mapping[str, Any] | None = None,
    classes: Sequence[str] = ("no", YES),
    threshold: float = 0.5,
) -> Classifier:
    """Fit a logistic regression (L2, `strength` as in scikit-learn's C) with staged pages weighted down."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    rows = matrix(examples.rows, len(features))
    mean = np.nan_to_num(np.nanmean(rows, axis=0)) if len(rows) else np.zeros(len(features))
    spread = np.nan_to_num(np.nanstd(rows, axis=0), nan=1.0)
    scale = np.where(spread > 1e-9, spread, 1.0)
    scaled = np.nan_to_num((rows - mean) / scale, nan=0.0)
    known = [label for label in classes if label in set(examples.labels)]
    solver = LogisticRegression(C=strength, max_iter=3000, tol=1e-6)
    solver.fit(scaled, [known.index(label) for label in examples.labels], sample_weight=weights_of(examples))
    return Classifier(
        name=name,
        features=tuple(features),
        classes=tuple(known),
        mean=mean,
        scale=scale,
        weights=np.asarray(solver.coef_, dtype=np.float64),
        bias=np.asarray(solver.intercept_, dtype=np.float64),
        threshold=threshold,
        table=dict(table or {}),
    )


def weights_of(examples: Examples) -> Matrix:
    """Return the weight of each row."""
    import numpy as np

    return np.array([weight(page, old_staged=OLD_STAGED_WEIGHT) for page in examples.pages])


def best_threshold(scores: Matrix, right: Flags, counting: Matrix, missed: float = 0.0) -> tuple[float, float]:
    """Return the threshold with the best F1 where rows count as much as in learning, and the F1 there where all count alike.

    `missed` counts gold items that no row could have found.
    """
    import numpy as np

    order = np.argsort(-scores, kind="stable")

    def f1_of(counts: Matrix) -> Matrix:
        hits, found = np.cumsum(right[order] * counts[order]), np.cumsum(counts[order])
        return np.asarray(2 * hits / (found + hits[-1] + missed * counts.mean()))

    f1, weighed = f1_of(np.ones(len(order))), f1_of(counting)
    # A mean over neighbours: the very best point of a ragged curve is luck.
    width = max(1, len(f1) // 200)
    smooth = np.convolve(weighed, np.ones(width) / width, mode="same")
    at = int(smooth.argmax())
    below = scores[order[at + 1]] if at + 1 < len(order) else 0.0
    return float((scores[order[at]] + below) / 2), float(f1[at])


def out_of_fold(
    examples: Examples, folds: Mapping[str, int], train: Callable[[Examples], Callable[[Examples], Matrix]]
) -> Matrix:
    """Return the score of each row by a model that saw none of its fold."""
    import numpy as np

    scores = np.zeros(len(examples.rows))
    place = np.array([folds[page] for page in examples.pages])
    for fold in sorted(set(folds.values())):
        held = place == fold
        if held.any() and not held.all():
            scores[held] = train(select(examples, ~held))(select(examples, held))
    return scores


def select(examples: Examples, which: Flags | Sequence[bool]) -> Examples:
    """Return the examples where the flag is set."""
    at = [index for index, wanted in enumerate(which) if wanted]
    return Examples(
        rows=[examples.rows[index] for index in at],
        labels=[examples.labels[index] for index in at],
        pages=[examples.pages[index] for index in at],
        keys=[examples.keys[index] for index in at],
    )


def real(examples: Examples) -> Flags:
    """Return a flag for each row that comes from a real page (all rows where there is no real page)."""
    import numpy as np

    flags = np.array([site_of(page) not in STAGED for page in examples.pages], dtype=bool)
    return flags if flags.any() else ~flags


def yes_classifier(
    name: str,
    features: Sequence[str],
    examples: Examples,
    folds: Mapping[str, int],
    *,
    strength: float,
    missed: float = 0.0,
    staged: bool = False,
) -> Classifier:
    """Fit a yes-or-no classifier whose threshold is the best of cross-validation on real pages (with `staged`, on all)."""
    import numpy as np

    def train(some: Examples) -> Callable[[Examples], Matrix]:
        model = fit(name, features, some, strength=strength)
        return lambda held: model.yes(matrix(held.rows, len(features)))

    scores = out_of_fold(examples, folds, train)
    right = np.array([label == YES for label in examples.labels])
    wanted = np.ones(len(right), dtype=bool) if staged else real(examples)
    threshold, f1 = best_threshold(scores[wanted], right[wanted], weights_of(examples)[wanted], missed)
    logger.info("%s: %d rows, %d yes, F1 %.3f at %.3f", name, len(right), right.sum(), f1, threshold)
    return fit(name, features, examples, strength=strength, threshold=threshold, table=_note(examples, f1=f1))


def class_classifier(
    name: str, features: Sequence[str], examples: Examples, folds: Mapping[str, int], *, strength: float, classes: Sequence[str]
) -> Classifier:
    """Fit a classifier of several classes, and note how often it was right on pages it had not seen."""
    right = total = 0.0
    for fold in sorted(set(folds.values())):
        held = [folds[page] == fold for page in examples.pages]
        rest, some = select(examples, [not one for one in held]), select(examples, held)
        if some.rows and len(set(rest.labels)) > 1:
            model = fit(name, features, rest, strength=strength, classes=classes)
            found = model.best(matrix(some.rows, len(features)))
            right += sum(got == label for (got, _), label in zip(found, some.labels, strict=True))
            total += len(some.rows)
    accuracy = right / max(total, 1.0)
    logger.info("%s: %d rows, right %.3f", name, len(examples.rows), accuracy)
    return fit(name, features, examples, strength=strength, classes=classes, table=_note(examples, accuracy=accuracy))


def _note(examples: Examples, **measured: float) -> dict[str, Any]:
    """Return what a card says of the training: rows by label and site, and what was measured on pages not seen."""
    sites = Counter(site_of(page) for page in set(examples.pages))
    return {
        "trained": {
            "rows": dict(sorted(Counter(examples.labels).items())),
            "pages": dict(sorted(sites.items())),
            **{name: round(value, 3) for name, value in measured.items()},
        }
    }


# -- the tasks


@cache
def concept_texts() -> dict[str, tuple[str, str]]:
    """Return for each leaf concept its parent and the English words that stand for it in the vector space."""
    from graph.vocabulary import vocabulary

    return {
        concept.id: (
            concept.broader,
            ". ".join((", ".join((concept.labels["en"], *concept.terms.get("en", ())[:8])), concept.note)),
        )
        for concept in vocabulary().solutions
    }


@cache
def added_concepts() -> frozenset[str]:
    """Return the concepts that the labelled texts cannot know: nothing is learned from their absence."""
    from graph.vocabulary import vocabulary

    return frozenset(concept.id for concept in vocabulary().solutions if concept.added)


def train_solutions(pages: Sequence[Page], folds: Mapping[str, int]) -> Classifier:
    """Learn which concepts a document speaks of from its signs (ingest/extract/solutions.py)."""
    import numpy as np

    from ingest.extract import solutions

    embedder = pages[0].context.tools.embedder
    texts = concept_texts()
    vectors = embedder.embed([words for _, words in texts.values()])
    table: dict[str, Any] = {
        "embedder": embedder.name,
        "parents": {concept: parent for concept, (parent, _) in texts.items()},
        "vectors": {concept: [round(float(x), 4) for x in row] for concept, row in zip(texts, vectors, strict=True)},
    }
    concepts = solutions.Concepts(ids=tuple(texts), parents=table["parents"], vectors=np.asarray(vectors))
    examples = Examples()
    for page in pages:
        read = solutions.reading(page.context, concepts)
        for concept, row in read.rows.items():
            if concept not in added_concepts():
                examples.add(page, row, YES if concept in page.gold["solutions"] else "no", concept)

    def train(some: Examples) -> Callable[[Examples], Matrix]:
        model = _fit_solutions(some, folds, {})
        return lambda held: model.yes(_with_precision(held, model.table["precision"]))

    scores = out_of_fold(examples, folds, train)
    right = np.array([label == YES for label in examples.labels])
    wanted = real(examples)
    all_gold = sum(len(page.gold["solutions"]) for page in pages if page.site not in STAGED)
    threshold, f1 = best_threshold(
        scores[wanted], right[wanted], weights_of(examples)[wanted], all_gold - float(right[wanted].sum())
    )
    logger.info("solutions: %d rows, %d yes, F1 %.3f at %.3f", len(right), right.sum(), f1, threshold)
    return _fit_solutions(examples, folds, {**table, **_note(examples, f1=f1)}, threshold)


def _fit_solutions(some: Examples, folds: Mapping[str, int], table: Mapping[str, Any], threshold: float = 0.5) -> Classifier:
    """Fit with precisions that no row took part in: a table from a row's own label would give the label away."""
    import numpy as np

    from ingest.extract import solutions

    inner = np.array([folds[page] for page in some.pages])
    rows: list[list[float]] = [[] for _ in some.rows]
    for fold in sorted(set(inner.tolist())):
        precision = _precision(select(some, inner != fold))
        for at in np.flatnonzero(inner == fold):
            rows[int(at)] = solutions.with_precision(some.rows[int(at)], some.keys[int(at)], precision)
    full = Examples(rows=rows, labels=some.labels, pages=some.pages, keys=some.keys)
    whole = {**table, "precision": _precision(some)}
    return fit(solutions.NAME, solutions.FEATURES, full, strength=0.05, table=whole, threshold=threshold)


def _precision(some: Examples) -> dict[str, dict[str, float]]:
    """Return log odds, shrunk towards none, that a strong cue, or only a weak one, of a concept was right."""
    table: dict[str, dict[str, float]] = {}
    weights = weights_of(some)
    wanted: Callable[[Sequence[float]], bool]
    for name, wanted in (("strong", lambda row: bool(row[0])), ("weak", lambda row: bool(row[8]) and not row[0])):
        right: Counter[str] = Counter()
        total: Counter[str] = Counter()
        for row, label, key, counting in zip(some.rows, some.labels, some.keys, weights, strict=True):
            if wanted(row):
                total[key] += counting
                right[key] += counting * (label == YES)
        base = (sum(right.values()) + 1) / (sum(total.values()) + 2)
        table[name] = {
            key: round(
                math.log((right[key] + 3 * base) / (total[key] - right[key] + 3 * (1 - base))) - math.log(base / (1 - base)), 4
            )
            for key in sorted(total)
        }
    return table


def _with_precision(some: Examples, precision: Mapping[str, Mapping[str, float]]) -> Matrix:
    from ingest.extract import solutions

    rows = [solutions.with_precision(row, key, precision) for row, key in zip(some.rows, some.keys, strict=True)]
    return matrix(rows, len(solutions.FEATURES))


def _overlaps(gold: Mapping[str, Any], start: int, end: int) -> bool:
    overlap = min(int(gold["end"]), end) - max(int(gold["start"]), start)
    return bool(overlap >= 0.5 * (max(int(gold["end"]), end) - min(int(gold["start"]), start)))


def _found(pages: Sequence[Page]) -> list[Page]:
    """Return the pages without the newer staged ones: their writers took other sentences for lessons, every count for an outcome.

    With them F1 on real pages fell by 0.016 and 0.017.
    """
    return [page for page in pages if page.site != NEW_STAGED]


def train_lessons(pages: Sequence[Page], folds: Mapping[str, int]) -> tuple[Classifier, Classifier]:
    """Learn which sentences are lessons, and of which kind."""
    from ingest.extract import lessons

    examples, kinds = Examples(), Examples()
    for page in _found(pages):
        sentences = lessons.candidates(page.context)
        for sentence, row in zip(sentences, lessons.rows(page.context, sentences), strict=True):
            start, end = page.context.clean.source(sentence.start, sentence.end)
            gold = next((one for one in page.gold["lessons"] if _overlaps(one, start, end)), None)
            examples.add(page, row, YES if gold else "no")
            if gold:
                kinds.add(page, row, gold["kind"])
    missed = sum(len(page.gold["lessons"]) for page in pages if page.site not in STAGED)
    missed -= sum(
        label == YES and site_of(name) not in STAGED for label, name in zip(examples.labels, examples.pages, strict=True)
    )
    model = yes_classifier(lessons.NAME, lessons.FEATURES, examples, folds, strength=0.01, missed=max(0, missed))
    names = ("barrier", "enabler", "recommendation", "finding")
    return model, class_classifier(lessons.KIND, lessons.FEATURES, kinds, folds, strength=0.03, classes=names)


def train_outcomes(pages: Sequence[Page], folds: Mapping[str, int]) -> tuple[Classifier, Classifier]:
    """Learn which numbers are outcomes, and whether they are measured, expected or a target."""
    from ingest.evaluate import KINDS
    from ingest.extract import outcomes

    same = KINDS["outcomes"][1]
    examples, bases = Examples(), Examples()
    found = 0
    for page in _found(pages):
        left = list(page.gold["outcomes"])
        for sentence, figure, row in outcomes.candidates(page.context):
            got = {"value": outcomes.signed(page.context, sentence, figure), "unit": figure.unit}
            gold = next((one for one in left if same(one, got) or same(one, {**got, "value": figure.value})), None)
            examples.add(page, row, YES if gold else "no")
            if gold:
                left.remove(gold)
                bases.add(page, row, gold["status"])
        found += len(page.gold["outcomes"]) - len(left) if page.site not in STAGED else 0
    missed = sum(len(page.gold["outcomes"]) for page in pages if page.site not in STAGED) - found
    model = yes_classifier(outcomes.NAME, outcomes.FEATURES, examples, folds, strength=0.1, missed=missed)
    logger.info("outcomes: %d of real pages' gold have no candidate", missed)
    return model, class_classifier(
        outcomes.BASIS, outcomes.FEATURES, bases, folds, strength=0.1, classes=("measured", "expected", "target")
    )


def train_pilots(pages: Sequence[Page], folds: Mapping[str, int]) -> tuple[Classifier, Classifier]:
    """Learn which pairs of a solution and a place are pilots, and how far a pilot has come."""
    from ingest.evaluate import KINDS
    from ingest.extract import pilots

    same = KINDS["pilots"][1]
    examples, progress = Examples(), Examples()
    hit = 0
    for page in pages:
        for pair in pilots.pairs(page.context):
            got = {"solution": pair.solution.external, "place": pair.place.name}
            if got["solution"] in added_concepts():
                continue
            gold = next((one for one in page.gold["pilots"] if same(one, got)), None)
            examples.add(page, pair.row, YES if gold else "no")
            hit += bool(gold) and page.site not in STAGED
            if gold:
                progress.add(page, pilots.progress_row(page.context, pair.sentence, pair.place.name), gold["status"])
    missed = sum(len(page.gold["pilots"]) for page in pages if page.site not in STAGED) - hit
    logger.info("pilots: %d of real pages' gold have no candidate", missed)
    model = yes_classifier(pilots.NAME, pilots.FEATURES, examples, folds, strength=0.03, missed=max(0, missed))
    # Read as a whole, with solutions that are less sure than here, of 67 pilots below 0.2 on unseen real pages 6 were right.
    model = replace(model, threshold=max(model.threshold, 0.2))
    names = ("planned", "running", "done", "stopped", "unclear")
    return model, class_classifier(pilots.PROGRESS, pilots.PROGRESS_FEATURES, progress, folds, strength=0.05, classes=names)


def train_replications(pages: Sequence[Page], folds: Mapping[str, int]) -> tuple[Classifier, Classifier]:
    """Learn which places took something over, mention by mention, and how far a replication has come."""
    from ingest.evaluate import fold
    from ingest.extract import pilots, replications

    examples, progress = Examples(), Examples()
    for page in pages:
        gold = {fold(one["to"].split("(")[0].split(",")[0]): one for one in page.gold["replications"]}
        for receiver in replications.receivers(page.context):
            wanted = gold.get(fold(receiver.place.name))
            examples.add(page, receiver.row, YES if wanted else "no", receiver.place.name)
            if wanted:
                row = pilots.progress_row(page.context, receiver.sentence, receiver.place.name)
                progress.add(page, row, wanted["status"])
    # Real pages name hardly any replication here, so staged pages set the threshold too.
    model = yes_classifier(replications.NAME, replications.FEATURES, examples, folds, strength=0.1, staged=True)
    # Staged pages are full of replications and real ones are not: what is little more than an even chance is not claimed.
    model = replace(model, threshold=max(model.threshold, 0.6))
    names = ("intended", "planned", "running", "done", "stopped")
    return model, class_classifier(replications.PROGRESS, pilots.PROGRESS_FEATURES, progress, folds, strength=0.1, classes=names)


# -- all of it


def train(pages: Sequence[Page], folds: Mapping[str, int]) -> dict[str, Classifier]:
    """Train every classifier; each step reads the pages with the classifiers before it."""
    models: dict[str, Classifier] = {}
    for step in STEPS:
        for model in step(pages, folds):
            models[model.name] = model
        pages = [_read_on(page, models) for page in pages]
    return models


def _read_on(page: Page, models: Mapping[str, Classifier]) -> Page:
    """Return the page after the trained extractors whose classifiers are there and that it has not met yet."""
    from ingest.extract import registry

    context = page.context
    met = {claim.extractor for claim in context.claims}
    with using(models):
        for name in TRAINED:
            if name in models and name not in met and name in NEEDED_LATER:
                context = context.after(tuple(registry()[name].run(context)))
    return replace(page, context=context)


Step = Callable[[Sequence[Page], Mapping[str, int]], Iterable[Classifier]]
STEPS: Final[tuple[Step, ...]] = (
    lambda pages, folds: (train_solutions(pages, folds),),
    train_lessons,
    train_outcomes,
    train_pilots,
    train_replications,
)
NEEDED_LATER: Final = frozenset(("solutions",))


ABOUT: Final = {
    "solutions": "Whether a document speaks of a concept of the vocabulary as something done, planned, tried or recommended.",
    "lessons": "Whether a sentence is a lesson that another town could learn from.",
    "lesson_kinds": "Whether a lesson is a barrier, an enabler, a recommendation or a finding.",
    "outcomes": "Whether a number is an outcome: about the effect or the size of what was done.",
    "outcome_basis": "Whether an outcome was measured, is expected or is a target.",
    "pilots": "Whether a solution was tried, built or run in a place of the same document.",
    "pilot_progress": "How far a pilot has come.",
    "replications": "Whether a place took something over from elsewhere, by one mention of it.",
    "replication_progress": "How far a replication has come.",
}


def card(model: Classifier) -> str:
    """Return the card of a model: what it tells, what it learned from, how well it did, what it must not be used for."""
    note = model.table.get("trained", {})
    rows = ", ".join(f"{count} {label}" for label, count in note.get("rows", {}).items())
    pages = ", ".join(f"{count} of {site}" for site, count in note.get("pages", {}).items())
    measured = [f"F1 {note['f1']:.3f} (candidates of real pages)"] if "f1" in note else []
    measured += [f"right in {100 * note['accuracy']:.0f} of 100 (all pages)"] if "accuracy" in note else []
    return f"""# {model.name}

{ABOUT.get(model.name, "")}

- Kind: logistic regression over {len(model.features)} features.
- Classes: {", ".join(model.classes)}; threshold {model.threshold:.3f}.
- Learned from: {rows}; pages: {pages} (own and staged were written for the project and count {OLD_STAGED_WEIGHT} and
  {NEW_STAGED_WEIGHT}, the others are real; undp is of the repository of un2 and counts {OWN_WEIGHT}).
- On pages not seen (5 folds by document, near-duplicates together): {"; ".join(measured) or "not measured"}.
- Texts: labelled by one reader a document, mostly English; none of them ships. Weak where a site writes unlike these.
- Made by `make train`, the same each time. Not for judging people, and no proof of what it finds: every claim keeps its sentence.
"""


def _of_facts(texts: Sequence[Labelled]) -> list[Labelled]:
    """Return the texts whose facts were labelled, and not their names alone."""
    return [(document, labels) for document, labels in texts if "solutions" in labels]


def main(arguments: Sequence[str] | None = None) -> None:
    """`train`: learn the classifiers from labelled texts and write them with their cards."""
    from ingest.tools import open_tools

    parser = argparse.ArgumentParser(prog="python -m ingest.classify", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    training = commands.add_parser("train", help="learn the classifiers and write them with their cards")
    training.add_argument(
        "--texts", type=Path, default=Path("../shared/eval/train"), help="a folder laid out like shared/eval/train"
    )
    training.add_argument("--out", type=Path, default=Path("ingest/models"), help="where the models go")
    training.add_argument("--sources", type=Path, default=Path("../shared/data"), help="where the texts of ingest/labels are")
    training.add_argument("--cache", type=Path, default=Path("local/cache"), help="for the index of places and the models")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    pages = pages_of(_of_facts(read_all(given.texts, given.sources)), open_tools(given.cache, register=False))
    for name, model in train(pages, folds_of(pages)).items():
        given.out.mkdir(parents=True, exist_ok=True)
        (given.out / f"{name}.json").write_text(model.as_json() + "\n", "utf-8")
        (given.out / f"{name}.md").write_text(card(model), "utf-8")
        logger.info("wrote %s", given.out / f"{name}.json")
