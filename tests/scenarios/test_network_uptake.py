"""Uptake, timeliness, hospital stays and care at home in a network of three providers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from homes import HOSPICE, HOSPITAL, TEAM, region_in
from networks import Kid, Row, case_of, pictured, rows, send

from mds.figures.table import FigureTable
from mds.network.picture import hospital, packages, timeliness, uptake

PLAIN = {"assessed_hours_week": "", "delivered_hours_week": "", "cc_application_date": "", "cc_package_date": ""}


def _referred(day: str, urgency: str, decided: str = "", started: str = "", **more: str) -> Row:
    return {
        **PLAIN,
        "referral_date": day,
        "urgency": urgency,
        "outcome_date": decided,
        "episode_start": started,
        **more,
    }


def _waiting(day: str) -> Row:
    return _referred(day, "U", referral_outcome="W", lead_service="N")


def _contacts(*told: tuple[str, str, str, str, str]) -> list[Row]:
    """Day, purpose, with whom, how and where of contacts that took place."""
    return [{"contact_date": day, "contact_time": "", "contact_type": kind, "subject": who, "mechanism": how, "location": where}
            for day, kind, who, how, where in told]  # fmt: skip


def _plan(place: str) -> list[Row]:
    return [{"preferred_care_place": place}]


def _stay(begun: str, left: str, **more: str) -> Row:
    return {
        "admitted_at": begun,
        "discharged_at": left,
        "ready_date": "",
        "discharged_to": "21" if left else "",
        **more,
    }


WHITE, ASIAN = {"ethnic_category": "WBRI"}, {"ethnic_category": "APAK"}
FIRST = {**ASIAN, "person_birth_date": "2018-05-11", "first_known_date": "2026-04-02"}
SINCE_MARCH = {"recognition_date": "2026-03-03"}
TENTH = {"ethnic_category": "BCAR", "interpreter_needed": "Y", "main_language": "yor"}
ENDED_BY_DEATH = {"episode_end_reason": "01"}

HOSPICE_BEFORE = case_of(
    Kid(3, WHITE),
    Kid(8, {**WHITE, "caseload_status": "X"}, {}, {**ENDED_BY_DEATH, "episode_end": "2026-02-10"},
        {"death": [{"death_date": "2026-02-10"}]}),
    Kid(9, {**WHITE, "caseload_status": "D", "first_known_date": "2026-02-01"}, {},
        _referred("2026-02-01", "R", "2026-02-02", "2026-02-03", episode_end="2026-03-01", episode_end_reason="05")),
    contacts=False,
)  # fmt: skip
TEAM_BEFORE = case_of(
    Kid(10, TENTH, {}, PLAIN),
    Kid(8, {**WHITE, "caseload_status": "X"}, {}, _referred("2025-12-20", "R", "2025-12-21", "2025-12-22", **ENDED_BY_DEATH,
        episode_end="2026-02-10"), {"death": [{"death_date": "2026-02-10"}]}),
    contacts=False,
)  # fmt: skip
HOSPICE_NOW = case_of(
    Kid(1, FIRST, SINCE_MARCH, _referred("2026-04-02", "E", "2026-04-02", "2026-04-03", assessed_hours_week="10",
                                         delivered_hours_week="7"),
        {"contact": [{**_contacts(("2026-04-03", "01", "C", "01", "HM"))[0], "out_of_hours": "Y"}], "care_plan": _plan("21")}),
    Kid(2, {**WHITE, "person_birth_date": "2025-10-01", "first_known_date": "2026-05-01"},
        {"recognition_date": "2026-05-11", "icd10_code": "C91.0", "diagnostic_group": "ONC", "act_category": "1"},
        _referred("2026-05-01", "U", "2026-05-04", "2026-05-04"),
        {"contact": _contacts(("2026-05-05", "03", "R", "02", "HM"), ("2026-05-11", "01", "C", "01", "HM"),
                              ("2026-05-12", "01", "C", "01", "HM"), ("2026-05-12", "05", "C", "01", "HO")),
         "short_break": [{"stay_reason": "S"}], "care_plan": _plan("22")}),
    Kid(3, WHITE, {}, PLAIN,
        {"contact": [{**_contacts(("2026-06-01", "01", "C", "01", "HM"))[0], "attendance": "3", "duration_min": ""}],
         "short_break": [{"start_date": "2026-06-01", "end_date": "2026-06-04", "nights": "3", "offered_units": "3"}],
         "care_plan": _plan("31")}),
    Kid(4, {**WHITE, "caseload_status": "P"}, {}, _waiting("2026-06-28")),
    Kid(5, {**WHITE, "caseload_status": "P"}, {}, _waiting("2026-06-10")),
    Kid(6, {**ASIAN, "caseload_status": "D"}, {},
        _referred("2026-05-20", "R", "2026-05-25", referral_outcome="R", rejection_reason="01", lead_service="N")),
    Kid(7, {**WHITE, "person_birth_date": "2026-05-20", "caseload_status": "X", "first_known_date": "2026-05-25"},
        {"recognition_date": "2026-05-24"},
        _referred("2026-05-25", "E", "2026-05-25", "2026-05-25", **ENDED_BY_DEATH, episode_end="2026-05-29"),
        {"contact": [{**_contacts(("2026-05-26", "06", "C", "01", "HM"))[0], "out_of_hours": "Y"}],
         "death": [{"death_date": "2026-05-29"}]}),
    contacts=False,
)  # fmt: skip
SAME_STAY = _stay("2026-04-20 11:15", "2026-04-24 15:00", ready_date="2026-04-23")
TEAM_NOW = case_of(
    Kid(1, FIRST, SINCE_MARCH,
        _referred("2026-05-01", "R", "2026-05-03", "2026-05-04", lead_service="N", cc_application_date="2026-05-10",
                  cc_package_date="2026-05-20"),
        {"contact": _contacts(("2026-05-21", "01", "C", "01", "HM")),
         "phase": [{"phase_date": "2026-05-05", "phase_submitted": "yellow"}]}),
    Kid(10, TENTH, {}, {**PLAIN, "assessed_hours_week": "20", "delivered_hours_week": "20", "cc_application_date": "2025-09-01"},
        {"contact": _contacts(("2026-05-22", "04", "P", "02", "HM")), "care_plan": _plan("98"), "admission": [SAME_STAY]}),
    contacts=False,
)  # fmt: skip
ELEVENTH = {"ethnic_category": "Z", "person_birth_date": "2009-05-05", "main_language": ""}
HOSPITAL_NOW = case_of(
    Kid(10, TENTH, {}, {**PLAIN, "lead_service": "N"},
        {"admission": [SAME_STAY, _stay("2026-05-04 19:00", "2026-05-05 10:00")]}),
    Kid(11, ELEVENTH, {"recognition_date": ""}, PLAIN,
        {"contact": _contacts(("2026-05-20", "02", "C", "01", "OP"), ("2026-05-21", "02", "C", "01", "WD")),
         "admission": [
             _stay("2026-05-12 23:30", "2026-05-14 12:00", ward_kind="I", ready_date="2026-05-14", rapid_discharge="Y",
                   rapid_discharge_asked_at="2026-05-13 18:00"),
             _stay("2026-06-03 18:30", "2026-06-07 09:00", ready_date="2026-06-05", rapid_discharge="Y",
                   rapid_discharge_asked_at="2026-06-05 08:00"),
             _stay("2026-06-15 09:00", "", method="P", rapid_discharge="Y", rapid_discharge_asked_at="2026-06-20 10:00")]}),
    Kid(12, {**WHITE, "caseload_status": "X", "first_known_date": "2026-06-01"}, {},
        _referred("2026-06-01", "", "2026-06-02", "2026-06-02", **ENDED_BY_DEATH, episode_end="2026-06-22"),
        {"death": [{"death_date": "2026-06-22", "death_place": "11"}],
         "admission": [_stay("2026-06-10 02:00", "2026-06-22 14:00", ready_date="2026-06-12")]}),
    contacts=False,
)  # fmt: skip


@pytest.fixture(scope="module")
def told(founded: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, FigureTable]]:
    region = region_in(founded, tmp_path_factory.mktemp("uptake"))
    before = case_of(Kid(10, TENTH, {}, PLAIN), contacts=False)
    for provider, case in ((HOSPICE, HOSPICE_BEFORE), (TEAM, TEAM_BEFORE), (HOSPITAL, before)):
        send(region, provider, case, "Q1")
    for provider, case in ((HOSPICE, HOSPICE_NOW), (TEAM, TEAM_NOW), (HOSPITAL, HOSPITAL_NOW)):
        send(region, provider, case)
    yield pictured(region, uptake, timeliness, hospital, packages)


# On a caseload are 1, 2, 3, 10 and 11.
EXPECTED: dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]] = {
    # 1 at two providers, 2, 7 and 12; 6; 4 and 5.
    "referrals": (
        ("referral_outcome", "referrals", "of_referrals", "children", "providers", "share"),
        [("A", 5, 8, 4, 3, 62.5), ("R", 1, 8, 1, 1, 12.5), ("W", 2, 8, 2, 1, 25)],
    ),
    # The third did not come to its appointment; with the tenth's family there was a telephone call.
    "reach": (
        ("reached_by", "children", "of_children", "providers", "share"),
        [("contact with child or family", 4, 5, 3, 80), ("seen face to face", 3, 5, 3, 60), ("short break", 2, 5, 3, 40),
         ("any of these", 5, 5, 3, 100)],
    ),
    "reach_by_group": (
        ("compared_by", "who", "with_contact", "with_short_break", "of_children", "accepted", "of_referrals", "share_accepted"),
        [("ethnic group", "Asian", 1, 0, 1, 2, 3, 66.7), ("ethnic group", "Black", 1, 0, 1, 0, 0, None),
         ("ethnic group", "White", 1, 2, 2, 3, 3, 100), ("ethnic group", "not known", 1, 0, 1, 0, 0, None),
         ("language", "English", 2, 2, 3, 5, 6, 83.3), ("language", "another language", 1, 0, 1, 0, 0, None),
         ("language", "not known", 1, 0, 1, 0, 0, None),
         ("interpreter", "needed", 1, 0, 1, 0, 0, None), ("interpreter", "not needed", 3, 2, 4, 5, 6, 83.3),
         ("deprivation", "not known", 4, 2, 5, 5, 6, 83.3), ("sex", "male", 4, 2, 5, 5, 6, 83.3),
         ("age", "under 1", 1, 1, 1, 2, 2, 100), ("age", "6-10", 2, 1, 3, 3, 4, 75), ("age", "16-19", 1, 0, 1, 0, 0, None)],
    ),
    # E: both decided at once, and met the next day. U: 2 after ten days; 5 waits since the 10th of June, and the week of 4 is not
    # over. R: 1 at the team after 2 and 20 days, 6 after 5.
    "response_times": (
        ("urgency", "referrals", "decided", "median_days_to_decision", "contacted", "median_days_to_contact", "in_time", "of_due",
         "providers", "share_in_time"),
        [("E", 2, 2, 0, 2, 1, 2, 2, 1, 100), ("U", 3, 1, 3, 1, 10, 0, 2, 1, 0), ("R", 2, 2, 3.5, 1, 20, 0, 0, 2, None),
         ("not told", 1, 1, 1, 0, None, 0, 0, 1, None), ("all", 8, 6, 1.5, 4, 5.5, 2, 4, 3, 50)],
    ),
    # 1 after 30 days, 3 and 10 after 887; 2 ten days before. Of 11 it is not told.
    "diagnosis_to_referral": (
        ("diagnostic_group", "children", "referred_before", "median_days", "low", "high", "providers"),
        [("MET", 3, 0, 887, 458.5, 887, 3), ("ONC", 1, 1, 0, 0, 0, 1), ("all groups", 4, 1, 458.5, 22.5, 887, 3)],
    ),
    # 7 after 4 days, at the age of nine; 12 after three weeks; 8 after 52 days with the team, but the hospice had known it for
    # two years.
    "late_referral": (
        ("known_for", "children", "so_far", "newborns", "of_children", "providers", "share_so_far"),
        [("under 7 days", 1, 1, 1, 3, 1, 33.3), ("7-27 days", 1, 2, 0, 3, 1, 66.7), ("28-91 days", 0, 2, 0, 3, 0, 66.7),
         ("92-364 days", 0, 2, 0, 3, 0, 66.7), ("a year or more", 1, 3, 0, 3, 2, 100), ("not told", 0, None, 0, 3, 0, None)],
    ),
    # On a caseload: 1 for 89 days and 2 for 60, the others for more than two years. 9 left after four weeks.
    "involvement": (
        ("known_for", "on_caseload", "of_caseload", "died", "of_died", "ended_otherwise", "of_ended", "providers"),
        [("under 7 days", 0, 5, 1, 3, 0, 1, 1), ("7-27 days", 0, 5, 1, 3, 0, 1, 1), ("28-91 days", 2, 5, 0, 3, 1, 1, 2),
         ("92-364 days", 0, 5, 0, 3, 0, 1, 0), ("a year or more", 3, 5, 1, 3, 0, 1, 3)],
    ),
    "involvement_by_age": (
        ("age_at_referral", "children", "median_days", "low", "high", "providers"),
        [("under 1", 1, 60, 60, 60, 1), ("1-5", 2, 876, 876, 876, 3), ("6-10", 1, 89, 89, 89, 2), ("11-15", 1, 876, 876, 876, 1)],
    ),
    # The stay of which both tell on Monday morning, a bank holiday, two nights, and Wednesday evening. The team and the hospital
    # have 1, 10 and 11 now and had 10: 2 children for 91 of 365.25 days.
    "emergency_admissions": (
        ("began", "admissions", "children_admitted", "children_before", "children", "days", "providers", "a_child_year"),
        [("weekday 08:00 to 18:00", 1, 1, 1, 3, 91, 2, 2.01), ("weekday evening", 1, 1, 1, 3, 91, 2, 2.01),
         ("weekend day", 1, 1, 1, 3, 91, 2, 2.01), ("night", 2, 2, 1, 3, 91, 2, 4.01)],
    ),
    "outpatient_visits": (
        ("contact_type", "visits", "children", "of_contacts", "providers", "share"), [("02", 1, 1, 2, 1, 50)],
    ),
    # A day after the 23rd of April, and two after the 5th of June. 12 died before it could leave.
    "delayed_discharges": (
        ("ward_kind", "delayed", "of_stays", "days_delayed", "median_days", "share"),
        [("I", 0, 1, 0, None, 0), ("W", 2, 2, 3, 1.5, 100), ("all", 2, 3, 3, 1.5, 66.7)],
    ),
    "rapid_discharges": (
        ("left_hospital", "requests", "of_requests", "providers", "share"),
        [("within 24 hours", 1, 3, 1, 33.3), ("later", 1, 3, 1, 33.3), ("had not left", 1, 3, 1, 33.3)],
    ),
    "care_packages": (
        ("provider_type", "short", "of_packages", "children", "hours_delivered", "of_hours_agreed", "share_short",
         "share_delivered"),
        [("CH", 1, 1, 1, 7, 10, 100, 70), ("CN", 0, 1, 1, 20, 20, 0, 100), ("all", 1, 2, 2, 27, 30, 50, 90)],
    ),
    "fast_track": (
        ("children_who_are", "applications", "with_package", "median_days", "children", "providers", "share"),
        [("deteriorating fast", 1, 1, 10, 1, 1, 100), ("others", 1, 0, None, 1, 1, 0)],
    ),
    "out_of_hours": (
        ("contact_type", "contacts", "of_contacts", "children", "providers", "share"),
        [("01", 1, 4, 1, 2, 25), ("02", 0, 2, 0, 1, 0), ("03", 0, 1, 0, 1, 0), ("04", 0, 1, 0, 1, 0), ("05", 0, 1, 0, 1, 0),
         ("06", 1, 1, 1, 1, 100), ("all", 2, 10, 2, 3, 20)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPECTED)
def test_uptake_is_counted(told: dict[str, FigureTable], name: str) -> None:
    columns, expected = EXPECTED[name]
    assert rows(told[name], columns) == expected


def test_every_table_of_the_modules_is_worked_out_by_hand(told: dict[str, FigureTable]) -> None:
    assert set(told) == set(EXPECTED)
