"""An example return and what it is to be found with: faults, and the rows that are held back because of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from mds.demo.files import sheets, write_return, write_workbook
from mds.demo.habits import Habits
from mds.demo.messy import Layout, field_order, write_untidily
from mds.demo.periods import dice
from mds.demo.returns import Return
from mds.demo.rows import Row
from mds.validate.findings import column_letters

_HELD_BACK = {
    "condition": "CP102010", "register_membership": "CP103930", "referral": "CP201010", "phase": "CP202010",
    "contact": "CP301010", "short_break": "CP302010", "admission": "CP303930", "care_plan": "CP401010",
    "transition": "CP402930", "equipment_request": "CP403930", "death": "CP501010", "bereavement": "CP502930",
    "perinatal": "CP601930",
}  # fmt: skip
"""Table → the rule by which its rows are held back with the row above them."""


@dataclass(frozen=True)
class Fault:
    """One finding to expect: the rule, the row's position in its table and the field, and why it is wrong.

    Without a row it concerns the table, with the field `extra` a column of the sender's own.
    """

    code: str
    table: str
    row: int | None
    field: str
    why: str


def position(sent: Return, table: str, fits: Callable[[Row], bool], after: int = -1) -> int:
    """The first row of a table that fits, after another one."""
    return next(place for place, row in enumerate(sent.tables[table]) if place > after and fits(row))


def held_back(sent: Return, parent: str, key: object) -> list[Fault]:
    """The rows below a row that is rejected, all the way down."""
    faults: list[Fault] = []
    for model in sent.version.children_of(parent):
        table, by = model.info.name, model.info.parent_key
        for place, row in enumerate(sent.tables[table]):
            if row[by] == key:
                faults.append(Fault(_HELD_BACK[table], table, place, by, f"its {parent} row was rejected"))
                if table == "referral":
                    faults += held_back(sent, table, row["referral_id"])
    return faults


def of_child(sent: Return, place: int, name: str, code: str, why: str) -> list[Fault]:
    """A fault of a child row for which it is rejected, and all that is held back with it."""
    key = sent.tables["child"][place]["local_patient_id"]
    return [Fault(code, "child", place, name, why), *held_back(sent, "child", key)]


@dataclass
class Example:
    """A return with the findings to expect of it. Without a layout it is written tidily."""

    name: str
    sent: Return
    faults: list[Fault] = field(default_factory=list)
    untidy: tuple[Layout, Habits] | None = None
    left_out: tuple[str, str] | None = None
    """Table and field of a column that is missing."""

    def write(self, folder: Path) -> None:
        if self.untidy:
            write_untidily(folder / self.name, self.sent, *self.untidy, dice("example", self.name))
        elif self.left_out:
            self._write_without_column(folder / f"{self.name}.xlsx", *self.left_out)
        else:
            provider = replace(self.sent.provider, code=self.name)
            write_return(folder, replace(self.sent, provider=provider))
        if self.faults:
            found = sorted([fault.code, fault.table, *self._place(fault)] for fault in self.faults)
            lines = ",\n".join(f"  {json.dumps(one)}" for one in found)
            (folder / f"{self.name}.expected.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")

    def _write_without_column(self, path: Path, table: str, name: str) -> None:
        title = self.sent.version.tables[table].info.title
        place = field_order(table, self.sent.version.number, Layout()).index(name)
        found = [
            (sheet, [row[:place] + row[place + 1 :] for row in rows] if sheet == title else rows)
            for sheet, rows in sheets(self.sent, by_name=False)
        ]
        write_workbook(path, found)

    def _place(self, fault: Fault) -> tuple[str, str]:
        """Sheet and cell of a finding, from the layout alone."""
        layout = self.untidy[0] if self.untidy else Layout()
        if fault.table == "header":
            if not fault.field:
                return "", ""
            line = list(self.sent.header).index(fault.field) + 1 + len(layout.titles[:1])
            return "Header", f"B{line}"
        title = self.sent.version.tables[fault.table].info.title
        if fault.table == "child" and layout.sheet_of_children:
            title = layout.sheet_of_children
        names = field_order(fault.table, self.sent.version.number, layout)
        if fault.row is None and not fault.field:
            return title, ""
        column = len(names) if fault.field == "extra" else names.index(fault.field)
        line = 1 + len(layout.titles) + (0 if fault.row is None else 1 + fault.row)
        return title, f"{column_letters(column)}{line}"
