"""Births on the perinatal pathway, deaths, and the support of families afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from mds.demo.care import Link
from mds.demo.people import Child
from mds.demo.periods import CLOSES, Period, dice, pick
from mds.demo.plans import Plan
from mds.demo.rows import Row

_PLANNED = ("ACP", "ANT", "EOL")
_WHY_ELSEWHERE = {"01": 5, "02": 2, "03": 2, "05": 2, "06": 2, "07": 1, "09": 1}


@dataclass(frozen=True)
class Offer:
    """One offer of bereavement support."""

    number: str
    relation: str
    offered: date
    accepted: bool
    starts: date
    ends: date
    kind: str


def offers(link: Link, seed: int) -> list[Offer]:
    """What a provider offers the family of a child who died: to the mother or family, and to brothers and sisters."""
    child = link.child
    died = child.course.death.day if child.course.death else child.pregnancy.lost if child.pregnancy else None
    if died is None:
        return []
    chance = dice(seed, "bereavement", link.local_id)
    relations = [pick(chance, {"M": 4, "W": 3, "F": 1})]
    if child.family.children_at_home and link.provider.kind in ("CH", "SP", "VS"):
        relations.append("S")
    found = []
    for number, relation in enumerate(relations, 1):
        offered = died + timedelta(days=chance.randint(2, 18))
        if child.pregnancy:
            offered = died
        if link.hears_late:
            offered += timedelta(days=20)
        starts = offered + timedelta(days=chance.randint(5, 25))
        ends = starts + timedelta(days=chance.randint(40, 330))
        accepted = link.provider.kind in ("CH", "SP", "VS") and chance.random() < 0.75
        kind = pick(chance, {"1": 5, "G": 2, "T": 2}) if relation != "S" else pick(chance, {"G": 3, "E": 1})
        found.append(Offer(f"{link.provider.prefix}B{link.local_id[-4:]}{number}", relation, offered, accepted, starts,
                           ends, kind))  # fmt: skip
    return found


def in_bereavement(link: Link, given: list[Offer], period: Period) -> bool:
    """Whether the provider still reports the family in a period after that of the death."""
    return any(offer.offered <= period.end and (offer.offered in period or _goes_on(offer, period)) for offer in given)


def _goes_on(offer: Offer, period: Period) -> bool:
    return offer.accepted and offer.ends >= period.start


def bereavement_rows(link: Link, given: list[Offer], period: Period) -> list[Row]:
    rows: list[Row] = []
    for offer in given:
        if offer.offered > period.end or not (offer.offered in period or _goes_on(offer, period)):
            continue
        started = offer.accepted and offer.starts <= period.end
        ended = started and offer.ends <= period.end
        weeks = (min(offer.ends, period.end) - max(offer.starts, period.start)).days // 14
        rows.append(
            {
                "bereavement_id": offer.number,
                "local_patient_id": link.local_id,
                "relation": offer.relation,
                "child_known_before": "Y",
                "offered_date": offer.offered,
                "accepted": "Y" if offer.accepted else "N",
                "start_date": offer.starts if started else None,
                "end_date": offer.ends if ended else None,
                "sessions": max(weeks, 1) if started else 0,
                "kind": offer.kind,
            }
        )
    return rows


def new_family_row(prefix: str, period: Period) -> Row:
    """A family whose child no service knew: the row has no local number."""
    return {
        "bereavement_id": f"{prefix}B9001{period.start:%m}",
        "relation": "W",
        "child_known_before": "N",
        "offered_date": period.start + timedelta(days=33),
        "accepted": "Y",
        "start_date": period.start + timedelta(days=47),
        "sessions": 3,
        "kind": "1;T",
    }


def choose_place(child: Child, links: list[Link], seed: int) -> None:
    """Where a child died: most in hospital, and elsewhere only where a provider could care for it there."""
    death = child.course.death
    if death is None:
        return
    chance = dice(seed, "place of death", child.identity)
    kinds = {link.provider.kind for link in links}
    if "NN" in kinds:
        death.place = "13"
    elif child.course.late_news:
        death.place = "31"
    elif "AC" in kinds:
        death.place = pick(chance, {"11": 55, "12": 40, "14": 5})
    else:
        wishes = {"11": 45, "12": 20, "21": 38 if death.expected else 4, "31": 30 if "CH" in kinds else 0}
        death.place = pick(chance, wishes)
    death.care_after = {"2": "H", "3": "C"}.get(death.place[0], pick(chance, {"M": 3, "F": 2}))


def death_row(link: Link, period: Period, seed: int) -> Row:
    child = link.child
    death = child.course.death
    assert death, "only of a child who died"  # noqa: S101
    chance = dice(seed, "death", child.identity)
    plans = [plan for plan in link.plans if plan.created <= death.day and not (plan.ended and plan.ended < death.day)]
    planned = any(plan.kind in _PLANNED for plan in plans)
    peaceful = pick(chance, {"1": 6, "2": 3, "3": 1} if death.expected else {"3": 2, "4": 1, "9": 3})
    return {
        "local_patient_id": link.local_id,
        "death_date": death.day,
        "death_place": death.place,
        "not_preferred_reason": pick(chance, _WHY_ELSEWHERE) if _elsewhere(plans, death.place) else None,
        "expected": "Y" if death.expected else "N",
        "plan_at_death": "Y" if planned else "N",
        "plan_followed": pick(chance, {"1": 5, "2": 3, "3": 1}) if planned else None,
        "peaceful": peaceful,
        "peaceful_judged_by": None if peaceful == "9" else pick(chance, {"B": 5, "S": 3, "P": 2}),
        "pain_controlled": pick(chance, {"1": 6, "2": 3, "3": 1, "9": 1}),
        "care_after_death_place": death.care_after,
        "cdop_notified": "Y",
        "review_category": "7" if period.end - death.day > timedelta(days=60) and chance.random() < 0.3 else None,
    }


def _elsewhere(plans: list[Plan], place: str) -> bool:
    wishes = {plan.place[0] for plan in plans if plan.place and plan.place < "98"}
    return bool(wishes) and wishes != {place[0]}


def perinatal_row(link: Link, period: Period) -> Row | None:
    """The perinatal pathway of a baby under one, from before its birth, where a provider follows it."""
    child, pregnancy = link.child, link.child.pregnancy
    if pregnancy is None or link.provider.kind not in ("SP", "NN"):
        return None
    if child.born and child.born + timedelta(days=365) < period.start:
        return None
    born = child.born_by(period.end)
    known = pregnancy.offered <= period.end
    going_home = pregnancy.went_home if pregnancy.went_home and pregnancy.went_home <= period.end else None
    reoffered = pregnancy.reoffered if pregnancy.reoffered and pregnancy.reoffered <= period.end else None
    return {
        "local_patient_id": link.local_id,
        "route": pregnancy.route,
        "antenatal_recognised_date": pregnancy.recognised,
        "gestation_recognised": pregnancy.gestation_recognised,
        "gestation_birth": pregnancy.gestation_birth if born else None,
        "birth_weight_g": pregnancy.weight if born else None,
        "offered_date": pregnancy.offered if known else None,
        "family_response": ("L" if reoffered else pregnancy.response) if known else None,
        "reoffered_date": reoffered,
        "mdt_date": min(pregnancy.offered + timedelta(days=6), period.end) if known else None,
        "discharge_plan_date": going_home - timedelta(days=2) if going_home else None,
        "transfer_date": going_home,
        "outcome": _outcome(child, period),
        "mother_postnatal_care": "Y" if born else None,
    }


def _outcome(child: Child, period: Period) -> str:
    pregnancy, death = child.pregnancy, child.course.death
    assert pregnancy, "only of a baby on the pathway"  # noqa: S101
    if pregnancy.lost and pregnancy.lost <= period.end:
        return "IUD"
    if child.born is None or child.born > period.end:
        return "PRE"
    if death and death.day <= period.end:
        return "DIE"
    return "HOM" if (pregnancy.went_home or CLOSES) <= period.end else "NIC"
