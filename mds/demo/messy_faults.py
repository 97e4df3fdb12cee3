"""What goes wrong when people put a return together: some rows of it are true errors."""

from __future__ import annotations

import copy
import random
from dataclasses import replace
from datetime import date, timedelta

from mds.demo.returns import Return
from mds.demo.rows import Row


def spoiled(sent: Return, chance: random.Random) -> Return:
    """The return with a mistyped NHS number, an orphan, rows pasted twice and, where a child died, a contact too late.

    Some of its rows must be rejected; the return itself can still be accepted in part.
    """
    tables = copy.deepcopy(sent.tables)
    spoilt = replace(sent, header=dict(sent.header), tables=tables)
    _mistype(tables["child"])
    contacts = tables["contact"]
    if contacts:
        contacts.append(
            contacts[len(contacts) // 2] | {"contact_id": f"{sent.provider.prefix}C0001", "referral_id": "RF0000"}
        )
        _contact_after_death(sent, contacts)
        tables["contact"] = _pasted_twice(contacts, 3, chance)
    tables["child"] = _pasted_twice(tables["child"], 1, chance)
    _several_in_a_cell(tables["condition"])
    return spoilt


def _mistype(children: list[Row]) -> None:
    """A wrong last digit: the check digit tells."""
    for row in children[len(children) // 3 :]:
        number = row["nhs_number"]
        if isinstance(number, str) and row["caseload_status"] == "A":
            row["nhs_number"] = number[:9] + str((int(number[9]) + 1) % 10)
            return


def _contact_after_death(sent: Return, contacts: list[Row]) -> None:
    """A visit to a child, entered for a day after its death."""
    for death in sent.tables["death"]:
        day = death["death_date"]
        late = day + timedelta(days=3) if isinstance(day, date) else None
        if late is None or late not in sent.period:
            continue
        referrals = {
            r["referral_id"] for r in sent.tables["referral"] if r["local_patient_id"] == death["local_patient_id"]
        }
        if row := next((contact for contact in contacts if contact["referral_id"] in referrals), None):
            changes: Row = {"contact_id": f"{sent.provider.prefix}C0002", "contact_date": late, "contact_type": "01",
                            "subject": "C", "out_of_hours": None}  # fmt: skip
            contacts.append(row | changes)
            return


def _pasted_twice(rows: list[Row], count: int, chance: random.Random) -> list[Row]:
    """The rows with some of them again further down."""
    again = chance.sample(rows[: len(rows) // 2], min(count, len(rows) // 2))
    return rows + [dict(row) for row in again]


def _several_in_a_cell(conditions: list[Row]) -> None:
    """A main and a second diagnosis in one cell, as "G71.0/J96.1", and the second row gone."""
    seconds = {row["local_patient_id"]: row for row in conditions if row["condition_seq"] == 2}
    thirds = {row["local_patient_id"] for row in conditions if row["condition_seq"] == 3}
    for row in conditions:
        second = seconds.get(row["local_patient_id"])
        if row["condition_seq"] == 1 and second and row["local_patient_id"] not in thirds and row["icd10_code"]:
            row["icd10_code"] = f"{row['icd10_code']}/{second['icd10_code']}"
            row["diagnostic_group"] = None
            conditions.remove(second)
            return
