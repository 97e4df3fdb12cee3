"""How often the phase of illness is reviewed and changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.charts import Chart
from mds.figures.statistics import share
from mds.figures.table import FigureTable, Making, Shape, answers, table
from mds.network.picture.caseload import PROVIDERS
from mds.network.picture.registers import REVIEWED_WITHIN

if TYPE_CHECKING:
    import duckdb


@answers(12)
def phase_changes(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Changes of phase in each month of the period, and how many were decided at a multi-agency meeting."""
    return table(
        connection, "phase_changes", "Changes of phase by month",
        "One assessment after another of the same service with another phase; the same change told by two services on one day "
        "counts once. Bereavement is no change of phase here.",
        """
        WITH assessed AS (
            SELECT f.provider_code, f.local_patient_id, p.phase_date, p.phase_code, p.mdt_review,
                lag(p.phase_code) OVER (PARTITION BY p.provider_code, p.referral_id ORDER BY p.phase_date) AS phase_before
            FROM phase AS p SEMI JOIN counted USING (receipt_id)
            JOIN referral AS f USING (receipt_id, provider_code, referral_id) CROSS JOIN period
            WHERE p.phase_code IN ('1', '2', '3', '4') AND p.phase_date BETWEEN period.rp_start - 365 AND period.rp_end
        ), change AS (
            SELECT person_key, phase_date, phase_before, phase_code, bool_or(mdt_review = 'Y') AS at_meeting,
                list(DISTINCT a.provider_code) AS who
            FROM assessed AS a JOIN link USING (provider_code, local_patient_id) JOIN period ON phase_date >= rp_start
            WHERE phase_before <> phase_code GROUP BY ALL
        ), month AS (
            SELECT unnest(generate_series(rp_start, rp_end, INTERVAL 1 MONTH))::DATE AS month FROM period
        )
        SELECT strftime(month, '%Y-%m') AS month, count(person_key) AS changes, count(DISTINCT person_key) AS children,
            count(*) FILTER (at_meeting) AS at_meeting, len(list_distinct(flatten(list(coalesce(who, []))))) AS providers
        FROM month LEFT JOIN change ON date_trunc('month', phase_date) = date_trunc('month', month)
        GROUP BY month ORDER BY month
        """,
        Shape(("changes", "children", "at_meeting"), {"share_at_meeting": share("at_meeting", "changes")},
              fields=("phase.phase_code", "phase.mdt_review")),
    )  # fmt: skip


@answers(12)
def reviewed(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children whose phase was reviewed within a month of the census, by phase."""
    return table(
        connection, "reviewed", f"Reviewed within {REVIEWED_WITHIN} days",
        f"Children in need whose phase of illness was assessed in the {REVIEWED_WITHIN} days before the census date, and those "
        "of whom this was done at a multi-agency meeting. A stable child may be reviewed every three months.",
        f"""
        SELECT phase, count(DISTINCT person_key) FILTER (reference_date - phase_date <= {REVIEWED_WITHIN}) AS children,
            count(DISTINCT person_key) FILTER (reference_date - meeting_date <= {REVIEWED_WITHIN}) AS at_meeting,
            count(DISTINCT person_key) AS of_children, {PROVIDERS}
        FROM (SELECT *, unnest([phase_code, 'all phases']) AS phase FROM in_need JOIN known_at USING (person_key))
        GROUP BY phase ORDER BY phase
        """,
        Shape(("children", "at_meeting", "of_children"),
              {"share": share("children", "of_children"), "share_at_meeting": share("at_meeting", "of_children")},
              fields=("phase.phase_date", "phase.mdt_review"),
              chart=Chart("bars", "phase", "share", unit="% of the children reviewed")),
    )  # fmt: skip


ALL: tuple[Making, ...] = (phase_changes, reviewed)
