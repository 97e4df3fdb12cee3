"""The modelled cost of a child, on providers whose contacts and nights can be priced by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from homes import HOSPICE, HOSPITAL, TEAM, children, mds, region_in


def _nhs_number(number: int) -> str:
    """A test number with a right check digit."""
    body = f"9990001{number:02}"
    check = (11 - sum(int(digit) * weight for digit, weight in zip(body, range(10, 1, -1), strict=True)) % 11) % 11
    return f"{body}{check}"


NUMBERS = {number: _nhs_number(number) for number in range(1, 40) if len(_nhs_number(number)) == 10}
PEOPLE = list(NUMBERS)[:12]
"""Twelve children. The hospice knows all of them, the team those from the third on, the hospital the first."""


def _care(prefix: str, people: list[int], contacts: int) -> dict[str, Any]:
    case = children(*({"local_patient_id": f"{prefix}{number}", "nhs_number": NUMBERS[number],
                       "person_birth_date": f"2018-05-{number:02}"} for number in people))  # fmt: skip
    case["contact"] = [{**row, "contact_id": f"{row['contact_id']}-{visit}", "contact_date": f"2026-05-{visit:02}"}
                       for row in case["contact"] for visit in range(1, contacts + 1)]  # fmt: skip
    return case


def _spent(service: str, pounds: int, contacts: str = "", nights: str = "", year: str = "2025/26") -> dict[str, str]:
    return {"service_id": service, "financial_year": year, "spend_pay_gbp": str(pounds), "spend_nonpay_gbp": "0",
            "spend_overhead_gbp": "0", "spend_total_gbp": str(pounds), "income_total_gbp": "", "children_supported": "50",
            "contacts": contacts, "bed_nights": nights}  # fmt: skip


def _services(provider: str, *numbers: str) -> list[dict[str, str]]:
    return [{"service_id": number, "provider_code": provider} for number in numbers]


HOSPICE_CASE = {
    **_care("SB", PEOPLE, 1),
    "short_break": [
        {"short_break_id": f"B{number}", "referral_id": f"RF-SB{number}", "break_type": "HB", "start_date": "2026-05-10",
         "end_date": "2026-05-12", "nights": "2", "hours": "", "offered_units": "2"} for number in PEOPLE[:4]
    ],
    "organisation": {},
    "service": _services(HOSPICE, "S1", "BEDS", "BOTH", "LINE"),
    # Of the service with both, 30 nights take as much as 240 of its contacts: 33,600 of 42,000 pounds. What all share is a tenth
    # of the rest, so that 440 contacts cost 1.1 x 48,400 pounds and 110 nights 1.1 x 133,600. Nobody told what the line did, and
    # the year before is over.
    "expenditure_activity": [
        _spent("BEDS", 100_000, nights="80"), _spent("S1", 40_000, contacts="380"), _spent("BOTH", 42_000, "60", "30"),
        _spent("ORG", 18_200), _spent("LINE", 9_000), _spent("S1", 1_000_000, "10", "10", year="2024/25"),
    ],
}  # fmt: skip
TEAM_CASE = {
    **_care("FC", PEOPLE[2:], 2), "organisation": {"provider_code": TEAM, "provider_type": "CN", "sector": "NHS"},
    "service": _services(TEAM, "S1"), "expenditure_activity": _spent("S1", 50_000, contacts="500"),
}  # fmt: skip
HOSPITAL_CASE = {
    **_care("MH", PEOPLE[:1], 1), "organisation": {"provider_code": HOSPITAL, "provider_type": "AC", "sector": "NHS"},
    "service": _services(HOSPITAL, "S1"), "expenditure_activity": _spent("S1", 90_000, contacts="10"),
}  # fmt: skip
CASES: Mapping[str, dict[str, Any]] = {HOSPICE: HOSPICE_CASE, TEAM: TEAM_CASE, HOSPITAL: HOSPITAL_CASE}


@pytest.fixture(scope="module")
def told(founded: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, Any]]]:
    region = region_in(founded, tmp_path_factory.mktemp("costs"))
    for provider, case in CASES.items():
        said = region.send(region.file(case, provider=provider, return_type="ALL"))
        assert said.code == 0, said.out + said.err
    said = mds("services", "indicators", "--home", region.path, "--period", "2026-04-01", "--exact", "--json")
    assert said.code == 0, said.err
    yield {table["name"]: table for table in said.json["tables"]}


def _rows(table: dict[str, Any], *columns: str) -> list[tuple[Any, ...]]:
    places = [table["columns"].index(column) for column in columns]
    return [tuple(row[place] for place in places) for row in table["rows"]]


def test_a_contact_costs_what_contacts_cost_and_a_night_what_nights_cost(told: dict[str, dict[str, Any]]) -> None:
    columns = ("provider_code", "shared_pounds", "pounds_for_contacts", "contacts", "a_contact", "pounds_for_nights", "nights",
               "a_night")  # fmt: skip
    assert _rows(told["unit_costs"], *columns) == [
        (HOSPICE, 18_200, 53_240, 440, 121, 146_960, 110, 1_336), (TEAM, 0, 50_000, 500, 100, 0, 0, None),
        (HOSPITAL, 0, 90_000, 10, 9_000, 0, 0, None),
    ]  # fmt: skip
    assert 53_240 + 146_960 == 100_000 + 40_000 + 42_000 + 18_200, "no pound counts twice"


def test_a_child_costs_what_all_its_care_costs_once(told: dict[str, dict[str, Any]]) -> None:
    """At the hospice a contact for each child, and two nights for four of them: 121 and 2,793 pounds. At the team two contacts
    for ten. Two children have the stay and no team, two have both: 2,793 and 2,993; the eight others cost 321. The hospital
    knows one child, which is left out."""
    columns = ("provider_code", "children", "contacts", "nights", "pounds", "a_child", "lower_quartile", "median",
               "upper_quartile", "providers")  # fmt: skip
    assert _rows(told["modelled_costs"], *columns) == [
        (HOSPICE, 12, 12, 8, 12_000, 1_000, 100, 100, 2_800, 1), (TEAM, 10, 20, 0, 2_000, 200, 200, 200, 200, 1),
        ("all together", 12, 32, 8, 14_000, 1_167, 300, 300, 2_800, 2),
    ]  # fmt: skip
