"""A region's extract for a period: exact counts of the registered catalogue and the service tables, sealed for the national
recipient.

The same store gives the same tables, byte for byte; sealing and signing come after. Who has not sent travels with the figures,
and so does what the checks of the merged store found.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from mds import sealing
from mds.cards import THE_NATION, own_card, signing_key, trusted_card
from mds.failures import NotPermitted
from mds.keys import EXTRACTS
from mds.national import catalogue
from mds.national.parquet import as_bytes, digest_of
from mds.national.scan import scan
from mds.national.services import service_tables
from mds.network.checks import run_checks
from mds.network.prepare import prepare
from mds.network.quality import prepare_quality
from mds.network.receipts import prepare_receipts
from mds.store.database import SCHEMA_REVISION
from mds.version import TOOL_VERSION
from mds_schemas.versions import LATEST
from mds_validators.rules import rule_set

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from mds.home import Home
    from mds_validators.expectations.check import Outcome

PROFILE = "counts"
MAGIC = b"MDSX1\n"
FORM = sealing.Form(
    MAGIC, "extract", ("tables",),
    "This is not an extract of this program, or it is damaged. Extracts end in .mdsx.",
    "The extract has been damaged or altered on the way. Ask the region to send it again.",
    1, "The extract was made by another version of this program. Update it on both sides.",
)  # fmt: skip
_ABOUT_THE_MAKING = ("made_on", "store_sequence", "content_digest", "format_version")
_LEAST_REASON = 10
"""Characters of a reason that says something."""


@dataclass(frozen=True)
class Asked:
    """What an extract is asked of: the region's open store, its home, the day, and why it may leave in spite of errors."""

    connection: duckdb.DuckDBPyConnection
    home: Home
    today: date
    despite: str = ""


@dataclass(frozen=True)
class Extract:
    """An extract before it is sealed: its manifest, and its tables as Parquet."""

    manifest: dict[str, Any]
    tables: dict[str, bytes]

    @property
    def name(self) -> str:
        """Of its file: EE-2026-04-01-counts."""
        return f"{self.manifest['network']}-{self.manifest['rp_start']}-{self.manifest['profile']}"


def extract(asked: Asked, rp_start: date, tell: Callable[[str], None]) -> Extract:
    """The extract for the period that begins on `rp_start`.

    Raises NotPermitted where a check of error severity fails and no reason was given, or where something identifying would
    leave; UsageFailure where it is no period of the network or nothing was received.
    """
    connection, home = asked.connection, asked.home
    tell("1 of 4: the checks of the merged data")
    prepare(connection, home, rp_start)
    prepare_receipts(connection)
    prepare_quality(connection, home)
    checkpoint = _checkpoint(run_checks(connection, home, lambda suite: tell(f"  {suite}")), asked.despite)
    tell("2 of 4: the counts of the catalogue")
    tables = _counts(connection)
    manifest = {**_about(connection, home), "checkpoint": checkpoint, "returns": _returns(connection)}
    tables["completeness"] = _completeness(connection)
    tell("3 of 4: the services")
    tables |= {f"service_{name}": table for name, table in service_tables(connection, home, rp_start).items()}
    tell("4 of 4: the last look")
    scan(tables)
    contents = {name: as_bytes(table) for name, table in tables.items()}
    manifest["tables"] = {
        name: {"rows": tables[name].num_rows, "sha256": digest_of(content)} for name, content in contents.items()
    }
    manifest["content_digest"] = content_digest(manifest)
    return Extract({**manifest, "made_on": asked.today.isoformat()}, contents)


def sealed(made: Extract, asked: Asked) -> bytes:
    """The bytes of an extract, for the recipient whose card the region trusts. Raises NotPermitted when it trusts none."""
    recipient = trusted_card(asked.home, THE_NATION)
    own_card(asked.home, asked.today)  # the region's key is made when it is first needed
    signs = signing_key(asked.home.keys.load(EXTRACTS))
    return sealing.seal(FORM, made.manifest, [(sealing.together(made.tables), recipient.sealing_key)], signs)


def content_digest(manifest: dict[str, Any]) -> str:
    """The digest of what an extract says, whenever it was made."""
    said = {name: value for name, value in manifest.items() if name not in _ABOUT_THE_MAKING}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _checkpoint(outcomes: list[Outcome], despite: str) -> dict[str, Any]:
    """What the checks found. Raises NotPermitted where one of error severity failed and no reason was given."""
    failed = {severity: sorted(one.check.code for one in outcomes if not one.passed and one.check.severity == severity)
              for severity in ("error", "warning")}  # fmt: skip
    if failed["error"] and len(despite.strip()) < _LEAST_REASON:
        raise NotPermitted(
            f"The merged store fails its checks ({', '.join(failed['error'])}), so that no extract leaves it. Run mds report, "
            "which says at which providers. Where it has to leave all the same: --despite 'the reason', which goes with it."
        )
    return {
        "checks": len(outcomes), "errors": failed["error"], "warnings": failed["warning"],
        "despite": despite.strip() if failed["error"] else "",
    }  # fmt: skip


def _about(connection: duckdb.DuckDBPyConnection, home: Home) -> dict[str, Any]:
    start, end = connection.execute("FROM period").fetchall()[0]
    returns = connection.execute(
        "SELECT receipt_id, content_digest FROM receipt WHERE counts_for <> '' AND rp_start <= ? ORDER BY receipt_id",
        [start],
    ).fetchall()
    (sequence,) = connection.execute("SELECT coalesce(max(sequence), 0)::INTEGER FROM receipt").fetchall()[0]
    return {
        "profile": PROFILE, "network": home.network, "rp_start": start.isoformat(), "rp_end": end.isoformat(),
        "test_data": home.is_test, "catalogue": catalogue.VERSION, "tool_version": TOOL_VERSION, "rule_set": rule_set(),
        "schema_version": LATEST.number, "store_revision": SCHEMA_REVISION,
        "store_sequence": sequence,
        "store_digest": hashlib.sha256(json.dumps(returns).encode()).hexdigest(),
    }  # fmt: skip


def _returns(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The providers that were to send, with whether they did."""
    rows = connection.execute(
        "SELECT provider_code, provider_name, provider_type, provider_code IN (SELECT provider_code FROM arrived)"
        " FROM commissioned ORDER BY provider_code"
    ).fetchall()
    names = ("provider_code", "provider_name", "provider_type", "returned")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _counts(connection: duckdb.DuckDBPyConnection) -> dict[str, pa.Table]:
    """Each table of the catalogue, and the same as each provider knows it: an attacker may be one of them."""
    tables = {}
    for table in catalogue.TABLES:
        tables[f"count_{table.name}"] = connection.execute(catalogue.cells(table)).to_arrow_table()
        tables[f"known_to_{table.name}"] = connection.execute(catalogue.cells(table, "provider_code")).to_arrow_table()
    return tables


def _completeness(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    return connection.execute(
        "SELECT tbl AS table_name, field, requirement, sum(stated)::BIGINT AS stated, sum(rows)::BIGINT AS of_rows"
        " FROM completeness JOIN period USING (rp_start) GROUP BY ALL ORDER BY ALL"
    ).to_arrow_table()
