"""How people type: the same value as different hands would write it into a cell (specification 5.2)."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from mds.demo.files import Cell, cell
from mds.demo.periods import CLOSES
from mds.demo.rows import Value
from mds_schemas.codes import fold
from mds_schemas.table import Column
from mds_schemas.types import Clock, Coded, CodedList, Day, Icd10, Kind, Moment, NhsNumber, Postcode, Text, Whole

DateStyle = Literal["cell", "serial", "slashes", "dots", "named", "iso"]
_SERIAL_ZERO = date(1899, 12, 30)
_SPACE = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Habits:
    """One sender's way of writing things. Where there are several, they take turns."""

    dates: tuple[DateStyle, ...] = ("iso",)
    sexes: tuple[Literal["code", "letter", "word"], ...] = ("code",)
    yes: tuple[Cell, ...] = ("Y",)
    no: tuple[Cell, ...] = ("N",)
    codes: tuple[Literal["code", "label", "both", "number"], ...] = ("code",)
    """`number`: the leading zero was lost when a spreadsheet took the code for a number."""
    nhs: tuple[Literal["plain", "spaced", "hard_spaced", "number", "prefix"], ...] = ("plain",)
    postcodes: tuple[Literal["plain", "lower", "run_together", "letter_o"], ...] = ("plain",)
    icd10: tuple[Literal["dot", "plain", "lower"], ...] = ("dot",)
    blanks: tuple[str, ...] = ("",)
    """What is typed now and then where there is nothing to say."""
    typographic: bool = False
    """Curly quotes, long dashes and hard spaces, as word processors make them."""
    units: bool = False


class Hand:
    """Writes values by the habits of one sender."""

    def __init__(self, habits: Habits, chance: random.Random) -> None:
        self.habits = habits
        self.chance = chance

    def write(self, column: Column, value: Value) -> Cell:
        if value is None or value == "":
            return self._blank(column)
        written = self._write(column.kind, value)
        if self.habits.typographic and isinstance(written, str):
            written = written.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}").replace(" - ", " \N{EN DASH} ")
        return written

    def _blank(self, column: Column) -> Cell:
        may_say_so = isinstance(column.kind, Day | Text | Whole) and column.item.requirement != "mandatory"
        return self.chance.choice(self.habits.blanks) or None if may_say_so and self.chance.random() < 0.3 else None

    def _write(self, kind: Kind, value: Value) -> Cell:
        match kind, value:
            case Moment(), datetime():
                return f"{value:%d/%m/%Y %H:%M}" if self.habits.dates[0] == "slashes" else value
            case Day(), date():
                return self._day(value)
            case Clock(), time():
                return f"{value:%H.%M}" if self.habits.units else f"{value:%H:%M}"
            case NhsNumber(), str():
                return self._nhs_number(value)
            case Postcode(), str():
                return self._postcode(value)
            case Icd10(), str():
                return self._icd10(value)
            case CodedList(), str():
                return value.replace(";", self.chance.choice(("; ", ", ", ";")))
            case Coded(), str():
                return self._code(kind, value)
            case Whole(unit="of minutes"), int() if self.habits.units:
                return self.chance.choice((value, f"{value} mins"))
        return cell(value)

    def _day(self, day: date) -> Cell:
        match self.chance.choice(self.habits.dates):
            case "cell":
                return day
            case "serial":
                return (day - _SERIAL_ZERO).days
            case "slashes":
                return f"{day:%d/%m/%Y}"
            case "dots":
                return f"{day.day}.{day.month}.{day:%y}" if day.year <= CLOSES.year else f"{day:%d.%m.%Y}"
            case "named":
                return f"{day:%d-%b-%y}" if day.year <= CLOSES.year else f"{day:%d-%b-%Y}"
        return day.isoformat()

    def _nhs_number(self, number: str) -> Cell:
        spaced = f"{number[:3]} {number[3:6]} {number[6:]}"
        match self.chance.choice(self.habits.nhs):
            case "spaced":
                return spaced
            case "hard_spaced":
                return spaced.replace(" ", _SPACE)
            case "number":
                return int(number)
            case "prefix":
                return f"NHS: {spaced}"
        return number

    def _postcode(self, postcode: str) -> str:
        match self.chance.choice(self.habits.postcodes):
            case "lower":
                return postcode.lower().replace(" ", "")
            case "run_together":
                return postcode.replace(" ", "") + " (mum)" * (self.chance.random() < 0.1)
            case "letter_o":
                return postcode.replace("0", "O")
        return postcode

    def _icd10(self, code: str) -> str:
        match self.chance.choice(self.habits.icd10):
            case "plain":
                return code.replace(".", "")
            case "lower":
                return code.lower()
        return code

    def _code(self, kind: Coded, code: str) -> Cell:
        if kind.list_name in ("CL03", "CL04") and code in "12":
            return self._sex(code)
        if kind.list_name in ("CL34", "yes_no", "key_worker") and code in "YN":
            written = self.chance.choice(self.habits.yes if code == "Y" else self.habits.no)
            return code if written == "x" and "X" in kind.code_list else written
        label = kind.code_list.labels.get(code)
        if label is None:
            return code
        match self.chance.choice(self.habits.codes):
            case "both":
                return f"{code} - {label}"
            case "label" if kind.code_list.words.get(fold(label)) == code:
                return label
            case "number" if code.isdigit():
                return int(code)
        return code

    def _sex(self, code: str) -> str:
        letter, word = {"1": ("M", "Male"), "2": ("F", "Female")}[code]
        return {"code": code, "letter": letter, "word": word}[self.chance.choice(self.habits.sexes)]
