"""Indicators of the services, on two providers whose numbers can be added by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from homes import HOSPICE, TEAM, children, mds, region_in

pytestmark = pytest.mark.xdist_group("service indicators")  # what the module makes is made once

YEAR = {"financial_year": "2025/26"}


def _staff(group: str, people: str, funded: str, filled: str, vacant: str, long: str) -> dict[str, str]:
    return {"staff_group": group, "headcount": people, "wte_funded": funded, "wte_in_post": filled, "wte_vacant": vacant,
            "wte_vacant_3m": long}  # fmt: skip


HOSPICE_CASE: dict[str, Any] = {
    "organisation": {"sector": "VOL"},
    "service": {},
    "workforce": [_staff("NHO", "10", "9", "6", "3", "1"), _staff("PHY", "1", "1", "0.5", "0.5", "0.5")],
    "training": [{"eligible": "20", "trained_current": "15"}, {"audience": "SCH", "trained_current": "30", "sessions": "3"}],
    "funding": [
        {"funder": "CHA", "contract_form": "G", "amount_gbp": "300000", **YEAR},
        {"funder": "ICB", "contract_form": "B", "amount_gbp": "100000", **YEAR},
    ],
    "expenditure_activity": {
        "spend_pay_gbp": "300000", "spend_nonpay_gbp": "60000", "spend_overhead_gbp": "40000", "spend_total_gbp": "400000",
        "income_total_gbp": "400000", "children_supported": "50", "contacts": "1000", "bed_nights": "", **YEAR,
    },
    "user_experience": [
        {"item": "INF", "invited": "20", "responses": "8", "n1": "4", "n2": "2", "n3": "1", "n8": "1"},
        {"item": "OVR", "invited": "20", "responses": "9", "n1": "9", "n2": "0", "n3": "0"},
    ],
    "standards": [{"standard_no": "1", "self_rating": "1"}, {"standard_no": "2", "self_rating": "3"}],
}  # fmt: skip
TEAM_CASE: dict[str, Any] = {
    "organisation": {"provider_code": TEAM, "sector": "NHS", "provider_type": "CN"},
    "service": {"provider_code": TEAM},
    "workforce": [_staff("NCN", "6", "5", "4", "1", "0"), _staff("PHY", "2", "1", "1", "0", "0")],
    "training": {"eligible": "10", "trained_current": "9"},
    "user_experience": {"item": "INF", "invited": "10", "responses": "4", "n1": "1", "n2": "1", "n3": "2", "n8": "0"},
    "standards": {"provider_code": TEAM, "standard_no": "1", "self_rating": "2"},
}


@pytest.fixture(scope="module")
def told(founded: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, Any]]]:
    region = region_in(founded, tmp_path_factory.mktemp("indicators"))
    people = region.desk / "people.csv"
    people.write_text(
        "area_code,area_name,age_0_17,age_0_19,age_0_25,under_1,age_1_5,age_6_10,age_11_15,age_16_19\n"
        "E09999901,North,90000,100000,130000,5000,25000,25000,25000,20000\n"
    )
    loaded = mds("reference", "load", "populations", people, "--home", region.path)
    assert loaded.code == 0, loaded.err
    for provider, case in ((HOSPICE, HOSPICE_CASE), (TEAM, TEAM_CASE)):
        said = region.send(region.file({**children(), **case}, provider=provider, return_type="SQ"))
        assert said.code == 0, said.out + said.err
    said = mds("services", "indicators", "--home", region.path, "--period", "2026-04-01", "--json")
    assert said.code == 0, said.err
    yield {table["name"]: table for table in said.json["tables"]}


def _rows(table: dict[str, Any], *columns: str) -> list[tuple[Any, ...]]:
    places = [table["columns"].index(column) for column in columns]
    return [tuple(row[place] for place in places) for row in table["rows"]]


def test_vacancies_with_and_without_the_voluntary_sector(told: dict[str, dict[str, Any]]) -> None:
    columns = ("staff", "counted", "headcount", "vacant", "funded", "vacancy_rate", "vacant_over_3_months", "providers")
    everyone, statutory = "all sectors", "without the voluntary sector"
    assert _rows(told["workforce"], *columns) == [
        ("NCN", everyone, 6, 1, 5, 20, 0, 1),
        ("NCN", statutory, 6, 1, 5, 20, 0, 1),
        ("NHO", everyone, 10, 3, 9, 33.3, 11.1, 1),
        ("PHY", everyone, 3, 0.5, 2, 25, 25, 2),
        ("PHY", statutory, 2, 0, 1, 0, 0, 1),
        ("allied health professionals", everyone, 3, 0.5, 2, 25, 25, 2),
        ("allied health professionals", statutory, 2, 0, 1, 0, 0, 1),
        ("community children's nurses", everyone, 6, 1, 5, 20, 0, 1),
        ("community children's nurses", statutory, 6, 1, 5, 20, 0, 1),
        ("hospice nurses", everyone, 10, 3, 9, 33.3, 11.1, 1),
    ]


def test_nurses_for_the_children_of_the_network(told: dict[str, dict[str, Any]]) -> None:
    columns = ("wte_in_post", "people_0_19", "for_50000", "guidance", "providers")
    assert _rows(told["nurses"], *columns) == [(4, 100_000, 2, 20, 1)]


def test_training_in_date(told: dict[str, dict[str, Any]]) -> None:
    assert _rows(told["training"], "subject", "audience", "trained", "eligible", "in_date", "sessions", "providers") == [
        ("ACP", "OWN", 24, 30, 80, 4, 2), ("ACP", "SCH", 30, None, None, 3, 1),
    ]  # fmt: skip


def test_who_pays(told: dict[str, dict[str, Any]]) -> None:
    assert _rows(told["income"], "financial_year", "funder", "contract_form", "pounds", "of_pounds", "share") == [
        ("2025/26", "CHA", "G", 300_000, 400_000, 75), ("2025/26", "ICB", "B", 100_000, 400_000, 25),
    ]  # fmt: skip


def test_cost_of_a_child_and_a_contact(told: dict[str, dict[str, Any]]) -> None:
    columns = ("provider_code", "pounds", "children", "a_child", "a_contact", "a_bed_night")
    assert _rows(told["costs"], *columns) == [(HOSPICE, 400_000, 50, 8_000, 400, None)]


def test_experience_is_hidden_when_few_answered(told: dict[str, dict[str, Any]]) -> None:
    """Of 12 who answered about information 11 said how it was, and 8 of those agree. Nine answers are too few."""
    assert _rows(told["experience"], "who", "item", "agree", "of", "share", "response_rate", "hidden", "providers") == [
        ("families", "INF", 8, 11, 72.7, 40, False, 2), ("families", "OVR", None, None, None, 45, True, 1),
    ]  # fmt: skip


def test_standards_by_their_own_rating(told: dict[str, dict[str, Any]]) -> None:
    assert _rows(told["standards"], "framework", "standard_no", "met", "mostly", "partly", "not_met", "providers") == [
        ("CORE", 1, 1, 1, 0, 0, 2), ("CORE", 2, 0, 0, 1, 0, 1),
    ]  # fmt: skip


def test_every_indicator_names_its_questions(told: dict[str, dict[str, Any]]) -> None:
    assert all(table["questions"] and table["note"] for table in told.values())
