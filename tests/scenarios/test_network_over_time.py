"""How far a small network reaches its children, in two quarters, worked out by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from homes import HOSPICE, TEAM, region_in
from networks import Kid, Row, case_of, pictured, rows, send

from mds.network.picture import over_time


def _contact(number: int, **changes: str) -> Row:
    return {"contact_id": f"CT{number}", "contact_date": f"2026-05-{number:02}", "contact_time": "10:00",
            "contact_type": "01", "subject": "C", "mechanism": "01", "location": "HM", "attendance": "5",
            "duration_min": "30", "staff_group": "NCN", "staff_count": "1", "out_of_hours": "N", **changes}  # fmt: skip


def _plan(**changes: str) -> dict[str, list[Row]]:
    return {"care_plan": [{"plan_type": "ACP", "created_date": "2026-05-02", "agreed_date": "2026-05-02", **changes}]}


BY_VIDEO = {"mechanism": "11", "location": "VI"}
HOSPICE_NOW = case_of(
    Kid(1, {"key_worker": "Y"}, more=_plan() | {"contact": [_contact(4), _contact(5, **BY_VIDEO)]}),
    Kid(2, {"key_worker": "N"}, more=_plan(plan_type="CFP") | {
        "contact": [_contact(6, contact_date="2026-05-09", contact_time="21:00", out_of_hours="Y")]}),
    contacts=False,
)  # fmt: skip
TEAM_NOW = case_of(
    Kid(2, {"key_worker": "Y"}, more={"contact": [_contact(7, attendance="3", duration_min="")]}),  # nobody came
    Kid(3, {"key_worker": "N"}, more=_plan(superseded_date="2026-06-20")
        | {"contact": [_contact(8, subject="R", contact_type="03", mechanism="02")]}),  # between professionals
    contacts=False,
)  # fmt: skip


@pytest.fixture(scope="module")
def told(founded: Any, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Any, ...]]:
    region = region_in(founded, tmp_path_factory.mktemp("over_time"))
    send(region, HOSPICE, case_of(Kid(1, {"key_worker": "N"}), contacts=False), "Q1")
    send(region, HOSPICE, HOSPICE_NOW)
    send(region, TEAM, TEAM_NOW)
    table = pictured(region, over_time)["over_time"]
    assert table.questions
    assert table.sources
    return rows(table, ("measure", "period_from", "number", "of_all", "providers", "share"))


# In Q1 the first child alone, without contact, key worker or plan. In Q2 the three, the second at both providers, who has a key
# worker at one of them. The third's plan was replaced before the census, and its only contact was between professionals.
Q1, Q2 = date(2026, 1, 1), date(2026, 4, 1)
EXPECTED = [
    ("with a contact", Q1, 0, 1, 1, 0), ("with a contact", Q2, 2, 3, 2, 66.7),
    ("with a contact out of hours", Q1, 0, 1, 1, 0), ("with a contact out of hours", Q2, 1, 3, 2, 33.3),
    ("with a key worker", Q1, 0, 1, 1, 0), ("with a key worker", Q2, 2, 3, 2, 66.7),
    ("with an advance care plan", Q1, 0, 1, 1, 0), ("with an advance care plan", Q2, 1, 3, 2, 33.3),
    ("contacts at a distance", Q2, 1, 3, 1, 33.3),
]  # fmt: skip


def test_reach_over_time(told: list[tuple[Any, ...]]) -> None:
    assert told == EXPECTED
