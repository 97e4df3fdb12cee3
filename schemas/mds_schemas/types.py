"""The kinds of value that stand in a field.

Each kind is a marker for `Annotated`: it gives pydantic the validator, names the column type in DuckDB, and says in
words what it takes. A value that does not fit raises a pydantic error whose *type* is the kind of fault (`list`,
`digits`, `date` …); the field's own metadata turns that kind into a rule code. No message carries the value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, get_args

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from mds_schemas import codes
from mds_schemas.reading import BLANK_WORDS, Fault, ReadContext, cell_text, plain


class Kind:
    """Base of all kinds. A subclass reads a plain, non-blank text into a value or raises `Fault`."""

    sql: ClassVar[str] = "VARCHAR"
    clean_pattern: ClassVar[str] = ""
    """Texts that fully match are already what `read` would return, so a column of them needs no reading."""

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
        return not text or text.lower() in BLANK_WORDS

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        may_be_blank = type(None) in get_args(source)

        def validate(value: object, info: core_schema.ValidationInfo) -> Any:
            context = info.context if isinstance(info.context, ReadContext) else ReadContext()
            text = plain(cell_text(value))
            try:
                result = None if self.is_blank(text) else self.read(text, context)
            except Fault as fault:
                raise PydanticCustomError(fault.kind, "{what}", {"what": self.describe()}) from None  # type: ignore[arg-type]
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

    _LEADING_CODE: ClassVar[re.Pattern[str]] = re.compile(r"([A-Za-z0-9.]+)\s*(?:-|:|=|\(|\s)")
    _WHOLE_AS_DECIMAL: ClassVar[re.Pattern[str]] = re.compile(r"(\d+)\.0+")

    @property
    def code_list(self) -> codes.CodeList:
        return codes.load(self.list_name)

    def allowed(self) -> dict[str, str]:
        """Code → label of every code that the field takes."""
        return {code: label for code, label in self.code_list.labels.items() if code not in self.leave_out}

    def is_blank(self, text: str) -> bool:
        return super().is_blank(text) and self._find(text, ReadContext()) is None

    def _find(self, text: str, context: ReadContext) -> str | None:
        listed = self.code_list
        upper = text.upper()
        if upper in listed:
            return upper
        if whole := self._WHOLE_AS_DECIMAL.fullmatch(upper):
            upper = whole.group(1)
            if upper in listed:
                return upper
        if upper.isdigit() and len(upper) < listed.width and (padded := upper.zfill(listed.width)) in listed:
            context.note("padded")
            return padded
        return listed.words.get(codes.fold(text))

    def read(self, text: str, context: ReadContext) -> str:
        found = self._find(text, context)
        if found is None and (leading := self._LEADING_CODE.match(text)):
            found = self._find(leading.group(1), context) if leading.group(1).upper() in self.code_list else None
            if found is None and leading.group(1).isdigit():
                found = self._find(leading.group(1), context)
        if found is None and self.older:
            found = self._find_older(text, context)
        if found is None or found in self.leave_out:
            raise Fault("list")
        return found

    def _find_older(self, text: str, context: ReadContext) -> str | None:
        """The new code for a code of the older list; a second, local character is stripped (DD-ETH)."""
        old = codes.load(self.older)
        code = text.upper()
        if code not in old:
            code = code[0] if len(code) == 2 and code[0] in old else old.words.get(codes.fold(text), "")
        mapped = codes.mapping(f"{self.older}_to_{self.list_name}").get(code)
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
    _BETWEEN: ClassVar[re.Pattern[str]] = re.compile(r"\s*[;,|/+\n]\s*")

    @property
    def one(self) -> Coded:
        return Coded(self.list_name)

    def read(self, text: str, context: ReadContext) -> tuple[str, ...]:
        one = self.one
        try:
            found = (one.read(text, context),)  # a label may itself hold a comma
        except Fault:
            parts = [part for part in self._BETWEEN.split(text) if part]
            found = tuple(one.read(part, context) for part in parts)
        if len(found) > self.most:
            raise Fault("many")
        return found

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

    def read(self, text: str, context: ReadContext) -> str:
        shaped = text.replace(" ", "").upper()
        if re.fullmatch(self.pattern, shaped):
            return shaped.lower() if self.lower else shaped
        if self.register and (number := _as_number(text)) is not None and (code := context.numeric_codes.get(number)):
            context.note("from_number")
            return code
        raise Fault("shape")

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


def _as_number(text: str) -> str | None:
    """A number in one spelling ("5.00E+01" and "50" are both "50"), or None."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return format(number.quantize(Decimal(1)), "f") if number.is_finite() and number == number.to_integral() else None


@dataclass(frozen=True)
class Icd10(Kind):
    """An ICD-10 code, stored without its dot: three to five characters (L35)."""

    _FINAL_MARK: ClassVar[re.Pattern[str]] = re.compile(r"[†*+]|(?<=[0-9X])[DA]$")
    _SHAPE: ClassVar[re.Pattern[str]] = re.compile(r"[A-Z][0-9]{2}(?:[0-9X][0-9A-Z]?)?")
    _BETWEEN: ClassVar[re.Pattern[str]] = re.compile(r"\s*[/;,&]\s*|\s+")

    def read(self, text: str, context: ReadContext) -> str:
        code = re.sub(r"[.\s]", "", text.upper())
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

    _DIGITS_AND_MARKS: ClassVar[re.Pattern[str]] = re.compile(
        r"(?:NHS(?:\s*(?:NO|NUMBER))?\.?\s*:?\s*)?'?([\d\s-]+?)(?:\.0+)?'?"
    )
    _SHORTENED: ClassVar[re.Pattern[str]] = re.compile(r"(\d+)(?:\.(\d+))?E\+?0?9")

    def read(self, text: str, context: ReadContext) -> str:
        upper = text.upper()
        if shortened := self._SHORTENED.fullmatch(upper):
            digits = shortened.group(1) + (shortened.group(2) or "")
            if len(digits) != 10:
                raise Fault("shortened")
        elif written := self._DIGITS_AND_MARKS.fullmatch(upper):
            digits = re.sub(r"[\s-]", "", written.group(1))
        else:
            raise Fault("digits")
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
    _REMARK: ClassVar[re.Pattern[str]] = re.compile(r"\s*\(.*\)$")

    def read(self, text: str, context: ReadContext) -> str:
        code = re.sub(r"[^A-Z0-9]", "", self._REMARK.sub("", text).upper())
        spaced = f"{code[:-3]} {code[-3:]}"
        if not self._SHAPE.fullmatch(spaced):
            spaced = self._repair(code)
        if spaced.startswith("ZZ99"):
            context.note("pseudo")
        return spaced

    def _repair(self, code: str) -> str:
        """Swap O and 0, I and 1 where one kind alone is legal."""
        from uk_postcodes_parsing import fix  # a tenth of a second to import, for the few that need it

        repaired = str(fix(code)) if 5 <= len(code) <= 7 else ""
        if not self._SHAPE.fullmatch(repaired):
            raise Fault("shape")
        return repaired

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
        number = _number(text)
        if number != number.to_integral():
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
        number = _number(text)
        if not 0 <= number <= self.greatest:
            raise Fault("range")
        return number.quantize(Decimal("0.01"))

    def describe(self) -> str:
        return f"a number of {self.unit or 'units'}, such as 7.5"

    def json_schema(self) -> dict[str, Any]:
        return {"type": "number", "minimum": 0, "maximum": self.greatest}


_NUMBER_WITH_UNIT = re.compile(
    r"([+-]?\d[\d ,]*(?:[.,]\d+)?|[+-]?[.,]\d+|[+-]?\d(?:\.\d+)?E[+-]?\d{1,2})"
    r"\s*(?:h|hr|hrs|hour|hours|m|min|mins|minutes|g|grams?|weeks?|wks?|nights?|days?)?\.?",
    re.IGNORECASE,
)


def _number(text: str) -> Decimal:
    """The number in a text: "1,234", "1,5", "37.5 hrs" (L27). Raises Fault("number")."""
    if not (written := _NUMBER_WITH_UNIT.fullmatch(text)):
        raise Fault("number")
    digits = written.group(1).replace(" ", "")
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", digits):
        digits = digits.replace(",", "")
    try:
        return Decimal(digits.replace(",", "."))
    except InvalidOperation:
        raise Fault("number") from None


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


_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NUMERIC = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})")
_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ \-/.]*([A-Za-z]{3,9})[ \-/.,]*(\d{4}|\d{2})")
_SERIAL = re.compile(r"(\d{1,5})(?:\.(\d+))?")
_TIME_OF_DAY = r"(\d{1,2})[:.h](\d{2})(?::\d{2}(?:\.\d+)?)?\s*(am|pm)?(?:Z|[+-]00:?00)?"
_DATE_AND_TIME = re.compile(rf"(.+?)(?:T|\s+|,\s*)(?:{_TIME_OF_DAY})", re.IGNORECASE)
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
        return date(int(parts[1]), int(parts[2]), int(parts[3]))
    if parts := _NUMERIC.fullmatch(text):
        first, second, year = int(parts[1]), int(parts[2]), _full_year(parts[3], context)
        if context.ambiguous_dates and first <= 12 and second <= 12 and first != second:
            context.note("ambiguous")
        return date(year, first, second) if context.month_first else date(year, second, first)
    if (parts := _NAMED.fullmatch(text)) and (month := _MONTHS.get(parts[2][:3].lower())):
        return date(_full_year(parts[3], context), month, int(parts[1]))
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

    def read(self, text: str, context: ReadContext) -> date | None:
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

    def read(self, text: str, context: ReadContext) -> datetime | None:
        clock = time(0)
        if with_time := _DATE_AND_TIME.fullmatch(text):
            text, clock = with_time[1].strip(), _clock(with_time[2], with_time[3], with_time[4])
        elif (serial := _SERIAL.fullmatch(text)) and serial[2]:
            minutes = round(float(f"0.{serial[2]}") * 1440) % 1440
            text, clock = serial[1], time(minutes // 60, minutes % 60)
        day = _date(text, context)
        return datetime.combine(day, clock) if day else None

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

    def read(self, text: str, context: ReadContext) -> time:
        if with_date := _DATE_AND_TIME.fullmatch(text):
            return _clock(with_date[2], with_date[3], with_date[4])
        if parts := re.fullmatch(_TIME_OF_DAY, text, re.IGNORECASE):
            return _clock(parts[1], parts[2], parts[3])
        if re.fullmatch(r"0?\.\d+", text):
            minutes = round(float(text) * 1440) % 1440
            return time(minutes // 60, minutes % 60)
        if re.fullmatch(r"([01]\d|2[0-3])[0-5]\d", text):
            return time(int(text[:2]), int(text[2:]))
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
