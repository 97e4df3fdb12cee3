"""Short breaks and equipment, on two providers whose figures can be worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest
from homes import HOSPICE, TEAM, child, children, region_in
from pictures import Expected, ended, figures, send, standing

from mds.figures.table import FigureTable
from mds.network.picture import breaks, equipment


def _break(number: str, local: str, kind: str, last: str, offered: str, **changes: str) -> dict[str, str]:
    return {"short_break_id": number, "referral_id": f"RF-{local}", "break_type": kind, "start_date": "2026-05-10",
            "end_date": last, "nights": "", "hours": "", "offered_units": offered, **changes}  # fmt: skip


def _item(number: str, local: str, kind: str, asked: str, outcome: str, delivered: str = "") -> dict[str, str]:
    return {"request_id": number, "local_patient_id": local, "item_kind": kind, "requested_date": asked, "outcome": outcome,
            "delivered_date": delivered}  # fmt: skip


HOSPICE_CASE = children(child(1), child(2), child(3, caseload_status="X"))
HOSPICE_CASE["referral"][2] |= ended("SB003", "2026-04-20")
HOSPICE_CASE["death"] = [{"local_patient_id": "SB003", "death_date": "2026-04-20"}]
HOSPICE_CASE["short_break"] = [
    _break("B1", "SB001", "HB", "2026-05-12", "3", nights="2", whole_family="Y", distance_band="2"),
    _break("B2", "SB002", "HB", "2026-05-14", "4", nights="4", stay_reason="S", distance_band="4"),
    _break("B3", "SB002", "HD", "2026-05-10", "5", hours="5", whole_family="X", start_date="2026-05-10"),
    _break("B4", "SB002", "HB", "2026-06-10", "2", start_date="2026-06-10", cancelled_by="P"),
    _break("B5", "SB001", "HH", "2026-06-10", "6", start_date="2026-06-10", hours="0", cancelled_by="P"),
]
HOSPICE_CASE["equipment_request"] = [
    _item("E1", "SB001", "WC", "2026-04-02", "D", "2026-05-20"), _item("E2", "SB002", "WC", "2026-05-01", "D", "2026-05-11"),
    _item("E3", "SB002", "BD", "2025-12-01", "W"), _item("E4", "SB001", "BD", "2026-06-20", "W"),
    _item("E5", "SB002", "SE", "2026-04-10", "R"), _item("E6", "SB002", "SE", "2026-01-01", "D", "2026-03-20"),
    _item("E7", "SB003", "HA", "2026-03-01", "D", "2026-05-02"), _item("E8", "SB003", "CO", "2026-03-01", "T"),
    _item("E9", "SB003", "RE", "2026-04-01", "W"),
]  # fmt: skip

TEAM_CASE = children(child(1))
TEAM_CASE["short_break"] = _break(
    "B1", "SB001", "SI", "2026-05-20", "2", start_date="2026-05-20", hours="3", stay_reason="E"
)
TEAM_CASE["equipment_request"] = _item("E1", "SB001", "WC", "2026-04-02", "W")

EXPECTED: Expected = {
    # Two breaks were not delivered at all.
    "breaks_by_reason": (
        ("stay_reason", "breaks", "of_breaks", "children", "nights", "nights_a_child", "hours", "hours_a_child", "providers",
         "share"),
        [("E", 1, 4, 1, None, None, 3, 3, 1, 25), ("P", 2, 4, 2, 2, 2, 5, 5, 1, 50), ("S", 1, 4, 1, 4, 4, None, None, 1, 25)],
    ),
    "breaks_near_home": (
        ("distance", "breaks", "of_breaks", "children", "providers", "share"),
        [("at home", 1, 4, 1, 1, 25), ("2", 1, 4, 1, 1, 25), ("4", 1, 4, 1, 1, 25), ("not known", 1, 4, 1, 1, 25)],
    ),
    "whole_family_breaks": (
        ("kind_of_break", "with_family", "of_breaks", "children", "providers", "share"),
        [("HB", 1, 2, 1, 1, 50), ("SI", 0, 1, 0, 1, 0)],
    ),
    # Two nights of three, four of four, none of two. The team sat an hour longer than it had offered.
    "breaks_offered": (
        ("kind_of_break", "unit", "children", "breaks", "not_delivered", "offered", "delivered", "lost", "share"),
        [("HB", "nights", 2, 3, 1, 9, 6, 3, 66.7), ("HD", "hours", 1, 1, 0, 5, 5, 0, 100),
         ("HH", "hours", 1, 1, 1, 6, 0, 6, 0), ("SI", "hours", 1, 1, 0, 2, 2, 0, 100)],
    ),
    "breaks_lost": (
        ("cancelled_by", "breaks", "of_breaks", "children", "nights", "hours", "share"),
        [("P", 2, 3, 2, 2, 6, 66.7), ("not told", 1, 3, 1, 1, 0, 33.3)],
    ),
    # The wheelchair of the first child, for which the team still waits, is the hospice's. The sixth came before the period.
    "equipment_outcomes": (
        ("equipment", "delivered", "waiting", "refused", "too_late", "of_requests", "children", "providers", "share"),
        [("BD", 0, 2, 0, 0, 2, 2, 1, 0), ("CO", 0, 0, 0, 1, 1, 1, 1, 0), ("HA", 1, 0, 0, 0, 1, 1, 1, 100),
         ("RE", 0, 1, 0, 0, 1, 1, 1, 0), ("SE", 0, 0, 1, 0, 1, 1, 1, 0), ("WC", 2, 0, 0, 0, 2, 2, 2, 100)],
    ),
    # Wheelchairs after 48 and 10 days; beds have waited for 211 and 10.
    "equipment_waits": (
        ("equipment", "delivered", "days", "waiting", "days_so_far", "waiting_long", "providers", "long_share"),
        [("BD", 0, None, 2, 110.5, 1, 1, 50), ("HA", 1, 62, 0, None, 0, 1, None), ("RE", 0, None, 1, 90, 0, 1, 0),
         ("WC", 2, 29, 0, None, 0, 2, None)],
    ),
    "equipment_too_late": (
        ("what", "requests", "of_requests", "providers", "share"),
        [("delivered after the month of death", 1, 3, 2, 33.3), ("too late: died or outgrown", 1, 4, 2, 25),
         ("waiting, though the child has died", 1, 3, 1, 33.3)],
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def told(founded: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, FigureTable]:
    region = region_in(founded, tmp_path_factory.mktemp("breaks"))
    send(region, (HOSPICE, "Q2", HOSPICE_CASE), (TEAM, "Q2", TEAM_CASE))
    return figures(region, (*breaks.ALL, *equipment.ALL))


@pytest.mark.parametrize("name", EXPECTED)
def test_indicator(told: dict[str, FigureTable], name: str) -> None:
    columns, expected = EXPECTED[name]
    assert standing(told[name], columns) == expected


def test_every_indicator_has_an_answer_worked_out_by_hand(told: dict[str, FigureTable]) -> None:
    assert set(told) == set(EXPECTED)
