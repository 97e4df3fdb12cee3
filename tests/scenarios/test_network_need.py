"""Known against expected, equality and registers, on a small network of which one provider does not send."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from homes import HOSPICE, HOSPITAL, TEAM, region_in
from networks import PEOPLE, Kid, Row, case_of, load, pictured, rows, send

from mds.figures.sharing import for_sharing
from mds.figures.table import HIDDEN, FigureTable, with_derived
from mds.network.picture import equality, need, registers

NORTH, SOUTH = ({"postcode": "", "lad_code": code} for code in ("E09999901", "E09999902"))
NOT_ACCEPTED = {"outcome_date": "", "episode_start": "", "lead_service": "N", "cc_application_date": "", "cc_package_date": "",
                "assessed_hours_week": "", "delivered_hours_week": ""}  # fmt: skip


def _registers(**found: str) -> dict[str, list[Row]]:
    return {"register_membership": [{"register_type": register, "found": answer} for register, answer in found.items()]}


HOSPICE_CASE = case_of(
    Kid(1, {**NORTH, "ethnic_category": "APAK"}, more={
        **_registers(SEN="N", GPP="Y", CIN="X"),
        "phase": [{"phase_date": "2026-06-10", "phase_scheme": "PCOC", "phase_submitted": "stable", "mdt_review": "Y"}]}),
    Kid(2, {**NORTH, "ethnic_category": "WBRI", "ehc_plan": "N", "person_birth_date": "2025-10-10"},
        {"recognition_date": "2025-11-01"},
        {"referral_date": "2025-12-01", "outcome_date": "2025-12-02", "episode_start": "2025-12-03", "cc_application_date": "",
         "cc_package_date": ""}, _registers(SEN="N")),
    Kid(3, {**SOUTH, "ethnic_category": "WOTH", "ehc_plan": "X"}, more=_registers(GPP="N")),
    Kid(5, {**NORTH, "ethnic_category": "WBRI"}, {"remission": "Y", "remission_date": "2026-05-01"}),
    Kid(6, {**SOUTH, "ethnic_category": "BAFR", "person_birth_date": "2003-03-03"}),
    Kid(10, {**NORTH, "caseload_status": "X"}, {}, {"episode_end": "2026-05-29", "episode_end_reason": "01"},
        {"death": [{"death_date": "2026-05-29"}], **_registers(CDR="Y", SEN="Y")}),
    Kid(11, {**NORTH, "caseload_status": "X", "person_birth_date": "2007-01-01"}, {},
        {"episode_end": "2026-05-29", "episode_end_reason": "01"}, {"death": [{"death_date": "2026-05-29"}]}),
)  # fmt: skip
HOSPITAL_CASE = case_of(
    Kid(1, {**NORTH, "ethnic_category": "APAK"}, {}, {"lead_service": "N"}, _registers(SEN="Y", CIN="Y")),
    Kid(7, {**SOUTH, "caseload_status": "P"}, {"icd10_code": "I42.0", "diagnostic_group": "CIR"},
        {"referral_outcome": "W", **NOT_ACCEPTED}, _registers(ACU="Y")),
    Kid(8, {**SOUTH, "caseload_status": "D"}, {"icd10_code": "Q20.4", "diagnostic_group": "CON"},
        {"referral_outcome": "R", "rejection_reason": "01", **NOT_ACCEPTED, "outcome_date": "2026-04-09"},
        _registers(CIN="Y", SEN="N")),
    contacts=False,
)  # fmt: skip


@pytest.fixture(scope="module")
def told(founded: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, FigureTable]]:
    region = region_in(founded, tmp_path_factory.mktemp("need"))
    load(region, "populations", PEOPLE)
    load(region, "ethnic_populations", "area_code,ethnic_category,age_0_19\nE09999901,WBRI,8000\nE09999901,APAK,1000\n"
         "E09999901,BCAR,300\nE09999901,MWAS,700\nE09999902,WBRI,4000\nE09999902,AIND,500\nE09999902,ACHI,500\n")  # fmt: skip
    load(region, "registered_deaths", "area_code,year,age_0_17\nE09999901,2025,12\nE09999901,2026,3\nE09999902,2026,2\n"
         "E09999999,2026,50\n")  # fmt: skip
    send(region, TEAM, case_of(Kid(9, SOUTH)), "Q1")
    send(region, HOSPICE, HOSPICE_CASE)
    send(region, HOSPITAL, HOSPITAL_CASE)
    yield pictured(region, need, equality, registers)


ALL, NARROW, OLD = "all conditions, 2017/18", "narrower definition, 2017/18", "all conditions, 2009/10"
EXPECTED: dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]] = {
    # Aged 0 to 19 and not in remission: 1 and 2 in the north, 3 in the south. The team had a child in the south and does not send
    # now; the hospital told of two there who are on no caseload.
    "known_against_expected": (
        ("area_name", "definition", "known", "expected", "ratio", "returned", "commissioned", "coverage", "providers"),
        [("North", ALL, 2, 66.4, 0.03, 2, 2, 100, 2), ("South", ALL, 1, 33.2, 0.03, 2, 3, 66.7, 1),
         ("all areas", ALL, 3, 99.6, 0.03, 2, 3, 66.7, 2),
         ("North", NARROW, 2, 61.1, 0.033, 2, 2, 100, 2), ("South", NARROW, 1, 30.6, 0.033, 2, 3, 66.7, 1),
         ("all areas", NARROW, 3, 91.7, 0.033, 2, 3, 66.7, 2),
         ("North", OLD, 2, 32, 0.062, 2, 2, 100, 2), ("South", OLD, 1, 16, 0.062, 2, 3, 66.7, 1),
         ("all areas", OLD, 3, 48, 0.062, 2, 3, 66.7, 2)],
    ),
    # Alive and found: 1 at the hospital and on registers, 7 and 8 at the hospital and on one each. Nobody accepted 7 and 8.
    "not_referred": (
        ("register", "children", "of_children", "providers", "share"),
        [("ACU", 1, 1, 1, 100), ("CIN", 1, 2, 1, 50), ("GPP", 0, 1, 1, 0), ("SEN", 0, 1, 1, 0),
         ("acute return", 2, 3, 1, 66.7), ("any of these", 2, 3, 2, 66.7)],
    ),
    "not_referred_by_diagnosis": (
        ("diagnostic_group", "children", "of_children", "share"),
        [("CIR", 1, 1, 100), ("CON", 1, 1, 100), ("MET", 0, 1, 0)],
    ),
    # Expected at the rates of 2009/10: 1,500 South Asian people at 48 of 10,000 are 7.2 children, 300 Black ones at 42 1.26,
    # 1,200 mixed and Chinese ones at 31 3.72, and 12,000 White ones at 27 32.4; together 44.58. One of three children is South
    # Asian: 0.333 over 7.2 / 44.58. The sixth, who is Black, is 23.
    "representation": (
        ("ethnic_group", "children", "of_children", "expected", "share", "expected_share", "representation", "low", "high"),
        [("South Asian", 1, 3, 7.2, 33.3, 16.2, 2.06, 0.03, 11.48), ("Black", 0, 3, 1.26, 0, 2.8, 0, 0, 43.26),
         ("Chinese, mixed or other", 0, 3, 3.72, 0, 8.3, 0, 0, 14.65), ("White", 2, 3, 32.4, 66.7, 72.7, 0.92, 0.1, 3.31)],
    ),
    "ethnic_groups_by_service": (
        ("provider_type", "ethnic_group", "children", "of_children", "expected", "of_expected", "representation", "providers"),
        [("AC", "White", 0, 1, 2, 4, 0, 1), ("AC", "Asian", 1, 1, 1, 4, 4, 1), ("AC", "Black", 0, 1, 1, 4, 0, 1),
         ("CH", "White", 2, 4, 2, 4, 1, 1), ("CH", "Asian", 1, 4, 1, 4, 1, 1), ("CH", "Black", 1, 4, 1, 4, 1, 1)],
    ),
    "south_asian": (
        ("aged", "children", "of_children", "share"),
        [("under 1", 0, 1, 0), ("6-10", 1, 2, 50), ("20-25", 0, 1, 0), ("all ages", 1, 4, 25)],
    ),
    # On a caseload: 1, 2, 3, 5 and 6. Of the first the hospital found what the hospice did not on the same day: a find counts.
    # The eighth is on the census and on no caseload. Children who died are left out.
    "registers": (
        ("register", "on_both", "here_only", "register_only", "no_answer", "not_checked", "of_children", "providers",
         "share_on_both"),
        [("ACU", 0, 0, 1, 0, 5, 0, 1, None), ("CCR", 0, 0, 0, 0, 5, 0, 0, None), ("CDR", 0, 0, 0, 0, 5, 0, 0, None),
         ("CIN", 1, 0, 1, 0, 4, 1, 2, 100), ("DCR", 0, 0, 0, 0, 5, 0, 0, None), ("GPP", 1, 1, 0, 0, 3, 2, 1, 50),
         ("SCD", 0, 0, 0, 0, 5, 0, 0, None), ("SEN", 1, 1, 0, 0, 3, 2, 2, 50)],
    ),
    "education_plans": (
        ("plan", "children", "on_register", "of_checked", "share"),
        [("with a plan", 3, 1, 1, 100), ("without a plan", 1, 0, 1, 0), ("not known", 1, 0, 0, None)],
    ),
    "practice_register": (
        ("practice_list", "discussed", "of_children", "share"),
        [("on the register", 1, 1, 100), ("not on it", 0, 1, 0), ("not known", 0, 3, 0)],
    ),
    # The eleventh died at 19.
    "registered_deaths": (
        ("year", "deaths", "of_registered", "areas", "providers", "share"), [("2025", 0, 12, 1, 0, 0), ("2026", 1, 5, 2, 1, 20)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPECTED)
def test_need_is_counted(told: dict[str, FigureTable], name: str) -> None:
    columns, expected = EXPECTED[name]
    assert rows(told[name], columns) == expected


def test_every_table_of_the_modules_is_worked_out_by_hand(told: dict[str, FigureTable]) -> None:
    assert set(told) == set(EXPECTED)


def _luton(told: dict[str, FigureTable], known: int) -> FigureTable:
    """The table with the one row of the worked example."""
    table = told["known_against_expected"]
    row = {"area": "E06000032", "area_name": "Luton", "definition": ALL, "per_10000": 66.4, "known": known, "people": 62_883,
           "returned": 7, "commissioned": 9, "providers": 5}  # fmt: skip
    return with_derived(replace(table, rows=[tuple(row.get(name) for name in table.columns)]))


def test_known_against_expected_is_that_of_the_worked_example_7_4(told: dict[str, FigureTable]) -> None:
    columns = ("known", "expected", "ratio", "low", "high", "coverage")
    assert rows(_luton(told, 69), columns) == [(69, 417.5, 0.165, 0.129, 0.209, 77.8)]


def test_others_see_limits_of_the_rounded_count(told: dict[str, FigureTable]) -> None:
    assert rows(for_sharing(_luton(told, 69)), ("known", "ratio", "low", "high")) == rows(
        _luton(told, 70), ("known", "ratio", "low", "high")
    )
    assert rows(for_sharing(_luton(told, 5)), ("known", "ratio", "low", "high", "expected")) == [(*[HIDDEN] * 4, 417.5)]


def test_nobody_takes_the_ratio_for_unmet_need(told: dict[str, FigureTable]) -> None:
    assert "not unmet need" in told["known_against_expected"].note
