"""The children of the network, out of what the providers sent of them: relations that `prepare` makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.ages import BANDS
from mds.network.deaths import make_ended
from mds.region.attributes import BY_PRECEDENCE, PERSON_ATTRIBUTES, counting

if TYPE_CHECKING:
    import duckdb


_NEWEST = """
    arg_max({'code': p.phase_code, 'scheme': p.phase_scheme}, row(n.rp_start, p.phase_code <> '9', p.phase_date, p.phase_code))
"""
"""SQL: what the newest return says that tells of an assessment; in it a phase goes before "not assessed", then the newest day
counts."""


def make_children(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `seen`, `ended`, `member`, `known_at`, `described`, `caseload`, `caseload_before` and `in_need` out of `counted`."""
    _seen(connection)
    _members(connection)
    _described(connection)
    for name, kept in (("caseload", "SEMI"), ("caseload_before", "ANTI")):
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} AS FROM temp.described {kept} JOIN temp.period USING (rp_start)"
            " WHERE on_caseload"
        )
    connection.execute("CREATE OR REPLACE TEMP VIEW in_need AS FROM temp.caseload WHERE NOT in_remission")


def _seen(connection: duckdb.DuckDBPyConnection) -> None:
    """Every child as its providers sent it, with its main condition."""
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE seen AS
        WITH main AS (
            SELECT receipt_id, local_patient_id, any_value(act_category) AS act_category,
                any_value(icd10_code) AS icd10_code, any_value(diagnostic_group) AS diagnostic_group,
                any_value(remission) AS remission, any_value(recognition_date) AS recognition_date
            FROM condition SEMI JOIN temp.counted USING (receipt_id) WHERE is_primary = 'Y' GROUP BY ALL
        )
        SELECT person_key, c.*, n.reference_date, m.* EXCLUDE (receipt_id, local_patient_id)
        FROM child AS c JOIN temp.counted AS n USING (receipt_id, provider_code) JOIN link USING (provider_code, local_patient_id)
        LEFT JOIN main AS m ON m.receipt_id = c.receipt_id AND m.local_patient_id = c.local_patient_id
        """
    )


def _members(connection: duckdb.DuckDBPyConnection) -> None:
    """Who died, and who was on a caseload when."""
    make_ended(connection)
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE member AS
        SELECT DISTINCT s.person_key, s.rp_start, s.rp_end, s.provider_code
        FROM temp.seen AS s LEFT JOIN temp.ended AS e USING (person_key)
        WHERE s.caseload_status = 'A' AND coalesce(e.death_month > s.reference_date, true)
        """
    )
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE known_at AS
        SELECT person_key, provider_code FROM temp.member JOIN temp.period USING (rp_start)
        """
    )


def _described(connection: duckdb.DuckDBPyConnection) -> None:
    """The children of this period and of the one before of which returns count, each with the values that count."""
    bands = ", ".join(f"('{band}', {first}, {last})" for band, first, last in BANDS)
    chosen = ", ".join(counting(name) for name in PERSON_ATTRIBUTES)
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE moment AS
        SELECT rp_start FROM temp.period
        UNION ALL
        SELECT max(n.rp_start) FROM temp.counted AS n JOIN temp.period AS p ON n.rp_start < p.rp_start
        """
    )
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE described AS
        WITH newest AS (
            FROM temp.seen WHERE rp_start IN (FROM temp.moment)
        ), care AS (
            SELECT receipt_id, local_patient_id, bool_or(lead_service = 'Y') AS leads
            FROM referral WHERE receipt_id IN (SELECT receipt_id FROM newest) GROUP BY ALL
        ), several AS (
            SELECT person_key FROM newest GROUP BY person_key HAVING count(DISTINCT provider_code) > 1
        ), busy AS (
            SELECT f.receipt_id, f.local_patient_id, count(*) AS contacts
            FROM newest AS n JOIN several USING (person_key) JOIN referral AS f USING (receipt_id, local_patient_id)
            JOIN contact AS c ON c.receipt_id = f.receipt_id AND c.referral_id = f.referral_id
            GROUP BY ALL
        ), said AS (
            SELECT n.*, coalesce(care.leads, false) AS leads, coalesce(busy.contacts, 0) AS contacts
            FROM newest AS n LEFT JOIN care USING (receipt_id, local_patient_id)
            LEFT JOIN busy USING (receipt_id, local_patient_id)
        ), person AS (
            SELECT person_key, rp_start, count(DISTINCT provider_code) AS providers, {chosen},
                arg_max(age_months, place) AS age_months,
                max(reference_date) AS reference_date,
                bool_or(key_worker = 'Y') AS has_key_worker, arg_min(key_worker, strpos('YDNX', key_worker)) AS key_worker,
                coalesce(bool_or(remission = 'Y'), false) AS in_remission,
                min(recognition_date) AS recognition_date, min(first_known_date) AS first_known_date
            FROM (SELECT *, {BY_PRECEDENCE} AS place FROM said) GROUP BY person_key, rp_start
        ), phases AS (
            SELECT person.person_key, person.rp_start, max(p.phase_date) AS phase_date,
                max(p.phase_date) FILTER (p.mdt_review = 'Y') AS meeting_date, {_NEWEST} AS newest
            FROM phase AS p JOIN temp.counted AS n USING (receipt_id, provider_code)
            JOIN referral AS f USING (receipt_id, provider_code, referral_id)
            JOIN link USING (provider_code, local_patient_id)
            JOIN person ON person.person_key = link.person_key AND n.rp_start <= person.rp_start
                AND p.phase_date BETWEEN person.reference_date - 365 AND person.reference_date
            GROUP BY ALL
        )
        SELECT person.*, phase_date, meeting_date, newest.scheme AS phase_scheme, coalesce(newest.code, '9') AS phase_code,
            (age_months // 12)::INTEGER AS age, bands.band, bands.first_age,
            g.ethnic_group, g.need_group, m.person_key IS NOT NULL AS on_caseload
        FROM person LEFT JOIN phases USING (person_key, rp_start)
        LEFT JOIN (VALUES {bands}) AS bands(band, first_age, last_age) ON age_months // 12 BETWEEN first_age AND last_age
        LEFT JOIN shipped_ethnic_group AS g ON g.code = person.ethnic_category
        LEFT JOIN (SELECT DISTINCT person_key, rp_start FROM temp.member) AS m USING (person_key, rp_start)
        """
    )
