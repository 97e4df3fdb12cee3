"""Texts: free ones, a provider's own numbers, and codes of a fixed shape that no list of ours holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from mds_schemas.reading import BLANK_NUMBERS, Fault, ReadContext
from mds_schemas.types.kind import Kind


@dataclass(frozen=True)
class Text(Kind):
    """Free text. Never leaves the provider."""

    as_many_as_rows: ClassVar[bool] = True
    most: int

    def read(self, text: str, context: ReadContext) -> str:
        if len(text) > self.most:
            raise Fault("long")
        return text

    def describe(self) -> str:
        return f"text of at most {self.most} characters"

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.most}


@dataclass(frozen=True)
class LocalId(Kind):
    """A provider's own number for a child, referral, contact or plan."""

    as_many_as_rows: ClassVar[bool] = True
    most: int = 20
    clean_pattern: ClassVar[str] = r"[A-Za-z0-9]{2,14}[0-9][A-Za-z0-9]{0,5}"

    def read(self, text: str, context: ReadContext) -> str:
        if len(text) > self.most:
            raise Fault("long")
        return text

    def describe(self) -> str:
        return f"your own number, at most {self.most} characters"

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": self.most}


@dataclass(frozen=True)
class Shaped(Kind):
    """A text of a fixed shape, upper case: organisation, practice, area, language or school codes."""

    pattern: str
    words: str
    lower: bool = False
    register: bool = False
    """The code stands in a register, so that one which a spreadsheet took for a number can be found again (L13)."""
    also_blank: ClassVar[frozenset[str]] = BLANK_NUMBERS

    def read(self, text: str, context: ReadContext) -> str:
        shaped = text.replace(" ", "").upper() if text.isascii() else ""
        if self.register and (code := context.numeric_codes.get(as_number(text) or "")):
            if code != shaped:
                context.note("from_number")
            return code
        if not re.fullmatch(self.pattern, shaped):
            raise Fault("shape")
        return shaped.lower() if self.lower else shaped

    def describe(self) -> str:
        return self.words

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^(?:{self.pattern.lower() if self.lower else self.pattern})$"}


@dataclass(frozen=True)
class FinancialYear(Shaped):
    """A year from April to March, as 2025/26; 2025-26 and 2025/2026 say the same."""

    pattern: str = r"20\d\d/\d\d"
    words: str = "a financial year, such as 2025/26"

    def read(self, text: str, context: ReadContext) -> str:
        return super().read(re.sub(r"\s*[-/\u2013]\s*(?:20(?=\d\d$))?", "/", text), context)


ORG_CODE = Shaped(
    r"[A-Z0-9]{3}(?:[A-Z0-9]{2,3})?|X-[A-Z0-9]{1,10}",
    "an organisation code of 3, 5 or 6 letters and numbers",
    register=True,
)
"""A code of the national organisation register, or `X-` and a local code where there is none (DD-ORG)."""


AREA_CODE = Shaped(r"[EW][0-9]{8}", "an area code: E or W and 8 digits")
"""A local authority's code of the national statistics office."""

ANY_BODY = Shaped(
    r"[A-Z0-9]{3}(?:[A-Z0-9]{2,3})?|X-[A-Z0-9]{1,10}|[EW][0-9]{8}",
    "an organisation code, or an area code of E and 8 digits",
)
"""An organisation's or a local authority's code: whoever can pay for care."""


@dataclass(frozen=True)
class Several(Kind):
    """Several values of one kind in a cell, separated by `;`, commas, line breaks or spaces."""

    sql: ClassVar[str] = "VARCHAR[]"
    one: Kind

    def read(self, text: str, context: ReadContext) -> tuple[str, ...] | None:
        return tuple(self.one.read(part, context) for part in re.split(r"[;,\s]+", text) if part) or None

    def describe(self) -> str:
        return f"{self.one.describe()}; several with ; between them"

    def json_schema(self) -> dict[str, Any]:
        return {"type": "array", "items": self.one.json_schema()}


_NUMBER_LIKE = re.compile(r"\d{1,20}(?:\.\d{1,20})?(?:E\+?\d{1,2})?", re.ASCII | re.IGNORECASE)


def as_number(text: str) -> str | None:
    """A whole number in one spelling ("5.00E+01" and "50" are both "50"), or None."""
    number = Decimal(text) if _NUMBER_LIKE.fullmatch(text) else Decimal("NaN")
    return format(number.to_integral_value(), "f") if number == number.to_integral_value() else None
