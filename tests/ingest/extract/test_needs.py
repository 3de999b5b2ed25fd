"""Requirements and needs by words alone (no vectors): kind, sentence, amount."""

from __future__ import annotations

import pytest

from graph.model import Document
from ingest.context import Context, Tools, prepare
from ingest.extract import needs, requirements


def read(text: str, language: str = "en") -> Context:
    (context,) = prepare([(Document(text=text, addresses=("own",), language=language), ())], Tools())
    return context


@pytest.mark.parametrize(
    ("text", "language", "kind"),
    [
        ("Our small town lacks staff to run the scheme.", "en", "staff"),
        ("The council is looking for funding to go on.", "en", "funding"),
        ("Villages like ours don't have access to universities.", "en", "knowledge"),
        ("Der Gemeinde fehlt das Personal für ein solches Vorhaben.", "de", "staff"),
        ("La commune cherche des partenaires pour ce réseau.", "fr", "partner"),
    ],
)
def test_needs(text: str, language: str, kind: str) -> None:
    claims = list(needs.run(read(text, language)))
    assert kind in {claim.value for claim in claims if claim.predicate == "need_kind"}
    assert all((claim.start, claim.end) == (0, len(text)) for claim in claims)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("It requires open standards so that suppliers can change.", "standard"),
        ("The key is a business model that can grow.", "business model"),
        ("The conversion needed a joint tender of four towns.", "procurement"),
    ],
)
def test_requirements(text: str, kind: str) -> None:
    claims = list(requirements.run(read(text)))
    assert kind in {claim.value for claim in claims if claim.predicate == "requirement_kind"}


def test_a_cost_has_its_amount() -> None:
    claims = list(requirements.run(read("The renovation of the school cost 2.5 million euros in the end.")))
    assert ("amount", "2500000") in {(claim.predicate, claim.value) for claim in claims}
    assert ("unit", "EUR") in {(claim.predicate, claim.value) for claim in claims}


def test_an_announcement_is_neither() -> None:
    context = read("The fair opens on Monday and the mayor greets the guests.")
    assert not list(needs.run(context))
    assert not list(requirements.run(context))
