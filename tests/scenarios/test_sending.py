"""A provider sends returns to its region: what is stored, what is said, and what the receipt holds."""

from __future__ import annotations

import shlex

from homes import HOSPICE, ON_TIME, TEAM, Region, child, children, codes_of, mds, new_region, region_in


def test_the_first_return_is_stored_and_receipted(region: Region) -> None:
    said = region.send(region.file(children(child(1), child(2))), "--json")

    assert said.code == 0, said.err
    receipt = region.receipt(said)
    assert said.json["verdict"] == receipt["verdict"] == "accepted"
    assert receipt["replaces"] is None
    assert receipt["provider_code"] == HOSPICE
    assert receipt["counts"] == "TEST DATA: this return does not count towards any figure."
    assert {name: count["accepted"] for name, count in receipt["tables"].items()} == {
        "child": 2, "condition": 2, "referral": 2, "contact": 2,
    }  # fmt: skip
    assert region.count("child") == region.count("person") == 2
    assert region.ask("SELECT DISTINCT receipt_id FROM child") == [(receipt["receipt_id"],)]


def test_a_receipt_names_every_key_and_the_normalisation(region: Region) -> None:
    receipt = region.receipt(region.send(region.file(), "--json"))

    assert set(receipt["keys"]) == {"stage1", "stage2", "provider", "signature", "norm"}
    assert receipt["keys"]["norm"] == 1
    token = region.ask("SELECT person_token FROM child")[0][0]
    assert token.startswith(receipt["keys"]["stage2"] + ":")
    settings = dict(region.ask("SELECT name, value FROM setting"))
    assert settings == {
        "network": "EE", "channel": "test", "normalisation": "1", "stage1_key": receipt["keys"]["stage1"],
        "stage2_key": receipt["keys"]["stage2"],
    }  # fmt: skip


def test_sending_again_replaces_and_counts_rows_added_changed_removed(region: Region) -> None:
    first = region.receipt(region.send(region.file(children(child(1), child(2))), "--json"))

    said = region.send(region.file(children(child(1, sex="2"), child(3))), "--json")

    second = region.receipt(said)
    # Child 2 goes with its condition, referral and contact, child 3 comes with as many, and child 1 is another sex.
    assert second["replaces"] == {
        "receipt_id": first["receipt_id"], "received_on": ON_TIME, "added": 4, "changed": 1, "removed": 4,
    }  # fmt: skip
    assert f"It replaces the return of {ON_TIME}: 4 rows added, 1 changed, 4 removed." in said.err
    assert region.count("child") == region.count("person") == 2
    assert region.ask("SELECT receipt_id, counts_for FROM receipt ORDER BY sequence") == [
        (first["receipt_id"], ""),
        (second["receipt_id"], "MDS"),
    ]
    assert region.receipt_path(first["receipt_id"]).is_file(), "the history of receipts is kept"


def test_a_corrected_nhs_number_counts_as_a_change(region: Region) -> None:
    region.send(region.file(children(child(1))))

    said = region.send(region.file(children(child(1, nhs_number="9990000026"))), "--json")

    replaces = region.receipt(said)["replaces"]
    assert (replaces["added"], replaces["changed"], replaces["removed"]) == (0, 1, 0)


def test_a_number_that_first_was_missing_counts_as_a_change_and_traces_the_child(region: Region) -> None:
    region.send(region.file(children(child(1, nhs_number="", nhs_number_status="07"))))
    assert region.ask("SELECT identity_class FROM person") == [("single",)]

    said = region.send(region.file(children(child(1))), "--json")

    assert region.receipt(said)["replaces"]["changed"] == 1
    assert region.ask("SELECT identity_class FROM person") == [("traced",)]


def test_the_identical_return_changes_nothing_and_says_so(region: Region) -> None:
    file = region.file(children(child(1), child(2)))
    first = region.send(file, "--json")
    before = region.content()

    said = region.send(file, "--json")

    assert said.code == 0
    assert said.json["receipt_id"] == first.json["receipt_id"]
    assert "The region holds exactly this already. Nothing was changed." in said.err
    assert "CP000110Q" in codes_of(said)
    assert {name: rows for name, rows in region.content().items() if name != "package"} == {
        name: rows for name, rows in before.items() if name != "package"
    }
    assert region.count("receipt") == 1


def test_the_same_rows_in_another_file_are_the_same_return(region: Region) -> None:
    """Saved again, or in another order: only the file differs, and every finding is the same but for its place."""
    case = children(child(1), child(2, nhs_number="", nhs_number_status="07"))
    first = region.send(region.file(case), "--json")
    before = region.content()
    turned = {**case, "child": [dict(reversed(row.items())) for row in reversed(case["child"])]}

    said = [
        region.send(region.file(turned), "--json", received_on="2026-10-06"),
        region.send(region.file(case), "--json"),
    ]

    for again in said:
        assert again.json["receipt_id"] == first.json["receipt_id"]
        assert "CP000110Q" in codes_of(again)
        assert "The region holds exactly this already. Nothing was changed." in again.err
        assert "It replaces" not in again.err
    assert {name: rows for name, rows in region.content().items() if name != "package"} == {
        name: rows for name, rows in before.items() if name != "package"
    }


def test_the_same_rows_with_a_new_answer_are_a_change(region: Region) -> None:
    case = children(child(1), child(2))
    turned = {**case, "child": case["child"][::-1]}
    first = region.send(region.file(case), "--json")
    answers = region.answers("CP202070Q,RF-SB001,Stable")

    answered = region.send(region.file(turned), "--json", "--answers", answers)
    again = region.send(region.file({**turned, "contact": case["contact"][::-1]}), "--json")

    assert answered.json["receipt_id"] != first.json["receipt_id"]
    assert "what changed is findings, answers to them" in answered.err
    assert again.json["receipt_id"] == answered.json["receipt_id"]
    assert "Nothing was changed" in again.err


def test_a_lost_receipt_is_filed_again_when_the_same_return_is_sent(region: Region) -> None:
    file = region.file()
    receipt_id = region.send(file, "--json").json["receipt_id"]
    filed = region.receipt_path(receipt_id)
    text = filed.read_bytes()
    filed.unlink()

    region.send(file)

    assert filed.read_bytes() == text


def test_a_nil_return_counts_and_takes_the_former_rows_out(region: Region) -> None:
    region.send(region.file(children(child(1))))

    said = region.send(region.file({**children(), "header": {"nil_return": "Y"}}), "--json")

    assert said.code == 0, said.out
    assert region.receipt(said)["replaces"]["removed"] == 4
    assert region.count("child") == region.count("person") == region.count("link") == 0


def test_a_return_that_is_sent_back_leaves_the_store_alone(region: Region) -> None:
    region.send(region.file(children(child(1))))
    before = {name: rows for name, rows in region.content().items() if name != "receipt"}

    said = region.send(region.file(children(child(2)), reference_date="2026-07-01"), "--json")

    assert said.code == 3
    receipt = region.receipt(said)
    assert receipt["verdict"] == "sent_back"
    assert {name: rows for name, rows in region.content().items() if name != "receipt"} == before
    assert region.ask("SELECT verdict FROM receipt WHERE counts_for <> ''") == [("accepted",)]


def test_the_receipt_of_a_live_return_that_was_sent_back_says_that_it_does_not_count(tmp_path) -> None:  # type: ignore[no-untyped-def]
    live = region_in(new_region(tmp_path, live=True), tmp_path)

    said = live.send(live.file(reference_date="2026-07-01", live_or_test="L"), "--json")

    assert said.code == 3
    assert live.receipt(said)["counts"] == "This return does not count: it was sent back whole."
    assert "does not count" in said.err


def test_a_return_is_accepted_in_part_and_the_rest_is_counted(region: Region) -> None:
    case = children(*(child(number) for number in range(1, 7)))
    case["child"][5]["sex"] = "Q"

    said = region.send(region.file(case), "--json")

    assert said.code == 1
    receipt = region.receipt(said)
    assert receipt["tables"]["child"] == {"rows": 6, "accepted": 5, "rejected": 1, "held": 0}
    assert receipt["tables"]["contact"]["rejected"] == 1, "what belongs to the rejected child is left out too"
    assert region.count("child") == region.count("contact") == 5


def test_a_live_return_has_no_place_in_a_test_region(region: Region) -> None:
    said = region.send(region.file(live_or_test="L"))

    assert said.code == 14
    assert said.err.startswith("mds: This return is marked live (L)")
    assert region.count("receipt") == 0


def test_a_test_return_has_no_place_in_a_live_region(tmp_path) -> None:  # type: ignore[no-untyped-def]
    live = region_in(new_region(tmp_path, live=True), tmp_path)

    said = live.send(live.file(), "--json")

    assert said.code == 3
    assert "CP000160" in codes_of(said)
    assert live.count("child") == 0


def test_a_provider_that_is_not_in_the_register_is_sent_back(region: Region) -> None:
    said = region.send(region.file(provider="RX999"), "--json")

    assert said.code == 3
    assert "CP000040" in codes_of(said)
    assert region.count("child") == 0
    assert not (region.path / "keys" / "provider-RX999.key").exists(), "nobody but the register's providers has a key"


def test_several_returns_in_one_call(region: Region) -> None:
    files = [
        region.file(children(child(1))),
        region.file(live_or_test="L"),
        region.desk / "missing.csv",
        region.file(children(child(2)), provider=TEAM),
    ]

    said = mds("submit", *files, "--home", region.path, "--received-on", ON_TIME, "--json")

    assert said.code == 14, "the worst of the codes"
    first, live, missing, last = said.json["returns"]
    assert said.json["format_version"] == 1
    assert first["verdict"] == last["verdict"] == "accepted"
    assert live["failure"]["exit_code"] == 14
    assert missing["findings"][0]["code"] == "CP000010"
    assert region.ask("SELECT provider_code FROM receipt ORDER BY sequence") == [(HOSPICE,), (TEAM,)]


def test_what_to_do_next_is_a_command_that_runs_as_printed(region: Region) -> None:
    said = region.send(region.file(children(child(1), child(2))), "--answers",
                       region.answers("CP202070Q,RF-SB001,Stable", "CP202070Q,RF-SB002,Stable"))  # fmt: skip

    assert "Keep the receipt" in said.out, said.out
    command = shlex.split(said.out.rstrip().splitlines()[-1])
    assert command[:2] == ["mds", "status"]
    assert mds(*command[1:]).code == 0
    assert "Receipt R2026" in said.err


def test_a_correction_that_stays_with_the_provider_gets_a_receipt_of_its_own(region: Region) -> None:
    """A name is on no row that leaves; the receipt is for the file that was sent."""
    first = region.send(region.file(children(child(1))), "--json")
    corrected = region.file(children(child(1, person_given_name="Robyn")))

    again = region.send(corrected, "--json")

    assert again.code == 0
    assert again.json["receipt_id"] != first.json["receipt_id"]
    assert "The rows that the region holds stay the same" in again.err
    receipt = region.receipt_path(again.json["receipt_id"])
    assert mds("status", "--home", region.path, "--verify", receipt, "--file", corrected).code == 0


def test_a_correction_of_a_name_is_not_lost_behind_a_file_that_never_came(region: Region) -> None:
    """What was packed last, and not what the region has, is what the sender compares with."""
    first = region.send(region.file(children(child(1))), "--json")
    corrected = children(child(1, person_given_name="Robyn"))
    region.send(region.file(corrected), "--pack", region.desk / "kept.mdsp")

    again = region.send(region.file(corrected), "--json")

    assert "CP000110Q" in codes_of(again)
    assert again.json["receipt_id"] != first.json["receipt_id"]
