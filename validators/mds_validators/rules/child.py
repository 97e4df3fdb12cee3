"""Rules about the children (CP101…). One long module, as every table has one and this table has most rules."""

from __future__ import annotations

from mds_schemas import codes
from mds_validators.rules.rule import Rule, Stage

_SECOND = {"local_patient_id": "SB002", "nhs_number": "9990000026"}
"""What makes a second child of the example's one."""

_UNBORN = {"person_birth_date": "", "expected_delivery_date": "2026-07-20", "sex": "X"}

_CONTENT = "row(*COLUMNS(* EXCLUDE (row_id, src, line)))"
"""Everything that a row says, whichever version it is of."""

_NO_PRACTICE = "('V81997', 'V81998', 'V81999')"
"""National codes for no registered practice, not applicable and not known (DD-ORG)."""

_OLD_ETHNIC = ", ".join(f"'{old}': '{new}'" for old, new in codes.mapping("CL06_to_CL07").items())


def _blank(name: str) -> str:
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


def _ethnic(row: str) -> str:
    """The ethnic category in the codes of the latest version."""
    return f"coalesce(MAP {{{_OLD_ETHNIC}}}[{row}.ethnic_category], {row}.ethnic_category)"


def _round_dates(chosen: str, chance: float) -> str:
    """So many births on the `chosen` days, each with a `chance`, that luck will not do: 3 standard deviations more."""
    return (
        f"(count({chosen}) >= 3 AND 100 * count({chosen}) > 5 * count(*)"
        f" AND count({chosen}) > count(*) * {chance} + 3 * sqrt(count(*) * {chance * (1 - chance)}))"
    )


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
        where=f"{_blank('nhs_number')} AND nhs_number_status NOT IN ('07', '08')",
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
        good={"child": [{"postcode": ""}, {**_SECOND, "postcode": ""}]},
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
        good={"child": _UNBORN},
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
                {**_SECOND, "person_birth_date": "05/14/2018"},
                {"local_patient_id": "SB003", "nhs_number": "9990000034", "person_birth_date": "14/05/2018"},
            ]
        },
        good={"child": [{"person_birth_date": "05/04/2018"}, {**_SECOND, "person_birth_date": "14/05/2018"}]},
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
        bad={"child": {**_UNBORN, "expected_delivery_date": "2026-03-10"}},
        good={"child": {**_UNBORN, "expected_delivery_date": "2026-03-11"}},
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
    Rule(
        "CP101140",
        "record",
        Stage.FIELD,
        "child",
        "The sex is missing or not on the list. Enter 1 (male), 2 (female), 9 (indeterminate) or X (not known).",
        "Sex is part of every comparison of need and access.",
        at=("sex",),
        checked_by="field",
        source="as S:CIN-VAL 4180",
        bad={"child": {"sex": "3"}},
        good={"child": {"sex": "F"}},
    ),
    Rule(
        "CP101145Q",
        "warning",
        Stage.XREC,
        "child",
        "More than 2% of the children have no sex recorded ({n}, {pct}%). Fill in what your records hold.",
        "When sex is missing for many children, no comparison by sex can be trusted.",
        at=("sex",),
        # The unborn are left out, as CP101147Q asks for X.
        query="""
            SELECT NULL AS row_id, count(*) FILTER (sex = 'X') AS n, round(100.0 * n / count(*))::INTEGER AS pct
            FROM child WHERE expected_delivery_date IS NULL
            HAVING n > 2 AND 100 * n > 2 * count(*)
        """,
        source="as S:CIN-VAL 2886Q",
        bad={"child": [{"local_patient_id": f"SB00{number}", "sex": "X"} for number in (1, 2, 3)]},
        good={
            "child": [
                {"sex": "X"},
                {**_SECOND, "sex": "X"},
                {"local_patient_id": "SB003", "nhs_number": "9990000034", **_UNBORN},
            ]
        },
    ),
    Rule(
        "CP101147Q",
        "warning",
        Stage.XFIELD,
        "child",
        "This baby is not yet born, so enter X (not known) as the sex.",
        "Sex is recorded at birth.",
        at=("sex", "expected_delivery_date"),
        where="expected_delivery_date IS NOT NULL AND person_birth_date IS NULL AND sex <> 'X'",
        source="as S:CIN-VAL 8750",
        bad={"child": {**_UNBORN, "sex": "9"}},
        good={"child": _UNBORN},
    ),
    Rule(
        "CP101150",
        "record",
        Stage.FIELD,
        "child",
        "The ethnic category is missing or not on the list. Enter {takes}; 99 means not known and Z not stated.",
        "Whether all groups reach the services can be seen only from one list of groups.",
        at=("ethnic_category",),
        checked_by="field",
        source="as S:CIN-VAL 4220",
        bad={"child": {"ethnic_category": "Q"}},
        good={"child": {"ethnic_category": "J1"}},
    ),
    Rule(
        "CP101152Q",
        "warning",
        Stage.FIELD,
        "child",
        "This ethnic category is from the old list and was read as the nearest of the new list. Use the new list.",
        "The old list has no code of its own for some groups, so they vanish in others.",
        at=("ethnic_category",),
        checked_by="field",
        versions=("2.0",),
        source="retired-code warnings as S:CIN-VAL 8945Q",
        bad={"child": {"ethnic_category": "J"}},
        good={"child": {"ethnic_category": "Z"}},
    ),
    Rule(
        "CP101155Q",
        "warning",
        Stage.XREC,
        "child",
        "The ethnic category is not stated or not known for {pct}% of the children, so we cannot report equality of "
        "access. Ask the families.",
        "When it is missing for many children, nobody can see which groups are not reached.",
        at=("ethnic_category",),
        query="""
            SELECT NULL AS row_id, count(*) FILTER (ethnic_category IN ('Z', '99')) AS n,
                round(100.0 * n / count(*))::INTEGER AS pct
            FROM child HAVING 100 * n > 10 * count(*)
        """,
        source="need S:S3 8.3",
        bad={
            "child": [{"ethnic_category": "99" if n == 1 else "WBRI", "local_patient_id": f"SB{n}"} for n in range(9)]
        },
        good={
            "child": [{"ethnic_category": "99" if n == 1 else "WBRI", "local_patient_id": f"SB{n}"} for n in range(10)]
        },
    ),
    Rule(
        "CP101160",
        "record",
        Stage.FIELD,
        "child",
        "This is not a whole postcode. Enter it as it stands on a letter, such as LU1 1AA, or leave it blank.",
        "The area in which a child is counted comes from the postcode.",
        at=("postcode",),
        checked_by="field",
        source="S:DD-PC",
        bad={"child": {"postcode": "ZX1"}},
        good={"child": {"postcode": "zx11aa"}},
    ),
    Rule(
        "CP101165Q",
        "warning",
        Stage.REF,
        "child",
        "The postcode directory does not list this postcode for the end of the period. Check it with the family.",
        "A postcode that is not in use leads to no area, or to an old one.",
        at=("postcode",),
        query="""
            SELECT row_id FROM child ANTI JOIN (
                SELECT postcode FROM postcodes, ret
                WHERE coalesce(valid_from <= rp_end, true) AND coalesce(valid_to >= rp_end, true)
            ) USING (postcode)
            WHERE postcode IS NOT NULL AND NOT starts_with(postcode, 'ZZ99')
        """,
        needs=("postcodes",),
        bad={"child": {"postcode": "ZX9 9ZZ"}},
        good={"child": [{"postcode": "ZZ99 3VZ"}, {**_SECOND, "postcode": ""}]},
    ),
    Rule(
        "CP101167Q",
        "warning",
        Stage.FIELD,
        "child",
        "A code for no fixed address or an address abroad was used. If the child has a home here, enter its postcode.",
        "Such a code is right for a few children and is otherwise typed to get past a form.",
        at=("postcode",),
        checked_by="field",
        source="S:DD-PC",
        bad={"child": {"postcode": "ZZ99 3VZ"}},
        good={"child": {"postcode": "ZX9 9ZZ"}},
    ),
    Rule(
        "CP101170Q",
        "warning",
        Stage.FIELD,
        "child",
        "There is no postcode, so the area of the home cannot be worked out. Enter the postcode of the usual address.",
        "A child without an area is missing from every local count.",
        at=("postcode",),
        where=_blank("postcode"),
        bad={"child": {"postcode": ""}},
        good={"child": {"postcode": "ZX1"}},
    ),
    Rule(
        "CP101175Q",
        "warning",
        Stage.REF,
        "child",
        "This child lives outside the areas that you told us you serve. Check the postcode, or add the area to your "
        "service questionnaire.",
        "The map of services is wrong when providers serve areas that they did not name.",
        at=("postcode", "lad_code"),
        # An area that was sent in place of a postcode counts as well. A provider that named no areas is not asked.
        query="""
            SELECT row_id FROM child
            ANTI JOIN (SELECT unnest(areas_served) AS lad_code FROM known_service) USING (lad_code)
            WHERE lad_code IS NOT NULL AND EXISTS (SELECT 1 FROM known_service WHERE len(areas_served) > 0)
        """,
        needs=("questionnaire",),
        bad={"child": {"postcode": "ZX1 1AB"}},
        good={
            "child": {"postcode": "ZX1 1AB"},
            "questionnaire": {"service": [("S1", ["E09999901"], 0, 25), ("S2", ["E09999902"], 0, 25)]},
        },
    ),
    Rule(
        "CP101180Q",
        "warning",
        Stage.REF,
        "child",
        "The GP practice was not found. Enter its code, a letter and 5 digits, or V81999 when it is not known.",
        "The commissioner of a child's care follows from the practice.",
        at=("gp_practice_code",),
        # The shape is checked by the reader of the field, here is the rest.
        query=f"""
            SELECT row_id FROM child ANTI JOIN (
                SELECT practice_code AS gp_practice_code FROM practices, ret
                WHERE coalesce(open_from <= reference_date, true) AND coalesce(open_to >= reference_date, true)
            ) USING (gp_practice_code)
            WHERE gp_practice_code NOT IN {_NO_PRACTICE}
        """,
        needs=("practices",),
        source="shape S:NCL-MESSY",
        bad={"child": {"gp_practice_code": "Y99002"}},
        good={"child": [{"gp_practice_code": "V81999"}, {**_SECOND, "gp_practice_code": ""}]},
    ),
    Rule(
        "CP101190Q",
        "warning",
        Stage.XFIELD,
        "child",
        '"None" (NN) or "not stated" (ZZ) cannot stand beside a disability. Keep one or the other.',
        "A child has no disabilities, or has some; the two cannot both be counted.",
        at=("disability_codes",),
        where="""
            len(list_distinct(disability_codes)) > 1
            AND (list_contains(disability_codes, 'NN') OR list_contains(disability_codes, 'ZZ'))
        """,
        source="as S:CIN-VAL 8790",
        bad={"child": {"disability_codes": "04;NN"}},
        good={"child": [{"disability_codes": "NN"}, {**_SECOND, "disability_codes": "04;XX"}]},
    ),
    Rule(
        "CP101195",
        "record",
        Stage.XREC,
        "child",
        "A disability is listed twice. List each one once.",
        "A code that stands twice is often a slip for another one.",
        at=("disability_codes",),
        where="len(disability_codes) > len(list_distinct(disability_codes))",
        source="as S:CIN-VAL 8794",
        bad={"child": {"disability_codes": "04;05;04"}},
        good={"child": {"disability_codes": "04;05;08"}},
    ),
    Rule(
        "CP101200",
        "record",
        Stage.FIELD,
        "child",
        "This child has an opt-out, so the row must not be sent and was left out here. Take it out of the return.",
        "An opt-out keeps the child's record with the provider.",
        at=("national_opt_out",),
        where="national_opt_out = 'Y'",
        source="S:NDOO (applies unless the legal basis says otherwise)",
        bad={"child": {"national_opt_out": "Y"}},
        good={"child": [{"national_opt_out": "X"}, {**_SECOND, "national_opt_out": ""}]},
    ),
    Rule(
        "CP101210Q",
        "warning",
        Stage.XFIELD,
        "child",
        "No key worker is recorded for this child on the caseload. Name one and enter Y, or D if the family declined.",
        "Every child on the caseload should have one named person who co-ordinates the care.",
        at=("key_worker",),
        # A blank counts: it is the usual way of having none recorded.
        where="caseload_status = 'A' AND coalesce(key_worker, '') NOT IN ('Y', 'D')",
        source="S:S1",
        bad={"child": {"key_worker": ""}},
        good={"child": [{"key_worker": "D"}, {**_SECOND, "key_worker": "N", "caseload_status": "P"}]},
    ),
    Rule(
        "CP101215",
        "record",
        Stage.XFIELD,
        "child",
        "This child is marked as died, but there is no row for the death. Add it to the table of deaths, "
        "or correct the status.",
        "Place and circumstances of a death are the heart of the end of life figures.",
        at=("caseload_status",),
        query="SELECT row_id FROM child ANTI JOIN sent_death USING (local_patient_id) WHERE caseload_status = 'X'",
        source="as S:CIN-VAL 8585Q",
        bad={"child": {"caseload_status": "X"}},
        good={"child": {"caseload_status": "X"}, "death": {"death_date": ""}},
    ),
    Rule(
        "CP101220",
        "record",
        Stage.XTAB,
        "child",
        "This child is on the caseload, but has no accepted referral that is open on the census date. "
        "Add the referral, or correct the status.",
        "A child is on the caseload because a service is responsible for it.",
        at=("caseload_status",),
        # A referral as sent counts, and so does one whose outcome or dates could not be read: it has its own finding.
        query="""
            SELECT row_id FROM child ANTI JOIN (
                SELECT local_patient_id FROM sent_referral, ret
                WHERE coalesce(referral_outcome = 'A', true)
                    AND coalesce(episode_start <= ret.reference_date, true)
                    AND coalesce(episode_end >= ret.reference_date, true)
            ) USING (local_patient_id)
            WHERE caseload_status = 'A'
        """,
        source="as S:CIN-VAL 8590",
        bad={"referral": {"episode_end": "2026-06-29", "episode_end_reason": "04"}},
        good={"referral": {"episode_end": "2026-06-30", "episode_end_reason": "04", "service_id": ""}},
    ),
    Rule(
        "CP101225",
        "record",
        Stage.XTAB,
        "child",
        "Nothing else in the return refers to this child. Add its referral, or check the local number in both tables.",
        "A child without any care is a leftover, or its other rows carry a different local number.",
        at=("local_patient_id",),
        # Contacts, phases and short breaks refer by way of the referral. Every table but the conditions counts, more
        # than the specification names, so that the message is true. `all_` tables are there in every version.
        query="""
            SELECT row_id FROM child ANTI JOIN (
                SELECT local_patient_id FROM all_referral
                UNION ALL SELECT local_patient_id FROM all_register_membership
                UNION ALL SELECT local_patient_id FROM all_admission
                UNION ALL SELECT local_patient_id FROM all_care_plan
                UNION ALL SELECT local_patient_id FROM all_transition
                UNION ALL SELECT local_patient_id FROM all_equipment_request
                UNION ALL SELECT local_patient_id FROM all_death
                UNION ALL SELECT local_patient_id FROM all_bereavement
                UNION ALL SELECT local_patient_id FROM all_perinatal
            ) USING (local_patient_id)
        """,
        bad={
            "child": [{}, {**_SECOND, "caseload_status": "D"}],
            "condition": [{}, {"local_patient_id": "SB002"}],
        },
        good={
            "child": [{}, {**_SECOND, "caseload_status": "D"}],
            "condition": [{}, {"local_patient_id": "SB002"}],
            "register_membership": [{}, {"local_patient_id": "SB002", "found": ""}],
        },
    ),
    Rule(
        "CP101230Q",
        "warning",
        Stage.PREV,
        "child",
        "{what}: this differs from your last accepted return. Check which one is right.",
        "What does not change in a child should not change in its record; the number may stand for another child.",
        # No `at`: what differs is named in the message, and may be any of three. The sex of a baby who was not yet born
        # last time had to be X.
        query=f"""
            SELECT row_id, what FROM (
                SELECT child.row_id, unnest([
                    CASE WHEN child.sex <> earlier.sex AND earlier.person_birth_date IS NOT NULL THEN 'Sex' END,
                    CASE WHEN child.person_birth_date <> earlier.person_birth_date THEN 'Date of birth' END,
                    CASE WHEN {_ethnic("child")} <> {_ethnic("earlier")} THEN 'Ethnic category' END
                ]) AS what
                FROM child JOIN previous_child AS earlier ON earlier.local_patient_id = child.local_patient_id
            ) WHERE what IS NOT NULL
        """,
        needs=("previous",),
        bad={"previous": {"child": {"sex": "2"}}},
        good={"previous": {"child": _UNBORN}},
    ),
    Rule(
        "CP101240Q",
        "warning",
        Stage.PREV,
        "child",
        "Some children were on your caseload last time and are missing now ({n}), with no end of care, death or "
        "transfer. Add them, or send how their care ended.",
        "A child who drops out of a return without a word is lost to every count of need.",
        at=("local_patient_id",),
        # One finding with a number, as there is no row to mark. A child who is back under another local number is here.
        # An end in the return before counts when it came after the census date.
        query="""
            SELECT NULL AS row_id, count(*) AS n
            FROM (SELECT local_patient_id, nhs_number FROM previous_child WHERE caseload_status = 'A') AS earlier
            ANTI JOIN sent_child AS present ON present.local_patient_id = earlier.local_patient_id
            ANTI JOIN sent_child AS renumbered ON renumbered.nhs_number = earlier.nhs_number
            ANTI JOIN (
                SELECT local_patient_id FROM sent_referral
                    WHERE episode_end IS NOT NULL OR episode_end_reason IS NOT NULL
                UNION ALL SELECT local_patient_id FROM sent_death
                UNION ALL SELECT local_patient_id FROM all_transition WHERE transfer_date IS NOT NULL
                UNION ALL SELECT local_patient_id FROM previous_referral, previous_ret
                    WHERE episode_end >= previous_ret.reference_date
                UNION ALL SELECT local_patient_id FROM previous_transition WHERE transfer_date IS NOT NULL
                UNION ALL SELECT local_patient_id FROM earlier_death
            ) AS ended ON ended.local_patient_id = earlier.local_patient_id
            HAVING n > 0
        """,
        needs=("previous",),
        bad={"previous": {"child": _SECOND}},
        good={
            "previous": {"child": _SECOND},
            "referral": [
                {},
                {
                    "referral_id": "RF002",
                    "local_patient_id": "SB002",
                    "episode_end": "2026-04-30",
                    "episode_end_reason": "04",
                },
            ],
        },
    ),
    Rule(
        "CP101250Q",
        "warning",
        Stage.XREC,
        "child",
        "Many dates of birth fall on 1 January or the first of a month ({n}, {pct}%). Enter the real day where it "
        "was estimated.",
        "A day that was made up breaks the link between providers and the age in days of a baby.",
        at=("person_birth_date",),
        # "Beyond chance" is not defined: at least 3, over 5%, and 3 standard deviations more than even births give.
        query=f"""
            SELECT NULL AS row_id, count(first_of_month) AS n, round(100.0 * n / count(*))::INTEGER AS pct
            FROM (
                SELECT CASE WHEN day(person_birth_date) = 1 THEN 1 END AS first_of_month,
                    CASE WHEN dayofyear(person_birth_date) = 1 THEN 1 END AS new_year
                FROM child WHERE person_birth_date IS NOT NULL
            )
            HAVING {_round_dates("first_of_month", 12 / 365.25)} OR {_round_dates("new_year", 1 / 365.25)}
        """,
        bad={"child": [{"local_patient_id": f"SB{n}", "person_birth_date": f"2018-0{n}-01"} for n in (1, 2, 3)]},
        good={"child": [{"local_patient_id": f"SB{n}", "person_birth_date": f"2018-0{n}-01"} for n in (1, 2)]},
    ),
)
