"""Contacts against the hours of cover: the day, the hour, and whether the kind of cover makes such contacts.

Cover for some children only (at the end of life, in a crisis) counts as cover: the rows do not tell a crisis. Where nothing
is told of bank holidays, they go by the hours of Sundays.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

from mds.reports.wording import listed
from mds.services.contradictions.told import Against, Key, Say, Told
from mds.services.week import DAY, Line, clock, runs
from mds_schemas import codes
from mds_schemas.reference import bank_holidays

if TYPE_CHECKING:
    import duckdb

EDGE = 15
"""Minutes before and after the hours told in which a contact may begin: visits run over, and times are rounded."""

NEEDS = {"at home": {"VIS", "MED"}, "face to face": {"VIS", "MED", "BED"}}
"""Where a contact is → the kinds of cover that make it. A call is made by whoever is there."""

_REACH = """
    CASE WHEN mechanism <> '01' THEN 'from afar' WHEN location IN ('HM', 'CR') THEN 'at home' ELSE 'face to face' END
"""
_MESSAGES = ("05", "09", "12")
"""Means of communication that are read later: nobody needs to be there."""

_MOST_STRETCHES = 2
_DAYS = {"WD": "weekdays", "SA": "Saturdays", "SU": "Sundays", "BH": "bank holidays"}


@dataclass(frozen=True)
class When:
    """The beginning of contacts: types of the day, of the one before and the one after, and the minute, if it was told."""

    day_type: str
    before: str
    after: str
    minute: int | None


def against(connection: duckdb.DuckDBPyConnection, told: Mapping[Key, Told], say: Say) -> Iterator[Against]:
    """Services with contacts at hours that have no cover, or none of the kind that makes such contacts."""
    outside: dict[Key, Counter[When]] = defaultdict(Counter)
    unfit: dict[Key, Counter[When]] = defaultdict(Counter)
    for key, when, reach, contacts in _contacts(connection):
        if key in told and told[key].lines:
            there = _modes(told[key].lines, when)
            if not there:
                outside[key][when] += contacts
            elif not there & NEEDS.get(reach, there):
                unfit[key][when] += contacts
    for what, found in (
        ("contacts outside the hours told", outside),
        ("contacts face to face in hours with other cover only", unfit),
    ):
        for key, times in found.items():
            yield Against(*key, what, in_words(told[key].lines), _shown(times, say), times.total())


def _contacts(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[Key, When, str, int]]:
    """How many contacts took place when, by service and reach."""
    start, end = connection.execute("FROM period").fetchall()[0]
    days = [start + timedelta(days) for days in range((end - start).days + 1)]
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE calendar (day DATE, day_type VARCHAR, before VARCHAR, after VARCHAR)"
    )
    connection.executemany(
        "INSERT INTO temp.calendar VALUES (?, ?, ?, ?)",
        [[day, *(_day_type(day + timedelta(shift)) for shift in (0, -1, 1))] for day in days],
    )
    rows = connection.execute(
        f"""
        SELECT f.provider_code, service_id, day_type, before, after,
            60 * hour(contact_time) + minute(contact_time) AS moment, {_REACH} AS reach, count(*)
        FROM contact AS c JOIN referral AS f USING (receipt_id, provider_code, referral_id)
        JOIN period AS p ON p.rp_start = c.rp_start JOIN calendar ON day = contact_date
        WHERE attendance IN ('5', '6') AND mechanism NOT IN {_MESSAGES} GROUP BY ALL ORDER BY ALL
        """
    ).fetchall()
    for provider, service, *when, reach, contacts in rows:
        yield (provider, service), When(*when), reach, contacts


def _day_type(day: date) -> str:
    if day in bank_holidays():
        return "BH"
    return ("WD", "WD", "WD", "WD", "WD", "SA", "SU")[day.weekday()]


def _modes(lines: tuple[Line, ...], when: When) -> set[str]:
    """The kinds of cover that there are then. A contact without a time fits to any cover of its day."""
    own = {line.day_type for line in lines}
    types = [day if day != "BH" or "BH" in own else "SU" for day in (when.day_type, when.before, when.after)]
    first, last = (0, DAY - 1) if when.minute is None else (when.minute - EDGE, when.minute + EDGE)
    return {
        line.mode
        for day_type, shift in zip(types, (0, -DAY, DAY), strict=True)
        for line in lines
        if line.day_type == day_type and line.begins + shift <= last and line.ends + shift >= first
    }


def in_words(lines: tuple[Line, ...]) -> str:
    """ "weekdays: visits at home 9am to 5pm; Saturdays: visits at home 9am to midday; none on Sundays and bank holidays"."""
    said: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for day_type, days in _DAYS.items():
        told = tuple(_line(line) for line in lines if line.day_type == day_type)
        if told or day_type != "BH" or not any(line.day_type == "SU" for line in lines):
            said[told].append(days)
    none = said.pop((), [])
    parts = [f"{listed(days)}: {listed(told)}" for told, days in said.items()]
    return "; ".join([*parts, f"none on {listed(none)}"] if none else parts)


def _line(line: Line) -> str:
    only = "" if line.cover_scope == "ALL" else f" ({codes.load('cover_scope').labels[line.cover_scope]})"
    return f"{codes.load('cover_mode').labels[line.mode]} {line.hours}{only}"


def _shown(times: Counter[When], say: Say) -> str:
    """ "9 on Sundays, 10am to midday and 3pm to 4pm": the hours in which they began."""
    return "; ".join(
        f"{say(sum(times[when] for when in then))} on {days}, {_hours({when.minute for when in then})}"
        for day_type, days in _DAYS.items()
        if (then := [when for when in times if when.day_type == day_type])
    )


def _hours(minutes: set[int | None]) -> str:
    stretches = runs({minute // 60 for minute in minutes if minute is not None})
    if len(stretches) > _MOST_STRETCHES:
        first, last = stretches[0][0], sum(stretches[-1])
        said = [f"between {_hour(first)} and {_hour(last)}"]
    else:
        said = [f"{_hour(first)} to {_hour(first + length)}" for first, length in stretches]
    return listed([*said, "no time told"] if None in minutes else said)


def _hour(hour: int) -> str:
    return clock(time(hour % 24))
