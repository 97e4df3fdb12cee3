"""Short breaks: their kinds, where they are on offer, beds, and what was lost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mds.figures.statistics import rate
from mds.figures.statistics import share as share_of
from mds.figures.table import FigureTable, Making, Shape, answers, table
from mds.services.indicators.sql import OF_SERVICES, OPEN, share

if TYPE_CHECKING:
    import duckdb


@answers(52)
def kinds_of_short_break(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Short breaks of the period by kind, with nights and hours for each child who had one."""
    return table(
        connection, "kinds_of_short_break", "Kinds of short break",
        "Short breaks that children had in the period. Nights and hours are for each child who had any.",
        """
        SELECT break_type AS kind_of_break, count(*) AS breaks, count(DISTINCT person_key) AS children,
            sum(nights)::BIGINT AS nights,
            count(DISTINCT person_key) FILTER (nights > 0) AS children_with_nights,
            sum(hours) AS hours, count(DISTINCT person_key) FILTER (hours > 0) AS children_with_hours,
            count(DISTINCT provider_code) AS providers
        FROM short_break AS b JOIN period AS p ON p.rp_start = b.rp_start
        JOIN referral USING (receipt_id, provider_code, referral_id) JOIN link USING (provider_code, local_patient_id)
        WHERE nights > 0 OR hours > 0 GROUP BY break_type ORDER BY break_type
        """,
        Shape(
            counts=("breaks", "children", "nights", "children_with_nights", "hours", "children_with_hours"),
            derived={
                "nights_a_child": rate("nights", "children_with_nights", 1),
                "hours_a_child": rate("hours", "children_with_hours", 1),
            },
            resting={"nights": "children_with_nights", "hours": "children_with_hours"},
        ),
    )  # fmt: skip


@answers(52)
def short_breaks(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """In which places short breaks and day care are on offer in each area."""
    return table(
        connection, "short_breaks", "Short breaks on offer",
        "Services for short breaks, day care and stays in each area, by the places in which they give care.",
        f"""
        WITH given AS (
            SELECT provider_code, service_id, unnest(string_split(coalesce(settings, 'not stated'), ';')) AS setting
            FROM {OPEN} WHERE service_function IN ('SBK', 'HDC', 'HIP')
        )
        SELECT area, area_name, setting, count(DISTINCT (g.provider_code, g.service_id)) AS services,
            count(DISTINCT g.provider_code) AS providers
        FROM given AS g JOIN offered USING (provider_code, service_id) JOIN area USING (area)
        GROUP BY area, area_name, setting ORDER BY area, setting
        """,
    )  # fmt: skip


@answers(54)
def beds(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Bed nights available, used, and closed for lack of staff."""
    used = "bed_nights_used IS NOT NULL AND bed_nights_available IS NOT NULL"
    closed = "bed_nights_closed_staffing IS NOT NULL AND bed_nights_available IS NOT NULL"
    return table(
        connection, "beds", "Bed nights",
        "Used: of those available, in services that told both. Closed: of those available and those closed for lack of staff, in "
        "services that told both.",
        f"""
        SELECT sum(bed_nights_used) FILTER ({used})::BIGINT AS used,
            sum(bed_nights_available) FILTER ({used})::BIGINT AS available,
            sum(bed_nights_closed_staffing) FILTER ({closed})::BIGINT AS closed,
            sum(bed_nights_available + bed_nights_closed_staffing)::BIGINT AS of_nights,
            {share(f"sum(bed_nights_closed_staffing) FILTER ({closed})",
                   "sum(bed_nights_available + bed_nights_closed_staffing)")} AS closed_share,
            count(DISTINCT provider_code) AS providers
        FROM capacity {OF_SERVICES} WHERE {used} OR {closed}
        """,
        Shape(counts=("used",), derived={"used_share": replace(share_of("used", "available"), whole="used")}),
    )  # fmt: skip


_OVERNIGHT = "(nights > 0 OR (hours IS NULL AND (nights = 0 OR break_type = 'HB')))"
"""SQL: whether a short break is told in nights; else in hours."""


@answers(54)
def lost_short_breaks(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Short breaks that were offered and not delivered, by who cancelled them, beside beds closed for lack of staff."""
    return table(
        connection, "lost_short_breaks", "Short breaks that were lost",
        "Breaks of the period of which less was delivered than offered, in nights or in hours, by who cancelled; the share is of "
        "all that was offered in these units. A shortage of staff is behind those that the provider's staffing or a closed bed "
        "cancelled. Below them, from the questionnaires, the bed nights closed for lack of staff, of those available and closed.",
        f"""
        WITH told AS (
            SELECT provider_code, CASE WHEN {_OVERNIGHT} THEN 'nights' ELSE 'hours' END AS unit, cancelled_by,
                offered_units AS offered, coalesce(CASE WHEN {_OVERNIGHT} THEN nights ELSE hours END, 0) AS delivered
            FROM short_break AS b JOIN period AS p ON p.rp_start = b.rp_start WHERE offered_units IS NOT NULL
        ), whole AS (
            SELECT unit, sum(offered) AS of_offered, count(*) AS of_breaks FROM told GROUP BY unit
        ), lost AS (
            SELECT unit, coalesce(cancelled_by, 'not stated') AS cancelled_by, count(*) AS breaks, sum(offered) AS offered,
                sum(delivered) AS delivered, any_value(of_offered) AS of_offered, any_value(of_breaks) AS of_breaks,
                count(DISTINCT provider_code) AS providers
            FROM told JOIN whole USING (unit) WHERE offered > delivered GROUP BY ALL
            UNION ALL
            SELECT 'bed nights', 'closed for lack of staff', NULL, sum(bed_nights_available + bed_nights_closed_staffing),
                sum(bed_nights_available), sum(bed_nights_available + bed_nights_closed_staffing), NULL,
                count(DISTINCT provider_code)
            FROM capacity {OF_SERVICES}
            WHERE bed_nights_closed_staffing IS NOT NULL AND bed_nights_available IS NOT NULL HAVING count(*) > 0
        )
        SELECT unit, cancelled_by, breaks, offered, CASE WHEN breaks IS NOT NULL THEN delivered END AS delivered,
            offered - delivered AS lost, of_offered, of_breaks, providers
        FROM lost ORDER BY list_position(['nights', 'hours', 'bed nights'], unit), cancelled_by
        """,
        # The sums are rounded too: with what was delivered, exact ones would tell what is hidden of a single break.
        Shape(
            counts=("breaks", "offered", "delivered", "lost", "of_offered", "of_breaks"),
            derived={"share": share_of("lost", "of_offered")},
            resting={"offered": "breaks", "delivered": "breaks", "lost": "breaks", "of_offered": "of_breaks"},
        ),
    )  # fmt: skip


ALL: tuple[Making, ...] = (
    kinds_of_short_break,
    short_breaks,
    beds,
    lost_short_breaks,
)
