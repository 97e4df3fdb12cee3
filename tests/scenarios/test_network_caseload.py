"""Who is on the caseload of a network of two providers, one child at both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from homes import HOSPICE, TEAM, region_in
from networks import PEOPLE, Kid, case_of, load, pictured, rows, send, unborn

from mds.figures.table import FigureTable
from mds.network.picture import caseload, conditions, prevalence

NORTH, SOUTH, ELSEWHERE = "E09999901", "E09999902", "E09999904"


def _phase(day: str, scheme: str, value: str) -> dict[str, list[dict[str, str]]]:
    return {"phase": [{"phase_date": day, "phase_scheme": scheme, "phase_submitted": value}]}


# The census is on 30 June 2026.
IN_NORTH, IN_SOUTH, AWAY = ({"postcode": f"ZX1 1A{letter}", "lad_code": ""} for letter in "ABD")
POSTCODES = (
    "postcode,lad_code,region_code,imd_decile,easting,northing,valid_from,valid_to\n"
    f"ZX1 1AA,{NORTH},E12000006,3,500000,200000,2000-01-01,\nZX1 1AB,{SOUTH},E12000006,10,530000,200000,2000-01-01,\n"
    f"ZX1 1AD,{ELSEWHERE},E12000006,,530000,200000,2000-01-01,\n"
)
SHARED = {"person_birth_date": "2018-05-11", "sex": "1", **IN_NORTH}
HOSPICE_CASE = case_of(
    Kid(1, {**SHARED, "ethnic_category": "APAK", "key_worker": "N"}, {}, {"lead_service": "N"},
        _phase("2026-06-10", "PCOC", "stable")),
    Kid(2, {"person_birth_date": "2026-02-01", "sex": "2", "ethnic_category": "WBRI", **IN_NORTH,
            "disability_codes": "NN", "technology_codes": "VENT;OXY", "key_worker": "D", "main_language": "pol"},
        {"act_category": "1", "icd10_code": "C91.0", "diagnostic_group": "ONC", "recognition_date": "2026-03-01"},
        {"referral_date": "2026-03-02", "outcome_date": "2026-03-03", "episode_start": "2026-03-04",
         "cc_application_date": "", "cc_package_date": ""},
        _phase("2026-06-12", "LUTON", "yellow")),
    Kid(5, {"person_birth_date": "2015-03-03", **IN_NORTH},
        {"act_category": "1", "icd10_code": "C71.9", "diagnostic_group": "ONC", "remission": "Y",
         "remission_date": "2026-01-15"}),
    Kid(6, {**unborn("2026-08-15"), "ethnic_category": "99", **IN_SOUTH, "disability_codes": "ZZ",
            "technology_codes": "", "first_known_date": "2026-04-01"},
        {"icd10_code": "Q04.2", "diagnostic_group": "CON", "act_category": "4", "recognition_date": "2026-03-20"},
        {"referral_date": "2026-04-01", "outcome_date": "2026-04-02", "episode_start": "2026-04-03",
         "cc_application_date": "", "cc_package_date": ""}),
    Kid(8, {"person_birth_date": "2016-01-20", "caseload_status": "B", **IN_NORTH}, {},
        {"episode_end": "2026-05-29", "episode_end_reason": "01"}, {"death": [{"death_date": "2026-05-29"}]}),
)  # fmt: skip
TEAM_CASE = case_of(
    Kid(1, {**SHARED, "ethnic_category": "Z"}, {"act_category": "4"}, {"lead_service": "N"},
        _phase("2026-06-20", "GSFP", "green")),
    Kid(3, {"person_birth_date": "2007-06-30", "sex": "2", "ethnic_category": "ACHI", **IN_SOUTH,
            "technology_codes": "NON", "ehc_plan": "N", "looked_after": "X", "interpreter_needed": "Y", "main_language": "yue",
            "gp_practice_code": "Y99002"},
        {"act_category": "2", "icd10_code": "E84.0", "diagnostic_group": "RES"}, more=_phase("2026-06-01", "GSFP", "green")),
    Kid(4, {"person_birth_date": "2003-01-15", "sex": "1", "ethnic_category": "BCAR", **IN_SOUTH,
            "disability_codes": "05", "key_worker": "X"},
        {"act_category": "4", "icd10_code": "G80.0", "diagnostic_group": "NEU"}),
    Kid(7, {"person_birth_date": "2012-09-09", "sex": "2", "ethnic_category": "Z", **AWAY,
            "main_language": ""},
        {"icd10_code": "", "diagnostic_group": "", "condition_text": "a rare one"}),
    Kid(9, {"person_birth_date": "2020-05-05", "caseload_status": "P", **IN_NORTH}, {},
        {"referral_outcome": "W", "outcome_date": "", "episode_start": "", "lead_service": "N", "cc_application_date": "",
         "cc_package_date": "", "assessed_hours_week": "", "delivered_hours_week": ""}),
)  # fmt: skip
# Of the child that waits there is no contact. The team sees the first child more often than the hospice.
TEAM_CASE["contact"] = [
    *TEAM_CASE["contact"][:-1],
    {**TEAM_CASE["contact"][0], "contact_id": "CT2", "contact_time": "17:00"},
]


@pytest.fixture(scope="module")
def told(founded: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, FigureTable]]:
    region = region_in(founded, tmp_path_factory.mktemp("caseload"))
    load(region, "populations", PEOPLE)
    load(region, "postcodes", POSTCODES)
    load(region, "practices", "practice_code,sub_icb,icb,open_from,open_to\n"
         "Y99001,QHG1,QUE,2000-01-01,2019-12-31\nY99001,QHG1,QHG,2020-01-01,\nY99002,QM71,QM7,2000-01-01,\n")  # fmt: skip
    load(region, "ethnic_populations", "area_code,ethnic_category,age_0_19\n"
         "E09999901,WBRI,8000\nE09999901,APAK,1500\nE09999901,ACHI,500\nE09999902,ACHI,500\n")  # fmt: skip
    send(region, HOSPICE, HOSPICE_CASE)
    send(region, TEAM, TEAM_CASE)
    yield pictured(region, caseload, conditions, prevalence)


# On a caseload are 1 to 7. The fifth is in remission, so six are in need; of these the sixth is not born yet and the fourth is
# 23, so four are aged 0 to 19: the first at both providers, 2, 3 and 7.
COUNTS = ("children", "of_children", "aged_0_19", "of_aged_0_19", "providers", "share", "share_0_19")
EXPECTED: dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]] = {
    "age": (("age", *COUNTS), [
        ("under 1", 1, 6, 1, 4, 1, 16.7, 25), ("6-10", 1, 6, 1, 4, 2, 16.7, 25), ("11-15", 1, 6, 1, 4, 1, 16.7, 25),
        ("16-19", 1, 6, 1, 4, 1, 16.7, 25), ("20-25", 1, 6, 0, 4, 1, 16.7, 0), ("not born yet", 1, 6, 0, 4, 1, 16.7, 0)]),
    # The third became 19 on the day of the census.
    "age_bases": (("aged", "children", "of_children", "providers", "share"),
                  [("0-17", 3, 6, 2, 50), ("0-19", 4, 6, 2, 66.7), ("0-25", 5, 6, 2, 83.3)]),
    "sex": (("sex", *COUNTS), [("1", 2, 6, 1, 4, 2, 33.3, 25), ("2", 3, 6, 3, 4, 2, 50, 75), ("X", 1, 6, 0, 4, 1, 16.7, 0)]),
    # Of the first child the hospice knows what the team was not told. Chinese is Asian.
    "ethnic_group": (("ethnic_group", *COUNTS), [
        ("White", 1, 6, 1, 4, 1, 16.7, 25), ("Asian", 2, 6, 2, 4, 2, 33.3, 50), ("Black", 1, 6, 0, 4, 1, 16.7, 0),
        ("not known", 2, 6, 1, 4, 2, 33.3, 25)]),
    "ethnic_category": (("ethnic_category", "children", "aged_0_19"), [
        ("ACHI", 1, 1), ("APAK", 1, 1), ("BCAR", 1, 0), ("WBRI", 1, 1), ("99", 1, 0), ("Z", 1, 1)]),
    # Byar's limits of 2 of 10,000 and of 1 of 5,000, which is 2 of 10,000 with wider limits.
    "area": (("area", "area_name", "children", "aged_0_19", "people_0_19", "providers", "per_10000", "low", "high"), [
        (NORTH, "North", 2, 2, 10000, 2, 2, 0.2, 7.2), (SOUTH, "South", 3, 1, 5000, 2, 2, 0.0, 11.1),
        ("outside the network", "outside the network", 1, 1, None, 1, None, None, None)]),
    # Of the two lines about a practice that of the open one counts.
    "icb": (("icb", "children", "aged_0_19", "providers"), [("QHG", 5, 3, 2), ("QM7", 1, 1, 1)]),
    "deprivation": (("deprivation", "children", "providers"), [("3", 2, 2), ("10", 3, 2), ("not known", 1, 1)]),
    "language": (("language", "children", "providers"),
                 [("English", 3, 2), ("another language", 2, 2), ("not known", 1, 1)]),
    # Neither provider leads for the first child, so the one with more contacts is believed.
    "act_category": (("act_category", "children", "aged_0_19", "share"),
                     [("1", 1, 1, 16.7), ("2", 1, 1, 16.7), ("3", 1, 1, 16.7), ("4", 3, 1, 50)]),
    "diagnostic_group": (("diagnostic_group", "children", "providers"), [
        ("CON", 1, 1), ("MET", 1, 2), ("NEU", 1, 1), ("ONC", 1, 1), ("RES", 1, 1), ("not known", 1, 1)]),
    # Cystic fibrosis stands in the block of the metabolic ones.
    "icd10_block": (("icd10_block", "children"), [
        ("C81-C96", 1), ("E70-E90", 2), ("G80-G83", 1), ("Q00-Q07", 1), ("not known", 1)]),
    # Stable goes before the newer word of a scheme without phases, and the third has no other. Of the others nothing is told.
    "phase": (("phase", "children", "of_children", "aged_0_19", "providers", "share"), [
        ("1", 1, 6, 1, 2, 16.7), ("3", 1, 6, 1, 1, 16.7), ("5", 1, None, None, 1, None), ("9", 3, 6, 1, 2, 50),
        ("scheme without phases", 1, 6, 1, 1, 16.7)]),
    "remission": (("state", "children", "of_children", "providers", "share"),
                  [("in need", 6, 7, 2, 85.7), ("in remission or cured", 1, 7, 1, 14.3)]),
    # The seventh has a diagnosis in words only, which may be anything.
    "without_cancer": (("counted", "children", "of_children", "aged_0_19", "providers"), [
        ("all children", 6, 6, 4, 2), ("without cancer", 5, 6, 3, 2), ("without cancer and cystic fibrosis", 4, 6, 2, 2)]),
    # Of the sixth it is not told. The second has none.
    "disability": (("disability", "children", "of_children", "providers", "share"), [
        ("any", 4, 5, 2, 80), ("04", 3, 5, 2, 60), ("05", 4, 5, 2, 80), ("NN", 1, 5, 1, 20)]),
    "technology": (("technology", "children", "of_children", "providers", "share"), [
        ("any", 4, 5, 2, 80), ("ENT", 3, 5, 2, 60), ("NON", 1, 5, 1, 20), ("OXY", 1, 5, 1, 20), ("VENT", 1, 5, 1, 20)]),
    # The first has a key worker at the team though not at the hospice; the second's family declined one.
    "circumstances": (("what", "children", "of_children", "declined", "not_known", "share"), [
        ("continuing care package", 6, 6, 0, 0, 100), ("looked after by a local authority", 0, 5, 0, 1, 0),
        ("education, health and care plan", 5, 6, 0, 0, 83.3), ("key worker", 4, 4, 1, 1, 100),
        ("paediatric passport", 6, 6, 0, 0, 100), ("interpreter needed", 1, 6, 0, 0, 16.7)]),
    # The seventh lives elsewhere. 20-25: 13,000 less 10,000 in the north, 1,500 in the south.
    "known_by_age": (("aged", "children", "people", "providers", "per_10000"), [
        ("under 1", 1, 750, 1, 13.3), ("1-5", 0, 3750, 0, 0), ("6-10", 1, 3750, 2, 2.7), ("11-15", 0, 3750, 0, 0),
        ("16-19", 1, 3000, 1, 3.3), ("20-25", 1, 4500, 1, 2.2), ("all 0-17", 2, 13500, 2, 1.5), ("all 0-19", 3, 15000, 2, 2),
        ("all 0-25", 4, 19500, 2, 2.1)]),
    "known_by_diagnosis": (("diagnostic_group", "children", "people", "per_10000"),
                           [("MET", 1, 15000, 0.7), ("ONC", 1, 15000, 0.7), ("RES", 1, 15000, 0.7)]),
    "known_by_ethnic_group": (("ethnic_group", "children", "people", "per_10000"),
                              [("White", 1, 8000, 1.2), ("Asian", 2, 2500, 8)]),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPECTED)
def test_the_caseload_is_counted(told: dict[str, FigureTable], name: str) -> None:
    columns, expected = EXPECTED[name]
    assert rows(told[name], columns) == expected


def test_every_table_of_the_modules_is_worked_out_by_hand(told: dict[str, FigureTable]) -> None:
    assert set(told) == set(EXPECTED)
