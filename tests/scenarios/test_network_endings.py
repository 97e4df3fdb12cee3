"""Deaths and bereavement, on two providers whose figures can be worked out by hand: one death is told by both, one too late."""

from __future__ import annotations

from typing import Any

import pytest
from homes import HOSPICE, TEAM, child, children, region_in
from pictures import Expected, ended, figures, send, standing

from mds.figures.table import FigureTable
from mds.network.picture import bereavement, endings, last_days


def _died(local: str, day: str, place: str, **changes: str) -> dict[str, str]:
    return {"local_patient_id": local, "death_date": day, "death_place": place, **changes}


def _wish(number: str, local: str, place: str, agreed: str, **changes: str) -> dict[str, str]:
    return {"plan_id": number, "local_patient_id": local, "created_date": "2025-04-20" if local != "SB003" else agreed,
            "agreed_date": agreed, "last_review_date": "", "preferred_death_place": place,
            "death_place_discussed": "N" if place == "99" else "Y", **changes}  # fmt: skip


def _offer(number: str, local: str, relation: str, day: str, accepted: str = "N", **changes: str) -> dict[str, str]:
    return {"bereavement_id": number, "local_patient_id": local, "relation": relation, "offered_date": day, "accepted": accepted,
            "start_date": "", "sessions": "0", **changes}  # fmt: skip


def _tells(*rows: dict[str, str], deaths: list[dict[str, str]]) -> dict[str, Any]:
    """A return of children who died, in which their care has ended."""
    case = children(*({"caseload_status": "X", **row} for row in rows))
    died_on = {death["local_patient_id"]: death["death_date"] for death in deaths}
    for referral in case["referral"]:
        if day := died_on.get(referral["local_patient_id"]):
            referral.update(ended(referral["local_patient_id"], day))
    return {**case, "death": deaths}


NOT_SAID = {"expected": "", "plan_at_death": "", "plan_followed": "", "peaceful": "", "peaceful_judged_by": "",
            "pain_controlled": "", "cdop_notified": ""}  # fmt: skip
NEWBORN = {"person_birth_date": "2026-04-20", "first_known_date": "2026-04-21", "siblings_count": "0"}

BEFORE = _tells(child(5), deaths=[_died("SB005", "2026-03-20", "31")])
HOSPICE_CASE = _tells(
    child(1), child(2), child(3, **NEWBORN), child(4, person_birth_date="2010-05-14"), child(5, caseload_status="B"), child(6),
    deaths=[
        _died("SB001", "2026-05-29", "21", peaceful="2", peaceful_judged_by="P"),
        _died("SB002", "2026-04-20", "10", not_preferred_reason="03", plan_followed="3", peaceful_judged_by="S",
              pain_controlled="4"),
        _died("SB003", "2026-05-05", "21", expected="N", plan_at_death="N", plan_followed="", peaceful="3",
              pain_controlled="8", cdop_notified="X"),
        _died("SB004", "2026-06-10", "11", **NOT_SAID),
        _died("SB006", "2026-02-10", "31"),
    ],
)  # fmt: skip
HOSPICE_CASE["condition"][2] |= {"recognition_date": "2026-04-20", "act_category_date": "2026-04-22"}
HOSPICE_CASE["referral"][1] |= {"referral_date": "2026-03-01", "outcome_date": "2026-03-02", "episode_start": "2026-03-02",
                                "cc_application_date": "", "cc_package_date": ""}  # fmt: skip
HOSPICE_CASE["referral"][2] |= {"referral_date": "2026-04-21", "outcome_date": "2026-04-22", "episode_start": "2026-04-22",
                                "cc_application_date": "", "cc_package_date": ""}  # fmt: skip
HOSPICE_CASE["referral"][4] |= {"episode_end": "2026-03-20", "episode_end_reason": "01"}
HOSPICE_CASE["referral"][0]["lead_service"] = "N"
HOSPICE_CASE["contact"] = [
    contact | {"contact_date": "2026-04-25" if "SB003" in contact["contact_id"] else "2026-04-15"}
    for contact in HOSPICE_CASE["contact"] if contact["contact_id"] not in ("CT-SB005", "CT-SB006")
]  # fmt: skip
HOSPICE_CASE["care_plan"] = [
    _wish("H1", "SB001", "21", "2025-11-10"),
    _wish("H2", "SB002", "31", "2025-11-10"),
    _wish("H3", "SB003", "21", "2026-04-22"), _wish("H4", "SB003", "98", "2026-04-25", plan_type="EOL",
                                                    eol_recognised_date="2026-04-25", eol_meeting_date="2026-04-25"),
    _wish("H5", "SB004", "11", "2025-11-10"), _wish("H6", "SB004", "21", "", plan_type="RSP"),
    _wish("H7", "SB004", "99", "2026-05-10", plan_type="SMP"),
]  # fmt: skip
HOSPICE_CASE["bereavement"] = [
    _offer("B1", "SB002", "M", "2026-04-30", "Y", start_date="2026-05-05", sessions="2"),
    _offer("B2", "SB002", "S", "2026-05-01"),
    _offer("B3", "SB001", "M", "2026-06-29"),
    _offer(
        "B4", "SB005", "W", "2026-04-10", "Y", start_date="2026-04-20", end_date="2026-05-01", sessions="1", kind="G;1"
    ),
    _offer("B5", "", "W", "2026-05-10", "Y", start_date="2026-05-20", sessions="1", kind="1;T", child_known_before="N"),
]

TEAM_CASE = _tells(
    child(1),
    deaths=[_died("SB001", "2026-05-29", "31", expected="X", plan_at_death="X", plan_followed="", peaceful="9",
                  peaceful_judged_by="", pain_controlled="9", cdop_notified="N")],
)  # fmt: skip
TEAM_CASE["referral"][0] |= {"referral_date": "2026-05-25", "outcome_date": "2026-05-26", "episode_start": "2026-05-26",
                             "cc_application_date": "", "cc_package_date": ""}  # fmt: skip
TEAM_CASE["contact"][0]["contact_date"] = "2026-05-26"
TEAM_CASE["care_plan"] = [_wish("T1", "SB001", "32", "2026-03-01")]
TEAM_CASE["bereavement"] = [_offer("B1", "SB001", "M", "2026-06-30", "X", child_known_before="N")]

EXPECTED: Expected = {
    # The first child's death was told by both providers, the sixth's is of February and told only now. The fifth died in March.
    # All the others count the year: the last two died in the children's hospice, as the example has it.
    "deaths_told": (
        ("died", "deaths", "providers"),
        [("in the period", 4, 2), ("in the year to its end", 6, 2), ("before, told for the first time", 1, 1)],
    ),
    "deaths_by_age": (
        ("age_at_death", "deaths", "of_deaths", "providers", "share"),
        [("under 28 days", 1, 6, 1, 16.7), ("5-9", 4, 6, 2, 66.7), ("15-17", 1, 6, 1, 16.7)],
    ),
    # Of the first child's death the leading service counts: in the hospice, not at home.
    "deaths_by_place": (
        ("place", "deaths", "of_deaths", "providers", "share"),
        [("10", 2, 6, 1, 33.3), ("20", 1, 6, 1, 16.7), ("30", 3, 6, 2, 50)],
    ),
    "deaths_by_place_in_detail": (
        ("place", "deaths", "of_deaths", "providers"),
        [("10", 1, 6, 1), ("11", 1, 6, 1), ("21", 1, 6, 1), ("31", 3, 6, 2)],
    ),
    # The first child wished for the adult hospice by its newest plan, and died in the children's. The second's wish was the
    # hospice, and no more than a hospital is told. The third's family was undecided in the end. Of the fourth's plans one that
    # was not agreed, and one that does not tell, count for nothing.
    "preferred_place_met": (
        ("what", "children", "of_deaths", "providers", "share"),
        [("wish known", 3, 6, 2, 50), ("died in the kind of place wished", 2, 3, 2, 66.7),
         ("died in the very place wished", 1, 2, 2, 50)],
    ),
    "preferred_and_actual_places": (
        ("preferred_place", "actual_place", "deaths", "of_deaths", "providers", "share"),
        [("10", "10", 1, 1, 1, 100), ("30", "10", 1, 2, 1, 50), ("30", "30", 1, 2, 2, 50), ("not known", "20", 1, 3, 1, 33.3),
         ("not known", "30", 2, 3, 1, 66.7)],
    ),
    "reasons_elsewhere": (("why_elsewhere", "deaths", "of_deaths", "providers", "share"), [("03", 1, 1, 1, 100)]),
    "peaceful": (
        ("judged_by", "fully", "mostly", "partly", "not_at_all", "of_deaths", "not_known", "providers", "share"),
        [("B", 2, 0, 1, 0, 3, 0, 1, 66.7), ("P", 0, 1, 0, 0, 1, 0, 2, 100), ("S", 1, 0, 0, 0, 1, 0, 1, 100),
         ("not told", 0, 0, 0, 0, 0, 1, 1, None)],
    ),
    # For the third child pain was no question; of the fourth nothing is told.
    "pain_and_plan": (
        ("what", "fully", "mostly", "partly", "not_at_all", "of_deaths", "not_known", "share"),
        [("free of pain, or pain controlled", 3, 0, 0, 1, 4, 1, 75), ("plan followed", 3, 0, 1, 0, 4, 0, 75)],
    ),
    # The leading team did not know whether the first death was expected, and did not notify it.
    "at_death": (
        ("what", "deaths", "of_deaths", "not_known", "providers", "share"),
        [("death expected", 4, 5, 1, 2, 80), ("plan in place", 4, 5, 1, 2, 80),
         ("child death review notified", 3, 4, 2, 2, 75)],
    ),
    # After 10 days; after 31 and 32 for the first child. The fifth's death stands in another return than the offer.
    "bereavement_offers": (
        ("offered", "families", "of_families", "providers", "share"),
        [("within 28 days", 1, 4, 1, 25), ("later", 1, 4, 2, 25), ("offered, days not known", 1, 4, 1, 25),
         ("no offer told", 1, 4, 1, 25)],
    ),
    # The third child had no brothers or sisters.
    "bereaved_siblings": (
        ("to_a_sibling", "to_sibling_or_family", "of_families", "providers", "share", "sibling_share"),
        [(1, 2, 3, 2, 66.7, 33.3)],
    ),
    "new_families": (
        ("known_before", "families", "of_families", "accepted", "providers", "share", "accepted_share"),
        [("Y", 3, 4, 2, 2, 75, 66.7), ("N", 1, 4, 1, 1, 25, 100)],
    ),
    "bereavement_by_relation": (
        ("relation", "offers", "accepted", "of_answers", "providers", "share"),
        [("M", 3, 1, 2, 2, 50), ("S", 1, 0, 1, 1, 0), ("W", 2, 2, 2, 1, 100)],
    ),
    "bereavement_kinds": (
        ("form", "families", "of_families", "share"), [("1", 3, 3, 100), ("G", 1, 3, 33.3), ("T", 1, 3, 33.3)],
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def told(founded: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, FigureTable]:
    region = region_in(founded, tmp_path_factory.mktemp("endings"))
    send(region, (HOSPICE, "Q1", BEFORE), (HOSPICE, "Q2", HOSPICE_CASE), (TEAM, "Q2", TEAM_CASE))
    return figures(region, (*endings.ALL, *last_days.ALL, *bereavement.ALL))


@pytest.mark.parametrize("name", EXPECTED)
def test_indicator(told: dict[str, FigureTable], name: str) -> None:
    columns, expected = EXPECTED[name]
    assert standing(told[name], columns) == expected


def test_every_indicator_has_an_answer_worked_out_by_hand(told: dict[str, FigureTable]) -> None:
    assert set(told) == set(EXPECTED)
