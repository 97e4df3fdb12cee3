"""What is told of children who opted out: to the provider everything, to the region nothing but how many rows it gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mds.validate.findings import Findings

RULE = "CP101200"
"""The rule that withholds the row of a child with an opt-out (privacy design b8)."""

Place = tuple[str, str, int | None]
"""Table, sheet and row of the sender's file."""


def places_of_opted_out(findings: Findings) -> set[Place]:
    """Where the rows of children stand who opted out: their own rows and those of their referrals."""
    connection, intake = findings.connection, findings.intake
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE opted_out AS SELECT local_patient_id FROM all_child"
        " WHERE row_id IN (SELECT row_id FROM finding WHERE code = ? AND tbl = 'child')",
        [RULE],
    )
    if not connection.execute("SELECT count(*) FROM opted_out").fetchall()[0][0]:
        return set()
    places: set[Place] = set()
    for name, model in intake.version.tables.items():
        if "local_patient_id" in model.columns():
            whose = "local_patient_id IN (FROM opted_out)"
        elif "referral_id" in model.columns():
            whose = "referral_id IN (SELECT referral_id FROM all_referral WHERE local_patient_id IN (FROM opted_out))"
        else:
            continue
        rows = connection.execute(f"SELECT src, line FROM all_{name} WHERE {whose}").fetchall()
        places.update((name, intake.sources[source].sheet, line) for source, line in rows)
    return places
