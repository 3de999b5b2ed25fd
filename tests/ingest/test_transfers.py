"""Sentences of our own that plainly say that a town took something over, in seven languages, and some that do not."""

from __future__ import annotations

import pytest

from graph.model import Document
from ingest.claim import Claim, Mention
from ingest.context import Tools, prepare
from ingest.extract import read

pytestmark = pytest.mark.model

PLAIN = [
    ("en", "Vejle took the smart street lighting over from Kolding in 2023.", "Vejle", "Kolding"),
    ("en", "The smart street lighting of Kolding was replicated in Vejle and Horsens.", "Vejle, Horsens", "Kolding"),
    ("en", "Kolding's cargo bike scheme was adopted by Vejle in 2021.", "Vejle", "Kolding"),
    (
        "en",
        "The bike sharing system from Kolding was rolled out to Vejle, Horsens and Aarhus.",
        "Vejle, Horsens, Aarhus",
        "Kolding",
    ),
    ("en", "Inspired by Kolding, Vejle introduced smart street lighting in 2020.", "Vejle", "Kolding"),
    ("en", "Following the example of Kolding, the town of Vejle installed charging points.", "Vejle", "Kolding"),
    ("en", "Kolding transferred its open data platform to Vejle and Horsens.", "Vejle, Horsens", "Kolding"),
    ("en", "Car sharing was scaled up from one quarter to the whole city of Vejle.", "Vejle", "Vejle"),
    ("de", "Die intelligente Straßenbeleuchtung aus Linz wurde in Graz übernommen.", "Graz", "Linz"),
    ("de", "Nach dem Vorbild von Linz führte Graz ein Fahrradverleihsystem ein.", "Graz", "Linz"),
    ("fr", "Nantes a repris de Rennes le réseau de chaleur en 2021.", "Nantes", "Rennes"),
    ("es", "Murcia copió de Valencia el alumbrado inteligente en 2020.", "Murcia", "Valencia"),
    ("it", "L'illuminazione intelligente di Parma è stata replicata a Modena e a Ferrara.", "Modena, Ferrara", "Parma"),
    ("pl", "Gdynia przejęła od Sopotu inteligentne oświetlenie ulic.", "Gdynia", "Sopot"),
    ("pt", "Seguindo o exemplo de Coimbra, Braga instalou uma rede de calor.", "Braga", "Coimbra"),
]
NONE = [
    "Vejle hosted the conference and Kolding sent a delegation.",
    "Vejle is near Kolding and has smart street lighting.",
    "The lighthouse cities are Vejle and Kolding, the fellow city is Horsens.",
    "The trains from Kolding to Vejle were replaced by electric buses.",
    "The delegation from Kolding visited Vejle to see the smart street lighting.",
]


def replications(text: str, tools: Tools, language: str = "en") -> list[Claim]:
    (context,) = prepare([(Document(text=text, addresses=("own",), language=language), ())], tools)
    return [claim for claim in read(context).claims if claim.extractor == "replications"]


def told(claims: list[Claim], predicate: str) -> set[str]:
    return {
        claim.value.name if isinstance(claim.value, Mention) else claim.value for claim in claims if claim.predicate == predicate
    }


@pytest.mark.parametrize(("language", "text", "to", "origin"), PLAIN)
def test_a_plain_sentence_says_who_took_over_from_whom(tools: Tools, language: str, text: str, to: str, origin: str) -> None:
    claims = replications(text, tools, language)
    assert told(claims, "replicated_to") == set(to.split(", "))
    assert told(claims, "replicated_from") == {origin}
    assert told(claims, "transfers")


@pytest.mark.parametrize("text", NONE)
def test_what_is_not_taken_over_is_none(tools: Tools, text: str) -> None:
    assert not replications(text, tools)


def test_what_was_kept_and_what_was_changed_are_apart_and_the_year_is_known(tools: Tools) -> None:
    text = "Vejle took the smart street lighting over from Kolding in 2023 and kept the poles, but changed the sensors."
    claims = replications(text, tools)
    assert told(claims, "kept") == {"kept the poles"}
    assert told(claims, "changed") == {"changed the sensors"}
    assert {claim.valid_from for claim in claims if claim.predicate == "replicated_to"} == {"2023"}
    assert told(claims, "scope") == {"between towns"}
