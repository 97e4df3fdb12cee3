"""Nights and days away: short breaks at the hospices, and stays in hospital."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from mds.demo.care import Episode, Link
from mds.demo.periods import CLOSES, OPENS, Period, dice, pick
from mds.demo.rows import Row
from mds.demo.story import DETERIORATING, DYING, STABLE

_BREAKS = {
    "CH": {"HB": 55, "HD": 30, "HH": 10, "FB": 5},
    "VS": {"BF": 60, "SI": 40},
}
_SHARE_ON_BREAKS = {"CH": 0.6, "VS": 0.35}
_NOT_DELIVERED = {"F": 4, "P": 3, "C": 3, "B": 1}


@dataclass
class HospitalStay:
    """One stay of a child in hospital, as the whole story tells it."""

    number: str
    admitted: datetime
    discharged: datetime
    method: str
    ward: str
    ready: date
    went_to: str
    asked: datetime | None = None
    """When the family asked to leave quickly for end of life care."""


def hospital_stays(link: Link, seed: int) -> list[HospitalStay]:
    """The stays that a hospital reports of a child on its list, one after the other."""
    first = link.episodes[0].start
    if first is None or link.provider.kind not in ("AC", "NN"):
        return []
    chance = dice(seed, "stays", link.local_id)
    last = min(link.episodes[0].end or CLOSES, CLOSES)
    if link.provider.kind == "NN":
        return [_neonatal_stay(link, first, last, chance)]
    stays: list[HospitalStay] = []
    day = max(first, OPENS - timedelta(days=5)) + timedelta(days=chance.randint(2, 260))
    while day < last - timedelta(days=1):
        phase = link.child.course.phase_on(day)
        length = chance.randint(1, 4 if phase == STABLE else 12)
        stays.append(_stay(link, len(stays) + 1, day, min(day + timedelta(days=length), last), chance))
        day += timedelta(days=length + chance.randint(20, 300 if phase == STABLE else 70))
    _die_in_hospital(link, stays, chance)
    return stays


def _stay(link: Link, count: int, day: date, left: date, chance: random.Random) -> HospitalStay:
    worse = link.child.course.phase_on(day) in (DETERIORATING, DYING)
    ready = left - timedelta(days=chance.randint(1, 3)) if chance.random() < 0.25 else left
    return HospitalStay(
        number=f"{link.provider.prefix}A{link.local_id[-4:]}{count:02d}",
        admitted=datetime.combine(day, time(chance.randint(0, 23), chance.choice((0, 10, 25, 40)))),
        discharged=datetime.combine(left, time(chance.randint(10, 19), chance.choice((0, 15, 30)))),
        method=pick(chance, {"E": 8, "P": 2} if worse else {"E": 5, "P": 4, "T": 1}),
        ward=pick(chance, {"W": 5, "H": 3, "I": 2} if worse else {"W": 8, "H": 1, "I": 1}),
        ready=max(ready, day),
        went_to="21",
    )


def _neonatal_stay(link: Link, first: date, last: date, chance: random.Random) -> HospitalStay:
    stay = _stay(link, 1, first, last, chance)
    stay.admitted = datetime.combine(first, time(chance.randint(0, 9), 30))
    stay.method, stay.ward, stay.ready = ("B" if first == link.child.born else "T"), "N", last
    death = link.child.course.death
    stay.went_to = death.place if death and death.day == last else "21"
    return stay


def _die_in_hospital(link: Link, stays: list[HospitalStay], chance: random.Random) -> None:
    """The last stay of a child who dies in hospital ends on the day of its death."""
    death, start = link.child.course.death, link.episodes[0].start
    if death is None or not death.place.startswith("1") or start is None:
        return
    stays[:] = [stay for stay in stays if stay.discharged.date() < death.day - timedelta(days=8)]
    admitted = max(start, death.day - timedelta(days=chance.randint(1, 6)))
    last = _stay(link, len(stays) + 1, admitted, death.day, chance)
    last.method, last.ward, last.went_to = "E", "I" if death.place == "12" else "W", death.place
    last.ready = death.day
    if last.discharged < last.admitted:
        last.admitted = datetime.combine(admitted, time(1, 10))
    stays.append(last)


def admission_rows(link: Link, stays: list[HospitalStay], period: Period) -> list[Row]:
    """The stays of a period, open where the child had not left on its last day."""
    rows: list[Row] = []
    for stay in stays:
        if stay.admitted.date() > period.end or stay.discharged.date() < period.start:
            continue
        left = stay.discharged.date() <= period.end
        ready = stay.ready if stay.ready <= period.end else None
        rows.append(
            {
                "admission_id": stay.number,
                "local_patient_id": link.local_id,
                "admitted_at": stay.admitted,
                "method": stay.method,
                "ward_kind": stay.ward,
                "ready_date": ready,
                "discharged_at": stay.discharged if left else None,
                "rapid_discharge": "Y" if stay.asked else "N",
                "rapid_discharge_asked_at": stay.asked,
                "discharged_to": stay.went_to if left else None,
            }
        )
    return rows


def break_rows(link: Link, period: Period, seed: int, away: list[HospitalStay]) -> list[Row]:
    """The short breaks of a period, without their numbers: at most one a week, none while the child is in hospital."""
    kind, episode = link.provider.kind, link.episodes[0]
    care = episode.in_care(period)
    if kind not in _BREAKS or care is None or link.child.pregnancy:
        return []
    drawn_from = link.breaks_as or link.local_id
    if not link.breaks_as and dice(seed, "on breaks", link.local_id).random() > _SHARE_ON_BREAKS[kind]:
        return []
    chance = dice(seed, "breaks", drawn_from, period.name)
    fridays = [day for day in _fridays(*care) if not _in_hospital(away, day)]
    chosen = sorted(chance.sample(fridays, min(len(fridays), chance.randint(0, 4))))
    return [_break(link, episode, day, care[1], pick(chance, _BREAKS[kind]), chance) for day in chosen]


def _fridays(first: date, last: date) -> Iterator[date]:
    """Fridays with three days of care after them."""
    day = first + timedelta(days=(4 - first.weekday()) % 7)
    while day + timedelta(days=3) <= last:
        yield day
        day += timedelta(weeks=1)


def _in_hospital(stays: list[HospitalStay], friday: date) -> bool:
    monday = friday + timedelta(days=3)
    return any(stay.admitted.date() <= monday and stay.discharged.date() >= friday for stay in stays)


def _break(link: Link, episode: Episode, day: date, last: date, kind: str, chance: random.Random) -> Row:
    overnight = kind in ("HB", "FB")
    units = chance.randint(2, 3) if overnight else chance.randint(3, 7)
    worse = link.child.course.phase_on(day) in (DETERIORATING, DYING)
    row: Row = {
        "referral_id": episode.number,
        "break_type": kind,
        "stay_reason": pick(chance, {"S": 5, "E": 2, "P": 3} if worse else {"P": 18, "C": 1, "S": 1}),
        "start_date": day,
        "end_date": day + timedelta(days=units) if overnight else day,
        "nights": units if overnight else None,
        "hours": None if overnight else units,
        "offered_units": units,
        "whole_family": "Y" if kind == "FB" or chance.random() < 0.15 else "N",
        "funder": "CHA" if link.provider.kind == "VS" else pick(chance, {"CHA": 5, "JNT": 2, "LA": 2, "ICB": 2}),
    }
    if chance.random() < 0.08:
        row |= {"end_date": day, "cancelled_by": pick(chance, _NOT_DELIVERED)}
        row |= {"nights": 0} if overnight else {"hours": 0}
    return row


def number_breaks(prefix: str, period: Period, rows: list[Row]) -> list[Row]:
    mark = f"{period.start:%y}{(period.start.month + 2) // 3}"
    ordered = sorted(rows, key=lambda row: (str(row["start_date"]), str(row["referral_id"])))
    return [{"short_break_id": f"{prefix}S{mark}{number:04d}", **row} for number, row in enumerate(ordered, 1)]
