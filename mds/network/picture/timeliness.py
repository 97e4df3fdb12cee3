"""How soon children come to the services, and for how long they stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.ages import BANDS
from mds.figures.charts import Chart
from mds.figures.statistics import share
from mds.figures.table import FigureTable, Making, Shape, answers, table
from mds.network.picture.caseload import PROVIDERS
from mds.network.picture.uptake import RECEIVED, WITH_FAMILY

if TYPE_CHECKING:
    import duckdb

IN_TIME = {"E": 1, "U": 7}
"""Urgency → days in which the first contact is due (code list CL14). For routine referrals none is set."""

LENGTHS = (("under 7 days", 0, 6), ("7-27 days", 7, 27), ("28-91 days", 28, 91), ("92-364 days", 92, 364),
           ("a year or more", 365, 99_999))  # fmt: skip
"""(name, first and last day), the bands in which providers tell how long they had known a child that died."""


@answers(41)
def response_times(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Days from referral to decision and to the first contact, by urgency, and the share in time."""
    due = " ".join(f"WHEN '{urgency}' THEN {days}" for urgency, days in IN_TIME.items())
    return table(
        connection, "response_times", "Response to referrals",
        "Referrals received in the period. Decided: those with a decision by the census date. Contacted: accepted, and child or "
        "family had a contact by then. In time: within a day of an emergency and 7 days of an urgent referral, of the accepted "
        "and waiting ones that had a contact or whose time was over by the census date. No time is set for routine ones.",
        f"""
        WITH {RECEIVED}, first AS (
            SELECT receipt_id, referral_id, min(contact_date) AS met
            FROM contact SEMI JOIN arrived USING (receipt_id) WHERE {WITH_FAMILY} GROUP BY ALL
        ), times AS (
            SELECT r.provider_code, unnest([coalesce(urgency, 'not told'), 'all']) AS urgency,
                outcome_date - referral_date AS decided, met - referral_date AS met, n.reference_date - referral_date AS passed,
                CASE urgency {due} END AS due, referral_outcome IN ('A', 'W') AS wanted
            FROM received AS r JOIN arrived AS n USING (receipt_id, provider_code) LEFT JOIN first USING (receipt_id, referral_id)
        )
        SELECT urgency, count(*) AS referrals, count(decided) AS decided, median(decided) AS median_days_to_decision,
            count(met) AS contacted, median(met) AS median_days_to_contact, count(*) FILTER (wanted AND met <= due) AS in_time,
            count(*) FILTER (wanted AND (met IS NOT NULL AND due IS NOT NULL OR passed > due)) AS of_due, {PROVIDERS}
        FROM times GROUP BY urgency ORDER BY list_position(['E', 'U', 'R', 'not told', 'all'], urgency)
        """,
        Shape(("referrals", "decided", "contacted", "in_time", "of_due"), {"share_in_time": share("in_time", "of_due")},
              {"median_days_to_decision": "decided", "median_days_to_contact": "contacted"},
              ("referral.urgency", "referral.outcome_date"),
              Chart("bars", "urgency", "share_in_time", unit="% with a first contact in time")),
    )  # fmt: skip


_FIRST = """
    first AS (
        SELECT person_key, min(day) AS first FROM (
            SELECT person_key, r.referral_date AS day FROM referral AS r SEMI JOIN counted USING (receipt_id)
            JOIN link USING (provider_code, local_patient_id)
            UNION ALL
            SELECT person_key, first_known_date FROM seen WHERE first_known_date IS NOT NULL
        ) GROUP BY person_key
    )
"""
"""SQL: the day on which each child was first referred to any provider, or known to any palliative service if that is earlier."""


@answers(42)
def diagnosis_to_referral(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Days from the recognition of the main condition to the first referral, by diagnostic group."""
    return table(
        connection, "diagnosis_to_referral", "From diagnosis to referral",
        "Children on the caseload of whom both days are told: from the day on which the main condition was diagnosed or first "
        "recognised to the first referral to any provider, or the day since which a palliative service has known the child, if "
        "that is earlier. Children who were referred before count with 0 days. The range is that of the middle half.",
        f"""
        WITH {_FIRST}, waits AS (
            SELECT person_key, provider_code, unnest([coalesce(diagnostic_group, 'not known'), 'all groups']) AS diagnostic_group,
                first - recognition_date AS days
            FROM caseload JOIN known_at USING (person_key) JOIN first USING (person_key) WHERE recognition_date IS NOT NULL
        ), one AS (
            SELECT diagnostic_group, person_key, any_value(days) AS days, list(provider_code) AS who FROM waits GROUP BY ALL
        )
        SELECT diagnostic_group, count(*) AS children, count(*) FILTER (days < 0) AS referred_before,
            median(greatest(0, days)) AS median_days, quantile_cont(greatest(0, days), 0.25) AS low,
            quantile_cont(greatest(0, days), 0.75) AS high, len(list_distinct(flatten(list(who)))) AS providers
        FROM one GROUP BY diagnostic_group ORDER BY diagnostic_group = 'all groups', diagnostic_group
        """,
        Shape(("children", "referred_before"), {"share_before": share("referred_before", "children")},
              dict.fromkeys(("median_days", "low", "high"), "children"),
              ("condition.recognition_date", "child.first_known_date"),
              Chart("dots", "diagnostic_group", "median_days", low="low", high="high", unit="days")),
    )  # fmt: skip


_DIED = """
    died AS (
        SELECT person_key,
            coalesce(arg_max(known_before_death, list_position(LENGTHS, known_before_death)), 'not told') AS length,
            coalesce(bool_or(death_age_days < 28), false) AS newborn, list(DISTINCT d.provider_code) AS who
        FROM death AS d SEMI JOIN counted USING (receipt_id) JOIN link USING (provider_code, local_patient_id)
        JOIN period AS p ON d.death_month BETWEEN p.rp_end - INTERVAL 1 YEAR AND p.rp_end
        GROUP BY person_key
    )
""".replace("LENGTHS", str([name for name, *_ in LENGTHS]))
"""SQL: the children who died in the year to the end of the period, and for how long the provider that knew them longest had."""


@answers(13)
def late_referral(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Time from the first referral to death, of the children who died in the last year."""
    lengths = ", ".join(f"({place}, '{name}')" for place, (name, *_) in enumerate((*LENGTHS, ("not told", 0, 0))))
    return table(
        connection, "late_referral", "Referral before death",
        "Children who died in the year to the end of the period, by the time since the first referral to the provider that had "
        "known them longest. So far: with those in the rows above, such as all under 28 days. Newborns who died under 28 days "
        "of age could not be known for longer; they are counted apart too.",
        f"""
        WITH {_DIED}, counts AS (
            SELECT length, count(*) AS children, count(*) FILTER (newborn) AS newborns, list_distinct(flatten(list(who))) AS who
            FROM died GROUP BY length
        )
        SELECT length AS known_for, coalesce(children, 0) AS children,
            CASE WHEN length <> 'not told' THEN sum(coalesce(children, 0)) OVER (ORDER BY place)::BIGINT END AS so_far,
            coalesce(newborns, 0) AS newborns, (SELECT count(*) FROM died) AS of_children, coalesce(len(who), 0) AS providers
        FROM (VALUES {lengths}) AS lengths(place, length) LEFT JOIN counts USING (length) ORDER BY place
        """,
        Shape(("children", "so_far", "newborns", "of_children"),
              {"share": share("children", "of_children"), "share_so_far": share("so_far", "of_children")},
              fields=("death.known_before_death",), chart=Chart("bars", "known_for", "children", unit="children who died")),
    )  # fmt: skip


@answers(14)
def involvement(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """For how long children have been known, who are on a caseload, who died, and whose care ended otherwise."""
    lengths = ", ".join(f"({place}, '{name}', {first}, {last})" for place, (name, first, last) in enumerate(LENGTHS))
    return table(
        connection, "involvement", "Length of involvement",
        "From the first referral to any provider, or the day since which a palliative service has known the child: to the census "
        "for the caseload, to death for those who died in the year to the end of the period, and to the last day of care for "
        "those whose last episode ended otherwise in that year.",
        f"""
        WITH {_FIRST}, {_DIED}, left_care AS (
            SELECT person_key, max(r.episode_end) AS last_day, list(DISTINCT r.provider_code) AS who
            FROM referral AS r SEMI JOIN counted USING (receipt_id) JOIN link USING (provider_code, local_patient_id)
            JOIN period AS p ON r.episode_end BETWEEN p.rp_end - INTERVAL 1 YEAR AND p.rp_end
            WHERE person_key NOT IN (SELECT person_key FROM caseload UNION SELECT person_key FROM ended) GROUP BY person_key
        ), known AS (
            SELECT 'caseload' AS state, person_key, reference_date - first AS days, NULL AS length, who
            FROM caseload JOIN first USING (person_key)
            JOIN (SELECT person_key, list(provider_code) AS who FROM known_at GROUP BY ALL) USING (person_key)
            UNION ALL SELECT 'died', person_key, NULL, length, who FROM died WHERE length <> 'not told'
            UNION ALL SELECT 'left', person_key, last_day - first, NULL, who FROM left_care JOIN first USING (person_key)
        )
        SELECT lengths.name AS known_for, count(person_key) FILTER (state = 'caseload') AS on_caseload,
            any_value(total.on_caseload) AS of_caseload, count(person_key) FILTER (state = 'died') AS died,
            any_value(total.died) AS of_died, count(person_key) FILTER (state = 'left') AS ended_otherwise,
            any_value(total.ended) AS of_ended, len(list_distinct(flatten(list(coalesce(who, []))))) AS providers
        FROM (VALUES {lengths}) AS lengths(place, name, first, last)
        LEFT JOIN known ON known.length = lengths.name OR known.days BETWEEN lengths.first AND lengths.last
        CROSS JOIN (SELECT count(*) FILTER (state = 'caseload') AS on_caseload, count(*) FILTER (state = 'died') AS died,
            count(*) FILTER (state = 'left') AS ended FROM known) AS total
        GROUP BY lengths.name, place ORDER BY place
        """,
        Shape(("on_caseload", "of_caseload", "died", "of_died", "ended_otherwise", "of_ended"),
              {"share_of_caseload": share("on_caseload", "of_caseload"), "share_of_died": share("died", "of_died"),
               "share_of_ended": share("ended_otherwise", "of_ended")},
              fields=("child.first_known_date", "referral.episode_end", "death.known_before_death")),
    )  # fmt: skip


@answers(14)
def involvement_by_age(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """For how long the children on the caseload have been known, by their age at the first referral."""
    bands = ", ".join(f"({12 * first}, {12 * last + 11}, '{name}')" for name, first, last in BANDS)
    return table(
        connection, "involvement_by_age", "Length of involvement by age at first referral",
        "Children on the caseload: days to the census from the first referral to any provider, or from the day since which a "
        "palliative service has known the child, if that is earlier. The range is that of the middle half.",
        f"""
        WITH {_FIRST}, known AS (
            SELECT person_key, any_value(reference_date - first) AS days, list(provider_code) AS who,
                any_value(CASE WHEN birth_month IS NULL OR first < birth_month THEN -1
                    ELSE date_diff('month', birth_month, first) END) AS months
            FROM caseload JOIN known_at USING (person_key) JOIN first USING (person_key) GROUP BY person_key
        )
        SELECT band AS age_at_referral, count(*) AS children, median(days) AS median_days, quantile_cont(days, 0.25) AS low,
            quantile_cont(days, 0.75) AS high, len(list_distinct(flatten(list(who)))) AS providers
        FROM known JOIN (VALUES (-1, -1, 'before birth'), {bands}) AS bands(first_month, last_month, band)
            ON months BETWEEN first_month AND last_month
        GROUP BY band, first_month ORDER BY first_month
        """,
        Shape(("children",), resting=dict.fromkeys(("median_days", "low", "high"), "children"),
              fields=("child.first_known_date", "child.birth_month"),
              chart=Chart("dots", "age_at_referral", "median_days", low="low", high="high", unit="days")),
    )  # fmt: skip


ALL: tuple[Making, ...] = (response_times, diagnosis_to_referral, late_referral, involvement, involvement_by_age)
