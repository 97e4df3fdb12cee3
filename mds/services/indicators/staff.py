"""Staff in post and vacant, teams, and children for each nurse."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mds.figures.statistics import rate
from mds.figures.table import FigureTable, Making, Shape, answers, table
from mds.services.indicators.sql import OF_SERVICES, listed, share
from mds_schemas import codes

if TYPE_CHECKING:
    import duckdb

GUIDANCE = 20
"""Whole-time community children's nurses for a child population of 50,000, as professional guidance asks."""

LETTER_GROUPS = {
    "community children's nurses": ("NCN",),
    "specialist consultants": ("MCP",),
    "hospice nurses": ("NHO",),
    "allied health professionals": ("PHY", "OCC", "SLT", "DIE", "PLA"),
}
"""The groups that the workforce letter of the sector reports separately."""

NURSES = ("NCN", "NHO", "NCS", "NNN", "NOT")
"""Staff groups that are registered nurses."""


def _groups() -> str:
    """(name of a group, staff group): the letter's groups, each staff group by itself, and all but the volunteers."""
    pairs = [
        f"('{name.replace(chr(39), chr(39) * 2)}', '{code}')" for name, group in LETTER_GROUPS.items() for code in group
    ]
    return f"""
        (SELECT * FROM (VALUES {", ".join(pairs)}) AS g(staff, code)
         UNION ALL
         SELECT unnest(CASE WHEN staff_group = 'VOL' THEN [staff_group] ELSE [staff_group, 'all staff'] END), staff_group
         FROM (SELECT DISTINCT staff_group FROM workforce))
    """


@answers(84, 86, 87, 88)
def workforce(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """People, funded and filled posts and vacancies by staff group, with and without the voluntary sector."""
    return table(
        connection, "workforce", "Workforce and vacancies",
        "Vacancy rate: vacant whole-time equivalents of those funded. Vacant over 3 months: of those funded in rows that tell "
        "of it. Volunteers are counted by heads only, and not among all staff.",
        f"""
        SELECT staff, counted, sum(headcount)::BIGINT AS headcount, sum(wte_in_post) AS wte_in_post,
            sum(vacant) AS vacant, sum(wte_funded) AS funded,
            {share("sum(vacant)", "sum(wte_funded)")} AS vacancy_rate, sum(wte_vacant_3m) AS long_vacant,
            sum(wte_funded) FILTER (wte_vacant_3m IS NOT NULL) AS of_funded,
            {share("sum(wte_vacant_3m)", "sum(wte_funded) FILTER (wte_vacant_3m IS NOT NULL)")} AS vacant_over_3_months,
            count(DISTINCT provider_code) AS providers
        FROM (
            SELECT w.*, greatest(0, wte_funded - wte_in_post) AS vacant, staff, unnest(
                CASE WHEN sector <> 'VOL' THEN ['all sectors', 'without the voluntary sector'] ELSE ['all sectors'] END
            ) AS counted
            FROM workforce AS w {OF_SERVICES} LEFT JOIN organisation AS o USING (receipt_id, provider_code)
            JOIN {_groups()} AS g ON code = staff_group
        )
        GROUP BY staff, counted ORDER BY staff, counted
        """,
    )  # fmt: skip


@answers(50)
def nurses_for_children(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Community children's nurses in post against the guidance for the children of the network."""
    return table(
        connection, "nurses", "Community children's nurses for 50,000 children",
        "Whole-time equivalents in post for 50,000 people under 18 of the areas whose population is loaded. "
        f"Guidance: at least {GUIDANCE}.",
        f"""
        SELECT sum(wte_in_post) AS wte_in_post, any_value(people) AS people_0_17,
            round(50000 * sum(wte_in_post) / nullif(any_value(people), 0), 1) AS for_50000, {GUIDANCE} AS guidance,
            count(DISTINCT provider_code) AS providers
        FROM workforce {OF_SERVICES} CROSS JOIN (SELECT sum(people_0_17)::BIGINT AS people FROM named)
        WHERE staff_group = 'NCN'
        """,
    )  # fmt: skip


@answers(90)
def children_per_nurse(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children on the caseload for each whole-time nurse in post, by provider and period."""
    return table(
        connection, "children_per_nurse", "Children for each nurse",
        "Children over whole-time registered nurses in post by the questionnaire then in force, in this period and those before. "
        "Children on the caseload on the census date by the child rows; where a provider sent none for the period, all children "
        "of the period that it counted in the questionnaire, once for each service.",
        f"""
        WITH then_in_force AS (
            SELECT first_day AS period_from, receipt_id, provider_code, service_id
            FROM running JOIN moment USING (first_day) WHERE reported
        ), nurses AS (
            SELECT period_from, provider_code, sum(wte_in_post) AS nurses
            FROM workforce JOIN then_in_force USING (receipt_id, provider_code, service_id)
            WHERE staff_group IN ({listed(NURSES)}) GROUP BY ALL
        ), sent AS (
            SELECT rp_start AS period_from, provider_code, count(*) FILTER (caseload_status = 'A') AS children,
                'child rows' AS children_from
            FROM child GROUP BY ALL
        ), told AS (
            SELECT period_from, provider_code, sum(total_children) AS children, 'questionnaire' AS children_from
            FROM aggregate_caseload JOIN then_in_force USING (receipt_id, provider_code, service_id) GROUP BY ALL
        ), care AS (FROM sent UNION ALL FROM told ANTI JOIN sent USING (period_from, provider_code))
        SELECT period_from::VARCHAR AS period_from, provider_code, children::BIGINT AS children, children_from, nurses,
            1 AS providers
        FROM care JOIN nurses USING (period_from, provider_code) ORDER BY provider_code, period_from
        """,
        Shape(counts=("children",), derived={"children_a_nurse": replace(rate("children", "nurses", 1), whole="children")}),
    )  # fmt: skip


@answers(91)
def skill_mix(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """In how many teams each staff group is present, those that nobody has among them."""
    return table(
        connection, "skill_mix", "Skill mix", "Providers with anybody of the group in post, of those that told of their staff.",
        f"""
        WITH team AS (SELECT provider_code, staff_group, wte_in_post > 0 OR headcount > 0 AS present FROM workforce {OF_SERVICES})
        SELECT staff, count(DISTINCT provider_code) FILTER (present) AS present,
            (SELECT count(DISTINCT provider_code) FROM team) AS of_providers,
            (SELECT count(DISTINCT provider_code) FROM team) AS providers
        FROM (SELECT unnest([{listed(codes.load("CL31"))}]) AS staff) LEFT JOIN team ON staff_group = staff
        GROUP BY staff ORDER BY present DESC, staff
        """,
    )  # fmt: skip


ALL: tuple[Making, ...] = (
    workforce,
    nurses_for_children,
    children_per_nurse,
    skill_mix,
)
