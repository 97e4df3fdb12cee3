"""The released versions of the data set. A released version is frozen: a test compares its exported JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mds_schemas import v1_0, v2_0
from mds_schemas.table import Table


@dataclass(frozen=True)
class Version:
    """One version of the data set and its tables, header first and parents before children."""

    number: str
    tables: dict[str, type[Table]]
    upper_age: int
    """The birthday by which a person is too old for the data set."""

    def __iter__(self) -> Iterator[type[Table]]:
        return iter(self.tables.values())

    def children_of(self, name: str) -> list[type[Table]]:
        """The tables whose rows belong to a row of table `name`."""
        return [table for table in self if table.info.parent == name]


def _version(number: str, tables: tuple[type[Table], ...], upper_age: int) -> Version:
    return Version(number, {table.info.name: table for table in tables}, upper_age)


VERSIONS = {"1.0": _version("1.0", v1_0.TABLES, 20), "2.0": _version("2.0", v2_0.TABLES, 26)}
LATEST = VERSIONS["2.0"]
