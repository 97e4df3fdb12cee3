"""Writes the register of providers and the reference snapshots of the invented places."""

from __future__ import annotations

import csv
from importlib.resources import files
from pathlib import Path

from mds.demo.files import write_csv
from mds.demo.places import AREAS, REGION, population
from mds.demo.providers import NETWORK_CODE, PROVIDERS

_OPEN_SINCE = "2000-01-01"
ADULT_SERVICE = ("ZXS01", "Larkwell Adult Palliative Service")


def write_reference(folder: Path) -> None:
    """`providers.csv`, and in `reference/` the postcodes, organisations, practices and populations."""
    write_csv(folder / "providers.csv", _providers())
    reference = folder / "reference"
    write_csv(reference / "postcodes.csv", _postcodes())
    write_csv(reference / "organisations.csv", _organisations())
    write_csv(reference / "practices.csv", _practices())
    write_csv(reference / "populations.csv", _populations())


def _providers() -> list[list[str]]:
    rows = [["provider_code", "provider_name", "provider_type", "sector", "network_code", "open_from", "open_to"]]
    return rows + [
        [one.code, one.name, one.kind, one.sector, NETWORK_CODE, one.opened.isoformat(), ""] for one in PROVIDERS
    ]


def _postcodes() -> list[list[str]]:
    rows = [["postcode", "lad_code", "region_code", "imd_decile", "easting", "northing", "valid_from", "valid_to"]]
    for area in AREAS:
        for place in area.postcodes:
            position = [str(place.decile), str(place.easting), str(place.northing)]
            rows.append([place.postcode, area.code, REGION, *position, _OPEN_SINCE, ""])
    return rows


def _organisations() -> list[list[str]]:
    rows = [["code", "name", "postcode", "open_from", "open_to"]]
    rows += [[one.code, one.name, one.postcode, one.opened.isoformat(), ""] for one in PROVIDERS]
    return [*rows, [*ADULT_SERVICE, AREAS[0].postcodes[30].postcode, "2012-04-01", ""]]


def _practices() -> list[list[str]]:
    rows = [["practice_code", "sub_icb", "icb", "open_from", "open_to"]]
    return rows + [[code, area.sub_icb, area.icb, _OPEN_SINCE, ""] for area in AREAS for code in area.practices]


def _populations() -> list[list[str]]:
    """In the columns of the population table that ships with the program."""
    shipped = (files("mds_schemas.reference") / "population_mid2020.csv").read_text(encoding="utf-8")
    names = next(csv.reader(shipped.splitlines()))
    known = [{"area_code": area.code, "area_name": area.name, **population(area)} for area in AREAS]
    return [names, *([str(area[name]) for name in names] for area in known)]
