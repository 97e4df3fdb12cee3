"""The picture over the periods: what share of the caseload is reached, and how, at each census so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.charts import Chart
from mds.figures.statistics import share
from mds.figures.table import FigureTable, Making, Shape, answers, table
from mds.network.picture.told import ADVANCE, TOLD_BY
from mds.network.picture.uptake import WITH_FAMILY
from mds_schemas.versions import LATEST

if TYPE_CHECKING:
    import duckdb

_MET = f"""
    done AS (
        SELECT receipt_id, referral_id, count(*) AS contacts, count(mechanism) AS with_mechanism,
            count(*) FILTER (mechanism <> '01') AS remote, bool_or(coalesce(out_of_hours = 'Y', false)) AS late
        FROM contact SEMI JOIN counted USING (receipt_id) WHERE {WITH_FAMILY} GROUP BY ALL
    ), met AS (
        SELECT rp_start, person_key, provider_code, sum(with_mechanism) AS with_mechanism, sum(remote) AS remote,
            bool_or(late) AS late
        FROM done JOIN referral AS f USING (receipt_id, referral_id) JOIN link USING (provider_code, local_patient_id)
        GROUP BY ALL
    )
"""
"""SQL: of each child, period and provider the contacts with child or family that took place."""


_OF_THE_CASELOAD = {
    "with a contact": ("contact", "true"),
    "with a contact out of hours": ("late", "true"),
    "with a key worker": ("key_worker", "true"),
    "with an advance care plan": ("plan", "asked"),
}
"""Measure → which children have it, and of which it is asked."""


@answers(5, 39, 56)
def over_time(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """The share of the caseload with a contact, a contact out of hours, a key worker and an advance care plan, and of contacts
    at a distance, at each census so far."""
    lines = (
        f"""
        SELECT {place} AS place, '{measure}' AS measure, rp_start, count(*) FILTER ({holds}) AS number, count(*) AS of_all,
            {TOLD_BY} AS providers FROM one WHERE {among} GROUP BY rp_start
        """
        for place, (measure, (holds, among)) in enumerate(_OF_THE_CASELOAD.items())
    )
    return table(
        connection, "over_time", "Reach over time",
        "Of the children on a caseload at each census: those with a contact of child or family in the period, with one out of "
        "hours, with a key worker, and with an advance care plan in force, at any provider. Antenatal and end of life plans "
        f"count as advance care plans; of them only the returns of version {LATEST.number} tell. At a distance: contacts by "
        "telephone, video or message, of those of which the mechanism is told. A period in which fewer providers sent can "
        "differ for that reason alone: see the share of providers in the caseload over time.",
        f"""
        WITH {_MET}, child_then AS (
            SELECT m.rp_start, person_key, list(m.provider_code) AS told_by, bool_or(s.key_worker = 'Y') AS key_worker,
                bool_or(s.schema_version = '{LATEST.number}') AS asked
            FROM member AS m JOIN seen AS s USING (person_key, rp_start, provider_code) GROUP BY ALL
        ), reached AS (SELECT rp_start, person_key, bool_or(late) AS late FROM met GROUP BY ALL), plan AS (
            SELECT DISTINCT n.rp_start, person_key
            FROM care_plan AS c JOIN counted AS n USING (receipt_id, provider_code)
            JOIN link USING (provider_code, local_patient_id)
            WHERE plan_type IN {ADVANCE} AND created_date <= reference_date
                AND coalesce(superseded_date > reference_date, true)
        ), one AS (
            SELECT c.*, r.person_key IS NOT NULL AS contact, coalesce(r.late, false) AS late, p.person_key IS NOT NULL AS plan
            FROM child_then AS c LEFT JOIN reached AS r USING (rp_start, person_key) LEFT JOIN plan AS p
                USING (rp_start, person_key)
        ), line AS (
            {" UNION ALL ".join(lines)} UNION ALL
            SELECT {len(_OF_THE_CASELOAD)}, 'contacts at a distance', rp_start, sum(remote)::BIGINT, sum(with_mechanism)::BIGINT,
                count(DISTINCT provider_code) FROM met GROUP BY rp_start
        )
        SELECT measure, rp_start AS period_from, number, of_all, providers FROM line ORDER BY place, rp_start
        """,
        Shape(("number", "of_all"), {"share": share("number", "of_all")},
              fields=("child.key_worker", "contact.mechanism", "contact.out_of_hours"),
              chart=Chart("run", "period_from", "share", by="measure", unit="%")),
    )  # fmt: skip


ALL: tuple[Making, ...] = (over_time,)
