"""Support that families receive, from the contacts of the period."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.statistics import share
from mds.figures.table import FigureTable, Making, Shape, answers, table
from mds.services.indicators.sql import listed

if TYPE_CHECKING:
    import duckdb

PSYCHOLOGICAL = ("09", "10")
"""Types of contact (list CL18) that are psychological support of the family: psychological support and sibling support. What
comes after a death (16) is bereavement support."""

WHOLE_FAMILY = ("C", "P", "S", "F")
"""With whom such a contact is: child, parent, sibling, wider family. One with a professional supports no family."""


@answers(33)
def psychological_support(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Families that received psychological support in the period, by who of the family did."""
    return table(
        connection, "psychological_support", "Psychological support for the whole family",
        "Children who, or whose families, had a contact for psychological support or sibling support that took place in the "
        "period, of all children of whom rows were sent for it. One family a child, however many providers support it.",
        f"""
        WITH cared_for AS (
            SELECT receipt_id, provider_code, local_patient_id, person_key
            FROM child AS c JOIN period AS p ON p.rp_start = c.rp_start JOIN link USING (provider_code, local_patient_id)
        ), received AS (
            SELECT provider_code, person_key, unnest([coalesce(subject, 'not stated'), 'all together']) AS received_by
            FROM contact JOIN referral USING (receipt_id, provider_code, referral_id)
            JOIN cared_for USING (receipt_id, provider_code, local_patient_id)
            WHERE contact_type IN ({listed(PSYCHOLOGICAL)}) AND attendance IN ('5', '6')
                AND coalesce(subject, 'not stated') IN ({listed((*WHOLE_FAMILY, "not stated"))})
        ), asked AS (SELECT unnest([{listed((*WHOLE_FAMILY, "not stated", "all together"))}]) AS received_by)
        SELECT received_by, count(DISTINCT person_key) AS families,
            (SELECT count(DISTINCT person_key) FROM cared_for) AS of_families,
            count(person_key) AS contacts, count(DISTINCT provider_code) AS providers
        FROM asked LEFT JOIN received USING (received_by) GROUP BY received_by
        ORDER BY list_position([{listed((*WHOLE_FAMILY, "not stated", "all together"))}], received_by)
        """,
        Shape(
            counts=("families", "of_families", "contacts"), derived={"share": share("families", "of_families")},
        ),
    )  # fmt: skip


ALL: tuple[Making, ...] = (psychological_support,)
