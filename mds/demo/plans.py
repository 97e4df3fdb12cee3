"""Care plans, the move to adult services, and equipment: what is written down and asked for over the years."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from mds.demo.care import Link
from mds.demo.people import Child
from mds.demo.periods import CLOSES, OPENS, Period, day_between, dice, pick, years_after
from mds.demo.rows import Row
from mds.demo.story import DYING

_USUAL_PLANS: dict[str, dict[str, float]] = {
    "CH": {"CFP": 0.8, "ACP": 0.45, "SMP": 0.3}, "CN": {"CFP": 0.6, "ACP": 0.3, "RSP": 0.2},
    "AC": {"RSP": 0.3, "ACP": 0.2}, "SP": {"ACP": 0.7, "SMP": 0.6}, "NN": {"RDP": 0.2}, "VS": {},
}  # fmt: skip
_EQUIPMENT = {"WC": 6, "BD": 4, "SE": 4, "HA": 3, "CO": 2, "RE": 2, "FE": 3, "OT": 1}


@dataclass
class Plan:
    """One version of a plan."""

    number: str
    kind: str
    created: date
    agreed: date
    review_every: int
    ended: date | None = None
    shared_with: str = "GP;OOH;CCN;FAM"
    recognised: date | None = None
    met: date | None = None
    place: str = ""
    """Preferred place of death, where the plan holds one."""
    symptom_plan: str = "N"
    joint: str = "Y"

    def reviewed(self, day: date) -> date | None:
        """The latest review by a day."""
        turns = (day - self.created).days // self.review_every
        return self.created + timedelta(days=turns * self.review_every) if turns > 0 else None


@dataclass
class Equipment:
    """One request for equipment. `outcome` is what becomes of it in the end."""

    number: str
    kind: str
    requested: date
    settled: date
    outcome: str


def make_plans(link: Link, seed: int) -> None:
    """The plans of a link, one of each kind at a time; a worsening child has an advance care plan everywhere."""
    chance = dice(seed, "plans", link.local_id)
    first = link.episodes[0].start
    pregnancy = link.child.pregnancy
    if pregnancy and pregnancy.recognised and link.provider.kind == "SP":
        _add(link, "ANT", link.begins + timedelta(days=8), chance)
        link.plans[-1].ended = link.child.born + timedelta(days=42) if link.child.born else None
    if first is None:
        return
    course, last = link.child.course, min(link.episodes[0].end or CLOSES, CLOSES)
    kinds = [kind for kind, share in _USUAL_PLANS[link.provider.kind].items() if chance.random() < share]
    worse = course.worsens(max(first, OPENS - timedelta(days=90)), last)
    if worse and "ACP" not in kinds:
        kinds.append("ACP")
    for kind in kinds:
        latest = worse if worse and kind == "ACP" else last
        created = day_between(chance, first, min(latest, first + timedelta(days=90)))
        _add(link, kind, created, chance)
    dying = next((day for day, phase in course.turns if phase == DYING and first <= day <= last), None)
    if dying and course.death and link.provider.kind in ("CH", "SP", "CN"):
        _add_end_of_life_plan(link, dying, course.death.day, chance)


def _add(link: Link, kind: str, created: date, chance: random.Random) -> None:
    """A plan, and in its later years the versions that replaced it."""
    while True:
        plan = Plan(_number(link), kind, created, created + timedelta(days=chance.randint(0, 14)),
                    chance.randint(110, 300), symptom_plan=pick(chance, {"Y": 2, "N": 1}),
                    joint=pick(chance, {"Y": 6, "N": 3, "X": 1}))  # fmt: skip
        if kind in ("ACP", "ANT"):
            plan.place = link.child.preferred_place
        link.plans.append(plan)
        renewed = created + timedelta(days=chance.randint(330, 900))
        if renewed > min(link.episodes[0].end or CLOSES, CLOSES) - timedelta(days=15) or kind == "ANT":
            return
        plan.ended = renewed
        created = renewed


def _add_end_of_life_plan(link: Link, dying: date, died: date, chance: random.Random) -> None:
    met = min(dying + timedelta(days=chance.randint(1, 6)), died)
    plan = Plan(_number(link), "EOL", met, met, 200, symptom_plan="Y", recognised=dying, met=met)
    plan.place = link.child.preferred_place
    link.plans.append(plan)


def _number(link: Link) -> str:
    return f"{link.provider.prefix}P{link.local_id[-4:]}{len(link.plans) + 1}"


def plan_rows(link: Link, period: Period) -> list[Row]:
    """The plans in force in a period, as they stand on its last day."""
    day = period.end
    return [
        _plan_row(link, plan, day) for plan in link.plans
        if plan.created <= day and not (plan.ended and plan.ended < period.start)
    ]  # fmt: skip


def _plan_row(link: Link, plan: Plan, day: date) -> Row:
    review = plan.reviewed(min(day, plan.ended or day, link.child.course.over))
    ended = plan.ended if plan.ended and plan.ended <= day else None
    following = (review or plan.created) + timedelta(days=plan.review_every)
    discussed = bool(plan.place)
    return {
        "plan_id": plan.number,
        "local_patient_id": link.local_id,
        "plan_type": plan.kind,
        "created_date": plan.created,
        "agreed_date": plan.agreed if plan.agreed <= day else None,
        "agreed_with": "C;P;T" if link.child.age_on(day) >= 12 and link.child.illness.act in ("1", "2") else "P;T",
        "last_review_date": review,
        "next_review_date": None if ended else following,
        "superseded_date": ended,
        "preferred_care_place": link.child.preferred_place if discussed and link.child.preferred_place < "98" else None,
        "death_place_discussed": "Y" if discussed else "N",
        "preferred_death_place": plan.place or None,
        "preference_by": "P" if discussed else None,
        "resus_decision_recorded": "Y" if plan.kind in ("ACP", "RSP", "EOL", "ANT") else None,
        "eol_recognised_date": plan.recognised,
        "eol_meeting_date": plan.met if plan.met and plan.met <= day else None,
        "shared_with": plan.shared_with,
        "symptom_plan_given": plan.symptom_plan,
        "joint_assessment": plan.joint,
        "parents_invited_mdt": "Y",
    }


def transition_row(link: Link, period: Period, late: bool) -> Row | None:
    """The preparation for adult services of a young person of 14 or over, as it stands on the last day."""
    child = link.child
    if child.born is None or years_after(child.born, 14) > period.end:
        return None
    steps = transition_steps(child, late)
    known = {name: day if day <= period.end else None for name, day in steps.items()}
    return {
        "local_patient_id": link.local_id,
        **known,
        "adult_key_worker": "Y"
        if child.born + timedelta(days=round(16.9 * 365.25)) <= period.end and not late
        else "N",
        "adult_service_code": "ZXS01" if known["plan_date"] else None,
        "parallel_plan": "Y" if known["plan_date"] and child.identity % 3 else "N",
        "returned": "N" if known.get("transfer_date") else None,
    }


def transition_steps(child: Child, late: bool) -> dict[str, date]:
    """Field → day of each step of the move."""
    assert child.born, "only the born grow up"  # noqa: S101
    chance = dice("transition", child.identity, child.born)
    birthday = years_after(child.born, 14)
    steps = {"started_date": birthday + timedelta(days=chance.randint(10, 200))}
    steps["key_worker_date"] = steps["started_date"] + timedelta(days=chance.randint(5, 120) + (1500 if late else 0))
    steps["plan_date"] = steps["started_date"] + timedelta(days=chance.randint(300, 700))
    if child.course.fate == "adult" and child.course.left:
        steps["transfer_date"] = child.course.left
    return steps


def make_equipment(link: Link, seed: int) -> None:
    chance = dice(seed, "equipment", link.local_id)
    first = link.episodes[0].start
    if first is None or link.provider.kind not in ("CH", "CN", "AC") or chance.random() > 0.33:
        return
    last = min(link.episodes[0].end or CLOSES, CLOSES)
    requested = day_between(chance, max(first, OPENS - timedelta(days=60)), last)
    settled = requested + timedelta(days=chance.randint(12, 150))
    outcome = pick(chance, {"D": 85, "R": 10, "T": 5})
    died = link.child.course.death
    if died and settled > died.day:
        settled, outcome = died.day, "T"
    number = f"{link.provider.prefix}E{link.local_id[-4:]}1"
    link.equipment.append(Equipment(number, pick(chance, _EQUIPMENT), requested, settled, outcome))


def equipment_rows(link: Link, period: Period) -> list[Row]:
    """The requests that wait or were settled in a period."""
    rows: list[Row] = []
    for item in link.equipment:
        if item.requested > period.end or item.settled < period.start:
            continue
        settled = item.settled <= period.end
        rows.append(
            {
                "request_id": item.number,
                "local_patient_id": link.local_id,
                "item_kind": item.kind,
                "requested_date": item.requested,
                "delivered_date": item.settled if settled and item.outcome == "D" else None,
                "outcome": item.outcome if settled else "W",
            }
        )
    return rows
