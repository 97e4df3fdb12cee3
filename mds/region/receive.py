"""What the region verifies before it takes a package in. Everything here fails closed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from mds.failures import NotPermitted
from mds.payload import PayloadColumn, payload_columns, payload_tables
from mds.region.manifest import check_counts, check_manifest
from mds_schemas.types import Postcode, check_digit_agrees
from mds_schemas.versions import LATEST, VERSIONS
from mds_validators.rules import all_rules

if TYPE_CHECKING:
    import duckdb

    from mds.home import Home
    from mds.package import Contents
    from mds_schemas.table import Table

FINDINGS = {
    "code": "VARCHAR", "severity": "VARCHAR", "tbl": "VARCHAR", "sheet": "VARCHAR", "row": "INTEGER", "cell": "VARCHAR",
    "field": "VARCHAR", "answered": "BOOLEAN",
}  # fmt: skip
"""The columns of the findings that travel with a return, and their types."""
ENVELOPE = {"handle": "VARCHAR", "match_key": "VARCHAR"}

_DIGITS = re.compile(r"(?<![0-9])[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}(?![0-9])")
_POSTCODE = re.compile(rf"(?<![A-Z0-9])(?:{Postcode.pattern().replace(' ', ' ?')})(?![A-Z0-9])")
_HANDLE = "[0-9a-f]{32}"
_MATCH_KEY = "[0-9a-f]{64}"
_CELL = re.compile(r"(?:[A-Z]{1,3}[0-9]{1,7})?")
_REFUSED = "The package holds something that must not leave a provider, or that looks like it. Nothing was stored."


def verify(home: Home, contents: Contents) -> None:
    """Raises NotPermitted when a package is not for this region, or is not what its manifest says."""
    check_manifest(home, contents.manifest)
    expected = {name: list(_types(name)) for name in (*_data_tables(), "finding", "envelope")}
    found = {name: table.column_names for name, table in {**contents.tables, "envelope": contents.envelope}.items()}
    if "finding" not in found or found != {name: expected.get(name) for name in found}:
        raise NotPermitted("The package does not hold the columns of this version. Update the program on both sides.")
    check_counts(contents)


def register(connection: duckdb.DuckDBPyConnection, contents: Contents) -> None:
    """Make the arriving rows visible as `arriving_T` beside the store. Raises NotPermitted for identifiers."""
    arriving = {**contents.tables, "envelope": contents.envelope}
    for name, table in arriving.items():
        connection.register(f"arriving_{name}", table)
        if _described(connection, name) != _types(name):
            raise NotPermitted("The package holds values of another kind than this version does. Nothing was stored.")
    for name in _data_tables():
        if name not in arriving:
            nothing = ", ".join(f"NULL::{kind} AS {column}" for column, kind in _types(name).items())
            connection.execute(f"CREATE TEMP VIEW arriving_{name} AS SELECT {nothing} WHERE false")
    if (
        _has_identifiers(connection, filled(contents))
        or _has_strange_findings(connection)
        or not _handles_fit(connection)
    ):
        raise NotPermitted(_REFUSED)


def filled(contents: Contents) -> list[type[Table]]:
    """The data tables that hold rows in a package."""
    return [model for model in payload_tables() if model.info.name in contents.tables]


def arriving(name: str) -> str:
    """The relation of the rows that arrive for one table; children come with their person token."""
    return "arrived_child" if name == "child" else f"arriving_{name}"


def looks_identifying(text: str) -> bool:
    """Whether a provider's own code could be an NHS number or a postcode."""
    numbers = (re.sub("[ -]", "", found) for found in _DIGITS.findall(text))
    return any(map(check_digit_agrees, numbers)) or _POSTCODE.search(text.upper()) is not None


def _data_tables() -> list[str]:
    return [model.info.name for model in payload_tables()]


def _types(name: str) -> dict[str, str]:
    """Column → type of one arriving relation."""
    if name in ("finding", "envelope"):
        return FINDINGS if name == "finding" else ENVELOPE
    columns = {column.name: column.type for column in payload_columns(LATEST.tables[name])}
    return {"handle": "VARCHAR", **columns} if name == "child" else columns


def _described(connection: duckdb.DuckDBPyConnection, name: str) -> dict[str, str]:
    return {row[0]: row[1] for row in connection.execute(f"DESCRIBE arriving_{name}").fetchall()}


def _has_identifiers(connection: duckdb.DuckDBPyConnection, models: Iterable[type[Table]]) -> bool:
    """A text that its column does not allow, a code that looks like an identifier, a date that is too exact."""
    for model in models:
        columns = payload_columns(model)
        texts = [column for column in columns if column.type == "VARCHAR"]
        broken = [f"coalesce(bool_or({column.name} IS NOT NULL AND ({column.must}) IS NOT TRUE), false)"
                  for column in columns if column.must]  # fmt: skip
        distinct = [f"list(DISTINCT {column.name})" for column in texts]
        asked = ", ".join([*distinct, f"[{', '.join(broken)}]"])
        values = connection.execute(f"SELECT {asked} FROM arriving_{model.info.name}").fetchall()[0]
        if any(values[-1]) or any(map(_strange, texts, values)):
            return True
    return False


def _strange(column: PayloadColumn, values: list[str | None] | None) -> bool:
    stated = [value for value in values or () if value is not None]
    if column.allowed:
        return not all(re.fullmatch(column.allowed, value) for value in stated)
    return any(map(looks_identifying, stated))


def _has_strange_findings(connection: duckdb.DuckDBPyConnection) -> bool:
    """A finding that is not one of the rules' about a place of a return."""
    rows = connection.execute("SELECT DISTINCT code, severity, tbl, sheet, field FROM arriving_finding").fetchall()
    cells = connection.execute("SELECT DISTINCT cell FROM arriving_finding WHERE cell IS NOT NULL").fetchall()
    return any(not _CELL.fullmatch(cell) for (cell,) in cells) or any(not _is_finding(*row) for row in rows)


def _is_finding(code: str, severity: str, table: str, sheet: str, field: str) -> bool:
    rule = all_rules().get(code)
    models = [version.tables[table] for version in VERSIONS.values() if table in version.tables]
    return (
        rule is not None and rule.severity == severity and bool(models) and sheet in ("", models[-1].info.title)
        and (field == "" or any(field in model.columns() for model in models))
    )  # fmt: skip


def _handles_fit(connection: duckdb.DuckDBPyConnection) -> bool:
    """Handles are random numbers, one for each child; a match-key belongs to a child of the payload."""
    row = connection.execute(
        f"""
        SELECT (SELECT count(*) = count(DISTINCT handle) AND coalesce(bool_and(regexp_full_match(handle, '{_HANDLE}')), true)
                FROM arriving_child)
            AND (SELECT count(*) = count(DISTINCT handle)
                    AND coalesce(bool_and(regexp_full_match(match_key, '{_MATCH_KEY}')), true)
                    AND coalesce(bool_and(handle IN (SELECT handle FROM arriving_child)), true)
                FROM arriving_envelope)
        """
    ).fetchone()
    return bool(row and row[0])
