"""Which providers know which child: links, and the episodes of care that begin with a referral."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from mds.demo.mixes import FIRST_ONLY, FUNDERS, LEADS, NEWBORN, PATTERNS, REASONS, SOURCES, YOUNG_ADULT
from mds.demo.people import Child
from mds.demo.periods import CLOSES, OPENS, Period, day_between, dice, pick
from mds.demo.providers import Provider, provider_for
from mds.demo.story import DETERIORATING, DYING, END_REASONS, STABLE

if TYPE_CHECKING:
    from mds.demo.plans import Equipment, Plan


@dataclass
class Episode:
    """One referral and the care that followed, as the whole story tells it."""

    service: str
    received: date
    source: str
    reasons: tuple[str, ...]
    urgency: str
    outcome: str
    decided: date
    start: date | None
    funder: str
    commissioner: str
    end: date | None = None
    end_reason: str = ""
    rejection: str = ""
    assessed: Decimal | None = None
    delivered: Decimal | None = None
    applied: date | None = None
    package: date | None = None
    number: str = ""

    def is_open(self, day: date) -> bool:
        return self.start is not None and self.start <= day and (self.end is None or self.end > day)

    def in_care(self, period: Period) -> tuple[date, date] | None:
        """The first and the last day of care within a period."""
        if self.start is None or self.start > period.end or (self.end and self.end < period.start):
            return None
        return max(self.start, period.start), min(self.end or period.end, period.end)


@dataclass
class Link:
    """One child at one provider. What differs from the truth about the child stands here."""

    child: Child
    provider: Provider
    episodes: list[Episode]
    lead: bool = False
    local_id: str = ""
    plans: list[Plan] = field(default_factory=list)
    equipment: list[Equipment] = field(default_factory=list)
    key_worker_org: str = ""
    ethnic: str = ""
    numberless: str = ""
    """NHS number status where the provider has no number for the child."""
    mistyped_in: Period | None = None
    hears_late: bool = False
    """The provider hears of the death only after it has sent its return."""
    lost_after: Period | None = None
    """The child is missing from later returns, and no end was sent."""
    act: str = ""
    """Category where this provider sees another one than the others."""
    born: date | None = None
    """Date of birth where this provider has another one than the others."""
    breaks_as: str = ""
    """What the short breaks are drawn from instead of the local number: the same for two links, the same nights."""

    @property
    def begins(self) -> date:
        return min(episode.received for episode in self.episodes)

    def episodes_in(self, period: Period) -> list[Episode]:
        """The referrals that a return for the period tells of."""
        if self.lost_after and period > self.lost_after:
            return []
        return [
            episode for episode in self.episodes
            if episode.received <= period.end and self.last_day(episode) >= period.start
        ]  # fmt: skip

    def last_day(self, episode: Episode) -> date:
        """The last day on which the provider reports an episode."""
        if episode.start is None and episode.outcome != "W":
            return episode.decided
        last = episode.end or CLOSES
        if self.hears_late and self.child.course.death:
            last += timedelta(days=30)
        return last

    def knows_of_death(self, period: Period) -> bool:
        death = self.child.course.death
        if death is None or death.day > period.end or not any(e.end_reason == "01" for e in self.episodes):
            return False
        return not (self.hears_late and death.day in period)


def link_child(child: Child, position: int, seed: int) -> list[Link]:
    """The providers of a child, the first one from its entry on and the others from later days."""
    chance = dice(seed, "care", child.identity)
    course = child.course
    links: list[Link] = []
    for number, kind in enumerate(_kinds(child, chance)):
        provider = provider_for(kind, child.family.home.area, position % 2 == 1)
        received = course.entered
        if number:
            here = max(received, child.born or received)
            earliest = here + timedelta(days=0 if kind == "NN" else 3 if course.fate == "died" else 10)
            received = here if kind == "NN" else day_between(chance, earliest, course.over - timedelta(days=25))
            if received > course.over - timedelta(days=2):
                continue
        episode = _episode(child, provider, received, chance)
        if course.fate == "active" and number and course.phase_on(CLOSES) == STABLE:
            _discharge_early(episode, chance)
        links.append(Link(child, provider, [episode]))
    _add_hospice_at_home(child, links, chance)
    leading = min(links, key=lambda link: LEADS.index(link.provider.kind))
    leading.lead = True
    for link in links:
        link.key_worker_org = leading.provider.code
    return links


def _kinds(child: Child, chance: random.Random) -> tuple[str, ...]:
    fate = child.course.fate
    if fate in ("unborn", "stillborn"):
        return ("SP",)
    if fate in ("pending", "refused"):
        return pick(chance, FIRST_ONLY)
    if child.course.late_news:
        return ("CH", "AC")
    if child.born and child.born > OPENS:
        known_before = child.pregnancy is not None and child.pregnancy.recognised is not None
        if child.course.death:
            return ("SP", "NN") if known_before else ("NN", "SP")
        if known_before:
            return ("SP", "NN", "CN") if chance.random() < 0.5 else ("SP", "NN")
        return pick(chance, NEWBORN)
    return pick(chance, YOUNG_ADULT if child.age_on(CLOSES) >= 19 else PATTERNS)


def _episode(child: Child, provider: Provider, received: date, chance: random.Random) -> Episode:
    course, kind = child.course, provider.kind
    birth = child.pregnancy.lost or child.born if child.pregnancy else None
    antenatal = child.pregnancy is not None and (birth is None or received < birth)
    pressing = course.phase_on(received) in (DETERIORATING, DYING)
    urgency = pick(chance, {"E": 3, "U": 5} if pressing or kind == "NN" else {"E": 1, "U": 3, "R": 16})
    wait = {"E": chance.randint(0, 1), "U": chance.randint(0, 6), "R": chance.randint(5, 35)}[urgency]
    decided = received + timedelta(days=min(wait, chance.randint(0, 10)))
    start: date | None = received + timedelta(days=wait)
    if antenatal:
        urgency, start = "R", child.born if course.fate != "stillborn" else None
        decided = start or CLOSES + timedelta(days=1)
    if start and start > course.over:
        start = decided = received
    area = child.family.home.area
    episode = Episode(
        service=provider.services[-1] if kind == "SP" and child.pregnancy else provider.services[0],
        received=received,
        source="05" if antenatal else pick(chance, SOURCES[kind]),
        reasons=("08",) if child.pregnancy else _reasons(kind, chance),
        urgency=urgency,
        outcome="A",
        decided=decided,
        start=start,
        funder=pick(chance, FUNDERS[kind]),
        commissioner=area.commissioner((received.year, received.month)),
        end=course.over if course.fate in END_REASONS else None,
        end_reason=END_REASONS.get(course.fate, ""),
    )
    _settle(episode, child, provider, chance)
    return episode


def _reasons(kind: str, chance: random.Random) -> tuple[str, ...]:
    known = REASONS[kind]
    return tuple(sorted(chance.sample(known, min(len(known), chance.randint(1, 2)))))


def _settle(episode: Episode, child: Child, provider: Provider, chance: random.Random) -> None:
    """Refusals, stays on the neonatal unit, and care packages."""
    fate = child.course.fate
    if fate in ("pending", "unborn", "stillborn"):
        episode.outcome, episode.start = "W", None
        if fate == "stillborn" and child.pregnancy and child.pregnancy.lost:
            episode.outcome, episode.decided = "X", child.pregnancy.lost
    elif fate == "refused":
        episode.start = None
        episode.decided = episode.received + timedelta(days=chance.randint(2, 9))
        episode.outcome = pick(chance, {"R": 3, "D": 1})
        episode.rejection = pick(chance, {"01": 4, "04": 2, "02": 1}) if episode.outcome == "R" else ""
    elif provider.kind == "NN" and child.course.death is None and child.pregnancy:
        episode.end, episode.end_reason = child.pregnancy.went_home, "06"
    if provider.kind == "CN" and child.continuing_care == "Y" and episode.start:
        episode.assessed = Decimal(chance.randrange(20, 70, 5))
        episode.delivered = (episode.assessed * Decimal(chance.randint(85, 100)) / 100).quantize(Decimal("0.5"))
        episode.applied = episode.start + timedelta(days=3)
        episode.package = episode.applied + timedelta(days=chance.randint(14, 90))


def _discharge_early(episode: Episode, chance: random.Random) -> None:
    if episode.start and chance.random() < 0.07:
        first = max(episode.start, OPENS) + timedelta(days=60)
        if first < CLOSES - timedelta(days=10):
            episode.end = day_between(chance, first, CLOSES - timedelta(days=10))
            episode.end_reason = pick(chance, {"07": 2, "05": 1, "06": 1})


def _add_hospice_at_home(child: Child, links: list[Link], chance: random.Random) -> None:
    """A second service of the hospice for some of its children, within the first episode."""
    for link in links:
        first = link.episodes[0]
        if link.provider.kind != "CH" or first.start is None or chance.random() > 0.25 or child.course.fate != "active":
            continue
        received = first.start + timedelta(days=chance.randint(30, 400))
        if received < CLOSES - timedelta(days=60) and (first.end is None or received < first.end - timedelta(days=40)):
            second = _episode(child, link.provider, received, chance)
            second.service, second.end, second.end_reason = link.provider.services[1], first.end, first.end_reason
            link.episodes.append(second)


def number_links(links: list[Link]) -> None:
    """Give every child its local number and every referral its own, in the order in which they came."""
    counts: dict[str, int] = {}
    for link in sorted(links, key=lambda link: (link.begins, link.child.identity)):
        prefix = link.provider.prefix
        counts[prefix] = counts.get(prefix, 0) + 1
        link.local_id = f"{prefix}{counts[prefix]:04d}"
    for link in links:
        for number, episode in enumerate(link.episodes, 1):
            episode.number = f"{link.provider.prefix}R{link.local_id[-4:]}{number}"
