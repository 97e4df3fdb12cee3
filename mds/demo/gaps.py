"""What a careful data lead would be asked about: gaps and delays that give a warning and are true."""

from __future__ import annotations

from datetime import timedelta

from mds.demo.care import Link
from mds.demo.garden import Garden, has_plan, settled
from mds.demo.illness import Condition
from mds.demo.people import Child
from mds.demo.periods import CLOSES, OPENS, PERIODS
from mds.demo.places import NO_FIXED_ABODE
from mds.demo.plans import Equipment
from mds.demo.story import DETERIORATING, DYING


def plant_gaps(garden: Garden) -> None:
    """What a careful data lead would be asked about: each gives a warning."""

    def no_code(child: Child) -> None:
        child.illness.main = Condition("", child.illness.main.recognised, "still being looked into", "U")

    def unlisted(child: Child) -> None:
        child.illness.main = Condition("Q90.9", child.illness.main.recognised)

    def hours_short(link: Link) -> None:
        episode = link.episodes[0]
        episode.delivered = episode.assessed and round(episode.assessed / 2, 0)

    def dawdle(link: Link) -> None:
        next(plan for plan in link.plans if plan.kind == "ACP" and plan.ended is None).review_every = 4000

    def free(link: Link) -> bool:
        return settled(link) and not link.child.twin and link.child.illness.main.code[0] in "QDN"

    garden.plant_child("no key worker", 3, settled, lambda child: setattr(child, "key_worker", "N"))
    garden.plant_child("no fixed abode", 1, settled, lambda child: setattr(child, "postcode", NO_FIXED_ABODE))
    garden.plant_child("no postcode", 1, settled, lambda child: setattr(child, "postcode", ""))
    garden.plant_child("diagnosis in words only", 1, free, no_code)
    garden.plant_child("diagnosis not on the list", 2, free, unlisted)
    garden.plant("hours not delivered", 3, lambda link: settled(link) and bool(link.episodes[0].assessed), hours_short)
    garden.plant("plan not reviewed for over a year", 1, lambda link: has_plan(link, "ACP") and settled(link), dawdle)
    garden.plant("plan not shared", 1, lambda link: has_plan(link, "ACP") and settled(link), _keep_to_oneself)
    garden.plant("worsening without a plan", 2, _worsening, lambda link: setattr(link, "plans", []))
    garden.plant("long wait for equipment", 1, lambda link: settled(link) and link.provider.kind == "CN", _wait_long)
    garden.plant("planning meeting late", 1, lambda link: any(plan.kind == "EOL" for plan in link.plans), _meet_late)
    garden.plant_child("support declined and offered again", 1, _baby_at_home, _decline)


def _keep_to_oneself(link: Link) -> None:
    for plan in link.plans:
        plan.shared_with = "CCN;HOS"


def _worsening(link: Link) -> bool:
    return (
        link.child.course.fate == "active"
        and link.child.course.phase_on(CLOSES) == DETERIORATING
        and len(link.plans) > 0
        and not any(phase == DYING for _, phase in link.child.course.turns)
    )


def _wait_long(link: Link) -> None:
    link.equipment = [
        Equipment(f"{link.provider.prefix}E{link.local_id[-4:]}9", "HA", OPENS + timedelta(days=20), CLOSES, "D")
    ]


def _meet_late(link: Link) -> None:
    plan = next(plan for plan in link.plans if plan.kind == "EOL")
    assert plan.met, "an end of life plan is made at its meeting"  # noqa: S101
    plan.recognised = plan.met - timedelta(days=22)


def _baby_at_home(link: Link) -> bool:
    pregnancy = link.child.pregnancy
    born = link.child.born
    return (
        link.provider.kind == "SP" and link.child.course.fate == "active" and pregnancy is not None
        and born is not None and born in PERIODS[1] and link.begins <= PERIODS[1].end
    )  # fmt: skip


def _decline(child: Child) -> None:
    pregnancy = child.pregnancy
    assert pregnancy, "_baby_at_home() asks for it"  # noqa: S101
    pregnancy.response, pregnancy.reoffered = "D", PERIODS[2].start + timedelta(days=40)
