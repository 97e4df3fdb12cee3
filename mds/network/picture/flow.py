"""How the caseload changes: over the periods, against the last one, and as young people grow up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.charts import Chart
from mds.figures.statistics import TO_LIMITS, rate, share
from mds.figures.table import FigureTable, Making, Shape, answers, table
from mds.network.picture.caseload import PROVIDERS

if TYPE_CHECKING:
    import duckdb

COMPLETE = 80
"""Per cent of the providers that must have sent before a period is compared with others (specification 7.4)."""

FEWEST_FOR_LIMITS = 6
"""Fewer complete periods have no limits: they would be an accident."""


@answers(2, 5)
def trend(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children on the caseload at each census so far, with the limits of a run chart and the rate per 10,000."""
    return table(
        connection, "trend", "The caseload over time",
        "Children in need at each census, by the codes of the newest version. Version 1.0 ended at the 20th birthday, so only "
        "the count of those aged 0 to 19 means the same in all periods. Its limits are those of an individuals chart: the "
        f"median of the complete periods, and to both sides {TO_LIMITS} times the median change from one to the next. A period "
        f"is complete when {COMPLETE} % of the providers sent; from {FEWEST_FOR_LIMITS} such periods on there are limits, and "
        "with fewer than 12 they are provisional. Caseloads change slowly, so a count beyond the limits is a reason to look, no "
        "proof. The rate is per 10,000 people aged 0 to 19, by the population now loaded for all periods.",
        f"""
        WITH one AS (
            SELECT rp_start, person_key, max(age_months) AS age_months, bool_or(remission = 'Y') AS in_remission
            FROM seen SEMI JOIN member USING (person_key, rp_start) GROUP BY ALL
        ), counts AS (
            SELECT rp_start, count(*) AS children, count(*) FILTER (age_months < 240) AS aged_0_19
            FROM one WHERE in_remission IS DISTINCT FROM true GROUP BY rp_start
        ), told AS (
            SELECT rp_start, CASE WHEN returned > 0 THEN coalesce(children, 0) END AS children,
                CASE WHEN returned > 0 THEN coalesce(aged_0_19, 0) END AS aged_0_19, returned, commissioned,
                100 * returned >= {COMPLETE} * commissioned AS complete
            FROM sent LEFT JOIN counts USING (rp_start)
        ), change AS (
            SELECT aged_0_19, abs(aged_0_19 - lag(aged_0_19) OVER (ORDER BY rp_start)) AS moved FROM told WHERE complete
        ), limits AS (
            SELECT median(aged_0_19) AS middle, {TO_LIMITS} * median(moved) AS distance FROM change
            HAVING count(*) >= {FEWEST_FOR_LIMITS}
        )
        SELECT rp_start AS period_from, children, aged_0_19, (SELECT sum(people)::BIGINT FROM population) AS people_0_19,
            round(middle, 1) AS middle, round(middle - least(middle, distance), 1) AS low, round(middle + distance, 1) AS high,
            CASE WHEN aged_0_19 > middle + distance THEN 'above' WHEN aged_0_19 < middle - distance THEN 'below' END AS beyond,
            returned, commissioned, returned AS providers
        FROM told LEFT JOIN limits ON complete ORDER BY rp_start
        """,
        Shape(("children", "aged_0_19"),
              {"per_10000": rate("aged_0_19", "people_0_19", 10_000), "coverage": share("returned", "commissioned")},
              dict.fromkeys(("middle", "low", "high", "beyond", "returned", "commissioned"), "aged_0_19"),
              ("child.caseload_status",),
              Chart("run", "period_from", "aged_0_19", low="low", high="high", unit="children aged 0 to 19"),
              rough=("middle", "low", "high")),
    )  # fmt: skip


_ENDS = {"02": "in remission or cured", "03": "moved to adult services", "04": "moved away"}
"""Reason for the end of an episode → how the flow calls it. Others are together."""


@answers(2)
def flow(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """New, continuing and ended children against the last period, and those that missing returns leave open."""
    reasons = " ".join(f"WHEN '{code}' THEN 'ended: {words}'" for code, words in _ENDS.items())
    return table(
        connection, "flow", "New, continuing and ended children",
        "Children in need at this census against those at the last one of which returns count. A child is new or has ended only "
        "where its providers sent both times; the others are told apart, because they may have been there all the time. Shares: "
        "of this caseload for new and continuing children, of the last one for the others.",
        f"""
        WITH former AS (SELECT max(n.rp_start) AS rp_start FROM counted AS n JOIN period AS p ON n.rp_start < p.rp_start),
        before AS (SELECT person_key FROM caseload_before WHERE NOT in_remission),
        gone AS (
            SELECT person_key, NOT bool_and(now.provider_code IS NOT NULL) AS silent, list(DISTINCT m.provider_code) AS who
            FROM before JOIN member AS m USING (person_key) SEMI JOIN former ON former.rp_start = m.rp_start
            LEFT JOIN arrived AS now USING (provider_code)
            ANTI JOIN in_need USING (person_key) GROUP BY person_key
        ), reason AS (
            SELECT person_key, max(r.episode_end_reason) FILTER (r.episode_end_reason IN ('02', '03', '04')) AS known,
                bool_or(r.episode_end IS NOT NULL) AS told
            FROM referral AS r SEMI JOIN arrived USING (receipt_id)
            JOIN link USING (provider_code, local_patient_id)
            GROUP BY person_key
        ), here AS (
            SELECT person_key, list(DISTINCT k.provider_code) AS who, b.person_key IS NOT NULL AS continues,
                bool_or(f.provider_code IS NOT NULL) AS sent_before
            FROM in_need JOIN known_at AS k USING (person_key) LEFT JOIN before AS b USING (person_key)
            LEFT JOIN (FROM counted SEMI JOIN former USING (rp_start)) AS f USING (provider_code) GROUP BY ALL
        ), changes AS (
            SELECT CASE WHEN continues THEN 'continuing' WHEN sent_before THEN 'new'
                ELSE 'provider sent nothing last time' END AS change, who, true AS now
            FROM here
            UNION ALL
            SELECT CASE WHEN e.person_key IS NOT NULL THEN 'ended: died'
                WHEN c.person_key IS NOT NULL THEN 'ended: in remission or cured'
                WHEN silent THEN 'provider sent nothing this time'
                ELSE CASE reason.known {reasons} ELSE CASE WHEN reason.told THEN 'ended: otherwise' ELSE 'no longer told of' END
                END END, who, false
            FROM gone LEFT JOIN ended AS e USING (person_key) LEFT JOIN caseload AS c USING (person_key)
            LEFT JOIN reason USING (person_key)
        )
        SELECT change, count(*) AS children,
            CASE WHEN now THEN (SELECT count(*) FROM in_need) ELSE (SELECT count(*) FROM before) END AS of_children,
            (SELECT rp_start FROM former) AS against, len(list_distinct(flatten(list(who)))) AS providers
        FROM changes GROUP BY change, now ORDER BY now DESC, change
        """,
        Shape(("children", "of_children"), {"share": share("children", "of_children")},
              {"against": "children"}, ("child.caseload_status", "referral.episode_end_reason"),
              Chart("bars", "change", "children", unit="children")),
    )  # fmt: skip


def _moves(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    title: str,
    column: str,
    *,
    before: str,
    now: str,
    field: str,
    note: str,
) -> FigureTable:
    """Children who were on the caseload at both censuses, by what was told of them then and now."""
    return table(
        connection, name, title,
        f"Children in need at this census who were on a caseload at the last one too, with the change between the two. {note}",
        f"""
        SELECT b.{column} AS {before}, c.{column} AS {now}, count(DISTINCT person_key) AS children,
            any_value(of_children) AS of_children, {PROVIDERS}
        FROM in_need AS c JOIN known_at USING (person_key) JOIN (
            SELECT person_key, {column}, count(*) OVER (PARTITION BY {column}) AS of_children
            FROM caseload_before SEMI JOIN in_need USING (person_key)
        ) AS b USING (person_key) GROUP BY 1, 2 ORDER BY 1, 2
        """,
        Shape(("children", "of_children"), {"share": share("children", "of_children")}, fields=(field,)),
    )  # fmt: skip


@answers(4)
def act_moves(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Moves between ACT categories since the last census."""
    return _moves(connection, "act_moves", "Moves between ACT categories", "act_category", before="category_before",
                  now="act_category", field="condition.act_category",
                  note="A category may rightly change as the illness does.")  # fmt: skip


@answers(12)
def phase_moves(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Moves between phases of illness since the last census."""
    return _moves(connection, "phase_moves", "Moves between phases", "phase_code", before="phase_before", now="phase",
                  field="phase.phase_code", note="Phases are not in a row: a child may move to and fro.")  # fmt: skip


ALL: tuple[Making, ...] = (trend, flow, act_moves, phase_moves)
