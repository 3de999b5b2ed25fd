"""Training of the weights, probes and trees for names (ingest/names.py, ingest/probe.py, ingest/second_look.py) from labelled
texts, and how well they do on texts not seen.

`python -m ingest.name_training --texts ../shared/eval/train --sources ../shared/data --out ingest/models` writes names.json and
words.txt with their card names.md, and probe.json and second_look.json with theirs, the same each time. Of the pages
written for this project the older ones (own) name no people: they teach projects alone, a third at the first look and in full at
the second one, as they name projects of many kinds. The newer ones (staged) teach all kinds.
"""

from __future__ import annotations

import argparse
import json
import logging
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from graph.embedder import LAYER
from graph.model import entity_id
from ingest.context import Context, Tools, parse, prepare
from ingest.elsewhere import PLAIN, help_known, known_among
from ingest.evaluate import KINDS as SCORED
from ingest.evaluate import fold, matched
from ingest.labelled import NEW_STAGED_WEIGHT, OLD_STAGED, OWN_WEIGHT, Labelled, read_all, site_of, weight
from ingest.names import KINDS, THRESHOLDS, Candidate, Table, candidates, chance, choose, features, using_words
from ingest.probe import Examples, Probe, as_written, mean_of
from ingest.second_look import GROWTH, SHARES, Trees, judge, rows, worth
from ingest.second_look import fit as grow

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from graph.embedder import Tokens

logger = logging.getLogger(__name__)
LABELS: Final = {"project": "projects", "organisation": "organisations", "person": "people"}
OLD_STAGED_WEIGHT: Final = 0.3
STRENGTH: Final = 0.05  # of the first look's weights, as C of scikit-learn: small, because a few hundred names are few
_ADDRESS: Final = re.compile(r"https?://\S+|\]\([^)]*\)|\S+@\S+")
_LOWER: Final = re.compile(r"(?<![\w@./-])[a-zà-ÿ]{2,}(?![\w@./])")

Page = tuple[str, Context, Mapping[str, Any]]
Read = list[tuple[Page, list[Candidate]]]


def pages(texts: Sequence[Labelled], tools: Tools) -> list[Page]:
    """Return (name, context, labels) of every labelled text."""
    contexts = prepare([(document, ()) for document, _ in texts], tools)
    parse(contexts)
    return [(document.addresses[0], context, gold) for (document, gold), context in zip(texts, contexts, strict=True)]


def ordinary(texts: Sequence[Labelled]) -> list[str]:
    """Return the words that stand in small letters in at least two texts."""
    counted: Counter[str] = Counter()
    for document, _ in texts:
        counted.update(set(_LOWER.findall(_ADDRESS.sub(" ", document.text))))
    return sorted(word for word, count in counted.items() if count > 1)


def read_pages(texts: Sequence[Labelled], tools: Tools) -> Read:
    """Return every labelled text with its candidates and their features."""
    read = []
    for page in pages(texts, tools):
        found = candidates(page[1])
        for candidate in found:
            candidate.features = features(page[1], candidate)
        read.append((page, found))
    return read


class FirstLook:
    """All candidates of some pages as one matrix, made once: weights are learned from any part of the pages."""

    def __init__(self, read: Read) -> None:
        import numpy as np
        from sklearn.feature_extraction import DictVectorizer

        vectorizer = DictVectorizer()
        known = [(page[0], candidate) for page, found in read for candidate in found]
        self._matrix = vectorizer.fit_transform([candidate.features for _, candidate in known])
        self._features = [str(name) for name in vectorizer.get_feature_names_out()]
        self._pages = np.array([name for name, _ in known])
        self._answers = _answers(read, lambda text: text)
        old = {kind: OLD_STAGED_WEIGHT if kind == "project" else 0.0 for kind in KINDS}
        self._weights = {kind: np.array([weight(name, old_staged=old[kind]) for name, _ in known]) for kind in KINDS}
        self._start: dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]] = {}
        self.weights({page[0] for page, _ in read})  # the solver starts from here for every part

    def weights(self, pages: Collection[str]) -> Table:
        """Return the weights that these pages teach, by kind."""
        return {kind: self._fit(kind, pages) for kind in KINDS}

    def _fit(self, kind: str, pages: Collection[str]) -> dict[str, float]:
        import numpy as np
        from sklearn.linear_model import LogisticRegression

        weights = self._weights[kind]
        rows = np.flatnonzero(np.isin(self._pages, sorted(pages)) & (weights > 0))
        model = LogisticRegression(C=STRENGTH, max_iter=2000, warm_start=True)
        if kind in self._start:
            model.classes_, model.n_features_in_ = np.array([False, True]), len(self._features)
            model.coef_, model.intercept_ = (part.copy() for part in self._start[kind])
        model.fit(self._matrix[rows], self._answers[kind][rows], sample_weight=weights[rows])
        self._start.setdefault(kind, (model.coef_, model.intercept_))
        learned = zip(self._features, model.coef_[0].tolist(), strict=True)
        return {"": round(float(model.intercept_[0]), 4)} | {
            name: round(value, 4) for name, value in sorted(learned) if abs(value) > 0.001
        }


class Probed:
    """What the sentence model holds of the candidates of some pages, made once: probes are learned from any part of the pages.

    They learn from candidates that the hand-written prior finds worth a second look.
    """

    def __init__(self, read: Read, tools: Tools) -> None:
        import numpy as np

        self._means: dict[str, list[NDArray[np.float32] | None]] = {
            page[0]: _means(page[1], found, tools) for page, found in read
        }
        known = [(page[0], candidate) for page, found in read for candidate in found]
        self._examples = Examples.of([mean for page, _ in read for mean in self._means[page[0]]], tools.embedder.dimension)
        self._pages = np.array([name for name, _ in known])
        for _, candidate in known:
            candidate.chances = {kind: chance(kind, candidate.features, {}) for kind in KINDS}
        old = np.array([site_of(name) == OLD_STAGED for name, _ in known])
        open_ = np.array([worth(candidate) for _, candidate in known])
        self._teaching = {kind: open_ if kind == "project" else open_ & ~old for kind in KINDS}
        self._weights = np.array([weight(name) for name, _ in known])
        self._answers = _answers(read, _bare)

    def learn(self, pages: Collection[str]) -> Probe:
        """Return the probe that these pages teach."""
        import numpy as np

        among = np.isin(self._pages, sorted(pages))
        return self._examples.probe(
            {
                kind: self._examples.fit(np.flatnonzero(among & self._teaching[kind]), self._answers[kind], self._weights)
                for kind in KINDS
            }
        )

    def ask(self, page: str, found: Sequence[Candidate], probe: Probe) -> None:
        """Let a probe say of each candidate of a page what it is."""
        for candidate, mean in zip(found, self._means[page], strict=True):
            candidate.probed = {} if mean is None else probe.by_kind(probe.of_states(mean))


def _means(context: Context, found: Sequence[Candidate], tools: Tools) -> list[NDArray[np.float32] | None]:
    needed = {context.sentence_at(mention.start).index for candidate in found for mention in candidate.mentions}
    read: list[Tokens | None] = [None] * len(context.sentences)
    for at, (_, tokens) in zip(
        sorted(needed), tools.embedder.read([context.sentences[at].text for at in sorted(needed)]), strict=True
    ):
        read[at] = tokens
    return [mean_of(context, candidate, read) for candidate in found]


@dataclass(frozen=True, slots=True)
class Learned:
    """The weights of the first look at candidates, the probe and, by kind, the trees of the second look."""

    table: Table
    probe: Probe
    trees: Mapping[str, Trees]


def learn(read: Read, first: FirstLook, probed: Probed, folds: Mapping[str, int]) -> Learned:
    """Return what these pages teach; the second look learns from first ones and probes that had not seen the page (`folds`)."""
    second: dict[str, list[tuple[dict[str, float], bool, float]]] = {kind: [] for kind in KINDS}
    names = {page[0] for page, _ in read}
    for number in sorted({folds[name] for name in names}):
        others = {name for name in names if folds[name] != number}
        table, probe = first.weights(others), probed.learn(others)
        for (name, context, gold), found in read:
            if folds[name] != number:
                continue
            _look(found, table)
            probed.ask(name, found, probe)
            made = list(zip(found, rows(context, found), strict=True))
            for kind in KINDS if site_of(name) != OLD_STAGED else ("project",):
                wanted = _labelled(kind, gold)
                second[kind] += [(row, fold(_bare(one.text)) in wanted, weight(name)) for one, row in made if row is not None]
    return Learned(
        table=first.weights(names), probe=probed.learn(names), trees={kind: grow(kind, known) for kind, known in second.items()}
    )


def _look(found: Sequence[Candidate], table: Table) -> None:
    for candidate in found:
        candidate.chances = {kind: chance(kind, candidate.features, table) for kind in KINDS}


def _answers(read: Read, spelled: Callable[[str], str]) -> dict[str, NDArray[np.bool_]]:
    """Return by kind whether each candidate, spelled so, is labelled on its page."""
    import numpy as np

    def labelled(kind: str) -> Iterator[bool]:
        for page, found in read:
            wanted = _labelled(kind, page[2])
            yield from (fold(spelled(one.text)) in wanted for one in found)

    return {kind: np.fromiter(labelled(kind), dtype=bool) for kind in KINDS}


def _labelled(kind: str, gold: Mapping[str, Any]) -> set[str]:
    return {fold(one) for item in gold.get(LABELS[kind]) or [] for one in (item["name"], *(item.get("aliases") or []))}


def _bare(text: str) -> str:
    return re.sub(r"\s+[Pp]roje[ck]ts?$", "", text)


# -- how well

Counts = dict[str, tuple[int, int, int]]  # (hits, labelled, found) by kind
REPOSITORIES: Final = (("st2", "st3"), ("un2", "undp"), ("own",), ("staged",))  # sites whose pages are read beside each other


def judged(read: Read, probed: Probed, learned: Learned) -> None:
    """Give the candidates of pages the chances that these weights say."""
    for (name, context, _), found in read:
        _look(found, learned.table)
        probed.ask(name, found, learned.probe)
        judge(context, found, learned.trees)


def counts(read: Read) -> Counts:
    """Return the counts of each kind by the chances that candidates have; names alone, without any list of projects."""
    total = dict.fromkeys(KINDS, (0, 0, 0))
    for (_, _, gold), found in read:
        chosen = choose(found)
        for kind, label in LABELS.items():
            wanted = list(gold.get(label) or [])
            got = [{"name": _bare(one.text)} for one in chosen if one.kind == kind]
            part = (len(matched(wanted, got, SCORED[label][1])[0]), len(wanted), len(got))
            total[kind] = tuple(a + b for a, b in zip(total[kind], part, strict=True))  # type: ignore[assignment]
    return total


def helped(read: Read) -> None:
    """Let pages know what others among them plainly name (ingest/elsewhere.py)."""
    said = []
    for (_, context, _), found in read:
        plain = [one for one in choose(found) if one.kind == "project" and one.chance >= PLAIN]
        said.append((context.document.text, {entity_id("project", _bare(one.text)): _bare(one.text) for one in plain}))
    known = known_among(said)
    for (_, context, _), found in read:
        help_known(replace(context, tools=replace(context.tools, elsewhere=known)), found)


def cross_validated(read: Read, first: FirstLook, probed: Probed, folds: Mapping[str, int]) -> dict[str, Counts]:
    """Return the counts by how pages were kept apart: in five folds by document, and site from site; each page read alone, and
    beside the others of its repository."""
    measured: dict[str, Counts] = {}
    sites = sorted({_site(one) for one in read})
    held: Read = []
    for number in sorted(set(folds.values())):
        learned = learn([one for one in read if folds[one[0][0]] != number], first, probed, folds)
        apart = [one for one in read if folds[one[0][0]] == number]
        judged(apart, probed, learned)
        held += [(page, [replace(one, chances=dict(one.chances)) for one in found]) for page, found in apart]  # they change
    measured |= _by_site("5 folds, {} pages", held, sites)
    for without in (("st2", "st3"), ("un2",), ("un2", "undp"), ("staged",)):
        held = [one for one in read if _site(one) in without]
        judged(held, probed, learn([one for one in read if _site(one) not in without], first, probed, folds))
        measured |= _by_site("{}, learned without", held, [" and ".join(without)])
    return measured


def _by_site(how: str, held: Read, sites: Sequence[str]) -> dict[str, Counts]:
    def of(site: str) -> Read:
        return [one for one in held if _site(one) in site.split(" and ")]

    alone = {how.format(site): counts(of(site)) for site in sites}
    for repository in REPOSITORIES:
        helped([one for one in held if _site(one) in repository])
    beside = {f"{how.format(site)}, beside each other": counts(of(site)) for site in sites}
    return {name: count for pair in zip(alone.items(), beside.items(), strict=True) for name, count in pair}


def _site(one: tuple[Page, list[Candidate]]) -> str:
    return site_of(one[0][0])


def _table(measured: Mapping[str, Counts]) -> str:
    rows = [
        f"| {how} | {LABELS[kind]} | {2 * hits / max(1, wanted + found):.3f} | {hits} | {wanted} | {found} |"
        for how, kinds in measured.items()
        for kind, (hits, wanted, found) in kinds.items()
        if kind == "project" or "beside" not in how
    ]
    return "\n".join(["| kept apart | kind | F1 | right | labelled | found |", "|---|---|---|---|---|---|", *rows])


def card(read: Read, listed: int, measured: Mapping[str, Counts]) -> str:
    """Return the card of names.json and words.txt."""
    return f"""# names, words

names.json: how much each feature of a candidate (words inside, cues around, headings, addresses, places) speaks for a project,
an organisation, a person. words.txt: {listed} words that stand in small letters in at least two of the texts; a capital on one
of them says little.

- Kind: a logistic regression a kind, averaged with weights written by hand (PRIOR in ingest/names.py);
  thresholds {", ".join(f"{kind} {value}" for kind, value in THRESHOLDS.items())}.
- Learned from: {_sites(read)}; own and staged were written for the project, own counts {OLD_STAGED_WEIGHT} and teaches
  projects alone, staged counts {NEW_STAGED_WEIGHT}; un2 and undp are pages of one repository, those of undp count {OWN_WEIGHT};
  st3 is of the site of st2.
- On pages not seen (near-duplicates together; names alone, without the register, after their second look, second_look.json; own
  labels no people and few organisations). Beside each other: with what the other pages of the same repository plainly name
  (ingest/elsewhere.py). words.txt is of all texts, and what was written by hand was written while looking at misses on them, so
  this flatters a little:

{_table(measured)}

- Texts: labelled by one reader a document, mostly English; none of them is in the wheel, words.txt holds single words only.
- Made by `make train`, the same each time. Not for judging people, and no proof of what it finds: every claim keeps its sentence.
"""


def second_card(read: Read, trees: Mapping[str, Trees]) -> str:
    """Return the card of second_look.json."""
    grown = ", ".join(
        f"{len(one.trees)} of {GROWTH[kind][1]} leaves for a {kind} ({SHARES[kind]} of its log odds)"
        for kind, one in trees.items()
    )
    return f"""# second_look

How likely a candidate for a name is a project, an organisation or a person, by all its mentions in the document and by the kind
of text they stand in (ingest/second_look.py).

- Kind: boosted trees: {grown}; the rest of the log odds is the first look's.
- Learned from: {_sites(read)}; their first look had not seen their page. own teaches projects alone, in full.
- No name is in it: shapes, words around, lists, repetition, headings, acronyms, and the tone of the text.
- On pages not seen: the table of names.md.
- Weak: projects titled in ordinary words that stand once; pages of a site whose solutions are titled like projects.
- Made by `make train`, the same each time. Not for judging people, and no proof of what it finds: every claim keeps its sentence.
"""


def probe_card(read: Read, tools: Tools) -> str:
    """Return the card of probe.json."""
    return f"""# probe

What the sentence model ({tools.embedder.name}) holds of a candidate's tokens after layer {LAYER}, as log odds of a project,
an organisation and a person: a feature of the second look (ingest/probe.py).

- Kind: one logistic regression a kind on four means of states (the candidate, its sentence, before it, behind it).
- Learned from: {_sites(read)}; own teaches projects alone. For the second look: probes that had not seen the page.
- On pages not seen: the table of names.md, with everything else; by itself it is weaker than the first look.
- With another sentence model at work it is silent, and the first look stands in for it.
- Made by `make train`, the same each time. Not for judging people, and no proof of what it finds: every claim keeps its sentence.
"""


def _sites(read: Read) -> str:
    sites = Counter(_site(one) for one in read)
    return f"{sum(sites.values())} pages ({', '.join(f'{count} of {site}' for site, count in sorted(sites.items()))})"


def write(texts: Sequence[Labelled], out: Path, tools: Tools) -> None:
    """Write names.json, words.txt, second_look.json and their cards."""
    from ingest.training import Page as Whole
    from ingest.training import folds_of

    listed = ordinary(texts)
    with using_words(listed):  # the words that are written now, not those of an earlier training
        read = read_pages(texts, tools)
    folds = folds_of([Whole(name=name, context=context, gold=gold) for (name, context, gold), _ in read])
    first, probed = FirstLook(read), Probed(read, tools)
    learned, measured = learn(read, first, probed, folds), cross_validated(read, first, probed, folds)
    out.mkdir(parents=True, exist_ok=True)
    (out / "words.txt").write_text("\n".join(listed) + "\n", "utf-8")
    written = json.dumps({"weights": learned.table}, ensure_ascii=False, indent=0, sort_keys=True)
    (out / "names.json").write_text(written + "\n", "utf-8")
    (out / "names.md").write_text(card(read, len(listed), measured), "utf-8")
    grown = json.dumps(
        {kind: {"start": one.start, "trees": one.trees} for kind, one in learned.trees.items()}, ensure_ascii=False
    )
    (out / "second_look.json").write_text(grown.replace("]], [[", "]],\n[[") + "\n", "utf-8")
    (out / "second_look.md").write_text(second_card(read, learned.trees), "utf-8")
    (out / "probe.json").write_text(
        json.dumps(as_written(learned.probe, tools.embedder.name)).replace("], [", "],\n[") + "\n", "utf-8"
    )
    (out / "probe.md").write_text(probe_card(read, tools), "utf-8")
    logger.info("%s", _table(measured))


def main() -> None:
    """Write the weights and trees for names, the ordinary words, and their cards."""
    from ingest.tools import open_tools

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--texts", type=Path, default=Path("../shared/eval/train"))
    parser.add_argument("--sources", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("ingest/models"))
    parser.add_argument("--cache", type=Path, default=Path("local/cache"))
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    write(read_all(given.texts, given.sources), given.out, open_tools(given.cache, register=False))


if __name__ == "__main__":
    main()
