"""What a child has: diagnosis codes, and how severe its problems are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from mds_schemas.reading import BLANK_NUMBERS, Fault, ReadContext, plain
from mds_schemas.types.kind import Kind


@dataclass(frozen=True)
class Icd10(Kind):
    """An ICD-10 code, stored without its dot: three to five characters (L35)."""

    also_blank: ClassVar[frozenset[str]] = BLANK_NUMBERS
    _FINAL_MARK: ClassVar[re.Pattern[str]] = re.compile(r"[†*+-]|(?<=[0-9X])[DA]$")
    _SHAPE: ClassVar[re.Pattern[str]] = re.compile(r"[A-Z][0-9]{2}(?:[0-9X][0-9A-Z]?)?")
    _BETWEEN: ClassVar[re.Pattern[str]] = re.compile(r"\s*[/;,&]\s*|\s+")

    def read(self, text: str, context: ReadContext) -> str:
        code = re.sub(r"[.\s]", "", text).upper()
        if self._SHAPE.fullmatch(code) and not code.endswith(("D", "A")):
            return code
        code = self._FINAL_MARK.sub("", code)
        if not self._SHAPE.fullmatch(code):
            raise Fault("shape")
        return code

    @classmethod
    def several(cls, text: str) -> list[str]:
        """The parts of a cell that holds several codes ("G71.0/J96.1"), or just the cell."""
        parts = [part for part in cls._BETWEEN.split(plain(text)) if part]
        reader = cls()
        try:
            for part in parts:
                reader.read(part, ReadContext())
        except Fault:
            return [text]
        return parts or [text]

    def describe(self) -> str:
        return "an ICD-10 code, such as G71.0"

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{self._SHAPE.pattern}$"}


@dataclass(frozen=True)
class Severity(Kind):
    """Four digits 0 to 3: pain, other symptoms, psychological or spiritual, family."""

    def read(self, text: str, context: ReadContext) -> str:
        digits = re.sub(r"[\s,;/-]", "", text)
        if digits.isdigit() and len(digits) < 4:
            digits = digits.zfill(4)
            context.note("padded")
        if not re.fullmatch("[0-3]{4}", digits):
            raise Fault("shape")
        return digits

    def describe(self) -> str:
        return "four digits from 0 to 3: pain, other symptoms, psychological or spiritual, family"

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[0-3]{4}$"}
