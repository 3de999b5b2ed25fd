"""Places and solutions: look-up and reading speed; F1 of places and of vocabulary terms on labelled texts, by site.

`python -m bench.places --shared ../shared --cache local/cache [--dev]`. Without ../shared only speed is measured.
The numbers are of `Places.find` and `Vocabulary.find` alone: the pipeline adds masks, hints and more on top.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graph.model import normalise_name
from graph.places import Places, build, open_places
from graph.vocabulary import vocabulary

NAMES = ("Florence", "San Sebastian", "Litomerice", "Kingston upon Hull", "Nowhere at all", "San José", "Wien", "Gdansk")


@dataclass
class Count:
    """Hits, predictions and gold items, added up over documents."""

    hits: int = 0
    predicted: int = 0
    gold: int = 0
    seconds: float = field(default=0.0, repr=False)

    def line(self) -> str:
        precision, recall = self.hits / max(self.predicted, 1), self.hits / max(self.gold, 1)
        f1 = 2 * self.hits / max(self.predicted + self.gold, 1)
        return f"P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}  gold {self.gold}  predicted {self.predicted}"


def labelled(folder: Path) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield documents with their gold records."""
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            document = json.loads(line)
            yield document, json.loads((folder / "gold" / f"{document['page']}.json").read_text("utf-8"))


def names_of(place: dict[str, Any]) -> set[str]:
    return {normalise_name(name) for name in (place["name"], *place.get("aliases", [])[:4])}


def score_places(places: Places, folder: Path, *, register: bool) -> dict[str, Count]:
    """Count places per document: a name and the country must agree, each predicted place serves once (greedily)."""
    counts: dict[str, Count] = defaultdict(Count)
    for document, gold in labelled(folder):
        count = counts[document["page"].split("-")[0]]
        start = time.perf_counter()
        found = places.find(document["text"], language=gold["language"], register=register)
        count.seconds += time.perf_counter() - start
        predicted: dict[str, dict[str, Any]] = {}
        for mention in found:
            record = {"name": mention.place.name, "country": mention.place.country, "aliases": []}
            predicted.setdefault(mention.place.id, record)["aliases"].append(mention.text)
        left = list(predicted.values())
        count.predicted, count.gold = count.predicted + len(left), count.gold + len(gold["places"])
        for wanted in gold["places"]:
            for candidate in left:
                if names_of(wanted) & names_of(candidate) and wanted.get("country") in {None, candidate["country"]}:
                    count.hits += 1
                    left.remove(candidate)
                    break
    return counts


def score_terms(folder: Path, *, hints: bool) -> dict[str, Count]:
    """Count concepts per document by terms alone."""
    counts: dict[str, Count] = defaultdict(Count)
    words = vocabulary()
    for document, gold in labelled(folder):
        hits = words.find(document["text"], gold["language"], hints=hints)
        found = {hit.concept for hit in hits if not words.concept(hit.concept).added}
        count = counts[document["page"].split("-")[0]]
        count.hits += len(found & set(gold["solutions"]))
        count.predicted, count.gold = count.predicted + len(found), count.gold + len(gold["solutions"])
    return counts


def speed(places: Places) -> None:
    """Print the median and the slowest of cold look-ups."""
    times = []
    for _ in range(50):
        places.lookup.cache_clear()
        for name in NAMES:
            start = time.perf_counter()
            places.named(name)
            times.append((time.perf_counter() - start) * 1000)
    print(f"look-up: median {statistics.median(times):.3f} ms, slowest {max(times):.3f} ms of {len(times)}, no cache")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--cache", type=Path, default=Path("local/cache"))
    parser.add_argument("--dev", action="store_true", help="dev as well: for the final number, not for development")
    parser.add_argument("--build", action="store_true", help="time a build of the index, too")
    options = parser.parse_args(arguments)
    if options.build:
        start = time.perf_counter()
        build(options.cache / "places.sqlite")
        print(f"build: {time.perf_counter() - start:.1f} s")
    places = open_places(options.cache / "places.sqlite")
    speed(places)
    if not (options.shared / "eval").is_dir():
        return
    for part in ("train", "dev") if options.dev else ("train",):
        folder = options.shared / "eval" / part
        for register in (False, True):
            for site, count in sorted(score_places(places, folder, register=register).items()):
                print(f"{part} places {'with' if register else 'without'} register, {site}: {count.line()}")
        if part == "train":
            for hints in (False, True):
                for site, count in sorted(score_terms(folder, hints=hints).items()):
                    print(f"{part} solutions by terms {'and hints' if hints else 'alone'}, {site}: {count.line()}")


if __name__ == "__main__":
    main()
