"""The course of each child's illness: when it came to the services, how its phases changed, and how it left."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal

from mds.demo.periods import CLOSES, OPENS, PERIODS, day_between, years_after
from mds.demo.places import AREAS, Area

Fate = Literal["active", "died", "remission", "moved", "adult", "withdrew", "criteria", "pending", "refused", "unborn",
               "stillborn"]  # fmt: skip
END_REASONS: dict[Fate, str] = {
    "died": "01", "remission": "02", "adult": "03", "moved": "04", "withdrew": "05", "criteria": "07",
}  # fmt: skip

STABLE, UNSTABLE, DETERIORATING, DYING, BEREAVED = "1", "2", "3", "4", "5"

ACTIVE_BY_PHASE = (
    {STABLE: 52, UNSTABLE: 7, DETERIORATING: 8, DYING: 1},
    {STABLE: 43, UNSTABLE: 6, DETERIORATING: 6, DYING: 1},
    {STABLE: 37, UNSTABLE: 5, DETERIORATING: 5, DYING: 1},
    {STABLE: 33, UNSTABLE: 4, DETERIORATING: 5},
    {STABLE: 28, UNSTABLE: 4, DETERIORATING: 4},
)
"""Children on the caseload of each area on the last day, by phase. The first is the published caseload of Luton."""

LEAVERS: tuple[dict[Fate, int], ...] = (
    {"died": 9, "remission": 2, "moved": 1, "adult": 2, "withdrew": 1, "criteria": 1, "pending": 1, "refused": 1,
     "unborn": 1, "stillborn": 1},
    {"died": 7, "remission": 1, "moved": 1, "adult": 1, "withdrew": 1, "pending": 1, "refused": 1, "unborn": 1},
    {"died": 6, "remission": 1, "moved": 1, "adult": 1, "criteria": 1, "pending": 1, "refused": 1, "unborn": 1},
    {"died": 5, "remission": 1, "moved": 1, "adult": 1, "withdrew": 1, "pending": 1},
    {"died": 4, "remission": 1, "moved": 1, "adult": 1, "criteria": 1, "pending": 1, "refused": 1},
)  # fmt: skip


@dataclass(frozen=True)
class Role:
    """The part of one child in the demo."""

    area: Area
    fate: Fate
    phase: str = STABLE
    late_news: bool = False
    """The child dies in the last days of a period, and one of its providers hears of it later."""


def cast() -> list[Role]:
    """Every part, area by area."""
    roles: list[Role] = []
    for area, active, leavers in zip(AREAS, ACTIVE_BY_PHASE, LEAVERS, strict=True):
        roles.extend(Role(area, "active", phase) for phase, number in active.items() for _ in range(number))
        roles.extend(Role(area, fate) for fate, number in leavers.items() for _ in range(number))
    first_death = next(place for place, role in enumerate(roles) if role.fate == "died" and place % 9)
    roles[first_death] = replace(roles[first_death], late_news=True)
    return roles


@dataclass
class Death:
    """How a child died."""

    day: date
    expected: bool
    place: str = "11"
    care_after: str = "F"


@dataclass
class Course:
    """The illness as the network sees it."""

    fate: Fate
    entered: date
    """First referral to any palliative service."""
    left: date | None = None
    death: Death | None = None
    turns: list[tuple[date, str]] = field(default_factory=list)
    """Day and phase of each change, the first on the day of entry."""
    late_news: bool = False

    @property
    def over(self) -> date:
        """The last day of the story."""
        return self.death.day if self.death else self.left or CLOSES

    def phase_on(self, day: date) -> str:
        return next((phase for since, phase in reversed(self.turns) if since <= day), self.turns[0][1])

    def worsens(self, first: date, last: date) -> date | None:
        """The first day from `first` to `last` on which the child deteriorates or is dying."""
        for (since, phase), (until, _) in zip(self.turns, [*self.turns[1:], (last, "")], strict=True):
            if phase in (DETERIORATING, DYING) and since <= last and until >= first:
                return max(since, first)
        return None


@dataclass
class Pregnancy:
    """The perinatal pathway of one baby."""

    due: date
    route: str
    recognised: date | None
    gestation_recognised: int | None
    gestation_birth: int
    weight: int
    offered: date
    response: str = "A"
    reoffered: date | None = None
    went_home: date | None = None
    lost: date | None = None
    """The day on which a baby died before birth."""


NEWBORN_STARTS = (OPENS, PERIODS[4].start)
"""Babies who need the neonatal unit are born soon after these days: in between its list is once empty."""


def birth_date(role: Role, position: int, chance: random.Random) -> date:
    """The day of birth, from the ages that a children's palliative caseload has."""
    if role.fate == "adult":
        return day_between(chance, OPENS - timedelta(days=19 * 365), OPENS - timedelta(days=18 * 365 + 60))
    if role.fate in ("active", "died") and position % 9 == 0:
        start, room = (NEWBORN_STARTS[0], 200) if position % 2 else (NEWBORN_STARTS[1], 150)
        return day_between(chance, start + timedelta(days=8), start + timedelta(days=room))
    bands = {(0, 2): 6, (2, 5): 26, (6, 10): 27, (11, 15): 23, (16, 19): 13, (20, 23): 3}
    if role.fate == "died":
        bands[(20, 23)] = 0
    youngest, oldest = chance.choices(list(bands), list(bands.values()))[0]
    latest = years_after(OPENS, -youngest) - timedelta(days=150)
    return day_between(chance, years_after(OPENS, -oldest - 1) + timedelta(days=2), latest)


def make_course(role: Role, born: date, chance: random.Random) -> Course:
    """When the child came, changed and left."""
    newborn = born > OPENS
    if role.fate in ("pending", "refused"):
        period = PERIODS[-1] if role.fate == "pending" else chance.choice(PERIODS[1:])
        entered = day_between(chance, period.end - timedelta(days=35), period.end - timedelta(days=12))
        return Course(role.fate, entered, turns=[(entered, STABLE)])
    if role.fate == "died":
        return _dying(role, born, newborn, chance)
    if newborn:
        entered = day_between(chance, born, born + timedelta(days=3))
        return Course(role.fate, entered, turns=_turns(entered, role.phase, chance))
    left = None
    if role.fate == "adult":
        left = day_between(chance, OPENS + timedelta(days=75), CLOSES - timedelta(days=60))
    elif role.fate != "active":
        left = day_between(chance, OPENS + timedelta(days=60), CLOSES - timedelta(days=20))
    late = role.fate == "active" and chance.random() < 0.3
    if late:
        last = CLOSES - timedelta(days=40 if role.phase == STABLE else 190)
        entered = day_between(chance, max(OPENS, born + timedelta(days=30)), last)
    else:
        first = max(born + timedelta(days=40), OPENS - timedelta(days=6 * 365))
        entered = day_between(chance, first, OPENS - timedelta(days=45))
    return Course(role.fate, entered, left, turns=_turns(entered, role.phase, chance))


def _turns(entered: date, final: str, chance: random.Random) -> list[tuple[date, str]]:
    """The phases of a child that lives: a spell of worse days for some, and the phase of the last day."""
    turns = [(entered, STABLE)]
    if final == STABLE:
        first, last = max(entered, OPENS) + timedelta(days=20), CLOSES - timedelta(days=130)
        if first < last and chance.random() < 0.35:
            begins = day_between(chance, first, last)
            ends = begins + timedelta(days=chance.randint(15, 80))
            turns += [(begins, chance.choice((UNSTABLE, UNSTABLE, DETERIORATING))), (ends, STABLE)]
        return turns
    longest = {UNSTABLE: 75, DETERIORATING: 150, DYING: 130}[final]
    begins = CLOSES - timedelta(days=chance.randint(25, longest))
    worse = UNSTABLE if final == UNSTABLE else DETERIORATING
    turns = [(entered, worse)] if begins <= entered else [*turns, (begins, worse)]
    if final == DYING:
        turns.append((CLOSES - timedelta(days=chance.randint(5, 14)), DYING))
    return turns


def _dying(role: Role, born: date, newborn: bool, chance: random.Random) -> Course:
    if newborn:
        day = born + timedelta(days=chance.randint(3, 70))
        entered = min(day_between(chance, born, born + timedelta(days=2)), day)
    else:
        day = day_between(chance, OPENS + timedelta(days=10), CLOSES - timedelta(days=3))
        known_for = chance.randint(6, 25) if chance.random() < 0.12 else chance.randint(90, 1500)
        if role.late_news:
            day, known_for = PERIODS[2].end - timedelta(days=6), 400
        entered = max(day - timedelta(days=known_for), born + timedelta(days=30))
    expected = newborn or chance.random() < 0.85
    turns = [(entered, STABLE)]
    if expected:
        worse, dying = day - timedelta(days=chance.randint(35, 140)), day - timedelta(days=chance.randint(2, 16))
        turns = [(entered, DETERIORATING)] if worse <= entered else [*turns, (worse, DETERIORATING)]
        turns = [(entered, DYING)] if dying <= entered else [*turns, (dying, DYING)]
    return Course("died", entered, death=Death(day, expected), turns=turns, late_news=role.late_news)


def make_pregnancy(born: date | None, due: date | None, chance: random.Random) -> Pregnancy:
    """A baby's way to the pathway: found before birth, unexpected at birth, or found later on the unit."""
    before = due is not None or chance.random() < 0.4
    weeks = chance.choice((34, 36, 37, 38, 39, 40))
    expected = due or (born or CLOSES) + timedelta(days=7 * (40 - weeks))
    recognised = expected - timedelta(days=7 * 19 + chance.randint(0, 20)) if before else None
    offered = (recognised or born or expected) + timedelta(days=chance.randint(1, 9))
    home = born + timedelta(days=chance.randint(12, 60)) if born else None
    return Pregnancy(
        due=expected,
        route="R1" if before else chance.choice(("R2", "R2", "R3")),
        recognised=recognised,
        gestation_recognised=(280 - (expected - recognised).days) // 7 if recognised else None,
        gestation_birth=weeks,
        weight=chance.randrange(1500, 3800, 10),
        offered=offered,
        went_home=home,
    )


def before_birth(role: Role, chance: random.Random) -> tuple[Course, Pregnancy]:
    """A pregnancy that lasts beyond the last day, or one in which the baby died."""
    if role.fate == "stillborn":
        lost = day_between(chance, PERIODS[4].start + timedelta(days=25), PERIODS[4].end - timedelta(days=20))
        pregnancy = make_pregnancy(None, lost + timedelta(days=60), chance)
        pregnancy.lost = lost
    else:
        pregnancy = make_pregnancy(None, CLOSES + timedelta(days=chance.randint(20, 105)), chance)
    course = Course(role.fate, pregnancy.offered, turns=[(pregnancy.offered, STABLE)])
    return course, pregnancy
