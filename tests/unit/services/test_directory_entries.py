"""An entry of the directory: its page's name, its hours, what it leaves out, and what it is in the files beside the pages."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pages import needs_browser, opened, overflow

from mds.figures.csv_text import csv_text
from mds.services.directory import Entry, entries, public_columns
from mds.services.open_referral import as_document
from mds.services.site import write_site
from mds.services.week import Line, weeks
from mds_schemas.contact_details import LEFT_OUT, is_mobile, leads_to_a_person
from mds_schemas.versions import LATEST

AS_OF = date(2026, 6, 30)
FULL = Entry(
    "8HX01", "S1",
    dict.fromkeys(public_columns("organisation"))
    | {"legal_name": "Hospice", "provider_type": "CH", "sector": "VOL", "public_phone": "01632960001"},
    dict.fromkeys(public_columns("service"))
    | {"service_name": "At Home", "service_function": "HAH", "service_level": "S", "age_from": 0, "age_to": 18,
       "confirmed_on": date(2026, 6, 1)},
    {"E09999901": "North"}, (), AS_OF,
)  # fmt: skip


def entry(service_id: str) -> Entry:
    return Entry("8HX01", service_id, {}, {"confirmed_on": None}, {}, (), AS_OF)


def test_a_plain_number_is_the_name_of_the_page() -> None:
    assert entry("S1").slug == "8hx01-s1"


def test_numbers_that_differ_in_case_or_marks_alone_have_pages_of_their_own() -> None:
    slugs = {entry(number).slug for number in ("S1", "s1", "S/1", "S-1", "S 1", "Ś1", "../S1")}
    assert len(slugs) == 7
    assert all(slug.replace("-", "").isalnum() and slug.isascii() for slug in slugs)


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (time(8), time(18), "8am to 6pm"),
        (time(8, 30), time(12), "8:30am to midday"),
        (time(20), time(0), "8pm to midnight"),
        (time(0), time(0), "all day and night"),
        (time(12, 15), time(0, 30), "12:15pm to 12:30am"),
    ],
)
def test_hours_as_the_nhs_writes_them(start: time, end: time, said: str) -> None:
    assert Line("WD", "VIS", "ALL", start, end).hours == said


def test_what_owners_write_stays_text(tmp_path: Path) -> None:
    found = replace(
        FULL,
        organisation=FULL.organisation | {"legal_name": "=HYPERLINK(1)", "public_phone": "+441632960001"},
        service=FULL.service | {"service_name": "<script>alert(1)</script>",
                                "diagnosis_excluded": "</title><img src=x onerror=alert(1)>"},
        areas={"E09999901": "<b>North</b>"},
    )  # fmt: skip

    write_site(tmp_path / "site", [found], AS_OF, network="East", test_data=False)

    pages = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "site").rglob("*.html"))
    assert pages.count("<script>") == 1, "the list's own"
    assert "<img" not in pages and "<b>" not in pages
    with (tmp_path / "site" / "services.csv").open(encoding="utf-8", newline="") as stream:
        row = next(csv.DictReader(stream))
    assert (row["legal_name"], row["public_phone"]) == ("'=HYPERLINK(1)", "'+441632960001")
    document = json.loads((tmp_path / "site" / "services.json").read_text(encoding="utf-8"))
    assert document["contents"][0]["name"] == "<script>alert(1)</script>", "JSON holds the text as it is"
    assert "url" not in document["contents"][0]


# --- hours -----------------------------------------------------------------------------------------------------------


def of(day_type: str, start: tuple[int, int], end: tuple[int, int], scope: str = "ALL") -> Line:
    return Line(day_type, "TEL", scope, time(*start), time(*end))


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ((8, 30), (18, 30), range(9, 19)),
        ((9, 0), (9, 30), [9]),
        ((9, 15), (9, 45), []),
        ((9, 0), (17, 0), range(9, 17)),
        ((0, 0), (0, 0), range(24)),
        ((8, 0), (8, 0), range(8, 32)),
        ((22, 0), (6, 0), range(22, 30)),
    ],
)
def test_an_hour_counts_when_the_service_is_there_at_its_beginning(
    start: tuple[int, int], end: tuple[int, int], hours: Any
) -> None:
    (week,) = weeks([of("SA", start, end)])
    assert week.hours == [120 + hour for hour in hours]
    assert week.days == ([5, 6] if max(hours, default=0) > 24 else [5])


def test_the_night_of_sunday_goes_on_into_monday() -> None:
    (week,) = weeks([of("SU", (20, 0), (8, 30))])
    assert week.hours == [*range(9), *range(164, 168)]
    assert (week.length(0), week.length(1), week.length(6)) == ("8 hours 30 minutes", "no hours", "4 hours")


def test_each_scope_of_cover_has_its_week_and_lines_that_meet_are_one_stretch() -> None:
    found = weeks(
        [
            of("WD", (20, 0), (8, 0), "EOL"), of("WD", (8, 0), (12, 0)), of("WD", (12, 0), (20, 0)),
            of("SU", (1, 0), (1, 20), "CRI"), of("BH", (9, 0), (17, 0)),
        ]
    )  # fmt: skip
    assert [week.scope for week in found] == ["ALL", "EOL", "CRI"]
    assert found[0].on(0) == [(480, 1200)]
    assert found[1].on(5) == [(0, 480)]
    assert found[2].length(6) == "20 minutes"


def test_hours_of_bank_holidays_are_in_no_ordinary_week() -> None:
    assert weeks([of("BH", (9, 0), (17, 0))]) == []


# --- what is left out ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number",
    ["07700 900123", "(07700) 900-123", "+447700900123", "+44 (0)7700 900123", "00447700900123", "447700900123",
     "7700900123"],
)  # fmt: skip
def test_a_mobile_number_is_known_however_it_is_written(number: str) -> None:
    assert is_mobile(number)


@pytest.mark.parametrize("number", ["01632960001", "+441632960070", "02079460077", "0800 7007700", "", "7946 0123"])
def test_the_line_of_an_organisation_is_no_mobile_number(number: str) -> None:
    assert not is_mobile(number)


def test_a_text_that_leads_to_a_person_is_left_out_whole_and_the_name_tells_what_the_service_is_for() -> None:
    found = replace(FULL, service=FULL.service | {"service_name": LEFT_OUT})
    assert found.name == "Hospice at home"
    assert as_document([found])["contents"][0]["name"] == "Hospice at home"


@pytest.mark.parametrize(("number", "shown"), [("07700900123", None), ("01632960001", "01632960001")])
def test_the_directory_leaves_a_mobile_number_out(number: str, shown: str | None, tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        for table in ("organisation", "service", "cover"):
            columns = {"receipt_id": "VARCHAR", "provider_code": "VARCHAR", "service_id": "VARCHAR"}
            columns |= {
                name: "VARCHAR" if column.kind.sql == "VARCHAR[]" else column.kind.sql
                for name, column in LATEST.tables[table].columns().items()
            }
            connection.execute(
                f"CREATE TABLE {table} ({', '.join(f'{name} {kind}' for name, kind in columns.items())})"
            )
        connection.execute(
            "INSERT INTO organisation BY NAME SELECT 'r' AS receipt_id, '8HX01' AS provider_code, 'Hospice' AS legal_name,"
            " 'CH' AS provider_type, 'VOL' AS sector, 'Y' AS directory_consent, ? AS public_phone", [number],
        )  # fmt: skip
        connection.execute(
            "INSERT INTO service BY NAME SELECT 'r' AS receipt_id, '8HX01' AS provider_code, 'S1' AS service_id,"
            " 'At Home' AS service_name, 'HAH' AS service_function, 'S' AS service_level, 0 AS age_from, 18 AS age_to"
        )
        connection.execute("CREATE TABLE questionnaire AS SELECT 'r' AS receipt_id")
        connection.execute("CREATE TABLE period AS SELECT DATE '2026-04-01' AS rp_start, DATE '2026-06-30' AS rp_end")
        connection.execute("CREATE TEMP TABLE population (area_code VARCHAR, area_name VARCHAR)")
        (found,) = entries(connection)

    assert found.organisation["public_phone"] == shown
    write_site(tmp_path / "site", [found], AS_OF, network="East", test_data=False)
    everything = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "site").rglob("*.*"))
    assert ("07700900123" not in everything) and (("01632960001" in everything) == bool(shown))


# --- the files beside the pages --------------------------------------------------------------------------------------


def test_open_referral_gives_ages_the_day_of_confirmation_and_a_warning_of_age() -> None:
    stale = replace(FULL, service=FULL.service | {"confirmed_on": date(2025, 6, 1)})
    fresh, old = as_document([FULL, stale])["contents"]
    assert (fresh["minimum_age"], fresh["maximum_age"], fresh["assured_date"]) == (0, 18, "2026-06-01")
    assert "alert" not in fresh and "last_modified" not in fresh
    assert old["alert"] == "May be out of date: nobody has confirmed this entry for half a year."
    assert old["status"] == "active"


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        ((0, 0), (0, 0), ("00:00:00", "23:59:00")),
        ((8, 0), (8, 0), ("08:00:00", "07:59:00")),
        ((20, 0), (0, 0), ("20:00:00", "23:59:00")),
        ((20, 0), (8, 0), ("20:00:00", "08:00:00")),
    ],
)
def test_hours_that_end_at_midnight_or_when_they_begin_end_a_minute_before(
    start: tuple[int, int], end: tuple[int, int], told: tuple[str, str]
) -> None:
    (service,) = as_document([replace(FULL, lines=(of("WD", start, end),))])["contents"]
    assert (service["schedules"][0]["opens_at"], service["schedules"][0]["closes_at"]) == told


def test_the_csv_says_midnight_as_the_end_of_a_day_and_what_is_stale(tmp_path: Path) -> None:
    lines = (of("WD", (0, 0), (0, 0)), of("SA", (20, 0), (0, 0)), of("SU", (0, 0), (8, 0)))
    stale = replace(FULL, service_id="S2", service=FULL.service | {"confirmed_on": None})
    write_site(tmp_path / "site", [replace(FULL, lines=lines), stale], AS_OF, network="East", test_data=False)
    with (tmp_path / "site" / "services.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows[0]["cover"] == "WD TEL ALL 00:00-24:00; SA TEL ALL 20:00-24:00; SU TEL ALL 00:00-08:00"
    assert [row["stale"] for row in rows] == ["N", "Y"]


def test_text_like_a_formula_stays_text_and_a_number_a_number() -> None:
    texts = ["=HYPERLINK(1)", "@SUM(A1)", "+2", "-2", "\t=1"]
    rows = csv_text(["name", "number"], [*([text, -2] for text in texts), ["plain", -1.5], [("1", "2"), None]])
    assert list(csv.reader(rows.splitlines())) == [
        ["name", "number"], *([f"'{text}", "-2"] for text in texts), ["plain", "-1.5"], ["1;2", ""],
    ]  # fmt: skip


# --- on a narrow screen ----------------------------------------------------------------------------------------------


@needs_browser
@pytest.mark.parametrize("width", [320, 360])
def test_a_long_word_does_not_widen_the_page(browser: Any, tmp_path: Path, width: int) -> None:
    word, site = "w" * 200, f"www.{'hospice-' * 14}.example"
    found = replace(
        FULL,
        organisation=FULL.organisation | {"legal_name": word, "website": site},
        service=FULL.service | {"service_name": word, "diagnosis_excluded": word},
        areas={"E09999901": word},
        lines=(of("WD", (9, 0), (17, 0)),),
    )
    pages = write_site(tmp_path / "site", [found], AS_OF, network="East", test_data=True)
    for path in [path for path in pages if path.suffix == ".html"]:
        with opened(browser, path, (width, 640)) as page:
            assert overflow(page) <= 0, path.name


@pytest.mark.parametrize(
    ("text", "leads"),
    [
        ("Fir chairs (ask on 07700 900999)", True),
        ("ask jo.doe@fir.example.", True),
        ("+44 (0)7700 900 999, charity 1234567", True),
        ("07700.900.999", True),
        ("call 07700/900-999", True),
        ("Ask for Jane Doe", True),
        ("Mrs Doe bleep 4455", True),
        ("Clinic of Dr. Doe", True),
        ("children of 0 to 18, since 2010-2011", False),
        ("On Call Nurses, open from 08.00 to 20.00", False),
        ("Nurse Led Clinic for DRESS and MS", False),
    ],
)
def test_what_leads_to_a_person_is_told_from_what_does_not(text: str, leads: bool) -> None:
    assert leads_to_a_person(text) == leads
