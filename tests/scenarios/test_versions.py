"""Returns of version 1.0 and 2.0 side by side: each under its own rules, all stored alike."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from homes import HOSPICE, TEAM, Region, child, children, codes_of, mds

EXAMPLE = Path(__file__).parents[2] / "examples" / "version-1.0.xlsx"


def _old(*rows: dict[str, str], **changes: Any) -> dict[str, Any]:
    return {**children(*rows), **changes}


def test_a_version_1_return_is_stored_as_version_2_and_keeps_its_own_number(region: Region) -> None:
    case = _old(child(1, acp_flag="Y", phase_colour="red", ethnic_category="R"))
    case["contact"][0]["medium"] = "03"

    said = region.send(region.file(case, period="Q0", version="1.0"), "--json", received_on="2025-04-07")

    assert said.code == 0, said.out
    receipt = region.receipt(said)
    assert receipt["schema_version"] == "1.0"
    assert len(receipt["loss_notes"]) == 5
    assert region.ask("SELECT DISTINCT schema_version FROM child") == [("1.0",)]
    assert region.ask("SELECT ethnic_category FROM person") == [("ACHI",)]
    assert region.ask("SELECT mechanism FROM contact") == [("11",)]
    assert region.ask("SELECT service_id FROM referral") == [(f"{HOSPICE}-DEF",)]
    assert region.ask("SELECT phase_code FROM phase") == [("4",)]
    assert region.ask("SELECT plan_type, created_date::VARCHAR FROM care_plan") == [("ACP", "2025-03-31")]


def test_the_receipt_of_a_version_1_return_can_be_verified(region: Region) -> None:
    file = region.file(_old(child(1, acp_flag="Y")), period="Q0", version="1.0")
    said = region.send(file, "--json", received_on="2025-04-07")

    receipt = region.receipt_path(said.json["receipt_id"])
    verified = mds("status", "--home", region.path, "--verify", receipt, "--file", file)

    assert verified.code == 0, verified.out
    assert "OK       the store holds exactly the rows that were accepted" in verified.out


def test_a_version_2_return_is_checked_against_one_of_version_1(region: Region) -> None:
    region.send(region.file(_old(child(1), child(2)), period="Q0", version="1.0"), received_on="2025-04-07")

    said = region.send(region.file(children(child(1)), period="Q1"), "--json")

    assert "CP101240Q" in codes_of(said), "the second child is missing now"


def test_a_version_1_return_and_a_version_2_return_of_one_child_are_one_person(region: Region) -> None:
    region.send(region.file(_old(child(1, ethnic_category="J")), period="Q0", version="1.0"), received_on="2025-04-07")
    region.send(region.file(children(child(1)), provider=TEAM, period="Q1"))

    assert region.ask("SELECT providers, ethnic_category FROM person") == [(2, "APAK")]


def test_a_version_1_return_may_be_replaced_by_one_of_version_2(region: Region) -> None:
    region.send(region.file(_old(child(1, ethnic_category="J")), period="Q0", version="1.0"), received_on="2025-04-07")

    case = children(child(1, ethnic_category="APAK"))
    said = region.send(region.file(case, period="Q0"), "--json", received_on="2025-04-08")

    assert said.code == 0, said.out
    assert region.receipt(said)["replaces"]["changed"] == 1, "the referral now names its service"
    assert region.ask("SELECT DISTINCT schema_version FROM child") == [("2.0",)]


def test_version_1_has_ended_for_new_periods(region: Region) -> None:
    said = region.send(region.file(_old(child(1)), period="Q1", version="1.0"), "--json")

    assert said.code == 3
    assert "CP000035" in codes_of(said)


def test_the_example_of_version_1_is_taken_in(region: Region) -> None:
    shutil.copyfile(EXAMPLE.parent / "providers.csv", region.path / "providers.csv")

    said = region.send(EXAMPLE, "--json", received_on="2026-07-06")

    assert said.code == 0, said.out + said.err
    assert region.receipt(said)["schema_version"] == "1.0"
    assert region.count("child") == said.json["tables"]["child"]["accepted"]
