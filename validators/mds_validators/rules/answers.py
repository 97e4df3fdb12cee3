"""Rules on counts of children, experience, standards and commissioners (specification 4.12)."""

from __future__ import annotations

from mds_schemas.versions import LATEST
from mds_validators.rules.rule import Rule, Stage
from mds_validators.rules.services import of_the_sender

_ANSWERS = "n1 + n2 + n3 + n4 + n5 + n8"

_PHASES = ("phase_stable", "phase_unstable", "phase_deteriorating", "phase_terminal", "phase_not_assessed")


def _all_in_the_first(breakdown: str, total: str) -> dict[str, str]:
    columns = LATEST.tables["aggregate_caseload"].columns()
    first, *others = (name for name in columns if name.startswith(f"{breakdown}_"))
    return {first: total, **dict.fromkeys(others, "0")}


RULES = (
    of_the_sender("CPQ11205", "standards"),
    Rule(
        "CPQ10910",
        "record",
        Stage.XFIELD,
        "aggregate_caseload",
        "New, continuing and re-referred children do not add to the total. Correct one of the four.",
        "The total is what other figures are compared with.",
        at=("total_children",),
        where="total_children <> new_children + continuing_children + rereferred_children",
        source="S:NCPC-MDS 4.1",
        bad={"aggregate_caseload": {"new_children": "4"}},
        good={"aggregate_caseload": {"new_children": "4", "continuing_children": "7"}},
    ),
    Rule(
        "CPQ10915",
        "record",
        Stage.XFIELD,
        "aggregate_caseload",
        "A breakdown (by age, sex, ACT category or ethnic group) does not add to the total. Correct it, with those not known.",
        "Parts that do not make the whole cannot be compared.",
        at=("total_children",),
        # The columns are found by their names, because those by ethnic category differ between versions. A breakdown
        # that was sent in part is wrong only where it is more than the total.
        query="""
            SELECT DISTINCT row_id FROM (
                SELECT row_id, total_children, unnest([by_age, by_sex, by_act, by_ethnic]) AS sent FROM (
                    SELECT row_id, total_children, [*COLUMNS('^age_')] AS by_age, [*COLUMNS('^sex_')] AS by_sex,
                        [*COLUMNS('^act_')] AS by_act, [*COLUMNS('^ethnic_')] AS by_ethnic
                    FROM aggregate_caseload
                )
            )
            WHERE total_children < list_sum(sent)
                OR total_children <> list_sum(sent) AND list_count(sent) = len(sent)
        """,
        source="S:NCPC-MDS (totals must equal)",
        bad={"aggregate_caseload": {"ethnic_99": "1"}},
        good={"aggregate_caseload": {"ethnic_99": "", "ethnic_wbri": ""}},
    ),
    Rule(
        "CPQ10925Q",
        "warning",
        Stage.XFIELD,
        "aggregate_caseload",
        "The children by phase (stable to not assessed) are more than all children of the period. Correct them, or the total.",
        "The phases are those of the active caseload at the end of the period, which is a part of all children of the period.",
        at=("total_children",),
        where=f"total_children < {' + '.join(f'coalesce({name}, 0)' for name in _PHASES)}",
        bad={"aggregate_caseload": {"phase_stable": "99"}},
        good={"aggregate_caseload": {"phase_stable": "2", "bereaved_families": "99"}},
    ),
    Rule(
        "CPQ10920Q",
        "warning",
        Stage.XTAB,
        "aggregate_caseload",
        "The total differs by more than 2 children and by more than 5% from the children whose rows you sent for this service "
        "(rows for {n} children). Check both.",
        "The two ways of counting should meet, so that either can be trusted.",
        at=("total_children",),
        query="""
            SELECT a.row_id, n FROM aggregate_caseload AS a JOIN (
                SELECT service_id, count(DISTINCT local_patient_id) AS n FROM referral CROSS JOIN ret
                WHERE episode_start <= ret.rp_end AND coalesce(episode_end >= ret.rp_start, true) GROUP BY service_id
            ) USING (service_id)
            WHERE abs(total_children - n) > 2 AND abs(total_children - n) > 0.05 * n
        """,
        versions=("2.0",),
        bad={"aggregate_caseload": {"total_children": "12"}},
        good={
            "aggregate_caseload": {
                "new_children": "3",
                "continuing_children": "0",
                "rereferred_children": "0",
                "total_children": "3",
                **_all_in_the_first("age", "3"),
                **_all_in_the_first("sex", "3"),
                **_all_in_the_first("act", "3"),
                **_all_in_the_first("ethnic", "3"),
            }
        },
    ),
    Rule(
        "CPQ11010",
        "record",
        Stage.XFIELD,
        "user_experience",
        "The answers do not add to the number who answered. Correct one of them.",
        "Shares are worked out of those who answered.",
        at=("responses",),
        where=f"responses <> {_ANSWERS}",
        bad={"user_experience": {"n8": "1"}},
        good={"user_experience": {"n8": "1", "n1": "5"}},
    ),
    Rule(
        "CPQ11020",
        "record",
        Stage.XFIELD,
        "user_experience",
        "More people answered than were asked. Correct one of the two numbers.",
        "The share of those asked who answered says how far the result can be trusted.",
        at=("responses", "invited"),
        where="responses > invited",
        bad={"user_experience": {"invited": "11"}},
        good={"user_experience": {"invited": "12"}},
    ),
    Rule(
        "CPQ11030Q",
        "warning",
        Stage.XFIELD,
        "user_experience",
        "Fewer than 10 people answered, so this result is not shown on its own. Nothing has to be done.",
        "Few answers can tell who gave them.",
        at=("responses",),
        where="responses < 10",
        bad={"user_experience": {"responses": "9", "n1": "3"}},
        good={"user_experience": {"responses": "10", "n1": "4"}},
    ),
    Rule(
        "CPQ11110",
        "record",
        Stage.XFIELD,
        "staff_experience",
        "The answers do not add to the number who answered. Correct one of them.",
        "As for families: shares are worked out of those who answered.",
        at=("responses",),
        where=f"responses <> {_ANSWERS}",
        versions=("2.0",),
        bad={"staff_experience": {"n8": "1"}},
        good={"staff_experience": {"n8": "1", "n1": "5"}},
    ),
    Rule(
        "CPQ11210",
        "record",
        Stage.FIELD,
        "standards",
        "There is no standard of this number. Enter {takes}.",
        "Each of the frameworks has six standards.",
        at=("standard_no",),
        checked_by="field",
        bad={"standards": {"standard_no": "7"}},
        good={"standards": {"standard_no": "6"}},
    ),
    Rule(
        "CPQ11310Q",
        "warning",
        Stage.XTAB,
        "commissioner",
        "The spending differs by more than a tenth from what the providers of the network say they received. Ask them.",
        "Two sides of one payment should agree.",
        at=("hospice_spend_gbp",),
        query="""
            SELECT row_id FROM commissioner JOIN network_income USING (commissioner_code)
            WHERE abs(hospice_spend_gbp - amount_gbp) > 0.1 * amount_gbp
        """,
        needs=("network",),
        versions=("2.0",),
        bad={"commissioner": {}, "network_income": [("QHG", 278000)]},
        good={"commissioner": {}, "network_income": [("QHG", 275000)]},
    ),
)
