"""What the template says and asks of each field: heading, comment, message beside the cell, drop-down and limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mds.reports.choices import coded
from mds_schemas.table import Column
from mds_schemas.types import Clock, Coded, CodedList, Day, Kind, LocalId, Moment, Number, Text, Whole

STAR = " *"
LONGEST_PROMPT, LONGEST_PROMPT_TITLE, LONGEST_ERROR = 255, 32, 224
"""What a spreadsheet program shows beside a cell; it refuses a file with more."""
LAST_ROW = 1_048_576

_REQUIREMENTS = {
    "mandatory": "Must be filled in.",
    "required": "Expected; leave it blank only when it is not known.",
    "optional": "May stay blank.",
    "conditional": "Fill it in when it applies.",
}


@dataclass(frozen=True)
class Limits:
    """The data validation of a field: openpyxl's settings, and whether an entry outside is refused, or asked about."""

    settings: dict[str, Any]
    refuse: bool = True


def heading(column: Column) -> str:
    return column.item.label + (STAR if column.mandatory else "")


def takes(column: Column) -> str:
    """What to enter, as a sentence."""
    choose = " Choose from the list." if coded(column.kind) else ""
    return f"Enter {column.kind.describe()}.{choose}"


def requirement(column: Column) -> str:
    condition = f" Condition: {column.item.condition}." if column.item.condition else ""
    return _REQUIREMENTS[column.item.requirement] + condition


def guidance(column: Column) -> str:
    """All that is to be said of a field, for the comment on its heading and the header's third column."""
    meaning = column.item.meaning[:1].upper() + column.item.meaning[1:]
    example = f" Example: {column.item.example}" if column.item.example else ""
    return f"{meaning}. {requirement(column)} {takes(column)}{example}"


def number_format(kind: Kind) -> str:
    match kind:
        case Day():
            return "dd/mm/yyyy"
        case Moment():
            return "dd/mm/yyyy hh:mm"
        case Clock():
            return "hh:mm"
        case Whole():
            return "0"
        case Number():
            return "General"
        case _:
            return "@"  # numbers with leading zeros, and codes that look like dates or numbers, stay as they are typed


def limits(kind: Kind, names: dict[Coded, str]) -> Limits | None:
    """What the spreadsheet program itself can check. None where it cannot."""
    match kind:
        case CodedList():
            return Limits({"type": "list", "formula1": f"={names[kind.one]}"}, refuse=False)
        case Coded():
            return Limits({"type": "list", "formula1": f"={names[kind]}"}, refuse=False)
        case Day() | Moment():
            return Limits(_between("date", "DATE(1901,1,1)", "DATE(2150,12,31)"))
        case Clock():
            return Limits(_between("time", "0", "1" if kind.may_end_the_day else "0.999988426"))
        case Whole():
            return Limits(_between("whole", str(kind.least), str(kind.greatest)))
        case Number():
            return Limits(_between("decimal", "0", str(kind.greatest)))
        case Text() | LocalId():
            return Limits({"type": "textLength", "operator": "lessThanOrEqual", "formula1": str(kind.most)})
        case _:
            return None


def _between(kind: str, least: str, greatest: str) -> dict[str, str]:
    return {"type": kind, "operator": "between", "formula1": least, "formula2": greatest}


def validation(column: Column, names: dict[Coded, str], cells: str) -> Any:
    """The message beside the cells of a field, with its drop-down or limits."""
    from openpyxl.worksheet.datavalidation import DataValidation

    found = limits(column.kind, names)
    several = isinstance(column.kind, CodedList)
    return DataValidation(
        sqref=cells,
        **(found.settings if found else {}),
        allow_blank=True,
        showInputMessage=True,
        promptTitle=shortened(column.item.label, LONGEST_PROMPT_TITLE),
        prompt=shortened(f"{requirement(column)} {takes(column)}", LONGEST_PROMPT),
        showErrorMessage=found is not None and not several,
        errorStyle="stop" if found is None or found.refuse else "warning",
        errorTitle=shortened(column.item.label, LONGEST_PROMPT_TITLE),
        error=shortened(takes(column), LONGEST_ERROR),
    )


def shortened(text: str, most: int) -> str:
    """`text` cut at a word, with dots, where it is longer than `most`."""
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:(") + "…"


def width(column: Column) -> int:
    """The width of a column: what its values or the words of its heading need."""
    words = max(len(word) for word in heading(column).split())
    match column.kind:
        case Coded() | CodedList() | Text():
            need = 22
        case Moment():
            need = 18
        case _:
            need = 14
    return max(need, words + 3)
