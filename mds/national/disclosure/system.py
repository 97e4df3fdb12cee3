"""The cells of a release and the equations between them: parts that make a whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

ALL = ""
"""Stands for all values of a dimension."""

Cell = tuple[str, str, str, str]
"""Population, region, dimension and value: ("in need", "E12000006", "sex", "1"). A margin has ALL in their place, so that tables
about the same children share theirs."""


@dataclass(frozen=True)
class Equation:
    """A whole and its parts, by their places among the cells."""

    whole: int
    parts: tuple[int, ...]


@dataclass
class System:
    """Every cell with its true count, and the equations that hold between them."""

    cells: list[Cell] = field(default_factory=list)
    truth: list[int] = field(default_factory=list)
    equations: list[Equation] = field(default_factory=list)
    places: dict[Cell, int] = field(default_factory=dict)

    def place(self, cell: Cell, count: int) -> int:
        """The place of a cell, which is made when it is first named. Raises ValueError where two tables count it differently."""
        if cell not in self.places:
            self.places[cell] = len(self.cells)
            self.cells.append(cell)
            self.truth.append(count)
        found = self.places[cell]
        if self.truth[found] != count:
            raise ValueError(f"two tables count {cell} differently")
        return found

    def add(self, whole: int, parts: Iterable[int]) -> None:
        equation = Equation(whole, tuple(parts))
        if equation not in self.equations and equation.parts != (whole,):
            self.equations.append(equation)


@dataclass(frozen=True)
class Counts:
    """One table: whom it counts, by which dimension, and (region, value) → children. What is not named has none."""

    population: str
    dimension: str
    children: Mapping[tuple[str, str], int]


def system_of(tables: Iterable[Counts]) -> System:
    """The system of several tables with all their margins: by region, by value, and all together."""
    made = System()
    for table in tables:
        _add(made, table)
    return made


def _add(made: System, table: Counts) -> None:
    regions = sorted({region for region, _ in table.children})
    values = sorted({value for _, value in table.children})
    whole, by = table.population, table.dimension
    count = {(region, value): table.children.get((region, value), 0) for region in regions for value in values}
    inner = {key: made.place((whole, key[0], by, key[1]), n) for key, n in count.items()}
    in_region = {
        region: made.place((whole, region, ALL, ALL), sum(count[region, value] for value in values))
        for region in regions
    }
    of_value = {
        value: made.place((whole, ALL, by, value), sum(count[region, value] for region in regions)) for value in values
    }
    everybody = made.place((whole, ALL, ALL, ALL), sum(count.values()))
    for region in regions:
        made.add(in_region[region], (inner[region, value] for value in values))
    for value in values:
        made.add(of_value[value], (inner[region, value] for region in regions))
    made.add(everybody, in_region.values())
    made.add(everybody, of_value.values())
