"""How provision changed in a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.table import FigureTable, Making, answers, table

if TYPE_CHECKING:
    import duckdb


_MINUTES = """
    (CASE day_type WHEN 'WD' THEN 5 WHEN 'BH' THEN 0 ELSE 1 END
        * ((60 * (hour(to_time) - hour(from_time)) + minute(to_time) - minute(from_time) + 1439) % 1440 + 1))
"""
"""Minutes of a line of cover in an ordinary week. One that ends when it begins holds for the whole day."""


@answers(110)
def change(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """What each area has now against a year ago: functions, services, hours of cover and beds."""
    return table(
        connection, "change", "A year's change",
        "By the questionnaires in force in the period, and in the period a year before. Blank where none was in force then. "
        "Hours of cover in an ordinary week for the whole caseload, those of all services and kinds of cover added.",
        f"""
        WITH moment AS (
            SELECT 'now' AS moment, rp_start AS first_day, rp_end AS last_day FROM period
            UNION ALL
            SELECT 'then', rp_start - INTERVAL 1 YEAR, rp_end - INTERVAL 1 YEAR FROM period
        ), in_force AS (
            SELECT moment, first_day, last_day, provider_code, arg_max(receipt_id, rp_start) AS receipt_id
            FROM receipt JOIN moment ON rp_start <= first_day
            WHERE list_contains(string_split(counts_for, ';'), 'SQ') GROUP BY ALL
        ), hours AS (
            SELECT receipt_id, service_id, sum({_MINUTES}) / 60 AS hours FROM cover WHERE cover_scope = 'ALL' GROUP BY ALL
        ), place AS (
            SELECT moment, provider_code, receipt_id, service_id, service_function,
                unnest(string_split(areas_served, ';')) AS area
            FROM service AS s JOIN in_force USING (provider_code, receipt_id)
            WHERE coalesce(closed_on >= first_day, true) AND coalesce(opened_on <= last_day, true)
        ), counted AS (
            SELECT area, moment, count(DISTINCT service_function) AS functions,
                count(DISTINCT (provider_code, service_id)) AS services, round(sum(hours), 1) AS hours,
                sum(beds_registered)::BIGINT AS beds, count(DISTINCT provider_code) AS providers
            FROM place LEFT JOIN capacity USING (provider_code, receipt_id, service_id)
            LEFT JOIN hours USING (receipt_id, service_id) GROUP BY ALL
        )
        SELECT area, coalesce(area_name, '') AS area_name, t.functions AS functions_then,
            coalesce(n.functions, 0) AS functions_now, t.services AS services_then, coalesce(n.services, 0) AS services_now,
            t.hours AS hours_then, n.hours AS hours_now, t.beds AS beds_then, n.beds AS beds_now,
            coalesce(n.providers, 0) AS providers
        FROM (FROM counted WHERE moment = 'now') AS n FULL JOIN (FROM counted WHERE moment = 'then') AS t USING (area)
        LEFT JOIN area USING (area) ORDER BY area
        """,
    )  # fmt: skip


ALL: tuple[Making, ...] = (change,)
