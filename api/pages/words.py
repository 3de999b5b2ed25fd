"""Plain words for what the graph keeps as codes, and what a page needs to know of a statement."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

from graph.schema import schema
from queries.said import cut

if TYPE_CHECKING:
    from queries.said import Said

PLURALS: Final[Mapping[str, str]] = {
    "place": "places",
    "solution": "solutions",
    "project": "projects",
    "programme": "programmes",
    "pilot": "pilots",
    "replication": "replications",
    "lesson": "lessons",
    "outcome": "outcomes",
    "requirement": "requirements",
    "need": "needs",
    "organisation": "organisations",
    "person": "people",
    "event": "events",
    "quote": "quotes",
    "document": "documents",
}

CERTAINTIES: Final[Mapping[str, str]] = {
    "A": "done",
    "A/B": "done, or under way",
    "B": "under way",
    "B/C": "under way, or planned",
    "C": "planned",
    "C/D": "planned, or only a role in a project",
    "D": "only a role in a project",
}

# Where the certainty of an entry says no more than its progress does.
_AGREE: Final[Mapping[str, str]] = {"done": "A", "running": "B", "planned": "C", "intended": "C", "funded": "C"}

# What a fact is called where it leads to the entity on the page.
INVERSES: Final[Mapping[str, str]] = {
    "tries": "tried in pilots",
    "runs_in": "pilots here",
    "offers": "worked on by",
    "lies_in": "places within",
    "based_in": "organisations here",
    "lighthouse_in": "lighthouse cities",
    "fellow_in": "fellow cities",
    "observer_in": "observer cities",
    "pilot_site_in": "pilot sites",
    "partner_in": "partner towns",
    "funded_by": "funds",
    "part_of": "parts",
    "has_partner": "partner in",
    "replicated_from": "taken over from here",
    "replicated_to": "taken over to here",
    "transfers": "taken over in",
    "outcome_of": "outcomes",
    "observed_in": "outcomes observed here",
    "about": "lessons, needs and quotes about it",
    "need_of": "needs",
    "seeks": "sought by",
    "held_in": "events here",
    "organised_by": "organised",
    "spoke_at": "speakers",
    "member_of": "takes part",
    "affiliated_with": "people",
    "said_by": "said",
    "said_at": "said here",
    "broader": "narrower solutions",
}


_BARE: Final = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}/[!-~]*")


def heading(predicate: str, *, inverse: bool, kind: str = "") -> str:
    """Return what a group of facts is called; `kind` is that of the entity at the other end."""
    if not inverse:
        return schema().predicates[predicate].label
    if predicate == "within":
        return PLURALS[kind or "pilot"]
    return INVERSES.get(predicate, f"{schema().predicates[predicate].label} (of)")


def confidence(value: float) -> str:
    """Return how sure an extractor is, in words and as a share."""
    word = "sure" if value >= 0.9 else "likely" if value >= 0.7 else "uncertain" if value >= 0.5 else "doubtful"
    return f"{word} ({value:.0%})"


def href(identifier: str) -> str:
    """Return the address of an entity's or document's page."""
    kind, _, key = identifier.partition(":")
    return f"/{kind}/{quote(key, safe='')}"


def web_address(address: str) -> str:
    """Return the address where it may be a link (http or https), else ''."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme in ("http", "https") and parts.netloc else ""


def _without_scheme(address: str) -> str:
    """Return the link that a person meant by an address like polisnetwork.eu/project, or ''."""
    return f"https://{address}" if _BARE.fullmatch(address) else ""


def one_line(text: str) -> str:
    """Return the text cut to what may be shown, without line breaks."""
    return cut(" ".join(text.split()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A remark on a statement; `tone` is sure, open or against, and also the word that says so to those who see no colour."""

    tone: str
    text: str


def marks(
    *,
    progress: str = "unclear",
    modality: str = "stated",
    certainty: str = "unrated",
    verdict: str = "",
    digest: bool = False,
    confident: float | None = None,
) -> tuple[Mark, ...]:
    """Return what a reader has to know beside the sentence: how far, how sure, how it is said."""
    found = []
    if progress != "unclear":
        tone = "against" if progress == "stopped" else "sure" if progress in ("done", "running") else "open"
        found.append(Mark(tone=tone, text=progress))
    if certainty in CERTAINTIES:
        words = (
            f"certainty {certainty}" if _AGREE.get(progress) == certainty else f"certainty {certainty}: {CERTAINTIES[certainty]}"
        )
        found.append(Mark(tone="sure" if certainty == "A" else "open", text=words))
    if modality == "hedged":
        found.append(Mark(tone="open", text="said with reservations"))
    if modality == "negated":
        found.append(Mark(tone="against", text="denied"))
    if verdict == "wrong":
        found.append(Mark(tone="against", text="judged wrong by a person"))
    if verdict == "confirmed":
        found.append(Mark(tone="sure", text="confirmed by a person"))
    if digest:
        found.append(Mark(tone="open", text="digest written for Twintown"))
    if confident is not None and confident < 0.9:
        found.append(Mark(tone="open", text=confidence(confident)))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """One statement as a page shows it. `quote` are words of the document, or what a person noted beside an entry."""

    quote: str
    title: str
    page_href: str  # the document's page here, at the sentence; empty for an entry
    address: str
    link: str  # the address where it may be a link
    date: str
    page: int | None
    time: str
    entered_by: str
    found_by: str
    marks: tuple[Mark, ...]


def witness(said: Said) -> Witness:
    """Return a statement with its evidence as a page shows it."""
    digest = bool(said.document) and not said.source
    return Witness(
        quote=one_line(said.quote),
        title=one_line(said.title) or ("" if said.person else "untitled document"),
        page_href=f"{href(said.document)}?at={said.start}#at-{said.start}" if said.document else "",
        address=said.address,
        link=web_address(said.address) or (_without_scheme(said.address) if said.person else ""),
        date=said.date,
        page=said.page,
        time=" to ".join(part for part in (said.valid_from, said.valid_to) if part),
        entered_by=said.person,
        found_by=said.extractor and f"{said.extractor}{f', {confidence(said.confidence)}' if said.confidence >= 0.9 else ''}",
        marks=of_said(said, digest=digest),
    )


def of_said(said: Said, *, digest: bool = False) -> tuple[Mark, ...]:
    """Return the marks of a statement."""
    return marks(
        progress=said.progress.value,
        modality=said.modality.value,
        certainty=said.certainty.value,
        verdict=said.verdict,
        digest=digest,
        confident=said.confidence if said.document else None,
    )
