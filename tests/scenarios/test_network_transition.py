"""The move to adult services, on two providers whose figures can be worked out by hand. The census date is 30 June 2026."""

from __future__ import annotations

from typing import Any

import pytest
from homes import HOSPICE, TEAM, child, children, region_in
from pictures import Expected, figures, send, standing

from mds.figures.table import FigureTable
from mds.network.picture import transition


def _move(local: str, **changes: str) -> dict[str, str]:
    return {"local_patient_id": local, "started_date": "", "key_worker_date": "", "plan_date": "", "adult_key_worker": "N",
            "parallel_plan": "N", **changes}  # fmt: skip


def _plan(number: str, local: str, kind: str) -> dict[str, str]:
    return {"plan_id": number, "local_patient_id": local, "plan_type": kind}


HOSPICE_CASE = children(
    child(1, person_birth_date="2011-05-11"), child(2, person_birth_date="2012-03-12"),
    child(3, person_birth_date="2012-06-13"), child(4, person_birth_date="2009-06-14"),
    child(5, person_birth_date="2008-01-15"), child(6, person_birth_date="2006-05-16"),
    child(7, person_birth_date="2007-05-17", caseload_status="D"), child(8, person_birth_date="2008-04-18", caseload_status="D"),
)  # fmt: skip
for left, day in ((6, "2026-05-20"), (7, "2026-06-02")):
    HOSPICE_CASE["referral"][left] |= {"episode_end": day, "episode_end_reason": "03"}
HOSPICE_CASE["transition"] = [
    _move("SB001", key_worker_date="2025-05-20", parallel_plan="X"),
    _move("SB002", key_worker_date="2026-05-01"),
    _move("SB004", key_worker_date="2023-06-10", plan_date="2025-07-01", adult_key_worker="Y"),
    _move("SB005", key_worker_date="2022-02-01", plan_date="2024-01-20", transfer_date="2025-11-15", returned="N"),
    _move("SB006", plan_date="2025-01-01", adult_key_worker="Y", transfer_date="2025-03-01", settled_review_date="2025-08-20",
          returned="Y"),
    _move("SB007", plan_date="2025-01-01", adult_key_worker="Y", transfer_date="2026-05-20"),
    _move("SB008", plan_date="2025-01-01", transfer_date="2026-06-02"),
]  # fmt: skip
HOSPICE_CASE["care_plan"] = [
    _plan("P1", "SB002", "TRN"), _plan("P2", "SB002", "ACP"), _plan("P3", "SB004", "ACP"), _plan("P4", "SB005", "PAR"),
]  # fmt: skip
BEFORE = children(child(5, person_birth_date="2008-01-15"))
BEFORE["transition"] = _move("SB005", transfer_date="2025-11-15", settled_review_date="2026-01-10", returned="N")

TEAM_CASE = children(child(1, person_birth_date="2011-05-11"))
TEAM_CASE["transition"] = _move("SB001", key_worker_date="2025-09-01", plan_date="2026-01-10", parallel_plan="Y")

EXPECTED: Expected = {
    # Of the first young person the hospice's date counts, in the month of the 14th birthday; of the third nothing is told. The
    # fifth's key worker came a month late, and the sixth, who is twenty, has none.
    "transition_key_workers": (
        ("years", "with_key_worker", "in_time", "of_children", "providers", "share", "in_time_share"),
        [("14", 1, 0, 2, 1, 50, 0), ("15", 1, 1, 1, 2, 100, 100), ("17", 1, 1, 1, 1, 100, 100),
         ("18 and over", 1, 0, 2, 1, 50, 0)],
    ),
    # The fourth's plan came the month after the 16th birthday, the sixth's after the 18th.
    "transition_plans": (
        ("what", "children", "of_children", "providers", "share"),
        [("plan by the 16th birthday", 1, 3, 1, 33.3), ("plan by the 18th birthday", 1, 2, 1, 50),
         ("counterpart in adult services, from 16", 2, 3, 1, 66.7), ("plan with a counterpart, from 16", 2, 3, 1, 66.7)],
    ),
    # The first has a parallel plan by what the team tells, the fifth holds one. The second and the fourth have both plans.
    "parallel_planning": (
        ("what", "children", "of_children", "providers", "share"),
        [("parallel plan", 2, 6, 2, 33.3), ("transition plan and advance care plan", 2, 6, 2, 33.3)],
    ),
    "transfers": (
        ("years", "prepared", "of_children", "providers", "share"), [("18", 0, 1, 1, 0), ("19 and over", 1, 1, 1, 100)],
    ),
    # The fifth's review was told a period ago and taken back.
    "after_transfer": (
        ("what", "children", "of_children", "providers", "share"),
        [("settled-in review within six months", 1, 2, 1, 50), ("came back to children's services", 1, 2, 1, 50)],
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def told(founded: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, FigureTable]:
    region = region_in(founded, tmp_path_factory.mktemp("transition"))
    send(region, (HOSPICE, "Q1", BEFORE), (HOSPICE, "Q2", HOSPICE_CASE), (TEAM, "Q2", TEAM_CASE))
    return figures(region, transition.ALL)


@pytest.mark.parametrize("name", EXPECTED)
def test_indicator(told: dict[str, FigureTable], name: str) -> None:
    columns, expected = EXPECTED[name]
    assert standing(told[name], columns) == expected


def test_every_indicator_has_an_answer_worked_out_by_hand(told: dict[str, FigureTable]) -> None:
    assert set(told) == set(EXPECTED)
