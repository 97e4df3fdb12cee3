"""Returns of several periods: each is checked against the one before it, in whatever order they come."""

from __future__ import annotations

from typing import Any

from homes import HOSPICE, TEAM, Region, child, children, codes_of, warnings_of

MISSING_NOW = "CP101240Q"
"""A child of the last caseload is missing without an end of care."""
OTHER_SEX = "CP101230Q"


def test_a_return_is_checked_against_the_one_before(region: Region) -> None:
    region.send(region.file(children(child(1), child(2)), period="Q1"))

    said = region.send(region.file(children(child(1, sex="2"))), "--json")

    assert {MISSING_NOW, OTHER_SEX} <= codes_of(said)
    assert not {rule["code"] for rule in said.json["not_run"]} & {MISSING_NOW, OTHER_SEX}


def test_the_return_before_is_that_of_the_same_provider(region: Region) -> None:
    region.send(region.file(children(child(1)), period="Q1"))

    said = region.send(region.file(children(child(2)), provider=TEAM), "--json")

    assert MISSING_NOW in {rule["code"] for rule in said.json["not_run"]}


def test_a_correction_of_the_earlier_period_is_what_the_later_one_is_checked_against(region: Region) -> None:
    region.send(region.file(children(child(1), child(2)), period="Q1"))
    assert MISSING_NOW in codes_of(region.send(region.file(children(child(1))), "--json"))

    region.send(region.file(children(child(1)), period="Q1"))
    said = region.send(region.file(children(child(1, postcode="ZX1 1AB"))), "--json")

    assert MISSING_NOW not in codes_of(said)


def test_an_earlier_period_may_come_after_a_later_one(region: Region) -> None:
    region.send(region.file(children(child(1), child(3, sex="2")), period="Q2"))

    late = region.send(region.file(children(child(1), child(2)), period="Q1"), "--json")

    assert late.code == 0
    assert MISSING_NOW in {rule["code"] for rule in late.json["not_run"]}, "nothing came before the first quarter"
    third = region.send(region.file(children(child(1), child(3)), period="Q3"), "--json")
    assert [found["row"] for found in warnings_of(third, OTHER_SEX)] == [3], "the third quarter follows the second"
    # The newest row says what a child is, whenever it came.
    assert region.ask("SELECT sex, count(*) FROM person GROUP BY 1 ORDER BY 1") == [("1", 3)]


def test_what_was_sent_back_is_not_what_the_next_is_checked_against(region: Region) -> None:
    region.send(region.file(children(child(1)), period="Q1"))
    region.send(region.file(children(child(1), child(2)), period="Q1", reference_date="2026-04-01"))

    said = region.send(region.file(children(child(1))), "--json")

    assert MISSING_NOW not in codes_of(said)


def test_rows_of_every_table_are_kept_for_the_next_return(region: Region) -> None:
    case: dict[str, Any] = children(child(1))
    case["phase"] = [{"referral_id": "RF-SB001", "phase_date": "2026-03-02"}]
    region.send(region.file(case, period="Q1"))

    said = region.send(region.file(children(child(1))), "--json")

    (found,) = warnings_of(said, "CP202070Q")
    assert "120 days" in found["message"], "from the phase of the return before to the end of this period"


def test_all_of_a_provider_counts_as_its_children_too(region: Region) -> None:
    services: dict[str, Any] = {"organisation": {}, "service": {}, "cover": {}}
    region.send(region.file({**children(child(1), child(2)), **services}, period="Q1", return_type="ALL"))

    said = region.send(region.file(children(child(1))), "--json")

    assert MISSING_NOW in codes_of(said)
    assert region.ask("SELECT DISTINCT provider_code FROM child") == [(HOSPICE,)]
