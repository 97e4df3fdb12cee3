"""What a report on a period asks of the store, as relations of a read-only connection.

A child is counted once, however many providers know it, with the attributes that count (specification 2.4, point 4) among
what they sent for the period. A child whose death any provider has told of by then is on no caseload.

    period(rp_start, rp_end)
    counted(receipt_id, provider_code, rp_start, rp_end, reference_date)    the returns about children that count, so far
    seen(person_key, leads, contacts, … the fields of a child)              a row a child, provider and period of these
    member(person_key, rp_start)                                            who was on a caseload, in this period and those before
    caseload(person_key, age, band, ethnic_group, phase, … attributes)      a row a child on a caseload at the census date
    ended(person_key, death_month, told_by, … the fields of a death)        a row a child of whose death anybody told so far
    known_at(person_key, provider_code)                                     which providers have it on their caseload
    commissioned(provider_code, provider_name, provider_type)               the providers open in the period, which all must send
    population(area, area_name, people, … by age)                           where populations are loaded
    area(area, area_name)                                                   those of [map], else those with a population
"""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from typing import TYPE_CHECKING

from mds.failures import UsageFailure
from mds.figures.ages import BANDS
from mds.figures.period import make_period
from mds.figures.table import MADE_OF
from mds.network.deaths import make_ended
from mds.region.attributes import PERSON_ATTRIBUTES, counting

if TYPE_CHECKING:
    import duckdb

    from mds.home import Home

MADE_OF |= {
    "caseload": ("child", "condition", "referral", "phase"),
    "member": ("child",),
    "seen": ("child",),
    "known_at": ("child",),
    "ended": ("death",),
}

POPULATIONS = {
    "people": "age_0_19", "people_0_17": "age_0_17", "people_0_25": "age_0_25", "under_1": "under_1", "aged_1_5": "age_1_5",
    "aged_6_10": "age_6_10", "aged_11_15": "age_11_15", "aged_16_19": "age_16_19",
}  # fmt: skip
"""Column of `population` → that of the snapshot."""


def prepare(connection: duckdb.DuckDBPyConnection, home: Home, rp_start: date, provider: str = "") -> None:
    """Make the relations for the period that begins on `rp_start`, of the whole network or as one provider alone sees it.

    Raises UsageFailure when it is no period of the network, or when nothing was received for it or before.
    """
    _, rp_end = make_period(connection, home, rp_start)
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE counted AS
        SELECT receipt_id, provider_code, rp_start, rp_end, reference_date FROM receipt
        WHERE list_contains(string_split(counts_for, ';'), 'MDS') AND rp_start <= ? AND ? IN ('', provider_code)
        """,
        [rp_start, provider],
    )
    if connection.execute("SELECT 1 FROM temp.counted LIMIT 1").fetchone() is None:
        raise UsageFailure("No return about children was received for this period or before. See mds status.")
    _commissioned(connection, home, rp_start, rp_end)
    _children(connection)
    _caseload(connection)
    _places(connection, home)


def _commissioned(connection: duckdb.DuckDBPyConnection, home: Home, rp_start: date, rp_end: date) -> None:
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE commissioned"
        " (provider_code VARCHAR, provider_name VARCHAR, provider_type VARCHAR, sector VARCHAR)"
    )
    for known in home.providers_open(rp_start, rp_end):
        values = [known[name] for name in ("provider_code", "provider_name", "provider_type", "sector")]
        connection.execute("INSERT INTO temp.commissioned VALUES (?, ?, ?, ?)", values)


def _children(connection: duckdb.DuckDBPyConnection) -> None:
    """Every child as its providers sent it, and who was on a caseload when."""
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE seen AS
        SELECT l.person_key, c.*, n.reference_date
        FROM child AS c JOIN temp.counted AS n USING (receipt_id) JOIN link AS l ON
            l.provider_code = c.provider_code AND l.local_patient_id = c.local_patient_id
        """
    )
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


def _caseload(connection: duckdb.DuckDBPyConnection) -> None:
    """The children on a caseload at the census date, each with the values that count."""
    connection.register("shipped_ethnic_group", _shipped("ethnic_group.csv"))
    bands = ", ".join(f"('{band}', {first}, {last})" for band, first, last in BANDS)
    chosen = ", ".join(counting(name) for name in PERSON_ATTRIBUTES)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE caseload AS
        WITH newest AS (
            FROM temp.seen JOIN temp.period USING (rp_start)
            WHERE person_key IN (SELECT person_key FROM temp.known_at)
        ), main AS (
            SELECT receipt_id, local_patient_id, any_value(act_category) AS act_category,
                any_value(icd10_code) AS icd10_code, any_value(diagnostic_group) AS diagnostic_group,
                any_value(remission) AS remission
            FROM condition JOIN temp.counted USING (receipt_id) JOIN temp.period ON period.rp_start = counted.rp_start
            WHERE is_primary = 'Y' GROUP BY ALL
        ), care AS (
            SELECT receipt_id, local_patient_id, bool_or(lead_service = 'Y') AS leads
            FROM referral JOIN temp.counted USING (receipt_id) JOIN temp.period ON period.rp_start = counted.rp_start
            GROUP BY ALL
        ), said AS (
            SELECT n.*, m.* EXCLUDE (receipt_id, local_patient_id), coalesce(care.leads, false) AS leads, 0 AS contacts,
                -row_number() OVER (ORDER BY n.provider_code, n.local_patient_id) AS tie
            FROM newest AS n LEFT JOIN main AS m USING (receipt_id, local_patient_id)
            LEFT JOIN care USING (receipt_id, local_patient_id)
        ), person AS (
            SELECT person_key, count(DISTINCT provider_code) AS providers, {chosen},
                max(age_months) AS age_months, bool_or(key_worker = 'Y') AS has_key_worker,
                bool_or(remission = 'Y') AS in_remission
            FROM said GROUP BY person_key
        ), phases AS (
            SELECT s.person_key, arg_max(p.phase_code, row(p.phase_date, p.phase_code)) AS phase_code, 
                max(phase_date) AS phase_date
            FROM phase AS p JOIN referral AS f USING (receipt_id, referral_id)
            JOIN newest AS s ON s.receipt_id = f.receipt_id AND s.local_patient_id = f.local_patient_id
            WHERE p.phase_date <= s.reference_date
            GROUP BY s.person_key
        )
        SELECT person.*, coalesce(phases.phase_code, '9') AS phase_code, phases.phase_date,
            (age_months // 12)::INTEGER AS age, bands.band, bands.first_age, g.ethnic_group
        FROM person LEFT JOIN phases USING (person_key)
        LEFT JOIN (VALUES {bands}) AS bands(band, first_age, last_age) ON age_months // 12 BETWEEN first_age AND last_age
        LEFT JOIN shipped_ethnic_group AS g ON g.code = person.ethnic_category
        """
    )


def _places(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    home.reference.copy(connection, "loaded", "populations", "area_code", "area_name", *POPULATIONS.values())
    columns = ", ".join(f"{column} AS {name}" for name, column in POPULATIONS.items())
    own = ", ".join(f"('{area}')" for area, *_ in home.tiles)
    within = f"WHERE area_code IN (VALUES {own})" if own else ""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE population AS SELECT area_code AS area, area_name, {columns} FROM temp.loaded {within}"
    )
    listed = f"(VALUES {own}) AS own(area)" if own else "temp.population"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE area AS SELECT area, coalesce(any_value(p.area_name), '') AS area_name"
        f" FROM (SELECT area FROM {listed}) LEFT JOIN temp.population AS p USING (area) GROUP BY area ORDER BY area"
    )


def _shipped(name: str) -> object:
    """A list that ships with the schemas, every value as text."""
    import io

    import pyarrow as pa
    from pyarrow import csv

    text = (files("mds_schemas.reference") / name).read_bytes()
    first = text.split(b"\n", 1)[0].decode().strip().split(",")
    return csv.read_csv(
        io.BytesIO(text), convert_options=csv.ConvertOptions(column_types=dict.fromkeys(first, pa.string()))
    )
