"""Rules about care plans, the move to adult services and equipment (tables 401 to 403)."""

from mds_validators.rules.rule import Rule, Stage

RULES = (
    Rule(
        "CP401010",
        "record",
        Stage.XTAB,
        "care_plan",
        "This plan belongs to a child row that was not accepted ({parent}). Fix that row first.",
        "A plan cannot be kept without the child that it is for.",
        at=("local_patient_id",),
        checked_by="cascade",
        bad={"care_plan": {"local_patient_id": "NOSUCH1"}},
        good={"child": {"key_worker": "N"}},
    ),
    Rule(
        "CP401020",
        "record",
        Stage.XFIELD,
        "care_plan",
        "The plan was made after the period ended, or more than 40 weeks before the child was born. Correct the date.",
        "A plan cannot be older than the pregnancy, and one of a later period belongs to a later return.",
        at=("created_date",),
        where="created_date > ret.rp_end OR created_date < child.person_birth_date - 280",
        bad={"care_plan": {"plan_type": "ANT", "created_date": "2017-08-06"}},
        good={"care_plan": {"plan_type": "ANT", "created_date": "2017-08-07"}},
    ),
    Rule(
        "CP401030",
        "record",
        Stage.XFIELD,
        "care_plan",
        "The plan was agreed or reviewed before the day it was made. Correct the dates.",
        "Time to agreement and to review is counted from the day the plan was made.",
        at=("created_date", "agreed_date", "last_review_date"),
        where="agreed_date < created_date OR last_review_date < created_date",
        bad={"care_plan": {"agreed_date": "2025-11-02"}},
        good={"care_plan": {"agreed_date": "2025-11-03", "last_review_date": ""}},
    ),
    Rule(
        "CP401040",
        "record",
        Stage.XFIELD,
        "care_plan",
        "A preferred place of death is given, but the talk about it is not marked as held. Correct one of the two.",
        "A preference that nobody talked about would be counted as the family's choice.",
        at=("death_place_discussed", "preferred_death_place"),
        where="death_place_discussed <> 'Y' AND preferred_death_place NOT IN ('98', '99')",
        bad={"care_plan": {"death_place_discussed": "N"}},
        good={"care_plan": {"death_place_discussed": "N", "preferred_death_place": "99"}},
    ),
    Rule(
        "CP401045",
        "record",
        Stage.XFIELD,
        "care_plan",
        "The preferred place of death was talked about, but none is given. Enter the place, or 98 if it is undecided.",
        "Preferred and actual place of death can be compared only where the outcome of the talk is known.",
        at=("preferred_death_place",),
        where="death_place_discussed = 'Y' AND preferred_death_place IS NULL",
        bad={"care_plan": {"preferred_death_place": ""}},
        good={"care_plan": {"preferred_death_place": "98"}},
    ),
    # A plan ends with the child's death, even where no end was entered: nobody should be asked to review it.
    Rule(
        "CP401050Q",
        "warning",
        Stage.XFIELD,
        "care_plan",
        "This plan has not been reviewed for {days} days. Review it, enter the last review, or enter the day it ended.",
        "A plan that is not looked at for over a year may no longer say what the family wants.",
        at=("last_review_date", "superseded_date"),
        query="""
            SELECT care_plan.row_id, ret.reference_date - greatest(created_date, last_review_date) AS days
            FROM care_plan ANTI JOIN death USING (local_patient_id), ret
            WHERE is_active(superseded_date, ret.reference_date) AND days > 365
        """,
        bad={"care_plan": {"created_date": "2025-01-06", "agreed_date": "", "last_review_date": "2025-06-29"}},
        good={"care_plan": {"created_date": "2025-06-30", "agreed_date": "", "last_review_date": ""}},
    ),
    # The plan may have ended on the day of death, so a child who has died is not looked at (CP501065Q does that).
    Rule(
        "CP401060Q",
        "warning",
        Stage.XTAB,
        "child",
        "The child is deteriorating or dying and has no active advance care plan. Make one, or send the one you have.",
        "Families of a child whose condition is worsening should have a plan before it is needed.",
        at=("local_patient_id",),
        query="""
            WITH latest AS (
                SELECT local_patient_id, phase_code FROM phase JOIN referral USING (referral_id)
                QUALIFY rank() OVER (PARTITION BY local_patient_id ORDER BY phase_date DESC) = 1
            ), planned AS (
                SELECT local_patient_id FROM sent_care_plan, ret
                WHERE coalesce(plan_type IN ('ACP', 'ANT', 'EOL'), true)
                    AND is_active(superseded_date, ret.reference_date)
            )
            SELECT row_id FROM child
            SEMI JOIN (FROM latest WHERE phase_code IN ('3', '4')) AS worsening USING (local_patient_id)
            ANTI JOIN planned USING (local_patient_id)
            ANTI JOIN sent_death USING (local_patient_id)
        """,
        source="S:S3 8.2",
        bad={"phase": {"phase_submitted": "yellow"}, "care_plan": {"superseded_date": "2026-06-30"}},
        good={"phase": {"phase_submitted": "yellow"}, "care_plan": {"superseded_date": "2026-07-01"}},
    ),
    Rule(
        "CP401070",
        "record",
        Stage.XFIELD,
        "care_plan",
        "Enter the day the team recognised that end of life was near. An end of life plan needs it.",
        "The time from that day to the planning meeting is a standard of care.",
        at=("eol_recognised_date",),
        where="plan_type = 'EOL' AND eol_recognised_date IS NULL",
        bad={"care_plan": {"plan_type": "EOL"}},
        good={"care_plan": {"plan_type": "EOL", "eol_recognised_date": "2026-06-20"}},
    ),
    # The 14 days run while this version is in force and the child lives.
    Rule(
        "CP401075Q",
        "warning",
        Stage.XFIELD,
        "care_plan",
        "There was no planning meeting within 14 days of recognising end of life. Check the dates, or explain.",
        "The standard is a meeting within two weeks.",
        at=("eol_meeting_date", "eol_recognised_date"),
        where="coalesce(eol_meeting_date, least(ret.reference_date, superseded_date, death.death_date))"
        " - eol_recognised_date > 14",
        source="S:S3 8.10 standard 6",
        bad={"care_plan": {"plan_type": "EOL", "eol_recognised_date": "2026-06-15", "eol_meeting_date": ""}},
        good={"care_plan": {"plan_type": "EOL", "eol_recognised_date": "2026-06-16", "eol_meeting_date": ""}},
    ),
    # A census date inside the period: a plan made after it is not active then, though the one it replaces is.
    # Two rows with one plan number are copies or contradictions, and found as such.
    Rule(
        "CP401080",
        "record",
        Stage.XREC,
        "care_plan",
        "This child has more than one active plan of this kind (see {others}). Enter the day the older one ended.",
        "With two plans in force nobody knows which one to follow, and both would be counted.",
        at=("plan_type", "superseded_date"),
        query="""
            WITH active AS (
                SELECT care_plan.row_id, local_patient_id, plan_type FROM care_plan, ret
                WHERE is_active(superseded_date, ret.reference_date) AND created_date <= ret.reference_date
                QUALIFY row_number() OVER (PARTITION BY plan_id ORDER BY care_plan.row_id) = 1
            )
            SELECT row_id, list_filter(list(row_id) OVER same, lambda other: other <> row_id) AS others FROM active
            WINDOW same AS (PARTITION BY local_patient_id, plan_type)
            QUALIFY count(*) OVER same > 1
        """,
        bad={"care_plan": [{}, {"plan_id": "PL002", "superseded_date": "2026-07-01"}]},
        good={
            "care_plan": [
                {},
                {"plan_id": "PL002", "superseded_date": "2026-06-30"},
                {"plan_id": "PL003", "plan_type": "SMP"},
            ]
        },
    ),
    # Shared with one of the two is enough; a blank list names neither.
    Rule(
        "CP401090Q",
        "warning",
        Stage.XFIELD,
        "care_plan",
        "This plan is not marked as shared with the GP or the out-of-hours service. Share it, or add them to the list.",
        "Out of hours, the people who are called must know what the family wants.",
        at=("shared_with",),
        where="plan_type IN ('ACP', 'EOL') AND NOT list_has_any(coalesce(shared_with, []), ['GP', 'OOH'])",
        source="S:S1 goal 5",
        bad={"care_plan": {"shared_with": "CCN;HOS"}},
        good={"care_plan": {"shared_with": "OOH;CCN"}},
    ),
    Rule(
        "CP401100Q",
        "warning",
        Stage.PREV,
        "child",
        "Plans active in your last return and missing now: {n}. Send them again, with the day they ended if they did.",
        "A plan does not vanish: it is replaced or ended, and the day is needed to tell how long plans last.",
        at=("local_patient_id",),
        needs=("previous",),
        query="""
            SELECT child.row_id, count(*) AS n
            FROM child JOIN previous_care_plan AS before USING (local_patient_id)
                ANTI JOIN sent_care_plan AS sent ON sent.plan_id = before.plan_id, previous_ret
            WHERE caseload_status = 'A' AND is_active(before.superseded_date, previous_ret.reference_date)
            GROUP BY child.row_id
        """,
        bad={"previous": {}, "care_plan": []},
        good={"previous": {"care_plan": {"superseded_date": "2026-03-31"}}, "care_plan": []},
    ),
    Rule(
        "CP402010Q",
        "warning",
        Stage.XTAB,
        "child",
        "This young person is 14 or over and has no row on the transition sheet. Add one.",
        "From the 14th birthday every young person should be prepared for the move to adult services.",
        at=("person_birth_date",),
        query="""
            SELECT child.row_id FROM child ANTI JOIN sent_transition USING (local_patient_id), ret
            WHERE caseload_status = 'A' AND birthday(person_birth_date, 14) <= ret.reference_date
        """,
        source="S:S3 8.10 standard 2",
        bad={"child": {"person_birth_date": "2012-06-30"}},
        good={"child": {"person_birth_date": "2012-07-01"}},
    ),
    Rule(
        "CP402020Q",
        "warning",
        Stage.XFIELD,
        "transition",
        "The young person is 15 or over and has no key worker for the move. Name one and enter the day.",
        "A key worker should be named from the 14th birthday; a year later is late.",
        at=("key_worker_date",),
        where="birthday(child.person_birth_date, 15) <= ret.reference_date AND key_worker_date IS NULL",
        source="S:S3 8.10",
        bad={"child": {"person_birth_date": "2011-06-30"}, "transition": {"key_worker_date": ""}},
        good={"child": {"person_birth_date": "2011-07-01"}, "transition": {"key_worker_date": ""}},
    ),
    Rule(
        "CP402030",
        "record",
        Stage.XFIELD,
        "transition",
        "The plan or the transfer is dated before preparation started. Correct the dates.",
        "Ages at each step of the move cannot be worked out from dates that are out of order.",
        at=("started_date", "plan_date", "transfer_date"),
        where="plan_date < started_date OR transfer_date < started_date",
        bad={"transition": {"plan_date": "2024-06-02"}},
        good={"transition": {"plan_date": "2024-06-03", "transfer_date": "2024-06-03"}},
    ),
    # Open means open at the census date; a blank "came back" counts as not come back.
    Rule(
        "CP402040Q",
        "warning",
        Stage.XTAB,
        "transition",
        "Transferred 6 months ago or more, but an episode is still open. End it, or mark that the person came back.",
        "A young person who has moved should not be counted in children's and in adult services.",
        at=("transfer_date", "returned"),
        query="""
            SELECT transition.row_id FROM transition SEMI JOIN (
                SELECT local_patient_id FROM referral, ret
                WHERE episode_start <= ret.reference_date AND coalesce(episode_end > ret.reference_date, true)
            ) AS still_open USING (local_patient_id), ret
            WHERE transfer_date + INTERVAL 6 MONTH <= ret.reference_date AND returned IS DISTINCT FROM 'Y'
        """,
        bad={"child": {"person_birth_date": "2007-09-03"}, "transition": {"transfer_date": "2025-12-30"}},
        good={"child": {"person_birth_date": "2007-09-03"}, "transition": {"transfer_date": "2026-01-01"}},
    ),
    # A blank counts: it is what a service without a counterpart leaves.
    Rule(
        "CP402050Q",
        "warning",
        Stage.XFIELD,
        "transition",
        "The young person is 17 and a half or over and no adult counterpart is named. Agree one with adult services.",
        "At 18 someone in adult services must be ready to take over.",
        at=("adult_key_worker",),
        where="child.person_birth_date + INTERVAL 210 MONTH <= ret.reference_date"
        " AND adult_key_worker IS DISTINCT FROM 'Y'",
        bad={"child": {"person_birth_date": "2008-12-30"}, "transition": {"adult_key_worker": ""}},
        good={"child": {"person_birth_date": "2009-01-01"}, "transition": {"adult_key_worker": "N"}},
    ),
    Rule(
        "CP403010",
        "record",
        Stage.XFIELD,
        "equipment_request",
        "Delivered before it was asked for. Correct the dates.",
        "Waiting time is counted from the request to the delivery.",
        at=("delivered_date", "requested_date"),
        where="delivered_date < requested_date",
        bad={"equipment_request": {"delivered_date": "2026-04-01"}},
        good={"equipment_request": {"delivered_date": "2026-04-02"}},
    ),
    Rule(
        "CP403020Q",
        "warning",
        Stage.XTAB,
        "equipment_request",
        "Still marked as waiting {days} days after the request. Enter what became of it, or chase it.",
        "Long waits for equipment, and help that came too late, are what families tell us about.",
        at=("outcome", "requested_date"),
        query="""
            SELECT request.row_id, greatest(ret.reference_date - requested_date, 0) AS days
            FROM equipment_request AS request LEFT JOIN death USING (local_patient_id), ret
            WHERE outcome = 'W' AND (death_date IS NOT NULL OR days > 182)
        """,
        source="S:S1",
        bad={"equipment_request": {"requested_date": "2025-12-29", "delivered_date": "", "outcome": "W"}},
        good={"equipment_request": {"requested_date": "2025-12-30", "delivered_date": "", "outcome": "W"}},
    ),
)
