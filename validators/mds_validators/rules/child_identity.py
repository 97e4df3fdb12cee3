"""Rules about who a child is (CP101010 to CP101135Q): its numbers, its dates of birth and of expected delivery."""

from __future__ import annotations

from mds_validators.rules.rule import Rule, Stage

SECOND = {"local_patient_id": "SB002", "nhs_number": "9990000026"}
"""What makes a second child of the example's one."""
UNBORN = {"person_birth_date": "", "expected_delivery_date": "2026-07-20", "sex": "X"}
_CONTENT = "row(*COLUMNS(* EXCLUDE (row_id, src, line)))"
"""Everything that a row says, whichever version it is of."""


def blank(name: str) -> str:
    """Nothing was sent: there is neither a value nor a fault that took it away."""
    return f"""
        child.{name} IS NULL AND child.row_id NOT IN
            (SELECT row_id FROM finding WHERE tbl = 'child' AND field = '{name}' AND row_id IS NOT NULL)
    """


def _sharing(key: str, differing: str = "true") -> str:
    """Children under different local numbers who share `key`. A value filled down a column names only its first ten."""
    return f"""
        SELECT row_id, others FROM (
            SELECT child.row_id,
                [other.row_id FOR other IN rows IF other.local_patient_id <> child.local_patient_id AND {differing}]
                AS others
            FROM child JOIN (
                SELECT {key}, list({{row_id: row_id, local_patient_id: local_patient_id, nhs_number: nhs_number}}
                    ORDER BY row_id)[:10] AS rows
                FROM (
                    SELECT * FROM child SEMI JOIN (SELECT {key} FROM child GROUP BY ALL HAVING count(*) > 1) USING ({key})
                    QUALIFY row_number() OVER (PARTITION BY local_patient_id, nhs_number, {key} ORDER BY row_id) = 1
                )
                GROUP BY {key} HAVING count(DISTINCT local_patient_id) > 1
            ) USING ({key})
        ) WHERE len(others) > 0
    """


RULES = (
    Rule(
        "CP101010",
        "record",
        Stage.FIELD,
        "child",
        "The local number is missing. Enter your own number for this child.",
        "All other rows about a child find it by its local number.",
        at=("local_patient_id",),
        checked_by="field",
        source="as S:CIN-VAL 8500",
        bad={"child": {"local_patient_id": "n/a"}},
        good={"child": {"local_patient_id": "0"}},
    ),
    Rule(
        "CP101020",
        "record",
        Stage.XREC,
        "child",
        "This row and {others} have the same local number but different details. "
        "Keep one, or give each child its own number.",
        "Two rows that claim to be the same child cannot both be right.",
        at=("local_patient_id",),
        query=f"""
            WITH told AS (SELECT row_id, local_patient_id, {_CONTENT} AS content FROM child)
            SELECT row_id, list_filter(rows, lambda other: other <> row_id) AS others
            FROM told JOIN (
                SELECT local_patient_id, list(row_id ORDER BY row_id)[:10] AS rows
                FROM told GROUP BY local_patient_id HAVING count(DISTINCT content) > 1
            ) USING (local_patient_id)
        """,
        source="as S:CIN-VAL 8510",
        bad={"child": [{}, {"passport": ""}]},
        good={"child": [{}, {}]},
    ),
    Rule(
        "CP101025Q",
        "warning",
        Stage.XREC,
        "child",
        "This row is a copy of {others}; one was kept. Take the copy out.",
        "Rows that are pasted twice would be counted twice.",
        at=("local_patient_id",),
        query=f"""
            SELECT row_id, [min(row_id) OVER same] AS others
            FROM (SELECT row_id, local_patient_id, {_CONTENT} AS content FROM child)
            WHERE local_patient_id IS NOT NULL
            WINDOW same AS (PARTITION BY local_patient_id, content)
            QUALIFY row_id > min(row_id) OVER same
        """,
        keeps_first=True,
        bad={"child": [{}, {}]},
        good={"child": [{}, {"passport": ""}]},
    ),
    Rule(
        "CP101030",
        "record",
        Stage.FIELD,
        "child",
        "The NHS number does not have 10 digits. Check it against the child's record.",
        "An NHS number has 10 digits; with fewer or more it belongs to nobody.",
        at=("nhs_number",),
        checked_by="field",
        source="S:DD-NHSNO",
        bad={"child": {"nhs_number": "999 000 001"}},
        good={"child": {"nhs_number": "999\u00a0000-0018.0"}},
    ),
    Rule(
        "CP101035",
        "record",
        Stage.FIELD,
        "child",
        "The spreadsheet has shortened the NHS number. Format the column as text, type the number again and resend.",
        "A number such as 9.99E+09 has lost digits that cannot be found again.",
        at=("nhs_number",),
        checked_by="field",
        bad={"child": {"nhs_number": "9.99E+09"}},
        good={"child": {"nhs_number": "9.990000018E+09"}},
    ),
    Rule(
        "CP101040",
        "record",
        Stage.FIELD,
        "child",
        "The check digit of the NHS number does not fit. One or more digits are probably mistyped: check each one.",
        "The last digit checks the others (modulus 11), so a slip is found before it joins two children.",
        at=("nhs_number",),
        checked_by="field",
        source="S:DD-NHSNO",
        bad={"child": {"nhs_number": "9990000019"}},
        good={"child": {"nhs_number": "9990000050"}},
    ),
    Rule(
        "CP101045",
        "record",
        Stage.FIELD,
        "child",
        "The NHS number looks like a filler. Enter the real number, or leave it blank and give its status.",
        "Ten equal digits pass the check digit, but are typed to get past a form and would join many children.",
        at=("nhs_number",),
        checked_by="field",
        source="all ten repeated-digit numbers pass modulus 11 [CALC]",
        bad={"child": {"nhs_number": "9876543210"}},
        good={"child": {"nhs_number": "9990000999"}},
    ),
    Rule(
        "CP101050",
        "record",
        Stage.FIELD,
        "child",
        "This NHS number is from a range that is kept for testing or was never issued. Enter the child's own number.",
        "Test numbers must not reach live counts, where several children may share one.",
        at=("nhs_number",),
        where="ret.live_or_test = 'L' AND left(nhs_number, 1) IN ('5', '8', '9')",
        source="ranges S:NHSN-PKG, NHSN-RS",
        bad={"header": {"live_or_test": "L"}},
        good={"header": {"live_or_test": "L"}, "child": {"nhs_number": "0000000019"}},
    ),
    Rule(
        "CP101055Q",
        "warning",
        Stage.FIELD,
        "child",
        "This NHS number is from the Scottish, Northern Irish or newest range. Check that it is this child's.",
        "Most children in England have a number from another range, so this one is often mistyped.",
        at=("nhs_number",),
        where="left(nhs_number, 1) IN ('0', '1', '2', '3')",
        source="sources disagree on 3xx: S:NHSN-PKG says Northern Ireland, S:NHSN-RS says also England",
        bad={"child": {"nhs_number": "0000000019"}},
        good={"child": {"nhs_number": "5000000005"}},
    ),
    Rule(
        "CP101060",
        "record",
        Stage.FIELD,
        "child",
        "The NHS number status is missing or not on the list. Enter 01 to 08.",
        "The status says how far the NHS number can be trusted.",
        at=("nhs_number_status",),
        checked_by="field",
        bad={"child": {"nhs_number_status": "09"}},
        good={"child": {"nhs_number_status": "02"}},
    ),
    Rule(
        "CP101062Q",
        "warning",
        Stage.FIELD,
        "child",
        "A leading zero was missing from the NHS number status and was put back. Format the column as text to keep it.",
        "Spreadsheets take zeros off codes; the sender should know what was repaired.",
        at=("nhs_number_status",),
        checked_by="field",
        source="S:GECKO",
        bad={"child": {"nhs_number_status": "1"}},
        good={"child": {"nhs_number_status": "01"}},
    ),
    Rule(
        "CP101065",
        "record",
        Stage.XFIELD,
        "child",
        "The NHS number and its status do not agree. Statuses 01 and 02 need a number; with 07 and 08 there is none.",
        "One of the two is wrong, and linking children rests on both.",
        at=("nhs_number_status", "nhs_number"),
        where="""
            (nhs_number IS NULL AND nhs_number_status IN ('01', '02'))
            OR (nhs_number IS NOT NULL AND nhs_number_status IN ('07', '08'))
        """,
        bad={"child": {"nhs_number_status": "07"}},
        good={"child": {"nhs_number": "", "nhs_number_status": "03"}},
    ),
    Rule(
        "CP101070Q",
        "warning",
        Stage.FIELD,
        "child",
        "There is no NHS number. Trace it before the next return.",
        "Without a number the child cannot be found again at another provider.",
        at=("nhs_number",),
        where=f"{blank('nhs_number')} AND nhs_number_status NOT IN ('07', '08')",
        bad={"child": {"nhs_number": "", "nhs_number_status": "06"}},
        good={
            "child": [{"nhs_number": "", "nhs_number_status": "07"}, {"local_patient_id": "SB002", "nhs_number": "9"}]
        },
    ),
    Rule(
        "CP101080",
        "record",
        Stage.XREC,
        "child",
        "This NHS number is also used for another child (see {others}). Check both records and correct the wrong one.",
        "Two children under one number would be joined into one, with each other's care.",
        at=("nhs_number",),
        query=_sharing("nhs_number"),
        source="reporting duty S:NHSN-STD",
        bad={"child": [{}, {"local_patient_id": "SB002"}]},
        good={"child": [{}, {}, {"local_patient_id": "SB002", "nhs_number": ""}]},
    ),
    Rule(
        "CP101085Q",
        "warning",
        Stage.XFIELD,
        "child",
        "Status 08 (trace postponed) is only for babies under six weeks. Trace the number and give its new status.",
        "After six weeks a baby has an NHS number that can be traced.",
        at=("nhs_number_status", "person_birth_date"),
        where="nhs_number_status = '08' AND ret.rp_end - person_birth_date > 42",
        source="S:DD-NNSI",
        bad={"child": {"nhs_number": "", "nhs_number_status": "08", "person_birth_date": "2026-05-18"}},
        good={"child": {"nhs_number": "", "nhs_number_status": "08", "person_birth_date": "2026-05-19"}},
    ),
    Rule(
        "CP101090Q",
        "warning",
        Stage.XREC,
        "child",
        "This child shares date of birth, sex and postcode with {others}. Check whether they are twins, "
        "or one child entered twice.",
        "One child under two local numbers would be counted twice.",
        at=("person_birth_date", "sex", "postcode"),
        # Blank numbers are not a shared number: a child entered twice often has its number once.
        query=_sharing("person_birth_date, sex, postcode", "coalesce(other.nhs_number <> child.nhs_number, true)"),
        bad={"child": [{}, {"local_patient_id": "SB002", "nhs_number": "", "nhs_number_status": "03"}]},
        good={"child": [{"postcode": ""}, {**SECOND, "postcode": ""}]},
    ),
    Rule(
        "CP101100",
        "record",
        Stage.XFIELD,
        "child",
        "Give either a date of birth or an expected date of delivery: one of them, not both.",
        "A child is born or not yet born, and its age and scope follow from that.",
        at=("person_birth_date", "expected_delivery_date"),
        where="(person_birth_date IS NULL) = (expected_delivery_date IS NULL)",
        source="as S:CIN-VAL 8525Q",
        bad={"child": {"expected_delivery_date": "2026-07-20"}},
        good={"child": UNBORN},
    ),
    Rule(
        "CP101110",
        "record",
        Stage.FIELD,
        "child",
        "The date of birth cannot be read as a date. Use DD/MM/YYYY or YYYY-MM-DD.",
        "Age, scope and the key of a child without an NHS number come from the date of birth.",
        at=("person_birth_date",),
        checked_by="field",
        bad={"child": {"person_birth_date": "31/04/2018"}},
        good={"child": {"person_birth_date": "30.4.18"}},
    ),
    Rule(
        "CP101115Q",
        "warning",
        Stage.FIELD,
        "child",
        "The day and the month of this date of birth could be swapped, and other dates of the column have the month "
        "first. It was read day first: check it.",
        "A column of mixed dates comes from joining two exports, and some of its dates are then read wrongly.",
        at=("person_birth_date",),
        checked_by="field",
        bad={
            "child": [
                {"person_birth_date": "05/04/2018"},
                {**SECOND, "person_birth_date": "05/14/2018"},
                {"local_patient_id": "SB003", "nhs_number": "9990000034", "person_birth_date": "14/05/2018"},
            ]
        },
        good={"child": [{"person_birth_date": "05/04/2018"}, {**SECOND, "person_birth_date": "14/05/2018"}]},
    ),
    Rule(
        "CP101120",
        "record",
        Stage.XFIELD,
        "child",
        "The date of birth is after the end of the period. Check it, or give an expected date of delivery instead.",
        "A child who was not born in the period has no date of birth in it.",
        at=("person_birth_date",),
        where="person_birth_date > ret.rp_end",
        source="as S:CIN-VAL 8520",
        bad={"child": {"person_birth_date": "2026-07-01"}},
        good={"child": {"person_birth_date": "2026-06-30"}},
    ),
    Rule(
        "CP101125Q",
        "warning",
        Stage.XFIELD,
        "child",
        "The expected date of delivery is over 3 weeks before the period or over 42 weeks after it. Check the year, "
        "or give the date of birth.",
        "No pregnancy lasts so long that such a date could be right.",
        at=("expected_delivery_date",),
        where="expected_delivery_date < ret.rp_start - 21 OR expected_delivery_date > ret.rp_end + 294",
        source="as S:CIN-VAL 8530Q",
        bad={"child": {**UNBORN, "expected_delivery_date": "2026-03-10"}},
        good={"child": {**UNBORN, "expected_delivery_date": "2026-03-11"}},
    ),
    Rule(
        "CP101130",
        "record",
        Stage.XFIELD,
        "child",
        "This person was past the upper age before the period started and is outside this data set. "
        "Check the date of birth, or take the row out.",
        "The data set ends at the 26th birthday (in version 1.0 at the 20th).",
        at=("person_birth_date",),
        where="""
            birthday(person_birth_date, CASE WHEN ret.schema_version = '1.0' THEN 20 ELSE 26 END) <= ret.rp_start
        """,
        source="upper age S:S2 (0-25); as S:CIN-VAL 8775Q",
        bad={"child": {"person_birth_date": "2000-04-01"}},
        good={"child": {"person_birth_date": "2000-04-02"}},
    ),
    Rule(
        "CP101135Q",
        "warning",
        Stage.XFIELD,
        "child",
        "The main condition was recognised on or after the 18th birthday. Check the dates, and whether this person "
        "belongs in this data set.",
        "The data set is about conditions of childhood, also where the person has grown up.",
        at=("person_birth_date",),
        query="""
            SELECT row_id FROM child SEMI JOIN condition ON condition.local_patient_id = child.local_patient_id
                AND is_primary = 'Y' AND recognition_date >= birthday(person_birth_date, 18)
        """,
        source="S:BROOK-DELPHI",
        bad={"child": {"person_birth_date": "2003-09-01"}},
        good={"child": {"person_birth_date": "2003-09-02"}},
    ),
)
