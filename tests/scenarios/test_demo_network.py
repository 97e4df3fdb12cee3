"""The demo network sends its returns and answers its questionnaires. Everything that is planted in them is found and nothing
else: trends, late returns and faults of the data, gaps, overlaps, stale entries and contradictions. The pages and the
directory show it, to everybody."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from homes import mds
from openpyxl import load_workbook
from pages import NARROW, WIDE, faults, has_count, needs_browser, opened, overflow

from mds.demo.garden import Planted
from mds.demo.network import SEED
from mds.demo.places import AREAS, TILES
from mds.demo.providers import KITE, LARKWELL_GENERAL, NEONATAL_UNIT, NOT_SENT
from mds.demo.questionnaires import (
    LAST,
    OFFERS,
    PLANTED_CONTRADICTIONS,
    PLANTED_GAPS,
    PLANTED_OVERLAP,
    PLANTED_STALE,
)
from mds.demo.run import play
from mds.demo.trouble import DIFFERENCES, FAULTS, LATE, STANDS_OUT
from mds.services.directory import public_columns
from mds_schemas.versions import LATEST

PERIOD = LAST.name


@dataclass(frozen=True)
class Network:
    """The region of the demo after the last period, and what its service commands made."""

    home: Path
    made: Path
    tables: dict[str, dict[str, Any]]
    planted: list[Planted]

    def rows(self, name: str, *columns: str) -> list[tuple[Any, ...]]:
        table = self.tables[name]
        places = [table["columns"].index(column) for column in columns]
        return [tuple(row[place] for place in places) for row in table["rows"]]


def _service(command: str, home: Path, *words: object) -> Any:
    said = mds("services", command, "--home", home, "--period", PERIOD, *words)
    assert said.code == 0, said.out + said.err
    return said


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    folder = tmp_path_factory.mktemp("services")
    made = folder / "made"
    made.mkdir()
    told, region, _ = play(folder / "demo", SEED, lambda line: None, messy=False)
    home = region.path
    tables: dict[str, dict[str, Any]] = {}
    for command, words in (
        ("map", ["--html", made / "map.html"]),
        ("followup", ["--exact", "--html", made / "followup.html", "--workbook", made / "followup.xlsx"]),
        ("indicators", ["--exact", "--html", made / "indicators.html"]),
    ):
        said = _service(command, home, "--json", *words)
        tables |= {table["name"]: table for table in said.json["tables"]}
    _service("directory", home, "-o", made / "directory")
    yield Network(home, made, tables, told.planted)


# --- what was planted in the returns ---------------------------------------------------------------------------------


def _report(network: Network, period: str) -> dict[str, dict[str, Any]]:
    said = mds("report", "--home", network.home, "--period", period, "--received-on", "2026-09-01", "--exact", "--json")
    assert said.code == 0, said.out + said.err
    return {table["name"]: table for part in said.json["parts"] for table in part["tables"]}


@pytest.fixture(scope="module")
def reported(network: Network) -> Network:
    """What the report on the last period says."""
    return replace(network, tables=_report(network, PERIOD))


def test_planted_trends_and_late_returns_stand_out_and_nothing_else(reported: Network) -> None:
    assert set(reported.rows("signals", "chart", "line", "what_it_does")) == STANDS_OUT


def test_planted_faults_of_the_data_are_found_and_nothing_else(reported: Network) -> None:
    found = {(code, field): who for code, field, who in reported.rows("checks", "code", "field", "providers")
             if code not in DIFFERENCES}  # fmt: skip
    assert found == FAULTS


def test_planted_differences_between_providers_are_found_and_nothing_else(reported: Network) -> None:
    found = {code: count for code, count in reported.rows("checks", "code", "found") if code in DIFFERENCES}
    planted = Counter(one.kind for one in reported.planted)
    assert found == {code: sum(planted[kind] for kind in kinds) for code, kinds in DIFFERENCES.items()}


def test_the_late_return_is_told_with_its_days(reported: Network) -> None:
    days = {who: late for who, about, late in reported.rows("returns", "provider_code", "about", "days_after_end")
            if about == "children"}  # fmt: skip
    usual = set(days.values()) - {LATE[KITE, LAST]}
    assert (days.pop(KITE.code), usual, set(days.values())) == (LATE[KITE, LAST], {6}, {6})
    assert reported.rows("missing", "provider_code") == []


def test_the_return_that_never_came_is_missing_from_its_period(network: Network) -> None:
    provider, period = NOT_SENT
    then = replace(network, tables=_report(network, period.name))
    assert then.rows("missing", "provider_code", "standing") == [(provider.code, "not sent")]
    assert ("CP900100Q", provider.code) in then.rows("checks", "code", "providers")


# --- what was planted in the questionnaires --------------------------------------------------------------------------


def test_every_planted_gap_is_found_and_no_other(network: Network) -> None:
    found = set(network.rows("gaps", "area", "function", "gap"))
    assert found == set(PLANTED_GAPS)
    ages = {ages for area, function, ages in network.rows("gaps", "area", "function", "ages") if function == "SBK"}
    assert ages == {"19", "20-25"}, "short breaks end with the 19th birthday"


def test_the_planted_overlap_is_found_and_no_other(network: Network) -> None:
    area, function, *who = PLANTED_OVERLAP
    assert set(network.rows("overlaps", "area", "function", "who")) == {(area, function, ", ".join(sorted(who)))}


def test_every_stale_entry_is_found_and_no_other(network: Network) -> None:
    assert {service for (service,) in network.rows("stale", "service_id")} == set(PLANTED_STALE)


def test_every_contradiction_is_found_and_no_other(network: Network) -> None:
    assert set(network.rows("contradictions", "service_id", "what")) == set(PLANTED_CONTRADICTIONS)


def test_both_sides_of_every_payment_agree(network: Network) -> None:
    assert network.rows("payments", "commissioner_code") == []


def test_who_has_not_answered(network: Network) -> None:
    assert network.rows("unanswered", "provider_code", "last_questionnaire") == [
        (NEONATAL_UNIT.code, None), ("ZXV01", "2025-10-01"),
    ]  # fmt: skip


def test_staff_and_commissioners_answer_too(network: Network) -> None:
    told = {item: share for who, item, share in network.rows("experience", "who", "item", "share") if who == "staff"}
    assert set(told) == set("ABCDEFGH")
    assert min(told, key=lambda item: told[item]) == "C", "time for meetings is not protected"
    assert network.rows("commissioners", "in_a_plan", "of_commissioners", "share") == [(2, 3, 66.7)]


# --- the directory ---------------------------------------------------------------------------------------------------


def test_the_directory_shows_the_services_whose_owner_agrees(network: Network) -> None:
    folder = network.made / "directory"
    pages = {path.stem for path in (folder / "services").glob("*.html")}
    shown = {offer for offer in OFFERS if offer.provider is not LARKWELL_GENERAL}
    assert pages == {f"{offer.provider.code}-{offer.number}".lower() for offer in shown}
    everything = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.*") if path.is_file())
    assert LARKWELL_GENERAL.name not in everything
    index = (folder / "index.html").read_text(encoding="utf-8")
    assert index.count("May be out of date.") == 4
    assert "TEST DATA" in index


def test_the_csv_holds_the_public_fields_and_no_other(network: Network) -> None:
    with (network.made / "directory" / "services.csv").open(encoding="utf-8", newline="") as stream:
        heading, *rows = csv.reader(stream)
    public = [*public_columns("organisation"), *public_columns("service")]
    assert heading == ["provider_code", *public, "cover", "stale"]
    assert len(rows) == 22
    hidden = {name for table in ("organisation", "service", "capacity", "workforce", "funding", "expenditure_activity")
              for name, column in LATEST.tables[table].columns().items() if not column.item.public}  # fmt: skip
    assert hidden & {*heading} == {"provider_code"}


def test_open_referral_gives_each_service_in_full(network: Network) -> None:
    document = json.loads((network.made / "directory" / "services.json").read_text(encoding="utf-8"))
    services = {service["name"]: service for service in document["contents"]}
    assert document["total_items"] == len(services) == 22
    assert all({"id", "name", "status", "url", "organization"} <= service.keys() for service in services.values())
    nurses = services["Eastern Children's Nurses"]
    assert nurses["schedules"] == [
        {
            "id": nurses["schedules"][0]["id"], "description": "visits at home, whole caseload: weekday, 8am to 8pm",
            "freq": "WEEKLY", "byday": "MO,TU,WE,TH,FR", "opens_at": "08:00:00", "closes_at": "20:00:00",
        }
    ]  # fmt: skip
    assert [area["name"] for area in nurses["service_areas"]] == ["Oxley Vale", "Saltmere", "Thornbeck"]
    identifiers = re.findall(r'"id": "([^"]+)"', json.dumps(document))
    assert all(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", identifier) for identifier in identifiers)


def test_a_new_edition_takes_the_place_of_the_old_one(network: Network, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    _service("directory", network.home, "-o", folder)
    gone = folder / "services" / "zxh99-gone.html"
    gone.write_text("an entry of an earlier edition")
    _service("directory", network.home, "-o", folder)
    assert not gone.exists()
    written = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    first = network.made / "directory"
    assert written == {path.relative_to(first): path.read_bytes() for path in first.rglob("*") if path.is_file()}


def test_a_folder_with_something_else_is_left_alone(network: Network, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    said = mds("services", "directory", "--home", network.home, "--period", PERIOD, "-o", tmp_path)
    assert said.code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


# --- the follow-up workbook ------------------------------------------------------------------------------------------


def test_the_follow_up_workbook_has_a_sheet_a_list(network: Network) -> None:
    workbook = load_workbook(network.made / "followup.xlsx")
    assert workbook.sheetnames == [
        "Who has not answered",
        "Stale entries",
        "Contradictions",
        "Two sides of one payment",
        "Two answers of one commissioner",
        "Deaths that no hospice knows of",
    ]
    sheet = workbook["Stale entries"]
    assert str(sheet["A2"].value).startswith("TEST DATA. 1 April 2026 to 30 June 2026.")
    assert [cell.value for cell in sheet[4]][-3:] == ["Asked on", "Answer", "Done"]
    assert {row[2].value for row in sheet.iter_rows(min_row=5)} == set(PLANTED_STALE)


def test_dates_of_the_workbook_sort_as_dates(network: Network) -> None:
    sheet = load_workbook(network.made / "followup.xlsx")["Stale entries"]
    confirmed = [cell for (cell,) in sheet.iter_rows(min_row=5, min_col=5, max_col=5) if cell.value]
    assert {cell.value for cell in confirmed} == {datetime(2025, 12, 11)}
    assert {(cell.data_type, cell.number_format) for cell in confirmed} == {("d", "d mmmm yyyy")}


# --- the pages, in a browser -----------------------------------------------------------------------------------------


PAGES = ("map.html", "followup.html", "indicators.html", "directory/index.html", "directory/services/zxh02-sw-comm.html",
         "directory/services/zxv01-kh-fam.html")  # fmt: skip


@needs_browser
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("name", PAGES)
def test_pages_are_accessible_and_fit_the_screen(
    browser: Any, network: Network, name: str, size: tuple[int, int]
) -> None:
    with opened(browser, network.made / name, size) as page:
        assert faults(page) == []
        assert overflow(page) <= 0


@needs_browser
@pytest.mark.parametrize("width", [320, 360])
@pytest.mark.parametrize("name", PAGES)
def test_a_long_word_does_not_widen_a_page(
    browser: Any, network: Network, tmp_path: Path, name: str, width: int
) -> None:
    text = (network.made / name).read_text(encoding="utf-8")
    for word in ("Thornbeck", "Stillwater", "Kite", "Information", "Why"):
        text = text.replace(word, word + "s" * 200)
    (tmp_path / "page.html").write_text(text, encoding="utf-8")
    with opened(browser, tmp_path / "page.html", (width, 640)) as page:
        assert overflow(page) <= 0


@needs_browser
def test_the_directory_is_filtered_by_area_need_age_hour_and_self_referral(browser: Any, network: Network) -> None:
    with opened(browser, network.made / "directory" / "index.html") as page:

        def names() -> set[str]:
            return set(page.locator(".entry:visible h3").all_inner_texts())

        assert page.locator("#count").inner_text() == "22 services"
        page.fill("#words", "STILLWATER home")
        assert names() == {"Stillwater at Home"}, "every word of a search, in name, organisation, need or area"
        page.fill("#words", "")
        page.select_option("#need", "HAH")
        assert names() == {"Lantern Field at Home", "Stillwater at Home"}
        page.select_option("#area", AREAS[3].code)
        assert names() == {"Stillwater at Home"}
        page.select_option("#day", "6")
        cover = page.locator(".entry:visible .cover:visible")
        assert cover.all_inner_texts() == ["Cover: for everyone it serves.", "Cover: only at the end of life."]
        page.select_option("#hour", "3")
        assert (names(), cover.all_inner_texts()) == ({"Stillwater at Home"}, ["Cover: only at the end of life."])
        page.select_option("#hour", "10")
        assert (names(), cover.all_inner_texts()) == ({"Stillwater at Home"}, ["Cover: for everyone it serves."])
        page.select_option("#need", "HDC")
        assert page.locator("#count").inner_text() == "No service fits. Take a filter away."
        page.select_option("#hour", "")
        assert page.locator("#count").inner_text() == "No service fits. Take a filter away."
        page.select_option("#day", "0")
        assert names() == {"Stillwater by Day"}
        page.get_by_role("button", name="Show all services").click()
        has_count(page, ".entry:not([hidden])", 22)
        page.fill("#age", "20")
        assert "Stillwater Short Breaks" not in names()
        page.check("#self")
        assert "Eastern Children's Nurses" not in names()


@needs_browser
def test_the_directory_works_by_keyboard_alone(browser: Any, network: Network) -> None:
    with opened(browser, network.made / "directory" / "index.html") as page:
        focused = "document.activeElement.id || document.activeElement.className || document.activeElement.textContent"
        page.keyboard.press("Tab")
        assert page.evaluate(focused) == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate(focused) == "main"
        page.keyboard.press("Tab")
        assert page.evaluate(focused) == "words"
        page.keyboard.type("no such service")
        assert page.locator("#count").inner_text() == "No service fits. Take a filter away."
        page.keyboard.press("Control+A")
        page.keyboard.press("Delete")
        page.keyboard.press("Tab")
        assert page.evaluate(focused) == "need"
        page.keyboard.type("Hospice at")
        assert page.locator("#count").inner_text() == "2 services"
        reached = []
        for _ in range(8):
            page.keyboard.press("Tab")
            reached.append(page.evaluate(focused))
        assert reached[:5] == ["area", "age", "day", "hour", "self"]
        assert reached[-1] == "Lantern Field at Home"
        page.keyboard.press("Enter")
        page.wait_for_url("**/services/zxh01-lf-hah.html")


@needs_browser
def test_the_basic_list_works_without_script(browser: Any, network: Network) -> None:
    with opened(browser, network.made / "directory" / "index.html", script=False) as page:
        assert page.locator(".entry:visible").count() == 22
        assert not page.locator("#filters").is_visible()
        page.get_by_role("link", name="Stillwater House", exact=True).click()
        assert page.locator("h1").inner_text() == "Stillwater House"


@needs_browser
def test_the_map_is_filtered_without_a_server(browser: Any, network: Network) -> None:
    with opened(browser, network.made / "map.html") as page:
        cell = page.locator(f'tr[data-function="SBK"] td[data-area="{AREAS[3].code}"] .figure-of')
        assert cell.inner_text() == "1"
        page.select_option("#ages", "20-25")
        assert cell.inner_text() == "none"
        page.select_option("#area", AREAS[4].code)
        page.select_option("#function", "SIB")
        assert page.locator("#count").inner_text() == "0 services and areas fit"
        assert page.locator(".cell:visible .figure-of").all_inner_texts() == ["none"]
        page.get_by_role("button", name="Show everything").click()
        page.select_option("#ages", "16-19")
        lack = page.locator(f'tr[data-function="SBK"] td[data-area="{AREAS[3].code}"] .lacks')
        assert lack.is_visible(), "nobody offers short breaks at 19"
        page.select_option("#ages", "11-15")
        assert not lack.is_visible()
        page.select_option("#ages", "")
        page.select_option("#function", "SBK")
        tiles = {
            tile.locator("a").inner_text(): tile.locator(".big").inner_text() for tile in page.locator(".tile").all()
        }
        assert tiles == {area.name: "1" if area is AREAS[3] else "0" for area in AREAS}
        page.select_option("#function", "HIP")
        page.select_option("#sector", "statutory")
        shown = page.locator(".cell:visible .figure-of").all_inner_texts()
        assert set(shown) == {"0"}, "all hospices of the network are voluntary: there is no gap"
        assert page.locator("#count").inner_text() == (
            "0 services and areas fit. Gaps, overlaps and hours of access below are of all services together."
        )
        page.select_option("#function", "SIB")
        assert page.locator(".cell:visible .figure-of").all_inner_texts() == ["0", "0", "0", "0", "none"]
        page.get_by_role("button", name="Show everything").click()
        has_count(page, "#offered ~ div .line:not([hidden])", 120)


@needs_browser
def test_the_map_shows_areas_in_their_places(browser: Any, network: Network) -> None:
    with opened(browser, network.made / "map.html") as page:
        places = {
            tile.locator("a").inner_text(): tile.evaluate(
                "tile => [tile.style.gridColumnStart, tile.style.gridRowStart]"
            )
            for tile in page.locator(".tile").all()
        }
        names = {area.code: area.name for area in AREAS}
        assert places == {names[area]: [str(column), str(row)] for area, column, row in TILES}
        gaps = dict(zip(places, map(int, page.locator(".tile .big").all_inner_texts()), strict=True))
        assert gaps == {"Larkwell": 0, "Fenmarch": 0, "Oxley Vale": 1, "Saltmere": 3, "Thornbeck": 3}
