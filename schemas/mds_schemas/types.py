"""The kinds of value that stand in a field.

Each kind is a marker for `Annotated`: it gives pydantic the validator, names the column type in DuckDB, and says in
words what it takes. A value that does not fit raises a pydantic error whose *type* is the kind of fault (`list`,
`digits`, `date` …); the field's own metadata turns that kind into a rule code. No message carries the value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, ClassVar, get_args

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from mds_schemas import codes
from mds_schemas.reading import BLANK_DATES, BLANK_NUMBERS, BLANK_WORDS, Fault, ReadContext, cell_text, plain

MOST_CHARACTERS = 1000
"""No field takes a longer text, so a longer one is not looked into."""


class Kind:
    """Base of all kinds. A subclass reads a plain, non-blank text into a value or raises `Fault`."""

    sql: ClassVar[str] = "VARCHAR"
    clean_pattern: ClassVar[str] = ""
    """Texts that fully match are already what `read` would return, so a column of them needs no reading."""
    also_blank: ClassVar[frozenset[str]] = frozenset()
    """What stands for nothing in this kind, beside the words that do so everywhere."""

    @property
    def clean_values(self) -> tuple[str, ...]:
        """The same for single texts: each of these is already what `read` would return."""
        return ()

    def read(self, text: str, context: ReadContext) -> Any:
        raise NotImplementedError

    def survey(self, texts: Iterable[str], context: ReadContext) -> ReadContext:
        """What all the texts of a column together say about how each must be read."""
        return context

    def describe(self) -> str:
        """What the field takes, in words for the person who fills it in."""
        raise NotImplementedError

    def json_schema(self) -> dict[str, Any]:
        raise NotImplementedError

    def is_blank(self, text: str) -> bool:
        return not text or text.lower() in BLANK_WORDS or text in self.also_blank

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        may_be_blank = type(None) in get_args(source)

        def validate(value: object, info: core_schema.ValidationInfo) -> Any:
            context = info.context if isinstance(info.context, ReadContext) else ReadContext()
            text = plain(cell_text(value))
            try:
                if len(text) > MOST_CHARACTERS:
                    raise Fault("long")
                result = None if self.is_blank(text) else self.read(text, context)
            except Fault as fault:
                raise PydanticCustomError(fault.kind, "{what}", {"what": self.describe()}) from None
            if result is None and not may_be_blank:
                raise PydanticCustomError("blank", "must not be blank")
            return result

        return core_schema.with_info_plain_validator_function(validate)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return self.json_schema()


@dataclass(frozen=True)
class Text(Kind):
    """Free text. Never leaves the provider."""

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
        if self.register and (code := context.numeric_codes.get(_as_number(text) or "")):
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


def _as_number(text: str) -> str | None:
    """A whole number in one spelling ("5.00E+01" and "50" are both "50"), or None."""
    number = Decimal(text) if _NUMBER_LIKE.fullmatch(text) else Decimal("NaN")
    return format(number.to_integral_value(), "f") if number == number.to_integral_value() else None


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
class NhsNumber(Kind):
    """Ten digits whose last one checks the others (DD-NHSNO, L11)."""

    also_blank: ClassVar[frozenset[str]] = BLANK_NUMBERS
    _DIGITS_AND_MARKS: ClassVar[re.Pattern[str]] = re.compile(
        r"(?:NHS(?:\s*(?:NO|NUMBER))?\.?\s*:?\s*)?'?([\d\s-]+?)(?:\.0+)?'?", re.ASCII
    )
    _SHORTENED: ClassVar[re.Pattern[str]] = re.compile(r"(\d)(?:\.(\d+))?E\+?(\d+)", re.ASCII)

    def read(self, text: str, context: ReadContext) -> str:
        if len(text) == 10 and text.isascii() and text.isdigit():
            return self._checked(text)
        upper = text.upper()
        if shortened := self._SHORTENED.fullmatch(upper):
            digits = shortened[1] + (shortened[2] or "")
            if len(digits) != 10 or int(shortened[3]) != 9:
                raise Fault("shortened")
        elif written := self._DIGITS_AND_MARKS.fullmatch(upper):
            digits = re.sub(r"[\s-]", "", written[1])
        else:
            raise Fault("digits")
        return self._checked(digits)

    def _checked(self, digits: str) -> str:
        if len(digits) != 10:
            raise Fault("digits")
        if len(set(digits)) == 1 or digits == "9876543210":
            raise Fault("filler")
        if not check_digit_agrees(digits):
            raise Fault("check_digit")
        return digits

    def describe(self) -> str:
        return "an NHS number: 10 digits"

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[0-9]{10}$"}


def check_digit_agrees(digits: str) -> bool:
    """Modulus 11 on ten digits, in a third of the time that the library takes for the same answer (it is tested so)."""
    total = sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), digits, strict=False))
    return (11 - total % 11) % 11 == int(digits[9])


@dataclass(frozen=True)
class Postcode(Kind):
    """A postcode with one space before its last three characters, or a ZZ99 pseudo postcode (DD-PC, L34)."""

    _SHAPE: ClassVar[re.Pattern[str]] = re.compile(
        r"(?:GIR 0AA|[A-PR-UWYZ](?:[0-9]{1,2}|[A-HK-Y][0-9](?:[0-9ABEHMNPRV-Y])?|[0-9][A-HJKPS-UW])"
        r" [0-9][ABD-HJLNP-UW-Z]{2}|ZZ99 [0-9][A-Z]Z)"
    )
    also_blank: ClassVar[frozenset[str]] = BLANK_NUMBERS
    _KINDS: ClassVar[tuple[str, ...]] = ("A99AA", "A999AA", "AA99AA", "A9A9AA", "AA999AA", "AA9A9AA")
    """Where letters and digits stand."""
    _REMARK: ClassVar[re.Pattern[str]] = re.compile(r"\s*\(.*\)$")

    def read(self, text: str, context: ReadContext) -> str:
        code = re.sub(r"[^A-Za-z0-9]", "", self._REMARK.sub("", text)).upper()
        spaced = f"{code[:-3]} {code[-3:]}"
        if not self._SHAPE.fullmatch(spaced):
            spaced = self._repair(code)
        if spaced.startswith("ZZ99"):
            context.note("pseudo")
        return spaced

    def _repair(self, code: str) -> str:
        """Swap O and 0, I and 1 where one kind alone is legal, if that leaves one postcode."""
        letters, digits = str.maketrans("01", "OI"), str.maketrans("OI", "01")
        found = set()
        for kinds in self._KINDS:
            if len(kinds) == len(code):
                swapped = [
                    mark.translate(letters if kind == "A" else digits) for kind, mark in zip(kinds, code, strict=True)
                ]
                found.add("".join([*swapped[:-3], " ", *swapped[-3:]]))
        legal = [one for one in found if self._SHAPE.fullmatch(one)]
        if len(legal) != 1:
            raise Fault("shape")
        return legal[0]

    @classmethod
    def pattern(cls) -> str:
        """What every postcode in its stored form looks like."""
        return cls._SHAPE.pattern

    def describe(self) -> str:
        return "a postcode, such as LU1 1AA"

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{self.pattern()}$"}


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


_MONTH_NAMES = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
                "november", "december")  # fmt: skip
_MONTHS = {name[:length]: number for number, name in enumerate(_MONTH_NAMES, 1) for length in range(3, len(name) + 1)}
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|((?:19|20)\d\d)(\d\d)(\d\d)", re.ASCII)
_NUMERIC = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})", re.ASCII)
_DAY, _MONTH, _YEAR = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?", r"(?P<month>[A-Za-z]{3,9})", r"(?P<year>\d{4}|\d{2})"
_NAMED = re.compile(rf"{_DAY}[ \-/.]*{_MONTH}[ \-/.,]*{_YEAR}", re.ASCII)
_NAME_FIRST = re.compile(rf"{_MONTH}[ \-.]*{_DAY}[ \-,]+{_YEAR}", re.ASCII)
_SERIAL = re.compile(r"(0|\d{5})(?:\.(\d+))?", re.ASCII)
"""A date cell's number. Four digits would be a year, or a day that nobody in this data set has seen."""
_TIME_OF_DAY = r"(\d{1,2})[:.h](\d{2})(?::\d{2}(?:\.\d+)?)?\s*(am|pm)?(?:Z|[+-]0[01]:?00)?"
_DATE_AND_TIME = re.compile(rf"(.+?)(?:T|\s+|,\s*)(?:{_TIME_OF_DAY})", re.ASCII | re.IGNORECASE)
_EARLIEST, _LATEST = date(1901, 1, 1), date(2150, 12, 31)
_FILLER_DATES = frozenset({date(1900, 1, 1), date(1899, 12, 30), date(1899, 12, 31), date(1904, 1, 1)})


def _date(text: str, context: ReadContext) -> date | None:
    """The day that a text names, None for a filler such as 01/01/1900. Raises Fault("date")."""
    try:
        found = _calendar_date(text, context)
    except (ValueError, OverflowError):
        raise Fault("date") from None
    if found in _FILLER_DATES:
        return None
    if not _EARLIEST <= found <= _LATEST:
        raise Fault("date")
    return found


def _calendar_date(text: str, context: ReadContext) -> date:
    if parts := _ISO.fullmatch(text) or _YEAR_FIRST.fullmatch(text):
        year, month, day = map(int, filter(None, parts.groups()))
        return date(year, month, day)
    if parts := _NUMERIC.fullmatch(text):
        first, second, year = int(parts[1]), int(parts[2]), _full_year(parts[3], context)
        if context.ambiguous_dates and first <= 12 and second <= 12 and first != second:
            context.note("ambiguous")
        return date(year, first, second) if context.month_first else date(year, second, first)
    if parts := _NAMED.fullmatch(text) or _NAME_FIRST.fullmatch(text):
        named = parts.groupdict()
        month = _MONTHS.get(named["month"].lower(), 0)  # there is no month 0, so that is no date
        return date(_full_year(named["year"], context), month, int(named["day"]))
    if serial := _SERIAL.fullmatch(text):
        start = date(1904, 1, 1) if context.epoch_1904 else date(1899, 12, 30)
        return start + timedelta(days=int(serial[1]))
    raise Fault("date")


def _full_year(digits: str, context: ReadContext) -> int:
    """Two digits mean the latest year that is not after the return was received."""
    if len(digits) == 4:
        return int(digits)
    year = context.latest_year - context.latest_year % 100 + int(digits)
    return year if year <= context.latest_year else year - 100


def _survey_dates(texts: Iterable[str], context: ReadContext) -> ReadContext:
    """Day or month first, decided for the whole column and never for one cell (L20, L21)."""
    day_only = month_only = either = 0
    for text in texts:
        if parts := _NUMERIC.match(plain(text)):
            first, second = int(parts[1]), int(parts[2])
            day_only += first > 12 >= second
            month_only += second > 12 >= first
            either += first <= 12 and second <= 12
    total = day_only + month_only + either
    month_first = month_only > 0 and (month_only + either) >= 0.95 * total and day_only < month_only
    mixed = month_only > 0 and not month_first
    return replace(context, month_first=month_first, ambiguous_dates=mixed)


@dataclass(frozen=True)
class Day(Kind):
    """A calendar day (L20)."""

    sql: ClassVar[str] = "DATE"
    also_blank: ClassVar[frozenset[str]] = BLANK_DATES
    ahead: int = 0
    """Years after the return's own that two digits may mean: dates of birth are never in the future, plans are."""

    def read(self, text: str, context: ReadContext) -> date | None:
        context = replace(context, latest_year=context.latest_year + self.ahead)
        if with_time := _DATE_AND_TIME.fullmatch(text):
            return _date(with_time[1].strip(), context)
        return _date(text, context)

    def survey(self, texts: Iterable[str], context: ReadContext) -> ReadContext:
        return _survey_dates(texts, context)

    def describe(self) -> str:
        return "a date, such as 27/03/2025 or 2025-03-27"

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


@dataclass(frozen=True)
class Moment(Kind):
    """A day and a clock time. A day alone is midnight."""

    sql: ClassVar[str] = "TIMESTAMP"
    also_blank: ClassVar[frozenset[str]] = BLANK_DATES

    def read(self, text: str, context: ReadContext) -> datetime | None:
        minutes = 0
        if with_time := _DATE_AND_TIME.fullmatch(text):
            clock = _clock(with_time[2], with_time[3], with_time[4])
            text, minutes = with_time[1].strip(), clock.hour * 60 + clock.minute
        elif (serial := _SERIAL.fullmatch(text)) and serial[2]:
            text, minutes = serial[1], round(float(f"0.{serial[2]}") * 1440)
        day = _date(text, context)
        return datetime.combine(day, time(0)) + timedelta(minutes=minutes) if day else None

    def survey(self, texts: Iterable[str], context: ReadContext) -> ReadContext:
        return _survey_dates(texts, context)

    def describe(self) -> str:
        return "a date and time, such as 27/03/2025 14:30"

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date-time"}


@dataclass(frozen=True)
class Clock(Kind):
    """A time of day."""

    sql: ClassVar[str] = "TIME"
    may_end_the_day: bool = False
    """Whether 24:00 may stand for midnight."""

    def read(self, text: str, context: ReadContext) -> time:
        if self.may_end_the_day and re.fullmatch(r"24[:.h]00", text):  # which is the beginning of the next
            return time(0)
        if with_date := _DATE_AND_TIME.fullmatch(text):
            return _clock(with_date[2], with_date[3], with_date[4])
        if parts := re.fullmatch(_TIME_OF_DAY, text, re.ASCII | re.IGNORECASE):
            return _clock(parts[1], parts[2], parts[3])
        if re.fullmatch(r"0?\.[0-9]+", text):
            minutes = round(float(text) * 1440) % 1440
            return time(minutes // 60, minutes % 60)
        if re.fullmatch(r"([01]?[0-9]|2[0-3])[0-5][0-9]", text):
            return time(int(text[:-2]), int(text[-2:]))
        raise Fault("time")

    def describe(self) -> str:
        return "a time, such as 14:30"

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "time"}


def _clock(hour: str, minute: str, half: str | None) -> time:
    hours = int(hour) % 12 + (12 if half.lower() == "pm" else 0) if half else int(hour)
    try:
        return time(hours, int(minute))
    except ValueError:
        raise Fault("time") from None
