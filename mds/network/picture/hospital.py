"""Stays in hospital that care elsewhere might have spared, and leaving hospital in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.charts import Chart
from mds.figures.statistics import ratio, share
from mds.figures.table import Derived, FigureTable, Making, Shape, answers, table
from mds.network.picture.caseload import PROVIDERS

if TYPE_CHECKING:
    import duckdb


def _per_child_year(admissions: int, children_before: int, children: int, days: int) -> float | None:
    return ratio(admissions, (children_before + children) / 2 * days / 365.25, digits=2)


@answers(43)
def emergency_admissions(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Emergency admissions for a year of a child, by hour of the week."""
    return table(
        connection, "emergency_admissions", "Emergency admissions",
        "Stays that began as an emergency in the period, each counted once, whoever tells of it. A year of a child: the mean of "
        "the children at the last and at this census whom the providers that tell of hospital stays have on their caseloads, "
        "times the length of the period. Nights are from 22:00 to 08:00, and bank holidays count as weekends.",
        """
        WITH stays AS (
            SELECT person_key, a.provider_code, a.method, a.admitted_at, hour(a.admitted_at) AS hour,
                isodow(a.admitted_at) > 5 OR h.day IS NOT NULL AS weekend
            FROM admission AS a SEMI JOIN arrived USING (receipt_id) JOIN link USING (provider_code, local_patient_id)
            LEFT JOIN shipped_bank_holidays AS h ON h.day = a.admitted_at::DATE::VARCHAR
        ), begun AS (
            SELECT DISTINCT person_key, admitted_at, CASE WHEN hour >= 22 OR hour < 8 THEN 'night' WHEN weekend THEN 'weekend day'
                WHEN hour >= 18 THEN 'weekday evening' ELSE 'weekday 08:00 to 18:00' END AS hours
            FROM stays JOIN period AS p ON admitted_at::DATE BETWEEN p.rp_start AND p.rp_end WHERE method = 'E'
        ), sending AS (SELECT DISTINCT provider_code FROM stays), children AS (
            SELECT rp_start, count(DISTINCT person_key) AS children FROM member SEMI JOIN sending USING (provider_code)
            GROUP BY rp_start
        )
        SELECT hours AS began, count(person_key) AS admissions, count(DISTINCT person_key) AS children_admitted,
            coalesce(any_value(former.children), any_value(now.children)) AS children_before,
            any_value(now.children) AS children, any_value(p.rp_end - p.rp_start + 1)::INTEGER AS days,
            (SELECT count(*) FROM sending) AS providers
        FROM (VALUES (1, 'weekday 08:00 to 18:00'), (2, 'weekday evening'), (3, 'weekend day'), (4, 'night')) AS h(place, hours)
        LEFT JOIN begun USING (hours) CROSS JOIN period AS p LEFT JOIN children AS now ON now.rp_start = p.rp_start
        LEFT JOIN children AS former ON former.rp_start = (SELECT max(rp_start) FROM counted WHERE rp_start < p.rp_start)
        GROUP BY hours, place ORDER BY place
        """,
        Shape(("admissions", "children_admitted", "children_before", "children"),
              {"a_child_year": Derived(_per_child_year, ("admissions", "children_before", "children", "days"))},
              fields=("admission.admitted_at", "admission.method"),
              chart=Chart("bars", "began", "a_child_year", unit="emergency admissions for a year of a child")),
    )  # fmt: skip


@answers(43)
def outpatient_visits(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Visits to out-patient clinics by purpose, with those for nursing care that might be given at home."""
    return table(
        connection, "outpatient_visits", "Visits to out-patient clinics",
        "Contacts of the period that took place in an out-patient clinic, of all contacts of the same purpose that took place. "
        "The data set tells no procedures, so what was simple cannot be told; visits for nursing care come nearest.",
        f"""
        WITH visit AS (
            SELECT receipt_id, provider_code, referral_id, contact_type, location = 'OP' AS clinic
            FROM contact SEMI JOIN arrived USING (receipt_id)
            WHERE attendance IN ('5', '6') AND subject IN ('C', 'P') AND location IS NOT NULL
        )
        SELECT contact_type, count(*) FILTER (clinic) AS visits, count(DISTINCT person_key) FILTER (clinic) AS children,
            count(*) AS of_contacts, {PROVIDERS}
        FROM visit AS v JOIN referral AS f USING (receipt_id, provider_code, referral_id)
        JOIN link USING (provider_code, local_patient_id)
        GROUP BY contact_type HAVING visits > 0 ORDER BY contact_type
        """,
        Shape(("visits", "children", "of_contacts"), {"share": share("visits", "of_contacts")},
              fields=("contact.location", "contact.subject")),
    )  # fmt: skip


_LEFT = """
    stay AS (
        SELECT person_key, a.*, a.discharged_at = date_trunc('month', a.discharged_at)
            AND coalesce(e.death_month = date_trunc('month', a.discharged_at), false) AS died
        FROM admission AS a SEMI JOIN arrived USING (receipt_id) JOIN link USING (provider_code, local_patient_id)
        LEFT JOIN ended AS e USING (person_key)
        QUALIFY row_number() OVER (PARTITION BY person_key, a.admitted_at ORDER BY a.provider_code, a.admission_id) = 1
    )
"""
"""SQL: the stays of the period, each once, whoever tells of it. Of one that ended by death only the month is told, and no wait
can be worked out."""


@answers(44)
def delayed_discharges(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Days between being ready to leave hospital and leaving it, by kind of bed."""
    return table(
        connection, "delayed_discharges", "Delayed discharges",
        "Stays from which a child was discharged in the period and of which it is told when the child could have left. Delayed: "
        "it left on a later day. The median is of the delayed ones. Stays that ended by death are left out.",
        f"""
        WITH {_LEFT}, discharged AS (
            SELECT provider_code, unnest([coalesce(ward_kind, 'not told'), 'all']) AS ward_kind,
                discharged_at::DATE - ready_date AS days
            FROM stay JOIN period AS p ON discharged_at::DATE BETWEEN p.rp_start AND p.rp_end
            WHERE NOT died AND ready_date IS NOT NULL
        )
        SELECT ward_kind, count(*) FILTER (days > 0) AS delayed, count(*) AS of_stays,
            coalesce(sum(days) FILTER (days > 0), 0)::BIGINT AS days_delayed,
            median(days) FILTER (days > 0) AS median_days, {PROVIDERS}
        FROM discharged GROUP BY ward_kind ORDER BY ward_kind = 'all', ward_kind
        """,
        # The days are rounded too: exact ones of all stays would tell those of a ward whose few are hidden.
        Shape(("delayed", "of_stays", "days_delayed"), {"share": share("delayed", "of_stays")},
              {"days_delayed": "delayed", "median_days": "delayed"}, ("admission.ready_date",)),
    )  # fmt: skip


@answers(44)
def rapid_discharges(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Requests for a rapid discharge that were met within 24 hours."""
    return table(
        connection, "rapid_discharges", "Rapid discharge to the place of choice",
        "Stays of the period in which a family asked to leave quickly for end of life care. A child that was not discharged, or "
        "that died in hospital, had not left.",
        f"""
        WITH {_LEFT}, asked AS (
            SELECT provider_code, person_key, CASE WHEN died OR discharged_at IS NULL THEN 'had not left'
                WHEN discharged_at <= rapid_discharge_asked_at + INTERVAL 24 HOUR THEN 'within 24 hours' ELSE 'later' END AS fared
            FROM stay JOIN period AS p ON rapid_discharge_asked_at::DATE BETWEEN p.rp_start AND p.rp_end
            WHERE rapid_discharge = 'Y'
        )
        SELECT fared AS left_hospital, count(person_key) AS requests, (SELECT count(*) FROM asked) AS of_requests, {PROVIDERS}
        FROM (VALUES (1, 'within 24 hours'), (2, 'later'), (3, 'had not left')) AS ways(place, fared)
        LEFT JOIN asked USING (fared) GROUP BY fared, place ORDER BY place
        """,
        Shape(("requests", "of_requests"), {"share": share("requests", "of_requests")},
              fields=("admission.rapid_discharge", "admission.rapid_discharge_asked_at")),
    )  # fmt: skip


ALL: tuple[Making, ...] = (emergency_admissions, outpatient_visits, delayed_discharges, rapid_discharges)
