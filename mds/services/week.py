"""When a service is there: its lines of cover (Q103), and the ordinary week that they make, to the minute."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time

from mds.reports.wording import counted
from mds_schemas import codes

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAYS_OF = {"WD": range(5), "SA": range(5, 6), "SU": range(6, 7)}
"""Bank holidays are in no ordinary week."""
_HOUR, DAY, _WEEK = 60, 1440, 10080
"""In minutes."""


@dataclass(frozen=True)
class Line:
    """Hours of one kind of cover on the days of one type."""

    day_type: str
    mode: str
    cover_scope: str
    from_time: time
    to_time: time
    """Earlier than the beginning: past midnight. The same: the whole day."""

    @property
    def hours(self) -> str:
        """8am to 6pm."""
        if self.from_time == self.to_time:
            return "all day and night"
        return f"{clock(self.from_time)} to {clock(self.to_time)}"

    @property
    def times(self) -> str:
        """08:00-18:00; the midnight that ends a day is 24:00."""
        ends = "24:00" if self.to_time == time(0) else f"{self.to_time:%H:%M}"
        return f"{self.from_time:%H:%M}-{ends}"

    @property
    def begins(self) -> int:
        """In minutes from midnight."""
        return _HOUR * self.from_time.hour + self.from_time.minute

    @property
    def ends(self) -> int:
        """In minutes from the midnight before it begins: over 1,440 where it reaches into the next day."""
        until = _HOUR * self.to_time.hour + self.to_time.minute
        return self.begins + (until - self.begins - 1) % DAY + 1

    def stretches(self) -> Iterable[tuple[int, int]]:
        """Beginning and end on each of its days, in minutes from Monday at midnight. Sunday night ends on Monday."""
        for day in _DAYS_OF.get(self.day_type, ()):
            start, end = day * DAY + self.begins, day * DAY + self.ends
            yield start, min(end, _WEEK)
            if end > _WEEK:
                yield 0, end - _WEEK


@dataclass(frozen=True)
class Week:
    """An ordinary week of one scope of cover."""

    scope: str
    stretches: tuple[tuple[int, int], ...]
    """Beginnings and ends in minutes from Monday at midnight, in order, with time between them."""

    @property
    def hours(self) -> list[int]:
        """The hours of the week, from Monday at midnight, at whose beginning the service is there."""
        return [hour for start, end in self.stretches for hour in range(-(-start // _HOUR), -(-end // _HOUR))]

    @property
    def days(self) -> list[int]:
        """The days on which it is there at all, from 0 for Monday."""
        return sorted({day for start, end in self.stretches for day in range(start // DAY, (end - 1) // DAY + 1)})

    def on(self, day: int) -> list[tuple[int, int]]:
        """Beginnings and ends of one day, in minutes from its midnight."""
        cut = [(max(0, start - day * DAY), min(DAY, end - day * DAY)) for start, end in self.stretches]
        return [(start, end) for start, end in cut if start < end]

    def length(self, day: int) -> str:
        """How long it is there on one day: 9 hours 30 minutes."""
        hours, minutes = divmod(sum(end - start for start, end in self.on(day)), _HOUR)
        said = [counted(hours, "hour")] if hours or not minutes else []
        return " ".join([*said, counted(minutes, "minute")] if minutes else said)


def weeks(lines: Iterable[Line]) -> list[Week]:
    """The ordinary week of each scope of cover that the lines have then, the widest scope first."""
    of_scope: dict[str, list[tuple[int, int]]] = {scope: [] for scope in codes.load("cover_scope")}
    for line in lines:
        of_scope[line.cover_scope] += line.stretches()
    return [Week(scope, _merged(found)) for scope, found in of_scope.items() if found]


def _merged(found: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def runs(hours: Iterable[int]) -> list[tuple[int, int]]:
    """Hours in a row as (first, how many)."""
    found: list[tuple[int, int]] = []
    for hour in sorted(hours):
        if found and sum(found[-1]) == hour:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((hour, 1))
    return found


def clock(moment: time) -> str:
    """Midnight, 8am, 12.30pm, as the NHS writes times."""
    if (moment.hour, moment.minute) == (0, 0):
        return "midnight"
    if (moment.hour, moment.minute) == (12, 0):
        return "midday"
    minutes = f":{moment.minute:02}" if moment.minute else ""
    return f"{moment.hour % 12 or 12}{minutes}{'am' if moment.hour < 12 else 'pm'}"
