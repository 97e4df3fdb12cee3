"""The findings as an HTML page."""

import re
import sys
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pages import NARROW, WIDE, faults, needs_browser, opened, overflow
from returned import drawn, received, write_folder

from mds.reports.page import bar, write_page
from mds.validate.returns import Count

VOID = {"meta", "path", "rect", "br"}
MANY = {"child": [{"local_patient_id": f"SB{n:03}", "sex": "?"} for n in range(30)], "condition": [{}, {}]}


class Page(HTMLParser):
    """What the tests ask of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.tables: list[dict[str, int]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "table":
            self.tables.append({"caption": 0, "tr": 0, "th": 0, "scope": 0})
        elif self.tables and tag in self.tables[-1]:
            self.tables[-1][tag] += 1
            self.tables[-1]["scope"] += tag == "th" and "scope" in dict(attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture
def page(tmp_path: Path) -> Page:
    returned = drawn(MANY)
    write_page(tmp_path / "page.html", returned.validation, returned.findings, tool_version="1.2.3", test_data=True)
    return Page((tmp_path / "page.html").read_text(encoding="utf-8"))


def test_the_title_starts_with_the_verdict(page: Page) -> None:
    assert "<title>Sent back: return of 8HX01, 1 April 2026 to 30 June 2026" in page.text


def test_a_list_on_top_leads_to_a_section_for_each_rule(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [link["href"] for link in page.all("a")]
    assert all(link and link[1:] in ids for link in links)
    assert {"#CP101140", "#CP102925Q"} <= set(links)


def test_every_place_is_listed(page: Page) -> None:
    assert all(f"<td>H{row}</td>" in page.text for row in range(2, 32))
    assert "Show the other 20 places" in page.text


def test_headings_do_not_skip_a_level(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_tables_have_captions_and_scopes(page: Page) -> None:
    assert page.tables
    assert all(table["caption"] == 1 and table["th"] == table["scope"] > 0 for table in page.tables)


def test_landmarks_and_language_are_there(page: Page) -> None:
    assert page.all("html") == [{"lang": "en-GB"}]
    assert all(len(page.all(tag)) == 1 for tag in ("header", "main", "footer", "h1", "title"))


@needs_browser
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_page_is_accessible_and_fits_the_screen(browser: Any, tmp_path: Path, size: tuple[int, int]) -> None:
    returned = drawn({**MANY, "referral": [{"referral_source": "?"}]})
    write_page(tmp_path / "out.html", returned.validation, returned.findings, test_data=True)
    with opened(browser, tmp_path / "out.html", size) as seen:
        assert faults(seen) == []
        assert overflow(seen) <= 0


@needs_browser
@pytest.mark.parametrize("width", [320, 360])
def test_a_long_word_does_not_widen_the_page(browser: Any, tmp_path: Path, page: Page, width: int) -> None:
    text = page.text
    for word in ("Why", "Rejected", "SHA", "Where", "First"):
        text = text.replace(word, word + "s" * 200)
    (tmp_path / "out.html").write_text(text, encoding="utf-8")
    with opened(browser, tmp_path / "out.html", (width, 640)) as seen:
        assert overflow(seen) <= 0


def test_nothing_is_fetched_and_nothing_runs(page: Page) -> None:
    assert not page.all("script") and not page.all("link") and not page.all("img")
    assert "http://" not in page.text and "https://" not in page.text
    assert not [attributes for _, attributes in page.tags if any(name.startswith("on") for name in attributes)]


def test_test_data_says_so(page: Page, tmp_path: Path) -> None:
    assert "TEST DATA" in page.text
    returned = drawn({})
    write_page(tmp_path / "live.html", returned.validation, returned.findings)
    live = Page((tmp_path / "live.html").read_text(encoding="utf-8")).text
    assert "TEST DATA" not in live
    assert "<title>Accepted: return of 8HX01" in live


def test_a_sheet_name_stays_text(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "in", {"child": {"sex": "?"}})
    (folder / "child.csv").rename(folder / "child <script>alert(1)<script>.csv")
    returned = received(folder)
    write_page(tmp_path / "page.html", returned.validation, returned.findings)
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<script" not in text
    assert "child &lt;script&gt;" in text


def test_bars_are_as_wide_as_their_shares_and_never_vanish() -> None:
    pieces = bar(Count(100_000, 99_998, 1, 1))
    assert [piece.kind for piece in pieces] == ["accepted", "rejected", "held"]
    assert min(piece.width for piece in pieces) >= 3
    assert pieces[-1].start + pieces[-1].width == pytest.approx(200)
    half = bar(Count(10, 5, 5, 0))
    assert half[0].width == half[1].width
    assert bar(Count(0, 0, 0, 0)) == []


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_colours_are_dark_enough_on_white_and_on_the_pale_ground(page: Page) -> None:
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", page.text))
    for name in ("blue", "dark-blue", "red", "orange", "green", "grey", "text"):
        for ground in ("#ffffff", colours["pale"]):
            assert (luminance(ground) + 0.05) / (luminance(colours[name]) + 0.05) >= 4.5, name


def test_the_page_is_written_without_holding_the_findings(tmp_path: Path) -> None:
    import tracemalloc

    returned = drawn({})
    returned.connection.execute(
        "INSERT INTO finding (code, tbl, row_id, field) SELECT 'CP301900', 'contact', 0, 'contact_id' FROM range(30000)"
    )
    write_page(tmp_path / "warm.html", returned.validation, drawn({}).findings)
    tracemalloc.start()
    write_page(tmp_path / "page.html", returned.validation, returned.findings)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (tmp_path / "page.html").read_text(encoding="utf-8").count("<td>A2</td>") == 30_000
    assert peak < 12_000_000


def test_importing_the_reports_does_not_import_the_heavy_libraries() -> None:
    import subprocess

    code = (
        "import sys, mds.reports.page, mds.reports.workbook, mds.reports.template, mds.reports.summary;"
        "print([name for name in ('openpyxl', 'jinja2', 'pandas', 'rich') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
