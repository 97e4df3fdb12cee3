"""Income, spending, and what care costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.statistics import each
from mds.figures.statistics import share as share_of
from mds.figures.table import FigureTable, Making, Shape, answers, table
from mds.services.indicators.sql import OF_SERVICES, listed, share

if TYPE_CHECKING:
    import duckdb

STATUTORY = ("ICB", "NHSE", "CHG", "LA", "JNT", "CHC", "PHB")
"""Funders that spend public money."""

PAYERS = {"ICB": "NHS", "NHSE": "NHS", "CHG": "NHS", "CHC": "NHS", "PHB": "NHS", "LA": "local authority",
          "JNT": "joint or pooled", "CHA": "charity"}  # fmt: skip
"""Kind of funder → whose budget it is."""


@answers(96)
def income(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Income by financial year, funder and form of contract, with shares of the year."""
    return table(
        connection, "income", "Who pays, and how", "Shares of all income that was told for the year.",
        f"""
        SELECT financial_year, funder, coalesce(contract_form, '') AS contract_form, sum(amount_gbp)::BIGINT AS pounds,
            sum(sum(amount_gbp)) OVER (PARTITION BY financial_year)::BIGINT AS of_pounds,
            {share("sum(amount_gbp)", "sum(sum(amount_gbp)) OVER (PARTITION BY financial_year)")} AS share,
            count(DISTINCT provider_code) AS providers
        FROM funding {OF_SERVICES} GROUP BY financial_year, funder, contract_form ORDER BY financial_year, pounds DESC, funder
        """,
    )  # fmt: skip


@answers(96)
def statutory_income(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Share of the income of each financial year that public bodies pay."""
    public = f"sum(amount_gbp) FILTER (funder IN ({listed(STATUTORY)}))"
    return table(
        connection, "statutory_income", "Statutory share of income",
        "Paid by the NHS, local authorities and joint budgets, of the income whose funder is known.",
        f"""
        SELECT financial_year, coalesce({public}, 0)::BIGINT AS statutory_pounds, sum(amount_gbp)::BIGINT AS of_pounds,
            {share(f"coalesce({public}, 0)", "sum(amount_gbp)")} AS statutory_share, count(DISTINCT provider_code) AS providers
        FROM funding {OF_SERVICES} WHERE funder <> 'NK' GROUP BY financial_year ORDER BY financial_year
        """,
    )  # fmt: skip


@answers(97)
def contract_forms(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Share of each form of contract, pooled budgets and spot purchase among them, by financial year."""
    return table(
        connection, "contract_forms", "Forms of contract", "Shares of the year's income of which the form was told.",
        f"""
        SELECT financial_year, contract_form, sum(amount_gbp)::BIGINT AS pounds,
            sum(sum(amount_gbp)) OVER (PARTITION BY financial_year)::BIGINT AS of_pounds,
            {share("sum(amount_gbp)", "sum(sum(amount_gbp)) OVER (PARTITION BY financial_year)")} AS share,
            count(DISTINCT provider_code) AS providers
        FROM funding {OF_SERVICES} WHERE contract_form IS NOT NULL
        GROUP BY financial_year, contract_form ORDER BY financial_year, pounds DESC, contract_form
        """,
    )  # fmt: skip


_FOR_A_CHILD = Shape(counts=("children",), derived={"a_child": each("pounds", "children")})


@answers(94)
def service_costs(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Spending of each service by financial year."""
    return table(
        connection, "service_costs", "What each service costs",
        "Spending as told for the service, ORG for what the services of an organisation share.",
        f"""
        SELECT financial_year, provider_code, service_id, service_name, service_function AS function,
            spend_total_gbp AS pounds, children_supported AS children,
            1 AS providers
        FROM expenditure_activity {OF_SERVICES} LEFT JOIN service USING (receipt_id, provider_code, service_id)
        ORDER BY financial_year, provider_code, service_id
        """,
        _FOR_A_CHILD,
    )  # fmt: skip


_CATEGORIES = range(1, 5)
_CASE_MIX = f"""
    told AS (
        SELECT provider_code, sum(total_children) AS children, {", ".join(f"sum(act_{n}) AS act_{n}" for n in _CATEGORIES)},
            'questionnaire' AS source
        FROM aggregate_caseload {OF_SERVICES} GROUP BY provider_code
    ), sent AS (
        SELECT provider_code, count(*) AS children,
            {", ".join(f"count(*) FILTER (act_category = '{n}') AS act_{n}" for n in _CATEGORIES)}, 'child rows' AS source
        FROM child AS c JOIN period AS p ON p.rp_start = c.rp_start
        JOIN condition USING (receipt_id, provider_code, local_patient_id)
        WHERE caseload_status = 'A' AND is_primary = 'Y' GROUP BY provider_code
    ), mix AS (FROM told UNION ALL FROM sent ANTI JOIN told USING (provider_code))
"""
"""SQL: the ACT categories of the children of each provider."""


@answers(95)
def costs(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Spending, and its cost for a child, a contact and a bed night, by provider and year, with the case-mix beside it."""
    categories = [f"act_{n}" for n in _CATEGORIES]
    mix = ", ".join(f"any_value(mix.{category})::BIGINT AS {category}" for category in categories)
    return table(
        connection, "costs", "What care costs",
        "All spending over the children; and the spending of the services that told of contacts over these, and of those that "
        "told of bed nights over those. The same pounds may stand in both, so they do not add. The case-mix differs: see the "
        "ACT categories beside it, of the children counted in the questionnaire, or, where it counts none, of the child rows of "
        "the period with the category of their main condition.",
        f"""
        WITH {_CASE_MIX}
        SELECT financial_year, provider_code, sum(spend_total_gbp)::BIGINT AS pounds,
            sum(children_supported)::BIGINT AS children,
            {_activity("contacts")}, {_activity("bed_nights")},
            {mix}, any_value(mix.children)::BIGINT AS of_children, any_value(mix.source) AS case_mix_from,
            count(DISTINCT provider_code) AS providers
        FROM expenditure_activity {OF_SERVICES} LEFT JOIN mix USING (provider_code)
        GROUP BY financial_year, provider_code ORDER BY financial_year, provider_code
        """,
        Shape(
            counts=("children", "contacts", "bed_nights", *categories, "of_children"),
            derived={
                "a_child": each("pounds", "children"), "a_contact": each("pounds_for_contacts", "contacts"),
                "a_bed_night": each("pounds_for_bed_nights", "bed_nights"),
                **{f"{category}_percent": share_of(category, "of_children") for category in categories},
            },
        ),
    )  # fmt: skip


def _activity(name: str) -> str:
    """SQL: the spending of the services that told of an activity, and how much of it there was."""
    return f"sum(spend_total_gbp) FILTER ({name} > 0)::BIGINT AS pounds_for_{name}, sum({name})::BIGINT AS {name}"


@answers(98)
def payers(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """What the NHS, local authorities and charities pay for each child, by financial year."""
    pairs = ", ".join(f"('{code}', '{payer}')" for code, payer in PAYERS.items())
    return table(
        connection, "payers", "Who pays for a child",
        "Income by payer over the children that the same services supported in the year.",
        f"""
        WITH children AS (
            SELECT financial_year, provider_code, service_id, sum(children_supported) AS children
            FROM expenditure_activity {OF_SERVICES} GROUP BY ALL
        ), paid AS (
            SELECT financial_year, provider_code, service_id, coalesce(payer, 'other or not known') AS payer, amount_gbp
            FROM funding {OF_SERVICES} LEFT JOIN (VALUES {pairs}) AS p(code, payer) ON code = funder
        ), supported AS (
            SELECT financial_year, sum(children)::BIGINT AS children FROM children
            SEMI JOIN paid USING (financial_year, provider_code, service_id) GROUP BY financial_year
        )
        SELECT financial_year, payer, sum(amount_gbp)::BIGINT AS pounds, any_value(s.children) AS children,
            count(DISTINCT provider_code) AS providers
        FROM paid SEMI JOIN children USING (financial_year, provider_code, service_id)
        JOIN supported AS s USING (financial_year) GROUP BY financial_year, payer ORDER BY financial_year, pounds DESC, payer
        """,
        _FOR_A_CHILD,
    )  # fmt: skip


ALL: tuple[Making, ...] = (
    income,
    statutory_income,
    contract_forms,
    service_costs,
    costs,
    payers,
)
