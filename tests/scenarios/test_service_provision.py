"""How services are set up, on two providers whose numbers can be worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from homes import HOSPICE, TEAM, child, children, mds, region_in

pytestmark = pytest.mark.xdist_group("service provision")  # what the module makes is made once

YEAR = {"financial_year": "2025/26"}


def _service(number: str, function: str, **changes: str) -> dict[str, str]:
    return {"service_id": number, "service_function": function, **changes}


def _staff(group: str, people: str, filled: str, **more: str) -> dict[str, str]:
    return {"staff_group": group, "headcount": people, "wte_funded": filled, "wte_in_post": filled, "wte_vacant": "0",
            "wte_vacant_3m": "0", **more}  # fmt: skip


CARE = children(child(1, key_worker="Y"), child(2, key_worker="N"), child(3, key_worker="Y"))
CARE["referral"].append(
    {"local_patient_id": "SB001", "referral_id": "RF-NO", "service_id": "S1", "referral_outcome": "R", "rejection_reason": "03",
     "episode_start": "", "episode_end": "", "lead_service": "N", "assessed_hours_week": "", "delivered_hours_week": ""}
)  # fmt: skip
CARE["contact"].append(
    {"contact_id": "CT-2", "referral_id": "RF-SB001", "contact_date": "2026-05-20", "contact_time": ""}
)

HOSPICE_CASE: dict[str, Any] = {
    **CARE,
    "organisation": {"sector": "VOL", "network_codes": "EE;LN", "directory_consent": "Y", "accountable_lead": "Y",
                     "network_meetings_attended": "2"},
    "service": [
        _service("S1", "HIP", service_level="S", age_from="0", age_to="18", areas_served="E09999901;E09999902",
                 transport="P", information_formats="PRT;EAS", confirmed_on="2026-06-15", eligibility_published="Y",
                 self_referral="Y", diagnosis_excluded="none but those over 18"),
        _service("S2", "SIB", service_level="C", age_from="4", age_to="25", areas_served="E09999901", transport="N",
                 information_formats="PRT", confirmed_on="2025-11-01", eligibility_published="N", self_referral="Y"),
        _service("S3", "BER", service_level="C", closed_on="2026-03-31", confirmed_on="2026-03-01"),
    ],
    "capacity": {"service_id": "S1", "beds_registered": "8", "beds_staffed": "6", "bed_nights_available": "500",
                 "bed_nights_used": "400", "bed_nights_closed_staffing": "100"},
    "workforce": [_staff("NHO", "3", "1.5", training_posts="2"), _staff("PHY", "1", "0.5")],
    "training": [
        {"service_id": "S1", "audience": "OWN", "eligible": "20", "trained_current": "15", "framework": "the core framework"},
        {"service_id": "S1", "audience": "NEO", "eligible": "", "trained_current": "8", "sessions": "2", "mode": "F"},
        {"service_id": "S1", "audience": "COM", "eligible": "", "trained_current": "5", "sessions": "1", "mode": "O"},
    ],
    "funding": [
        {"funder": "CHG", "funder_code": "", "contract_form": "G", "amount_gbp": "100000", "lead_commissioner": "",
         "associates": "", **YEAR},
        {"funder": "ICB", "contract_form": "B", "amount_gbp": "60000", "lead_commissioner": "Y", "associates": "QM7;QUE",
         **YEAR},
        {"funder": "LA", "funder_code": "E09999901", "contract_form": "P", "amount_gbp": "40000", "lead_commissioner": "N",
         "associates": "", **YEAR},
        {"funder": "CHA", "funder_code": "", "contract_form": "", "amount_gbp": "200000", "lead_commissioner": "",
         "associates": "", **YEAR},
    ],
    "expenditure_activity": {
        "spend_pay_gbp": "300000", "spend_nonpay_gbp": "60000", "spend_overhead_gbp": "40000", "spend_total_gbp": "400000",
        "income_total_gbp": "400000", "children_supported": "50", "contacts": "1000", "bed_nights": "", **YEAR,
    },
    "user_experience": {"item": "TRA", "invited": "20", "responses": "12", "n1": "4", "n2": "4", "n3": "2", "n4": "0", "n5": "0",
                        "n8": "2"},
}  # fmt: skip
TEAM_CASE: dict[str, Any] = {
    **children(),
    "organisation": {"provider_code": TEAM, "sector": "NHS", "provider_type": "CN", "network_codes": "EE",
                     "directory_consent": "N", "accountable_lead": "N", "network_meetings_attended": "1"},
    "service": _service("S1", "CCN", provider_code=TEAM, service_level="C", age_from="0", age_to="25", transport="P",
                        areas_served="E09999902", information_formats="WEB", eligibility_published="Y", self_referral="N"),
    "workforce": [_staff("NCN", "6", "4"), _staff("PHY", "2", "0", wte_funded="1", wte_vacant="1", wte_vacant_3m="0")],
    "training": {"audience": "HOS", "eligible": "", "trained_current": "3", "sessions": "1", "mode": "F", "framework": ""},
    "commissioner": [
        {"commissioner_code": "QHG", "in_strategy": "Y", "need_estimate": "900", "accessed_hospice": "200"},
        {"commissioner_code": "QM7", "in_strategy": "N", "need_estimate": "400", "accessed_hospice": "50"},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def told(founded: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, Any]]]:
    region = region_in(founded, tmp_path_factory.mktemp("provision"))
    before = {**children(), "organisation": {}, "service": _service("S1", "HIP", areas_served="E09999901"),
              "capacity": {"service_id": "S1", "beds_registered": "6", "bed_nights_available": "500"}}  # fmt: skip
    said = region.send(region.file(before, period="a year before", return_type="SQ"))
    assert said.code == 0, said.out + said.err
    for provider, case, kind in ((HOSPICE, HOSPICE_CASE, "ALL"), (TEAM, TEAM_CASE, "SQ")):
        said = region.send(region.file(case, provider=provider, return_type=kind), "--json")
        assert said.code == 0, said.out + said.err
    said = mds("services", "indicators", "--home", region.path, "--period", "2026-04-01", "--json")
    assert said.code == 0, said.err
    yield {table["name"]: table for table in said.json["tables"]}


EXPECTED: dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]] = {
    "directory": (("shown", "services", "share", "confirmed", "providers"), [(2, 3, 66.7, 1, 2)]),
    "levels": (("level", "services", "of_services", "share", "providers"), [("C", 2, 3, 66.7, 2), ("S", 1, 3, 33.3, 1)]),
    "key_workers": (("with_key_worker", "children", "share", "providers"), [(2, 3, 66.7, 1)]),
    "footprints": (("provider_code", "services", "areas", "networks"), [(HOSPICE, 2, 2, 2), (TEAM, 1, 1, 1)]),
    "criteria": (
        ("what", "services", "of_services", "share", "providers"),
        [("criteria published", 2, 3, 66.7, 2), ("conditions excluded", 1, 3, 33.3, 2), ("not from birth", 1, 3, 33.3, 2),
         ("families may refer", 2, 3, 66.7, 2)],
    ),
    "refusals": (("reason", "referrals", "of_refusals", "share", "providers"), [("03", 1, 1, 100, 1)]),
    # Of twelve who answered, it does not apply to two; eight of the ten agree.
    "transport": (
        ("help", "services", "of_services", "share", "families_content", "providers"),
        [("none", 1, 3, 33.3, 80, 1), ("provided", 2, 3, 66.7, 80, 2)],
    ),
    "information": (
        ("format", "services", "of_services", "share", "families_clear"),
        [("EAS", 1, 3, 33.3, None), ("PRT", 2, 3, 66.7, None), ("WEB", 1, 3, 33.3, None)],
    ),
    "short_breaks": (
        ("area", "setting", "services", "providers"),
        [("E09999901", "HM", 1, 1), ("E09999901", "HO", 1, 1), ("E09999902", "HM", 1, 1), ("E09999902", "HO", 1, 1)],
    ),
    # A year ago there was the hospice alone, in the north, with six beds.
    "change": (
        ("area", "functions_then", "functions_now", "services_then", "services_now", "beds_then", "beds_now"),
        [("E09999901", 1, 2, 1, 2, 6, 8), ("E09999902", None, 2, None, 2, None, 8)],
    ),
    "beds": (
        ("used", "available", "used_share", "closed", "closed_share", "providers"), [(400, 500, 80, 100, 16.7, 1)],
    ),
    "upper_ages": (
        ("function", "lowest_limit", "highest_limit", "beyond_18", "beyond_25", "of_services"),
        [("CCN", 25, 25, 1, 1, 1), ("HIP", 18, 18, 1, 0, 1), ("SIB", 25, 25, 1, 1, 1)],
    ),
    "training_of_others": (
        ("given_by", "audience", "mode", "trained", "sessions", "providers"),
        [("statutory", "HOS", "F", 3, 1, 1), ("voluntary", "COM", "O", 5, 1, 1), ("voluntary", "NEO", "F", 8, 2, 1)],
    ),
    "frameworks": (("with_framework", "of_providers", "training_posts", "providers"), [(1, 2, 2, 2)]),
    "children_per_nurse": (("provider_code", "children", "nurses", "children_a_nurse"), [(HOSPICE, 3, 1.5, 2)]),
    "skill_mix": (
        ("staff", "present", "of_providers", "providers"), [("PHY", 2, 2, 2), ("NCN", 1, 2, 1), ("NHO", 1, 2, 1)],
    ),
    "payers": (
        ("payer", "pounds", "children", "a_child", "providers"),
        [("charity", 200_000, 50, 4_000, 1), ("NHS", 160_000, 50, 3_200, 1), ("local authority", 40_000, 50, 800, 1)],
    ),
    # Four contacts with three children, at 400 pounds each.
    "modelled_costs": (
        ("provider_code", "contacts", "children", "a_contact", "a_child"), [(HOSPICE, 4, 3, 400, 533)],
    ),
    "commissioning_levels": (
        ("function", "financial_year", "national_pounds", "local_pounds", "providers"),
        [("HIP", "2025/26", 100_000, 100_000, 1)],
    ),
    "joint_contracts": (
        ("with_lead", "with_associates", "of_contracts", "associates_each", "providers"), [(1, 1, 2, 2, 1)],
    ),
    "commissioners": (
        ("in_a_plan", "of_commissioners", "share", "children_in_need", "used_hospice_care", "providers"),
        [(1, 2, 50, 1300, 250, 1)],
    ),
    "leads": (("with_lead", "of_organisations", "share", "meetings_attended", "providers"), [(1, 2, 50, 3, 2)]),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPECTED)
def test_indicator(told: dict[str, dict[str, Any]], name: str) -> None:
    columns, expected = EXPECTED[name]
    places = [told[name]["columns"].index(column) for column in columns]
    found = [tuple(row[place] for place in places) for row in told[name]["rows"]]
    assert found == expected


def test_every_indicator_names_its_questions_and_its_tables(told: dict[str, dict[str, Any]]) -> None:
    assert all(table["questions"] for table in told.values())
    assert all(table["sources"] for table in told.values())
    assert told["payers"]["sources"] == ["funding", "expenditure_activity"]
    assert told["key_workers"]["sources"] == ["child"]
