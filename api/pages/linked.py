"""What a page knows, as JSON-LD in the words of schema.org."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from api.pages.words import href, one_line, web_address

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graph.model import Document
    from queries.entity.question import Answer

CONTEXT: Final = "https://schema.org"
_TYPES: Final = {
    "place": "Place",
    "project": "ResearchProject",
    "programme": "FundingScheme",
    "solution": "DefinedTerm",
    "organisation": "Organization",
    "person": "Person",
    "event": "Event",
    "quote": "Quotation",
}
_GEONAMES: Final = "geonames-"


def website() -> dict[str, Any]:
    """Return the whole as a site that can be searched."""
    return {
        "@context": CONTEXT,
        "@type": "WebSite",
        "name": "Twintown",
        "url": "/",
        "description": "What worked in towns like yours: pilots, replications and lessons, each with the sentence it rests on.",
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": "/search?q={q}"},
            "query-input": "required name=q",
        },
    }


def collection(name: str, items: Iterable[tuple[str, str]], *, kind: str = "CollectionPage") -> dict[str, Any]:
    """Return a list of (name, address)."""
    elements = [
        {"@type": "ListItem", "position": position, "name": label, "url": address}
        for position, (label, address) in enumerate(items, start=1)
    ]
    return {"@context": CONTEXT, "@type": kind, "name": name, "mainEntity": {"@type": "ItemList", "itemListElement": elements}}


def entity(found: Answer) -> dict[str, Any]:
    """Return an entity with the facts that schema.org has words for."""
    known = found.entity
    result: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": _TYPES.get(known.kind, "Thing"),
        "@id": f"/id{href(known.id)}",
        "url": href(known.id),
        "name": one_line(known.name) or known.id,
    }
    if known.aliases:
        result["alternateName"] = [one_line(alias) for alias in known.aliases]
    if known.country and known.kind in ("place", "organisation"):
        result["address"] = {"@type": "PostalAddress", "addressCountry": known.country}
    key = known.id.partition(":")[2]
    if key.startswith(_GEONAMES):
        result["sameAs"] = f"https://sws.geonames.org/{key.removeprefix(_GEONAMES)}/"
    if key.startswith("cordis-"):
        result["sameAs"] = f"https://cordis.europa.eu/project/id/{key.removeprefix('cordis-')}"
    words = {"starts": "foundingDate" if known.kind == "project" else "startDate", "ends": "endDate", "objective": "description"}
    if known.kind == "project":
        words |= {"starts": "foundingDate", "ends": "dissolutionDate"}
    for fact in found.facts:
        if not fact.inverse and fact.predicate in words:
            result.setdefault(words[fact.predicate], one_line(fact.other).rstrip("~"))
        elif not fact.inverse and fact.predicate == "lies_in":
            result["containedInPlace"] = {"@type": "Place", "@id": f"/id{href(fact.other)}", "name": one_line(fact.other_name)}
    return result


def document(found: Document) -> dict[str, Any]:
    """Return what is known about a document."""
    result: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "Report" if found.genre.value == "report" else "CreativeWork",
        "@id": f"/id{href(found.id)}",
        "url": href(found.id),
        "name": one_line(found.title) or found.id,
        "inLanguage": found.language,
    }
    parts = {"datePublished": found.date.rstrip("~"), "license": found.licence, "genre": found.genre.value}
    result |= {name: value for name, value in parts.items() if value}
    if found.publisher:
        result["publisher"] = {"@type": "Organization", "name": found.publisher}
    links = [address for address in found.addresses if web_address(address)]
    if links:
        result["sameAs"] = links
    return result
