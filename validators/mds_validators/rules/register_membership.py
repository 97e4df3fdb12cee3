"""The rules of table 103: what other registers know of a child."""

from __future__ import annotations

from mds_validators.rules.rule import Rule, Stage

RULES = (
    Rule(
        "CP103010",
        "record",
        Stage.FIELD,
        "register_membership",
        "{label}: this register is not on the list. Enter {takes}.",
        "Only a register that all providers name alike can be compared with the caseload.",
        at=("register_type",),
        checked_by="field",
        bad={"register_membership": {"register_type": "QOF"}},
        good={"register_membership": {"register_type": "GPP"}},
    ),
    Rule(
        "CP103020",
        "record",
        Stage.XFIELD,
        "register_membership",
        "The check is dated after the period. Correct the date, or send the check with the next return.",
        "A return tells the state up to the last day of its period.",
        at=("as_of_date",),
        where="as_of_date > ret.rp_end",
        bad={"register_membership": {"as_of_date": "2026-07-01"}},
        good={"register_membership": {"as_of_date": "2026-06-30"}},
    ),
    Rule(
        "CP103030Q",
        "warning",
        Stage.XREC,
        "register_membership",
        "{pct}% of the checks against one register were not completed, the first in {others}. "
        "Complete them, or tell us why.",
        "A register that was mostly not looked up says nothing about the children who are missing from it.",
        at=("found",),
        query="""
            SELECT NULL::BIGINT AS row_id, [min(row_id) FILTER (found = 'X')] AS others,
                round(100 * count_if(found = 'X') / count(*))::INTEGER AS pct
            FROM register_membership GROUP BY register_type
            HAVING 2 * count_if(found = 'X') > count(*)
            ORDER BY register_type
        """,
        bad={"register_membership": [{"found": "X"}, {"register_type": "SEN"}]},
        good={"register_membership": [{"found": "X"}, {"as_of_date": "2026-06-16"}]},
    ),
)
