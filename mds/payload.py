"""What of each table leaves the provider: one list of columns, read off the schema, for both sides.

A field's `region` treatment says what becomes of it (see `mds_schemas.table.Item`). This module turns each treatment
into the columns that travel, as SQL over the accepted rows. The provider side selects them, the store's tables are made
of them. A new treatment is one more entry here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from mds_schemas.table import Column, Table
from mds_schemas.versions import LATEST


@dataclass(frozen=True)
class PayloadColumn:
    """A column that travels: its name, its SQL over the accepted row, its type, and the field it comes from."""

    name: str
    sql: str
    type: str
    field: str
    keyed: bool = False
    """The value is a local number, to be replaced by its keyed token."""
    allowed: str = ""
    """What a text may look like, as a pattern; the region refuses any other. Empty for a provider's own codes."""
    must: str = ""
    """SQL that holds for every row that was treated as it should be; the region refuses a row for which it does not."""


def _texts_allowed(schema: dict[str, Any]) -> str:
    """The pattern of the texts that a field's JSON Schema allows."""
    if "enum" in schema:
        return "|".join(re.escape(code) for code in schema["enum"])
    if "items" in schema:
        one = _texts_allowed(schema["items"])
        return f"(?:{one})(?:;(?:{one}))*"
    return str(schema.get("pattern", "")).removeprefix("^").removesuffix("$")


def _kept(table: str, column: Column) -> list[PayloadColumn]:
    name, sql = column.name, column.kind.sql
    allowed = _texts_allowed(column.kind.json_schema())
    if sql == "VARCHAR[]":
        return [PayloadColumn(name, f"array_to_string({table}.{name}, ';')", "VARCHAR", name, allowed=allowed)]
    return [PayloadColumn(name, f"{table}.{name}", sql, name, allowed=allowed)]


def _dropped(table: str, column: Column) -> list[PayloadColumn]:
    return []


def _keyed(table: str, column: Column) -> list[PayloadColumn]:
    return [PayloadColumn(column.name, f"{table}.{column.name}", "UUID", column.name, keyed=True)]


def _birth(table: str, column: Column) -> list[PayloadColumn]:
    born = f"{table}.{column.name}"
    age = f"date_diff('month', date_trunc('month', {born}), date_trunc('month', ret.reference_date))"
    age += f" - CASE WHEN day(ret.reference_date) < day({born}) THEN 1 ELSE 0 END"
    return [
        _month_of("birth_month", born, column),
        PayloadColumn(
            "age_months", f"CASE WHEN {born} <= ret.reference_date THEN ({age})::INTEGER END", "INTEGER", column.name
        ),
    ]


def _month_of(name: str, day: str, column: Column) -> PayloadColumn:
    return PayloadColumn(name, f"date_trunc('month', {day})::DATE", "DATE", column.name, must=f"day({name}) = 1")


def _month(table: str, column: Column) -> list[PayloadColumn]:
    name = column.name.removesuffix("_date") + "_month"
    return [_month_of(name, f"{table}.{column.name}", column)]


def _area(table: str, column: Column) -> list[PayloadColumn]:
    return [PayloadColumn("region_code", f"{table}.region_code", "VARCHAR", column.name, allowed="[EW][0-9]{8}")]


def _from_16(table: str, column: Column) -> list[PayloadColumn]:
    grown = f"age_years({table}.person_birth_date, ret.reference_date) >= 16"
    kept = _kept(table, column)[0]
    # Whole months and whole years can differ by a day at most, in February.
    return [replace(kept, sql=f"CASE WHEN {grown} THEN {kept.sql} END", must="age_months >= 16 * 12 - 1")]


_BAND = "[0-9a-z -]{1,20}"


def _death(table: str, column: Column) -> list[PayloadColumn]:
    """Month, age band, exact age in days only under one year, and how long the provider had known the child, banded."""
    died = f"{table}.{column.name}"
    days = f"({died} - child.person_birth_date)"
    years = f"age_years(child.person_birth_date, {died})"
    band = (
        f"CASE WHEN {days} IS NULL THEN NULL WHEN {days} < 28 THEN 'under 28 days' WHEN {years} < 1 THEN '28 days to 1 year'"
        f" WHEN {years} < 5 THEN '1-4' WHEN {years} < 10 THEN '5-9' WHEN {years} < 15 THEN '10-14'"
        f" WHEN {years} < 18 THEN '15-17' WHEN {years} < 20 THEN '18-19' ELSE '20 and over' END"
    )
    first = f"(SELECT min(r.referral_date) FROM referral r WHERE r.local_patient_id = {table}.local_patient_id)"
    known = f"({died} - {first})"
    known_band = (
        f"CASE WHEN {known} IS NULL THEN NULL WHEN {known} < 7 THEN 'under 7 days' WHEN {known} < 28 THEN '7-27 days'"
        f" WHEN {known} < 92 THEN '28-91 days' WHEN {known} < 365 THEN '92-364 days' ELSE 'a year or more' END"
    )
    return [
        _month_of("death_month", died, column),
        PayloadColumn("death_age_band", band, "VARCHAR", column.name, allowed=_BAND),
        PayloadColumn("death_age_days", f"CASE WHEN {years} < 1 THEN {days}::INTEGER END", "INTEGER", column.name),
        PayloadColumn("known_before_death", known_band, "VARCHAR", column.name, allowed=_BAND),
    ]


def _month_where(table: str, column: Column, tells: str, *, must: str = "") -> list[PayloadColumn]:
    """A day that leaves as it is, but for the first of its month where it `tells` another that must not leave (SQL)."""
    day = f"{table}.{column.name}"
    sql = f"CASE WHEN {tells} THEN date_trunc('month', {day})::{column.kind.sql} ELSE {day} END"
    return [PayloadColumn(column.name, sql, column.kind.sql, column.name, must=must)]


def _ended(table: str, column: Column) -> list[PayloadColumn]:
    """An episode that ended by death ends on the day of death."""
    by_death = f"({table}.episode_end_reason = '01' OR {table}.{column.name} = death.death_date)"
    must = f"(episode_end_reason IS DISTINCT FROM '01' OR day({column.name}) = 1)"
    return _month_where(table, column, by_death, must=must)


def _admitted(table: str, column: Column) -> list[PayloadColumn]:
    """A stay that begins with birth begins on the birth date."""
    by_birth = f"({table}.method = 'B' OR {table}.{column.name}::DATE = child.person_birth_date)"
    must = f"(method IS DISTINCT FROM 'B' OR {column.name} = date_trunc('month', {column.name}))"
    return _month_where(table, column, by_birth, must=must)


def _left(table: str, column: Column) -> list[PayloadColumn]:
    """What ended on the day of death tells that day."""
    return _month_where(table, column, f"{table}.{column.name}::DATE = death.death_date")


def _after_death(table: str, column: Column) -> list[PayloadColumn]:
    day = f"{table}.{column.name}"
    base = column.name.removesuffix("_date")
    return [
        _month_of(f"{base}_month", day, column),
        PayloadColumn(f"{base}_days", f"({day} - death.death_date)::INTEGER", "INTEGER", column.name),
    ]


def _derived_first(table: str, column: Column) -> list[PayloadColumn]:
    kept = _kept(table, column)[0]
    return [replace(kept, sql=f"coalesce({table}.derived_group, {kept.sql})")]


TREATMENTS: dict[str, Callable[[str, Column], list[PayloadColumn]]] = {
    "keep": _kept,
    "drop": _dropped,
    "key": _keyed,
    "person key": _dropped,  # leaves in the identity envelope, as a match-key
    "birth month and ages": _birth,
    "month": _month,
    "area": _area,
    "drop below age 16": _from_16,
    "month and ages at death": _death,
    "month when the child died": _ended,
    "days after death": _after_death,
    "month when born then": _admitted,
    "month when died then": _left,
    "derived first": _derived_first,
}


@cache
def payload_columns(model: type[Table]) -> tuple[PayloadColumn, ...]:
    """The columns of one table that leave the provider, in the order of its fields."""
    table = model.info.name
    return tuple(
        travelling
        for column in model.columns().values()
        for travelling in TREATMENTS[column.item.region](table, column)
    )


def payload_tables() -> list[type[Table]]:
    """The tables that travel: all but the header, whose facts stand in the manifest. Always in the latest version."""
    return [model for model in LATEST if model.info.name != "header"]
