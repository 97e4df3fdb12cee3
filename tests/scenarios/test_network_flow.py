"""How the caseload of a small network changes over three periods, with a provider that comes and one that stays away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from homes import HOSPICE, HOSPITAL, TEAM, region_in
from networks import PEOPLE, Kid, Row, case_of, load, pictured, rows, send

from mds.figures.table import FigureTable
from mds.network.picture import flow, growing_up, reviews


def _phases(*told: tuple[str, str, str, str]) -> dict[str, list[Row]]:
    return {"phase": [{"phase_date": day, "phase_scheme": scheme, "phase_submitted": word, "mdt_review": meeting}
                      for day, scheme, word, meeting in told]}  # fmt: skip


TEENAGER = {"person_birth_date": "2010-07-01"}
NEARLY_18 = {"person_birth_date": "2008-09-01"}
ENDED = {"episode_end": "2026-05-10"}

A_YEAR_BEFORE = case_of(Kid(1), Kid(2, {"person_birth_date": "2008-06-20"}))
HOSPICE_BEFORE = case_of(
    Kid(1, more=_phases(("2026-03-10", "LUTON", "blue", "Y"))), Kid(2, {"person_birth_date": "2008-06-20"}), Kid(3),
    Kid(10, NEARLY_18), Kid(11),
)  # fmt: skip
TEAM_BEFORE = case_of(Kid(4, {"person_birth_date": "2007-09-10"}), Kid(5, TEENAGER), Kid(12))
HOSPICE_NOW = case_of(
    Kid(1, {}, {"act_category": "4", "act_category_date": "2026-05-01"},
        more=_phases(("2026-05-12", "LUTON", "green", "Y"), ("2026-06-10", "LUTON", "yellow", "N"))),
    Kid(2, {"person_birth_date": "2008-06-20", "caseload_status": "X"}, {}, {**ENDED, "episode_end": "2026-05-29",
        "episode_end_reason": "01"}, {"death": [{"death_date": "2026-05-29"}]}),
    Kid(3, {"caseload_status": "D"}, {}, {**ENDED, "episode_end_reason": "03"}),
    Kid(6, {"person_birth_date": "2008-04-20"}, more=_phases(("2026-06-15", "LUTON", "blue", "Y"))),
    Kid(10, NEARLY_18, {"remission": "Y", "remission_date": "2026-04-15"}),
    Kid(12, {"caseload_status": "D"}, {}, {**ENDED, "episode_end_reason": "05"}),
)  # fmt: skip
HOSPITAL_NOW = case_of(
    Kid(1, {}, {"act_category": "4"}, {"lead_service": "N"},
        _phases(("2026-05-01", "PCOC", "stable", "N"), ("2026-05-12", "PCOC", "unstable", "N"))),
    Kid(5, TEENAGER), Kid(7, {"person_birth_date": "2004-02-02"}),
)  # fmt: skip


@pytest.fixture(scope="module")
def told(founded: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, FigureTable]]:
    region = region_in(founded, tmp_path_factory.mktemp("flow"))
    load(region, "populations", PEOPLE)
    nobody = {**case_of(), "header": {"nil_return": "Y"}}
    for provider, case in ((HOSPICE, A_YEAR_BEFORE), (TEAM, nobody), (HOSPITAL, nobody)):
        send(region, provider, case, "a year before")
    for provider, case in ((HOSPICE, HOSPICE_BEFORE), (TEAM, TEAM_BEFORE)):
        send(region, provider, case, "Q1")
    for provider, case in ((HOSPICE, HOSPICE_NOW), (HOSPITAL, HOSPITAL_NOW)):
        send(region, provider, case, "Q2")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flow, "COMPLETE", 60)
        patch.setattr(flow, "FEWEST_FOR_LIMITS", 3)
        yield pictured(region, flow, reviews, growing_up)


EXPECTED: dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]] = {
    # 2, then 8 and 4 children; between them nobody sent. Those aged 0 to 19 are 2, 8 and 3: the seventh is 22. Median 3, changes
    # 6 and 5, so 3.145 times 5.5 to both sides.
    "trend": (
        ("period_from", "children", "aged_0_19", "people_0_19", "middle", "low", "high", "beyond", "returned", "commissioned",
         "per_10000", "coverage"),
        [(date(2025, 4, 1), 2, 2, 15000, 3, 0, 20.3, None, 3, 3, 1.3, 100),
         (date(2025, 7, 1), None, None, 15000, None, None, None, None, 0, 3, None, 0),
         (date(2025, 10, 1), None, None, 15000, None, None, None, None, 0, 3, None, 0),
         (date(2026, 1, 1), 8, 8, 15000, 3, 0, 20.3, None, 2, 3, 5.3, 66.7),
         (date(2026, 4, 1), 4, 3, 15000, 3, 0, 20.3, None, 2, 3, 2, 66.7)],
    ),
    # Now 1, 5, 6 and 7; then 1 to 5 and 10 to 12. The first and the fifth stay. The hospital, which alone knows the seventh, had
    # sent nothing; the team, which knew the fourth and the twelfth, sends nothing now, though the hospice tells of the latter.
    "flow": (
        ("change", "children", "of_children", "against", "providers", "share"),
        [("continuing", 2, 4, date(2026, 1, 1), 2, 50), ("new", 1, 4, date(2026, 1, 1), 1, 25),
         ("provider sent nothing last time", 1, 4, date(2026, 1, 1), 1, 25),
         ("ended: died", 1, 8, date(2026, 1, 1), 1, 12.5),
         ("ended: in remission or cured", 1, 8, date(2026, 1, 1), 1, 12.5),
         ("ended: moved to adult services", 1, 8, date(2026, 1, 1), 1, 12.5),
         ("no longer told of", 1, 8, date(2026, 1, 1), 1, 12.5),
         ("provider sent nothing this time", 2, 8, date(2026, 1, 1), 1, 25)],
    ),
    "act_moves": (
        ("category_before", "act_category", "children", "of_children", "providers", "share"),
        [("3", "3", 1, 2, 1, 50), ("3", "4", 1, 2, 2, 50)],
    ),
    "phase_moves": (
        ("phase_before", "phase", "children", "of_children", "share"), [("1", "3", 1, 1, 100), ("9", "9", 1, 1, 100)],
    ),
    # The hospice and the hospital tell of the same change in May; the hospice's began in the period before.
    "phase_changes": (
        ("month", "changes", "children", "at_meeting", "providers", "share_at_meeting"),
        [("2026-04", 0, 0, 0, 0, None), ("2026-05", 1, 1, 1, 2, 100), ("2026-06", 1, 1, 0, 1, 0)],
    ),
    # The first was last at a meeting seven weeks ago.
    "reviewed": (
        ("phase", "children", "at_meeting", "of_children", "share", "share_at_meeting"),
        [("1", 1, 1, 1, 100, 100), ("3", 1, 0, 1, 100, 0), ("9", 0, 0, 2, 0, 0), ("all phases", 2, 1, 4, 50, 25)],
    ),
    "young_people": (
        ("aged", "children", "of_children", "providers", "share"),
        [("14-17", 1, 4, 1, 25), ("18-19", 1, 4, 1, 25), ("20-25", 1, 4, 1, 25)],
    ),
    # The fourth became 18 in September and is on no caseload now, the sixth in April. The second died in the month before hers.
    # The tenth, in remission, is 17, the fifth 15.
    "eighteenth_birthdays": (
        ("year", "children", "still_on_caseload", "providers", "share_still"),
        [("the year to the census", 2, 1, 2, 50), ("year 1 to come", 1, None, 1, None), ("year 2 to come", 0, None, 0, None),
         ("year 3 to come", 1, None, 1, None), ("year 4 to come", 0, None, 0, None)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPECTED)
def test_the_flow_is_counted(told: dict[str, FigureTable], name: str) -> None:
    columns, expected = EXPECTED[name]
    assert rows(told[name], columns) == expected


def test_every_table_of_the_modules_is_worked_out_by_hand(told: dict[str, FigureTable]) -> None:
    assert set(told) == set(EXPECTED)
