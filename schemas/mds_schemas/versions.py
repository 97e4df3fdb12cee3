"""The released versions of the data set. A released version is frozen: a test compares its exported JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from mds_schemas import v1_0, v2_0
from mds_schemas.table import Table

Part = Literal["MDS", "SQ"]
"""What of a return counts by itself: the rows about children, or the questionnaires about services."""


def parts(return_type: str | None) -> tuple[Part, ...]:
    """The parts that a return of a type holds. Of one provider, period and part there is one return that counts."""
    held: dict[str | None, tuple[Part, ...]] = {"MDS": ("MDS",), "SQ": ("SQ",), "ALL": ("MDS", "SQ")}
    return held.get(return_type, ())


def part_of(model: type[Table]) -> Part:
    """The part of a return to which a table belongs."""
    return "SQ" if model.info.about_services else "MDS"


@dataclass(frozen=True)
class Version:
    """One version of the data set and its tables, header first and parents before children."""

    number: str
    tables: dict[str, type[Table]]
    upper_age: int
    """The birthday by which a person is too old for the data set."""

    def __iter__(self) -> Iterator[type[Table]]:
        return iter(self.tables.values())

    def of(self, return_type: str) -> Version:
        """The header and the tables that a return of this type holds."""
        held = parts(return_type)
        tables = {name: model for name, model in self.tables.items() if name == "header" or part_of(model) in held}
        return replace(self, tables=tables)

    def children_of(self, name: str) -> list[type[Table]]:
        """The tables whose rows belong to a row of table `name`."""
        return [table for table in self if table.info.parent == name]


def _version(number: str, tables: tuple[type[Table], ...], upper_age: int) -> Version:
    return Version(number, {table.info.name: table for table in tables}, upper_age)


VERSIONS = {"1.0": _version("1.0", v1_0.TABLES, 20), "2.0": _version("2.0", v2_0.TABLES, 26)}
LATEST = VERSIONS["2.0"]
