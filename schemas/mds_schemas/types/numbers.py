"""Numbers, amounts with a unit, and money."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from mds_schemas.reading import Fault, ReadContext
from mds_schemas.types.kind import Kind


@dataclass(frozen=True)
class Whole(Kind):
    """A whole number between two limits."""

    sql: ClassVar[str] = "INTEGER"
    least: int
    greatest: int
    unit: str = ""
    step: int = 1

    def read(self, text: str, context: ReadContext) -> int:
        number = _amount(text, self.unit, context)
        if number != number.to_integral_value():
            raise Fault("whole")
        if not self.least <= number <= self.greatest or number % self.step:
            raise Fault("range")
        return int(number)

    def describe(self) -> str:
        unit = f" {self.unit}" if self.unit else ""
        step = f" in steps of {self.step}" if self.step > 1 else ""
        return f"a whole number{unit} from {self.least:,} to {self.greatest:,}{step}"

    def json_schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "integer", "minimum": self.least, "maximum": self.greatest}
        return schema | ({"multipleOf": self.step} if self.step > 1 else {})


@dataclass(frozen=True)
class Number(Kind):
    """A decimal number that is not negative."""

    sql: ClassVar[str] = "DECIMAL(9,2)"
    greatest: int
    unit: str = ""

    def read(self, text: str, context: ReadContext) -> Decimal:
        number = _amount(text, self.unit, context)
        if not 0 <= number <= self.greatest:
            raise Fault("range")
        return number.quantize(Decimal("0.01"))

    def describe(self) -> str:
        return f"a number of {self.unit or 'units'}, such as 7.5"

    def json_schema(self) -> dict[str, Any]:
        return {"type": "number", "minimum": 0, "maximum": self.greatest}


@dataclass(frozen=True)
class Pounds(Kind):
    """An amount of money in whole pounds: "£1,234" or "1234.00" (L28). Pence are rounded off."""

    sql: ClassVar[str] = "INTEGER"
    _MONEY: ClassVar[re.Pattern[str]] = re.compile(r"(?:£|GBP)?\s*([\d,. ]+)", re.ASCII | re.IGNORECASE)
    most: int = 999_999_999

    def read(self, text: str, context: ReadContext) -> int:
        if not (written := self._MONEY.fullmatch(text)):
            raise Fault("number")
        pounds = round(_amount(written[1].strip(), "", context))
        if pounds > self.most:
            raise Fault("range")
        return pounds

    def describe(self) -> str:
        return "an amount in whole pounds, such as 12500"

    def json_schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": 0, "maximum": self.most}


_AMOUNT = re.compile(r"([+-]?[\d., ]*\d(?:e[+-]?\d{1,2})?) ?([a-z]*)\.?", re.ASCII | re.IGNORECASE)
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(?:(?:,\d{3})+(?:\.\d+)?|(?: \d{3})+(?:[.,]\d+)?)", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(?:\d+(?:[.,]\d+)?|[.,]\d+|\d(?:\.\d+)?e[+-]?\d{1,2})", re.ASCII | re.IGNORECASE)
_UNITS: Mapping[str, str] = {
    word: unit
    for unit, words in {
        "hour": "h hr hrs hour hours",
        "minute": "m min mins minute minutes",
        "gram": "g gm gms gram grams",
        "kilogram": "kg kgs kilo kilos kilogram kilograms",
        "week": "w wk wks week weeks",
        "night": "n night nights",
        "day": "d day days",
        "wte": "wte fte",
    }.items()
    for word in words.split()
}
_CONVERSIONS = {
    ("hour", "minute"): Decimal(60),
    ("minute", "hour"): 1 / Decimal(60),
    ("kilogram", "gram"): Decimal(1000),
    ("hour", "wte"): 1 / Decimal("37.5"),
}


def _amount(text: str, unit: str, context: ReadContext) -> Decimal:
    """The number in a text, in `unit`: "1,234", "1,5", "37.5 hrs" (L27). Raises Fault("number") and Fault("unit")."""
    if not (written := _AMOUNT.fullmatch(text)):
        raise Fault("number")
    digits, word = written[1], written[2].lower()
    if _GROUPED.fullmatch(digits):
        digits = re.sub(r"[ ,](?=\d{3})", "", digits)
    elif not _DECIMAL.fullmatch(digits):
        raise Fault("number")
    number = Decimal(digits.replace(",", "."))
    return number * _factor(word, unit.lower(), context) if word else number


def _factor(word: str, unit: str, context: ReadContext) -> Decimal:
    """What a number with the unit `word` is multiplied by for a field in `unit`. Raises Fault("unit")."""
    stated = _UNITS.get(word)
    if stated is None:
        raise Fault("number")
    if stated in unit.split() or f"{stated}s" in unit.split():
        return Decimal(1)
    for (known, wanted), factor in _CONVERSIONS.items():
        if known == stated and wanted in unit:
            context.note("converted")
            return factor
    raise Fault("unit")
