"""The routes of the API: typed answers, evidence on every fact, pages, forms, and copies that are still good."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from api.asked import after, as_csv, cursor, preferred
from api.problems import ProblemError
from graph.model import Visibility
from graph.store.sqlite import open_store
from graph.vectors import catch_up
from tests import build
from tests.api import served
from tests.graph.test_vectors import Letters

AARHUS = "place:geonames-2624652"


@pytest.fixture(scope="module")
def client(served_store: Path) -> Iterator[TestClient]:
    with served.serving(served_store) as found:
        yield found


def get(client: TestClient, address: str, **parameters: Any) -> Any:
    answer = client.get(f"/api/v1{address}", params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def evidence_in(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "quote" in value:
            yield value
        for each in value.values():
            yield from evidence_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from evidence_in(each)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_every_fact_carries_its_evidence(client: TestClient, served_store: Path) -> None:
    with open_store(served_store, readonly=True) as store:
        for identifier in (AARHUS, served.TOWN, served.PILOT, "solution:smart-lighting", "project:cordis-691876"):
            found = get(client, f"/entities/{identifier}")
            assert found["facts"]
            for fact in found["facts"]:
                assert fact["evidence"]
                assert (fact["value"] is None) != (fact["other"] is None)
                for each in fact["evidence"]:
                    assert bool(each["document"]) != bool(each["person"])
                    assert each["address"]
                    assert 0 <= each["confidence"] <= 1
                    if each["document"]:
                        text = store.document(each["document"]).text
                        assert text[each["start"] : each["end"]].startswith(each["quote"].rstrip("…"))
                        assert each["extractor"] == "test"


def test_what_is_denied_or_wrong_is_no_fact_but_stays_among_the_statements(client: TestClient) -> None:
    offered = [fact["predicate"] for fact in get(client, f"/entities/{served.TOWN}")["facts"]]
    assert "offers" not in offered
    said = get(client, "/statements", subject=served.TOWN, predicate="offers")["statements"]
    assert [each["evidence"]["modality"] for each in said] == ["negated"]
    assert get(client, "/statements", subject=served.BARRED)["statements"][0]["evidence"]["verdict"] == "wrong"


def test_one_statement_is_the_one_of_the_list(client: TestClient) -> None:
    for each in get(client, "/statements", limit=7)["statements"]:
        assert get(client, f"/statements/{each['evidence']['statement']}") == each


def test_statements_fit_every_filter(client: TestClient) -> None:
    document = served.closed().id
    for each in get(client, "/statements", document=document, predicate="name")["statements"]:
        assert (each["evidence"]["document"], each["predicate"]) == (document, "name")
    leading = get(client, "/statements", value=served.TOWN)["statements"]
    assert [(each["subject"]["id"], each["object"]["id"]) for each in leading] == [(served.PILOT, served.TOWN)]


def test_a_predicate_that_is_none_is_a_problem(client: TestClient) -> None:
    assert client.get("/api/v1/statements", params={"predicate": "likes"}).status_code == 422


@pytest.mark.parametrize(
    ("address", "parameters", "key", "identity"),
    [
        ("/entities", {"kind": "place"}, "entities", lambda row: row["id"]),
        ("/entities", {"kind": "replication"}, "entities", lambda row: row["id"]),
        ("/documents", {}, "documents", lambda row: row["id"]),
        ("/statements", {"predicate": "name"}, "statements", lambda row: row["evidence"]["statement"]),
    ],
)
def test_a_list_goes_on_by_its_cursor_and_shows_everything_once(
    client: TestClient, address: str, parameters: dict[str, str], key: str, identity: Any
) -> None:
    whole = get(client, address, limit=200, **parameters)
    found: list[str] = []
    following = ""
    for _ in range(300):
        page = get(client, address, limit=23, cursor=following, **parameters)
        found += map(identity, page[key])
        following = page["next"]
        if not following:
            break
    assert len(set(found)) == len(found)
    assert found[:200] == [identity(row) for row in whole[key]][: len(found)]
    assert len(found) >= 7


def test_the_link_header_leads_to_the_next_page(client: TestClient) -> None:
    for suffix in ("", ".json", ".csv"):
        answer = client.get(f"/api/v1/entities{suffix}", params={"kind": "place", "limit": 5})
        assert answer.links["next"]["url"].startswith(f"/api/v1/entities{suffix}?")
        following = client.get(answer.links["next"]["url"])
        assert following.status_code == 200
        assert following.text != answer.text


def test_a_cursor_of_another_list_is_refused(client: TestClient) -> None:
    following = get(client, "/entities", kind="place", limit=2)["next"]
    for parameters in ({"kind": "solution", "cursor": following}, {"kind": "place", "cursor": following[:-3] + "AAA"}):
        answer = client.get("/api/v1/entities", params=parameters)
        assert answer.status_code == 422
        assert answer.json()["type"] == "/problems/invalid-cursor"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=3), st.text(max_size=20))
def test_a_cursor_gives_back_its_keys(keys: list[str], of: str) -> None:
    assert after(cursor(*keys, of=of), len(keys), of=of) == tuple(keys)


@given(st.text(max_size=60))
def test_a_made_up_cursor_is_refused_and_nothing_worse(text: str) -> None:
    if not text:
        assert after(text, 2, of="places") == ("", "")
        return
    with pytest.raises(ProblemError) as refused:
        after(text, 2, of="places")
    assert refused.value.kind.name == "invalid-cursor"


@pytest.mark.parametrize(
    "address",
    [
        "/stats",
        "/entities?kind=place&limit=9",
        f"/entities/{served.TOWN}",
        "/documents?limit=3",
        f"/documents/{served.closed().id}",
        "/statements?limit=5",
        "/replications?limit=5",
        "/search?q=lamps",
        "/suggest?q=aar",
    ],
)
def test_json_and_csv_by_suffix_and_by_accept(client: TestClient, address: str) -> None:
    path, _, query = address.partition("?")
    plain = client.get(f"/api/v1{address}")
    assert plain.headers["content-type"] == "application/json"
    assert client.get(f"/api/v1{path}.json?{query}").json() == plain.json()
    table = client.get(f"/api/v1{path}.csv?{query}")
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert client.get(f"/api/v1{address}", headers={"accept": "text/csv"}).text == table.text
    assert rows(table.text)
    assert plain.headers["etag"] != table.headers["etag"]


def test_the_table_of_an_entity_has_a_row_for_each_statement(client: TestClient) -> None:
    found = get(client, f"/entities/{AARHUS}")
    table = rows(client.get(f"/api/v1/entities/{AARHUS}.csv").text)
    assert [row["statement"] for row in table] == [each["statement"] for fact in found["facts"] for each in fact["evidence"]]
    assert {row["quote"] for row in table} == {each["quote"] for each in evidence_in(found)}


def test_a_table_holds_no_formula(client: TestClient) -> None:
    table = client.get(f"/api/v1/entities/{served.TOWN}.csv").text
    assert [row["value"] for row in rows(table) if "SUM" in row["value"]] == ["'=SUM(1;2)"]
    assert as_csv(("a", "b"), [{"a": "-12.5", "b": "@x"}, {"a": None, "b": True}]) == "a,b\r\n-12.5,'@x\r\n,true\r\n"


def test_no_quote_or_literal_is_longer_than_300_characters(client: TestClient) -> None:
    asked = [
        f"/entities/{served.NEAR}",
        f"/documents/{served.closed().id}",
        "/statements?limit=200",
        "/entities?kind=place&limit=200",
    ]
    asked += ["/search?q=lamps+of+odder", "/suggest?q=the+lamps"]
    seen = ""
    for address in asked:
        text = client.get(f"/api/v1{address}").text
        seen += text
        assert served.LONG not in text
    for each in evidence_in(get(client, f"/documents/{served.closed().id}")):
        assert len(each["quote"]) <= 300
    assert "The lamps of Odder shine" in seen


def test_a_text_is_shown_where_its_licence_opens_it_and_nowhere_else(client: TestClient) -> None:
    shut = get(client, f"/documents/{served.closed().id}")
    assert (shut["visibility"], shut["text"]) == ("quote", None)
    assert served.SECRET not in client.get(f"/api/v1/documents/{served.closed().id}").text
    free = get(client, f"/documents/{served.opened().id}")
    assert (free["visibility"], free["text"]) == (Visibility.FULL.value, served.opened().text)


def test_statements_of_a_document_fit_its_offsets_and_pages(client: TestClient) -> None:
    text = served.opened().text
    found = get(client, f"/documents/{served.opened().id}")
    assert found["statements"]
    for each in found["statements"]:
        assert text[each["start"] : each["end"]] == each["quote"]
        assert each["page"] == 1


def test_replications_name_both_ends_and_their_sentence(client: TestClient) -> None:
    found = get(client, "/replications", limit=500)["replications"]
    assert len(found) > 50
    assert all(each["origin"] or each["target"] for each in found)
    assert all(each["evidence"]["quote"] and each["evidence"]["address"] for each in found)
    one = next(each for each in found if each["origin"] and each["origin"]["kind"] == "place")
    for step in get(client, "/replications", depth=1, **{"from": one["origin"]["id"]})["replications"]:
        assert step["origin"]["place"]["id"] == one["origin"]["id"]


def test_search_finds_passages_and_entities_with_reasons(client: TestClient) -> None:
    found = get(client, "/search", q="smart lamps", limit=5)
    assert found["total"] >= len(found["hits"]) > 0
    assert not found["by_meaning"]
    assert found["notes"]
    for hit in found["hits"]:
        assert hit["why"]
        assert all(0 <= first < last <= len(hit["text"]) for first, last in hit["highlights"])
    only = get(client, "/search", q="smart street lighting", kind="solution")
    assert {hit["kind"] for hit in only["hits"]} == {"solution"}


def test_search_goes_on_by_its_cursor(client: TestClient) -> None:
    first = get(client, "/search", q="lamps", limit=1)
    second = get(client, "/search", q="lamps", limit=1, cursor=first["next"])
    assert first["hits"][0]["id"] != second["hits"][0]["id"]


def test_passages_near_one_are_listed_with_where_they_stand(served_store: Path, tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    shutil.copy(served_store, path)
    asked, shut = build.reading().passages[0], served.closed()
    with served.serving(path) as client, open_store(path) as store:
        early = client.get(f"/api/v1/passages/{asked.id}/similar")
        assert early.json()["notes"]
        catch_up(store, path, [Letters()])
        copy = {"if-none-match": early.headers["etag"]}
        assert client.get(f"/api/v1/passages/{asked.id}/similar", headers=copy).status_code == 200, "there are vectors now"
        found = get(client, f"/passages/{asked.id}/similar", language=asked.language, limit=5)
        assert (found["passage"], found["notes"], len(found["similar"])) == (asked.id, [], 5)
        scores = [each["score"] for each in found["similar"]]
        assert scores == sorted(scores, reverse=True)
        assert asked.document not in {each["document"] for each in found["similar"]}
        assert all(each["language"] == asked.language and each["title"] and each["address"] for each in found["similar"])
        every = client.get(f"/api/v1/passages/{asked.id}/similar", params={"limit": 100})
        (long,) = [each for each in every.json()["similar"] if each["document"] == shut.id and each["start"] == 0]
        assert len(long["quote"]) <= 300 < long["end"]
        assert served.LONG not in every.text
        table = rows(client.get(f"/api/v1/passages/{asked.id}/similar.csv?limit=3").text)
        assert [row["passage"] for row in table] == [each["passage"] for each in every.json()["similar"][:3]]


def test_a_passage_that_nobody_embedded_says_so_and_one_that_is_not_kept_is_not_found(client: TestClient) -> None:
    found = get(client, f"/passages/{build.reading().passages[0].id}/similar")
    assert found["similar"] == []
    assert "twintown reembed" in found["notes"][0]
    for unknown in ("passage:nothing", "document:x"):
        answer = client.get(f"/api/v1/passages/{unknown}/similar")
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_suggestions_begin_as_typed(client: TestClient) -> None:
    found = get(client, "/suggest", q="Åarh")["suggestions"]
    assert AARHUS in [each["id"] for each in found]


def test_a_copy_is_good_until_something_is_written(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    with open_store(path) as store, served.serving(path) as client:
        for address in ("/api/v1/stats", "/", "/place", "/api/v1/search?q=lamps"):
            first = client.get(address)
            tag = first.headers["etag"]
            assert first.headers["cache-control"] == "no-cache"
            again = client.get(address, headers={"if-none-match": f'"other", {tag}'})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
            assert client.get(address, headers={"if-none-match": '"other"'}).status_code == 200
        before = client.get("/api/v1/stats").headers["etag"]
        store.add(build.reading())
        later = client.get("/api/v1/stats", headers={"if-none-match": before})
        assert later.status_code == 200
        assert later.json()["records"]["documents"] == 1


def test_head_answers_as_get_without_a_body(client: TestClient) -> None:
    for address in ("/", "/api/v1/stats", "/place/geonames-2624652", "/nothing"):
        whole, head = client.get(address), client.head(address)
        assert (head.status_code, head.content) == (whole.status_code, b"")
        for name in ("content-type", "etag", "content-length"):
            assert head.headers.get(name) == whole.headers.get(name), name


def test_health_and_numbers(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok", "generation": None}
    assert client.get("/readyz").json()["generation"] > 0
    client.get("/api/v1/stats")
    text = client.get("/metrics").text
    assert 'twintown_requests_total{method="GET",route="/api/v1/stats",status="200"}' in text
    assert 'twintown_store_records{what="place"}' in text


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("", "a/x"),
        ("*/*", "a/x"),
        ("b/y", "b/y"),
        ("a/*;q=0.1, b/y;q=0.2", "b/y"),
        ("a/x;q=0, */*", "b/y"),
        ("a/x;q=0, b/y;q=0", ""),
        ("image/png", ""),
        ("a/x;q=high, b/y;q=0.3", "b/y"),
        (", ;q=1, A/X", "a/x"),
    ],
)
def test_the_form_the_caller_likes_best(accept: str, wanted: str) -> None:
    assert preferred(accept, ("a/x", "b/y")) == wanted
