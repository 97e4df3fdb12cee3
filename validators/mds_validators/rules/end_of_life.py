"""Rules about deaths, bereavement support and the perinatal pathway (tables 501, 502, 601)."""

from mds_validators.rules.rule import Rule, Stage

# Services end a child's plans on the day of death or after it, so the census date says nothing about these plans.
_IN_FORCE_AT_DEATH = "coalesce(created_date <= death_date, true) AND is_active(superseded_date, death_date - 1)"

# The deaths of earlier returns, each as last reported.
_REPORTED = """
    SELECT local_patient_id, arg_max(death_date, rp_end) AS death_date, arg_max(death_place, rp_end) AS death_place
    FROM earlier_death GROUP BY local_patient_id
"""

# An offer that stood in the return before need not be sent again with a corrected death.
_OFFERED = "(SELECT local_patient_id FROM sent_bereavement UNION ALL SELECT local_patient_id FROM previous_bereavement)"


def _against_preference(condition: str, agreement: str) -> str:
    """Deaths that meet `condition` and whose place has this `agreement` with the preference of every plan in force.

    Where two plans in force name different places, nobody can tell from here which was meant, and neither rule fires.
    """
    return f"""
        SELECT death.row_id FROM death JOIN care_plan USING (local_patient_id)
        WHERE {condition} AND {_IN_FORCE_AT_DEATH} AND preferred_death_place NOT IN ('98', '99')
        GROUP BY death.row_id HAVING bool_and(high_level(death_place) {agreement} high_level(preferred_death_place))
    """


RULES = (
    Rule(
        "CP501010",
        "record",
        Stage.XTAB,
        "death",
        "This death belongs to a child row that was not accepted ({parent}). Fix that row first.",
        "A death cannot be kept without the child who died.",
        at=("local_patient_id",),
        checked_by="cascade",
        bad={"death": {"local_patient_id": "NOSUCH1"}},
        good={"child": {"key_worker": "N"}, "death": {}},
    ),
    # Of identical rows the first is kept: a row that was pasted twice should not lose the whole report of a death.
    Rule(
        "CP501020",
        "record",
        Stage.XREC,
        "death",
        "This child has another death record (see {others}). Keep the right one and delete the other.",
        "A child's death may be counted once only.",
        at=("local_patient_id",),
        query="""
            SELECT row_id, list_filter(list(row_id) OVER same, lambda other: other <> row_id) AS others
            FROM (SELECT *, row(*COLUMNS(* EXCLUDE (row_id, src, line))) AS details FROM death)
            WINDOW same AS (PARTITION BY local_patient_id)
            QUALIFY count(DISTINCT details) OVER same > 1 OR row_id > min(row_id) OVER same
        """,
        bad={"child": {"caseload_status": "X"}, "death": [{}, {"death_place": "31"}]},
        good={
            "child": [{"caseload_status": "X"}, {"local_patient_id": "SB002", "caseload_status": "X"}],
            "death": [{}, {"local_patient_id": "SB002"}],
        },
    ),
    Rule(
        "CP501030",
        "record",
        Stage.XFIELD,
        "death",
        "{label}: blank, not readable, before birth or after the day the return came in. Enter {takes}.",
        "All that is known about the end of life is counted from this day.",
        at=("death_date",),
        where="death_date < child.person_birth_date OR death_date > ret.received_on",
        source="as S:CIN-VAL 8535Q",
        bad={"death": {"death_date": "2026-07-07"}},
        good={"death": {"death_date": "2026-07-06"}},
    ),
    Rule(
        "CP501035Q",
        "warning",
        Stage.XFIELD,
        "death",
        "This death was before the period began. Send a corrected return for the earlier period too.",
        "A death that is reported late changes the figures of the period it belongs to.",
        at=("death_date",),
        where="death_date < ret.rp_start",
        source="as S:CIN-VAL 8545Q",
        bad={"death": {"death_date": "2026-03-31"}},
        good={"death": {"death_date": "2026-04-01"}},
    ),
    Rule(
        "CP501040",
        "record",
        Stage.FIELD,
        "death",
        "{label}: enter {takes}, but not 98 or 99, which are for preferences only.",
        "Where children die, and whether it is where they wished, is a main question of this collection.",
        at=("death_place",),
        checked_by="field",
        bad={"death": {"death_place": "98"}},
        good={"death": {"death_place": "52"}},
    ),
    Rule(
        "CP501050",
        "record",
        Stage.XTAB,
        "death",
        "The child died in the kind of place preferred in the plan, so clear this reason, or correct the place.",
        "A reason beside a wish that was met would be counted as a wish that was not.",
        at=("not_preferred_reason", "death_place"),
        query=_against_preference("not_preferred_reason IS NOT NULL", "="),
        bad={"death": {"death_place": "22", "not_preferred_reason": "01"}},
        good={"death": {"death_place": "31", "not_preferred_reason": "01"}},
    ),
    Rule(
        "CP501055Q",
        "warning",
        Stage.XTAB,
        "death",
        "The child did not die in the kind of place preferred in the plan. Choose the main reason.",
        "Reasons show which services are missing when families cannot be where they wish.",
        at=("not_preferred_reason", "death_place"),
        query=_against_preference("not_preferred_reason IS NULL", "<>"),
        bad={"death": {"death_place": "31"}},
        good={"death": {"death_place": "31"}, "care_plan": {"preferred_death_place": "98"}},
    ),
    Rule(
        "CP501060",
        "record",
        Stage.XFIELD,
        "death",
        "A plan was in place at death. Say how far it was followed.",
        "A plan that could not be followed shows what has to change.",
        at=("plan_followed",),
        where="plan_at_death = 'Y' AND plan_followed IS NULL",
        source="S:S3 9.4 g",
        bad={"death": {"plan_followed": ""}},
        good={"death": {"plan_at_death": "X", "plan_followed": ""}},
    ),
    Rule(
        "CP501065Q",
        "warning",
        Stage.XTAB,
        "death",
        "Advance or end of life plans in force on the day of death: {n}. Correct this answer or the plans.",
        "Two counts of plans at death, from deaths and from plans, should give one answer.",
        at=("plan_at_death",),
        query=f"""
            SELECT death.row_id, count(plan.row_id) AS n
            FROM death LEFT JOIN sent_care_plan AS plan ON plan.local_patient_id = death.local_patient_id
                AND coalesce(plan_type IN ('ACP', 'ANT', 'EOL'), true) AND {_IN_FORCE_AT_DEATH}
            GROUP BY death.row_id, plan_at_death
            HAVING (plan_at_death = 'Y' AND n = 0) OR (plan_at_death = 'N' AND n > 0)
        """,
        bad={"death": {}, "care_plan": {"superseded_date": "2026-05-28"}},
        good={"death": {}, "care_plan": {"superseded_date": "2026-05-29"}},
    ),
    # Bereavement support and care after death are no sign of life, nor is a visit that was booked and did not happen.
    Rule(
        "CP501070",
        "record",
        Stage.PREV,
        "child",
        "An earlier return reported that this child had died. Correct this row and its contacts, or that return.",
        "A child cannot be counted among the dead and on the caseload.",
        at=("caseload_status",),
        needs=("previous",),
        query=f"""
            WITH died AS (
                SELECT local_patient_id, coalesce(now.death_date, before.death_date) AS death_date
                FROM ({_REPORTED}) AS before LEFT JOIN death AS now USING (local_patient_id)
            ), seen AS (
                SELECT local_patient_id
                FROM contact JOIN referral USING (referral_id) JOIN died USING (local_patient_id)
                WHERE contact_date > death_date AND subject = 'C' AND contact_type NOT IN ('16', '20')
                    AND coalesce(attendance, '5') IN ('5', '6')
            )
            SELECT row_id FROM child SEMI JOIN died USING (local_patient_id)
            WHERE caseload_status = 'A' OR local_patient_id IN (FROM seen)
        """,
        bad={"previous": {"death": {"death_date": "2026-03-10"}}},
        good={
            "previous": {"death": {"death_date": "2026-03-10"}},
            "child": {"caseload_status": "B"},
            "phase": {"phase_submitted": "navy"},
            "contact": {"contact_type": "16", "subject": "P"},
        },
    ),
    Rule(
        "CP501075Q",
        "warning",
        Stage.PREV,
        "death",
        "The date or the place of death is not the same as in your earlier return. Check which is right.",
        "A change alters published figures, so somebody should have meant it.",
        at=("death_date", "death_place"),
        needs=("previous",),
        query=f"""
            SELECT row_id, CASE WHEN death.death_date <> before.death_date THEN 'death_date' ELSE 'death_place' END AS field
            FROM death JOIN ({_REPORTED}) AS before USING (local_patient_id)
            WHERE death.death_date <> before.death_date OR death.death_place <> before.death_place
        """,
        bad={
            "previous": {"death": {"death_date": "2026-03-10"}},
            "child": {"caseload_status": "X"},
            "contact": [],
            "death": {"death_date": "2026-03-10", "death_place": "22"},
        },
        good={
            "previous": {"death": {"death_date": "2026-03-10"}},
            "child": {"caseload_status": "X"},
            "contact": [],
            "death": {"death_date": "2026-03-10", "peaceful": "2"},
        },
    ),
    Rule(
        "CP501080Q",
        "warning",
        Stage.XTAB,
        "death",
        "The child died in the first four weeks of life and has no row on the perinatal sheet. Add one.",
        "The perinatal pathway is judged by all babies who needed it, not only by those who were entered.",
        at=("death_date",),
        query="""
            SELECT death.row_id FROM death JOIN child USING (local_patient_id)
                ANTI JOIN sent_perinatal AS perinatal ON perinatal.local_patient_id = death.local_patient_id
            WHERE death_date - person_birth_date < 28
        """,
        bad={"child": {"person_birth_date": "2026-05-02"}, "death": {}},
        good={"child": {"person_birth_date": "2026-05-01"}, "death": {}},
    ),
    Rule(
        "CP501090Q",
        "warning",
        Stage.XTAB,
        "death",
        "The child died in a hospice, but no hospice in the network has a referral. Check the place, or ask them.",
        "Either the place is wrong or the hospice's return lacks a child.",
        at=("death_place",),
        needs=("network",),
        query="""
            SELECT row_id FROM death ANTI JOIN network_hospice_child USING (local_patient_id)
            WHERE death_place IN ('30', '31', '32')
        """,
        bad={"death": {"death_place": "31"}, "network": []},
        good={"death": {"death_place": "31"}, "network": ["SB001"]},
    ),
    # Only where the whole week lies in the period: visits before it stand in another return. A visit whose means or
    # attendance is blank is given the benefit of the doubt.
    Rule(
        "CP501100Q",
        "warning",
        Stage.XTAB,
        "death",
        "The child died at home and no home visit is recorded in the last 7 days. Check the place and the contacts.",
        "A family alone in the last week is what care at home should prevent; more often a visit was not entered.",
        at=("death_place", "death_date"),
        versions=("2.0",),
        query="""
            WITH visit AS (
                SELECT local_patient_id, contact_date
                FROM sent_contact JOIN sent_referral USING (referral_id) SEMI JOIN death USING (local_patient_id)
                WHERE location IN ('HM', 'CR', 'OR') AND coalesce(mechanism, '01') = '01'
                    AND coalesce(attendance, '5') IN ('5', '6')
            )
            SELECT death.row_id FROM death ANTI JOIN visit ON visit.local_patient_id = death.local_patient_id
                AND contact_date BETWEEN death_date - 7 AND death_date, ret
            WHERE death_place IN ('20', '21', '22') AND death_date BETWEEN ret.rp_start + 7 AND ret.rp_end
        """,
        bad={"death": {}, "contact": {"contact_date": "2026-05-21"}},
        good={"death": {}, "contact": {"contact_date": "2026-05-22"}},
    ),
    Rule(
        "CP502010",
        "record",
        Stage.XFIELD,
        "bereavement",
        "The offer, start and end are out of order, or after the day the return came in. Correct the dates.",
        "Time from offer to support cannot be worked out from dates that are out of order.",
        at=("offered_date", "start_date", "end_date"),
        where="start_date < offered_date OR end_date < start_date"
        " OR greatest(offered_date, start_date, end_date) > ret.received_on",
        bad={"bereavement": {"start_date": "2026-05-31"}},
        good={"bereavement": {"start_date": "2026-06-01", "end_date": "2026-07-06"}},
    ),
    Rule(
        "CP502020Q",
        "warning",
        Stage.XTAB,
        "death",
        "No offer of bereavement support is recorded for this family. Make one, or add it to the bereavement sheet.",
        "Every family should be offered support within four weeks.",
        at=("local_patient_id",),
        query=f"""
            SELECT death.row_id FROM death ANTI JOIN {_OFFERED} AS offered USING (local_patient_id), ret
            WHERE ret.rp_end - death_date > 28
        """,
        source="S:S1, S3 5.4",
        bad={"death": {"death_date": "2026-06-01"}},
        good={"death": {"death_date": "2026-06-02"}},
    ),
    Rule(
        "CP502030",
        "record",
        Stage.XFIELD,
        "bereavement",
        "Sessions were given, but the offer is not marked as accepted. Correct one of the two.",
        "Take-up is counted from the offers that were accepted.",
        at=("accepted", "sessions"),
        where="accepted <> 'Y' AND sessions > 0",
        bad={"bereavement": {"accepted": "N"}},
        good={"bereavement": {"accepted": "N", "sessions": "0"}},
    ),
    Rule(
        "CP601010",
        "record",
        Stage.XFIELD,
        "perinatal",
        "Enter the day the condition was recognised before birth. Families on route 1 need it.",
        "Route 1 is for conditions found in pregnancy, and how early they are found is measured.",
        at=("antenatal_recognised_date",),
        where="route = 'R1' AND antenatal_recognised_date IS NULL",
        source="S:S3 appendix A",
        bad={"perinatal": {"route": "R1"}},
        good={"perinatal": {"route": "R1", "antenatal_recognised_date": "2018-01-15", "gestation_recognised": "20"}},
    ),
    Rule(
        "CP601020",
        "record",
        Stage.XFIELD,
        "perinatal",
        "Weeks must be 10 to 42 at recognition and 20 to 44 at birth, and on route 1 recognition comes before birth.",
        "Weeks outside these limits are slips of the pen, and route 1 is for conditions found in pregnancy.",
        at=("gestation_recognised", "gestation_birth", "antenatal_recognised_date"),
        where="gestation_recognised NOT BETWEEN 10 AND 42 OR gestation_birth NOT BETWEEN 20 AND 44 OR (route = 'R1'"
        " AND (antenatal_recognised_date > child.person_birth_date OR gestation_recognised > gestation_birth))",
        bad={"perinatal": {"gestation_birth": "19"}},
        good={"perinatal": {"gestation_recognised": "42", "gestation_birth": "20"}},
    ),
    Rule(
        "CP601030",
        "record",
        Stage.XTAB,
        "perinatal",
        "A baby who died before birth has no date of birth. Give the expected date on the child row, or correct this.",
        "A birth date makes a death before birth look like the death of a child.",
        at=("outcome",),
        where="outcome = 'IUD' AND child.person_birth_date IS NOT NULL",
        bad={"perinatal": {"outcome": "IUD"}},
        good={
            "child": {"person_birth_date": "", "expected_delivery_date": "2026-08-03", "sex": "X"},
            "perinatal": {"outcome": "IUD", "gestation_birth": ""},
        },
    ),
    Rule(
        "CP601040Q",
        "warning",
        Stage.XTAB,
        "perinatal",
        "The baby has been born, but the child row has only an expected date. Enter the date of birth there.",
        "Without a date of birth the baby has no age and is left out of most tables.",
        at=("outcome",),
        where="outcome IN ('LW', 'NIC', 'HOM', 'HOS', 'DIE')"
        " AND child.person_birth_date IS NULL AND child.expected_delivery_date IS NOT NULL",
        bad={
            "child": {"person_birth_date": "", "expected_delivery_date": "2026-06-15", "sex": "X"},
            "perinatal": {"outcome": "NIC"},
        },
        good={
            "child": {"person_birth_date": "", "expected_delivery_date": "2026-06-15", "sex": "X"},
            "perinatal": {"outcome": "PRE", "gestation_birth": ""},
        },
    ),
    # The pregnancy or the baby's care goes on unless the baby has died or no longer needs palliative care.
    Rule(
        "CP601050Q",
        "warning",
        Stage.XFIELD,
        "perinatal",
        "The family declined support and it was not offered again. Offer it again and enter the day.",
        "Families may need later what they could not face at first.",
        at=("reoffered_date",),
        where="family_response = 'D' AND reoffered_date IS NULL AND death.death_date IS NULL"
        " AND outcome IN ('PRE', 'LW', 'NIC', 'HOM', 'HOS')",
        source="S:S3 appendix A",
        bad={"perinatal": {"family_response": "D"}},
        good={"perinatal": {"family_response": "D", "outcome": "SUR"}},
    ),
    Rule(
        "CP601060Q",
        "warning",
        Stage.XTAB,
        "perinatal",
        "The baby has died and no bereavement support is recorded. Offer it, or add it to the bereavement sheet.",
        "Parents grieve for a baby who died before or soon after birth, and should be offered support.",
        at=("outcome",),
        query=f"""
            SELECT row_id FROM perinatal ANTI JOIN {_OFFERED} AS offered USING (local_patient_id)
            WHERE outcome IN ('IUD', 'DIE')
        """,
        source="S:S3 appendix A",
        bad={"perinatal": {"outcome": "DIE"}},
        good={"perinatal": {"outcome": "DIE"}, "bereavement": {}},
    ),
)
