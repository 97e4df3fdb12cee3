"""The service map as one HTML file that opens without a network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from math import ceil, sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mds.figures.ages import BANDS
from mds.figures.page import write_page
from mds.figures.table import FigureTable
from mds.reports.html import inline_script
from mds.reports.wording import counted
from mds.services.access import KINDS, access_hours
from mds.services.functions import AGES_OF
from mds.services.week import runs
from mds_schemas import codes

if TYPE_CHECKING:
    import duckdb

    from mds.home import Home

_SOME, _MANY = 3, 8
"""Functions with gaps from which a tile has the middle and the darkest shade."""


@dataclass(frozen=True)
class Lack:
    """What is missing of a function in an area, and at which ages."""

    gap: str
    ages: list[str]
    everyone: bool
    """Whether these are all ages of which the function is asked."""

    @property
    def told(self) -> str:
        return self.gap if self.everyone else f"{self.gap} (age {', '.join(self.ages)})"


@dataclass(frozen=True)
class Cell:
    """A function in an area: how many providers offer it, by age band and in all, and when it lacks."""

    by_band: list[int]
    """At the age of which there are most; -1 for a band of which the function is not asked."""
    providers: int
    """At any age."""
    lacks: list[Lack]

    @property
    def look(self) -> str:
        return "none" if self.providers == 0 else "one" if self.providers == 1 else "overlap"


@dataclass(frozen=True)
class Tile:
    """An area on the tile map."""

    area: str
    name: str
    column: int
    row: int
    gaps: int
    """Functions with a gap for some age."""

    @property
    def shade(self) -> str:
        return "few" if self.gaps < _SOME else "some" if self.gaps < _MANY else "many"


class Matrix:
    """Areas by functions, read off the tables of services, overlaps and gaps."""

    def __init__(self, offered: FigureTable, gaps: FigureTable) -> None:
        self._offered = [_named(offered, row) for row in offered.rows]
        self._gaps = [_named(gaps, row) for row in gaps.rows]

    @cached_property
    def functions(self) -> dict[str, str]:
        return {code: label for code, label in codes.load("CL33").labels.items() if code != "OTH"}

    def cell(self, area: str, function: str) -> Cell:
        here = [row for row in self._offered if (row["area"], row["function"]) == (area, function)]
        years = _years_asked(function)
        by_band = [
            max((len({row["provider_code"] for row in here if row["age_from"] <= age <= row["age_to"]})
                 for age in years[band]), default=-1)
            for band, *_ in BANDS
        ]  # fmt: skip
        return Cell(by_band, max(by_band), self._lacks(area, function))

    def _lacks(self, area: str, function: str) -> list[Lack]:
        """What is missing; that nobody is there at all is told by the number."""
        here = [row for row in self._gaps if (row["area"], row["function"]) == (area, function)]
        asked = list(_asked(function).values())
        found = []
        for gap, rows in groupby(sorted(here, key=lambda row: str(row["gap"])), key=lambda row: str(row["gap"])):
            ages = [row["ages"] for row in rows]
            if gap != "none" or ages != asked:
                found.append(Lack(gap, ages, ages == asked))
        return found

    def functions_with_gaps(self, area: str) -> int:
        return len({row["function"] for row in self._gaps if row["area"] == area})


def _ages_asked(function: str) -> tuple[int, int]:
    """The youngest and the oldest age of which a function is asked."""
    return AGES_OF.get(function, (BANDS[0][1], BANDS[-1][2]))


def _years_asked(function: str) -> dict[str, range]:
    """Band → the years of age of it of which a function is asked, possibly none."""
    youngest, oldest = _ages_asked(function)
    return {band: range(max(first, youngest), min(last, oldest) + 1) for band, first, last in BANDS}


def _asked(function: str) -> dict[str, str]:
    """Band → the ages of it of which a function is asked, in the words of the table of gaps."""
    whole = {band: last - first + 1 for band, first, last in BANDS}
    return {
        band: band if len(years) == whole[band] else f"{years[0]}-{years[-1]}" if len(years) > 1 else str(years[0])
        for band, years in _years_asked(function).items()
        if years
    }


def _named(table: FigureTable, row: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip(table.columns, row, strict=True))


def write_map(path: Path, tables: list[FigureTable], connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Write the page of the service map from its tables and the hours of access."""
    by_name = {table.name: table for table in tables}
    matrix = Matrix(by_name["offered"], by_name["gaps"])
    areas = {area: name or area for area, name in connection.execute("FROM area ORDER BY area").fetchall()}
    tiles = _tiles(areas, home, matrix.functions_with_gaps)
    script, policy = inline_script("services_map.js")
    write_page(
        path, "services_map.html", home, connection,
        summary=summary(by_name), areas=areas, functions=matrix.functions, bands=BANDS, tiles=tiles,
        ages_asked={code: _ages_asked(code) for code in matrix.functions},
        columns=max((tile.column for tile in tiles), default=1), kinds=KINDS, cover=access_hours(connection), runs=runs,
        matrix={(area, code): matrix.cell(area, code) for area in areas for code in matrix.functions},
        tables=tables, codes_of_named=_codes_of_named(connection), script=script, script_hash=policy,
    )  # fmt: skip


def _codes_of_named(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The columns of codes that the page leaves out because a name stands beside each."""
    unnamed = connection.execute("SELECT count(*) FROM area WHERE area_name = ''").fetchall()[0][0]
    return ["service_id"] if unnamed else ["service_id", "area"]


def summary(tables: Mapping[str, FigureTable]) -> str:
    """What there is, as one sentence above the map."""
    offered = [_named(tables["offered"], row) for row in tables["offered"].rows]
    services = {(row["provider_code"], row["service_id"]) for row in offered}
    providers = {row["provider_code"] for row in offered}
    areas = {row[0] for row in tables["access"].rows}
    return (
        f"{counted(len(services), 'service')} of {counted(len(providers), 'provider')} in {counted(len(areas), 'area')}, with "
        f"{counted(len(tables['gaps'].rows), 'gap')} and {counted(len(tables['overlaps'].rows), 'overlap')}, each of one area, "
        "function and age band."
    )


def _tiles(areas: Mapping[str, str], home: Home, gaps: Callable[[str], int]) -> list[Tile]:
    """The areas in their places; those without one stand in rows below, as wide as they are many."""
    placed = {area: (column, row) for area, column, row in home.tiles if area in areas}
    left = [area for area in areas if area not in placed]
    below = max((row for _, row in placed.values()), default=0)
    width = ceil(sqrt(len(left))) or 1
    placed |= {area: (number % width + 1, below + number // width + 1) for number, area in enumerate(left)}
    return [Tile(area, areas[area], *place, gaps(area)) for area, place in placed.items()]
