"""Numbers with units in several formats; what is no result; the sign of a fall."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model import Document
from ingest.context import Context, Tools, prepare
from ingest.extract import read as extract_all
from ingest.extract.outcomes import _value, figures, run, signed, spent


def read(text: str, language: str = "en") -> Context:
    (context,) = prepare([(Document(text=text, addresses=("own",), language=language), ())], Tools())
    return context


def found(text: str, language: str = "en") -> list[tuple[float, str]]:
    context = read(text, language)
    return [
        (signed(context, sentence, figure), figure.unit)
        for sentence in context.sentences
        for figure in figures(context, sentence)
    ]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("The works cut energy use by 59 % in a year.", "en", (-59.0, "%")),
        ("They renovated 12,000 m2 of housing.", "en", (12000.0, "m2")),
        ("The town spent €1.5 million on it.", "en", (1_500_000.0, "EUR")),
        ("The fleet saves 3.5 tonnes of CO2 emissions.", "en", (-3.5, "t")),
        ("The plant makes 2.4 GWh of power.", "en", (2.4, "GWh")),
        ("Der Verbrauch sank, die Stadt spart 12,5 Prozent Energie.", "de", (-12.5, "%")),
        ("Das Quartier hat 31.000 Quadratmeter.", "de", (31000.0, "m2")),
        ("Le chantier a coûté 3,2 millions d'euros pour 40 logements.", "fr", (40.0, "logements")),
        ("Il cantiere riguarda 345 alloggi.", "it", (345.0, "alloggi")),
    ],
)
def test_numbers_with_units(text: str, language: str, expected: tuple[float, str]) -> None:
    assert expected in found(text, language)


@pytest.mark.parametrize(
    "text",
    [
        "The meeting took place on 12 May 2017 in the town hall.",
        "Call +43 1 4000 84260 or write to info@example.org.",
        "See https://example.org/2017/500 for more.",
    ],
)
def test_dates_phones_and_addresses_are_no_figures(text: str) -> None:
    assert not [value for value, unit in found(text) if unit not in {"hall"}]


def test_reduced_to_a_level_is_no_fall_by_it() -> None:
    assert (20.0, "%") in found("The share of waste was reduced to 20 % of the total.")


@given(st.integers(min_value=1000, max_value=999_999_999))
def test_every_number_format_reads_the_same(number: int) -> None:
    for written in (f"{number:,}", f"{number:,}".replace(",", "."), f"{number:,}".replace(",", " ")):
        assert _value(written) == number


def test_an_outcome_has_amount_unit_basis_and_its_sentence() -> None:
    text = "The town refurbished 120 flats and cut heating energy by 45 %."
    claims = list(run(read(text)))
    amounts = {claim.value for claim in claims if claim.predicate == "amount"}
    assert "-45" in amounts
    assert {"amount", "unit", "measure", "basis"} <= {claim.predicate for claim in claims}
    assert {(claim.start, claim.end) for claim in claims} == {(0, len(text))}


@pytest.mark.parametrize(
    ("text", "is_spent"),
    [
        ("The smart street lighting cost 2 million euros.", True),
        ("The budget of the heat network is €3.4 million.", True),
        ("Die Stadt investierte 1,5 Millionen Euro in das Netz.", True),
        ("The smart street lighting saves 90,000 euros a year.", False),
        ("A ride costs 2 euros.", False),
        ("The works cut energy use by 59 %.", False),
    ],
)
def test_what_a_thing_cost_is_no_effect_of_it(text: str, is_spent: bool) -> None:
    context = read(text, "de" if "Stadt" in text else "en")
    (sentence,) = context.sentences
    told = [spent(sentence.text, figure, figure.start - sentence.start) for figure in figures(context, sentence)]
    assert any(told) is is_spent


@pytest.mark.model
def test_a_sum_that_was_spent_is_a_requirement_alone(tools: Tools) -> None:
    text = "Graz has new lamps.\n\nThe smart street lighting in Graz cost 2 million euros and saves 60 % of the energy."
    (context,) = prepare([(Document(text=text, addresses=("own",), language="en"), ())], tools)
    claims = extract_all(context).claims
    amounts = {(claim.subject.kind, claim.value) for claim in claims if claim.predicate == "amount"}
    assert ("outcome", "2000000") not in amounts
    assert ("requirement", "2000000") in amounts
    assert ("outcome", "-60") in amounts
