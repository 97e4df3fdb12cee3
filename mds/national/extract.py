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
from mds.failures import NotPermitted, UsageFailure
from mds.keys import EXTRACTS, private_folder
from mds.national import catalogue
from mds.national.manifest import PROFILE, Manifest
from mds.national.parquet import as_bytes, digest_of
from mds.national.scan import scan
from mds.national.services import service_tables
from mds.network.checks import run_checks
from mds.network.prepare import prepare
from mds.network.quality import prepare_quality
from mds.network.receipts import prepare_receipts
from mds.reports.wording import day as in_words
from mds.store.database import SCHEMA_REVISION
from mds.version import TOOL_VERSION
from mds.writing import write_whole, writing
from mds_schemas.versions import LATEST
from mds_validators.rules import rule_set

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from mds.home import Home
    from mds_validators.expectations.check import Outcome

MAGIC = b"MDSX1\n"
FORM = sealing.Form(
    MAGIC, "extract", ("contents",),
    "This is not an extract of this program, or it is damaged. Extracts end in .mdsx.",
    "The extract was damaged or altered on the way, or another key signed it than that of the card trusted here. Ask the region "
    "to send it again; where that does not help, ask for its card (mds keys trust).",
    "The extract is sealed for another recipient, or it was damaged. Send the region your card (mds keys card), and let it make "
    "the extract again.",
    1, "The extract was made by another version of this program. Update it on both sides.",
)  # fmt: skip
MANIFEST = "manifest.json"
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

    manifest: Manifest
    tables: dict[str, bytes]

    @property
    def name(self) -> str:
        """Of its file: EE-2026-04-01-counts."""
        return f"{self.manifest.network}-{self.manifest.rp_start}-{self.manifest.profile}"


def extract(asked: Asked, rp_start: date, tell: Callable[[str], None]) -> Extract:
    """The extract for the period that begins on `rp_start`.

    Raises NotPermitted where a check of error severity fails and no reason was given, where something identifying would leave,
    or where no recipient is trusted; UsageFailure where it is no period of the network, it has not ended or nothing was received.
    """
    connection, home = asked.connection, asked.home
    trusted_card(home, THE_NATION)
    prepare(connection, home, rp_start)
    _has_ended(connection, asked.today)
    tell("1 of 4: the checks of the merged data")
    prepare_receipts(connection)
    prepare_quality(connection, home)
    checkpoint = _checkpoint(run_checks(connection, home, lambda suite: tell(f"  {suite}")), asked.despite)
    tell("2 of 4: the counts of the catalogue")
    tables = {**counts(connection), "completeness": _completeness(connection)}
    about = {**_about(connection, home), "checkpoint": checkpoint, "returns": _returns(connection)}
    tell("3 of 4: the services")
    tables |= {f"service_{name}": table for name, table in service_tables(connection, home, rp_start).items()}
    tell("4 of 4: the last look")
    scan(tables, checkpoint["despite"])
    contents = {name: as_bytes(table) for name, table in tables.items()}
    about["tables"] = {
        name: {"rows": tables[name].num_rows, "sha256": digest_of(content)} for name, content in contents.items()
    }
    return Extract(Manifest.model_validate({**about, "made_on": asked.today.isoformat()}), contents)


def sealed(made: Extract, asked: Asked) -> bytes:
    """The bytes of an extract, for the recipient whose card the region trusts. Raises NotPermitted when it trusts none."""
    recipient = trusted_card(asked.home, THE_NATION)
    own_card(asked.home, asked.today)  # the region's key is made when it is first needed
    signs = signing_key(asked.home.keys.load(EXTRACTS))
    contents = {MANIFEST: made.manifest.model_dump_json().encode(), **made.tables}
    return sealing.seal(FORM, made.manifest.outside, [(sealing.together(contents), recipient.sealing_key)], signs)


def recorded(made: Extract, home: Home) -> None:
    """Keep what an extract said of itself in the region's home: which there were, and with what reason."""
    folder = home.path / "extracts"
    private_folder(folder)
    path = folder / f"{made.name}-{made.manifest.made_on}-{made.manifest.content_digest[:12]}.json"
    with writing("The record of the extract"):
        write_whole(path, (made.manifest.model_dump_json(indent=1) + "\n").encode(), private=True)


def _has_ended(connection: duckdb.DuckDBPyConnection, today: date) -> None:
    (end,) = connection.execute("SELECT rp_end FROM period").fetchall()[0]
    if end >= today:
        raise UsageFailure(f"The period lasts until {in_words(end)}: an extract is made when it has ended.")


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
        "schema_version": LATEST.number, "store_revision": SCHEMA_REVISION, "store_sequence": sequence,
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


def counts(connection: duckdb.DuckDBPyConnection) -> dict[str, pa.Table]:
    """Each table of the catalogue, and how many of the children in each cell each provider knows: an attacker may be one."""
    (end,) = connection.execute("SELECT rp_end FROM period").fetchall()[0]
    return {
        f"{kind}_{table.name}": connection.execute(catalogue.cells(table, *also)).to_arrow_table()
        for table in catalogue.leaving(end)
        for kind, also in (("count", ()), ("known_to", ("provider_code",)))
    }


def _completeness(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    return connection.execute(
        "SELECT tbl AS table_name, field, requirement, sum(stated)::BIGINT AS stated, sum(rows)::BIGINT AS of_rows"
        " FROM completeness JOIN period USING (rp_start) GROUP BY ALL ORDER BY ALL"
    ).to_arrow_table()
