"""The scorecard of a network's data: each dimension for the network, and for each provider over the periods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.duck import literal
from mds.figures.charts import Chart
from mds.figures.statistics import share
from mds.figures.table import FigureTable, Making, Shape, answers, table
from mds.network.quality.dimensions import DIMENSIONS, Dimension

if TYPE_CHECKING:
    import duckdb


def _valued(dimension: Dimension) -> str:
    return f"(SELECT *, {dimension.value('part', 'whole')} AS value FROM ({dimension.sql}))"


@answers(114, 121)
def scorecard(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Each dimension of data quality for the network as a whole, and how far its providers are apart."""
    lines = " UNION ALL BY NAME ".join(
        f"""
        SELECT {place} AS place, '{one.name}' AS dimension, '{one.unit}' AS unit, rp_start,
            round({one.value("sum(part)", "sum(whole)")}, 1) AS network, round(median(value), 1) AS median,
            round(min(value), 1) AS lowest, round(max(value), 1) AS highest,
            {"sum(whole)::BIGINT" if one.of_rows else "NULL::BIGINT"} AS rests_on, count(value) AS providers,
            {literal(one.formula)} AS formula
        FROM {_valued(one)} GROUP BY rp_start
        """
        for place, one in enumerate(DIMENSIONS)
    )
    return table(
        connection, "scorecard", "Data quality of the network",
        "Each by its formula, in per cent or in days. The network's figure is worked out over the rows of all providers "
        "together; the median, the lowest and the highest are of the providers' own figures. Before is the network's figure for "
        "the period before, and rests on is how many rows, or cells of rows, stand below the line.",
        f"""
        WITH line AS ({lines}),
            before AS (
                SELECT place, network AS before FROM line
                WHERE rp_start = (SELECT max(rp_start) FROM commissioned_then WHERE rp_start < (SELECT rp_start FROM period))
            )
        SELECT dimension, unit, network, median, lowest, highest, before, rests_on, providers, formula
        FROM line JOIN period USING (rp_start) LEFT JOIN before USING (place) ORDER BY place
        """,
        Shape(("rests_on",), resting=dict.fromkeys(("network", "median", "lowest", "highest"), "rests_on"),
              rough=("median", "lowest", "highest"),
              chart=Chart("dots", "dimension", "median", low="lowest", high="highest", by="unit")),
    )  # fmt: skip


def _of(dimension: Dimension) -> Making:
    """The function that makes the table of one dimension."""

    def of_dimension(connection: duckdb.DuckDBPyConnection) -> FigureTable:
        is_share = dimension.unit == "%"
        return table(
            connection, f"quality_{dimension.name}", dimension.title,
            f"{dimension.formula} One line a provider and period, blank where it sent no rows; the median is that of the "
            "network's providers in the period.",
            f"""
            SELECT provider_code, rp_start AS period_from, part AS {dimension.part}, whole AS {dimension.whole},
                round(median(value) OVER of_period, 1) AS network_median, count(value) OVER of_period AS providers
            FROM commissioned_then LEFT JOIN {_valued(dimension)} USING (provider_code, rp_start)
            WINDOW of_period AS (PARTITION BY rp_start) ORDER BY provider_code, rp_start
            """,
            Shape((dimension.part, dimension.whole) if dimension.of_rows else (),
                  {"share": share(dimension.part, dimension.whole)} if is_share else {},
                  rough=("network_median",) if is_share else (),
                  chart=Chart("run", "period_from", "share" if is_share else dimension.part, by="provider_code",
                              unit=dimension.unit)),
        )  # fmt: skip

    of_dimension.__name__ = dimension.name
    of_dimension.__doc__ = (
        f"{dimension.title} of each provider's returns, over the periods, beside the network's median."
    )
    return answers(121)(of_dimension)


ALL: tuple[Making, ...] = (scorecard, *map(_of, DIMENSIONS))
