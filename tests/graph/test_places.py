"""The gazetteer and mentions of places. All sentences are written for these tests; the index is built once into the cache."""

from __future__ import annotations

import csv
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graph.places
from graph.mentions import Found
from graph.model import normalise_name
from graph.places import Place, Places, build, index_version, is_current, open_places, place_id, statements, table


@pytest.fixture(scope="module")
def places(cache: Path) -> Places:
    return open_places(cache / "places.sqlite")


def countries(found: list[Found]) -> dict[str, str]:
    return {mention.place.name: mention.place.country for mention in found}


def only(places: Places, name: str, country: str) -> Place:
    (place,) = (p for p in places.named(name)[:1] if p.country == country)
    return place


# Look-ups


@pytest.mark.parametrize(
    ("written", "shown", "country"),
    [
        ("Firenze", "Florence", "IT"),
        ("Florenz", "Florence", "IT"),
        ("Milano", "Milan", "IT"),
        ("Köln", "Cologne", "DE"),
        ("Koln", "Cologne", "DE"),
        ("Göteborg", "Gothenburg", "SE"),
        ("Goteborg", "Gothenburg", "SE"),
        ("Sevilla", "Seville", "ES"),
        ("Praha", "Prague", "CZ"),
        ("Warszawa", "Warsaw", "PL"),
        ("Litomerice", "Litoměřice", "CZ"),
        ("Evora", "Évora", "PT"),
        ("Gdansk", "Gdańsk", "PL"),
        ("Danzig", "Gdańsk", "PL"),
        ("San Sebastian", "San Sebastián", "ES"),
        ("Donostia", "San Sebastián", "ES"),
        ("Alexandroupolis", "Alexandroupoli", "GR"),
        ("Foscani", "Focșani", "RO"),
        ("Focşani", "Focșani", "RO"),
        ("Nizza", "Nice", "FR"),
        ("Vasa", "Vaasa", "FI"),
        ("Sonderborg", "Sønderborg", "DK"),
        ("Wroclaw", "Wrocław", "PL"),
        ("Breslau", "Wrocław", "PL"),
        ("Lisboa", "Lisbon", "PT"),
        ("Den Haag", "The Hague", "NL"),
        ("Bruxelles", "Brussels", "BE"),
        ("Wien", "Vienna", "AT"),
        ("UK", "United Kingdom", "GB"),
        ("USA", "United States", "US"),
        ("Holland", "Netherlands", "NL"),
        ("the Netherlands", "Netherlands", "NL"),
        ("Czech Republic", "Czechia", "CZ"),
        ("Tschechien", "Czechia", "CZ"),
        ("Pays-Bas", "Netherlands", "NL"),
        ("Hiszpania", "Spain", "ES"),
        ("Alemanha", "Germany", "DE"),
        ("Bayern", "Bavaria", "DE"),
        ("País Vasco", "Basque Country", "ES"),
        ("Écosse", "Scotland", "GB"),
    ],
)
def test_a_place_is_found_under_other_names_and_shown_under_its_english_one(
    places: Places, written: str, shown: str, country: str
) -> None:
    name = written.removeprefix("the ")
    assert (places.named(name)[0].name, places.named(name)[0].country) == (shown, country)


def test_a_place_is_found_by_its_number_in_three_ways(places: Places) -> None:
    florence = places.get(3176959)
    assert florence is not None
    assert florence.name == "Florence"
    assert places.get("geonames-3176959") == places.get("place:geonames-3176959") == florence
    assert places.get("geonames-1") is None


def test_regions_have_nuts_codes_as_ids(places: Places) -> None:
    assert only(places, "Lombardy", "IT").id == "place:nuts-ITC4"
    assert only(places, "Thuringia", "DE").level == "region"


def test_districts_know_their_city(places: Places) -> None:
    vienna = only(places, "Vienna", "AT")
    simmering = next(place for place in places.named("Simmering") if place.level == "district")
    assert simmering.parent == vienna.id


def test_names_without_a_place_yield_nothing(places: Places) -> None:
    assert places.named("Twintownburgh") == []
    assert places.named("") == []


@pytest.mark.shared
def test_every_city_of_the_facts_is_found_by_name_and_number(places: Places, shared: Path) -> None:
    with (shared / "data" / "project_cities.tsv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    lost = []
    for row in rows:
        named = [place for place in places.named(row["name"]) if place.country == row["country"]]
        number = row["geonames_id"]
        if not named or (number and f"place:geonames-{number}" not in [place.id for place in named]):
            lost.append(row["name"])
    assert lost == []


# Which place is meant


@pytest.mark.parametrize(
    ("text", "name", "country"),
    [
        ("The council of Córdoba in Argentina bought trolleybuses.", "Córdoba", "AR"),
        ("Buses run in Córdoba, Spain, on hydrogen.", "Córdoba", "ES"),
        ("Seville and Córdoba share a heat plan.", "Córdoba", "ES"),
        ("Buenos Aires and Córdoba opened repair shops.", "Córdoba", "AR"),
        ("Valencia (Spain) planted an orchard.", "Valencia", "ES"),
        ("Valencia in Venezuela has a metro.", "Valencia", "VE"),
        ("Valencia tested lamps with Zadar.", "Valencia", "ES"),
        ("Cambridge, Massachusetts, insulated its schools.", "Cambridge", "US"),
        ("A fund in Cambridge pays for heat pumps.", "Cambridge", "GB"),
        ("Birmingham, Alabama, has new bus lanes.", "Birmingham", "US"),
        ("Manchester and Birmingham have clean air zones.", "Birmingham", "GB"),
        ("London in Ontario has a bus plan.", "London", "CA"),
        ("The scheme began in London in 2019.", "London", "GB"),
        ("Athens is cooling its squares.", "Athens", "GR"),
        ("Athens, Georgia, is cooling its squares.", "Athens", "US"),
        ("Paris closed the quays to cars.", "Paris", "FR"),
        ("In Paris, Texas, the town hall has solar panels.", "Paris", "US"),
        ("Brest and Nantes in France store heat.", "Brest", "FR"),
        ("Brest in Belarus has new trolleybuses.", "Brest", "BY"),
        ("Granada and Bari prepared plans.", "Granada", "ES"),
        ("Granada in Nicaragua mapped its heat.", "Granada", "NI"),
        ("León, Spain, joined as a fellow.", "León", "ES"),
        ("Cyclists in León, Guanajuato, Mexico, got a path.", "León de los Aldama", "MX"),
        ("Santiago, Chile, electrified its buses.", "Santiago", "CL"),
        ("Santiago de Compostela reward app: Santiago pays in points.", "Santiago de Compostela", "ES"),
        ("Cork and Galway lent each other play kits.", "Cork", "IE"),
        ("Newcastle in New South Wales, Australia, tried it.", "Newcastle", "AU"),
        ("Perth in Scotland, United Kingdom, tried it.", "Perth", "GB"),
        ("Perth, Australia, tried it.", "Perth", "AU"),
        ("Hamilton (Canada) tried it.", "Hamilton", "CA"),
        ("Wellington in New Zealand opened a one-stop shop.", "Wellington", "NZ"),
        ("Halle and Leipzig share a heat network in Germany.", "Halle (Saale)", "DE"),
        ("Frankfurt banned wood stoves.", "Frankfurt", "DE"),
        ("Freiburg lowered speeds.", "Freiburg", "DE"),
        ("Bergen in Norway runs ferries on batteries.", "Bergen", "NO"),
        ("Lund and Malmö linked their heat networks.", "Lund", "SE"),
        ("Nice, Utrecht and Gothenburg are lighthouses.", "Nice", "FR"),
        ("The team went to Nice by train.", "Nice", "FR"),
        ("Reading and Oxford share a bus company in England.", "Reading", "GB"),
        ("The city of Bath put meters in museums.", "Bath", "GB"),
        ("Split and Zadar, both in Croatia, share a boat.", "Split", "HR"),
        ("Ruse, Varna and Burgas bought trolleybuses.", "Ruse", "BG"),
        ("Trento and Bolzano tried hydrogen.", "Trento", "IT"),
        ("Kingston upon Hull measured flood water.", "Kingston upon Hull", "GB"),
        ("Kingston, Jamaica, measured heat.", "Kingston", "JM"),
        ("San José in Costa Rica planted trees.", "San José", "CR"),
        ("Medellín, Colombia, cooled its corridors.", "Medellín", "CO"),
        ("Mérida in Mexico counts trees.", "Mérida", "MX"),
        ("Mérida, Spain, counts trees.", "Mérida", "ES"),
        ("Toledo, Ohio, tried new meters.", "Toledo", "US"),
        ("Toledo in Spain tried new meters.", "Toledo", "ES"),
        ("Vitoria-Gasteiz renewed one quarter.", "Vitoria-Gasteiz", "ES"),
        ("Lublin and Vidin are fellows.", "Lublin", "PL"),
        ("Trenčín wrote a plan.", "Trenčín", "SK"),
        ("Trencin wrote a plan with Lublin.", "Trenčín", "SK"),
        ("Saint-Étienne insulates its schools.", "Saint-Étienne", "FR"),
        ("Villeneuve-d'Ascq near Lille tried it.", "Villeneuve-d'Ascq", "FR"),
        ("Stoke-on-Trent draws heat from the ground.", "Stoke-on-Trent", "GB"),
        ("Las Palmas de Gran Canaria lends e-bikes.", "Las Palmas de Gran Canaria", "ES"),
        ("Esplugues de Llobregat plays in the street.", "Esplugues de Llobregat", "ES"),
        ("Ho Chi Minh City in Viet Nam measured the air.", "Ho Chi Minh City", "VN"),
        ("Nairobi and Mombasa sort waste in Kenya.", "Mombasa", "KE"),
        ("The Kenyan town of Nakuru tested ovens.", "Nakuru", "KE"),
        ("A Spanish city, Burgos, bought buses.", "Burgos", "ES"),
        ("Tripoli in Lebanon cleared its river.", "Tripoli", "LB"),
        ("Tripoli, Libya, cleared its river.", "Tripoli", "LY"),
        ("Georgia and Armenia share a grid.", "Georgia", "GE"),
        ("Atlanta leads in Georgia.", "Atlanta", "US"),
        ("Munich's lamps carry sensors.", "Munich", "DE"),
        ("The Bristol-based team moved to Lisbon.", "Bristol", "GB"),
    ],
)
def test_the_place_meant_is_told_from_its_namesakes(places: Places, text: str, name: str, country: str) -> None:
    assert countries(places.find(text)).get(name) == country


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("In Köln und Wien wurden Leihräder aufgestellt.", "de", {"Cologne": "DE", "Vienna": "AT"}),
        ("Die Gebäude Hamburgs werden gedämmt.", "de", {"Hamburg": "DE"}),
        ("Nizza und Gent planen Gründächer.", "de", {"Nice": "FR", "Ghent": "BE"}),
        ("Florence et Gênes réparent leurs ponts.", "fr", {"Florence": "IT", "Genoa": "IT"}),
        ("Bruselas y Estocolmo comparten datos.", "es", {"Brussels": "BE", "Stockholm": "SE"}),
        ("Milano e Lisbona hanno piantato alberi.", "it", {"Milan": "IT", "Lisbon": "PT"}),
        ("W Gdańsku i Krakowie stoją nowe ławki.", "pl", {"Gdańsk": "PL", "Kraków": "PL"}),
        ("Lisboa e o Porto trocaram candeeiros.", "pt", {"Lisbon": "PT", "Porto": "PT"}),
    ],
)
def test_other_languages_and_their_endings(places: Places, text: str, language: str, expected: dict[str, str]) -> None:
    assert countries(places.find(text, language=language)) == expected


def test_a_place_that_is_expected_wins_over_a_larger_one(places: Places) -> None:
    text = "The plan of Valencia was late."
    venezuelan = next(place for place in places.named("Valencia") if place.country == "VE")
    assert countries(places.find(text)) == {"Valencia": "ES"}
    assert countries(places.find(text, hints=[venezuelan])) == {"Valencia": "VE"}


def test_the_country_of_the_document_counts(places: Places) -> None:
    assert countries(places.find("The market of San Carlos was paved.", country="PH"))["San Carlos"] == "PH"


def test_every_mention_gives_a_reason_and_namesakes(places: Places) -> None:
    (found, *_) = places.find("Buses run in Córdoba, Spain.")
    assert "ES spoken of nearby" in found.reason
    assert "AR" in {place.country for place in found.rivals}
    assert 0.0 < found.score <= 1.0


# What is no place


@pytest.mark.parametrize(
    "text",
    [
        "German and French engineers met Spanish ones.",
        "The shop is in Hamburger Straße 12.",
        "They met at Berliner Platz.",
        "The office is at 12 London Road.",
        "It stands on Via Milano, near the bank.",
        "Rue de Lyon is closed to cars.",
        "The team of Paris Hilton sold lamps.",
        "Dr. Florence Smith spoke first.",
        "Mr. London agreed with her.",
        "Reading the report takes an hour.",
        "Nice work by everybody.",
        "Most of them were happy. Best of all was the price.",
        "Split the bill, then enter your name.",
        "Mobile phones are counted.",
        "It began in March and ended in May, on a Monday.",
        "Of all plans, this one was kept.",
        "University staff came. Lead partners spoke.",
        "See https://example.org/london/report.pdf or write to paris@example.org.",
        "Open Urban Platform is a title.",
        "The IRIS and READY teams sat down.",
        "Peri-urban farms sell here.",
    ],
)
def test_adjectives_streets_persons_and_common_words_are_no_places(places: Places, text: str) -> None:
    assert places.find(text) == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Eine Stadt braucht Geduld. Das Ende der Rede war gut.", "de"),
        ("Die Kosten sanken im Sommer.", "de"),
        ("Les villes apprennent. Bonne question.", "fr"),
        ("Una plaza nueva. Para todos.", "es"),
        ("Una piazza nuova. Alla fine nulla.", "it"),
        ("Rada przyjęła plan.", "pl"),
    ],
)
def test_common_words_of_other_languages_are_no_places(places: Places, text: str, language: str) -> None:
    assert places.find(text, language=language) == []


def test_places_inside_longer_names_are_left_to_the_caller(places: Places) -> None:
    text = "The University of Trento counted bees."
    assert places.find(text) == []
    (found,) = places.find(text, inside_names=True)
    assert (found.place.name, found.inside) == ("Trento", True)


def test_masked_spans_hide_names_of_projects(places: Places) -> None:
    text = "Tampere Flexi Lab began in Turku."
    assert countries(places.find(text, masked=[(0, 17)])) == {"Turku": "FI"}


def test_a_long_row_of_countries_is_no_subject(places: Places) -> None:
    row = "Austria, Belgium, Bulgaria, Croatia, Cyprus, Denmark, Estonia, Finland, France, Greece, Hungary, Ireland, Italy"
    assert places.find(f"Members: {row}.") == []
    assert countries(places.find("Austria, Belgium and Bulgaria voted.")) == {"Austria": "AT", "Belgium": "BE", "Bulgaria": "BG"}


def test_countries_that_only_tell_where_towns_are_do_not_count(places: Places) -> None:
    text = "The partners were Lecce (Italy), Tartu in Estonia, and Vidin, Bulgaria."
    assert countries(places.find(text)) == {"Lecce": "IT", "Tartu": "EE", "Vidin": "BG"}
    assert "Spain" in countries(places.find("Burgos, Spain, has a plan."))


# Districts and regions


@pytest.mark.parametrize(
    ("text", "name", "level", "country"),
    [
        ("Retrofits began in Simmering, a part of Vienna.", "Simmering", "district", "AT"),
        ("Solar roofs came to East Amman in Jordan.", "East Amman", "district", "JO"),
        ("A clinic opened in Tangail District, Bangladesh.", "Tangail District", "region", "BD"),
        ("The Rotterdam region signed.", "Rotterdam region", "region", "NL"),
        ("In Lombardy, lamps were changed.", "Lombardy", "region", "IT"),
        ("The Fonbrune district of Lyon got a boiler.", "Fonbrune", "district", "FR"),
        ("The neighbourhood of Zarvelo in Bilbao got a boiler.", "Zarvelo", "district", "ES"),
        ("Bees came back to Kerrowin Province in Zambia.", "Kerrowin Province", "region", "ZM"),
    ],
)
def test_districts_and_regions(places: Places, text: str, name: str, level: str, country: str) -> None:
    found = {mention.place.name: mention.place for mention in places.find(text)}
    assert (found[name].level, found[name].country) == (level, country)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Im Stadtteil Krumbach in Hamburg steht ein Speicher.", "de"),
        ("Dans le quartier de Vallonbelle à Nantes, on isole.", "fr"),
        ("En el barrio de Torrelinda de Valladolid hay paneles.", "es"),
    ],
)
def test_districts_that_no_list_has_in_other_languages(places: Places, text: str, language: str) -> None:
    assert "district" in {mention.place.level for mention in places.find(text, language=language)}


def test_what_came_from_facts_can_be_left_out(places: Places) -> None:
    text = "Skanste in Riga gets a heat network."
    assert "Skanste" in countries(places.find(text))
    assert "Skanste" not in countries(places.find(text, register=False))


# Offsets

PLACES = ["Paris", "London", "Vitoria-Gasteiz", "São", "Paulo", "l'", "Aquila", "Ünye", "Stoke-on-Trent", "Saint-", "Étienne"]
OTHERS = ["in", "the", "Road", "and", ",", ".", "\n", "Straße", "(Spain)", "ES", "East", "District", "😀", "district", "of"]
WORDS = st.sampled_from([*PLACES, *OTHERS])


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(words=st.lists(WORDS, max_size=25))
def test_offsets_hold_and_mentions_do_not_overlap(words: list[str], cache: Path) -> None:
    text = " ".join(words)
    found = _opened(cache).find(text, inside_names=True)
    assert all(text[mention.start : mention.end] == mention.text for mention in found)
    assert all(first.end <= second.start for first, second in pairwise(found))


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=200))
def test_any_text_can_be_read(text: str, cache: Path) -> None:
    for mention in _opened(cache).find(text):
        assert text[mention.start : mention.end] == mention.text


_open: dict[Path, Places] = {}


def _opened(cache: Path) -> Places:
    return _open.setdefault(cache, open_places(cache / "places.sqlite"))


# The file


def test_a_stale_or_broken_index_is_not_current(tmp_path: Path, cache: Path) -> None:
    open_places(cache / "places.sqlite")
    assert is_current(cache / "places.sqlite")
    assert not is_current(tmp_path / "none.sqlite")
    (tmp_path / "broken.sqlite").write_bytes(b"not a database at all, just some words")
    assert not is_current(tmp_path / "broken.sqlite")
    assert len(index_version()) == 24


@pytest.mark.slow
def test_two_builds_at_once_leave_one_whole_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The 3,000 largest towns are enough here: all of them take 20 seconds.
    towns = graph.places._towns()[:3000]
    monkeypatch.setattr(graph.places, "_towns", lambda: towns)
    path = tmp_path / "places.sqlite"
    heard: list[tuple[int, int]] = []
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(build, path, lambda done, total: heard.append((done, total))), pool.submit(build, path)]:
            done.result()
    assert is_current(path)
    assert [file.name for file in tmp_path.iterdir()] == ["places.sqlite"]
    assert heard[-1] == (3000, 3000)


def test_an_index_is_not_written_to(places: Places) -> None:
    before = places.path.stat().st_mtime_ns
    places.find("Paris and London met in Rome.")
    assert places.path.stat().st_mtime_ns == before


def test_tables_are_in_order() -> None:
    assert {row["level"] for row in table("regions.tsv")} == {"region", "district"}
    assert all(len(row["country"]) == 2 for name in ("regions.tsv", "exonyms.tsv") for row in table(name))
    assert {row["source"] for row in table("regions.tsv")} == {"eurostat", "own", "facts"}
    assert all(word == normalise_name(word) for row in table("common_words.tsv") for word in row["words"].split())


def test_ids_come_from_numbers_codes_or_names() -> None:
    assert place_id("Milan", "IT", geonames="3173435") == "place:geonames-3173435"
    assert place_id("Lombardy", "IT", nuts="ITC4") == "place:nuts-ITC4"
    assert place_id("Fonbrune", "FR") == place_id("fonbrune", "FR") != place_id("Fonbrune", "BE")


def test_statements_have_names() -> None:
    assert {"create", "named", "get", "towns", "version"} <= set(statements())
