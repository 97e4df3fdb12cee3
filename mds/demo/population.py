"""Makes the children of the demo, part by part: brothers and sisters, twins, newborns and babies not yet born."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from mds.demo.illness import FURTHER, Condition, Diagnosis, Illness, choose, group_of
from mds.demo.people import GIVEN_NAMES, Child, Family, describe, make_family, nhs_numbers
from mds.demo.periods import CLOSES, OPENS, day_between, dice, pick
from mds.demo.story import Course, Pregnancy, Role, before_birth, birth_date, cast, make_course, make_pregnancy

_BABY_SINCE = date(2024, 7, 5)
"""Who was born after this day is under two throughout, so that a newborn diagnosis may be the main one."""
_SETTLED_CATEGORY = ("C", "E84", "G71", "E75", "E76", "G80")
"""Conditions of which the category does not change."""


def make_children(seed: int) -> list[Child]:
    """Every child, in the order of its identity."""
    children: list[Child] = []
    numbers = nhs_numbers(seed)
    for position, role in enumerate(cast()):
        before = children[-1] if children else None
        children.append(_make_child(position, role, before, numbers, seed))
    return children


def _make_child(position: int, role: Role, before: Child | None, numbers: Iterator[str], seed: int) -> Child:
    chance = dice(seed, "child", position)
    twin_of = before if before and _is_twin(position, role, before) else None
    sibling_of = before if before and _is_sibling(position, role, before) else None
    born: date | None = None
    pregnancy: Pregnancy | None = None
    if role.fate in ("unborn", "stillborn"):
        course, pregnancy = before_birth(role, chance)
    else:
        born = _birthday(position, role, twin_of or sibling_of, chance)
        course = make_course(role, born, chance)
    if born and born > OPENS:
        pregnancy = replace(twin_of.pregnancy) if twin_of and twin_of.pregnancy else make_pregnancy(born, None, chance)
        _enter_before_birth(course, pregnancy)
    if course.death and pregnancy:
        pregnancy.went_home = None
    diagnosis, act = _diagnosis(role, born, sibling_of, chance)
    illness = _illness(diagnosis, act, born, course, pregnancy, chance)
    sex = "1" if diagnosis.code == "G71.0" else pick(chance, {"1": 53, "2": 47})
    family = _family(position, role, twin_of or sibling_of, seed)
    if pregnancy and family.ethnic in ("Z", "99"):
        family = replace(family, ethnic="WBRI")
    if twin_of:
        sex = twin_of.sex if position < 50 else {"1": "2", "2": "1"}[twin_of.sex]
    child = Child(
        identity=position + 1,
        family=family,
        given_name=GIVEN_NAMES[sex][(position * 7 + position // 30) % 30],
        sex=sex,
        nhs_number=next(numbers) if born else "",
        born=born,
        course=course,
        illness=illness,
        pregnancy=pregnancy,
    )
    describe(child, course.over, chance)
    if twin_of:
        twin_of.twin, child.twin = 1, 2
    if sibling_of:
        sibling_of.affected_siblings = child.affected_siblings = 1
    if position % 29 == 7 and role.fate == "active" and not diagnosis.code.startswith(_SETTLED_CATEGORY):
        changed = day_between(chance, max(course.entered, OPENS) + timedelta(days=100), CLOSES)
        illness.act_later = (changed, "4" if act == "3" else "3")
    return child


def _is_twin(position: int, role: Role, before: Child) -> bool:
    born_lately = before.born is not None and before.born > OPENS and not before.twin
    same_place = before.family.home.area is role.area
    return (
        position % 9 == 1
        and born_lately
        and same_place
        and before.course.fate == "active" == role.fate
        and (position // 9) % 8 == 2
    )


def _is_sibling(position: int, role: Role, before: Child) -> bool:
    grown = before.born is not None and before.born < OPENS - timedelta(days=1200)
    known = before.course.fate in ("active", "died") and role.fate == "active"
    return position % 23 == 5 and grown and known and before.family.home.area is role.area


def _birthday(position: int, role: Role, relative: Child | None, chance: random.Random) -> date:
    if relative is None or relative.born is None:
        return birth_date(role, position, chance)
    if relative.born > OPENS:
        return relative.born
    years = 900 if relative.born < OPENS - timedelta(days=12 * 365) else -900
    born = relative.born + timedelta(days=years)
    return born if born < OPENS - timedelta(days=700) else relative.born - timedelta(days=1100)


def _enter_before_birth(course: Course, pregnancy: Pregnancy) -> None:
    """A baby found before its birth came to the pathway then."""
    if pregnancy.recognised:
        course.entered = pregnancy.offered
        course.turns[0] = (pregnancy.offered, course.turns[0][1])


def _diagnosis(role: Role, born: date | None, sibling: Child | None, chance: random.Random) -> tuple[Diagnosis, str]:
    baby = born is None or born > _BABY_SINCE
    diagnosis, act = choose(chance, baby)
    while role.fate == "remission" and not diagnosis.threatening:
        diagnosis, act = choose(chance, baby)
    if sibling and not sibling.illness.threatening and role.fate != "remission":
        shared = sibling.illness.main.code
        if not shared.startswith("P"):
            return Diagnosis(shared, 1, {}, False), sibling.illness.act
    return diagnosis, act


def _illness(
    diagnosis: Diagnosis,
    act: str,
    born: date | None,
    course: Course,
    pregnancy: Pregnancy | None,
    chance: random.Random,
) -> Illness:
    if pregnancy:
        recognised = pregnancy.recognised or born or course.entered
        certainty = "C" if born else "A"
    else:
        assert born, "a child without a pregnancy in the story was born before it"  # noqa: S101
        latest = min(course.entered, born + timedelta(days=13 * 365))
        recognised = min(day_between(chance, born, latest), day_between(chance, born, latest))
        certainty = pick(chance, {"C": 90, "S": 8, "U": 2})
    illness = Illness(
        main=Condition(diagnosis.code, recognised, certainty=certainty),
        act=act,
        act_since=day_between(chance, recognised, course.entered),
        threatening=diagnosis.threatening,
        remission=course.left if course.fate == "remission" else None,
    )
    if born and act in ("3", "4") and chance.random() < 0.5:
        found = chance.sample(FURTHER, chance.randint(1, 2))
        latest = max(recognised, min(course.over, CLOSES) - timedelta(days=90))
        illness.further = [Condition(code, day_between(chance, recognised, latest)) for code in found]
    return illness


def _family(position: int, role: Role, relative: Child | None, seed: int) -> Family:
    if relative is None:
        return make_family(position, role.area, seed)
    return relative.family


def diagnostic_mix(children: list[Child]) -> dict[str, int]:
    """Children by the diagnostic group of their main condition."""
    mix: dict[str, int] = {}
    for child in children:
        group = group_of(child.illness.main.code)
        mix[group] = mix.get(group, 0) + 1
    return mix
