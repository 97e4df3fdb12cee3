"""The child as one provider reports it: who it is, its status, and what it lives with."""

from __future__ import annotations

from functools import cache

from mds.demo.activity import phase_word
from mds.demo.care import Episode, Link
from mds.demo.illness import Condition, group_of
from mds.demo.people import with_a_slip
from mds.demo.periods import Period
from mds.demo.rows import Row
from mds_schemas import codes
from mds_schemas.versions import Version

_NEWBORN_DAYS = 42
"""Until this age the trace of an NHS number may wait (rule CP101085Q)."""


def over_by(link: Link, period: Period) -> bool:
    lost = link.child.pregnancy.lost if link.child.pregnancy else None
    return link.knows_of_death(period) or bool(lost and lost <= period.end)


def status(link: Link, period: Period) -> str:
    """The status at the census date, as this provider sees it."""
    if link.knows_of_death(period):
        return "X" if link.episodes_in(period) else "B"
    if over_by(link, period):
        return "B"
    episodes = link.episodes_in(period)
    if any(episode.is_open(period.end) or not_yet_ended(link, episode, period) for episode in episodes):
        return "A"
    return "P" if any(_waits(episode, period) for episode in episodes) else "D"


def _waits(episode: Episode, period: Period) -> bool:
    if episode.start is None:
        return episode.outcome == "W" or episode.decided > period.end
    return episode.start > period.end


def not_yet_ended(link: Link, episode: Episode, period: Period) -> bool:
    """The episode ended in this period by a death of which the provider has not heard."""
    return link.hears_late and episode.end_reason == "01" and episode.end in period


def identity_of(link: Link, period: Period) -> tuple[str | None, str]:
    """The NHS number as the provider holds it, and its status."""
    child = link.child
    born = child.born_by(period.end)
    if born is None:
        return None, "07"
    if child.pregnancy and link.provider.kind != "CN" and (period.end - born).days <= _NEWBORN_DAYS:
        return None, "08"
    if link.numberless:
        return None, link.numberless
    if link.mistyped_in == period:
        return with_a_slip(child.nhs_number), "02"
    return child.nhs_number, "02" if child.identity % 37 == 0 else "01"


def _given_name(link: Link, period: Period) -> str | None:
    child = link.child
    born = child.born_by(period.end)
    if born is None:
        return None
    if identity_of(link, period)[1] == "08":
        return f"TWIN {child.twin}" if child.twin else "BABY"
    return child.given_name


@cache
def _ethnic_v1() -> dict[str, str]:
    mapped = {new: old for old, new in codes.mapping("CL06_to_CL07").items()}
    return {**mapped, "WGIT": "C", "WROM": "C", "OARA": "S"}


def child_row(link: Link, period: Period, version: Version) -> Row:
    child, family = link.child, link.child.family
    born = child.born_by(period.end) and (link.born or child.born)
    number, trace = identity_of(link, period)
    ethnic = link.ethnic or family.ethnic
    at_census = status(link, period)
    return {
        "local_patient_id": link.local_id,
        "nhs_number": number,
        "nhs_number_status": trace,
        "given_name": _given_name(link, period),
        "family_name": family.name,
        "person_birth_date": born,
        "expected_delivery_date": None if born or not child.pregnancy else child.pregnancy.due,
        "sex": child.sex if born else "X",
        "ethnic_category": ethnic if version.number != "1.0" else _ethnic_v1()[ethnic],
        "postcode": child.postcode or None,
        "lad_code": None if child.postcode else family.home.area.code,
        "gp_practice_code": family.home.practice,
        "main_language": family.language,
        "interpreter_needed": family.interpreter,
        "disability_codes": ";".join(child.disabilities),
        "technology_codes": ";".join(child.technology),
        "looked_after": child.looked_after,
        "ehc_plan": child.ehc_plan,
        "continuing_care": child.continuing_care,
        "school_urn": child.school or None,
        "key_worker": child.key_worker,
        "key_worker_org": link.key_worker_org if child.key_worker == "Y" else None,
        "passport": child.passport,
        "siblings_count": family.children_at_home,
        "other_affected_siblings": child.affected_siblings,
        "first_known_date": child.course.entered,
        "caseload_status": at_census,
        "national_opt_out": child.opt_out,
        "acp_flag": "Y" if any(plan.kind == "ACP" and plan.created <= period.end for plan in link.plans) else "N",
        "phase_colour": phase_word("LUTON", child.course.phase_on(period.end)) if at_census == "A" else None,
    }


def condition_rows(link: Link, period: Period) -> list[Row]:
    illness = link.child.illness
    act, since = illness.act_on(period.end)
    act = link.act or act
    remission = illness.remission if illness.remission and illness.remission <= period.end else None
    shared: Row = {
        "local_patient_id": link.local_id,
        "act_category": act,
        "ll_or_lt": "LT" if illness.threatening else "LL",
        "remission": "Y" if remission else "N",
        "remission_date": remission,
    }
    rows = [{**shared, **_condition(illness.main, 1), "act_category_date": max(since, illness.main.recognised)}]
    known = [condition for condition in illness.further if condition.recognised <= period.end]
    further = [{**shared, **_condition(condition, number)} for number, condition in enumerate(known, 2)]
    return rows + [{**row, "remission": "N", "remission_date": None} for row in further]


def _condition(condition: Condition, number: int) -> Row:
    return {
        "condition_seq": number,
        "is_primary": "Y" if number == 1 else "N",
        "icd10_code": condition.code or None,
        "condition_text": condition.words or None,
        "diagnostic_group": group_of(condition.code) if condition.code else None,
        "recognition_date": condition.recognised,
        "certainty": condition.certainty,
    }
