"""Writes returns as people really send them: they can be read, though hardly two of them look alike."""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from mds.demo.files import Cell, Sheet, delimited, write_workbook, write_zip
from mds.demo.habits import Habits, Hand
from mds.demo.messy_faults import spoiled
from mds.demo.periods import PERIODS, Period, dice
from mds.demo.providers import (
    EASTERN_NURSES,
    KITE,
    LANTERN,
    LARKWELL_GENERAL,
    LARKWELL_NURSES,
    MERES_TEAM,
    NEONATAL_UNIT,
    STILLWATER,
    Provider,
)
from mds.demo.returns import Return
from mds.demo.rows import Row, sent_fields
from mds.intake.headings import field_for
from mds_schemas.reading import cell_text
from mds_schemas.table import Table

_FIRST, _LAST = PERIODS[0], PERIODS[-1]
_TICK = "\N{CHECK MARK}"
_SHORT = {
    "nhs", "dob", "d.o.b.", "gp", "pc", "kw", "edd", "act", "icd10", "mrn", "pas", "acp", "rag", "gsf", "sb", "dod",
    "rip", "pod", "ppc", "ppd", "d/c", "y/n",
}  # fmt: skip
"""Words that people write in capitals."""


@dataclass(frozen=True)
class Layout:
    """How a sender arranges a file."""

    form: Literal["workbook", "zip"] = "workbook"
    encoding: str = "utf-8"
    delimiter: str = ","
    titles: tuple[str, ...] = ()
    """Rows above the headings."""
    aliases: bool = False
    shuffled: bool = False
    extra: str = ""
    """A column of the sender's own."""
    totals: bool = False
    sheet_of_children: str = ""
    """Another name for the sheet of children."""


SENDERS: dict[tuple[Provider, Period], tuple[Layout, Habits]] = {
    (LANTERN, _LAST): (
        Layout(titles=("Lantern Field Children\N{RIGHT SINGLE QUOTATION MARK}s Hospice", "DRAFT - do not circulate"),
               aliases=True, shuffled=True, extra="Bed / room", totals=True, sheet_of_children="Caseload June 26"),
        Habits(dates=("cell", "slashes"), sexes=("letter", "word"), yes=("Yes", "Y", "yes"), no=("No", "N"),
               codes=("both", "code"), nhs=("spaced", "plain"), postcodes=("plain", "lower"),
               blanks=("N/K", "TBC", "-"), typographic=True),
    ),
    (STILLWATER, _LAST): (
        Layout(titles=("Return to the network",), totals=True),
        Habits(dates=("serial", "cell"), sexes=("word",), yes=(True, _TICK), no=(False, "No"), codes=("number",),
               nhs=("number", "hard_spaced"), postcodes=("run_together",), icd10=("plain", "lower"),
               blanks=("n/a", "?")),
    ),
    (LARKWELL_NURSES, _LAST): (
        Layout("zip", delimiter=";", aliases=True),
        Habits(dates=("slashes",), sexes=("letter",), yes=("Yes",), no=("No",), codes=("label", "code"),
               nhs=("spaced",), postcodes=("lower", "letter_o"), blanks=("N/K",), units=True),
    ),
    (EASTERN_NURSES, _LAST): (
        Layout("zip", encoding="cp1252", shuffled=True, extra="Team"),
        Habits(dates=("named", "slashes"), yes=("Y", "yes"), no=("N", "no"), codes=("both",),
               nhs=("hard_spaced", "plain"), blanks=("TBC", "n/k"), typographic=True),
    ),
    (LARKWELL_GENERAL, _LAST): (
        Layout(titles=("Children on the life-limiting list", "Exported from Ward and Clinic 7", ""), aliases=True),
        Habits(dates=("named",), sexes=("letter",), codes=("code", "number"), nhs=("prefix", "spaced"),
               icd10=("plain", "lower"), postcodes=("lower",)),
    ),
    (MERES_TEAM, _LAST): (
        Layout(shuffled=True, aliases=True),
        Habits(dates=("dots", "named", "cell"), sexes=("word", "letter"), yes=("x", "Y"), codes=("label", "both"),
               blanks=("?", "tbc", "."), units=True),
    ),
    (NEONATAL_UNIT, _LAST): (
        Layout("zip", delimiter="\t", encoding="utf-16"),
        Habits(dates=("slashes",), sexes=("word",), codes=("both",), nhs=("spaced",)),
    ),
    (KITE, _LAST): (
        Layout(titles=("Kite and Harbour", "families we know"), aliases=True, extra="Worker", totals=True),
        Habits(dates=("slashes", "dots"), sexes=("word",), yes=("yes", _TICK), no=("no",), codes=("label",),
               nhs=("plain", "number"), postcodes=("run_together", "lower"),
               blanks=("not known", "TBC"), typographic=True),
    ),
    (LARKWELL_NURSES, _FIRST): (
        Layout(titles=("Monthly sheet",), aliases=True, shuffled=True),
        Habits(dates=("cell", "dots"), sexes=("letter",), codes=("code", "both"), nhs=("number",)),
    ),
    (STILLWATER, _FIRST): (
        Layout("zip", delimiter=";", encoding="cp1252"),
        Habits(dates=("slashes",), sexes=("word",), yes=("Yes",), no=("No",), codes=("label", "code"), nhs=("spaced",)),
    ),
}  # fmt: skip
"""Whose return of which period is also sent untidily, and how."""


def write_messy(folder: Path, sent: Return) -> Path | None:
    """Write the untidy counterpart of a return. Returns its path, or None where there is none."""
    sender = SENDERS.get((sent.provider, sent.period))
    if sender is None:
        return None
    layout, habits = sender
    chance = dice("messy", sent.provider.code, sent.period.name)
    folder.mkdir(parents=True, exist_ok=True)
    return write_untidily(folder / sent.provider.code, spoiled(sent, chance), layout, habits, chance)


def write_untidily(start: Path, sent: Return, layout: Layout, habits: Habits, chance: random.Random) -> Path:
    """Write a return in a layout and with the habits of a hand. `start` is the path without its ending."""
    hand = Hand(habits, chance)
    pages = [_header_page(sent, layout)]
    for table, rows in sent.tables.items():
        if rows:
            pages.append(_page(sent.version.tables[table], rows, layout, hand, sent.version.number))
    if layout.form == "workbook":
        path = start.with_name(start.name + ".xlsx")
        write_workbook(path, pages)
        return path
    path = start.with_name(start.name + ".zip")
    texts = {f"{title}.csv": _encoded(rows, layout) for title, rows in pages}
    write_zip(path, texts)
    return path


def _encoded(rows: list[list[Cell]], layout: Layout) -> bytes:
    text = delimited([[cell_text(value) for value in row] for row in rows], layout.delimiter)
    return text.encode(layout.encoding)


def _header_page(sent: Return, layout: Layout) -> Sheet:
    """The header as names with their values beside them."""
    model = sent.version.tables["header"]
    names = sent_fields(sent.version.number, "header")
    rows: list[list[Cell]] = [[title] for title in layout.titles[:1]]
    for name in names:
        value = sent.header[name]
        rows.append([heading(model, name, layout.aliases), cell_text(value)])
    return "Header", rows


def _page(model: type[Table], rows: list[Row], layout: Layout, hand: Hand, version: str) -> Sheet:
    names = field_order(model.info.name, version, layout)
    columns = model.columns()
    written: list[list[Cell]] = [[title] for title in layout.titles]
    written.append([heading(model, name, layout.aliases) for name in names])
    once: dict[tuple[object, ...], list[Cell]] = {}
    for row in rows:
        said = tuple(row.values())
        written.append(list(once.setdefault(said, [hand.write(columns[name], row[name]) for name in names])))
    if layout.extra:
        for line in written[len(layout.titles) + 1 :]:
            line.append(hand.chance.choice(("Bluebell", "Poppy", None)))
        written[len(layout.titles)].append(layout.extra)
    if layout.totals:
        place = names.index(model.info.key[0])
        total: list[Cell] = [None] * place
        written.append([*total, f"Total {len(rows)}"])
    title = model.info.title
    if model.info.name == "child" and layout.sheet_of_children:
        title = layout.sheet_of_children
    return title, written


def field_order(table: str, version: str, layout: Layout) -> list[str]:
    """The fields of a table from left to right."""
    names = list(sent_fields(version, table))
    return names[:1] + dice("columns", table).sample(names[1:], len(names) - 1) if layout.shuffled else names


@cache
def _aliases() -> dict[tuple[str, str], list[str]]:
    """Table and field → the other headings that people use."""
    found: dict[tuple[str, str], list[str]] = {}
    text = (files("mds_schemas") / "aliases.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        found.setdefault((row["table"], row["field"]), []).append(row["alias"])
    return found


def heading(model: type[Table], name: str, by_alias: bool) -> str:
    """The label of a field or, where one means it, one of its aliases."""
    known = [*_aliases().get((model.info.name, name), []), *_aliases().get(("*", name), [])] if by_alias else []
    fitting = [alias for alias in known if field_for(model, alias) == name]
    if not fitting:
        return model.columns()[name].item.label
    words = dice("alias", model.info.name, name).choice(fitting).split(" ")
    return " ".join(word.upper() if word in _SHORT else word.capitalize() for word in words)
