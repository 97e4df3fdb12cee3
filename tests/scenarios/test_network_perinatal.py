"""The perinatal pathway, on a hospice and a hospital whose figures can be worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest
from homes import HOSPICE, HOSPITAL, child, children, region_in
from pictures import Expected, figures, send, standing

from mds.figures.table import FigureTable
from mds.network.picture import perinatal

NOTHING_SAID = {"gestation_birth": "", "birth_weight_g": "", "offered_date": "", "family_response": "", "mdt_date": "",
                "discharge_plan_date": "", "transfer_date": "", "mother_postnatal_care": ""}  # fmt: skip
UNBORN = {"person_birth_date": "", "expected_delivery_date": "2026-09-01", "nhs_number": "", "nhs_number_status": "07",
          "first_known_date": "2026-04-02"}  # fmt: skip


def _born(number: int, day: str, **changes: str) -> dict[str, str]:
    return child(number, person_birth_date=day, first_known_date=day, **changes)


def _pathway(local: str, route: str, outcome: str, **told: str) -> dict[str, str]:
    return {"local_patient_id": local, "route": route, "outcome": outcome, **NOTHING_SAID, **told}


def _plan(number: str, local: str, kind: str, created: str) -> dict[str, str]:
    return {"plan_id": number, "local_patient_id": local, "plan_type": kind, "created_date": created, "agreed_date": "",
            "last_review_date": ""}  # fmt: skip


def _babies(*rows: dict[str, str], **more: Any) -> dict[str, Any]:
    """A return of babies who came to the provider on the day when it first knew them."""
    case = {**children(*rows), **more}
    for row, referral, condition in zip(rows, case["referral"], case["condition"], strict=True):
        day = row["first_known_date"]
        referral |= {"referral_date": day, "outcome_date": day, "episode_start": day, "cc_application_date": "",
                     "cc_package_date": ""}  # fmt: skip
        condition |= {"recognition_date": day, "act_category_date": day}
    case["contact"] = more.get("contact", [])
    return case


HOSPICE_CASE = _babies(
    _born(1, "2026-04-20"), {**child(2), **UNBORN}, {**child(4, siblings_count="0"), **UNBORN, "caseload_status": "B"},
    perinatal=[
        _pathway("SB001", "R1", "HOS", antenatal_recognised_date="2026-01-10", gestation_recognised="22",
                 offered_date="2026-01-15", family_response="L", mdt_date="2026-04-22", discharge_plan_date="2026-04-28",
                 transfer_date="2026-04-30"),
        _pathway("SB002", "R1", "PRE", antenatal_recognised_date="2026-04-01", gestation_recognised="20",
                 offered_date="2026-04-02", family_response="D", reoffered_date="2026-06-01"),
        _pathway("SB004", "R1", "IUD", antenatal_recognised_date="2026-04-01", gestation_recognised="24",
                 offered_date="2026-04-02", family_response="D", mother_postnatal_care="N"),
    ],
    care_plan=[_plan("P1", "SB001", "ANT", "2026-04-23")],
)  # fmt: skip

HOSPITAL_CASE = _babies(
    _born(1, "2026-04-20"), _born(3, "2026-05-03", caseload_status="X"), _born(5, "2026-05-20"),
    perinatal=[
        _pathway("SB001", "R3", "NIC"),
        _pathway("SB003", "R2", "DIE", offered_date="2026-05-03", family_response="A", mdt_date="2026-05-04",
                 mother_postnatal_care="Y"),
        _pathway("SB005", "R3", "HOM", discharge_plan_date="2026-06-01", transfer_date="2026-06-03"),
    ],
    care_plan=[_plan("P1", "SB005", "PAR", "2026-05-25")],
    death={"local_patient_id": "SB003", "death_date": "2026-05-10", "death_place": "13"},
    bereavement={"local_patient_id": "SB003", "relation": "S", "offered_date": "2026-05-12"},
    contact=[{"contact_id": "C1", "referral_id": "RF-SB003", "contact_date": "2026-05-10", "contact_type": "20",
              "contact_time": ""}],
)  # fmt: skip
HOSPITAL_CASE["referral"][1] |= {"episode_end": "2026-05-10", "episode_end_reason": "01"}

EXPECTED: Expected = {
    # The first baby is known to both: found before birth and moved to the hospice, though the hospital tells otherwise.
    "perinatal_routes": (
        ("route", "babies", "of_babies", "recognised_before_birth", "weeks_at_recognition", "with_weeks", "providers", "share"),
        [("R1", 3, 5, 3, 22, 3, 2, 60), ("R2", 1, 5, 0, None, 0, 1, 20), ("R3", 1, 5, 0, None, 0, 1, 20)],
    ),
    "perinatal_outcomes": (
        ("route", "outcome", "babies", "of_babies", "providers", "share"),
        [("R1", "PRE", 1, 3, 1, 33.3), ("R1", "HOS", 1, 3, 2, 33.3), ("R1", "IUD", 1, 3, 1, 33.3), ("R2", "DIE", 1, 1, 1, 100),
         ("R3", "HOM", 1, 1, 1, 100)],
    ),
    # The fifth family was offered none. Three of the other four declined at first; one of these was not offered support again.
    "perinatal_offers": (
        ("what", "babies", "of_babies", "providers", "share"),
        [("support offered", 4, 5, 2, 80), ("declined at first", 3, 4, 2, 75), ("offered again after declining", 2, 3, 2, 66.7),
         ("accepted later", 1, 3, 2, 33.3)],
    ),
    # The first baby moved eight days after the meeting; of the fifth no meeting is told, and a parallel plan is not the plan.
    "supported_discharge": (
        ("step", "babies", "of_babies", "days_from_meeting", "with_days", "providers", "share"),
        [("early meeting", 1, 2, None, 1, 2, 50), ("plan written", 1, 2, 1, 1, 2, 50),
         ("discharge papers agreed", 2, 2, 6, 1, 2, 100), ("moved to the chosen place", 2, 2, 8, 1, 2, 100)],
    ),
    "after_a_baby_died": (
        ("what", "babies", "of_babies", "providers", "share"),
        [("mother's post-natal care arranged", 1, 2, 2, 50), ("bereavement support offered", 1, 2, 2, 50),
         ("care after death given", 1, 2, 2, 50)],
    ),
    "babies_planned_for": (
        ("what", "babies", "of_babies", "share"),
        [("advance care plan", 1, 5, 20), ("advance care plan or parallel plan", 2, 5, 40),
         ("brothers and sisters offered support", 1, 1, 100)],
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def told(founded: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, FigureTable]:
    region = region_in(founded, tmp_path_factory.mktemp("perinatal"))
    send(region, (HOSPICE, "Q2", HOSPICE_CASE), (HOSPITAL, "Q2", HOSPITAL_CASE))
    return figures(region, perinatal.ALL)


@pytest.mark.parametrize("name", EXPECTED)
def test_indicator(told: dict[str, FigureTable], name: str) -> None:
    columns, expected = EXPECTED[name]
    assert standing(told[name], columns) == expected


def test_every_indicator_has_an_answer_worked_out_by_hand(told: dict[str, FigureTable]) -> None:
    assert set(told) == set(EXPECTED)
