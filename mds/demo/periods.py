"""The six quarters of the demo, and the dice that make every story repeatable."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TypeVar

Choice = TypeVar("Choice")

LAST_DAY_OF_V1 = date(2025, 3, 31)
"""A return for a period that starts after this day must use version 2.0."""


@dataclass(frozen=True, order=True)
class Period:
    """One reporting period. The caseload is counted on its last day."""

    start: date
    end: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.start <= day <= self.end

    @property
    def received_on(self) -> date:
        return self.end + timedelta(days=14)

    @property
    def name(self) -> str:
        return self.start.isoformat()

    def meetings(self) -> list[date]:
        """The monthly multi-agency meetings: the third Wednesday of each month."""
        months = [self.start.replace(month=self.start.month + ahead) for ahead in range(3)]
        return [first + timedelta(days=(2 - first.weekday()) % 7 + 14) for first in months]


def _quarters() -> tuple[Period, ...]:
    starts = [date(year, month, 1) for year in (2025, 2026) for month in (1, 4, 7, 10)]
    return tuple(Period(start, after - timedelta(days=1)) for start, after in pairwise(starts[:7]))


PERIODS = _quarters()
OPENS, CLOSES = PERIODS[0].start, PERIODS[-1].end
"""First and last day of the time that the demo tells of."""


def dice(*names: object) -> random.Random:
    """A stream of chance for each thing named, so that a change to one story leaves the others alone."""
    return random.Random("|".join(map(str, names)))  # noqa: S311 - invented children, no secrets


def pick(chance: random.Random, weights: Mapping[Choice, float]) -> Choice:
    return chance.choices(list(weights), list(weights.values()))[0]


def day_between(chance: random.Random, first: date, last: date) -> date:
    """A day from `first` to `last`, or `first` where they are out of order."""
    return first + timedelta(days=chance.randint(0, max(0, (last - first).days)))


def years_after(day: date, years: int) -> date:
    """The birthday; for a birth on 29 February the first of March in other years."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def age_on(born: date, day: date) -> int:
    return day.year - born.year - (years_after(born, day.year - born.year) > day)
