"""What the region refuses although it is signed and sealed as it should be: a provider's program may be at fault, or
in other hands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from homes import HOSPICE, TEAM, Packed

from mds.duck import connect
from mds.exchange import own_private_keys, signer_of
from mds.failures import NotPermitted
from mds.package import Contents, unseal
from mds.region.receive import looks_identifying, register, verify
from mds_schemas.versions import LATEST


@pytest.fixture
def contents(packed: Packed) -> Contents:
    home = packed.region.home
    return unseal(packed.package.read_bytes(), signer_of(home, HOSPICE), *own_private_keys(home))


def _received(packed: Packed, contents: Contents) -> int:
    """What the region does with the contents of a package before it stores them; returns the children that it sees."""
    verify(packed.region.home, contents)
    connection = connect(threads=1)
    try:
        register(connection, contents)
        return len(connection.execute("FROM arriving_child").fetchall())
    finally:
        connection.close()


def _with(table: pa.Table, column: str, values: list[Any], kind: pa.DataType | None = None) -> pa.Table:
    position = table.column_names.index(column)
    return table.set_column(position, column, pa.array(values, kind or table.schema.field(column).type))


def test_what_is_as_it_should_be_is_received(packed: Packed, contents: Contents) -> None:
    assert _received(packed, contents) == contents.manifest["tables"]["child"]["accepted"] == 2


MANIFESTS: dict[str, Any] = {
    "network": "NE", "channel": "live", "test_data": False, "provider_code": "RX999", "schema_version": "3.0",
    "return_type": "XX", "rp_start": "2026-04-02", "rp_end": "not a day", "reference_date": "2026-07-01",
    "received_on": "../../../tmp/x", "verdict": "sent_back", "file_sha256": "Robin Example", "warnings": -1,
    "same_as": ["Robin Example"],
    "answered": "9990000018", "not_run": ["Robin"], "loss_notes": ["Robin Example 9990000018"], "rule_set": "Robin Example",
    "tool_version": "9990000018 Robin", "package_id": "SB001", "tables": {"child": {"rows": 2, "accepted": 2}},
    "keys": {"stage1": "other", "provider": "x", "norm": 1},
}  # fmt: skip


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_manifest_with_anything_else_in_it_is_refused(packed: Packed, contents: Contents, name: str) -> None:
    contents.manifest[name] = MANIFESTS[name]

    with pytest.raises(NotPermitted):
        _received(packed, contents)


@pytest.mark.parametrize("name", sorted(MANIFESTS))
def test_a_manifest_that_lacks_something_is_refused(packed: Packed, contents: Contents, name: str) -> None:
    del contents.manifest[name]

    with pytest.raises(NotPermitted):
        _received(packed, contents)


def test_a_manifest_with_more_than_that_is_refused(packed: Packed, contents: Contents) -> None:
    contents.manifest["note"] = "Robin Example"

    with pytest.raises(NotPermitted, match="not as this program makes it"):
        _received(packed, contents)


def test_another_normalisation_is_refused(packed: Packed, contents: Contents) -> None:
    contents.manifest["keys"] = {**contents.manifest["keys"], "norm": 2}

    with pytest.raises(NotPermitted, match="other keys"):
        _received(packed, contents)


def test_a_provider_that_is_closed_in_the_period_is_refused(packed: Packed, contents: Contents) -> None:
    home = packed.region.home
    home.providers[0]["open_to"] = "2026-03-31"

    with pytest.raises(NotPermitted, match="not in the region's register for this period"):
        verify(home, contents)


def test_version_1_for_a_new_period_is_refused(packed: Packed, contents: Contents) -> None:
    contents.manifest["schema_version"] = "1.0"

    with pytest.raises(NotPermitted, match="has ended"):
        _received(packed, contents)


def test_rows_that_are_not_counted_are_refused(packed: Packed, contents: Contents) -> None:
    contents.tables["contact"] = contents.tables["contact"].slice(0, 0)

    with pytest.raises(NotPermitted, match="does not hold the rows that it counts"):
        _received(packed, contents)


def test_an_extra_column_is_refused(packed: Packed, contents: Contents) -> None:
    child = contents.tables["child"]
    contents.tables["child"] = child.append_column("family_name", pa.array(["Example"] * child.num_rows))

    with pytest.raises(NotPermitted, match="does not hold the columns"):
        _received(packed, contents)


def test_an_extra_table_is_refused(packed: Packed, contents: Contents) -> None:
    contents.tables["notes"] = pa.table({"text": ["Robin Example"]})

    with pytest.raises(NotPermitted, match="does not hold the columns"):
        _received(packed, contents)


def test_a_column_of_the_envelope_is_refused_too(packed: Packed, contents: Contents) -> None:
    contents.envelope = contents.envelope.append_column("nhs_number", pa.array(["9990000018"] * 2))

    with pytest.raises(NotPermitted, match="does not hold the columns"):
        _received(packed, contents)


KINDS: dict[tuple[str, str], tuple[list[Any], pa.DataType]] = {
    ("child", "birth_month"): (["2018-05-14", "2018-05-14"], pa.string()),
    ("child", "siblings_count"): (["Robin", "Example"], pa.string()),
    ("child", "local_patient_id"): (["SB001", "SB002"], pa.string()),
    ("care_plan", "created_date"): (["2026-04-01"], pa.string()),
    ("finding", "row"): (["Robin", "Example"], pa.string()),
}


@pytest.mark.parametrize("place", KINDS)
def test_a_column_of_another_type_is_refused(packed: Packed, contents: Contents, place: tuple[str, str]) -> None:
    table, column = place
    values, kind = KINDS[place]
    contents.tables[table] = _with(contents.tables[table], column, values, kind)

    with pytest.raises(NotPermitted, match="of another kind"):
        _received(packed, contents)


VALUES: dict[tuple[str, str], list[Any]] = {
    ("referral", "service_id"): ["9990000018", "S1"],
    ("child", "sex"): ["Robin", "1"],
    ("child", "gp_practice_code"): ["Robin Example", None],
    ("child", "region_code"): ["ZX1 1AA", None],
    ("child", "disability_codes"): ["04;Robin", None],
    ("child", "handle"): ["SB001", "SB002"],
    ("child", "birth_month"): [date(2018, 5, 14), date(2018, 5, 1)],
    ("child", "expected_delivery_month"): [date(2018, 5, 14), None],
    ("child", "gender_identity"): ["1", None],
    ("condition", "icd10_code"): ["Robin", "E752"],
    ("referral", "episode_end"): [date(2026, 5, 29), date(2026, 5, 29)],
    ("death", "death_month"): [date(2026, 5, 29)],
    ("death", "death_age_band"): ["ROBIN!"],
    ("bereavement", "offered_month"): [date(2026, 6, 2)],
    ("finding", "sheet"): ["Robin Example", "Deaths"],
    ("finding", "cell"): ["9990000018", ""],
    ("finding", "field"): ["robin", ""],
    ("finding", "code"): ["CP999999", "CP501065Q"],
    ("finding", "severity"): ["Robin", "warning"],
    ("finding", "tbl"): ["robin", "death"],
}


@pytest.mark.parametrize("place", VALUES)
def test_a_value_that_must_not_leave_a_provider_is_refused(
    packed: Packed, contents: Contents, place: tuple[str, str]
) -> None:
    table, column = place
    contents.tables[table] = _with(contents.tables[table], column, VALUES[place])

    with pytest.raises(NotPermitted) as refused:
        _received(packed, contents)

    assert "9990000018" not in str(refused.value) and "Robin" not in str(refused.value)


ENVELOPES: dict[str, Callable[[pa.Table], pa.Table]] = {
    "a number for a match-key": lambda envelope: _with(envelope, "match_key", ["9990000018", "9990000026"]),
    "a handle of nobody": lambda envelope: _with(envelope, "handle", ["0" * 32, "1" * 32]),
    "one child twice": lambda envelope: pa.concat_tables([envelope, envelope.slice(0, 1)]),
}


@pytest.mark.parametrize("name", ENVELOPES)
def test_an_envelope_that_does_not_fit_is_refused(packed: Packed, contents: Contents, name: str) -> None:
    contents.envelope = ENVELOPES[name](contents.envelope)

    with pytest.raises(NotPermitted, match="must not leave a provider"):
        _received(packed, contents)


def test_rows_of_children_in_a_return_about_services_are_refused(packed: Packed, contents: Contents) -> None:
    contents.manifest["return_type"] = "SQ"

    with pytest.raises(NotPermitted, match="a part that its type does not name"):
        _received(packed, contents)


IDENTIFYING = ["9990000018", "999 000 0018", "999-000-0018", "S9990000018", "svc_9990000018", "9990000018-A", "ZZ99 3VZ",
               "LU1 1AA", "lu11aa", "S_LU1 1AA", "GIR 0AA", "x(9990000018)"]  # fmt: skip
HARMLESS = ["S1", "8HX01-DEF", "X-LOC1-DEF", "9990000019", "12345", "1-101664115", "WARD 12", "CCN-2026", "RX101",
            "99900000181", "HOSPICE AT HOME"]  # fmt: skip


@pytest.mark.parametrize("text", IDENTIFYING)
def test_a_code_that_looks_like_an_identifier_is_known(text: str) -> None:
    assert looks_identifying(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_a_providers_own_code_is_not_taken_for_one(text: str) -> None:
    assert not looks_identifying(text)


def test_a_package_of_one_provider_is_not_taken_for_anothers(packed: Packed, contents: Contents) -> None:
    """The signature is asked of the provider that the manifest names."""
    with pytest.raises(NotPermitted, match="issued no network pack"):
        signer_of(packed.region.home, TEAM)


def test_every_free_text_of_the_standard_is_dropped_or_keyed() -> None:
    """A field that takes any text and is kept as it is would be a way out for a name."""
    from mds.payload import payload_columns

    free = {
        (model.info.name, column.name)
        for model in LATEST
        if model.info.name != "header"
        for column in payload_columns(model)
        if column.type == "VARCHAR" and not column.allowed
    }
    about_children = {(table, name) for table, name in free if not LATEST.tables[table].info.about_services}
    assert about_children == {("referral", "service_id")}, "a provider's own code, which is looked at for identifiers"
    assert free - about_children == {
        *((model.info.name, "service_id") for model in LATEST if "service_id" in model.columns() and model.info.about_services),
        ("organisation", "legal_name"), ("service", "service_name"), ("service", "diagnosis_excluded"),
        ("training", "framework"),
    }, "what is said of a service in public is kept"  # fmt: skip
