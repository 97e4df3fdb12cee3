"""The fields that the program works out: phase, area, deprivation, diagnostic group, distance (specification 2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds_schemas.codes import fold
from mds_schemas.versions import LATEST, Version

if TYPE_CHECKING:
    import duckdb


def derive(connection: duckdb.DuckDBPyConnection, version: Version, phase_scheme: str = "") -> None:
    """Fill the derived fields of the typed tables `all_T`. Version 1.0 leaves the scheme of its colours to the network."""
    _phases(connection, phase_scheme if version is not LATEST else "")
    _areas(connection)
    _diagnoses(connection)
    _distances(connection)


def _phases(connection: duckdb.DuckDBPyConnection, phase_scheme: str) -> None:
    if phase_scheme:
        connection.execute("UPDATE all_phase SET phase_scheme = coalesce(phase_scheme, ?)", [phase_scheme])
    words = connection.execute(
        "SELECT DISTINCT phase_submitted FROM all_phase WHERE phase_submitted IS NOT NULL"
    ).fetchall()
    connection.execute("CREATE OR REPLACE TEMP TABLE folded (submitted VARCHAR, word VARCHAR)")
    if words:
        connection.executemany("INSERT INTO folded VALUES (?, ?)", [(word, fold(word)) for (word,) in words])
    connection.execute(
        """
        UPDATE all_phase SET phase_code = known.phase
        FROM (SELECT submitted, scheme, phase FROM folded JOIN phase_values USING (word)) AS known
        WHERE known.submitted = all_phase.phase_submitted AND known.scheme = all_phase.phase_scheme
        """
    )


def _areas(connection: duckdb.DuckDBPyConnection) -> None:
    """Area and deprivation from the postcode where the directory has it, else the area that was sent."""
    connection.execute("ALTER TABLE all_child ADD COLUMN region_code VARCHAR")
    connection.execute(
        """
        UPDATE all_child SET lad_code = place.lad_code, imd_decile = place.imd_decile, region_code = place.region_code
        FROM (SELECT postcode, any_value(lad_code) AS lad_code, any_value(imd_decile) AS imd_decile,
                any_value(region_code) AS region_code
            FROM postcodes, ret
            WHERE postcode IN (SELECT postcode FROM all_child)
                AND coalesce(valid_from <= ret.rp_end, true) AND coalesce(valid_to >= ret.rp_start, true)
            GROUP BY postcode) AS place
        WHERE place.postcode = all_child.postcode
        """
    )


def _diagnoses(connection: duckdb.DuckDBPyConnection) -> None:
    """`derived_group` from the first three characters of the code."""
    connection.execute("ALTER TABLE all_condition ADD COLUMN derived_group VARCHAR")
    connection.execute(
        """
        UPDATE all_condition SET derived_group = coalesce(
            (SELECT diagnostic_group FROM diagnostic_groups WHERE left(icd10_code, 3) BETWEEN first AND last), 'OTH')
        WHERE icd10_code IS NOT NULL
        """
    )


def _distances(connection: duckdb.DuckDBPyConnection) -> None:
    """Band of the straight line from the child's home to the provider's registered address."""
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE located AS SELECT DISTINCT ON (postcode) postcode, easting, northing FROM postcodes
        WHERE postcode IN (SELECT postcode FROM all_child)
            OR postcode IN (SELECT postcode FROM organisations WHERE code = (SELECT provider_code FROM ret))
        ORDER BY postcode, valid_from DESC NULLS LAST
        """
    )
    connection.execute(
        """
        UPDATE all_short_break SET distance_band = CASE
            WHEN away.km < 5 THEN '1' WHEN away.km < 20 THEN '2' WHEN away.km <= 50 THEN '3' ELSE '4' END
        FROM (
            SELECT s.row_id, sqrt(pow(home.easting - site.easting, 2) + pow(home.northing - site.northing, 2)) / 1000 AS km
            FROM all_short_break AS s
            JOIN (SELECT DISTINCT ON (referral_id) referral_id, local_patient_id FROM all_referral) USING (referral_id)
            JOIN (SELECT DISTINCT ON (local_patient_id) local_patient_id, postcode FROM all_child) AS c
                USING (local_patient_id)
            JOIN located AS home ON home.postcode = c.postcode
            JOIN organisations AS o ON o.code = (SELECT provider_code FROM ret)
            JOIN located AS site ON site.postcode = o.postcode
        ) AS away
        WHERE away.row_id = all_short_break.row_id AND away.km IS NOT NULL
        """
    )
