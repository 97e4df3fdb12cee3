"""What was sent, as relations of a read-only connection: the receipts, their counts of rows, and their findings.

A return holds one part or two: the rows about children (MDS), the questionnaires about services (SQ). Each part counts by
itself, so each is told of by itself.

    sending(receipt_id, provider_code, rp_start, rp_end, part, about, received_on, sequence, verdict, schema_version, counts,
            revision, document)         a row a receipt and part; `revision` numbers those of one provider, period and part
    sent_rows(receipt_id, provider_code, rp_start, part, table_name, rows, accepted, rejected, held, counts)
    told(receipt_id, provider_code, rp_start, part, rule, severity, tbl, sheet, row, cell, field, answered)
                                        the findings of the returns that count, so far; the store keeps no others
    rule_about(rule, message, versions, crossing, duplicate, left_out, unread)
                                        the rules, and of which dimension of quality they tell
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.duck import literal
from mds_schemas.versions import LATEST, part_of
from mds_validators.catalogue import message
from mds_validators.rules import Rule, Stage, all_rules

if TYPE_CHECKING:
    import duckdb

OF_SERVICES = tuple(model.info.name for model in LATEST if part_of(model) == "SQ")
_CROSSING = (Stage.XFIELD, Stage.XREC, Stage.XTAB)
_DUPLICATES_BESIDE_KEYS = frozenset({"CP101080", "CP202060"})
"""One NHS number for two children, and two phases of one referral on one day."""


def prepare_receipts(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the relations of all periods up to that of the relation `period`."""
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE sending AS
        WITH part AS (
            SELECT r.*, unnest(CASE return_type WHEN 'ALL' THEN ['MDS', 'SQ'] ELSE [return_type] END) AS part
            FROM receipt AS r WHERE rp_start <= (SELECT rp_start FROM period)
        )
        SELECT receipt_id, provider_code, rp_start, rp_end, part,
            CASE part WHEN 'MDS' THEN 'children' ELSE 'services' END AS about, received_on, sequence, verdict, schema_version,
            list_contains(string_split(counts_for, ';'), part) AS counts,
            row_number() OVER (PARTITION BY provider_code, rp_start, part ORDER BY sequence) AS revision,
            document::JSON AS document
        FROM part
        """
    )
    tables = ", ".join(f"'{name}'" for name in OF_SERVICES)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE sent_rows AS
        WITH listed AS (SELECT *, unnest(json_keys(document, '$.tables')) AS tbl FROM temp.sending),
            counted AS (
                SELECT *, from_json(document->'tables'->tbl, '{{"rows": "BIGINT", "accepted": "BIGINT", "rejected": "BIGINT",
                    "held": "BIGINT"}}') AS of FROM listed WHERE (part = 'SQ') = (tbl IN ({tables}))
            )
        SELECT receipt_id, provider_code, rp_start, part, tbl AS table_name, unnest(of), counts FROM counted
        """
    )
    rules = ", ".join(map(_about, all_rules().values()))
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE rule_about AS FROM (VALUES {rules})"
        " AS said(rule, message, versions, crossing, duplicate, left_out, unread)"
    )
    # A finding about the header goes with the first part that counts.
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP VIEW told AS
        WITH counting AS (
            SELECT receipt_id, provider_code, rp_start, list(part ORDER BY part) AS parts
            FROM temp.sending WHERE counts GROUP BY ALL
        ), placed AS (
            SELECT f.* RENAME (code AS rule), provider_code, rp_start, parts,
                CASE WHEN tbl = 'header' THEN parts[1] WHEN tbl IN ({tables}) THEN 'SQ' ELSE 'MDS' END AS part
            FROM finding AS f JOIN counting USING (receipt_id)
        )
        SELECT * EXCLUDE (parts) FROM placed WHERE list_contains(parts, part)
        """
    )


def _about(rule: Rule) -> str:
    """A row of `rule_about`, as SQL."""
    versions = ", ".join(map(literal, rule.versions))
    crossing = rule.severity == "warning" and rule.stage in _CROSSING
    left_out = rule.severity == "record" or rule.keeps_first
    says = f"{crossing}, {is_duplicate(rule)}, {left_out}, {is_unread(rule)}"
    return f"({literal(rule.code)}, {literal(message(rule))}, [{versions}], {says})"


def is_duplicate(rule: Rule) -> bool:
    """Whether a rule finds rows with the key of another row."""
    key = LATEST.tables[rule.table].info.key
    return (rule.stage is Stage.XREC and rule.at == key) or rule.code in _DUPLICATES_BESIDE_KEYS


def is_unread(rule: Rule) -> bool:
    """Whether a rule tells that a row was kept without a value that could not be read."""
    model = LATEST.tables[rule.table]
    own = {column.item.rules.get("*") for column in model.columns().values()}
    return rule.severity == "warning" and rule.code in {f"{model.info.rule_prefix}910Q", *own}
