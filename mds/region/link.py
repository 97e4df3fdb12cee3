"""Which children of the providers are one person, and what counts of what is said of them (specification 2.4, point 4).

So far by the NHS number alone. Linkage by the other match-keys, review and supersession have their place here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.keys import NORMALISATION, Key, keyed
from mds.region.attributes import BY_PRECEDENCE, PERSON_ATTRIBUTES, counting

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

TOKEN_BYTES = 16


def person_tokens(connection: duckdb.DuckDBPyConnection, envelope: pa.Table, stage2: Key, network: str) -> None:
    """Make the view `arrived_child`: the arriving children with their stage 2 key, prefixed with the key's id."""
    import pyarrow as pa

    tokens = keyed(envelope["match_key"].to_pylist(), _stage2(stage2, network), TOKEN_BYTES)
    people = pa.table(
        {
            "handle": envelope["handle"],
            "person_token": pa.array([f"{stage2.key_id}:{token.hex()}" for token in tokens], pa.string()),
        }
    )
    connection.register("person_of_handle", people)
    connection.execute(
        "CREATE OR REPLACE TEMP VIEW arrived_child AS SELECT r.*, p.person_token FROM arriving_child AS r"
        " LEFT JOIN person_of_handle AS p USING (handle)"
    )


def _stage2(stage2: Key, network: str) -> bytes:
    return stage2.derive("stage2", network, f"nhs_number.{NORMALISATION}")


def link_provider(connection: duckdb.DuckDBPyConnection, provider: str, stage2: Key, network: str) -> None:
    """Renew the links of one provider's children, and the persons that they concern.

    A child's person is the one of its newest row with an NHS number; a child that never had one stays by itself.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE touched AS SELECT person_key FROM link WHERE provider_code = ?", [provider]
    )
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE linked AS
        SELECT local_patient_id, arg_max(person_token, rp_end) FILTER (person_token IS NOT NULL) AS person_key
        FROM child WHERE provider_code = ? GROUP BY local_patient_id
        """,
        [provider],
    )
    alone = [row[0] for row in connection.execute(
        "SELECT local_patient_id::VARCHAR FROM linked WHERE person_key IS NULL ORDER BY ALL"
    ).fetchall()]  # fmt: skip
    _key_singles(connection, alone, stage2, network, provider)
    connection.execute("DELETE FROM link WHERE provider_code = ?", [provider])
    connection.execute(
        """
        INSERT INTO link SELECT ?, l.local_patient_id, coalesce(l.person_key, s.person_key),
            CASE WHEN l.person_key IS NULL THEN 'single' ELSE 'traced' END
        FROM linked AS l LEFT JOIN (SELECT local_patient_id::UUID AS local_patient_id, person_key FROM singles) AS s
            USING (local_patient_id)
        """,
        [provider],
    )
    connection.execute("INSERT INTO touched SELECT person_key FROM link WHERE provider_code = ?", [provider])
    _renew_persons(connection)


def _key_singles(
    connection: duckdb.DuckDBPyConnection, alone: list[str], stage2: Key, network: str, provider: str
) -> None:
    import pyarrow as pa

    tokens = keyed(alone, stage2.derive("single", network, provider), TOKEN_BYTES)
    keys = [f"{stage2.key_id}:{token.hex()}" for token in tokens]
    connection.register(
        "singles",
        pa.table({"local_patient_id": pa.array(alone, pa.string()), "person_key": pa.array(keys, pa.string())}),
    )


def _renew_persons(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the touched persons anew: each attribute by precedence, with what the others say kept as alternatives.

    A stated value goes before one that says that nothing is known; then the newest census date, the lead service, the
    provider with more contacts, and the provider code.
    """
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE said AS
        WITH newest AS (
            SELECT l.person_key, l.identity_class, c.*, r.reference_date
            FROM link AS l JOIN child AS c USING (provider_code, local_patient_id) JOIN receipt AS r USING (receipt_id)
            WHERE l.person_key IN (SELECT person_key FROM touched) AND (provider_code, local_patient_id, c.rp_end) IN (
                SELECT (provider_code, local_patient_id, max(rp_end)) FROM child GROUP BY provider_code, local_patient_id
            )
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
        )
        SELECT n.*, coalesce(care.leads, false) AS leads, coalesce(busy.contacts, 0) AS contacts,
            main.* EXCLUDE (receipt_id, local_patient_id)
        FROM newest AS n
        LEFT JOIN care USING (receipt_id, local_patient_id)
        LEFT JOIN busy USING (receipt_id, local_patient_id)
        LEFT JOIN (
            SELECT receipt_id, local_patient_id, any_value(act_category) AS act_category,
                any_value(icd10_code) AS icd10_code, any_value(diagnostic_group) AS diagnostic_group
            FROM condition WHERE is_primary = 'Y' AND receipt_id IN (SELECT receipt_id FROM newest) GROUP BY ALL
        ) AS main USING (receipt_id, local_patient_id)
        """
    )
    for table in ("person", "person_attribute"):
        connection.execute(f"DELETE FROM {table} WHERE person_key IN (SELECT person_key FROM touched)")
    chosen = ", ".join(map(counting, PERSON_ATTRIBUTES))
    names = ", ".join(PERSON_ATTRIBUTES)
    connection.execute(
        f"""
        INSERT INTO person (person_key, identity_class, providers, {names})
        SELECT person_key, any_value(identity_class), count(DISTINCT provider_code), {chosen}
        FROM (SELECT *, {BY_PRECEDENCE} AS place FROM said) GROUP BY person_key
        """
    )
    _keep_alternatives(connection)


def _keep_alternatives(connection: duckdb.DuckDBPyConnection) -> None:
    """What providers say of a shared child, attribute by attribute, where it is not what counts."""
    texts = ", ".join(f"s.{name}::VARCHAR AS {name}" for name in PERSON_ATTRIBUTES)
    counting = ", ".join(f"p.{name}::VARCHAR AS {name}" for name in PERSON_ATTRIBUTES)
    shared = "person_key IN (SELECT person_key FROM said GROUP BY ALL HAVING count(*) > 1)"
    names = ", ".join(PERSON_ATTRIBUTES)
    connection.execute(
        f"""
        INSERT INTO person_attribute (person_key, attribute, value, provider_code, reference_date)
        WITH said AS (
            UNPIVOT (SELECT person_key, provider_code, reference_date, {texts} FROM said AS s WHERE {shared})
            ON {names} INTO NAME attribute VALUE value
        ), counts AS (
            UNPIVOT (SELECT person_key, {counting} FROM person AS p WHERE {shared}) ON {names}
            INTO NAME attribute VALUE value
        )
        SELECT person_key, attribute, said.value, provider_code, reference_date
        FROM said JOIN counts USING (person_key, attribute) WHERE said.value <> counts.value
        """
    )
