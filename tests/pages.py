"""A real browser that looks at the pages: what axe finds, whether they fit a narrow screen, the keyboard."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium")
needs_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="Debian's chromium is not installed: apt-get install chromium"
)
WIDE, NARROW = (1280, 900), (320, 256)
"""A screen, and the same at 400 % zoom."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """The browser, without a network."""
    from playwright.sync_api import sync_playwright

    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield started
        started.close()


@contextmanager
def opened(browser: Any, path: Path, size: tuple[int, int] = WIDE, *, script: bool = True) -> Iterator[Any]:
    """A page in the browser, as if opened by double-click."""
    viewport = {"width": size[0], "height": size[1]}
    context = browser.new_context(viewport=viewport, java_script_enabled=script, offline=True)
    page = context.new_page()
    page.goto(path.as_uri())
    yield page
    context.close()


def faults(page: Any) -> list[str]:
    """What axe finds on a page."""
    from axe_playwright_python.sync_playwright import Axe

    return [f"{found['id']}: {found['nodes'][0]['html']}" for found in Axe().run(page).response["violations"]]


def overflow(page: Any) -> int:
    """By how many pixels a page is wider than the screen."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def has_count(page: Any, selector: str, count: int) -> None:
    """Waits until so many elements are on the page. Raises AssertionError when they never are."""
    from playwright.sync_api import expect

    expect(page.locator(selector)).to_have_count(count)
