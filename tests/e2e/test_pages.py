"""The pages in a real browser over a real server: with and without scripts, phone width, dark, print; axe; no other host."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe

from api.pages.words import href
from tests.api import served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request

ROOT: Final = Path(__file__).resolve().parents[2]
PHONE: Final = {"width": 360, "height": 740}
DESK: Final = {"width": 1200, "height": 900}
PAGES: Final = {
    "start": "/",
    "about": "/about",
    "quality": "/quality",
    "search": "/search?q=smart+lamps&kind=passage",
    "places": "/place",
    "documents": "/document",
    "town": href(served.TOWN),
    "solution": "/solution/smart-lighting",
    "project": "/project/cordis-691876",
    "pilot": href(served.PILOT),
    "closed document": href(served.closed().id),
    "open document": href(served.opened().id),
    "problem": "/problems/not-found",
    "nothing there": "/place/none",
}


@pytest.fixture(scope="module")
def address(served_store: Path) -> Iterator[str]:
    """The address that `twintown serve` prints."""
    command = [sys.executable, "-m", "api.cli", "serve", "--port", "0", "--store", f"sqlite:{served_store}"]
    command += ["--cache", str(served_store.parent / "no models here")]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr
        found = re.search(r"http://\S+?(?=/ )", server.stderr.readline())
        assert found
        for _ in range(100):
            try:
                httpx.get(f"{found.group()}/readyz")
                break
            except httpx.ConnectError:
                time.sleep(0.1)
        yield found.group()
        server.terminate()
        server.stderr.read()


@contextmanager
def visiting(browser: Browser, address: str, **options: Any) -> Iterator[Page]:
    """A page that fails the test where it talks to another host or complains on its console."""
    with browser.new_context(base_url=address, **options) as context:
        elsewhere: list[str] = []
        complaints: list[str] = []

        def seen(request: Request) -> None:
            if not request.url.startswith(f"{address}/"):
                elsewhere.append(request.url)

        page = context.new_page()
        page.on("request", seen)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        assert elsewhere == []
        assert [each for each in complaints if "404" not in each] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    "options",
    [
        {"viewport": DESK},
        {"viewport": PHONE, "color_scheme": "dark", "is_mobile": True, "has_touch": True},
        {"viewport": PHONE, "java_script_enabled": False},
    ],
    ids=["desk", "dark phone", "no script"],
)
def test_a_page_reads_well(name: str, options: dict[str, Any], browser: Browser, address: str) -> None:
    scripts = options.get("java_script_enabled", True)
    with visiting(browser, address, **options) as page:
        page.goto(PAGES[name])
        assert page.locator("h1").count() == 1
        for closed in page.locator("main details:not([open]) > summary").all()[:4]:
            if closed.is_visible():
                closed.click()
        if not scripts:
            return
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), "scrolls sideways"
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


@pytest.mark.slow
@pytest.mark.parametrize("scripts", [True, False], ids=["script", "no script"])
def test_from_the_box_to_the_sentence(scripts: bool, browser: Browser, address: str) -> None:
    with visiting(browser, address, java_script_enabled=scripts) as page:
        page.goto("/")
        page.get_by_label("What do you look for?").fill("smart street lighting")
        page.get_by_role("button", name="Search").click()
        page.get_by_role("link", name="Smart street lighting", exact=True).first.click()
        assert page.locator("h1").inner_text() == "Smart street lighting"
        page.locator("summary").filter(has_text="smart lamps in Odder").click()
        assert page.get_by_text("It may take over cargo bikes too.").is_visible()
        page.get_by_role("link", name=re.compile("^Lamps & ")).first.click()
        assert "#at-" in page.url
        assert page.locator("li:target").is_visible()
        assert served.SECRET not in page.content()


@pytest.mark.slow
def test_facets_narrow_a_search(browser: Browser, address: str) -> None:
    with visiting(browser, address) as page:
        page.goto("/search?q=lighting")
        before = page.locator(".hits > li").count()
        page.get_by_text("Narrow it down").click()
        page.get_by_role("checkbox", name=re.compile("solutions")).check()
        page.get_by_role("button", name="Apply").click()
        assert 0 < page.locator(".hits > li").count() < before
        assert page.get_by_role("checkbox", name=re.compile("solutions")).is_checked()
        page.get_by_role("link", name="Without filters").click()
        assert page.locator(".hits > li").count() == before


@pytest.mark.slow
def test_the_keyboard_is_enough(browser: Browser, address: str) -> None:
    with visiting(browser, address) as page:
        page.goto(href(served.TOWN))
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') !== null")
        page.locator("main summary").first.focus()
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
        page.keyboard.press("Enter")
        assert page.locator("main details").first.get_attribute("open") is not None


@pytest.mark.slow
def test_on_paper_every_sentence_is_open(browser: Browser, address: str) -> None:
    with visiting(browser, address) as page:
        page.goto(href(served.TOWN))
        page.emulate_media(media="print")
        assert page.locator("main blockquote").first.is_visible()
        assert not page.locator(".top form").is_visible()


@pytest.mark.slow
def test_no_text_of_a_document_runs(browser: Browser, address: str) -> None:
    with visiting(browser, address) as page:
        page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
        for place in (PAGES["closed document"], PAGES["town"], "/search?q=%3Cscript%3Ealert(1)%3C/script%3E"):
            page.goto(place)
            assert page.locator("script:not([type='application/ld+json'])").count() == 0
