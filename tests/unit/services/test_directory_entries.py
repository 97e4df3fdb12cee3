"""An entry of the directory: its page's name, and how it writes hours."""

from __future__ import annotations

import csv
import json
from datetime import date, time
from pathlib import Path

import pytest

from mds.services.directory import Entry, Line, public_columns
from mds.services.site import write_site


def entry(service_id: str) -> Entry:
    return Entry("8HX01", service_id, {}, {"confirmed_on": None}, {}, (), frozenset(), date(2026, 6, 30))


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
    organisation = dict.fromkeys(public_columns("organisation")) | {
        "legal_name": "=HYPERLINK(1)", "provider_type": "CH", "sector": "VOL", "public_phone": "+441632960001",
    }  # fmt: skip
    service = dict.fromkeys(public_columns("service")) | {
        "service_name": "<script>alert(1)</script>", "service_function": "HAH", "service_level": "S", "age_from": 0,
        "age_to": 18, "diagnosis_excluded": "</title><img src=x onerror=alert(1)>",
    }  # fmt: skip
    found = Entry(
        "8HX01", "S1", organisation, service, {"E09999901": "<b>North</b>"}, (), frozenset(), date(2026, 6, 30)
    )

    write_site(tmp_path / "site", [found], date(2026, 6, 30), network="East", test_data=False)

    pages = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "site").rglob("*.html"))
    assert pages.count("<script>") == 1, "the list's own"
    assert "<img" not in pages and "<b>" not in pages
    with (tmp_path / "site" / "services.csv").open(encoding="utf-8", newline="") as stream:
        row = next(csv.DictReader(stream))
    assert (row["legal_name"], row["public_phone"]) == ("'=HYPERLINK(1)", "'+441632960001")
    document = json.loads((tmp_path / "site" / "services.json").read_text(encoding="utf-8"))
    assert document["contents"][0]["name"] == "<script>alert(1)</script>", "JSON holds the text as it is"
    assert "url" not in document["contents"][0]
