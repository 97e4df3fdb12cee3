"""How provision changed in a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.table import FigureTable, Making, answers, table
from mds.services.hours import spells

if TYPE_CHECKING:
    import duckdb


@answers(110)
def change(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """What each area has now against a year ago: functions, services, hours of cover and beds."""
    return table(
        connection, "change", "A year's change",
        "By the questionnaires in force at the end of the period, and of the period a year before, of the services open then, in "
        "the network's own areas where the configuration lists them. Blank where nothing was in force then. Hours of cover in an "
        "ordinary week for the whole caseload, those of all services and kinds of cover added.",
        f"""
        WITH moment_of AS (
            SELECT 'now' AS moment, rp_start AS first_day FROM period
            UNION ALL SELECT 'then', (rp_start - INTERVAL 1 YEAR)::DATE FROM period
        ), place AS (
            SELECT moment, provider_code, receipt_id, service_id, service_function,
                unnest(string_split(areas_served, ';')) AS area
            FROM service JOIN running USING (receipt_id, provider_code, service_id) JOIN moment_of USING (first_day)
            WHERE at_end
        ), hours AS (
            SELECT receipt_id, service_id, sum(ends - begins) / 60 AS hours
            FROM ({spells("receipt_id, service_id, mode", "(FROM cover WHERE cover_scope = 'ALL')")}) GROUP BY ALL
        ), counted AS (
            SELECT area, moment, count(DISTINCT service_function) AS functions,
                count(DISTINCT (provider_code, service_id)) AS services, round(sum(hours), 1) AS hours,
                sum(beds_registered)::BIGINT AS beds, count(DISTINCT provider_code) AS providers
            FROM place LEFT JOIN capacity USING (provider_code, receipt_id, service_id)
            LEFT JOIN hours USING (receipt_id, service_id)
            WHERE area IN (FROM own_area) OR NOT EXISTS (FROM own_area) GROUP BY ALL
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
