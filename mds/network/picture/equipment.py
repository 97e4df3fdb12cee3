"""Equipment and adaptations: how long they take, what becomes of requests, and what comes too late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.charts import Chart
from mds.figures.sharing import by_size
from mds.figures.statistics import share
from mds.figures.table import FigureTable, Making, Shape, answers, table
from mds.network.picture.told import TOLD_BY, measured, sent

if TYPE_CHECKING:
    import duckdb

LONG = 182
"""Days of waiting from which rule CP403020Q asks."""

_REQUESTS = f"""
    told AS (
        SELECT *, row_number() OVER (
            PARTITION BY provider_code, person_key, item_kind, requested_date ORDER BY request_id
        ) AS turn
        FROM {sent("equipment_request")}
    ), each AS (
        SELECT person_key, item_kind, requested_date, min(delivered_date) AS delivered_on, max(reference_date) AS census,
            arg_min(outcome, list_position(['D', 'T', 'R', 'W'], outcome)) AS outcome, list(DISTINCT provider_code) AS told_by
        FROM told GROUP BY person_key, item_kind, requested_date, turn
    ), request AS (
        SELECT each.*, death_month, CASE WHEN delivered_on >= rp_start THEN delivered_on - requested_date END AS days,
            CASE WHEN outcome = 'W' THEN census - requested_date END AS days_waited
        FROM each CROSS JOIN period LEFT JOIN ended USING (person_key) WHERE coalesce(delivered_on >= rp_start, true)
    )
"""
"""The requests that were settled in the period, as far as their days tell, or waited at its end. What two providers tell of one
child, day and kind is one request."""


@answers(38)
def equipment_outcomes(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Requests for equipment and adaptations by kind and by what became of them in the period."""
    return table(
        connection, "equipment_outcomes", "What became of requests for equipment",
        "Requests of the period's returns, without those delivered before it. Too late: the child had died or outgrown it.",
        f"""
        WITH {_REQUESTS}
        SELECT item_kind AS equipment, count(*) FILTER (outcome = 'D') AS delivered, count(*) FILTER (outcome = 'W') AS waiting,
            count(*) FILTER (outcome = 'R') AS refused, count(*) FILTER (outcome = 'T') AS too_late,
            count(*) FILTER (outcome IS NULL) AS not_told, count(*) AS of_requests, count(DISTINCT person_key) AS children,
            {TOLD_BY} AS providers
        FROM request GROUP BY equipment ORDER BY {by_size("of_requests")}, equipment
        """,
        Shape(("delivered", "waiting", "refused", "too_late", "not_told", "of_requests", "children"),
              {"share": share("delivered", "of_requests")}, fields=("equipment_request.outcome",),
              chart=Chart("bars", "equipment", "share", unit="% of the requests delivered")),
    )  # fmt: skip


@answers(38)
def equipment_waits(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Days from request to delivery of equipment, and how long others have waited, by kind."""
    return table(
        connection, "equipment_waits", "Waits for equipment",
        "Days: the median from request to delivery of what was delivered in the period. Waiting: at the census date, with the "
        f"median of the days so far, and those that have waited for over {LONG} days.",
        f"""
        WITH {_REQUESTS}
        SELECT item_kind AS equipment, count(days) AS delivered, median(days) AS days, count(days_waited) AS waiting,
            median(days_waited) AS days_so_far, count(*) FILTER (days_waited > {LONG}) AS waiting_long,
            {TOLD_BY} AS providers
        FROM request WHERE days IS NOT NULL OR days_waited IS NOT NULL GROUP BY equipment ORDER BY equipment
        """,
        Shape(("delivered", "waiting", "waiting_long"), {"long_share": share("waiting_long", "waiting")},
              {"days": "delivered", "days_so_far": "waiting"},
              ("equipment_request.delivered_date", "equipment_request.outcome"),
              Chart("bars", "equipment", "days", unit="days, median")),
    )  # fmt: skip


@answers(38)
def equipment_too_late(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Requests for equipment that were too late for the child: delivered after death, or not in time."""
    measures = {
        "delivered after the month of death": ("delivered_on >= death_month + INTERVAL 1 MONTH", "days IS NOT NULL"),
        "too late: died or outgrown": ("outcome = 'T'", "outcome IN ('D', 'T')"),
        "waiting, though the child has died": ("death_month IS NOT NULL", "outcome = 'W'"),
    }
    return table(
        connection, "equipment_too_late", "Equipment that came too late",
        "Of what was delivered in the period; of what was delivered or too late; and of what waits at the census date. A "
        "delivery in the month of death itself is not counted as after it: the day of death is not known to the region.",
        f"WITH {_REQUESTS} {measured('request', measures, 'requests', 'of_requests')}",
        Shape(("requests", "of_requests"), {"share": share("requests", "of_requests")},
              fields=("equipment_request.outcome", "equipment_request.delivered_date")),
    )  # fmt: skip


ALL: tuple[Making, ...] = (equipment_outcomes, equipment_waits, equipment_too_late)
