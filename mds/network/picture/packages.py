"""Packages of care: hours assessed and not delivered, and continuing care from application to package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.charts import Chart
from mds.figures.statistics import share
from mds.figures.table import FigureTable, Making, Shape, answers, table
from mds.network.picture.told import TOLD_BY, sent

if TYPE_CHECKING:
    import duckdb

_SIZES = (("under 21 hours", 0), ("21 to 83 hours", 21), ("84 to 167 hours", 84), ("round the clock", 168))
"""Size of a package and its first hour in a week: under three hours a day, under half of all hours, more, and all."""


@answers(55)
def package_hours(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Hours of care a week that children were assessed for against those delivered, by size of the package."""
    sizes = ", ".join(f"({place}, '{size}', {first})" for place, (size, first) in enumerate(_SIZES))
    return table(
        connection, "package_hours", "Hours assessed and delivered",
        "Packages of episodes that were open in the period, by the hours assessed for a week (168 is round the clock). Delivered "
        "is the average of the period, of packages of which it is told; more than was assessed counts as assessed. Two providers "
        "that tell of one package are two packages.",
        f"""
        WITH size AS (FROM (VALUES {sizes}) AS s(place, size, first_hour)), package AS (
            SELECT r.*, (SELECT max(place) FROM size WHERE first_hour <= assessed_hours_week) AS place
            FROM {sent("referral")} AS r
            WHERE assessed_hours_week > 0 AND referral_outcome = 'A' AND episode_start <= rp_end
                AND coalesce(episode_end >= rp_start, true)
        )
        SELECT size, count(*) FILTER (delivered_hours_week < assessed_hours_week) AS short_packages,
            count(delivered_hours_week) AS of_packages, count(*) - count(delivered_hours_week) AS not_told,
            count(DISTINCT person_key) AS children,
            sum(assessed_hours_week) FILTER (delivered_hours_week IS NOT NULL)::DOUBLE AS assessed,
            sum(least(delivered_hours_week, assessed_hours_week)) FILTER (delivered_hours_week IS NOT NULL)::DOUBLE AS delivered,
            count(DISTINCT provider_code) AS providers
        FROM package JOIN size USING (place) GROUP BY place, size ORDER BY place
        """,
        Shape(("short_packages", "of_packages", "not_told", "children"),
              {"share": share("short_packages", "of_packages"), "hours_share": share("delivered", "assessed")},
              {"assessed": "of_packages", "delivered": "of_packages"},
              ("referral.assessed_hours_week", "referral.delivered_hours_week"),
              Chart("bars", "size", "hours_share", unit="% of the hours delivered")),
    )  # fmt: skip


@answers(102)
def continuing_care(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Days from the application for continuing care to the package, by phase of illness."""
    return table(
        connection, "continuing_care", "Continuing care, from application to package",
        "Packages that began in the period, and applications without a package at the census date. What several providers tell "
        "of one application is one. By the child's latest phase, for the fast track is for those who deteriorate; not on the "
        "caseload: children who died or left since. An application that was refused looks like one that waits.",
        f"""
        WITH application AS (
            SELECT person_key, cc_application_date AS applied_on, min(cc_package_date) AS began_on,
                max(reference_date) AS census, list(DISTINCT provider_code) AS told_by
            FROM {sent("referral")} WHERE cc_application_date <= reference_date GROUP BY ALL
        ), judged AS (
            SELECT coalesce(phase_code, 'not on the caseload') AS phase, told_by,
                CASE WHEN began_on BETWEEN rp_start AND rp_end THEN began_on - applied_on END AS days,
                CASE WHEN began_on IS NULL THEN census - applied_on END AS days_waited
            FROM application CROSS JOIN period LEFT JOIN caseload USING (person_key)
            WHERE began_on IS NULL OR began_on BETWEEN rp_start AND rp_end
        )
        SELECT phase, count(days) AS packages, count(*) AS of_applications, median(days) AS days, max(days) AS longest,
            count(days_waited) AS waiting, median(days_waited) AS days_so_far,
            {TOLD_BY} AS providers
        FROM judged GROUP BY phase ORDER BY phase
        """,
        Shape(("packages", "of_applications", "waiting"), {"share": share("packages", "of_applications")},
              {"days": "packages", "longest": "packages", "days_so_far": "waiting"},
              ("referral.cc_application_date", "referral.cc_package_date"),
              Chart("bars", "phase", "days", unit="days, median")),
    )  # fmt: skip


ALL: tuple[Making, ...] = (package_hours, continuing_care)
