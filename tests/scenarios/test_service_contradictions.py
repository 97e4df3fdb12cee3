"""What services say of their hours, children and beds, where the rows about children show otherwise. Answers worked out by
hand. All children are of the third area and of category 1, were born in May 2018 and were sent by their parents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from homes import HOSPICE, TEAM, Region, child, children, mds, region_in

from mds.figures.table import HIDDEN

EVERY_DAY = ("WD", "SA", "SU", "BH")
SUNDAYS = [f"2026-{month}-{day}" for month, days in (("04", (5, 12, 19, 26)), ("05", (3, 10, 17, 24, 31))) for day in
           (f"{n:02}" for n in days)]  # fmt: skip
SATURDAYS = ["2026-04-11", "2026-04-18", "2026-04-25"]
HOLIDAYS = ["2026-04-06", "2026-05-04", "2026-05-25"]
"""All of them Mondays."""
WEDNESDAYS = ["2026-04-15", "2026-05-20", "2026-06-03"]


def _service(number: str, **changes: str) -> dict[str, str]:
    return {"service_id": number, "service_function": "SYM", "areas_served": "E09999901;E09999903", "act_categories": "",
            "referral_routes": "", "self_referral": "", "opened_on": "", **changes}  # fmt: skip


def _cover(
    number: str, start: str, end: str, *days: str, mode: str = "VIS", scope: str = "ALL"
) -> list[dict[str, str]]:
    return [{"service_id": number, "day_type": day, "mode": mode, "cover_scope": scope, "from_time": start, "to_time": end}
            for day in days]  # fmt: skip


def _contacts(service: str, days: list[str], time: str, **changes: str) -> list[dict[str, str]]:
    return [
        {"contact_id": f"{service}{day[5:]}{time}", "referral_id": f"{service}-1", "contact_date": day,
         "contact_time": time, "out_of_hours": "", "contact_type": "01", "mechanism": "01", "location": "HM", **changes}
        for day in days
    ]  # fmt: skip


def _referrals(service: str, *numbers: int) -> list[dict[str, str]]:
    return [{"local_patient_id": f"SB00{n}", "referral_id": f"{service}-{n}", "service_id": service, "referral_source": "14"}
            for n in numbers]  # fmt: skip


SERVICES = [
    _service("SUN"), _service("NIGHT"), _service("HOME"), _service("BED"), _service("HOLIDAY"),
    _service("TEENS", age_from="14"), _service("TODDLERS", age_to="6"), _service("CATEGORY", act_categories="4"),
    _service("AREA", areas_served="E09999901"), _service("SELF", referral_routes="01;02", self_referral="N"),
    _service("ROUTES", referral_routes="01;02"), _service("CLOSED", closed_on="2026-04-15"), _service("COUNTED"),
    _service("FINE", age_from="7", age_to="7", act_categories="1;4", areas_served="E09999903", referral_routes="01",
             self_referral="Y"),
    _service("MONTH", age_to="7"),
    _service("FEW", age_from="14", areas_served="E09999901", act_categories="4", referral_routes="01"),
]  # fmt: skip
COVER = [
    *_cover("SUN", "09:00", "17:00", "WD"), *_cover("SUN", "09:00", "12:00", "SA"),
    *_cover("NIGHT", "07:00", "23:00", *EVERY_DAY),
    *_cover("HOME", "09:00", "17:00", "WD"), *_cover("HOME", "00:00", "24:00", "SA", "SU", mode="TEL"),
    *_cover("BED", "00:00", "24:00", *EVERY_DAY, mode="BED"),
    *_cover("HOLIDAY", "09:00", "17:00", "WD", "SA"),
    *_cover("FINE", "09:00", "17:00", "WD"), *_cover("FINE", "17:00", "09:00", "SA"),
    *_cover("FINE", "12:00", "16:00", "SU", scope="EOL"),
    *_cover("FEW", "09:00", "17:00", "WD"),
]  # fmt: skip
CONTACTS = [
    *_contacts("SUN", SUNDAYS, "10:00"), *_contacts("SUN", SATURDAYS, "12:10"),
    *_contacts("NIGHT", ["2026-04-15", *SATURDAYS[:1], *SUNDAYS[:1], *HOLIDAYS[:1]], "03:00"),
    *_contacts("HOME", SUNDAYS[:6], "11:00"), *_contacts("HOME", SATURDAYS, "11:00", mechanism="02"),
    *_contacts("BED", SATURDAYS, "11:00"), *_contacts("BED", SUNDAYS, "11:00", location="HO"),
    *_contacts("HOLIDAY", HOLIDAYS, "10:00"), *_contacts("HOLIDAY", SUNDAYS[:1], ""),
    *_contacts("CLOSED", ["2026-04-14", "2026-04-16", "2026-04-17", "2026-04-18"], "10:00"),
    # Saturday night lasts until nine on Sunday; a visit that was not attended; letters; a quarter of an hour too early; bank
    # holidays by the hours of Sundays; no time on a day with some cover.
    *_contacts("FINE", SUNDAYS, "08:00"), *_contacts("FINE", SUNDAYS[:3], "10:30", attendance="3", duration_min=""),
    *_contacts("FINE", SUNDAYS[:4], "22:00", mechanism="05"), *_contacts("FINE", WEDNESDAYS, "08:45"),
    *_contacts("FINE", HOLIDAYS, "13:00"), *_contacts("FINE", SUNDAYS[:4], ""),
    # All three were eight by then, but of their births only the month is known here.
    *(row for n in (1, 2, 3) for row in _contacts("MONTH", ["2026-05-20"], f"1{n}:00", referral_id=f"MONTH-{n}")),
    *_contacts("FEW", SUNDAYS[:2], "10:00"),
]  # fmt: skip
STAYS = [
    ("2026-04-07", "2026-04-27", "20", "HB"), ("2026-05-05", "2026-05-25", "20", "HB"), ("2026-06-01", "2026-06-18", "17", "FB"),
    ("2026-03-25", "2026-04-04", "10", "HB"), ("2026-06-20", "2026-06-29", "9", "FO"),
]  # fmt: skip
"""60 nights of the period in beds of the provider's: of the stay from before it three, and those with a foster family none."""


def _case() -> dict[str, Any]:
    three = [child(n, postcode="", lad_code="E09999903") for n in (1, 2, 3)]
    case: dict[str, Any] = children(*three)
    case["condition"] = [{"local_patient_id": f"SB00{n}", "act_category": "1"} for n in (1, 2, 3)]
    case["referral"] = [row for service in (*SERVICES, {"service_id": "NOWHERE"}) if service["service_id"] != "FEW"
                        for row in _referrals(service["service_id"], 1, 2, 3)]  # fmt: skip
    case["referral"] += _referrals("FEW", 1, 2)
    case["contact"] = CONTACTS
    case["short_break"] = [
        {"short_break_id": f"B{n}", "referral_id": "BED-1", "start_date": start, "end_date": end, "nights": nights,
         "offered_units": nights, "break_type": kind}
        for n, (start, end, nights, kind) in enumerate(STAYS)
    ]  # fmt: skip
    counts = {"service_id": "COUNTED", "total_children": "12"}
    capacity = {
        "service_id": "BED",
        "bed_nights_available": "90",
        "bed_nights_used": "5",
        "bed_nights_closed_staffing": "",
    }
    return {
        **case,
        "organisation": {},
        "service": SERVICES,
        "cover": COVER,
        "capacity": capacity,
        "aggregate_caseload": counts,
    }


def _send(region: Region, case: dict[str, Any], **about: str) -> None:
    said = region.send(region.file(case, **about), "--json")
    assert said.code == 0, said.out + said.err


@pytest.fixture(scope="module")
def sent(founded: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Region]:
    region = region_in(founded, tmp_path_factory.mktemp("contradictions"))
    _send(region, _case(), return_type="ALL")
    # The team's questionnaire is of the quarter before: its hours hold, its counts are of other children and nights.
    old = _case()
    team = {"provider_code": TEAM}
    services = {name: old[name] for name in ("cover", "capacity", "aggregate_caseload")}
    services |= {"organisation": team, "service": [service | team for service in SERVICES]}
    _send(region, {**children(), **services}, provider=TEAM, period="Q1", return_type="SQ")
    rows = {name: old[name] for name in ("child", "condition", "short_break")}
    rows |= {"referral": [row for row in old["referral"] if row["service_id"] in ("SUN", "BED", "COUNTED")],
             "contact": [row for row in CONTACTS if row["referral_id"] == "SUN-1"]}  # fmt: skip
    _send(region, {**children(), **rows}, provider=TEAM, return_type="MDS")
    yield region


@pytest.fixture(scope="module")
def told(sent: Region) -> list[list[Any]]:
    return _followed_up(sent, "--exact")


def _followed_up(region: Region, *options: str) -> list[list[Any]]:
    said = mds("services", "followup", "--home", region.path, "--period", "2026-04-01", "--json", *options)
    assert said.code == 0, said.err
    table = next(table for table in said.json["tables"] if table["name"] == "contradictions")
    assert table["columns"] == ["provider_code", "provider_name", "questionnaire_of", "service_id", "what",
                                "questionnaire_says", "rows_show", "found"]  # fmt: skip
    rows: list[list[Any]] = table["rows"]
    return rows


EXPECTED = {
    ("SUN", "contacts outside the hours told"): (
        "weekdays: visits at home 9am to 5pm; Saturdays: visits at home 9am to midday; none on Sundays and bank holidays",
        "9 on Sundays, 10am to 11am", 9,
    ),
    ("NIGHT", "contacts outside the hours told"): (
        "weekdays, Saturdays, Sundays and bank holidays: visits at home 7am to 11pm",
        "1 on weekdays, 3am to 4am; 1 on Saturdays, 3am to 4am; 1 on Sundays, 3am to 4am; 1 on bank holidays, 3am to 4am", 4,
    ),
    ("HOME", "contacts face to face in hours with other cover only"): (
        "weekdays: visits at home 9am to 5pm; Saturdays and Sundays: telephone to family all day and night",
        "6 on Sundays, 11am to midday", 6,
    ),
    ("BED", "contacts face to face in hours with other cover only"): (
        "weekdays, Saturdays, Sundays and bank holidays: in-patient all day and night", "3 on Saturdays, 11am to midday", 3,
    ),
    ("HOLIDAY", "contacts outside the hours told"): (
        "weekdays and Saturdays: visits at home 9am to 5pm; none on Sundays and bank holidays",
        "1 on Sundays, no time told; 3 on bank holidays, 10am to 11am", 4,
    ),
    ("TEENS", "children younger than the service takes"): ("ages 14 to 25", "3 children aged 7", 3),
    ("TODDLERS", "children older than the service takes"): ("ages 0 to 6", "3 children aged 7", 3),
    ("CATEGORY", "children of ACT categories that the service does not take"): (
        "ACT categories 4", "3 children of category 1", 3,
    ),
    ("AREA", "children from areas that the service does not serve"): ("E09999901", "3 children from E09999903", 3),
    ("SELF", "referrals by those who may not refer"): (
        "referrals by GP / primary care; acute paediatrics; families may not refer themselves",
        "3 referrals by parent, carer or self", 3,
    ),
    ("ROUTES", "referrals by those who may not refer"): (
        "referrals by GP / primary care; acute paediatrics", "3 referrals by parent, carer or self", 3,
    ),
    ("CLOSED", "contacts while the service was not open"): ("closed on 15 April 2026", "3 contacts after", 3),
    ("NOWHERE", "children of a service that is not listed"): (
        "services SUN, NIGHT, HOME, BED and 12 more", "3 children", 3,
    ),
    ("COUNTED", "another number of children than rows were sent"): ("12 children", "3 children", 9),
    (None, "more bed nights than were told"): ("bed nights: 5 used of 90 available", "60 nights", 55),
}  # fmt: skip


@pytest.mark.parametrize("key", EXPECTED, ids=lambda key: f"{key[0]}: {key[1]}")
def test_contradiction(told: list[list[Any]], key: tuple[str | None, str]) -> None:
    assert {(row[3], row[4]): tuple(row[5:]) for row in told if row[0] == HOSPICE}[key] == EXPECTED[key]


def test_nothing_else_is_found(told: list[list[Any]]) -> None:
    """Not the service that keeps to what it says, nor the one with two of each."""
    assert {(row[3], row[4]) for row in told if row[0] == HOSPICE} == set(EXPECTED)
    assert {(row[1], row[2]) for row in told if row[0] == HOSPICE} == {("Sunny Bank Hospice", "2026-04-01")}


def test_of_an_older_questionnaire_the_hours_hold_and_the_counts_do_not(told: list[list[Any]]) -> None:
    assert [(row[2], row[3], row[4], row[7]) for row in told if row[0] == TEAM] == [
        ("2026-01-01", "SUN", "contacts outside the hours told", 9)
    ]


def test_what_may_be_passed_on_tells_small_numbers_and_others_roughly(sent: Region) -> None:
    shared = {(row[3], row[4]): tuple(row[5:]) for row in _followed_up(sent) if row[0] == HOSPICE}
    assert shared.keys() == EXPECTED.keys()
    assert shared["SUN", "contacts outside the hours told"][1:] == ("about 10 on Sundays, 10am to 11am", 10)
    assert shared["TEENS", "children younger than the service takes"][1:] == ("1 to 7 children aged 7", HIDDEN)
    assert shared["COUNTED", "another number of children than rows were sent"] == (
        "about 10 children", "1 to 7 children", 10
    )  # fmt: skip
    assert shared[None, "more bed nights than were told"] == (
        "bed nights: 1 to 7 used of about 90 available", "about 60 nights", 55,
    )  # fmt: skip
