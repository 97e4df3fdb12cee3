"""The JSON of a checked return."""

import json
import tracemalloc

from returned import drawn

from mds.reports.document import document

BAD = {"child": {"sex": "?"}, "condition": [{}, {}]}


def test_keys_stand_in_the_order_of_the_architecture() -> None:
    returned = drawn(BAD)
    returned.validation.intake.notes.append("Blank rows were left out.")
    read = json.loads("".join(document(returned.validation, returned.findings, "1.2.3", "R-1", test_data=True)))
    assert list(read) == [
        "format_version", "tool_version", "verdict", "test_data", "return_type", "schema_version", "provider_code",
        "rp_start", "rp_end", "receipt_id", "file_sha256", "tables", "findings", "not_run", "notes",
    ]  # fmt: skip
    assert (read["format_version"], read["tool_version"], read["verdict"]) == (1, "1.2.3", "accepted_in_part")
    assert (read["provider_code"], read["rp_start"], read["rp_end"]) == ("8HX01", "2026-04-01", "2026-06-30")
    assert read["tables"]["child"] == {"rows": 1, "accepted": 0, "rejected": 1, "held": 0}
    assert read["tables"]["condition"] == {"rows": 2, "accepted": 0, "rejected": 1, "held": 1}
    assert read["findings"] == [finding.as_json() for finding in returned.findings]
    assert {entry["code"] for entry in read["not_run"]} == {code for code, _ in returned.validation.not_run}
    assert "no earlier return of this provider is held here" in {entry["reason"] for entry in read["not_run"]}


def test_what_was_not_given_is_not_there() -> None:
    returned = drawn({})
    read = json.loads("".join(document(returned.validation, returned.findings, "1.2.3")))
    assert not {"receipt_id", "test_data", "notes"} & set(read)
    assert read["findings"] == []


def test_a_return_without_a_header_is_still_a_document() -> None:
    returned = drawn({"header": []})
    read = json.loads("".join(document(returned.validation, returned.findings, "1.2.3")))
    assert (read["provider_code"], read["rp_start"], read["return_type"]) == (None, None, None)


def test_same_return_same_bytes() -> None:
    first, second = ("".join(document(r.validation, r.findings, "1")) for r in (drawn(BAD), drawn(BAD)))
    assert first.encode() == second.encode()
    assert first.isascii()


def test_findings_are_never_all_in_memory() -> None:
    returned = drawn({})
    returned.connection.execute(
        "INSERT INTO finding (code, tbl, row_id, field) SELECT 'CP301900', 'contact', 0, 'contact_id' FROM range(60000)"
    )
    tracemalloc.start()
    pieces = sum(1 for _ in document(returned.validation, returned.findings, "1"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert pieces > 60_000
    assert peak < 12_000_000
