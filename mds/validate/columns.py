"""From raw texts to typed tables: each distinct value of a column is read once, by the field's own pydantic type.

Most values of most columns are already in their stored form; they are cast in place and only the others go through a
map. What is clean by a kind's `clean_pattern` or `clean_values` is not even listed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from mds.duck import literal
from mds_schemas.reading import REPAIRS, ReadContext, cell_text
from mds_schemas.table import Column, Table
from mds_schemas.types import Kind

if TYPE_CHECKING:
    import duckdb

    from mds.intake.source import Source


@dataclass
class Reading:
    """What became of the texts of one column."""

    values: dict[str, Any] = field(default_factory=dict)
    """Text → value, for the texts that are not already in their stored form."""
    outcomes: list[tuple[str, str]] = field(default_factory=list)
    """(text, kind) for every fault and repair."""


@dataclass(frozen=True)
class Seen:
    """What stands in one column of a source: the distinct texts that may not be in their stored form, and blanks."""

    unclean: list[str]
    blank: bool


def read_texts(column: Column, texts: Iterable[str], context: ReadContext) -> Reading:
    """Read each of the distinct `texts` by the field's type."""
    texts = list(texts)
    context = column.kind.survey(texts, replace(context, notes=set()))
    adapter = column.adapter
    reading = Reading()
    for text in texts:
        context.notes.clear()
        try:
            value = adapter.validate_python(text, context=context)
        except ValidationError as error:
            reading.values[text] = None
            reading.outcomes.append((text, error.errors(include_input=False, include_url=False)[0]["type"]))
            continue
        if value is None or cell_text(value) != text:
            reading.values[text] = value
        reading.outcomes.extend((text, note) for note in sorted(context.notes))
    return reading


def rule_for(model: type[Table], column: Column, kind: str) -> str | None:
    """The code of the rule that an outcome breaks, None for a repair that needs no word."""
    rules = column.item.rules
    if kind in rules:
        return rules[kind]
    if kind in REPAIRS:
        return None
    if "*" in rules and kind != "blank":
        return rules["*"]
    strict = column.mandatory or column.item.requirement == "conditional"
    return model.info.rule_prefix + ("900" if strict else "910Q")


def stored_type(column: Column) -> str:
    return column.kind.sql


def _seen(column: Column, texts: set[str | None]) -> Seen:
    unclean = texts - {*column.kind.clean_values}
    return Seen(sorted(text for text in unclean if text is not None), None in texts)


def _unclean(kind: Kind, cell: str) -> str:
    """SQL that leaves out the texts that a pattern knows to be in their stored form."""
    return (
        f"({cell} IS NULL OR NOT regexp_full_match({cell}, {literal(kind.clean_pattern)}))"
        if kind.clean_pattern
        else "true"
    )


def declaration(model: type[Table]) -> str:
    """SQL that creates the typed table of a model without rows."""
    declared = ", ".join(f"{field} {stored_type(column)}" for field, column in model.columns().items())
    return f"CREATE TABLE all_{model.info.name} (row_id BIGINT, src SMALLINT, line BIGINT, {declared})"


class ColumnReader:
    """Builds the typed table of one model from its sources, and records the findings of its fields."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, model: type[Table], context: ReadContext) -> None:
        self.connection = connection
        self.model = model
        self.context = context

    def build(self, sources: list[tuple[int, Source]]) -> None:
        """Create `all_TABLE(row_id, src, line, fields…)`. Row ids run through all sources from 0."""
        self.connection.execute(f"CREATE TABLE all_{self.model.info.name} AS {self.check(sources)}")

    def check(self, sources: list[tuple[int, Source]]) -> str:
        """Read every field and record the findings. Returns the SQL of the typed rows."""
        selects: list[str] = []
        offset = 0
        for number, source in sources:
            selects.append(self._select(source, number, offset))
            counted = self.connection.execute(f"SELECT count(*) FROM {source.raw}").fetchone()
            offset += counted[0] if counted else 0
        return " UNION ALL ".join(selects)

    def _select(self, source: Source, number: int, offset: int) -> str:
        expressions = [f"raw.rowid + {offset} AS row_id", f"{number}::SMALLINT AS src", f"{source.line} AS line"]
        joins: list[str] = []
        seen = self._look(source)
        for name, column in self.model.columns().items():
            position = source.columns.get(name)
            if position is None:
                expressions.append(f"NULL::{stored_type(column)} AS {name}")
                continue
            cell = f"raw.c{position}"
            reading = read_texts(column, seen[name].unclean, self.context)
            self._find(source, column, offset, reading, blank=seen[name].blank)
            expression = self._cast(column, cell)
            if reading.values:
                alias = f"m_{source.raw}_{position}_{name}"
                self._register(alias, column, reading.values)
                joins.append(f"LEFT JOIN {alias} ON {alias}.raw = {cell}")
                expression = f"CASE WHEN {alias}.raw IS NULL THEN {expression} ELSE {alias}.value END"
            expressions.append(f"{expression} AS {name}")
        return f"SELECT {', '.join(expressions)} FROM {source.raw} AS raw {' '.join(joins)} WHERE {source.where}"

    def _cast(self, column: Column, cell: str) -> str:
        match column.kind.sql:
            case "VARCHAR":
                return cell
            case "VARCHAR[]":
                return f"string_split({cell}, ';')"
            case sql:
                return f"TRY_CAST({cell} AS {sql})"

    def _look(self, source: Source) -> dict[str, Seen]:
        """Look at the columns of a source, several in one pass, but for those with as many values as rows: these may not
        fit into memory together."""
        sent = {name: column for name, column in self.model.columns().items() if name in source.columns}
        few = [name for name, column in sent.items() if not column.kind.as_many_as_rows]
        texts: dict[str, set[str | None]] = {name: set() for name in sent}
        for together in (few, *([name] for name in sent.keys() - {*few})):
            for name, text in self._distinct(source, together):
                texts[name].add(text)
        return {name: _seen(column, texts[name]) for name, column in sent.items()}

    def _distinct(self, source: Source, names: list[str]) -> list[tuple[str, str | None]]:
        """(field, text) for each distinct text of some columns that is not known to be in its stored form. Grouped by
        column, which DuckDB does in half the time of as many `list(DISTINCT …)`."""
        selects = []
        for name in names:
            cell = f"raw.c{source.columns[name]}"
            condition = _unclean(self.model.columns()[name].kind, cell)
            selects.append(
                f"(SELECT {literal(name)}, {cell} FROM {source.raw} AS raw WHERE {source.where} AND {condition}"
                f" GROUP BY {cell})"
            )
        return self.connection.execute(" UNION ALL ".join(selects)).fetchall() if selects else []

    def _find(self, source: Source, column: Column, offset: int, reading: Reading, *, blank: bool) -> None:
        """Record a finding for every row whose text had an outcome with a rule, or is blank and may not be."""
        cell = f"raw.c{source.columns[column.name]}"
        found = [(text, code) for text, kind in reading.outcomes if (code := rule_for(self.model, column, kind))]
        place = f"{literal(self.model.info.name)}, raw.rowid + {offset}, {literal(column.name)}"
        if found:
            raws, codes = [text for text, _ in found], [code for _, code in found]
            self.connection.register("found", _arrow({"raw": raws, "code": codes}))
            self.connection.execute(
                f"INSERT INTO finding (code, tbl, row_id, field) SELECT found.code, {place}"
                f" FROM {source.raw} AS raw JOIN found ON found.raw = {cell} WHERE {source.where}"
            )
            self.connection.unregister("found")
        if blank and column.mandatory and (code := rule_for(self.model, column, "blank")):
            self.connection.execute(
                f"INSERT INTO finding (code, tbl, row_id, field) SELECT {literal(code)}, {place}"
                f" FROM {source.raw} AS raw WHERE {cell} IS NULL AND {source.where}"
            )

    def _register(self, name: str, column: Column, values: dict[str, Any]) -> None:
        typed = [list(value) if isinstance(value, tuple) else value for value in values.values()]
        self.connection.register("arrow_map", _arrow({"raw": values, "value": typed}, column.kind.sql))
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM arrow_map")
        self.connection.unregister("arrow_map")


def _arrow(columns: dict[str, Iterable[Any]], value_type: str = "VARCHAR") -> Any:
    """A pyarrow Table of texts, but for a column `value`, which is of a DuckDB type."""
    import pyarrow as pa

    kinds = {
        "VARCHAR": pa.string(),
        "VARCHAR[]": pa.list_(pa.string()),
        "DATE": pa.date32(),
        "TIMESTAMP": pa.timestamp("us"),
        "TIME": pa.time64("us"),
        "INTEGER": pa.int32(),
        "DECIMAL(9,2)": pa.decimal128(9, 2),
    }
    return pa.table(
        {
            name: pa.array(list(values), kinds[value_type if name == "value" else "VARCHAR"])
            for name, values in columns.items()
        }
    )
