"""Packages of care: agreed hours, continuing care, and care out of hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.charts import Chart
from mds.figures.statistics import share
from mds.figures.table import FigureTable, Making, Shape, answers, table
from mds.network.picture.caseload import PROVIDERS

if TYPE_CHECKING:
    import duckdb

ENOUGH_OF_AGREED = 0.8
"""Less than this part of the agreed hours counts as a package that is not received (rule CP201200Q)."""


@answers(55)
def care_packages(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Agreed hours of care a week against those delivered."""
    return table(
        connection, "care_packages", "Care packages agreed and delivered",
        "Hours a week of the episodes that were open at the census date and of which both are told, added up by kind of "
        f"provider. Short: less than {ENOUGH_OF_AGREED * 100:.0f} % of the agreed hours were delivered.",
        f"""
        WITH package AS (
            SELECT person_key, r.provider_code, unnest([coalesce(provider_type, 'not known'), 'all']) AS provider_type,
                assessed_hours_week AS agreed, delivered_hours_week AS delivered
            FROM referral AS r JOIN arrived AS n USING (receipt_id, provider_code)
            JOIN link USING (provider_code, local_patient_id)
            LEFT JOIN commissioned AS c ON c.provider_code = r.provider_code
            WHERE assessed_hours_week > 0 AND delivered_hours_week IS NOT NULL
                AND coalesce(episode_end > n.reference_date, true)
        )
        SELECT provider_type, count(*) FILTER (delivered < {ENOUGH_OF_AGREED} * agreed) AS short, count(*) AS of_packages,
            count(DISTINCT person_key) AS children, sum(delivered)::DOUBLE AS hours_delivered,
            sum(agreed)::DOUBLE AS of_hours_agreed, {PROVIDERS}
        FROM package GROUP BY provider_type ORDER BY provider_type = 'all', provider_type
        """,
        Shape(("short", "of_packages", "children"),
              {"share_short": share("short", "of_packages"), "share_delivered": share("hours_delivered", "of_hours_agreed")},
              {"hours_delivered": "of_packages", "of_hours_agreed": "of_packages"},
              ("referral.assessed_hours_week", "referral.delivered_hours_week")),
    )  # fmt: skip


@answers(102)
def fast_track(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Days from the application for continuing care to the package, for children who deteriorate fast and for others."""
    return table(
        connection, "fast_track", "Fast-track continuing care",
        "Applications of the year to the end of the period. Deteriorating fast: a deteriorating or dying phase was assessed in "
        "the same episode in the 31 days before the application or the week after it. The median is of the packages that have "
        "started.",
        """
        WITH application AS (
            SELECT r.provider_code, r.referral_id, arg_max(person_key, r.rp_start) AS person_key,
                arg_max(cc_application_date, r.rp_start) AS applied, max(cc_package_date) AS started
            FROM referral AS r SEMI JOIN counted USING (receipt_id) JOIN link USING (provider_code, local_patient_id)
            JOIN period AS p ON cc_application_date BETWEEN p.rp_end - INTERVAL 1 YEAR + INTERVAL 1 DAY AND p.rp_end
            GROUP BY ALL
        ), worse AS (
            SELECT DISTINCT a.provider_code, a.referral_id
            FROM application AS a JOIN phase AS f USING (provider_code, referral_id) SEMI JOIN counted USING (receipt_id)
            WHERE phase_code IN ('3', '4') AND phase_date BETWEEN applied - 31 AND applied + 7
        )
        SELECT CASE WHEN w.referral_id IS NULL THEN 'others' ELSE 'deteriorating fast' END AS children_who_are,
            count(*) AS applications, count(started) AS with_package, median(started - applied) AS median_days,
            count(DISTINCT person_key) AS children, count(DISTINCT a.provider_code) AS providers
        FROM application AS a LEFT JOIN worse AS w USING (provider_code, referral_id) GROUP BY 1 ORDER BY 1
        """,
        Shape(("applications", "with_package", "children"), {"share": share("with_package", "applications")},
              {"median_days": "with_package"}, ("referral.cc_application_date", "referral.cc_package_date")),
    )  # fmt: skip


@answers(43)
def out_of_hours(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Contacts out of hours by purpose."""
    return table(
        connection, "out_of_hours", "Contacts out of hours",
        "Contacts of the period that took place before 08:00 or after 18:00, at weekends or on bank holidays, of those of which "
        "it is told.",
        f"""
        WITH made AS (
            SELECT receipt_id, provider_code, referral_id, unnest([contact_type, 'all']) AS contact_type,
                out_of_hours = 'Y' AS late
            FROM contact SEMI JOIN arrived USING (receipt_id) WHERE attendance IN ('5', '6') AND out_of_hours IS NOT NULL
        )
        SELECT contact_type, count(*) FILTER (late) AS contacts, count(*) AS of_contacts,
            count(DISTINCT person_key) FILTER (late) AS children, {PROVIDERS}
        FROM made AS m JOIN referral AS f USING (receipt_id, provider_code, referral_id)
        JOIN link USING (provider_code, local_patient_id)
        GROUP BY contact_type ORDER BY contact_type = 'all', contact_type
        """,
        Shape(("contacts", "of_contacts", "children"), {"share": share("contacts", "of_contacts")},
              fields=("contact.out_of_hours",), chart=Chart("bars", "contact_type", "share", unit="% out of hours")),
    )  # fmt: skip


ALL: tuple[Making, ...] = (care_packages, fast_track, out_of_hours)
