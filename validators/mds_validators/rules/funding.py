"""The rules of table 201 on who pays for an episode and on the packages of care that are agreed."""

from __future__ import annotations

from mds_validators.rules.rule import Rule, Stage

_ICB_CODE = "regexp_full_match(commissioner_code, 'Q[A-Z0-9]{2}') AND commissioner_code <> 'Q99'"
"""SQL: the shape of a board's code; Q99 has it too, but stands for a commissioner that is not known."""

RULES = (
    Rule(
        "CP201190",
        "record",
        Stage.REF,
        "referral",
        "This commissioner did not exist on the date of referral. Enter the commissioner of that day (PCT to March "
        "2013, CCG to June 2022, then ICB), or correct the date.",
        "Costs and activity go to the body that paid on the day, and from there to its successor.",
        at=("commissioner_code", "referral_date"),
        query=f"""
            SELECT row_id FROM referral
            ANTI JOIN commissioners AS listed ON listed.code = commissioner_code
                AND (listed.valid_from IS NULL OR listed.valid_from <= referral_date)
                AND (listed.valid_to IS NULL OR listed.valid_to >= referral_date)
            WHERE commissioner_code IN (SELECT code FROM commissioners)
                OR (regexp_full_match(commissioner_code, '5[A-Z0-9]{{2}}') AND referral_date >= DATE '2013-04-01')
                OR ({_ICB_CODE} AND referral_date < DATE '2022-07-01')
        """,
        needs=("commissioners",),
        source="CCG to ICB switch-over S:DPS-MODEL; exact dates M",
        bad={"referral": {"commissioner_code": "M1J4Y", "referral_date": "2022-07-01"}},
        good={"referral": {"commissioner_code": "M1J4Y", "referral_date": "2022-06-30"}},
    ),
    Rule(
        "CP201195Q",
        "warning",
        Stage.REF,
        "referral",
        "No integrated care board with this code is known. Check the code; if the board is new, tell us so.",
        "A code with a slip in it sends the activity and its costs to a board that does not exist.",
        at=("commissioner_code",),
        query=f"""
            SELECT row_id FROM referral ANTI JOIN commissioners AS listed ON listed.code = commissioner_code
            WHERE {_ICB_CODE} AND referral_date >= DATE '2022-07-01'
        """,
        needs=("commissioners",),
        source="the 42 boards of 2023 S:NCL-ICB; boards have merged since, so it asks",
        bad={"referral": {"commissioner_code": "QQQ"}},
        good={"referral": {"commissioner_code": "Q99"}},
    ),
    Rule(
        "CP201200Q",
        "warning",
        Stage.XFIELD,
        "referral",
        "Less than four fifths of the assessed hours were delivered. Check both figures, or tell us why.",
        "Packages that are agreed but not given are one of the needs the data set is to show.",
        at=("delivered_hours_week", "assessed_hours_week"),
        where="delivered_hours_week < 0.8 * assessed_hours_week",
        source="need S:S4",
        bad={"referral": {"delivered_hours_week": "7.9"}},
        good={"referral": {"delivered_hours_week": "8"}},
    ),
    Rule(
        "CP201210",
        "record",
        Stage.XFIELD,
        "referral",
        "The continuing care package started before it was applied for. Correct one of the two dates.",
        "The wait from application to package cannot be negative.",
        at=("cc_package_date", "cc_application_date"),
        where="cc_package_date < cc_application_date",
        bad={"referral": {"cc_package_date": "2024-02-29"}},
        good={"referral": {"cc_package_date": "2024-03-01"}},
    ),
)
