"""What the extracts of a period say together: children by the region in which they live, as the networks of that region know
them.

A child that two networks know would count twice, because no key of a child leaves a region. So a region's children are those of
its own networks; those whom other networks know stand beside them, apart. Networks that share a region may know the same child.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from mds.national.catalogue import REGION, CountTable, leaving
from mds.national.disclosure.reader import INSIDERS_WIDTH, Reader, outsider, provider, with_what_follows
from mds.national.disclosure.system import ALL, Cell, Counts, System, system_of
from mds.reference import shipped

if TYPE_CHECKING:
    from datetime import date

    from mds.national.collect import Opened

ELSEWHERE = "known to other networks"
"""Population of the children who live in a region and are known to networks of other regions."""
_BY_WHOM = "known to"


@cache
def home_region() -> dict[str, str]:
    """Network → the region that it is of."""
    return {row["network_code"]: row["region_code"] for row in shipped("network_region").to_pylist()}


@cache
def region_names() -> dict[str, str]:
    """Region → its name, in the order of the standard's list of populations."""
    rows = shipped("population_mid2020").to_pylist()
    return {row["area_code"]: row["area_name"] for row in rows if row["area_code"].startswith("E12")}


@dataclass(frozen=True)
class Comparison:
    """All tables of a period as one system, the readers it is protected from, and the dimension of each table."""

    system: System
    readers: Sequence[Reader]
    tables: Mapping[str, Counts]


def comparison(extracts: Iterable[Opened], rp_end: date) -> Comparison:
    """The tables of the extracts of one period."""
    opened = list(extracts)
    tables = {table.name: _counts(opened, table) for table in leaving(rp_end)}
    tables["elsewhere"] = _elsewhere(opened)
    system = system_of(tables.values())
    networks = [_network(system, one, rp_end) for one in opened]
    providers = [reader for one in opened for reader in _providers(system, one, rp_end)]
    return Comparison(system, [outsider(), *networks, *providers], tables)


def _is_home(one: Opened, region: str) -> bool:
    """Whether a network counts the children of a region."""
    return region == home_region()[one.manifest.network]


def _rows(one: Opened, name: str, dimension: str) -> Iterable[tuple[str, str, str, int]]:
    """Provider (blank in a table of all), region, value, children. Few live in no region of England, or nobody knows where: by
    themselves they would have to be hidden, and much else with them, so that they count where they are known."""
    for row in one.tables[name].to_pylist():
        region = row[REGION] if row[REGION] in region_names() else home_region()[one.manifest.network]
        yield row.get("provider_code", ""), region, row[dimension], row["children"]


def _counts(opened: Iterable[Opened], table: CountTable) -> Counts:
    ((dimension, _),) = table.by
    found: Counter[tuple[str, str]] = Counter()
    for one in opened:
        for _, region, value, children in _rows(one, f"count_{table.name}", dimension):
            if _is_home(one, region):
                found[region, value] += children
    return Counts(table.population, dimension, found)


def _elsewhere(opened: Iterable[Opened]) -> Counts:
    """By the table of ages, which counts every child of the catalogue."""
    found: Counter[tuple[str, str]] = Counter()
    for one in opened:
        for _, region, _, children in _rows(one, "count_age", "age"):
            if not _is_home(one, region):
                found[region, "other networks"] += children
    return Counts(ELSEWHERE, _BY_WHOM, found)


def _own(system: System, one: Opened, rp_end: date) -> dict[str, Counter[int]]:
    """What each provider, and the network as a whole (""), knows to be there: the places of cells and margins."""
    found: dict[str, Counter[int]] = {}
    for table in leaving(rp_end):
        ((dimension, _),) = table.by
        cells: dict[str, Counter[Cell]] = {}
        for kind in ("count", "known_to"):
            for who, region, value, children in _rows(one, f"{kind}_{table.name}", dimension):
                if _is_home(one, region):
                    for cell in _with_margins(table.population, region, dimension, value):
                        cells.setdefault(who, Counter())[cell] += children
        for who, counted in cells.items():
            # A margin stands in every table about the same children, and is the same in each.
            found.setdefault(who, Counter()).update(
                {system.places[cell]: n for cell, n in counted.items() if system.places[cell] not in found.get(who, {})}
            )
    return found


def _with_margins(population: str, region: str, dimension: str, value: str) -> Iterable[Cell]:
    return (
        (population, region, dimension, value), (population, region, ALL, ALL), (population, ALL, dimension, value),
        (population, ALL, ALL, ALL),
    )  # fmt: skip


def _network(system: System, one: Opened, rp_end: date) -> Reader:
    """A network knows its own children, and where nobody else counts a region's, all of it."""
    network = one.manifest.network
    region = home_region()[network]
    alone = list(home_region().values()).count(region) == 1
    knows = {place for place, cell in enumerate(system.cells) if alone and cell[1] == region and cell[0] != ELSEWHERE}
    own = _own(system, one, rp_end).get("", Counter())
    return Reader(f"network {network}", INSIDERS_WIDTH, with_what_follows(system, knows), dict(own))


def _providers(system: System, one: Opened, rp_end: date) -> Iterable[Reader]:
    for who, own in sorted(_own(system, one, rp_end).items()):
        if who:
            yield provider(who, dict(own))
