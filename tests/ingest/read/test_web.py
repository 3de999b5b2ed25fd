"""Web addresses, read from a server of our own on loopback."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ingest.read import read
from ingest.read.base import Read, Skipped, Source
from ingest.read.web import Manners, Web

pauses: list[float] = []
ARTICLE = (
    "<html><head><title>Lamps</title></head><body><main><h1>Lamps</h1><p>The town of Odder replaced nine hundred lamps in 2016. "
    "Its neighbours came to look. They liked what they saw and asked for the tender documents.</p></main></body></html>"
)


PAGES: dict[str, str] = {}


class Handler(BaseHTTPRequestHandler):
    asked: list[str]

    def do_GET(self) -> None:  # noqa: PLR0912 - one line for each page
        base = f"http://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]
        self.asked.append(self.path)
        match self.path:
            case "/robots.txt":
                self.answer("User-agent: *\nDisallow: /secret\nCrawl-delay: 2\n", "text/neither")
            case "/page" | "/secret":
                self.answer(ARTICLE, "text/html; charset=utf-8", ETag='"v1"')
            case "/tagged" | "/dated" | "/neither":
                self.unless_kept()
            case "/latin":
                self.answer(ARTICLE.replace("Odder", "Århus").encode("latin-1"), "text/html; charset=iso-8859-1")
            case "/moved":
                self.redirect("/page")
            case "/inside":
                self.redirect("http://10.0.0.1/admin")
            case "/named":
                self.redirect("http://localhost:1/")
            case "/file":
                self.redirect("file:///etc/passwd")
            case "/loop":
                self.redirect("/loop")
            case "/sitemap.xml":
                pages = "".join(f"<url><loc>{base}/{name}</loc></url>" for name in ("page", "latin", "gone"))
                self.answer(
                    f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{pages}</urlset>',
                    "text/xml",
                )
            case "/index.xml":
                self.answer(f"<sitemapindex><sitemap><loc>{base}/sitemap.xml</loc></sitemap></sitemapindex>", "application/xml")
            case "/feed":
                entries = f'<entry><link rel="alternate" href="/page"/></entry><entry><link href="{base}/latin"/></entry>'
                self.answer(f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>', "application/atom+xml")
            case "/rss":
                self.answer(f"<rss><channel><link>{base}</link><item><link>{base}/page</link></item></channel></rss>", "text/xml")
            case "/bomb":
                self.answer(
                    '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss><item><link>&b;</link></item></rss>', "text/xml"
                )
            case "/endless":
                self.endless()
            case "/large":
                self.answer(b"x" * 300_000, "text/neither")
            case _:
                self.send_error(404)

    def answer(self, body: str | bytes, kind: str, **headers: str) -> None:
        data = body.encode() if isinstance(body, str) else body
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def unless_kept(self) -> None:
        """Answer as servers do that know when a page changed: in full, or that it did not."""
        page = PAGES[self.path]
        name, asked, value = {
            "/tagged": ("ETag", "If-None-Match", f'"{len(page)}"'),
            "/dated": ("Last-Modified", "If-Modified-Since", f"Tue, 05 Mar 2019 10:00:{len(page) % 60:02} GMT"),
            "/neither": ("X-Other", "X-Other", "0"),
        }[self.path]
        if self.headers[asked] != value:
            self.answer(page, "text/html", **{name: value})
            return
        self.asked.append(f"304 {self.path}")  # before the answer, which may be read before this thread goes on
        self.send_response(304)
        self.send_header(name, value)
        self.end_headers()

    def redirect(self, where: str) -> None:
        self.send_response(302)
        self.send_header("Location", where)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def endless(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        try:
            for _ in range(200):
                self.wfile.write(b"<p>more</p>")
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            return

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def server() -> Iterator[str]:
    Handler.asked = []
    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.daemon_threads = True
    thread = threading.Thread(target=running.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()
    thread.join()


@pytest.fixture
def web() -> Web:
    return Web(Manners(allow_private=True, pause=0.0, seconds=1.0, size=200_000), sleep=pauses.append)


def reason(found: Iterator[Source | Skipped]) -> str:
    (only,) = found
    assert isinstance(only, Skipped)
    return only.reason


def test_a_page_is_read_under_its_address(server: str, web: Web) -> None:
    (source,) = web.sources(f"{server}/page#top")
    assert isinstance(source, Source)
    assert (source.address, source.validators) == (f"{server}/page", ('"v1"', ""))
    (found,) = read(source)
    assert isinstance(found, Read)
    assert found.document.title == "Lamps"


def test_what_did_not_change_is_neither_sent_nor_read_again(server: str, tmp_path: Path) -> None:
    from graph.store.sqlite import open_store
    from ingest.run import ingest, kept_of, sources

    PAGES.update(dict.fromkeys(("/tagged", "/dated", "/neither"), ARTICLE))
    PAGES["/dated"] = ARTICLE.replace("Odder", "Hals")
    PAGES["/neither"] = ARTICLE.replace("Odder", "Sæby")
    addresses = [f"{server}/tagged", f"{server}/dated#part", f"{server}/neither"]
    with open_store(tmp_path / "store.sqlite") as store:

        def run(fingerprint: str = "one") -> tuple[int, int, int]:
            Handler.asked = []
            web = Web(Manners(allow_private=True, pause=0.0), sleep=pauses.append, kept=kept_of(store, fingerprint))
            report = ingest(store, sources(addresses, web=web), workers=0, fingerprint=fingerprint)
            assert report.skipped == []
            return report.read, report.unchanged, report.superseded

        assert run() == (3, 0, 0)
        assert run() == (0, 3, 0)
        assert [each for each in Handler.asked if each.startswith("304")] == ["304 /tagged", "304 /dated"]
        PAGES["/tagged"] = ARTICLE.replace("nine hundred", "a thousand")
        PAGES["/neither"] = ARTICLE.replace("Odder", "Læsø")
        assert run() == (0, 1, 2)
        assert run() == (0, 3, 0)
        assert "a thousand lamps" in store.document(f"{server}/tagged").text
        # Other extractors need the page itself, so it is not asked for on a condition.
        assert sum(run("two")) == 3
        assert [each for each in Handler.asked if each.startswith("304")] == []


def test_the_charset_of_the_server_counts(server: str, web: Web) -> None:
    (source,) = web.sources(f"{server}/latin")
    assert isinstance(source, Source)
    (found,) = read(source)
    assert isinstance(found, Read)
    assert "Århus" in found.document.text


def test_a_redirect_is_followed_to_its_end(server: str, web: Web) -> None:
    (source,) = web.sources(f"{server}/moved")
    assert source.address == f"{server}/page"


@pytest.mark.parametrize("name", ["sitemap.xml", "index.xml"])
def test_a_sitemap_leads_to_its_pages_and_says_what_is_missing(server: str, web: Web, name: str) -> None:
    found = list(web.sources(f"{server}/{name}"))
    assert [each.address.rpartition("/")[2] for each in found] == ["page", "latin", "gone"]
    assert isinstance(found[2], Skipped)
    assert "answered 404" in found[2].reason


@pytest.mark.parametrize(("name", "count"), [("feed", 2), ("rss", 1)])
def test_a_feed_leads_to_its_entries(server: str, web: Web, name: str, count: int) -> None:
    assert [type(each) for each in web.sources(f"{server}/{name}")] == [Source] * count


def test_robots_txt_is_honoured_and_asked_once(server: str, web: Web) -> None:
    assert "robots.txt" in reason(web.sources(f"{server}/secret"))
    list(web.sources(f"{server}/page"))
    assert Handler.asked.count("/robots.txt") == 1
    assert "/secret" not in Handler.asked


def test_a_host_is_asked_no_faster_than_it_wants(server: str) -> None:
    waited: list[float] = []
    web = Web(Manners(allow_private=True, pause=0.5), sleep=waited.append)
    for _ in range(3):
        list(web.sources(f"{server}/page"))
    assert len(waited) == 2
    assert all(1.0 < seconds <= 2.0 for seconds in waited)  # its robots.txt asks for two seconds


def test_an_answer_that_never_ends(server: str, web: Web) -> None:
    assert "did not end within 1 seconds" in reason(web.sources(f"{server}/endless"))


def test_an_answer_over_the_limit(server: str, web: Web) -> None:
    assert "more than the limit" in reason(web.sources(f"{server}/large"))


def test_entities_in_a_feed(server: str, web: Web) -> None:
    assert "XML entities" in reason(web.sources(f"{server}/bomb"))


def test_redirects_without_end(server: str, web: Web) -> None:
    assert "more than 5 redirects" in reason(web.sources(f"{server}/loop"))


def test_a_redirect_to_a_file_is_refused(server: str, web: Web) -> None:
    assert "is no web address" in reason(web.sources(f"{server}/file"))


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/", "http://localhost/", "http://10.1.2.3/", "http://192.168.0.1/", "http://169.254.169.254/latest/meta-data",
        "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[fe80::1]/", "http://0.0.0.0/", "http://2130706433/", "http://0x7f.1/",
        "http://100.64.0.1/", "http://[2002:7f00:1::]/",
    ],
)  # fmt: skip
def test_private_addresses_are_refused_however_they_are_written(address: str) -> None:
    assert "private address" in reason(Web().sources(address)) or "is not known" in reason(Web().sources(address))


def test_a_redirect_to_a_private_address_is_refused(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # The server itself has to be reachable, so loopback counts as public here and everything else is judged as always.
    from ingest.read import web as module

    really = module._public
    monkeypatch.setattr(module, "_public", lambda number: number == "127.0.0.1" or really(number))
    strict = Web(Manners(pause=0.0), sleep=pauses.append)
    assert "10.0.0.1 is a private address" in reason(strict.sources(f"{server}/inside"))


def test_a_name_that_resolves_into_the_private_network_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def resolve(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, 80)) for number in ("93.184.216.34", "192.168.1.1")]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert "private address (192.168.1.1)" in reason(Web().sources("http://town.example.org/"))


def test_a_server_that_is_not_there(web: Web) -> None:
    assert "cannot be reached" in reason(web.sources("http://127.0.0.1:9/"))
