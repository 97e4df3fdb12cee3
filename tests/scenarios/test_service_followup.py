"""What a co-ordinator has to ask about, in a network where each of it was planted once."""

from __future__ import annotations

from typing import Any

from homes import HOSPICE, HOSPITAL, TEAM, Region, child, children, mds

WEEKDAYS = {"day_type": "WD", "from_time": "08:00", "to_time": "18:00"}
NAME = "Sunny Bank Hospice"
EVERY_DAY = [{"day_type": day, "from_time": "00:00", "to_time": "24:00"} for day in ("WD", "SA", "SU")]


def _contact(number: int, day: str, time: str, referral: str = "RF-SB001") -> dict[str, str]:
    return {"contact_id": f"C{number}", "referral_id": referral, "contact_date": day, "contact_time": time,
            "out_of_hours": "", "duration_min": "30"}  # fmt: skip


def _send(region: Region, case: dict[str, Any], **about: str) -> None:
    said = region.send(region.file({**children(), **case}, **about))
    assert said.code in (0, 1), said.out + said.err


def _found(region: Region, command: str) -> dict[str, list[Any]]:
    said = mds("services", command, "--home", region.path, "--period", "2026-04-01", "--exact", "--json")
    assert said.code == 0, said.err
    return {table["name"]: table["rows"] for table in said.json["tables"]}


def test_each_thing_to_ask_about_is_found_and_nothing_else(region: Region) -> None:
    hospice = {
        "organisation": {},
        "service": [{"confirmed_on": "2025-12-28"}, {"service_id": "S2", "confirmed_on": "2025-12-29"},
                    {"service_id": "S3", "confirmed_on": "", "closed_on": "2026-03-31"}],
        "cover": [WEEKDAYS, *({"service_id": "S2", **line} for line in EVERY_DAY)],
    }  # fmt: skip
    own = children(child(1), child(2))
    own["referral"] = [{"local_patient_id": "SB001", "referral_id": "RF-SB001", "service_id": "S1"},
                       {"local_patient_id": "SB002", "referral_id": "RF-SB002", "service_id": "S2"}]  # fmt: skip
    own["contact"] = [
        _contact(1, "2026-05-15", "10:00"),  # a Friday
        _contact(2, "2026-05-16", "10:00"), _contact(3, "2026-05-17", "11:00"),  # a weekend without cover
        _contact(4, "2026-05-18", "23:00"),  # a night without cover
        _contact(5, "2026-05-25", "11:00"),  # a bank holiday
        _contact(6, "2026-05-17", "23:30", "RF-SB002"),  # both, of a service that has cover then
    ]  # fmt: skip
    _send(region, {**own, **hospice}, return_type="ALL")
    _send(region, {"organisation": {"provider_code": TEAM}, "service": {"provider_code": TEAM, "confirmed_on": ""}},
          provider=TEAM, period="Q1", return_type="SQ")  # fmt: skip

    found = _found(region, "followup")
    assert found["unanswered"] == [
        [TEAM, "Fen Community Team", "2026-01-01"], [HOSPITAL, "Marsh Hospital", None],
    ]  # fmt: skip
    assert [[row[0], row[2], *row[4:]] for row in found["stale"]] == [
        [HOSPICE, "S1", "2025-12-28", 184],
        [TEAM, "S1", None, None],
    ]
    assert found["contradictions"] == [
        [HOSPICE, NAME, "2026-04-01", "S1", "contacts outside the hours told",
         "weekdays: visits at home 8am to 6pm; none on Saturdays, Sundays and bank holidays",
         "1 on weekdays, 11pm to midnight; 1 on Saturdays, 10am to 11am; 1 on Sundays, 11am to midday; "
         "1 on bank holidays, 11am to midday", 4],
    ]  # fmt: skip


def test_two_sides_of_a_payment_that_do_not_agree(region: Region) -> None:
    paid = {"commissioner_code": "QHG", "hospice_spend_gbp": "150000"}
    received = {"financial_year": "2025/26", "funder": "ICB", "funder_code": "QHG"}
    hospice = {
        "organisation": {}, "service": {}, "cover": {},
        "funding": [{**received, "amount_gbp": "100000"}, {**received, "amount_gbp": "90000", "contract_form": "G"},
                    {**received, "financial_year": "2024/25", "amount_gbp": "150000"}],
        "commissioner": paid,
    }  # fmt: skip
    _send(region, hospice, return_type="SQ")

    found = _found(region, "followup")
    assert found["payments"] == [["QHG", 150000, 190000, 1]]


def test_what_two_providers_tell_of_one_commissioner(region: Region) -> None:
    """It counts once, with the answer that was received last, and what differs is told."""
    answer = {"commissioner_code": "QHG", "hospice_spend_gbp": "300000", "need_estimate": "400", "in_strategy": "Y",
              "functions_commissioned": "CCN;HAH", "joint_with": "QM7;QUE"}  # fmt: skip
    same = {**answer, "functions_commissioned": "HAH;CCN", "joint_with": ""}
    received = {"financial_year": "2025/26", "funder": "ICB", "funder_code": "QHG", "amount_gbp": "300000"}
    case = {"organisation": {}, "service": {}, "cover": {}, "funding": received}
    older = {**answer, "need_estimate": "100"}
    other = {name: {"provider_code": HOSPITAL, "provider_type": "AC"} for name in ("organisation", "service")}
    _send(region, {**other, "commissioner": older}, provider=HOSPITAL, period="Q1", return_type="SQ")
    # What is of a newer period counts, whatever was received later.
    _send(region, {**case, "commissioner": same}, return_type="SQ")
    team = {name: {"provider_code": TEAM, "provider_type": "CN"} for name in ("organisation", "service")}
    _send(region, {**team, "commissioner": answer}, provider=TEAM, return_type="SQ")

    found = _found(region, "followup")
    assert found["payments"] == []
    assert found["told_differently"] == [["QHG", "Partners", "QM7;QUE", f"QM7;QUE ({TEAM}), no answer ({HOSPICE})"]]
    found = _found(region, "indicators")
    assert found["commissioners"] == [[1, 1, 100, 400, 210, "2026-06-30", 1, 1]]
    assert found["partners"] == [[1, 1, 100, 2, "2026-06-30", 1, 1, 2.0]]
    assert found["commissioned_functions"] == [["CCN", 0, 1, 1, 1], ["HAH", 0, 1, 1, 1]]


def test_a_death_in_a_hospice_that_no_hospice_knows_of(region: Region) -> None:
    """Two children died in a hospice by the hospital's return; the hospice knows one of them."""
    gone = {"caseload_status": "D", "date_left": "2026-05-20"}
    case = children(child(1, **gone), child(2, **gone))
    case["death"] = [
        {"local_patient_id": f"SB00{number}", "death_date": "2026-05-20", "death_place": "31"} for number in (1, 2)
    ]
    _send(region, case, provider=HOSPITAL)
    _send(region, children(child(2)))
    _send(region, {"organisation": {}, "service": {}, "cover": {}}, return_type="SQ")

    found = _found(region, "followup")
    assert found["hospice_deaths"] == [[HOSPITAL, None, 1]]
