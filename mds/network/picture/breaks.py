"""Short breaks: for what reason, how near to home, with the whole family, and what was offered and lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.charts import Chart
from mds.figures.sharing import by_size
from mds.figures.statistics import rate, share
from mds.figures.table import FigureTable, Making, Shape, answers, table
from mds.network.picture.told import sent_under_referrals

if TYPE_CHECKING:
    import duckdb

_GIVEN = f"(FROM {sent_under_referrals('short_break')} WHERE nights > 0 OR hours > 0)"

_OFFERED = f"""(
    SELECT *, CASE WHEN nights IS NOT NULL OR hours IS NULL AND break_type = 'HB' THEN 'nights' ELSE 'hours' END AS unit,
        coalesce(nights, hours, 0) AS had, greatest(offered_units - had, 0) AS lost
    FROM {sent_under_referrals("short_break")} WHERE offered_units > 0
)"""
"""Breaks of which it is told how many nights or hours were offered. One that was cancelled without a word is lost."""


@answers(46, 52)
def breaks_by_reason(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Short breaks and stays of the period by reason, with nights and hours for each child who had one."""
    return table(
        connection, "breaks_by_reason", "Reasons for short breaks and stays",
        "Breaks and stays that children had in the period. Nights and hours are for each child who had any.",
        f"""
        SELECT stay_reason, count(*) AS breaks, sum(count(*)) OVER ()::BIGINT AS of_breaks,
            count(DISTINCT person_key) AS children, sum(nights)::BIGINT AS nights,
            count(DISTINCT person_key) FILTER (nights > 0) AS overnight_children,
            sum(hours)::DOUBLE AS hours, count(DISTINCT person_key) FILTER (hours > 0) AS day_children,
            count(DISTINCT provider_code) AS providers
        FROM {_GIVEN} GROUP BY stay_reason ORDER BY {by_size("breaks")}, stay_reason
        """,
        Shape(("breaks", "of_breaks", "children", "nights", "overnight_children", "hours", "day_children"),
              {"share": share("breaks", "of_breaks"), "nights_a_child": rate("nights", "overnight_children", 1),
               "hours_a_child": rate("hours", "day_children", 1)},
              {"nights": "overnight_children", "hours": "day_children"},
              fields=("short_break.stay_reason",), chart=Chart("bars", "stay_reason", "breaks", unit="breaks and stays")),
    )  # fmt: skip


@answers(53)
def breaks_near_home(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Short breaks of the period at home, and away from home by distance."""
    return table(
        connection, "breaks_near_home", "At home and near home",
        "Breaks that children had in the period. At home: hospice at home, sitting and domiciliary care. Others by the straight "
        "line from the child's home to the provider's registered address, which need not be where the break was.",
        f"""
        SELECT CASE WHEN break_type IN ('HH', 'SI', 'DC') THEN 'at home' ELSE coalesce(distance_band, 'not known') END
                AS distance,
            count(*) AS breaks, sum(count(*)) OVER ()::BIGINT AS of_breaks, count(DISTINCT person_key) AS children,
            count(DISTINCT provider_code) AS providers
        FROM {_GIVEN} GROUP BY distance ORDER BY distance <> 'at home', distance
        """,
        Shape(("breaks", "of_breaks", "children"), {"share": share("breaks", "of_breaks")},
              fields=("short_break.distance_band",), chart=Chart("bars", "distance", "share", unit="% of the breaks")),
    )  # fmt: skip


@answers(52)
def whole_family_breaks(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Short breaks of the period on which the whole family stayed, by kind."""
    return table(
        connection, "whole_family_breaks", "Breaks with the whole family",
        "Breaks that children had in the period with the whole family, of those of which it is told.",
        f"""
        SELECT break_type AS kind_of_break, count(*) FILTER (whole_family = 'Y') AS with_family, count(*) AS of_breaks,
            count(DISTINCT person_key) FILTER (whole_family = 'Y') AS children, count(DISTINCT provider_code) AS providers
        FROM {_GIVEN} WHERE whole_family IN ('Y', 'N') GROUP BY break_type ORDER BY break_type
        """,
        Shape(("with_family", "of_breaks", "children"), {"share": share("with_family", "of_breaks")},
              fields=("short_break.whole_family",), chart=Chart("bars", "kind_of_break", "share", unit="% of the breaks")),
    )  # fmt: skip


@answers(54)
def breaks_offered(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Nights and hours of short breaks offered and delivered in the period, by kind."""
    return table(
        connection, "breaks_offered", "Short breaks offered and delivered",
        "In nights for stays overnight and in hours for others, of breaks of which the offer is told. More than was offered does "
        "not make up for what was lost elsewhere.",
        f"""
        SELECT break_type AS kind_of_break, unit, count(DISTINCT person_key) AS children, count(*) AS breaks,
            count(*) FILTER (had = 0) AS not_delivered, sum(offered_units)::DOUBLE AS offered,
            sum(offered_units - lost)::DOUBLE AS delivered, sum(lost)::DOUBLE AS lost, count(DISTINCT provider_code) AS providers
        FROM {_OFFERED} GROUP BY break_type, unit ORDER BY break_type, unit
        """,
        Shape(("children", "breaks", "not_delivered"), {"share": share("delivered", "offered")},
              {"offered": "children", "delivered": "children", "lost": "children"},
              ("short_break.offered_units",), Chart("bars", "kind_of_break", "share", unit="% delivered of what was offered")),
    )  # fmt: skip


@answers(54)
def breaks_lost(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Short breaks that were lost in full or in part, by who cancelled: family, staffing, a closed bed, illness."""
    return table(
        connection, "breaks_lost", "Short breaks lost",
        "Breaks of the period with less delivered than offered. Staffing and closed beds are losses on the provider's side.",
        f"""
        SELECT coalesce(cancelled_by, 'not told') AS cancelled_by, count(*) AS breaks,
            sum(count(*)) OVER ()::BIGINT AS of_breaks, count(DISTINCT person_key) AS children,
            coalesce(sum(lost) FILTER (unit = 'nights'), 0)::DOUBLE AS nights,
            coalesce(sum(lost) FILTER (unit = 'hours'), 0)::DOUBLE AS hours, count(DISTINCT provider_code) AS providers
        FROM {_OFFERED} WHERE lost > 0 GROUP BY 1 ORDER BY {by_size("breaks")}, 1
        """,
        Shape(("breaks", "of_breaks", "children"), {"share": share("breaks", "of_breaks")},
              {"nights": "children", "hours": "children"}, ("short_break.cancelled_by",),
              Chart("bars", "cancelled_by", "breaks", unit="breaks lost")),
    )  # fmt: skip


ALL: tuple[Making, ...] = (breaks_by_reason, breaks_near_home, whole_family_breaks, breaks_offered, breaks_lost)
