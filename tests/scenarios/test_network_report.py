"""`mds report`: the folder that a network meeting opens, and what a provider gets back."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from homes import HOSPICE, TEAM, Region, Said, mds, region_in
from pages import NARROW, WIDE, faults, needs_browser, opened, overflow

from mds.network.chapters import CHAPTERS
from mds.store.database import open_store

PERIOD, DAY = "2026-04-01", "2026-09-01"


def report(region: Region, *words: object) -> Said:
    return mds("report", "--home", region.path, "--period", PERIOD, "--received-on", DAY, *words)


@pytest.fixture(scope="module")
def made(two_quarters: Region, tmp_path_factory: pytest.TempPathFactory) -> tuple[Said, Path]:
    """The network's report."""
    folder = tmp_path_factory.mktemp("report") / "network"
    return report(two_quarters, "-o", folder), folder


@pytest.fixture(scope="module")
def for_the_team(two_quarters: Region, tmp_path_factory: pytest.TempPathFactory) -> tuple[Said, Path]:
    folder = tmp_path_factory.mktemp("report") / "team"
    return report(two_quarters, "--provider", TEAM, "-o", folder), folder


def lines(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / "csv" / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_report_says_in_short_what_came(made: tuple[Said, Path]) -> None:
    said, folder = made
    assert said.code == 0, said.err
    told = said.out.splitlines()
    assert told[0] == "TEST DATA"
    assert "2 of 3 providers sent a return about children that counts." in told
    assert "1 to 7 children were on a caseload at the census date, each counted once." in told
    assert told[-1] == f"Open {folder / 'index.html'}"
    steps = [line for line in said.err.splitlines() if line[0].isdigit()]
    assert len(steps) == 1 + len(CHAPTERS), "progress is told step by step"


def test_page_csv_and_json_hold_the_same_tables(made: tuple[Said, Path]) -> None:
    _, folder = made
    document = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert [part["name"] for part in document["parts"]] == ["signals", *(chapter.name for chapter in CHAPTERS)]
    tables = [table for part in document["parts"] for table in part["tables"]]
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert len({table["name"] for table in tables}) == len(tables)
    for table in tables:
        assert f'href="csv/{table["name"]}.csv"' in page
        assert len(lines(folder, table["name"])) == len(table["rows"])


def test_no_small_count_of_children_leaves_the_analysts_machine(made: tuple[Said, Path], two_quarters: Region) -> None:
    _, folder = made
    (under,) = [line for line in lines(folder, "age") if line["children"] != "0"]
    assert (under["children"], under["share"]) == ("*", "*"), "four children"
    exact = report(two_quarters, "--exact", "--json")
    tables = {table["name"]: table for part in exact.json["parts"] for table in part["tables"]}
    place = tables["age"]["columns"].index("children")
    assert [row[place] for row in tables["age"]["rows"]] == [4]
    assert tables["places"]["rows"], (
        "the places of findings, whose lines can be counted, stand in the exact report alone"
    )
    assert not (folder / "csv" / "places.csv").exists()


def test_figures_about_children_carry_a_mark_of_their_quality(made: tuple[Said, Path]) -> None:
    _, folder = made
    assert {line["quality"] for line in lines(folder, "sex")} == {"poor, 50%"}, (
        "two of three providers, and three of four stated"
    )


def test_a_provider_gets_its_own_figures_beside_the_networks(for_the_team: tuple[Said, Path]) -> None:
    said, folder = for_the_team
    assert said.code == 0, said.err
    (line,) = lines(folder, "age")
    assert (line["your_children"], line["your_of_children"], line["your_share"]) == ("2", "2", "100.0")
    assert line["network_share"] == "*"
    assert {line["provider_code"] for line in lines(folder, "returns")} == {TEAM}
    assert {line["provider_code"] for line in lines(folder, "places")} == {TEAM}
    everything = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.*"))
    assert HOSPICE not in everything


def test_the_same_store_gives_the_same_report(made: tuple[Said, Path], two_quarters: Region, tmp_path: Path) -> None:
    _, folder = made
    report(two_quarters, "-o", tmp_path / "again")
    names = sorted(path.relative_to(folder) for path in folder.rglob("*.*"))
    assert names == sorted(path.relative_to(tmp_path / "again") for path in (tmp_path / "again").rglob("*.*"))
    assert all((folder / name).read_bytes() == (tmp_path / "again" / name).read_bytes() for name in names)


def test_a_store_that_does_not_hold_together_ends_with_1(two_quarters: Region, tmp_path: Path) -> None:
    copied = region_in(two_quarters.path, tmp_path)
    with copied.home.locked(), open_store(copied.home) as connection:
        connection.execute("UPDATE child SET sex = '7' WHERE provider_code = ?", [TEAM])

    said = report(copied, "-o", tmp_path / "report")

    assert said.code == 1
    assert "1 check of the merged data failed with an error" in said.out
    (failed,) = [line for line in lines(tmp_path / "report", "checks") if line["severity"] == "error"]
    assert (failed["field"], failed["providers"]) == ("sex", TEAM)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--period", "2026-05-01"), "No period of this network begins on that day"),
        (("--period", "soon"), "Give the first day of the period"),
        (("--provider", "8ZZ99"), "not in the register"),
        (("--provider", TEAM, "--exact"), "leave --exact out"),
        (("--period", "2026-04-01", "--received-on", "2026-03-31"), "has not begun"),
        (("--period", "2025-04-01"), "No return about children was received"),
    ],
)
def test_what_cannot_be_reported_on_is_said(two_quarters: Region, words: tuple[str, ...], told: str) -> None:
    said = report(two_quarters, *words)
    assert (said.code, told in said.err) == (2, True), said.err


@needs_browser
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_pages_are_accessible_and_fit_the_screen(
    browser: Any, made: tuple[Said, Path], for_the_team: tuple[Said, Path], size: tuple[int, int]
) -> None:
    for _, folder in (made, for_the_team):
        with opened(browser, folder / "index.html", size) as page:
            assert faults(page) == []
            assert overflow(page) <= 0


def test_a_report_replaces_the_one_before(two_quarters: Region, made: tuple[Said, Path], tmp_path: Path) -> None:
    _, folder = made
    shutil.copytree(folder, tmp_path / "report")
    (tmp_path / "report" / "index.html").write_text("old")
    report(two_quarters, "-o", tmp_path / "report")
    assert (tmp_path / "report" / "index.html").read_bytes() == (folder / "index.html").read_bytes()


def test_nothing_of_an_exact_report_stays_in_the_folder_of_one_that_is_passed_on(
    two_quarters: Region, tmp_path: Path
) -> None:
    folder = tmp_path / "report"
    report(two_quarters, "--exact", "-o", folder)
    own = folder / "csv" / "notes of the analyst.csv"
    own.write_text("mine")
    report(two_quarters, "--provider", TEAM, "-o", folder)
    told = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    tables = {f"{table['name']}.csv" for part in told["parts"] for table in part["tables"]}
    assert {path.name for path in (folder / "csv").iterdir()} == tables | {own.name}


def test_a_folder_that_cannot_be_written_is_told_before_the_work(two_quarters: Region, tmp_path: Path) -> None:
    (tmp_path / "report").write_text("a file")
    said = report(two_quarters, "-o", tmp_path / "report")
    assert said.code == 13
    assert "could not be written" in said.err
    assert "1 of" not in said.err
