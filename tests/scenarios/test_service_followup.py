"""What a co-ordinator has to ask about, in a network where each of it was planted once."""

from __future__ import annotations

from typing import Any

from homes import HOSPICE, HOSPITAL, TEAM, Region, child, children, mds

WEEKDAYS = {"day_type": "WD", "from_time": "08:00", "to_time": "18:00"}
NAME = "Sunny Bank Hospice"
EVERY_DAY = [{"day_type": day, "from_time": "00:00", "to_time": "24:00"} for day in ("WD", "SA", "SU")]


def _contact(number: int, day: str, time: str, referral: str = "RF-SB001") -> dict[str, str]:
    return {"contact_id": f"C{number}", "referral_id": referral, "contact_date": day, "contact_time": time,
            "out_of_hours": "", "duration_min": "30"}  # fmt: skip


def _send(region: Region, case: dict[str, Any], **about: str) -> None:
    said = region.send(region.file({**children(), **case}, **about))
    assert said.code in (0, 1), said.out + said.err


def test_each_thing_to_ask_about_is_found_and_nothing_else(region: Region) -> None:
    hospice = {
        "organisation": {},
        "service": [{"confirmed_on": "2025-12-28"}, {"service_id": "S2", "confirmed_on": "2025-12-29"},
                    {"service_id": "S3", "confirmed_on": "", "closed_on": "2026-03-31"}],
        "cover": [WEEKDAYS, *({"service_id": "S2", **line} for line in EVERY_DAY)],
    }  # fmt: skip
    own = children(child(1), child(2))
    own["referral"] = [{"local_patient_id": "SB001", "referral_id": "RF-SB001", "service_id": "S1"},
                       {"local_patient_id": "SB002", "referral_id": "RF-SB002", "service_id": "S2"}]  # fmt: skip
    own["contact"] = [
        _contact(1, "2026-05-15", "10:00"),  # a Friday
        _contact(2, "2026-05-16", "10:00"), _contact(3, "2026-05-17", "11:00"),  # a weekend without cover
        _contact(4, "2026-05-18", "23:00"),  # a night without cover
        _contact(5, "2026-05-17", "23:30", "RF-SB002"),  # both, of a service that has cover then
    ]  # fmt: skip
    _send(region, {**own, **hospice}, return_type="ALL")
    _send(region, {"organisation": {"provider_code": TEAM}, "service": {"provider_code": TEAM, "confirmed_on": ""}},
          provider=TEAM, period="Q1", return_type="SQ")  # fmt: skip

    said = mds("services", "followup", "--home", region.path, "--period", "2026-04-01", "--json")

    assert said.code == 0, said.err
    found = {table["name"]: table["rows"] for table in said.json["tables"]}
    assert found["unanswered"] == [
        [TEAM, "Fen Community Team", "2026-01-01"], [HOSPITAL, "Marsh Hospital", None],
    ]  # fmt: skip
    assert [[row[0], row[2], *row[4:]] for row in found["stale"]] == [
        [HOSPICE, "S1", "2025-12-28", 184],
        [TEAM, "S1", None, None],
    ]
    assert found["contradictions"] == [
        [HOSPICE, NAME, "S1", "no cover at night, but contacts then", 1],
        [HOSPICE, NAME, "S1", "no cover at weekends, but contacts then", 2],
    ]


def test_services_that_the_children_speak_against(region: Region) -> None:
    """A service that closed, one that takes younger children only, one that is not on the list, too few bed nights."""
    own = children(child(1, person_birth_date="2010-01-01"), child(2))
    own["referral"] = [{"local_patient_id": "SB001", "referral_id": "RF-SB001", "service_id": "S1"},
                       {"local_patient_id": "SB002", "referral_id": "RF-SB002", "service_id": "S2"}]  # fmt: skip
    own["contact"] = [_contact(1, "2026-04-14", "10:00"), _contact(2, "2026-04-16", "10:00")]
    own["short_break"] = {
        "referral_id": "RF-SB002",
        "start_date": "2026-05-01",
        "end_date": "2026-05-08",
        "nights": "7",
    }
    services = {
        "organisation": {},
        "service": {"age_from": "0", "age_to": "10", "closed_on": "2026-04-15"},
        "cover": {"from_time": "00:00", "to_time": "24:00"},
        "capacity": {"bed_nights_available": "6", "bed_nights_used": "", "bed_nights_closed_staffing": ""},
    }
    _send(region, services, return_type="SQ")
    _send(region, own)

    said = mds("services", "followup", "--home", region.path, "--period", "2026-04-01", "--json")

    found = {table["name"]: table["rows"] for table in said.json["tables"]}
    assert [row[2:] for row in found["contradictions"]] == [
        ["S1", "children older than the service takes", 1],
        ["S1", "not open then, but contacts", 1],
        ["S2", "not on the list of services, but children", 1],
        [None, "fewer bed nights than children spent", 7],
    ]


def test_two_sides_of_a_payment_that_do_not_agree(region: Region) -> None:
    paid = {"commissioner_code": "QHG", "hospice_spend_gbp": "150000"}
    received = {"financial_year": "2025/26", "funder": "ICB", "funder_code": "QHG"}
    hospice = {
        "organisation": {}, "service": {}, "cover": {},
        "funding": [{**received, "amount_gbp": "100000"}, {**received, "amount_gbp": "90000", "contract_form": "G"},
                    {**received, "financial_year": "2024/25", "amount_gbp": "150000"}],
        "commissioner": paid,
    }  # fmt: skip
    _send(region, hospice, return_type="SQ")

    said = mds("services", "followup", "--home", region.path, "--period", "2026-04-01", "--json")

    found = {table["name"]: table["rows"] for table in said.json["tables"]}
    assert found["payments"] == [["QHG", 150000, 190000, 1]]


def test_a_death_in_a_hospice_that_no_hospice_knows_of(region: Region) -> None:
    """Two children died in a hospice by the hospital's return; the hospice knows one of them."""
    gone = {"caseload_status": "D", "date_left": "2026-05-20"}
    case = children(child(1, **gone), child(2, **gone))
    case["death"] = [
        {"local_patient_id": f"SB00{number}", "death_date": "2026-05-20", "death_place": "31"} for number in (1, 2)
    ]
    _send(region, case, provider=HOSPITAL)
    _send(region, children(child(2)))
    _send(region, {"organisation": {}, "service": {}, "cover": {}}, return_type="SQ")

    said = mds("services", "followup", "--home", region.path, "--period", "2026-04-01", "--json")

    found = {table["name"]: table["rows"] for table in said.json["tables"]}
    assert found["hospice_deaths"] == [[HOSPITAL, None, 1]]
