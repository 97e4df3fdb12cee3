"""The children who died, each once, with what counts among what their providers sent of the death."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

AGES = ("under 28 days", "28 days to 1 year", "1-4", "5-9", "10-14", "15-17", "18-19", "20 and over")
"""Ages at death, from the youngest, as they leave the providers."""

_STATED_BEFORE = {
    "death_place": "", "not_preferred_reason": "99", "expected": "X", "plan_at_death": "X", "plan_followed": "9",
    "pain_controlled": "9", "cdop_notified": "X", "death_age_band": "",
}  # fmt: skip
"""Field → the code that says that nothing is known, before which any other goes."""


def make_ended(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the relation `ended`: a row a child of whose death any return so far has told.

    What providers tell differently is chosen as for any attribute of a child: stated before not known, then the newest return,
    the lead service and the provider code. Who judged how peaceful the death was goes with the judgement.
    """
    order = "reference_date, coalesce(leads, false), tie"
    chosen = ", ".join(
        f"arg_max({field}, row({field} <> '{unknown}', {order})) AS {field}"
        for field, unknown in _STATED_BEFORE.items()
    )
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE ended AS
        WITH lead AS (
            SELECT receipt_id, local_patient_id, bool_or(lead_service = 'Y') AS leads
            FROM referral SEMI JOIN death USING (receipt_id, local_patient_id) GROUP BY ALL
        ), told AS (
            SELECT l.person_key, n.reference_date, lead.leads, d.*,
                -row_number() OVER (ORDER BY d.provider_code, d.local_patient_id) AS tie
            FROM death AS d JOIN temp.counted AS n USING (receipt_id)
            JOIN link AS l ON l.provider_code = d.provider_code AND l.local_patient_id = d.local_patient_id
            LEFT JOIN lead ON lead.receipt_id = d.receipt_id AND lead.local_patient_id = d.local_patient_id
        )
        SELECT person_key, min(death_month) AS death_month, min(rp_start) AS told_first,
            list(DISTINCT provider_code) AS told_by, {chosen},
            unnest(arg_max({{'peaceful': peaceful, 'peaceful_judged_by': peaceful_judged_by}}, row(peaceful <> '9', {order}))
                FILTER (peaceful IS NOT NULL))
        FROM told GROUP BY person_key
        """
    )
