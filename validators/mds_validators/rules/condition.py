"""The rules of table 102: conditions."""

from __future__ import annotations

from typing import Any

from mds_validators.rules.rule import Rule, Stage

Rows = list[dict[str, str]]


def _children(*categories: str) -> dict[str, Any]:
    """A case: one child, with its main condition, for each of the ACT categories."""
    numbers = [f"SB{number:03}" for number in range(1, len(categories) + 1)]
    children: Rows = [{"local_patient_id": number, "nhs_number": "", "nhs_number_status": "03"} for number in numbers]
    conditions: Rows = [
        {"local_patient_id": number, "act_category": category}
        for number, category in zip(numbers, categories, strict=True)
    ]
    return {"child": children, "condition": conditions}


RULES = (
    Rule(
        "CP102010",
        "record",
        Stage.XTAB,
        "condition",
        "This condition belongs to a child row that was not accepted ({parent}). Fix that row first.",
        "A condition cannot be counted without the child who has it.",
        at=("local_patient_id",),
        checked_by="cascade",
        source="cascade S:CSDS-GUIDE",
        bad={"child": {"caseload_status": ""}},
        good={"child": {"postcode": ""}},
    ),
    Rule(
        "CP102020",
        "record",
        Stage.FIELD,
        "condition",
        "This is not an ICD-10 code. Enter {takes}, one code to a row.",
        "The diagnostic group and the list of life-limiting conditions are found by the code.",
        at=("icd10_code",),
        checked_by="field",
        bad={"condition": {"icd10_code": "E7"}},
        good={"condition": {"icd10_code": "e75.2 D"}},
    ),
    Rule(
        "CP102025",
        "record",
        Stage.REF,
        "condition",
        "This ICD-10 code does not exist. Check each character, and look for O in place of 0 and I in place of 1.",
        "A code that is not in the edition in force was mistyped and names no condition.",
        at=("icd10_code",),
        # The edition lists no fifth characters, and no X that only fills the fourth place (C56X).
        where="""left(icd10_code, 4) NOT IN (SELECT code FROM icd10)
            AND NOT (substr(icd10_code, 4, 1) = 'X' AND left(icd10_code, 3) IN (SELECT code FROM icd10))""",
        needs=("icd10",),
        bad={"condition": {"icd10_code": "G71.4", "act_category": "2"}},
        good={"condition": {"icd10_code": "C56X", "act_category": "1"}},
    ),
    Rule(
        "CP102030",
        "record",
        Stage.XFIELD,
        "condition",
        "No diagnosis was given. Enter an ICD-10 code, a SNOMED CT code or, without a code, the condition in words.",
        "A condition that is not named cannot be counted or compared.",
        at=("icd10_code", "snomed_code", "condition_text"),
        where="icd10_code IS NULL AND snomed_code IS NULL AND condition_text IS NULL",
        bad={"condition": {"icd10_code": ""}},
        good={"condition": {"icd10_code": "", "snomed_code": "238029006"}},
    ),
    Rule(
        "CP102035Q",
        "warning",
        Stage.XFIELD,
        "condition",
        "The diagnosis is in words only. Add an ICD-10 or SNOMED CT code.",
        "Words stay with the provider, so a condition without a code has no diagnostic group.",
        at=("icd10_code", "snomed_code", "condition_text"),
        where="icd10_code IS NULL AND snomed_code IS NULL AND condition_text IS NOT NULL",
        bad={"condition": {"icd10_code": "", "condition_text": "Krabbe disease"}},
        good={"condition": {"icd10_code": "", "snomed_code": "192782005", "condition_text": "Krabbe disease"}},
    ),
    Rule(
        "CP102040",
        "record",
        Stage.XTAB,
        "child",
        "No main condition is marked for this child. Enter Y as the main life-limiting condition of one of its rows.",
        "The main condition brings the child into the data set and gives its diagnostic group.",
        at=("local_patient_id",),
        # A row whose mark is blank or unreadable is reported by itself, so the child is not blamed for it.
        where="""
            child.local_patient_id NOT IN (
                SELECT local_patient_id FROM sent_condition
                WHERE is_primary IS DISTINCT FROM 'N' AND local_patient_id IS NOT NULL
            )
        """,
        bad={"condition": {"is_primary": "N"}},
        good={"condition": {"icd10_code": "E7"}},
    ),
    Rule(
        "CP102050",
        "record",
        Stage.XREC,
        "condition",
        "This row and {others} are both marked as the child's main condition. Keep one Y, and enter N in the rest.",
        "A child with two main conditions would be counted in two diagnostic groups.",
        at=("is_primary",),
        # Rows with the same number are left to CP102920 and CP102925Q, or a pasted copy would be rejected here.
        query="""
            SELECT row_id, list_filter([min(row_id) OVER same, max(row_id) OVER same], lambda o: o <> row_id) AS others
            FROM condition WHERE is_primary = 'Y'
            WINDOW same AS (PARTITION BY local_patient_id)
            QUALIFY count(DISTINCT condition_seq) OVER same > 1
        """,
        bad={"condition": [{}, {"condition_seq": "2", "icd10_code": "G40.4"}]},
        good={"condition": [{}, {"condition_seq": "2", "icd10_code": "G40.4", "is_primary": "N"}]},
    ),
    Rule(
        "CP102060Q",
        "warning",
        Stage.REF,
        "condition",
        "The main condition is not on the list of life-limiting conditions. Check the code, or tell us why.",
        "A code outside the list is often a mistyped one, though some children are rightly known to a service.",
        at=("icd10_code",),
        where="""
            is_primary = 'Y'
            AND left(icd10_code, 3) NOT IN (SELECT prefix FROM life_limiting WHERE length(prefix) = 3)
            AND left(icd10_code, 4) NOT IN (SELECT prefix FROM life_limiting WHERE length(prefix) = 4)
        """,
        needs=("life_limiting",),
        source="S:FRASER-LIST",
        bad={"condition": {"icd10_code": "G71.8", "act_category": "2"}},
        good={"condition": {"icd10_code": "G71.09", "act_category": "2"}},
    ),
    Rule(
        "CP102065Q",
        "warning",
        Stage.FIELD,
        "condition",
        '"Palliative care" is not a diagnosis. Enter the code of the condition that makes it necessary.',
        "The code for palliative care is on the list of codes but says nothing about the child's condition.",
        at=("icd10_code",),
        where="is_primary = 'Y' AND left(icd10_code, 4) = 'Z515'",
        source="code is on S:FRASER-LIST",
        bad={"condition": {"icd10_code": "Z51.5"}},
        good={"condition": [{}, {"condition_seq": "2", "is_primary": "N", "icd10_code": "Z51.5"}]},
    ),
    Rule(
        "CP102070Q",
        "warning",
        Stage.XFIELD,
        "condition",
        "The diagnostic group does not fit the ICD-10 code. Check both, or leave the group blank: the code gives it.",
        "Two answers to one question show that one of them is wrong.",
        at=("diagnostic_group", "icd10_code"),
        where="diagnostic_group <> derived_group",
        bad={"condition": {"diagnostic_group": "NEU"}},
        good={"condition": {"icd10_code": "E84.0", "act_category": "2", "diagnostic_group": "RES"}},
    ),
    Rule(
        "CP102080",
        "record",
        Stage.FIELD,
        "condition",
        "{label}: enter 1, 2, 3 or 4, or 9 when it is not yet decided.",
        "Need for services is counted by ACT category.",
        at=("act_category",),
        checked_by="field",
        bad={"condition": {"act_category": "5"}},
        good={"condition": {"act_category": "9"}},
    ),
    Rule(
        "CP102085Q",
        "warning",
        Stage.XFIELD,
        "condition",
        "The ACT category is unusual for this condition: cancer is usually 1, cystic fibrosis and Duchenne 2, "
        "storage disorders 3, cerebral palsy 4. Check it, or tell us why.",
        "Most children with these conditions belong to one category, so another may be a slip.",
        at=("act_category", "icd10_code"),
        where="""
            (icd10_code LIKE 'C%' AND act_category <> '1')
            OR ((icd10_code LIKE 'E84%' OR icd10_code LIKE 'G710%') AND act_category <> '2')
            OR ((icd10_code LIKE 'E75%' OR icd10_code LIKE 'E76%') AND act_category <> '3')
            OR (icd10_code LIKE 'G80%' AND act_category <> '4')
        """,
        source="examples S:S3 6.2",
        bad={"condition": {"act_category": "4"}},
        good={"condition": {"icd10_code": "E77.0", "act_category": "4"}},
    ),
    Rule(
        "CP102087Q",
        "warning",
        Stage.XREC,
        "condition",
        "{n} children ({pct}%) have no ACT category yet. Ask the clinical team to decide it.",
        "Above one in ten, need by category can no longer be told.",
        at=("act_category",),
        query="""
            SELECT NULL::BIGINT AS row_id, n, round(100 * n / children)::INTEGER AS pct
            FROM (
                SELECT count(DISTINCT local_patient_id) AS children,
                    count(DISTINCT local_patient_id) FILTER (act_category = '9') AS n
                FROM condition WHERE is_primary = 'Y'
            )
            WHERE n > 0.1 * children
        """,
        bad=_children(*"33333333", "9"),
        good=_children(*"333333333", "9"),
    ),
    Rule(
        "CP102090",
        "record",
        Stage.XFIELD,
        "condition",
        "The date of diagnosis is not possible: it is after the period or the child's death, or over 42 weeks before "
        "birth. Check the dates.",
        "A condition is recognised between the start of the pregnancy and the end of the period or of life.",
        at=("recognition_date",),
        where="""
            recognition_date > ret.rp_end
            OR recognition_date > death.death_date
            OR recognition_date < child.person_birth_date - 294
        """,
        bad={"condition": {"recognition_date": "2017-07-23"}},
        good={"condition": {"recognition_date": "2017-07-24"}},
    ),
    Rule(
        "CP102095Q",
        "warning",
        Stage.XFIELD,
        "condition",
        "A newborn code is still the main condition of a child aged 2 or over. Enter the condition the child has now.",
        "Codes of the newborn period describe how an illness began, and from the second birthday seldom what it is.",
        at=("icd10_code",),
        where="""
            icd10_code LIKE 'P%' AND is_primary = 'Y' AND age_years(child.person_birth_date, ret.reference_date) >= 2
        """,
        bad={"child": {"person_birth_date": "2024-06-30"}, "condition": {"icd10_code": "P91.6", "act_category": "4"}},
        good={"child": {"person_birth_date": "2024-07-01"}, "condition": {"icd10_code": "P91.6", "act_category": "4"}},
    ),
    Rule(
        "CP102100",
        "record",
        Stage.XREC,
        "condition",
        "The same ICD-10 code stands in {others} for the same child. Delete this row, or correct its code.",
        "A condition that is listed twice would be counted twice.",
        at=("icd10_code",),
        # The main condition, or else the first row, stays; a second SNOMED code under one ICD-10 code changes nothing.
        # Rows with the same number are left to CP102920 and CP102925Q.
        query="""
            SELECT row_id, [first_value(row_id) OVER ranked] AS others
            FROM condition WHERE icd10_code IS NOT NULL
            WINDOW ranked AS (PARTITION BY local_patient_id, icd10_code ORDER BY is_primary DESC, row_id)
            QUALIFY row_number() OVER ranked > 1 AND condition_seq <> first_value(condition_seq) OVER ranked
        """,
        bad={"condition": [{}, {"condition_seq": "2", "is_primary": "N", "icd10_code": "E752"}]},
        good={"condition": [{}, {"condition_seq": "2", "is_primary": "N", "icd10_code": "E75.3"}]},
    ),
    Rule(
        "CP102110Q",
        "warning",
        Stage.XFIELD,
        "condition",
        "The condition is in remission or cured, but the child is still on the caseload. Check both, or tell us why.",
        "Children in long-term remission are out of the count of need.",
        at=("remission",),
        where="remission = 'Y' AND child.caseload_status = 'A'",
        source="S:S1 Annex B",
        bad={"condition": {"remission": "Y", "remission_date": "2026-05-01"}},
        good={"child": {"caseload_status": "D"}, "condition": {"remission": "Y", "remission_date": "2026-05-01"}},
    ),
    Rule(
        "CP102120",
        "record",
        Stage.XFIELD,
        "condition",
        "The condition is in remission or cured: enter the date this was agreed.",
        "The date tells from when the child is out of the count of need.",
        at=("remission_date",),
        where="remission = 'Y' AND remission_date IS NULL",
        bad={"condition": {"remission": "Y"}},
        good={"condition": {"remission": "X"}},
    ),
    Rule(
        "CP102130Q",
        "warning",
        Stage.PREV,
        "condition",
        "The ACT category differs from your last return, but its date is not later. Enter the day that it changed.",
        "A category may change, and a change without its date looks like a slip.",
        at=("act_category_date", "act_category"),
        query="""
            SELECT row_id FROM condition
            SEMI JOIN (
                SELECT local_patient_id, act_category, rp_end FROM previous_condition, previous_ret
                WHERE is_primary = 'Y'
            ) AS earlier ON earlier.local_patient_id = condition.local_patient_id
                AND earlier.act_category <> condition.act_category AND condition.act_category_date <= earlier.rp_end
            WHERE is_primary = 'Y'
        """,
        needs=("previous",),
        source="change is legitimate S:BROOK-DELPHI",
        bad={"condition": {"act_category_date": "2026-03-31"}, "previous": {"condition": {"act_category": "2"}}},
        good={"condition": {"act_category_date": "2026-04-01"}, "previous": {"condition": {"act_category": "2"}}},
    ),
    Rule(
        "CP102140Q",
        "warning",
        Stage.XREC,
        "condition",
        "All {n} children have the same ACT category. Check whether the column was filled down.",
        "Children of one service hardly ever all belong to one category.",
        at=("act_category",),
        query="""
            SELECT NULL::BIGINT AS row_id, count(DISTINCT local_patient_id) AS n
            FROM condition WHERE is_primary = 'Y'
            HAVING n >= 10 AND count(DISTINCT act_category) = 1
        """,
        bad=_children(*"3333333333"),
        good=_children(*"3333333332"),
    ),
)
