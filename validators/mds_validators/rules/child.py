"""Rules about what is told of a child (CP101140 on): sex, ethnic group, home, practice, care, and its other tables."""

from __future__ import annotations

from mds_schemas import codes
from mds_validators.rules.child_identity import SECOND, UNBORN, blank
from mds_validators.rules.rule import Rule, Stage

_NO_PRACTICE = "('V81997', 'V81998', 'V81999')"
"""National codes for no registered practice, not applicable and not known (DD-ORG)."""
_OLD_ETHNIC = ", ".join(f"'{old}': '{new}'" for old, new in codes.mapping("CL06_to_CL07").items())


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
                {**SECOND, "sex": "X"},
                {"local_patient_id": "SB003", "nhs_number": "9990000034", **UNBORN},
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
        bad={"child": {**UNBORN, "sex": "9"}},
        good={"child": UNBORN},
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
        good={"child": [{"postcode": "ZZ99 3VZ"}, {**SECOND, "postcode": ""}]},
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
        where=blank("postcode"),
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
        good={"child": [{"gp_practice_code": "V81999"}, {**SECOND, "gp_practice_code": ""}]},
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
        good={"child": [{"disability_codes": "NN"}, {**SECOND, "disability_codes": "04;XX"}]},
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
        good={"child": [{"national_opt_out": "X"}, {**SECOND, "national_opt_out": ""}]},
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
        good={"child": [{"key_worker": "D"}, {**SECOND, "key_worker": "N", "caseload_status": "P"}]},
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
                    AND coalesce(episode_end > ret.reference_date, true)
            ) USING (local_patient_id)
            WHERE caseload_status = 'A'
        """,
        source="as S:CIN-VAL 8590",
        # An episode that ended on the census date is not open on it, as in the rules about phases.
        bad={"referral": {"episode_end": "2026-06-30", "episode_end_reason": "04"}},
        good={"referral": {"episode_end": "2026-07-01", "episode_end_reason": "04", "service_id": ""}},
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
            "child": [{}, {**SECOND, "caseload_status": "D"}],
            "condition": [{}, {"local_patient_id": "SB002"}],
        },
        good={
            "child": [{}, {**SECOND, "caseload_status": "D"}],
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
        at=("sex", "person_birth_date", "ethnic_category"),
        # The sex of a baby who was not yet born last time had to be X.
        query=f"""
            SELECT row_id, differing.what, differing.field AS field FROM (
                SELECT child.row_id, unnest([
                    CASE WHEN child.sex <> earlier.sex AND earlier.person_birth_date IS NOT NULL
                        THEN {{'what': 'Sex', 'field': 'sex'}} END,
                    CASE WHEN child.person_birth_date <> earlier.person_birth_date
                        THEN {{'what': 'Date of birth', 'field': 'person_birth_date'}} END,
                    CASE WHEN {_ethnic("child")} <> {_ethnic("earlier")}
                        THEN {{'what': 'Ethnic category', 'field': 'ethnic_category'}} END
                ]) AS differing
                FROM child JOIN previous_child AS earlier ON earlier.local_patient_id = child.local_patient_id
            ) WHERE differing IS NOT NULL
        """,
        needs=("previous",),
        bad={"previous": {"child": {"sex": "2"}}},
        good={"previous": {"child": UNBORN}},
    ),
    Rule(
        "CP101240Q",
        "warning",
        Stage.PREV,
        "child",
        "Some children were on your caseload last time and are missing now ({n}), with no end of care, death or "
        "transfer. Add them, or send how their care ended. The marked workbook (--workbook) lists their numbers.",
        "A child who drops out of a return without a word is lost to every count of need.",
        at=("local_patient_id",),
        # One finding with a number, as there is no row to mark. A child who is back under another local number is here.
        # An end in the return before counts when it came after the census date.
        query="""
            SELECT NULL AS row_id, count(*) AS n, list(local_patient_id ORDER BY local_patient_id) AS keys
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
        bad={"previous": {"child": SECOND}},
        good={
            "previous": {"child": SECOND},
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
    Rule(
        "CP101245Q",
        "warning",
        Stage.REF,
        "child",
        "No scheme has this colour for a phase of illness, so no phase was taken from it. Correct it, or leave it blank.",
        "The colours are the network's own words; one that is on no list says nothing.",
        at=("phase_colour",),
        where="""
            phase_colour IS NOT NULL
                AND lower(trim(phase_colour)) NOT IN (SELECT word FROM phase_values WHERE word IS NOT NULL)
        """,
        versions=("1.0",),
        bad={"child": {"phase_colour": "purple"}},
        good={"child": {"phase_colour": "Blue"}},
    ),
)
