"""What is odd or contradictory in the demo on purpose, so that a test can look for it.

Each kind is planted on the first children that fit, and no child gets two. The clean returns stay free of errors:
these are the things that a true return may hold. Some of them give warnings, and no other warnings are given.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from mds.demo.care import Episode, Link
from mds.demo.gaps import plant_gaps
from mds.demo.garden import Garden, first_of, has_plan, providers_of, settled
from mds.demo.periods import CLOSES, OPENS, PERIODS
from mds.demo.providers import LANTERN, STILLWATER
from mds.demo.story import STABLE

WARNINGS = {
    "CP101070Q": "number missing at one provider",
    "CP101090Q": "twins of one sex, in one home",
    "CP101167Q": "no fixed abode",
    "CP101170Q": "no postcode",
    "CP101210Q": "no key worker",
    "CP102035Q": "diagnosis in words only",
    "CP102060Q": "diagnosis not on the list",
    "CP201200Q": "hours not delivered",
    "CP303020Q": "rapid discharge took longer than a day",
    "CP401050Q": "plan not reviewed for over a year",
    "CP401060Q": "worsening without a plan",
    "CP401075Q": "planning meeting late",
    "CP401090Q": "plan not shared",
    "CP402020Q": "move to adult services is late",
    "CP402050Q": "move to adult services is late",
    "CP403020Q": "long wait for equipment",
    "CP501035Q": "death heard of late",
    "CP601050Q": "support declined and offered again",
}
"""The warnings that the clean returns give, and the story behind each."""

WARNINGS_BESIDE_THE_LAST_RETURN = {
    "CP101230Q": "an ethnic group that version 1.0 could not tell",
    "CP101240Q": "missing from later returns, or gone in the period of the return that never came",
    "CP201180Q": "gone in the period of the return that never came",
    "CP401100Q": "replaced in the period of the return that never came",
}
"""Those that come only where the return before is at hand."""


def second_hospice(links: list[Link]) -> list[Link]:
    """Two children of the middle area who are known to both hospices: the links to the second one."""
    here = [link for link in links if link.provider is LANTERN and link.child.family.home.area.district == "ZX3"]
    added = []
    for link in [link for link in here if settled(link) and link.child.age_on(OPENS) > 4][:2]:
        received = OPENS + timedelta(days=100)
        episode = Episode(
            STILLWATER.services[0], received, "09", ("03",), "R", "A", received + timedelta(days=4),
            received + timedelta(days=12), "CHA", link.child.family.home.area.icb,
        )  # fmt: skip
        added.append(Link(link.child, STILLWATER, [episode], key_worker_org=link.key_worker_org))
    return added


def plant_all(garden: Garden) -> frozenset[int]:
    """Plant everything. Returns the identities of the young people whose move to adult services is late."""
    _differences(garden)
    _numbers(garden)
    plant_gaps(garden)
    _late_and_lost(garden)
    late_movers: list[Link] = []
    for oldest in (17, 24):
        late_movers += first_of(garden.links_that(partial(_of_age, oldest)), 1)
    for link in late_movers:
        garden.note("move to adult services is late", *garden.by_child[link.child.identity])
    return frozenset(link.child.identity for link in late_movers)


def _of_age(oldest: int, link: Link) -> bool:
    return settled(link) and oldest - 1 <= link.child.age_on(CLOSES) <= oldest


def _differences(garden: Garden) -> None:
    """What providers say differently of one child."""

    def shared(link: Link) -> bool:
        links = garden.by_child[link.child.identity]
        return settled(link) and link is links[-1] and sum(settled(other) for other in links) > 1

    def other_ethnic(link: Link) -> None:
        link.ethnic = "MOTH" if link.child.family.ethnic != "MOTH" else "WOTH"

    def other_category(link: Link) -> bool:
        code, act = link.child.illness.main.code, link.child.illness.act
        return shared(link) and code[0] in "QDNI" and act in ("2", "3", "4") and not link.child.illness.act_later

    def other_birth_month(link: Link) -> None:
        assert link.child.born, "shared() asks for the settled"  # noqa: S101
        link.born = link.child.born + timedelta(days=31)

    def stated(link: Link) -> bool:
        return shared(link) and link.child.family.ethnic not in ("Z", "99")

    def wish(link: Link) -> bool:
        return shared(link) and has_plan(link, "ACP") and link.child.preferred_place == "21"

    def other_wish(link: Link) -> None:
        for plan in link.plans:
            plan.place = plan.place and "31"

    garden.plant("ethnic group differs", 4, stated, other_ethnic)
    garden.plant("ethnic group not stated at one provider", 1, stated, lambda link: setattr(link, "ethnic", "Z"))
    garden.plant("category differs", 2, other_category, lambda link: setattr(link, "act", _other_act(link)))
    garden.plant("birth month differs", 1, lambda link: shared(link) and _room_to_be_younger(link), other_birth_month)
    garden.plant("two key workers", 2, lambda link: shared(link) and link.child.key_worker == "Y" and not link.lead,
                 lambda link: setattr(link, "key_worker_org", link.provider.code))  # fmt: skip
    garden.plant("preferred place differs", 2, wish, other_wish)
    both = [link for link in garden.links if link.provider is STILLWATER and _known_to_both(garden, link)]
    for link in both[:1]:
        for other in garden.by_child[link.child.identity]:
            other.breaks_as = f"both {link.child.identity}" if other.provider.kind == "CH" else ""
        garden.note("in two hospices on one night", *garden.by_child[link.child.identity])


def _other_act(link: Link) -> str:
    return "4" if link.child.illness.act == "3" else "3"


def _room_to_be_younger(link: Link) -> bool:
    born, recognised = link.child.born, link.child.illness.main.recognised
    return born is not None and 1 < link.child.age_on(CLOSES) < 13 and recognised > born


def _known_to_both(garden: Garden, link: Link) -> bool:
    return any(other.provider is LANTERN for other in garden.by_child[link.child.identity])


def _numbers(garden: Garden) -> None:
    """NHS numbers that are missing or mistyped."""

    def with_others(link: Link) -> bool:
        mine = garden.by_child[link.child.identity]
        return settled(link) and link is mine[-1] and len(mine) > 1

    def alone(link: Link) -> bool:
        return settled(link) and len(providers_of(garden, link)) == 1

    garden.plant("number missing at one provider", 3, with_others, lambda link: setattr(link, "numberless", "04"))
    garden.plant("number missing, trace not required", 2, alone, lambda link: setattr(link, "numberless", "07"))
    garden.plant("number mistyped in one period, corrected in the next", 1,
                 lambda link: with_others(link) and link.provider.kind == "CH",
                 lambda link: setattr(link, "mistyped_in", PERIODS[2]))  # fmt: skip


def _late_and_lost(garden: Garden) -> None:
    """News that comes late, and a child that drops out of sight."""
    for link in garden.links:
        if link.hears_late:
            garden.note("death heard of late", link)
    garden.plant("missing from later returns", 1,
                 lambda link: settled(link) and link.provider.kind == "CN" and len(providers_of(garden, link)) > 1
                 and link.child.course.phase_on(OPENS) == STABLE,
                 lambda link: setattr(link, "lost_after", PERIODS[2]))  # fmt: skip
    with_stay = garden.links_that(lambda link: any(stay.method == "E" for stay in garden.stays.get(link.local_id, [])
                                                   if stay.admitted.date() > PERIODS[1].start))  # fmt: skip
    for link, hours in zip(with_stay, (14, 40), strict=False):
        stay = next(stay for stay in garden.stays[link.local_id] if stay.admitted.date() > PERIODS[1].start)
        stay.asked = stay.discharged - timedelta(hours=hours)
        stay.admitted = min(stay.admitted, stay.asked - timedelta(hours=5))
        kind = "rapid discharge within a day" if hours <= 24 else "rapid discharge took longer than a day"
        garden.note(kind, link)
