"""What a child's care costs, by a model: activity times what one of it cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.statistics import each
from mds.figures.table import FigureTable, Making, Shape, answers, table
from mds.services.indicators.sql import OF_SERVICES
from mds_schemas.v2_0.resources import WHOLE_ORGANISATION

if TYPE_CHECKING:
    import duckdb

CONTACTS_IN_A_NIGHT = 8
"""How many contacts' worth of a service's spending a bed night takes, where one service told of both. An assumption: twelve
hours of staff, by day and night, one for two children, against an hour and a half for a contact with its travel and notes."""

FEW_CHILDREN = 10
"""Below so many children a provider's average and spread could tell of one of them."""

_MODEL = (
    "A model, no bill. All spending of a service is that of its contacts or of its bed nights, by which it told of; of one that "
    f"told of both a night takes as much as {CONTACTS_IN_A_NIGHT} contacts. What the services of an organisation share is spread "
    "over both in proportion. So no pound counts twice."
)

_UNIT = f"""
    spent AS (
        SELECT provider_code, financial_year, service_id, spend_total_gbp::DOUBLE AS pounds, coalesce(contacts, 0) AS contacts,
            coalesce(bed_nights, 0) AS nights, coalesce(contacts, 0) + {CONTACTS_IN_A_NIGHT} * coalesce(bed_nights, 0) AS parts
        FROM expenditure_activity {OF_SERVICES}
        QUALIFY financial_year = max(financial_year) OVER (PARTITION BY provider_code)
    ), parted AS (
        SELECT provider_code, any_value(financial_year) AS financial_year, sum(contacts) AS contacts, sum(nights) AS nights,
            sum(pounds * contacts / parts) FILTER (parts > 0) AS for_contacts,
            sum(pounds * (parts - contacts) / parts) FILTER (parts > 0) AS for_nights,
            coalesce(sum(pounds) FILTER (parts = 0 AND service_id = '{WHOLE_ORGANISATION}'), 0) AS shared
        FROM spent GROUP BY provider_code
    ), unit AS (
        SELECT provider_code, financial_year, shared, contacts, nights,
            for_contacts * (1 + shared / (for_contacts + for_nights)) AS pounds_for_contacts,
            for_nights * (1 + shared / (for_contacts + for_nights)) AS pounds_for_nights,
            pounds_for_contacts / nullif(contacts, 0) AS a_contact, pounds_for_nights / nullif(nights, 0) AS a_night
        FROM parted WHERE for_contacts + for_nights > 0
    )
"""
"""SQL: what a contact and a night cost each provider in the last financial year that it told of."""


@answers(99)
def unit_costs(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """What a contact and a bed night cost each provider in its last financial year, with no pound in both."""
    return table(
        connection, "unit_costs", "What a contact and a night cost",
        f"{_MODEL} Shared pounds are within the other two. Services that told of neither are left out.",
        f"""
        WITH {_UNIT}
        SELECT provider_code, financial_year, round(shared)::BIGINT AS shared_pounds,
            round(pounds_for_contacts)::BIGINT AS pounds_for_contacts, contacts::BIGINT AS contacts,
            round(pounds_for_nights)::BIGINT AS pounds_for_nights, nights::BIGINT AS nights, 1 AS providers
        FROM unit ORDER BY provider_code
        """,
        Shape(
            counts=("contacts", "nights"),
            derived={"a_contact": each("pounds_for_contacts", "contacts"), "a_night": each("pounds_for_nights", "nights")},
        ),
    )  # fmt: skip


@answers(99)
def modelled_costs(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """The modelled cost of the contacts and nights of a period for each child, at every provider that knows it: the average
    and the spread."""
    return table(
        connection, "modelled_costs", "Modelled cost of a child",
        f"{_MODEL} A child's contacts that took place in the period cost what a contact cost the provider, and its nights of "
        "short breaks what a bed night cost it. All together: each child once, with its care at every provider. Half of the "
        "children are between the quartiles, which are rounded to 100 pounds; all pounds together are rounded to "
        "1,000. Breaks by the hour and stays in hospital have no "
        "cost of their own here, nor have nights of a provider that told of none. Left out are providers that told no spending "
        f"for either, and those with fewer than {FEW_CHILDREN} children.",
        f"""
        WITH {_UNIT}, done AS (
            SELECT provider_code, local_patient_id, 1 AS contacts, 0 AS nights
            FROM contact AS c JOIN period AS p ON p.rp_start = c.rp_start
            JOIN referral USING (receipt_id, provider_code, referral_id) WHERE attendance IN ('5', '6')
            UNION ALL
            SELECT provider_code, local_patient_id, 0, nights
            FROM short_break AS b JOIN period AS p ON p.rp_start = b.rp_start
            JOIN referral USING (receipt_id, provider_code, referral_id) WHERE nights > 0
        ), known AS (
            SELECT provider_code, person_key, sum(done.contacts) AS contacts, sum(done.nights) AS nights,
                sum(done.contacts * coalesce(a_contact, 0) + done.nights * coalesce(a_night, 0)) AS pounds
            FROM done JOIN unit USING (provider_code) JOIN link USING (provider_code, local_patient_id)
            GROUP BY provider_code, person_key
            QUALIFY count(*) OVER (PARTITION BY provider_code) >= {FEW_CHILDREN}
        ), cared_for AS (
            SELECT *, 1 AS providers FROM known
            UNION ALL
            SELECT 'all together', person_key, sum(contacts), sum(nights), sum(pounds), any_value(providers)
            FROM known CROSS JOIN (SELECT count(DISTINCT provider_code) AS providers FROM known) GROUP BY person_key
        )
        SELECT provider_code, count(*) AS children, sum(contacts)::BIGINT AS contacts,
            count(*) FILTER (nights > 0) AS children_with_nights, sum(nights)::BIGINT AS nights,
            round(sum(pounds), -3)::BIGINT AS pounds,
            {_quartile(0.25, "lower_quartile")}, {_quartile(0.5, "median")}, {_quartile(0.75, "upper_quartile")},
            any_value(providers) AS providers
        FROM cared_for GROUP BY provider_code ORDER BY provider_code = 'all together', provider_code
        """,
        # With what a contact and a night cost, exact pounds would tell how many of them there were.
        Shape(
            counts=("children", "contacts", "children_with_nights", "nights"),
            derived={"a_child": each("pounds", "children")},
            resting={"pounds": "children_with_nights", "nights": "children_with_nights"},
        ),
    )  # fmt: skip


def _quartile(part: float, name: str) -> str:
    """SQL: rounded, so that it is the cost of no child."""
    return f"round(quantile_cont(pounds, {part}), -2)::BIGINT AS {name}"


ALL: tuple[Making, ...] = (unit_costs, modelled_costs)
