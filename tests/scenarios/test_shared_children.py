"""A child is known to several providers: one person by its NHS number, and for each attribute the value that counts
(specification 2.4, point 4), with what the others say kept."""

from __future__ import annotations

from typing import Any

import pytest
from homes import HOSPICE, HOSPITAL, TEAM, Region, child, children


def _case(*, leads: bool = False, contacts: int = 1, **changes: str) -> dict[str, Any]:
    """One child, who has the same NHS number and another local number at every provider."""
    case = children(child(1, **changes))
    case["referral"][0]["lead_service"] = "Y" if leads else "N"
    case["contact"] = [{**case["contact"][0], "contact_id": f"CT{number}"} for number in range(contacts)]
    return case


def _send(region: Region, provider: str, case: dict[str, Any], **about: str) -> None:
    said = region.send(region.file(case, provider=provider, **about))
    assert said.code == 0, said.out


def _counts(region: Region, attribute: str) -> Any:
    ((value,),) = region.ask(f"SELECT {attribute} FROM person")
    return value


def _others(region: Region, attribute: str) -> list[tuple[Any, ...]]:
    return region.ask(f"SELECT provider_code, value FROM person_attribute WHERE attribute = '{attribute}' ORDER BY ALL")


def test_two_providers_share_a_child(region: Region) -> None:
    _send(region, HOSPICE, _case())
    _send(region, TEAM, _case(local_patient_id="OTHER9"))

    assert region.ask("SELECT providers, identity_class FROM person") == [(2, "traced")]
    assert region.ask("SELECT count(DISTINCT local_patient_id), count(DISTINCT person_token) FROM child") == [(2, 1)]
    assert region.ask("SELECT provider_code, person_key = (SELECT person_key FROM person) FROM link ORDER BY 1") == [
        (HOSPICE, True),
        (TEAM, True),
    ]


def test_the_same_local_number_at_two_providers_is_two_children(region: Region) -> None:
    _send(region, HOSPICE, _case(nhs_number="", nhs_number_status="07"))
    _send(region, TEAM, _case(nhs_number="", nhs_number_status="07"))

    assert region.ask("SELECT providers, identity_class FROM person") == [(1, "single"), (1, "single")]
    assert region.ask("SELECT count(DISTINCT local_patient_id) FROM child") == [(2,)], "tokens of two providers differ"


@pytest.mark.parametrize("unstated", ["Z", "99"])
def test_a_stated_value_goes_before_one_that_says_nothing_however_new(region: Region, unstated: str) -> None:
    _send(region, HOSPICE, _case(ethnic_category="AIND"), period="Q1")
    _send(region, TEAM, _case(ethnic_category=unstated, leads=True, contacts=3), period="Q2")

    assert _counts(region, "ethnic_category") == "AIND"
    assert _others(region, "ethnic_category") == [(TEAM, unstated)]


def test_disabilities_not_stated_go_behind_stated_ones(region: Region) -> None:
    _send(region, HOSPICE, _case(disability_codes="04;05"), period="Q1")
    _send(region, TEAM, _case(disability_codes="ZZ"), period="Q2")

    assert _counts(region, "disability_codes") == "04;05"


def test_a_blank_says_nothing_at_all(region: Region) -> None:
    _send(region, HOSPICE, _case(looked_after="N"), period="Q1")
    _send(region, TEAM, _case(looked_after=""), period="Q2")

    assert _counts(region, "looked_after") == "N"
    assert _others(region, "looked_after") == []


def test_then_the_newest_census_date(region: Region) -> None:
    _send(region, HOSPICE, _case(ethnic_category="AIND", leads=True, contacts=5), reference_date="2026-06-29")
    _send(region, TEAM, _case(ethnic_category="APAK"), reference_date="2026-06-30")

    assert _counts(region, "ethnic_category") == "APAK"
    assert _others(region, "ethnic_category") == [(HOSPICE, "AIND")]


def test_then_the_lead_service(region: Region) -> None:
    _send(region, HOSPICE, _case(ethnic_category="AIND", contacts=5))
    _send(region, TEAM, _case(ethnic_category="APAK", leads=True))

    assert _counts(region, "ethnic_category") == "APAK"


def test_then_the_provider_with_more_contacts(region: Region) -> None:
    _send(region, HOSPICE, _case(ethnic_category="AIND", contacts=1))
    _send(region, TEAM, _case(ethnic_category="APAK", contacts=2))

    assert _counts(region, "ethnic_category") == "APAK"


def test_then_the_first_provider_code_and_all_others_are_kept(region: Region) -> None:
    for provider, ethnic_category in ((HOSPITAL, "WBRI"), (TEAM, "APAK"), (HOSPICE, "AIND")):
        _send(region, provider, _case(ethnic_category=ethnic_category))

    assert _counts(region, "ethnic_category") == "AIND", f"{HOSPICE} is the first of the codes"
    assert _others(region, "ethnic_category") == [(TEAM, "APAK"), (HOSPITAL, "WBRI")]
    assert region.ask("SELECT providers FROM person") == [(3,)]


def test_each_attribute_is_chosen_by_itself(region: Region) -> None:
    _send(region, HOSPICE, _case(ethnic_category="Z", looked_after="Y"))
    _send(region, TEAM, _case(ethnic_category="APAK", looked_after="N"))

    assert (_counts(region, "ethnic_category"), _counts(region, "looked_after")) == ("APAK", "Y")


def test_the_main_condition_is_chosen_too(region: Region) -> None:
    _send(region, HOSPICE, _case())
    newer = _case()
    newer["condition"] = [{"local_patient_id": "SB001", "act_category": "4", "icd10_code": "Q91.0"}]
    _send(region, TEAM, newer, period="Q3")

    assert (_counts(region, "act_category"), _counts(region, "icd10_code")) == ("4", "Q910")
    assert _others(region, "act_category") == [(HOSPICE, "3")]


def test_what_a_row_says_of_the_row_is_no_attribute_of_the_person(region: Region) -> None:
    columns = {row[0] for row in region.ask("DESCRIBE person")}

    assert not columns & {"nhs_number_status", "caseload_status", "key_worker", "age_months", "local_patient_id"}


def test_a_child_that_later_has_a_number_becomes_one_with_the_others(region: Region) -> None:
    _send(region, TEAM, _case(), period="Q1")
    _send(region, HOSPICE, _case(nhs_number="", nhs_number_status="07"), period="Q1")
    assert region.ask("SELECT identity_class, providers FROM person ORDER BY 1") == [("single", 1), ("traced", 1)]

    _send(region, HOSPICE, _case(), period="Q2")

    assert region.ask("SELECT identity_class, providers FROM person") == [("traced", 2)]
    assert region.count("link") == 2


def test_a_corrected_number_takes_the_child_to_another_person(region: Region) -> None:
    _send(region, TEAM, _case(), period="Q1")
    _send(region, HOSPICE, _case(ethnic_category="AIND"), period="Q1")
    assert region.ask("SELECT providers FROM person") == [(2,)]

    _send(region, HOSPICE, _case(ethnic_category="AIND", nhs_number="9990000026"), period="Q2")

    assert region.ask("SELECT providers, ethnic_category FROM person ORDER BY ethnic_category") == [
        (1, "AIND"),
        (1, "APAK"),
    ]
    assert region.count("person_attribute") == 0, "nothing is left of the wrong link"


def test_taking_a_return_back_takes_its_persons_out(region: Region) -> None:
    _send(region, TEAM, _case(ethnic_category="APAK"))
    _send(region, HOSPICE, _case(ethnic_category="AIND", leads=True))
    assert _counts(region, "ethnic_category") == "AIND"

    region.send(region.file({**children(), "header": {"nil_return": "Y"}}, provider=HOSPICE))

    assert region.ask("SELECT providers, ethnic_category FROM person") == [(1, "APAK")]
    assert region.count("person_attribute") == 0
