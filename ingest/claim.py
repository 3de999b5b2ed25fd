"""What an extractor finds: claims about mentions, not yet linked to entities."""

from __future__ import annotations

from dataclasses import dataclass

from graph.model import Certainty, Modality, Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """An entity as a text names it.

    `name` is the name to show (an English exonym, an official short name), `surface` what stands in the text, `external`
    an external id where the extractor knows one (`geonames-3176959`, `building-retrofit`), `parts` what identifies a
    composite: a pilot's solution, place and project; a replication's what, from and to; a lesson's sentence.
    """

    kind: str
    name: str
    surface: str = ""
    external: str = ""
    country: str = ""
    parts: tuple[Mention | str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One finding: subject, predicate (of graph/schema.yaml), and another mention or a literal; offsets into `Document.text`."""

    subject: Mention
    predicate: str
    value: Mention | str
    start: int
    end: int
    extractor: str
    confidence: float
    progress: Progress = Progress.UNCLEAR
    modality: Modality = Modality.STATED
    certainty: Certainty = Certainty.UNRATED
    valid_from: str = ""
    valid_to: str = ""
    why: str = ""  # the cue or rule, for `twintown explain`
