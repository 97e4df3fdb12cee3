"""Drawn networks whose picture can be worked out by hand: children with what the tables tell of them, and the tables made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

from homes import Region, child, children, mds

from mds.figures.table import FigureTable
from mds.network.prepare import prepare
from mds.store.database import open_store
from mds_schemas.versions import LATEST

Row = dict[str, str]

PEOPLE = (
    "area_code,area_name,age_0_17,age_0_19,age_0_25,under_1,age_1_5,age_6_10,age_11_15,age_16_19\n"
    "E09999901,North,9000,10000,13000,500,2500,2500,2500,2000\n"
    "E09999902,South,4500,5000,6500,250,1250,1250,1250,1000\n"
)
"""Populations of two areas."""


@dataclass(frozen=True)
class Kid:
    """A child at one provider: the changes to the example rows, and the rows of further tables."""

    number: int
    child: Row = field(default_factory=dict)
    condition: Row = field(default_factory=dict)
    referral: Row = field(default_factory=dict)
    more: dict[str, list[Row]] = field(default_factory=dict)


def unborn(due: str) -> Row:
    """The changes that make a child one that is not born yet."""
    return {
        "person_birth_date": "",
        "expected_delivery_date": due,
        "nhs_number": "",
        "nhs_number_status": "07",
        "sex": "X",
    }


def case_of(*kids: Kid, contacts: bool = True) -> dict[str, Any]:
    """What one provider sends of its children; each has the usual contact of the helpers unless there are none."""
    case = children(*(child(kid.number, **kid.child) for kid in kids))
    if not contacts:
        case["contact"] = []
    for place, kid in enumerate(kids):
        case["condition"][place] |= kid.condition
        case["referral"][place] |= kid.referral
        for table, rows in kid.more.items():
            drawn = case.setdefault(table, [])
            drawn += [_with_keys(table, row, kid, number) for number, row in enumerate(rows, len(drawn) + 1)]
    return case


def _with_keys(table: str, row: Row, kid: Kid, number: int) -> Row:
    """The row with the child or the referral that it belongs to, and a number of its own."""
    fields = LATEST.tables[table].columns()
    belongs = {"local_patient_id": f"SB{kid.number:03}", "referral_id": f"RF-SB{kid.number:03}"}
    own = dict.fromkeys(("contact_id", "short_break_id", "admission_id", "plan_id"), f"{table[:3]}{number}")
    named = own | (belongs if table != "referral" else {"local_patient_id": belongs["local_patient_id"]})
    return {**{name: value for name, value in named.items() if name in fields}, **row}


def send(region: Region, provider: str, case: dict[str, Any], period: str = "Q2", **about: str) -> None:
    """A provider sends; nothing of it may be rejected."""
    said = region.send(region.file(case, provider=provider, period=period, **about), "--json")
    rejects = [found for found in said.json.get("findings", []) if found["severity"] != "warning"]
    assert not rejects, rejects
    assert said.code == 0, said.out + said.err


def load(region: Region, kind: str, text: str) -> None:
    """Load a reference snapshot."""
    file = Path(region.desk) / f"{kind}.csv"
    file.write_text(text, encoding="utf-8")
    said = mds("reference", "load", kind, file, "--home", region.path)
    assert said.code == 0, said.err


def pictured(region: Region, *modules: ModuleType, period: date = date(2026, 4, 1)) -> dict[str, FigureTable]:
    """The tables that some modules make of a period, by name."""
    with region.home.locked(), open_store(region.home, read_only=True) as connection:
        prepare(connection, region.home, period)
        made = [make(connection) for module in modules for make in module.ALL]
    tables = {table.name: table for table in made}
    assert len(tables) == len(made), "names of tables are different"
    return tables


def rows(table: FigureTable, columns: Iterable[str]) -> list[tuple[Any, ...]]:
    """Some columns of a table."""
    return list(zip(*(table.column(name) for name in columns), strict=True))
