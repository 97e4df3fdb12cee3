"""Runs the rules over the typed tables of one return, stage by stage.

For every table `T` of the version there are: `all_T`, the typed rows as sent (also seen as `sent_T`); `out_T`, the
rows that fell out so far; and `T`, the view of the rest. A stage's conditions on single rows are evaluated together in
one pass over the table, as the bits of a number; its queries run one by one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, cached_property
from typing import TYPE_CHECKING

from mds.duck import in_one_step, literal
from mds.validate.contexts import CONTEXTS, joins, make_contexts
from mds_schemas.versions import LATEST, Version
from mds_validators.rules import Rule, Stage, all_rules

if TYPE_CHECKING:
    import duckdb

    from mds.validate.surroundings import Earlier

FINDING_TABLE = """
    CREATE TABLE finding (
        code VARCHAR, tbl VARCHAR, row_id BIGINT, field VARCHAR, facts VARCHAR,
        src SMALLINT, line BIGINT, col SMALLINT, sheet VARCHAR, answered BOOLEAN DEFAULT false
    )
"""

_BITS = 60
"""Conditions that fit in one number."""


class Engine:
    """The rules of one version over one return, in one working database."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, version: Version, at_hand: frozenset[str]) -> None:
        self.connection = connection
        self.version = version
        self.at_hand = at_hand
        self.not_run: list[tuple[str, str]] = []
        """(rule code, what it needs that is not at hand)."""
        self._changed = True
        """Rows fell out since the contexts were made."""
        self._uncascaded = True
        """Rows fell out, or none were looked at yet, since the last cascade."""

    def prepare(self) -> None:
        """Make the views of what is still accepted. The `all_` tables must be there."""
        in_one_step(
            self.connection,
            (
                f"CREATE TABLE out_{name} (row_id BIGINT, held BOOLEAN); "
                f"CREATE VIEW sent_{name} AS SELECT * FROM all_{name}; "
                f"CREATE VIEW {name} AS SELECT * FROM all_{name} ANTI JOIN out_{name} USING (row_id)"
                for name in self.version.tables
            ),
        )

    def run(self, earlier: Earlier | None = None) -> None:
        """Run all stages from the fields on. Findings of the file and field readers must be recorded before."""
        self._leave_out(Stage.FILE)
        for stage in (Stage.FIELD, Stage.XFIELD, Stage.XREC, Stage.XTAB, Stage.PREV, Stage.REF):
            if stage >= Stage.XTAB:
                self.cascade()
            self._run_stage(stage)
        self.cascade()
        self._renew_contexts()
        if earlier and earlier.compare(self.connection):
            self.at_hand |= {"same_period"}
        self._run_header_rules()

    @cached_property
    def rules(self) -> list[Rule]:
        """The rules on rows that can run here; what cannot is told in `not_run`."""
        return self._choose(lambda rule: rule.table != "header")

    def _choose(self, wanted: Callable[[Rule], bool]) -> list[Rule]:
        chosen = []
        for rule in filter(wanted, all_rules().values()):
            if self.version.number not in rule.versions or rule.table not in self.version.tables:
                continue
            if _tables_in(rule.sql) - self._present:
                continue
            missing = [need for need in rule.needs if need not in self.at_hand]
            if missing:
                self.not_run.append((rule.code, missing[0]))
            else:
                chosen.append(rule)
        return chosen

    @cached_property
    def _present(self) -> set[str]:
        return set(self.version.tables)

    @cached_property
    def _filled(self) -> set[str]:
        """The tables that hold rows. A rule on a table without rows has nothing to say, unless it asks for them."""
        asked = ", ".join(f"EXISTS (FROM all_{name})" for name in self.version.tables)
        row = self.connection.execute(f"SELECT {asked}").fetchone() or ()
        return {name for name, filled in zip(self.version.tables, row, strict=True) if filled}

    def _one(self, query: str) -> object:
        row = self.connection.execute(query).fetchone()
        return row[0] if row else None

    # --- one stage ---------------------------------------------------------------------------------------------

    def _run_stage(self, stage: Stage) -> None:
        rules = [rule for rule in self.rules if rule.stage == stage and rule.checked_by == "sql"]
        rules = [rule for rule in rules if rule.table in self._filled or "previous" in rule.needs]
        if rules:
            self._renew_contexts()
        for table in self.version.tables:
            on_rows = [rule for rule in rules if rule.table == table and rule.where]
            for start in range(0, len(on_rows), _BITS):
                self._run_conditions(table, on_rows[start : start + _BITS])
        for rule in rules:
            if rule.query:
                self._run_query(rule)
        self._leave_out(stage)

    def _renew_contexts(self) -> None:
        if self._changed:
            make_contexts(self.connection, "{}")
            self._changed = False

    def _run_conditions(self, table: str, rules: list[Rule]) -> None:
        """Evaluate conditions on the rows of one table, each as a bit, and record a finding for each bit that is set."""
        if not rules:
            return
        bits = " | ".join(f"CASE WHEN ({rule.where}) THEN {1 << bit} ELSE 0 END" for bit, rule in enumerate(rules))
        joined = joins(self.version, table, " ".join(rule.where for rule in rules))
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE hit AS SELECT * FROM"
            f" (SELECT {table}.row_id, ({bits})::BIGINT AS bits FROM {table} {joined}) WHERE bits <> 0"
        )
        set_bits = self._one("SELECT bit_or(bits) FROM hit") or 0
        for bit, rule in enumerate(rules):
            if int(str(set_bits)) & (1 << bit):
                self.connection.execute(
                    "INSERT INTO finding (code, tbl, row_id, field) SELECT ?, ?, row_id, ? FROM hit WHERE bits & ? <> 0",
                    [rule.code, table, rule.at[0] if rule.at else None, 1 << bit],
                )

    def _run_query(self, rule: Rule) -> None:
        """Record a finding for every row of a rule's query; what it returns beside `row_id` and `field` are the facts."""
        told = "{" in rule.message
        packed = """json_merge_patch(to_json(found), '{"row_id": null, "field": null}')::VARCHAR""" if told else "NULL"
        place = "coalesce(found.field, ?)" if rule.names_field else "?"
        self.connection.execute(
            f"INSERT INTO finding (code, tbl, row_id, field, facts)"
            f" SELECT ?, ?, found.row_id, {place}, {packed} FROM ({rule.query}) AS found",
            [rule.code, rule.table, rule.at[0] if rule.at else None],
        )

    def _run_header_rules(self) -> None:
        """The rules about the whole return come last: they count what the others rejected."""
        for rule in self._choose(lambda rule: rule.table == "header" and rule.checked_by == "sql"):
            if not rule.where:
                self._run_query(rule)
                continue
            self.connection.execute(
                f"INSERT INTO finding (code, tbl, field) SELECT ?, ?, ? FROM ret WHERE {rule.where}",
                [rule.code, rule.table, rule.at[0] if rule.at else None],
            )

    # --- what falls out ----------------------------------------------------------------------------------------

    def _leave_out(self, stage: Stage) -> None:
        """Take the rows with a record-level finding up to this stage, and copies of rows, out of the later stages."""
        found = self.connection.execute("SELECT DISTINCT tbl, code FROM finding WHERE row_id IS NOT NULL").fetchall()
        for table, code in sorted(found):
            rule = all_rules()[code]
            if rule.stage <= stage and (rule.severity == "record" or rule.keeps_first):
                self._take_out(table, code, held=rule.keeps_first)

    def _take_out(self, table: str, code: str, *, held: bool) -> None:
        row = self.connection.execute(
            f"INSERT INTO out_{table} SELECT DISTINCT row_id, {held} FROM finding AS f"
            f" WHERE tbl = ? AND code = ? AND row_id IS NOT NULL"
            f" AND NOT EXISTS (FROM out_{table} AS o WHERE o.row_id = f.row_id)",
            [table, code],
        ).fetchone()
        if row and row[0]:
            self._changed |= table in CONTEXTS
            self._uncascaded = True

    def cascade(self) -> None:
        """Reject the rows whose parent row is not accepted, with the parent's first code as a fact."""
        if not self._uncascaded:
            return
        self._uncascaded = False
        cascades = {rule.table: rule for rule in self.rules if rule.checked_by == "cascade"}
        for name in self.version.tables:
            if name in cascades and name in self._filled:
                self._cascade_to(name, cascades[name])
        self._uncascaded = False

    def _cascade_to(self, name: str, rule: Rule) -> None:
        info = self.version.tables[name].info
        parent, key = info.parent, info.parent_key
        self.connection.execute(
            f"""
            INSERT INTO finding (code, tbl, row_id, field, facts)
            WITH orphan AS (
                SELECT row_id, {key} AS key FROM {name} AS c
                WHERE {key} IS NOT NULL AND {key} <> {literal(info.parentless)}
                    AND NOT EXISTS (FROM {parent} AS p WHERE p.{key} = c.{key})
            ), fallen AS (
                SELECT p.{key} AS key, min(p.row_id) AS row_id FROM all_{parent} AS p
                WHERE p.{key} IN (SELECT key FROM orphan) GROUP BY p.{key}
            ), cause AS (
                SELECT f.row_id, min(f.code) AS code FROM finding AS f JOIN out_{parent} USING (row_id)
                WHERE f.tbl = {literal(parent)} AND f.code IN (SELECT unnest(?)) GROUP BY f.row_id
            )
            SELECT ?, ?, orphan.row_id, ?,
                to_json(struct_pack(parent_row := fallen.row_id, parent_code := cause.code))::VARCHAR
            FROM orphan LEFT JOIN fallen USING (key) LEFT JOIN cause ON cause.row_id = fallen.row_id
            """,
            [self._rejecting, rule.code, name, key],
        )
        self._take_out(name, rule.code, held=False)

    @cached_property
    def _rejecting(self) -> list[str]:
        return [code for code, rule in all_rules().items() if rule.severity == "record"]


@cache
def _tables_in(sql: str) -> frozenset[str]:
    """The tables of a return that a rule names."""
    named = re.findall(r"\b(?:sent_)?(\w+)\b(?!\s*\()", sql)
    return frozenset(named) & LATEST.tables.keys() - {"header"}
