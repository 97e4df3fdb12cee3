"""What the providers do from day to day: contacts and assessments of the phase of illness."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta

from mds.demo.care import Episode, Link
from mds.demo.periods import Period, dice, pick
from mds.demo.rows import Row
from mds.demo.story import BEREAVED, DETERIORATING, DYING, STABLE, UNSTABLE
from mds_schemas.reference import bank_holidays

Weights = dict[str, float]


@dataclass(frozen=True)
class Manner:
    """How a kind of provider works: how often, what for, where, and by whom."""

    per_quarter: float
    types: Weights
    places: Weights
    staff: dict[str, str]
    others: str
    """Staff group of the types that `staff` leaves out."""
    out_of_hours: float


MANNERS = {
    "CH": Manner(
        10, {"01": 26, "12": 8, "08": 9, "06": 1, "09": 8, "10": 7, "11": 3, "13": 4, "05": 5, "14": 4, "04": 8,
            "19": 4, "02": 4},
        {"HO": 55, "HM": 38, "SC": 4, "WD": 3},
        {"02": "MCP", "08": "PLA", "09": "PSY", "10": "PLA", "11": "CHA", "12": "KEY", "19": "SOC", "14": "NCS"},
        "NHO", 0.2),
    "CN": Manner(
        17, {"01": 52, "05": 8, "12": 10, "17": 5, "18": 5, "13": 4, "04": 8, "14": 2, "03": 6},
        {"HM": 78, "SC": 13, "HC": 9}, {"12": "KEY", "17": "OCC"}, "NCN", 0.12),
    "AC": Manner(
        6, {"02": 44, "01": 14, "05": 10, "07": 14, "13": 6, "03": 8, "14": 4},
        {"OP": 60, "WD": 32, "ED": 8}, {"01": "NOT", "07": "PHY", "05": "MOD"}, "MCO", 0.06),
    "SP": Manner(
        10, {"05": 26, "02": 18, "03": 18, "14": 12, "04": 10, "13": 8, "12": 8},
        {"HM": 50, "WD": 20, "OP": 22, "HO": 8}, {"02": "MCP", "03": "MCP"}, "NCS", 0.14),
    "NN": Manner(
        12, {"01": 40, "02": 30, "09": 10, "13": 8, "05": 12}, {"NU": 100},
        {"02": "MCO", "09": "PSY"}, "NNN", 0.3),
    "VS": Manner(
        5, {"10": 30, "19": 25, "12": 20, "98": 6, "09": 14}, {"HM": 55, "OT": 25, "SC": 20},
        {"19": "SOC", "09": "PSY"}, "SOC", 0.1),
}  # fmt: skip
_SUBJECT = {"03": "R", "04": "P", "10": "S", "16": "P", "19": "P"}
_MINUTES = {"01": (30, 120), "02": (20, 60), "03": (10, 40), "04": (5, 25), "13": (45, 90), "08": (30, 60)}
_REMOTE: Weights = {"02": 70, "11": 18, "05": 9, "09": 3}
_MEDIUM_OF_V1 = {"11": "03", "09": "06"}
_BUSIER = {STABLE: 1.0, UNSTABLE: 1.6, DETERIORATING: 2.0, DYING: 3.0}
_WORDS = {
    "PCOC": {STABLE: "stable", UNSTABLE: "unstable", DETERIORATING: "deteriorating", DYING: "terminal",
             BEREAVED: "bereavement"},
    "LUTON": {STABLE: "blue", UNSTABLE: "green", DETERIORATING: "yellow", DYING: "red", BEREAVED: "navy"},
}  # fmt: skip


def phase_word(scheme: str, phase: str) -> str:
    return _WORDS[scheme][phase]


def phase_rows(link: Link, episode: Episode, period: Period) -> list[Row]:
    """The assessments of a period: at the start, at each change, and at the monthly meetings."""
    care = episode.in_care(period)
    if care is None:
        return []
    first, last = care
    course, death = link.child.course, link.child.course.death
    chance = dice("phases", episode.number, period.name)
    meetings = [day for day in period.meetings() if first <= day <= last]
    changes = {day for day, _ in course.turns if first <= day <= last}
    routine = {chance.choice(meetings)} if meetings else set()
    worse = {day for day in meetings if course.phase_on(day) != STABLE}
    days = changes | routine | worse | ({first} if first == episode.start or not meetings else set())
    if death:
        days = {day for day in days if day < death.day}
    if death and link.hears_late and first < death.day <= last:
        days.add(death.day - timedelta(days=1))
    rows = [_phase_row(link, episode, day, course.phase_on(day), day in meetings, chance) for day in sorted(days)]
    if death and death.day in period and link.knows_of_death(period) and death.day == episode.end:
        rows.append(_phase_row(link, episode, death.day, BEREAVED, False, chance))
    return rows


def _phase_row(link: Link, episode: Episode, day: date, phase: str, meeting: bool, chance: random.Random) -> Row:
    burden = {STABLE: (0, 1), UNSTABLE: (1, 2), DETERIORATING: (1, 3), DYING: (2, 3)}.get(phase)
    severity = "".join(str(chance.randint(*burden)) for _ in range(4)) if burden else None
    return {
        "referral_id": episode.number,
        "phase_date": day,
        "phase_scheme": link.provider.scheme,
        "phase_submitted": phase_word(link.provider.scheme, phase),
        "mdt_review": "Y" if meeting else "N",
        "problem_severity": severity,
        "function_score": {STABLE: 60, UNSTABLE: 50, DETERIORATING: 30, DYING: 10}.get(phase),
    }


def contact_rows(link: Link, episode: Episode, period: Period, seed: int) -> list[Row]:
    """The contacts of one episode in a period, without their numbers."""
    care = episode.in_care(period)
    if care is None:
        return []
    first, last = care
    chance = dice(seed, "contacts", episode.number, period.name)
    manner = MANNERS[link.provider.kind]
    share = ((last - first).days + 1) / ((period.end - period.start).days + 1)
    expected = manner.per_quarter * share * _BUSIER[link.child.course.phase_on(last)] / len(link.episodes)
    rows = [_contact(link, episode, day, manner, chance) for day in _days(first, last, expected, chance)]
    if first == episode.start:
        rows.append(_visit(link, episode, first, "12", manner, chance))
    rows.extend(_last_days(link, episode, period, manner, chance))
    return rows


def _days(first: date, last: date, expected: float, chance: random.Random) -> Iterator[date]:
    for _ in range(round(chance.gauss(expected, expected**0.5))):
        day = first + timedelta(days=chance.randint(0, (last - first).days))
        if day.weekday() >= 5 and chance.random() < 0.7:
            day = max(first, day - timedelta(days=2))
        yield day


def _contact(link: Link, episode: Episode, day: date, manner: Manner, chance: random.Random) -> Row:
    kind = pick(chance, manner.types)
    row = _visit(link, episode, day, kind, manner, chance)
    if kind in ("03", "04") or (kind in ("12", "09", "19", "02", "05") and chance.random() < 0.35):
        how = pick(chance, _REMOTE)
        row |= {"mechanism": how, "medium": _MEDIUM_OF_V1.get(how, how), "location": "HM" if how == "02" else "VI"}
    if chance.random() < 0.06:
        row |= {"attendance": pick(chance, {"2": 4, "3": 3, "4": 3}), "duration_min": None}
    return row


def _visit(
    link: Link, episode: Episode, day: date, kind: str, manner: Manner, chance: random.Random, place: str = ""
) -> Row:
    """A contact face to face that took place."""
    late = chance.random() < manner.out_of_hours
    hour = chance.choice((7, 18, 19, 20, 21, 23)) if late else chance.randint(9, 16)
    clock = time(hour, chance.choice((5, 15, 20, 30, 40, 45)))
    least, most = _MINUTES.get(kind, (20, 75))
    usual = "C" if chance.random() < 0.75 else "P"
    return {
        "referral_id": episode.number,
        "contact_date": day,
        "contact_time": clock,
        "contact_type": kind,
        "subject": _SUBJECT.get(kind, usual),
        "mechanism": "01",
        "medium": "01",
        "location": place or pick(chance, manner.places),
        "attendance": "5" if chance.random() < 0.97 else "6",
        "duration_min": chance.randrange(least, most + 1, 5),
        "staff_group": manner.staff.get(kind, manner.others),
        "staff_count": 2 if kind in ("01", "13") and chance.random() < 0.3 else 1,
        "out_of_hours": "Y" if late or day.weekday() >= 5 or day in bank_holidays() else "N",
        "parent_present": pick(chance, {"Y": 85, "N": 15}) if kind == "13" else None,
    }


def _last_days(link: Link, episode: Episode, period: Period, manner: Manner, chance: random.Random) -> Iterator[Row]:
    """Visits before a death at home, care after death, and support of the family after it."""
    death = link.child.course.death
    if death is None or not link.knows_of_death(period) or episode.end != death.day:
        return
    if death.place.startswith("2"):
        for days in (0, 2, 5):
            day = death.day - timedelta(days=days)
            if day in period and episode.start and day >= episode.start:
                yield _visit(link, episode, day, "06", manner, chance, place="HM")
    if link.provider.kind in ("CH", "CN", "SP") and death.day in period:
        yield _visit(link, episode, death.day, "20", manner, chance, place="HM" if death.place == "21" else "HO")
        for weeks in (1, 2, 4):
            after = death.day + timedelta(weeks=weeks)
            if after <= period.end:
                yield _visit(link, episode, after, "16", manner, chance, place="HM") | {"subject": "P"}


def number_contacts(prefix: str, period: Period, rows: list[Row]) -> list[Row]:
    """The contacts of a return in the order of their days, each with a number; no two of them alike."""
    period_mark = f"{period.start:%y}{(period.start.month + 2) // 3}"
    numbered: dict[tuple[object, ...], Row] = {}
    for row in sorted(
        rows, key=lambda row: (str(row["contact_date"]), str(row["contact_time"]), str(row["referral_id"]))
    ):
        alike = tuple(row[name] for name in ("referral_id", "contact_date", "contact_time", "contact_type"))
        numbered.setdefault(alike, row)
    return [
        {"contact_id": f"{prefix}C{period_mark}{number:05d}", **row} for number, row in enumerate(numbered.values(), 1)
    ]
