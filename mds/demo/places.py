"""An invented piece of the country: five areas, their postcodes, practices and people. No such place exists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from mds.demo.periods import dice

REGION = "E12000006"
NO_FIXED_ABODE = "ZZ99 3VZ"
_INWARD_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


@dataclass(frozen=True)
class Postcode:
    postcode: str
    decile: int
    easting: int
    northing: int


@dataclass(frozen=True)
class Area:
    """A local authority area that does not exist, and who pays for care in it."""

    code: str
    name: str
    district: str
    easting: int
    northing: int
    deciles: tuple[int, ...]
    icb: str
    sub_icb: str
    population_0_19: int
    shares: Mapping[str, float]
    """Share of its children by ethnic group, before the different need of the groups."""

    @property
    def postcodes(self) -> tuple[Postcode, ...]:
        return _postcodes(self.code)

    @property
    def practices(self) -> tuple[str, ...]:
        number = int(self.code[-1])
        return tuple(f"Y99{number}{practice:02d}" for practice in range(1, 6))

    def commissioner(self, year_month: tuple[int, int]) -> str:
        """Who commissioned here in a month. The demo knows the older boards of one integrated care board only."""
        if year_month >= (2022, 7):
            return self.icb
        if self.icb != "QHG" or year_month < (2013, 4):
            return ""
        return "M1J4Y" if year_month >= (2021, 4) else "06P"


_MIXED_TOWN = {
    "WBRI": 38, "WOTH": 9, "WIRI": 1, "APAK": 17, "ABAN": 9, "AIND": 5, "AOTH": 2, "BAFR": 7, "BCAR": 4,
    "BOTH": 1, "MWBC": 2, "MWAS": 2, "MOTH": 1, "ACHI": 1, "OARA": 1,
}  # fmt: skip
_MARKET_TOWN = {"WBRI": 74, "WOTH": 9, "WGIT": 1, "APAK": 2, "AIND": 3, "ABAN": 1, "BAFR": 3, "MWBC": 2, "MWAS": 2,
                "MWBA": 1, "MOTH": 1, "OOTH": 1}  # fmt: skip
_COAST = {"WBRI": 88, "WOTH": 5, "WROM": 1, "AIND": 1, "ACHI": 1, "BAFR": 1, "MWBA": 1, "MWAS": 1, "OOTH": 1}

AREAS = (
    Area("E09999901", "Larkwell", "ZX1", 510000, 220000, (1, 2, 3, 4, 6), "QHG", "ZX1", 62_400, _MIXED_TOWN),
    Area("E09999902", "Fenmarch", "ZX2", 528000, 246000, (3, 5, 6, 8), "QHG", "ZX1", 51_900, _MARKET_TOWN),
    Area("E09999903", "Oxley Vale", "ZX3", 496000, 251000, (5, 7, 9, 10), "QHG", "ZX2", 46_300, _MARKET_TOWN),
    Area("E09999904", "Saltmere", "ZX4", 571000, 262000, (2, 3, 4, 7), "QM7", "ZX3", 39_700, _COAST),
    Area("E09999905", "Thornbeck", "ZX5", 558000, 229000, (4, 6, 8, 9), "QUE", "ZX4", 34_100, _COAST),
)

TILES = (("E09999901", 2, 3), ("E09999902", 3, 2), ("E09999903", 1, 1), ("E09999904", 4, 1), ("E09999905", 4, 3))
"""Each area's place on the tile map: column and row."""


@cache
def _postcodes(code: str) -> tuple[Postcode, ...]:
    area = next(area for area in AREAS if area.code == code)
    chance = dice("postcodes", code)
    places = []
    for number in range(40):
        inward = f"{number % 9 + 1}{_INWARD_LETTERS[number % 20]}{_INWARD_LETTERS[(3 * number + number // 20) % 20]}"
        easting = area.easting + chance.randrange(-9000, 9000, 100)
        northing = area.northing + chance.randrange(-9000, 9000, 100)
        places.append(Postcode(f"{area.district} {inward}", chance.choice(area.deciles), easting, northing))
    return tuple(places)


NEED_BY_GROUP = {"W": 27, "A": 48, "B": 42, "M": 31, "O": 31}
"""Children in 10,000 by the first letter of the ethnic group (specification 7.2, rates of 2009/10)."""


def ethnic_weights(area: Area) -> dict[str, float]:
    """How often a child on the caseload of an area belongs to each group."""
    weights = {group: share * NEED_BY_GROUP[group[0]] for group, share in area.shares.items()}
    if "ACHI" in weights:
        weights["ACHI"] = area.shares["ACHI"] * NEED_BY_GROUP["O"]
    return weights


_BAND_SHARES = {"under_1": 0.047, "age_1_5": 0.255, "age_6_10": 0.266, "age_11_15": 0.248}


def population(area: Area) -> dict[str, int]:
    """The age columns of the population table for an area. The bands from 0 to 19 add up."""
    bands = {band: round(area.population_0_19 * share) for band, share in _BAND_SHARES.items()}
    oldest = area.population_0_19 - sum(bands.values())
    return {
        **bands,
        "age_16_19": oldest,
        "age_0_17": area.population_0_19 - round(oldest * 0.49),
        "age_0_19": area.population_0_19,
        "age_0_25": area.population_0_19 + round(oldest * 1.6),
    }
