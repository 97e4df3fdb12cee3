"""What a person is, apart from what one provider does for it: the attributes that the merge chooses among providers."""

from __future__ import annotations

from mds.payload import payload_columns
from mds_schemas.versions import LATEST

_OF_THE_CARE = frozenset(
    {
        "local_patient_id", "nhs_number_status", "caseload_status", "key_worker", "key_worker_org", "first_known_date",
        "age_months",
    }
)  # fmt: skip
"""Fields of the child table that tell of the child at one provider, or of its row there, not of the child."""

UNSTATED = ("Z", "ZZ", "99", "X")
"""The codes that say that nothing is known: a stated value goes before them."""

_OF_THE_CONDITION = frozenset({"act_category", "icd10_code", "diagnostic_group"})
"""Of the main condition: a child is counted under one category and one diagnosis."""

PERSON_ATTRIBUTES: dict[str, str] = {
    column.name: column.type
    for table in ("child", "condition")
    for column in payload_columns(LATEST.tables[table])
    if (column.name not in _OF_THE_CARE if table == "child" else column.name in _OF_THE_CONDITION)
}
"""Attribute → its type in the store."""


BY_PRECEDENCE = (
    "row_number() OVER (ORDER BY reference_date, leads, contacts, provider_code DESC, local_patient_id DESC)"
)
"""SQL: the place of what a provider says of a child, the last one counting most: that of the newest census date, then of the
lead service, then of the provider with more contacts, then by provider code."""

_STATED = 1_000_000_000_000
"""More than any place."""


def counting(name: str) -> str:
    """SQL: the value of an attribute that counts, among what several providers say of one child: a stated value goes before
    one that says that nothing is known, then the `place` by precedence decides."""
    stated = (
        f"CASE WHEN {name} IN {UNSTATED} THEN 0 ELSE {_STATED} END + " if PERSON_ATTRIBUTES[name] == "VARCHAR" else ""
    )
    return f"arg_max({name}, {stated}place) AS {name}"
