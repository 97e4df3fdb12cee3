"""Care at home and away from it: agreed hours, continuing care, out of hours, nights, and the place that families prefer."""

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


@answers(46)
def nights_by_reason(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Overnight stays and nights by reason, planned breaks apart from emergency placements."""
    return table(
        connection, "nights_by_reason", "Nights away from home by reason",
        "Overnight short breaks of the period's returns that took place, by the reason for the stay: what is no planned short "
        "break is an emergency placement.",
        f"""
        SELECT stay_reason, stay_reason <> 'P' AS emergency, count(*) AS stays, count(DISTINCT person_key) AS children,
            sum(nights)::BIGINT AS nights, sum(sum(nights)) OVER ()::BIGINT AS of_nights,
            {PROVIDERS}
        FROM short_break AS b SEMI JOIN arrived USING (receipt_id)
        JOIN referral AS f USING (receipt_id, provider_code, referral_id) JOIN link USING (provider_code, local_patient_id)
        WHERE nights > 0 GROUP BY stay_reason ORDER BY nights DESC, stay_reason
        """,
        Shape(("stays", "children"), {"share": share("nights", "of_nights")}, {"nights": "children", "of_nights": "children"},
              ("short_break.stay_reason",), Chart("bars", "stay_reason", "nights", unit="nights")),
    )  # fmt: skip


PLACE_OF_LOCATION = {"HM": "20", "CR": "20", "HO": "30", "WD": "10", "OP": "10", "ED": "10", "NU": "10", "PI": "10",
                     "GP": "50", "HC": "50", "SC": "50", "SB": "50", "OR": "50", "OT": "50"}  # fmt: skip
"""Where a contact was (CL20) → the place of care at the high level of CL25. A virtual one was nowhere."""


@answers(51)
def place_of_care(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Preferred place of care on record, and the share of care days spent in it."""
    places = ", ".join(f"('{location}', '{place}')" for location, place in PLACE_OF_LOCATION.items())
    return table(
        connection, "place_of_care", "Preferred place of care",
        "Children on the caseload by the preferred place of care in the plan that was agreed last and holds, at the high level "
        "of the code list. A care day is a day with a contact with the child that took place in a place, and counts once for "
        "each place; days at school, at the GP and in other places count as another place.",
        f"""
        WITH wish AS (
            SELECT person_key, arg_max(preferred_care_place, row(coalesce(agreed_date, created_date), c.provider_code)) AS place
            FROM care_plan AS c SEMI JOIN arrived USING (receipt_id) JOIN link USING (provider_code, local_patient_id)
            WHERE superseded_date IS NULL AND preferred_care_place NOT IN ('98', '99') GROUP BY person_key
        ), day AS (
            SELECT person_key, contact_date, place
            FROM contact AS c SEMI JOIN arrived USING (receipt_id)
            JOIN (VALUES {places}) AS places(location, place) USING (location)
            JOIN referral AS f USING (receipt_id, provider_code, referral_id) JOIN link USING (provider_code, local_patient_id)
            WHERE attendance IN ('5', '6') AND subject = 'C' GROUP BY ALL
        ), days AS (
            SELECT person_key, count(*) AS days, count(*) FILTER (day.place = left(wish.place, 1) || '0') AS days_there
            FROM day JOIN wish USING (person_key) GROUP BY person_key
        ), one AS (
            SELECT coalesce(left(wish.place, 1) || '0', 'not recorded') AS preferred_place, person_key, days, days_there, who
            FROM caseload LEFT JOIN wish USING (person_key) LEFT JOIN days USING (person_key)
            JOIN (SELECT person_key, list(provider_code) AS who FROM known_at GROUP BY ALL) USING (person_key)
        )
        SELECT preferred_place, count(*) AS children, (SELECT count(*) FROM caseload) AS of_children,
            sum(days_there)::BIGINT AS days_there, sum(days)::BIGINT AS of_days,
            len(list_distinct(flatten(list(who)))) AS providers
        FROM one GROUP BY preferred_place ORDER BY preferred_place
        """,
        Shape(("children", "of_children"),
              {"share": share("children", "of_children"), "share_of_days": share("days_there", "of_days")},
              {"days_there": "children", "of_days": "children"},
              ("care_plan.preferred_care_place", "contact.location"),
              Chart("bars", "preferred_place", "share_of_days", unit="% of care days in the preferred place")),
    )  # fmt: skip


ALL: tuple[Making, ...] = (care_packages, fast_track, out_of_hours, nights_by_reason, place_of_care)
