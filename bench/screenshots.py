"""Pictures of the pages: `python -m bench.screenshots sqlite:PATH DIRECTORY` (make screenshots), with the system's chromium."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from shutil import which
from typing import Any, Final

from playwright.sync_api import sync_playwright

from bench.serve import server

PAGES: Final = {
    "start": "/",
    "search": "/search?q=street+lighting",
    "solution": "/solution/smart-lighting",
    "town": "/place/geonames-3173435",
    "project": "/project/cordis-691876",
}
LOOKS: Final[dict[str, dict[str, Any]]] = {
    "": {"viewport": {"width": 1100, "height": 900}},
    "-phone-dark": {"viewport": {"width": 380, "height": 800}, "color_scheme": "dark"},
}


def take(store: str, directory: Path) -> None:
    """Write a picture of each page, at a desk and on a dark phone."""
    chromium = which("chromium")
    if not chromium:
        sys.exit("no chromium here; on Debian: apt-get install chromium")
    directory.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        address, _ = stack.enter_context(server(store))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium, args=["--headless", "--no-sandbox", "--disable-gpu"])
        for look, options in LOOKS.items():
            page = browser.new_page(**options)
            for name, path in PAGES.items():
                page.goto(address + path)
                page.screenshot(path=directory / f"{name}{look}.png")
                print(directory / f"{name}{look}.png")
        browser.close()


if __name__ == "__main__":
    take(sys.argv[1], Path(sys.argv[2]))
