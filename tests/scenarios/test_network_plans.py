"""Care plans and the place of care, on two providers whose figures can be worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest
from homes import HOSPICE, TEAM, child, children, region_in
from pictures import Expected, ended, figures, send, standing

from mds.figures.table import FigureTable
from mds.network.picture import places, plans

NOTHING_SAID = {"preferred_care_place": "", "death_place_discussed": "X", "preferred_death_place": "", "shared_with": "",
                "resus_decision_recorded": "", "symptom_plan_given": "X", "parents_invited_mdt": "X",
                "agreed_date": ""}  # fmt: skip


def _plan(number: str, local: str, kind: str, created: str, **changes: str) -> dict[str, str]:
    return {"plan_id": number, "local_patient_id": local, "plan_type": kind, "created_date": created, "last_review_date": "",
            "agreed_date": created, **changes}  # fmt: skip


def _contact(number: str, local: str, day: str, where: str, **changes: str) -> dict[str, str]:
    return {"contact_id": number, "referral_id": f"RF-{local}", "contact_date": day, "location": where, "contact_time": "",
            "parent_present": "", **changes}  # fmt: skip


def _meeting(number: str, local: str, day: str, parent: str, **changes: str) -> dict[str, str]:
    return _contact(
        number, local, day, "VI", contact_type="13", mechanism="11", parent_present=parent, duration_min="", **changes
    )


HOSPICE_CASE = children(
    *(child(number) for number in range(1, 5)), child(6, caseload_status="X"), child(7, caseload_status="X")
)
HOSPICE_CASE["referral"][4] = ended("SB006", "2026-05-20")
HOSPICE_CASE["referral"][5] = ended("SB007", "2026-04-21")
HOSPICE_CASE["phase"] = [
    {"referral_id": f"RF-{local}", "phase_scheme": "PCOC", "phase_submitted": phase}
    for local, phase in (("SB001", "terminal"), ("SB002", "terminal"), ("SB003", "stable"))
]
HOSPICE_CASE["care_plan"] = [
    _plan("H1", "SB001", "ACP", "2025-11-10"),
    _plan("H2", "SB001", "EOL", "2026-05-04", agreed_date="", preferred_care_place="99", shared_with="HOS",
          eol_recognised_date="2026-05-01", eol_meeting_date="2026-05-11"),
    _plan("H3", "SB002", "ACP", "2025-01-10", superseded_date="2026-06-01"),
    _plan("H4", "SB002", "SMP", "2026-06-01", **NOTHING_SAID | {"parents_invited_mdt": "N", "death_place_discussed": "N"}),
    _plan("H5", "SB003", "CFP", "2026-01-10", **NOTHING_SAID | {"agreed_date": "2026-01-10"}),
    _plan("H6", "SB002", "EOL", "2026-05-16",
          **NOTHING_SAID | {"eol_recognised_date": "2026-05-15", "symptom_plan_given": "N", "shared_with": "GP",
                            "preferred_care_place": "10"}),
    _plan("H7", "SB006", "ACP", "2025-11-10", superseded_date="2026-05-20"),
    _plan("H8", "SB006", "EOL", "2026-05-03", superseded_date="2026-05-20", eol_recognised_date="2026-05-02",
          eol_meeting_date="2026-05-18"),
]  # fmt: skip
HOSPICE_CASE["contact"] += [
    _contact("C1", "SB001", "2026-05-01", "HO"), _contact("C2", "SB001", "2026-05-02", "HM"),
    _contact("C3", "SB001", "2026-05-03", "HO", mechanism="02"), _contact("C4", "SB001", "2026-05-04", "VI"),
    _contact("C5", "SB001", "2026-05-05", "HM"), _contact("C6", "SB001", "2026-05-06", "HO", subject="P"),
    _contact("C7", "SB002", "2026-05-06", "WD"), _contact("C8", "SB006", "2026-05-05", "HM"),
    _meeting("M1", "SB001", "2026-05-11", "N"), _meeting("M2", "SB002", "2026-05-12", "N"),
    _meeting("M3", "SB003", "2026-05-13", "X"), _meeting("M4", "SB004", "2026-05-14", "Y", attendance="4"),
]  # fmt: skip
HOSPICE_CASE["death"] = [
    {"local_patient_id": "SB006", "death_date": "2026-05-20"},
    {
        "local_patient_id": "SB007",
        "death_date": "2026-04-21",
        "expected": "N",
        "plan_at_death": "N",
        "plan_followed": "",
    },
]

TEAM_CASE = children(child(1), child(5), child(6, caseload_status="X"))
TEAM_CASE["referral"][2] = ended("SB006", "2026-05-20")
TEAM_CASE["care_plan"] = [
    _plan("T1", "SB001", "SMP", "2026-02-01", preferred_care_place="31", symptom_plan_given="N", parents_invited_mdt="N",
          resus_decision_recorded="N", death_place_discussed="N", preferred_death_place=""),
    _plan("T2", "SB005", "ACP", "2026-01-12", **NOTHING_SAID | {"preferred_care_place": "98", "parents_invited_mdt": "Y",
          "symptom_plan_given": "N", "death_place_discussed": "N", "agreed_date": "2026-01-12"}),
    _plan("T3", "SB005", "EOL", "2026-06-22", **NOTHING_SAID | {"eol_recognised_date": "2026-06-20",
          "shared_with": "GP;AMB", "agreed_date": "2026-06-22"}),
]  # fmt: skip
TEAM_CASE["contact"] += [_contact("C1", "SB001", "2026-05-02", "HO"), _meeting("M1", "SB001", "2026-05-11", "Y")]
TEAM_CASE["death"] = {"local_patient_id": "SB006", "death_date": "2026-05-20", "expected": "X", "plan_at_death": "X",
                      "plan_followed": ""}  # fmt: skip

NO_PLANS = [(kind, 0, 0, 5, 2, 0, 0) for kind in ("ANT", "BER", "PAR", "RDP", "RSP", "TRN")]

EXPECTED: Expected = {
    # Five children: the sixth and the seventh died. The second child's advance care plan was replaced; its end of life plan is
    # not agreed.
    "plan_coverage": (
        ("plan", "children", "agreed", "of_children", "providers", "share", "agreed_share"),
        [("any advance care plan", 3, 2, 5, 2, 60, 40), ("ACP", 2, 2, 5, 2, 40, 40), ("CFP", 1, 1, 5, 2, 20, 20),
         ("EOL", 3, 1, 5, 2, 60, 20), ("SMP", 2, 1, 5, 2, 40, 20), *NO_PLANS],
    ),
    "plans_by_phase": (
        ("phase", "with_advance_care_plan", "with_end_of_life_plan", "of_children", "providers", "end_of_life_share"),
        [("1", 0, 0, 1, 1, 0), ("4", 2, 2, 2, 2, 100), ("9", 1, 1, 2, 2, 50)],
    ),
    # The team, which does not know whether it was expected, tells of the same death.
    "plans_before_death": (
        ("expected", "with_plan", "of_deaths", "providers", "share"), [("Y", 1, 1, 2, 100), ("N", 0, 1, 1, 0)],
    ),
    # The first child's parents are invited by the hospice, though not by the team.
    "plan_contents": (
        ("what", "children", "of_children", "not_told", "providers", "share"),
        [("parents are part of meetings", 2, 3, 1, 2, 66.7), ("written symptom plan given", 1, 3, 1, 2, 33.3),
         ("preferred place of death discussed", 1, 3, 1, 2, 33.3), ("wishes for resuscitation recorded", 1, 1, 3, 2, 100)],
    ),
    "plans_shared": (
        ("shared_with", "children", "of_children", "providers", "share"),
        [("AMB", 1, 3, 2, 33.3), ("CCN", 1, 3, 2, 33.3), ("GP", 3, 3, 2, 100), ("HOS", 1, 3, 2, 33.3), ("OOH", 1, 3, 2, 33.3),
         *((party, 0, 3, 2, 0) for party in ("ACU", "FAM", "SCH", "SOC"))],
    ),
    # Both providers were at one meeting; one was cancelled.
    "parents_at_meetings": (
        ("with_parent", "of_meetings", "not_told", "children", "providers", "share"), [(1, 2, 1, 3, 2, 50)],
    ),
    # After 10 and 16 days; the second child had no meeting, and for the fifth it is too early.
    "meetings_in_time": (
        ("within_14_days", "later", "no_meeting", "of_children", "too_early", "median_days", "providers", "share"),
        [(1, 1, 1, 3, 1, 13, 2, 33.3)],
    ),
    # The team's plan for the first child is newer than the hospice's.
    "preferred_care_places": (
        ("preferred_place", "children", "of_children", "providers", "share"),
        [("10", 1, 5, 1, 20), ("30", 1, 5, 2, 20), ("98", 1, 5, 1, 20), ("not recorded", 2, 5, 1, 40)],
    ),
    # Each child had a visit at home on 15 April. The first was twice in the hospice, once on a day that began at home.
    "care_in_preferred_place": (
        ("preferred_place", "days_there", "of_days", "children", "providers", "share"),
        [("10", 1, 2, 1, 1, 50), ("20", 2, 2, 1, 2, 100), ("30", 2, 4, 1, 2, 50)],
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def told(founded: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, FigureTable]:
    region = region_in(founded, tmp_path_factory.mktemp("plans"))
    send(region, (HOSPICE, "Q2", HOSPICE_CASE), (TEAM, "Q2", TEAM_CASE))
    return figures(region, (*plans.ALL, *places.ALL))


@pytest.mark.parametrize("name", EXPECTED)
def test_indicator(told: dict[str, FigureTable], name: str) -> None:
    columns, expected = EXPECTED[name]
    assert standing(told[name], columns) == expected


def test_every_indicator_has_an_answer_worked_out_by_hand(told: dict[str, FigureTable]) -> None:
    assert set(told) == set(EXPECTED)
