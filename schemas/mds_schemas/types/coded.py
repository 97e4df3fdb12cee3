"""Codes of a code list, alone or several in a cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from mds_schemas import codes
from mds_schemas.reading import BLANK_NUMBERS, Fault, ReadContext
from mds_schemas.types.kind import Kind


@dataclass(frozen=True)
class Coded(Kind):
    """One code of a code list. Takes the code, its label, another spelling, or "A - label" (L12, L15, L16, L18)."""

    list_name: str
    leave_out: tuple[str, ...] = ()
    """Codes of the list that this field does not take."""
    older: str = ""
    """An older list whose codes are mapped up, with a note (specification 6.2)."""

    also_blank: ClassVar[frozenset[str]] = BLANK_NUMBERS

    _BETWEEN: ClassVar[re.Pattern[str]] = re.compile(r"\s*[-:=.(]\s*|\s+")
    """What may stand between a code and its description."""
    _WHOLE_AS_DECIMAL: ClassVar[re.Pattern[str]] = re.compile(r"(\d+)\.0+", re.ASCII)
    _WORD_AND_NUMBER: ClassVar[re.Pattern[str]] = re.compile(r"(?<=[a-z])(?=[0-9])")

    @property
    def code_list(self) -> codes.CodeList:
        return codes.load(self.list_name)

    def allowed(self) -> dict[str, str]:
        """Code → label of every code that the field takes."""
        return {code: label for code, label in self.code_list.labels.items() if code not in self.leave_out}

    @property
    def clean_values(self) -> tuple[str, ...]:
        return tuple(self.allowed())

    def is_blank(self, text: str) -> bool:
        return super().is_blank(text) and self._find(text, ReadContext()) is None

    def read(self, text: str, context: ReadContext) -> str:
        found = self.find(text, context)
        if found is None and self.older:
            found = self._find_older(text, context)
        if found is None:
            found = self._find_behind(text)
        if found is None or found in self.leave_out:
            raise Fault("list")
        return found

    def find(self, text: str, context: ReadContext, *, sure: bool = False) -> str | None:
        """The code that a text is, or that stands in front of its description; `sure` when that must be its own."""
        return self._find(text, context) or self._find_in_front(text, context, sure)

    def _find(self, text: str, context: ReadContext) -> str | None:
        """The code that the whole of a text is: the code itself, or a word that stands for it."""
        listed = self.code_list
        if whole := self._WHOLE_AS_DECIMAL.fullmatch(text):
            text = text if text in listed else whole.group(1)
        upper = text.upper()
        if upper in listed:
            return upper
        if upper.isascii() and upper.isdigit() and (padded := upper.zfill(listed.width)) in listed:
            context.note("padded")
            return padded
        word = codes.fold(text)
        return listed.words.get(word) or listed.words.get(self._WORD_AND_NUMBER.sub(" ", word))

    def _find_in_front(self, text: str, context: ReadContext, sure: bool) -> str | None:
        """The code before a description, such as "1 - curative may fail". A description of another code forbids it."""
        for between in reversed(list(self._BETWEEN.finditer(text))):
            front, rest = text[: between.start()], text[between.end() :].strip(" )")
            if (found := self._find(front, context)) is not None:
                told_apart = (between.group() != "-" and not between.group().isspace()) or front.isdigit()
                return found if self._agree(found, rest, must_be_known=sure or not told_apart) else None
        return None

    def _agree(self, code: str, rest: str, *, must_be_known: bool) -> bool:
        """Whether a description may stand beside a code. Where only a space or hyphen divides them, it must fit."""
        meant = self._find(rest, ReadContext())
        if meant is not None or not must_be_known:
            others = {word for word in rest.split() if word.isdigit() and word in self.code_list} - {code}
            return meant in (code, None) and not others
        return codes.fold(rest) in codes.fold(self.code_list.labels[code])

    def _find_behind(self, text: str) -> str | None:
        """The code of the description that stands behind something that is no code."""
        for between in self._BETWEEN.finditer(text):
            found = self.code_list.words.get(codes.fold(text[between.end() :]))
            if found and not between.group().isspace() and not self._is_code(text[: between.start()]):
                return found
        return None

    def _is_code(self, text: str) -> bool:
        older = EthnicV1(self.older).find(text, ReadContext()) if self.older else None
        return (older or self._find(text, ReadContext())) is not None

    def _find_older(self, text: str, context: ReadContext) -> str | None:
        """The new code for a code of the older list."""
        code = EthnicV1(self.older).find(text, ReadContext())
        mapped = codes.mapping(f"{self.older}_to_{self.list_name}").get(code) if code else None
        if mapped is not None:
            context.note("older")
        return mapped

    def describe(self) -> str:
        allowed = self.allowed()
        if len(allowed) <= 6:
            return "one of " + ", ".join(f"{code} ({label})" for code, label in allowed.items())
        return f"a code of list {self.list_name}"

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.allowed())}


@dataclass(frozen=True)
class EthnicV1(Coded):
    """A 2001 census code, whose second character is for local use and stripped (DD-ETH)."""

    list_name: str = "CL06"

    def _find(self, text: str, context: ReadContext) -> str | None:
        found = super()._find(text, context)
        if found is None and len(text) == 2 and text[0].upper() in self.code_list:
            return text[0].upper()
        return found


@dataclass(frozen=True)
class CodedList(Kind):
    """Several codes of one list in a cell, separated by `;`."""

    sql: ClassVar[str] = "VARCHAR[]"
    list_name: str
    most: int = 99
    _BETWEEN: ClassVar[tuple[re.Pattern[str], ...]] = tuple(map(re.compile, (r"[;|]", r"[,+]", r"/", r"\s")))
    """What may stand between two codes. What stands further down may also be part of a label."""

    @property
    def one(self) -> Coded:
        return Coded(self.list_name)

    @property
    def clean_values(self) -> tuple[str, ...]:
        return self.one.clean_values

    def read(self, text: str, context: ReadContext) -> tuple[str, ...] | None:
        found = tuple(self._read_parts(self._BETWEEN[0].split(text), 1, context))
        if len(found) > self.most:
            raise Fault("many")
        return found or None

    def _read_parts(self, parts: Iterable[str], level: int, context: ReadContext) -> Iterator[str]:
        for part in filter(None, map(str.strip, parts)):
            attempt = replace(context, notes=set())
            if (code := self.one.find(part, attempt, sure=True)) is not None:
                context.notes |= attempt.notes
                yield code
            elif level < len(self._BETWEEN):
                inner = self._read_parts(self._BETWEEN[level].split(part), level + 1, context)
                # Words of a description may each mean the code that they follow.
                yield from dict.fromkeys(inner) if level == len(self._BETWEEN) - 1 else inner
            else:
                raise Fault("list")

    def describe(self) -> str:
        most = f", at most {self.most}" if self.most < 99 else ""
        return f"codes of list {self.list_name} with ; between them{most}"

    def json_schema(self) -> dict[str, Any]:
        return {"type": "array", "items": self.one.json_schema(), "maxItems": self.most}
