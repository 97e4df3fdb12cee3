"""The eight invented providers of the network, and how each of them sends its returns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from mds.demo.periods import LAST_DAY_OF_V1, PERIODS, Period
from mds.demo.places import AREAS, Area

NETWORK_CODE = "EE"
Form = Literal["workbook", "field_names", "folder", "zip", "ods"]
"""A workbook in the layout of the template, one with field names as headings, CSV files in a folder or zip, or an
OpenDocument workbook."""


@dataclass(frozen=True)
class Provider:
    """One provider. Its codes fit the shape of the national register and stand in no register."""

    code: str
    name: str
    kind: str
    sector: str
    prefix: str
    home: tuple[int, int]
    """Area and postcode of its address, as positions."""
    services: tuple[str, ...]
    scheme: str
    form: Form
    system: str
    moved_early: bool = False
    """Whether it sent version 2.0 already for the last period of version 1.0."""
    opened: date = date(2005, 4, 1)

    @property
    def postcode(self) -> str:
        area, position = self.home
        return AREAS[area].postcodes[position].postcode

    def version(self, period: Period) -> str:
        return "1.0" if period.start <= LAST_DAY_OF_V1 and not self.moved_early else "2.0"


LANTERN = Provider(
    "ZXH01", "Lantern Field Children's Hospice", "CH", "VOL", "LF", (1, 3), ("LF-IPU", "LF-HAH"), "PCOC", "workbook",
    "Caseload 4.2", moved_early=True,
)  # fmt: skip
STILLWATER = Provider(
    "ZXH02", "Stillwater House Children's Hospice", "CH", "VOL", "SW", (3, 7), ("SW-BED", "SW-COMM"), "PCOC",
    "workbook", "Hospice Office 11",
)  # fmt: skip
LARKWELL_NURSES = Provider(
    "ZXC01", "Larkwell Community Children's Nursing Team", "CN", "NHS", "LC", (0, 5), ("LC-CCN",), "LUTON", "folder",
    "CommunityOne export",
)  # fmt: skip
EASTERN_NURSES = Provider(
    "ZXC02", "Eastern Community Children's Nursing", "CN", "NHS", "EC", (3, 11), ("EC-CCN",), "LUTON", "zip",
    "CommunityOne export",
)  # fmt: skip
LARKWELL_GENERAL = Provider(
    "ZXA01", "Larkwell General Hospital Children's Services", "AC", "NHS", "LG", (0, 17), ("LG-PAED",), "LUTON",
    "field_names", "Ward and Clinic 7",
)  # fmt: skip
MERES_TEAM = Provider(
    "X-SP01", "East Meres Paediatric Palliative Care Team", "SP", "NHS", "EM", (0, 21), ("EM-PPC", "EM-PERI"), "PCOC",
    "workbook", "Own workbook", moved_early=True,
)  # fmt: skip
NEONATAL_UNIT = Provider(
    "X-NN01", "Larkwell Neonatal Unit", "NN", "NHS", "NU", (0, 17), ("NU-NICU",), "PCOC", "ods", "Own workbook",
    moved_early=True,
)  # fmt: skip
KITE = Provider(
    "ZXV01", "Kite and Harbour Family Support", "VS", "VOL", "KH", (4, 2), ("KH-FAM",), "LUTON", "workbook",
    "Own workbook", opened=date(2014, 9, 1),
)  # fmt: skip

PROVIDERS = (
    LANTERN, STILLWATER, LARKWELL_NURSES, EASTERN_NURSES, LARKWELL_GENERAL, MERES_TEAM, NEONATAL_UNIT, KITE,
)  # fmt: skip

NIL_RETURN = (NEONATAL_UNIT, PERIODS[3])
"""No baby was on the neonatal unit's list in this period."""
NOT_SENT = (KITE, PERIODS[2])
"""The return that never came."""


def provider_for(kind: str, area: Area, second_choice: bool) -> Provider:
    """Who gives a kind of care in an area. Children of the middle area go to either hospice."""
    if kind == "CH":
        nearer = LANTERN if area in AREAS[:2] or (area is AREAS[2] and not second_choice) else STILLWATER
        return nearer
    if kind == "CN":
        return LARKWELL_NURSES if area in AREAS[:2] else EASTERN_NURSES
    return next(provider for provider in PROVIDERS if provider.kind == kind)
