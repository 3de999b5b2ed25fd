"""The pages: what they show, what they leave out, and that text of documents stays text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.pages.words import confidence, href, marks, web_address
from graph.model import Judgement, Verdict, Visibility
from graph.schema import schema
from graph.store.sqlite import open_store
from tests import build
from tests.api import served

CLOSED, OPENED, PLAIN = (href(each.id) for each in (served.closed(), served.opened(), build.document()))
PAGES = [
    "/",
    "/about",
    "/quality",
    "/problems",
    "/problems/not-found",
    "/search",
    "/search?q=smart+lamps",
    "/search?q=lamps&kind=passage&language=en&since=2015",
    *(f"/{kind}" for kind in schema().classes),
    "/place/geonames-2624652",
    href(served.TOWN),
    href(served.NEAR),
    href(served.PILOT),
    "/solution/smart-lighting",
    "/project/cordis-691876",
    CLOSED,
    OPENED,
    PLAIN,
]


class Reader(HTMLParser):
    """Collects the elements of a page, its text, and its JSON-LD."""

    def __init__(self, content: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.linked: list[Any] = []
        self.inside = ""
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self.inside = tag if tag == "script" else self.inside

    def handle_endtag(self, tag: str) -> None:
        self.inside = "" if tag == self.inside else self.inside

    def handle_data(self, data: str) -> None:
        if self.inside == "script":
            self.linked.append(json.loads(data))
        else:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def client(served_store: Path) -> Iterator[TestClient]:
    with served.serving(served_store) as found:
        yield found


def read(client: TestClient, address: str) -> Reader:
    answer = client.get(address, headers={"accept": "text/html"})
    assert answer.status_code == 200, address
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Reader(answer.text)


@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_whole(address: str, client: TestClient) -> None:
    page = read(client, address)
    (title,) = (data for data in re.findall("<title>(.*?)</title>", client.get(address).text, re.DOTALL))
    assert title.strip()
    assert len(page.all("h1")) == 1
    assert len(page.all("main")) == 1
    assert page.all("html") == [{"lang": "en"}]
    assert page.linked
    assert page.linked[0]["@context"] == "https://schema.org"
    assert page.linked[0]["@type"]
    identifiers = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))


@pytest.mark.parametrize("address", PAGES)
def test_a_page_runs_nothing_and_loads_nothing_from_elsewhere(address: str, client: TestClient) -> None:
    page = read(client, address)
    assert [each.get("type") for each in page.all("script")] == ["application/ld+json"]
    for tag, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on") or name == "style"], (tag, attributes)
        for name in ("src", "action", "data", "poster"):
            assert attributes.get(name, "/").startswith("/")
    assert all(each["href"].startswith("/") for each in page.all("link"))
    assert not {"iframe", "object", "embed", "style", "base", "b"} & {tag for tag, _ in page.elements}
    for each in page.all("a"):
        assert re.match(r"/|#|https?://", each["href"]), each


@pytest.mark.slow
@pytest.mark.parametrize("address", PAGES)
def test_links_within_lead_somewhere(address: str, client: TestClient) -> None:
    targets = {each["href"].partition("#")[0] for each in read(client, address).all("a")}
    within = sorted(target for target in targets if target.startswith("/"))
    for target in within[:40]:
        assert client.get(target, headers={"accept": "text/html,application/json"}).status_code == 200, target


def test_text_of_documents_is_never_markup(client: TestClient) -> None:
    for address in (CLOSED, OPENED, href(served.TOWN), "/search?q=script+alert+lamps", "/document"):
        raw = client.get(address).text
        assert served.HOSTILE not in raw
        assert "<b>Odder" not in raw
    assert served.HOSTILE in read(client, href(served.TOWN)).text
    assert "<b>Odder</b> learned" in read(client, OPENED).text


def test_what_was_asked_is_never_markup(client: TestClient) -> None:
    question = '"><script>alert(1)</script>'
    answer = client.get("/search", params={"q": question, "country": question, "since": ""})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    refused = client.get("/search", params={"q": "lamps", "kind": question}, headers={"accept": "text/html"})
    assert refused.status_code == 422
    assert "<script>alert" not in refused.text
    assert question in Reader(answer.text).all("input")[0]["value"]


def test_an_address_that_is_no_web_address_is_no_link(client: TestClient) -> None:
    page = read(client, CLOSED)
    assert "javascript:alert(1)" in page.text
    assert not [each for each in page.all("a") if each["href"].startswith("javascript")]
    for address in (
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "http:///x",
        "ftp://x.example",
        "notes/a.txt",
        "http://[x",
    ):
        assert web_address(address) == ""
    assert web_address("https://example.org/a") == "https://example.org/a"


def test_a_closed_document_shows_its_quotes_and_no_more(client: TestClient) -> None:
    raw = client.get(CLOSED).text
    page = Reader(raw)
    assert served.SECRET not in raw
    assert served.LONG not in raw
    assert "It may take over cargo bikes too." in page.text
    assert "Its licence does not open the whole text" in page.text
    assert not page.all("mark")


def test_an_open_document_is_shown_whole_with_its_evidence_marked(client: TestClient) -> None:
    page = read(client, OPENED)
    for sentence in served.opened().text.split("\n\n"):
        assert " ".join(sentence.split()) in page.text
    assert [each["id"] for each in page.all("mark") if "id" in each] == ["at-0", "at-19", "at-75"]
    assert "page 1" in page.text
    assert "page 2" in page.text
    assert "judged wrong by a person" in page.text


def test_overlapping_evidence_covers_the_text_once(client: TestClient) -> None:
    marked = "".join(re.findall(r"<mark[^>]*>(.*?)</mark>", client.get(OPENED).text))
    assert marked.count("street lighting in 2018") == 1


def test_a_fact_opens_the_sentence_at_its_place(client: TestClient) -> None:
    page = read(client, href(served.TOWN))
    anchors = [each["href"] for each in page.all("a") if "?at=" in each["href"]]
    assert anchors
    for anchor in anchors:
        target, _, name = anchor.partition("#")
        assert f'id="{name}"' in client.get(target).text, anchor


def test_a_long_document_is_shown_in_parts_that_join(tmp_path: Path) -> None:
    paragraphs = [f"Paragraph {number} of many says that lamps shine. " + "So it goes on. " * 20 for number in range(600)]
    document = build.document("\n\n".join(paragraphs) + "\n" + "x" * 90_000, visibility=Visibility.FULL, title="Long")
    path = tmp_path / "store.sqlite"
    with open_store(path) as store:
        last = build.statement(of=document, quote="Paragraph 590 of many")
        store.add(build.reading(document, [last], passages=[]))
    with served.serving(path) as client:
        address, seen, steps = href(document.id), [], 0
        while address and steps < 30:
            page = read(client, address)
            seen += re.findall(r"Paragraph (\d+) of many", page.text)
            address = next((each["href"] for each in page.all("a") if each.get("rel") == "next"), "")
            steps += 1
        assert seen == [str(number) for number in range(600)]
        assert steps > 4
        start = last.evidence.start
        there = read(client, f"{href(document.id)}?at={start}")
        assert [each for each in there.all("mark") if each.get("id") == f"at-{start}"]
        assert read(client, f"{href(document.id)}?from=999999999").text
        back = next(each["href"] for each in there.all("a") if each.get("rel") == "prev")
        assert read(client, back).text


def test_uncertain_is_shown_as_uncertain(client: TestClient) -> None:
    page = read(client, href(served.PILOT))
    for words in ("said with reservations", "uncertain (55%)", "planned", "done"):
        assert words in page.text
    replication = read(client, "/solution/smart-lighting")
    assert "certainty " in replication.text or "planned" in replication.text


def test_an_entry_is_shown_as_an_entry_and_not_as_a_quotation(client: TestClient) -> None:
    raw = client.get("/project/cordis-691876").text
    entry = raw.index("Entered by Twintown register, source:")
    assert raw.rfind("<blockquote>", 0, entry) <= raw.rfind("</blockquote>", 0, entry)
    assert "Note: " in raw[entry:]
    assert not re.search(r"<blockquote>(?:(?!</blockquote>).)*Entered by", raw, re.DOTALL)


def test_what_was_judged_wrong_is_shown_as_such(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    with open_store(path) as store:
        kept = build.statement(served.TOWN, "name", "Odder")
        wrong = build.statement(served.TOWN, "alias", "Odderville", quote="street lighting")
        store.add(build.reading(build.document(), [kept, wrong]))
        store.judge(Judgement(verdict=Verdict.WRONG, first=wrong.id, by="Eve"))
    with served.serving(path) as client:
        page = read(client, href(served.TOWN))
        assert "Judged wrong" in page.text
        assert "Odder also written: Odderville judged wrong by a person" in page.text


def test_a_digest_says_that_it_is_one(client: TestClient) -> None:
    listed = client.get("/api/v1/documents").json()["documents"]
    address = href(next(each["id"] for each in listed if each["genre"] == "digest"))
    page = read(client, address)
    assert "This digest was written for Twintown" in page.text
    assert "Rests on" in page.text


def test_a_solution_names_the_places_of_its_pilots(client: TestClient) -> None:
    page = read(client, "/solution/smart-lighting")
    assert "Tried in pilots" in page.text
    assert [each for each in page.all("a") if each["href"] == href(served.TOWN)]


def test_the_search_page_marks_what_was_found_and_says_why(client: TestClient) -> None:
    page = read(client, "/search?q=smart+lamps")
    assert page.all("mark")
    assert "Found because it" in page.text
    assert "Answered by words alone" in page.text


def test_the_search_form_keeps_what_was_chosen(client: TestClient) -> None:
    page = read(client, "/search?q=lamps&kind=passage&country=ZZ&since=2015")
    checked = [(each["name"], each["value"]) for each in page.all("input") if "checked" in each]
    assert ("kind", "passage") in checked
    assert ("country", "ZZ") in checked
    assert [each["value"] for each in page.all("input") if each.get("name") == "since"] == ["2015"]


def test_lists_go_on(client: TestClient) -> None:
    seen: list[str] = []
    address = "/place"
    while address:
        page = read(client, address)
        seen += [each["href"] for each in page.all("a") if each["href"].startswith("/place/")]
        address = next((each["href"] for each in page.all("a") if each.get("rel") == "next"), "")
    assert len(seen) == len(set(seen)) > 60


def test_an_empty_store_has_pages_too(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    open_store(path).close()
    with served.serving(path) as client:
        for address in ("/", "/place", "/document", "/search?q=lamps", "/about"):
            assert read(client, address).text


def test_words_for_what_is_kept_as_codes() -> None:
    assert [confidence(value) for value in (1.0, 0.9, 0.7, 0.5, 0.2)] == [
        "sure (100%)",
        "sure (90%)",
        "likely (70%)",
        "uncertain (50%)",
        "doubtful (20%)",
    ]
    assert [mark.text for mark in marks(progress="running", certainty="B")] == ["running", "certainty B"]
    assert [mark.text for mark in marks(progress="done", certainty="C/D", modality="hedged", digest=True)] == [
        "done",
        "certainty C/D: planned, or only a role in a project",
        "said with reservations",
        "digest written for Twintown",
    ]
    assert href("place:a b/ü") == "/place/a%20b%2F%C3%BC"
