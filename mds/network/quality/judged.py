"""Which fields are judged for completeness, by which column of the store, and which of their codes state nothing.

The store does not hold what stays with the provider, and holds a birth as a month and a postcode as a region. A field can be
judged only in the form in which the store has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from mds.payload import payload_columns, payload_tables
from mds_schemas.table import Column, Table
from mds_schemas.types.coded import Coded, CodedList
from mds_schemas.versions import part_of

ASKED = ("mandatory", "required")
"""The requirements of the fields that make up the score: what must be given, and what must be when it is known."""
_STATES_NOTHING = re.compile(r"not (known|stated|assessed|discussed|yet decided)|no answer")
_STANDS_FOR = {("child", "nhs_number"): "person_token"}
"""Field that does not leave the provider → the column of the store that is filled when it was."""
_OF_SOME_ROWS = ("drop below age 16",)
"""Treatments that leave a field blank in a part of the rows, whatever the provider sent."""


@dataclass(frozen=True)
class Judged:
    """A field that is judged: its table and name, the column that stands for it, and its default codes."""

    table: str
    field: str
    column: str
    requirement: str
    defaults: tuple[str, ...]

    @property
    def stated(self) -> str:
        """SQL: whether a row states a value."""
        if not self.defaults:
            return f"{self.column} IS NOT NULL"
        return f"{self.column} NOT IN ({', '.join(repr(code) for code in self.defaults)})"


def children_tables() -> list[type[Table]]:
    """The tables of rows about children that the store holds."""
    return [model for model in payload_tables() if part_of(model) == "MDS"]


def default_codes(column: Column) -> tuple[str, ...]:
    """The codes of a field that say that nothing is known, such as X, Z and 99, by what its code list calls them."""
    kind = column.kind.one if isinstance(column.kind, CodedList) else column.kind
    if not isinstance(kind, Coded):
        return ()
    return tuple(code for code, label in kind.allowed().items() if _STATES_NOTHING.match(label))


@cache
def judged_fields() -> tuple[Judged, ...]:
    """Every field of the tables about children that can be judged, in the order of the standard.

    Left out are the keys and the conditional fields, without which a row is not accepted when it should have them, and what
    the store cannot tell.
    """
    return tuple(field for model in children_tables() for field in _of(model))


def _of(model: type[Table]) -> Iterator[Judged]:
    for name, column in model.columns().items():
        stored = _column_of(model, name)
        if stored and _is_judged(model, column):
            yield Judged(model.info.name, name, stored, column.item.requirement, default_codes(column))


def _is_judged(model: type[Table], column: Column) -> bool:
    about = column.item
    return (
        column.name not in model.info.key and about.requirement != "conditional" and about.region not in _OF_SOME_ROWS
    )


def _column_of(model: type[Table], field: str) -> str:
    """The column of the store that stands for a field, or nothing where there is none or it is a local number."""
    own = [column for column in payload_columns(model) if column.field == field and not column.keyed]
    return own[0].name if own else _STANDS_FOR.get((model.info.name, field), "")


def not_judged() -> list[tuple[str, str]]:
    """The (table, field) that a provider is asked for and the store cannot tell of."""
    known = {(field.table, field.field) for field in judged_fields()}
    return [
        (model.info.name, name)
        for model in children_tables()
        for name, column in model.columns().items()
        if column.item.requirement in ASKED and column.item.region == "drop" and (model.info.name, name) not in known
    ]


def field_of(named: str) -> str:
    """The field, as table.field, of a column of the store: "child.age_months" is child.person_birth_date."""
    table, _, name = named.partition(".")
    models = [model for model in children_tables() if model.info.name == table]
    found = [column.field for model in models for column in payload_columns(model) if column.name == name]
    return f"{table}.{found[0]}" if found else named
