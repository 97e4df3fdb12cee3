"""Days, moments and times of day, as spreadsheets and people write them (specification L20 to L25)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from mds_schemas.reading import BLANK_DATES, Fault, ReadContext, plain
from mds_schemas.types.kind import Kind

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
        return date(_full_year(named["year"], context), month_number(named["month"]), int(named["day"]))
    if serial := _SERIAL.fullmatch(text):
        start = date(1904, 1, 1) if context.epoch_1904 else date(1899, 12, 30)
        return start + timedelta(days=int(serial[1]))
    raise Fault("date")


def month_number(name: str) -> int:
    """1 to 12 for a month's name or at least the first three letters of it, else 0, which is no month."""
    return _MONTHS.get(name.lower(), 0)


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
        if self.may_end_the_day and re.fullmatch(r"(?:24[:.h]00|23[:.h]59)(?:[:.]\d\d)?", text):
            return time(
                0
            )  # the beginning of the next; a minute before midnight is what a spreadsheet makes people write
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
        return "a time, such as 14:30" + (", or 24:00 for midnight" if self.may_end_the_day else "")

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "time"}


def _clock(hour: str, minute: str, half: str | None) -> time:
    hours = int(hour) % 12 + (12 if half.lower() == "pm" else 0) if half else int(hour)
    try:
        return time(hours, int(minute))
    except ValueError:
        raise Fault("time") from None
