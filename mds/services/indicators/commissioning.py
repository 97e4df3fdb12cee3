"""Who commissions what and with whom, and who leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.statistics import rate
from mds.figures.table import FigureTable, Making, Shape, answers, table
from mds.services.commissioners import COUNTED, DIFFERING, ONCE
from mds.services.indicators.sql import ANSWERED, OF_SERVICES, OPEN, share

if TYPE_CHECKING:
    import duckdb

NHS_ENGLAND = "X24|Y5[6-9]|Y6[0-3]"
"""Codes of NHS England and its regions, as a pattern."""


@answers(100)
def commissioning_levels(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Income for each function from national and from local commissioners."""
    return table(
        connection, "commissioning_levels", "Commissioned nationally or locally",
        "National: NHS England and its grant. Local: integrated care boards, local authorities, joint budgets.",
        f"""
        SELECT service_function AS function, financial_year,
            sum(amount_gbp) FILTER (funder IN ('NHSE', 'CHG'))::BIGINT AS national_pounds,
            sum(amount_gbp) FILTER (funder IN ('ICB', 'LA', 'JNT', 'CHC', 'PHB'))::BIGINT AS local_pounds,
            count(DISTINCT f.provider_code) AS providers
        FROM funding AS f {ANSWERED} JOIN {OPEN} AS s USING (receipt_id, provider_code, service_id)
        GROUP BY ALL ORDER BY function, financial_year
        """,
    )  # fmt: skip


@answers(100)
def commissioned_functions(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Which functions national and local commissioners say that they commission."""
    return table(
        connection, "commissioned_functions", "Functions commissioned",
        "Commissioners that name the function, of those that answered for themselves. National: NHS England and its regions "
        f"({NHS_ENGLAND}). Local: all others. {ONCE}",
        f"""
        WITH answer AS (
            SELECT DISTINCT provider_code, commissioner_code, commissioner_code SIMILAR TO '{NHS_ENGLAND}' AS national,
                unnest(string_split(functions_commissioned, ';')) AS function
            FROM {COUNTED}
        )
        SELECT function, count(DISTINCT commissioner_code) FILTER (national) AS national,
            count(DISTINCT commissioner_code) FILTER (NOT national) AS local,
            (SELECT count(DISTINCT commissioner_code) FROM answer) AS of_commissioners, count(DISTINCT provider_code) AS providers
        FROM answer GROUP BY function ORDER BY function
        """,
    )  # fmt: skip


@answers(101)
def joint_contracts(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Contracts that a lead commissioner holds for others, and for how many."""
    return table(
        connection, "joint_contracts", "Commissioning together",
        "Lines of funding with a lead commissioner, of those that told, and with associates, of all lines from commissioners.",
        f"""
        SELECT financial_year, count(*) FILTER (lead_commissioner = 'Y') AS with_lead, count(lead_commissioner) AS of_told,
            count(*) FILTER (associates IS NOT NULL) AS with_associates, count(*) AS of_contracts,
            coalesce(sum(len(string_split(associates, ';'))), 0)::BIGINT AS associates, count(DISTINCT provider_code) AS providers
        FROM funding {OF_SERVICES} WHERE funder IN ('ICB', 'NHSE', 'LA', 'JNT') GROUP BY financial_year ORDER BY financial_year
        """,
        Shape(derived={"associates_each": rate("associates", "with_associates", 1)}),
    )  # fmt: skip


@answers(101, 111)
def partners(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Commissioners that commission together with others, as they have to, and with how many."""
    return table(
        connection, "partners", "Partners in commissioning",
        f"Commissioners that name partners, of those that answered for themselves, and how many partners these name. {ONCE}",
        f"""
        SELECT count(joint_with) AS with_partners, count(*) AS of_commissioners,
            {share("count(joint_with)", "count(*)")} AS share,
            coalesce(sum(len(string_split(joint_with, ';'))), 0)::BIGINT AS partners,
            max(rp_end)::VARCHAR AS newest, (SELECT count(DISTINCT commissioner_code) FROM {DIFFERING}) AS told_differently,
            count(DISTINCT provider_code) AS providers
        FROM {COUNTED}
        """,
        Shape(derived={"partners_each": rate("partners", "with_partners", 1)}),
    )  # fmt: skip


@answers(103)
def commissioners(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Commissioners that name children's palliative care in a published plan, with their own estimate of need."""
    return table(
        connection, "commissioners", "Commissioners' plans",
        f"As the commissioners answered for themselves: of those that told. {ONCE}",
        f"""
        SELECT count(*) FILTER (in_strategy = 'Y') AS in_a_plan, count(in_strategy) AS of_commissioners,
            {share("count(*) FILTER (in_strategy = 'Y')", "count(in_strategy)")} AS share,
            sum(need_estimate)::BIGINT AS children_in_need, sum(accessed_hospice)::BIGINT AS used_hospice_care,
            max(rp_end)::VARCHAR AS newest, (SELECT count(DISTINCT commissioner_code) FROM {DIFFERING}) AS told_differently,
            count(DISTINCT provider_code) AS providers
        FROM {COUNTED}
        """,
        Shape(counts=("children_in_need", "used_hospice_care")),
    )  # fmt: skip


@answers(113)
def leads(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Organisations with a named accountable lead, and meetings of the network that they attended."""
    return table(
        connection, "leads", "Leads and network", "Organisations with a named lead, of those that told.",
        f"""
        SELECT count(*) FILTER (accountable_lead = 'Y') AS with_lead, count(accountable_lead) AS of_organisations,
            {share("count(*) FILTER (accountable_lead = 'Y')", "count(accountable_lead)")} AS share,
            sum(network_meetings_attended)::BIGINT AS meetings_attended, count(DISTINCT provider_code) AS providers
        FROM organisation {ANSWERED}
        """,
    )  # fmt: skip


@answers(113)
def area_leads(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Organisations at work in each area with a named accountable lead, and the meetings of the network that they attended."""
    return table(
        connection, "area_leads", "Leads and network in each area",
        "Organisations with a named lead, of those that serve the area and told.",
        f"""
        WITH serving AS (
            SELECT DISTINCT area, provider_code, accountable_lead, network_meetings_attended, network_codes
            FROM offered JOIN (FROM organisation {ANSWERED}) USING (provider_code)
        )
        SELECT area, area_name, count(*) FILTER (accountable_lead = 'Y') AS with_lead,
            count(accountable_lead) AS of_organisations,
            {share("count(*) FILTER (accountable_lead = 'Y')", "count(accountable_lead)")} AS share,
            count(network_codes) AS members_of_a_network, sum(network_meetings_attended)::BIGINT AS meetings_attended,
            count(DISTINCT provider_code) AS providers
        FROM area LEFT JOIN serving USING (area) GROUP BY area, area_name ORDER BY area
        """,
    )  # fmt: skip


ALL: tuple[Making, ...] = (
   
    commissioning_levels,
    commissioned_functions,
    joint_contracts,
    partners,
    commissioners,
    leads,
    area_leads,
)  # fmt: skip
