"""Indicators of the services, on two providers whose numbers can be added by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from homes import HOSPICE, TEAM, children, mds, region_in

from mds.figures.words import heading, shown

YEAR = {"financial_year": "2025/26"}


def _staff(group: str, people: str, funded: str, filled: str, vacant: str, long: str) -> dict[str, str]:
    return {"staff_group": group, "headcount": people, "wte_funded": funded, "wte_in_post": filled, "wte_vacant": vacant,
            "wte_vacant_3m": long}  # fmt: skip


HOSPICE_CASE: dict[str, Any] = {
    "organisation": {"sector": "VOL"},
    "service": {},
    "workforce": [
        _staff("NHO", "10", "9", "6", "3", "1"), _staff("PHY", "1", "1", "0.5", "0.5", "0.5"),
        {**_staff("HCA", "4", "4", "2", "2", ""), "band": "3"}, {**_staff("HCA", "2", "2", "1", "1", "1"), "band": "4"},
        {**_staff("VOL", "30", "0", "0", "0", ""), "volunteer_hours": "900"},
    ],
    "training": [{"eligible": "20", "trained_current": "15"},
                 {"eligible": "", "trained_current": "40", "level": ""},
                 {"audience": "SCH", "trained_current": "30", "sessions": "3"}],
    "funding": [
        {"funder": "CHA", "contract_form": "G", "amount_gbp": "300000", **YEAR},
        {"funder": "ICB", "contract_form": "B", "amount_gbp": "50000", **YEAR},
        {"funder": "LA", "contract_form": "P", "amount_gbp": "30000", **YEAR},
        {"funder": "NK", "contract_form": "", "amount_gbp": "20000", **YEAR},
    ],
    "aggregate_caseload": {},
    "expenditure_activity": [
        {"spend_pay_gbp": "300000", "spend_nonpay_gbp": "60000", "spend_overhead_gbp": "40000", "spend_total_gbp": "400000",
         "income_total_gbp": "400000", "children_supported": "50", "contacts": "1000", "bed_nights": "", **YEAR},
        {"service_id": "ORG", "spend_pay_gbp": "10000", "spend_nonpay_gbp": "0", "spend_overhead_gbp": "0",
         "spend_total_gbp": "10000", "income_total_gbp": "", "children_supported": "1", "contacts": "", "bed_nights": "", **YEAR},
    ],
    "user_experience": [
        {"item": "INF", "invited": "20", "responses": "8", "n1": "4", "n2": "2", "n3": "1", "n8": "1"},
        {"item": "OVR", "invited": "20", "responses": "12", "n1": "9", "n2": "0", "n3": "0", "n8": "3"},
        {"item": "CRI", "invited": "20", "responses": "10", "n1": "2", "n2": "3", "n3": "5", "n8": "0"},
        {"item": "PAR", "invited": "20", "responses": "9", "n1": "9", "n2": "0", "n3": "0", "n8": "0"},
    ],
    "staff_experience": [
        {"item": "A", "responses": "12", "n1": "4", "n2": "2", "n3": "4", "n8": "2"},
        {"item": "H", "responses": "12", "n1": "9", "n2": "0", "n3": "0", "n8": "3"},
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
    said = mds("services", "indicators", "--home", region.path, "--period", "2026-04-01", "--exact", "--json")
    assert said.code == 0, said.err
    yield {table["name"]: table for table in said.json["tables"]}


def _rows(table: dict[str, Any], *columns: str) -> list[tuple[Any, ...]]:
    places = [table["columns"].index(column) for column in columns]
    return [tuple(row[place] for place in places) for row in table["rows"]]


def test_vacancies_with_and_without_the_voluntary_sector(told: dict[str, dict[str, Any]]) -> None:
    """Of the support workers, a row with four funded posts does not say which were vacant for long: one of two is left."""
    columns = ("staff", "counted", "headcount", "vacant", "funded", "vacancy_rate", "long_vacant", "of_funded",
               "vacant_over_3_months", "providers")  # fmt: skip
    everyone, statutory = "all sectors", "without the voluntary sector"
    assert _rows(told["workforce"], *columns) == [
        ("HCA", everyone, 6, 3, 6, 50, 1, 2, 50, 1),
        ("NCN", everyone, 6, 1, 5, 20, 0, 5, 0, 1),
        ("NCN", statutory, 6, 1, 5, 20, 0, 5, 0, 1),
        ("NHO", everyone, 10, 3, 9, 33.3, 1, 9, 11.1, 1),
        ("PHY", everyone, 3, 0.5, 2, 25, 0.5, 2, 25, 2),
        ("PHY", statutory, 2, 0, 1, 0, 0, 1, 0, 1),
        ("VOL", everyone, 30, 0, 0, None, None, None, None, 1),
        ("all staff", everyone, 25, 7.5, 22, 34.1, 2.5, 18, 13.9, 2),
        ("all staff", statutory, 8, 1, 6, 16.7, 0, 6, 0, 1),
        ("allied health professionals", everyone, 3, 0.5, 2, 25, 0.5, 2, 25, 2),
        ("allied health professionals", statutory, 2, 0, 1, 0, 0, 1, 0, 1),
        ("community children's nurses", everyone, 6, 1, 5, 20, 0, 5, 0, 1),
        ("community children's nurses", statutory, 6, 1, 5, 20, 0, 5, 0, 1),
        ("hospice nurses", everyone, 10, 3, 9, 33.3, 1, 9, 11.1, 1),
    ]


def test_nurses_for_the_children_of_the_network(told: dict[str, dict[str, Any]]) -> None:
    columns = ("wte_in_post", "people_0_17", "for_50000", "guidance", "providers")
    assert _rows(told["nurses"], *columns) == [(4, 90_000, 2.2, 20, 1)]


def test_training_in_date(told: dict[str, dict[str, Any]]) -> None:
    """Forty more hold the training, of nobody knows how many: the share rests on 24 of 30."""
    columns = ("subject", "audience", "trained", "trained_of_eligible", "eligible", "in_date", "sessions", "providers")
    assert _rows(told["training"], *columns) == [
        ("ACP", "OWN", 64, 24, 30, 80, 6, 2), ("ACP", "SCH", 30, None, None, None, 3, 1),
    ]  # fmt: skip


def test_levels_of_competence(told: dict[str, dict[str, Any]]) -> None:
    columns = ("training_level", "subject", "trained", "trained_of_eligible", "eligible", "in_date", "providers")
    assert _rows(told["competence"], *columns) == [
        ("3", "ACP", 24, 24, 30, 80, 2), ("not stated", "ACP", 40, None, None, None, 1),
    ]  # fmt: skip


def test_who_pays(told: dict[str, dict[str, Any]]) -> None:
    assert _rows(told["income"], "financial_year", "funder", "contract_form", "pounds", "of_pounds", "share") == [
        ("2025/26", "CHA", "G", 300_000, 400_000, 75), ("2025/26", "ICB", "B", 50_000, 400_000, 12.5),
        ("2025/26", "LA", "P", 30_000, 400_000, 7.5), ("2025/26", "NK", "", 20_000, 400_000, 5),
    ]  # fmt: skip


def test_statutory_share_is_of_what_is_known(told: dict[str, dict[str, Any]]) -> None:
    columns = ("financial_year", "statutory_pounds", "of_pounds", "statutory_share", "providers")
    assert _rows(told["statutory_income"], *columns) == [("2025/26", 80_000, 380_000, 21.1, 1)]


def test_forms_of_contract(told: dict[str, dict[str, Any]]) -> None:
    assert _rows(told["contract_forms"], "contract_form", "pounds", "of_pounds", "share", "providers") == [
        ("G", 300_000, 380_000, 78.9, 1), ("B", 50_000, 380_000, 13.2, 1), ("P", 30_000, 380_000, 7.9, 1),
    ]  # fmt: skip


def test_cost_of_a_child_and_a_contact(told: dict[str, dict[str, Any]]) -> None:
    """Of the whole organisation's spending neither contacts nor nights are told. The case-mix is that of the counts: 4, 2, 3 and
    3 of 12 children."""
    columns = ("provider_code", "pounds", "children", "a_child", "pounds_for_contacts", "contacts", "a_contact",
               "pounds_for_bed_nights", "bed_nights", "a_bed_night", "of_children", "case_mix_from", "providers")  # fmt: skip
    assert _rows(told["costs"], *columns) == [
        (HOSPICE, 410_000, 51, 8_039, 400_000, 1_000, 400, None, None, None, 12, "questionnaire", 1)
    ]
    mix = [f"act_{category}{form}" for category in range(1, 5) for form in ("", "_percent")]
    assert _rows(told["costs"], *mix) == [(4, 33.3, 2, 16.7, 3, 25, 3, 25)]


def test_cost_of_a_service(told: dict[str, dict[str, Any]]) -> None:
    columns = (
        "financial_year",
        "provider_code",
        "service_id",
        "function",
        "pounds",
        "children",
        "a_child",
        "providers",
    )
    assert _rows(told["service_costs"], *columns) == [
        ("2025/26", HOSPICE, "ORG", None, 10_000, 1, 10_000, 1),
        ("2025/26", HOSPICE, "S1", "HAH", 400_000, 50, 8_000, 1),
    ]  # fmt: skip


def test_experience_is_hidden_when_few_answers_count(told: dict[str, dict[str, Any]]) -> None:
    """Of 12 who answered about information 11 said how it was, and 8 of those agree. Of the 12 who answered about all it
    applies to nine only, who are too few."""
    columns = ("who", "item", "agree", "of", "share", "answered", "invited", "response_rate", "hidden", "providers")
    assert _rows(told["experience"], *columns) == [
        ("families", "CRI", 5, 10, 50, 10, 20, 50, False, 1), ("families", "INF", 8, 11, 72.7, 12, 30, 40, False, 2),
        ("families", "OVR", None, None, None, 12, 20, 60, True, 1), ("families", "PAR", None, None, None, 9, 20, 45, True, 1),
        ("staff", "A", 6, 10, 60, None, None, None, False, 1), ("staff", "H", None, None, None, None, None, None, True, 1),
    ]  # fmt: skip


def test_the_five_principles_and_all_together(told: dict[str, dict[str, Any]]) -> None:
    """What is hidden for one principle cannot be found by subtraction: 13 of 21 are those of the two that are shown, whose
    answers are 22 of 50."""
    columns = ("item", "agree", "of", "share", "answered", "invited", "response_rate", "providers")
    nothing = (None, None, None, None, None, None)
    assert _rows(told["core_offer"], *columns) == [
        ("INF", 8, 11, 72.7, 12, 30, 40, 2), ("CRI", 5, 10, 50, 10, 20, 50, 1), ("ASM", *nothing, 0),
        ("PAR", None, None, None, 9, 20, 45, 1), ("FBK", *nothing, 0), ("all together", 13, 21, 61.9, 22, 50, 44, 2),
    ]  # fmt: skip


def test_items_are_shown_in_words() -> None:
    assert [shown("item", code) for code in ("INF", "A", "all together")] == [
        "clear information", "co-ordinated support", "all together",
    ]  # fmt: skip
    assert (heading("act_categories"), shown("act_categories", "1;2;4")) == ("ACT categories", "1, 2, 4")


def test_standards_by_their_own_rating(told: dict[str, dict[str, Any]]) -> None:
    assert _rows(told["standards"], "framework", "standard_no", "met", "mostly", "partly", "not_met", "providers") == [
        ("CORE", 1, 1, 1, 0, 0, 2), ("CORE", 2, 0, 0, 1, 0, 1),
    ]  # fmt: skip


def test_every_indicator_names_its_questions(told: dict[str, dict[str, Any]]) -> None:
    assert all(table["questions"] and table["note"] for table in told.values())


def test_every_indicator_says_on_how_many_providers_it_rests(told: dict[str, dict[str, Any]]) -> None:
    assert all("providers" in table["columns"] for table in told.values())
