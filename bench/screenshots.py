"""Pictures of the pages: `python -m bench.screenshots sqlite:PATH DIRECTORY` (make screenshots), with the system's chromium.

With `--every`: each kind of page at a desk, on a phone, dark, and on paper, in its whole length, for looking through them.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from shutil import which
from typing import Any, Final

import httpx
from playwright.sync_api import Page, sync_playwright

from bench.serve import by_meaning, server

PAGES: Final = {
    "start": "/",
    "search": "/search?q=who+pays+when+residents+save+energy",
    "solution": "/solution/smart-lighting",
    "place": "/place/geonames-2965140",  # Cork: README shows it
    "project": "/project/cordis-691876",
    "quality": "/quality",
}
LOOKS: Final[dict[str, dict[str, Any]]] = {
    "": {"viewport": {"width": 1100, "height": 900}},
    "-phone": {"viewport": {"width": 380, "height": 800}},
    "-dark": {"viewport": {"width": 1100, "height": 900}, "color_scheme": "dark"},
    "-print": {"viewport": {"width": 800, "height": 1100}},
}
KEPT: Final = ("start", "place")  # that README and docs show, at a desk; the others are for looking at


def take(store: str, directory: Path, *, every: bool) -> None:
    """Write the pictures that README and docs show; with `every`, each page at a desk, on a phone, dark, and on paper."""
    chromium = which("chromium")
    if not chromium:
        sys.exit("no chromium here; on Debian: apt-get install chromium")
    directory.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        address, _ = stack.enter_context(server(store))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium, args=["--headless", "--no-sandbox", "--disable-gpu"])
        by_meaning(address)
        document = httpx.get(f"{address}/api/v1/search", params={"q": "Ireland's playful towns", "kind": "passage"}).json()
        pages = PAGES | {"document": f"/document/{document['hits'][0]['document'].partition(':')[2]}"}
        for look, options in LOOKS.items() if every else [("", LOOKS[""])]:
            page = browser.new_page(**options)
            page.emulate_media(media="print" if look == "-print" else "screen")
            for name in pages if every else KEPT:
                page.goto(address + pages[name])
                _open_first(page)
                path = directory / f"{name}{look}.png"
                page.screenshot(path=path, full_page=every)
                print(path)
        browser.close()


def _open_first(page: Page) -> None:
    """Open the first replication, or else the first fact, to show what it rests on."""
    for kind in (".step details > summary", ".fact > details > summary"):
        for closed in page.locator(kind).all()[:1]:
            if closed.is_visible():
                closed.click()
                page.mouse.move(0, 0)
                return


if __name__ == "__main__":
    take(sys.argv[1], Path(sys.argv[2]), every="--every" in sys.argv)
