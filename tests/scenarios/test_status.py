"""Where the collection stands, and whether a receipt holds."""

from __future__ import annotations

import json
from pathlib import Path

from homes import HOSPICE, HOSPITAL, ON_TIME, TEAM, Region, Said, child, children, mds


def _status(region: Region, *words: object, on: str = ON_TIME) -> Said:
    return mds("status", "--home", region.path, "--received-on", on, *words)


def _verify(region: Region, receipt: Path, *words: object) -> Said:
    return mds("status", "--home", region.path, "--verify", receipt, *words)


def test_status_tells_of_each_provider_and_period(region: Region) -> None:
    region.send(region.file(children(child(1)), period="Q1"))
    region.send(region.file(children(child(1))))
    region.send(region.file(children(child(1), child(2))))
    region.send(region.file(children(child(1)), provider=TEAM))
    region.send(region.file(provider=HOSPITAL, reference_date="2026-07-01"))

    said = _status(region, "--json")

    found = said.json
    assert found["format_version"] == 1
    assert (found["test_data"], found["network"]) == (True, "EE")
    assert (found["children"], found["children_at_several_providers"]) == (2, 1)
    standing = {
        (period["rp_start"], row["provider_code"]): row["standing"]
        for period in found["periods"]
        for row in period["providers"]
    }
    assert standing == {
        ("2026-01-01", HOSPICE): "accepted", ("2026-01-01", TEAM): "missing", ("2026-01-01", HOSPITAL): "missing",
        ("2026-04-01", HOSPICE): "accepted", ("2026-04-01", TEAM): "accepted", ("2026-04-01", HOSPITAL): "sent_back",
        ("2026-07-01", HOSPICE): "missing", ("2026-07-01", TEAM): "missing", ("2026-07-01", HOSPITAL): "missing",
    }  # fmt: skip
    assert [receipt["is_current"] for receipt in found["receipts"]] == [True, False, True, True, False]
    told = _status(region).out
    assert "replaced 1 earlier" in told
    assert "SENT BACK" in told and "MISSING" in told


def test_status_of_one_provider(region: Region) -> None:
    region.send(region.file(children(child(1))))
    region.send(region.file(children(child(1)), provider=TEAM))

    found = _status(region, "--provider", TEAM, "--json").json

    assert {row["provider_code"] for period in found["periods"] for row in period["providers"]} == {TEAM}
    assert {receipt["provider_code"] for receipt in found["receipts"]} == {TEAM}
    unknown = _status(region, "--provider", "RX999")
    assert (unknown.code, unknown.err) == (2, "mds: That provider is not in the register (providers.csv).\n")


def test_a_later_return_that_was_sent_back_is_told_beside_the_one_that_counts(region: Region) -> None:
    region.send(region.file(children(child(1))))
    region.send(region.file(children(child(1)), reference_date="2026-07-01"))

    assert "a later one was SENT BACK" in _status(region).out


def test_a_mistyped_period_does_not_make_years_of_missing_returns(region: Region) -> None:
    region.send(region.file(children(child(1))))
    # One that was sent back tells of no period; one that was accepted is told of, without the years between.
    region.send(region.file(rp_start="2015-04-01", rp_end="2015-06-30", reference_date="2026-06-30"))
    region.send(region.file(rp_start="2016-04-01", rp_end="2016-06-30", reference_date="2016-06-30"))

    starts = [period["rp_start"] for period in _status(region, "--json").json["periods"]]

    assert starts[0] == "2016-04-01"
    assert "2015-04-01" not in starts
    assert len(starts) == 1 + 8


def test_a_good_receipt_holds(region: Region) -> None:
    file = region.file(children(child(1), child(2)))
    receipt = region.receipt_path(region.send(file, "--json").json["receipt_id"])

    said = _verify(region, receipt, "--file", file)

    assert said.code == 0, said.out
    assert {line.split()[0] for line in said.out.splitlines()} == {"OK"}
    assert "the store holds exactly the rows that were accepted" in said.out
    found = _verify(region, receipt, "--json").json
    assert found["holds"] is True
    assert {check["holds"] for check in found["checks"]} == {True, None}, "without the file that check is not run"


def test_an_edited_receipt_does_not(region: Region) -> None:
    receipt = region.receipt_path(region.send(region.file(children(child(1))), "--json").json["receipt_id"])
    document = json.loads(receipt.read_text())
    edits = {
        "tables": {"child": {"rows": 2, "accepted": 2, "rejected": 0, "held": 0}},
        "counts": "This return counts.",
        "content_digest": "0" * 64,
        "received_on": "2026-07-01",
        "keys": None,
        "extra": 1,
    }
    for name, value in edits.items():
        edited = region.desk / "edited.json"
        edited.write_text(json.dumps({**document, name: value}))
        said = _verify(region, edited)
        assert said.code == 1, name
        assert "FAILED   the region signed exactly this receipt" in said.out
        assert "FAILED   the store knows this receipt, word for word" in said.out


def test_a_receipt_of_another_return_does_not_hold_for_this_file(region: Region) -> None:
    receipt = region.receipt_path(region.send(region.file(children(child(1))), "--json").json["receipt_id"])

    said = _verify(region, receipt, "--file", region.file(children(child(2))))

    assert said.code == 1
    assert "FAILED   the file is the one that was sent" in said.out


def test_a_replaced_receipt_holds_and_says_what_replaced_it(region: Region) -> None:
    first = region.send(region.file(children(child(1))), "--json").json["receipt_id"]
    second = region.send(region.file(children(child(2))), "--json").json["receipt_id"]

    said = _verify(region, region.receipt_path(first))

    assert said.code == 0
    assert f"not run  the return does not count any more: it was replaced by {second} on {ON_TIME}" in said.out


def test_a_receipt_of_a_return_that_was_sent_back_holds(region: Region) -> None:
    said = region.send(region.file(reference_date="2026-07-01"), "--json")

    verified = _verify(region, region.receipt_path(said.json["receipt_id"]))

    assert verified.code == 0
    assert "it has no rows in the store" in verified.out


def test_rows_that_were_changed_behind_the_receipt_are_found(region: Region) -> None:
    """The operator's own hand on the store, past the program."""
    from mds.duck import connect
    from mds.encrypted import attach
    from mds.keys import STORE

    receipt = region.receipt_path(region.send(region.file(children(child(1))), "--json").json["receipt_id"])
    for change in ("UPDATE store.child SET ethnic_category = 'WBRI'", "DELETE FROM store.contact",
                   "UPDATE store.finding SET answered = true"):  # fmt: skip
        before = region.bytes_of_store()
        connection = connect()
        attach(connection, region.home.store_path, region.home.keys.load(STORE), alias="store")
        connection.execute(change)
        connection.close()
        said = _verify(region, receipt)
        assert "FAILED   the store holds exactly the rows that were accepted" in said.out, change
        region.home.store_path.write_bytes(before)
    assert _verify(region, receipt).code == 0


def test_what_is_no_receipt_is_said_to_be_none(region: Region) -> None:
    for content in ("", "[]", "{}", '{"receipt_id": 7}', "\x00"):
        other = region.desk / "other.json"
        other.write_text(content)
        assert _verify(region, other).code == 10
    assert _verify(region, region.desk / "missing.json").code == 10
    receipt = region.receipt_path(region.send(region.file(), "--json").json["receipt_id"])
    assert _verify(region, receipt, "--file", region.desk / "missing.xlsx").code == 10
