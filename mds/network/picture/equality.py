"""Whether children of all ethnic groups are represented on the caseload, and in each kind of service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.charts import Chart
from mds.figures.statistics import byar_high, byar_low, ratio, share
from mds.figures.table import Derived, FigureTable, Making, Shape, answers, table
from mds.network.picture.caseload import PROVIDERS
from mds.network.rates import BY_ETHNIC_GROUP

if TYPE_CHECKING:
    from collections.abc import Callable

    import duckdb

_KNOWN_GROUP = "(FROM in_need JOIN known_at USING (person_key) WHERE ethnic_group <> 'not known')"


def _representation(of_count: Callable[[float], float]) -> Derived:
    """Share of the caseload over share of what is expected."""

    def work_out(children: int, of_children: int, expected: float, of_expected: float) -> float | None:
        expected_share = ratio(expected, of_expected, digits=9)
        return ratio(of_count(children), of_children * expected_share, digits=2) if expected_share else None

    return Derived(work_out, ("children", "of_children", "expected", "of_expected"))


_RATIOS = {
    "representation": _representation(float),
    "low": _representation(byar_low),
    "high": _representation(byar_high),
}


@answers(80, 81)
def representation(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Representation ratio by ethnic group: share of the caseload over share of the expected need."""
    rates = ", ".join(f"({place}, '{name}', {rate})" for place, (name, rate) in enumerate(BY_ETHNIC_GROUP.items()))
    return table(
        connection, "representation", "Representation of ethnic groups",
        "Share of the caseload over the share of the expected need, with Byar's 95 % limits: below 1 a group is less often known "
        "than expected. Aged 0 to 19, living in the network's areas, of known ethnic group. Expected: people of the group times "
        "its rate of 2009/10 (South Asian 48 of 10,000, Black 42, Chinese, mixed and other 31, White 27), the only rates by "
        "ethnic group that are published; only shares of them are used, because they must not be mixed with the totals of "
        "2017/18. Other Asian children count as South Asian. Without a snapshot of populations by ethnic group "
        "(ethnic_populations) there are only the shares of the caseload.",
        f"""
        WITH expected AS (
            SELECT need_group, sum(people * per_10000) / 10000 AS expected
            FROM ethnic_population JOIN shipped_ethnic_group ON code = ethnic_category
            JOIN (VALUES {rates}) AS rates(place, need_group, per_10000) USING (need_group) GROUP BY need_group
        ), known AS (
            SELECT need_group, count(DISTINCT person_key) AS children, {PROVIDERS}
            FROM {_KNOWN_GROUP} SEMI JOIN area ON area = lad_code WHERE age <= 19 GROUP BY need_group
        )
        SELECT need_group AS ethnic_group, coalesce(children, 0) AS children, sum(children) OVER ()::BIGINT AS of_children,
            round(expected, 2)::DOUBLE AS expected, round(sum(expected) OVER (), 2)::DOUBLE AS of_expected,
            coalesce(providers, 0) AS providers
        FROM (VALUES {rates}) AS rates(place, need_group, per_10000) LEFT JOIN known USING (need_group)
        LEFT JOIN expected USING (need_group) ORDER BY place
        """,
        Shape(("children", "of_children"), {
            "share": share("children", "of_children"), "expected_share": share("expected", "of_expected"), **_RATIOS,
        }, fields=("child.ethnic_category",),
            chart=Chart("dots", "ethnic_group", "representation", low="low", high="high", unit="share over expected share")),
    )  # fmt: skip


@answers(80)
def by_service(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Ethnic groups in each kind of provider, against their share of the whole caseload."""
    return table(
        connection, "ethnic_groups_by_service", "Ethnic groups by kind of service",
        "Share of each group among the children known to a kind of provider, over its share of the network's caseload, with "
        "Byar's 95 % limits: below 1 the group uses this kind of service less than the others. Of the children whose group is "
        "known.",
        f"""
        WITH known AS (FROM {_KNOWN_GROUP} JOIN commissioned USING (provider_code)), network AS (
            SELECT ethnic_group, count(*) AS expected, sum(count(*)) OVER ()::BIGINT AS of_expected
            FROM (SELECT DISTINCT person_key, ethnic_group FROM known) GROUP BY ethnic_group
        ), kind AS (
            SELECT provider_type, count(DISTINCT person_key) AS of_children, count(DISTINCT provider_code) AS of_kind
            FROM known GROUP BY provider_type
        )
        SELECT provider_type, ethnic_group, count(DISTINCT person_key) AS children, any_value(of_children) AS of_children,
            any_value(expected) AS expected, any_value(of_expected) AS of_expected, any_value(of_kind) AS providers
        FROM kind CROSS JOIN network LEFT JOIN known USING (provider_type, ethnic_group)
        GROUP BY provider_type, ethnic_group
        ORDER BY provider_type, list_position(['White', 'Mixed', 'Asian', 'Black', 'Other'], ethnic_group)
        """,
        Shape(("children", "of_children", "expected", "of_expected"),
              {"share": share("children", "of_children"), "network_share": share("expected", "of_expected"), **_RATIOS},
              fields=("child.ethnic_category",),
              chart=Chart("dots", "ethnic_group", "representation", by="provider_type", low="low", high="high",
                          unit="share over the network's share")),
    )  # fmt: skip


@answers(81)
def south_asian(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """South Asian share of the caseload by age band."""
    return table(
        connection, "south_asian", "South Asian children by age",
        "Indian, Pakistani, Bangladeshi and other Asian children, of the children whose ethnic group is known. A larger share of "
        "the younger ones than of the older ones tells of need to come.",
        f"""
        WITH known AS (
            SELECT person_key, provider_code, need_group, unnest(['all ages', band]) AS aged,
                unnest([99, first_age]) AS place FROM {_KNOWN_GROUP} WHERE band IS NOT NULL
        )
        SELECT aged, count(DISTINCT person_key) FILTER (need_group = 'South Asian') AS children,
            count(DISTINCT person_key) AS of_children, {PROVIDERS}
        FROM known GROUP BY aged, place ORDER BY place
        """,
        Shape(("children", "of_children"), {"share": share("children", "of_children")}, fields=("child.ethnic_category",)),
    )  # fmt: skip


ALL: tuple[Making, ...] = (representation, by_service, south_asian)
